//! What another list of units or another index set changes, row by row.

use std::collections::BTreeMap;

use super::{Criterion, IndexSet, Unit, UnitType};
use crate::index_set::print;
use crate::kernel::{CriterionCode, UnitCode, UnitTypeCode};

/// A row that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In which way.
    pub kind: ChangeKind,
    /// Its code.
    pub code: String,
    /// Its name as it is now; of what is removed, as it was.
    pub name: String,
}

/// In which way a row is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// These fields of it are others.
    Changed(Vec<ChangedField>),
}

/// A field of a row, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedField {
    /// Its name in documents: "max".
    pub field: &'static str,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// A row as it is compared: its name is the first field.
type Row = Vec<(&'static str, String)>;

/// What changes of unit types.
#[must_use]
pub fn of_unit_types(
    before: &BTreeMap<UnitTypeCode, UnitType>,
    after: &BTreeMap<UnitTypeCode, UnitType>,
) -> Vec<Change> {
    let row = |unit_type: &UnitType| {
        vec![
            ("name", unit_type.name.clone()),
            ("name_en", unit_type.name_en.clone()),
            ("order", unit_type.order.to_string()),
        ]
    };
    let rows = |types: &BTreeMap<UnitTypeCode, UnitType>| {
        let rows = types.values().map(|one| (one.code.to_string(), row(one)));
        rows.collect()
    };
    compare(&rows(before), &rows(after))
}

/// What changes of units.
#[must_use]
pub fn of_units(before: &BTreeMap<UnitCode, Unit>, after: &BTreeMap<UnitCode, Unit>) -> Vec<Change> {
    let row = |unit: &Unit| {
        let predecessors: Vec<&str> = unit.predecessors.iter().map(UnitCode::as_str).collect();
        vec![
            ("name", unit.name.clone()),
            ("unit_type", unit.unit_type.to_string()),
            ("order", unit.order.to_string()),
            ("valid_from", unit.valid_from.clone()),
            ("valid_to", unit.valid_to.clone()),
            ("predecessors", predecessors.join("; ")),
            ("ranked", unit.ranked.to_string()),
        ]
    };
    let rows = |units: &BTreeMap<UnitCode, Unit>| {
        let rows = units.values().map(|one| (one.code.to_string(), row(one)));
        rows.collect()
    };
    compare(&rows(before), &rows(after))
}

/// What changes of an index set; without one before, everything is new.
#[must_use]
pub fn of_rows(before: Option<&IndexSet>, after: &[Criterion]) -> Vec<Change> {
    let row = |criterion: &Criterion| {
        let appraiser = criterion.appraiser.as_ref();
        vec![
            ("name", criterion.name.clone()),
            ("name_en", criterion.name_en.clone()),
            ("max", criterion.max.to_string()),
            ("rule", print(&criterion.rule)),
            ("evidence", criterion.evidence.clone()),
            (
                "appraiser",
                appraiser.map(ToString::to_string).unwrap_or_default(),
            ),
            ("origin", criterion.origin.clone()),
        ]
    };
    let before = before.map_or(&[][..], |set| &set.rows);
    // The place among those that are in both: what is new or gone moves nobody.
    let kept = |code: &CriterionCode| {
        [before, after]
            .iter()
            .all(|rows| rows.iter().any(|row| row.code == *code))
    };
    let rows = |criteria: &[Criterion]| {
        let (mut rows, mut place) = (BTreeMap::new(), 0_usize);
        for one in criteria {
            let mut fields = row(one);
            if kept(&one.code) {
                place += 1;
                fields.push(("order", place.to_string()));
            }
            rows.insert(one.code.to_string(), fields);
        }
        rows
    };
    compare(&rows(before), &rows(after))
}

/// In order of codes.
fn compare(before: &BTreeMap<String, Row>, after: &BTreeMap<String, Row>) -> Vec<Change> {
    let mut codes: Vec<&String> = before.keys().chain(after.keys()).collect();
    codes.sort_unstable();
    codes.dedup();
    let change = |code: &String| {
        let (was, is) = (before.get(code), after.get(code));
        let kind = match (was, is) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            (Some(was), Some(is)) => ChangeKind::Changed(changed(was, is)?),
        };
        let name = is.or(was)?.first().map(|(_, name)| name.clone());
        Some(Change {
            kind,
            code: code.clone(),
            name: name.unwrap_or_default(),
        })
    };
    codes.into_iter().filter_map(change).collect()
}

/// None where nothing is another.
fn changed(was: &Row, is: &Row) -> Option<Vec<ChangedField>> {
    let pairs = was.iter().zip(is).filter(|(was, is)| was != is);
    let fields: Vec<ChangedField> = pairs
        .map(|((field, before), (_, after))| ChangedField {
            field,
            before: before.clone(),
            after: after.clone(),
        })
        .collect();
    (!fields.is_empty()).then_some(fields)
}
