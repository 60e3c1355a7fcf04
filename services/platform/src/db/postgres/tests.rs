//! What a server brings with it: being away, other processes, logins and settings.

use std::time::Duration;

use tokio::time::timeout;

use crate::db::{Db, DbError, DbResult, Migration, PostgresSettings, Reads, Statement, Tls, sql};
use crate::error::chain;
use crate::testkit::postgres::{Database, Server, fresh_database, postgres};

mod lost;
mod writers;

const ROWS: Migration = Migration {
    version: 1,
    name: "rows",
    sqlite: "",
    postgres: "CREATE TABLE survey_row (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);",
};

/// Some processes' ways to one database.
async fn processes<const N: usize>(database: &Database) -> [Db; N] {
    let settings = PostgresSettings {
        acquire_timeout: Duration::from_secs(5),
        ..database.settings.clone()
    };
    opened(&settings).await
}

async fn opened<const N: usize>(settings: &PostgresSettings) -> [Db; N] {
    let mut processes = Vec::new();
    for _ in 0..N {
        let db = Db::postgres(settings, "survey").await.unwrap();
        db.migrate("survey", &[ROWS]).await.unwrap();
        processes.push(db);
    }
    processes.try_into().unwrap()
}

fn insert(id: i64) -> Statement {
    sql("INSERT INTO survey_row (id, n) VALUES ($1, 0)").bind(id)
}

async fn count(db: &Db) -> i64 {
    let row = db.one(sql("SELECT COUNT(*) AS n FROM survey_row")).await;
    row.unwrap().get("n").unwrap()
}

async fn refusal(settings: &PostgresSettings) -> String {
    let refused = Db::postgres(settings, "survey").await.unwrap_err();
    assert!(matches!(refused, DbError::Setting(_)), "{refused:?}");
    refused.to_string()
}

async fn as_superuser(database: &Database, text: &str) {
    postgres().execute(&database.name, text).await;
}

