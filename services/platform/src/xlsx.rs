//! Reading XLSX templates: typed cells with their addresses, and a collector of import faults.
//!
//! An import reads everything, collects every fault with its sheet, row and column, and changes nothing
//! unless there is none:
//!
//! ```text
//! let book = Workbook::open(&request.xlsx)?;                  // FILE_NOT_XLSX, FILE_PASSWORD_PROTECTED, …
//! let mut faults = Faults::default();
//! let columns = Columns { required: &["Mã", "Tên"], optional: &["Ghi chú"] };
//! if let Some(table) = book.table("Đơn vị", &columns, &mut faults) {      // header = first row of the sheet
//!     for row in table.rows() {                                            // blank rows are left out
//!         let code = row.code::<UnitCode>("Mã", &mut faults);              // Option: a fault is collected
//!         let note = row.text("Ghi chú");                                  // NFC, "" where empty
//!         if note.len() > 500 { row.fault(&mut faults, "Ghi chú", "Ghi chú quá dài."); }
//!     }
//! }
//! faults.into_result()?;                                      // IMPORT_FAULTY, one field violation per fault
//! ```
//!
//! Invariants:
//! 1. A number never passes through floating-point arithmetic: its 15 significant digits (what the
//!    spreadsheet program itself shows) become decimal text.
//! 2. All text is NFC and trimmed.
//! 3. Bytes, unpacked bytes and cells are limited before they are read.

mod cell;
mod faults;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx, XlsxError};
use chiso_domain::kernel::{Refusal, RefusalKind};

pub use cell::{Cell, Value, column_letter, decimal_text};
pub use faults::{Faults, ImportFault, ImportFaulty};
pub use table::{Columns, Row, Table};

/// Largest workbook in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Largest sum of the unpacked parts of a workbook, in bytes.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
/// Most cells that are not empty, over all sheets.
const MAX_CELLS: usize = 200_000;
/// First bytes of an OLE container: a protected workbook, or one of the format before 2007.
const OLE_MAGIC: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Why bytes are not taken as a workbook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XlsxRefusal {
    /// Not an XLSX file, whatever its name says.
    #[error("not an XLSX workbook: {0}")]
    NotXlsx(String),
    /// Encrypted.
    #[error("the workbook is protected by a password")]
    PasswordProtected,
    /// Beyond a limit.
    #[error("the workbook is too large: {0}")]
    TooLarge(String),
}

impl Refusal for XlsxRefusal {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NotXlsx(_) => "FILE_NOT_XLSX",
            Self::PasswordProtected => "FILE_PASSWORD_PROTECTED",
            Self::TooLarge(_) => "FILE_TOO_LARGE",
        }
    }

    fn field(&self) -> String {
        "xlsx".to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::NotXlsx(_) => {
                "Tệp không phải bảng tính XLSX. Mở bằng phần mềm bảng tính, lưu lại dạng .xlsx rồi gửi lại."
            }
            Self::PasswordProtected => {
                "Tệp đặt mật khẩu nên không đọc được. Bỏ mật khẩu, lưu lại rồi gửi lại."
            }
            Self::TooLarge(_) => {
                "Tệp quá lớn: nhiều nhất 8 MiB và 200.000 ô. Xoá các trang, ô không dùng rồi gửi lại."
            }
        }
        .to_owned()
    }
}

/// A workbook, read whole.
#[derive(Clone, Debug)]
pub struct Workbook {
    names: Vec<String>,
    sheets: BTreeMap<String, Sheet>,
}

/// One sheet: its rows that hold anything, in order.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its name, NFC.
    pub name: String,
    /// Row number (from 1) to cells in column order.
    pub rows: BTreeMap<u32, Vec<Cell>>,
}

impl Workbook {
    /// Reads a workbook from bytes, within the limits.
    ///
    /// # Errors
    /// [`XlsxRefusal`] where it is too large, protected, or no workbook.
    pub fn open(bytes: &[u8]) -> Result<Self, XlsxRefusal> {
        if bytes.len() > MAX_BYTES {
            return Err(XlsxRefusal::TooLarge(format!("{} bytes", bytes.len())));
        }
        if bytes.starts_with(&OLE_MAGIC) {
            return Err(ole_refusal(bytes));
        }
        check_unpacked(bytes)?;
        // The reader computes with what the file says; a file made to trip it is refused like any other.
        std::panic::catch_unwind(|| Self::read(bytes))
            .unwrap_or_else(|_| Err(XlsxRefusal::NotXlsx("contradicts itself".to_owned())))
    }

