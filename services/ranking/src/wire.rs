//! Results of the domain on the wire, and what is missing in words.

use chiso_domain::index_points::Source;
use chiso_domain::ranking::{Class, Gap, Missing, OpenTie, TypeSummary, UnitResult};
use chiso_wire::convert::BadField;
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

pub(crate) fn result(unit: UnitResult) -> pb::UnitResult {
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
        missing: sentences(&unit.missing),
    }
}

pub(crate) fn open_tie(tie: &OpenTie) -> pb::OpenTie {
    pb::OpenTie {
        unit_type: tie.unit_type.to_string(),
        units: tie.units.iter().map(ToString::to_string).collect(),
        places: count(tie.places),
    }
}

pub(crate) fn summary(summary: TypeSummary) -> pb::TypeSummary {
    pb::TypeSummary {
        unit_type: summary.unit_type.to_string(),
        name: summary.name,
        quota_base: count(summary.quota_base),
        quota: count(summary.quota),
        excellent: count(summary.excellent),
    }
}

pub(crate) fn missing(missing: &Missing) -> pb::MissingLeaf {
    pb::MissingLeaf {
        unit: missing.unit.to_string(),
        criterion: missing.criterion.to_string(),
        source: k::Source::from(missing.source).into(),
        reason: reason(missing),
    }
}

/// What is missing, and who can give it.
pub(crate) fn reason(missing: &Missing) -> String {
    let agency = missing
        .appraiser
        .as_ref()
        .map_or("cơ quan phụ trách", |agency| agency.as_str());
    match (&missing.gap, missing.source) {
        (Gap::NotComputable(why), _) => {
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
        (Gap::NoPost, Source::Ledger) => format!("Chưa có điểm: chờ đơn vị tự chấm và {agency} thẩm định."),
        (Gap::NotFinal, Source::Ledger) => {
            format!("Điểm chưa chốt: chờ {agency} quyết định cuối cùng.")
        }
    }
}

fn sentences(all: &[Missing]) -> Vec<String> {
    let mut sentences: Vec<String> = all
        .iter()
        .take(MISSING_MAX)
        .map(|m| format!("{}: {}", m.criterion, reason(m)))
        .collect();
    if all.len() > MISSING_MAX {
        sentences.push(format!("… và {} mục khác.", all.len() - MISSING_MAX));
    }
    sentences
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
