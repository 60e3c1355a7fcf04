//! Answers against the questionnaire, slips against BR-10, phone numbers.

use crate::cycle::policy::ValidSlip;
use crate::kernel::{QuestionName, Refusal};
use crate::survey::answers::AnswerFault;
use crate::survey::slip::NotValid;
use crate::survey::*;

fn question(name: &str, required: bool, kind: QuestionKind) -> Question {
    Question {
        name: name.parse().unwrap(),
        label: name.to_owned(),
        label_en: String::new(),
        section: String::new(),
        required,
        kind,
        relevant: None,
        constraint: None,
    }
}

fn form() -> Questionnaire {
    let options = ["1", "5", "khong_y_kien"].map(|name| Choice {
        name: name.parse().unwrap(),
        label: name.to_owned(),
        label_en: String::new(),
    });
    let scale = || QuestionKind::SelectOne(options.to_vec());
    Questionnaire {
        format: 1,
        group: "DN_CN".parse().unwrap(),
        title: String::new(),
        questions: vec![
            question("intro", false, QuestionKind::Note),
            question("Q1", true, scale()),
            question("Q2", true, scale()),
            question("age", true, QuestionKind::Integer),
            question("gop_y", false, QuestionKind::Text),
        ],
        sections: Vec::new(),
    }
}

#[test]
fn a_full_slip_has_no_blanks() {
    let all = [("age", "042"), ("Q2", "khong_y_kien"), ("Q1", "5"), ("gop_y", "")];
    let checked = check_answers(&form(), &all).unwrap();
    assert!(checked.blanks.is_empty());
    let given: Vec<_> = checked.given.iter().map(|(at, v)| (*at, v.as_str())).collect();
    assert_eq!(given, [(1, "5"), (2, "khong_y_kien"), (3, "42")]);
}

#[test]
fn blanks_are_all_named() {
    let checked = check_answers(&form(), &[("Q1", "5"), ("Q2", "  ")]).unwrap();
    let blanks: Vec<_> = checked.blanks.iter().map(QuestionName::as_str).collect();
    assert_eq!(blanks, ["Q2", "age"]);
    assert_eq!(checked.first_blank, "answers[1].value");
    assert_eq!(check_answers(&form(), &[]).unwrap().first_blank, "answers");
}

#[test]
fn answers_the_form_does_not_know_are_no_slip() {
    let fault = |answers: &[(&str, &str)]| {
        let error = check_answers(&form(), answers).unwrap_err();
        (error.fault.clone(), error.field())
    };
    let long = "ă".repeat(2_001);
    for (answers, expected, field) in [
        (
            vec![("Q1", "5"), ("Q9", "5")],
            AnswerFault::UnknownQuestion,
            "answers[1].question",
        ),
        (
            vec![("intro", "x")],
            AnswerFault::UnknownQuestion,
            "answers[0].question",
        ),
        (vec![("Q1", "4")], AnswerFault::UnknownOption, "answers[0].value"),
        (
            vec![("Q1", "5"), ("Q1", "5")],
            AnswerFault::AnsweredTwice,
            "answers[1].question",
        ),
        (vec![("age", "4.5")], AnswerFault::NotInteger, "answers[0].value"),
        (vec![("age", "+4")], AnswerFault::NotInteger, "answers[0].value"),
        (vec![("age", "-")], AnswerFault::NotInteger, "answers[0].value"),
        (
            vec![("age", "1234567890123456")],
            AnswerFault::NotInteger,
            "answers[0].value",
        ),
        (
            vec![("gop_y", long.as_str())],
            AnswerFault::TooLong,
            "answers[0].value",
        ),
        (
            vec![("Q1", "5"), ("gop_y", "Tốt\0")],
            AnswerFault::HasNul,
            "answers[1].value",
        ),
    ] {
        assert_eq!(fault(&answers), (expected, field.to_owned()));
    }
}

#[test]
fn free_text_is_kept_composed() {
    let answers = [("Q1", "1"), ("Q2", "1"), ("age", "1"), ("gop_y", " Bi\u{1ec3}u ")];
    assert_eq!(check_answers(&form(), &answers).unwrap().given[3].1, "Biểu");
    let decomposed = [("gop_y", "Bie\u{302}\u{309}u")];
    assert_eq!(check_answers(&form(), &decomposed).unwrap().given[0].1, "Biểu");
}

