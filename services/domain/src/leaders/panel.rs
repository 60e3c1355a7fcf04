//! Who marks, and which units.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::LeadersRefusal;
use crate::cycle::policy::LeadersScope;
use crate::cycle::{Criterion, Cycle, Rule};
use crate::kernel::{PersonId, UnitCode};

/// A leader's office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaderRole {
    /// Chủ tịch.
    Chair,
    /// Phó Chủ tịch.
    ViceChair,
}

/// Somebody entitled to mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leader {
    /// Person.
    pub person: PersonId,
    /// Name as printed.
    pub name: String,
    /// Office.
    pub role: LeaderRole,
}

/// The leaders of a cycle in their order, and the units chosen for marking under the policy `shortlist`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// In the order of the form.
    pub leaders: Vec<Leader>,
    /// Empty under the policy `all`.
    pub shortlist: Vec<UnitCode>,
}

/// The leaves of a unit that the leaders' slips fill.
pub(super) fn leaves<'a>(cycle: &'a Cycle, unit: &UnitCode) -> impl Iterator<Item = &'a Criterion> {
    cycle
        .index_set(unit)
        .into_iter()
        .flat_map(|set| set.leaves())
        .filter(|leaf| leaf.rule == Rule::Leaders)
}

impl Panel {
    /// More leaders than any province has.
    pub const LARGEST: usize = 50;

    /// Checks the panel against the cycle.
    ///
    /// # Errors
    /// The first fault, by its field.
    pub fn check(&self, cycle: &Cycle) -> Result<(), LeadersRefusal> {
        self.check_leaders()?;
        match (cycle.rules.policy.leaders.scope, self.shortlist.is_empty()) {
            (LeadersScope::All, false) => return Err(LeadersRefusal::ShortlistNotAllowed),
            (LeadersScope::Shortlist, true) => return Err(LeadersRefusal::ShortlistMissing),
            _ => {}
        }
        let mut seen = BTreeSet::new();
        for (at, unit) in self.shortlist.iter().enumerate() {
            if leaves(cycle, unit).next().is_none() {
                return Err(LeadersRefusal::ShortlistUnknown(at, unit.clone()));
            }
            if !seen.insert(unit) {
                return Err(LeadersRefusal::ShortlistTwice(at, unit.clone()));
            }
        }
        Ok(())
    }

    fn check_leaders(&self) -> Result<(), LeadersRefusal> {
        if self.leaders.is_empty() {
            return Err(LeadersRefusal::PanelEmpty);
        }
        if self.leaders.len() > Self::LARGEST {
            return Err(LeadersRefusal::PanelTooLarge(self.leaders.len()));
        }
        let (mut people, mut chair) = (BTreeSet::new(), false);
        for (at, leader) in self.leaders.iter().enumerate() {
            if !people.insert(leader.person) {
                return Err(LeadersRefusal::LeaderTwice(at, leader.person));
            }
            if leader.role == LeaderRole::Chair && std::mem::replace(&mut chair, true) {
                return Err(LeadersRefusal::SecondChair(at));
            }
        }
        Ok(())
    }

    /// Tells one panel from another: SHA-256 in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        crate::kernel::text::sha256_hex(json!(self).to_string().as_bytes())
    }

    /// The units to mark, in official order: all with a leaders' leaf, or the shortlist.
    #[must_use]
    pub fn units(&self, cycle: &Cycle) -> Vec<UnitCode> {
        let units = cycle.units_in_order().into_iter().map(|unit| &unit.code);
        units
            .filter(|unit| self.marks(cycle, unit))
            .filter(|unit| leaves(cycle, unit).next().is_some())
            .cloned()
            .collect()
    }

    /// Whether the scope covers a unit.
    pub(super) fn marks(&self, cycle: &Cycle, unit: &UnitCode) -> bool {
        match cycle.rules.policy.leaders.scope {
            LeadersScope::All => true,
            LeadersScope::Shortlist => self.shortlist.contains(unit),
        }
    }

    /// The leader who is that person.
    #[must_use]
    pub fn leader(&self, person: PersonId) -> Option<&Leader> {
        self.leaders.iter().find(|leader| leader.person == person)
    }
}
