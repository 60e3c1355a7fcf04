//! The published document: a result with everything it was computed from, as canonical JSON.
//!
//! Fields in a fixed order, lists sorted, no blanks, one line feed at the end: equal inputs give equal bytes.
//! Hashes name what was changed: one per unit's points, one per section, one over everything before it.
//! `docs/reference/export.md` describes the format for outsiders.
//!
//! [`Document::new`] computes, [`Document::encode`] writes, [`verify`] reads a file and computes it again.

mod compare;
mod counted;
mod locate;
mod recompute;
mod report;
mod verify;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cycle::{RuleSet, Unit, UnitType};
use crate::index_points::{Basis, Source, Value};
use crate::kernel::text::sha256_hex;
use crate::kernel::{CriterionCode, CycleCode, Instant, UnitCode};

use super::{Bar, Input, LeafPoints, OpenTie, TieDecision, TypeSummary, UnitResult, compute};

pub use report::{Check, Fault, Report};
pub use verify::verify;

/// The format this crate writes and reads.
pub const FORMAT: &str = "chiso-ranking/1";

/// What is said about a publication besides the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the province.
    pub province: String,
    /// The regulation it follows.
    pub regulation: String,
    /// Cycle.
    pub cycle: CycleCode,
    /// From 1; a later version corrects the one before.
    pub version: u32,
    /// Number and date of the decision.
    pub document: String,
    /// Why the version before was wrong; empty for the first.
    pub correction_reason: String,
    /// When.
    pub published_at: Instant,
}

/// A published result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`FORMAT`].
    pub format: String,
    /// Name of the province.
    pub province: String,
    /// The regulation it follows.
    pub regulation: String,
    /// Cycle.
    pub cycle: CycleCode,
    /// From 1.
    pub version: u32,
    /// Number and date of the decision.
    pub document: String,
    /// Why the version before was wrong.
    pub correction_reason: String,
    /// When.
    pub published_at: Instant,
    /// Index sets and policy.
    pub rule_set: RuleSet,
    /// Hash of the rule set.
    pub rule_set_sha256: String,
    /// Types in their order.
    pub unit_types: Vec<UnitType>,
    /// Units in official order.
    pub units: Vec<Unit>,
    /// What was counted.
    pub inputs: Inputs,
    /// What came out.
    pub results: Results,
    /// Hash per section.
    pub section_sha256: Sections,
    /// SHA-256 of this document without this field (and without the line feed).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content_sha256: String,
}

/// What a result was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Points per unit, sorted by unit.
    pub points: Vec<UnitPoints>,
    /// The council's choices, sorted.
    pub ties: Vec<TieDecision>,
    /// Bars, sorted.
    pub bars: Vec<Bar>,
}

/// The points of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitPoints {
    /// Unit.
    pub unit: UnitCode,
    /// SHA-256 of the canonical JSON of `leaves`.
    pub sha256: String,
    /// By criterion, then source.
    pub leaves: Vec<CountedPoints>,
}

/// A final post of one source on one leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedPoints {
    /// Leaf.
    pub criterion: CriterionCode,
    /// By whom.
    pub source: Source,
    /// What it says.
    pub value: Value,
    /// What it was computed from.
    pub basis: Basis,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// By type, rank, official order.
    pub units: Vec<UnitResult>,
    /// Quota per type.
    pub types: Vec<TypeSummary>,
    /// Ties the council left open.
    pub open_ties: Vec<OpenTie>,
}

/// SHA-256 of each section's canonical JSON; of several fields, of the array of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// `format` to `published_at`.
    pub header: String,
    /// `unit_types` and `units`.
    pub units: String,
    /// `inputs.points`.
    pub points: String,
    /// `inputs.ties` and `inputs.bars`.
    pub council: String,
    /// `results`.
    pub results: String,
}

