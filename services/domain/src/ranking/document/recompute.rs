//! Each leaf's points again from what they were computed from.

use std::collections::BTreeMap;

use super::compare::source_name;
use super::report::{Check, Fault};
use super::{CountedPoints, Document};
use crate::cycle::{Criterion, Policy, Rule, RuleSet};
use crate::index_points::{Basis, Source, Value};
use crate::kernel::{CriterionCode, Points};
use crate::leaders::Counted;
use crate::ranking::expected_sources;
use crate::scoring::Scored;
use crate::{index_set, leaders, recheck, scoring, survey};

/// Every row is the sum of its parts, the contents together 100.
pub(super) fn index_sets(rules: &RuleSet) -> Check {
    let mut faults = Vec::new();
    let mut checked = 0;
    for (unit_type, set) in &rules.index_sets {
        checked += set.rows.len();
        for fault in index_set::check_sums(set) {
            let row = set.rows.get(fault.row).map_or("", |row| row.code.as_str());
            let path = format!("rule_set.index_sets.{unit_type}.{row}");
            faults.push(Fault::noted(path, fault.fault.vi()));
        }
    }
    Check::new("Bộ chỉ số cộng đủ điểm", checked, faults)
}

/// One check per source.
pub(super) fn leaves(document: &Document) -> [Check; 4] {
    let mut checked = [0; 4];
    let mut faults: [Vec<Fault>; 4] = Default::default();
    let types: BTreeMap<_, _> = document.units.iter().map(|u| (&u.code, &u.unit_type)).collect();
    let mut rows = BTreeMap::new();
    for (unit_type, set) in &document.rule_set.index_sets {
        rows.insert(
            unit_type,
            set.leaves()
                .map(|leaf| (&leaf.code, leaf))
                .collect::<BTreeMap<_, _>>(),
        );
    }
    for unit in &document.inputs.points {
        let own = types.get(&unit.unit).and_then(|unit_type| rows.get(*unit_type));
        for leaf in &unit.leaves {
            let at = match leaf.source {
                Source::Survey => 0,
                Source::Recheck => 1,
                Source::Leaders => 2,
                Source::Ledger => 3,
            };
            checked[at] += 1;
            let path = format!(
                "inputs.points[{}].{}[{}]",
                unit.unit,
                leaf.criterion,
                source_name(leaf.source)
            );
            let row = own.and_then(|own| own.get(&leaf.criterion));
            let beside = || survey_basis(&unit.leaves, &leaf.criterion);
            let fault = match row {
                None => Some(Fault::noted(
                    path,
                    "không có tiêu chí này trong bộ chỉ số của đơn vị",
                )),
                Some(row) => check(&path, row, leaf, beside(), &document.rule_set.policy),
            };
            faults[at].extend(fault);
        }
    }
    let [survey, recheck, leaders, ledger] = faults;
    [
        Check::new("Điểm khảo sát từ số phiếu hợp lệ", checked[0], survey),
        Check::new("Điều chỉnh phúc tra từ số phiếu bị loại", checked[1], recheck),
        Check::new("Điểm của lãnh đạo từ các phiếu", checked[2], leaders),
        Check::new("Điểm thẩm định từ số liệu hoặc thang điểm", checked[3], ledger),
    ]
}

/// The survey's basis for the same leaf.
fn survey_basis(leaves: &[CountedPoints], criterion: &CriterionCode) -> Option<(i64, i64)> {
    let start = leaves.partition_point(|leaf| leaf.criterion < *criterion);
    let same = leaves[start..]
        .iter()
        .take_while(|leaf| leaf.criterion == *criterion);
    same.filter_map(|leaf| match leaf.basis {
        Basis::Survey { rated, sum } => Some((rated, sum)),
        _ => None,
    })
    .next()
}

