//! The working of every rule and source, in words.

use chiso_domain::cycle::{Criterion, PenaltyKind, Rule, Tier};
use chiso_domain::index_points::{Basis, IndexPoints, LeafInput, NewPoints, Source, Stage, Value};
use chiso_domain::kernel::{Instant, Points};
use chiso_platform::words::Lang;

use super::super::working;
use crate::web::words::words;

fn row(rule: Rule) -> Criterion {
    Criterion {
        code: "I.1".parse().unwrap(),
        name: String::new(),
        name_en: String::new(),
        max: "2".parse().unwrap(),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

fn post(source: Source, basis: Basis) -> IndexPoints {
    IndexPoints {
        post: NewPoints {
            cycle: "2026".parse().unwrap(),
            unit: "SNV".parse().unwrap(),
            criterion: "I.1".parse().unwrap(),
            value: Value::Points("1.5".parse().unwrap()),
            last: true,
            basis,
        },
        source,
        revision: 1,
        seq: 7,
        at: Instant::from_micros(0),
    }
}

fn basis(row: &Criterion, input: LeafInput) -> String {
    let basis = Basis::Ledger {
        stage: Stage::Appraisal2,
        input: Some(input),
        version: 3,
    };
    let lines = working::basis(words(Lang::Vi), "2.00", Some(row), &post(Source::Ledger, basis));
    let (stage, told) = lines.split_last().unwrap();
    assert_eq!(stage, "Sau thẩm định lần 2, bản ghi thứ 3.");
    told.join(" | ")
}

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn told(rule: Rule, input: LeafInput) -> (String, String) {
    let row = row(rule);
    let rule = working::rule(words(Lang::Vi), &row).join(" | ");
    (rule, basis(&row, input))
}

fn pair(rule: &str, input: &str) -> (String, String) {
    (rule.to_owned(), input.to_owned())
}

#[test]
fn rules_of_one_value_are_told_beside_their_input() {
    let achieved = told(Rule::Bool, LeafInput::Achieved(false));
    assert_eq!(
        achieved,
        pair("Đạt được 2,00 điểm, không đạt được 0 điểm.", "Không đạt.")
    );
    let tiers = vec![Tier {
        label: "Từ 90%".to_owned(),
        points: p("1.5"),
    }];
    let tier = told(Rule::Tier { tiers }, LeafInput::Tier(p("1.5")));
    assert_eq!(
        tier,
        pair("1,50 điểm: Từ 90%", "Mức được chọn: Từ 90% (1,50 điểm).")
    );
    let ratio = LeafInput::Ratio {
        planned: "12".parse().unwrap(),
        achieved: "11.5".parse().unwrap(),
    };
    let rule = "2,00 điểm × tỷ lệ thực hiện so với kế hoạch (không quá 100%); dưới 50% được 0 điểm.";
    let ratio = told(Rule::Ratio { floor_percent: 50 }, ratio);
    assert_eq!(ratio, pair(rule, "Kế hoạch 12, thực hiện 11,5."));
    let external = told(
        Rule::External { scale: 100 },
        LeafInput::External("87.5".parse().unwrap()),
    );
    let rule = "2,00 điểm × kết quả của chỉ số khác trên thang 100.";
    assert_eq!(external, pair(rule, "Kết quả của chỉ số khác: 87,5."));
}

#[test]
fn rules_that_count_are_told_beside_their_counts() {
    let deduct = Rule::Deduct {
        each: p("0.25"),
        what: "văn bản chậm".to_owned(),
    };
    let rule = "2,00 điểm, trừ 0,25 điểm cho mỗi văn bản chậm, không dưới 0.";
    assert_eq!(told(deduct, LeafInput::Count(2)), pair(rule, "Số lượng: 2."));
    let add = Rule::Add {
        each: p("1"),
        what: "sáng kiến".to_owned(),
        cap: p("2"),
    };
    let rule = "1,00 điểm cho mỗi sáng kiến, không quá 2,00 điểm.";
    assert_eq!(told(add, LeafInput::Count(3)), pair(rule, "Số lượng: 3."));
    let kind = |label: &str| PenaltyKind {
        label: label.to_owned(),
        each: p("0.5"),
        what: "vụ".to_owned(),
    };
    let kinds = vec![kind("khiển trách"), kind("")];
    let penalty = told(
        Rule::Penalty { kinds, cap: None },
        LeafInput::Penalty(vec![(0, 2), (1, 1)]),
    );
    let rule = "Trừ 0,50 điểm: khiển trách | Trừ 0,50 điểm: vụ";
    assert_eq!(penalty, pair(rule, "khiển trách: 2. | vụ: 1."));
}

#[test]
fn every_source_says_what_it_was_computed_from() {
    let said =
        |source, basis| working::basis(words(Lang::Vi), "14.00", None, &post(source, basis)).join(" | ");
    let survey = said(
        Source::Survey,
        Basis::Survey {
            rated: 19,
            sum: 137_500,
        },
    );
    assert_eq!(
        survey,
        "19 câu trả lời được tính, tổng giá trị 13,75: 14,00 × 13,75 / 19."
    );
    let none = said(Source::Survey, Basis::Survey { rated: 0, sum: 0 });
    assert_eq!(none, "Không có câu trả lời nào được tính.");
    let recheck = |void_rated| Basis::Recheck {
        rated: 19,
        sum: 137_500,
        void_rated,
        void_sum: 20_000,
    };
    assert_eq!(
        said(Source::Recheck, recheck(0)),
        "Phúc tra không loại phiếu nào."
    );
    assert!(said(Source::Recheck, recheck(2)).starts_with("Phúc tra loại 2 câu trả lời (tổng giá trị 2,00)"));
    let leaders = Basis::Leaders {
        counted: 4,
        sum: "14.5".parse().unwrap(),
    };
    let told = "4 lượt cho điểm được tính, tổng 14,50; trung bình quy về 14,00 điểm.";
    assert_eq!(said(Source::Leaders, leaders), told);
    let scale = Basis::Ledger {
        stage: Stage::Decided,
        input: None,
        version: 1,
    };
    let told =
        "Điểm do cơ quan có thẩm quyền cho trên thang điểm. | Quyết định ngoài thẩm định, bản ghi thứ 1.";
    assert_eq!(said(Source::Ledger, scale), told);
}

#[test]
fn of_joined_groups_no_count_of_answers_is_told() {
    // Groups that are weighted come to a mean whose denominator is no number of slips.
    let told = |group: &str| {
        let row = row(Rule::Survey {
            group: group.parse().unwrap(),
            question: "Q1".parse().unwrap(),
        });
        let basis = Basis::Survey {
            rated: 8,
            sum: 55_000,
        };
        working::basis(words(Lang::Vi), "2.00", Some(&row), &post(Source::Survey, basis)).join(" | ")
    };
    assert_eq!(
        told("HDND"),
        "8 câu trả lời được tính, tổng giá trị 5,50: 2,00 × 5,50 / 8."
    );
    assert_eq!(
        told("ALL"),
        "Trung bình gộp các nhóm là 5,50 / 8: 2,00 × 5,50 / 8."
    );
}
