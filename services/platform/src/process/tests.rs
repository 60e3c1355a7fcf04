//! How a process opens, knows its keys, and ends.

use super::*;

#[tokio::test]
async fn a_database_that_does_not_answer_keeps_no_process_from_ending() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::open(Places::embedded(folder.path()), Clock::system()).unwrap();
    let ctx = process.context("ranking").await.unwrap();
    ctx.db.migrate("ranking", &[]).await.unwrap();
    let leases = ["ranking.survey", "ranking.ledger", "ranking.leaders"];
    for lease in leases.map(|name| Lease::seek(&ctx, "ranking", name)) {
        lease.held().await;
    }
    let _busy = ctx.db.begin().await.unwrap();
    // Generous to a busy machine: without its bounds it would wait for ever.
    timeout(LONGEST * 12, process.stop()).await.unwrap();
}

#[tokio::test]
async fn a_database_without_its_keys_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Process::open(Places::embedded(folder.path()), Clock::system());
    let process = open().unwrap();
    process.context("survey").await.unwrap();
    process.stop().await;
    open().unwrap().stop().await;
    std::fs::remove_file(folder.path().join("keys")).unwrap();
    let refused = open().unwrap_err();
    assert!(matches!(refused, OpenError::KeysMissing { .. }), "{refused}");
    std::fs::write(folder.path().join("keys"), "xyz").unwrap();
    assert!(matches!(open().unwrap_err(), OpenError::Keys(_)));
}

#[tokio::test]
async fn data_of_other_keys_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Process::open(Places::embedded(folder.path()), Clock::system()).unwrap();
    let checked = || async {
        let process = open();
        let ctx = process.context("survey").await.unwrap();
        ctx.db.migrate("survey", &[]).await.unwrap();
        let checked = process.check_keys(&ctx).await;
        process.stop().await;
        checked
    };
    checked().await.unwrap();
    checked().await.unwrap();
    let own = std::fs::read(folder.path().join("keys")).unwrap();
    let other = [[b'a'; 64], [b'b'; 64], [b'c'; 64]].join(&b'\n');
    std::fs::write(folder.path().join("keys"), other).unwrap();
    let refused = checked().await.unwrap_err().to_string();
    assert!(
        refused.contains("keys.file") && refused.contains("survey"),
        "{refused}"
    );
    std::fs::write(folder.path().join("keys"), own).unwrap();
    checked().await.unwrap();
}

#[test]
fn keys_made_at_once_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared/keys");
    let make = || keys(&path).unwrap().service;
    let made: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(made.iter().all(|key| *key == made[0]));
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1, "drafts are removed");
}
