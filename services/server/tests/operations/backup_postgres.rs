//! The same drill on PostgreSQL: dumped by its own programs, as of one moment, and restored into another database.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use chiso_platform::clock::Clock;
use chiso_platform::error::chain;
use chiso_platform::process::{Places, Process};
use chiso_platform::testkit::postgres::{Database, fresh_database, postgres};
use chiso_server::backup::{self, BackupError};
use chiso_server::doctor::State;
use chiso_server::peers::Bounds;
use chiso_server::plan::{Plan, SERVICES};
use chiso_server::system::System;

use crate::{found, started};

const PASSWORD: &str = "mật khẩu đủ dài";

fn places(folder: &Path, database: &Database) -> Places {
    Places {
        postgres: Some(database.settings.clone()),
        ..Places::embedded(folder)
    }
}

async fn add(places: &Places, login: &str) -> String {
    let process = Process::open(places.clone(), Clock::system()).unwrap();
    let ctx = process.context("identity").await.unwrap();
    let added = chiso_identity::add_organiser(&ctx, login, "Nguyễn Thị Hà", PASSWORD)
        .await
        .unwrap();
    process.stop().await;
    added.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_on_postgresql_while_it_is_written_to() {
    let (folder, database) = (tempfile::tempdir().unwrap(), fresh_database().await);
    let from = places(folder.path(), &database);
    let system = started(&from).await;
    add(&from, "quantri").await;
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let over = AtomicBool::new(false);
    let writing = async {
        let mut written = 0;
        while !over.load(Ordering::SeqCst) {
            add(&from, &format!("nguoi{written}")).await;
            written += 1;
        }
        written
    };
    let backing_up = async {
        let findings = backup::run(&from, &copy, true).await;
        over.store(true, Ordering::SeqCst);
        findings.unwrap()
    };
    let (written, findings) = tokio::join!(writing, backing_up);
    assert!(written > 0 && findings.is_fine(), "{findings}");
    system.stop().await;

    let (other, empty) = (tempfile::tempdir().unwrap(), fresh_database().await);
    let to = places(&other.path().join("data"), &empty);
    let findings = backup::restore(&copy, &to, true).await.unwrap();
    assert_eq!(findings.state(), State::Ok, "{findings}");
    for service in SERVICES {
        found(&findings, &format!("journal {service}"), State::Ok, "rows");
        found(&findings, &format!("feed {service}"), State::Ok, "no gap");
    }
    // It is a system again: the triggers that keep history are back, and the one who was there is known.
    let system = started(&to).await;
    let ctx = system.context("identity").unwrap();
    let mut tx = ctx.db.begin().await.unwrap();
    let erase = tx
        .run(chiso_platform::db::sql("DELETE FROM identity_journal"))
        .await;
    assert!(format!("{:?}", erase.unwrap_err()).contains("append-only"));
    drop(tx);
    let again = chiso_identity::add_organiser(ctx, "quantri", "Nguyễn Thị Hà", PASSWORD).await;
    assert!(again.is_err(), "the login is taken");
    system.stop().await;

    let second = backup::restore(&copy, &places(&other.path().join("more"), &empty), true).await;
    let error = second.unwrap_err();
    assert!(
        error.to_string().contains("the schema identity holds tables"),
        "{error}"
    );
    let embedded = backup::restore(&copy, &Places::embedded(&other.path().join("lite")), true).await;
    assert!(matches!(embedded.unwrap_err(), BackupError::OtherDatabase { .. }));
}

/// The schemas come back one after the other: where one does not, a process that runs all services does not start, and
/// those that run some of them are to be stopped.
#[tokio::test]
async fn a_restore_that_fails_in_the_middle_leaves_nothing_that_serves() {
    let (folder, database) = (tempfile::tempdir().unwrap(), fresh_database().await);
    let from = places(&folder.path().join("from"), &database);
    started(&from).await.stop().await;
    add(&from, "quantri").await;
    let copy = folder.path().join("copy");
    backup::run(&from, &copy, true).await.unwrap();

    let empty = fresh_database().await;
    let to = places(&folder.path().join("to"), &empty);
    let refuse = "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF session_user = 'chiso_leaders' THEN RAISE EXCEPTION 'no room left'; END IF; END $$;
        CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse()";
    postgres().execute(&empty.name, refuse).await;
    let error = backup::restore(&copy, &to, true).await.unwrap_err();
    assert!(matches!(error, BackupError::Unfinished(_)), "{error}");
    let said = error.to_string();
    assert!(
        said.contains("pg_restore for leaders")
            && said.contains("no room left")
            && said.contains("stop every process"),
        "{said}"
    );

    postgres().execute(&empty.name, "DROP EVENT TRIGGER refuse").await;
    let process = Process::open(to, Clock::system()).unwrap();
    let started = System::run(&Plan::whole(), process, Bounds::default()).await;
    let said = chain(&started.unwrap_err());
    assert!(
        said.contains("identity") && said.contains("was not finished"),
        "{said}"
    );
    let again = places(&folder.path().join("again"), &empty);
    let error = backup::restore(&copy, &again, true).await.unwrap_err();
    assert!(error.to_string().contains("make a new database"), "{error}");
}

#[tokio::test]
async fn what_keeps_postgresql_from_being_dumped_is_said() {
    let (folder, database) = (tempfile::tempdir().unwrap(), fresh_database().await);
    let target = folder.path().join("copy");
    // The services have never run.
    let error = backup::run(&places(folder.path(), &database), &target, false)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("psql for identity"), "{error}");

    let mut wrong = places(folder.path(), &database);
    let settings = wrong.postgres.as_mut().unwrap();
    settings
        .passwords
        .insert("registry".to_owned(), "không phải".to_owned());
    let error = backup::run(&wrong, &target, false).await.unwrap_err();
    assert!(
        error.to_string().contains("psql for registry") && error.to_string().contains("password"),
        "{error}"
    );

    let mut named = places(folder.path(), &database);
    named.postgres.as_mut().unwrap().url += "?password=geheim";
    let error = backup::run(&named, &target, false).await.unwrap_err().to_string();
    assert!(
        error.contains("database.url says more") && !error.contains("geheim"),
        "{error}"
    );

    settings_without_server(&mut wrong);
    let error = backup::run(&wrong, &target, false).await.unwrap_err();
    assert!(error.to_string().contains("psql for registry"), "{error}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left of them"
    );
}

fn settings_without_server(places: &mut Places) {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    places.postgres.as_mut().unwrap().url = format!("postgres://{free}/chiso");
}
