//! The rounds over gRPC: who decides and who sees what, what comes after what, when a round closes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_domain::cycle::Window;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::ledger as pb;
use common::*;
use pb::Decision::{Agree, Disagree};
use pb::Round::{Round1, Round2};

#[tokio::test]
async fn a9_a_round_with_gaps_does_not_close_and_all_are_named() {
    let mut ledger = claimed().await;
    ledger.now("2022-12-10T08:00:00");
    for unit in ["SXD", "SNV"] {
        ledger.save(unit, "I.3", tier("1")).await.unwrap();
    }
    assert_eq!(reason(ledger.close(Round1).await), "WINDOW_STILL_OPEN");
    ledger.now("2022-12-25T23:59:59");
    let refused = ledger.close(Round1).await;
    assert_eq!(
        fields(refused.as_ref().unwrap_err()),
        ["SNV/I.3", "SYT/I.2", "SXD/I.3"]
    );
    assert_eq!(reason(refused), "ROUND_HAS_GAPS");
    let message = pb::ListGapsRequest {
        cycle: CYCLE.to_owned(),
        round: Round1.into(),
        page_size: 2,
        page_token: String::new(),
    };
    let gaps = ledger
        .client
        .list_gaps(ledger.kit.request(message.clone(), &organiser()))
        .await
        .unwrap();
    let gaps = gaps.into_inner();
    let named: Vec<_> = gaps
        .gaps
        .iter()
        .map(|g| (g.unit.as_str(), g.agency.as_str()))
        .collect();
    assert_eq!(
        named,
        [("SNV", "STC"), ("SXD", "SNV")],
        "the substitute for SNV's own"
    );
    let next = pb::ListGapsRequest {
        page_token: gaps.next_page_token,
        ..message
    };
    let rest = ledger
        .client
        .list_gaps(ledger.kit.request(next, &organiser()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (rest.gaps[0].unit.as_str(), rest.next_page_token.as_str()),
        ("SYT", "")
    );
    assert!(ledger.points().await.is_empty(), "nothing was posted");
}

#[tokio::test]
async fn an_appraiser_never_decides_on_their_own_unit() {
    let mut ledger = Ledger::open().await;
    ledger.save("SNV", "I.2", ratio("1", "1")).await.unwrap();
    ledger.upload("SNV", "I.2", &pdf("x")).await.unwrap();
    ledger.now(ROUND_1);
    let ruling = ledger.ruling("SNV", "I.2", (Round1, Agree, "2"), "").await;
    assert_eq!(
        reason(ledger.appraise(&appraiser("SNV"), ruling.clone()).await),
        "APPRAISER_OF_OWN_UNIT"
    );
    ledger.appraise(&appraiser("STC"), ruling).await.unwrap();
}

#[tokio::test]
async fn a_decision_that_was_not_looked_at_is_not_replaced() {
    let mut ledger = claimed().await;
    let seen = |at| Some(pb::SeenRuling { at });
    let ruling = |ledger: &mut Ledger, points: &'static str| {
        let id = ledger.kit.id();
        move |ruling: pb::AppraiseEntryRequest, at| pb::AppraiseEntryRequest {
            request_id: id,
            value: Some(pb::appraise_entry_request::Value::Points(points.to_owned())),
            seen_ruling: seen(at),
            ..ruling
        }
    };
    let first = ledger
        .ruling("SYT", "I.2", (Round1, Disagree, "1"), "Chưa khớp")
        .await;
    let first = ruling(&mut ledger, "1")(first, None);
    let entry = ledger.appraise(&appraiser("SNV"), first.clone()).await.unwrap();
    let stands = entry.appraisal_1.unwrap().at;
    ledger.now("2022-12-16T09:00:00");

    let unseen = ruling(&mut ledger, "0")(first.clone(), None);
    let refused = ledger.appraise(&appraiser("SNV"), unseen).await;
    assert_eq!(fields(refused.as_ref().unwrap_err()), ["seen_ruling"]);
    assert_eq!(reason(refused), "RULING_CHANGED");
    let entry = ledger.entry(&appraiser("SNV"), "SYT", "I.2").await.unwrap();
    assert_eq!(entry.appraisal_1.unwrap().points, "1.00", "nothing was replaced");
    // A request that was answered is answered alike, whatever was decided since.
    let again = ledger.appraise(&appraiser("SNV"), first.clone()).await.unwrap();
    assert_eq!(again.appraisal_1.unwrap().points, "1.00");

    let looked = ruling(&mut ledger, "0")(first.clone(), stands);
    let entry = ledger.appraise(&appraiser("SNV"), looked).await.unwrap();
    assert_eq!(entry.appraisal_1.unwrap().points, "0.00");
    // The chair is shown no decision of an agency while the round is open (4.12), and so has seen none.
    let chairs = ruling(&mut ledger, "1.5")(first, None);
    let entry = ledger.appraise(&chair(), chairs).await.unwrap();
    assert_eq!(entry.appraisal_1.unwrap().points, "1.50");
}

