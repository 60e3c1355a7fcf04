//! Whether the checker can fail at all: after a round without faults a copy of the database is doctored, and each
//! harm done to it has to be found there as what it is.

use std::path::Path;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use super::told::Told;
use super::{Db, Places, Verdict, check};

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
    };
    let verdict = check(lines, &mut places).await;
    let unnoticed = harms.into_iter().filter(|harm| !noticed(&verdict, harm));
    unnoticed
        .map(|harm| format!("the checker did not find as {}: {}", harm.kind, harm.statement))
        .collect()
}

fn noticed(verdict: &Verdict, harm: &Harm) -> bool {
    let faults = verdict.kinds().into_iter().filter(|(kind, _)| *kind == harm.kind);
    faults
        .flat_map(|(_, faults)| faults)
        .any(|fault| fault.contains(&harm.words))
}

fn harms(told: &Told) -> Vec<Harm> {
    let harm = |kind, words: &str, statement: &str| Harm {
        statement: statement.to_owned(),
        kind,
        words: words.to_owned(),
    };
    let mut harms = vec![
        harm(
            "doubled",
            "ledger.SaveEntry",
            "INSERT INTO ledger_journal SELECT (SELECT MAX(seq) FROM ledger_journal) + 1, at, actor, act, object, \
             before, after, reason, hash FROM ledger_journal WHERE act = 'entry.save' LIMIT 1",
        ),
        harm(
            "half",
            "the feed of survey",
            "DELETE FROM survey_point WHERE seq = (SELECT MAX(seq) FROM survey_point) / 2",
        ),
        harm(
            "half",
            "the slips say",
            "UPDATE survey_count SET n = n + 1 WHERE (unit, question, choice) IN \
             (SELECT unit, question, choice FROM survey_count LIMIT 1)",
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
    ];
    let slip = told
        .slip_acks
        .first()
        .map(|(id, _)| id.as_str())
        .unwrap_or_default();
    let statement = format!(
        "DELETE FROM survey_slip WHERE hex(slip_id) = '{}'",
        slip.replace('-', "").to_uppercase()
    );
    harms.push(harm("lost", slip, &statement));
    harms
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
