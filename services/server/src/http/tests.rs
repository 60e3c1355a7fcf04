//! Callers who say nothing, half of something, or do not read: each costs a connection for a bounded time.

use std::net::SocketAddr;
use std::time::Instant;

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

/// More than the kernel keeps for a caller who does not read.
const LARGE: usize = 64 << 20;
const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(600);
const PATIENCE: Duration = Duration::from_secs(20);

const BOUNDS: Bounds = Bounds {
    connections: 2,
    header_bytes: 4_096,
    headers: LONG,
    age: LONG,
    grace: SHORT,
};

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

async fn start(bounds: Bounds) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/small", get(async || "nhỏ"))
        .route("/large", get(async || vec![0_u8; LARGE]));
    let (stop, stopped) = oneshot::channel();
    let until = async { stopped.await.unwrap() };
    let running = tokio::spawn(serve(listener, router, bounds, until));
    Server {
        address,
        stop,
        running,
    }
}

/// Says something and does not read.
async fn say(server: &Server, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Whether it is answered, once there is room.
async fn answered(server: &Server) -> bool {
    let mut stream = say(server, "GET /small HTTP/1.0\r\n\r\n").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.starts_with("HTTP/1.0 200") && answer.ends_with("nhỏ")
}

/// Waits until the server has closed a connection, and answers what it had said.
async fn closed(mut stream: TcpStream) -> usize {
    let mut said = Vec::new();
    // It may be closed without a word of parting.
    let _broken_off = timeout(PATIENCE, stream.read_to_end(&mut said)).await.unwrap();
    said.len()
}

#[tokio::test]
async fn who_says_nothing_or_half_of_something_is_sent_away() {
    let server = start(Bounds {
        headers: SHORT,
        ..BOUNDS
    })
    .await;
    let silent = say(&server, "").await;
    let half = say(&server, "GET /small HTTP/1.1\r\nHost: a").await;
    // There is room for two: the third is answered when they are gone.
    assert!(timeout(PATIENCE, answered(&server)).await.unwrap());
    assert_eq!(closed(silent).await, 0);
    closed(half).await;
}

/// What a caller sends before his request is whole is kept for him: no more than so much.
#[tokio::test]
async fn headers_without_end_are_refused_before_they_fill_the_memory() {
    let server = start(BOUNDS).await;
    let mut endless = say(&server, "GET /small HTTP/1.1\r\nHost: a\r\nX: ").await;
    endless.write_all(&vec![b'x'; BOUNDS.header_bytes]).await.unwrap();
    let mut said = [0; 12];
    timeout(PATIENCE, endless.read_exact(&mut said))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&said, b"HTTP/1.1 431");
}

#[tokio::test]
async fn who_does_not_read_is_cut_off() {
    let server = start(Bounds { age: SHORT, ..BOUNDS }).await;
    let request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    let slow = (say(&server, request).await, say(&server, request).await);
    assert!(timeout(PATIENCE, answered(&server)).await.unwrap());
    assert!(closed(slow.0).await < LARGE);
    assert!(closed(slow.1).await < LARGE);
}

#[tokio::test]
async fn a_connection_that_is_kept_open_ends_when_it_is_old() {
    let server = start(Bounds { age: SHORT, ..BOUNDS }).await;
    let begun = Instant::now();
    let kept = say(&server, "GET /small HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(closed(kept).await > 0);
    assert!(begun.elapsed() >= SHORT);
}

#[tokio::test]
async fn what_is_under_way_ends_before_the_server_does() {
    let server = start(Bounds {
        grace: LONG,
        ..BOUNDS
    })
    .await;
    let idle = say(&server, "").await;
    let mut reading = say(&server, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut first = [0; 15];
    reading.read_exact(&mut first).await.unwrap();
    server.stop.send(()).unwrap();
    assert_eq!(closed(idle).await, 0);
    assert!(closed(reading).await > LARGE - 15);
    timeout(PATIENCE, server.running).await.unwrap().unwrap();
}
