//! The leaves behind a unit's total, each with the posts that count for it.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Criterion, Cycle};
use chiso_domain::index_points::{IndexPoints, Value};
use chiso_domain::kernel::{CriterionCode, Points, UnitCode};
use chiso_domain::ranking::expected_sources;
use chiso_wire::ranking as pb;

/// Every leaf of the unit's index set, from all posts about the unit.
pub(super) fn leaves<'p>(
    cycle: &Cycle,
    unit: &UnitCode,
    posts: impl Iterator<Item = &'p IndexPoints>,
) -> Vec<pb::LeafResult> {
    let mut own: BTreeMap<&CriterionCode, Vec<&IndexPoints>> = BTreeMap::new();
    for points in posts {
        own.entry(&points.post.criterion).or_default().push(points);
    }
    let set = cycle.index_set(unit);
    let leaves = set.into_iter().flat_map(|set| set.leaves());
    leaves
        .map(|leaf| leaf_result(leaf, own.get(&leaf.code).map_or(&[][..], Vec::as_slice)))
        .collect()
}

fn leaf_result(leaf: &Criterion, posts: &[&IndexPoints]) -> pb::LeafResult {
    let expected = expected_sources(&leaf.rule);
    let counts = |points: &&&IndexPoints| match points.post.value {
        Value::NotApplicable(_) => true,
        Value::Points(_) | Value::NotComputable(_) => expected.contains(&points.source),
    };
    let counted: Vec<&IndexPoints> = posts.iter().filter(counts).copied().collect();
    let points = |points: &&IndexPoints| match points.post.value {
        Value::Points(p) => p,
        Value::NotApplicable(_) | Value::NotComputable(_) => Points::ZERO,
    };
    pb::LeafResult {
        criterion: leaf.code.to_string(),
        name: leaf.name.clone(),
        name_en: leaf.name_en.clone(),
        max_points: leaf.max.to_string(),
        points: counted.iter().map(points).sum::<Points>().to_string(),
        sources: counted.into_iter().map(Into::into).collect(),
    }
}
