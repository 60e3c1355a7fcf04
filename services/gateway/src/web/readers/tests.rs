//! The pages as they are written: what stands on them, and how heavy they are.

mod working;

use chiso_domain::appraisal::Decision;
use chiso_platform::words::Lang;
use chiso_wire::ranking as pb;
use chiso_wire::{ledger, survey};

use super::open::Form;
use super::ranking::{Ranking, Sort};
use super::records::{Answers, Records, Ways};
use super::{view_ranking, view_records, view_unit};
use crate::web::me::MaybeMe;
use crate::web::page::Page;
use crate::web::words::words;

fn unit(at: i32) -> pb::UnitResult {
    let content = |(code, points): (&str, &str)| pb::Content {
        code: code.to_owned(),
        points: points.to_owned(),
    };
    let contents = [
        ("I", "34.50"),
        ("II", "24.00"),
        ("III", "7.50"),
        ("IV", "6.00"),
        ("V", "11.25"),
        ("VI", "3.25"),
    ];
    pb::UnitResult {
        unit: format!("U{at}"),
        name: format!("Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh {at}"),
        unit_type: "department".to_owned(),
        contents: contents.map(content).into(),
        penalty: "0.25".to_owned(),
        total: "86.25".to_owned(),
        rank: at,
        tied: at == 2,
        class: pb::Class::Excellent.into(),
        reasons: vec!["Bằng tổng điểm với <b>Sở Y tế</b>; xếp trên vì điểm nội dung I cao hơn.".to_owned()],
        missing: Vec::new(),
        comparison: Some(comparison()),
    }
}

/// As the ranking tells it of a unit that was third before.
fn comparison() -> pb::Comparison {
    let contents = |told: &[(&str, &str)]| {
        let content = |(code, points): &(&str, &str)| pb::Content {
            code: (*code).to_owned(),
            points: (*points).to_owned(),
        };
        told.iter().map(content).collect()
    };
    pb::Comparison {
        full: "100.00".to_owned(),
        lost: contents(&[("I", "4.50"), ("II", "3.00")]),
        scaled: "0.00".to_owned(),
        earlier: Some(pb::Earlier {
            total: "85.05".to_owned(),
            rank: 3,
            tied: false,
            contents: contents(&[("I", "1.20"), ("II", "-0.40")]),
            penalty: "0.00".to_owned(),
            gained: "1.20".to_owned(),
            places: 2,
        }),
    }
}

fn ranking(units: i32) -> Ranking {
    let head = |(code, max): (&str, &str)| pb::ContentHead {
        code: code.to_owned(),
        name: format!("Nội dung {code}"),
        name_en: format!("Content {code}"),
        max_points: max.to_owned(),
    };
    let heads = [
        ("I", "39.00"),
        ("II", "27.00"),
        ("III", "8.00"),
        ("IV", "8.00"),
        ("V", "14.00"),
        ("VI", "4.00"),
    ];
    let version = pb::Version {
        cycle: "2026".to_owned(),
        version: 1,
        document: "QĐ 100/QĐ-UBND".to_owned(),
        published_at: Some(prost_types::Timestamp {
            seconds: 1_798_600_000,
            nanos: 0,
        }),
        sha256: "ab".repeat(32),
        ..pb::Version::default()
    };
    Ranking {
        cycle: "2026".to_owned(),
        version: Some(version.clone()),
        types: vec![pb::TypeSummary {
            unit_type: "department".to_owned(),
            name: "Sở, ban, ngành".to_owned(),
            quota_base: 22,
            quota: 4,
            excellent: 4,
            contents: heads.map(head).into(),
            quota_percent: 20,
            quota_rounding: "floor".to_owned(),
            quota_base_rule: "ranked_units".to_owned(),
            good_min: "80.00".to_owned(),
            completed_min: "65.00".to_owned(),
            excellent_min: "80.00".to_owned(),
            tie_break: vec!["I".to_owned(), "II".to_owned()],
            quota_min_one: false,
            name_en: "Departments".to_owned(),
            medians: vec![pb::Content {
                code: "I".to_owned(),
                points: "33.105".to_owned(),
            }],
            quota_share: "4.40".to_owned(),
        }],
        units: (1..=units).map(unit).collect(),
        versions: vec![version],
        earlier: "2025".to_owned(),
        ..Ranking::default()
    }
}

fn table(lang: Lang, ranking: &Ranking, open_ties: &[pb::OpenTie]) -> String {
    let shown = view_ranking::Shown {
        w: words(lang),
        ranking,
        of_type: &ranking.types[0],
        sort: &Sort::Name,
        open_ties,
    };
    let reader = MaybeMe {
        me: None,
        w: words(lang),
    };
    Page::open(&reader, "T").wide().write(&view_ranking::page(shown))
}

