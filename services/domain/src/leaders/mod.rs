//! Leaders' slips and their conversion (reading 3.4).
//!
//! Each leader marks every unit on the form's scale, or abstains. [`Slip`] holds what one leader marked so
//! far and what was last sent, [`Panel`] who marks what, [`Scoring`] turns the sent slips into points.
//! Invariants:
//! 1. Only what was sent counts; a mark saved after sending counts when the slip is sent again.
//! 2. An abstention is left out of the mean; it is never a zero.
//! 3. The order of leaders and marks never matters; raising a mark never lowers the points.
//! 4. Points lie within zero and the leaf's maximum.
//! 5. What is posted holds no mark, only how many are counted and their sum: a slip is for its leader alone.

mod conversion;
mod panel;
mod posts;
mod refusal;
mod slip;
#[cfg(test)]
mod tests;

pub use conversion::{Counted, convert, tally};
pub use panel::{Leader, LeaderRole, Panel};
pub use posts::{Scoring, SentSlip};
pub use refusal::LeadersRefusal;
pub use slip::{Choice, Choices, Slip, commitment};

use crate::cycle::policy::LeadersPolicy;
use crate::kernel::{Points, UnitCode};

/// Checks that a mark is on the form's scale and step.
///
/// # Errors
/// [`LeadersRefusal::AboveMaximum`] or [`LeadersRefusal::NotOnScale`].
pub fn check_mark(policy: &LeadersPolicy, unit: &UnitCode, mark: Points) -> Result<(), LeadersRefusal> {
    let (unit, max, step) = (unit.clone(), policy.scale_max, policy.step);
    if mark > max {
        return Err(LeadersRefusal::AboveMaximum { unit, mark, max });
    }
    let on_step = step.parts() > 0 && mark.parts() % step.parts() == 0;
    if mark >= Points::ZERO && on_step {
        Ok(())
    } else {
        Err(LeadersRefusal::NotOnScale {
            unit,
            mark,
            max,
            step,
        })
    }
}

/// Whether so many of the panel are enough: exact, at least the share.
#[must_use]
pub fn quorum_reached(policy: &LeadersPolicy, sent: i64, panel: i64) -> bool {
    let needed = i128::from(panel) * i128::from(policy.quorum_percent);
    panel > 0 && i128::from(sent) * 100 >= needed
}
