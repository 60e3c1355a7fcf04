//! Leases: one holder, takeover, fences.

use super::*;
use crate::clock::Clock;
use crate::db::sql;
use crate::process::{Places, Process};

const NAME: &str = "ranking.survey";

async fn instance(folder: &std::path::Path) -> (Process, Lease) {
    let process = Process::open(Places::embedded(folder), Clock::system()).unwrap();
    let ctx = process.context("ranking").await.unwrap();
    ctx.db.migrate("ranking", &[]).await.unwrap();
    let lease = Lease::seek(&ctx, "ranking", NAME);
    (process, lease)
}

/// Whether the holder may store an effect.
async fn may(lease: &Lease) -> bool {
    let mut tx = lease.0.db.begin().await.unwrap();
    let may = lease.fence(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    may
}

async fn waits(lease: &Lease) {
    let mut state = lease.0.state.subscribe();
    state
        .wait_for(|state| matches!(state, State::Waiting(_)))
        .await
        .unwrap();
}

#[tokio::test]
async fn one_holds_and_the_next_follows_at_once_when_it_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let (one, first) = instance(folder.path()).await;
    first.held().await;
    let (two, second) = instance(folder.path()).await;
    waits(&second).await;
    assert!(may(&first).await);
    assert!(!may(&second).await);
    one.stop().await;
    let since = Instant::now();
    second.held().await;
    assert!(since.elapsed() < ASK, "given back, it need not be waited for");
    assert!(may(&second).await);
    two.stop().await;
}

/// A holder whose tasks ended without giving anything back, as after a kill.
#[tokio::test]
async fn a_holder_that_is_gone_is_followed_within_ten_seconds_and_fenced_off() {
    let folder = tempfile::tempdir().unwrap();
    let (one, first) = instance(folder.path()).await;
    first.held().await;
    let (two, second) = instance(folder.path()).await;
    waits(&second).await;
    one.kill_tasks().await;
    let since = Instant::now();
    second.held().await;
    let took = since.elapsed();
    assert!(took >= PATIENCE / 2 && took < Duration::from_secs(10), "{took:?}");
    assert_eq!(first.state(), State::Held, "it does not know yet");
    assert!(!may(&first).await, "but it stores nothing any more");
    assert!(may(&second).await);
    two.stop().await;
}

#[tokio::test]
async fn a_holder_that_lives_keeps_the_lease_and_writes_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (one, first) = instance(folder.path()).await;
    first.held().await;
    let (two, second) = instance(folder.path()).await;
    tokio::time::sleep(PATIENCE + ASK + LOOK).await;
    assert_eq!(first.state(), State::Held);
    assert!(matches!(second.state(), State::Waiting(_)));
    two.stop().await;
    let asked = || async {
        let row = first
            .0
            .db
            .one(sql("SELECT asked, answered FROM ranking_lease"))
            .await
            .unwrap();
        (
            row.get::<i64>("asked").unwrap(),
            row.get::<i64>("answered").unwrap(),
        )
    };
    let (before, _) = asked().await;
    assert!((1..=4).contains(&before), "{before} questions in eight seconds");
    tokio::time::sleep(LOOK * 3).await;
    assert_eq!(
        asked().await,
        (before, before),
        "nobody waits, so nothing is written"
    );
    one.stop().await;
}
