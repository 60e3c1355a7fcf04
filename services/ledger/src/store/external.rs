//! Imported scores of external indices.

use std::collections::BTreeMap;

use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Points, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use serde::Serialize;

use super::{malformed, read_input};

/// One unit's imported score.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Score {
    /// Which unit.
    pub unit: UnitCode,
    /// The input as it is stored.
    pub input: String,
    /// What it gives, in 1/10,000.
    #[serde(serialize_with = "parts")]
    pub points: Points,
}

fn parts<S: serde::Serializer>(points: &Points, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(points.parts())
}

/// Where an import belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Import<'a> {
    /// Cycle.
    pub cycle: &'a CycleCode,
    /// The leaf, the same in every set that has it.
    pub criterion: &'a CriterionCode,
    /// The decision that published the index.
    pub document: &'a str,
    /// Who.
    pub by: &'a str,
    /// When.
    pub at: Instant,
}

/// Stores all scores of an import with one statement; a later import replaces an earlier one.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, import: Import<'_>, scores: &[Score]) -> DbResult<()> {
    let text = "INSERT INTO ledger_external (cycle, unit, criterion, input, points, document, imported_by, imported_at) \
                SELECT $2, value->>'unit', $3, value->>'input', CAST(value->>'points' AS BIGINT), \
                $4, $5, $6 FROM json_each($1) \
                WHERE true ON CONFLICT (cycle, unit, criterion) DO UPDATE SET input = excluded.input, \
                points = excluded.points, document = excluded.document, imported_by = excluded.imported_by, \
                imported_at = excluded.imported_at";
    let statement = sql(text)
        .bind_json(scores)
        .bind(import.cycle)
        .bind(import.criterion)
        .bind(import.document)
        .bind(import.by)
        .bind(import.at);
    tx.run(statement).await.map(|_| ())
}

/// What was imported for one unit, and with which import.
#[derive(Clone, Debug)]
pub(crate) struct Imported {
    /// The score.
    pub input: LeafInput,
    /// What it gives.
    pub points: Points,
    /// The decision that published the index.
    pub document: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What stands there now, by unit.
///
/// # Errors
/// The database's.
pub(crate) async fn imported(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<BTreeMap<UnitCode, Imported>> {
    let text = "SELECT unit, input, points, document, imported_by, imported_at FROM ledger_external \
                WHERE cycle = $1 AND criterion = $2";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    let one = |row: &Row| {
        let input = read_input(row, "input")?.ok_or_else(|| malformed("input", "score"))?;
        let imported = Imported {
            input,
            points: row.get("points")?,
            document: row.get("document")?,
            by: row.get("imported_by")?,
            at: row.get("imported_at")?,
        };
        Ok((row.get("unit")?, imported))
    };
    rows.iter().map(one).collect()
}

/// What stands there now, for the journal; none before the first import.
///
/// # Errors
/// The database's.
pub(crate) async fn of_leaf(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<Option<serde_json::Value>> {
    let text =
        "SELECT unit, input, document FROM ledger_external WHERE cycle = $1 AND criterion = $2 ORDER BY unit";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let document: String = first.get("document")?;
    let score = |row: &Row| -> DbResult<_> {
        Ok(serde_json::json!({ "unit": row.get::<UnitCode>("unit")?, "input": row.get::<String>("input")? }))
    };
    let scores = rows.iter().map(score).collect::<DbResult<Vec<_>>>()?;
    Ok(Some(
        serde_json::json!({ "document": document, "scores": scores }),
    ))
}
