//! The notation as the four index sets print it, round trips, and every fault of a set.

use proptest::prelude::*;

use super::*;
use crate::cycle::{Criterion, PenaltyKind, Rule, Tier};

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

/// A set from lines "code | max | rule | appraiser".
fn set(lines: &str) -> IndexSet {
    let rows = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        Criterion {
            code: cells[0].parse().unwrap(),
            name: format!("Tiêu chí {}", cells[0]),
            name_en: String::new(),
            max: p(cells[1]),
            rule: parse(cells[2]).unwrap(),
            evidence: String::new(),
            appraiser: cells.get(3).map(|code| code.parse().unwrap()),
            origin: "M".to_owned(),
        }
    };
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: rows.map(row).collect(),
    }
}

const SMALL: &str = "
    I     | 70 | sum
    I.1   | 60 | sum
    I.1.1 | 20 | bool | SNV
    I.1.2 | 40 | ratio(b/a, sàn 80%) | STC
    I.2   | 10 | deduct(0.5/báo cáo chậm) | VPUB
    IV    | 8  | sum, trần 8
    IV.1  | 5  | add(1/sáng kiến, trần 5) | SNV
    IV.2  | 3  | tier(≥2 hình thức:3; 1 hình thức:0.5; 0:0) | SNV
    IV.3  | 1.5 | external(điểm/100 × tối đa) | STTTT
    V     | 14 | sum
    V.1   | 14 | survey(HDND,Q1)
    VI    | 8  | sum
    VI.1  | 8  | leader(mean, thang 0–4)
    VII   | 0  | sum of penalties
    VII.1 | 0  | penalty(3/vụ) | TTT
    VII.2 | 0  | penalty(khiển trách 0.5; cảnh cáo 1; giáng, cách chức 1.5; buộc thôi việc 2 /người) | SNV
";

fn faults(set: &IndexSet) -> Vec<(String, Column, Fault)> {
    let place = |f: RowFault| (set.rows[f.row].code.to_string(), f.column, f.fault);
    check(set).into_iter().map(place).collect()
}

