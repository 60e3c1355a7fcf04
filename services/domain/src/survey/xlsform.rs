//! From the sheets of an XLSForm to a questionnaire, or all faults with their places.
//!
//! Understood: sheets survey, choices, settings; types `select_one LIST`, `text`, `integer`, `note`,
//! `begin_group`, `end_group`; columns `type`, `name`, `label` (also per language), `required`, `relevant`,
//! `constraint`, `constraint_message` (also per language), `list_name`.
//! Whatever else is filled in would change what the form asks, so it is refused by its place.

mod choices;
mod conditions;
mod header;
mod questions;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::questionnaire::{Question, Questionnaire};
use crate::kernel::{GroupCode, QuestionName};
use header::Header;

/// A sheet as text cells, blanks left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormSheet {
    /// Its name.
    pub name: String,
    /// Rows that hold anything, in order.
    pub rows: Vec<FormRow>,
}

/// A row of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormRow {
    /// From 1, as the spreadsheet program counts.
    pub number: u32,
    /// (Letter of the column, trimmed NFC text).
    pub cells: Vec<(String, String)>,
}

/// A fault with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormFault {
    /// Sheet.
    pub sheet: String,
    /// From 1.
    pub row: u32,
    /// Letter of the column.
    pub column: String,
    /// Vietnamese, with the remedy.
    pub reason: String,
}

/// Collects faults.
#[derive(Debug, Default)]
struct Faults(Vec<FormFault>);

impl Faults {
    fn push(&mut self, sheet: &str, row: u32, column: &str, reason: impl Into<String>) {
        self.0.push(FormFault {
            sheet: sheet.to_owned(),
            row,
            column: column.to_owned(),
            reason: reason.into(),
        });
    }
}

/// Most questions of a form.
const MAX_QUESTIONS: usize = 500;

/// Reads a whole form for one respondent group. Points are given for the answers to the `rated` questions, so
/// everybody is asked those.
///
/// # Errors
/// Every fault of the form; nothing is understood half.
pub fn read(
    group: GroupCode,
    sheets: &[FormSheet],
    rated: &BTreeSet<&QuestionName>,
) -> Result<Questionnaire, Vec<FormFault>> {
    let mut faults = Faults::default();
    refuse_other_sheets(sheets, &mut faults);
    let lists = choices::read(sheet(sheets, "choices"), &mut faults);
    let (questions, sections) = match sheet(sheets, "survey") {
        Some(survey) => questions::read(survey, &lists, rated, &mut faults),
        None => {
            faults.push(
                "survey",
                1,
                "A",
                "Thiếu trang tính “survey”. Dùng đúng mẫu XLSForm.",
            );
            (Vec::new(), Vec::new())
        }
    };
    check_size(&questions, &mut faults);
    let title = title(sheet(sheets, "settings"), &mut faults);
    if faults.0.is_empty() {
        Ok(Questionnaire {
            format: 1,
            group,
            title,
            questions,
            sections,
        })
    } else {
        Err(faults.0)
    }
}

fn sheet<'a>(sheets: &'a [FormSheet], name: &str) -> Option<&'a FormSheet> {
    sheets.iter().find(|s| s.name == name)
}

fn refuse_other_sheets(sheets: &[FormSheet], faults: &mut Faults) {
    for other in sheets {
        let known = matches!(other.name.as_str(), "survey" | "choices" | "settings");
        if let (false, Some(row)) = (known, other.rows.first()) {
            let column = row.cells.first().map_or("A", |(column, _)| column.as_str());
            let reason = format!(
                "Không dùng trang tính “{}”. Chỉ giữ survey, choices, settings.",
                other.name
            );
            faults.push(&other.name, row.number, column, reason);
        }
    }
}

fn check_size(questions: &[Question], faults: &mut Faults) {
    if questions.len() > MAX_QUESTIONS {
        let reason = format!("Phiếu có {} câu, nhiều nhất là {MAX_QUESTIONS}.", questions.len());
        faults.push("survey", 1, "A", reason);
    }
    if faults.0.is_empty() && !questions.iter().any(|q| q.kind.asks()) {
        faults.push(
            "survey",
            1,
            "A",
            "Phiếu chưa có câu hỏi nào. Thêm ít nhất một câu hỏi.",
        );
    }
}

/// `form_title` of the settings; empty where there is none.
fn title(settings: Option<&FormSheet>, faults: &mut Faults) -> String {
    let Some(header) = settings.and_then(|sheet| {
        Header::read(
            sheet,
            &[],
            &["form_title", "form_id", "version", "default_language"],
            faults,
        )
    }) else {
        return String::new();
    };
    let mut title = String::new();
    for (at, row) in header.rows(faults).into_iter().enumerate() {
        if at == 0 {
            title = row.text("form_title").to_owned();
        } else {
            row.fault(
                faults,
                "form_title",
                "Trang settings chỉ có một dòng. Bỏ dòng này.",
            );
        }
    }
    title
}
