//! Backups of the embedded system: a drill, and what a damaged, interrupted or dishonest one comes to.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chiso_platform::clock::Clock;
use chiso_platform::db::{Db, sql};
use chiso_platform::process::Places;
use chiso_server::backup::{self, BackupError};
use chiso_server::doctor::{Findings, State};
use chiso_server::system::System;
use serde_json::Value;
use tempfile::TempDir;

use crate::found;
use crate::process::{Serving, chiso, run, text};

/// A whole year, made once and never changed, and what was published.
pub(crate) fn year() -> &'static (PathBuf, String) {
    static YEAR: OnceLock<(PathBuf, String)> = OnceLock::new();
    YEAR.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        for old in std::fs::read_dir(place)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = old.file_name().unwrap().to_str().unwrap();
            let of = name
                .strip_prefix("year-")
                .map(|process| Path::new("/proc").join(process));
            if of.is_some_and(|process| !process.exists()) {
                std::fs::remove_dir_all(&old).unwrap();
            }
        }
        let folder = place.join(format!("year-{}", std::process::id()));
        let arguments = [
            "demo",
            "--json",
            "--seed",
            "5",
            "--data",
            folder.to_str().unwrap(),
        ];
        let output = run(&arguments, "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let year: Value = serde_json::from_slice(&output.stdout).unwrap();
        (folder, year["published"]["sha256"].as_str().unwrap().to_owned())
    })
}

/// A copy of the year that a test may do anything to.
fn own_year() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(year().0.join("."))
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(copied.success());
    folder
}

/// A backup of it, by the program.
fn backed_up(data: &Path, target: &Path, more: &[&str]) -> std::process::Output {
    let arguments = [
        "backup",
        "--data",
        data.to_str().unwrap(),
        target.to_str().unwrap(),
    ];
    run(&[&arguments[..], more].concat(), "")
}

pub(crate) async fn restored(backup: &Path) -> (TempDir, Result<Findings, BackupError>) {
    let folder = tempfile::tempdir().unwrap();
    let result = backup::restore(backup, &Places::embedded(folder.path()), true).await;
    (folder, result)
}

