//! A thousand units with sixty leaves each.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chiso_domain::cycle::{Criterion, IndexSet, Policy, Rule, RuleSet, Unit, UnitType};
use chiso_domain::index_points::{Basis, Source, Stage, Value};
use chiso_domain::kernel::{Points, UnitTypeCode};
use chiso_domain::ranking::{Input, LeafPoints, compute};

use crate::measure::{Turns, median, thousandths};
use crate::report::{Line, Report, Wanted};

const UNITS: usize = 1_000;
const LEAVES: usize = 60;
/// The first turn of each is not counted.
const TURNS: usize = 12;

pub(crate) fn run(report: &mut Report) {
    let world = World::new();
    let numbers: Vec<(usize, i64)> = world
        .points
        .iter()
        .enumerate()
        .map(|(n, p)| (n / LEAVES, parts(p)))
        .collect();
    let mut turns = Turns::default();
    for turn in 0..TURNS {
        let bare = timed(|| bare(&numbers));
        let ours = timed(|| compute(&world.input()));
        if turn > 0 {
            turns.bare.push(bare);
            turns.ours.push(ours);
        }
    }
    let outcome = compute(&world.input());
    assert_eq!((outcome.units.len(), outcome.missing().count()), (UNITS, 0));
    let millis = |time: Duration| {
        format!(
            "{}.{:02} ms",
            time.as_micros() / 1_000,
            time.as_micros() % 1_000 / 10
        )
    };
    let (ours, naive) = (median(&turns.ours), median(&turns.bare));
    report.add(Line {
        what: "Ranking of 1,000 units × 60 leaves".to_owned(),
        measured: millis(ours),
        against: format!("{} (summing and sorting)", millis(naive)),
        ratio: Some(thousandths(naive, ours)),
        wanted: Wanted::AtMost {
            limit: 50,
            found: ours.as_millis(),
            unit: "ms",
        },
    });
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    let result = work();
    let time = started.elapsed();
    black_box(result);
    time
}

/// What nobody can do without: a sum per unit, sorted.
fn bare(numbers: &[(usize, i64)]) -> Vec<i64> {
    let mut totals = vec![0; UNITS];
    for (unit, points) in black_box(numbers) {
        totals[*unit] += points;
    }
    totals.sort_unstable();
    totals
}

fn parts(points: &LeafPoints) -> i64 {
    match points.value {
        Value::Points(points) => points.parts(),
        _ => 0,
    }
}

struct World {
    rules: RuleSet,
    types: Vec<UnitType>,
    units: Vec<Unit>,
    points: Vec<LeafPoints>,
}

impl World {
    fn new() -> Self {
        let types: Vec<UnitType> = [("department", 1), ("commune", 2)]
            .map(|(code, order)| unit_type(code, order))
            .into();
        let index_sets: BTreeMap<UnitTypeCode, IndexSet> =
            types.iter().map(|t| (t.code.clone(), set())).collect();
        let units: Vec<Unit> = (0..UNITS)
            .map(|n| unit(n, &types[n % types.len()].code))
            .collect();
        let set = set();
        let leaves: Vec<&Criterion> = set.leaves().collect();
        assert_eq!(leaves.len(), LEAVES);
        let points = units.iter().enumerate().flat_map(|(n, unit)| {
            leaves
                .iter()
                .enumerate()
                .map(move |(m, leaf)| post(unit, leaf, n * 31 + m * 7))
        });
        Self {
            points: points.collect(),
            rules: RuleSet {
                format: 1,
                index_sets,
                policy: Policy::default(),
            },
            types,
            units,
        }
    }

    fn input(&self) -> Input<'_> {
        Input {
            rules: &self.rules,
            unit_types: &self.types,
            units: &self.units,
            points: &self.points,
            ties: &[],
            bars: &[],
        }
    }
}

fn unit_type(code: &str, order: i32) -> UnitType {
    UnitType {
        code: code.parse().unwrap(),
        name: format!("Loại {order}"),
        name_en: String::new(),
        order,
    }
}

fn unit(n: usize, unit_type: &UnitTypeCode) -> Unit {
    Unit {
        code: format!("DV{n:04}").parse().unwrap(),
        name: format!("Đơn vị số {n}"),
        unit_type: unit_type.clone(),
        order: i32::try_from(n).unwrap(),
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    }
}

/// Six contents of ten leaves each, as deep as the printed ones.
fn set() -> IndexSet {
    let row = |code: String, max: Points, rule: Rule| Criterion {
        name: format!("Tiêu chí {code}"),
        code: code.parse().unwrap(),
        name_en: String::new(),
        max,
        rule,
        evidence: String::new(),
        appraiser: Some("SNV".parse().unwrap()),
        origin: String::new(),
    };
    let mut rows = Vec::new();
    for (content, max) in [
        ("I", 40),
        ("II", 20),
        ("III", 10),
        ("IV", 10),
        ("V", 10),
        ("VI", 10),
    ] {
        rows.push(row(
            content.to_owned(),
            Points::whole(max),
            Rule::Sum { cap: None },
        ));
        for half in 1..=2 {
            let part = Points::from_parts(Points::whole(max).parts() / 2);
            rows.push(row(format!("{content}.{half}"), part, Rule::Sum { cap: None }));
            for leaf in 1..=5 {
                let points = Points::from_parts(part.parts() / 5);
                rows.push(row(
                    format!("{content}.{half}.{leaf}"),
                    points,
                    Rule::Ratio { floor_percent: 0 },
                ));
            }
        }
    }
    IndexSet {
        title: "Chỉ số".to_owned(),
        rows,
    }
}

/// Between a half and all of a leaf's points, in hundredths.
fn post(unit: &Unit, leaf: &Criterion, n: usize) -> LeafPoints {
    let steps = leaf.max.parts() / 200;
    let lost = i64::try_from(n % 97).unwrap() * steps / 97;
    LeafPoints {
        unit: unit.code.clone(),
        criterion: leaf.code.clone(),
        source: Source::Ledger,
        value: Value::Points(Points::from_parts(leaf.max.parts() - lost * 100)),
        last: true,
        basis: Basis::Ledger {
            stage: Stage::Appraisal2,
            input: None,
            version: 1,
        },
    }
}
