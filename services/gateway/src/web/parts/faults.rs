//! Faults of a workbook that was not imported, cell by cell.

use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::words::{Lang, Words};
use maud::{Markup, html};
use tonic::Status;

use super::table::{Column, Table};

/// A cell at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) sheet: String,
    /// As the spreadsheet program counts.
    pub(crate) row: String,
    /// Its letters.
    pub(crate) column: String,
    /// What is wrong and what to do, in Vietnamese.
    pub(crate) text: String,
}

/// The faults of an import that was refused for them; none where it was refused for something else.
pub(crate) fn of_status(status: &Status) -> Option<Vec<Fault>> {
    let faulty = reason_of(status) == "IMPORT_FAULTY";
    faulty.then(|| violations_of(status).into_iter().map(fault).collect())
}

/// From `Sheet!C12`.
fn fault((field, text): (String, String)) -> Fault {
    let (sheet, cell) = field.rsplit_once('!').unwrap_or((&field, ""));
    let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
    let (column, row) = cell.split_at(digits);
    Fault {
        sheet: sheet.to_owned(),
        row: row.to_owned(),
        column: column.to_owned(),
        text,
    }
}

pub(crate) fn table(w: Words, faults: &[Fault]) -> Markup {
    let column = |label, numeric| Column {
        key: "",
        label,
        numeric,
    };
    // What a service says of a cell is in Vietnamese, whatever language the page is in.
    let lang = (w.lang() != Lang::Vi).then_some("vi");
    let row = |fault: &Fault| {
        vec![
            html! { (fault.sheet) },
            html! { (fault.row) },
            html! { (fault.column) },
            html! { span lang=[lang] { (fault.text) } },
        ]
    };
    let table = Table {
        caption: w.say("faults-caption"),
        columns: vec![
            column(w.say("faults-sheet"), false),
            column(w.say("faults-row"), true),
            column(w.say("faults-column"), false),
            column(w.say("faults-what"), false),
        ],
        rows: faults.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

#[cfg(test)]
mod tests {
    use chiso_platform::Error;

    use super::*;

    #[test]
    fn a_cell_is_named_by_sheet_row_and_column() {
        let at = |field: &str| {
            let found = fault((field.to_owned(), String::new()));
            [found.sheet, found.column, found.row].join("|")
        };
        assert_eq!(at("Chỉ số!C12"), "Chỉ số|C|12");
        assert_eq!(at("Loại! hình!AB3"), "Loại! hình|AB|3");
        assert_eq!(at("xlsx"), "xlsx||");
    }

    #[test]
    fn only_faults_of_an_import_are_shown_as_such() {
        let faults = vec![("Chỉ số!C12".to_owned(), "Sai.".to_owned())];
        let status = |reason| Status::from(Error::faults(reason, "Có lỗi.", faults.clone()));
        assert_eq!(of_status(&status("IMPORT_FAULTY")).map(|all| all.len()), Some(1));
        assert_eq!(of_status(&status("CALENDAR_FAULTY")), None);
    }
}
