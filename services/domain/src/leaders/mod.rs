//! Leaders' slips and their conversion (domain notes, 3.4).
//!
//! Each leader marks every unit on the form's scale, or abstains. [`Slip`] holds what one leader marked so
//! far and what was last sent, [`Panel`] who marks what, [`Scoring`] turns the sent slips into points.
//! Invariants:
//! 1. Only what was sent counts; a mark saved after sending counts when the slip is sent again.
//! 2. An abstention is left out of the mean; it is never a zero.
//! 3. The order of leaders and marks never matters; raising a mark never lowers the points.
//! 4. Points lie within zero and the leaf's maximum.

mod panel;
mod refusal;
mod slip;
mod tally;
#[cfg(test)]
mod tests;

pub use panel::{Leader, LeaderRole, Panel};
pub use refusal::LeadersRefusal;
pub use slip::{Choice, Choices, Slip, commitment};
pub use tally::{Scoring, SentSlip};

use crate::cycle::policy::{LeadersMean, LeadersPolicy};
use crate::kernel::{Decimals, Points, Ratio, UnitCode};

/// The points of a leaf from its marks; none where nobody gave a mark.
///
/// `chair_mark` is the chair's and also among `marks`; only [`LeadersMean::ChairTwice`] looks at it.
/// `panel` is the number of leaders whose mark is expected, those who abstained left out; only
/// [`LeadersMean::AbsentAsZero`] looks at it. Rounded once, half up; with fewer than three marks nothing is
/// trimmed.
#[must_use]
pub fn convert(
    max: Points,
    decimals: Decimals,
    policy: &LeadersPolicy,
    marks: &[Points],
    chair_mark: Option<Points>,
    panel: i64,
) -> Option<Points> {
    let given = i128::try_from(marks.len()).ok().filter(|n| *n > 0)?;
    let parts = marks.iter().map(|mark| i128::from(mark.parts()));
    let sum: i128 = parts.clone().sum();
    let (sum, count) = match policy.mean {
        LeadersMean::AbsentAsZero => (sum, given.max(i128::from(panel))),
        LeadersMean::Trimmed if given >= 3 => (sum - parts.clone().max()? - parts.min()?, given - 2),
        LeadersMean::ChairTwice => {
            chair_mark.map_or((sum, given), |chair| (sum + i128::from(chair.parts()), given + 1))
        }
        LeadersMean::Returned | LeadersMean::Trimmed => (sum, given),
    };
    let exact = Ratio::new(
        sum * i128::from(max.parts()),
        count * i128::from(policy.scale_max.parts()),
    )?;
    // A maximum finer than the decimals could be rounded up beyond itself.
    Some(exact.half_up(decimals).min(max))
}

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
