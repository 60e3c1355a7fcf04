//! What is missing is named, and is never a silent zero.

use super::fixture::{self, Case, code};
use super::worked::ten;
use crate::index_points::{Basis, Source, Value};
use crate::kernel::Points;
use crate::ranking::Gap;
use crate::recheck::adjust::NOTHING_LEFT;
use crate::recheck::adjustment;
use crate::survey::{Held, ShortageDecision, Standing, Tally};

fn gaps(case: &Case) -> Vec<(String, String, Source, Gap)> {
    let outcome = case.outcome();
    outcome
        .missing()
        .map(|m| {
            (
                m.unit.to_string(),
                m.criterion.to_string(),
                m.source,
                m.gap.clone(),
            )
        })
        .collect()
}

fn remove(case: &mut Case, unit: &str, criterion: &str, source: Source) {
    let is = |leaf: &crate::ranking::LeafPoints| {
        leaf.unit == code(unit) && leaf.criterion.as_str() == criterion && leaf.source == source
    };
    case.points.retain(|leaf| !is(leaf));
}

#[test]
fn a_full_sheet_misses_nothing() {
    assert_eq!(gaps(&ten()), []);
}

#[test]
fn s8_points_that_cannot_be_computed_block_the_unit_and_only_it() {
    let mut case = ten();
    remove(&mut case, "B", "V.1", Source::Survey);
    case.post(
        "B",
        "V.1",
        Source::Survey,
        Value::NotComputable(NOTHING_LEFT.to_owned()),
    );
    let gap = Gap::NotComputable(NOTHING_LEFT.to_owned());
    assert_eq!(
        gaps(&case),
        [("B".to_owned(), "V.1".to_owned(), Source::Survey, gap)]
    );
    assert_eq!(case.result("B").class, None);
    assert!(case.result("A").class.is_some());
    assert_eq!(
        case.result("B").reasons.pop().unwrap(),
        "Chưa xếp loại: còn 1 mục điểm chưa có hoặc chưa chốt."
    );
}

/// The recheck voids all slips of a group: the unit is blocked and named, a decision by document excuses the
/// leaf, and nothing is missing any more although the recheck still has no number.
#[test]
fn all_slips_void_wait_for_a_decision_and_then_nothing_is_missing() {
    let mut case = ten();
    let set = fixture::set();
    let leaf = set.leaf(&"V.1".parse().unwrap()).unwrap();
    let all = Tally {
        rated: 20,
        sum: 150_000,
    };
    let adjusted = adjustment(leaf, &case.rules.policy, all, all).unwrap();
    remove(&mut case, "B", "V.1", Source::Recheck);
    case.post("B", "V.1", Source::Recheck, adjusted);
    let gap = Gap::NotComputable(NOTHING_LEFT.to_owned());
    assert_eq!(
        gaps(&case),
        [("B".to_owned(), "V.1".to_owned(), Source::Recheck, gap)]
    );

    let mut held = Held {
        planned: 20,
        valid: 20,
        decision: None,
    };
    let decision = ShortageDecision::NotApplicable;
    assert_eq!(held.may_decide(decision, 80, true, false), Ok(()));
    held.decision = Some((decision, "QĐ 9/QĐ-SNV".to_owned()));
    let Standing::NotApplicable(why) = held.standing(80) else {
        panic!("{held:?}")
    };
    remove(&mut case, "B", "V.1", Source::Survey);
    case.post("B", "V.1", Source::Survey, Value::NotApplicable(why));
    assert_eq!(gaps(&case), []);
    assert!(case.result("B").class.is_some());
}

#[test]
fn each_expected_source_is_missed_by_itself() {
    for (criterion, source) in [
        ("V.1", Source::Survey),
        ("V.1", Source::Recheck),
        ("VI.1", Source::Leaders),
        ("I.1", Source::Ledger),
        ("VII.1", Source::Ledger),
    ] {
        let mut case = ten();
        remove(&mut case, "G", criterion, source);
        assert_eq!(
            gaps(&case),
            [("G".to_owned(), criterion.to_owned(), source, Gap::NoPost)]
        );
    }
}

#[test]
fn points_that_may_still_change_count_for_now_but_block() {
    let mut case = ten();
    for leaf in &mut case.points {
        leaf.last &= leaf.unit != code("C") || leaf.criterion.as_str() != "I.1";
    }
    assert_eq!(
        gaps(&case),
        [("C".to_owned(), "I.1".to_owned(), Source::Ledger, Gap::NotFinal)]
    );
    assert_eq!(case.result("C").total.to_string(), "90.74");
    assert_eq!(case.result("C").class, None);
}

#[test]
fn a_unit_that_is_not_ranked_blocks_nothing() {
    let mut case = ten();
    case.units[4].ranked = false;
    remove(&mut case, "D", "I.1", Source::Ledger);
    assert_eq!(gaps(&case), []);
    assert_eq!(case.result("D").missing.len(), 1);
}

#[test]
fn points_that_nobody_expects_count_for_nothing() {
    let mut case = ten();
    let before = case.outcome();
    let stray = Value::Points(Points::whole(3));
    case.post("A", "V.1", Source::Ledger, stray.clone());
    case.post("A", "I.1", Source::Survey, stray.clone());
    case.post("A", "I", Source::Ledger, stray.clone());
    case.post("A", "X.1", Source::Ledger, stray.clone());
    case.post("NOBODY", "I.1", Source::Ledger, stray);
    assert_eq!(case.outcome(), before);
}

#[test]
fn the_recheck_takes_off_what_the_survey_gave() {
    let mut case = ten();
    remove(&mut case, "A", "V.1", Source::Recheck);
    case.post(
        "A",
        "V.1",
        Source::Recheck,
        Value::Points(Points::from_parts(-1_100)),
    );
    let result = case.result("A");
    let content = result.contents.iter().find(|c| c.code.as_str() == "V").unwrap();
    assert_eq!(content.points.to_string(), "12.20");
    assert_eq!(result.total.to_string(), "90.63");
    assert_eq!(result.rank, 4);
}

#[test]
fn an_adjustment_of_an_older_survey_basis_is_not_complete() {
    let mut case = ten();
    remove(&mut case, "A", "V.1", Source::Survey);
    remove(&mut case, "A", "V.1", Source::Recheck);
    let points = Value::Points(Points::whole(10));
    case.post("A", "V.1", Source::Survey, points);
    case.points.last_mut().unwrap().basis = Basis::Survey { rated: 19, sum: 74 };
    case.post(
        "A",
        "V.1",
        Source::Recheck,
        Value::Points(Points::from_parts(-100)),
    );
    for (rated, void_rated, behind) in [(19, 2, false), (18, 2, true), (18, 0, false)] {
        case.points.last_mut().unwrap().basis = Basis::Recheck {
            rated,
            sum: 74,
            void_rated,
            void_sum: 0,
        };
        let expected = behind.then(|| ("A".to_owned(), "V.1".to_owned(), Source::Recheck, Gap::Behind));
        assert_eq!(gaps(&case), Vec::from_iter(expected), "{rated} {void_rated}");
    }
}
