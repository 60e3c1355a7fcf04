//! A small index set with every sort of leaf, and ways to fill it in.

use crate::cycle::{Criterion, IndexSet, PenaltyKind, Policy, Rule, RuleSet, Unit, UnitType};
use crate::index_points::{Basis, Source, Stage, Value};
use crate::kernel::{Points, UnitCode, UnitTypeCode};
use crate::ranking::{Bar, Class, Input, LeafPoints, Outcome, TieDecision, UnitResult, compute};

pub(super) fn p(text: &str) -> Points {
    text.parse().unwrap()
}

pub(super) fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

pub(super) fn department() -> UnitTypeCode {
    "department".parse().unwrap()
}

pub(super) fn row(code: &str, max: &str, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: format!("Tiêu chí {code}"),
        name_en: String::new(),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: Some(self::code("SNV")),
        origin: String::new(),
    }
}

pub(super) fn sum(cap: Option<&str>) -> Rule {
    Rule::Sum { cap: cap.map(p) }
}

pub(super) fn survey(question: &str) -> Rule {
    Rule::Survey {
        group: "HDND".parse().unwrap(),
        question: question.parse().unwrap(),
    }
}

pub(super) fn penalty() -> Rule {
    Rule::Penalty {
        kinds: vec![PenaltyKind {
            label: String::new(),
            each: p("0.5"),
            what: "vụ".to_owned(),
        }],
        cap: None,
    }
}

pub(super) fn ratio() -> Rule {
    Rule::Ratio { floor_percent: 0 }
}

fn add(cap: &str) -> Rule {
    Rule::Add {
        each: p("0.5"),
        what: "sáng kiến".to_owned(),
        cap: p(cap),
    }
}

/// The seven contents with their real shares; II in two leaves, of which II.2 is worth 3 points; the bonus
/// items add up to more than their ceiling.
pub(super) fn set() -> IndexSet {
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            row("I", "39", sum(None)),
            row("I.1", "39", ratio()),
            row("II", "27", sum(None)),
            row("II.1", "24", ratio()),
            row("II.2", "3", ratio()),
            row("III", "8", sum(None)),
            row("III.1", "8", ratio()),
            row("IV", "8", sum(Some("8"))),
            row("IV.1", "5", add("5")),
            row("IV.2", "5", add("5")),
            row("V", "14", sum(None)),
            row("V.1", "14", survey("Q1")),
            row("VI", "4", sum(None)),
            row("VI.1", "4", Rule::Leaders),
            row("VII", "0", sum(None)),
            row("VII.1", "0", penalty()),
        ],
    }
}

/// A cycle of one type.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) rules: RuleSet,
    pub(super) types: Vec<UnitType>,
    pub(super) units: Vec<Unit>,
    pub(super) points: Vec<LeafPoints>,
    pub(super) ties: Vec<TieDecision>,
    pub(super) bars: Vec<Bar>,
}

impl Case {
    pub(super) fn new() -> Self {
        let rules = RuleSet {
            format: 1,
            index_sets: [(department(), set())].into(),
            policy: Policy::default(),
        };
        Self {
            rules,
            types: vec![UnitType {
                code: department(),
                name: "Sở, ban, ngành".to_owned(),
                name_en: "Departments".to_owned(),
                order: 1,
            }],
            units: Vec::new(),
            points: Vec::new(),
            ties: Vec::new(),
            bars: Vec::new(),
        }
    }

    pub(super) fn unit(&mut self, name: &str) {
        let order = i32::try_from(self.units.len()).unwrap();
        self.units.push(Unit {
            code: code(name),
            name: format!("Đơn vị {name}"),
            unit_type: department(),
            order,
            valid_from: String::new(),
            valid_to: String::new(),
            predecessors: Vec::new(),
            ranked: true,
        });
    }

    pub(super) fn post(&mut self, unit: &str, criterion: &str, source: Source, value: Value) {
        self.points.push(LeafPoints {
            unit: code(unit),
            criterion: criterion.parse().unwrap(),
            source,
            value,
            last: true,
            basis: Basis::Ledger {
                stage: Stage::Appraisal2,
                input: None,
                version: 1,
            },
        });
    }

    /// Posts points of a leaf by its usual source; the recheck changes nothing.
    pub(super) fn give(&mut self, unit: &str, criterion: &str, points: Points) {
        let source = match criterion {
            "V.1" => Source::Survey,
            "VI.1" => Source::Leaders,
            _ => Source::Ledger,
        };
        self.post(unit, criterion, source, Value::Points(points));
        if source == Source::Survey {
            self.post(unit, criterion, Source::Recheck, Value::Points(Points::ZERO));
        }
    }

    /// A unit with the points of I, II, III, IV, V, VI and the penalty.
    pub(super) fn filled(&mut self, unit: &str, contents: [&str; 7]) {
        self.unit(unit);
        let [i, ii, iii, iv, v, vi, penalty] = contents.map(p);
        let second = ii.min(p("3"));
        let bonus = iv.min(p("5"));
        let leaves = [
            ("I.1", i),
            ("II.1", ii - second),
            ("II.2", second),
            ("III.1", iii),
            ("IV.1", bonus),
            ("IV.2", iv - bonus),
            ("V.1", v),
            ("VI.1", vi),
            ("VII.1", penalty),
        ];
        for (leaf, points) in leaves {
            self.give(unit, leaf, points);
        }
    }

    /// A unit with so many points in all, most of them in I.
    pub(super) fn total(&mut self, unit: &str, total: &str) {
        let total = p(total);
        let first = total.min(p("39"));
        let second = (total - first).min(p("27"));
        let fifth = (total - first - second).min(p("14"));
        let third = (total - first - second - fifth).min(p("8"));
        let sixth = (total - first - second - fifth - third).min(p("4"));
        let fourth = total - first - second - third - fifth - sixth;
        let [a, b, c, d, e, f] = [first, second, third, fourth, fifth, sixth].map(|p| p.to_string());
        self.filled(unit, [&a, &b, &c, &d, &e, &f, "0"]);
    }

    pub(super) fn bar(&mut self, unit: &str, highest_class: Class) {
        self.bars.push(Bar {
            highest_class,
            unit: code(unit),
            document: "Kết luận số 5/KL-TTT".to_owned(),
        });
    }

    pub(super) fn decide(&mut self, units: &[&str], places: usize, chosen: &[&str]) {
        self.ties.push(TieDecision {
            unit_type: department(),
            units: units.iter().map(|u| code(u)).collect(),
            places,
            chosen: chosen.iter().map(|u| code(u)).collect(),
            document: "Biên bản số 7/BB-HĐ".to_owned(),
        });
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            rules: &self.rules,
            unit_types: &self.types,
            units: &self.units,
            points: &self.points,
            ties: &self.ties,
            bars: &self.bars,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        compute(&self.input())
    }

    pub(super) fn result(&self, unit: &str) -> UnitResult {
        self.outcome()
            .units
            .into_iter()
            .find(|u| u.unit == code(unit))
            .unwrap()
    }
}
