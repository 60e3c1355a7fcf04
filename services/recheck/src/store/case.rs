//! Cases, attempts and findings.

use std::collections::BTreeMap;

use chiso_domain::kernel::{
    CaseId, CycleCode, GroupCode, Instant, LotId, PersonId, QuestionName, RespondentId, SlipId, UnitCode,
};
use chiso_domain::recheck::{
    AttemptOutcome, Cause, Contribution, Difference, InterviewerTally, Officer, Outcome, RecheckMode,
    Stratum, Unassigned, Verdict,
};
use chiso_platform::db::{DbResult, Reads, Row, Statement, Tx, sql};
use chiso_platform::page::Page;
use serde::Serialize;

use super::{coded, hexed};

/// A case with all that is told about it.
#[derive(Clone, Debug)]
pub(crate) struct CaseRow {
    pub(crate) id: CaseId,
    pub(crate) lot: LotId,
    pub(crate) cycle: CycleCode,
    pub(crate) place: i64,
    pub(crate) slip: SlipId,
    pub(crate) slip_sha256: String,
    pub(crate) unit: UnitCode,
    pub(crate) group: GroupCode,
    pub(crate) interviewer: PersonId,
    pub(crate) respondent: RespondentId,
    pub(crate) cause: Cause,
    pub(crate) officer: Option<PersonId>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) recorded_at: Option<Instant>,
    pub(crate) attempts: Vec<AttemptRow>,
    pub(crate) differences: Vec<Difference>,
    /// What was answered the second time.
    pub(crate) answers: Vec<(QuestionName, String)>,
    /// Taken from the cases that nobody had.
    pub(crate) pooled: bool,
    pub(crate) held_until: Option<Instant>,
    pub(crate) next_at: Option<Instant>,
}

/// A call that did not reach the respondent.
#[derive(Clone, Debug)]
pub(crate) struct AttemptRow {
    pub(crate) at: Instant,
    pub(crate) mode: RecheckMode,
    pub(crate) note: String,
    pub(crate) outcome: AttemptOutcome,
    pub(crate) callback_at: Option<Instant>,
}

impl CaseRow {
    pub(crate) fn stratum(&self) -> Stratum {
        (self.unit.clone(), self.group.clone())
    }

    pub(crate) fn attempted_at(&self) -> Vec<Instant> {
        self.attempts.iter().map(|a| a.at).collect()
    }
}

/// One case.
pub(crate) async fn case(reads: &mut impl Reads, id: CaseId) -> DbResult<Option<CaseRow>> {
    let one = sql(
        "SELECT c.*, l.cycle, s.unit, s.respondent_group, s.interviewer, s.respondent_id, s.sha256 \
                   FROM recheck_case c JOIN recheck_lot l ON l.lot_id = c.lot_id \
                   JOIN recheck_slip s ON s.slip_id = c.slip_id WHERE c.case_id = $1",
    )
    .bind(id);
    Ok(read(reads, one).await?.pop())
}

/// The cases of a lot that an officer has (none: all), in the order in which they came about.
pub(crate) async fn cases(
    reads: &mut impl Reads,
    lot: LotId,
    officer: Option<PersonId>,
    open_only: bool,
    (page, after): (&Page, i64),
) -> DbResult<Vec<CaseRow>> {
    let some = sql(
        "SELECT c.*, l.cycle, s.unit, s.respondent_group, s.interviewer, s.respondent_id, s.sha256 \
                    FROM recheck_case c JOIN recheck_lot l ON l.lot_id = c.lot_id \
                    JOIN recheck_slip s ON s.slip_id = c.slip_id WHERE c.lot_id = $1 \
                    AND (c.officer = $2 OR $2 IS NULL) AND ($3 = 0 OR c.outcome IS NULL) AND c.place > $4 \
                    ORDER BY c.place LIMIT $5",
    )
    .bind(lot)
    .bind(officer)
    .bind(open_only)
    .bind(after)
    .bind(page.limit_and_one());
    read(reads, some).await
}

/// The cases with these ids, in the order in which they came about.
pub(crate) async fn named(reads: &mut impl Reads, lot: LotId, ids: &[CaseId]) -> DbResult<Vec<CaseRow>> {
    let ids: Vec<String> = ids.iter().map(hexed).collect();
    let some = sql(
        "SELECT c.*, l.cycle, s.unit, s.respondent_group, s.interviewer, s.respondent_id, s.sha256 \
                    FROM json_each($2) k JOIN recheck_case c ON c.case_id = unhex(k.atom) \
                    JOIN recheck_lot l ON l.lot_id = c.lot_id JOIN recheck_slip s ON s.slip_id = c.slip_id \
                    WHERE c.lot_id = $1 ORDER BY c.place",
    )
    .bind(lot)
    .bind_json(&ids);
    read(reads, some).await
}

