//! Questionnaires and their versions.

use chiso_domain::kernel::{CycleCode, GroupCode, Instant};
use chiso_domain::survey::Questionnaire;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

fn read(row: &Row) -> DbResult<Questionnaire> {
    let body: String = row.get("body")?;
    Ok(serde_json::from_str(&body)?)
}

/// The version with that hash.
pub(crate) async fn version(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    sha256: &str,
) -> DbResult<Option<Questionnaire>> {
    let text = "SELECT body FROM survey_questionnaire WHERE cycle = $1 AND sha256 = $2";
    let row = reads.opt(sql(text).bind(cycle).bind(sha256)).await?;
    row.as_ref().map(read).transpose()
}

/// The newest version of a group.
pub(crate) async fn current(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    group: &GroupCode,
) -> DbResult<Option<Questionnaire>> {
    let text =
        "SELECT body FROM survey_questionnaire WHERE cycle = $1 AND grp = $2 ORDER BY version DESC LIMIT 1";
    let row = reads.opt(sql(text).bind(cycle).bind(group)).await?;
    row.as_ref().map(read).transpose()
}

/// The newest version of every group of a cycle.
pub(crate) async fn all_current(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Vec<Questionnaire>> {
    let text = "SELECT q.body FROM survey_questionnaire q WHERE q.cycle = $1 AND q.version = \
                (SELECT MAX(n.version) FROM survey_questionnaire n WHERE n.cycle = q.cycle AND n.grp = q.grp) \
                ORDER BY q.grp";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    rows.iter().map(read).collect()
}

/// Adds a version; the next number is its own.
pub(crate) async fn add(
    tx: &mut Tx,
    cycle: &CycleCode,
    questionnaire: &Questionnaire,
    now: Instant,
) -> DbResult<()> {
    let text = "INSERT INTO survey_questionnaire (cycle, grp, version, sha256, body, imported_at) \
                SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4, $5 FROM survey_questionnaire \
                WHERE cycle = $1 AND grp = $2";
    let statement = sql(text)
        .bind(cycle)
        .bind(&questionnaire.group)
        .bind(questionnaire.sha256())
        .bind(questionnaire.canonical_json())
        .bind(now);
    tx.run_one(statement).await
}
