//! Conditions as authors write them, good and bad; and that nothing that is written can do harm.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::survey::questionnaire::{Choice, Question, QuestionKind};

/// Whether a condition holds after these answers, with this one at hand.
fn holds(text: &str, own: &str, answers: &[(&str, &str)]) -> bool {
    let answers: BTreeMap<&str, &str> = answers.iter().copied().collect();
    let condition: Condition = text.parse().unwrap();
    condition.holds(own, &|name| answers.get(name.as_str()).copied().unwrap_or(""))
}

#[test]
fn answers_are_compared_as_texts_and_as_numbers() {
    let given = [("Q1", "5"), ("tuoi", "42"), ("khac", "không")];
    for (text, expected) in [
        ("${Q1} = '5'", true),
        ("${Q1} = 5", true),
        ("${Q1}=\"4\"", false),
        ("${Q1} != '4'", true),
        ("${tuoi} >= 18 and ${tuoi} < 60", true),
        ("${tuoi} < 18 or ${tuoi} > 60", false),
        ("${tuoi} = 42", true),
        ("${tuoi} - 2 = 4 * 10", false),
        ("${tuoi} - 2 = 40", true),
        ("-${tuoi} + 2 = -40", true),
        ("${tuoi} - -1 = 43", true),
        ("not(${Q1} = '5')", false),
        ("selected(${Q1}, '5')", true),
        ("selected(${Q1}, '4')", false),
        ("string-length(${khac}) = 5", true),
        ("${khac} = 'không'", true),
        // A blank is no number: different from all, and neither less nor more.
        ("${trong} != 5", true),
        ("${trong} = 0", false),
        ("${trong} < 5 or ${trong} >= 5", false),
        ("${trong} = ''", true),
        ("${khac} + 1 = 1", false),
    ] {
        match text.parse::<Condition>() {
            Ok(_) => assert_eq!(holds(text, "", &given), expected, "{text}"),
            Err(error) => assert_eq!((error.at, expected), (17, false), "{text}: {error}"),
        }
    }
}

#[test]
fn and_binds_tighter_than_or() {
    for (a, b, c) in [(0, 0, 1), (1, 0, 0), (0, 1, 1), (0, 1, 0)] {
        let text = format!("{a} = 1 and {b} = 1 or {c} = 1");
        assert_eq!(holds(&text, "", &[]), a == 1 && b == 1 || c == 1, "{text}");
        let text = format!("{a} = 1 and ({b} = 1 or {c} = 1)");
        assert_eq!(holds(&text, "", &[]), a == 1 && (b == 1 || c == 1), "{text}");
    }
}

#[test]
fn the_answer_at_hand_is_a_dot() {
    assert!(holds(". >= 18 and . <= 120", "18", &[]));
    assert!(!holds(". >= 18 and . <= 120", "17", &[]));
    assert!(holds("string-length(.) >= 3", "ơi à", &[]));
    assert!(holds(". > ${tuoi}", "43", &[("tuoi", "42")]));
}

