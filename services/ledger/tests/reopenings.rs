//! Asking for more time and the answer, over gRPC.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_domain::cycle::Window;
use chiso_platform::testkit::As;
use chiso_wire::ledger as pb;
use common::*;
use pb::{ReopenedWindow, ReopeningState};
use tonic::Status;

const LATE: &str = "2022-12-15T08:00:00";

fn asking(ledger: &Ledger, unit: &str, window: ReopenedWindow) -> pb::AskReopeningRequest {
    pb::AskReopeningRequest {
        request_id: ledger.kit.id(),
        reopening_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
        window: window.into(),
        reason: "Mất điện ngày cuối".to_owned(),
    }
}

async fn ask(
    ledger: &mut Ledger,
    who: &As,
    message: &pb::AskReopeningRequest,
) -> Result<pb::Reopening, Status> {
    let asked = ledger.kit.request(message.clone(), who);
    let reply = ledger.client.ask_reopening(asked).await?;
    Ok(reply.into_inner().reopening.unwrap())
}

async fn answer(ledger: &mut Ledger, id: &str, granted: bool, reason: &str) -> Result<pb::Reopening, Status> {
    let message = pb::AnswerReopeningRequest {
        request_id: ledger.kit.id(),
        reopening_id: id.to_owned(),
        granted,
        reason: reason.to_owned(),
    };
    let answered = ledger.kit.request(message, &organiser());
    let reply = ledger.client.answer_reopening(answered).await?;
    Ok(reply.into_inner().reopening.unwrap())
}

async fn list(ledger: &mut Ledger, who: &As) -> Vec<pb::Reopening> {
    let message = pb::ListReopeningsRequest {
        cycle: CYCLE.to_owned(),
        ..pb::ListReopeningsRequest::default()
    };
    let asked = ledger.kit.request(message, who);
    let reply = ledger.client.list_reopenings(asked).await.unwrap();
    reply.into_inner().reopenings
}

#[tokio::test]
async fn a_unit_asks_once_its_window_is_over_and_once_only() {
    let mut ledger = Ledger::open().await;
    let scoring = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    let early = ask(&mut ledger, &officer("SYT"), &scoring).await;
    assert_eq!(reason(early), "REOPENING_NOT_NEEDED");
    ledger.now(LATE);
    let other = ask(&mut ledger, &officer("SXD"), &scoring).await;
    assert_eq!(reason(other), "UNIT_NOT_YOURS");
    let silent = pb::AskReopeningRequest {
        reason: " ".to_owned(),
        ..scoring.clone()
    };
    assert!(ask(&mut ledger, &officer("SYT"), &silent).await.is_err());
    let unread = asking(&ledger, "SYT", ReopenedWindow::Unspecified);
    assert!(ask(&mut ledger, &officer("SYT"), &unread).await.is_err());

    let asked = ask(&mut ledger, &officer("SYT"), &scoring).await.unwrap();
    assert_eq!(asked.state(), ReopeningState::Asked);
    assert_eq!(ask(&mut ledger, &officer("SYT"), &scoring).await.unwrap(), asked);
    let again = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    assert_eq!(
        reason(ask(&mut ledger, &head("SYT"), &again).await),
        "REOPENING_ASKED"
    );
    let explaining = asking(&ledger, "SYT", ReopenedWindow::Explanation);
    assert_eq!(
        reason(ask(&mut ledger, &head("SYT"), &explaining).await),
        "WINDOW_NOT_OPEN"
    );

    assert_eq!(
        list(&mut ledger, &organiser()).await,
        std::slice::from_ref(&asked)
    );
    assert_eq!(list(&mut ledger, &head("SYT")).await, [asked]);
    assert!(list(&mut ledger, &officer("SXD")).await.is_empty());
    let acts = ledger.journal(&format!("{CYCLE}/SYT")).await;
    let reasons = acts.iter().filter(|act| act.act == "reopening.ask");
    let reasons: Vec<&str> = reasons.map(|act| act.reason.as_str()).collect();
    assert_eq!(reasons, ["Mất điện ngày cuối"]);
}

#[tokio::test]
async fn nothing_is_granted_that_the_calendar_does_not_give() {
    let mut ledger = Ledger::open().await;
    ledger.now(LATE);
    let asked = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    let id = ask(&mut ledger, &head("SYT"), &asked).await.unwrap().reopening_id;
    assert_eq!(
        reason(answer(&mut ledger, &id, true, "").await),
        "REOPENING_NOT_EXTENDED"
    );
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-17T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    let granted = answer(&mut ledger, &id, true, "").await.unwrap();
    assert_eq!(granted.state(), ReopeningState::Granted);
    assert_eq!(
        reason(answer(&mut ledger, &id, false, "Thôi").await),
        "REOPENING_ANSWERED"
    );
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    assert_eq!(
        reason(ledger.save("SXD", "I.3", tier("2")).await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn a_refusal_has_its_reason_and_the_unit_may_ask_again() {
    let mut ledger = Ledger::open().await;
    ledger.now(LATE);
    let asked = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    let id = ask(&mut ledger, &head("SYT"), &asked).await.unwrap().reopening_id;
    assert!(answer(&mut ledger, &id, false, "").await.is_err());
    let refused = answer(&mut ledger, &id, false, "Đã quá hạn chốt").await.unwrap();
    assert_eq!(
        (refused.state(), refused.answer.as_str()),
        (ReopeningState::Refused, "Đã quá hạn chốt")
    );
    let again = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    ask(&mut ledger, &head("SYT"), &again).await.unwrap();
    let nobody = ledger.kit.id();
    assert_eq!(
        answer(&mut ledger, &nobody, false, "x").await.unwrap_err().code(),
        tonic::Code::NotFound
    );
}

#[tokio::test]
async fn what_nobody_would_judge_is_not_asked_for() {
    let mut ledger = Ledger::open().await;
    ledger.now(EXPLAINING);
    ledger.close(pb::Round::Round1).await.unwrap();
    let asked = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    assert_eq!(
        reason(ask(&mut ledger, &head("SYT"), &asked).await),
        "ROUND_CLOSED"
    );
}

#[tokio::test]
async fn what_waited_until_the_round_was_closed_is_granted_no_more() {
    let mut ledger = Ledger::open().await;
    ledger.now(LATE);
    let asked = asking(&ledger, "SYT", ReopenedWindow::SelfScoring);
    let id = ask(&mut ledger, &head("SYT"), &asked).await.unwrap().reopening_id;
    ledger.now(EXPLAINING);
    ledger.close(pb::Round::Round1).await.unwrap();
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-24T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    assert_eq!(reason(answer(&mut ledger, &id, true, "").await), "ROUND_CLOSED");
    let refused = answer(&mut ledger, &id, false, "Đã chốt thẩm định lần 1").await;
    assert_eq!(refused.unwrap().state(), ReopeningState::Refused);
}