#[tokio::test]
async fn an_address_says_where_the_database_is_and_nothing_more() {
    for (url, remedy) in [
        ("mysql://localhost/chiso", "postgres://host:port/dbname"),
        ("postgres://localhost:5432", "names no database"),
        ("me:secret", "is no address"),
        ("postgres://me:secret@localhost/chiso", "database.passwords"),
        ("postgres://localhost/chiso?password=secret", "database.passwords"),
        ("postgres://localhost/chiso#secret", "says more"),
        (
            "postgres://localhost/chiso?sslmode=verify-full",
            "database.tls_ca",
        ),
        (
            "postgres://localhost/chiso?host=/run/postgresql&password=secret",
            "?host=/folder",
        ),
        ("postgres://localhost/chiso?host=/nowhere", "start it"),
    ] {
        let settings = PostgresSettings {
            url: url.to_owned(),
            ..PostgresSettings::default()
        };
        let said = refusal(&settings).await;
        assert!(said.contains("database.url") && said.contains(remedy), "{said}");
        let shown = format!("{settings:?}");
        assert!(
            !said.contains("secret") && !shown.contains("secret"),
            "{said} {shown}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_named_with_its_remedy() {
    let database = fresh_database().await;
    let right = &database.settings;
    let with_url = |url: &str| PostgresSettings {
        url: url.to_owned(),
        ..right.clone()
    };
    let mut wrong_password = right.clone();
    wrong_password
        .passwords
        .insert("survey".to_owned(), "other".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let mut no_file = right.clone();
    no_file.passwords.clear();
    no_file.password_dir = Some(folder.path().to_owned());
    let no_ca = PostgresSettings {
        tls: Tls::VerifyFull,
        tls_ca: Some(folder.path().join("ca.pem")),
        ..right.clone()
    };
    let no_tls = PostgresSettings {
        tls: Tls::Require,
        ..right.clone()
    };
    let ca_in_vain = |tls| PostgresSettings { tls, ..no_ca.clone() };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("postgres://{}/chiso", free.local_addr().unwrap());
    drop(free);
    let elsewhere = right.url.replace("/chiso_", "/nowhere_");
    for (settings, setting, remedy) in [
        (ca_in_vain(Tls::Disable), "database.tls_ca", "verify-full"),
        (ca_in_vain(Tls::Require), "database.tls_ca", "verify-full"),
        (with_url(&nobody), "database.url", "start it"),
        (with_url(&elsewhere), "database.url", "no database"),
        (wrong_password, "database.passwords.survey", "set the same one"),
        (no_file.clone(), "database.password_dir", "chiso_survey"),
        (no_ca.clone(), "database.tls_ca", "PEM"),
        (no_tls, "database.tls", "set database.tls"),
    ] {
        let said = refusal(&settings).await;
        assert!(said.contains(setting) && said.contains(remedy), "{said}");
    }
    std::fs::write(folder.path().join("chiso_survey"), "chiso-test\n").unwrap();
    Db::postgres(&no_file, "survey").await.unwrap();
}

#[tokio::test]
async fn what_is_missing_on_the_server_is_named_with_its_remedy() {
    let database = fresh_database().await;
    let settings = &database.settings;
    let nobody = Db::postgres(settings, "nobody").await.unwrap_err();
    assert!(
        nobody.to_string().contains("deploy/postgres/roles.sql"),
        "{nobody}"
    );
    let login = "ALTER ROLE chiso_survey IN DATABASE";
    let name = &database.name;
    as_superuser(&database, &format!("{login} {name} SET synchronous_commit = off")).await;
    assert!(refusal(settings).await.contains("set synchronous_commit = on"));
    as_superuser(&database, &format!("{login} {name} RESET synchronous_commit")).await;
    as_superuser(&database, "REVOKE ALL ON SCHEMA survey FROM chiso_survey").await;
    assert!(refusal(settings).await.contains("run deploy/postgres/roles.sql"));
    as_superuser(&database, "DROP SCHEMA survey").await;
    assert!(
        refusal(settings)
            .await
            .contains("has no schema survey; run deploy/postgres/roles.sql")
    );
    as_superuser(
        &database,
        &format!("REVOKE ALL ON DATABASE {name} FROM chiso_survey"),
    )
    .await;
    assert!(refusal(settings).await.contains("may not enter"));
    as_superuser(&database, crate::testkit::postgres::ROLES).await;
    Db::postgres(settings, "survey").await.unwrap();
}

/// Plays a server of version 13, which does not know all that is asked of it.
#[tokio::test]
async fn a_server_that_is_too_old_is_named_with_its_remedy() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = PostgresSettings {
        url: format!("postgres://{}/chiso", listener.local_addr().unwrap()),
        ..PostgresSettings::default()
    };
    let old = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 2_048];
        let read = stream.read(&mut asked).await.unwrap();
        assert!(String::from_utf8_lossy(&asked[..read]).contains("client_connection_check_interval"));
        let fields = "SFATAL\0VFATAL\0C42704\0Munrecognized configuration parameter\0\0";
        stream.write_all(b"E").await.unwrap();
        stream
            .write_i32(i32::try_from(fields.len()).unwrap() + 4)
            .await
            .unwrap();
        stream.write_all(fields.as_bytes()).await.unwrap();
    };
    let (said, ()) = tokio::join!(refusal(&settings), old);
    assert!(
        said.contains("unrecognized") && said.contains("version 14 or newer"),
        "{said}"
    );
}

#[tokio::test]
async fn the_way_to_the_server_is_protected_as_the_settings_say() {
    let server = Server::start();
    let certificate = server.turn_tls_on();
    let database = server.fresh_database().await;
    let with = |tls, tls_ca: Option<&std::path::PathBuf>| PostgresSettings {
        tls,
        tls_ca: tls_ca.cloned(),
        ..database.settings.clone()
    };
    for (settings, protected) in [
        (with(Tls::Disable, None), false),
        (with(Tls::Require, None), true),
        (with(Tls::VerifyFull, Some(&certificate)), true),
    ] {
        let db = Db::postgres(&settings, "survey").await.unwrap();
        let text = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        assert_eq!(
            db.one(sql(text)).await.unwrap().get::<bool>("ssl").unwrap(),
            protected
        );
    }
    // Signed by nobody whom the public authorities know.
    let said = refusal(&with(Tls::VerifyFull, None)).await;
    assert!(said.contains("database.tls_ca"), "{said}");
}

