//! How the work of each interviewer looks, told from visits, slips and returns.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, PersonId, QuestionName};
use chiso_platform::db::{DbResult, Reads, sql};

use super::slip::{self, After, Filter, Slip};

/// Numbers of one interviewer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) visits: i64,
    pub(crate) slips: i64,
    pub(crate) valid: i64,
    /// Time of the slip or the two slips in the middle: their number, and its sum in microseconds.
    pub(crate) middle: (i64, i64),
    pub(crate) same_answers: i64,
    pub(crate) duplicate_phones: i64,
    pub(crate) returned: i64,
}

/// 1 where three or more choices are all the same; the questions that offer options are $2.
macro_rules! same {
    () => {
        "(SELECT CASE WHEN COUNT(*) >= 3 AND MIN(a.value->>1) = MAX(a.value->>1) THEN 1 ELSE 0 END \
         FROM json_each(s.answers) a WHERE a.value->>0 IN (SELECT q.atom FROM json_each($2) q))"
    };
}
/// Whether another respondent of the cycle has the phone number, too.
macro_rules! shared {
    () => {
        "s.phone_hash IN (SELECT p.phone_hash FROM survey_slip p WHERE p.cycle = $1 \
         GROUP BY p.phone_hash HAVING COUNT(DISTINCT p.respondent_id) > 1)"
    };
}
/// Slips of one interviewer, or of all, of which something holds.
macro_rules! behind {
    ($holds:expr) => {
        concat!(
            "SELECT s.*, (SELECT t.slip_id FROM survey_return t WHERE t.replaced_by = s.slip_id LIMIT 1) AS replaces \
             FROM survey_slip s WHERE s.cycle = $1 AND (s.interviewer = $3 OR $3 IS NULL) AND $2 IS NOT NULL \
             AND (s.unit = $7 OR $7 IS NULL) AND (s.grp = $8 OR $8 IS NULL) AND ",
            $holds,
            " AND (s.unit, s.slip_id) > ($4, COALESCE($5, unhex(''))) ORDER BY s.unit, s.slip_id LIMIT $6"
        )
    };
}

const SAME: &str = behind!(concat!(same!(), " = 1"));
const SHARED: &str = behind!(shared!());
const SLIPS: &str = concat!(
    "SELECT s.interviewer, COUNT(*) AS slips, CAST(SUM(s.valid) AS BIGINT) AS valid, CAST(SUM(",
    same!(),
    ") AS BIGINT) AS same, CAST(SUM(CASE WHEN ",
    shared!(),
    " THEN 1 ELSE 0 END) AS BIGINT) AS phones FROM survey_slip s WHERE s.cycle = $1 GROUP BY s.interviewer"
);
const MIDDLE: &str = "SELECT t.interviewer, COUNT(*) AS n, CAST(SUM(t.took) AS BIGINT) AS took FROM ( \
    SELECT interviewer, ended_at - started_at AS took, COUNT(*) OVER (PARTITION BY interviewer) AS slips, \
    ROW_NUMBER() OVER (PARTITION BY interviewer ORDER BY ended_at - started_at) AS place \
    FROM survey_slip WHERE cycle = $1) t \
    WHERE t.place IN ((t.slips + 1) / 2, (t.slips + 2) / 2) GROUP BY t.interviewer";
const VISITS: &str =
    "SELECT interviewer, COUNT(*) AS n FROM survey_visit WHERE cycle = $1 GROUP BY interviewer";
const RETURNS: &str =
    "SELECT interviewer, COUNT(*) AS n FROM survey_return WHERE cycle = $1 GROUP BY interviewer";

/// What makes a slip worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    SameAnswers,
    SharedPhone,
}

/// The slips behind a number of [`work`], in the order of unit and id, after one.
pub(crate) async fn behind(
    reads: &mut impl Reads,
    of: &Filter,
    (hint, choices): (Hint, &[QuestionName]),
    after: &After,
    limit: i64,
) -> DbResult<Vec<Slip>> {
    let statement = sql(match hint {
        Hint::SameAnswers => SAME,
        Hint::SharedPhone => SHARED,
    });
    let statement = statement
        .bind(&of.cycle)
        .bind_json(choices)
        .bind(of.interviewer)
        .bind(after.0.as_str())
        .bind(after.1)
        .bind(limit)
        .bind(of.unit.as_ref())
        .bind(of.group.as_ref());
    reads.all(statement).await?.iter().map(slip::read).collect()
}

/// Whoever has visits or slips; `choices` are the questions that offer options.
pub(crate) async fn work(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    choices: &[QuestionName],
) -> DbResult<BTreeMap<PersonId, Work>> {
    let mut all: BTreeMap<PersonId, Work> = BTreeMap::new();
    for row in reads.all(sql(SLIPS).bind(cycle).bind_json(choices)).await? {
        let work = all.entry(row.get("interviewer")?).or_default();
        work.slips = row.get("slips")?;
        work.valid = row.get("valid")?;
        work.same_answers = row.get("same")?;
        work.duplicate_phones = row.get("phones")?;
    }
    for row in reads.all(sql(MIDDLE).bind(cycle)).await? {
        all.entry(row.get("interviewer")?).or_default().middle = (row.get("n")?, row.get("took")?);
    }
    for row in reads.all(sql(VISITS).bind(cycle)).await? {
        all.entry(row.get("interviewer")?).or_default().visits = row.get("n")?;
    }
    for row in reads.all(sql(RETURNS).bind(cycle)).await? {
        all.entry(row.get("interviewer")?).or_default().returned = row.get("n")?;
    }
    Ok(all)
}