#[tokio::test]
async fn only_the_agency_responsible_decides() {
    let mut ledger = claimed().await;
    let ruling = ledger.ruling("SYT", "I.2", (Round1, Agree, "2"), "").await;
    assert_eq!(
        reason(ledger.appraise(&appraiser("STC"), ruling.clone()).await),
        "NOT_APPRAISER_OF_LEAF"
    );
    for who in [
        officer("SYT"),
        organiser(),
        As::role(Role::Auditor),
        As::role(Role::Leader),
    ] {
        assert_eq!(
            reason(ledger.appraise(&who, ruling.clone()).await),
            "PERMISSION_DENIED"
        );
    }
}

#[tokio::test]
async fn nobody_sees_a_decision_before_the_round_closes() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, Disagree, "1.00"), "Chưa khớp")
        .await
        .unwrap();
    for (who, sees) in [
        (officer("SYT"), false),
        (head("SYT"), false),
        (chair(), false),
        (appraiser("SNV"), true),
        (organiser(), true),
        (As::role(Role::Auditor), true),
    ] {
        let entry = ledger.entry(&who, "SYT", "I.2").await.unwrap();
        assert_eq!(entry.appraisal_1.is_some(), sees, "{who:?}");
        let sheet = ledger.sheet(&who, "SYT").await.unwrap();
        let listed = sheet
            .entries
            .iter()
            .find(|entry| entry.criterion == "I.2")
            .unwrap();
        assert_eq!(listed.appraisal_1.is_some(), sees, "{who:?}");
    }
    assert_eq!(
        reason(ledger.entry(&appraiser("STC"), "SYT", "I.2").await),
        "UNIT_NOT_YOURS"
    );
    let own_leaves = ledger.sheet(&appraiser("STC"), "SYT").await.unwrap().entries;
    assert_eq!(
        own_leaves
            .iter()
            .map(|e| e.criterion.as_str())
            .collect::<Vec<_>>(),
        ["I.1", "I.4"]
    );
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    let entry = ledger.entry(&officer("SYT"), "SYT", "I.2").await.unwrap();
    assert_eq!(entry.appraisal_1.unwrap().text, "Chưa khớp");
    assert_eq!(entry.proposal, "1.00", "4.9: the unit has not answered");
}

#[tokio::test]
async fn rounds_follow_each_other() {
    let mut ledger = claimed().await;
    assert_eq!(reason(ledger.close(Round2).await), "ROUND_NOT_CLOSED");
    ledger.now(EXPLAINING);
    assert_eq!(
        reason(ledger.explain("SYT", "I.2", "Giải trình").await),
        "ROUND_NOT_CLOSED"
    );
    assert_eq!(
        reason(decide(&mut ledger, (Round1, Agree, "2"), "").await),
        "DEADLINE_PASSED"
    );
    ledger.now(ROUND_1);
    decide(&mut ledger, (Round1, Agree, "2"), "").await.unwrap();
    assert_eq!(
        reason(ledger.explain("SYT", "I.2", "Giải trình").await),
        "WINDOW_NOT_OPEN"
    );
    ledger.close(Round1).await.unwrap();
    assert_eq!(reason(ledger.close(Round1).await), "ROUND_CLOSED");
    assert_eq!(
        reason(decide(&mut ledger, (Round1, Agree, "2"), "").await),
        "ROUND_CLOSED"
    );
    assert_eq!(
        reason(decide(&mut ledger, (Round2, Agree, "2"), "").await),
        "WINDOW_NOT_OPEN"
    );
    ledger.now(EXPLAINING);
    ledger.explain("SYT", "I.2", "Giải trình").await.unwrap();
    assert_eq!(
        reason(ledger.save("SYT", "I.2", ratio("1", "1")).await),
        "DEADLINE_PASSED"
    );
    assert_eq!(reason(ledger.close(Round2).await), "WINDOW_STILL_OPEN");
    ledger.now(ROUND_2);
    assert_eq!(
        reason(ledger.close(Round2).await),
        "ROUND_HAS_GAPS",
        "4.9: round 2 still has to decide"
    );
    decide(
        &mut ledger,
        (Round2, Disagree, "0.5"),
        "4.11: dưới lần 1, có lý do",
    )
    .await
    .unwrap();
    assert_eq!(final_points(&mut ledger).await, "0.50");
    assert_eq!(
        reason(decide(&mut ledger, (Round2, Agree, "2"), "").await),
        "ROUND_CLOSED"
    );
}

