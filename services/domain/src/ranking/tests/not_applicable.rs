//! N1 to N3, S9, and what a ceiling does to leaves that do not apply.

use super::fixture::{Case, p};
use crate::cycle::policy::{NotApplicable, Rounding};
use crate::index_points::{Source, Value};
use crate::ranking::UnitResult;

/// I 35, II 20 of 24 (II.2 with its 3 points does not apply), III 7, IV 3, V 12, VI 3.5.
fn case(policy: NotApplicable) -> Case {
    let mut case = Case::new();
    case.rules.policy.not_applicable = policy;
    case.filled("A", ["35", "23", "7", "3", "12", "3.5", "0"]);
    excuse(&mut case, "II.2");
    case
}

fn excuse(case: &mut Case, criterion: &str) {
    case.points.retain(|leaf| leaf.criterion.as_str() != criterion);
    case.post(
        "A",
        criterion,
        Source::Ledger,
        Value::NotApplicable("Không có nhiệm vụ".to_owned()),
    );
}

fn content(result: &UnitResult, code: &str) -> String {
    result
        .contents
        .iter()
        .find(|c| c.code.as_str() == code)
        .unwrap()
        .points
        .to_string()
}

#[test]
fn n1_ignored() {
    let result = case(NotApplicable::Ignore).result("A");
    assert_eq!(result.total, p("80.50"));
    assert_eq!(content(&result, "II"), "20.00");
    assert_eq!(result.missing, [], "a leaf that does not apply is not missing");
}

#[test]
fn n2_rescaled_inside_the_content() {
    let result = case(NotApplicable::RescaleContent).result("A");
    assert_eq!(content(&result, "II"), "22.50");
    assert_eq!(result.total, p("83.00"));
    assert!(
        result.reasons.contains(
            &"Nội dung II có 3,00 điểm không áp dụng: 20,00 / 24,00 × 27,00 = 22,50 điểm.".to_owned()
        ),
        "{:?}",
        result.reasons
    );
    assert_eq!(
        Case::new().rules.policy.not_applicable,
        NotApplicable::RescaleContent,
        "the default"
    );
}

#[test]
fn n2_rounds_once_at_the_content() {
    let mut case = case(NotApplicable::RescaleContent);
    for leaf in &mut case.points {
        if leaf.criterion.as_str() == "II.1" {
            leaf.value = Value::Points(p("19.99"));
        }
    }
    // 19.99 / 24 × 27 = 22.48875.
    assert_eq!(content(&case.result("A"), "II"), "22.49");
    case.rules.policy.rounding = Rounding::Total;
    assert_eq!(content(&case.result("A"), "II"), "22.4888");
    assert_eq!(case.result("A").total, p("82.99"));
}

#[test]
fn n3_the_whole_rescaled() {
    let result = case(NotApplicable::RescaleTotal).result("A");
    assert_eq!(content(&result, "II"), "20.00");
    assert_eq!(result.total, p("82.99"));
    assert!(
        result.reasons.contains(
            &"Có 3,00 điểm không áp dụng nên tổng các nội dung được quy đổi: 80,50 / 97,00 × 100,00."
                .to_owned()
        ),
        "{:?}",
        result.reasons
    );
}

#[test]
fn n3_penalties_are_taken_off_unscaled() {
    let mut case = case(NotApplicable::RescaleTotal);
    for leaf in &mut case.points {
        if leaf.criterion.as_str() == "VII.1" {
            leaf.value = Value::Points(p("2.5"));
        }
    }
    assert_eq!(case.result("A").total, p("80.49"));
}

#[test]
fn s9_a_survey_that_was_not_held_scales_the_rest() {
    for policy in [NotApplicable::RescaleContent, NotApplicable::RescaleTotal] {
        let mut case = Case::new();
        case.rules.policy.not_applicable = policy;
        // 68.80 earned of the 86 points without the survey.
        case.filled("A", ["33", "22", "6.30", "4", "0", "3.50", "0"]);
        excuse(&mut case, "V.1");
        let result = case.result("A");
        assert_eq!(result.total, p("80.00"), "{policy:?}");
        assert_eq!(content(&result, "V"), "0.00");
        assert_eq!(result.missing, []);
    }
    let mut case = Case::new();
    case.rules.policy.not_applicable = NotApplicable::Ignore;
    case.filled("A", ["33", "22", "6.30", "4", "0", "3.50", "0"]);
    excuse(&mut case, "V.1");
    assert_eq!(case.result("A").total, p("68.80"));
}

#[test]
fn a_bonus_that_still_reaches_its_ceiling_is_not_scaled() {
    // The items are worth 10 under a ceiling of 8; without one of them 5 can be reached.
    let mut case = Case::new();
    case.filled("A", ["35", "20", "7", "4", "12", "3.5", "0"]);
    case.points.retain(|leaf| leaf.criterion.as_str() != "IV.2");
    case.post(
        "A",
        "IV.2",
        Source::Ledger,
        Value::NotApplicable("Không có".to_owned()),
    );
    assert_eq!(content(&case.result("A"), "IV"), "6.40", "4 / 5 × 8");
    let set = case
        .rules
        .index_sets
        .get_mut(&super::fixture::department())
        .unwrap();
    set.rows
        .iter_mut()
        .find(|row| row.code.as_str() == "IV.1")
        .unwrap()
        .max = p("9");
    assert_eq!(
        content(&case.result("A"), "IV"),
        "4.00",
        "8 can be reached without it"
    );
}

#[test]
fn a_sheet_on_which_nothing_applies_gives_nothing() {
    for policy in [
        NotApplicable::Ignore,
        NotApplicable::RescaleContent,
        NotApplicable::RescaleTotal,
    ] {
        let mut case = Case::new();
        case.rules.policy.not_applicable = policy;
        case.filled("A", ["0"; 7]);
        for leaf in [
            "I.1", "II.1", "II.2", "III.1", "IV.1", "IV.2", "V.1", "VI.1", "VII.1",
        ] {
            excuse(&mut case, leaf);
        }
        let result = case.result("A");
        assert_eq!((result.total, result.penalty), (p("0"), p("0")));
    }
}
