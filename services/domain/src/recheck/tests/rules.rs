//! Sizes, draws, findings, adjustments.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::*;
use crate::cycle::policy::RecheckPolicy;
use crate::cycle::{Criterion, IndexSet, Policy, Rule};
use crate::index_points::Value;
use crate::kernel::time::DAY;
use crate::kernel::{Decimals, Instant, Points, QuestionName, Refusal, SlipId};

fn id<T: std::str::FromStr>(n: u64) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("01850000-0000-7000-8000-{n:012x}").parse().unwrap()
}

fn named<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn seed(n: u64) -> Seed {
    Seed::parse(&format!("{n:020}")).unwrap()
}

fn size(rate_percent: u32) -> SampleSize {
    SampleSize {
        rate_percent,
        minimum: 1,
    }
}

/// Slips 0.. in the strata and of the interviewers that are given, as (unit, group, interviewer).
fn list_of(slips: &[(u8, u8, u64)]) -> FrozenList {
    FrozenList::new(named("2022"), id(1), listed(slips)).unwrap()
}

fn listed(slips: &[(u8, u8, u64)]) -> Vec<ListedSlip> {
    let one = |(n, (unit, group, interviewer)): (usize, &(u8, u8, u64))| ListedSlip {
        unit: named(["SNV", "STC", "STP"][usize::from(*unit)]),
        group: named(["HDND", "DN_CN"][usize::from(*group)]),
        slip: id(1_000 + n as u64),
        interviewer: id(*interviewer),
        sha256: format!("{n:064x}"),
    };
    slips.iter().enumerate().map(one).collect()
}

fn slips() -> impl Strategy<Value = Vec<(u8, u8, u64)>> {
    prop::collection::vec((0_u8..3, 0_u8..2, 0_u64..6), 1..60)
}

fn sizes(slips: u64) -> [u64; 4] {
    [5, 10, 20, 30].map(|rate| size(rate).of(slips))
}

#[test]
fn k1_deputies() {
    assert_eq!(sizes(20), [1, 2, 4, 6]);
}

#[test]
fn k2_citizens() {
    assert_eq!(sizes(40), [2, 4, 8, 12]);
}

#[test]
fn k3_unit() {
    assert_eq!(sizes(60), [3, 6, 12, 18]);
}

#[test]
fn k4_after_four_invalid() {
    assert_eq!(sizes(56), [3, 6, 12, 17]);
}

#[test]
fn k5_148_communes() {
    assert_eq!(sizes(8_880), [444, 888, 1_776, 2_664]);
}

#[test]
fn k6_a_third_void_rechecks_the_whole_interviewer() {
    let tally = Tally {
        rechecked: 6,
        void: 2,
        open: 0,
    };
    assert!(tally.whole_interviewer(20));
    assert!(!tally.whole_interviewer(34));
    let valid_now = 56 - tally.void;
    assert_eq!(valid_now, 54);
}

#[test]
fn exactly_the_share_is_not_more_than_it() {
    let tally = |rechecked, void, open| Tally {
        rechecked,
        void,
        open,
    };
    assert!(!tally(5, 1, 0).whole_interviewer(20));
    assert!(tally(4, 1, 0).whole_interviewer(20));
    assert!(!tally(0, 0, 0).whole_interviewer(0));
    // One void slip among the first does not decide before the others are known.
    assert!(!tally(1, 1, 5).whole_interviewer(20));
    assert!(tally(2, 2, 4).whole_interviewer(20));
}

#[test]
fn a_size_is_at_least_the_minimum_and_at_most_all() {
    let five = SampleSize {
        rate_percent: 10,
        minimum: 5,
    };
    assert_eq!([0, 1, 4, 5, 50, 51].map(|n| five.of(n)), [0, 1, 4, 5, 5, 6]);
    assert_eq!(size(100).of(u64::MAX), u64::MAX);
}

