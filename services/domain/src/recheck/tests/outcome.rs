//! Findings, attempts, adjustments, assignment.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::adjust::{BASIS_BEHIND, NOTHING_LEFT, WEIGHTED};
use super::super::*;
use super::{id, named};
use crate::cycle::policy::RecheckPolicy;
use crate::cycle::{Criterion, IndexSet, Policy, Rule};
use crate::index_points::Value;
use crate::kernel::time::DAY;
use crate::kernel::{Decimals, Instant, Points, QuestionName, Refusal};
use crate::survey::{Tally, points};

fn questions(n: usize) -> Vec<QuestionName> {
    (1..=n).map(|i| named(&format!("Q{i}"))).collect()
}

fn answers(values: &[&str]) -> Vec<(QuestionName, String)> {
    let value = |v: &&str| (*v).to_owned();
    questions(values.len())
        .into_iter()
        .zip(values.iter().map(value))
        .collect()
}

fn judged(first: &[&str], second: &[&str], percent: u32) -> Verdict {
    let policy = RecheckPolicy {
        differing_percent: percent,
        ..RecheckPolicy::default()
    };
    let first = answers(first).into_iter().collect();
    let finding = Finding::Answers(answers(second));
    judge(&finding, &questions(second.len()), &first, 3, &policy).unwrap()
}

#[test]
fn answers_differing_on_more_than_the_share_void_a_slip() {
    let same = judged(&["5", "4", "3", "2"], &["5", "4", "3", "2"], 50);
    assert_eq!((same.outcome, same.differences.len()), (Outcome::Confirmed, 0));
    let half = judged(&["5", "4", "3", "2"], &["5", "4", "1", "1"], 50);
    assert_eq!((half.outcome, half.differences.len()), (Outcome::Confirmed, 2));
    assert_eq!(half.differences[0].question, named("Q3"));
    assert_eq!(half.differences[1].first, "2");
    let more = judged(&["5", "4", "3", "2"], &["5", "1", "1", "1"], 50);
    assert_eq!(
        (more.outcome, more.differences.len()),
        (Outcome::AnswerDiffers, 3)
    );
    assert_eq!(
        judged(&["5", "4"], &["5", "1"], 0).outcome,
        Outcome::AnswerDiffers
    );
    assert_eq!(judged(&["5", "4"], &["1", "1"], 100).outcome, Outcome::Confirmed);
}

#[test]
fn every_question_is_answered_again_once_and_no_other() {
    let refused = |second: &[(&str, &str)]| {
        let again = second.iter().map(|(q, v)| (named(q), (*v).to_owned())).collect();
        let policy = RecheckPolicy::default();
        let refusal = judge(
            &Finding::Answers(again),
            &questions(2),
            &BTreeMap::new(),
            0,
            &policy,
        );
        let refusal = refusal.unwrap_err();
        (refusal.reason(), refusal.field())
    };
    assert_eq!(refused(&[("Q1", "5")]).0, "ANSWER_MISSING");
    assert_eq!(refused(&[("Q1", "5"), ("Q2", "")]).0, "ANSWER_MISSING");
    let at = |n: usize| format!("answers.answers[{n}].question");
    assert_eq!(
        refused(&[("Q1", "5"), ("Q1", "5"), ("Q2", "5")]),
        ("ANSWER_TWICE", at(1))
    );
    assert_eq!(
        refused(&[("Q1", "5"), ("Q2", "5"), ("Q3", "5")]),
        ("ANSWER_NOT_ASKED", at(2))
    );
}

#[test]
fn an_answer_that_is_no_option_is_refused_before_it_voids() {
    let own = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<BTreeSet<_>>();
    let options = BTreeMap::from([(named("Q1"), own(&["1", "2"])), (named("Q2"), own(&[]))]);
    let check = |q1: &str, q2: &str| check_options(&Finding::Answers(answers(&[q1, q2])), &options);
    assert_eq!(check("1", "anything"), Ok(()));
    assert_eq!(check("", ""), Ok(()));
    let refusal = check("3", "1").unwrap_err();
    assert_eq!(refusal.reason(), "ANSWER_NOT_OPTION");
    assert_eq!(refusal.field(), "answers.answers[0].value");
    assert_eq!(check_options(&Finding::WrongPerson, &options), Ok(()));
}

