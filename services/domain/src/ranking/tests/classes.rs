//! Quota, its base and rounding, minima, bars, tie-break order, floors: each default and each alternative.

use super::fixture::{Case, p};
use super::worked::ten;
use crate::cycle::policy::{ClassPolicy, QuotaBase, QuotaRounding};
use crate::kernel::Points;
use crate::ranking::Class::{Completed, Excellent, Good, NotCompleted};
use crate::ranking::quota;

fn policy(rounding: QuotaRounding) -> ClassPolicy {
    ClassPolicy {
        quota_rounding: rounding,
        ..ClassPolicy::default()
    }
}

const SIZES: [usize; 14] = [1, 3, 4, 5, 6, 7, 8, 10, 13, 14, 20, 21, 22, 148];

#[test]
fn quota_of_every_listed_size_and_rounding() {
    let rows = [
        (QuotaRounding::Floor, [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 4, 4, 4, 29]),
        (QuotaRounding::HalfUp, [0, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 30]),
        (QuotaRounding::Ceil, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 5, 30]),
    ];
    for (rounding, places) in rows {
        let computed = SIZES.map(|size| quota(size, &policy(rounding)));
        assert_eq!(computed, places, "{rounding:?}");
    }
    assert_eq!(ClassPolicy::default().quota_rounding, QuotaRounding::Floor);
}

#[test]
fn quota_table_holds_in_a_whole_ranking() {
    for rounding in [QuotaRounding::Floor, QuotaRounding::HalfUp, QuotaRounding::Ceil] {
        for size in SIZES {
            let mut case = Case::new();
            case.rules.policy.classes.quota_rounding = rounding;
            for at in 0..size {
                case.total(
                    &format!("U{at}"),
                    &Points::from_parts(1_000_000 - 100 * i64::try_from(at).unwrap()).to_string(),
                );
            }
            let outcome = case.outcome();
            let excellent = outcome
                .units
                .iter()
                .filter(|u| u.class == Some(Excellent))
                .count();
            assert_eq!(excellent, quota(size, &policy(rounding)), "{rounding:?} {size}");
            assert_eq!(outcome.types[0].excellent, excellent);
        }
    }
}

#[test]
fn at_least_one_place_only_where_the_policy_says_so() {
    let least = ClassPolicy {
        quota_min_one: true,
        ..ClassPolicy::default()
    };
    assert_eq!([0, 1, 4, 5, 10].map(|n| quota(n, &least)), [0, 1, 1, 1, 2]);
    assert_eq!(
        [0, 1, 4, 5, 10].map(|n| quota(n, &ClassPolicy::default())),
        [0, 0, 0, 1, 2]
    );
}

#[test]
fn a_quota_of_another_share() {
    let mut case = ten();
    case.rules.policy.classes.quota_percent = 30;
    let outcome = case.outcome();
    assert_eq!(outcome.open_ties, [], "three places hold A, B and K");
    assert_eq!(outcome.types[0].excellent, 3);
}

#[test]
fn quota_base_ranked_or_good_units() {
    // Seven of the ten are at least good: 20% of 7 is 1.4.
    let mut case = ten();
    assert_eq!(case.outcome().types[0].quota_base, 10);
    case.rules.policy.classes.quota_base = QuotaBase::GoodUnits;
    let summary = case.outcome().types.remove(0);
    assert_eq!((summary.quota_base, summary.quota, summary.excellent), (7, 1, 1));
    assert_eq!(case.outcome().open_ties, []);
}

#[test]
fn units_not_ranked_are_outside_of_ranks_and_quota_base() {
    let mut case = ten();
    case.units[0].ranked = false;
    let outcome = case.outcome();
    assert_eq!(outcome.types[0].quota_base, 9);
    assert_eq!(outcome.types[0].quota, 1);
    let last = outcome.units.last().unwrap();
    assert_eq!((last.unit.as_str(), last.rank, last.class), ("A", 0, None));
    assert_eq!(last.total, p("90.74"), "its total is still shown");
    assert_eq!(outcome.units[0].rank, 1);
    assert_eq!(
        outcome.open_ties[0].places, 1,
        "B and K now share the first rank and the only place"
    );
}

#[test]
fn excellent_needs_its_minimum() {
    let mut case = Case::new();
    for (unit, total) in [("A", "89.99"), ("B", "85"), ("C", "84"), ("D", "83"), ("E", "82")] {
        case.total(unit, total);
    }
    assert_eq!(case.result("A").class, Some(Excellent));
    case.rules.policy.classes.excellent_min = p("90");
    assert_eq!(case.result("A").class, Some(Good));
    assert_eq!(
        case.result("A").reasons.pop().unwrap(),
        "Hoàn thành tốt nhiệm vụ: tổng điểm 89,99 từ 80,00 trở lên, nhưng dưới mức tối thiểu 90,00 của xuất sắc."
    );
    // Excellent is never below good, whatever the minimum says.
    case.rules.policy.classes.excellent_min = p("10");
    case.rules.policy.classes.good_min = p("90");
    assert_eq!(case.result("A").class, Some(Completed));
}

#[test]
fn other_limits() {
    let mut case = Case::new();
    case.total("A", "70");
    case.rules.policy.classes.good_min = p("70");
    case.rules.policy.classes.completed_min = p("50");
    assert_eq!(case.result("A").class, Some(Good));
    case.rules.policy.classes.good_min = p("70.01");
    assert_eq!(case.result("A").class, Some(Completed));
    case.rules.policy.classes.completed_min = p("70.01");
    assert_eq!(case.result("A").class, Some(NotCompleted));
}

