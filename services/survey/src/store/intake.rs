//! What one batch of slips reads and writes: one statement to read, one per table to write.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, QuestionName, UnitCode};
use chiso_domain::survey::{InvalidReason, RespondentFacts};
use chiso_platform::db::{DbResult, Row, Statement, as_json_text, sql};
use chiso_platform::journal::Tail;
use serde::Serialize;

use super::slip::reasons;

/// What identifies a slip to the database: (slip id, cycle, unit, respondent id), ids in hexadecimal.
pub(crate) type Key<'a> = (String, &'a CycleCode, &'a UnitCode, String);

/// What the database knows about a slip that comes in.
#[derive(Debug)]
pub(crate) struct Known {
    /// The slip with that id, if it is there.
    pub(crate) slip: Option<KnownSlip>,
    /// The respondent, if in the register of the cycle.
    pub(crate) respondent: Option<KnownRespondent>,
    /// The campaign takes nothing more.
    pub(crate) closed: bool,
    /// The unit's slips were listed for the recheck.
    pub(crate) taken: bool,
    /// The respondent's phone already has a valid slip for the unit.
    pub(crate) duplicate: bool,
}

#[derive(Debug)]
pub(crate) struct KnownSlip {
    pub(crate) sha256: Vec<u8>,
    pub(crate) interviewer: PersonId,
    pub(crate) valid: bool,
    pub(crate) reasons: Vec<InvalidReason>,
}

#[derive(Debug)]
pub(crate) struct KnownRespondent {
    pub(crate) facts: RespondentFacts,
    pub(crate) phone_hash: Vec<u8>,
}

/// Asks what is known about each slip of a batch, in the order of the keys, and for the journal's tail with it.
///
/// Whether the phone has a valid slip is asked as the first one from this place on, in an order that only the index
/// of phones has: PostgreSQL keeps plans that it made while there were few slips, and asked by equality such a plan
/// may go through all slips of the unit. For the same reason nothing is asked with EXISTS.
pub(crate) fn asking(keys: &[Key<'_>]) -> Statement {
    let text = "SELECT s.sha256, s.interviewer, s.valid, s.reasons, r.grp, r.units, r.phone_hash, \
                c.closed_at, COALESCE((SELECT (d.cycle, d.unit, d.phone_hash) = (r.cycle, k.value->>2, r.phone_hash) \
                FROM survey_slip d WHERE (d.cycle, d.unit, d.phone_hash) >= (r.cycle, k.value->>2, r.phone_hash) \
                AND d.valid = 1 ORDER BY d.cycle, d.unit, d.phone_hash LIMIT 1), false) AS duplicate, \
                (SELECT 1 FROM survey_lot_unit l WHERE l.cycle = k.value->>1 AND l.unit = k.value->>2 LIMIT 1) \
                IS NOT NULL AS taken, \
                (SELECT MAX(seq) FROM survey_journal) AS journal_seq, \
                (SELECT hash FROM survey_journal ORDER BY seq DESC LIMIT 1) AS journal_hash \
                FROM json_each($1) k \
                LEFT JOIN survey_slip s ON s.slip_id = unhex(k.value->>0) \
                LEFT JOIN survey_respondent r ON r.respondent_id = unhex(k.value->>3) AND r.cycle = k.value->>1 \
                LEFT JOIN survey_campaign c ON c.cycle = k.value->>1 ORDER BY k.key";
    sql(text).bind_json(keys)
}

/// The answer to it.
pub(crate) fn known(rows: &[Row]) -> DbResult<(Vec<Known>, Tail)> {
    let tail = rows.last().map_or(Ok(Tail::default()), Tail::read)?;
    Ok((rows.iter().map(read).collect::<DbResult<_>>()?, tail))
}

fn read(row: &Row) -> DbResult<Known> {
    let slip = match row.get::<Option<Vec<u8>>>("sha256")? {
        None => None,
        Some(sha256) => Some(KnownSlip {
            sha256,
            interviewer: row.get("interviewer")?,
            valid: row.get("valid")?,
            reasons: reasons(&row.get::<String>("reasons")?)?,
        }),
    };
    let respondent = match row.get::<Option<GroupCode>>("grp")? {
        None => None,
        Some(group) => Some(KnownRespondent {
            facts: RespondentFacts {
                group,
                units: serde_json::from_str(&row.get::<String>("units")?)?,
            },
            phone_hash: row.get("phone_hash")?,
        }),
    };
    Ok(Known {
        slip,
        respondent,
        closed: row.get::<Option<i64>>("closed_at")?.is_some(),
        taken: row.get("taken")?,
        duplicate: row.get("duplicate")?,
    })
}

/// A slip to be stored; the fields are the columns, ids and hashes in hexadecimal.
#[derive(Debug, Serialize)]
pub(crate) struct SlipRow<'a>(
    pub(crate) String,
    pub(crate) &'a CycleCode,
    pub(crate) &'a UnitCode,
    pub(crate) &'a GroupCode,
    pub(crate) String,
    pub(crate) String,
    pub(crate) &'a str,
    pub(crate) i64,
    pub(crate) i64,
    pub(crate) i64,
    pub(crate) u8,
    pub(crate) u8,
    #[serde(serialize_with = "as_json_text")] pub(crate) Vec<(&'static str, String)>,
    #[serde(serialize_with = "as_json_text")] pub(crate) Vec<(&'a str, &'a str)>,
    pub(crate) String,
    pub(crate) String,
);

