//! Decisions over gRPC: A1 to A8, versions, scales, what does not apply. A9 is in `rounds.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_domain::cycle::EvidenceRule;
use chiso_wire::kernel::Stage;
use chiso_wire::ledger as pb;
use common::*;
use pb::Decision::{Agree, Disagree, RequestEvidence};
use pb::Round::{Round1, Round2};

async fn to_round_2(ledger: &mut Ledger) {
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    ledger.now(ROUND_2);
}

#[tokio::test]
async fn a1_agreed_twice() {
    let mut ledger = claimed().await;
    let entry = decide(&mut ledger, (Round1, Agree, "2.00"), "").await.unwrap();
    assert_eq!(
        entry.appraisal_1.unwrap().decision_text,
        "Đồng ý với kết quả tự chấm điểm"
    );
    to_round_2(&mut ledger).await;
    let post = &ledger.points().await[&("SYT".to_owned(), "I.2".to_owned())];
    assert!(!post.r#final && stage(post) == Stage::Appraisal1);
    decide(&mut ledger, (Round2, Agree, "2.00"), "").await.unwrap();
    assert_eq!(final_points(&mut ledger).await, "2.00");
}

#[tokio::test]
async fn a2_requested_then_proven() {
    let mut ledger = claimed().await;
    assert_eq!(
        reason(decide(&mut ledger, (Round1, RequestEvidence, "0"), "").await),
        "REASON_REQUIRED",
        "the document must be named"
    );
    let entry = decide(
        &mut ledger,
        (Round1, RequestEvidence, "0"),
        "Báo cáo năm có ký số",
    )
    .await
    .unwrap();
    assert_eq!(
        entry.appraisal_1.unwrap().decision_text,
        "Đề nghị bổ sung tài liệu kiểm chứng"
    );
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    let entry = ledger.upload("SYT", "I.2", &pdf("bản ký số")).await.unwrap();
    assert!(entry.evidence[1].supplement && !entry.evidence[0].supplement);
    assert_eq!(entry.proposal, "2.00", "the unit answered");
    ledger.now(ROUND_2);
    decide(&mut ledger, (Round2, Agree, "2.00"), "").await.unwrap();
    assert_eq!(final_points(&mut ledger).await, "2.00");
}

#[tokio::test]
async fn a3_reentered_as_96_of_120() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, Disagree, "1.00"), "Số liệu chưa khớp")
        .await
        .unwrap();
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    ledger
        .explain("SYT", "I.2", "Đã đối chiếu: 96/120")
        .await
        .unwrap();
    ledger.now(ROUND_2);
    let mut ruling = ledger
        .ruling("SYT", "I.2", (Round2, Disagree, "0"), "Theo giải trình")
        .await;
    ruling.value = ratio("120", "96").map(pb::appraise_entry_request::Value::Input);
    let entry = ledger.appraise(&appraiser("SNV"), ruling).await.unwrap();
    let step = entry.appraisal_2.unwrap();
    assert_eq!((step.points.as_str(), step.input), ("1.60", ratio("120", "96")));
    assert_eq!(final_points(&mut ledger).await, "1.60");
}

#[tokio::test]
async fn a4_disagreement_without_reason() {
    let mut ledger = claimed().await;
    let refused = decide(&mut ledger, (Round1, Disagree, "1.00"), "  ").await;
    assert_eq!(fields(refused.as_ref().unwrap_err()), ["reason"]);
    assert_eq!(reason(refused), "REASON_REQUIRED");
}

#[tokio::test]
async fn a5_above_the_self_score_only_for_the_chair() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.upload("SYT", "I.3", &pdf("quy chế")).await.unwrap();
    ledger.now(ROUND_1);
    let raise = ledger
        .ruling("SYT", "I.3", (Round1, Disagree, "2"), "Đơn vị nhập nhầm ô")
        .await;
    let refused = ledger.appraise(&appraiser("SNV"), raise.clone()).await;
    assert_eq!(reason(refused), "SCORE_ABOVE_SELF_SCORE");
    let silent = pb::AppraiseEntryRequest {
        reason: String::new(),
        request_id: ledger.kit.id(),
        ..raise.clone()
    };
    assert_eq!(reason(ledger.appraise(&chair(), silent).await), "REASON_REQUIRED");
    let entry = ledger.appraise(&chair(), raise.clone()).await.unwrap();
    let step = entry.appraisal_1.unwrap();
    assert_eq!((step.points.as_str(), step.by_chair), ("2.00", true));
    // The agency is told by what it was overruled; nobody else is before the round closes.
    let told = ledger.entry(&appraiser("SNV"), "SYT", "I.3").await.unwrap();
    assert_eq!(told.appraisal_1, Some(step));
    let unit = ledger.entry(&officer("SYT"), "SYT", "I.3").await.unwrap();
    assert_eq!(unit.appraisal_1, None);
    let back = ledger.ruling("SYT", "I.3", (Round1, Agree, "1"), "").await;
    assert_eq!(
        reason(ledger.appraise(&appraiser("SNV"), back.clone()).await),
        "CHAIR_DECIDED"
    );
    ledger.appraise(&chair(), back).await.unwrap();
}

