//! A server that is there no longer, and nobody says so; or that takes no writes any more.

use std::net::SocketAddr;

use sqlx::{Connection, PgConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;

/// Longer than any answer is waited for with the settings of [`over`], and a fraction of what TCP waits.
const SOON: Duration = Duration::from_secs(15);

/// A way to the server that can swallow everything: what is sent is taken, nothing is answered, nothing closed.
struct Way {
    address: SocketAddr,
    silent: watch::Sender<bool>,
}

impl Way {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let way = Self {
            address: listener.local_addr().unwrap(),
            silent: watch::Sender::new(false),
        };
        let silent = way.silent.clone();
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                tokio::spawn(carry(here, server, silent.subscribe()));
            }
        });
        way
    }
}

/// Once silent, a connection stays so.
async fn carry(mut here: TcpStream, server: SocketAddr, mut silent: watch::Receiver<bool>) {
    let mut there = TcpStream::connect(server).await.unwrap();
    let fallen = async { silent.wait_for(|silent| *silent).await.is_ok() };
    tokio::select! {
        biased;
        _ = fallen => {}
        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => return,
    }
    std::future::pending().await
}

async fn over(database: &Database, connections: u32) -> (Way, Db) {
    let url = &database.settings.url;
    let rest = url.strip_prefix("postgres://").unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let way = Way::to(server.parse().unwrap()).await;
    let settings = PostgresSettings {
        url: format!("postgres://{}/{name}", way.address),
        max_connections: connections,
        acquire_timeout: Duration::from_secs(7),
        statement_timeout: Duration::from_millis(500),
        lock_timeout: Duration::from_millis(500),
        idle_timeout: Duration::from_secs(2),
        ..database.settings.clone()
    };
    let [db] = opened(&settings).await;
    (way, db)
}

async fn store(db: &Db, id: i64) -> DbResult<()> {
    db.begin().await?.commit_with(vec![insert(id)]).await
}

/// What waits for a server that fell silent is told so.
async fn is_told<T: std::fmt::Debug>(answer: impl Future<Output = DbResult<T>>) {
    let told = timeout(SOON, answer).await.expect("an answer in time");
    let error = told.unwrap_err();
    assert!(error.is_passing(), "{error:?}");
    assert_eq!(crate::Error::from(error).code(), tonic::Code::Unavailable);
}

#[tokio::test]
async fn a_server_that_fell_silent_keeps_nobody_waiting() {
    let database = fresh_database().await;
    let (way, db) = over(&database, 4).await;
    let mut writing = db.begin().await.unwrap();
    writing.run_one(insert(1)).await.unwrap();
    db.all(sql("SELECT 1")).await.unwrap();
    way.silent.send_replace(true);
    tokio::join!(is_told(writing.run(insert(2))), is_told(db.all(sql("SELECT 1"))));
    drop(writing);
    // Whoever writes next has the turn, and no server.
    is_told(db.begin()).await;
    way.silent.send_replace(false);
    let again = async { while store(&db, 3).await.is_err() {} };
    timeout(SOON, again).await.expect("it is found again");
    let committing = db.begin().await.unwrap();
    way.silent.send_replace(true);
    is_told(committing.commit()).await;
    assert_eq!(count(&over(&database, 2).await.1).await, 1);
}

#[tokio::test]
async fn reads_that_were_given_up_keep_no_place_in_the_pool() {
    let database = fresh_database().await;
    let (way, db) = over(&database, 2).await;
    let read = || db.all(sql("SELECT pg_sleep(0.05)"));
    tokio::try_join!(read(), read()).unwrap();
    way.silent.send_replace(true);
    for _ in 0..4 {
        assert!(timeout(Duration::from_millis(50), read()).await.is_err());
    }
    way.silent.send_replace(false);
    timeout(SOON, read()).await.expect("a place is free").unwrap();
}

/// Else the server would have more to do, and more connections, than the settings say.
#[tokio::test]
async fn a_statement_that_was_given_up_ends_on_the_server_too() {
    let database = fresh_database().await;
    let [db, other] = processes(&database).await;
    let running = || {
        let text = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(29)%' \
                    AND pid <> pg_backend_pid() AND datname = current_database() AND state = 'active'";
        let counted = other.one(sql(text));
        async { counted.await.unwrap().get::<i64>("n").unwrap() }
    };
    let mut writing = db.begin().await.unwrap();
    let mut reading = Box::pin(db.all(sql("SELECT pg_sleep(29)")));
    let mut slow = Box::pin(writing.all(sql("SELECT pg_sleep(29)")));
    while running().await < 2 {
        let both = futures_util::future::select(&mut reading, &mut slow);
        assert!(timeout(Duration::from_millis(20), both).await.is_err());
    }
    drop((reading, slow));
    drop(writing);
    let gone = async { while running().await > 0 {} };
    timeout(super::super::UNDO + Duration::from_secs(3), gone)
        .await
        .expect("the server notices");
}

#[tokio::test]
async fn a_standby_is_left_for_the_server_that_takes_writes() {
    let server = Server::start();
    let database = server.fresh_database().await;
    let settings = PostgresSettings {
        acquire_timeout: Duration::from_secs(4),
        ..database.settings.clone()
    };
    let [db] = opened(&settings).await;
    store(&db, 1).await.unwrap();
    let mut superuser = PgConnection::connect(server.url()).await.unwrap();
    let folder: String = sqlx::query_scalar("SHOW data_directory")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    server.stop_at_once();
    std::fs::write(std::path::Path::new(&folder).join("standby.signal"), "").unwrap();
    server.start_again();
    // It would answer reads, perhaps old ones.
    assert!(db.all(sql("SELECT 1")).await.unwrap_err().is_passing());
    assert!(store(&db, 2).await.unwrap_err().is_passing());
    server.execute("postgres", "SELECT pg_promote()").await;
    let again = async { while store(&db, 2).await.is_err() {} };
    timeout(SOON, again).await.expect("it is found again");
    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn a_connection_that_takes_no_writes_is_not_used_again() {
    let database = fresh_database().await;
    let [db] = processes(&database).await;
    let mut tx = db.begin().await.unwrap();
    let id = || sql("SELECT pg_backend_pid() AS n");
    let before: i64 = tx.one(id()).await.unwrap().get("n").unwrap();
    tx.run(sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
        .await
        .unwrap();
    tx.run(sql("SET TRANSACTION READ ONLY")).await.unwrap();
    assert!(tx.run(insert(1)).await.unwrap_err().is_passing());
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    let after: i64 = tx.one(id()).await.unwrap().get("n").unwrap();
    assert_ne!(before, after);
    tx.commit_with(vec![insert(1)]).await.unwrap();
}
