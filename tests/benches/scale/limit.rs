//! The bare limits of the intake: the rows that the survey writes for slips, prepared in advance, written to a
//! copy of its database by the driver alone. Same server, tables, indexes and settings; no call, no check, no
//! hash (constant bytes stand for the journal's), no turn to wait for, nothing read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chiso_wire::convert::instant;
use chiso_wire::survey::NewSlip;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use tokio::task::JoinSet;

use crate::ground::{Base, Player};
use crate::slips::phone_hash;

const SLIPS: &str = "INSERT INTO survey_slip (slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
    started_at, ended_at, received_at, answered_personally, valid, reasons, answers, sha256, phone_hash) \
    SELECT unhex(value->>0), value->>1, value->>2, value->>3, unhex(value->>4), unhex(value->>5), value->>6, \
    CAST(value->>7 AS BIGINT), CAST(value->>8 AS BIGINT), CAST(value->>9 AS BIGINT), \
    CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT), value->>12, value->>13, unhex(value->>14), \
    unhex(value->>15) FROM json_each($1)";
const COUNTS: &str = "INSERT INTO survey_count (cycle, unit, grp, question, choice, n) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT) FROM json_each($1) \
    ON CONFLICT (cycle, unit, grp, question, choice) DO UPDATE SET n = survey_count.n + excluded.n";
const TALLIES: &str = "INSERT INTO survey_tally (cycle, unit, grp, received, valid, stale) \
    SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), CAST(value->>4 AS BIGINT), 1 \
    FROM json_each($1) ON CONFLICT (cycle, unit, grp) DO UPDATE \
    SET received = survey_tally.received + excluded.received, valid = survey_tally.valid + excluded.valid, stale = 1";
const JOURNAL: &str = "INSERT INTO survey_journal (seq, at, actor, act, object, before, after, reason, hash) \
    SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, value->>5, \
    value->>6, value->>7, unhex(value->>8) FROM json_each($1)";

/// A hash that nobody computed.
const HASH: &str = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3a94a8fe5ccb19ba61c4c0873";

/// A copy of the survey's database, and who writes to it.
#[derive(Debug)]
pub(crate) struct Limit {
    pub(crate) base: Base,
    connections: Vec<PgConnection>,
    journalled: i64,
}

/// What one transaction writes: a parameter per statement.
#[derive(Debug)]
pub(crate) struct Group {
    slips: String,
    counts: String,
    tallies: String,
    journal: String,
}

