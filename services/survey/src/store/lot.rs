//! Units whose slips the recheck has listed.

use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::db::{DbResult, Tx, sql};

/// Marks units as taken, once; answers how many were not yet.
pub(crate) async fn take(tx: &mut Tx, cycle: &CycleCode, units: &[UnitCode], now: Instant) -> DbResult<u64> {
    let text = "INSERT INTO survey_lot_unit (cycle, unit, taken_at) \
                SELECT $1, atom, $3 FROM json_each($2) WHERE true ON CONFLICT (cycle, unit) DO NOTHING";
    tx.run(sql(text).bind(cycle).bind_json(units).bind(now)).await
}
