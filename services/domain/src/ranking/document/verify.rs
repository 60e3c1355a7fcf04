//! The offline check: reads a file, computes it again from its own inputs, and names what differs.

use crate::kernel::text::sha256_hex;

use super::report::{Check, Fault, Report};
use super::{Document, FORMAT, compare, locate, recompute};
use crate::ranking::{Input, compute};

/// Checks a file. Needs nothing but its bytes.
#[must_use]
pub fn verify(bytes: &[u8]) -> Report {
    let mut report = Report {
        sha256: sha256_hex(bytes),
        ..Report::default()
    };
    let document = match Document::decode(bytes) {
        Ok(document) => document,
        Err(fault) => {
            report.checks.push(Check::new("Đọc được tệp", 1, vec![fault]));
            return report;
        }
    };
    report.subject = format!(
        "{} · đợt {} · phiên bản {}",
        document.province, document.cycle, document.version
    );
    let points = document.leaf_points();
    let input = Input {
        rules: &document.rule_set,
        unit_types: &document.unit_types,
        units: &document.units,
        points: &points,
        ties: &document.inputs.ties,
        bars: &document.inputs.bars,
    };
    report.checks.push(form(&document, bytes));
    report.checks.extend(hashes(&document));
    report.checks.push(recompute::index_sets(&document.rule_set));
    report.checks.extend(recompute::leaves(&document));
    let outcome = compute(&input);
    report.checks.push(compare::complete(&document, &outcome));
    report
        .checks
        .extend(compare::results(&document.results, &outcome));
    report
        .checks
        .push(rebuilt(&document, &input, bytes, report.is_clean()));
    report
}

/// The right format, written in the one canonical way.
fn form(document: &Document, bytes: &[u8]) -> Check {
    let mut faults = Vec::new();
    if document.format != FORMAT {
        faults.push(Fault::differs("format", &document.format, FORMAT));
    }
    let path = first_difference(&document.encode(), bytes);
    faults.extend(path.map(|path| Fault::noted(path, "không được ghi theo dạng chuẩn của tệp công bố")));
    Check::new("Đọc được tệp, đúng định dạng", bytes.len(), faults)
}

/// Path of the first byte that differs.
fn first_difference(canonical: &[u8], bytes: &[u8]) -> Option<String> {
    if canonical == bytes {
        return None;
    }
    let same = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    Some(locate::path_at(bytes, same + 1))
}

/// Compares every hash, and says which part was changed: the content, or only a hash. If putting the right
/// hashes in gives the printed content hash, only hashes had been changed.
fn hashes(document: &Document) -> [Check; 2] {
    let mut sealed = document.clone();
    sealed.seal();
    let only_hashes = sealed.content_sha256 == document.content_sha256;
    let mut faults = Vec::new();
    for (found, right) in document.inputs.points.iter().zip(&sealed.inputs.points) {
        if found.sha256 != right.sha256 {
            let unit = format!("inputs.points[{}]", found.unit);
            let path = if only_hashes {
                format!("{unit}.sha256")
            } else {
                unit
            };
            faults.push(Fault::differs(path, &found.sha256, &right.sha256));
        }
    }
    let as_found = document.sections();
    let right = if only_hashes {
        &sealed.section_sha256
    } else {
        &as_found
    };
    let printed = &document.section_sha256;
    let sections = [
        ("header", "header", &printed.header, &right.header),
        ("units", "units", &printed.units, &right.units),
        ("points", "inputs.points", &printed.points, &right.points),
        (
            "council",
            "inputs.ties, inputs.bars",
            &printed.council,
            &right.council,
        ),
        ("results", "results", &printed.results, &right.results),
    ];
    let unit_named = !faults.is_empty();
    for (name, section, printed, right) in sections {
        // A unit says more than the section it is in.
        if printed != right && !(name == "points" && unit_named) {
            let path = if only_hashes {
                format!("section_sha256.{name}")
            } else {
                section.to_owned()
            };
            faults.push(Fault::differs(path, printed, right));
        }
    }
    let rules = document.rule_set.sha256();
    let mut rule_faults = Vec::new();
    if rules != document.rule_set_sha256 {
        let path = if only_hashes {
            "rule_set_sha256"
        } else {
            "rule_set"
        };
        rule_faults.push(Fault::differs(path, &document.rule_set_sha256, &rules));
    }
    let content = document.content();
    if content != document.content_sha256 && faults.is_empty() && rule_faults.is_empty() {
        faults.push(Fault::differs(
            "content_sha256",
            &document.content_sha256,
            &content,
        ));
    }
    let checked = document.inputs.points.len() + 6;
    [
        Check::new("Mã băm của nội dung và từng phần", checked, faults),
        Check::new("Mã băm của bộ quy tắc", 1, rule_faults),
    ]
}

/// The whole file written again from its own inputs: the last word on anything the other checks do not name.
/// Where they did name something, the place of the first differing byte would only mislead.
fn rebuilt(document: &Document, input: &Input<'_>, bytes: &[u8], clean: bool) -> Check {
    let again = Document::new(document.header(), input).encode();
    let faults = first_difference(&again, bytes).map(|path| {
        let path = if clean { path } else { "document".to_owned() };
        Fault::noted(path, "khác với tệp lập lại từ chính các dữ liệu đầu vào")
    });
    Check::new(
        "Lập lại toàn bộ tệp, trùng từng byte",
        1,
        faults.into_iter().collect(),
    )
}
