//! Forms as their authors write them, good and bad.

use super::*;
use crate::survey::questionnaire::QuestionKind;

fn form_sheet(name: &str, rows: &[&[&str]]) -> FormSheet {
    let row = |(at, cells): (usize, &&[&str])| FormRow {
        number: u32::try_from(at + 1).unwrap(),
        cells: cells
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| {
                (
                    char::from(b'A' + u8::try_from(column).unwrap()).to_string(),
                    (*text).to_owned(),
                )
            })
            .collect(),
    };
    FormSheet {
        name: name.to_owned(),
        rows: rows
            .iter()
            .enumerate()
            .map(row)
            .filter(|row| !row.cells.is_empty())
            .collect(),
    }
}

fn good() -> Vec<FormSheet> {
    vec![
        form_sheet(
            "survey",
            &[
                &[
                    "type",
                    "name",
                    "label::Tiếng Việt (vi)",
                    "label::English (en)",
                    "required",
                    "calculation",
                ],
                &["note", "intro", "Xin ông (bà) cho biết ý kiến", "", ""],
                &["begin_group", "A", "Phần A", "", ""],
                &["select_one muc", "Q1", "Chất lượng tham mưu", "Advice", "yes"],
                &["begin group", "A1", "", "", ""],
                &["integer", "age", "Tuổi", "Age", ""],
                &["end group"],
                &["end_group"],
                &["text", "gop_y", "Góp ý khác", "", "no"],
            ],
        ),
        form_sheet(
            "choices",
            &[
                &["list_name", "name", "label", "label::English (en)"],
                &["muc", "1", "Rất kém", "Very poor"],
                &["muc", "5", "Rất tốt", "Very good"],
                &["muc", "khong_y_kien", "Không có ý kiến", "No opinion"],
            ],
        ),
        form_sheet("settings", &[&["form_title", "form_id"], &["Phiếu số 1", "p1"]]),
    ]
}

/// For deputies, whose answers to Q1 are rated.
fn read(sheets: &[FormSheet]) -> Result<Questionnaire, Vec<FormFault>> {
    let rated = "Q1".parse().unwrap();
    super::read("HDND".parse().unwrap(), sheets, &[&rated].into())
}

#[test]
fn a_good_form_is_read_in_order() {
    let form = read(&good()).unwrap();
    assert_eq!(form.title, "Phiếu số 1");
    let names: Vec<_> = form.questions.iter().map(|q| q.name.as_str()).collect();
    assert_eq!(names, ["intro", "Q1", "age", "gop_y"]);
    let sections: Vec<_> = form.questions.iter().map(|q| q.section.as_str()).collect();
    assert_eq!(sections, ["", "A", "A/A1", ""]);
    let headings: Vec<_> = form
        .sections
        .iter()
        .map(|s| (s.path.as_str(), s.label.as_str()))
        .collect();
    assert_eq!(headings, [("A", "Phần A")], "a group without a heading has none");
    assert_eq!(form.questions[1].label_en, "Advice");
    assert!(form.questions[1].required && !form.questions[3].required);
    let QuestionKind::SelectOne(options) = &form.questions[1].kind else {
        panic!("Q1 is a choice");
    };
    assert_eq!(options[2].name.as_str(), "khong_y_kien");
    assert_eq!(options[2].label_en, "No opinion");
}

#[test]
fn the_hash_follows_every_word_and_nothing_else() {
    let first = read(&good()).unwrap();
    assert_eq!(first.sha256(), read(&good()).unwrap().sha256());
    let back: Questionnaire = serde_json::from_str(&first.canonical_json()).unwrap();
    assert_eq!(back, first);
    let mut changed = good();
    changed[1].rows[1].cells[2].1 = "Kém".to_owned();
    assert_ne!(read(&changed).unwrap().sha256(), first.sha256());
    let mut headed = good();
    headed[0].rows[2].cells[2].1 = "Phần B".to_owned();
    assert_ne!(read(&headed).unwrap().sha256(), first.sha256());
    let other_group = super::read("DN_CN".parse().unwrap(), &good(), &BTreeSet::new()).unwrap();
    assert_ne!(other_group.sha256(), first.sha256());
}

