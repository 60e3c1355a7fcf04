//! A year's frame: what is rated, by which rules, when and by whom.
//!
//! [`RuleSet`] (index sets and policy) is immutable once a cycle opens and named by the SHA-256 of its
//! canonical JSON. [`Cycle`] adds what may still grow: extensions and reassignments. Invariants:
//! 1. A window never ends earlier than it once did, so an old copy of a cycle can only refuse too much.
//! 2. Units, types and the rule set never change after opening.

pub mod calendar;
mod calendar_check;
pub mod changes;
mod frame_check;
pub mod policy;
mod policy_check;
pub mod rule_set;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, Extension, Window, WindowRefusal};
pub use calendar_check::ExtensionRefusal;
pub use frame_check::FrameFault;
pub use policy::Policy;
pub use rule_set::{Criterion, EvidenceRule, IndexSet, PenaltyKind, Rule, RuleSet, Tier};

use crate::kernel::{CriterionCode, CycleCode, UnitCode, UnitTypeCode};

/// A type of unit: it has an index set and a quota of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitType {
    /// Its code.
    pub code: UnitTypeCode,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Place among the types.
    pub order: i32,
}

/// A rated unit of a cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// Vietnamese name.
    pub name: String,
    /// Its type.
    pub unit_type: UnitTypeCode,
    /// Place in the official list.
    pub order: i32,
    /// First calendar day ("2022-01-01"), empty if not known.
    #[serde(default)]
    pub valid_from: String,
    /// Day after the last, empty while it stands.
    #[serde(default)]
    pub valid_to: String,
    /// Units it succeeds: merged or renamed during the year.
    #[serde(default)]
    pub predecessors: Vec<UnitCode>,
    /// Ranked and in the quota base.
    #[serde(default = "yes")]
    pub ranked: bool,
}

const fn yes() -> bool {
    true
}

/// Gives an agency's criteria to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassignment {
    /// Whose criteria.
    pub agency: UnitCode,
    /// Only for this unit; none: all.
    pub unit: Option<UnitCode>,
    /// Only this criterion; none: all.
    pub criterion: Option<CriterionCode>,
    /// Who decides instead.
    pub substitute: UnitCode,
    /// Why.
    pub reason: String,
}

/// The whole frame of an open cycle, as every service reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Its code.
    pub code: CycleCode,
    /// Name of the province.
    pub province: String,
    /// The regulation it follows.
    pub regulation: String,
    /// Windows and extensions.
    pub calendar: Calendar,
    /// Types by code.
    pub unit_types: BTreeMap<UnitTypeCode, UnitType>,
    /// Units by code.
    pub units: BTreeMap<UnitCode, Unit>,
    /// Council agencies.
    pub council: Vec<UnitCode>,
    /// Recusals and other reassignments; the last one that fits counts.
    pub reassignments: Vec<Reassignment>,
    /// Index sets and policy.
    pub rules: RuleSet,
    /// SHA-256 of the rule set's canonical JSON, in hexadecimal.
    pub rule_set_sha256: String,
    /// Grows with every change.
    pub version: i64,
}

impl Cycle {
    /// The index set of a unit.
    #[must_use]
    pub fn index_set(&self, unit: &UnitCode) -> Option<&IndexSet> {
        self.units
            .get(unit)
            .and_then(|u| self.rules.index_sets.get(&u.unit_type))
    }

    /// The leaf of a unit's index set with that code.
    #[must_use]
    pub fn leaf(&self, unit: &UnitCode, criterion: &CriterionCode) -> Option<&Criterion> {
        self.index_set(unit)?.leaf(criterion)
    }

    /// Units in official order (type order first).
    #[must_use]
    pub fn units_in_order(&self) -> Vec<&Unit> {
        let mut units: Vec<&Unit> = self.units.values().collect();
        units.sort_by_key(|u| {
            (
                self.unit_types.get(&u.unit_type).map(|t| t.order),
                u.unit_type.clone(),
                u.order,
                u.code.clone(),
            )
        });
        units
    }

    /// The agency that appraises a leaf of a unit, reassignments applied; none where nobody does.
    /// Recusal (4.13): the result is never the unit itself.
    #[must_use]
    pub fn appraiser(&self, unit: &UnitCode, criterion: &CriterionCode) -> Option<UnitCode> {
        let agency = self.leaf(unit, criterion)?.appraiser.clone()?;
        let fits = |r: &&Reassignment| {
            r.agency == agency
                && r.unit.as_ref().is_none_or(|u| u == unit)
                && r.criterion.as_ref().is_none_or(|c| c == criterion)
                && r.substitute != *unit
        };
        let decided = self
            .reassignments
            .iter()
            .rev()
            .find(fits)
            .map_or(agency, |r| r.substitute.clone());
        (decided != *unit).then_some(decided)
    }
}