#[tokio::test]
async fn a_login_sees_its_own_schema_only() {
    let database = fresh_database().await;
    let [survey] = processes(&database).await;
    let ledger = Db::postgres(&database.settings, "ledger").await.unwrap();
    ledger.migrate("ledger", &[]).await.unwrap();
    let peek = survey.all(sql("SELECT * FROM ledger.ledger_journal")).await;
    assert!(chain(&peek.unwrap_err()).contains("permission denied"));
}

#[tokio::test]
async fn a_server_that_was_started_again_is_found_again() {
    let server = Server::start();
    let database = server.fresh_database().await;
    let settings = PostgresSettings {
        acquire_timeout: Duration::from_secs(4),
        ..database.settings.clone()
    };
    let [db] = opened(&settings).await;
    let commit = |id| {
        let db = db.clone();
        async move { db.begin().await?.commit_with(vec![insert(id)]).await }
    };
    // Several connections, each of which will turn out to be gone.
    let waiting: Vec<_> = (0..6).map(|_| db.all(sql("SELECT pg_sleep(0.1)"))).collect();
    futures_util::future::try_join_all(waiting).await.unwrap();
    commit(1).await.unwrap();
    let mut halfway = db.begin().await.unwrap();
    halfway.run_one(insert(2)).await.unwrap();
    server.stop_at_once();
    assert!(halfway.commit().await.unwrap_err().is_passing());
    assert!(db.all(sql("SELECT 1")).await.unwrap_err().is_passing());
    assert!(commit(3).await.unwrap_err().is_passing());
    server.start_again();
    assert_eq!(count(&db).await, 1);
    commit(2).await.unwrap();
    // A restart that nobody noticed costs nobody a call.
    server.stop_at_once();
    server.start_again();
    commit(3).await.unwrap();
    assert_eq!(count(&db).await, 3);
}

