//! The worked examples of reading 3.2 and of readings 4.9 to 4.11, and a walk over every state and act.

use proptest::prelude::*;

use super::*;
use crate::cycle::{EvidenceRule, Policy, Tier};
use crate::index_points::{LeafInput, Quantity};
use crate::kernel::{Points, Refusal};
use crate::scoring::Scored;

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn scored(text: &str) -> Scored {
    Scored::Points(p(text))
}

fn row(code: &str, max: &str, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: String::new(),
        name_en: String::new(),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

fn ratio_leaf() -> Criterion {
    row("II.1.2", "2", Rule::Ratio { floor_percent: 80 })
}

fn ratio(planned: &str, achieved: &str) -> Given {
    Given::Input(LeafInput::Ratio {
        planned: planned.parse().unwrap(),
        achieved: achieved.parse().unwrap(),
    })
}

fn claim<'a>(leaf: &'a Criterion, own: &str) -> Claim<'a> {
    Claim {
        leaf,
        own: scored(own),
        lack: None,
        version: 3,
    }
}

fn ruling(round: Round, decision: Decision, given: Given, reason: &str) -> Ruling {
    Ruling {
        round,
        decision,
        given,
        reason: reason.to_owned(),
        version: 3,
        judge: Judge::Agency,
    }
}

fn points(text: &str) -> Given {
    Given::Points(p(text))
}

