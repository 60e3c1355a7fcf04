//! The rule set: index sets and policy as one immutable document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::kernel::{CriterionCode, GroupCode, Points, QuestionName, UnitCode, UnitTypeCode};

/// All that decides a result besides the data: identified by the SHA-256 of its canonical JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Format of this document; 1.
    pub format: u32,
    /// Index set per unit type.
    pub index_sets: BTreeMap<UnitTypeCode, IndexSet>,
    /// The readings of the regulation.
    pub policy: Policy,
}

/// The index set (Chỉ số) of one unit type: its rows in the printed order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexSet {
    /// Title: "Chỉ số 01".
    pub title: String,
    /// Contents, criteria and leaves.
    pub rows: Vec<Criterion>,
}

/// One row of an index set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its code; the prefix is its parent's.
    pub code: CriterionCode,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    #[serde(default)]
    pub name_en: String,
    /// Maximum; zero for penalties.
    pub max: Points,
    /// How it is scored; `Sum` for every row that has children.
    pub rule: Rule,
    /// What proves it, as printed.
    #[serde(default)]
    pub evidence: String,
    /// Council agency that decides it; none for survey, leaders and sums.
    #[serde(default)]
    pub appraiser: Option<UnitCode>,
    /// Where the row comes from: `R`, `T(000)`, `M`.
    #[serde(default)]
    pub origin: String,
}

/// How a row is scored (reading 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// The sum of its children, cut at `cap` where one is given (bonus: 8).
    Sum {
        /// Ceiling of the sum.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Points>,
    },
    /// All or nothing.
    Bool,
    /// One of fixed steps.
    Tier {
        /// In the printed order.
        tiers: Vec<Tier>,
    },
    /// `max × min(b/a, 1)` from the floor on, else nothing.
    Ratio {
        /// In percent.
        floor_percent: u32,
    },
    /// Starts at the maximum, `each` is taken off per fault, never below zero.
    Deduct {
        /// Per fault.
        each: Points,
        /// What is counted.
        what: String,
    },
    /// `each` per item up to `cap`.
    Add {
        /// Per item.
        each: Points,
        /// What is counted.
        what: String,
        /// Ceiling.
        cap: Points,
    },
    /// An imported index: `max × score / scale`.
    External {
        /// The full score of that index, 100.
        scale: u32,
    },
    /// The mean answer of one question of one respondent group.
    Survey {
        /// Group.
        group: GroupCode,
        /// Question.
        question: QuestionName,
    },
    /// The leaders' slips.
    Leaders,
    /// Taken off the total.
    Penalty {
        /// One or more kinds with their points.
        kinds: Vec<PenaltyKind>,
        /// Ceiling of the row, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Points>,
    },
}

/// A step of a tier rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// When it applies, as printed.
    pub label: String,
    /// What it gives.
    pub points: Points,
}

/// One kind of a penalty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PenaltyKind {
    /// "khiển trách"; empty where the row has one kind only.
    pub label: String,
    /// Per occurrence, above zero.
    pub each: Points,
    /// What is counted: "vụ".
    pub what: String,
}

/// Whether points need an explanation, evidence, or both (BR-15; reading 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceRule {
    /// Decision 2419: missing either gives nothing.
    #[default]
    Both,
    /// Quảng Trị, Thái Bình: one of them is enough.
    Either,
}

impl Rule {
    /// Whether the row is a leaf.
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        !matches!(self, Self::Sum { .. })
    }
}

impl IndexSet {
    /// The row with that code.
    #[must_use]
    pub fn row(&self, code: &CriterionCode) -> Option<&Criterion> {
        self.rows.iter().find(|row| row.code == *code)
    }

    /// The leaf with that code; none for a sum.
    #[must_use]
    pub fn leaf(&self, code: &CriterionCode) -> Option<&Criterion> {
        self.row(code).filter(|row| row.rule.is_leaf())
    }

    /// All leaves in the printed order.
    pub fn leaves(&self) -> impl Iterator<Item = &Criterion> {
        self.rows.iter().filter(|row| row.rule.is_leaf())
    }

    /// The contents (top rows) in the printed order.
    pub fn contents(&self) -> impl Iterator<Item = &Criterion> {
        self.rows.iter().filter(|row| row.code.parent().is_none())
    }

    /// Rows directly below one.
    pub fn children<'a>(&'a self, code: &'a CriterionCode) -> impl Iterator<Item = &'a Criterion> {
        self.rows
            .iter()
            .filter(move |row| row.code.parent().as_ref() == Some(code))
    }
}

impl RuleSet {
    /// The document's one text form: struct order, sorted maps, no blanks. Equal values give equal bytes.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|never| unreachable_json(&never))
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        crate::kernel::text::sha256_hex(self.canonical_json().as_bytes())
    }
}

/// A type of ours that JSON cannot hold is a fault in this crate, seen by the first test that writes it.
fn unreachable_json(error: &serde_json::Error) -> String {
    panic!("a rule set always has a JSON form: {error}")
}