impl Limit {
    /// So many connections write.
    pub(crate) async fn open(base: Base, connections: usize) -> Self {
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(base.connect().await);
        }
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) AS seq FROM survey_journal");
        let journalled = last.fetch_one(&mut open[0]).await.unwrap().get("seq");
        Self {
            base,
            connections: open,
            journalled,
        }
    }

    /// Prepares groups of slips of one interviewer.
    pub(crate) fn prepare(&mut self, slips: &[NewSlip], group: usize, interviewer: &Player) -> Vec<Group> {
        slips
            .chunks(group)
            .map(|slips| self.group(slips, &interviewer.id))
            .collect()
    }

    fn group(&mut self, slips: &[NewSlip], interviewer: &str) -> Group {
        let (mut rows, mut journal) = (Vec::new(), Vec::new());
        let mut counts: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        let mut tallies: BTreeMap<&str, i64> = BTreeMap::new();
        for slip in slips {
            let ended = instant("", slip.ended_at.as_ref()).unwrap().micros();
            rows.push(row(slip, interviewer, ended));
            self.journalled += 1;
            let object = format!("{}/{}/{}/{}", slip.cycle, slip.unit, slip.group, slip.slip_id);
            let after = json!({ "sha256": HASH, "valid": true }).to_string();
            let act = "slip.submit";
            journal.push(json!([
                self.journalled,
                ended,
                interviewer,
                act,
                object,
                "",
                after,
                "",
                HASH
            ]));
            for answer in slip.answers.iter().filter(|a| a.question.starts_with('Q')) {
                *counts
                    .entry((&slip.unit, &answer.question, &answer.value))
                    .or_default() += 1;
            }
            *tallies.entry(&slip.unit).or_default() += 1;
        }
        let (cycle, grp) = (&slips[0].cycle, &slips[0].group);
        let counts = counts
            .iter()
            .map(|((unit, q, choice), n)| json!([cycle, unit, grp, q, choice, n]));
        let tallies = tallies.iter().map(|(unit, n)| json!([cycle, unit, grp, n, n]));
        let text = |rows: Vec<Value>| Value::from(rows).to_string();
        Group {
            counts: text(counts.collect()),
            tallies: text(tallies.collect()),
            slips: text(rows),
            journal: text(journal),
        }
    }

    /// Writes groups, each in a durable transaction of its own; every connection takes the next one.
    pub(crate) async fn write(&mut self, groups: Vec<Group>) -> Duration {
        let queue = Arc::new(Mutex::new(groups.into_iter()));
        let mut tasks = JoinSet::new();
        let started = Instant::now();
        for mut connection in self.connections.drain(..) {
            let queue = Arc::clone(&queue);
            tasks.spawn(async move {
                loop {
                    let group = queue.lock().unwrap().next();
                    let Some(group) = group else { return connection };
                    commit(&mut connection, group).await.unwrap();
                }
            });
        }
        let mut connections = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            connections.push(ended.unwrap());
        }
        let took = started.elapsed();
        self.connections = connections;
        took
    }
}

fn row(slip: &NewSlip, interviewer: &str, ended: i64) -> Value {
    let bare = |id: &str| id.replace('-', "");
    let answers: Vec<_> = slip.answers.iter().map(|a| (&a.question, &a.value)).collect();
    json!([
        bare(&slip.slip_id),
        slip.cycle,
        slip.unit,
        slip.group,
        bare(&slip.respondent_id),
        bare(interviewer),
        slip.questionnaire_sha256,
        instant("", slip.started_at.as_ref()).unwrap().micros(),
        ended,
        ended,
        1,
        1,
        "[]",
        json!(answers).to_string(),
        HASH,
        phone_hash(&slip.respondent_id),
    ])
}

async fn commit(connection: &mut PgConnection, group: Group) -> sqlx::Result<()> {
    let mut tx = connection.begin().await?;
    for (text, rows) in [
        (SLIPS, group.slips),
        (COUNTS, group.counts),
        (TALLIES, group.tallies),
        (JOURNAL, group.journal),
    ] {
        sqlx::query(text).bind(rows).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// What is stored, as one number per table: equal, where the same was written. Hashes, the time of receipt and the
/// order of the journal are left out.
pub(crate) async fn stored(base: &Base) -> Vec<(i64, String)> {
    let mut connection = base.analyst().await;
    let mut sums = Vec::new();
    for text in [
        "SELECT COUNT(*), md5(string_agg(md5(ROW(slip_id, cycle, unit, grp, respondent_id, interviewer, \
         questionnaire, started_at, ended_at, answered_personally, valid, reasons, answers, phone_hash)::TEXT), \
         '' ORDER BY slip_id)) FROM survey_slip",
        "SELECT COUNT(*), md5(string_agg(c::TEXT, '' ORDER BY c::TEXT)) FROM survey_count c",
        "SELECT COUNT(*), md5(string_agg(ROW(unit, received, valid)::TEXT, '' ORDER BY unit)) FROM survey_tally",
        "SELECT COUNT(*), md5(string_agg(ROW(actor, act, object, before, length(after), reason)::TEXT, '' \
         ORDER BY object)) FROM survey_journal WHERE act = 'slip.submit'",
    ] {
        let row = sqlx::query(text).fetch_one(&mut connection).await.unwrap();
        sums.push((row.get(0), row.get(1)));
    }
    connection.close().await.unwrap();
    sums
}
