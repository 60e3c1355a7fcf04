//! `chiso doctor`: fine beside a running system, and of each thing that can be wrong its name and its remedy.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chiso_platform::clock::Clock;
use chiso_platform::db::{Db, sql};
use chiso_platform::process::Places;
use chiso_platform::testkit::{postgres, redis};
use chiso_server::doctor::{self, Findings, State, Subject};
use chiso_server::plan::SERVICES;
use chiso_server::system::System;
use serde_json::Value;

use crate::process::{Serving, chiso, run, text};
use crate::{found, of, started};

fn embedded(data: &Path) -> Subject {
    Subject {
        places: Places::embedded(data),
        services: SERVICES.to_vec(),
        peers: BTreeMap::new(),
        redis_url: String::new(),
        mail: None,
    }
}

async fn looked(data: &Path) -> Findings {
    doctor::run(&embedded(data), true).await
}

/// A folder that a system has run on.
async fn used() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    System::start(folder.path(), Clock::system())
        .await
        .unwrap()
        .stop()
        .await;
    folder
}

#[test]
fn a_running_system_is_fine_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let before = run(&["doctor", "--data", data], "");
    assert_eq!(before.status.code(), Some(0), "{}", text(&before.stdout));
    assert!(
        text(&before.stdout).contains("does not exist yet"),
        "also before the first start"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );

    let serving = Serving::on(folder.path());
    let output = run(&["doctor", "--deep", "--json", "--data", data], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_ne!(said["state"], "fail");
    let fine = |check: &str| {
        let findings = said["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["check"] == check && finding["state"] == "ok")
            .count()
    };
    for check in [
        "settings",
        "data folder",
        "keys",
        "database",
        "schema",
        "journal survey",
        "journal ranking",
    ] {
        assert_eq!(fine(check), 1, "{check} in {said}");
    }
    let settings = folder.path().join("chiso.toml");
    std::fs::write(&settings, format!("listen.http = \"{}\"\n", serving.http)).unwrap();
    let running = || {
        run(
            &["doctor", "--running", "--config", settings.to_str().unwrap()],
            "",
        )
    };
    assert_eq!(running().status.code(), Some(0), "{}", text(&running().stdout));
    assert_eq!(serving.terminate(), Some(0));
    let gone = running();
    assert_eq!(gone.status.code(), Some(3));
    assert!(
        text(&gone.stdout).contains("nothing answers at"),
        "{}",
        text(&gone.stdout)
    );
}

#[test]
fn settings_that_cannot_be_read_are_the_first_thing_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chiso.toml");
    std::fs::write(&file, "[listen]\ngrpc = \"không phải địa chỉ\"\n").unwrap();
    let output = run(&["doctor", "--config", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stdout);
    assert!(
        said.starts_with("FAIL  settings") && said.contains("listen.grpc"),
        "{said}"
    );
}

#[tokio::test]
async fn keys_that_others_may_read_or_that_are_gone_are_wrong() {
    let folder = used().await;
    let keys = folder.path().join("keys");
    found(
        &looked(folder.path()).await,
        "keys",
        State::Ok,
        "for its owner only",
    );
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    let findings = looked(folder.path()).await;
    found(&findings, "keys", State::Fail, "644");
    assert!(of(&findings, "keys")[0].remedy.contains("chmod 600"));
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o440)).unwrap();
    found(&looked(folder.path()).await, "keys", State::Ok, "group");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&keys, "abc").unwrap();
    found(&looked(folder.path()).await, "keys", State::Fail, "three keys");
    std::fs::remove_file(&keys).unwrap();
    found(&looked(folder.path()).await, "keys", State::Fail, "is not there");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_wrong() {
    // Nobody may make a file there, not even root.
    let findings = looked(Path::new("/proc")).await;
    found(&findings, "data folder", State::Fail, "/proc cannot be written");
}