#[test]
fn what_is_no_condition_is_refused_at_its_place() {
    let no = |text: &str| text.parse::<Condition>().unwrap_err();
    for (text, at) in [
        ("", 1),
        ("${Q1} =", 8),
        ("${Q1} = = 5", 9),
        ("${Q1} = 5 5", 11),
        ("(${Q1} = 5", 11),
        ("${Q1", 1),
        ("${Câu 1} = 5", 1),
        ("${Q1} = 'a", 9),
        ("${Q1} = ‘a’", 9),
        ("${Q1} = 1.5", 9),
        ("${Q1} = .5", 9),
        ("${Q1} = 1234567890123456", 9),
        ("true()", 1),
        ("regex(., 'a')", 1),
        ("count-selected(.) = 1", 1),
        ("selected(${Q1})", 15),
        ("selected('a', ${Q1})", 10),
        ("selected(${Q1}, ${Q2})", 17),
        ("string-length('a') = 1", 15),
        ("${Q1} mod 2 = 1", 7),
        ("1 = 1 = 1", 7),
        ("Q1 = 5", 1),
        ("$ = 5", 1),
    ] {
        let error = no(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(
            error.vi().starts_with(&format!("Ký tự thứ {at}: ")),
            "{}",
            error.vi()
        );
    }
    assert_eq!(
        no("regex(., 'a')").fault,
        LogicFault::Function("regex".to_owned())
    );
}

#[test]
fn length_and_depth_have_bounds() {
    let nested = |n: usize| format!("{}1 = 1{}", "(".repeat(n), ")".repeat(n));
    assert!(nested(MAX_DEPTH - 1).parse::<Condition>().is_ok());
    assert_eq!(
        nested(MAX_DEPTH).parse::<Condition>().unwrap_err().fault,
        LogicFault::TooDeep
    );
    let minus = format!("1 = {}1", "-".repeat(500));
    assert_eq!(minus.parse::<Condition>().unwrap_err().fault, LogicFault::TooDeep);
    let long = format!("1 = 1{}", " or 1 = 1".repeat(300));
    assert_eq!(long.parse::<Condition>().unwrap_err().fault, LogicFault::TooLong);
}

fn question(name: &str, kind: QuestionKind) -> Question {
    Question {
        name: name.parse().unwrap(),
        label: name.to_owned(),
        label_en: String::new(),
        section: String::new(),
        required: false,
        kind,
        relevant: None,
        constraint: None,
    }
}

fn scale() -> QuestionKind {
    let option = |name: &str| Choice {
        name: name.parse().unwrap(),
        label: name.to_owned(),
        label_en: String::new(),
    };
    QuestionKind::SelectOne(vec![option("1"), option("5"), option("khac")])
}

/// What is wrong with a condition of the question `gia`, after a choice, a number, a text and a note.
fn fault(text: &str, kind: Option<&QuestionKind>) -> Option<LogicFault> {
    let earlier = [
        question("Q1", scale()),
        question("tuoi", QuestionKind::Integer),
        question("gop_y", QuestionKind::Text),
        question("ghi_chu", QuestionKind::Note),
    ];
    let name = "gia".parse().unwrap();
    let about = kind.map_or(About::Asking("gia"), |kind| About::Answer(&name, kind));
    let condition: Condition = text.parse().unwrap();
    condition
        .check(&earlier, &["gia", "sau"], about)
        .err()
        .map(|e| e.fault)
}

#[test]
fn what_makes_sense_is_taken() {
    for text in [
        "${Q1} = 'khac'",
        "selected(${Q1}, 'khac') or ${Q1} >= 5",
        "${Q1} != ''",
        "${tuoi} >= 18 and not(${tuoi} > 60)",
        "${tuoi} = '42'",
        "${gop_y} != '' and string-length(${gop_y}) > 3",
    ] {
        assert_eq!(fault(text, None), None, "{text}");
    }
    assert_eq!(
        fault(". >= 0 and . <= ${tuoi}", Some(&QuestionKind::Integer)),
        None
    );
    assert_eq!(fault(". != '1'", Some(&scale())), None);
    assert_eq!(fault("string-length(.) >= 10", Some(&QuestionKind::Text)), None);
}

#[test]
fn what_makes_no_sense_is_named() {
    let name = |name: &str| name.to_owned();
    for (text, expected) in [
        ("${cau_1} = '1'", LogicFault::Unknown(name("cau_1"))),
        ("${sau} = '1'", LogicFault::Later(name("sau"))),
        ("${gia} = '1'", LogicFault::OwnName(name("gia"))),
        (". = '1'", LogicFault::OwnAnswer),
        ("${ghi_chu} = '1'", LogicFault::Note(name("ghi_chu"))),
        ("${tuoi}", LogicFault::NotCondition),
        ("${tuoi} and 1 = 1", LogicFault::NotCondition),
        ("not(${tuoi})", LogicFault::NotCondition),
        ("(1 = 1) = (2 = 2)", LogicFault::NotValue),
        ("(1 = 1) + 1 = 2", LogicFault::NotValue),
        ("${gop_y} > 5", LogicFault::NotNumber),
        ("${tuoi} = 'già'", LogicFault::NotNumber),
        ("${Q1} < '5'", LogicFault::NotNumber),
        ("${Q1} + 1 = 2", LogicFault::NotNumber),
        ("${Q1} = 'khc'", LogicFault::Option(name("khc"))),
        ("selected(${Q1}, '2')", LogicFault::Option(name("2"))),
        ("selected(${tuoi}, '2')", LogicFault::NotChoice),
    ] {
        assert_eq!(fault(text, None), Some(expected), "{text}");
    }
}

#[test]
fn the_tree_is_told_as_arrays() {
    let condition: Condition = "selected(${Q1}, 'khac') and (. - 1 >= -3 or not(string-length(.) = 2))"
        .parse()
        .unwrap();
    assert_eq!(
        condition.to_json(),
        r#"["and",["selected",["answer","Q1"],"khac"],["or",[">=",["+",["own"],["-",["number",1]]],["-",["number",3]]],["not",["=",["length",["own"]],["number",2]]]]]"#
    );
}

#[test]
fn several_conditions_hold_together() {
    let [a, b]: [Condition; 2] =
        ["${Q1} = '1' or ${Q1} = '2'", "${Q2} = '3'"].map(|text| text.parse().unwrap());
    let both = Condition::all(&[&a, &b]).unwrap().unwrap();
    assert_eq!(both.text(), "(${Q1} = '1' or ${Q1} = '2') and (${Q2} = '3')");
    assert!(holds(both.text(), "", &[("Q1", "2"), ("Q2", "3")]));
    assert!(!holds(both.text(), "", &[("Q1", "2"), ("Q2", "4")]));
    assert_eq!(Condition::all(&[]).unwrap(), None);
    assert_eq!(Condition::all(&[&b]).unwrap().unwrap(), b);
}

/// Texts made of the words of conditions, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "${Q1}",
        "${tuoi}",
        ".",
        "'5'",
        "\"a\"",
        "7",
        "007",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "not(",
        "(",
        ")",
        "selected(",
        ",",
        "string-length(",
        "+",
        "-",
        " ",
        "$",
        "{",
        "'",
        "ă",
        "1.5",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

/// Conditions that can be read.
fn condition() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("${Q1}".to_owned()),
        Just(".".to_owned()),
        Just("'a'".to_owned()),
        (0_u32..100).prop_map(|n| n.to_string()),
        Just("string-length(${Q1})".to_owned()),
    ];
    let sign = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">=", "+", "-"]);
    let compared = (value.clone(), sign, value).prop_map(|(a, sign, b)| format!("{a} {sign} {b}"));
    compared.prop_recursive(4, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            inner.clone().prop_map(|a| format!("not({a})")),
            inner.prop_map(|a| format!("-({a}) = 0")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever is written is read or refused at a place in it, and never trips the reader.
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![words(), ".{0,80}"]) {
        match text.parse::<Condition>() {
            Ok(condition) => {
                let _either = condition.holds("5", &|_| "x");
                prop_assert_eq!(condition.text(), &text);
            }
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.at), "{error}"),
        }
    }

    /// Every condition holds or does not, for any answers; its opposite is the other way round.
    #[test]
    fn a_condition_holds_or_its_opposite_does(text in condition(), own in ".{0,8}", other in "[0-9a-z-]{0,20}") {
        let condition: Condition = text.parse().unwrap();
        let opposite: Condition = format!("not({text})").parse().unwrap();
        prop_assert_ne!(condition.holds(&own, &|_| &other), opposite.holds(&own, &|_| &other));
    }

    /// What a questionnaire keeps of it is the same condition.
    #[test]
    fn what_is_kept_is_the_same(text in condition()) {
        let condition: Condition = text.parse().unwrap();
        let kept: Condition = serde_json::from_str(&serde_json::to_string(&condition).unwrap()).unwrap();
        prop_assert_eq!(kept, condition);
    }
}
