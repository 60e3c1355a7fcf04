//! From the posts of a leaf's sources to its points, or to what is missing of them.

use crate::cycle::{Criterion, Unit};
use crate::index_points::{Basis, Source, Value};
use crate::kernel::Points;

use super::{Brought, Gap, LeafPoints, Missing, expected_sources};

/// The newest post of each source on a leaf, by [`slot`].
pub(super) type Posts<'p> = [Option<&'p LeafPoints>; 4];

/// A leaf's state after all its sources.
pub(super) enum Leaf {
    Points(Points),
    NotApplicable,
}

/// Adds up the sources of a leaf, and notes what is missing.
pub(super) fn leaf(unit: &Unit, row: &Criterion, posts: &Posts<'_>, missing: &mut Vec<Missing>) -> Leaf {
    let excused = |post: &LeafPoints| post.last && matches!(post.value, Value::NotApplicable(_));
    if posts.iter().flatten().any(|post| excused(post)) {
        return Leaf::NotApplicable;
    }
    let mut sum = Points::ZERO;
    let mut applies = true;
    for &source in expected_sources(&row.rule) {
        let gap = match posts[slot(source)] {
            None => Some(Gap::NoPost),
            Some(post) => match &post.value {
                Value::NotComputable(why) => Some(Gap::NotComputable(why.clone())),
                Value::Points(points) => {
                    sum = sum + *points;
                    let behind = source == Source::Recheck && is_behind(posts);
                    match (post.last, behind) {
                        (false, _) => Some(Gap::NotFinal),
                        (true, true) => Some(Gap::Behind),
                        (true, false) => None,
                    }
                }
                Value::NotApplicable(_) => {
                    applies = false;
                    Some(Gap::NotFinal)
                }
            },
        };
        missing.extend(gap.map(|gap| Missing {
            unit: unit.code.clone(),
            criterion: row.code.clone(),
            source,
            gap,
            brought: Brought::of(&row.rule),
        }));
    }
    if applies {
        Leaf::Points(sum)
    } else {
        Leaf::NotApplicable
    }
}

/// Whether void slips were taken off another survey basis than the one that counts now: the two posts do not
/// belong together, and the recheck's next one is on its way.
fn is_behind(posts: &Posts<'_>) -> bool {
    let given = |post: &&LeafPoints| matches!(post.value, Value::Points(_));
    let basis = |source| posts[slot(source)].filter(given).map(|post| &post.basis);
    match (basis(Source::Survey), basis(Source::Recheck)) {
        (
            Some(Basis::Survey { rated, sum }),
            Some(Basis::Recheck {
                rated: of_rated,
                sum: of_sum,
                void_rated,
                ..
            }),
        ) => *void_rated > 0 && (rated, sum) != (of_rated, of_sum),
        _ => false,
    }
}

/// The place of a source in [`Posts`].
pub(super) const fn slot(source: Source) -> usize {
    match source {
        Source::Survey => 0,
        Source::Recheck => 1,
        Source::Leaders => 2,
        Source::Ledger => 3,
    }
}