/// The only fault of the good form with one cell of the survey sheet changed.
fn fault_with(row: usize, column: &str, text: &str) -> FormFault {
    let mut sheets = good();
    let cells = &mut sheets[0].rows[row - 1].cells;
    cells.retain(|(letter, _)| letter != column);
    if !text.is_empty() {
        cells.push((column.to_owned(), text.to_owned()));
    }
    let faults = read(&sheets).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.into_iter().next().unwrap()
}

#[test]
fn what_is_not_understood_is_refused_by_its_place() {
    let place = |f: FormFault| format!("{}!{}{}", f.sheet, f.column, f.row);
    assert_eq!(place(fault_with(4, "A", "select_multiple muc")), "survey!A4");
    assert_eq!(place(fault_with(4, "A", "select_one muc or_other")), "survey!A4");
    assert_eq!(place(fault_with(4, "A", "select_one other")), "survey!A4");
    assert_eq!(place(fault_with(6, "A", "decimal")), "survey!A6");
    assert_eq!(place(fault_with(4, "F", "1 + 1")), "survey!F4");
    assert_eq!(place(fault_with(4, "G", "anything")), "survey!G4");
    assert_eq!(place(fault_with(4, "C", "")), "survey!C4");
    assert_eq!(place(fault_with(4, "B", "câu 1")), "survey!B4");
    assert_eq!(place(fault_with(6, "B", "Q1")), "survey!B6");
    assert_eq!(place(fault_with(4, "E", "maybe")), "survey!E4");
    assert_eq!(place(fault_with(9, "A", "")), "survey!A9");
}

/// The good form with the columns of conditions, and these cells (row, column, text) in them.
fn with_conditions(cells: &[(usize, &str, &str)]) -> Vec<FormSheet> {
    let mut sheets = good();
    let rows = &mut sheets[0].rows;
    rows[0].cells.retain(|(letter, _)| letter != "F");
    for (letter, title) in [
        ("F", "relevant"),
        ("G", "constraint"),
        ("H", "constraint_message::Tiếng Việt (vi)"),
        ("I", "constraint_message::English (en)"),
    ] {
        rows[0].cells.push((letter.to_owned(), title.to_owned()));
    }
    for (row, letter, text) in cells {
        let row = rows.iter_mut().find(|r| r.number as usize == *row).unwrap();
        row.cells.push(((*letter).to_owned(), (*text).to_owned()));
    }
    sheets
}

#[test]
fn conditions_are_read_and_joined_with_those_of_the_groups_around() {
    let form = read(&with_conditions(&[
        (5, "F", "${Q1} != 'khong_y_kien'"),
        (6, "F", "${Q1} = '1'"),
        (6, "G", ". >= 18 and . <= 120"),
        (6, "H", "Tuổi từ 18 đến 120."),
        (6, "I", "From 18 to 120."),
        (9, "F", "${age} > 60"),
    ]))
    .unwrap();
    let relevant: Vec<_> = form
        .questions
        .iter()
        .map(|q| q.relevant.as_ref().map(|c| c.text()))
        .collect();
    let both = "(${Q1} != 'khong_y_kien') and (${Q1} = '1')";
    assert_eq!(relevant, [None, None, Some(both), Some("${age} > 60")]);
    let constraint = form.questions[2].constraint.as_ref().unwrap();
    assert_eq!(constraint.condition.text(), ". >= 18 and . <= 120");
    assert_eq!(
        (constraint.message.as_str(), constraint.message_en.as_str()),
        ("Tuổi từ 18 đến 120.", "From 18 to 120.")
    );
    assert!(form.questions[3].constraint.is_none());
    let back: Questionnaire = serde_json::from_str(&form.canonical_json()).unwrap();
    assert_eq!(back, form);
}

