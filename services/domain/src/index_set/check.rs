//! Whether an index set is well formed and adds up; every fault is collected with its place.

use std::collections::BTreeSet;

use super::{TOTAL, notation, total};
use crate::cycle::{Criterion, IndexSet, PenaltyKind, Rule, Tier};
use crate::kernel::{CriterionCode, Points};

/// Column of an index set in which a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Code.
    Code,
    /// Vietnamese name.
    Name,
    /// Maximum.
    Max,
    /// Scoring rule.
    Rule,
    /// Who appraises.
    Appraiser,
}

/// A fault with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Index of the row, from 0.
    pub row: usize,
    /// Column.
    pub column: Column,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a row or with the set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not letters, then numbers, with points between.
    #[error("code {0} is not like II.3.2")]
    CodeMalformed(CriterionCode),
    /// Two rows have it.
    #[error("code {0} occurs twice")]
    CodeTwice(CriterionCode),
    /// The parent is missing or comes later.
    #[error("parent {0} does not come before")]
    ParentMissing(CriterionCode),
    /// The parent is scored itself.
    #[error("parent {0} is not a sum")]
    ParentNotSum(CriterionCode),
    /// A sum of nothing.
    #[error("sum without children")]
    NoChildren,
    /// No name.
    #[error("name is empty")]
    NameMissing,
    /// A row that is not a penalty has no maximum.
    #[error("maximum is not above zero")]
    MaxNotPositive,
    /// A penalty has a maximum.
    #[error("penalty with a maximum")]
    PenaltyWithMax,
    /// The parts do not add up.
    #[error("parts add up to {found}, not {max}")]
    PartsDoNotAddUp {
        /// The row's maximum.
        max: Points,
        /// Sum of its children.
        found: Points,
    },
    /// The contents do not add up.
    #[error("contents add up to {0}, not 100")]
    TotalNot100(Points),
    /// Penalties stand beside other criteria.
    #[error("penalties mixed with other criteria")]
    PenaltyMixed,
    /// No step gives the maximum.
    #[error("top step is {top}, not {max}")]
    TierTop {
        /// The best step.
        top: Points,
        /// The row's maximum.
        max: Points,
    },
    /// Two steps with the same label, or one without.
    #[error("label {0:?} is empty or occurs twice")]
    LabelTwice(String),
    /// A number of points below zero where that makes no sense, or a zero step.
    #[error("points are not above zero")]
    EachNotPositive,
    /// Floor outside 1 to 100.
    #[error("floor of {0}%")]
    Floor(u32),
    /// Full score of another index is zero.
    #[error("scale is zero")]
    Scale,
    /// Ceiling above the maximum, or not above zero.
    #[error("ceiling {cap} does not fit maximum {max}")]
    Cap {
        /// The ceiling.
        cap: Points,
        /// The row's maximum.
        max: Points,
    },
    /// Cannot be written in the notation.
    #[error("text of the rule cannot be printed and read again")]
    NotPrintable,
    /// Nobody decides the leaf.
    #[error("no appraiser")]
    AppraiserMissing,
    /// The set has no row.
    #[error("no rows")]
    Empty,
}

