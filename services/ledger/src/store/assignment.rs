//! Which officer of a unit sees to which leaf.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CriterionCode, CycleCode, PersonId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Tx, sql};

use super::Place;

/// Who sees to a leaf.
///
/// # Errors
/// The database's.
pub(crate) async fn of_leaf(reads: &mut impl Reads, place: &Place) -> DbResult<Option<PersonId>> {
    let text = "SELECT person_id FROM ledger_assignment WHERE cycle = $1 AND unit = $2 AND criterion = $3";
    let found = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion);
    let row = reads.opt(found).await?;
    row.map(|row| row.get("person_id")).transpose()
}

/// Who sees to what of a sheet.
///
/// # Errors
/// The database's.
pub(crate) async fn of_sheet(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> DbResult<BTreeMap<CriterionCode, PersonId>> {
    let text = "SELECT criterion, person_id FROM ledger_assignment WHERE cycle = $1 AND unit = $2 \
                ORDER BY criterion";
    let rows = reads.all(sql(text).bind(cycle).bind(unit)).await?;
    rows.iter()
        .map(|row| Ok((row.get("criterion")?, row.get("person_id")?)))
        .collect()
}

/// Who sees to one criterion, by unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_criterion(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<BTreeMap<UnitCode, PersonId>> {
    let text =
        "SELECT unit, person_id FROM ledger_assignment WHERE cycle = $1 AND criterion = $2 ORDER BY unit";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    rows.iter()
        .map(|row| Ok((row.get("unit")?, row.get("person_id")?)))
        .collect()
}

/// Stores who sees to a leaf from now on; none: nobody.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, place: &Place, person: Option<PersonId>) -> DbResult<()> {
    let statement = match person {
        Some(person) => sql("INSERT INTO ledger_assignment (cycle, unit, criterion, person_id) \
                             VALUES ($1, $2, $3, $4) \
                             ON CONFLICT (cycle, unit, criterion) DO UPDATE SET person_id = excluded.person_id")
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion)
        .bind(person),
        None => sql("DELETE FROM ledger_assignment WHERE cycle = $1 AND unit = $2 AND criterion = $3")
            .bind(&place.cycle)
            .bind(&place.unit)
            .bind(&place.criterion),
    };
    tx.run_one(statement).await
}
