//! The survey's bases, what void slips had given, and how far the survey's feed is read.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_domain::survey::Tally;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use serde::Serialize;

/// By unit and leaf.
pub(crate) type Tallies = BTreeMap<(UnitCode, CriterionCode), Tally>;

/// The last number of the survey's feed that was taken in.
pub(crate) async fn cursor(reads: &mut impl Reads) -> DbResult<i64> {
    let row = reads
        .opt(sql("SELECT seq FROM recheck_cursor WHERE source = 'survey'"))
        .await?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

pub(crate) async fn set_cursor(tx: &mut Tx, seq: i64) -> DbResult<()> {
    let set = sql("INSERT INTO recheck_cursor (source, seq) VALUES ('survey', $1) \
                   ON CONFLICT (source) DO UPDATE SET seq = excluded.seq")
    .bind(seq);
    tx.run_one(set).await
}

/// A basis that the survey posted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BasisRow {
    pub(crate) cycle: CycleCode,
    pub(crate) unit: UnitCode,
    pub(crate) criterion: CriterionCode,
    pub(crate) rated: i64,
    pub(crate) sum: i64,
}

/// Keeps the newest basis of each leaf; each leaf at most once.
pub(crate) async fn keep(tx: &mut Tx, bases: &[BasisRow]) -> DbResult<()> {
    let keep = sql(
        "INSERT INTO recheck_survey_basis (cycle, unit, criterion, rated, sum) \
                    SELECT value->>'cycle', value->>'unit', value->>'criterion', \
                    CAST(value->>'rated' AS BIGINT), CAST(value->>'sum' AS BIGINT) FROM json_each($1) WHERE true \
                    ON CONFLICT (cycle, unit, criterion) \
                    DO UPDATE SET rated = excluded.rated, sum = excluded.sum",
    )
    .bind_json(bases);
    tx.run(keep).await?;
    Ok(())
}

fn tallied(row: &Row) -> DbResult<((UnitCode, CriterionCode), Tally)> {
    let tally = Tally {
        rated: row.get("rated")?,
        sum: row.get("sum")?,
    };
    Ok(((row.get("unit")?, row.get("criterion")?), tally))
}

/// The bases of some units.
pub(crate) async fn bases(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<Tallies> {
    let bases = sql("SELECT b.unit, b.criterion, b.rated, b.sum FROM json_each($2) k \
                     JOIN recheck_survey_basis b ON b.cycle = $1 AND b.unit = k.atom")
    .bind(cycle)
    .bind_json(units);
    reads.all(bases).await?.iter().map(tallied).collect()
}

/// What the void slips of some units had given.
pub(crate) async fn voids(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<Tallies> {
    let voids = sql(
        "SELECT v.unit, v.criterion, COUNT(*) AS rated, CAST(SUM(v.value) AS BIGINT) AS sum FROM json_each($2) k \
                     JOIN recheck_void_part v ON v.cycle = $1 AND v.unit = k.atom \
                     GROUP BY v.unit, v.criterion",
    )
    .bind(cycle)
    .bind_json(units);
    reads.all(voids).await?.iter().map(tallied).collect()
}

/// Those of the units that are in a lot, and whether it is concluded.
pub(crate) async fn in_lots(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<BTreeMap<UnitCode, bool>> {
    let found = sql(
        "SELECT u.unit, l.concluded_at IS NOT NULL AS concluded FROM json_each($2) k \
                     JOIN recheck_lot_unit u ON u.cycle = $1 AND u.unit = k.atom \
                     JOIN recheck_lot l ON l.lot_id = u.lot_id",
    )
    .bind(cycle)
    .bind_json(units);
    let row = |row: &Row| Ok((row.get("unit")?, row.get("concluded")?));
    reads.all(found).await?.iter().map(row).collect()
}
