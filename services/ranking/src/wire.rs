//! Results of the domain on the wire, and what is missing in words.

use chiso_domain::cycle::policy::{QuotaBase, QuotaRounding};
use chiso_domain::cycle::{Criterion, Cycle, IndexSet, Rule};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_domain::ranking::compare::share;
use chiso_domain::ranking::{
    Bar, Brought, Class, Gap, Missing, OpenTie, TieDecision, TypeSummary, UnitResult,
};
use chiso_wire::convert::{BadField, timestamp};
use chiso_wire::kernel as k;
use chiso_wire::ranking as pb;

/// Sentences about missing leaves per unit; more are counted.
const MISSING_MAX: usize = 20;

pub(crate) fn class_to_wire(class: Option<Class>) -> pb::Class {
    match class {
        None => pb::Class::Unspecified,
        Some(Class::Excellent) => pb::Class::Excellent,
        Some(Class::Good) => pb::Class::Good,
        Some(Class::Completed) => pb::Class::Completed,
        Some(Class::NotCompleted) => pb::Class::NotCompleted,
    }
}

pub(crate) fn class_from_wire(field: &str, class: pb::Class) -> Result<Class, BadField> {
    match class {
        pb::Class::Unspecified => Err(BadField::missing(field)),
        pb::Class::Excellent => Ok(Class::Excellent),
        pb::Class::Good => Ok(Class::Good),
        pb::Class::Completed => Ok(Class::Completed),
        pb::Class::NotCompleted => Ok(Class::NotCompleted),
    }
}

pub(crate) fn result(cycle: &Cycle, unit: UnitResult) -> pb::UnitResult {
    let content = |c: &chiso_domain::ranking::ContentPoints| pb::Content {
        code: c.code.to_string(),
        points: c.points.to_string(),
    };
    pb::UnitResult {
        unit: unit.unit.to_string(),
        name: unit.name,
        unit_type: unit.unit_type.to_string(),
        contents: unit.contents.iter().map(content).collect(),
        penalty: unit.penalty.to_string(),
        total: unit.total.to_string(),
        rank: count(unit.rank),
        tied: unit.tied,
        class: class_to_wire(unit.class).into(),
        reasons: unit.reasons,
        missing: sentences(cycle, &unit.missing),
        comparison: None,
    }
}

pub(crate) fn open_tie(tie: &OpenTie) -> pb::OpenTie {
    pb::OpenTie {
        unit_type: tie.unit_type.to_string(),
        units: tie.units.iter().map(ToString::to_string).collect(),
        places: count(tie.places),
    }
}

/// The quota of a type, with what a reader needs to make sense of a table of it.
pub(crate) fn summary(cycle: &Cycle, summary: TypeSummary) -> pb::TypeSummary {
    let policy = &cycle.rules.policy.classes;
    let set = cycle.rules.index_sets.get(&summary.unit_type);
    let unit_type = cycle.unit_types.get(&summary.unit_type);
    let rounding = match policy.quota_rounding {
        QuotaRounding::Floor => "floor",
        QuotaRounding::HalfUp => "half_up",
        QuotaRounding::Ceil => "ceil",
    };
    let base = match policy.quota_base {
        QuotaBase::RankedUnits => "ranked_units",
        QuotaBase::GoodUnits => "good_units",
    };
    with_share(pb::TypeSummary {
        contents: set.map(heads).unwrap_or_default(),
        quota_percent: i32::try_from(policy.quota_percent).unwrap_or(i32::MAX),
        quota_rounding: rounding.to_owned(),
        quota_base_rule: base.to_owned(),
        good_min: policy.good_min.to_string(),
        completed_min: policy.completed_min.to_string(),
        excellent_min: policy.excellent_min.to_string(),
        tie_break: policy.tie_break.clone(),
        quota_min_one: policy.quota_min_one,
        name_en: unit_type.map(|t| t.name_en.clone()).unwrap_or_default(),
        unit_type: summary.unit_type.to_string(),
        name: summary.name,
        quota_base: count(summary.quota_base),
        quota: count(summary.quota),
        excellent: count(summary.excellent),
        medians: Vec::new(),
        quota_share: String::new(),
    })
}

/// The share that the quota is rounded from; versions published before the percentage was told have none.
pub(crate) fn with_share(mut summary: pb::TypeSummary) -> pb::TypeSummary {
    if !summary.quota_rounding.is_empty() {
        summary.quota_share = share(summary.quota_base, summary.quota_percent).to_string();
    }
    summary
}

