//! Hands behind the stage, for the flow that plays the whole year through pages: the spreadsheets that its people bring
//! along, and in the end the same inputs acted out by calls alone, and compared.

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use chiso_tests::{Shape, Year, book, external_scores, index_set, questionnaire, unit_types, units};
use chiso_wire::ranking::UnitResult;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Status and words.
type Answer = (StatusCode, String);
/// Who waits for the comparison.
type Wish = oneshot::Sender<Answer>;

/// The hands.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Where a flow asks for the comparison: `POST /compare`.
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
        let router = Router::new().route("/compare", post(heard)).with_state(wish);
        let listening = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            wishes,
            listening,
        }
    }

    /// Compares whenever that is wanted, for as long as it is polled.
    pub(crate) async fn work(&mut self, year: &Year) {
        while let Some(waits) = self.wishes.recv().await {
            // Nobody waits any more where the flow has ended.
            let _nobody_waits = waits.send(compared(year).await);
        }
    }
}

async fn heard(State(wish): State<mpsc::Sender<Wish>>) -> Answer {
    let (answer, waits) = oneshot::channel();
    let gone = (StatusCode::GONE, "the stage is struck".to_owned());
    if wish.send(answer).await.is_err() {
        return gone;
    }
    waits.await.unwrap_or(gone)
}

/// Writes the spreadsheets into a folder; where each is.
pub(crate) fn books_in(folder: &Path) -> Value {
    let deputies = (1..=4).map(|n| format!("HDND | Đại biểu {n} | 09120000{n:02} | bản 1 | | dieutra\n"));
    let heads = "Nhóm | Họ và tên | Điện thoại | Bản đồng ý | Đơn vị | Điều tra viên\n";
    let frame = book(&[("Bảng kê", &format!("{heads}{}", deputies.collect::<String>()))]);
    let more = "HDND | Trần Thị Bích | 0912111111 | bản 1 | SNV; VT | dieutra\n\
                HDND | Vũ Thị Dung | 0912111112 | bản 1 | STC | \n";
    let more = book(&[("Bảng kê", &format!("{heads}{more}"))]);
    let faulty = "HDND | Trần Thị Bích | 09121 | bản 1 | SNV; SXX | lan.pt\nXX | | 0912111112 | | STC | \n";
    let faulty = book(&[("Bảng kê", &format!("{heads}{faulty}"))]);
    let write = |name: &str, book: Vec<u8>| {
        let file = folder.join(name);
        std::fs::write(&file, book).unwrap();
        file
    };
    json!({
        "questionnaire": write("phieu.xlsx", questionnaire("Phiếu đại biểu")),
        "frame": write("bang-ke.xlsx", frame),
        "more": write("bang-ke-them.xlsx", more),
        "faulty": write("bang-ke-sai.xlsx", faulty),
        "external": write("chi-so.xlsx", external_scores(&EXTERNAL)),
        "external faulty": write("chi-so-sai.xlsx", external_scores(&[("SNV", "90"), ("STC", "180")])),
        "units of the year": write("don-vi-nam.xlsx", units_of("Sở Nội vụ | department")),
        "units": write("don-vi.xlsx", units_of("Sở Nội vụ và Tôn giáo | department")),
        "units faulty": write("don-vi-sai.xlsx", units_of("Sở Nội vụ | commune")),
        "index set": write("bo-chi-so.xlsx", book(&[index_set()])),
        "index set faulty": write("bo-chi-so-sai.xlsx", index_set_of(41)),
    })
}

/// The units of the year, with another name or type of the first.
fn units_of(first: &str) -> Vec<u8> {
    let (sheet, lines) = units();
    let lines = lines.replace("Sở Nội vụ | department", first);
    book(&[unit_types(), (sheet, &lines)])
}

/// The index set of the year, with another maximum of its largest criterion.
fn index_set_of(most: u32) -> Vec<u8> {
    let (sheet, lines) = index_set();
    let lines = lines.replace("| 40 | ratio", &format!("| {most} | ratio"));
    book(&[(sheet, &lines)])
}

/// The index II.3, as `Year::rest_of_the_year` has it.
const EXTERNAL: [(&str, &str); 4] = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];

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
