//! What the ledger posts: each decided leaf with its points, the inputs and version they came from.

use std::collections::BTreeMap;

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::{Basis, LeafInput, NewPoints, Stage, Value};
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_domain::scoring::Scored;

use crate::store::Place;
use crate::store::entry::Entry;
use crate::store::ruling::StoredRuling;

/// How far a value has come, and whether it is the last.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) stage: Stage,
    pub(super) last: bool,
}

pub(super) const SELF: Standing = Standing {
    stage: Stage::SelfScore,
    last: false,
};
pub(super) const APPRAISED_ONCE: Standing = Standing {
    stage: Stage::Appraisal1,
    last: false,
};
pub(super) const APPRAISED: Standing = Standing {
    stage: Stage::Appraisal2,
    last: true,
};
pub(super) const DECIDED: Standing = Standing {
    stage: Stage::Decided,
    last: true,
};
/// A penalty before round 2 is closed: another may follow on the same row.
pub(super) const DECIDED_SO_FAR: Standing = Standing {
    stage: Stage::Decided,
    last: false,
};

/// Why R8 leaves have no points.
const NOTHING_PLANNED: &str = "Không có kế hoạch trong năm (a = 0)";

pub(super) fn value(scored: Scored) -> Value {
    match scored {
        Scored::Points(points) => Value::Points(points),
        Scored::NotApplicable => Value::NotApplicable(NOTHING_PLANNED.to_owned()),
    }
}

pub(super) fn post(
    place: &Place,
    value: Value,
    standing: Standing,
    (input, version): (Option<LeafInput>, i64),
) -> NewPoints {
    NewPoints {
        cycle: place.cycle.clone(),
        unit: place.unit.clone(),
        criterion: place.criterion.clone(),
        value,
        last: standing.last,
        basis: Basis::Ledger {
            stage: standing.stage,
            input,
            version,
        },
    }
}

/// The leaves a unit scores itself, those that do not apply to it left out.
pub(super) fn open_leaves<'c>(
    cycle: &'c Cycle,
    unit: &UnitCode,
    entries: &'c BTreeMap<CriterionCode, Entry>,
) -> impl Iterator<Item = (&'c CriterionCode, Option<&'c Entry>)> {
    let leaves = cycle.index_set(unit).into_iter().flat_map(|set| set.leaves());
    leaves.filter(|leaf| is_self_scored(leaf)).filter_map(|leaf| {
        let entry = entries.get(&leaf.code);
        let applies = entry.is_none_or(|entry| entry.not_applicable.is_empty());
        applies.then_some((&leaf.code, entry))
    })
}

fn at(cycle: &CycleCode, unit: &UnitCode, criterion: &CriterionCode) -> Place {
    Place {
        cycle: cycle.clone(),
        unit: unit.clone(),
        criterion: criterion.clone(),
    }
}

/// The self-scores of a sheet that was sent or locked; what was never filled is zero.
pub(super) fn self_scores(
    cycle: &Cycle,
    unit: &UnitCode,
    entries: &BTreeMap<CriterionCode, Entry>,
) -> Vec<NewPoints> {
    let one = |(leaf, entry): (&CriterionCode, Option<&Entry>)| {
        let entry = entry.cloned().unwrap_or_default();
        let scored = value(entry.own());
        post(
            &at(&cycle.code, unit, leaf),
            scored,
            SELF,
            (entry.input, entry.version),
        )
    };
    open_leaves(cycle, unit, entries).map(one).collect()
}

/// A sheet that was taken back has no points until it is sent again.
pub(super) fn withdrawn(
    cycle: &Cycle,
    unit: &UnitCode,
    entries: &BTreeMap<CriterionCode, Entry>,
) -> Vec<NewPoints> {
    let why = "Đơn vị đã thu hồi bảng tự chấm điểm để sửa";
    let one = |(leaf, entry): (&CriterionCode, Option<&Entry>)| {
        let version = entry.map_or(0, |entry| entry.version);
        let value = Value::NotComputable(why.to_owned());
        post(&at(&cycle.code, unit, leaf), value, SELF, (None, version))
    };
    open_leaves(cycle, unit, entries).map(one).collect()
}

/// The result of a round for one sheet. A leaf without decision was never filled: zero.
pub(super) fn appraised(
    cycle: &Cycle,
    unit: &UnitCode,
    entries: &BTreeMap<CriterionCode, Entry>,
    rulings: &BTreeMap<(UnitCode, CriterionCode), StoredRuling>,
    standing: Standing,
) -> Vec<NewPoints> {
    let one = |(leaf, entry): (&CriterionCode, Option<&Entry>)| {
        let place = at(&cycle.code, unit, leaf);
        match rulings.get(&(unit.clone(), leaf.clone())) {
            Some(ruling) => {
                let basis = (ruling.input.clone(), ruling.version);
                post(&place, value(ruling.scored()), standing, basis)
            }
            None => {
                let entry = entry.cloned().unwrap_or_default();
                post(&place, value(entry.own()), standing, (entry.input, entry.version))
            }
        }
    };
    open_leaves(cycle, unit, entries).map(one).collect()
}
