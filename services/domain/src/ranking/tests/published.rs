//! The published document: canonical bytes, hashes, and a check that accepts what is right.

use super::fixture::{Case, code, p};
use crate::cycle::policy::Rounding;
use crate::index_points::{Basis, LeafInput, Quantity, Source, Stage, Value};
use crate::kernel::text::sha256_hex;
use crate::kernel::{Instant, Points};
use crate::ranking::Class;
use crate::ranking::document::{Document, Header, verify};

pub(super) fn header() -> Header {
    Header {
        province: "Tỉnh Phú Thọ".to_owned(),
        regulation: "Quyết định 2419/QĐ-UBND".to_owned(),
        cycle: "2022".parse().unwrap(),
        version: 2,
        document: "QĐ 100/QĐ-UBND ngày 30/12/2022".to_owned(),
        correction_reason: "Sai số liệu II.1".to_owned(),
        published_at: Instant::parse("2022-12-30T08:00:00.25+07:00").unwrap(),
    }
}

/// A quantity of whole units.
fn whole(n: i64) -> Quantity {
    Quantity::from_thousandths(n * 1_000).unwrap()
}

fn ledger(input: Option<LeafInput>) -> Basis {
    Basis::Ledger {
        stage: Stage::Appraisal2,
        input,
        version: 3,
    }
}

/// A unit whose points all follow from their bases: ratios of `done` in 120, 20 slips, two of them void.
pub(super) fn based(case: &mut Case, unit: &str, done: i64) {
    case.unit(unit);
    let ratio = |max: i64| {
        let input = LeafInput::Ratio {
            planned: whole(120),
            achieved: whole(done),
        };
        let exact = crate::kernel::Ratio::new(i128::from(max * 10_000 * done), 120).unwrap();
        (exact.half_up(crate::kernel::Decimals::TWO), ledger(Some(input)))
    };
    let count = |n| ledger(Some(LeafInput::Count(n)));
    let leaders = Basis::Leaders {
        counted: 4,
        sum: p("14.5"),
    };
    let survey = Basis::Survey {
        rated: 19,
        sum: 137_500,
    };
    let recheck = Basis::Recheck {
        rated: 19,
        sum: 137_500,
        void_rated: 2,
        void_sum: 20_000,
    };
    let (i, ii, iii) = (ratio(39), ratio(24), ratio(8));
    let leaves = [
        ("I.1", Source::Ledger, i.0, i.1),
        ("II.1", Source::Ledger, ii.0, ii.1),
        ("II.2", Source::Ledger, p("2.50"), ledger(None)),
        ("III.1", Source::Ledger, iii.0, iii.1),
        ("IV.1", Source::Ledger, p("1.50"), count(3)),
        ("IV.2", Source::Ledger, p("5.00"), count(12)),
        ("V.1", Source::Survey, p("10.13"), survey),
        // (137,500 − 20,000) / 17 × 14 = 9.6765.
        ("V.1", Source::Recheck, p("-0.45"), recheck),
        ("VI.1", Source::Leaders, p("3.63"), leaders),
        (
            "VII.1",
            Source::Ledger,
            p("0.50"),
            ledger(Some(LeafInput::Penalty(vec![(0, 1)]))),
        ),
    ];
    for (criterion, source, points, basis) in leaves {
        case.post(unit, criterion, source, Value::Points(points));
        case.points.last_mut().unwrap().basis = basis;
    }
}

/// Three departments: two tied at the edge, one of them chosen, the third one barred.
pub(super) fn small() -> Case {
    let mut case = Case::new();
    case.rules.policy.classes.quota_percent = 34;
    based(&mut case, "SNV", 118);
    based(&mut case, "SXD", 118);
    based(&mut case, "STC", 119);
    case.bar("STC", Class::Good);
    case.decide(&["SNV", "SXD"], 1, &["SXD"]);
    case
}

pub(super) fn bytes() -> Vec<u8> {
    Document::new(header(), &small().input()).encode()
}