fn check(
    path: &str,
    row: &Criterion,
    leaf: &CountedPoints,
    beside: Option<(i64, i64)>,
    policy: &Policy,
) -> Option<Fault> {
    let Value::Points(found) = leaf.value else {
        return excused(path, row, leaf, policy);
    };
    if !expected_sources(&row.rule).contains(&leaf.source) {
        return Some(Fault::noted(path, "tiêu chí này không lấy điểm từ nguồn đó"));
    }
    if !counts_fit(&leaf.basis, policy) {
        return Some(Fault::noted(
            format!("{path}.basis"),
            "số phiếu hoặc tổng không hợp lệ",
        ));
    }
    let decimals = scoring::decimals(policy);
    let computed = match (leaf.source, &leaf.basis) {
        (Source::Survey, &Basis::Survey { rated, sum }) => {
            survey::points(row.max, survey::Tally { rated, sum }, decimals)
        }
        (
            Source::Recheck,
            &Basis::Recheck {
                rated,
                sum,
                void_rated,
                void_sum,
            },
        ) => {
            // Where nothing is void nothing is taken off, whatever the survey says.
            if let Some((of, total)) = beside.filter(|basis| void_rated != 0 && *basis != (rated, sum)) {
                return Some(Fault::differs(
                    format!("{path}.basis"),
                    format!("{rated} phiếu, tổng {sum}"),
                    format!("{of} phiếu, tổng {total} (như khảo sát)"),
                ));
            }
            let void = survey::Tally {
                rated: void_rated,
                sum: void_sum,
            };
            recheck::adjustment(row, policy, survey::Tally { rated, sum }, void).and_then(points_of)
        }
        (Source::Leaders, &Basis::Leaders { counted, sum }) => {
            leaders::convert(row.max, decimals, &policy.leaders, Counted { counted, sum })
        }
        (Source::Ledger, Basis::Ledger { input, .. }) => {
            return ledger(path, row, found, input.as_ref(), policy);
        }
        _ => {
            return Some(Fault::noted(
                format!("{path}.basis"),
                "căn cứ không đúng loại của nguồn",
            ));
        }
    };
    match computed {
        Some(computed) if computed == found => None,
        Some(computed) => Some(Fault::differs(format!("{path}.value"), found, computed)),
        None => Some(Fault::noted(
            format!("{path}.value"),
            format!("ghi {found}, căn cứ không tính ra điểm"),
        )),
    }
}

/// A leaf that does not apply gives nothing to compute, unless inputs are said to make it so.
fn excused(path: &str, row: &Criterion, leaf: &CountedPoints, policy: &Policy) -> Option<Fault> {
    let Basis::Ledger {
        input: Some(input), ..
    } = &leaf.basis
    else {
        return None;
    };
    let applies = scoring::points(row, input, policy) != Ok(Scored::NotApplicable);
    applies.then(|| {
        Fault::noted(
            format!("{path}.value"),
            "số liệu không cho thấy tiêu chí không áp dụng",
        )
    })
}

/// Counts and sums that slips can have: a forged one must not break the computation that would find it.
fn counts_fit(basis: &Basis, policy: &Policy) -> bool {
    let fits = |counts: &[i64]| counts.iter().all(|count| (0..=i64::MAX / 2).contains(count));
    match basis {
        Basis::Survey { rated, sum } => fits(&[*rated, *sum]),
        Basis::Recheck {
            rated,
            sum,
            void_rated,
            void_sum,
        } => fits(&[*rated, *sum, *void_rated, *void_sum]),
        &Basis::Leaders { counted, sum } => Counted { counted, sum }.fits(&policy.leaders),
        Basis::Ledger { .. } => true,
    }
}

fn points_of(value: Value) -> Option<Points> {
    match value {
        Value::Points(points) => Some(points),
        Value::NotComputable(_) | Value::NotApplicable(_) => None,
    }
}

fn ledger(
    path: &str,
    row: &Criterion,
    found: Points,
    input: Option<&crate::index_points::LeafInput>,
    policy: &Policy,
) -> Option<Fault> {
    let value = format!("{path}.value");
    let Some(input) = input else {
        // Without inputs the points were given; nothing claimed and nothing taken off needs no scale.
        let refusal = scoring::on_scale(&row.rule, row.max, found, scoring::decimals(policy)).err();
        return refusal
            .filter(|_| found != Points::ZERO)
            .map(|refusal| Fault::noted(value, format!("ghi {found}, không đúng thang điểm: {refusal}")));
    };
    // A penalty may be posted with either sign; it is taken off.
    let amount = if matches!(row.rule, Rule::Penalty { .. }) {
        found.max(-found)
    } else {
        found
    };
    match scoring::points(row, input, policy) {
        Ok(scored) if scored.or_zero() == amount => None,
        Ok(scored) => Some(Fault::differs(value, found, scored.or_zero())),
        Err(refusal) => Some(Fault::noted(
            format!("{path}.basis"),
            format!("số liệu không hợp quy tắc: {refusal}"),
        )),
    }
}
