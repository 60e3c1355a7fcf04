//! Looking over many sheets over gRPC: one criterion of all units, and which rounds are closed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::ledger as pb;
use common::*;
use pb::Round::{Round1, Round2};

async fn listed(
    ledger: &mut Ledger,
    who: &As,
    (criterion, page_size, page_token): (&str, i32, &str),
) -> Result<pb::ListEntriesResponse, tonic::Status> {
    let message = pb::ListEntriesRequest {
        cycle: CYCLE.to_owned(),
        criterion: criterion.to_owned(),
        page_size,
        page_token: page_token.to_owned(),
    };
    let asked = ledger.kit.request(message, who);
    ledger
        .client
        .list_entries(asked)
        .await
        .map(tonic::Response::into_inner)
}

fn units(reply: &pb::ListEntriesResponse) -> Vec<&str> {
    reply.entries.iter().map(|entry| entry.unit.as_str()).collect()
}

async fn rounds(ledger: &mut Ledger, who: &As) -> Vec<pb::ClosedRound> {
    let message = pb::GetRoundsRequest {
        cycle: CYCLE.to_owned(),
    };
    let asked = ledger.kit.request(message, who);
    ledger.client.get_rounds(asked).await.unwrap().into_inner().closed
}

#[tokio::test]
async fn a_criterion_of_all_units_is_listed_as_far_as_one_may_see() {
    let mut ledger = claimed().await;
    let all = listed(&mut ledger, &organiser(), ("I.2", 0, "")).await.unwrap();
    assert_eq!(all.entries.len(), 4, "every unit, filled or not");
    let own = listed(&mut ledger, &appraiser("SNV"), ("I.2", 0, ""))
        .await
        .unwrap();
    assert!(!units(&own).contains(&"SNV"), "never the own unit");
    assert!(units(&own).contains(&"SYT"));
    let other = listed(&mut ledger, &appraiser("STC"), ("I.2", 0, ""))
        .await
        .unwrap();
    assert_eq!(units(&other), ["SNV"], "where it stands in for the other agency");
    let officer = listed(&mut ledger, &officer("SYT"), ("I.2", 0, ""))
        .await
        .unwrap();
    assert_eq!(units(&officer), ["SYT"]);
    let claimed = own.entries.iter().find(|entry| entry.unit == "SYT").unwrap();
    assert_eq!(claimed.evidence.len(), 1);
    let one = ledger.entry(&appraiser("SNV"), "SYT", "I.2").await.unwrap();
    assert_eq!(*claimed, one, "as it is read alone");
    assert_eq!(
        reason(listed(&mut ledger, &organiser(), ("X.9", 0, "")).await),
        "CRITERION_UNKNOWN"
    );
    assert_eq!(
        reason(listed(&mut ledger, &As::role(Role::Leader), ("I.2", 0, "")).await),
        "PERMISSION_DENIED"
    );
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ends() {
    let mut ledger = claimed().await;
    let all = listed(&mut ledger, &organiser(), ("I.2", 0, "")).await.unwrap();
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let page = listed(&mut ledger, &organiser(), ("I.2", 3, &token))
            .await
            .unwrap();
        found.extend(units(&page).into_iter().map(ToOwned::to_owned));
        token.clone_from(&page.next_page_token);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(found, units(&all));
}

#[tokio::test]
async fn a_decision_of_an_open_round_is_not_told_by_the_list() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, pb::Decision::Disagree, "1.00"), "Chưa khớp")
        .await
        .unwrap();
    for (who, sees) in [
        (officer("SYT"), false),
        (chair(), false),
        (appraiser("SNV"), true),
    ] {
        let list = listed(&mut ledger, &who, ("I.2", 0, "")).await.unwrap();
        let entry = list.entries.iter().find(|entry| entry.unit == "SYT").unwrap();
        assert_eq!(entry.appraisal_1.is_some(), sees, "{who:?}");
    }
}

#[tokio::test]
async fn it_is_told_when_each_round_was_closed() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, pb::Decision::Agree, "2"), "")
        .await
        .unwrap();
    assert!(rounds(&mut ledger, &officer("SYT")).await.is_empty());
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    let closed = rounds(&mut ledger, &officer("SYT")).await;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].round(), Round1);
    let at = chiso_wire::convert::instant("at", closed[0].at.as_ref()).unwrap();
    assert_eq!(at, common::at(EXPLAINING));
    assert!(!closed[0].by.is_empty());
    ledger.now(ROUND_2);
    decide(&mut ledger, (Round2, pb::Decision::Agree, "2"), "")
        .await
        .unwrap();
    ledger.close(Round2).await.unwrap();
    assert_eq!(rounds(&mut ledger, &organiser()).await.len(), 2);
}

#[tokio::test]
async fn nothing_keeps_a_closed_round_open() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, pb::Decision::Disagree, "1.00"), "Chưa khớp")
        .await
        .unwrap();
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    let version = ledger.version("SYT", "I.2").await;
    let answer = pb::ExplainEntryRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: "I.2".to_owned(),
        version,
        text: "Đã bổ sung".to_owned(),
    };
    let asked = ledger.kit.request(answer, &officer("SYT"));
    ledger.client.explain_entry(asked).await.unwrap();
    let first = gaps(&mut ledger, Round1).await;
    assert_eq!(first, [], "the answer makes nothing of round 1 stale");
    let second = gaps(&mut ledger, Round2).await;
    assert_eq!(second.len(), 1);
    assert!(!second[0].stale);
}

async fn gaps(ledger: &mut Ledger, round: pb::Round) -> Vec<pb::Gap> {
    let message = pb::ListGapsRequest {
        cycle: CYCLE.to_owned(),
        round: round.into(),
        ..pb::ListGapsRequest::default()
    };
    let asked = ledger.kit.request(message, &organiser());
    ledger.client.list_gaps(asked).await.unwrap().into_inner().gaps
}
