//! The result of a year: tables for people, one JSON object for programs.

use std::io::Write;

use chiso_wire::ranking::{Class, UnitResult};
use serde_json::json;

use super::Year;

const CONTENTS: [&str; 6] = ["I", "II", "III", "IV", "V", "VI"];

/// A table per unit type, the counts, and what to do next.
pub(super) fn tables(year: &Year) -> Result<(), String> {
    let mut out = String::new();
    out.push_str(&format!("\n{} — đợt đánh giá {}\n", year.province, year.cycle));
    for summary in &year.published.types {
        let units: Vec<&UnitResult> = year
            .published
            .units
            .iter()
            .filter(|u| u.unit_type == summary.unit_type)
            .collect();
        out.push_str(&format!(
            "\n{} — {} đơn vị, chỉ tiêu xuất sắc {}, đạt {}\n",
            summary.name, summary.quota_base, summary.quota, summary.excellent
        ));
        table(&mut out, &units);
    }
    counts(&mut out, year);
    std::io::stdout()
        .write_all(out.as_bytes())
        .map_err(|e| e.to_string())
}

fn table(out: &mut String, units: &[&UnitResult]) {
    let widest = units
        .iter()
        .map(|u| u.name.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(6, 48);
    out.push_str(&format!("{:>5} {} ", "Hạng", padded("Đơn vị", widest)));
    for content in CONTENTS {
        out.push_str(&format!("{content:>6}"));
    }
    out.push_str(&format!("{:>6}{:>8}  Xếp loại\n", "VII", "Tổng"));
    for unit in units {
        let rank = if unit.tied {
            format!("{}=", unit.rank)
        } else {
            unit.rank.to_string()
        };
        out.push_str(&format!("{rank:>5} {} ", padded(&unit.name, widest)));
        for content in CONTENTS {
            out.push_str(&format!("{:>6}", points(unit, content)));
        }
        out.push_str(&format!(
            "{:>6}{:>8}  {}\n",
            unit.penalty,
            unit.total,
            class_vi(unit.class())
        ));
    }
}

fn padded(text: &str, width: usize) -> String {
    let cut: String = text.chars().take(width).collect();
    let blanks = width.saturating_sub(cut.chars().count());
    cut + &" ".repeat(blanks)
}

fn points<'a>(unit: &'a UnitResult, content: &str) -> &'a str {
    unit.contents
        .iter()
        .find(|c| c.code == content)
        .map_or("", |c| c.points.as_str())
}

const fn class_vi(class: Class) -> &'static str {
    match class {
        Class::Excellent => "Hoàn thành xuất sắc",
        Class::Good => "Hoàn thành tốt",
        Class::Completed => "Hoàn thành",
        Class::NotCompleted => "Không hoàn thành",
        Class::Unspecified => "",
    }
}

fn counts(out: &mut String, year: &Year) {
    let n = &year.counts;
    let checks = year.published.verified.lines().count();
    out.push_str(&format!(
        "\nPhiếu khảo sát: {} nhận, {} hợp lệ, {} không hợp lệ, {} bị từ chối; phúc tra {} phiếu, huỷ {}.\n\
         Sổ điểm: {} tiêu chí tự chấm, {} tài liệu, {} lượt thẩm định, {} đề nghị điểm trừ; {} phiếu lãnh đạo.\n\
         Điểm chỉ số làm căn cứ: {} bản ghi.\n\
         Bản công bố số {}: sha256 {}\n\
         Tệp công bố: {} (tính lại độc lập, {checks} dòng kết quả, khớp)\n\
         Dữ liệu: {}\n\n\
         Tiếp theo:\n  chiso serve --data {}\n  chiso verify {}\n",
        n.slips, n.valid_slips, n.invalid_slips, n.refused_slips, n.recheck_cases, n.void_slips,
        n.entries, n.evidence, n.appraisals, n.penalties, n.leaders_slips, n.posts,
        year.published.version.version, year.published.version.sha256,
        year.published.file.display(), year.folder.display(), year.folder.display(),
        year.published.file.display(),
    ));
}

/// One object for programs.
pub(super) fn json(year: &Year) -> Result<(), String> {
    let unit = |unit: &UnitResult| {
        let contents: serde_json::Map<String, serde_json::Value> = unit
            .contents
            .iter()
            .map(|c| (c.code.clone(), json!(c.points)))
            .collect();
        json!({
            "code": unit.unit,
            "name": unit.name,
            "type": unit.unit_type,
            "contents": contents,
            "penalty": unit.penalty,
            "total": unit.total,
            "rank": unit.rank,
            "class": unit.class().as_str_name().trim_start_matches("CLASS_"),
            "reasons": unit.reasons,
        })
    };
    let version = &year.published.version;
    let object = json!({
        "province": year.province,
        "cycle": year.cycle,
        "published": { "version": version.version, "sha256": version.sha256, "file": year.published.file },
        "counts": year.counts,
        "units": year.published.units.iter().map(unit).collect::<Vec<_>>(),
    });
    writeln!(std::io::stdout(), "{object:#}").map_err(|e| e.to_string())
}
