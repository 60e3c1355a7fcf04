//! Which points a published result rests on.

use std::collections::BTreeMap;

use super::{CountedPoints, UnitPoints};
use crate::cycle::Criterion;
use crate::index_points::{Source, Value};
use crate::kernel::{CriterionCode, UnitCode, UnitTypeCode};
use crate::ranking::{Input, LeafPoints, expected_sources};

type Leaves<'a> = BTreeMap<&'a CriterionCode, &'a Criterion>;
type Counted<'a> = BTreeMap<(&'a CriterionCode, Source), CountedPoints>;

/// The points that count, by unit, criterion and source. Every unit is listed, with or without points.
pub(super) fn by_unit(input: &Input<'_>) -> Vec<UnitPoints> {
    let mut leaves: BTreeMap<&UnitTypeCode, Leaves<'_>> = BTreeMap::new();
    for (unit_type, set) in &input.rules.index_sets {
        leaves.insert(unit_type, set.leaves().map(|leaf| (&leaf.code, leaf)).collect());
    }
    let types: BTreeMap<&UnitCode, &UnitTypeCode> = input
        .units
        .iter()
        .map(|unit| (&unit.code, &unit.unit_type))
        .collect();
    let mut counted: BTreeMap<&UnitCode, Counted<'_>> = input
        .units
        .iter()
        .map(|unit| (&unit.code, BTreeMap::new()))
        .collect();
    for post in input.points {
        let leaf = types
            .get(&post.unit)
            .and_then(|t| leaves.get(*t))
            .and_then(|set| set.get(&post.criterion));
        if let (Some(leaf), Some(own)) = (leaf, counted.get_mut(&post.unit))
            && counts(leaf, post)
        {
            own.insert((&post.criterion, post.source), copied(post));
        }
    }
    counted
        .into_iter()
        .map(|(unit, own)| UnitPoints {
            unit: unit.clone(),
            sha256: String::new(),
            leaves: own.into_values().collect(),
        })
        .collect()
}

fn counts(leaf: &Criterion, post: &LeafPoints) -> bool {
    post.last
        && match &post.value {
            Value::Points(_) => expected_sources(&leaf.rule).contains(&post.source),
            Value::NotApplicable(_) => true,
            Value::NotComputable(_) => false,
        }
}

fn copied(post: &LeafPoints) -> CountedPoints {
    CountedPoints {
        criterion: post.criterion.clone(),
        source: post.source,
        value: post.value.clone(),
        basis: post.basis.clone(),
    }
}
