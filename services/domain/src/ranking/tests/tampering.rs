//! One changed digit anywhere is found and named.

use super::published::bytes;
use crate::ranking::document::verify;

/// Where a byte of the document is, by a reading of its own: the top field, and the unit for points.
fn sections(text: &str) -> Vec<(usize, &'static str)> {
    let starts = [
        ("{\"format\"", "header"),
        (",\"rule_set\":", "rule_set"),
        (",\"rule_set_sha256\":", "rule_set_sha256"),
        (",\"unit_types\":", "units"),
        (",\"inputs\":{\"points\":", "inputs.points["),
        (",\"ties\":", "inputs.ties"),
        (",\"results\":", "results"),
        (",\"section_sha256\":", "section_sha256."),
        (",\"content_sha256\":", "content_sha256"),
    ];
    starts
        .map(|(needle, name)| (text.find(needle).unwrap(), name))
        .to_vec()
}

fn section_of<'a>(sections: &[(usize, &'a str)], at: usize) -> &'a str {
    sections.iter().rev().find(|(start, _)| *start <= at).unwrap().1
}

/// Names a fault may carry for a section: what could not be read is named by its own path.
fn names(section: &str) -> &[&str] {
    match section {
        "header" => &[
            "header",
            "format",
            "province",
            "regulation",
            "cycle",
            "version",
            "document",
            "correction_reason",
            "published_at",
        ],
        "units" => &["units", "unit_types"],
        "inputs.points[" => &["inputs.points["],
        "inputs.ties" => &["inputs.ties", "inputs.bars"],
        "rule_set" => &["rule_set"],
        "rule_set_sha256" => &["rule_set_sha"],
        "results" => &["results"],
        "section_sha256." => &["section_sha"],
        _ => &["content_sha"],
    }
}

#[test]
fn every_digit_is_guarded_and_its_section_named() {
    let bytes = bytes();
    let text = std::str::from_utf8(&bytes).unwrap();
    let sections = sections(text);
    let mut flipped = 0;
    for at in (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()) {
        let mut changed = bytes.clone();
        changed[at] = if bytes[at] == b'9' { b'0' } else { bytes[at] + 1 };
        let report = verify(&changed);
        assert!(
            !report.is_clean(),
            "byte {at}: {}",
            &text[at.saturating_sub(30)..at + 1]
        );
        let section = section_of(&sections, at);
        let first = report.faults().map(|f| f.path.as_str()).collect::<Vec<_>>();
        let named = first
            .iter()
            .any(|path| names(section).iter().any(|name| path.starts_with(name)));
        assert!(named, "byte {at} of {section}: {first:?}");
        flipped += 1;
    }
    assert!(flipped > 1_000, "{flipped}");
}

fn replaced(from: &str, to: &str) -> Vec<String> {
    let text = String::from_utf8(bytes()).unwrap();
    assert!(text.contains(from), "{from}");
    let report = verify(text.replacen(from, to, 1).as_bytes());
    report.faults().map(ToString::to_string).collect()
}

#[test]
fn a_changed_leaf_is_named_with_both_numbers() {
    let faults = replaced("{\"points\":\"38.35\"}", "{\"points\":\"38.36\"}");
    assert!(
        faults.contains(&"inputs.points[SNV].I.1[ledger].value: ghi 38.36, tính lại 38.35".to_owned()),
        "{faults:#?}"
    );
    assert!(
        faults.contains(&"results.units[SNV].contents.I: ghi 38.35, tính lại 38.36".to_owned()),
        "{faults:#?}"
    );
    assert!(faults[0].starts_with("inputs.points[SNV]: "), "{faults:#?}");
    assert!(
        !faults.iter().any(|f| f.starts_with("inputs.points[SXD]")),
        "{faults:#?}"
    );
}

#[test]
fn a_changed_result_is_named_with_both_numbers() {
    let faults = replaced(
        "{\"code\":\"II\",\"points\":\"26.30\"}",
        "{\"code\":\"II\",\"points\":\"26.31\"}",
    );
    assert!(
        faults.contains(&"results.units[STC].contents.II: ghi 26.31, tính lại 26.30".to_owned()),
        "{faults:#?}"
    );
    assert!(!faults.iter().any(|f| f.starts_with("inputs")), "{faults:#?}");
}

#[test]
fn a_changed_hash_is_told_from_a_changed_content() {
    let text = String::from_utf8(bytes()).unwrap();
    for (field, path) in [
        ("\"content_sha256\":\"", "content_sha256: "),
        ("\"section_sha256\":{\"header\":\"", "section_sha256.header: "),
        ("\"unit\":\"SNV\",\"sha256\":\"", "inputs.points[SNV].sha256: "),
        ("\"rule_set_sha256\":\"", "rule_set_sha256: "),
    ] {
        let at = text.find(field).unwrap() + field.len();
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
        let faults: Vec<String> = verify(&changed).faults().map(ToString::to_string).collect();
        assert!(faults[0].starts_with(path), "{faults:#?}");
    }
}

#[test]
fn other_spellings_of_the_same_values_are_found() {
    for (from, to) in [
        ("{\"format\"", "{ \"format\""),
        ("\"}\n", "\"}"),
        ("\"}\n", "\"}\n\n"),
        ("Phú Thọ", "Ph\\u00fa Thọ"),
    ] {
        let faults = replaced(from, to);
        assert!(
            faults
                .iter()
                .any(|f| f.contains("không được ghi theo dạng chuẩn")),
            "{from}: {faults:#?}"
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_changed_is_found_and_nothing_breaks(
        at in proptest::prelude::any::<proptest::sample::Index>(),
        byte in proptest::prelude::any::<u8>(),
        cut in proptest::prelude::any::<bool>(),
    ) {
        let bytes = bytes();
        let at = at.index(bytes.len());
        let mut changed = bytes.clone();
        if cut { changed.truncate(at) } else { changed[at] = byte }
        let report = verify(&changed);
        proptest::prop_assert_eq!(report.is_clean(), changed == bytes);
        proptest::prop_assert!(report.faults().all(|fault| !fault.path.is_empty()));
    }
}

#[test]
fn forged_counts_break_nothing() {
    for (from, to) in [
        ("\"void_rated\":2", "\"void_rated\":-9223372036854775808"),
        ("\"rated\":19", "\"rated\":9223372036854775807"),
        ("\"counted\":4", "\"counted\":-4"),
        ("\"counted\":4", "\"counted\":9223372036854775807"),
        ("\"counted\":4", "\"counted\":3"),
        ("\"sum\":\"14.50\"", "\"sum\":\"-14.50\""),
        ("\"sum\":\"14.50\"", "\"sum\":\"1000000.00\""),
        ("\"sum\":\"14.50\"", "\"sum\":\"922337203685477.58\""),
        ("\"quota_percent\":34", "\"quota_percent\":4294967295"),
        ("\"count\":3", "\"count\":9223372036854775807"),
    ] {
        assert!(!replaced(from, to).is_empty(), "{to}");
    }
}
