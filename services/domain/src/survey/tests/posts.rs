//! What is posted of a unit: one state per survey leaf, joined groups, never a silent zero.

use std::collections::BTreeMap;

use crate::cycle::policy::GroupHandling;
use crate::cycle::{Calendar, Criterion, Cycle, IndexSet, Rule, RuleSet, Unit};
use crate::index_points::{Basis, NewPoints, Value};
use crate::kernel::Points;
use crate::survey::*;

const GROUPS: [&str; 2] = ["DN_CN", "HDND"];

/// One unit; leaf V.1 of the deputies and V.2 of all groups, 2 points each, both on Q1.
fn cycle(handling: GroupHandling) -> Cycle {
    let leaf = |code: &str, group: &str| Criterion {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(2),
        rule: Rule::Survey {
            group: group.parse().unwrap(),
            question: "Q1".parse().unwrap(),
        },
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    };
    let set = IndexSet {
        title: String::new(),
        rows: vec![leaf("V.1", "HDND"), leaf("V.2", ALL_GROUPS)],
    };
    let mut rules = RuleSet {
        format: 1,
        index_sets: [("department".parse().unwrap(), set)].into(),
        ..RuleSet::default()
    };
    rules.policy.survey.groups = handling;
    let unit = Unit {
        code: "SNV".parse().unwrap(),
        name: "Sở Nội vụ".to_owned(),
        unit_type: "department".parse().unwrap(),
        order: 1,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    };
    Cycle {
        code: "2022".parse().unwrap(),
        province: String::new(),
        regulation: String::new(),
        calendar: Calendar::default(),
        unit_types: BTreeMap::new(),
        units: [(unit.code.clone(), unit)].into(),
        council: Vec::new(),
        reassignments: Vec::new(),
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

/// Per group: (planned, slips with answer 5, slips with answer 3).
fn answers(groups: [(i64, i64, i64); 2]) -> UnitAnswers {
    let mut all = UnitAnswers::default();
    for (group, (planned, fives, threes)) in GROUPS.into_iter().zip(groups) {
        let held = Held {
            planned,
            valid: fives + threes,
            decision: None,
        };
        all.groups.insert(group.parse().unwrap(), held);
        let counts = [("5", fives), ("3", threes)].map(|(option, n)| (option.parse().unwrap(), n));
        let question = (group.parse().unwrap(), "Q1".parse().unwrap());
        all.counts.insert(question, counts.into());
    }
    all
}

fn posts(handling: GroupHandling, answers: &UnitAnswers, closed: bool) -> Vec<NewPoints> {
    let questions = || ["Q1".parse().unwrap()].into();
    let asked = GROUPS.map(|group| (group.parse().unwrap(), questions())).into();
    unit_posts(&cycle(handling), &"SNV".parse().unwrap(), answers, &asked, closed)
}

fn value(text: &str) -> Value {
    Value::Points(text.parse().unwrap())
}

#[test]
fn each_leaf_has_one_state_with_its_basis() {
    // Citizens 10 × 1 and 30 × ½; deputies 10 × 1 and 10 × ½.
    let held = answers([(40, 10, 30), (20, 10, 10)]);
    let pooled = posts(GroupHandling::Pool, &held, false);
    assert_eq!(pooled[0].value, value("1.50"));
    assert_eq!(pooled[1].value, value("1.33"));
    let basis = Basis::Survey {
        rated: 60,
        sum: 400_000,
    };
    assert_eq!((&pooled[1].basis, pooled[1].last), (&basis, false));
    let equal = posts(GroupHandling::EqualWeight, &held, true);
    // (0.625 + 0.75) / 2 × 2.
    assert_eq!((&equal[1].value, equal[1].last), (&value("1.38"), true));
    let planned = posts(GroupHandling::PlannedWeight, &held, true);
    assert_eq!(planned[1].value, value("1.33"));
}

#[test]
fn a_group_that_is_short_holds_up_the_joined_leaf() {
    let mut held = answers([(40, 10, 10), (20, 20, 0)]);
    let state = |held: &UnitAnswers| posts(GroupHandling::Pool, held, true).remove(1).value;
    assert!(matches!(state(&held), Value::NotComputable(why) if why.contains("DN_CN")));

    let citizens = held.groups.get_mut(&"DN_CN".parse().unwrap()).unwrap();
    citizens.decision = Some((ShortageDecision::Accept, "QĐ 1".to_owned()));
    assert_eq!(state(&held), value("1.75"));
    // Left out, the deputies alone count; without anybody the leaf does not apply.
    let not_applicable = Some((ShortageDecision::NotApplicable, "QĐ 2".to_owned()));
    let citizens = held.groups.get_mut(&"DN_CN".parse().unwrap()).unwrap();
    citizens.decision.clone_from(&not_applicable);
    assert_eq!(state(&held), value("2.00"));
    let deputies = held.groups.get_mut(&"HDND".parse().unwrap()).unwrap();
    (deputies.valid, deputies.decision) = (0, not_applicable);
    assert!(matches!(state(&held), Value::NotApplicable(why) if why.contains("QĐ 2")));
}

#[test]
fn nothing_is_never_zero() {
    for post in posts(GroupHandling::Pool, &UnitAnswers::default(), true) {
        assert!(matches!(post.value, Value::NotComputable(_)) && post.last);
    }
    let own_maximum = posts(GroupHandling::OwnMaximum, &answers([(0, 5, 0), (0, 5, 0)]), true);
    assert_eq!(own_maximum[0].value, value("2.00"));
    assert!(matches!(&own_maximum[1].value, Value::NotComputable(why) if why.contains("ALL")));
}

#[test]
fn a_unit_without_an_index_set_posts_nothing() {
    let unknown = "XYZ".parse().unwrap();
    let all = unit_posts(
        &cycle(GroupHandling::Pool),
        &unknown,
        &UnitAnswers::default(),
        &Asked::new(),
        true,
    );
    assert_eq!(all, []);
}