#[tokio::test]
async fn a_transaction_with_a_failed_statement_is_not_committed() {
    let database = fresh_database().await;
    let [db] = processes(&database).await;
    let mut tx = db.begin().await.unwrap();
    tx.run_one(insert(1)).await.unwrap();
    assert!(tx.run(insert(1)).await.unwrap_err().is_unique_violation());
    assert!(matches!(tx.run(insert(2)).await, Err(DbError::Aborted)));
    assert!(matches!(tx.commit().await, Err(DbError::Aborted)));
    let mut tx = db.begin().await.unwrap();
    tx.run_one(insert(1)).await.unwrap();
    // Given up in the middle.
    let given_up = timeout(Duration::from_millis(50), tx.all(sql("SELECT pg_sleep(2)"))).await;
    assert!(given_up.is_err());
    assert!(matches!(tx.commit().await, Err(DbError::Aborted)));
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn waiting_ends_in_time_and_may_be_repeated() {
    let database = fresh_database().await;
    let settings = PostgresSettings {
        lock_timeout: Duration::from_millis(200),
        statement_timeout: Duration::from_millis(400),
        ..database.settings.clone()
    };
    let [one, other] = opened(&settings).await;
    let held = one.begin().await.unwrap();
    let refused = other.begin().await.unwrap_err();
    assert!(
        refused.is_passing() && chain(&refused).contains("lock timeout"),
        "{refused:?}"
    );
    drop(held);
    other
        .begin()
        .await
        .unwrap()
        .commit_with(vec![insert(1)])
        .await
        .unwrap();
    let slow = one.all(sql("SELECT pg_sleep(5)")).await.unwrap_err();
    assert!(
        slow.is_passing() && chain(&slow).contains("statement timeout"),
        "{slow:?}"
    );
    assert_eq!(crate::Error::from(slow).code(), tonic::Code::Unavailable);
}

#[tokio::test]
async fn a_process_that_hangs_in_a_transaction_is_left_behind() {
    let database = fresh_database().await;
    let settings = PostgresSettings {
        idle_timeout: Duration::from_millis(300),
        ..database.settings.clone()
    };
    let [hanging, other] = opened(&settings).await;
    let mut held = hanging.begin().await.unwrap();
    held.run_one(insert(1)).await.unwrap();
    other
        .begin()
        .await
        .unwrap()
        .commit_with(vec![insert(2)])
        .await
        .unwrap();
    assert!(held.commit().await.unwrap_err().is_passing());
    hanging
        .begin()
        .await
        .unwrap()
        .commit_with(vec![insert(1)])
        .await
        .unwrap();
    assert_eq!(count(&other).await, 2);
}

#[tokio::test]
async fn instances_that_start_at_once_make_the_tables_once() {
    let database = fresh_database().await;
    let start = async |_: i32| {
        let db = Db::postgres(&database.settings, "survey").await?;
        db.migrate("survey", &[ROWS]).await
    };
    let started = (0..6).map(start);
    futures_util::future::try_join_all(started).await.unwrap();
}

#[tokio::test]
async fn a_table_that_grew_under_a_running_process_is_read_all_the_same() {
    let database = fresh_database().await;
    let [old, new] = processes(&database).await;
    old.begin()
        .await
        .unwrap()
        .commit_with(vec![insert(1)])
        .await
        .unwrap();
    let all = || sql("SELECT * FROM survey_row");
    assert_eq!(old.all(all()).await.unwrap().len(), 1);
    let mut tx = new.begin().await.unwrap();
    let grow = "ALTER TABLE survey_row ADD COLUMN more BIGINT NOT NULL DEFAULT 7";
    tx.run(sql(grow)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(old.one(all()).await.unwrap().get::<i64>("n").unwrap(), 0);
    let mut tx = old.begin().await.unwrap();
    // Within a transaction the caller does it again.
    if let Err(outdated) = tx.all(all()).await {
        assert!(outdated.is_passing(), "{outdated:?}");
    }
    drop(tx);
    let mut tx = old.begin().await.unwrap();
    assert_eq!(tx.one(all()).await.unwrap().get::<i64>("more").unwrap(), 7);
}

#[tokio::test]
async fn a_transaction_sees_what_was_committed_before_it_whatever_the_server_is_set_to() {
    let database = fresh_database().await;
    let name = &database.name;
    for (of, set) in [
        ("DATABASE", "default_transaction_isolation = 'repeatable read'"),
        (
            "ROLE chiso_survey IN DATABASE",
            "default_transaction_read_only = on",
        ),
    ] {
        as_superuser(&database, &format!("ALTER {of} {name} SET {set}")).await;
    }
    let patient = Duration::from_secs(60);
    let settings = PostgresSettings {
        statement_timeout: patient,
        lock_timeout: patient,
        idle_timeout: patient,
        ..database.settings.clone()
    };
    let [one, other] = opened(&settings).await;
    let held = one.begin().await.unwrap();
    let waiting = tokio::spawn(async move {
        let mut tx = other.begin().await?;
        tx.one(sql("SELECT COUNT(*) AS n FROM survey_row"))
            .await?
            .get("n")
    });
    // It stands at the writer's row, so its transaction has begun.
    let queue = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                 AND application_name = 'chiso/survey' AND datname = current_database()";
    while one.one(sql(queue)).await.unwrap().get::<i64>("n").unwrap() == 0 {}
    held.commit_with(vec![insert(1)]).await.unwrap();
    let seen: i64 = waiting.await.unwrap().unwrap();
    assert_eq!(seen, 1);
}
