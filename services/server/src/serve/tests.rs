//! Starting in vain, and stopping.

use std::future::ready;

use chiso_platform::db::{Db, sql};
use tokio::net::TcpSocket;
use tokio::task::yield_now;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_listen_leaves_no_lease_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    settings.data.dir = folder.path().join("data");
    settings.listen.http = "127.0.0.1:0".parse().unwrap();
    let other = TcpSocket::new_v4().unwrap();
    other.set_reuseaddr(true).unwrap();
    other.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    settings.listen.grpc = other.local_addr().unwrap();
    // Another process has the address too, and begins to listen while the services start.
    let first = async {
        while !settings.data.dir.exists() {
            yield_now().await;
        }
        other.listen(1).unwrap()
    };
    let both = Box::pin(async { tokio::join!(serve(&settings), first) });
    let (served, _listener) = tokio::time::timeout(Duration::from_secs(60), both).await.unwrap();
    assert!(matches!(served, Err(ServeError::Listen(..))), "{served:?}");
    let db = Db::sqlite(&settings.data.dir.join("chiso.db")).await.unwrap();
    let holders = "SELECT holder FROM recheck_lease UNION ALL SELECT holder FROM ranking_lease";
    for row in db.all(sql(holders)).await.unwrap() {
        assert_eq!(row.get::<String>("holder").unwrap(), "");
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_by_itself_by_a_signal_or_by_the_clock() {
    let begun = tokio::time::Instant::now();
    let_go(ready(()), pending(), LETTING_GO).await;
    let_go(pending(), ready(()), LETTING_GO).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let_go(pending(), pending(), LETTING_GO).await;
    assert_eq!(begun.elapsed(), LETTING_GO);
}
