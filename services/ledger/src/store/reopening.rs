//! What units ask after a window has ended, and what they were answered.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{CycleCode, Instant, ReopeningId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::malformed;

/// The windows in which a unit writes, which alone can be opened again for it.
const WINDOWS: [(Window, &str); 2] = [
    (Window::SelfScoring, "self_scoring"),
    (Window::Explanation, "explanation"),
];

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reopening {
    /// Made by the client.
    pub id: ReopeningId,
    /// Cycle.
    pub cycle: CycleCode,
    /// Unit.
    pub unit: UnitCode,
    /// What is to be opened again.
    pub window: Window,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Instant,
    /// None until it is answered.
    pub granted: Option<bool>,
    /// What was answered.
    pub answer: String,
    /// Who answered.
    pub answered_by: String,
    /// When.
    pub answered_at: Option<Instant>,
}

impl Reopening {
    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "reopening_id": self.id,
            "window": text(self.window),
            "granted": self.granted,
        })
    }

    fn read(row: &Row) -> DbResult<Self> {
        let window: String = row.get("win")?;
        let window = WINDOWS.into_iter().find(|(_, name)| *name == window);
        let granted: Option<i64> = row.get("granted")?;
        Ok(Self {
            id: row.get("reopening_id")?,
            cycle: row.get("cycle")?,
            unit: row.get("unit")?,
            window: window.ok_or_else(|| malformed("win", "window"))?.0,
            reason: row.get("reason")?,
            asked_by: row.get("asked_by")?,
            asked_at: row.get("asked_at")?,
            granted: granted.map(|granted| granted == 1),
            answer: row.get("answer")?,
            answered_by: row.get("answered_by")?,
            answered_at: row.get("answered_at")?,
        })
    }
}

fn text(window: Window) -> &'static str {
    let known = WINDOWS.into_iter().find(|(known, _)| *known == window);
    known.map_or("", |(_, name)| name)
}

/// Stores a request, or the answer to it.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, reopening: &Reopening) -> DbResult<()> {
    let statement = "INSERT INTO ledger_reopening (reopening_id, cycle, unit, win, reason, asked_by, asked_at, \
                     granted, answer, answered_by, answered_at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                     ON CONFLICT (reopening_id) DO UPDATE SET granted = excluded.granted, \
                     answer = excluded.answer, answered_by = excluded.answered_by, \
                     answered_at = excluded.answered_at";
    let statement = sql(statement)
        .bind(reopening.id)
        .bind(&reopening.cycle)
        .bind(&reopening.unit)
        .bind(text(reopening.window))
        .bind(&reopening.reason)
        .bind(&reopening.asked_by)
        .bind(reopening.asked_at)
        .bind(reopening.granted.map(i64::from))
        .bind(&reopening.answer)
        .bind(&reopening.answered_by)
        .bind(reopening.answered_at);
    tx.run_one(statement).await
}

/// One request.
///
/// # Errors
/// The database's.
pub(crate) async fn find(reads: &mut impl Reads, id: ReopeningId) -> DbResult<Option<Reopening>> {
    let found = sql("SELECT * FROM ledger_reopening WHERE reopening_id = $1").bind(id);
    reads.opt(found).await?.as_ref().map(Reopening::read).transpose()
}

/// Whether a request of the unit for the window waits for its answer.
///
/// # Errors
/// The database's.
pub(crate) async fn waits(
    reads: &mut impl Reads,
    (cycle, unit): (&CycleCode, &UnitCode),
    window: Window,
) -> DbResult<bool> {
    let found = "SELECT * FROM ledger_reopening WHERE cycle = $1 AND unit = $2 AND win = $3 AND granted IS NULL \
                 ORDER BY reopening_id LIMIT 1";
    let found = sql(found).bind(cycle).bind(unit).bind(text(window));
    Ok(reads.opt(found).await?.is_some())
}

/// Requests of a cycle in the order of their ids, after one of them.
///
/// # Errors
/// The database's.
pub(crate) async fn page(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    after: &str,
    limit: i64,
) -> DbResult<Vec<Reopening>> {
    let found = "SELECT * FROM ledger_reopening WHERE cycle = $1 AND lower(hex(reopening_id)) > $2 \
                 ORDER BY lower(hex(reopening_id)) LIMIT $3";
    let found = sql(found).bind(cycle).bind(after).bind(limit);
    reads.all(found).await?.iter().map(Reopening::read).collect()
}
