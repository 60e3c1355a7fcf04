//! The worked examples S1 to S10 (reading 3.3) under their own names.

mod posts;
mod properties;
mod slips;

use super::formula::{self, FormulaError, OptionValues};
use super::*;
use crate::cycle::policy::{GroupHandling, SurveyPolicy};
use crate::kernel::{Decimals, Points, Ratio, Refusal};

/// 5×6, 4×7, 3×4, 2×2, 1×0 of 19 deputies.
const DEPUTIES: [i64; 5] = [0, 2, 4, 7, 6];
/// 5×12, 4×14, 3×7, 2×3, 1×1 of 37 businesses and citizens.
const CITIZENS: [i64; 5] = [1, 3, 7, 14, 12];

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn formula_a() -> OptionValues {
    formula::mean_ratio(5).unwrap()
}

fn formula_b() -> OptionValues {
    formula::min_max(5).unwrap()
}

fn formula_c() -> OptionValues {
    formula::top_two(5).unwrap()
}

fn formula_d() -> OptionValues {
    formula::option_values(SurveyPolicy::default().option_values).unwrap()
}

fn tally(values: &OptionValues, counts: [i64; 5]) -> Tally {
    counts
        .iter()
        .zip(1..)
        .fold(Tally::default(), |tally, (count, level)| {
            let option = level.to_string().parse().unwrap();
            tally.with(values.get(&option).copied(), *count)
        })
}

/// Points on two and on four decimals.
fn both(max: i64, tally: Tally) -> (Points, Points) {
    let at = |decimals| points(Points::whole(max), tally, decimals).unwrap();
    (at(Decimals::TWO), at(Decimals::FOUR))
}

#[test]
fn s1_deputies() {
    assert_eq!(both(2, tally(&formula_a(), DEPUTIES)), (p("1.56"), p("1.5579")));
    assert_eq!(both(2, tally(&formula_b(), DEPUTIES)), (p("1.45"), p("1.4474")));
    assert_eq!(both(2, tally(&formula_c(), DEPUTIES)), (p("1.37"), p("1.3684")));
    assert_eq!(both(2, tally(&formula_d(), DEPUTIES)).0, p("1.45"));
}

#[test]
fn s2_businesses_and_citizens() {
    assert_eq!(both(2, tally(&formula_a(), CITIZENS)), (p("1.56"), p("1.5568")));
    assert_eq!(both(2, tally(&formula_b(), CITIZENS)), (p("1.45"), p("1.4459")));
    assert_eq!(both(2, tally(&formula_c(), CITIZENS)), (p("1.41"), p("1.4054")));
    assert_eq!(both(2, tally(&formula_d(), CITIZENS)).0, p("1.45"));
}

/// The whole survey content (14 points) of both groups joined, and the joined mean answer.
fn joined(handling: GroupHandling, values: &OptionValues) -> (Points, Points) {
    let group = |counts, planned| GroupTally {
        tally: tally(values, counts),
        planned,
    };
    let all = join(handling, &[group(DEPUTIES, 20), group(CITIZENS, 40)]).unwrap();
    // Formula A values are x/5, so the mean answer is five times the mean value.
    let mean = points(Points::whole(5), all, Decimals::FOUR).unwrap();
    (mean, points(Points::whole(14), all, Decimals::TWO).unwrap())
}

#[test]
fn s3_pool() {
    assert_eq!(
        joined(GroupHandling::Pool, &formula_a()),
        (p("3.8929"), p("10.90"))
    );
    assert_eq!(joined(GroupHandling::Pool, &formula_b()).1, p("10.13"));
    assert_eq!(joined(GroupHandling::Pool, &formula_d()).1, p("10.13"));
    // 39 of 56 chose one of the two highest: 14 × 39/56 = 9.75.
    assert_eq!(joined(GroupHandling::Pool, &formula_c()).1, p("9.75"));
}

#[test]
fn s4_equal_weight() {
    assert_eq!(
        joined(GroupHandling::EqualWeight, &formula_a()),
        (p("3.8933"), p("10.90"))
    );
    assert_eq!(joined(GroupHandling::EqualWeight, &formula_d()).1, p("10.13"));
}

