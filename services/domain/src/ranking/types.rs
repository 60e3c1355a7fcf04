//! What ranking takes in and gives out.

use serde::{Deserialize, Serialize};

use crate::cycle::{Rule, RuleSet, Unit, UnitType};
use crate::index_points::{Basis, Source, Value};
use crate::kernel::{CriterionCode, Points, UnitCode, UnitTypeCode};

/// Everything a result depends on. The order of the slices does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Index sets and policy.
    pub rules: &'a RuleSet,
    /// Types of unit.
    pub unit_types: &'a [UnitType],
    /// Units of the cycle.
    pub units: &'a [Unit],
    /// Newest post per (unit, criterion, source).
    pub points: &'a [LeafPoints],
    /// The council's choices among ties.
    pub ties: &'a [TieDecision],
    /// Highest classes allowed.
    pub bars: &'a [Bar],
}

/// The newest post of one source on one leaf of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafPoints {
    /// Unit.
    pub unit: UnitCode,
    /// Leaf.
    pub criterion: CriterionCode,
    /// By whom.
    pub source: Source,
    /// What it says.
    pub value: Value,
    /// Nothing but a correction will change it.
    pub last: bool,
    /// What it was computed from.
    pub basis: Basis,
}

/// The council's choice among units tied at the edge of the quota. It counts only for exactly that tie: if
/// points change so that other units or another number of places are at stake, the council has to choose
/// again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieDecision {
    /// Type.
    pub unit_type: UnitTypeCode,
    /// The units that were tied, sorted.
    pub units: Vec<UnitCode>,
    /// How many of them could be excellent.
    pub places: usize,
    /// Those chosen, sorted; at most `places`.
    pub chosen: Vec<UnitCode>,
    /// Number and date of the minutes.
    pub document: String,
}

/// The highest class a unit may have (4.22). Of several the strictest counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// The class; first, so that the smallest bar is the strictest.
    pub highest_class: Class,
    /// Unit.
    pub unit: UnitCode,
    /// Number and date of the document.
    pub document: String,
}

/// The class of a unit, from the lowest up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// Below the limit of completed.
    NotCompleted,
    /// From 65.
    Completed,
    /// From 80.
    Good,
    /// Good, and within the quota.
    Excellent,
}

impl Class {
    /// Its name in the regulation.
    #[must_use]
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Excellent => "Hoàn thành xuất sắc nhiệm vụ",
            Self::Good => "Hoàn thành tốt nhiệm vụ",
            Self::Completed => "Hoàn thành nhiệm vụ",
            Self::NotCompleted => "Không hoàn thành nhiệm vụ",
        }
    }

    /// Its stable name: `EXCELLENT`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "EXCELLENT",
            Self::Good => "GOOD",
            Self::Completed => "COMPLETED",
            Self::NotCompleted => "NOT_COMPLETED",
        }
    }
}

/// All results, types in their order, units by rank and then in official order, unranked ones last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// A result per unit.
    pub units: Vec<UnitResult>,
    /// Ties at the edge of the quota that the council has not decided.
    pub open_ties: Vec<OpenTie>,
    /// Quota per type.
    pub types: Vec<TypeSummary>,
}

impl Outcome {
    /// What keeps ranked units from being classified, in the order of the results.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.units.iter().filter(|u| u.rank > 0).flat_map(|u| &u.missing)
    }
}

/// Points of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentPoints {
    /// "I".
    pub code: CriterionCode,
    /// As printed.
    pub points: Points,
}

/// The result of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitResult {
    /// Unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: String,
    /// Its type.
    pub unit_type: UnitTypeCode,
    /// Contents in the printed order, the penalties' one left out.
    pub contents: Vec<ContentPoints>,
    /// Taken off the total; not below zero.
    pub penalty: Points,
    /// As printed; what ranks and classes go by.
    pub total: Points,
    /// From 1, shared by equals; 0: not ranked.
    pub rank: usize,
    /// Shares its rank.
    pub tied: bool,
    /// None while a leaf is missing, and for units that are not ranked.
    pub class: Option<Class>,
    /// Vietnamese sentences: why this total, rank and class.
    pub reasons: Vec<String>,
    /// What is missing; empty in a published document, except for units that are not ranked.
    #[serde(skip)]
    pub missing: Vec<Missing>,
}

/// A tie at the edge of the quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTie {
    /// Type.
    pub unit_type: UnitTypeCode,
    /// The tied units that may be excellent, sorted.
    pub units: Vec<UnitCode>,
    /// How many of them may be excellent.
    pub places: usize,
}

/// The quota of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSummary {
    /// Type.
    pub unit_type: UnitTypeCode,
    /// Its name.
    pub name: String,
    /// What the quota is a share of.
    pub quota_base: usize,
    /// Most units that may be excellent.
    pub quota: usize,
    /// Units that are.
    pub excellent: usize,
}

/// Why the points of a source do not count as complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// It never posted.
    NoPost,
    /// Its newest post may still change.
    NotFinal,
    /// It says that no number can be given, and why.
    NotComputable(String),
    /// The recheck's adjustment rests on another survey basis than the survey's newest.
    Behind,
}

/// A leaf that is not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Unit.
    pub unit: UnitCode,
    /// Leaf.
    pub criterion: CriterionCode,
    /// Whose points are missing.
    pub source: Source,
    /// In what way.
    pub gap: Gap,
    /// How its points come about.
    pub brought: Brought,
}

/// How the points of a leaf come about that the ledger keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// The unit scores itself, and its agency appraises.
    Sheet,
    /// An index that was made elsewhere is imported.
    Import,
    /// Penalties, which the end of the appraisal adds up.
    Penalties,
}

impl Brought {
    /// By the rule of the leaf.
    #[must_use]
    pub const fn of(rule: &Rule) -> Self {
        match rule {
            Rule::External { .. } => Self::Import,
            Rule::Penalty { .. } => Self::Penalties,
            Rule::Sum { .. }
            | Rule::Bool
            | Rule::Tier { .. }
            | Rule::Ratio { .. }
            | Rule::Deduct { .. }
            | Rule::Add { .. }
            | Rule::Survey { .. }
            | Rule::Leaders => Self::Sheet,
        }
    }
}