#[tokio::test]
async fn a5_above_the_self_score_by_policy() {
    let mut uncapped = cycle();
    uncapped.rules.policy.cap_at_self_score = false;
    let mut ledger = Ledger::with(uncapped).await;
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.upload("SYT", "I.3", &pdf("quy chế")).await.unwrap();
    ledger.now(ROUND_1);
    let raise = ledger
        .ruling("SYT", "I.3", (Round1, Disagree, "2"), "Tính sót")
        .await;
    ledger.appraise(&appraiser("SNV"), raise).await.unwrap();
}

#[tokio::test]
async fn a6_no_request_for_evidence_in_round_2() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, RequestEvidence, "0"), "Báo cáo năm")
        .await
        .unwrap();
    to_round_2(&mut ledger).await;
    let refused = decide(&mut ledger, (Round2, RequestEvidence, "0"), "Báo cáo năm").await;
    assert_eq!(reason(refused), "ROUND_2_REQUEST_REFUSED");
}

async fn file_but_no_explanation(rule: EvidenceRule) -> Ledger {
    let mut frame = cycle();
    frame.rules.policy.evidence_rule = rule;
    let mut ledger = Ledger::with(frame).await;
    let message = pb::SaveEntryRequest {
        input: ratio("120", "120"),
        explanation: String::new(),
        ..ledger.saving("SYT", "I.2", 0)
    };
    ledger.send(&officer("SYT"), message).await.unwrap();
    ledger.upload("SYT", "I.2", &pdf("báo cáo")).await.unwrap();
    ledger.now(ROUND_1);
    ledger
}

#[tokio::test]
async fn a7_file_but_no_explanation() {
    let mut ledger = file_but_no_explanation(EvidenceRule::Both).await;
    let entry = ledger.entry(&officer("SYT"), "SYT", "I.2").await.unwrap();
    assert_eq!(entry.lacks, "giải trình");
    assert_eq!(
        reason(decide(&mut ledger, (Round1, Agree, "2.00"), "").await),
        "EVIDENCE_MISSING"
    );
    decide(&mut ledger, (Round1, Disagree, "0"), "Không có giải trình")
        .await
        .unwrap();
    let mut ledger = file_but_no_explanation(EvidenceRule::Either).await;
    decide(&mut ledger, (Round1, Agree, "2.00"), "").await.unwrap();
}

#[tokio::test]
async fn a8_zero_claims_need_no_evidence() {
    let mut ledger = Ledger::open().await;
    let message = pb::SaveEntryRequest {
        input: ratio("120", "0"),
        explanation: String::new(),
        ..ledger.saving("SYT", "I.2", 0)
    };
    ledger.send(&officer("SYT"), message).await.unwrap();
    ledger.now(ROUND_1);
    decide(&mut ledger, (Round1, Agree, "0"), "").await.unwrap();
}

#[tokio::test]
async fn an_old_version_is_not_judged() {
    let mut ledger = claimed().await;
    let mut ruling = ledger.ruling("SYT", "I.2", (Round1, Agree, "2"), "").await;
    ruling.version -= 1;
    assert_eq!(
        reason(ledger.appraise(&appraiser("SNV"), ruling).await),
        "VERSION_CONFLICT"
    );
}

#[tokio::test]
async fn appraised_points_follow_the_scale() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    ledger.upload("SYT", "I.3", &pdf("x")).await.unwrap();
    ledger.now(ROUND_1);
    for (points, why) in [
        ("1.5", "SCORE_NOT_ON_SCALE"),
        ("2.5", "SCORE_ABOVE_MAXIMUM"),
        ("1,5", "FIELD_INVALID"),
    ] {
        let ruling = ledger
            .ruling("SYT", "I.3", (Round1, Disagree, points), "Chậm")
            .await;
        assert_eq!(reason(ledger.appraise(&appraiser("SNV"), ruling).await), why);
    }
    let mut ruling = ledger.ruling("SYT", "I.3", (Round1, Disagree, "1"), "Chậm").await;
    ruling.value = None;
    assert_eq!(
        reason(ledger.appraise(&appraiser("SNV"), ruling).await),
        "FIELD_INVALID",
        "BR-22: always"
    );
}

#[tokio::test]
async fn r8_nothing_planned_is_agreed_and_does_not_apply() {
    let mut ledger = Ledger::open().await;
    let entry = ledger.save("SYT", "I.2", ratio("0", "0")).await.unwrap();
    assert_eq!(entry.lacks, "tài liệu kiểm chứng", "it needs proof as any claim");
    ledger
        .upload("SYT", "I.2", &pdf("không giao chỉ tiêu"))
        .await
        .unwrap();
    for (time, round) in [(ROUND_1, Round1), (ROUND_2, Round2)] {
        ledger.now(time);
        let mut ruling = ledger.ruling("SYT", "I.2", (round, Agree, "0"), "").await;
        assert_eq!(
            reason(ledger.appraise(&appraiser("SNV"), ruling.clone()).await),
            "AGREED_POINTS_DIFFER",
            "zero points are not the same"
        );
        ruling.value = ratio("0", "0").map(pb::appraise_entry_request::Value::Input);
        ruling.request_id = ledger.kit.id();
        ledger.appraise(&appraiser("SNV"), ruling).await.unwrap();
        ledger.close(round).await.unwrap();
    }
    let post = &ledger.points().await[&("SYT".to_owned(), "I.2".to_owned())];
    assert_eq!((value(post).as_str(), post.r#final), ("not applicable", true));
}