    fn read(bytes: &[u8]) -> Result<Self, XlsxRefusal> {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(refusal)?;
        let mut cells_left = MAX_CELLS;
        let mut found = Self {
            names: Vec::new(),
            sheets: BTreeMap::new(),
        };
        for name in book.sheet_names() {
            let rows = match read_rows(&mut book, &name, &mut cells_left) {
                Err(ReadError::NoTable) => continue,
                Err(ReadError::Refused(refusal)) => return Err(refusal),
                Ok(rows) => rows,
            };
            let name = chiso_domain::kernel::text::nfc(&name);
            found.names.push(name.clone());
            found.sheets.insert(name.clone(), Sheet { name, rows });
        }
        Ok(found)
    }

    /// Names of the sheets in the order of the workbook.
    #[must_use]
    pub fn sheet_names(&self) -> &[String] {
        &self.names
    }

    /// A sheet by its name.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.get(name)
    }

    /// The sheet as a table with a header row; a missing sheet or column and an unknown column are faults.
    /// None where rows cannot be read for want of the sheet or a required column.
    pub fn table(&self, sheet: &str, columns: &Columns<'_>, faults: &mut Faults) -> Option<Table<'_>> {
        let Some(found) = self.sheets.get(sheet) else {
            let have = self.names.join(", ");
            faults.push(
                sheet,
                1,
                "A",
                format!("Thiếu trang tính “{sheet}” (tệp chỉ có: {have}). Dùng đúng mẫu."),
            );
            return None;
        };
        Table::new(found, columns, faults)
    }
}

enum ReadError {
    /// A chart or macro sheet.
    NoTable,
    Refused(XlsxRefusal),
}

fn read_rows(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    cells_left: &mut usize,
) -> Result<BTreeMap<u32, Vec<Cell>>, ReadError> {
    let refused = |e| ReadError::Refused(refusal(e));
    let mut reader = match book.worksheet_cells_reader(name) {
        Err(XlsxError::NotAWorksheet(_)) => return Err(ReadError::NoTable),
        other => other.map_err(refused)?,
    };
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    while let Some(read) = reader.next_cell().map_err(refused)? {
        let (row, column) = read.get_position();
        let Some(value) = Value::read(read.get_value()) else {
            continue;
        };
        *cells_left = cells_left
            .checked_sub(1)
            .ok_or_else(|| ReadError::Refused(XlsxRefusal::TooLarge(format!("over {MAX_CELLS} cells"))))?;
        rows.entry(row + 1).or_default().push(Cell { column, value });
    }
    for cells in rows.values_mut() {
        cells.sort_by_key(|cell| cell.column);
    }
    Ok(rows)
}

fn refusal(error: XlsxError) -> XlsxRefusal {
    match error {
        XlsxError::Password => XlsxRefusal::PasswordProtected,
        other => XlsxRefusal::NotXlsx(other.to_string()),
    }
}

/// An OLE container is a protected XLSX, unless it shows itself to be a workbook of the old binary format.
fn ole_refusal(bytes: &[u8]) -> XlsxRefusal {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if holds("Workbook") && !holds("EncryptedPackage") {
        XlsxRefusal::NotXlsx("binary workbook of the format before 2007".to_owned())
    } else {
        XlsxRefusal::PasswordProtected
    }
}

/// Adds up the unpacked sizes in the ZIP's central directory, so that a small file that unpacks to
/// gigabytes is refused before anything is unpacked; the unpacker itself stops at the size a part declares.
/// The directory has to lie right before the end record, so that no other reading of the file finds
/// another directory.
fn check_unpacked(bytes: &[u8]) -> Result<(), XlsxRefusal> {
    let not_zip = || XlsxRefusal::NotXlsx("no ZIP directory".to_owned());
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(not_zip());
    }
    let unpacked = sum_of_parts(bytes).ok_or_else(not_zip)?;
    if unpacked > MAX_UNPACKED {
        return Err(XlsxRefusal::TooLarge(format!("{unpacked} bytes unpacked")));
    }
    Ok(())
}

/// None where the directory is not as it should be.
fn sum_of_parts(bytes: &[u8]) -> Option<u64> {
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let [entries, size, offset, comment] =
        [(10, 2), (12, 4), (16, 4), (20, 2)].map(|(at, width)| little_endian(bytes, end + at, width));
    let mut at = usize::try_from(offset?).ok()?;
    let sound =
        at + usize::try_from(size?).ok()? == end && end + 22 + usize::try_from(comment?).ok()? == bytes.len();
    if !sound {
        return None;
    }
    let mut unpacked: u64 = 0;
    for _ in 0..entries? {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        unpacked += little_endian(bytes, at + 24, 4)?;
        let variable = [28, 30, 32].map(|length| little_endian(bytes, at + length, 2));
        for length in variable {
            at += usize::try_from(length?).ok()?;
        }
        at += 46;
    }
    (at == end).then_some(unpacked)
}

fn little_endian(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    Some(
        field
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    )
}
