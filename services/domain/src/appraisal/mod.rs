//! Evidence rule, two appraisal rounds, the course of a sheet (reading 3.2; articles 5 and 7 of
//! Decision 2419/QĐ-UBND).
//!
//! | module | decides |
//! |---|---|
//! | [`decision`] | what an appraiser may confirm on one leaf |
//! | [`evidence`] | what proves a claim, which files are taken |
//! | [`progress`] | which act is allowed in which state of sheet and rounds |
//! | [`penalty`] | proposals that were accepted, joined into one input |
//!
//! Invariants:
//! 1. No points without what the evidence rule asks for; a claim of zero needs nothing (BR-15, A8).
//! 2. To agree is to confirm exactly the unit's own points (BR-22).
//! 3. What is below the self-score has a reason; what is above it needs the policy or the council chair.
//! 4. Evidence is asked for in round 1 only; round 2 is final (BR-21, BR-25).

pub mod decision;
pub mod evidence;
pub mod penalty;
pub mod progress;
#[cfg(test)]
mod progress_tests;
mod refusal;
#[cfg(test)]
mod tests;

pub use decision::{Claim, Decision, Given, Judge, Round, Ruling, decide, may_replace, proposal};
pub use evidence::{EvidenceKind, Lack, MediaType, lack};
pub use progress::{Act, Gap, Progress, SheetState, gap};
pub use refusal::AppraisalRefusal;

use std::collections::BTreeMap;

use crate::cycle::{Criterion, IndexSet, Rule};
use crate::kernel::{CriterionCode, Points};

/// Whether units score the leaf themselves and the council appraises it.
#[must_use]
pub const fn is_self_scored(leaf: &Criterion) -> bool {
    matches!(
        leaf.rule,
        Rule::Bool | Rule::Tier { .. } | Rule::Ratio { .. } | Rule::Deduct { .. } | Rule::Add { .. }
    )
}

/// Whether a sheet may be sent without the leaf: it lies under a capped sum, so it is a bonus that a unit
/// with nothing to claim leaves empty.
#[must_use]
pub fn is_optional(set: &IndexSet, leaf: &Criterion) -> bool {
    let mut above = leaf.code.parent();
    while let Some(code) = above {
        if matches!(
            set.row(&code).map(|row| &row.rule),
            Some(Rule::Sum { cap: Some(_) })
        ) {
            return true;
        }
        above = code.parent();
    }
    false
}

/// Sum of the leaves that have points, each capped sum cut at its cap; penalties left out.
#[must_use]
pub fn total(set: &IndexSet, points: &BTreeMap<CriterionCode, Points>) -> Points {
    set.contents().map(|content| sum(set, content, points)).sum()
}

fn sum(set: &IndexSet, row: &Criterion, points: &BTreeMap<CriterionCode, Points>) -> Points {
    match &row.rule {
        Rule::Sum { cap } => {
            let parts: Points = set.children(&row.code).map(|child| sum(set, child, points)).sum();
            cap.map_or(parts, |cap| parts.min(cap))
        }
        Rule::Penalty { .. } => Points::ZERO,
        _ => points.get(&row.code).copied().unwrap_or_default(),
    }
}