/// Place of a group of a unit.
pub(crate) type Place<'a> = (&'a CycleCode, &'a UnitCode, &'a GroupCode);

/// What a batch writes.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    pub(crate) slips: Vec<SlipRow<'a>>,
    /// Options chosen in valid slips.
    pub(crate) counts: BTreeMap<(Place<'a>, &'a QuestionName, &'a str), i64>,
    /// (Received, valid).
    pub(crate) tallies: BTreeMap<Place<'a>, (i64, i64)>,
    /// The respondents were not looked up: their phones are not in the rows.
    pub(crate) presumed: bool,
}

macro_rules! slips {
    ($phone_hash:literal) => {
        concat!(
            "INSERT INTO survey_slip (slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
             started_at, ended_at, received_at, answered_personally, valid, reasons, answers, sha256, phone_hash) \
             SELECT unhex(value->>0), value->>1, value->>2, value->>3, unhex(value->>4), unhex(value->>5), value->>6, \
             CAST(value->>7 AS BIGINT), CAST(value->>8 AS BIGINT), CAST(value->>9 AS BIGINT), \
             CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT), value->>12, value->>13, unhex(value->>14), ",
            $phone_hash,
            " FROM json_each($1)"
        )
    };
}

const SLIPS: &str = slips!("unhex(value->>15)");
/// Slips that are presumed to be new, of respondents who are presumed to be in the register, of that group, and to rate
/// the unit. Of any other one there is no phone, without which there is no slip.
const PRESUMED: &str = slips!(
    "(SELECT r.phone_hash FROM survey_respondent r WHERE r.respondent_id = unhex(value->>4) \
     AND r.cycle = value->>1 AND r.grp = value->>3 \
     AND (r.units = '[]' OR value->>2 IN (SELECT atom FROM json_each(r.units))) \
     AND (SELECT s.cycle FROM survey_slip s WHERE s.slip_id = unhex(value->>0) LIMIT 1) IS NULL)"
);
const COUNTS: &str = "\
    INSERT INTO survey_count (cycle, unit, grp, question, choice, n) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT) \
    FROM json_each($1) WHERE true \
    ON CONFLICT (cycle, unit, grp, question, choice) DO UPDATE SET n = survey_count.n + excluded.n";
const TALLIES: &str = "\
    INSERT INTO survey_tally (cycle, unit, grp, received, valid, stale) \
    SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), CAST(value->>4 AS BIGINT), 1 \
    FROM json_each($1) WHERE true \
    ON CONFLICT (cycle, unit, grp) DO UPDATE SET received = survey_tally.received + excluded.received, \
    valid = survey_tally.valid + excluded.valid, stale = 1";

/// What writes a batch: one statement per table.
pub(crate) fn writing(batch: &Batch<'_>) -> Vec<Statement> {
    let counts: Vec<_> = batch
        .counts
        .iter()
        .map(|(((cycle, unit, group), question, choice), n)| (cycle, unit, group, question, choice, n))
        .collect();
    let tallies: Vec<_> = batch
        .tallies
        .iter()
        .map(|((cycle, unit, group), (received, valid))| (cycle, unit, group, received, valid))
        .collect();
    vec![
        sql(if batch.presumed { PRESUMED } else { SLIPS }).bind_json(&batch.slips),
        sql(COUNTS).bind_json(&counts),
        sql(TALLIES).bind_json(&tallies),
    ]
}
