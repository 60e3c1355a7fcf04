//! The same on both databases.

use chiso_domain::kernel::Instant;

use super::*;
use crate::journal::{self, Act, Chain, Tail};
use crate::testkit::postgres::{Database, fresh_database};

const ROWS: Migration = Migration {
    version: 1,
    name: "rows",
    sqlite: "CREATE TABLE survey_row (id INTEGER PRIMARY KEY, v TEXT, n INTEGER, b BLOB) STRICT;",
    postgres: "CREATE TABLE survey_row (id BIGINT PRIMARY KEY, v TEXT COLLATE \"C\", n BIGINT, b BYTEA);",
};

/// A database with a table `survey_row`, and what keeps it there.
struct Stand {
    db: Db,
    _folder: tempfile::TempDir,
    _database: Option<Database>,
}

async fn each() -> [Stand; 2] {
    let folder = || tempfile::tempdir().unwrap();
    let file = folder();
    let sqlite = Db::sqlite(&file.path().join("t.db")).await.unwrap();
    let database = fresh_database().await;
    let postgres = Db::postgres(&database.settings, "survey").await.unwrap();
    for db in [&sqlite, &postgres] {
        db.migrate("survey", &[ROWS]).await.unwrap();
    }
    [
        Stand {
            db: sqlite,
            _folder: file,
            _database: None,
        },
        Stand {
            db: postgres,
            _folder: folder(),
            _database: Some(database),
        },
    ]
}

fn insert(id: i64, v: &str) -> Statement {
    sql("INSERT INTO survey_row (v, id) VALUES ($2, $1)")
        .bind(id)
        .bind(v)
}

async fn kept(db: &Db) -> Vec<String> {
    let rows = db.all(sql("SELECT v FROM survey_row ORDER BY id")).await.unwrap();
    rows.iter().map(|row| row.get("v").unwrap()).collect()
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    for Stand { db, .. } in &each().await {
        let mut tx = db.begin().await.unwrap();
        tx.run_one(insert(1, "gone")).await.unwrap();
        drop(tx);
        assert!(kept(db).await.is_empty());
        let tx = db.begin().await.unwrap();
        tx.commit_with(vec![insert(1, "kept")]).await.unwrap();
        assert_eq!(kept(db).await, ["kept"]);
    }
}

#[tokio::test]
async fn what_comes_after_a_failed_transaction_is_stored() {
    for Stand { db, .. } in &each().await {
        let mut tx = db.begin().await.unwrap();
        assert!(tx.all(sql("SELECT v FROM survey_row")).await.unwrap().is_empty());
        let failing = sql("INSERT INTO survey_row (nothing) VALUES (1)");
        assert!(tx.run(failing).await.is_err());
        drop(tx);
        let tx = db.begin().await.unwrap();
        tx.commit_with(vec![insert(1, "kept")]).await.unwrap();
        assert_eq!(kept(db).await, ["kept"]);
    }
}

#[tokio::test]
async fn last_statements_have_each_their_values_and_count_together() {
    for Stand { db, .. } in &each().await {
        let tx = db.begin().await.unwrap();
        tx.commit_with(vec![insert(1, "a"), insert(2, "b"), insert(3, "c")])
            .await
            .unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run_one(insert(4, "d")).await.unwrap();
        let halfway = tx.commit_with(vec![insert(5, "e"), insert(1, "again")]).await;
        assert!(halfway.unwrap_err().is_unique_violation());
        assert_eq!(kept(db).await, ["a", "b", "c"]);
    }
}

fn act(object: &str) -> Act {
    Act {
        actor: "test".to_owned(),
        act: "row.insert",
        object: object.to_owned(),
        before: None,
        after: None,
        reason: String::new(),
    }
}

/// Stores a row with its act, each after what it read; something comes between.
async fn at_once(db: &Db, v: &str, between: impl Future<Output = ()>) -> DbResult<()> {
    let text = "SELECT (SELECT MAX(seq) FROM survey_journal) AS journal_seq, \
                (SELECT hash FROM survey_journal ORDER BY seq DESC LIMIT 1) AS journal_hash";
    let (rows, write) = db.read_to_write(sql(text)).await?;
    let tail = Tail::read(&rows[0])?;
    between.await;
    let (appending, _tail) = journal::appending(tail, "survey", Instant::from_micros(0), vec![act(v)]);
    write.commit_with(vec![insert(1, v), appending]).await.map(drop)
}

