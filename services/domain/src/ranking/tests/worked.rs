//! T1, T2 and the worked type of ten units, with both rounding policies.

use super::fixture::{Case, code, p};
use crate::cycle::policy::Rounding;
use crate::kernel::Points;
use crate::ranking::Class::{Completed, Excellent, Good, NotCompleted};

/// I, II, III, IV, V, VI, P as in reading 3.5; V and VI before rounding.
const TEN: [(&str, [&str; 7]); 10] = [
    ("A", ["37.20", "25.10", "7.50", "5.00", "12.31", "3.63", "0"]),
    ("B", ["36.90", "25.40", "7.50", "5.00", "12.31", "3.63", "0"]),
    ("K", ["36.90", "25.40", "7.50", "5.00", "12.31", "3.63", "0"]),
    ("C", ["36.90", "25.10", "8.00", "4.80", "12.31", "3.63", "0"]),
    ("D", ["38.00", "24.00", "7.00", "3.00", "12.905", "3.60", "0.5"]),
    ("E", ["33.00", "22.50", "6.00", "1.00", "14.00", "3.495", "0"]),
    ("F", ["33.00", "22.495", "6.00", "1.00", "14.00", "3.495", "0"]),
    ("G", ["30.00", "20.00", "6.00", "0", "6.50", "2.50", "0"]),
    ("H", ["30.00", "20.00", "6.00", "0", "6.49", "2.50", "0"]),
    ("J", ["10.00", "5.00", "1.00", "0", "3.00", "0", "25"]),
];

pub(super) fn ten() -> Case {
    let mut case = Case::new();
    for (unit, contents) in TEN {
        case.filled(unit, contents);
    }
    case
}

fn totals(case: &Case) -> Vec<(String, String, usize)> {
    let units = case.outcome().units.into_iter();
    units
        .map(|u| (u.unit.to_string(), u.total.to_string(), u.rank))
        .collect()
}

fn expected(rows: [(&str, &str, usize); 10]) -> Vec<(String, String, usize)> {
    rows.map(|(unit, total, rank)| (unit.to_owned(), total.to_owned(), rank))
        .to_vec()
}

#[test]
fn t1_bonus_is_cut_at_its_ceiling() {
    let mut case = Case::new();
    case.rules
        .index_sets
        .get_mut(&super::fixture::department())
        .unwrap()
        .rows
        .retain(|row| !row.code.as_str().starts_with("IV."));
    for (at, max) in ["3", "2", "2", "1", "1.5"].into_iter().enumerate() {
        let row = super::fixture::row(&format!("IV.{}", at + 1), max, super::fixture::ratio());
        case.rules
            .index_sets
            .get_mut(&super::fixture::department())
            .unwrap()
            .rows
            .push(row);
    }
    case.unit("A");
    for (at, points) in ["3", "2", "2", "1", "1.5"].into_iter().enumerate() {
        case.give("A", &format!("IV.{}", at + 1), p(points));
    }
    let result = case.result("A");
    let bonus = result.contents.iter().find(|c| c.code.as_str() == "IV").unwrap();
    assert_eq!(bonus.points, p("8.00"));
    assert_eq!(result.total, p("8.00"));
    assert!(
        result
            .reasons
            .contains(&"Nội dung IV đạt 9,50 điểm, tính tối đa 8,00 điểm.".to_owned()),
        "{:?}",
        result.reasons
    );
}

#[test]
fn t2_class_limits_are_exact() {
    for (total, class) in [
        ("80.00", Good),
        ("79.99", Completed),
        ("65.00", Completed),
        ("64.99", NotCompleted),
    ] {
        let mut case = Case::new();
        case.total("A", total);
        let result = case.result("A");
        assert_eq!(result.total, p(total));
        assert_eq!(result.class, Some(class), "{total}");
    }
}