#[test]
fn a_bar_frees_the_place_for_the_next() {
    let mut case = ten();
    case.bar("A", Good);
    let outcome = case.outcome();
    assert_eq!(case.result("A").class, Some(Good));
    assert_eq!(case.result("A").rank, 1, "a bar changes no rank");
    assert_eq!(outcome.open_ties, [], "two places for B and K");
    assert_eq!(
        (case.result("B").class, case.result("K").class),
        (Some(Excellent), Some(Excellent))
    );
    assert_eq!(
        case.result("A").reasons.pop().unwrap(),
        "Hoàn thành tốt nhiệm vụ: tổng điểm 90,74; không được xếp trên mức “Hoàn thành tốt nhiệm vụ” theo Kết \
         luận số 5/KL-TTT."
    );
}

#[test]
fn a_barred_unit_leaves_its_tie() {
    let mut case = ten();
    case.bar("K", Completed);
    assert_eq!(case.outcome().open_ties, []);
    assert_eq!(case.result("B").class, Some(Excellent));
    assert_eq!(case.result("K").class, Some(Completed));
}

#[test]
fn of_several_bars_the_strictest_counts_and_none_lifts() {
    let mut case = ten();
    case.bar("A", Completed);
    case.bar("A", Excellent);
    case.bar("A", Good);
    case.bar("G", Excellent);
    assert_eq!(case.result("A").class, Some(Completed));
    assert_eq!(case.result("G").class, Some(Completed), "a bar never raises");
    case.bars = Vec::new();
    case.bar("A", Excellent);
    assert_eq!(
        case.result("A").class,
        Some(Excellent),
        "a bar at the top is none"
    );
}

#[test]
fn other_tie_breaks() {
    let order = |breakers: &[&str]| {
        let mut case = ten();
        case.rules.policy.classes.tie_break = breakers.iter().map(|b| (*b).to_owned()).collect();
        let units = case.outcome().units.into_iter().take(4);
        units.map(|u| (u.unit.to_string(), u.rank)).collect::<Vec<_>>()
    };
    let ranks = |list: [(&str, usize); 4]| list.map(|(u, r)| (u.to_owned(), r)).to_vec();
    assert_eq!(order(&[]), ranks([("A", 1), ("B", 1), ("K", 1), ("C", 1)]));
    assert_eq!(order(&["II"]), ranks([("B", 1), ("K", 1), ("A", 3), ("C", 3)]));
    assert_eq!(order(&["III"]), ranks([("C", 1), ("A", 2), ("B", 2), ("K", 2)]));
    assert_eq!(order(&["I"]), ranks([("A", 1), ("B", 2), ("K", 2), ("C", 2)]));
    let names: Vec<String> = order(&["IX"]).into_iter().map(|(_, r)| r.to_string()).collect();
    assert_eq!(names, ["1", "1", "1", "1"], "a content nobody has breaks nothing");
}

#[test]
fn penalties_count_in_the_total_and_not_in_tie_break_contents() {
    let mut case = Case::new();
    // Same total; B was punished more and earned more in I, so B stands above.
    case.filled("A", ["36", "25", "7", "5", "12", "3", "0"]);
    case.filled("B", ["38", "25", "7", "5", "12", "3", "2"]);
    let outcome = case.outcome();
    assert_eq!(outcome.units[0].unit.as_str(), "B");
    assert_eq!(outcome.units[0].total, outcome.units[1].total);
}

#[test]
fn the_floor_of_the_total() {
    let mut case = ten();
    assert_eq!(case.result("J").total, p("0.00"));
    case.rules.policy.classes.total_floor = p("-100");
    assert_eq!(case.result("J").total, p("-6.00"));
    case.rules.policy.classes.total_floor = p("5");
    assert_eq!(case.result("J").total, p("5.00"));
}

#[test]
fn a_penalty_content_may_have_a_ceiling() {
    let mut case = ten();
    let set = case
        .rules
        .index_sets
        .get_mut(&super::fixture::department())
        .unwrap();
    let row = set
        .rows
        .iter_mut()
        .find(|row| row.code.as_str() == "VII")
        .unwrap();
    row.rule = super::fixture::sum(Some("10"));
    assert_eq!(case.result("J").penalty, p("10"));
    assert_eq!(case.result("J").total, p("9"));
}

#[test]
fn a_tie_of_many_keeps_its_sentences_short() {
    let mut case = Case::new();
    for at in 0..300 {
        case.total(&format!("U{at}"), "90");
    }
    let outcome = case.outcome();
    assert_eq!(outcome.open_ties[0].units.len(), 300);
    for unit in &outcome.units {
        assert_eq!((unit.rank, unit.tied, unit.class), (1, true, Some(Good)));
        assert!(unit.reasons.iter().all(|r| r.chars().count() < 400));
    }
    assert!(
        outcome.units[0].reasons[1].contains("và các đơn vị khác"),
        "{:?}",
        outcome.units[0].reasons
    );
}

#[test]
fn types_are_ranked_apart() {
    let mut case = ten();
    let mut second = ten();
    second.types[0].code = "district".parse().unwrap();
    second.types[0].order = 0;
    case.types.push(second.types.remove(0));
    case.rules
        .index_sets
        .insert("district".parse().unwrap(), super::fixture::set());
    case.filled("HTP", ["30", "20", "6", "5", "12", "3", "0"]);
    case.units.last_mut().unwrap().unit_type = "district".parse().unwrap();
    let outcome = case.outcome();
    assert_eq!(outcome.units[0].unit.as_str(), "HTP", "types come in their order");
    assert_eq!(outcome.units[0].rank, 1);
    assert_eq!(outcome.units[1].rank, 1);
    assert_eq!(outcome.types.len(), 2);
    assert_eq!(outcome.types[0].quota_base, 1);
}