#[test]
fn what_was_published_is_accepted() {
    let report = verify(&bytes());
    assert!(report.is_clean(), "{:#?}", report.faults().collect::<Vec<_>>());
    assert_eq!(report.sha256, sha256_hex(&bytes()));
    assert_eq!(report.subject, "Tỉnh Phú Thọ · đợt 2022 · phiên bản 2");
    let checked: Vec<usize> = report.checks.iter().map(|c| c.checked).collect();
    // Hashes: three units, five sections, the content; leaves: survey, recheck, leaders, ledger.
    assert_eq!(checked[1..], [9, 1, 16, 3, 3, 3, 21, 30, 3, 3, 3, 1]);
}

#[test]
fn equal_inputs_give_equal_bytes() {
    let mut case = small();
    case.points.reverse();
    case.units.reverse();
    case.bars.reverse();
    assert_eq!(Document::new(header(), &case.input()).encode(), bytes());
    let text = String::from_utf8(bytes()).unwrap();
    assert_eq!(text.matches('\n').count(), 1);
    assert!(text.ends_with("\"}\n"));
    assert!(text.starts_with("{\"format\":\"chiso-ranking/1\",\"province\":\"Tỉnh Phú Thọ\","));
}

#[test]
fn the_content_hash_can_be_redone_with_ordinary_tools() {
    let text = String::from_utf8(bytes()).unwrap();
    let (before, hash) = text.rsplit_once(",\"content_sha256\":\"").unwrap();
    assert_eq!(
        sha256_hex(format!("{before}}}").as_bytes()),
        hash.trim_end_matches("\"}\n")
    );
    let document = Document::decode(&bytes()).unwrap();
    assert_eq!(document.rule_set_sha256, document.rule_set.sha256());
}

#[test]
fn results_say_what_the_ranking_said() {
    let document = Document::decode(&bytes()).unwrap();
    assert_eq!(document.results.units, small().outcome().units);
    let classes: Vec<_> = document
        .results
        .units
        .iter()
        .map(|u| (u.unit.as_str(), u.rank, u.class))
        .collect();
    let expected = [
        ("STC", 1, Some(Class::Good)),
        ("SNV", 2, Some(Class::Good)),
        ("SXD", 2, Some(Class::Excellent)),
    ];
    assert_eq!(classes, expected);
    assert_eq!(document.leaf_points().len(), 30);
}

#[test]
fn rounding_at_the_end_is_checked_with_four_decimals() {
    let mut case = small();
    case.rules.policy.rounding = Rounding::Total;
    let report = verify(&Document::new(header(), &case.input()).encode());
    let wrong: Vec<_> = report.faults().map(|f| f.path.as_str()).collect();
    assert!(
        wrong.contains(&"inputs.points[SNV].V.1[survey].value"),
        "{wrong:?}"
    );
}

#[test]
fn points_that_are_not_final_are_left_out_and_missed() {
    let mut case = small();
    case.points[0].last = false;
    let document = Document::new(header(), &case.input());
    assert_eq!(document.leaf_points().len(), 29);
    let report = verify(&document.encode());
    let wrong: Vec<_> = report.faults().map(ToString::to_string).collect();
    assert!(
        wrong.contains(&"inputs.points[SNV].I.1[ledger]: thiếu điểm".to_owned()),
        "{wrong:?}"
    );
}

#[test]
fn a_forged_value_with_all_hashes_redone_is_still_found() {
    let mut case = small();
    for leaf in &mut case.points {
        if leaf.unit == code("SNV") && leaf.criterion.as_str() == "I.1" {
            leaf.value = Value::Points(Points::whole(39));
        }
    }
    let report = verify(&Document::new(header(), &case.input()).encode());
    let wrong: Vec<_> = report.faults().map(ToString::to_string).collect();
    assert_eq!(
        wrong,
        ["inputs.points[SNV].I.1[ledger].value: ghi 39.00, tính lại 38.35"]
    );
}

