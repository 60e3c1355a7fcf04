//! Processes that go: killed, the next one follows the feeds within ten seconds; asked, they first say so and end
//! what is under way, and whoever asks again is answered by the next one.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chiso_wire::ranking::ListVersionsRequest;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use tonic::transport::Endpoint;

use crate::process::Serving;

/// Feeds that are followed: four by ranking, one by recheck; and the letters of six services.
const FOLLOWED: usize = 5 + 6;

/// Waits until a process follows all of them; how long that took.
fn follows(serving: &Serving) -> Duration {
    let begun = Instant::now();
    loop {
        let (_, figures) = serving.get("/metrics");
        let held = |line: &&str| line.starts_with("chiso_lease_held{") && line.ends_with(" 1");
        if figures.lines().filter(held).count() == FOLLOWED {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{figures}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_feeds_of_a_killed_process_are_followed_within_ten_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let first = Serving::on(folder.path());
    follows(&first);
    let second = Serving::on(folder.path());
    let begun = Instant::now();
    while !second.get("/readyz").1.contains("is followed by") {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it never says that it waits"
        );
    }
    first.kill();
    let took = follows(&second);
    assert!(took < Duration::from_secs(10), "{took:?}");
    // Asked to stop, it gives them back, and the next one follows at once.
    assert_eq!(second.terminate(), Some(0));
    let third = Serving::on(folder.path());
    let took = follows(&third);
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(third.terminate(), Some(0));
}

/// What callers met.
#[derive(Debug, Default)]
struct Met {
    answered: AtomicUsize,
    asked_again: AtomicUsize,
    /// The process has closed its door.
    gone: AtomicBool,
    enough: AtomicBool,
}

/// Asks one question after the other, each again until it is answered.
async fn caller(address: String, met: Arc<Met>) {
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy();
    let mut ranking = RankingServiceClient::new(channel);
    while !met.enough.load(Ordering::SeqCst) {
        let gone = met.gone.load(Ordering::SeqCst);
        let ask = ListVersionsRequest {
            cycle: "2022".to_owned(),
            ..ListVersionsRequest::default()
        };
        match ranking.list_versions(ask).await {
            Ok(_) => {
                met.answered.fetch_add(1, Ordering::SeqCst);
            }
            Err(status) => {
                // Not an answer of the process: the way to it was closed.
                assert!(std::error::Error::source(&status).is_some(), "{status}");
                assert!(
                    gone || met.gone.load(Ordering::SeqCst),
                    "refused while it served: {status}"
                );
                met.asked_again.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

fn more(met: &Met) {
    let (until, begun) = (met.answered.load(Ordering::SeqCst) + 20, Instant::now());
    while met.answered.load(Ordering::SeqCst) < until {
        assert!(begun.elapsed() < Duration::from_secs(30), "{met:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restart_under_load_costs_nobody_more_than_asking_again() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let config = folder.path().join("chiso.toml");
    std::fs::write(&config, "[limits]\ndrain_wait_seconds = 1\n").unwrap();
    let flags = ["--config", config.to_str().unwrap(), "--grpc", &address];
    let data = folder.path().join("data");
    let serving = Serving::with(&data, &flags);
    let met = Arc::new(Met::default());
    let callers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(caller(address.clone(), Arc::clone(&met))))
        .collect();
    more(&met);

    serving.ask_to_stop();
    let begun = Instant::now();
    let body = loop {
        let (status, body) = serving.get("/readyz");
        if status == 503 {
            break body;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it never says that it goes"
        );
    };
    assert!(body.contains("is about to stop"), "{body}");
    // For a second it says so and answers all the same.
    more(&met);
    met.gone.store(true, Ordering::SeqCst);
    assert_eq!(serving.stopped(), Some(0));

    let next = Serving::with(&data, &flags);
    more(&met);
    met.enough.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap();
    }
    assert!(
        met.asked_again.load(Ordering::SeqCst) > 0,
        "somebody called in between: {met:?}"
    );
    assert_eq!(next.terminate(), Some(0));
}