#[tokio::test]
async fn a_schema_of_another_program_is_told_apart() {
    let folder = used().await;
    let change = async |statement| {
        let db = Db::sqlite(&folder.path().join("chiso.db")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run(sql(statement)).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        looked(folder.path()).await
    };
    found(
        &looked(folder.path()).await,
        "schema",
        State::Ok,
        "of all 7 services",
    );
    let older =
        change("DELETE FROM survey_migration WHERE version = (SELECT MAX(version) FROM survey_migration)");
    found(&older.await, "schema", State::Warn, "survey");
    let newer = change(
        "INSERT INTO survey_migration (version, description, success, checksum, execution_time) \
         VALUES (20991231000000, 'later', 1, x'00', 0)",
    );
    found(
        &newer.await,
        "schema",
        State::Fail,
        "migration 20991231000000 of survey",
    );
}

#[tokio::test]
async fn a_journal_with_a_gap_is_found_at_once_and_a_changed_one_by_looking_deeper() {
    let folder = used().await;
    let change = async |statements: &[&'static str]| {
        let db = Db::sqlite(&folder.path().join("chiso.db")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for statement in statements {
            tx.run(sql(statement)).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await;
    };
    let add = "INSERT INTO survey_journal (seq, at, actor, act, object, before, after, reason, hash) \
               VALUES (1, 1, 'a', 'a', 'a', '', '', '', zeroblob(32))";
    change(&[add]).await;
    let shallow = doctor::run(&embedded(folder.path()), false).await;
    found(&shallow, "journal survey", State::Ok, "no gap");
    found(
        &looked(folder.path()).await,
        "journal survey",
        State::Fail,
        "row 1 does not follow",
    );
    change(&[
        "DROP TRIGGER survey_journal_keep_update",
        "UPDATE survey_journal SET seq = 2",
    ])
    .await;
    let shallow = doctor::run(&embedded(folder.path()), false).await;
    found(
        &shallow,
        "journal survey",
        State::Fail,
        "1 rows, the last one numbered 2",
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_to_be_none() {
    let folder = used().await;
    std::fs::write(
        folder.path().join("chiso.db"),
        "đây là một lá thư, không phải cơ sở dữ liệu".repeat(200),
    )
    .unwrap();
    found(
        &looked(folder.path()).await,
        "database",
        State::Fail,
        "not a database",
    );
}

#[tokio::test]
async fn peers_are_asked_who_they_are_and_whether_they_have_the_same_keys() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("identity");
    let serving = Serving::with(&data, &["--only", "identity", "--grpc", "127.0.0.1:0"]);
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let at = |address: &str| format!("http://{address}").parse().unwrap();
    let mut subject = embedded(&data);
    subject.services = vec!["identity"];
    subject.peers = BTreeMap::from([
        ("identity", vec![at(&serving.grpc), at(&free.to_string())]),
        ("survey", vec![at(&serving.grpc)]),
    ]);
    let findings = doctor::run(&subject, false).await;
    found(&findings, "peer identity", State::Ok, &serving.grpc);
    found(
        &findings,
        "peer identity",
        State::Fail,
        "identity does not answer",
    );
    found(&findings, "peer survey", State::Fail, "does not run survey");

    // Another system's keys; without keys nothing is known of them, and none are made.
    let other = used().await;
    subject.places = Places::embedded(other.path());
    let findings = doctor::run(&subject, false).await;
    found(
        &findings,
        "peer identity",
        State::Fail,
        "does not take this process",
    );
    std::fs::remove_file(other.path().join("keys")).unwrap();
    let findings = doctor::run(&subject, false).await;
    found(&findings, "peer identity", State::Ok, &serving.grpc);
    assert!(!other.path().join("keys").exists());
    assert_eq!(serving.terminate(), Some(0));
}

/// As in a pod of its own, which has no password but its service's.
#[tokio::test]
async fn only_the_services_that_run_here_are_looked_at() {
    let (folder, database) = (tempfile::tempdir().unwrap(), postgres::fresh_database().await);
    let mut subject = embedded(folder.path());
    subject.places.postgres = Some(database.settings.clone());
    started(&subject.places).await.stop().await;
    let settings = subject.places.postgres.as_mut().unwrap();
    settings.passwords.retain(|service, _| service == "survey");
    subject.services = vec!["survey"];
    let findings = doctor::run(&subject, true).await;
    found(&findings, "database", State::Ok, "PostgreSQL");
    found(&findings, "schema", State::Ok, "of all 1 services");
    found(&findings, "journal survey", State::Ok, "follows");
    assert!(
        findings.is_fine() && of(&findings, "journal ledger").is_empty(),
        "{findings}"
    );

    // The gateway has none.
    subject.services = Vec::new();
    let findings = doctor::run(&subject, true).await;
    found(&findings, "database", State::Ok, "no service with data");
    assert!(findings.is_fine(), "{findings}");
}

#[test]
fn settings_that_are_no_plan_are_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let output = chiso()
        .args(["doctor", "--data", data])
        .env("CHISO_RUN__ONLY", "registry")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("peers.identity is not set"));
}

#[tokio::test]
async fn redis_is_missed_but_never_needed() {
    let folder = tempfile::tempdir().unwrap();
    let mut subject = embedded(folder.path());
    let server = redis::Server::start();
    subject.redis_url = server.url();
    found(&doctor::run(&subject, false).await, "redis", State::Ok, "answers");
    server.freeze();
    found(
        &doctor::run(&subject, false).await,
        "redis",
        State::Warn,
        "in time",
    );
    server.thaw();
    server.kill();
    let findings = doctor::run(&subject, false).await;
    found(&findings, "redis", State::Warn, "does not answer");
    assert!(findings.is_fine());
}

#[tokio::test]
async fn postgresql_is_looked_at_as_every_service() {
    let (folder, database) = (tempfile::tempdir().unwrap(), postgres::fresh_database().await);
    let mut subject = embedded(folder.path());
    subject.places.postgres = Some(database.settings.clone());
    let before = doctor::run(&subject, true).await;
    found(&before, "schema", State::Warn, "not yet");
    started(&subject.places).await.stop().await;
    let findings = doctor::run(&subject, true).await;
    found(&findings, "database", State::Ok, "PostgreSQL");
    found(&findings, "clock", State::Ok, "apart from the database server's");
    found(&findings, "schema", State::Ok, "of all 7 services");
    for service in SERVICES {
        found(&findings, &format!("journal {service}"), State::Ok, "follows");
    }
    let settings = subject.places.postgres.as_mut().unwrap();
    settings
        .passwords
        .insert("ledger".to_owned(), "không phải".to_owned());
    let findings = doctor::run(&subject, true).await;
    found(&findings, "database", State::Fail, "database.passwords.ledger");
    assert!(
        !findings.to_string().contains("không phải"),
        "no password is repeated"
    );
}