#[test]
fn faults_of_conditions_are_named_by_their_place() {
    for (cells, at, says) in [
        (&[(6, "F", "${Q9} = '1'")][..], "F6", "Q9"),
        (&[(6, "F", "${gop_y} = '1'")], "F6", "đứng sau"),
        (&[(6, "F", "${A} = '1'")], "F6", "không có câu hỏi"),
        (&[(6, "F", "${Q1} = '4'")], "F6", "phương án"),
        (&[(6, "F", "regex(${Q1}, 'a')")], "F6", "string-length()"),
        (&[(6, "G", "${age} > 3")], "G6", "chính câu này"),
        (&[(6, "G", ". > 3,5")], "G6", "Ký tự thứ 6"),
        (&[(6, "H", "Tuổi sai.")], "H6", "constraint"),
        (&[(2, "G", ". = 1")], "G2", "Ghi chú"),
        (&[(3, "G", ". = 1")], "G3", "Nhóm"),
        // Q1 is rated: neither it nor a group around it may be asked of some only.
        (&[(4, "F", "1 = 1")], "F4", "tính điểm"),
        (&[(3, "F", "1 = 1")], "F4", "tính điểm"),
    ] {
        let faults = read(&with_conditions(cells)).unwrap_err();
        let places: Vec<_> = faults.iter().map(|f| format!("{}{}", f.column, f.row)).collect();
        assert_eq!(places, [at], "{faults:?}");
        assert!(faults[0].reason.contains(says), "{faults:?}");
    }
}

#[test]
fn a_form_without_conditions_keeps_the_bytes_and_the_hash_that_it_had() {
    let kept = r#"{"format":1,"group":"HDND","title":"Phiếu","questions":[{"name":"Q1","label":"Chất lượng","label_en":"","section":"A","required":true,"kind":{"select_one":[{"name":"1","label":"Kém","label_en":"Poor"},{"name":"5","label":"Tốt","label_en":""}]}},{"name":"gop_y","label":"Góp ý","label_en":"","section":"","required":false,"kind":"text"}]}"#;
    let form: Questionnaire = serde_json::from_str(kept).unwrap();
    assert_eq!(form.canonical_json(), kept);
    assert_eq!(
        form.sha256(),
        "51c159bd5c0e7d8687d15a4a8c11f9ee7a355850b900e29449180e94236e9fcc"
    );
}

#[test]
fn groups_have_to_match() {
    let mut unclosed = good();
    unclosed[0].rows.remove(7);
    let faults = read(&unclosed).unwrap_err();
    assert_eq!((faults.len(), faults[0].row), (1, 3), "{faults:?}");
    let mut unopened = good();
    unopened[0].rows.remove(2);
    let faults = read(&unopened).unwrap_err();
    assert_eq!((faults.len(), faults[0].row), (1, 8), "{faults:?}");
}

#[test]
fn missing_sheets_and_columns_and_foreign_sheets_are_named() {
    let without = |name: &str| -> Vec<FormSheet> { good().into_iter().filter(|s| s.name != name).collect() };
    assert_eq!(read(&without("survey")).unwrap_err()[0].sheet, "survey");
    // Without its choices, the one question of that list is at fault.
    assert_eq!(read(&without("choices")).unwrap_err()[0].row, 4);
    assert_eq!(read(&without("settings")).unwrap().title, "");

    let mut foreign = good();
    foreign.push(form_sheet("entities", &[&[], &["", "x"]]));
    let faults = read(&foreign).unwrap_err();
    assert_eq!(
        (faults[0].sheet.as_str(), faults[0].row, faults[0].column.as_str()),
        ("entities", 2, "B")
    );

    let mut no_label = good();
    no_label[0].rows[0].cells.remove(2);
    assert!(
        read(&no_label)
            .unwrap_err()
            .iter()
            .any(|f| f.row == 1 && f.reason.contains("label"))
    );
}

#[test]
fn choices_are_checked() {
    for (row, column, text, at) in [
        (2, "B", "mức 1", "B2"),
        (3, "B", "1", "B3"),
        (3, "C", "", "C3"),
        (3, "E", "hình", "E3"),
    ] {
        let mut sheets = good();
        let cells = &mut sheets[1].rows[row - 1].cells;
        cells.retain(|(letter, _)| letter != column);
        if !text.is_empty() {
            cells.push((column.to_owned(), text.to_owned()));
        }
        let faults = read(&sheets).unwrap_err();
        let places: Vec<_> = faults.iter().map(|f| format!("{}{}", f.column, f.row)).collect();
        assert_eq!(places, [at], "{faults:?}");
        assert_eq!(faults[0].sheet, "choices");
    }
}
