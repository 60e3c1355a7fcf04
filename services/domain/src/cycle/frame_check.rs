//! Whether a cycle can be opened: everything present, fitting together, each fault with its field.
//!
//! All faults are collected; opening freezes the frame, so nothing half-right may pass.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::Window;
use super::policy::GroupHandling;
use super::{Criterion, Cycle, IndexSet, Reassignment, Rule};
use crate::index_set::{check, needs_appraiser};
use crate::kernel::{Decimals, Points, UnitCode, UnitTypeCode};
use crate::survey::ALL_GROUPS;

/// Something of the frame that is missing or does not fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameFault {
    /// Path of the field: `calendar.SELF_SCORING`, `policy.classes.good_min`.
    pub field: String,
    /// What is wrong and what to do.
    pub vi: String,
}

impl FrameFault {
    pub(super) fn new(field: impl Into<String>, vi: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            vi: vi.into(),
        }
    }
}

impl Cycle {
    /// All that stands in the way of opening the cycle.
    #[must_use]
    pub fn opening_faults(&self) -> Vec<FrameFault> {
        let mut faults = self.missing_parts();
        faults.extend(self.rules.policy.faults());
        faults.extend(self.calendar.faults());
        faults.extend(self.missing_windows());
        faults.extend(self.unit_faults());
        faults.extend(self.index_set_faults());
        faults.extend(self.council_faults());
        faults.extend(self.recusal_faults());
        faults
    }