/// Changes the database of a folder as no call can.
async fn tamper(data: &Path, statements: &[&'static str]) {
    let db = Db::sqlite(&data.join("chiso.db")).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for statement in statements {
        tx.run(sql(statement)).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
}

/// The whole drill, as the runbook has it: back up what is being used, lose the machine, restore, serve.
#[test]
fn a_drill_gives_back_the_same_year() {
    let data = own_year();
    let place = tempfile::tempdir().unwrap();
    let (copy, back) = (place.path().join("copy"), place.path().join("back"));
    let serving = Serving::on(data.path());
    let (_, published) = serving.get("/v1/cycles/2022/ranking.json");
    // Somebody goes on writing from before the backup until after it.
    let mut writer = busy(data.path());
    let made = backed_up(data.path(), &copy, &["--with-keys"]);
    assert!(
        writer.try_wait().unwrap().is_none(),
        "the writer must outlast the backup"
    );
    writer.kill().unwrap();
    writer.wait().unwrap();
    assert_eq!(
        made.status.code(),
        Some(0),
        "{}{}",
        text(&made.stdout),
        text(&made.stderr)
    );
    assert!(
        text(&made.stdout).contains("respondents' names"),
        "who asks for the keys is told what they are"
    );
    assert_eq!(serving.terminate(), Some(0));
    drop(data);

    let arguments = [
        "restore",
        "--verify",
        "--data",
        back.to_str().unwrap(),
        copy.to_str().unwrap(),
    ];
    let restored = run(&arguments, "");
    let said = text(&restored.stdout);
    assert_eq!(
        restored.status.code(),
        Some(0),
        "{said}{}",
        text(&restored.stderr)
    );
    assert!(
        said.contains(&year().1),
        "the published hash is computed again: {said}"
    );
    for service in [
        "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
    ] {
        assert!(said.contains(&format!("journal {service}")) && said.contains(&format!("feed {service}")));
    }
    let serving = Serving::on(&back);
    assert_eq!(
        serving.get("/v1/cycles/2022/ranking.json").1,
        published,
        "byte for byte"
    );
    assert_eq!(serving.terminate(), Some(0));
}

/// A process that adds one person after the other, once it has added the first.
fn busy(data: &Path) -> Child {
    let program = "for i in $(seq 1000); do echo mat-khau-du-dai | \"$0\" people add --data \"$1\" \
                   --login \"nguoi$i\" --name Hà || exit; done";
    let written = tempfile::NamedTempFile::new().unwrap();
    let child = Command::new("sh")
        .args(["-c", program, env!("CARGO_BIN_EXE_chiso")])
        .arg(data)
        .stdout(written.reopen().unwrap())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while written.path().metadata().unwrap().len() == 0 {
        assert!(Instant::now() < until, "nobody was added");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn nothing_is_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    assert!(backed_up(&year().0, &copy, &[]).status.success());
    let again = backed_up(&year().0, &copy, &[]);
    assert_eq!(again.status.code(), Some(3));
    assert!(
        text(&again.stderr).contains("is there already"),
        "{}",
        text(&again.stderr)
    );

    let taken = own_year();
    let before = std::fs::read(taken.path().join("chiso.db")).unwrap();
    let data = taken.path().to_str().unwrap();
    let output = run(&["restore", "--data", data, copy.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(
        said.contains("restore only where nothing is yet") && said.contains(data),
        "{said}"
    );
    assert!(std::fs::read(taken.path().join("chiso.db")).unwrap() == before);
}

#[test]
fn there_must_be_something_to_back_up() {
    let empty = tempfile::tempdir().unwrap();
    let output = backed_up(empty.path(), &empty.path().join("copy"), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("chiso.db: there is no database"), "{said}");
    assert_eq!(
        std::fs::read_dir(empty.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[tokio::test]
async fn keys_are_left_out_unless_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    backup::run(&Places::embedded(&year().0), &copy, false)
        .await
        .unwrap();
    assert!(!copy.join("keys").exists());
    let (folder, result) = restored(&copy).await;
    let findings = result.unwrap();
    found(&findings, "keys", State::Warn, "is not there");
    assert!(!folder.path().join("keys").exists());
    // Keys that were put in place before are left alone.
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(year().0.join("keys"), folder.path().join("keys")).unwrap();
    let findings = backup::restore(&copy, &Places::embedded(folder.path()), true)
        .await
        .unwrap();
    assert!(findings.is_fine() && findings.state() == State::Ok, "{findings}");
    System::start(folder.path(), Clock::system())
        .await
        .unwrap()
        .stop()
        .await;
}

#[tokio::test]
async fn a_damaged_backup_is_refused_before_anything_is_written() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    backup::run(&Places::embedded(&year().0), &copy, true)
        .await
        .unwrap();
    let database = copy.join("chiso.db");
    let whole = std::fs::read(&database).unwrap();

    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, &bytes).unwrap();
    refused(&copy, "chiso.db has other bytes").await;
    std::fs::write(&database, &whole[..middle]).unwrap();
    refused(&copy, "chiso.db has other bytes").await;
    std::fs::remove_file(&database).unwrap();
    refused(&copy, "chiso.db").await;
    std::fs::write(&database, &whole).unwrap();
    std::fs::write(copy.join("evidence/new"), "x").unwrap();
    refused(&copy, "evidence/new was not there").await;
    std::fs::remove_file(copy.join("evidence/new")).unwrap();
    assert!(restored(&copy).await.1.unwrap().is_fine());

    let manifest = std::fs::read_to_string(copy.join("manifest.json")).unwrap();
    std::fs::write(copy.join("manifest.json"), &manifest[..manifest.len() / 2]).unwrap();
    refused(&copy, "is no whole backup").await;
    std::fs::write(
        copy.join("manifest.json"),
        manifest.replace("chiso-backup/1", "chiso-backup/2"),
    )
    .unwrap();
    refused(&copy, "chiso-backup/2").await;
    let newer = manifest.replacen("20261122000001", "20991122000001", 1);
    std::fs::write(copy.join("manifest.json"), newer).unwrap();
    refused(&copy, "migration 20991122000001").await;
    std::fs::remove_file(copy.join("manifest.json")).unwrap();
    refused(&copy, "manifest.json").await;
}

pub(crate) async fn refused(copy: &Path, named: &str) {
    let (folder, result) = restored(copy).await;
    let error = result.unwrap_err();
    assert!(error.to_string().contains(named), "{error}");
    assert!(error.is_refusal());
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "{named}: nothing was written"
    );
}

/// The program dies in the middle of writing: what it leaves has another name and is no backup.
#[tokio::test]
async fn an_interrupted_backup_is_never_taken_for_a_whole_one() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    // In blocks of 512 bytes or 1 KiB: less than the database. The signal for more ends the program.
    let limited = "ulimit -f 256 && exec \"$0\" backup --data \"$1\" \"$2\"";
    let mut command = Command::new("bash");
    command
        .args(["-c", limited, env!("CARGO_BIN_EXE_chiso")])
        .arg(&year().0)
        .arg(&copy);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    assert!(!copy.exists());
    for left in std::fs::read_dir(place.path()).unwrap() {
        let left = left.unwrap();
        assert!(
            left.file_name().to_str().unwrap().contains("unfinished"),
            "{left:?}"
        );
        refused(&left.path(), "is no whole backup").await;
    }
    assert!(
        chiso()
            .args(["backup", "--data"])
            .arg(&year().0)
            .arg(&copy)
            .status()
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn evidence_that_was_lost_is_named_and_everything_else_is_kept() {
    let data = own_year();
    let evidence = a_file_in(&data.path().join("evidence"));
    let bytes = std::fs::read(&evidence).unwrap();
    let place = tempfile::tempdir().unwrap();
    for (name, damage) in [("gone", None), ("changed", Some([&bytes[..], b"!"].concat()))] {
        std::fs::remove_file(&evidence).unwrap();
        if let Some(bytes) = damage {
            std::fs::write(&evidence, bytes).unwrap();
        }
        let copy = place.path().join(name);
        let findings = backup::run(&Places::embedded(data.path()), &copy, true)
            .await
            .unwrap();
        found(&findings, "evidence", State::Fail, evidence.to_str().unwrap());
        let (_folder, result) = restored(&copy).await;
        found(&result.unwrap(), "evidence", State::Fail, "1 of");
        std::fs::write(&evidence, &bytes).unwrap();
    }
    let data = data.path();
    std::fs::remove_file(&evidence).unwrap();
    let output = backed_up(data, &place.path().join("by-program"), &["--json"]);
    assert_eq!(output.status.code(), Some(3), "somebody must look");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["state"], "fail");
}

/// The first file below a folder.
fn a_file_in(folder: &Path) -> PathBuf {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let inside = |path: PathBuf| if path.is_dir() { None } else { Some(path) };
    let deeper = entries
        .iter()
        .filter(|path| path.is_dir() && !path.ends_with("incoming"));
    let file = deeper
        .flat_map(|path| std::fs::read_dir(path).unwrap())
        .map(|entry| entry.unwrap().path());
    file.filter_map(inside)
        .next()
        .expect("the year has evidence files")
}

/// Files that are whole say nothing of what stood in the tables: that is what `--verify` is for.
#[tokio::test]
async fn history_that_was_changed_is_found() {
    for (check, named, statements) in [
        (
            "journal registry",
            "row 2 does not follow",
            &[
                "DROP TRIGGER registry_journal_keep_update",
                "UPDATE registry_journal SET reason = 'khác' WHERE seq = 2",
            ][..],
        ),
        (
            "feed survey",
            "posts, the last one numbered",
            &["DELETE FROM survey_point WHERE seq = 3"],
        ),
        (
            "cursors ranking",
            "ahead of the feed: ledger at 999999",
            &["UPDATE ranking_cursor SET seq = 999999 WHERE source = 'ledger'"],
        ),
        (
            "published 2022/1",
            "faults",
            &[
                "UPDATE ranking_version SET file = CAST(REPLACE(CAST(file AS TEXT), 'EXCELLENT', 'COMPLETED') AS BLOB)",
            ],
        ),
    ] {
        let data = own_year();
        tamper(data.path(), statements).await;
        let place = tempfile::tempdir().unwrap();
        let copy = place.path().join("copy");
        backup::run(&Places::embedded(data.path()), &copy, true)
            .await
            .unwrap();
        let (_folder, result) = restored(&copy).await;
        found(&result.unwrap(), check, State::Fail, named);
    }
}

/// A manifest says what was there; rows that vanish together with everything that counts them are missed by
/// nobody else.
#[tokio::test]
async fn a_shorter_history_than_the_manifest_says_is_found() {
    let data = own_year();
    let place = tempfile::tempdir().unwrap();
    let (whole, short) = (place.path().join("whole"), place.path().join("short"));
    backup::run(&Places::embedded(data.path()), &whole, true)
        .await
        .unwrap();
    tamper(
        data.path(),
        &[
            "DROP TRIGGER registry_journal_keep_delete",
            "DELETE FROM registry_journal WHERE seq = (SELECT MAX(seq) FROM registry_journal)",
        ],
    )
    .await;
    backup::run(&Places::embedded(data.path()), &short, true)
        .await
        .unwrap();
    let read = |folder: &Path| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap()
    };
    // The files of the one under the facts of the other.
    let (before, mut after) = (read(&whole), read(&short));
    after["facts"] = before["facts"].clone();
    std::fs::write(short.join("manifest.json"), after.to_string()).unwrap();
    let (_folder, result) = restored(&short).await;
    found(
        &result.unwrap(),
        "journal registry",
        State::Fail,
        "does not end as the manifest says",
    );
}