#[test]
fn a_seed_is_digits_as_text() {
    assert!(Seed::parse("04711862905533071428").is_ok());
    assert!(Seed::parse(&"9".repeat(100)).is_ok());
    let refused = |text: &str| Seed::parse(text).unwrap_err().reason();
    assert_eq!(refused(&"1".repeat(19)), "SEED_TOO_SHORT");
    assert_eq!(refused(""), "SEED_TOO_SHORT");
    assert_eq!(refused(&"1".repeat(101)), "SEED_TOO_LONG");
    for text in [
        "0471186290553307142x",
        "04711 862905533071428",
        "-4711862905533071428",
        "4711862905533071428.",
        "０４７１１８６２９０５５３３０７１４２８",
        "04711862905533071428\n",
    ] {
        assert_eq!(refused(text), "SEED_NOT_DIGITS", "{text}");
    }
    let (one, two) = (seed(7), Seed::parse(&format!("0{:020}", 7)).unwrap());
    assert_ne!(Ticket::of(&one, id(1)), Ticket::of(&two, id(1)));
}

#[test]
fn an_empty_or_doubled_list_is_refused() {
    let twice = [listed(&[(0, 0, 1)]), listed(&[(1, 0, 1)])].concat();
    let refused = |slips| FrozenList::new(named("2022"), id(1), slips).unwrap_err();
    assert_eq!(refused(twice), RecheckRefusal::SlipTwice(id(1_000)));
    assert_eq!(refused(Vec::new()), RecheckRefusal::LotEmpty);
}

#[test]
fn inclusion_is_close_to_uniform_over_many_seeds() {
    // 20 slips, 4 drawn: each is expected 400 times in 2,000 draws. Chi-square with 19 degrees of freedom
    // stays below 43.8 with probability 0.999; drawing without replacement makes it smaller still.
    let list = list_of(&[(0, 0, 1); 20]);
    let mut drawn: BTreeMap<SlipId, i64> = list.slips().iter().map(|s| (s.slip, 0)).collect();
    for n in 0..2_000 {
        for (slip, _) in draw_stage(&list, &BTreeMap::new(), &seed(n), size(20)).taken {
            *drawn.get_mut(&slip).unwrap() += 1;
        }
    }
    assert_eq!(drawn.values().sum::<i64>(), 8_000);
    let squares: i64 = drawn.values().map(|n| (n - 400) * (n - 400)).sum();
    assert!(squares * 10 < 438 * 400, "{drawn:?}");
    assert!(drawn.values().any(|n| *n != 400));
}

