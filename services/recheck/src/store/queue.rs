//! What is open of a cycle, what comes next, and who holds it.

use chiso_domain::kernel::{CaseId, CycleCode, Instant, PersonId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::case::{CaseRow, read};

/// How many cases there are of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) due: i64,
    pub(crate) callbacks: i64,
    pub(crate) again: i64,
    pub(crate) fresh: i64,
    pub(crate) visits: i64,
    pub(crate) open: i64,
    pub(crate) done: i64,
    pub(crate) confirmed: i64,
    pub(crate) void: i64,
}

/// The cases of a cycle: those that an officer has or can take (none: all). A visit is taken by nobody else.
pub(crate) async fn counts(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    officer: Option<PersonId>,
    now: Instant,
) -> DbResult<Counts> {
    let count = sql(
        "SELECT COUNT(CASE WHEN c.outcome IS NULL AND c.tried = 'CALL_BACK' AND c.next_at <= $3 THEN 1 END) AS due, \
         COUNT(CASE WHEN c.outcome IS NULL AND c.tried = 'CALL_BACK' AND c.next_at > $3 THEN 1 END) AS callbacks, \
         COUNT(CASE WHEN c.outcome IS NULL AND c.tried NOT IN ('', 'CALL_BACK', 'ASKS_VISIT') THEN 1 END) AS again, \
         COUNT(CASE WHEN c.outcome IS NULL AND c.tried = '' THEN 1 END) AS fresh, \
         COUNT(CASE WHEN c.outcome IS NULL AND c.tried = 'ASKS_VISIT' THEN 1 END) AS visits, \
         COUNT(CASE WHEN c.outcome IS NULL THEN 1 END) AS open, COUNT(c.outcome) AS done, \
         COUNT(CASE WHEN c.outcome = 'CONFIRMED' THEN 1 END) AS confirmed, \
         COUNT(CASE WHEN c.void = 1 THEN 1 END) AS void FROM recheck_case c \
         JOIN recheck_lot l ON l.lot_id = c.lot_id JOIN recheck_slip s ON s.slip_id = c.slip_id \
         WHERE l.cycle = $1 AND (c.officer = $2 OR $2 IS NULL OR (c.outcome IS NULL AND s.interviewer <> $2 \
         AND c.tried <> 'ASKS_VISIT' \
         AND (c.officer IS NULL OR (c.pooled = 1 AND COALESCE(c.held_until, 0) <= $3))))",
    )
    .bind(cycle)
    .bind(officer)
    .bind(now);
    let row = reads.one(count).await?;
    Ok(Counts {
        due: row.get("due")?,
        callbacks: row.get("callbacks")?,
        again: row.get("again")?,
        fresh: row.get("fresh")?,
        visits: row.get("visits")?,
        open: row.get("open")?,
        done: row.get("done")?,
        confirmed: row.get("confirmed")?,
        void: row.get("void")?,
    })
}

/// An officer's own open cases, in the order in which they come due; visits last.
pub(crate) async fn mine(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    officer: PersonId,
    now: Instant,
    most: i64,
) -> DbResult<Vec<CaseRow>> {
    let some = sql(
        "SELECT c.*, l.cycle, s.unit, s.respondent_group, s.interviewer, s.respondent_id, s.sha256 \
         FROM recheck_case c JOIN recheck_lot l ON l.lot_id = c.lot_id \
         JOIN recheck_slip s ON s.slip_id = c.slip_id \
         WHERE l.cycle = $1 AND l.concluded_at IS NULL AND c.officer = $2 AND c.outcome IS NULL \
         ORDER BY CASE WHEN COALESCE(c.held_until, 0) > $3 THEN 0 WHEN c.tried = 'CALL_BACK' THEN 1 \
         WHEN c.tried = 'ASKS_VISIT' THEN 3 ELSE 2 END, COALESCE(c.next_at, $3), c.lot_id, c.place LIMIT $4",
    )
    .bind(cycle)
    .bind(officer)
    .bind(now)
    .bind(most);
    read(reads, some).await
}

/// Who looks for the next case, where and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'a> {
    pub(crate) cycle: &'a CycleCode,
    pub(crate) officer: PersonId,
    /// The recheck is open for these.
    pub(crate) units: &'a [UnitCode],
    pub(crate) now: Instant,
}

