//! Penalties of one leaf: accepted proposals joined into one input (4.25 to 4.27).

use std::collections::BTreeMap;

use crate::index_points::LeafInput;

/// The accepted proposals' counts added up by kind, in the order of the kinds. The row's ceiling then holds
/// for all of them together.
#[must_use]
pub fn joined<'a>(accepted: impl IntoIterator<Item = &'a LeafInput>) -> LeafInput {
    let mut counts: BTreeMap<usize, i64> = BTreeMap::new();
    for input in accepted {
        if let LeafInput::Penalty(items) = input {
            for (kind, count) in items {
                let sum = counts.entry(*kind).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    }
    LeafInput::Penalty(counts.into_iter().collect())
}

/// Whether a proposal counts anything at all.
#[must_use]
pub fn is_empty(input: &LeafInput) -> bool {
    matches!(input, LeafInput::Penalty(items) if items.iter().all(|(_, count)| *count == 0))
}
