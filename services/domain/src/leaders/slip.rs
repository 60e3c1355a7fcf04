//! One leader's slip: the draft, and the state that was last sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LeadersRefusal, check_mark};
use crate::cycle::policy::LeadersPolicy;
use crate::cycle::{Calendar, Window};
use crate::kernel::text::sha256_hex;
use crate::kernel::{CycleCode, Instant, PersonId, Points, UnitCode};

/// What a leader says about a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// A mark on the form's scale.
    Mark(Points),
    /// No mark on purpose; left out, not a zero.
    Abstain,
}

/// What a leader says, by unit.
pub type Choices = BTreeMap<UnitCode, Choice>;

/// A slip. Units that are no longer marked stay in it and are not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// As saved last.
    pub draft: Choices,
    /// As sent last; none: never sent.
    pub sent: Option<Choices>,
    /// Grows with each saved mark.
    pub version: i64,
}

impl Slip {
    /// Saves one mark or abstention; the version tells a second window that it looks at an old slip.
    ///
    /// # Errors
    /// A unit that is not marked, a mark off the scale, or another version than the caller saw.
    pub fn save(
        &mut self,
        units: &[UnitCode],
        policy: &LeadersPolicy,
        (unit, choice): (UnitCode, Choice),
        seen: i64,
    ) -> Result<i64, LeadersRefusal> {
        if !units.contains(&unit) {
            return Err(LeadersRefusal::UnitNotMarked(unit));
        }
        if let Choice::Mark(mark) = choice {
            check_mark(policy, &unit, mark)?;
        }
        self.check_version(seen)?;
        self.draft.insert(unit, choice);
        self.version += 1;
        Ok(self.version)
    }

    /// Saves the same mark or abstention for units that have none yet: all of them, or nothing.
    ///
    /// # Errors
    /// A unit that is not marked or has its mark already, a mark off the scale, or another version than the caller
    /// saw.
    pub fn save_rest(
        &mut self,
        units: &[UnitCode],
        policy: &LeadersPolicy,
        (rest, choice): (&[UnitCode], Choice),
        seen: i64,
    ) -> Result<i64, LeadersRefusal> {
        // The version first: of an old slip the rest is another one.
        self.check_version(seen)?;
        let mut draft = self.draft.clone();
        for (at, unit) in rest.iter().enumerate() {
            if !units.contains(unit) {
                return Err(LeadersRefusal::RestUnknown(at, unit.clone()));
            }
            if let Choice::Mark(mark) = choice {
                check_mark(policy, unit, mark)?;
            }
            if draft.insert(unit.clone(), choice).is_some() {
                return Err(LeadersRefusal::RestMarked(at, unit.clone()));
            }
        }
        self.draft = draft;
        self.version += 1;
        Ok(self.version)
    }

    /// What sending now makes count: the draft of every unit whose window is open. A unit whose window is
    /// over keeps what was sent for it before, so that an extension for one unit touches no other.
    ///
    /// # Errors
    /// The window's refusal, units left open, or another version than the caller saw.
    pub fn to_send(
        &self,
        units: &[UnitCode],
        calendar: &Calendar,
        now: Instant,
        seen: i64,
    ) -> Result<Choices, LeadersRefusal> {
        let check = |unit: &UnitCode| calendar.check(Window::Leaders, Some(unit), now);
        let (open, over): (Vec<UnitCode>, Vec<UnitCode>) =
            units.iter().cloned().partition(|unit| check(unit).is_ok());
        if let Some(late) = over.first().filter(|_| open.is_empty() || self.sent.is_none()) {
            check(late)?;
        }
        self.check_version(seen)?;
        let missing = self.open(&open);
        if !missing.is_empty() {
            return Err(LeadersRefusal::Incomplete(missing));
        }
        let choice = |unit: &UnitCode| {
            let from = if open.contains(unit) {
                Some(&self.draft)
            } else {
                self.sent.as_ref()
            };
            from.and_then(|choices| choices.get(unit))
                .map(|choice| (unit.clone(), *choice))
        };
        Ok(units.iter().filter_map(choice).collect())
    }

    /// Units without mark or abstention, in the given order.
    #[must_use]
    pub fn open(&self, units: &[UnitCode]) -> Vec<UnitCode> {
        let is_open = |unit: &&UnitCode| !self.draft.contains_key(*unit);
        units.iter().filter(is_open).cloned().collect()
    }

    /// Units whose draft differs from what was sent; all, where nothing was sent.
    #[must_use]
    pub fn changed(&self, units: &[UnitCode]) -> Vec<UnitCode> {
        let sent = |unit: &UnitCode| self.sent.as_ref().and_then(|sent| sent.get(unit));
        let differs = |unit: &&UnitCode| self.sent.is_none() || self.draft.get(*unit) != sent(unit);
        units.iter().filter(differs).cloned().collect()
    }

    fn check_version(&self, seen: i64) -> Result<(), LeadersRefusal> {
        let now = self.version;
        if seen == now {
            Ok(())
        } else {
            Err(LeadersRefusal::Changed { seen, now })
        }
    }
}

/// What the journal keeps of a sent slip: SHA-256 over the salt and the slip's text, a line per unit. The
/// marks cannot be read from it, and with the salt nobody can claim other marks later.
#[must_use]
pub fn commitment(salt: &[u8; 32], cycle: &CycleCode, leader: PersonId, sent: &Choices) -> String {
    let mut text = format!("{cycle}\n{leader}\n");
    for (unit, choice) in sent {
        match choice {
            Choice::Mark(mark) => text.push_str(&format!("{unit} {mark}\n")),
            Choice::Abstain => text.push_str(&format!("{unit} -\n")),
        }
    }
    sha256_hex(&[salt.as_slice(), text.as_bytes()].concat())
}