impl Document {
    /// Computes the result of an input. Points that are not final, and those that count for nothing, are left
    /// out; whether the input is complete is for the caller to check ([`super::Outcome::missing`]).
    #[must_use]
    pub fn new(header: Header, input: &Input<'_>) -> Self {
        let mut outcome = compute(input);
        for unit in &mut outcome.units {
            unit.missing.clear();
        }
        let mut unit_types = input.unit_types.to_vec();
        unit_types.sort_by(|a, b| (a.order, &a.code).cmp(&(b.order, &b.code)));
        let type_order: BTreeMap<_, _> = unit_types
            .iter()
            .enumerate()
            .map(|(at, t)| (&t.code, at))
            .collect();
        let mut units = input.units.to_vec();
        units.sort_by(|a, b| {
            let place = |u: &Unit| (type_order.get(&u.unit_type).copied(), u.order);
            place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code))
        });
        let mut ties = input.ties.to_vec();
        ties.sort();
        let mut bars = input.bars.to_vec();
        bars.sort();
        let mut document = Self {
            format: FORMAT.to_owned(),
            province: header.province,
            regulation: header.regulation,
            cycle: header.cycle,
            version: header.version,
            document: header.document,
            correction_reason: header.correction_reason,
            published_at: header.published_at,
            rule_set: input.rules.clone(),
            rule_set_sha256: String::new(),
            unit_types,
            units,
            inputs: Inputs {
                points: counted::by_unit(input),
                ties,
                bars,
            },
            results: Results {
                units: outcome.units,
                types: outcome.types,
                open_ties: outcome.open_ties,
            },
            section_sha256: Sections::default(),
            content_sha256: String::new(),
        };
        document.seal();
        document
    }

    /// Fills in every hash, from the inside out.
    fn seal(&mut self) {
        for unit in &mut self.inputs.points {
            unit.sha256 = hash(&unit.leaves);
        }
        self.rule_set_sha256 = self.rule_set.sha256();
        self.section_sha256 = self.sections();
        self.content_sha256 = self.content();
    }

    /// The section hashes of what is in the document now.
    fn sections(&self) -> Sections {
        let header = (
            (&self.format, &self.province, &self.regulation, &self.cycle),
            (
                self.version,
                &self.document,
                &self.correction_reason,
                self.published_at,
            ),
        );
        Sections {
            header: hash(&header),
            units: hash(&(&self.unit_types, &self.units)),
            points: hash(&self.inputs.points),
            council: hash(&(&self.inputs.ties, &self.inputs.bars)),
            results: hash(&self.results),
        }
    }

    /// The content hash of what is in the document now.
    fn content(&self) -> String {
        let open = Self {
            content_sha256: String::new(),
            ..self.clone()
        };
        hash(&open)
    }

    /// The document's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = json(self);
        bytes.push(b'\n');
        bytes
    }

    /// Reads a document without checking more than its form.
    ///
    /// # Errors
    /// Where the bytes stop being a document: the path, and what is wrong there.
    pub fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(bytes).map_err(|error| {
            let at = locate::offset(bytes, error.line(), error.column());
            Fault::noted(locate::path_at(bytes, at), error.to_string())
        })
    }

    /// The points as [`compute`] takes them.
    #[must_use]
    pub fn leaf_points(&self) -> Vec<LeafPoints> {
        let of = |unit: &UnitPoints| {
            let code = unit.unit.clone();
            unit.leaves.clone().into_iter().map(move |leaf| LeafPoints {
                unit: code.clone(),
                criterion: leaf.criterion,
                source: leaf.source,
                value: leaf.value,
                last: true,
                basis: leaf.basis,
            })
        };
        self.inputs.points.iter().flat_map(of).collect()
    }

    /// What is said about it besides the result.
    #[must_use]
    pub fn header(&self) -> Header {
        Header {
            province: self.province.clone(),
            regulation: self.regulation.clone(),
            cycle: self.cycle.clone(),
            version: self.version,
            document: self.document.clone(),
            correction_reason: self.correction_reason.clone(),
            published_at: self.published_at,
        }
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    // Maps have text keys and nothing here refuses to be written.
    serde_json::to_vec(value).unwrap_or_default()
}

fn hash(value: &impl Serialize) -> String {
    sha256_hex(&json(value))
}
