//! Tables as files: CSV for machines, XLSX for people.
//!
//! No cell of text is ever a formula: CSV puts an apostrophe before what a spreadsheet would take for one, and in
//! XLSX text is stored as text.

pub(crate) mod csv;
pub(crate) mod xlsx;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// As it is.
    Text(String),
    /// Decimal text, with a point.
    Number(String),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A number where the text is one, else the text.
    pub(crate) fn number(text: &str) -> Self {
        if super::format::is_decimal(text.strip_prefix('-').unwrap_or(text)) {
            Self::Number(text.to_owned())
        } else {
            Self::text(text)
        }
    }

    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

/// A heading and rows of as many cells.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// Of the sheet, where the format has one.
    pub(crate) name: String,
    pub(crate) heading: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}