#[test]
fn ten_units_with_each_leaf_rounded() {
    let rows = [
        ("A", "90.74", 1),
        ("B", "90.74", 2),
        ("K", "90.74", 2),
        ("C", "90.74", 4),
        ("D", "88.01", 5),
        ("E", "80.00", 6),
        ("F", "80.00", 6),
        ("G", "65.00", 8),
        ("H", "64.99", 9),
        ("J", "0.00", 10),
    ];
    assert_eq!(totals(&ten()), expected(rows));
}

#[test]
fn ten_units_rounded_at_the_end() {
    let mut case = ten();
    case.rules.policy.rounding = Rounding::Total;
    let rows = [
        ("A", "90.74", 1),
        ("B", "90.74", 2),
        ("K", "90.74", 2),
        ("C", "90.74", 4),
        ("D", "88.01", 5),
        ("E", "80.00", 6),
        ("F", "79.99", 7),
        ("G", "65.00", 8),
        ("H", "64.99", 9),
        ("J", "0.00", 10),
    ];
    assert_eq!(totals(&case), expected(rows));
    assert_eq!(case.result("E").class, Some(Good));
    assert_eq!(
        case.result("F").class,
        Some(Completed),
        "the rounding policy changes a class"
    );
}

#[test]
fn ten_units_tie_break_and_shared_ranks() {
    let case = ten();
    let outcome = case.outcome();
    let ranks: Vec<usize> = outcome.units.iter().map(|u| u.rank).collect();
    assert_eq!(ranks, [1, 2, 2, 4, 5, 6, 6, 8, 9, 10]);
    let tied: Vec<&str> = outcome
        .units
        .iter()
        .filter(|u| u.tied)
        .map(|u| u.unit.as_str())
        .collect();
    assert_eq!(tied, ["B", "K", "E", "F"]);
    let has = |unit, sentence: &str| {
        let reasons = case.result(unit).reasons;
        assert!(reasons.iter().any(|r| r == sentence), "{unit}: {reasons:#?}");
    };
    has("A", "Xếp thứ 1/10 với tổng điểm 90,74.");
    has(
        "A",
        "Bằng tổng điểm với Đơn vị B; xếp trên vì điểm nội dung I cao hơn (37,20 so với 36,90).",
    );
    has(
        "B",
        "Bằng tổng điểm với Đơn vị A; xếp dưới vì điểm nội dung I thấp hơn (36,90 so với 37,20).",
    );
    has(
        "B",
        "Bằng tổng điểm với Đơn vị C; xếp trên vì điểm nội dung II cao hơn (25,40 so với 25,10).",
    );
    has(
        "B",
        "Đồng hạng với Đơn vị K: bằng nhau về tổng điểm và điểm nội dung I, II.",
    );
    has(
        "C",
        "Bằng tổng điểm với Đơn vị K; xếp dưới vì điểm nội dung II thấp hơn (25,10 so với 25,40).",
    );
    has("D", "Bị trừ 0,50 điểm vào tổng điểm.");
    has("J", "Tổng điểm -6,00 được tính là 0,00.");
}