fn refused(claim: &Claim<'_>, ruling: &Ruling) -> &'static str {
    decide(claim, ruling, &Policy::default()).unwrap_err().reason()
}

fn accepted(claim: &Claim<'_>, ruling: &Ruling) -> Scored {
    decide(claim, ruling, &Policy::default()).unwrap()
}

#[test]
fn the_three_texts_are_those_of_article_5() {
    assert_eq!(Decision::Agree.text(), "Đồng ý với kết quả tự chấm điểm");
    assert_eq!(Decision::Disagree.text(), "Không đồng ý với kết quả tự chấm điểm");
    assert_eq!(
        Decision::RequestEvidence.text(),
        "Đề nghị bổ sung tài liệu kiểm chứng"
    );
}

#[test]
fn a1_agreed_twice() {
    let leaf = ratio_leaf();
    for round in [Round::First, Round::Second] {
        let agree = ruling(round, Decision::Agree, points("2.00"), "");
        assert_eq!(accepted(&claim(&leaf, "2"), &agree), scored("2"));
    }
}

#[test]
fn a2_requested_then_proven() {
    let leaf = ratio_leaf();
    let mut first = claim(&leaf, "2");
    first.lack = Some(Lack::Evidence);
    let request = ruling(
        Round::First,
        Decision::RequestEvidence,
        points("0"),
        "Báo cáo năm có ký số",
    );
    assert_eq!(accepted(&first, &request), scored("0"));
    let agree = ruling(Round::Second, Decision::Agree, points("2"), "");
    assert_eq!(accepted(&claim(&leaf, "2"), &agree), scored("2"));
}

#[test]
fn a3_reentered_as_96_of_120() {
    let leaf = ratio_leaf();
    let first = ruling(
        Round::First,
        Decision::Disagree,
        points("1.00"),
        "Số liệu chưa khớp",
    );
    assert_eq!(accepted(&claim(&leaf, "2"), &first), scored("1"));
    let second = ruling(
        Round::Second,
        Decision::Disagree,
        ratio("120", "96"),
        "Đối chiếu báo cáo",
    );
    assert_eq!(accepted(&claim(&leaf, "2"), &second), scored("1.60"));
}

#[test]
fn a4_disagreement_without_reason() {
    let leaf = ratio_leaf();
    let ruling = ruling(Round::First, Decision::Disagree, points("1"), "");
    assert_eq!(refused(&claim(&leaf, "2"), &ruling), "REASON_REQUIRED");
}

#[test]
fn a5_above_the_self_score() {
    let leaf = ratio_leaf();
    let ruling = ruling(Round::First, Decision::Disagree, points("2"), "Tính sót");
    assert_eq!(refused(&claim(&leaf, "1"), &ruling), "SCORE_ABOVE_SELF_SCORE");
}

#[test]
fn a5_allowed_without_the_cap() {
    let leaf = ratio_leaf();
    let policy = Policy {
        cap_at_self_score: false,
        ..Policy::default()
    };
    let disagree = ruling(Round::First, Decision::Disagree, points("2"), "Tính sót");
    assert_eq!(decide(&claim(&leaf, "1"), &disagree, &policy), Ok(scored("2")));
    let request = ruling(Round::First, Decision::RequestEvidence, points("2"), "Báo cáo");
    let refusal = decide(&claim(&leaf, "1"), &request, &policy).unwrap_err();
    assert_eq!(refusal.reason(), "SCORE_ABOVE_SELF_SCORE");
}

#[test]
fn a5_the_chair_corrects_an_obvious_slip_with_a_reason() {
    let leaf = ratio_leaf();
    let mut correction = ruling(
        Round::First,
        Decision::Disagree,
        points("2"),
        "Đơn vị nhập nhầm ô",
    );
    correction.judge = Judge::Chair;
    assert_eq!(accepted(&claim(&leaf, "1"), &correction), scored("2"));
    correction.reason.clear();
    assert_eq!(refused(&claim(&leaf, "1"), &correction), "REASON_REQUIRED");
}

#[test]
fn a6_no_request_in_round_2() {
    let leaf = ratio_leaf();
    let ruling = ruling(Round::Second, Decision::RequestEvidence, points("0"), "Báo cáo");
    assert_eq!(refused(&claim(&leaf, "2"), &ruling), "ROUND_2_REQUEST_REFUSED");
}

#[test]
fn a7_file_but_no_explanation() {
    let leaf = ratio_leaf();
    let agree = ruling(Round::First, Decision::Agree, points("2"), "");
    let mut claim = claim(&leaf, "2");
    claim.lack = lack(EvidenceRule::Both, claim.own, false, true);
    assert_eq!(refused(&claim, &agree), "EVIDENCE_MISSING");
    let none = ruling(
        Round::First,
        Decision::Disagree,
        points("0"),
        "Không có giải trình",
    );
    assert_eq!(accepted(&claim, &none), scored("0"));
    claim.lack = lack(EvidenceRule::Either, claim.own, false, true);
    assert_eq!(accepted(&claim, &agree), scored("2"));
}

#[test]
fn a8_zero_claims_need_no_evidence() {
    let leaf = ratio_leaf();
    let mut claim = claim(&leaf, "0");
    claim.lack = lack(EvidenceRule::Both, claim.own, false, false);
    let agree = ruling(Round::First, Decision::Agree, points("0"), "");
    assert_eq!(accepted(&claim, &agree), scored("0"));
}

#[test]
fn evidence_rule_both_and_either() {
    let own = scored("2");
    for (rule, explained, evidenced, lacks) in [
        (EvidenceRule::Both, true, true, None),
        (EvidenceRule::Both, true, false, Some(Lack::Evidence)),
        (EvidenceRule::Both, false, true, Some(Lack::Explanation)),
        (EvidenceRule::Both, false, false, Some(Lack::Both)),
        (EvidenceRule::Either, true, true, None),
        (EvidenceRule::Either, true, false, None),
        (EvidenceRule::Either, false, true, None),
        (EvidenceRule::Either, false, false, Some(Lack::Both)),
    ] {
        assert_eq!(
            lack(rule, own, explained, evidenced),
            lacks,
            "{rule:?} {explained} {evidenced}"
        );
    }
}

#[test]
fn nothing_planned_is_a_claim_that_needs_evidence() {
    assert_eq!(
        lack(EvidenceRule::Both, Scored::NotApplicable, false, false),
        Some(Lack::Both)
    );
}

#[test]
fn agreement_confirms_exactly_the_own_points() {
    let leaf = ratio_leaf();
    for given in ["1.99", "0"] {
        let ruling = ruling(Round::First, Decision::Agree, points(given), "");
        assert_eq!(refused(&claim(&leaf, "2"), &ruling), "AGREED_POINTS_DIFFER");
    }
    let by_inputs = ruling(Round::First, Decision::Agree, ratio("120", "120"), "");
    assert_eq!(accepted(&claim(&leaf, "2"), &by_inputs), scored("2"));
}

#[test]
fn disagreement_with_the_same_points_is_agreement() {
    let leaf = ratio_leaf();
    let ruling = ruling(Round::First, Decision::Disagree, points("2"), "Không rõ");
    assert_eq!(refused(&claim(&leaf, "2"), &ruling), "POINTS_NOT_LOWER");
}

#[test]
fn nothing_planned_may_be_agreed_or_answered_with_points() {
    let leaf = ratio_leaf();
    let mut claim = claim(&leaf, "0");
    claim.own = Scored::NotApplicable;
    let agree = ruling(Round::Second, Decision::Agree, ratio("0", "0"), "");
    assert_eq!(accepted(&claim, &agree), Scored::NotApplicable);
    let disagree = ruling(
        Round::Second,
        Decision::Disagree,
        ratio("10", "9"),
        "Có 10 nhiệm vụ",
    );
    assert_eq!(accepted(&claim, &disagree), scored("1.80"));
    let same = ruling(Round::Second, Decision::Disagree, ratio("0", "0"), "Không rõ");
    assert_eq!(refused(&claim, &same), "NOT_APPLICABLE_BY_APPRAISER");
}

#[test]
fn an_appraiser_cannot_find_that_nothing_was_planned() {
    let leaf = ratio_leaf();
    let ruling = ruling(Round::First, Decision::Disagree, ratio("0", "0"), "Không giao");
    assert_eq!(
        refused(&claim(&leaf, "2"), &ruling),
        "NOT_APPLICABLE_BY_APPRAISER"
    );
}

#[test]
fn appraised_points_follow_the_scale() {
    let tier = |points: &str| Tier {
        label: String::new(),
        points: p(points),
    };
    let rule = Rule::Tier {
        tiers: vec![tier("2"), tier("1"), tier("0")],
    };
    let leaf = row("II.2.1", "2", rule);
    let off = ruling(Round::First, Decision::Disagree, points("1.5"), "Chậm");
    assert_eq!(refused(&claim(&leaf, "2"), &off), "SCORE_NOT_ON_SCALE");
    let above = ruling(Round::First, Decision::Disagree, points("3"), "Chậm");
    assert_eq!(refused(&claim(&leaf, "2"), &above), "SCORE_ABOVE_MAXIMUM");
}

#[test]
fn an_old_version_is_not_judged() {
    let leaf = ratio_leaf();
    let mut ruling = ruling(Round::First, Decision::Agree, points("2"), "");
    ruling.version = 2;
    let refusal = decide(&claim(&leaf, "2"), &ruling, &Policy::default()).unwrap_err();
    assert_eq!(refusal.reason(), "VERSION_CONFLICT");
    assert!(refusal.vi().contains("phiên bản 3"), "{}", refusal.vi());
}

#[test]
fn only_the_chair_goes_against_the_chair() {
    for (earlier, stale, judge, allowed) in [
        (Judge::Agency, false, Judge::Agency, true),
        (Judge::Agency, false, Judge::Chair, true),
        (Judge::Chair, false, Judge::Chair, true),
        (Judge::Chair, false, Judge::Agency, false),
        (Judge::Chair, true, Judge::Agency, true),
    ] {
        let outcome = may_replace(earlier, stale, judge);
        assert_eq!(outcome.is_ok(), allowed, "{earlier:?} {stale} {judge:?}");
    }
}

#[test]
fn r4_9_round_1_is_the_proposal_where_the_unit_did_not_answer() {
    assert_eq!(proposal(scored("2"), scored("1"), false), scored("1"));
    assert_eq!(proposal(scored("2"), scored("1"), true), scored("2"));
}

#[test]
fn r4_11_round_2_may_go_below_round_1_with_a_reason() {
    let leaf = ratio_leaf();
    let lower = ruling(
        Round::Second,
        Decision::Disagree,
        points("0.5"),
        "Tài liệu bổ sung sai kỳ",
    );
    assert_eq!(accepted(&claim(&leaf, "2"), &lower), scored("0.5"));
    let silent = ruling(Round::Second, Decision::Disagree, points("0.5"), "");
    assert_eq!(refused(&claim(&leaf, "2"), &silent), "REASON_REQUIRED");
}

#[test]
fn bonus_leaves_are_optional() {
    let set = IndexSet {
        title: String::new(),
        rows: vec![
            row("I", "2", Rule::Sum { cap: None }),
            row("I.1", "2", Rule::Bool),
            row("IV", "8", Rule::Sum { cap: Some(p("8")) }),
            row("IV.1", "8", Rule::Sum { cap: None }),
            row("IV.1.1", "8", Rule::Bool),
        ],
    };
    let optional = |code: &str| is_optional(&set, set.leaf(&code.parse().unwrap()).unwrap());
    assert!(!optional("I.1"));
    assert!(optional("IV.1.1"));
}

#[test]
fn totals_stop_at_the_cap_of_the_bonus() {
    let set = IndexSet {
        title: String::new(),
        rows: vec![
            row("I", "2", Rule::Sum { cap: None }),
            row("I.1", "2", Rule::Bool),
            row("IV", "3", Rule::Sum { cap: Some(p("3")) }),
            row("IV.1", "2", Rule::Bool),
            row("IV.2", "2", Rule::Bool),
        ],
    };
    let of = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(code, points)| (code.parse().unwrap(), p(points)))
            .collect()
    };
    assert_eq!(
        total(&set, &of(&[("I.1", "1.25"), ("IV.1", "2"), ("IV.2", "2")])),
        p("4.25")
    );
    assert_eq!(total(&set, &of(&[])), Points::ZERO);
}