impl Fault {
    /// What is wrong and what to do.
    #[must_use]
    pub fn vi(&self) -> String {
        match self {
            Self::CodeMalformed(code) => format!("Mã “{code}” không đúng dạng. Viết như II.3.2."),
            Self::CodeTwice(code) => format!("Mã {code} lặp lại. Mỗi mã chỉ dùng một lần."),
            Self::ParentMissing(code) => {
                format!("Dòng cha {code} không có ở phía trên. Thêm dòng {code} hoặc sửa mã.")
            }
            Self::ParentNotSum(code) => format!("Dòng cha {code} phải có cách chấm “sum” vì có dòng con."),
            Self::NoChildren => "Dòng “sum” không có dòng con. Thêm dòng con hoặc đổi cách chấm.".to_owned(),
            Self::NameMissing => "Thiếu tên tiêu chí. Điền ô này.".to_owned(),
            Self::MaxNotPositive => "Điểm tối đa phải lớn hơn 0.".to_owned(),
            Self::PenaltyWithMax => "Dòng điểm trừ không có điểm tối đa. Để trống hoặc ghi “–”.".to_owned(),
            Self::PartsDoNotAddUp { max, found } => {
                format!("Các dòng con cộng lại {found} điểm, dòng cha ghi {max}. Sửa cho bằng nhau.")
            }
            Self::TotalNot100(found) => {
                format!("Các nội dung (không kể điểm trừ) cộng lại {found} điểm, phải là 100.")
            }
            Self::PenaltyMixed => {
                "Điểm trừ phải đứng riêng một nội dung, không lẫn với tiêu chí khác.".to_owned()
            }
            Self::TierTop { top, max } => {
                format!("Mức cao nhất là {top} điểm, điểm tối đa ghi {max}. Sửa cho bằng nhau.")
            }
            Self::LabelTwice(label) => format!("Mức “{label}” trống hoặc lặp lại. Mỗi mức một tên riêng."),
            Self::EachNotPositive => {
                "Số điểm trong cách chấm phải lớn hơn 0 (mức của tier: từ 0).".to_owned()
            }
            Self::Floor(floor) => format!("Sàn {floor}% không hợp lệ. Ghi từ 1% đến 100%."),
            Self::Scale => "Thang điểm của chỉ số khác phải lớn hơn 0.".to_owned(),
            Self::Cap { cap, max } => {
                format!("Trần {cap} phải lớn hơn 0 và không quá điểm tối đa {max}.")
            }
            Self::NotPrintable => {
                "Chữ trong cách chấm có dấu “;”, “/” hoặc “, trần” gây hiểu lầm. Viết lại.".to_owned()
            }
            Self::AppraiserMissing => "Thiếu cơ quan thẩm định. Ghi mã cơ quan của Hội đồng.".to_owned(),
            Self::Empty => "Không có tiêu chí nào dưới dòng tiêu đề.".to_owned(),
        }
    }
}

/// All faults of a set, in the order of its rows.
#[must_use]
pub fn check(set: &IndexSet) -> Vec<RowFault> {
    let mut faults = check_rows(set);
    faults.extend(check_sums(set));
    faults.sort_by_key(|fault| (fault.row, fault.column));
    faults
}

/// Faults that rows have by themselves.
#[must_use]
pub fn check_rows(set: &IndexSet) -> Vec<RowFault> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, row) in set.rows.iter().enumerate() {
        let mut note = |column, fault| {
            faults.push(RowFault {
                row: at,
                column,
                fault,
            })
        };
        if !well_formed(&row.code) {
            note(Column::Code, Fault::CodeMalformed(row.code.clone()));
        }
        if !seen.insert(&row.code) {
            note(Column::Code, Fault::CodeTwice(row.code.clone()));
        }
        if row.name.is_empty() {
            note(Column::Name, Fault::NameMissing);
        }
        match row.rule {
            Rule::Penalty { .. } if row.max != Points::ZERO => note(Column::Max, Fault::PenaltyWithMax),
            Rule::Penalty { .. } | Rule::Sum { .. } => {}
            _ if row.max <= Points::ZERO => note(Column::Max, Fault::MaxNotPositive),
            _ => {}
        }
        for fault in rule_faults(row) {
            note(Column::Rule, fault);
        }
        if needs_appraiser(&row.rule) && row.appraiser.is_none() {
            note(Column::Appraiser, Fault::AppraiserMissing);
        }
    }
    faults
}

/// Faults of the set as a tree: parents, sums, the total.
#[must_use]
pub fn check_sums(set: &IndexSet) -> Vec<RowFault> {
    let mut faults = Vec::new();
    for (at, row) in set.rows.iter().enumerate() {
        let mut note = |column, fault| {
            faults.push(RowFault {
                row: at,
                column,
                fault,
            })
        };
        if let Some(parent) = row.code.parent() {
            match set.rows[..at].iter().find(|above| above.code == parent) {
                None => note(Column::Code, Fault::ParentMissing(parent)),
                Some(above) if above.rule.is_leaf() => note(Column::Rule, Fault::ParentNotSum(parent)),
                Some(_) => {}
            }
        }
        if let Rule::Sum { cap } = &row.rule {
            sum_faults(set, row, *cap)
                .into_iter()
                .for_each(|(column, fault)| note(column, fault));
        }
    }
    let first = set.rows.iter().position(|row| row.code.parent().is_none());
    let (row, found) = (first.unwrap_or(0), total(set));
    let fault = if set.rows.is_empty() {
        Fault::Empty
    } else {
        Fault::TotalNot100(found)
    };
    if found != TOTAL {
        faults.push(RowFault {
            row,
            column: Column::Max,
            fault,
        });
    }
    faults
}

/// Whether a council agency has to decide rows of that rule: not sums, survey and leaders.
#[must_use]
pub const fn needs_appraiser(rule: &Rule) -> bool {
    !matches!(rule, Rule::Sum { .. } | Rule::Survey { .. } | Rule::Leaders)
}