#[test]
fn ten_units_classes_while_the_council_has_not_decided() {
    let case = ten();
    let outcome = case.outcome();
    let classes: Vec<_> = outcome.units.iter().map(|u| u.class.unwrap()).collect();
    let all = [
        Excellent,
        Good,
        Good,
        Good,
        Good,
        Good,
        Good,
        Completed,
        NotCompleted,
        NotCompleted,
    ];
    assert_eq!(classes, all);
    let [tie] = outcome.open_ties.as_slice() else {
        panic!("{:?}", outcome.open_ties);
    };
    assert_eq!(tie.units, [code("B"), code("K")]);
    assert_eq!(tie.places, 1);
    let [summary] = outcome.types.as_slice() else {
        panic!("{:?}", outcome.types);
    };
    assert_eq!((summary.quota_base, summary.quota, summary.excellent), (10, 2, 1));
    let last = |unit: &str| case.result(unit).reasons.pop().unwrap();
    assert_eq!(
        last("A"),
        "Hoàn thành xuất sắc nhiệm vụ: tổng điểm 90,74 đạt mức tối thiểu 80,00 và trong số 2 chỗ xuất sắc \
         (20% của 10 đơn vị được xếp hạng là 2,00, làm tròn xuống)."
    );
    assert_eq!(
        last("B"),
        "Hoàn thành tốt nhiệm vụ: 2 đơn vị đồng hạng (Đơn vị B, Đơn vị K) cho 1 chỗ còn lại trong 2 chỗ xuất \
         sắc (20% của 10 đơn vị được xếp hạng là 2,00, làm tròn xuống), chờ Hội đồng quyết định; chưa có quyết \
         định nên chưa xếp xuất sắc."
    );
    assert_eq!(
        last("C"),
        "Hoàn thành tốt nhiệm vụ: tổng điểm 90,74 từ 80,00 trở lên, nhưng đã hết 2 chỗ xuất sắc (20% của 10 \
         đơn vị được xếp hạng là 2,00, làm tròn xuống)."
    );
    assert_eq!(
        last("G"),
        "Hoàn thành nhiệm vụ: tổng điểm 65,00 từ 65,00 đến dưới 80,00."
    );
    assert_eq!(
        last("H"),
        "Không hoàn thành nhiệm vụ: tổng điểm 64,99 dưới 65,00."
    );
}

#[test]
fn the_council_decides_the_edge() {
    let mut case = ten();
    case.decide(&["B", "K"], 1, &["K"]);
    let outcome = case.outcome();
    assert_eq!(outcome.open_ties, []);
    assert_eq!(case.result("K").class, Some(Excellent));
    assert_eq!(case.result("B").class, Some(Good));
    assert_eq!(
        case.result("C").class,
        Some(Good),
        "nobody passes the tie from below"
    );
    assert_eq!(
        (case.result("B").rank, case.result("K").rank),
        (2, 2),
        "ranks stay shared"
    );
    let reason = case.result("K").reasons.pop().unwrap();
    assert!(
        reason.ends_with("Hội đồng chọn đơn vị này (Biên bản số 7/BB-HĐ)."),
        "{reason}"
    );
    let reason = case.result("B").reasons.pop().unwrap();
    assert!(
        reason.ends_with("Hội đồng không chọn đơn vị này (Biên bản số 7/BB-HĐ)."),
        "{reason}"
    );
}

#[test]
fn the_council_may_choose_nobody() {
    let mut case = ten();
    case.decide(&["B", "K"], 1, &[]);
    assert_eq!(case.outcome().open_ties, []);
    assert_eq!(
        (case.result("B").class, case.result("K").class),
        (Some(Good), Some(Good))
    );
}

#[test]
fn a_decision_on_another_tie_counts_for_nothing() {
    for (units, places, chosen) in [
        (&["B", "C"][..], 1, &["B"][..]),
        (&["B", "K"], 2, &["B", "K"]),
        (&["B", "K"], 1, &["B", "K"]),
        (&["B", "K"], 1, &["A"]),
    ] {
        let mut case = ten();
        case.decide(units, places, chosen);
        assert_eq!(case.outcome().open_ties.len(), 1, "{units:?} {places} {chosen:?}");
        assert_eq!(case.result("B").class, Some(Good));
    }
}

#[test]
fn a_penalty_may_be_posted_with_either_sign() {
    for sign in ["0.5", "-0.5"] {
        let mut case = Case::new();
        case.filled("D", ["38", "24", "7", "3", "12.90", "3.60", sign]);
        let result = case.result("D");
        assert_eq!(result.penalty, p("0.50"));
        assert_eq!(result.total, p("88.00"));
        assert!(
            result
                .contents
                .iter()
                .all(|c| c.code.as_str() != "VII" && c.points > Points::ZERO)
        );
    }
}
