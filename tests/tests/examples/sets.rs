//! Index sets: rows as they stand in the workbook, and what a set must come to.

use std::collections::BTreeSet;
use std::path::Path;

use chiso_domain::cycle::{Criterion as Row, IndexSet};
use chiso_domain::index_set;
use chiso_domain::kernel::{CriterionCode, Points};

use crate::files::{body, points, sheet};

/// The columns of an index set.
const COLUMNS: [&str; 8] = [
    "Mã",
    "Tên tiêu chí",
    "Tên tiếng Anh",
    "Điểm tối đa",
    "Cách chấm",
    "Tài liệu kiểm chứng",
    "Thẩm định",
    "Nguồn",
];

/// One row of an index set.
pub(crate) struct Criterion {
    pub(crate) code: String,
    pub(crate) name: String,
    max: Option<Points>,
    pub(crate) rule: String,
    pub(crate) evidence: String,
    pub(crate) appraiser: String,
    pub(crate) origin: String,
}

/// What a set must come to.
pub(crate) struct Expected {
    pub(crate) file: &'static str,
    rows: usize,
    leaves: usize,
    contents: [i64; 6],
}

/// The sets of Decision 2419.
pub(crate) const PHU_THO: [Expected; 4] = [
    expected("chi-so-01.xlsx", 74, 55, 39, 27),
    expected("chi-so-02.xlsx", 79, 59, 39, 27),
    expected("chi-so-03.xlsx", 74, 54, 39, 27),
    expected("chi-so-04.xlsx", 72, 54, 39, 27),
];
/// The sets of 2025.
pub(crate) const TWO_TIER: [Expected; 4] = [
    expected("chi-so-01.xlsx", 74, 55, 39, 27),
    expected("chi-so-02.xlsx", 80, 60, 37, 29),
    expected("chi-so-03.xlsx", 74, 54, 39, 27),
    expected("chi-so-04.xlsx", 72, 54, 39, 27),
];

const fn expected(file: &'static str, rows: usize, leaves: usize, first: i64, second: i64) -> Expected {
    let contents = [first, second, 8, 8, 14, 4];
    Expected {
        file,
        rows,
        leaves,
        contents,
    }
}

/// The rows of a set.
pub(crate) fn criteria(path: &Path) -> Vec<Criterion> {
    body(&sheet(path, "Chỉ số"), &COLUMNS)
        .into_iter()
        .map(|row| Criterion {
            code: row[0].clone(),
            name: row[1].clone(),
            max: (!row[3].is_empty()).then(|| points(&row[3])),
            rule: row[4].clone(),
            evidence: row[5].clone(),
            appraiser: row[6].clone(),
            origin: row[7].clone(),
        })
        .collect()
}

/// Whether a row is scored itself.
pub(crate) fn is_leaf(row: &Criterion) -> bool {
    !row.rule.starts_with("sum")
}

fn parent(code: &str) -> Option<&str> {
    code.rsplit_once('.').map(|(parent, _)| parent)
}

/// The set adds up and has so many rows.
pub(crate) fn check_set(path: &Path, want: &Expected) {
    let rows = criteria(path);
    let at = path.display();
    assert_eq!(rows.len(), want.rows, "{at}");
    assert_eq!(rows.iter().filter(|r| is_leaf(r)).count(), want.leaves, "{at}");
    let mut seen = BTreeSet::new();
    for row in &rows {
        row.code
            .parse::<CriterionCode>()
            .unwrap_or_else(|e| panic!("{at}: {e}"));
        assert!(!row.name.is_empty(), "{at} {}", row.code);
        assert!(
            parent(&row.code).is_none_or(|p| seen.contains(p)),
            "{at}: {} before its parent",
            row.code
        );
        assert!(seen.insert(row.code.as_str()), "{at}: {} twice", row.code);
        let children: Vec<&Criterion> = rows
            .iter()
            .filter(|r| parent(&r.code) == Some(&row.code))
            .collect();
        assert_eq!(is_leaf(row), children.is_empty(), "{at} {}", row.code);
        assert_eq!(
            row.max.is_none(),
            row.code.starts_with("VII"),
            "{at} {}",
            row.code
        );
        if let (Some(max), false) = (row.max, children.is_empty()) {
            let sum: Points = children.iter().filter_map(|r| r.max).sum();
            assert_eq!(sum, max, "{at} {}", row.code);
        }
    }
    check_contents(path, &rows, want);
}

fn check_contents(path: &Path, rows: &[Criterion], want: &Expected) {
    let at = path.display();
    let contents: Vec<Points> = rows
        .iter()
        .filter(|r| !r.code.contains('.'))
        .filter_map(|r| r.max)
        .collect();
    assert_eq!(contents, want.contents.map(Points::whole), "{at}");
    assert_eq!(contents.into_iter().sum::<Points>(), Points::whole(100), "{at}");
    let penalties: Vec<&Criterion> = rows.iter().filter(|r| r.code.starts_with("VII.")).collect();
    assert_eq!(penalties.len(), 7, "{at}");
    assert!(penalties.iter().all(|r| r.rule.starts_with("penalty(")), "{at}");
    let by_others = |r: &&Criterion| !r.rule.starts_with("survey(") && !r.rule.starts_with("leader(");
    let own: Points = rows
        .iter()
        .filter(|r| is_leaf(r))
        .filter(by_others)
        .filter_map(|r| r.max)
        .sum();
    assert_eq!(own, Points::whole(82), "{at}");
    assert!(
        rows.iter()
            .any(|r| r.code == "II.7.1" && r.rule.starts_with("external(")),
        "{at}"
    );
}

/// A set as the rules see it; an appraiser that is no code stays out, as it decides nothing.
pub(crate) fn as_rules(path: &Path) -> IndexSet {
    let row = |row: Criterion| Row {
        code: row.code.parse().expect("a code"),
        rule: index_set::parse(&row.rule).unwrap_or_else(|e| panic!("{} {}: {e}", path.display(), row.code)),
        name: row.name,
        name_en: String::new(),
        max: row.max.unwrap_or_default(),
        evidence: row.evidence,
        appraiser: row.appraiser.parse().ok(),
        origin: row.origin,
    };
    IndexSet {
        title: String::new(),
        rows: criteria(path).into_iter().map(row).collect(),
    }
}