#[test]
fn br10_names_every_failed_condition() {
    let respondent = RespondentFacts {
        group: "HDND".parse().unwrap(),
        units: vec!["SYT".parse().unwrap()],
    };
    let (group, unit) = ("DN_CN".parse().unwrap(), "SNV".parse().unwrap());
    let blanks = ["Q1".parse().unwrap(), "Q3".parse().unwrap()];
    let reasons = validity(
        ValidSlip::default(),
        &respondent,
        Interview {
            group: &group,
            unit: &unit,
            answered_personally: false,
            blanks: &blanks,
        },
        true,
    );
    let codes: Vec<_> = reasons.iter().map(|r| (r.code(), r.question())).collect();
    assert_eq!(
        codes,
        [
            ("WRONG_GROUP", ""),
            ("NO_DEALINGS", ""),
            ("NOT_PERSONAL", ""),
            ("BLANK_ANSWER", "Q1"),
            ("BLANK_ANSWER", "Q3"),
            ("DUPLICATE_RESPONDENT", ""),
        ]
    );
    for reason in &reasons {
        assert_eq!(
            InvalidReason::read(reason.code(), reason.question()).as_ref(),
            Some(reason)
        );
    }
    let refusal = NotValid {
        reasons,
        first_blank: "answers[0].value".to_owned(),
    };
    assert!(refusal.vi().contains("Q3"));
    assert_eq!(
        (refusal.reason(), refusal.field().as_str()),
        ("WRONG_GROUP", "group")
    );

    let fits = RespondentFacts {
        group: group.clone(),
        units: vec![],
    };
    assert_eq!(
        validity(
            ValidSlip::default(),
            &fits,
            Interview {
                group: &group,
                unit: &unit,
                answered_personally: true,
                blanks: &[]
            },
            false
        ),
        []
    );
}

