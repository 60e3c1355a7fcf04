//! What an appraiser may confirm on one leaf (BR-19 to BR-25; 4.9 to 4.11).

use serde::{Deserialize, Serialize};

use super::{AppraisalRefusal, Lack};
use crate::cycle::{Criterion, Policy};
use crate::index_points::LeafInput;
use crate::kernel::Points;
use crate::scoring::{self, Scored};

/// One of the two appraisals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// On what the unit sent.
    First,
    /// On what it explained and added; final.
    Second,
}

impl Round {
    /// 1 or 2, as people say it.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// What an appraiser decides on a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The unit's own points stand.
    Agree,
    /// They do not.
    Disagree,
    /// A document is wanted; round 1 only.
    RequestEvidence,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 3] = [Self::Agree, Self::Disagree, Self::RequestEvidence];

    /// The text that article 5 prescribes, letter by letter.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Agree => "Đồng ý với kết quả tự chấm điểm",
            Self::Disagree => "Không đồng ý với kết quả tự chấm điểm",
            Self::RequestEvidence => "Đề nghị bổ sung tài liệu kiểm chứng",
        }
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// The agency responsible for the leaf.
    Agency,
    /// The council's chair, who may correct an obvious slip upwards (4.10).
    Chair,
}

/// What is confirmed in the appraisal column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The inputs, read again.
    Input(LeafInput),
    /// Points on the leaf's scale.
    Points(Points),
}

/// A leaf as the unit left it.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The leaf.
    pub leaf: &'a Criterion,
    /// The unit's own points; zero where it never filled the leaf.
    pub own: Scored,
    /// What the evidence rule misses.
    pub lack: Option<Lack>,
    /// Its newest version.
    pub version: i64,
}

/// A decision before it is checked.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// In which round.
    pub round: Round,
    /// Which of the three.
    pub decision: Decision,
    /// The points confirmed (BR-22: always).
    pub given: Given,
    /// Why; for a request, the document that is wanted.
    pub reason: String,
    /// The version that was read.
    pub version: i64,
    /// By whom.
    pub judge: Judge,
}

/// Checks a ruling and gives what the leaf comes to.
///
/// # Errors
/// [`AppraisalRefusal`], the first that applies: version, round, reason, scale, evidence, agreement, cap.
pub fn decide(claim: &Claim<'_>, ruling: &Ruling, policy: &Policy) -> Result<Scored, AppraisalRefusal> {
    if ruling.version != claim.version {
        return Err(AppraisalRefusal::VersionConflict {
            seen: ruling.version,
            current: claim.version,
        });
    }
    if ruling.round == Round::Second && ruling.decision == Decision::RequestEvidence {
        return Err(AppraisalRefusal::Round2Request);
    }
    if ruling.decision != Decision::Agree && ruling.reason.is_empty() {
        return Err(AppraisalRefusal::ReasonMissing(ruling.decision));
    }
    let given = value(claim.leaf, &ruling.given, policy)?;
    match claim.lack {
        Some(lack) if given != Scored::Points(Points::ZERO) => Err(AppraisalRefusal::Unproven(lack)),
        _ if ruling.decision == Decision::Agree => agreed(claim.own, given),
        _ => lowered(claim.own, given, ruling, policy),
    }
}

/// Whether a decision of the round may be replaced: an agency may change its own mind, but only the chair
/// goes against the chair, unless the unit has changed the entry since.
///
/// # Errors
/// [`AppraisalRefusal::ChairDecided`].
pub fn may_replace(earlier: Judge, stale: bool, judge: Judge) -> Result<(), AppraisalRefusal> {
    if earlier == Judge::Chair && judge == Judge::Agency && !stale {
        Err(AppraisalRefusal::ChairDecided)
    } else {
        Ok(())
    }
}

/// Round 1's result is the proposal for round 2 (4.9); a decision is still needed there. Where the unit
/// answered, its own points are on the table again.
#[must_use]
pub const fn proposal(own: Scored, first: Scored, answered: bool) -> Scored {
    if answered { own } else { first }
}

fn value(leaf: &Criterion, given: &Given, policy: &Policy) -> Result<Scored, AppraisalRefusal> {
    match given {
        Given::Input(input) => Ok(scoring::points(leaf, input, policy)?),
        Given::Points(points) => {
            scoring::on_scale(&leaf.rule, leaf.max, *points, scoring::decimals(policy))?;
            Ok(Scored::Points(*points))
        }
    }
}

fn agreed(own: Scored, given: Scored) -> Result<Scored, AppraisalRefusal> {
    if own == given {
        Ok(given)
    } else {
        Err(AppraisalRefusal::AgreedPointsDiffer { own, given })
    }
}

/// Disagreement and requests: lower or none (BR-20, BR-21); higher only where the policy or the chair's
/// correction allows it. A unit that claimed "nothing was planned" claimed no points, so that any points
/// may answer it.
fn lowered(own: Scored, given: Scored, ruling: &Ruling, policy: &Policy) -> Result<Scored, AppraisalRefusal> {
    let (Scored::Points(claimed), Scored::Points(points)) = (own, given) else {
        return match (own, given) {
            (Scored::NotApplicable, Scored::Points(_)) => Ok(given),
            _ => Err(AppraisalRefusal::NotApplicableByAppraiser),
        };
    };
    let may_raise =
        ruling.decision == Decision::Disagree && (!policy.cap_at_self_score || ruling.judge == Judge::Chair);
    if points == claimed {
        Err(AppraisalRefusal::PointsNotLower { own: claimed })
    } else if points > claimed && !may_raise {
        Err(AppraisalRefusal::AboveSelfScore { own: claimed, points })
    } else {
        Ok(given)
    }
}
