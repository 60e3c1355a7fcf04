//! The readings of the regulation, each with its default (`docs/reference/readings.md`). All data of the cycle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EvidenceRule;
use crate::kernel::{Decimals, OptionName, Points};

/// How the rules are read in one cycle. Part of the rule set and of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Decimals of a leaf (3: default 2).
    pub decimals: Decimals,
    /// When rounding happens; the default rounds each leaf.
    pub rounding: Rounding,
    /// What points need (4.1).
    pub evidence_rule: EvidenceRule,
    /// An appraiser may not give more than the self-score (4.10).
    pub cap_at_self_score: bool,
    /// Largest evidence file in bytes.
    pub evidence_max_bytes: u64,
    /// What happens to a content with leaves that do not apply (3.6).
    pub not_applicable: NotApplicable,
    /// The survey.
    pub survey: SurveyPolicy,
    /// The recheck.
    pub recheck: RecheckPolicy,
    /// The leaders' slips.
    pub leaders: LeadersPolicy,
    /// Ranks and classes.
    pub classes: ClassPolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            decimals: Decimals::TWO,
            rounding: Rounding::default(),
            evidence_rule: EvidenceRule::Both,
            cap_at_self_score: true,
            evidence_max_bytes: 20 * 1024 * 1024,
            not_applicable: NotApplicable::default(),
            survey: SurveyPolicy::default(),
            recheck: RecheckPolicy::default(),
            leaders: LeadersPolicy::default(),
            classes: ClassPolicy::default(),
        }
    }
}

/// When a total is rounded (3.5, unit F).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Each leaf half up; all above is an exact sum.
    #[default]
    Leaf,
    /// Leaves keep four decimals; only the total is rounded half up.
    Total,
}

/// Leaves that do not apply to a unit (N1 to N3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotApplicable {
    /// N1: the unit loses them.
    Ignore,
    /// N2: the content is scaled up to its full share.
    #[default]
    RescaleContent,
    /// N3: the whole is scaled up to its full share.
    RescaleTotal,
}

/// How slips become points (3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurveyPolicy {
    /// Value of each option, 0 to 1 as decimal text; formulas A, B, C and D are such tables. An option that
    /// is not listed is not rated ("không có ý kiến").
    pub option_values: BTreeMap<OptionName, Points>,
    /// How the groups are joined (S3 to S6).
    pub groups: GroupHandling,
    /// A group of a unit with fewer valid slips than this share of the plan needs a decision (4.30).
    pub min_valid_percent: u32,
    /// What a slip has to fulfil to be valid (BR-10).
    pub valid_slip: ValidSlip,
}

impl Default for SurveyPolicy {
    /// Formula D with 0, ¼, ½, ¾, 1.
    fn default() -> Self {
        let values = [("1", 0), ("2", 2_500), ("3", 5_000), ("4", 7_500), ("5", 10_000)];
        let named = |(name, parts): (&str, i64)| Some((name.parse().ok()?, Points::from_parts(parts)));
        Self {
            option_values: values.into_iter().filter_map(named).collect(),
            groups: GroupHandling::default(),
            min_valid_percent: 80,
            valid_slip: ValidSlip::default(),
        }
    }
}

/// The conditions of BR-10 that a cycle asks for; the group always has to be the respondent's, and one valid
/// slip per person and unit is the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValidSlip {
    /// V1: the respondent had dealings with the unit.
    pub dealings: bool,
    /// V2: the respondent answered in person.
    pub personally: bool,
    /// V3: no required question is blank.
    pub complete: bool,
}

impl Default for ValidSlip {
    fn default() -> Self {
        Self {
            dealings: true,
            personally: true,
            complete: true,
        }
    }
}

/// How respondent groups are joined into points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupHandling {
    /// S6: each group has leaves with maxima of its own.
    #[default]
    OwnMaximum,
    /// S3: a leaf of the group "ALL" takes the mean over all slips.
    Pool,
    /// S4: a leaf of the group "ALL" takes the plain mean of the groups' means.
    EqualWeight,
    /// S5: as S4, weighted by the planned number of slips.
    PlannedWeight,
}