/// Each condition of the policy switches off its own reason and no other.
#[test]
fn br10_asks_what_the_policy_asks() {
    let respondent = RespondentFacts {
        group: "HDND".parse().unwrap(),
        units: vec!["SYT".parse().unwrap()],
    };
    let (group, unit) = ("DN_CN".parse().unwrap(), "SNV".parse().unwrap());
    let blanks = ["Q1".parse().unwrap()];
    let failed = |rule: &str| {
        let rule: ValidSlip = serde_json::from_str(rule).unwrap();
        let reasons = validity(
            rule,
            &respondent,
            Interview {
                group: &group,
                unit: &unit,
                answered_personally: false,
                blanks: &blanks,
            },
            true,
        );
        reasons.iter().map(InvalidReason::code).collect::<Vec<_>>()
    };
    let all = [
        "WRONG_GROUP",
        "NO_DEALINGS",
        "NOT_PERSONAL",
        "BLANK_ANSWER",
        "DUPLICATE_RESPONDENT",
    ];
    assert_eq!(failed("{}"), all);
    for (rule, off) in [
        (r#"{"dealings": false}"#, "NO_DEALINGS"),
        (r#"{"personally": false}"#, "NOT_PERSONAL"),
        (r#"{"complete": false}"#, "BLANK_ANSWER"),
    ] {
        let left: Vec<_> = all.into_iter().filter(|code| *code != off).collect();
        assert_eq!(failed(rule), left, "{rule}");
    }
}

#[test]
fn phones_have_one_form() {
    for text in [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 (0)912-345-678",
        "\u{ff10}912345678",
        "0912\u{a0}345678",
    ] {
        assert_eq!(text.parse::<Phone>().unwrap().digits(), "0912345678", "{text}");
    }
    for text in [
        "",
        "912345678",
        "09123456789",
        "091234567",
        "091234567x",
        "1912345678",
        "84912345678",
    ] {
        assert!(text.parse::<Phone>().is_err(), "{text}");
    }
    let phone: Phone = "0912345678".parse().unwrap();
    assert_eq!(Phone::masked(phone.tail()), "•••• ••• 678");
    assert!(!format!("{phone:?}").contains("345"));
}

/// "gop_y" is asked of those who chose 1, and wants five letters; "age" lies between 18 and 120.
fn conditional() -> Questionnaire {
    let mut form = form();
    let constraint = |text: &str, message: &str| {
        Some(Constraint {
            condition: text.parse().unwrap(),
            message: message.to_owned(),
            message_en: String::new(),
        })
    };
    form.questions[3].constraint = constraint(". >= 18 and . <= 120", "Tuổi từ 18 đến 120.");
    form.questions[4].relevant = Some("selected(${Q1}, '1')".parse().unwrap());
    form.questions[4].constraint = constraint("string-length(.) >= 5", "");
    form.questions[4].required = true;
    form
}

#[test]
fn a_question_that_is_not_asked_is_neither_missed_nor_answered() {
    let form = conditional();
    let asked_all = |q1| vec![("Q1", q1), ("Q2", "5"), ("age", "42")];
    assert!(check_answers(&form, &asked_all("5")).unwrap().blanks.is_empty());
    assert_eq!(
        check_answers(&form, &asked_all("1")).unwrap().blanks[0].as_str(),
        "gop_y"
    );

    let with = |q1, said| [asked_all(q1), vec![("gop_y", said)]].concat();
    assert!(
        check_answers(&form, &with("1", "Chậm quá"))
            .unwrap()
            .blanks
            .is_empty()
    );
    assert!(check_answers(&form, &with("5", " ")).unwrap().blanks.is_empty());
    let error = check_answers(&form, &with("5", "Chậm quá")).unwrap_err();
    assert_eq!(
        (error.reason(), error.field()),
        ("ANSWER_NOT_RELEVANT", "answers[3].value".to_owned())
    );
}

#[test]
fn an_answer_that_the_form_does_not_take_is_refused_in_its_words() {
    let form = conditional();
    let refused = |age, said| {
        let answers = [("gop_y", said), ("Q1", "1"), ("Q2", "5"), ("age", age)];
        check_answers(&form, &answers).unwrap_err()
    };
    let error = refused("17", "Chậm quá");
    assert_eq!(
        (error.reason(), error.field()),
        ("ANSWER_CONSTRAINT", "answers[3].value".to_owned())
    );
    assert_eq!(error.vi(), "Câu age: Tuổi từ 18 đến 120.");
    let error = refused("18", "Chậm");
    assert_eq!(error.field(), "answers[0].value");
    assert!(error.vi().contains("điều kiện của mẫu phiếu"), "{}", error.vi());
}

#[test]
fn what_follows_from_an_answer_that_is_not_asked_for_is_not_asked_either() {
    let mut form = conditional();
    form.questions.push(question("vi_sao", true, QuestionKind::Text));
    form.questions[5].relevant = Some("${gop_y} != ''".parse().unwrap());
    let answers = [
        ("Q1", "5"),
        ("Q2", "5"),
        ("age", "42"),
        ("gop_y", "Chậm quá"),
        ("vi_sao", "x"),
    ];
    let (_, faults) = examine(&form, &answers, 100);
    let fields: Vec<_> = faults.iter().map(Refusal::field).collect();
    assert_eq!(fields, ["answers[3].value", "answers[4].value"]);
}

#[test]
fn all_faults_and_blanks_are_named_at_once() {
    let answers = [("Q1", "7"), ("age", "7"), ("Q3", "1"), ("gop_y", "ab")];
    let (checked, faults) = examine(&conditional(), &answers, 100);
    let reasons: Vec<_> = faults.iter().map(Refusal::reason).collect();
    assert_eq!(
        reasons,
        [
            "OPTION_UNKNOWN",
            "QUESTION_UNKNOWN",
            "ANSWER_CONSTRAINT",
            "ANSWER_NOT_RELEVANT"
        ]
    );
    let blanks: Vec<_> = checked.blanks.iter().map(|q| q.as_str()).collect();
    assert_eq!(blanks, ["Q1", "Q2"]);
    assert_eq!(examine(&conditional(), &answers, 1).1.len(), 1);
}