pub(super) async fn read(reads: &mut impl Reads, statement: Statement) -> DbResult<Vec<CaseRow>> {
    let rows = reads.all(statement).await?;
    let mut cases = rows.iter().map(case_row).collect::<DbResult<Vec<_>>>()?;
    let ids: Vec<String> = cases.iter().map(|c| hexed(&c.id)).collect();
    let at: BTreeMap<CaseId, usize> = cases.iter().enumerate().map(|(at, c)| (c.id, at)).collect();
    let attempts = sql(
        "SELECT a.case_id, a.at, a.mode, a.note, a.outcome, a.callback_at FROM json_each($1) k \
                        JOIN recheck_attempt a ON a.case_id = unhex(k.atom) ORDER BY a.case_id, a.number",
    )
    .bind_json(&ids);
    for row in reads.all(attempts).await? {
        if let Some(at) = at.get(&row.get("case_id")?) {
            cases[*at].attempts.push(AttemptRow {
                at: row.get("at")?,
                mode: coded(&row, "mode", RecheckMode::read, "mode")?,
                note: row.get("note")?,
                outcome: coded(&row, "outcome", AttemptOutcome::read, "outcome of an attempt")?,
                callback_at: row.get("callback_at")?,
            });
        }
    }
    let differences = sql(
        "SELECT d.case_id, d.question, d.first_answer, d.second_answer FROM json_each($1) k \
                           JOIN recheck_difference d ON d.case_id = unhex(k.atom) ORDER BY d.case_id, d.number",
    )
    .bind_json(&ids);
    for row in reads.all(differences).await? {
        if let Some(at) = at.get(&row.get("case_id")?) {
            cases[*at].differences.push(Difference {
                question: row.get("question")?,
                first: row.get("first_answer")?,
                second: row.get("second_answer")?,
            });
        }
    }
    let answers = sql(
        "SELECT a.case_id, a.question, a.second_answer FROM json_each($1) k \
                       JOIN recheck_answer a ON a.case_id = unhex(k.atom) ORDER BY a.case_id, a.number",
    )
    .bind_json(&ids);
    for row in reads.all(answers).await? {
        if let Some(at) = at.get(&row.get("case_id")?) {
            let answer = (row.get("question")?, row.get("second_answer")?);
            cases[*at].answers.push(answer);
        }
    }
    Ok(cases)
}

fn case_row(row: &Row) -> DbResult<CaseRow> {
    let outcome: Option<String> = row.get("outcome")?;
    Ok(CaseRow {
        id: row.get("case_id")?,
        lot: row.get("lot_id")?,
        cycle: row.get("cycle")?,
        place: row.get("place")?,
        slip: row.get("slip_id")?,
        slip_sha256: row.get("sha256")?,
        unit: row.get("unit")?,
        group: row.get("respondent_group")?,
        interviewer: row.get("interviewer")?,
        respondent: row.get("respondent_id")?,
        cause: coded(row, "cause", Cause::read, "cause")?,
        officer: row.get("officer")?,
        outcome: outcome
            .map(|_| coded(row, "outcome", Outcome::read, "outcome"))
            .transpose()?,
        recorded_at: row.get("recorded_at")?,
        attempts: Vec::new(),
        differences: Vec::new(),
        answers: Vec::new(),
        pooled: row.get::<i64>("pooled")? == 1,
        held_until: row.get("held_until")?,
        next_at: row.get("next_at")?,
    })
}

#[derive(Serialize)]
struct NewCase {
    case: String,
    slip: String,
    cause: &'static str,
    number: usize,
}