#[test]
fn s5_planned_weights() {
    assert_eq!(
        joined(GroupHandling::PlannedWeight, &formula_a()),
        (p("3.8928"), p("10.90"))
    );
    assert_eq!(joined(GroupHandling::PlannedWeight, &formula_d()).1, p("10.12"));
}

#[test]
fn s6_own_maximum() {
    let deputies = both(5, tally(&formula_a(), DEPUTIES));
    let citizens = both(9, tally(&formula_a(), CITIZENS));
    assert_eq!((deputies.1, citizens.1), (p("3.8947"), p("7.0054")));
    assert_eq!((deputies.0, citizens.0), (p("3.89"), p("7.01")));
    assert_eq!(deputies.0 + citizens.0, p("10.90"));
    assert_eq!(SurveyPolicy::default().groups, GroupHandling::OwnMaximum);
    let one = GroupTally {
        tally: tally(&formula_a(), DEPUTIES),
        planned: 20,
    };
    assert_eq!(
        join(GroupHandling::OwnMaximum, &[one]),
        Err(JoinError::OwnMaximum)
    );
}

/// 34 rated answers with sum 130, and three without an opinion.
#[test]
fn s7_no_opinion() {
    let counts = [0, 0, 8, 24, 2];
    assert_eq!(counts.iter().zip(1..).map(|(n, x)| n * x).sum::<i64>(), 130);
    let values = formula_a();
    let no_opinion = values.get(&"khong_y_kien".parse().unwrap()).copied();
    let with = tally(&values, counts).with(no_opinion, 3);
    assert_eq!(with.rated, 34);
    assert_eq!(both(2, with).0, p("1.53"));
    // What counting them as zero would give.
    let wrong = tally(&values, counts).with(Some(Points::ZERO), 3);
    assert_eq!(both(2, wrong).0, p("1.41"));
}

#[test]
fn s8_not_computable() {
    assert_eq!(points(Points::whole(2), Tally::default(), Decimals::TWO), None);
    let empty = GroupTally {
        tally: Tally::default(),
        planned: 40,
    };
    let full = GroupTally {
        tally: tally(&formula_a(), DEPUTIES),
        planned: 20,
    };
    for handling in [
        GroupHandling::Pool,
        GroupHandling::EqualWeight,
        GroupHandling::PlannedWeight,
    ] {
        assert_eq!(join(handling, &[full, empty]), Err(JoinError::NothingRated));
        assert_eq!(join(handling, &[]), Err(JoinError::NothingRated));
    }
    let unplanned = GroupTally { planned: 0, ..full };
    assert_eq!(
        join(GroupHandling::PlannedWeight, &[unplanned]),
        Err(JoinError::NothingPlanned)
    );
    assert!(matches!(Held::default().standing(80), Standing::NotComputable(_)));
}

/// 68.80 earned of the 86 that remain is 80.00 of 100.
#[test]
fn s9_survey_not_held() {
    let (earned, remaining) = (p("68.80"), Points::whole(86));
    let scaled = Ratio::new(
        i128::from(earned.parts()) * i128::from(Points::whole(100).parts()),
        i128::from(remaining.parts()),
    );
    assert_eq!(scaled.unwrap().half_up(Decimals::TWO), p("80.00"));
    // In the survey's own terms: every group is decided not to apply, so none counts as zero.
    let decided = Held {
        planned: 60,
        valid: 0,
        decision: Some((ShortageDecision::NotApplicable, "QĐ 1".to_owned())),
    };
    assert!(matches!(decided.standing(80), Standing::NotApplicable(_)));
}

#[test]
fn s10_sample_size() {
    for (population, size) in [
        (400, 200),
        (800, 267),
        (5_000, 371),
        (148_000, 399),
        (0, 0),
        (1, 1),
    ] {
        assert_eq!(sample_size(population), size, "{population}");
    }
    assert_eq!(sample_size(u32::MAX), 400);
}

