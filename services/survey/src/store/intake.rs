//! What one batch of slips reads and writes: one statement to read, one per table to write.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, QuestionName, UnitCode};
use chiso_domain::survey::{InvalidReason, RespondentFacts};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
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

/// Reads what is known about each slip of a batch, in the order of the keys.
pub(crate) async fn known(tx: &mut Tx, keys: &[Key<'_>]) -> DbResult<Vec<Known>> {
    let text = "SELECT s.sha256, s.interviewer, s.valid, s.reasons, r.grp, r.units, r.phone_hash, \
                c.closed_at, EXISTS (SELECT 1 FROM survey_slip d WHERE d.cycle = r.cycle \
                AND d.unit = k.value->>2 AND d.phone_hash = r.phone_hash AND d.valid = 1) AS duplicate, \
                EXISTS (SELECT 1 FROM survey_lot_unit l WHERE l.cycle = k.value->>1 \
                AND l.unit = k.value->>2) AS taken \
                FROM json_each($1) k \
                LEFT JOIN survey_slip s ON s.slip_id = unhex(k.value->>0) \
                LEFT JOIN survey_respondent r ON r.respondent_id = unhex(k.value->>3) AND r.cycle = k.value->>1 \
                LEFT JOIN survey_campaign c ON c.cycle = k.value->>1 ORDER BY k.key";
    let rows = tx.all(sql(text).bind_json(keys)).await?;
    rows.iter().map(read).collect()
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
    pub(crate) Vec<(&'static str, String)>,
    pub(crate) Vec<(&'a str, &'a str)>,
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
}

/// One statement per table, sent as one text: for a caller alone, the way to the database's thread and back
/// costs more than a small statement does.
const WRITE: &str = "\
    INSERT INTO survey_slip (slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
    started_at, ended_at, received_at, answered_personally, valid, reasons, answers, sha256, phone_hash) \
    SELECT unhex(value->>0), value->>1, value->>2, value->>3, unhex(value->>4), unhex(value->>5), value->>6, \
    value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13, unhex(value->>14), \
    unhex(value->>15) FROM json_each($1); \
    INSERT INTO survey_count (cycle, unit, grp, question, choice, n) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each($2) WHERE true \
    ON CONFLICT (cycle, unit, grp, question, choice) DO UPDATE SET n = n + excluded.n; \
    INSERT INTO survey_tally (cycle, unit, grp, received, valid, stale) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, 1 FROM json_each($3) WHERE true \
    ON CONFLICT (cycle, unit, grp) DO UPDATE SET received = received + excluded.received, \
    valid = valid + excluded.valid, stale = 1";

pub(crate) async fn write(tx: &mut Tx, batch: &Batch<'_>) -> DbResult<()> {
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
    let statement = sql(WRITE)
        .bind_json(&batch.slips)
        .bind_json(&counts)
        .bind_json(&tallies);
    let _rows_of_the_last = tx.run(statement).await?;
    Ok(())
}