#[tokio::test]
async fn what_is_written_after_reading_is_stored_as_a_whole() {
    for Stand { db, .. } in &each().await {
        let (_rows, write) = db.read_to_write(sql("SELECT 1 AS one")).await.unwrap();
        drop(write);
        at_once(db, "kept", async {}).await.unwrap();
        assert!(at_once(db, "twice", async {}).await.is_err());
        assert_eq!(kept(db).await, ["kept"]);
        let chain = journal::verify(db, "survey").await.unwrap();
        assert_eq!(chain, Chain::Whole(1));
    }
}

#[tokio::test]
async fn what_was_decided_before_another_process_wrote_is_not_stored() {
    let database = fresh_database().await;
    let [one, other] = [&database.settings; 2].map(|settings| Db::postgres(settings, "survey"));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    one.migrate("survey", &[ROWS]).await.unwrap();
    let overtaken = at_once(&one, "overtaken", async {
        let mut tx = other.begin().await.unwrap();
        let acts = vec![act("other")];
        let appended = journal::append(&mut tx, "survey", Instant::from_micros(0), acts).await;
        appended.unwrap();
        tx.commit().await.unwrap();
    });
    let overtaken = overtaken.await;
    assert!(matches!(overtaken, Err(DbError::Overtaken)), "{overtaken:?}");
    assert!(kept(&one).await.is_empty());
    at_once(&one, "kept", async {}).await.unwrap();
    assert_eq!(kept(&one).await, ["kept"]);
    let chain = journal::verify(&one, "survey").await.unwrap();
    assert_eq!(chain, Chain::Whole(2));
}

#[tokio::test]
async fn a_closed_database_says_so() {
    for Stand { db, .. } in &each().await {
        db.close().await;
        let refused = db.begin().await.unwrap_err();
        assert!(refused.is_passing(), "{refused:?}");
    }
}

#[tokio::test]
async fn values_and_null_come_back() {
    for Stand { db, .. } in &each().await {
        let mut tx = db.begin().await.unwrap();
        let text = "INSERT INTO survey_row (id, v, n, b) VALUES ($1, $2, $3, $4)";
        let bare = sql(text).bind(7_i64).bind(None::<String>).bind(None::<i64>);
        tx.run_one(bare.bind(None::<Vec<u8>>)).await.unwrap();
        let full = sql(text).bind(8_i64).bind("Đỗ").bind(i64::MIN);
        tx.run_one(full.bind(vec![0_u8, 255])).await.unwrap();
        let text = "SELECT id, v, n, b, n IS NULL AS bare, 1 AS one FROM survey_row ORDER BY id";
        let rows = tx.all(sql(text)).await.unwrap();
        assert_eq!(rows[0].get::<i64>("id").unwrap(), 7);
        assert_eq!(rows[0].get::<Option<String>>("v").unwrap(), None);
        assert_eq!(rows[0].get::<Option<Vec<u8>>>("b").unwrap(), None);
        assert!(matches!(rows[0].get::<String>("v"), Err(DbError::Column { .. })));
        assert!(matches!(rows[1].get::<i64>("v"), Err(DbError::Column { .. })));
        assert_eq!(rows[1].get::<String>("v").unwrap(), "Đỗ");
        assert_eq!(rows[1].get::<i64>("n").unwrap(), i64::MIN);
        assert_eq!(rows[1].get::<Vec<u8>>("b").unwrap(), [0, 255]);
        assert!(rows[0].get::<bool>("bare").unwrap() && !rows[1].get::<bool>("bare").unwrap());
        assert_eq!(rows[0].get::<u32>("one").unwrap(), 1);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn lists_come_apart_in_their_order() {
    #[derive(Serialize)]
    struct Pair<'a>(
        i64,
        #[serde(serialize_with = "as_json_text")] &'a [&'a str],
        Option<i64>,
    );
    for Stand { db, .. } in &each().await {
        let tx = db.begin().await.unwrap();
        let text = "INSERT INTO survey_row (id, v, n) SELECT CAST(value->>0 AS BIGINT), value->>1, \
                    CAST(value->>2 AS BIGINT) FROM json_each($1)";
        let pairs = [Pair(3, &["a", "\"b\" \u{e1}"], Some(5)), Pair(1, &[], None)];
        tx.commit_with(vec![sql(text).bind_json(&pairs)]).await.unwrap();
        assert_eq!(kept(db).await, ["[]", "[\"a\",\"\\\"b\\\" \u{e1}\"]"]);
        let text = "SELECT k.key AS place, k.atom, r.n FROM json_each($1) k \
                    LEFT JOIN survey_row r ON r.id = CAST(k.atom AS BIGINT) ORDER BY k.key";
        let rows = db.all(sql(text).bind_json(&[9_i64, 3, 1])).await.unwrap();
        let read = |row: &Row| {
            (
                row.get::<u32>("place").unwrap(),
                row.get::<Option<i64>>("n").unwrap(),
            )
        };
        let found: Vec<_> = rows.iter().map(read).collect();
        assert_eq!(found, [(0, None), (1, Some(5)), (2, None)]);
        let text = "SELECT unhex(atom) AS bytes, unhex('') AS none FROM json_each($1)";
        let row = db.one(sql(text).bind_json(&["00ff"])).await.unwrap();
        assert_eq!(row.get::<Vec<u8>>("bytes").unwrap(), [0, 255]);
        assert!(row.get::<Vec<u8>>("none").unwrap().is_empty());
    }
}

#[tokio::test]
async fn text_has_the_order_of_its_bytes() {
    for Stand { db, .. } in &each().await {
        let words = ["b", "B", "đ", "a", "Z", "ă", "z", "_"];
        let inserts = (1_i64..).zip(words).map(|(id, v)| insert(id, v)).collect();
        db.begin().await.unwrap().commit_with(inserts).await.unwrap();
        let rows = db.all(sql("SELECT v FROM survey_row ORDER BY v")).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.get("v").unwrap()).collect();
        let mut sorted = words;
        sorted.sort_unstable();
        assert_eq!(found, sorted);
        let after = sql("SELECT COUNT(*) AS n FROM survey_row WHERE v > $1").bind("b");
        assert_eq!(db.one(after).await.unwrap().get::<i64>("n").unwrap(), 3);
    }
}