#[test]
fn not_reached_needs_attempts_on_three_different_days() {
    let policy = RecheckPolicy::default();
    // 22:00 UTC is 05:00 of the next day in Viet Nam.
    let evening = Instant::parse("2022-12-05T16:59:59Z").unwrap();
    let night = Instant::parse("2022-12-05T17:00:00Z").unwrap();
    let left = |attempts: &[Instant]| attempts_left(&policy, attempts);
    assert_eq!(left(&[]), 3);
    assert_eq!(left(&[evening, evening.plus(-3_600_000_000)]), 2);
    assert_eq!(left(&[evening, night]), 1);
    assert_eq!(left(&[evening, night, night.plus(DAY)]), 0);
    assert_eq!(left(&[evening, night, night.plus(DAY), night.plus(2 * DAY)]), 0);
    let give_up = |left| judge(&Finding::NotReached, &[], &BTreeMap::new(), left, &policy);
    assert_eq!(give_up(1), Err(RecheckRefusal::AttemptsMissing(1)));
    let verdict = give_up(0).unwrap();
    assert_eq!(verdict.outcome, Outcome::NotReached);
    assert!(!verdict.outcome.voids());
}

#[test]
fn the_policy_says_how_many_attempts() {
    let noon = Instant::parse("2022-12-05T05:00:00Z").unwrap();
    let days = [noon, noon.plus(DAY), noon.plus(2 * DAY), noon.plus(3 * DAY)];
    for attempts in [1_u32, 2, 4] {
        let policy = RecheckPolicy {
            attempts,
            ..RecheckPolicy::default()
        };
        for (made, left) in (0..=4).zip((0..=attempts).rev()) {
            assert_eq!(attempts_left(&policy, &days[..made]), left, "{attempts}, {made}");
            let verdict = judge(&Finding::NotReached, &[], &BTreeMap::new(), left, &policy);
            assert_eq!(verdict.is_ok(), left == 0);
        }
    }
}

#[test]
fn wrong_person_and_not_interviewed_void_a_slip() {
    let policy = RecheckPolicy::default();
    for (finding, outcome) in [
        (Finding::WrongPerson, Outcome::WrongPerson),
        (Finding::NotInterviewed, Outcome::NotInterviewed),
    ] {
        let verdict = judge(&finding, &questions(3), &BTreeMap::new(), 3, &policy).unwrap();
        assert_eq!(verdict.outcome, outcome);
        assert!(verdict.outcome.voids());
    }
}

#[test]
fn codes_read_back() {
    for code in ["DRAWN", "REPLACEMENT", "INTERVIEWER_COVER", "WHOLE_INTERVIEWER"] {
        assert_eq!(Cause::read(code).map(Cause::code), Some(code));
    }
    for code in [
        "CONFIRMED",
        "NOT_REACHED",
        "WRONG_PERSON",
        "NOT_INTERVIEWED",
        "ANSWER_DIFFERS",
    ] {
        assert_eq!(Outcome::read(code).map(Outcome::code), Some(code));
    }
    for code in ["IN_PERSON", "PHONE"] {
        assert_eq!(RecheckMode::read(code).map(RecheckMode::code), Some(code));
    }
    assert_eq!(
        (Cause::read(""), Outcome::read("VOID"), RecheckMode::read("MAIL")),
        (None, None, None)
    );
}

#[test]
fn only_rated_questions_are_asked_again() {
    let rated = questions(4);
    let mut policy = RecheckPolicy::default();
    assert_eq!(questions_again(&policy, &rated), rated);
    policy.questions = ["Q3", "Q1", "NAME"].map(named).to_vec();
    assert_eq!(
        questions_again(&policy, &rated),
        ["Q3", "Q1"].map(named::<QuestionName>)
    );
    policy.questions = vec![named("NAME")];
    assert_eq!(questions_again(&policy, &rated), rated);
}

fn leaf(code: &str, group: &str, question: &str) -> Criterion {
    Criterion {
        code: named(code),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(2),
        rule: Rule::Survey {
            group: named(group),
            question: named(question),
        },
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

#[test]
fn a_slip_gives_to_the_leaves_of_its_group_only() {
    let set = IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            leaf("V.1", "HDND", "Q1"),
            leaf("V.2", "HDND", "Q2"),
            leaf("V.3", "DN_CN", "Q1"),
        ],
    };
    let values = Policy::default().survey.option_values;
    let answers = answers(&["4", "khong_y_kien", "5"]).into_iter().collect();
    let given = contributions(&set, &named("HDND"), &answers, &values);
    let expected = Contribution {
        criterion: named("V.1"),
        value: Points::from_parts(7_500),
    };
    assert_eq!(given, [expected]);
    assert_eq!(rated_questions(&set, &named("HDND")), questions(2));
    assert_eq!(rated_questions(&set, &named("DN_CN")), questions(1));
}

fn changed_on(leaf: &Criterion, policy: &Policy, survey: (i64, i64), void: (i64, i64)) -> Value {
    let tally = |(rated, sum)| Tally { rated, sum };
    adjustment(leaf, policy, tally(survey), tally(void)).unwrap()
}

fn changed(survey: (i64, i64), void: (i64, i64)) -> Value {
    changed_on(&leaf("V.1", "HDND", "Q1"), &Policy::default(), survey, void)
}

