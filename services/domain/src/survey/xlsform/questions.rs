//! Sheet "survey": questions, notes and groups in order.

use std::collections::{BTreeMap, BTreeSet};

use super::conditions::Place;
use super::header::{Header, Row};
use super::{Faults, FormSheet};
use crate::kernel::QuestionName;
use crate::survey::logic::Condition;
use crate::survey::questionnaire::{Choice, Question, QuestionKind, Section};

const TYPES: &str = "select_one DANH_SÁCH, text, integer, note, begin_group, end_group";

const OPTIONAL: [&str; 6] = [
    "label_en",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "constraint_message_en",
];

/// What the sheet has so far.
struct Reading<'a> {
    lists: &'a BTreeMap<String, Vec<Choice>>,
    rated: &'a BTreeSet<&'a QuestionName>,
    /// The names of all questions, to tell one that comes later from one that is nowhere.
    names: &'a [&'a str],
    /// The open groups, outermost first.
    open: Vec<Group>,
    questions: Vec<Question>,
    sections: Vec<Section>,
}

struct Group {
    name: String,
    /// That opened it.
    row: u32,
    relevant: Option<Condition>,
}

pub(super) fn read(
    sheet: &FormSheet,
    lists: &BTreeMap<String, Vec<Choice>>,
    rated: &BTreeSet<&QuestionName>,
    faults: &mut Faults,
) -> (Vec<Question>, Vec<Section>) {
    let columns = ["type", "name", "label"];
    let Some(header) = Header::read(sheet, &columns, &OPTIONAL, faults) else {
        if sheet.rows.is_empty() {
            faults.push(
                &sheet.name,
                1,
                "A",
                "Trang tính “survey” trống. Dùng đúng mẫu XLSForm.",
            );
        }
        return (Vec::new(), Vec::new());
    };
    let rows = header.rows(faults);
    let asking = rows.iter().filter(|row| !row.text("type").contains("group"));
    let names: Vec<&str> = asking.map(|row| row.text("name")).collect();
    let mut reading = Reading {
        lists,
        rated,
        names: &names,
        open: Vec::new(),
        questions: Vec::new(),
        sections: Vec::new(),
    };
    for row in &rows {
        reading.row(row, faults);
    }
    for Group { name, row, .. } in reading.open {
        faults.push(
            &sheet.name,
            row,
            "A",
            format!("Nhóm “{name}” chưa đóng. Thêm dòng end_group."),
        );
    }
    (reading.questions, reading.sections)
}