#[tokio::test]
async fn history_cannot_be_changed() {
    for Stand { db, .. } in &each().await {
        let text = "INSERT INTO survey_journal (seq, at, actor, act, object, before, after, reason, hash) \
                    VALUES (1, 1, 'a', 'a', 'o', '', '', '', $1)";
        let row = sql(text).bind(vec![0_u8; 32]);
        db.begin().await.unwrap().commit_with(vec![row]).await.unwrap();
        for text in [
            "UPDATE survey_journal SET actor = 'b'",
            "DELETE FROM survey_journal",
        ] {
            let refused = db.begin().await.unwrap().run(sql(text)).await.unwrap_err();
            assert!(
                crate::error::chain(&refused).contains("append-only"),
                "{refused:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_migration_that_changed_after_it_ran_is_refused() {
    for Stand { db, .. } in &each().await {
        let changed = Migration {
            sqlite: "CREATE TABLE survey_other (id INTEGER) STRICT;",
            postgres: "CREATE TABLE survey_other (id BIGINT);",
            ..ROWS
        };
        let refused = db.migrate("survey", &[changed]).await.unwrap_err();
        assert!(refused.to_string().contains("another migration 1"), "{refused}");
        let refused = db.migrate("survey", &[]).await.unwrap_err();
        assert!(
            refused.to_string().contains("newer than this program"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_text_with_nul_is_refused_by_both() {
    let twice =
        sql("INSERT INTO survey_row (id, v) SELECT CAST(value->>0 AS BIGINT), value->>1 FROM json_each($1)");
    for Stand { db, .. } in &each().await {
        for refused in [insert(1, "a\0b"), twice.clone().bind_json(&[(1, "a"), (2, "\0")])] {
            let refused = db.begin().await.unwrap().commit_with(vec![refused]).await;
            let refused = crate::Error::from(refused.unwrap_err());
            assert_eq!(refused.reason(), "TEXT_HAS_NUL");
        }
        // Six characters that only look like it.
        let taken = twice.clone().bind_json(&[(1, "\\u0000"), (2, "a\\\\u0000")]);
        db.begin().await.unwrap().commit_with(vec![taken]).await.unwrap();
        assert_eq!(kept(db).await, ["\\u0000", "a\\\\u0000"]);
    }
}