#[test]
fn an_adjustment_is_the_difference_of_two_conversions() {
    // S1 with values 0, ¼, ½, ¾, 1: 19 answers, sum 13.75, so 1.4474 → 1.45. Two fives void: 17 answers,
    // sum 11.75, so 1.3824 → 1.38.
    let two_fives = changed((19, 137_500), (2, 20_000));
    assert_eq!(two_fives, Value::Points(named("-0.07")));
    // Two ones void: 17 answers, sum 13.75, 1.6176 → 1.62.
    assert_eq!(changed((19, 137_500), (2, 0)), Value::Points(named("0.17")));
    assert_eq!(changed((19, 137_500), (0, 0)), Value::Points(Points::ZERO));
    assert_eq!(changed((0, 0), (0, 0)), Value::Points(Points::ZERO));
}

#[test]
fn nothing_left_or_a_basis_behind_is_not_computable() {
    let why = |value| match value {
        Value::NotComputable(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(changed((2, 12_500), (2, 12_500))), NOTHING_LEFT);
    assert_eq!(why(changed((1, 5_000), (2, 12_500))), BASIS_BEHIND);
    assert_eq!(why(changed((3, 5_000), (2, 12_500))), BASIS_BEHIND);
}

#[test]
fn a_pooled_leaf_is_adjusted_and_a_weighted_one_is_not() {
    use crate::cycle::policy::{GroupHandling, Rounding};
    let all = leaf("V.1", "ALL", "Q1");
    let mut policy = Policy::default();
    policy.survey.groups = GroupHandling::Pool;
    let pooled = changed_on(&all, &policy, (19, 137_500), (2, 20_000));
    assert_eq!(pooled, Value::Points(named("-0.07")));
    policy.rounding = Rounding::Total;
    let exact = changed_on(&all, &policy, (19, 137_500), (2, 20_000));
    assert_eq!(exact, Value::Points(named("-0.065")));
    for groups in [GroupHandling::EqualWeight, GroupHandling::PlannedWeight] {
        policy.survey.groups = groups;
        let value = changed_on(&all, &policy, (19, 137_500), (2, 20_000));
        assert_eq!(value, Value::NotComputable(WEIGHTED.to_owned()));
        let none = changed_on(&all, &policy, (19, 137_500), (0, 0));
        assert_eq!(none, Value::Points(Points::ZERO));
    }
    let set = IndexSet {
        title: String::new(),
        rows: vec![all],
    };
    assert_eq!(rated_questions(&set, &named("DN_CN")), questions(1));
    let mut bool_leaf = leaf("I.1", "HDND", "Q1");
    bool_leaf.rule = Rule::Bool;
    let nothing = Tally::default();
    assert_eq!(adjustment(&bool_leaf, &policy, nothing, nothing), None);
}

#[test]
fn cases_are_spread_evenly_and_never_to_the_interviewer() {
    let officer = |n: u64, open| Officer { person: id(n), open };
    let case = |n: u64, interviewer: u64| Unassigned {
        case: id(100 + n),
        slip: id(200 + n),
        interviewer: id(interviewer),
    };
    let cases: Vec<Unassigned> = (0..4).map(|n| case(n, 1)).collect();
    let given = spread(vec![officer(1, 0), officer(2, 2), officer(3, 0)], &cases).unwrap();
    let to: Vec<u64> = given
        .iter()
        .map(|(_, who)| (2..=3).find(|n| *who == id(*n)).unwrap())
        .collect();
    assert_eq!(to, [3, 3, 2, 3]);
    assert_eq!(
        spread(vec![officer(1, 0)], &cases),
        Err(RecheckRefusal::OfficerInterviewed(id(200)))
    );
    assert_eq!(spread(vec![], &cases), Err(RecheckRefusal::NoOfficers));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn adjustment_plus_survey_is_the_conversion_of_what_is_left(
        rated in 1_i64..400, values in prop::collection::vec(0_i64..=4, 1..40), decimals in 0_u8..=4,
    ) {
        let void = Tally {
            rated: values.len() as i64,
            sum: values.iter().map(|v| v * 2_500).sum(),
        };
        let left = Tally { rated, sum: rated * 5_000 };
        let survey = Tally { rated: rated + void.rated, sum: left.sum + void.sum };
        let policy = Policy { decimals: Decimals::try_from(decimals).unwrap(), ..Policy::default() };
        let leaf = leaf("V.1", "HDND", "Q1");
        let given = |tally| points(leaf.max, tally, policy.decimals).unwrap();
        let Some(Value::Points(change)) = adjustment(&leaf, &policy, survey, void) else { panic!() };
        prop_assert_eq!(given(survey) + change, given(left));
    }
}