#[test]
fn a9_what_keeps_a_round_open() {
    assert_eq!(gap(true, None, 3), Some(Gap::Undecided));
    assert_eq!(gap(true, Some(2), 3), Some(Gap::Stale));
    assert_eq!(gap(true, Some(3), 3), None);
    assert_eq!(gap(false, None, 0), None);
    assert_eq!(gap(false, Some(0), 0), None);
}

#[test]
fn penalties_of_a_leaf_are_joined_by_kind() {
    let accepted = [
        LeafInput::Penalty(vec![(2, 1), (0, 1)]),
        LeafInput::Penalty(vec![(0, 2)]),
    ];
    assert_eq!(
        penalty::joined(&accepted),
        LeafInput::Penalty(vec![(0, 3), (2, 1)])
    );
    assert_eq!(penalty::joined([]), LeafInput::Penalty(vec![]));
    assert!(penalty::is_empty(&LeafInput::Penalty(vec![(0, 0)])));
    assert!(!penalty::is_empty(&accepted[1]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever is ruled: the result is on the scale, never above the claim without a right to raise it,
    /// zero without proof, and agreement changes nothing.
    #[test]
    fn a_ruling_keeps_the_invariants(
        own in 0_i64..=200, given in 0_i64..=250, decision in 0_usize..3, second: bool, chair: bool, cap: bool,
        reason: bool, explained: bool, evidenced: bool,
    ) {
        let leaf = ratio_leaf();
        let own = Scored::Points(Points::from_parts(own * 100));
        let lacks = lack(EvidenceRule::Both, own, explained, evidenced);
        let claim = Claim { leaf: &leaf, own, lack: lacks, version: 3 };
        let ruling = Ruling {
            round: if second { Round::Second } else { Round::First },
            decision: Decision::ALL[decision],
            given: Given::Points(Points::from_parts(given * 100)),
            reason: if reason { "Lý do".to_owned() } else { String::new() },
            version: 3,
            judge: if chair { Judge::Chair } else { Judge::Agency },
        };
        let policy = Policy { cap_at_self_score: cap, ..Policy::default() };
        if let Ok(result) = decide(&claim, &ruling, &policy) {
            let points = result.or_zero();
            prop_assert!(points >= Points::ZERO && points <= leaf.max);
            prop_assert!(lacks.is_none() || points == Points::ZERO);
            prop_assert!(points <= own.or_zero() || chair || !cap);
            prop_assert_eq!(ruling.decision == Decision::Agree, result == own);
            prop_assert!(ruling.decision == Decision::Agree || reason);
            prop_assert!(!(second && ruling.decision == Decision::RequestEvidence));
        }
    }

    #[test]
    fn a_file_never_frightens_the_checks(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (MediaType::of_content(&bytes), evidence::last_xref(&bytes));
        let mut locked = bytes.clone();
        locked.retain(|b| *b != b's');
        locked.extend_from_slice(b" /Encrypt 1 0 R");
        prop_assert!(evidence::is_encrypted(&locked));
    }
}

#[test]
fn quantities_outside_are_refused_before_they_come_here() {
    assert!("-1".parse::<Quantity>().is_err());
    assert!("1.2345".parse::<Quantity>().is_err());
    assert!("1,5".parse::<Quantity>().is_err());
}
