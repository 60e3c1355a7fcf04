//! Criteria that do not apply to a unit: marked, and the mark taken off, before self-scoring begins.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_wire::kernel::Stage;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::ledger as pb;
use common::*;

#[tokio::test]
async fn not_applicable_is_said_before_self_scoring_with_a_reason() {
    let mut ledger = Ledger::open().await;
    let message = |ledger: &Ledger, leaf: &str, reason: &str| pb::MarkNotApplicableRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: leaf.to_owned(),
        reason: reason.to_owned(),
    };
    let late = message(&ledger, "I.4", "Không có thủ tục hành chính");
    let refused = ledger
        .client
        .mark_not_applicable(ledger.kit.request(late, &organiser()))
        .await;
    assert_eq!(reason(refused), "NOT_APPLICABLE_TOO_LATE");
    ledger.now("2022-10-20T08:00:00");
    for (leaf, text, why) in [
        ("I.4", " ", "FIELD_INVALID"),
        ("VII.1", "Không", "LEAF_RULE_WRONG"),
        ("V.1", "Không", "LEAF_NOT_IN_LEDGER"),
    ] {
        let bad = message(&ledger, leaf, text);
        let refused = ledger
            .client
            .mark_not_applicable(ledger.kit.request(bad, &organiser()))
            .await;
        assert_eq!(reason(refused), why, "{leaf}");
    }
    let good = message(&ledger, "I.4", "Không có thủ tục hành chính");
    let of_unit = ledger
        .client
        .mark_not_applicable(ledger.kit.request(good.clone(), &head("SYT")))
        .await;
    assert_eq!(reason(of_unit), "PERMISSION_DENIED");
    ledger
        .client
        .mark_not_applicable(ledger.kit.request(good, &organiser()))
        .await
        .unwrap();
    let post = &ledger.points().await[&("SYT".to_owned(), "I.4".to_owned())];
    assert_eq!(
        (value(post).as_str(), post.r#final, stage(post)),
        ("not applicable", true, Stage::Decided)
    );
    assert_eq!(reason(unmark(&mut ledger, "I.3").await), "LEAF_APPLIES");
    ledger.now("2022-12-01T08:00:00");
    assert_eq!(
        reason(unmark(&mut ledger, "I.4").await),
        "NOT_APPLICABLE_TOO_LATE"
    );
    assert_eq!(
        reason(ledger.save("SYT", "I.4", input(Kind::Count(0))).await),
        "LEAF_NOT_APPLICABLE"
    );
}

async fn unmark(ledger: &mut Ledger, leaf: &str) -> Result<pb::Entry, tonic::Status> {
    let message = pb::MarkApplicableRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: leaf.to_owned(),
        reason: "Đánh dấu nhầm".to_owned(),
    };
    let request = ledger.kit.request(message, &organiser());
    let reply = ledger.client.mark_applicable(request).await?;
    Ok(reply.into_inner().entry.unwrap())
}

#[tokio::test]
async fn a_mark_taken_off_in_time_leaves_a_leaf_as_any_other() {
    let mut ledger = Ledger::open().await;
    ledger.now("2022-10-20T08:00:00");
    for leaf in ["I.4", "I.1"] {
        let message = pb::MarkNotApplicableRequest {
            request_id: ledger.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: "SYT".to_owned(),
            criterion: leaf.to_owned(),
            reason: "Không có thủ tục hành chính".to_owned(),
        };
        let request = ledger.kit.request(message, &organiser());
        ledger.client.mark_not_applicable(request).await.unwrap();
    }
    let entry = unmark(&mut ledger, "I.4").await.unwrap();
    assert_eq!((entry.not_applicable.as_str(), entry.version), ("", 2));
    let points = ledger.points().await;
    let post = &points[&("SYT".to_owned(), "I.4".to_owned())];
    assert_eq!((post.r#final, stage(post)), (false, Stage::Self_));
    assert_ne!(value(post), "not applicable");
    assert_eq!(
        value(&points[&("SYT".to_owned(), "I.1".to_owned())]),
        "not applicable"
    );
    ledger.now("2022-12-01T08:00:00");
    let mut message = ledger.saving("SYT", "I.4", entry.version);
    message.input = input(Kind::Count(1));
    ledger.send(&officer("SYT"), message).await.unwrap();
}
