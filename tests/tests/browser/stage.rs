//! Hands behind the stage, for a flow that plays the whole year: what its people do on no page is done by calls, and in
//! the end the same inputs are acted out by calls alone and compared.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use chiso_tests::{Shape, Year};
use chiso_wire::ranking::UnitResult;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Status and words.
type Answer = (StatusCode, String);
/// What a flow wants done, and who waits for it.
type Wish = (String, oneshot::Sender<Answer>);

/// The hands.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Where a flow says what it wants done: `POST /{act}`.
    pub(crate) address: SocketAddr,
    wishes: mpsc::Receiver<Wish>,
    listening: JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Stage {
    /// Listens.
    pub(crate) async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (wish, wishes) = mpsc::channel(1);
        let router = Router::new().route("/{act}", post(heard)).with_state(wish);
        let listening = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            wishes,
            listening,
        }
    }

    /// Does what is wanted, for as long as it is polled.
    pub(crate) async fn work(&mut self, year: &mut Year) {
        while let Some((wish, waits)) = self.wishes.recv().await {
            // Nobody waits any more where the flow has ended.
            let _nobody_waits = waits.send(act(year, &wish).await);
        }
    }
}

async fn heard(State(wish): State<mpsc::Sender<Wish>>, Path(act): Path<String>) -> Answer {
    let (answer, waits) = oneshot::channel();
    let gone = (StatusCode::GONE, "the stage is struck".to_owned());
    if wish.send((act, answer)).await.is_err() {
        return gone;
    }
    waits.await.unwrap_or(gone)
}

async fn act(year: &mut Year, act: &str) -> Answer {
    match act {
        "compare" => return compared(year).await,
        "survey" => year.prepare_survey().await,
        "fieldwork" => drop(year.fieldwork().await),
        "external" => import_external(year).await,
        _ => return (StatusCode::NOT_FOUND, format!("nobody knows how to do {act}")),
    }
    (StatusCode::OK, String::new())
}

async fn import_external(year: &Year) {
    let scores = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];
    year.import_external(&scores).await.unwrap();
}

/// The same year by calls alone, in one process: 200 where units, contents, totals, ranks and classes are the same.
async fn compared(played: &Year) -> (StatusCode, String) {
    let mut year = Year::open(Shape::Embedded).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_but(&slips, "").await;
    year.rest_of_the_year().await;
    year.publish("").await.unwrap();
    let (by_calls, by_pages) = (results(&year).await, results(played).await);
    year.sandbox.stop().await;
    if by_calls == by_pages {
        (StatusCode::OK, format!("{} units", by_calls.len()))
    } else {
        let words = format!("by calls {by_calls:#?}\nby pages {by_pages:#?}");
        (StatusCode::CONFLICT, words)
    }
}

async fn results(year: &Year) -> Vec<UnitResult> {
    year.published(1).await.units
}
