//! What stands in the way of opening, and who appraises what.

use std::collections::BTreeMap;

use super::{december, p};
use crate::cycle::changes::of_rows;
use crate::cycle::policy::GroupHandling;
use crate::cycle::*;
use crate::index_set::parse;
use crate::kernel::Decimals;

fn row(code: &str, max: &str, rule: &str, appraiser: Option<&str>) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        name_en: String::new(),
        max: p(max),
        rule: parse(rule).unwrap(),
        evidence: String::new(),
        appraiser: appraiser.map(|agency| agency.parse().unwrap()),
        origin: String::new(),
    }
}

fn unit(code: &str, unit_type: &str) -> (UnitCode, Unit) {
    let unit = Unit {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        unit_type: unit_type.parse().unwrap(),
        order: 1,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    };
    (unit.code.clone(), unit)
}

/// Two council agencies that are rated themselves, and a unit that is not on the council.
fn ready() -> Cycle {
    let set = IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            row("I", "60", "sum", None),
            row("I.1", "40", "bool", Some("SNV")),
            row("I.2", "20", "ratio(b/a, sàn 80%)", Some("STC")),
            row("II", "40", "sum", None),
            row("II.1", "40", "tier(đủ:40; thiếu:0.5)", Some("SNV")),
        ],
    };
    let department: UnitTypeCode = "department".parse().unwrap();
    let unit_type = UnitType {
        code: department.clone(),
        name: "Sở".to_owned(),
        name_en: String::new(),
        order: 1,
    };
    let stands_in = |agency: &str, substitute: &str| Reassignment {
        agency: agency.parse().unwrap(),
        unit: None,
        criterion: None,
        substitute: substitute.parse().unwrap(),
        reason: "Không tự thẩm định".to_owned(),
    };
    Cycle {
        code: "2022".parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: String::new(),
        calendar: december(),
        unit_types: BTreeMap::from([(department.clone(), unit_type)]),
        units: ["SNV", "STC", "SYT"].map(|code| unit(code, "department")).into(),
        council: vec!["SNV".parse().unwrap(), "STC".parse().unwrap()],
        reassignments: vec![
            Reassignment {
                unit: Some("SNV".parse().unwrap()),
                ..stands_in("SNV", "STC")
            },
            Reassignment {
                unit: Some("STC".parse().unwrap()),
                ..stands_in("STC", "SNV")
            },
        ],
        rules: RuleSet {
            format: 1,
            index_sets: BTreeMap::from([(department, set)]),
            policy: Policy::default(),
        },
        rule_set_sha256: String::new(),
        version: 1,
    }
}

fn obstacles(change: impl FnOnce(&mut Cycle)) -> Vec<String> {
    let mut cycle = ready();
    change(&mut cycle);
    cycle
        .opening_faults()
        .into_iter()
        .map(|fault| fault.field)
        .collect()
}

#[test]
fn a_complete_frame_has_no_obstacle() {
    assert_eq!(ready().opening_faults(), []);
}

#[test]
fn what_is_missing_is_named() {
    assert!(obstacles(|c| c.units.clear()).contains(&"units".to_owned()));
    assert_eq!(
        obstacles(|c| c.units.values_mut().for_each(|unit| unit.ranked = false)),
        ["units"]
    );
    assert_eq!(
        obstacles(|c| c.rules.index_sets.clear()),
        ["index_sets.department"]
    );
    assert_eq!(
        obstacles(|c| c.unit_types.clear()),
        ["unit_types", "units.SNV", "units.STC", "units.SYT"]
    );
    let no_appraisal = |c: &mut Cycle| c.calendar.windows.retain(|(name, _)| *name != Window::Appraisal1);
    assert_eq!(obstacles(no_appraisal), ["calendar.APPRAISAL_1"]);
    // No leaf of this set is scored by survey, external index or leaders.
    let no_survey = |c: &mut Cycle| {
        c.calendar.windows.retain(|(name, _)| {
            !matches!(
                name,
                Window::Survey | Window::Recheck | Window::ExternalIndex | Window::Leaders
            )
        });
    };
    assert_eq!(obstacles(no_survey), Vec::<String>::new());
}

#[test]
fn index_sets_fit_council_decimals_and_tie_break() {
    let set = |c: &mut Cycle| c.rules.index_sets.first_entry().unwrap().into_mut().clone();
    let put =
        |c: &mut Cycle, changed: IndexSet| *c.rules.index_sets.first_entry().unwrap().into_mut() = changed;
    let outsider = obstacles(|c| {
        let mut changed = set(c);
        changed.rows[2].appraiser = Some("STP".parse().unwrap());
        put(c, changed);
    });
    assert_eq!(outsider, ["index_sets.department.I.2"]);
    assert_eq!(
        obstacles(|c| c.rules.policy.decimals = Decimals::try_from(0).unwrap()),
        ["index_sets.department.II.1"]
    );
    assert_eq!(
        obstacles(|c| c.rules.policy.classes.tie_break = vec!["I".to_owned(), "IX".to_owned()]),
        ["policy.classes.tie_break"]
    );
    let broken = obstacles(|c| {
        let mut changed = set(c);
        changed.rows[1].max = p("39");
        put(c, changed);
    });
    assert_eq!(broken, ["index_sets.department.I"]);
}