#[test]
fn a_cover_is_the_smallest_ticket_of_its_interviewer() {
    // Interviewer 9 has two of 40 slips; some seeds leave both undrawn.
    let mut slips = vec![(0, 0, 1); 38];
    slips.extend([(0, 0, 9), (0, 1, 9)]);
    slips.extend([(0, 1, 1); 20]);
    let list = list_of(&slips);
    let covered = (0..50)
        .map(|n| draw_stage(&list, &BTreeMap::new(), &seed(n), size(5)))
        .filter_map(|draw| {
            let (slip, cause) = *draw.taken.last().unwrap();
            (cause == Cause::InterviewerCover).then_some((slip, draw.tickets))
        });
    let mut seen = 0;
    for (slip, tickets) in covered {
        let own: [SlipId; 2] = [id(1_038), id(1_039)];
        assert_eq!(own.into_iter().min_by_key(|s| tickets[s]), Some(slip));
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_replacement_is_the_next_ticket_of_the_stratum() {
    let (same, other): (Stratum, Stratum) = ((named("SNV"), named("HDND")), (named("SNV"), named("DN_CN")));
    let waiting = |n: u64, stratum: &Stratum, who: u64, ticket: u8| Waiting {
        slip: id(n),
        stratum: stratum.clone(),
        interviewer: id(who),
        ticket: format!("{ticket:064x}").parse().unwrap(),
    };
    let all = [
        waiting(1, &other, 7, 1),
        waiting(2, &same, 8, 3),
        waiting(3, &same, 8, 2),
        waiting(4, &other, 8, 9),
    ];
    let next = |cause, who| replacement(cause, &same, id(who), &all);
    assert_eq!(next(Cause::Drawn, 1), Some((id(3), Cause::Replacement)));
    assert_eq!(next(Cause::Replacement, 7), Some((id(3), Cause::Replacement)));
    assert_eq!(
        next(Cause::InterviewerCover, 7),
        Some((id(1), Cause::InterviewerCover))
    );
    assert_eq!(next(Cause::InterviewerCover, 1), None);
    assert_eq!(next(Cause::WholeInterviewer, 8), None);
    assert_eq!(replacement(Cause::Drawn, &same, id(1), &all[..1]), None);
}

#[test]
fn seeds_come_in_order_once_and_larger() {
    let policy = RecheckPolicy::default();
    let mut lot = Lot::default();
    let reason = |lot: &Lot, stage, n, rate| {
        lot.enter_seed(stage, &seed(n), rate, &policy)
            .map(|size| size.rate_percent)
            .map_err(|e| e.reason())
    };
    assert_eq!(lot.check_drawn(), Err(RecheckRefusal::LotNotDrawn));
    assert_eq!(reason(&lot, 2, 1, 20), Err("STAGE_OUT_OF_ORDER"));
    assert_eq!(reason(&lot, 1, 1, 20), Err("RATE_OF_POLICY"));
    assert_eq!(reason(&lot, 1, 1, 10), Ok(10));
    assert_eq!(reason(&lot, 1, 1, 0), Ok(10));
    lot.stages.push(Stage {
        stage: 1,
        seed: seed(1).as_str().to_owned(),
        rate_percent: 10,
    });
    assert_eq!(reason(&lot, 1, 2, 0), Err("SEED_ALREADY_ENTERED"));
    assert_eq!(reason(&lot, 2, 1, 20), Err("SEED_REUSED"));
    assert_eq!(reason(&lot, 3, 2, 20), Err("STAGE_OUT_OF_ORDER"));
    for rate in [-1, 0, 10, 101] {
        assert_eq!(reason(&lot, 2, 2, rate), Err("RATE_INVALID"), "{rate}");
    }
    assert_eq!(reason(&lot, 2, 2, 100), Ok(100));
    assert_eq!(lot.conclude(2), Err(RecheckRefusal::CasesOpen(2)));
    assert_eq!(lot.conclude(0), Ok(()));
    lot.concluded = true;
    assert_eq!(lot.state(), LotState::Concluded);
    assert_eq!(lot.conclude(0), Err(RecheckRefusal::LotConcluded));
    assert_eq!(reason(&lot, 2, 2, 20), Err("LOT_CONCLUDED"));
}

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

fn changed(survey: (i64, i64), void: (i64, i64)) -> Value {
    let basis = |(rated, sum)| SurveyBasis { rated, sum };
    adjustment(Points::whole(2), Decimals::TWO, basis(survey), basis(void))
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
    assert_eq!(why(changed((2, 12_500), (2, 12_500))), "NO_VALID_SLIPS");
    assert_eq!(why(changed((1, 5_000), (2, 12_500))), "SURVEY_BASIS_BEHIND");
    assert_eq!(why(changed((3, 5_000), (2, 12_500))), "SURVEY_BASIS_BEHIND");
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
    fn the_order_of_input_never_matters(
        (slips, shuffled) in slips()
            .prop_map(|s| listed(&s))
            .prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())),
        n in 0_u64..u64::MAX,
        rate in 1_u32..=100,
    ) {
        let list = |slips| FrozenList::new(named("2022"), id(1), slips).unwrap();
        let (one, two) = (list(slips), list(shuffled));
        prop_assert_eq!(one.sha256(), two.sha256());
        let draw = |list| draw_stage(list, &BTreeMap::new(), &seed(n), size(rate));
        prop_assert_eq!(draw(&one), draw(&two));
    }

    #[test]
    fn strata_have_their_size_and_every_interviewer_a_case(
        slips in slips(), n in 0_u64..u64::MAX, rate in 1_u32..=100,
    ) {
        let list = list_of(&slips);
        let draw = draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate));
        let taken: BTreeMap<SlipId, Cause> = draw.taken.iter().copied().collect();
        prop_assert_eq!(taken.len(), draw.taken.len());
        let mut strata: BTreeMap<Stratum, (u64, u64)> = BTreeMap::new();
        let mut uncovered: BTreeSet<_> = list.slips().iter().map(|s| s.interviewer).collect();
        for s in list.slips() {
            let (all, drawn) = strata.entry(s.stratum()).or_default();
            *all += 1;
            *drawn += u64::from(taken.get(&s.slip) == Some(&Cause::Drawn));
            if taken.contains_key(&s.slip) {
                uncovered.remove(&s.interviewer);
            }
        }
        prop_assert!(strata.values().all(|(all, drawn)| size(rate).of(*all) == *drawn));
        prop_assert!(uncovered.is_empty());
    }

    #[test]
    fn a_larger_share_keeps_what_a_smaller_one_drew(
        slips in slips(), n in 0_u64..u64::MAX, rate in 1_u32..100, more in 0_u32..100,
    ) {
        let list = list_of(&slips);
        let drawn = |rate| -> BTreeSet<SlipId> {
            let draw = draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate));
            draw.taken.into_iter().filter(|(_, c)| *c == Cause::Drawn).map(|(s, _)| s).collect()
        };
        prop_assert!(drawn(rate).is_subset(&drawn((rate + more).min(100))));
    }

    #[test]
    fn a_further_stage_only_adds_up_to_its_size(
        slips in slips(), n in 0_u64..1_000_000, rate in 1_u32..100, more in 0_u32..100,
    ) {
        let list = list_of(&slips);
        let mut taken = BTreeMap::from_iter(draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate)).taken);
        let first = taken.clone();
        let larger = size((rate + more).min(100));
        let second = draw_stage(&list, &taken, &seed(n + 1), larger);
        for (slip, cause) in &second.taken {
            prop_assert_eq!(*cause, Cause::Drawn);
            prop_assert_eq!(taken.insert(*slip, *cause), None);
        }
        prop_assert!(first.keys().all(|slip| !second.tickets.contains_key(slip)));
        prop_assert_eq!(second.tickets.len() + first.len(), list.slips().len());
        let mut left: BTreeMap<Stratum, (u64, u64, u64)> = BTreeMap::new();
        for s in list.slips() {
            let (all, drawn, free) = left.entry(s.stratum()).or_default();
            *all += 1;
            *drawn += u64::from(taken.get(&s.slip) == Some(&Cause::Drawn));
            *free += u64::from(!taken.contains_key(&s.slip));
        }
        prop_assert!(left.values().all(|(all, drawn, free)| larger.of(*all) == *drawn || *free == 0));
    }

    #[test]
    fn adjustment_plus_survey_is_the_conversion_of_what_is_left(
        rated in 1_i64..400, values in prop::collection::vec(0_i64..=4, 1..40), decimals in 0_u8..=4,
    ) {
        let void = SurveyBasis {
            rated: values.len() as i64,
            sum: values.iter().map(|v| v * 2_500).sum(),
        };
        let survey = SurveyBasis { rated: rated + void.rated, sum: rated * 5_000 + void.sum };
        let decimals = Decimals::try_from(decimals).unwrap();
        let max = Points::whole(14);
        let points = |basis: SurveyBasis| {
            crate::kernel::Ratio::new(
                i128::from(max.parts()) * i128::from(basis.sum),
                i128::from(basis.rated) * 10_000,
            ).unwrap().half_up(decimals)
        };
        let left = SurveyBasis { rated, sum: rated * 5_000 };
        let Value::Points(change) = adjustment(max, decimals, survey, void) else { panic!() };
        prop_assert_eq!(points(survey) + change, points(left));
    }
}