/// The recheck (BR-09; 3.3 K).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecheckPolicy {
    /// Share of each stratum (unit and group) that is drawn.
    pub rate_percent: u32,
    /// At least so many of each stratum.
    pub minimum: u32,
    /// Attempts on different days before a respondent counts as not reached.
    pub attempts: u32,
    /// A respondent who was not reached is replaced by the next ticket.
    pub replace_not_reached: bool,
    /// A slip is void when more than this share of the questions asked again differs.
    pub differing_percent: u32,
    /// Questions that are asked again, in order; empty: every rated one.
    pub questions: Vec<crate::kernel::QuestionName>,
    /// With more than this share of rechecked slips void, all slips of the interviewer are rechecked.
    pub interviewer_void_percent: u32,
}

impl Default for RecheckPolicy {
    fn default() -> Self {
        Self {
            rate_percent: 10,
            minimum: 1,
            attempts: 3,
            replace_not_reached: true,
            differing_percent: 50,
            questions: Vec::new(),
            interviewer_void_percent: 20,
        }
    }
}

/// The leaders' slips (3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeadersPolicy {
    /// Top of the form's scale; the mean is brought to the leaf's maximum.
    pub scale_max: Points,
    /// Step of a mark.
    pub step: Points,
    /// How the slips are joined (L1 to L4).
    pub mean: LeadersMean,
    /// Share of the panel that has to send; below it a decision is needed.
    pub quorum_percent: u32,
    /// Whom the leaders mark (4.14).
    pub scope: LeadersScope,
}

impl Default for LeadersPolicy {
    fn default() -> Self {
        Self {
            scale_max: Points::whole(4),
            step: Points::from_parts(2_500),
            mean: LeadersMean::default(),
            quorum_percent: 50,
            scope: LeadersScope::default(),
        }
    }
}

/// How leaders' marks are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadersMean {
    /// L1: plain mean of the marks that were given.
    #[default]
    Returned,
    /// L2: who gave none counts as zero.
    AbsentAsZero,
    /// L3: highest and lowest dropped (with at least three marks).
    Trimmed,
    /// L4: the chair counts twice.
    ChairTwice,
}

/// Which units the leaders mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadersScope {
    /// Every unit.
    #[default]
    All,
    /// The units of a shortlist; the leaf does not apply to the others.
    Shortlist,
}

/// Ranks and classes (article 6; 3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassPolicy {
    /// Contents that break ties, in order.
    pub tie_break: Vec<String>,
    /// From here on good.
    pub good_min: Points,
    /// From here on completed.
    pub completed_min: Points,
    /// Least total of an excellent unit (4.18).
    pub excellent_min: Points,
    /// Share of the excellent per type.
    pub quota_percent: u32,
    /// How a broken quota is rounded (4.17).
    pub quota_rounding: QuotaRounding,
    /// At least one excellent unit per type, however small the type.
    pub quota_min_one: bool,
    /// What the share is taken of (4.19).
    pub quota_base: QuotaBase,
    /// The total is never below this.
    pub total_floor: Points,
}

impl Default for ClassPolicy {
    fn default() -> Self {
        Self {
            tie_break: vec!["I".to_owned(), "II".to_owned()],
            good_min: Points::whole(80),
            completed_min: Points::whole(65),
            excellent_min: Points::whole(80),
            quota_percent: 20,
            quota_rounding: QuotaRounding::default(),
            quota_min_one: false,
            quota_base: QuotaBase::default(),
            total_floor: Points::ZERO,
        }
    }
}

/// How a share that is not whole is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaRounding {
    /// Never above the share.
    #[default]
    Floor,
    /// The nearest whole number, half up.
    HalfUp,
    /// The next whole number.
    Ceil,
}

/// What the quota is a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaBase {
    /// All ranked units of the type.
    #[default]
    RankedUnits,
    /// Those that are at least good (Decree 335/2025).
    GoodUnits,
}
