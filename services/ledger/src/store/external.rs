//! Imported scores of external indices.

use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Points, UnitCode};
use chiso_platform::db::{DbResult, Tx, sql};
use serde::Serialize;

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
                SELECT $2, value->>'unit', $3, value->>'input', value->>'points', $4, $5, $6 FROM json_each($1) \
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
