//! Whether the checker can fail at all: after a round without faults a copy of the database is doctored, and each
//! harm done to it has to be found there as what it is.

use std::path::Path;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use super::told::Told;
use super::{Db, Places, check};
use crate::log::sha256;

/// What is done to the copy.
struct Harm {
    statement: String,
    /// As what it must be found, and words that stand in the finding.
    kind: &'static str,
    words: String,
}

/// Answers what was not found. The servers go on with the real database.
pub(crate) async fn unnoticed(lines: &[Value], places: &Places<'_>, file: &Path) -> Vec<String> {
    let told = Told::read(lines);
    let copy = file.with_file_name("doctored.db");
    let harms = harms(&told);
    spoil(file, &copy, &harms).await;
    let mut places = Places {
        db: Db::sqlite(&copy).await,
        evidence: places.evidence,
        ways: places.ways.clone(),
        token: places.token,
        set_up: places.set_up,
    };
    let verdict = check(lines, &mut places).await;
    let unnoticed = harms
        .into_iter()
        .filter(|harm| !verdict.shows(harm.kind, &harm.words));
    unnoticed
        .map(|harm| format!("the checker did not find as {}: {}", harm.kind, harm.statement))
        .collect()
}

fn harm(kind: &'static str, words: &str, statement: &str) -> Harm {
    Harm {
        statement: statement.to_owned(),
        kind,
        words: words.to_owned(),
    }
}

fn harms(told: &Told) -> Vec<Harm> {
    let mut harms = in_rows();
    harms.extend(in_slips(told));
    harms.extend(in_requests(told));
    harms
}

/// Whatever rows there are.
fn in_rows() -> Vec<Harm> {
    vec![
        harm(
            "doubled",
            "ledger.SaveEntry",
            "INSERT INTO ledger_journal SELECT (SELECT MAX(seq) FROM ledger_journal) + 1, at, actor, act, object, \
             before, after, reason, hash FROM ledger_journal WHERE act = 'entry.save' LIMIT 1",
        ),
        harm(
            "half",
            "the feed of survey has a gap",
            "DELETE FROM survey_point WHERE seq = (SELECT MAX(seq) FROM survey_point) / 2",
        ),
        harm(
            "half",
            "leaders posted nothing",
            "DELETE FROM leaders_point WHERE unit = (SELECT MIN(unit) FROM leaders_point)",
        ),
        harm(
            "lost",
            "the draft of leader",
            "UPDATE leaders_mark SET mark = 5000",
        ),
        harm(
            "lost",
            "entry 2022/",
            "UPDATE ledger_entry SET explanation = 'khác'",
        ),
        harm(
            "half",
            "ranking never got",
            "DELETE FROM ranking_received WHERE source = 'ledger'",
        ),
        harm(
            "half",
            "ledger request 00000000-0000-0000-0000-000000000000 is there, and no client sent it",
            "INSERT INTO ledger_request SELECT zeroblob(16), 'CloseRound', caller, body_sha256, reply, at \
             FROM ledger_request LIMIT 1",
        ),
    ]
}

/// A slip of one unit, and a count of another: a slip that is missing makes every count of its own unit wrong.
fn in_slips(told: &Told) -> Vec<Harm> {
    let mut acknowledged = told
        .slip_acks
        .iter()
        .filter_map(|(id, sha)| Some((id, told.slips.get(id)?.iter().find(|slip| slip.sha == *sha)?)));
    let (id, gone) = acknowledged.next().unwrap();
    let (_, counted) = acknowledged.find(|(_, slip)| slip.unit != gone.unit).unwrap();
    let key = (counted.unit.as_str(), "Q1", counted.answer.as_str());
    let (unit, question, choice) = key;
    let one_more = format!(
        "UPDATE survey_count SET n = n + 1 WHERE unit = '{unit}' AND question = '{question}' AND choice = '{choice}'"
    );
    let delete = format!("DELETE FROM survey_slip WHERE slip_id = x'{}'", bytes_of(id));
    vec![
        harm("half", &format!("{key:?} is counted as"), &one_more),
        harm(
            "lost",
            &format!("slip {id} was acknowledged and is not there"),
            &delete,
        ),
    ]
}

/// A request that is remembered with other bytes; and, where one was refused for other bytes under its id, that
/// these are not there.
fn in_requests(told: &Told) -> Vec<Harm> {
    let of = |id: &String| &told.requests[id][0];
    let other_bytes = |id: &String, sha: &str| {
        format!(
            "UPDATE {}_request SET body_sha256 = x'{sha}' WHERE request_id = x'{}'",
            of(id).service,
            bytes_of(id)
        )
    };
    let id = told.acks.keys().next().unwrap();
    let words = format!("request {id} was acknowledged with other bytes than are there");
    let mut harms = vec![harm("lost", &words, &other_bytes(id, &sha256(b"")))];
    let reused = told
        .refusals
        .iter()
        .find(|refusal| refusal.reason == "REQUEST_ID_REUSED");
    if let Some(refused) = reused {
        let words = format!("({}) were refused as REQUEST_ID_REUSED", of(&refused.id).method);
        harms.push(harm("doubled", &words, &other_bytes(&refused.id, &refused.sha)));
    }
    harms
}

/// The hexadecimal digits of a UUID.
fn bytes_of(id: &str) -> String {
    id.replace('-', "")
}

/// Makes the copy, without what keeps history as it was.
async fn spoil(file: &Path, copy: &Path, harms: &[Harm]) {
    let mut whole = SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .unwrap();
    let into = format!("VACUUM INTO '{}'", copy.display());
    whole.execute(AssertSqlSafe(into)).await.unwrap();
    whole.close().await.unwrap();
    let options = SqliteConnectOptions::new().filename(copy).foreign_keys(false);
    let mut copy = options.connect().await.unwrap();
    let text = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
    let triggers: Vec<(String,)> = sqlx::query_as(text).fetch_all(&mut copy).await.unwrap();
    let drops = triggers.into_iter().map(|(name,)| format!("DROP TRIGGER {name}"));
    for statement in drops.chain(harms.iter().map(|harm| harm.statement.clone())) {
        copy.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    copy.close().await.unwrap();
}