impl Reading<'_> {
    fn row(&mut self, row: &Row<'_>, faults: &mut Faults) {
        let words: Vec<&str> = row.text("type").split_whitespace().collect();
        match words.as_slice() {
            [] => row.fault(faults, "type", "Thiếu “type”. Điền ô này hoặc xoá dòng."),
            ["begin_group"] | ["begin", "group"] => self.begin_group(row, faults),
            ["end_group"] | ["end", "group"] => {
                if self.open.pop().is_none() {
                    row.fault(faults, "type", "Không có nhóm nào đang mở để đóng. Bỏ dòng này.");
                }
            }
            ["text"] => self.question(row, QuestionKind::Text, faults),
            ["integer"] => self.question(row, QuestionKind::Integer, faults),
            ["note"] => self.question(row, QuestionKind::Note, faults),
            ["select_one", list] => match self.lists.get(*list) {
                Some(options) if options.len() >= 2 => {
                    self.question(row, QuestionKind::SelectOne(options.clone()), faults);
                }
                Some(_) => row.fault(
                    faults,
                    "type",
                    format!("Danh sách “{list}” cần ít nhất hai phương án."),
                ),
                None => row.fault(
                    faults,
                    "type",
                    format!("Không có danh sách “{list}” ở trang choices. Kiểm tra tên danh sách."),
                ),
            },
            other => {
                let reason = format!(
                    "Không dùng được loại câu hỏi “{}”. Chỉ dùng: {TYPES}.",
                    other.join(" ")
                );
                row.fault(faults, "type", reason);
            }
        }
    }

    fn begin_group(&mut self, row: &Row<'_>, faults: &mut Faults) {
        let name = row.text("name");
        if name.parse::<QuestionName>().is_err() {
            row.fault(
                faults,
                "name",
                format!("“{name}”: tên nhóm chỉ gồm chữ không dấu, chữ số và _."),
            );
        }
        // A required group would mean something that we do not do.
        if !matches!(row.text("required"), "" | "no" | "false" | "FALSE") {
            row.fault(faults, "required", "Nhóm không đặt bắt buộc. Để trống ô này.");
        }
        for column in ["constraint", "constraint_message", "constraint_message_en"] {
            if !row.text(column).is_empty() {
                row.fault(
                    faults,
                    column,
                    "Nhóm không có câu trả lời để kiểm tra. Để trống ô này.",
                );
            }
        }
        let relevant = self.place(name).asking(row, faults);
        self.open.push(Group {
            name: name.to_owned(),
            row: row.number(),
            relevant,
        });
        self.heading(row, faults);
    }

    /// What the group that was just opened is called, if it says so.
    fn heading(&mut self, row: &Row<'_>, faults: &mut Faults) {
        let (label, label_en) = (row.text("label"), row.text("label_en"));
        let path = self.section();
        if label.is_empty() {
            if !label_en.is_empty() {
                row.fault(
                    faults,
                    "label",
                    "Nhóm có tên tiếng Anh thì cần tên tiếng Việt. Điền ô này.",
                );
            }
        } else if self.sections.iter().all(|section| section.path != path) {
            self.sections.push(Section {
                path,
                label: label.to_owned(),
                label_en: label_en.to_owned(),
            });
        }
    }

    /// The names of the open groups, as questions have them.
    fn section(&self) -> String {
        let names: Vec<&str> = self.open.iter().map(|group| group.name.as_str()).collect();
        names.join("/")
    }

    /// Where the row with that name stands.
    fn place<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place {
            earlier: &self.questions,
            names: self.names,
            name,
        }
    }

    fn question(&mut self, row: &Row<'_>, kind: QuestionKind, faults: &mut Faults) {
        let (name, label) = (row.text("name"), row.text("label"));
        if label.is_empty() {
            row.fault(faults, "label", "Thiếu nội dung câu hỏi. Điền ô này.");
        }
        let required = match row.text("required").to_lowercase().as_str() {
            "" | "no" | "false" | "false()" => false,
            "yes" | "true" | "true()" => true,
            other => {
                row.fault(faults, "required", format!("“{other}”: chỉ ghi yes hoặc no."));
                false
            }
        };
        match name.parse::<QuestionName>() {
            Err(_) => row.fault(
                faults,
                "name",
                format!("“{name}”: tên câu hỏi chỉ gồm chữ không dấu, chữ số và _."),
            ),
            Ok(name) if self.questions.iter().any(|q| q.name == name) => {
                row.fault(faults, "name", format!("Câu hỏi “{name}” lặp lại. Đặt tên khác."));
            }
            Ok(name) => {
                let relevant = self.relevant(row, &name, faults);
                let constraint = self.place(name.as_str()).constraint(row, &name, &kind, faults);
                let section = self.section();
                self.questions.push(Question {
                    name,
                    label: label.to_owned(),
                    label_en: row.text("label_en").to_owned(),
                    section,
                    required: required && kind.asks(),
                    kind,
                    relevant,
                    constraint,
                });
            }
        }
    }

    /// A question is asked where its own condition and those of all groups around it hold.
    fn relevant(&self, row: &Row<'_>, name: &QuestionName, faults: &mut Faults) -> Option<Condition> {
        let own = self.place(name.as_str()).asking(row, faults);
        let around = self.open.iter().filter_map(|group| group.relevant.as_ref());
        let all: Vec<&Condition> = around.chain(&own).collect();
        if !all.is_empty() && self.rated.contains(name) {
            row.fault(
                faults,
                "relevant",
                format!("Câu “{name}” được tính điểm nên phải hỏi mọi người. Bỏ điều kiện của câu và của nhóm chứa nó."),
            );
            return None;
        }
        Condition::all(&all).unwrap_or_else(|error| {
            row.fault(faults, "relevant", error.vi());
            None
        })
    }
}
