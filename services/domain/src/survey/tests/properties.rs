//! What holds for all answers: range, order, monotony, means, validity.

use proptest::prelude::*;

use super::{formula_a, formula_d};
use crate::cycle::policy::{GroupHandling, ValidSlip};
use crate::kernel::{Decimals, Points, QuestionName, points::SCALE};
use crate::survey::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Points lie between zero and the maximum, and do not depend on the order of the answers.
    #[test]
    fn points_are_in_range(answers in proptest::collection::vec(1_u32..=5, 1..80), max in 1_i64..20) {
        let values = formula_d();
        let value = |x: &u32| values.get(&x.to_string().parse().unwrap()).copied();
        let forwards = answers.iter().fold(Tally::default(), |t, x| t.with(value(x), 1));
        let backwards = answers.iter().rev().fold(Tally::default(), |t, x| t.with(value(x), 1));
        prop_assert_eq!(forwards, backwards);
        let given = points(Points::whole(max), forwards, Decimals::TWO).unwrap();
        prop_assert!(Points::ZERO <= given && given <= Points::whole(max));
        prop_assert!(given.fits(Decimals::TWO));
    }

    /// A better answer never lowers the points.
    #[test]
    fn a_better_answer_never_hurts(
        answers in proptest::collection::vec(1_u32..=5, 1..60), at in 0_usize..60, max in 1_i64..20,
    ) {
        let values = formula_a();
        let given = |answers: &[u32]| {
            let value = |x: &u32| values.get(&x.to_string().parse().unwrap()).copied();
            let tally = answers.iter().fold(Tally::default(), |t, x| t.with(value(x), 1));
            points(Points::whole(max), tally, Decimals::TWO).unwrap()
        };
        let mut better = answers.clone();
        let at = at % better.len();
        better[at] = (better[at] + 1).min(5);
        prop_assert!(given(&better) >= given(&answers));
    }

    /// Joining one group with itself changes nothing, and equal plans weigh as equal weights do.
    #[test]
    fn joining_is_a_mean(
        rated in 1_i64..5_000, other_rated in 1_i64..5_000, part in 0_i64..=SCALE, other in 0_i64..=SCALE,
    ) {
        let first = GroupTally { tally: Tally { rated, sum: rated * part }, planned: 30 };
        let second = GroupTally { tally: Tally { rated: other_rated, sum: other_rated * other }, planned: 30 };
        let at = |tally| points(Points::whole(14), tally, Decimals::FOUR).unwrap();
        for handling in [GroupHandling::Pool, GroupHandling::EqualWeight, GroupHandling::PlannedWeight] {
            prop_assert_eq!(at(join(handling, &[first, first]).unwrap()), at(first.tally));
            let both = at(join(handling, &[first, second]).unwrap());
            prop_assert_eq!(both, at(join(handling, &[second, first]).unwrap()));
            let (low, high) = (at(first.tally).min(at(second.tally)), at(first.tally).max(at(second.tally)));
            prop_assert!(low <= both && both <= high);
        }
        prop_assert_eq!(
            join(GroupHandling::EqualWeight, &[first, second]),
            join(GroupHandling::PlannedWeight, &[first, second])
        );
    }

    /// A slip is valid exactly when every condition holds.
    #[test]
    fn valid_is_all_conditions(in_group: bool, dealt: bool, personally: bool, blanks in 0_usize..4, twice: bool) {
        let respondent = RespondentFacts {
            group: if in_group { "DN_CN" } else { "HDND" }.parse().unwrap(),
            units: vec![if dealt { "SNV" } else { "SYT" }.parse().unwrap()],
        };
        let blank: Vec<QuestionName> = (0..blanks).map(|n| format!("Q{n}").parse().unwrap()).collect();
        let (group, unit) = ("DN_CN".parse().unwrap(), "SNV".parse().unwrap());
        let reasons = validity(
            ValidSlip::default(),
            &respondent,
            Interview { group: &group, unit: &unit, answered_personally: personally, blanks: &blank },
            twice,
        );
        let failed = usize::from(!in_group) + usize::from(!dealt) + usize::from(!personally) + blanks + usize::from(twice);
        prop_assert_eq!(reasons.len(), failed);
    }
}
