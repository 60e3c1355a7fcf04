//! Slips, one by one and by pages. How they get in is in `intake`.

use chiso_domain::kernel::{CycleCode, GroupCode, Instant, PersonId, RespondentId, SlipId, UnitCode};
use chiso_domain::survey::InvalidReason;
use chiso_platform::db::{DbError, DbResult, Reads, Row, Tx, sql};

/// A slip as stored.
#[derive(Clone, Debug)]
pub(crate) struct Slip {
    pub(crate) id: SlipId,
    pub(crate) cycle: CycleCode,
    pub(crate) unit: UnitCode,
    pub(crate) group: GroupCode,
    pub(crate) respondent: RespondentId,
    pub(crate) interviewer: PersonId,
    pub(crate) questionnaire: String,
    pub(crate) started_at: Instant,
    pub(crate) ended_at: Instant,
    pub(crate) received_at: Instant,
    pub(crate) answered_personally: bool,
    pub(crate) valid: bool,
    pub(crate) reasons: Vec<InvalidReason>,
    pub(crate) answers: Vec<(String, String)>,
    pub(crate) sha256: Vec<u8>,
    /// The returned slip in whose place it was sent.
    pub(crate) replaces: Option<SlipId>,
}

/// Reads stored reasons.
pub(crate) fn reasons(json: &str) -> DbResult<Vec<InvalidReason>> {
    let pairs: Vec<(String, String)> = serde_json::from_str(json)?;
    let unreadable = || DbError::Column {
        column: "reasons".to_owned(),
        expected: "known reason",
    };
    pairs
        .iter()
        .map(|(code, question)| InvalidReason::read(code, question).ok_or_else(unreadable))
        .collect()
}

pub(super) fn read(row: &Row) -> DbResult<Slip> {
    let answers: String = row.get("answers")?;
    Ok(Slip {
        id: row.get("slip_id")?,
        cycle: row.get("cycle")?,
        unit: row.get("unit")?,
        group: row.get("grp")?,
        respondent: row.get("respondent_id")?,
        interviewer: row.get("interviewer")?,
        questionnaire: row.get("questionnaire")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        received_at: row.get("received_at")?,
        answered_personally: row.get("answered_personally")?,
        valid: row.get("valid")?,
        reasons: reasons(&row.get::<String>("reasons")?)?,
        answers: serde_json::from_str(&answers)?,
        sha256: row.get("sha256")?,
        replaces: row.get("replaces")?,
    })
}

/// Slips with the returned ones in whose place they were sent.
macro_rules! slips {
    ($which:literal) => {
        concat!(
            "SELECT s.*, (SELECT t.slip_id FROM survey_return t WHERE t.replaced_by = s.slip_id LIMIT 1) AS replaces \
             FROM survey_slip s ",
            $which
        )
    };
}

pub(crate) async fn find(reads: &mut impl Reads, id: SlipId) -> DbResult<Option<Slip>> {
    let row = reads.opt(sql(slips!("WHERE s.slip_id = $1")).bind(id)).await?;
    row.as_ref().map(read).transpose()
}

/// Which slips.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) cycle: CycleCode,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) group: Option<GroupCode>,
    pub(crate) interviewer: Option<PersonId>,
}

/// Place in the order of unit and slip id.
pub(crate) type After = (String, Option<SlipId>);

pub(crate) async fn list(
    reads: &mut impl Reads,
    filter: &Filter,
    after: &After,
    limit: i64,
) -> DbResult<Vec<Slip>> {
    // With a unit, its index range alone is walked.
    let text = if filter.unit.is_some() {
        slips!(
            "WHERE s.cycle = $1 AND s.unit = $2 AND (s.grp = $3 OR $3 IS NULL) \
             AND (s.interviewer = $4 OR $4 IS NULL) AND (s.unit, s.slip_id) > ($5, COALESCE($6, unhex(''))) \
             ORDER BY s.unit, s.slip_id LIMIT $7"
        )
    } else {
        slips!(
            "WHERE s.cycle = $1 AND CAST($2 AS TEXT) IS NULL AND (s.grp = $3 OR $3 IS NULL) \
             AND (s.interviewer = $4 OR $4 IS NULL) AND (s.unit, s.slip_id) > ($5, COALESCE($6, unhex(''))) \
             ORDER BY s.unit, s.slip_id LIMIT $7"
        )
    };
    let statement = sql(text)
        .bind(&filter.cycle)
        .bind(filter.unit.as_ref())
        .bind(filter.group.as_ref())
        .bind(filter.interviewer)
        .bind(after.0.as_str())
        .bind(after.1)
        .bind(limit);
    reads.all(statement).await?.iter().map(read).collect()
}

/// Valid slips of some units (none named: of all).
pub(crate) async fn list_valid(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
    after: &After,
    limit: i64,
) -> DbResult<Vec<Slip>> {
    let text = slips!(
        "WHERE s.cycle = $1 AND s.valid = 1 AND ($2 = '[]' OR s.unit IN (SELECT atom FROM json_each($2))) \
         AND (s.unit, s.slip_id) > ($3, COALESCE($4, unhex(''))) ORDER BY s.unit, s.slip_id LIMIT $5"
    );
    let statement = sql(text)
        .bind(cycle)
        .bind_json(units)
        .bind(after.0.as_str())
        .bind(after.1)
        .bind(limit);
    reads.all(statement).await?.iter().map(read).collect()
}

/// A valid slip counts no more: it was returned.
pub(crate) async fn invalidate(tx: &mut Tx, slip: &Slip, reasons: &[InvalidReason]) -> DbResult<()> {
    let reasons: Vec<(&str, &str)> = reasons.iter().map(|r| (r.code(), r.question())).collect();
    let text =
        "UPDATE survey_slip SET valid = 0, reasons = $3 WHERE slip_id = $1 AND cycle = $2 AND valid = 1";
    tx.run_one(sql(text).bind(slip.id).bind(&slip.cycle).bind_json(&reasons))
        .await
}