/// Adds cases to a lot, after those it has.
pub(crate) async fn insert(
    tx: &mut Tx,
    lot: LotId,
    stage: i64,
    cases: &[(CaseId, SlipId, Cause)],
) -> DbResult<()> {
    let row = |(at, (case, slip, cause)): (usize, &(CaseId, SlipId, Cause))| NewCase {
        case: hexed(case),
        slip: hexed(slip),
        cause: cause.code(),
        number: at + 1,
    };
    let rows: Vec<NewCase> = cases.iter().enumerate().map(row).collect();
    let insert = sql(
        "INSERT INTO recheck_case (case_id, lot_id, slip_id, place, cause, stage) \
                      SELECT unhex(value->>'case'), $1, unhex(value->>'slip'), \
                      (SELECT COALESCE(MAX(place), 0) FROM recheck_case WHERE lot_id = $1) \
                      + CAST(value->>'number' AS BIGINT), value->>'cause', $2 FROM json_each($3)",
    )
    .bind(lot)
    .bind(stage)
    .bind_json(&rows);
    tx.run(insert).await?;
    Ok(())
}

/// Cases of a lot that nobody has, in the order in which they came about. One that was taken and that its officer no
/// longer holds is nobody's again.
pub(crate) async fn unassigned(
    reads: &mut impl Reads,
    lot: LotId,
    now: Instant,
) -> DbResult<Vec<Unassigned>> {
    let cases = sql("SELECT c.case_id, c.slip_id, s.interviewer FROM recheck_case c \
                     JOIN recheck_slip s ON s.slip_id = c.slip_id \
                     WHERE c.lot_id = $1 AND c.outcome IS NULL AND (c.officer IS NULL \
                     OR (c.pooled = 1 AND COALESCE(c.held_until, 0) <= $2)) ORDER BY c.place")
    .bind(lot)
    .bind(now);
    let row = |row: &Row| {
        Ok(Unassigned {
            case: row.get("case_id")?,
            slip: row.get("slip_id")?,
            interviewer: row.get("interviewer")?,
        })
    };
    reads.all(cases).await?.iter().map(row).collect()
}

/// How many open cases of a lot each officer has.
pub(crate) async fn workload(
    reads: &mut impl Reads,
    lot: LotId,
    officers: &[PersonId],
) -> DbResult<Vec<Officer>> {
    let open = sql("SELECT officer, COUNT(*) AS open FROM recheck_case \
                    WHERE lot_id = $1 AND officer IS NOT NULL AND outcome IS NULL GROUP BY officer")
    .bind(lot);
    let open = reads.all(open).await?;
    let open = open
        .iter()
        .map(|row| Ok((row.get("officer")?, row.get("open")?)))
        .collect::<DbResult<BTreeMap<PersonId, i64>>>()?;
    let officer = |person: &PersonId| Officer {
        person: *person,
        open: open.get(person).and_then(|n| u64::try_from(*n).ok()).unwrap_or(0),
    };
    Ok(officers.iter().map(officer).collect())
}

#[derive(Serialize)]
struct Given {
    case: String,
    officer: String,
}

/// Gives cases to officers.
pub(crate) async fn assign(tx: &mut Tx, given: &[(CaseId, PersonId)]) -> DbResult<u64> {
    let row = |(case, officer): &(CaseId, PersonId)| Given {
        case: hexed(case),
        officer: hexed(officer),
    };
    let rows: Vec<Given> = given.iter().map(row).collect();
    let update = sql(
        "UPDATE recheck_case SET officer = unhex(k.value->>'officer'), pooled = 0, held_until = NULL FROM json_each($1) k \
                      WHERE recheck_case.case_id = unhex(k.value->>'case')",
    )
    .bind_json(&rows);
    tx.run(update).await
}

/// Records a call that did not reach the respondent, and lets go of the case until the next one.
pub(crate) async fn insert_attempt(
    tx: &mut Tx,
    case: CaseId,
    attempt: &AttemptRow,
    next_at: Option<Instant>,
) -> DbResult<()> {
    let insert = sql(
        "INSERT INTO recheck_attempt (case_id, number, at, mode, note, outcome, callback_at) \
                      SELECT $1, COUNT(*) + 1, $2, $3, $4, $5, $6 FROM recheck_attempt WHERE case_id = $1",
    )
    .bind(case)
    .bind(attempt.at)
    .bind(attempt.mode.code())
    .bind(&attempt.note)
    .bind(attempt.outcome.code())
    .bind(attempt.callback_at);
    tx.run_one(insert).await?;
    let update =
        sql("UPDATE recheck_case SET tried = $2, next_at = $3, held_until = NULL WHERE case_id = $1")
            .bind(case)
            .bind(attempt.outcome.code())
            .bind(next_at);
    tx.run_one(update).await
}