#[test]
fn a_forged_sum_of_marks_is_found() {
    // Four marks on a scale of 4 that gave 3.63 of 4: other sums, and sums that no four marks have.
    for (counted, sum, field) in [
        (4, "14.25", "value"),
        (5, "14.5", "value"),
        (0, "0", "value"),
        (4, "16.25", "basis"),
        (4, "-14.5", "basis"),
        (-4, "14.5", "basis"),
        (i64::MAX, "14.5", "value"),
        (i64::MIN, "1000000", "basis"),
    ] {
        let mut case = small();
        let mut leaves = case.points.iter_mut();
        let leaf = leaves.find(|leaf| leaf.source == Source::Leaders).unwrap();
        leaf.basis = Basis::Leaders { counted, sum: p(sum) };
        let path = format!("inputs.points[{}].VI.1[leaders].{field}", leaf.unit);
        let report = verify(&Document::new(header(), &case.input()).encode());
        let wrong: Vec<_> = report.faults().map(|f| f.path.as_str()).collect();
        assert_eq!(wrong, [path], "{counted} {sum}");
    }
}

#[test]
fn a_recheck_of_another_survey_basis_is_found() {
    let mut case = small();
    for leaf in &mut case.points {
        if let (Basis::Recheck { sum, .. }, "SXD") = (&mut leaf.basis, leaf.unit.as_str()) {
            *sum = 147_500;
        }
    }
    let report = verify(&Document::new(header(), &case.input()).encode());
    let wrong: Vec<_> = report.faults().map(|f| f.path.as_str()).collect();
    let both = [
        "inputs.points[SXD].V.1[recheck].basis",
        "inputs.points[SXD].V.1[recheck]",
    ];
    assert!(both.iter().all(|path| wrong.contains(path)), "{wrong:?}");
}

#[test]
fn an_index_set_that_does_not_add_up_is_found() {
    let mut case = small();
    let set = case.rules.index_sets.values_mut().next().unwrap();
    set.rows[0].max = p("38");
    let report = verify(&Document::new(header(), &case.input()).encode());
    let wrong: Vec<_> = report.faults().map(|f| f.path.as_str()).collect();
    let path = "rule_set.index_sets.department.I";
    assert_eq!(wrong, [path, path], "its parts, and the total of 100");
}

#[test]
fn what_is_no_document_is_refused_with_a_place() {
    for (text, path) in [
        ("", "document"),
        ("{\"format\":1}", "format"),
        ("[]", "document"),
        ("%PDF-1.4", "document"),
    ] {
        let report = verify(text.as_bytes());
        let faults: Vec<_> = report.faults().collect();
        assert_eq!((faults.len(), faults[0].path.as_str()), (1, path), "{text}");
    }
}

#[test]
fn the_report_reads_as_numbered_lines() {
    let text = verify(&bytes()).to_string();
    assert!(
        text.starts_with("Tỉnh Phú Thọ · đợt 2022 · phiên bản 2\nSHA-256 của tệp: "),
        "{text}"
    );
    assert!(
        text.contains("\n10. Điểm từng nội dung, điểm trừ, tổng điểm (3): ĐÚNG\n"),
        "{text}"
    );
    assert!(
        text.ends_with("KẾT LUẬN: ĐÚNG. Kết quả tính lại trùng với tệp.\n"),
        "{text}"
    );
    let text = verify(b"{\"format\":1}").to_string();
    assert!(
        text.contains("\n 1. Đọc được tệp (1): SAI (1 chỗ)\n      format: "),
        "{text}"
    );
    assert!(
        text.ends_with("KẾT LUẬN: SAI. Tệp này không phải là tệp đã công bố, hoặc đã bị sửa.\n"),
        "{text}"
    );
}

#[test]
fn a_leaf_excused_by_its_inputs_must_follow_from_them() {
    for (planned, clean) in [(0, true), (120, false)] {
        let mut case = small();
        let input = LeafInput::Ratio {
            planned: whole(planned),
            achieved: whole(0),
        };
        for leaf in &mut case.points {
            if leaf.unit == code("STC") && leaf.criterion.as_str() == "II.1" {
                leaf.value = Value::NotApplicable("a = 0".to_owned());
                leaf.basis = ledger(Some(input.clone()));
            }
        }
        let report = verify(&Document::new(header(), &case.input()).encode());
        let wrong: Vec<_> = report.faults().map(|f| f.path.as_str()).collect();
        let expected = (!clean).then_some("inputs.points[STC].II.1[ledger].value");
        assert_eq!(wrong, Vec::from_iter(expected), "{planned}");
    }
}
