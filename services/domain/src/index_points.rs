//! Index points: the one contract between the services that convert and the one that ranks.
//!
//! What counts is the newest revision per (cycle, unit, criterion, source); ranking adds the sources of a
//! criterion. Every post carries its basis, so that anyone can compute it again.

use serde::{Deserialize, Serialize};

use crate::kernel::{
    CriterionCode, CycleCode, Instant, Points, PointsError, UnitCode, points::parse_decimal,
};

/// The service that converted what it holds into points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Valid slips.
    Survey,
    /// Void slips, as a difference.
    Recheck,
    /// Leaders' slips.
    Leaders,
    /// Score sheets, bonus, penalties, external indices.
    Ledger,
}

/// How far a value of the ledger has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Scored by the unit.
    SelfScore,
    /// After the first appraisal.
    Appraisal1,
    /// After the second appraisal.
    Appraisal2,
    /// Decided outside the appraisal: external index, penalty, not applicable.
    Decided,
}

/// What a source says about a criterion of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// So many points; a difference may be below zero.
    Points(Points),
    /// No number can be given, and why.
    NotComputable(String),
    /// The criterion does not apply to the unit, and why.
    NotApplicable(String),
}

/// A quantity of the real world (đồng, tasks, percent) in thousandths, not below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i64);

impl Quantity {
    /// Thousandths.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// From thousandths; none below zero.
    #[must_use]
    pub const fn from_thousandths(n: i64) -> Option<Self> {
        if n < 0 { None } else { Some(Self(n)) }
    }
}

impl std::str::FromStr for Quantity {
    type Err = PointsError;
    fn from_str(text: &str) -> Result<Self, PointsError> {
        let out_of_range = || PointsError::OutOfRange(text.to_owned());
        let thousandths = i64::try_from(parse_decimal(text, 3)?).map_err(|_| out_of_range())?;
        Self::from_thousandths(thousandths).ok_or_else(out_of_range)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / 1_000, self.0 % 1_000);
        if rest == 0 {
            write!(f, "{whole}")
        } else {
            write!(f, "{whole}.{}", format!("{rest:03}").trim_end_matches('0'))
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The inputs of one leaf, after its scoring rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeafInput {
    /// Rule bool.
    Achieved(bool),
    /// Rule ratio: a planned, b achieved.
    Ratio {
        /// a; zero: nothing was planned.
        planned: Quantity,
        /// b.
        achieved: Quantity,
    },
    /// Rule tier: the points of the chosen step.
    Tier(Points),
    /// Rules deduct and add: how many.
    Count(i64),
    /// Rule penalty: (kind, how many).
    Penalty(Vec<(usize, i64)>),
    /// Rule external: the imported score.
    External(Quantity),
}

/// What points were computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Basis {
    /// Valid slips.
    Survey {
        /// Rated answers.
        rated: i64,
        /// Exact sum of their option values, 1/10,000.
        sum: i64,
    },
    /// Void slips.
    Recheck {
        /// The survey basis that was adjusted.
        rated: i64,
        /// Its sum.
        sum: i64,
        /// What void slips had contributed.
        void_rated: i64,
        /// Their sum.
        void_sum: i64,
    },
    /// Leaders' marks; none of them is told.
    Leaders {
        /// Marks the mean is taken over, after the policy.
        counted: i64,
        /// Their exact sum.
        sum: Points,
    },
    /// A leaf of the ledger.
    Ledger {
        /// How far it has come.
        stage: Stage,
        /// Inputs; none where points were given on the scale.
        input: Option<LeafInput>,
        /// Version of the entry.
        version: i64,
    },
}

/// A post before the feed numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPoints {
    /// Cycle.
    pub cycle: CycleCode,
    /// Unit.
    pub unit: UnitCode,
    /// Leaf.
    pub criterion: CriterionCode,
    /// What the source says.
    pub value: Value,
    /// Nothing but a correction will change it.
    pub last: bool,
    /// What it was computed from.
    pub basis: Basis,
}

/// A numbered post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPoints {
    /// What was posted.
    pub post: NewPoints,
    /// By whom.
    pub source: Source,
    /// From 1, per (cycle, unit, criterion, source).
    pub revision: i64,
    /// From 1 without gaps, per service.
    pub seq: i64,
    /// When.
    pub at: Instant,
}
