//! Units whose slips the recheck has listed.

use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::db::{DbResult, Reads, Tx, sql};

/// Whether the recheck has listed the unit's slips.
pub(crate) async fn is_taken(reads: &mut impl Reads, cycle: &CycleCode, unit: &UnitCode) -> DbResult<bool> {
    let text = "SELECT taken_at FROM survey_lot_unit WHERE cycle = $1 AND unit = $2";
    Ok(reads.opt(sql(text).bind(cycle).bind(unit)).await?.is_some())
}

/// Marks units as taken, once; answers how many were not yet.
pub(crate) async fn take(tx: &mut Tx, cycle: &CycleCode, units: &[UnitCode], now: Instant) -> DbResult<u64> {
    let text = "INSERT INTO survey_lot_unit (cycle, unit, taken_at) \
                SELECT $1, atom, $3 FROM json_each($2) WHERE true ON CONFLICT (cycle, unit) DO NOTHING";
    tx.run(sql(text).bind(cycle).bind_json(units).bind(now)).await
}
