//! Slips that were given back, and what came in their place.

use chiso_domain::kernel::{CycleCode, Instant, PersonId, SlipId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::slip::{self, Slip};

/// A slip that was given back.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    pub(crate) slip: SlipId,
    pub(crate) cycle: CycleCode,
    pub(crate) unit: UnitCode,
    pub(crate) interviewer: PersonId,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) at: Instant,
    /// The slip that is to come in its place.
    pub(crate) successor: Option<SlipId>,
    /// That slip, if it is there.
    pub(crate) replaced_by: Option<SlipId>,
}

fn read(row: &Row) -> DbResult<Returned> {
    Ok(Returned {
        slip: row.get("slip_id")?,
        cycle: row.get("cycle")?,
        unit: row.get("unit")?,
        interviewer: row.get("interviewer")?,
        reason: row.get("reason")?,
        by: row.get("returned_by")?,
        at: row.get("returned_at")?,
        successor: row.get("replaced_by")?,
        replaced_by: row.get("arrived")?,
    })
}

/// What was given back of one slip.
pub(crate) async fn find(reads: &mut impl Reads, id: SlipId) -> DbResult<Option<Returned>> {
    let text = "SELECT t.*, n.slip_id AS arrived FROM survey_return t \
                LEFT JOIN survey_slip n ON n.slip_id = t.replaced_by AND n.cycle = t.cycle WHERE t.slip_id = $1";
    reads
        .opt(sql(text).bind(id))
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// In the order of the slips' ids, after one; of one interviewer or of all, each with the slip itself.
pub(crate) async fn list(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    interviewer: Option<PersonId>,
    after: Option<SlipId>,
    limit: i64,
) -> DbResult<Vec<(Returned, Slip)>> {
    let text = "SELECT s.*, p.slip_id AS replaces, t.reason, t.returned_by, t.returned_at, \
                t.replaced_by, n.slip_id AS arrived FROM survey_return t \
                JOIN survey_slip s ON s.slip_id = t.slip_id AND s.cycle = t.cycle \
                LEFT JOIN survey_slip n ON n.slip_id = t.replaced_by AND n.cycle = t.cycle \
                LEFT JOIN survey_return p ON p.replaced_by = t.slip_id \
                WHERE t.cycle = $1 AND (t.interviewer = $2 OR $2 IS NULL) \
                AND t.slip_id > COALESCE($3, unhex('')) ORDER BY t.slip_id LIMIT $4";
    let statement = sql(text).bind(cycle).bind(interviewer).bind(after).bind(limit);
    let rows = reads.all(statement).await?;
    rows.iter()
        .map(|row| Ok((read(row)?, slip::read(row)?)))
        .collect()
}

pub(crate) async fn add(tx: &mut Tx, returned: &Returned) -> DbResult<()> {
    let text = "INSERT INTO survey_return (slip_id, cycle, unit, interviewer, reason, returned_by, returned_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let statement = sql(text)
        .bind(returned.slip)
        .bind(&returned.cycle)
        .bind(&returned.unit)
        .bind(returned.interviewer)
        .bind(&returned.reason)
        .bind(&returned.by)
        .bind(returned.at);
    tx.run_one(statement).await
}

/// Names the slip that is to come in the place of a returned one.
pub(crate) async fn name_successor(tx: &mut Tx, id: SlipId, successor: SlipId) -> DbResult<()> {
    let text = "UPDATE survey_return SET replaced_by = $2 WHERE slip_id = $1";
    tx.run_one(sql(text).bind(id).bind(successor)).await
}
