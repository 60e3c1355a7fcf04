//! A small year: four departments, one leaf of each rule.

use std::collections::BTreeMap;

use chiso_domain::cycle::{
    Calendar, Criterion, Cycle, Extension, IndexSet, PenaltyKind, Policy, Reassignment, Rule, RuleSet, Tier,
    Unit, UnitType, Window,
};
use chiso_domain::kernel::Span;

use super::{CYCLE, at, p};

fn row(code: &str, max: &str, rule: Rule, appraiser: &str) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: format!("Tiêu chí {code}"),
        name_en: String::new(),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: appraiser.parse().ok(),
        origin: String::new(),
    }
}

fn sum(code: &str, max: &str) -> Criterion {
    row(code, max, Rule::Sum { cap: None }, "")
}

fn index_set() -> IndexSet {
    let tier = |points: &str| Tier {
        label: points.to_owned(),
        points: p(points),
    };
    let kind = |label: &str, each: &str| PenaltyKind {
        label: label.to_owned(),
        each: p(each),
        what: "người".to_owned(),
    };
    let survey = Rule::Survey {
        group: "HDND".parse().unwrap(),
        question: "Q1".parse().unwrap(),
    };
    let deduct = Rule::Deduct {
        each: p("0.5"),
        what: "báo cáo chậm".to_owned(),
    };
    let add = Rule::Add {
        each: p("1"),
        what: "sáng kiến".to_owned(),
        cap: p("3"),
    };
    let penalty = Rule::Penalty {
        kinds: vec![kind("khiển trách", "0.5"), kind("cảnh cáo", "1")],
        cap: Some(p("2")),
    };
    let steps = Rule::Tier {
        tiers: vec![tier("2"), tier("1"), tier("0")],
    };
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            sum("I", "9"),
            row("I.1", "2", Rule::Bool, "STC"),
            row("I.2", "2", Rule::Ratio { floor_percent: 80 }, "SNV"),
            row("I.3", "2", steps, "SNV"),
            row("I.4", "3", deduct, "STC"),
            sum("II", "2"),
            row("II.1", "2", Rule::External { scale: 100 }, "STC"),
            row("IV", "8", Rule::Sum { cap: Some(p("8")) }, ""),
            row("IV.1", "3", add, "SNV"),
            sum("V", "14"),
            row("V.1", "14", survey, ""),
            sum("VI", "4"),
            row("VI.1", "4", Rule::Leaders, ""),
            sum("VII", "0"),
            row("VII.1", "0", penalty, "SNV"),
        ],
    }
}

/// Units SNV, STC (both council agencies), SYT and SXD; SNV's criteria of SNV go to STC.
pub fn cycle() -> Cycle {
    let department = "department".parse().unwrap();
    let unit = |(order, code): (usize, &&str)| {
        let unit = Unit {
            code: code.parse().unwrap(),
            name: format!("Sở {code}"),
            unit_type: "department".parse().unwrap(),
            order: i32::try_from(order).unwrap(),
            valid_from: String::new(),
            valid_to: String::new(),
            predecessors: vec![],
            ranked: true,
        };
        (unit.code.clone(), unit)
    };
    let window = |window, from: &str, to: &str| {
        let span = Span {
            start: at(from),
            end: at(to),
        };
        (window, span)
    };
    let unit_type = UnitType {
        code: "department".parse().unwrap(),
        name: "Sở, ban, ngành".to_owned(),
        name_en: "Departments".to_owned(),
        order: 1,
    };
    let rules = RuleSet {
        format: 1,
        index_sets: BTreeMap::from([(department, index_set())]),
        policy: Policy::default(),
    };
    Cycle {
        code: CYCLE.parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: "QĐ 2419/QĐ-UBND".to_owned(),
        calendar: Calendar {
            windows: vec![
                window(Window::SelfScoring, "2022-11-01T00:00:00", "2022-12-15T00:00:00"),
                window(Window::Appraisal1, "2022-12-15T00:00:00", "2022-12-19T00:00:00"),
                window(Window::Explanation, "2022-12-19T00:00:00", "2022-12-22T00:00:00"),
                window(Window::Appraisal2, "2022-12-22T00:00:00", "2022-12-26T00:00:00"),
                window(
                    Window::ExternalIndex,
                    "2022-12-20T00:00:00",
                    "2022-12-28T00:00:00",
                ),
            ],
            extensions: vec![],
        },
        unit_types: BTreeMap::from([(unit_type.code.clone(), unit_type)]),
        units: ["SNV", "STC", "SYT", "SXD"]
            .iter()
            .enumerate()
            .map(unit)
            .collect(),
        council: vec!["SNV".parse().unwrap(), "STC".parse().unwrap()],
        reassignments: vec![Reassignment {
            agency: "SNV".parse().unwrap(),
            unit: "SNV".parse().ok(),
            criterion: None,
            substitute: "STC".parse().unwrap(),
            reason: "Không tự thẩm định".to_owned(),
        }],
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

pub fn extended(mut cycle: Cycle, window: Window, unit: Option<&str>, to: &str) -> Cycle {
    cycle.calendar.extensions.push(Extension {
        window,
        unit: unit.map(|unit| unit.parse().unwrap()),
        ends_at: at(to),
        reason: "Mất điện".to_owned(),
        granted_at: at("2022-12-14T00:00:00"),
    });
    cycle
}
