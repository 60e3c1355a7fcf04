//! The two rounds over gRPC: A1 to A9, who decides and who sees what, windows, results.

mod common;

use chiso_domain::cycle::{EvidenceRule, Window};
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::kernel::Stage;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::ledger as pb;
use common::*;
use pb::Decision::{Agree, Disagree, RequestEvidence};
use pb::Round::{Round1, Round2};

const ROUND_1: &str = "2022-12-16T08:00:00";
const EXPLAINING: &str = "2022-12-20T08:00:00";
const ROUND_2: &str = "2022-12-23T08:00:00";

/// SYT claims all of I.2 (SNV's leaf), explained and proven.
async fn claimed() -> Ledger {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.2", ratio("120", "120")).await.unwrap();
    ledger.upload("SYT", "I.2", &pdf("báo cáo")).await.unwrap();
    ledger.now(ROUND_1);
    ledger
}

async fn decide(
    ledger: &mut Ledger,
    what: (pb::Round, pb::Decision, &str),
    reason: &str,
) -> Result<pb::Entry, tonic::Status> {
    let ruling = ledger.ruling("SYT", "I.2", what, reason).await;
    ledger.appraise(&appraiser("SNV"), ruling).await
}

async fn to_round_2(ledger: &mut Ledger) {
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    ledger.now(ROUND_2);
}

async fn final_points(ledger: &mut Ledger) -> String {
    ledger.close(Round2).await.unwrap();
    let post = &ledger.points().await[&("SYT".to_owned(), "I.2".to_owned())];
    assert!(post.r#final && stage(post) == Stage::Appraisal2);
    value(post)
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
async fn a5_above_the_self_score_only_for_the_chair_or_by_policy() {
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
    assert_eq!(entry.appraisal_1.unwrap().points, "2.00");
    let mut uncapped = cycle();
    uncapped.rules.policy.cap_at_self_score = false;
    ledger.kit.ctx.cycles.replace(uncapped);
    let raise = pb::AppraiseEntryRequest {
        request_id: ledger.kit.id(),
        ..raise
    };
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
