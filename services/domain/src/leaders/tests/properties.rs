//! The invariants of the conversion, over generated marks.

use proptest::prelude::*;

use super::MEANS;
use crate::cycle::policy::{LeadersMean, LeadersPolicy};
use crate::kernel::{Decimals, Points};
use crate::leaders::{convert, tally};

/// Marks in quarter steps of a scale up to 10, and which of them is the chair's.
fn marks() -> impl Strategy<Value = (Vec<Points>, usize)> {
    let quarter = (0_i64..=40).prop_map(|n| Points::from_parts(n * 2_500));
    (
        prop::collection::vec(quarter, 1..12),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(marks, chair)| (marks.clone(), chair.index(marks.len())))
}

fn on_ten(mean: LeadersMean, max: i64, marks: &[Points], chair: Points, absent: i64) -> Points {
    let policy = LeadersPolicy {
        scale_max: Points::whole(10),
        mean,
        ..LeadersPolicy::default()
    };
    let panel = i64::try_from(marks.len()).unwrap() + absent;
    let counted = tally(&policy, marks, Some(chair), panel).unwrap();
    assert!(counted.fits(&policy), "{counted:?}");
    convert(Points::from_parts(max), Decimals::TWO, &policy, counted).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn order_never_matters((marks, chair) in marks(), turn in 0_usize..12, mean in 0_usize..4, absent in 0_i64..4) {
        let mut other = marks.clone();
        other.rotate_left(turn % marks.len());
        other[..].reverse();
        let points = |m: &[Points]| on_ten(MEANS[mean], 40_000, m, marks[chair], absent);
        prop_assert_eq!(points(&marks), points(&other));
    }

    #[test]
    fn raising_a_mark_never_lowers(
        (marks, chair) in marks(),
        at in any::<prop::sample::Index>(),
        by in 0_i64..=40,
        mean in 0_usize..4,
        max in 0_i64..100_000,
    ) {
        let mut raised = marks.clone();
        let at = at.index(marks.len());
        raised[at] = (raised[at] + Points::from_parts(by * 2_500)).min(Points::whole(10));
        let before = on_ten(MEANS[mean], max, &marks, marks[chair], 1);
        let after = on_ten(MEANS[mean], max, &raised, raised[chair], 1);
        prop_assert!(before <= after, "{before:?} {after:?}");
    }

    #[test]
    fn points_lie_within_zero_and_the_maximum(
        (marks, chair) in marks(),
        mean in 0_usize..4,
        max in 0_i64..100_000,
        absent in 0_i64..4,
    ) {
        let points = on_ten(MEANS[mean], max, &marks, marks[chair], absent);
        prop_assert!(Points::ZERO <= points && points <= Points::from_parts(max), "{points:?}");
    }

    #[test]
    fn equal_marks_give_that_share_of_the_maximum(n in 1_usize..12, quarter in 0_i64..=40, mean in 0_usize..4) {
        let marks = vec![Points::from_parts(quarter * 2_500); n];
        // A maximum of 10 on a scale of 10: the mark itself, as no absent leader takes part.
        prop_assert_eq!(on_ten(MEANS[mean], 100_000, &marks, marks[0], 0), marks[0]);
    }
}
