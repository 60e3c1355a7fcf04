//! Faults of an imported workbook, collected before anything is changed.

use std::fmt;

use crate::Error;

/// One fault with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFault {
    /// Sheet.
    pub sheet: String,
    /// As the spreadsheet program counts: from 1.
    pub row: u32,
    /// Letters: "C".
    pub column: String,
    /// Vietnamese, with the remedy.
    pub reason: String,
}

impl ImportFault {
    /// The place as a field path: `Chỉ số!C12`.
    #[must_use]
    pub fn field(&self) -> String {
        format!("{}!{}{}", self.sheet, self.column, self.row)
    }
}

/// All faults found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    found: Vec<ImportFault>,
}

/// Most faults that are reported; a wholly wrong file needs no more.
const MOST: usize = 200;

impl Faults {
    /// Notes a fault.
    pub fn push(&mut self, sheet: &str, row: u32, column: &str, reason: impl Into<String>) {
        self.found.push(ImportFault {
            sheet: sheet.to_owned(),
            row,
            column: column.to_owned(),
            reason: reason.into(),
        });
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, in the order they were found.
    #[must_use]
    pub fn all(&self) -> &[ImportFault] {
        &self.found
    }

    /// Ends the import where there is any.
    ///
    /// # Errors
    /// [`ImportFaulty`] with all faults in the order of sheet, row and column.
    pub fn into_result(mut self) -> Result<(), ImportFaulty> {
        if self.found.is_empty() {
            return Ok(());
        }
        self.found.sort_by(|a, b| {
            (&a.sheet, a.row, a.column.len(), &a.column).cmp(&(&b.sheet, b.row, b.column.len(), &b.column))
        });
        self.found.dedup();
        let total = self.found.len();
        self.found.truncate(MOST);
        Err(ImportFaulty {
            faults: self.found,
            total,
        })
    }
}

/// An import that was refused as a whole; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFaulty {
    /// In order of place, at most 200 of them.
    pub faults: Vec<ImportFault>,
    /// How many there are in all.
    pub total: usize,
}

impl fmt::Display for ImportFaulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} faults in the workbook", self.total)?;
        self.faults
            .first()
            .map_or(Ok(()), |first| write!(f, ", the first at {}", first.field()))
    }
}

impl std::error::Error for ImportFaulty {}

impl From<ImportFaulty> for Error {
    /// `IMPORT_FAULTY` with one field violation per fault: `Chỉ số!C12`.
    fn from(faulty: ImportFaulty) -> Self {
        let vi = format!(
            "Tệp có {} lỗi, chưa có gì được ghi. Sửa các ô được nêu rồi gửi lại.",
            faulty.total
        );
        let violation = |fault: ImportFault| (fault.field(), fault.reason);
        Self::faults(
            "IMPORT_FAULTY",
            vi,
            faulty.faults.into_iter().map(violation).collect(),
        )
    }
}
