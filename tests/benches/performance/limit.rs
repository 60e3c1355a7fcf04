//! The bare limit of the intake: the rows that the survey writes for slips, prepared in advance, written to a
//! copy of its database by the driver alone. Same tables, indexes, settings and sizes; no call, no check, no
//! hash (constant bytes stand for the journal's), nothing read.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chiso_wire::convert::instant;
use chiso_wire::survey::NewSlip;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};

const SLIPS: &str = "INSERT INTO survey_slip (slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
    started_at, ended_at, received_at, answered_personally, valid, reasons, answers, sha256, phone_hash) \
    SELECT unhex(value->>0), value->>1, value->>2, value->>3, unhex(value->>4), unhex(value->>5), value->>6, \
    value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13, unhex(value->>14), \
    unhex(value->>15) FROM json_each($1)";
const COUNTS: &str = "INSERT INTO survey_count (cycle, unit, grp, question, choice, n) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each($1) WHERE true \
    ON CONFLICT (cycle, unit, grp, question, choice) DO UPDATE SET n = n + excluded.n";
const TALLIES: &str = "INSERT INTO survey_tally (cycle, unit, grp, received, valid, stale) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, 1 FROM json_each($1) WHERE true \
    ON CONFLICT (cycle, unit, grp) DO UPDATE SET received = received + excluded.received, \
    valid = valid + excluded.valid, stale = 1";
const JOURNAL: &str = "INSERT INTO survey_journal (seq, at, actor, act, object, before, after, reason, hash) \
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, \
    unhex(value->>8) FROM json_each($1)";

/// A hash that nobody computed.
const HASH: &str = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3a94a8fe5ccb19ba61c4c0873";

/// A copy of the survey's database.
pub(crate) struct Limit {
    db: SqliteConnection,
    /// By respondent.
    phones: BTreeMap<String, String>,
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

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-8192")
}

impl Limit {
    /// Copies a database in its present state.
    pub(crate) async fn copy(original: &Path, copy: &Path) -> Self {
        let mut db = options(original).connect().await.unwrap();
        let into = sqlx::query("VACUUM INTO $1").bind(copy.to_str().unwrap().to_owned());
        into.execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        let mut db = options(copy).connect().await.unwrap();
        let rows =
            sqlx::query("SELECT hex(respondent_id) AS id, hex(phone_hash) AS phone FROM survey_respondent");
        let rows = rows.fetch_all(&mut db).await.unwrap();
        let phones = rows.iter().map(|row| (row.get("id"), row.get("phone"))).collect();
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) AS seq FROM survey_journal");
        let journalled = last.fetch_one(&mut db).await.unwrap().get("seq");
        Self {
            db,
            phones,
            journalled,
        }
    }

    /// Prepares groups of slips of one interviewer.
    pub(crate) fn prepare(&mut self, slips: &[NewSlip], group: usize, interviewer: &str) -> Vec<Group> {
        slips
            .chunks(group)
            .map(|slips| self.group(slips, interviewer))
            .collect()
    }

    fn group(&mut self, slips: &[NewSlip], interviewer: &str) -> Group {
        let mut rows = Vec::new();
        let mut journal = Vec::new();
        let mut counts: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        let mut tallies: BTreeMap<&str, i64> = BTreeMap::new();
        for slip in slips {
            let started = instant("", slip.started_at.as_ref()).unwrap().micros();
            let ended = instant("", slip.ended_at.as_ref()).unwrap().micros();
            let respondent = hex_id(&slip.respondent_id);
            let answers: Vec<_> = slip.answers.iter().map(|a| (&a.question, &a.value)).collect();
            rows.push(json!([
                hex_id(&slip.slip_id),
                slip.cycle,
                slip.unit,
                slip.group,
                respondent,
                hex_id(interviewer),
                slip.questionnaire_sha256,
                started,
                ended,
                ended,
                1,
                1,
                [],
                answers,
                HASH,
                self.phones[&respondent],
            ]));
            self.journalled += 1;
            let object = format!("{}/{}/{}/{}", slip.cycle, slip.unit, slip.group, slip.slip_id);
            let after = json!({ "sha256": HASH, "valid": true }).to_string();
            journal.push(json!([
                self.journalled,
                ended,
                interviewer,
                "slip.submit",
                object,
                "",
                after,
                "",
                HASH,
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

    /// Writes groups, each in a durable transaction of its own.
    pub(crate) async fn write(&mut self, groups: Vec<Group>) -> Duration {
        let started = Instant::now();
        for group in groups {
            self.commit(group).await.unwrap();
        }
        started.elapsed()
    }

    async fn commit(&mut self, group: Group) -> sqlx::Result<()> {
        let mut tx = self.db.begin_with("BEGIN IMMEDIATE").await?;
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

    /// Numbers of rows that are not the same in the survey's database: none, if both wrote the same.
    pub(crate) async fn differences(&mut self, original: &Path) -> i64 {
        let attach = sqlx::query("ATTACH $1 AS survey").bind(original.to_str().unwrap().to_owned());
        attach.execute(&mut self.db).await.unwrap();
        let mut differences = 0;
        // Hashes are left out; the limit computes none.
        for text in [
            "SELECT COUNT(*) AS n FROM (SELECT slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
             started_at, ended_at, received_at, answered_personally, valid, reasons, answers, phone_hash \
             FROM main.survey_slip EXCEPT SELECT slip_id, cycle, unit, grp, respondent_id, interviewer, \
             questionnaire, started_at, ended_at, received_at, answered_personally, valid, reasons, answers, \
             phone_hash FROM survey.survey_slip)",
            "SELECT COUNT(*) AS n FROM (SELECT * FROM main.survey_count EXCEPT SELECT * FROM survey.survey_count)",
            "SELECT COUNT(*) AS n FROM (SELECT unit, received, valid FROM main.survey_tally EXCEPT \
             SELECT unit, received, valid FROM survey.survey_tally)",
            "SELECT COUNT(*) AS n FROM (SELECT at, actor, act, object, before, length(after), reason \
             FROM main.survey_journal EXCEPT SELECT at, actor, act, object, before, length(after), reason \
             FROM survey.survey_journal)",
            "SELECT abs((SELECT COUNT(*) FROM main.survey_slip) - (SELECT COUNT(*) FROM survey.survey_slip)) AS n",
        ] {
            let row = sqlx::query(text).fetch_one(&mut self.db).await.unwrap();
            differences += row.get::<i64, _>("n");
        }
        differences
    }
}

fn hex_id(uuid: &str) -> String {
    uuid.replace('-', "").to_uppercase()
}