#[tokio::test]
async fn a_unit_with_more_time_is_judged_after_it() {
    let mut ledger = claimed().await;
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-17T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    assert_eq!(
        reason(decide(&mut ledger, (Round1, Agree, "2"), "").await),
        "WINDOW_STILL_OPEN"
    );
    assert_eq!(reason(ledger.close(Round1).await), "WINDOW_STILL_OPEN");
    ledger.now("2022-12-17T00:00:00");
    decide(&mut ledger, (Round1, Agree, "2"), "").await.unwrap();
}

#[tokio::test]
async fn a_closed_year_has_a_final_post_for_every_leaf_of_every_unit() {
    let mut ledger = claimed().await;
    ledger.now("2022-12-10T08:00:00");
    ledger.save("SXD", "I.4", input(Kind::Count(2))).await.unwrap();
    ledger.upload("SXD", "I.4", &pdf("sổ văn bản")).await.unwrap();
    for (time, round) in [(ROUND_1, Round1), (ROUND_2, Round2)] {
        ledger.now(time);
        decide(&mut ledger, (round, Agree, "2"), "").await.unwrap();
        let ruling = ledger.ruling("SXD", "I.4", (round, Agree, "2"), "").await;
        ledger.appraise(&appraiser("STC"), ruling).await.unwrap();
        ledger.close(round).await.unwrap();
    }
    let points = ledger.points().await;
    // Five self-scored leaves and one penalty row for each of four units.
    assert_eq!(points.len(), 24);
    assert!(points.values().all(|post| post.r#final), "{points:?}");
    assert_eq!(value(&points[&("SXD".to_owned(), "I.4".to_owned())]), "2.00");
    assert_eq!(value(&points[&("STC".to_owned(), "I.1".to_owned())]), "0.00");
    let head_of = ledger.sheet(&head("SXD"), "SXD").await.unwrap().sheet.unwrap();
    assert_eq!(
        (
            head_of.appraisal_1_total.as_str(),
            head_of.appraisal_2_total.as_str()
        ),
        ("2.00", "2.00")
    );
    let sum: i64 = ledger.journal("2022/round-").await.len().try_into().unwrap();
    assert_eq!(sum, 2);
}

/// A province after 1/7/2025: closing a round is one transaction with bulk statements.
#[tokio::test]
async fn a_round_of_a_large_province_closes_in_one_go() {
    let mut frame = cycle();
    for n in 0..180 {
        let code: chiso_domain::kernel::UnitCode = format!("XA-{n:03}").parse().unwrap();
        let like = frame.units.values().next().unwrap().clone();
        let unit = chiso_domain::cycle::Unit {
            code: code.clone(),
            order: 100 + n,
            ..like
        };
        frame.units.insert(code, unit);
    }
    let mut ledger = Ledger::with(frame).await;
    ledger.now(ROUND_2);
    let started = std::time::Instant::now();
    ledger.close(Round1).await.unwrap();
    ledger.close(Round2).await.unwrap();
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    let points = ledger.points().await;
    assert_eq!(points.len(), 184 * 6);
    assert!(points.values().all(|post| post.r#final && value(post) == "0.00"));
    let locks = ledger.journal("2022/XA-").await;
    assert_eq!(locks.len(), 180, "one row per sheet that nobody sent");
}