/// The case to call next: the one that is held, then calls that were promised, then own ones, then those that nobody
/// has. Never one that the officer interviewed, that another one holds, or that is not due.
pub(crate) async fn next(reads: &mut impl Reads, search: Search<'_>) -> DbResult<Option<CaseRow>> {
    let one = sql(
        "SELECT c.*, l.cycle, s.unit, s.respondent_group, s.interviewer, s.respondent_id, s.sha256 \
         FROM recheck_case c JOIN recheck_lot l ON l.lot_id = c.lot_id \
         JOIN recheck_slip s ON s.slip_id = c.slip_id JOIN json_each($4) k ON k.atom = s.unit \
         WHERE l.cycle = $1 AND l.concluded_at IS NULL AND c.outcome IS NULL AND s.interviewer <> $2 \
         AND (c.officer = $2 OR c.officer IS NULL OR (c.pooled = 1 AND COALESCE(c.held_until, 0) <= $3)) \
         AND COALESCE(c.next_at, 0) <= $3 \
         AND (c.tried <> 'ASKS_VISIT' OR (c.officer = $2 AND COALESCE(c.held_until, 0) > $3)) \
         ORDER BY CASE WHEN c.officer = $2 AND COALESCE(c.held_until, 0) > $3 THEN 0 \
         WHEN c.tried = 'CALL_BACK' THEN 1 WHEN c.officer = $2 THEN 2 ELSE 3 END, \
         CASE WHEN c.officer = $2 THEN 0 ELSE 1 END, \
         CASE WHEN c.next_at IS NULL THEN 1 ELSE 0 END, c.next_at, c.lot_id, c.place LIMIT 1",
    )
    .bind(search.cycle)
    .bind(search.officer)
    .bind(search.now)
    .bind_json(search.units);
    Ok(read(reads, one).await?.pop())
}

/// When the next of the cases comes due that the officer could take then.
pub(crate) async fn next_at(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    officer: PersonId,
    now: Instant,
) -> DbResult<Option<Instant>> {
    let first = sql("SELECT MIN(c.next_at) AS next_at FROM recheck_case c \
         JOIN recheck_lot l ON l.lot_id = c.lot_id JOIN recheck_slip s ON s.slip_id = c.slip_id \
         WHERE l.cycle = $1 AND l.concluded_at IS NULL AND c.outcome IS NULL AND s.interviewer <> $2 \
         AND (c.officer = $2 OR c.officer IS NULL OR c.pooled = 1) AND c.next_at > $3")
    .bind(cycle)
    .bind(officer)
    .bind(now);
    reads.one(first).await?.get("next_at")
}

/// How many cases of some units are open, by officer; first those that nobody has. One that was taken and that its
/// officer no longer holds is nobody's again.
pub(crate) async fn open_of(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
    now: Instant,
) -> DbResult<Vec<(Option<PersonId>, i64)>> {
    let text = "SELECT o.officer, COUNT(*) AS n FROM (SELECT CASE WHEN c.pooled = 1 \
                AND COALESCE(c.held_until, 0) <= $3 THEN NULL ELSE c.officer END AS officer \
                FROM recheck_case c JOIN recheck_lot l ON l.lot_id = c.lot_id \
                JOIN recheck_slip s ON s.slip_id = c.slip_id JOIN json_each($2) k ON k.atom = s.unit \
                WHERE l.cycle = $1 AND l.concluded_at IS NULL AND c.outcome IS NULL) o \
                GROUP BY o.officer ORDER BY CASE WHEN o.officer IS NULL THEN 0 ELSE 1 END, o.officer";
    let rows = reads
        .all(sql(text).bind(cycle).bind_json(units).bind(now))
        .await?;
    let read = |row: &Row| Ok((row.get("officer")?, row.get("n")?));
    rows.iter().map(read).collect()
}

/// Gives a case to an officer until an instant. One that nobody had stays one that others take after that.
pub(crate) async fn hold(tx: &mut Tx, case: CaseId, officer: PersonId, until: Instant) -> DbResult<()> {
    let update = sql(
        "UPDATE recheck_case SET pooled = CASE WHEN officer IS NULL THEN 1 ELSE pooled END, \
                      officer = $2, held_until = $3 WHERE case_id = $1",
    )
    .bind(case)
    .bind(officer)
    .bind(until);
    tx.run_one(update).await
}

/// Lets go of a case; nobody has it then, if nobody had before it was taken.
pub(crate) async fn release(tx: &mut Tx, case: CaseId) -> DbResult<()> {
    let update = sql(
        "UPDATE recheck_case SET officer = CASE WHEN pooled = 1 THEN NULL ELSE officer END, \
                      pooled = 0, held_until = NULL WHERE case_id = $1",
    )
    .bind(case);
    tx.run_one(update).await
}