#[test]
fn a_table_of_148_units_weighs_no_more_than_100_kb() {
    let page = table(Lang::Vi, &ranking(148), &[]);
    assert_eq!(page.matches("<tr>").count(), 149);
    assert!(page.len() <= 100_000, "{} bytes", page.len());
    assert!(!page.contains("<script"), "it is read without scripts");
}

#[test]
fn a_table_says_what_its_numbers_mean() {
    let page = table(Lang::Vi, &ranking(3), &[]);
    for said in [
        "86,25",
        "−0,25",
        "lên 2 bậc",
        r#"<abbr title="Đồng hạng">2=</abbr>"#,
        "Hoàn thành xuất sắc nhiệm vụ",
        "20% của 22 đơn vị được xếp hạng là 4,40, làm tròn xuống: nhiều nhất 4 đơn vị; đã xếp 4.",
        "Mức tốt: từ 80,00 điểm.",
        "so điểm nội dung I, II, theo thứ tự đó",
        r#"aria-sort="ascending""#,
        r#"href="/xep-hang/2026/department.xlsx""#,
        "Bản 1, công bố ngày 30/12/2026 theo QĐ 100/QĐ-UBND.",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
    let page = table(Lang::En, &ranking(3), &[]);
    for said in [
        "Departments",
        "Content I, at most 39.00 points",
        "up 2",
        "20% of 22 ranked units is 4.40",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
}

#[test]
fn a_draft_says_so_and_names_the_open_tie() {
    let mut draft = ranking(3);
    draft.version = None;
    let tie = pb::OpenTie {
        unit_type: "department".to_owned(),
        units: vec!["U2".to_owned(), "U9".to_owned()],
        places: 1,
    };
    let page = table(Lang::Vi, &draft, &[tie]);
    assert!(page.contains("<strong>Bản dự thảo.</strong>"));
    assert!(
        page.contains("nhân dân tỉnh 2, U9 cho 1 chỗ."),
        "a unit that is not there goes by its code"
    );
    assert!(!page.contains(".xlsx"), "a draft is not passed on");
}

#[test]
fn a_units_page_shows_where_points_were_lost() {
    let ranking = ranking(3);
    let leaf = |criterion: &str| pb::LeafResult {
        criterion: criterion.to_owned(),
        name: format!("Tiêu chí {criterion}"),
        max_points: "2.00".to_owned(),
        points: "1.50".to_owned(),
        ..pb::LeafResult::default()
    };
    let leaves = ["I.1", "II.3.2", "VII.1"].map(leaf);
    let shown = view_unit::Shown {
        w: words(Lang::Vi),
        ranking: &ranking,
        unit: &ranking.units[0],
        leaves: &leaves,
    };
    let page = view_unit::page(shown).into_string();
    for said in [
        "trong 3 đơn vị được xếp hạng",
        "&lt;b&gt;Sở Y tế&lt;/b&gt;",
        "Mất điểm ở đâu",
        // Lost of I; since last year; 100 in all; the median; how it stood.
        "−4,50",
        "+1,20",
        "−0,40",
        "100,00",
        "33,105",
        "85,05, hạng 3",
        r#"href="/xep-hang/2026/department/U1/II.3.2""#,
        "<caption>Điểm trừ</caption>",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
    assert!(!page.contains("Quy đổi"), "the parts add up to the total");
    let mut scaled = ranking.clone();
    let told = scaled.units[0].comparison.as_mut().unwrap();
    told.scaled = "-0.75".to_owned();
    let shown = view_unit::Shown {
        unit: &scaled.units[0],
        ..shown
    };
    let page = view_unit::page(shown).into_string();
    assert!(page.contains("Quy đổi") && page.contains("+0,75"), "{page}");
}

#[test]
fn a_version_without_comparisons_is_shown_without() {
    let mut old = ranking(3);
    old.earlier = String::new();
    old.types[0].medians.clear();
    old.types[0].quota_share.clear();
    for unit in &mut old.units {
        unit.comparison = None;
    }
    let shown = view_unit::Shown {
        w: words(Lang::Vi),
        ranking: &old,
        unit: &old.units[0],
        leaves: &[],
    };
    let page = view_unit::page(shown).into_string();
    for missing in ["Trung vị", "trung vị", "Mất điểm ở đâu", "So với đợt"] {
        assert!(!page.contains(missing), "{missing} is on the page");
    }
    assert!(page.contains("34,50") && page.contains("39,00"), "{page}");
    let table = table(Lang::Vi, &old, &[]);
    assert!(table.contains("nhiều nhất 4 trong 22 đơn vị") && !table.contains("So với đợt"));
}

#[test]
fn the_end_of_an_address_names_the_form() {
    assert_eq!(Form::of("department"), ("department", Form::Page));
    assert_eq!(Form::of("department.xlsx"), ("department", Form::Xlsx));
    assert_eq!(Form::of("department.csv.json"), ("department.csv", Form::Json));
}

#[test]
fn answers_of_joined_groups_stand_below_each_group_with_the_way_to_the_slips() {
    let of = |group: &str| Answers {
        group: group.to_owned(),
        valid: 12,
        rows: vec![("Có".to_owned(), 12)],
    };
    let ways = Ways {
        slips: "/khao-sat/2022/phieu-da-nhan?don-vi=VT".to_owned(),
        ..Ways::default()
    };
    let joined = Records::Answers(vec![of("Doanh nghiệp"), of("Người dân")], ways);
    let page = view_records::section(words(Lang::Vi), &joined, None).into_string();
    assert!(
        page.contains("Doanh nghiệp</h3>") && page.contains("Người dân</h3>"),
        "{page}"
    );
    assert!(
        page.contains("phieu-da-nhan?don-vi=VT") && !page.contains("phuc-tra"),
        "{page}"
    );
}

#[test]
fn answers_stand_in_the_order_of_the_options() {
    let count = |(question, option, count): (&str, &str, i64)| survey::AnswerCount {
        question: question.to_owned(),
        option: option.to_owned(),
        count,
    };
    let counts = survey::GetAnswerCountsResponse {
        valid_slips: 12,
        counts: [("Q1", "5", 9), ("Q1", "cu", 1), ("Q2", "5", 3), ("Q1", "1", 2)]
            .map(count)
            .into(),
    };
    let labels = [
        ("1", "Rất không hài lòng"),
        ("3", "Bình thường"),
        ("5", "Rất hài lòng"),
    ];
    let labels = labels.map(|(option, label)| (option.to_owned(), label.to_owned()));
    let answers = Answers::of(&counts, "Q1", labels.clone().into());
    let rows: Vec<(&str, i64)> = answers
        .rows
        .iter()
        .map(|(label, n)| (label.as_str(), *n))
        .collect();
    assert_eq!(
        rows,
        [
            ("Rất không hài lòng", 2),
            ("Bình thường", 0),
            ("Rất hài lòng", 9),
            ("cu", 1)
        ]
    );
    let page = view_records::section(
        words(Lang::Vi),
        &Records::Answers(vec![answers], Ways::default()),
        None,
    )
    .into_string();
    assert!(
        page.contains("Câu trả lời trong 12 phiếu hợp lệ") && page.contains("<title>"),
        "{page}"
    );
    let few = survey::GetAnswerCountsResponse {
        valid_slips: 4,
        counts: Vec::new(),
    };
    let few = Answers::of(&few, "Q1", labels.into());
    assert!(few.rows.is_empty(), "no zero is told where nothing is told");
    let page = view_records::section(
        words(Lang::Vi),
        &Records::Answers(vec![few], Ways::default()),
        None,
    )
    .into_string();
    assert!(page.contains("Chưa đủ phiếu hợp lệ"));
}

#[test]
fn an_entry_shows_its_steps_and_what_stands_of_its_evidence() {
    let step = |points: &str, decision: &str, text: &str| ledger::Step {
        points: points.to_owned(),
        decision_text: decision.to_owned(),
        text: text.to_owned(),
        ..ledger::Step::default()
    };
    let piece = |document: &str, file: &str, removed| ledger::Evidence {
        document: document.to_owned(),
        file_name: file.to_owned(),
        locator: "trang 3".to_owned(),
        removed,
        ..ledger::Evidence::default()
    };
    let entry = ledger::Entry {
        self_: Some(step("2.00", "", "Đã hoàn thành <kế hoạch>")),
        appraisal_1: Some(step("1.50", Decision::Disagree.text(), "Thiếu quý IV")),
        evidence: vec![
            piece("Báo cáo số 12/BC", "", false),
            piece("", "bo.pdf", true),
            piece("", "kh.pdf", false),
        ],
        ..ledger::Entry::default()
    };
    let page = view_records::section(words(Lang::Vi), &Records::Entry(Box::new(entry)), None).into_string();
    for said in [
        "Tự chấm điểm",
        "&lt;kế hoạch&gt;",
        "1,50",
        Decision::Disagree.text(),
        "Báo cáo số 12/BC, trang 3",
        "kh.pdf, trang 3",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
    assert!(!page.contains("bo.pdf") && !page.contains("Thẩm định lần 2"));
    let away = view_records::section(words(Lang::Vi), &Records::Away, None).into_string();
    assert!(away.contains("Chưa tải được hồ sơ gốc."));
}