fn only_fault(change: impl FnOnce(&mut IndexSet)) -> (String, Column, Fault) {
    let mut changed = set(SMALL);
    change(&mut changed);
    let mut found = faults(&changed);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn printed_rules_are_understood() {
    let what = |text: &str| text.to_owned();
    let step = |label: &str, points: &str| Tier {
        label: what(label),
        points: p(points),
    };
    let expected = [
        ("sum", Rule::Sum { cap: None }),
        ("sum of penalties", Rule::Sum { cap: None }),
        ("sum, trần 8", Rule::Sum { cap: Some(p("8")) }),
        ("bool", Rule::Bool),
        ("ratio(b/a, sàn 80%)", Rule::Ratio { floor_percent: 80 }),
        ("external(điểm/100 × tối đa)", Rule::External { scale: 100 }),
        ("leader(mean, thang 0–4)", Rule::Leaders),
        (
            "deduct(0.25/báo cáo chậm hoặc thiếu)",
            Rule::Deduct {
                each: p("0.25"),
                what: what("báo cáo chậm hoặc thiếu"),
            },
        ),
        (
            "add(1/sáng kiến, trần 3)",
            Rule::Add {
                each: p("1"),
                what: what("sáng kiến"),
                cap: p("3"),
            },
        ),
        (
            "survey(DN_CN,Q5)",
            Rule::Survey {
                group: "DN_CN".parse().unwrap(),
                question: "Q5".parse().unwrap(),
            },
        ),
        (
            "tier(≥30% đơn vị:1; 20–<30%:0.5; <20%:0)",
            Rule::Tier {
                tiers: vec![
                    step("≥30% đơn vị", "1"),
                    step("20–<30%", "0.5"),
                    step("<20%", "0"),
                ],
            },
        ),
        (
            "tier(đúng quy trình, đúng tiến độ:2; tỷ lệ 1:2:1; 0:0)",
            Rule::Tier {
                tiers: vec![
                    step("đúng quy trình, đúng tiến độ", "2"),
                    step("tỷ lệ 1:2", "1"),
                    step("0", "0"),
                ],
            },
        ),
    ];
    for (notation, rule) in expected {
        assert_eq!(parse(notation), Ok(rule), "{notation}");
    }
}

#[test]
fn printed_penalties_are_understood() {
    let kind = |label: &str, each: &str, what: &str| PenaltyKind {
        label: label.to_owned(),
        each: p(each),
        what: what.to_owned(),
    };
    assert_eq!(
        parse("penalty(0.5/ngày, trần 2)"),
        Ok(Rule::Penalty {
            kinds: vec![kind("", "0.5", "ngày")],
            cap: Some(p("2"))
        })
    );
    assert_eq!(
        parse("penalty(khiển trách 0.5; cảnh cáo 1; giáng, cách chức 1,5; buộc thôi việc 2 /người)"),
        Ok(Rule::Penalty {
            kinds: vec![
                kind("khiển trách", "0.5", "người"),
                kind("cảnh cáo", "1", "người"),
                kind("giáng, cách chức", "1.5", "người"),
                kind("buộc thôi việc", "2", "người"),
            ],
            cap: None,
        })
    );
}

#[test]
fn decomposed_notation_is_the_same_rule() {
    use unicode_normalization::UnicodeNormalization as _;
    let decomposed: String = "ratio(b/a, sàn 80%)".nfd().collect();
    assert_ne!(decomposed, "ratio(b/a, sàn 80%)");
    assert_eq!(parse(&decomposed), parse("ratio(b/a, sàn 80%)"));
}

#[test]
fn what_is_no_rule_is_refused_with_an_example() {
    for text in [
        "",
        "sums",
        "bool()",
        "tier()",
        "tier(đủ)",
        "tier(đủ:hai)",
        "ratio(a/b, sàn 80%)",
        "ratio(b/a, sàn 80)",
        "ratio(b/a, sàn tám%)",
        "deduct(0.5)",
        "deduct(0.5/)",
        "add(1/sáng kiến)",
        "external(100)",
        "survey(HDND)",
        "survey(hội đồng,Q1)",
        "leader(median, thang 0–4)",
        "penalty(3)",
        "penalty(khiển trách 0.5)",
        "penalty(khiển trách /người)",
        "sum, trần",
        "sum, trần tám",
        "deduct(1.234,5/vụ)",
        "bool, tier(a:1",
    ] {
        let refused = parse(text);
        assert!(refused.is_err(), "{text}: {refused:?}");
        assert!(!refused.unwrap_err().vi().is_empty());
    }
}

#[test]
fn a_sound_set_has_no_faults() {
    assert_eq!(faults(&set(SMALL)), []);
    assert_eq!(total(&set(SMALL)), p("100"));
}

#[test]
fn t1_bonus_items_may_offer_more_than_the_ceiling() {
    let small = set(SMALL);
    let offered: Points = small.children(&"IV".parse().unwrap()).map(|row| row.max).sum();
    assert_eq!(offered, p("9.5"));
    let (code, column, fault) = only_fault(|s| s.rows[5].rule = Rule::Sum { cap: None });
    assert_eq!((code.as_str(), column), ("IV", Column::Max));
    assert_eq!(
        fault,
        Fault::PartsDoNotAddUp {
            max: p("8"),
            found: p("9.5")
        }
    );
}

#[test]
fn parts_that_do_not_add_up_are_named_at_the_parent() {
    let (code, column, fault) = only_fault(|s| s.rows[3].max = p("39"));
    assert_eq!((code.as_str(), column), ("I.1", Column::Max));
    assert_eq!(
        fault,
        Fault::PartsDoNotAddUp {
            max: p("60"),
            found: p("59")
        }
    );
}

#[test]
fn all_faults_are_found_at_once() {
    let mut broken = set(SMALL);
    broken.rows[2].max = p("21");
    broken.rows[4].appraiser = None;
    broken.rows[8].rule = Rule::External { scale: 0 };
    broken.rows[11].max = p("9");
    broken.rows[14].max = p("3");
    let found = faults(&broken);
    let expected = [
        ("I", Column::Max, Fault::TotalNot100(p("101"))),
        (
            "I.1",
            Column::Max,
            Fault::PartsDoNotAddUp {
                max: p("60"),
                found: p("61"),
            },
        ),
        ("I.2", Column::Appraiser, Fault::AppraiserMissing),
        ("IV.3", Column::Rule, Fault::Scale),
        (
            "VI",
            Column::Max,
            Fault::PartsDoNotAddUp {
                max: p("9"),
                found: p("8"),
            },
        ),
        (
            "VII",
            Column::Max,
            Fault::PartsDoNotAddUp {
                max: p("0"),
                found: p("3"),
            },
        ),
        ("VII.1", Column::Max, Fault::PenaltyWithMax),
    ];
    assert_eq!(
        found,
        expected.map(|(code, column, fault)| (code.to_owned(), column, fault))
    );
}

#[test]
fn codes_are_unique_and_come_after_their_parent() {
    let twice = only_fault(|s| {
        s.rows[12].code = "VI.01".parse().unwrap();
    });
    assert_eq!(twice.2, Fault::CodeMalformed("VI.01".parse().unwrap()));

    let mut swapped = set(SMALL);
    swapped.rows.swap(1, 2);
    assert_eq!(
        faults(&swapped),
        [(
            "I.1.1".to_owned(),
            Column::Code,
            Fault::ParentMissing("I.1".parse().unwrap())
        )]
    );

    let mut doubled = set(SMALL);
    doubled.rows.push(doubled.rows[15].clone());
    assert_eq!(
        faults(&doubled),
        [(
            "VII.2".to_owned(),
            Column::Code,
            Fault::CodeTwice("VII.2".parse().unwrap())
        )]
    );
}

#[test]
fn rules_have_to_fit_their_maximum() {
    let rule =
        |at: usize, notation: &'static str| only_fault(move |s| s.rows[at].rule = parse(notation).unwrap()).2;
    assert_eq!(
        rule(7, "tier(đủ:2; không:0)"),
        Fault::TierTop {
            top: p("2"),
            max: p("3")
        }
    );
    assert_eq!(rule(7, "tier(đủ:3; đủ:0)"), Fault::LabelTwice("đủ".to_owned()));
    assert_eq!(rule(7, "tier(đủ:3; không:-1)"), Fault::EachNotPositive);
    assert_eq!(rule(3, "ratio(b/a, sàn 0%)"), Fault::Floor(0));
    assert_eq!(rule(3, "ratio(b/a, sàn 101%)"), Fault::Floor(101));
    assert_eq!(rule(4, "deduct(0/báo cáo)"), Fault::EachNotPositive);
    assert_eq!(
        rule(6, "add(1/sáng kiến, trần 6)"),
        Fault::Cap {
            cap: p("6"),
            max: p("5")
        }
    );
    assert_eq!(
        rule(5, "sum, trần 9"),
        Fault::Cap {
            cap: p("9"),
            max: p("8")
        }
    );
    assert_eq!(rule(14, "penalty(0/vụ)"), Fault::EachNotPositive);
    assert_eq!(
        rule(14, "penalty(3/vụ, trần 0)"),
        Fault::Cap {
            cap: p("0"),
            max: p("0")
        }
    );
    assert_eq!(
        rule(14, "penalty(a 1; a 2 /vụ)"),
        Fault::LabelTwice("a".to_owned())
    );
}

#[test]
fn penalties_stand_alone() {
    let (code, _, fault) = only_fault(|s| {
        s.rows[4].rule = parse("penalty(1/vụ)").unwrap();
        s.rows[4].max = Points::ZERO;
        s.rows[3].max = p("50");
        s.rows[1].max = p("70");
    });
    assert_eq!((code.as_str(), fault), ("I", Fault::PenaltyMixed));
}

#[test]
fn an_empty_set_is_a_fault() {
    let found = check(&IndexSet::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fault, Fault::Empty);
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-zđĐăâêôơưáàảãạ0-9≥<%–]{1,6}", 1..4).prop_map(|words| words.join(" "))
}