#[test]
fn formulas_are_exact_or_refused() {
    assert_eq!(formula_b(), formula_d());
    assert!(
        formula::mean_ratio(4).is_ok() && formula::mean_ratio(10).is_ok() && formula::mean_ratio(2).is_ok()
    );
    assert_eq!(
        formula::min_max(4),
        Err(FormulaError::NotExact {
            formula: "B",
            numerator: 1,
            denominator: 3
        })
    );
    assert!(matches!(
        formula::mean_ratio(3),
        Err(FormulaError::NotExact { .. })
    ));
    assert_eq!(
        formula::min_max(2).unwrap().values().copied().collect::<Vec<_>>(),
        [p("0"), p("1")]
    );
    assert!(matches!(formula::min_max(1), Err(FormulaError::Levels { .. })));
    assert!(matches!(
        formula::top_two(2),
        Err(FormulaError::Levels { least: 3, .. })
    ));
    assert!(matches!(
        formula::mean_ratio(101),
        Err(FormulaError::Levels { .. })
    ));
    assert_eq!(
        formula::option_values(OptionValues::new()),
        Err(FormulaError::Empty)
    );
    let above = [("x".parse().unwrap(), p("1.0001"))].into();
    assert!(matches!(
        formula::option_values(above),
        Err(FormulaError::OutOfRange { .. })
    ));
}

#[test]
fn shortages_wait_for_a_decision() {
    let held = |valid, decision: Option<ShortageDecision>| Held {
        planned: 20,
        valid,
        decision: decision.map(|d| (d, "QĐ 5".to_owned())),
    };
    assert_eq!(held(16, None).standing(80), Standing::Counts);
    assert!(held(15, None).short(80));
    assert!(matches!(held(15, None).standing(80), Standing::NotComputable(why) if why.contains("15")));
    let accept = Some(ShortageDecision::Accept);
    assert_eq!(held(15, accept).standing(80), Standing::Counts);
    assert!(matches!(held(0, accept).standing(80), Standing::NotComputable(_)));
    let skip = Some(ShortageDecision::NotApplicable);
    assert!(matches!(held(15, skip).standing(80), Standing::NotApplicable(_)));
    // By document: it stands until another decision, whatever comes in.
    assert!(matches!(held(16, skip).standing(80), Standing::NotApplicable(_)));
    // The policy's share, not 80.
    assert!(held(10, None).short(51) && !held(10, None).short(50));
    assert!(!held(1, None).short(0) && held(0, None).short(0));
    assert!(held(19, None).short(100) && !held(20, None).short(100));

    let may = |valid, decision| {
        held(valid, None)
            .may_decide(decision, 80, false, false)
            .map_err(|e| e.reason())
    };
    assert_eq!(may(16, ShortageDecision::Accept), Err("NOT_SHORT"));
    assert_eq!(may(0, ShortageDecision::Accept), Err("NO_VALID_SLIPS"));
    assert_eq!(may(0, ShortageDecision::NotApplicable), Ok(()));
    assert_eq!(may(15, ShortageDecision::Accept), Ok(()));
}

/// The recheck may have voided all of them, which the survey cannot know.
#[test]
fn a_full_group_may_be_decided_not_to_apply_once_the_survey_is_over() {
    let held = |decision: Option<ShortageDecision>| Held {
        planned: 20,
        valid: 20,
        decision: decision.map(|d| (d, "QĐ 5".to_owned())),
    };
    let may = |held: &Held, decision, over, joined| {
        held.may_decide(decision, 80, over, joined)
            .map_err(|e| e.reason())
    };
    let (accept, skip) = (ShortageDecision::Accept, ShortageDecision::NotApplicable);
    assert_eq!(may(&held(None), skip, false, false), Err("NOT_SHORT"));
    assert_eq!(may(&held(None), skip, true, false), Ok(()));
    assert_eq!(may(&held(None), skip, true, true), Err("GROUP_JOINED"));
    // Taken back by accepting, and only then.
    assert_eq!(may(&held(None), accept, true, false), Err("NOT_SHORT"));
    assert_eq!(may(&held(Some(skip)), accept, true, false), Ok(()));
    assert_eq!(held(Some(accept)).standing(80), Standing::Counts);
}