    fn missing_parts(&self) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        if self.unit_types.is_empty() {
            faults.push(FrameFault::new(
                "unit_types",
                "Chưa có loại hình. Nhập danh sách đơn vị từ mẫu XLSX.",
            ));
        }
        if !self.units.values().any(|unit| unit.ranked) {
            faults.push(FrameFault::new(
                "units",
                "Chưa có đơn vị nào được xếp hạng. Nhập danh sách đơn vị từ mẫu XLSX.",
            ));
        }
        if self.council.is_empty() {
            faults.push(FrameFault::new(
                "council",
                "Chưa có Hội đồng thẩm định. Nêu các cơ quan của Hội đồng.",
            ));
        }
        faults
    }

    fn missing_windows(&self) -> Vec<FrameFault> {
        let rules = || {
            self.rules
                .index_sets
                .values()
                .flat_map(|set| &set.rows)
                .map(|row| &row.rule)
        };
        let surveyed = rules().any(|rule| matches!(rule, Rule::Survey { .. }));
        let needed = Window::ALL.into_iter().filter(|window| match window {
            Window::Survey | Window::Recheck => surveyed,
            Window::ExternalIndex => rules().any(|rule| matches!(rule, Rule::External { .. })),
            Window::Leaders => rules().any(|rule| matches!(rule, Rule::Leaders)),
            _ => true,
        });
        needed
            .filter(|window| self.calendar.span(*window, None).is_none())
            .map(|window| {
                let vi = format!("Chưa đặt thời gian {}. Bổ sung vào lịch.", window.vi());
                FrameFault::new(format!("calendar.{}", window.name()), vi)
            })
            .collect()
    }

    fn unit_faults(&self) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        for unit in self
            .units
            .values()
            .filter(|unit| !self.unit_types.contains_key(&unit.unit_type))
        {
            let vi = format!(
                "Loại hình “{}” không có. Thêm loại hình hoặc sửa đơn vị.",
                unit.unit_type
            );
            faults.push(FrameFault::new(format!("units.{}", unit.code), vi));
        }
        for code in self
            .unit_types
            .keys()
            .filter(|code| !self.rules.index_sets.contains_key(*code))
        {
            let vi = format!("Loại hình “{code}” chưa có chỉ số. Nhập chỉ số từ mẫu XLSX.");
            faults.push(FrameFault::new(format!("index_sets.{code}"), vi));
        }
        faults
    }

    fn index_set_faults(&self) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        for (code, set) in &self.rules.index_sets {
            let at = |row: &Criterion| format!("index_sets.{code}.{}", row.code);
            for fault in check(set) {
                let whole = || format!("index_sets.{code}");
                let field = set.rows.get(fault.row).map_or_else(whole, at);
                faults.push(FrameFault::new(field, fault.fault.vi()));
            }
            for row in &set.rows {
                let of_row = self.row_faults(row).into_iter();
                faults.extend(of_row.map(|vi| FrameFault::new(at(row), vi)));
            }
            faults.extend(self.policy_gaps(code, set));
        }
        faults
    }

    /// Where a row does not fit the cycle's decimals or council.
    fn row_faults(&self, row: &Criterion) -> Vec<String> {
        let mut faults = Vec::new();
        let decimals = self.rules.policy.decimals;
        if !fits(row, decimals) {
            let places = decimals.get();
            faults.push(format!(
                "Điểm của dòng này lẻ hơn {places} chữ số thập phân của đợt."
            ));
        }
        let outside = |agency: &&UnitCode| needs_appraiser(&row.rule) && !self.council.contains(agency);
        if let Some(agency) = row.appraiser.as_ref().filter(outside) {
            faults.push(format!(
                "Cơ quan thẩm định {agency} không thuộc Hội đồng. Thêm vào Hội đồng hoặc sửa chỉ số."
            ));
        }
        faults
    }

    /// Where the policy does not fit an index set: contents that break ties, a way to join groups.
    fn policy_gaps(&self, code: &UnitTypeCode, set: &IndexSet) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        let policy = &self.rules.policy;
        for content in &policy.classes.tie_break {
            if !set.contents().any(|row| row.code.as_str() == content) {
                let vi = format!(
                    "Chỉ số của loại hình {code} không có nội dung {content} dùng để phân định khi bằng điểm."
                );
                faults.push(FrameFault::new("policy.classes.tie_break", vi));
            }
        }
        let of_all = |row: &&Criterion| matches!(&row.rule, Rule::Survey { group, .. } if group.as_str() == ALL_GROUPS);
        let unjoined = policy.survey.groups == GroupHandling::OwnMaximum;
        if let Some(row) = set.leaves().find(of_all).filter(|_| unjoined) {
            let vi = format!(
                "Tiêu chí {} lấy điểm của mọi đối tượng khảo sát nhưng quy định không nói cách gộp. Chọn một cách tính \
                 trung bình ở mục gộp các đối tượng khảo sát.",
                row.code
            );
            faults.push(FrameFault::new("policy.survey.groups", vi));
        }
        let weighted = matches!(
            policy.survey.groups,
            GroupHandling::EqualWeight | GroupHandling::PlannedWeight
        );
        let rechecked = policy.recheck.rate_percent > 0 || policy.recheck.minimum > 0;
        // Single void slips cannot be taken out of a mean of means.
        if let Some(row) = set.leaves().find(of_all).filter(|_| weighted && rechecked) {
            let vi = format!(
                "Tiêu chí {} tính trung bình của các đối tượng khảo sát nên không thể trừ phiếu bị phúc tra loại. Chọn \
                 trung bình của mọi phiếu, hoặc đặt tỷ lệ và số phiếu phúc tra ít nhất bằng 0.",
                row.code
            );
            faults.push(FrameFault::new("policy.survey.groups", vi));
        }
        faults
    }

    /// What is wrong with the council and its reassignments.
    #[must_use]
    pub fn council_faults(&self) -> Vec<FrameFault> {
        let mut faults: Vec<_> = repeated(&self.council)
            .into_iter()
            .map(|agency| FrameFault::new("council", format!("Cơ quan {agency} lặp lại trong Hội đồng.")))
            .collect();
        for (at, reassignment) in self.reassignments.iter().enumerate() {
            for fault in self.reassignment_faults(reassignment) {
                faults.push(FrameFault::new(
                    format!("reassignments[{at}].{}", fault.field),
                    fault.vi,
                ));
            }
        }
        faults
    }

    /// What is wrong with a reassignment, by its fields.
    #[must_use]
    pub fn reassignment_faults(&self, r: &Reassignment) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        let mut note = |wrong: bool, field: &str, vi: String| {
            if wrong {
                faults.push(FrameFault::new(field, vi));
            }
        };
        for (field, agency) in [("agency", &r.agency), ("substitute", &r.substitute)] {
            let vi = format!("Cơ quan {agency} không thuộc Hội đồng.");
            note(!self.council.contains(agency), field, vi);
        }
        note(
            r.agency == r.substitute,
            "substitute",
            "Cơ quan thay thế phải khác cơ quan được thay.".to_owned(),
        );
        note(
            r.reason.is_empty(),
            "reason",
            "Thiếu lý do. Ghi lý do phân công lại.".to_owned(),
        );
        if let Some(unit) = &r.unit {
            note(
                !self.units.contains_key(unit),
                "unit",
                format!("Không có đơn vị {unit} trong đợt."),
            );
            let vi = format!("{unit} không được thẩm định chính mình. Chọn cơ quan khác.");
            note(r.substitute == *unit, "substitute", vi);
        }
        if let Some(criterion) = &r.criterion {
            let known = self
                .rules
                .index_sets
                .values()
                .any(|set| set.leaf(criterion).is_some());
            note(
                !known,
                "criterion",
                format!("Không có tiêu chí {criterion} trong chỉ số nào."),
            );
        }
        faults
    }

    /// Units with leaves that nobody may decide: the council agency is the unit itself and has no
    /// substitute (4.13). One fault per unit, with its leaves.
    #[must_use]
    pub fn recusal_faults(&self) -> Vec<FrameFault> {
        let mut gaps: BTreeMap<&UnitCode, Vec<&str>> = BTreeMap::new();
        for unit in self.units.keys() {
            let leaves = self.index_set(unit).into_iter().flat_map(|set| set.leaves());
            for leaf in leaves.filter(|leaf| leaf.appraiser.as_ref() == Some(unit)) {
                if needs_appraiser(&leaf.rule) && self.appraiser(unit, &leaf.code).is_none() {
                    gaps.entry(unit).or_default().push(leaf.code.as_str());
                }
            }
        }
        let fault = |(unit, leaves): (&UnitCode, Vec<&str>)| {
            let vi = format!(
                "{unit} không được thẩm định chính mình. Chỉ định cơ quan thay thế cho: {}.",
                leaves.join(", ")
            );
            FrameFault::new(format!("reassignments.{unit}"), vi)
        };
        gaps.into_iter().map(fault).collect()
    }
}

fn fits(row: &Criterion, decimals: Decimals) -> bool {
    let of_rule: Vec<Points> = match &row.rule {
        Rule::Sum { cap } => cap.iter().copied().collect(),
        Rule::Tier { tiers } => tiers.iter().map(|tier| tier.points).collect(),
        Rule::Deduct { each, .. } => vec![*each],
        Rule::Add { each, cap, .. } => vec![*each, *cap],
        Rule::Penalty { kinds, cap } => kinds.iter().map(|kind| kind.each).chain(*cap).collect(),
        Rule::Bool | Rule::Ratio { .. } | Rule::External { .. } | Rule::Survey { .. } | Rule::Leaders => {
            Vec::new()
        }
    };
    row.max.fits(decimals) && of_rule.iter().all(|points| points.fits(decimals))
}

fn repeated(codes: &[UnitCode]) -> Vec<&UnitCode> {
    let mut seen = BTreeSet::new();
    codes.iter().filter(|code| !seen.insert(*code)).collect()
}