fn each() -> impl Strategy<Value = Points> {
    (1_i64..2_000_000).prop_map(Points::from_parts)
}

fn rules() -> impl Strategy<Value = Rule> {
    let tier = (words(), 0_i64..100_000).prop_map(|(label, points)| Tier {
        label,
        points: Points::from_parts(points),
    });
    let kind = (words(), each(), words()).prop_map(|(label, each, what)| PenaltyKind { label, each, what });
    prop_oneof![
        proptest::option::of(each()).prop_map(|cap| Rule::Sum { cap }),
        Just(Rule::Bool),
        proptest::collection::vec(tier, 1..6).prop_map(|tiers| Rule::Tier { tiers }),
        (0_u32..200).prop_map(|floor_percent| Rule::Ratio { floor_percent }),
        (each(), words()).prop_map(|(each, what)| Rule::Deduct { each, what }),
        (each(), words(), each()).prop_map(|(each, what, cap)| Rule::Add { each, what, cap }),
        (0_u32..1_000).prop_map(|scale| Rule::External { scale }),
        ("[A-Z0-9_]{1,8}", "[A-Za-z0-9_]{1,8}").prop_map(|(group, question)| Rule::Survey {
            group: group.parse().unwrap(),
            question: question.parse().unwrap(),
        }),
        Just(Rule::Leaders),
        (each(), words(), proptest::option::of(each())).prop_map(|(each, what, cap)| Rule::Penalty {
            kinds: vec![PenaltyKind {
                label: String::new(),
                each,
                what
            }],
            cap,
        }),
        (
            proptest::collection::vec(kind, 1..5),
            proptest::option::of(each())
        )
            .prop_map(|(kinds, cap)| Rule::Penalty { kinds, cap }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn parse_undoes_print(rule in rules()) {
        let printed = print(&rule);
        prop_assert_eq!(parse(&printed), Ok(rule), "{}", printed);
    }

    /// Whatever is typed, reading it ends with a rule or a sentence.
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}", word in "(tier|ratio|add|penalty|survey|sum, trần )\\(?") {
        for text in [text.clone(), format!("{word}{text})")] {
            if let Ok(rule) = parse(&text) {
                prop_assert!(!print(&rule).is_empty());
            }
        }
    }

    /// A maximum of any row changed by any amount is always noticed.
    #[test]
    fn a_changed_maximum_never_passes(at in 0_usize..16, by in 1_i64..100_000) {
        let mut changed = set(SMALL);
        prop_assume!(changed.rows[at].code.as_str() != "IV.3");
        changed.rows[at].max = changed.rows[at].max + Points::from_parts(by);
        // Bonus items below a ceiling may offer more, and a tier's top step has to follow its maximum.
        prop_assume!(changed.rows[at].code.as_str() != "IV.1");
        prop_assert!(!check(&changed).is_empty());
    }
}
