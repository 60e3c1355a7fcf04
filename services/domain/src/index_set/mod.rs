//! Index sets: the printed notation of scoring rules, and the checks that a set adds up.
//!
//! - [`notation`] reads and prints a rule as decisions print it: `ratio(b/a, sàn 80%)`.
//! - [`check`] collects every fault of a set with the place it is at, so that one answer names them all.
//!
//! Invariants:
//! 1. `parse(print(rule)) == rule` for every rule of a set without faults.
//! 2. In a set without faults a parent is the sum of its children, and the contents add up to 100.

pub mod check;
pub mod notation;

#[cfg(test)]
mod tests;

use crate::cycle::IndexSet;
use crate::kernel::Points;

pub use check::{Column, Fault, RowFault, check, check_rows, check_sums, needs_appraiser};
pub use notation::{NotationError, parse, print};

/// What the contents of an index set have to add up to (article 4).
pub const TOTAL: Points = Points::whole(100);

/// Sum of the contents; penalties have no maximum.
#[must_use]
pub fn total(set: &IndexSet) -> Points {
    set.contents().map(|row| row.max).sum()
}
