//! The printed results against the computed ones, field by field.

use std::collections::BTreeMap;

use super::report::{Check, Fault};
use super::{Document, Results};
use crate::kernel::UnitCode;
use crate::ranking::{Class, Gap, Outcome, UnitResult};

/// Every leaf of every ranked unit has its points, once.
pub(super) fn complete(document: &Document, outcome: &Outcome) -> Check {
    let path = |unit: &UnitCode| format!("inputs.points[{unit}]");
    let mut faults: Vec<Fault> = outcome
        .missing()
        .map(|m| {
            let source = source_name(m.source);
            let what = match &m.gap {
                Gap::NoPost | Gap::NotFinal => "thiếu điểm",
                Gap::NotComputable(_) => "chưa tính được điểm",
                Gap::Behind => "điều chỉnh không theo số phiếu khảo sát hiện tại",
            };
            Fault::noted(format!("{}.{}[{source}]", path(&m.unit), m.criterion), what)
        })
        .collect();
    let mut checked = 0;
    for unit in &document.inputs.points {
        checked += unit.leaves.len();
        for pair in unit.leaves.windows(2) {
            if let [a, b] = pair
                && (&a.criterion, a.source) >= (&b.criterion, b.source)
            {
                let path = format!("{}.{}[{}]", path(&unit.unit), b.criterion, source_name(b.source));
                faults.push(Fault::noted(path, "trùng hoặc sai thứ tự"));
            }
        }
    }
    Check::new("Đủ điểm của mọi tiêu chí", checked, faults)
}

/// Three checks: contents and totals; ranks; quota, classes and reasons.
pub(super) fn results(printed: &Results, computed: &Outcome) -> [Check; 3] {
    let right: BTreeMap<&UnitCode, &UnitResult> = computed.units.iter().map(|u| (&u.unit, u)).collect();
    let (mut totals, mut ranks, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    for found in &printed.units {
        let path = format!("results.units[{}]", found.unit);
        let Some(right) = right.get(&found.unit) else {
            totals.push(Fault::noted(path, "đơn vị không có trong danh sách"));
            continue;
        };
        unit_totals(&path, found, right, &mut totals);
        unit_rank(&path, found, right, &mut ranks);
        unit_class(&path, found, right, &mut classes);
    }
    for unit in &computed.units {
        if !printed.units.iter().any(|found| found.unit == unit.unit) {
            totals.push(Fault::noted(
                format!("results.units[{}]", unit.unit),
                "thiếu kết quả của đơn vị",
            ));
        }
    }
    quota(printed, computed, &mut classes);
    let checked = printed.units.len();
    [
        Check::new("Điểm từng nội dung, điểm trừ, tổng điểm", checked, totals),
        Check::new("Thứ hạng", checked, ranks),
        Check::new("Chỉ tiêu xuất sắc, xếp loại và lý do", checked, classes),
    ]
}

fn unit_totals(path: &str, found: &UnitResult, right: &UnitResult, faults: &mut Vec<Fault>) {
    for (a, b) in found.contents.iter().zip(&right.contents) {
        if a.code != b.code {
            faults.push(Fault::differs(format!("{path}.contents"), &a.code, &b.code));
        } else if a.points != b.points {
            faults.push(Fault::differs(
                format!("{path}.contents.{}", b.code),
                a.points,
                b.points,
            ));
        }
    }
    if found.contents.len() != right.contents.len() {
        let (a, b) = (found.contents.len(), right.contents.len());
        faults.push(Fault::differs(
            format!("{path}.contents"),
            format!("{a} nội dung"),
            b,
        ));
    }
    if found.penalty != right.penalty {
        faults.push(Fault::differs(
            format!("{path}.penalty"),
            found.penalty,
            right.penalty,
        ));
    }
    if found.total != right.total {
        faults.push(Fault::differs(format!("{path}.total"), found.total, right.total));
    }
}

fn unit_rank(path: &str, found: &UnitResult, right: &UnitResult, faults: &mut Vec<Fault>) {
    if found.rank != right.rank {
        faults.push(Fault::differs(format!("{path}.rank"), found.rank, right.rank));
    }
    if found.tied != right.tied {
        faults.push(Fault::differs(format!("{path}.tied"), found.tied, right.tied));
    }
}

fn unit_class(path: &str, found: &UnitResult, right: &UnitResult, faults: &mut Vec<Fault>) {
    let class = |class: Option<Class>| class.map_or("–", Class::name);
    if found.class != right.class {
        faults.push(Fault::differs(
            format!("{path}.class"),
            class(found.class),
            class(right.class),
        ));
    }
    if found.name != right.name {
        faults.push(Fault::differs(format!("{path}.name"), &found.name, &right.name));
    }
    if found.unit_type != right.unit_type {
        faults.push(Fault::differs(
            format!("{path}.unit_type"),
            &found.unit_type,
            &right.unit_type,
        ));
    }
    for (at, (a, b)) in found.reasons.iter().zip(&right.reasons).enumerate() {
        if a != b {
            faults.push(Fault::differs(
                format!("{path}.reasons[{at}]"),
                quoted(a),
                quoted(b),
            ));
        }
    }
    if found.reasons.len() != right.reasons.len() {
        let (a, b) = (found.reasons.len(), right.reasons.len());
        faults.push(Fault::differs(format!("{path}.reasons"), format!("{a} lý do"), b));
    }
}

fn quota(printed: &Results, computed: &Outcome, faults: &mut Vec<Fault>) {
    for (a, b) in printed.types.iter().zip(&computed.types) {
        let path = format!("results.types[{}]", b.unit_type);
        if (&a.unit_type, &a.name) != (&b.unit_type, &b.name) {
            faults.push(Fault::differs(&path, &a.name, &b.name));
        }
        let counts = [
            ("quota_base", a.quota_base, b.quota_base),
            ("quota", a.quota, b.quota),
            ("excellent", a.excellent, b.excellent),
        ];
        for (name, a, b) in counts {
            if a != b {
                faults.push(Fault::differs(format!("{path}.{name}"), a, b));
            }
        }
    }
    if printed.types.len() != computed.types.len() {
        faults.push(Fault::differs(
            "results.types",
            printed.types.len(),
            computed.types.len(),
        ));
    }
    if printed.open_ties != computed.open_ties {
        faults.push(Fault::noted(
            "results.open_ties",
            "khác với các trường hợp bằng điểm tính lại",
        ));
    }
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}

pub(super) const fn source_name(source: crate::index_points::Source) -> &'static str {
    use crate::index_points::Source;
    match source {
        Source::Survey => "survey",
        Source::Recheck => "recheck",
        Source::Leaders => "leaders",
        Source::Ledger => "ledger",
    }
}