fn well_formed(code: &CriterionCode) -> bool {
    let mut parts = code.as_str().split('.');
    let content = parts.next().unwrap_or("");
    let number =
        |part: &str| !part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty();
    !content.is_empty() && content.bytes().all(|b| b.is_ascii_uppercase()) && parts.all(number)
}

fn sum_faults(set: &IndexSet, row: &Criterion, cap: Option<Points>) -> Vec<(Column, Fault)> {
    let children: Vec<_> = set.children(&row.code).collect();
    if children.is_empty() {
        return vec![(Column::Rule, Fault::NoChildren)];
    }
    // A nested sum counts as a penalty when it has no maximum; it is checked at its own row.
    let penalty = |child: &&Criterion| match child.rule {
        Rule::Penalty { .. } => true,
        Rule::Sum { .. } => child.max == Points::ZERO,
        _ => false,
    };
    let mut faults = Vec::new();
    let penalties = children.iter().filter(|child| penalty(child)).count();
    if penalties > 0 && penalties < children.len() {
        faults.push((Column::Rule, Fault::PenaltyMixed));
    }
    if penalties == 0 && row.max <= Points::ZERO {
        faults.push((Column::Max, Fault::MaxNotPositive));
    }
    let (max, found) = (row.max, children.iter().map(|child| child.max).sum());
    // Below a ceiling the parts may offer more than can be had: five bonus items of 9.5 give 8.
    if found != max && (cap.is_none() || found < max) {
        faults.push((Column::Max, Fault::PartsDoNotAddUp { max, found }));
    }
    faults
}

fn rule_faults(row: &Criterion) -> Vec<Fault> {
    let mut faults = match &row.rule {
        Rule::Sum { cap } => cap.map_or_else(Vec::new, |cap| cap_faults(cap, row.max)),
        Rule::Bool | Rule::Survey { .. } | Rule::Leaders => Vec::new(),
        Rule::Tier { tiers } => tier_faults(tiers, row.max),
        Rule::Ratio { floor_percent } if !(1..=100).contains(floor_percent) => {
            vec![Fault::Floor(*floor_percent)]
        }
        Rule::Ratio { .. } => Vec::new(),
        Rule::Deduct { each, .. } => each_faults(*each),
        Rule::Add { each, cap, .. } => [each_faults(*each), cap_faults(*cap, row.max)].concat(),
        Rule::External { scale: 0 } => vec![Fault::Scale],
        Rule::External { .. } => Vec::new(),
        Rule::Penalty { kinds, cap } => penalty_faults(kinds, *cap),
    };
    if notation::parse(&notation::print(&row.rule)).as_ref() != Ok(&row.rule) {
        faults.push(Fault::NotPrintable);
    }
    faults
}

fn each_faults(each: Points) -> Vec<Fault> {
    if each > Points::ZERO {
        Vec::new()
    } else {
        vec![Fault::EachNotPositive]
    }
}

fn cap_faults(cap: Points, max: Points) -> Vec<Fault> {
    if Points::ZERO < cap && cap <= max {
        Vec::new()
    } else {
        vec![Fault::Cap { cap, max }]
    }
}

fn tier_faults(tiers: &[Tier], max: Points) -> Vec<Fault> {
    let mut faults = label_faults(tiers.iter().map(|tier| tier.label.as_str()));
    if tiers.iter().any(|tier| tier.points < Points::ZERO) {
        faults.push(Fault::EachNotPositive);
    }
    let top = tiers.iter().map(|tier| tier.points).max().unwrap_or(Points::ZERO);
    if top != max {
        faults.push(Fault::TierTop { top, max });
    }
    faults
}

fn penalty_faults(kinds: &[PenaltyKind], cap: Option<Points>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if kinds.len() != 1 {
        faults.extend(label_faults(kinds.iter().map(|kind| kind.label.as_str())));
    }
    if kinds.is_empty() || kinds.iter().any(|kind| kind.each <= Points::ZERO) {
        faults.push(Fault::EachNotPositive);
    }
    if let Some(cap) = cap.filter(|cap| *cap <= Points::ZERO) {
        faults.push(Fault::Cap {
            cap,
            max: Points::ZERO,
        });
    }
    faults
}

fn label_faults<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    labels
        .filter(|label| label.is_empty() || !seen.insert(*label))
        .map(|label| Fault::LabelTwice(label.to_owned()))
        .collect()
}