#[test]
fn a_leaf_of_all_groups_needs_a_way_to_join_them() {
    let all_groups = |c: &mut Cycle| {
        let set = c.rules.index_sets.first_entry().unwrap().into_mut();
        set.rows[2].rule = parse("survey(ALL,Q1)").unwrap();
    };
    assert_eq!(obstacles(all_groups), ["policy.survey.groups"]);
    for weighted in [GroupHandling::EqualWeight, GroupHandling::PlannedWeight] {
        let with = |rate_percent, minimum, joins: bool| {
            obstacles(|c| {
                if joins {
                    all_groups(c);
                }
                c.rules.policy.survey.groups = weighted;
                c.rules.policy.recheck.rate_percent = rate_percent;
                c.rules.policy.recheck.minimum = minimum;
            })
        };
        // Void slips could not be taken off such a leaf.
        assert_eq!(with(10, 1, true), ["policy.survey.groups"]);
        assert_eq!(with(0, 1, true), ["policy.survey.groups"]);
        assert_eq!(with(1, 0, true), ["policy.survey.groups"]);
        assert!(with(0, 0, true).is_empty());
        assert!(with(10, 1, false).is_empty());
    }
    let joined = obstacles(|c| {
        all_groups(c);
        c.rules.policy.survey.groups = GroupHandling::Pool;
    });
    assert_eq!(joined, Vec::<String>::new());
}

#[test]
fn a_council_agency_has_a_substitute_for_its_own_leaves() {
    let mut cycle = ready();
    cycle.reassignments.remove(0);
    let faults = cycle.opening_faults();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].field, "reassignments.SNV");
    assert!(faults[0].vi.ends_with("I.1, II.1."), "{}", faults[0].vi);
}

#[test]
fn a_reassignment_stays_within_the_council_and_the_cycle() {
    let cycle = ready();
    let wrong = Reassignment {
        agency: "SNV".parse().unwrap(),
        unit: Some("XX".parse().unwrap()),
        criterion: Some("I".parse().unwrap()),
        substitute: "SNV".parse().unwrap(),
        reason: String::new(),
    };
    let fields: Vec<_> = cycle
        .reassignment_faults(&wrong)
        .into_iter()
        .map(|fault| fault.field)
        .collect();
    assert_eq!(fields, ["substitute", "reason", "unit", "criterion"]);
    let own = Reassignment {
        unit: Some("STC".parse().unwrap()),
        substitute: "STC".parse().unwrap(),
        criterion: None,
        reason: "Thử".to_owned(),
        ..wrong
    };
    let fields: Vec<_> = cycle
        .reassignment_faults(&own)
        .into_iter()
        .map(|fault| fault.field)
        .collect();
    assert_eq!(fields, ["substitute"]);
}

#[test]
fn nobody_ever_appraises_their_own_unit() {
    let mut cycle = ready();
    cycle.reassignments.clear();
    for unit in cycle.units.keys() {
        for leaf in cycle.index_set(unit).unwrap().leaves() {
            assert_ne!(cycle.appraiser(unit, &leaf.code).as_ref(), Some(unit));
        }
    }
    assert_eq!(
        cycle.appraiser(&"SNV".parse().unwrap(), &"I.1".parse().unwrap()),
        None
    );
    assert_eq!(
        cycle.appraiser(&"SYT".parse().unwrap(), &"I.1".parse().unwrap()),
        Some("SNV".parse().unwrap())
    );
}

#[test]
fn a_row_that_moves_is_a_change_and_one_that_is_new_moves_nobody() {
    let bool_row = |code: &str| row(code, "1", "bool", None);
    let set = |codes: &[&str]| IndexSet {
        title: "Chỉ số".to_owned(),
        rows: codes.iter().copied().map(bool_row).collect(),
    };
    let before = set(&["I.1", "I.2", "I.3"]);
    let told = |codes: &[&str]| -> Vec<String> {
        let changes = of_rows(Some(&before), &set(codes).rows);
        changes.into_iter().map(|change| change.code).collect()
    };
    assert_eq!(told(&["I.1", "I.2", "I.3"]), Vec::<String>::new());
    assert_eq!(told(&["I.0", "I.1", "I.2", "I.3"]), ["I.0"]);
    assert_eq!(told(&["I.2", "I.1", "I.3"]), ["I.1", "I.2"]);
}