/// What is stored of a finding besides its verdict.
pub(crate) struct Record<'a> {
    pub(crate) mode: Option<RecheckMode>,
    pub(crate) note: &'a str,
    pub(crate) at: Instant,
    /// What was answered the second time; nothing where nobody answered.
    pub(crate) answers: &'a [(QuestionName, String)],
}

#[derive(Serialize)]
struct NewAnswer<'a> {
    number: usize,
    question: &'a str,
    second: &'a str,
}

#[derive(Serialize)]
struct NewDifference<'a> {
    number: usize,
    question: &'a str,
    first: &'a str,
    second: &'a str,
}

/// Records the outcome of a case.
pub(crate) async fn record(
    tx: &mut Tx,
    case: CaseId,
    verdict: &Verdict,
    record: &Record<'_>,
) -> DbResult<()> {
    let update = sql(
        "UPDATE recheck_case SET outcome = $2, void = $3, mode = $4, note = $5, \
                      recorded_at = $6, held_until = NULL, next_at = NULL WHERE case_id = $1",
    )
    .bind(case)
    .bind(verdict.outcome.code())
    .bind(verdict.outcome.voids())
    .bind(record.mode.map_or("", RecheckMode::code))
    .bind(record.note)
    .bind(record.at);
    tx.run_one(update).await?;
    let mut rows = Vec::with_capacity(verdict.differences.len());
    for (at, d) in verdict.differences.iter().enumerate() {
        rows.push(NewDifference {
            number: at + 1,
            question: d.question.as_str(),
            first: &d.first,
            second: &d.second,
        });
    }
    let insert = sql(
        "INSERT INTO recheck_difference (case_id, number, question, first_answer, second_answer) \
                      SELECT $1, CAST(value->>'number' AS BIGINT), value->>'question', value->>'first', value->>'second' \
                      FROM json_each($2)",
    )
    .bind(case)
    .bind_json(&rows);
    tx.run(insert).await?;
    insert_answers(tx, case, record.answers).await
}

async fn insert_answers(tx: &mut Tx, case: CaseId, answers: &[(QuestionName, String)]) -> DbResult<()> {
    let mut rows = Vec::with_capacity(answers.len());
    for (at, (question, second)) in answers.iter().enumerate() {
        rows.push(NewAnswer {
            number: at + 1,
            question: question.as_str(),
            second,
        });
    }
    let insert = sql(
        "INSERT INTO recheck_answer (case_id, number, question, second_answer) \
                      SELECT $1, CAST(value->>'number' AS BIGINT), value->>'question', value->>'second' \
                      FROM json_each($2)",
    )
    .bind(case)
    .bind_json(&rows);
    tx.run(insert).await?;
    Ok(())
}

#[derive(Serialize)]
struct NewPart<'a> {
    criterion: &'a str,
    value: i64,
}

/// Stores what a void slip had given.
pub(crate) async fn insert_void_parts(tx: &mut Tx, case: &CaseRow, parts: &[Contribution]) -> DbResult<()> {
    let mut rows = Vec::with_capacity(parts.len());
    for part in parts {
        rows.push(NewPart {
            criterion: part.criterion.as_str(),
            value: part.value.parts(),
        });
    }
    let insert = sql(
        "INSERT INTO recheck_void_part (slip_id, criterion, cycle, unit, value) \
                      SELECT $1, value->>'criterion', $2, $3, CAST(value->>'value' AS BIGINT) FROM json_each($4)",
    )
    .bind(case.slip)
    .bind(&case.cycle)
    .bind(&case.unit)
    .bind_json(&rows);
    tx.run(insert).await?;
    Ok(())
}

/// How an interviewer's slips of a lot stand.
pub(crate) async fn tally(
    reads: &mut impl Reads,
    lot: LotId,
    interviewer: PersonId,
) -> DbResult<InterviewerTally> {
    let count = sql(
        "SELECT COUNT(CASE WHEN c.outcome <> 'NOT_REACHED' THEN 1 END) AS rechecked, \
                     CAST(COALESCE(SUM(c.void), 0) AS BIGINT) AS void, COUNT(*) - COUNT(c.outcome) AS open \
                     FROM recheck_case c JOIN recheck_slip s ON s.slip_id = c.slip_id \
                     WHERE c.lot_id = $1 AND s.interviewer = $2",
    )
    .bind(lot)
    .bind(interviewer);
    let row = reads.one(count).await?;
    let number = |column| -> DbResult<u64> { Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0)) };
    Ok(InterviewerTally {
        rechecked: number("rechecked")?,
        void: number("void")?,
        open: number("open")?,
    })
}