/// The contents below which something gives points.
fn heads(set: &IndexSet) -> Vec<pb::ContentHead> {
    let gives = |content: &&Criterion| {
        let below = format!("{}.", content.code);
        set.leaves().any(|leaf| {
            let own = leaf.code == content.code || leaf.code.as_str().starts_with(&below);
            own && !matches!(leaf.rule, Rule::Penalty { .. })
        })
    };
    let head = |content: &Criterion| pb::ContentHead {
        code: content.code.to_string(),
        name: content.name.clone(),
        name_en: content.name_en.clone(),
        max_points: content.max.to_string(),
    };
    set.contents().filter(gives).map(head).collect()
}

pub(crate) fn bar((bar, at): (Bar, Instant)) -> pb::Bar {
    pb::Bar {
        unit: bar.unit.to_string(),
        highest_class: class_to_wire(Some(bar.highest_class)).into(),
        document: bar.document,
        at: Some(timestamp(at)),
    }
}

pub(crate) fn tie((tie, at): (TieDecision, Instant)) -> pb::TieDecision {
    let codes = |units: &[UnitCode]| units.iter().map(ToString::to_string).collect();
    pb::TieDecision {
        unit_type: tie.unit_type.to_string(),
        units: codes(&tie.units),
        places: count(tie.places),
        chosen: codes(&tie.chosen),
        document: tie.document,
        at: Some(timestamp(at)),
    }
}

pub(crate) fn missing(cycle: &Cycle, missing: &Missing) -> pb::MissingLeaf {
    pb::MissingLeaf {
        unit: missing.unit.to_string(),
        criterion: missing.criterion.to_string(),
        source: k::Source::from(missing.source).into(),
        reason: reason(cycle, missing),
    }
}

/// What is missing, and who can give it: of an agency's own criteria that is its substitute.
pub(crate) fn reason(cycle: &Cycle, missing: &Missing) -> String {
    let agency = cycle.appraiser(&missing.unit, &missing.criterion);
    let agency = agency.as_ref().map_or("cơ quan phụ trách", |agency| {
        let unit = cycle.units.get(agency);
        unit.map_or(agency.as_str(), |unit| unit.name.as_str())
    });
    match (&missing.gap, missing.source) {
        (Gap::NotComputable(why), _) => {
            // Services say why in a sentence of their own.
            let why = why.trim_end_matches('.');
            format!("Chưa tính được điểm: {why}. Cần Sở Nội vụ xem xét, quyết định.")
        }
        (Gap::Behind, _) => {
            "Điều chỉnh phúc tra chưa theo kịp số phiếu khảo sát mới nhất: chờ ít phút rồi xem lại."
                .to_owned()
        }
        (Gap::NoPost, Source::Survey) => {
            "Chưa có điểm khảo sát: chờ đơn vị khảo sát nhập phiếu và Sở Nội vụ quy đổi.".to_owned()
        }
        (Gap::NotFinal, Source::Survey) => {
            "Điểm khảo sát chưa chốt: chờ Sở Nội vụ kết thúc khảo sát.".to_owned()
        }
        (_, Source::Recheck) => "Chưa chốt kết quả phúc tra: chờ Sở Nội vụ kết thúc phúc tra.".to_owned(),
        (Gap::NoPost, Source::Leaders) => "Chưa có điểm của lãnh đạo: chờ các phiếu cho điểm.".to_owned(),
        (Gap::NotFinal, Source::Leaders) => {
            "Điểm của lãnh đạo chưa chốt: chờ Sở Nội vụ kết thúc việc cho điểm.".to_owned()
        }
        (gap, Source::Ledger) => match (missing.brought, gap) {
            (Brought::Import, _) => "Chưa có điểm: chờ Sở Nội vụ nạp kết quả chỉ số khác.".to_owned(),
            (Brought::Penalties, _) => "Chưa có điểm trừ: chờ Sở Nội vụ chốt thẩm định lần 2.".to_owned(),
            (Brought::Sheet, Gap::NotFinal) => format!("Điểm chưa chốt: chờ {agency} quyết định cuối cùng."),
            (Brought::Sheet, _) => format!("Chưa có điểm: chờ đơn vị tự chấm và {agency} thẩm định."),
        },
    }
}

fn sentences(cycle: &Cycle, all: &[Missing]) -> Vec<String> {
    let mut sentences: Vec<String> = all
        .iter()
        .take(MISSING_MAX)
        .map(|m| format!("{}: {}", m.criterion, reason(cycle, m)))
        .collect();
    if all.len() > MISSING_MAX {
        sentences.push(format!("… và {} mục khác.", all.len() - MISSING_MAX));
    }
    sentences
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
