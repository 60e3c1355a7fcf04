//! Slips that are being filled in.

use chiso_domain::kernel::{CycleCode, GroupCode, Instant, PersonId, RespondentId, SlipId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

/// A draft as stored.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: SlipId,
    pub(crate) cycle: CycleCode,
    pub(crate) interviewer: PersonId,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) group: GroupCode,
    pub(crate) respondent: Option<RespondentId>,
    pub(crate) questionnaire: String,
    pub(crate) started_at: Instant,
    pub(crate) agreed: bool,
    /// (Question, value) as typed.
    pub(crate) answers: Vec<(String, String)>,
    /// Sealed.
    pub(crate) note: Vec<u8>,
    pub(crate) version: i64,
    pub(crate) saved_at: Instant,
    /// The returned slip in whose place it is to come.
    pub(crate) replaces: Option<SlipId>,
}

fn read(row: &Row) -> DbResult<Draft> {
    let unit: String = row.get("unit")?;
    Ok(Draft {
        id: row.get("slip_id")?,
        cycle: row.get("cycle")?,
        interviewer: row.get("interviewer")?,
        unit: unit.parse().ok(),
        group: row.get("grp")?,
        respondent: row.get("respondent_id")?,
        questionnaire: row.get("questionnaire")?,
        started_at: row.get("started_at")?,
        agreed: row.get("agreed")?,
        answers: serde_json::from_str(&row.get::<String>("answers")?)?,
        note: row.get("note")?,
        version: row.get("version")?,
        saved_at: row.get("saved_at")?,
        replaces: row.get("replaces")?,
    })
}

pub(crate) async fn find(reads: &mut impl Reads, id: SlipId) -> DbResult<Option<Draft>> {
    let row = reads
        .opt(sql("SELECT * FROM survey_draft WHERE slip_id = $1").bind(id))
        .await?;
    row.as_ref().map(read).transpose()
}

/// One interviewer's drafts whose slips are not there yet, in the order of their ids.
pub(crate) async fn list(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    interviewer: PersonId,
    after: Option<SlipId>,
    limit: i64,
) -> DbResult<Vec<Draft>> {
    let text = "SELECT d.* FROM survey_draft d \
                LEFT JOIN survey_slip s ON s.slip_id = d.slip_id AND s.cycle = d.cycle \
                WHERE d.cycle = $1 AND d.interviewer = $2 AND d.slip_id > COALESCE($3, unhex('')) \
                AND s.slip_id IS NULL ORDER BY d.slip_id LIMIT $4";
    let statement = sql(text).bind(cycle).bind(interviewer).bind(after).bind(limit);
    reads.all(statement).await?.iter().map(read).collect()
}

pub(crate) async fn count(reads: &mut impl Reads, cycle: &CycleCode, interviewer: PersonId) -> DbResult<i64> {
    let text = "SELECT COUNT(*) AS n FROM survey_draft WHERE cycle = $1 AND interviewer = $2";
    reads.one(sql(text).bind(cycle).bind(interviewer)).await?.get("n")
}

/// Forgets the interviewer's drafts whose slips are there.
pub(crate) async fn drop_submitted(tx: &mut Tx, cycle: &CycleCode, interviewer: PersonId) -> DbResult<()> {
    let text = "DELETE FROM survey_draft WHERE cycle = $1 AND interviewer = $2 AND slip_id IN \
                (SELECT d.slip_id FROM survey_draft d \
                JOIN survey_slip s ON s.slip_id = d.slip_id AND s.cycle = d.cycle \
                WHERE d.cycle = $1 AND d.interviewer = $2)";
    tx.run(sql(text).bind(cycle).bind(interviewer)).await?;
    Ok(())
}

/// Stores a draft in the place of the one before.
pub(crate) async fn save(tx: &mut Tx, draft: &Draft) -> DbResult<()> {
    let text = "INSERT INTO survey_draft (slip_id, cycle, interviewer, unit, grp, respondent_id, questionnaire, \
                started_at, agreed, answers, note, version, saved_at, replaces) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                ON CONFLICT (slip_id) DO UPDATE SET unit = excluded.unit, grp = excluded.grp, \
                respondent_id = excluded.respondent_id, questionnaire = excluded.questionnaire, \
                started_at = excluded.started_at, agreed = excluded.agreed, answers = excluded.answers, \
                note = excluded.note, version = excluded.version, saved_at = excluded.saved_at, \
                replaces = excluded.replaces";
    let statement = sql(text)
        .bind(draft.id)
        .bind(&draft.cycle)
        .bind(draft.interviewer)
        .bind(draft.unit.as_ref().map_or("", UnitCode::as_str))
        .bind(&draft.group)
        .bind(draft.respondent)
        .bind(&draft.questionnaire)
        .bind(draft.started_at)
        .bind(i64::from(draft.agreed))
        .bind_json(&draft.answers)
        .bind(&draft.note[..])
        .bind(draft.version)
        .bind(draft.saved_at)
        .bind(draft.replaces);
    tx.run_one(statement).await
}

pub(crate) async fn drop(tx: &mut Tx, id: SlipId) -> DbResult<()> {
    tx.run_one(sql("DELETE FROM survey_draft WHERE slip_id = $1").bind(id))
        .await
}
