//! The frozen list of a lot, and the one byte form that is hashed and published.

use std::collections::BTreeSet;

use super::{RecheckRefusal, Stratum};
use crate::kernel::{CycleCode, GroupCode, LotId, PersonId, SlipId, UnitCode, text::sha256_hex};

/// Names the use and the version of the byte form.
const TAG: &str = "chiso.recheck.list.v1";

/// One valid slip of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSlip {
    /// The unit that was rated.
    pub unit: UnitCode,
    /// The respondent's group.
    pub group: GroupCode,
    /// The slip.
    pub slip: SlipId,
    /// Who asked.
    pub interviewer: PersonId,
    /// SHA-256 of the slip as submitted, in hexadecimal.
    pub sha256: String,
}

impl ListedSlip {
    /// What it is drawn among.
    #[must_use]
    pub fn stratum(&self) -> Stratum {
        (self.unit.clone(), self.group.clone())
    }
}

/// The valid slips of a lot in their published order: unit, group, slip id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenList {
    cycle: CycleCode,
    lot: LotId,
    slips: Vec<ListedSlip>,
}

impl FrozenList {
    /// Puts slips into the published order.
    ///
    /// # Errors
    /// Where there is none, or one is there twice.
    pub fn new(cycle: CycleCode, lot: LotId, mut slips: Vec<ListedSlip>) -> Result<Self, RecheckRefusal> {
        slips.sort_by(|a, b| (&a.unit, &a.group, a.slip).cmp(&(&b.unit, &b.group, b.slip)));
        let mut seen = BTreeSet::new();
        if let Some(twice) = slips.iter().find(|s| !seen.insert(s.slip)) {
            return Err(RecheckRefusal::SlipTwice(twice.slip));
        }
        if slips.is_empty() {
            return Err(RecheckRefusal::LotEmpty);
        }
        Ok(Self { cycle, lot, slips })
    }

    /// Its cycle.
    #[must_use]
    pub const fn cycle(&self) -> &CycleCode {
        &self.cycle
    }

    /// Its lot.
    #[must_use]
    pub const fn lot(&self) -> LotId {
        self.lot
    }

    /// In the published order.
    #[must_use]
    pub fn slips(&self) -> &[ListedSlip] {
        &self.slips
    }

    /// The bytes that are hashed: a line that names cycle and lot, then a line per slip; fields apart by one
    /// space, every line ended by a line feed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{TAG} {} {}\n", self.cycle, self.lot);
        for s in &self.slips {
            let fields = [
                s.unit.as_str(),
                s.group.as_str(),
                &s.slip.to_string(),
                &s.interviewer.to_string(),
                &s.sha256,
            ];
            text.push_str(&fields.join(" "));
            text.push('\n');
        }
        text.into_bytes()
    }

    /// SHA-256 of [`Self::bytes`], in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_hex(&self.bytes())
    }
}
