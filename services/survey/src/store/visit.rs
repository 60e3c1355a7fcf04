//! Visits: who is to ask whom about which unit, and how far that is.

use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, RespondentId, SlipId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

/// (Respondent, unit, interviewer), ids in hexadecimal.
pub(crate) type NewVisit = (String, UnitCode, String);

/// Stores visits, each in the place of the one before.
pub(crate) async fn assign(tx: &mut Tx, cycle: &CycleCode, visits: &[NewVisit]) -> DbResult<()> {
    let text = "INSERT INTO survey_visit (cycle, respondent_id, unit, interviewer) \
                SELECT $2, unhex(value->>0), value->>1, unhex(value->>2) FROM json_each($1) WHERE true \
                ON CONFLICT (cycle, respondent_id, unit) DO UPDATE SET interviewer = excluded.interviewer";
    tx.run(sql(text).bind_json(visits).bind(cycle)).await?;
    Ok(())
}

/// Gives an interviewer everybody of a group who may be asked about a unit; answers how many they are.
pub(crate) async fn assign_group(
    tx: &mut Tx,
    cycle: &CycleCode,
    unit: &UnitCode,
    group: &GroupCode,
    interviewer: PersonId,
) -> DbResult<u64> {
    let text = "INSERT INTO survey_visit (cycle, respondent_id, unit, interviewer) \
                SELECT r.cycle, r.respondent_id, $2, $4 FROM survey_respondent r \
                WHERE r.cycle = $1 AND r.grp = $3 \
                AND (r.units = '[]' OR $2 IN (SELECT u.atom FROM json_each(r.units) u)) \
                ON CONFLICT (cycle, respondent_id, unit) DO UPDATE SET interviewer = excluded.interviewer";
    let statement = sql(text).bind(cycle).bind(unit).bind(group).bind(interviewer);
    tx.run(statement).await
}

/// Who is to ask these people, each pair once.
pub(crate) async fn interviewers_of(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    people: &[RespondentId],
) -> DbResult<Vec<(RespondentId, PersonId)>> {
    let people: Vec<String> = people.iter().map(|id| hex::encode(id.0.as_bytes())).collect();
    let text = "SELECT DISTINCT v.respondent_id, v.interviewer FROM survey_visit v WHERE v.cycle = $1 \
                AND v.respondent_id IN (SELECT unhex(k.atom) FROM json_each($2) k) \
                ORDER BY v.respondent_id, v.interviewer";
    let rows = reads.all(sql(text).bind(cycle).bind_json(&people)).await?;
    let read = |row: &Row| Ok((row.get("respondent_id")?, row.get("interviewer")?));
    rows.iter().map(read).collect()
}

/// How many visits of some units have no valid slip, by interviewer.
pub(crate) async fn open_of(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<Vec<(PersonId, i64)>> {
    let text = "SELECT v.interviewer, COUNT(*) AS n FROM survey_visit v \
                JOIN survey_respondent r ON r.respondent_id = v.respondent_id \
                WHERE v.cycle = $1 AND v.unit IN (SELECT atom FROM json_each($2)) AND NOT EXISTS ( \
                SELECT 1 FROM survey_slip s WHERE s.cycle = v.cycle AND s.unit = v.unit \
                AND s.phone_hash = r.phone_hash AND s.valid = 1) GROUP BY v.interviewer ORDER BY v.interviewer";
    let rows = reads.all(sql(text).bind(cycle).bind_json(units)).await?;
    let read = |row: &Row| Ok((row.get("interviewer")?, row.get("n")?));
    rows.iter().map(read).collect()
}

/// A visit, and what there is of its slip.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) respondent: RespondentId,
    pub(crate) group: GroupCode,
    /// Sealed.
    pub(crate) name: Vec<u8>,
    pub(crate) phone_tail: String,
    pub(crate) unit: UnitCode,
    pub(crate) interviewer: PersonId,
    /// The valid slip of the same person (by phone) about the unit, whoever brought it.
    pub(crate) slip: Option<SlipId>,
    /// The interviewer's draft.
    pub(crate) draft: Option<SlipId>,
}

fn read(row: &Row) -> DbResult<Visit> {
    Ok(Visit {
        respondent: row.get("respondent_id")?,
        group: row.get("grp")?,
        name: row.get("name")?,
        phone_tail: row.get("phone_tail")?,
        unit: row.get("unit")?,
        interviewer: row.get("interviewer")?,
        slip: row.get("slip_id")?,
        draft: row.get("draft_id")?,
    })
}

macro_rules! visits {
    ($which:literal) => {
        concat!(
            "SELECT v.respondent_id, v.unit, v.interviewer, r.grp, r.name, r.phone_tail, \
    (SELECT s.slip_id FROM survey_slip s WHERE s.cycle = v.cycle AND s.unit = v.unit \
    AND s.phone_hash = r.phone_hash AND s.valid = 1 LIMIT 1) AS slip_id, \
    (SELECT d.slip_id FROM survey_draft d \
    LEFT JOIN survey_slip t ON t.slip_id = d.slip_id AND t.cycle = d.cycle \
    WHERE d.cycle = v.cycle AND d.interviewer = v.interviewer AND d.respondent_id = v.respondent_id \
    AND d.unit = v.unit AND t.slip_id IS NULL ORDER BY d.slip_id LIMIT 1) AS draft_id \
    FROM survey_visit v JOIN survey_respondent r ON r.respondent_id = v.respondent_id WHERE v.cycle = $1 ",
            $which,
            " AND (v.unit, v.respondent_id) > ($2, COALESCE($3, unhex(''))) \
             ORDER BY v.unit, v.respondent_id LIMIT $4"
        )
    };
}

/// In the order of unit and respondent, after one; of one interviewer or of all, to one person or to all.
pub(crate) async fn list(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    (interviewer, respondent): (Option<PersonId>, Option<RespondentId>),
    after: (&str, Option<RespondentId>),
    limit: i64,
) -> DbResult<Vec<Visit>> {
    // Of one interviewer, its index range alone is walked.
    let own = |text| sql(text).bind(cycle).bind(after.0).bind(after.1).bind(limit);
    let statement = match (interviewer, respondent) {
        (None, None) => own(visits!("")),
        (Some(person), None) => own(visits!("AND v.interviewer = $5")).bind(person),
        (None, Some(whom)) => own(visits!("AND v.respondent_id = $5")).bind(whom),
        (Some(person), Some(whom)) => {
            let statement = own(visits!("AND v.interviewer = $5 AND v.respondent_id = $6"));
            statement.bind(person).bind(whom)
        }
    };
    reads.all(statement).await?.iter().map(read).collect()
}
