//! A sheet as a table: a header row, then rows whose cells are read by the name of their column.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;
use std::str::FromStr;

use chiso_domain::kernel::Points;
use time::macros::format_description;

use super::cell::{Value, column_letter, decimal_text};
use super::{Faults, Sheet};

/// The columns of a template, by the exact text of their header.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Have to be there.
    pub required: &'a [&'a str],
    /// May be there.
    pub optional: &'a [&'a str],
}

/// A sheet with its header understood.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    sheet: &'a Sheet,
    header_row: u32,
    columns: BTreeMap<String, u32>,
}

impl<'a> Table<'a> {
    pub(super) fn new(sheet: &'a Sheet, wanted: &Columns<'_>, faults: &mut Faults) -> Option<Self> {
        let Some((header_row, header)) = sheet.rows.first_key_value() else {
            faults.push(&sheet.name, 1, "A", "Trang tính trống. Dùng đúng mẫu.");
            return None;
        };
        let mut columns = BTreeMap::new();
        for cell in header {
            let title = cell.value.to_text();
            let known =
                wanted.required.contains(&title.as_str()) || wanted.optional.contains(&title.as_str());
            let reason = match columns.entry(title) {
                _ if !known => {
                    let all = [wanted.required, wanted.optional].concat().join(", ");
                    let title = cell.value.to_text();
                    format!("Không có cột “{title}” trong mẫu. Các cột được dùng: {all}.")
                }
                Entry::Occupied(first) => format!("Cột “{}” lặp lại. Bỏ một cột.", first.key()),
                Entry::Vacant(place) => {
                    place.insert(cell.column);
                    continue;
                }
            };
            faults.push(&sheet.name, *header_row, &column_letter(cell.column), reason);
        }
        let missing: Vec<_> = wanted
            .required
            .iter()
            .filter(|name| !columns.contains_key(**name))
            .collect();
        for name in &missing {
            faults.push(
                &sheet.name,
                *header_row,
                "A",
                format!("Thiếu cột “{name}”. Dùng đúng mẫu."),
            );
        }
        missing.is_empty().then_some(Self {
            sheet,
            header_row: *header_row,
            columns,
        })
    }

    /// Name of the sheet.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.sheet.name
    }

    /// Whether the header has that column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// Letter of a column; "A" where the header lacks it.
    #[must_use]
    pub fn letter(&self, column: &str) -> String {
        self.columns
            .get(column)
            .map_or_else(|| "A".to_owned(), |at| column_letter(*at))
    }

    /// Rows below the header that hold anything.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.sheet
            .rows
            .range(self.header_row + 1..)
            .map(move |(number, _)| Row {
                table: self,
                number: *number,
            })
    }
}

/// A row below the header.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Table<'a>,
    number: u32,
}

impl Row<'_> {
    /// Number of the row, from 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The cell of a column; none where it is empty.
    #[must_use]
    pub fn value(&self, column: &str) -> Option<&Value> {
        let at = *self.table.columns.get(column)?;
        let cells = self.table.sheet.rows.get(&self.number)?;
        cells
            .iter()
            .find(|cell| cell.column == at)
            .map(|cell| &cell.value)
    }

    /// Notes a fault at a cell of this row.
    pub fn fault(&self, faults: &mut Faults, column: &str, reason: impl Into<String>) {
        faults.push(self.table.name(), self.number, &self.table.letter(column), reason);
    }

    /// Text of a cell, "" where it is empty.
    #[must_use]
    pub fn text(&self, column: &str) -> String {
        self.value(column).map(Value::to_text).unwrap_or_default()
    }

    /// Text of a cell that has to be filled in.
    pub fn required_text(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let found = match self.value(column) {
            Some(Value::Error(e)) => {
                self.fault(faults, column, format!("Công thức bị lỗi {e}. Nhập giá trị."));
                return None;
            }
            other => other.map(Value::to_text),
        };
        if found.is_none() {
            self.fault(faults, column, format!("Thiếu “{column}”. Điền ô này."));
        }
        found
    }

    /// A code or id that has to be filled in.
    pub fn code<T: FromStr>(&self, column: &str, faults: &mut Faults) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.required_text(column, faults)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(
                faults,
                column,
                format!("“{text}” không đúng dạng của cột “{column}”."),
            );
        }
        read
    }

    /// A number as decimal text with a point. None: empty, or a fault was noted.
    pub fn decimal(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let read = match self.value(column)? {
            Value::Number(n) => Ok(n.clone()),
            Value::Text(t) => decimal_text(t),
            other => Err(format!(
                "“{}” không phải là số. Nhập số, ví dụ 12,5.",
                other.to_text()
            )),
        };
        read.map_err(|reason| self.fault(faults, column, reason)).ok()
    }

    /// Points, up to four decimals. None: empty, or a fault was noted.
    pub fn points(&self, column: &str, faults: &mut Faults) -> Option<Points> {
        let text = self.decimal(column, faults)?;
        let read = text.parse().ok();
        if read.is_none() {
            let reason = format!("“{text}” không phải số điểm hợp lệ: nhiều nhất 4 chữ số thập phân.");
            self.fault(faults, column, reason);
        }
        read
    }

    /// A whole number. None: empty, or a fault was noted.
    pub fn integer(&self, column: &str, faults: &mut Faults) -> Option<i64> {
        let text = self.decimal(column, faults)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(faults, column, format!("“{text}” không phải số nguyên."));
        }
        read
    }

    /// A calendar date as "2022-12-15"; dates of the program, "2022-12-15" and "15/12/2022" are read.
    /// None: empty, or a fault was noted.
    pub fn date(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let text = match self.value(column)? {
            Value::Date(t) | Value::Text(t) => t.clone(),
            other => other.to_text(),
        };
        let iso = format_description!("[year]-[month]-[day]");
        let local = format_description!("[day padding:none]/[month padding:none]/[year]");
        let date = time::Date::parse(&text, iso).or_else(|_| time::Date::parse(&text, local));
        let read = date.ok().and_then(|d| d.format(iso).ok());
        if read.is_none() {
            self.fault(
                faults,
                column,
                format!("“{text}” không phải là ngày. Nhập dạng 2022-12-15."),
            );
        }
        read
    }

    /// "có" or "không" (also x, yes/no, TRUE/FALSE, 1/0); `default` where it is empty.
    pub fn yes_no(&self, column: &str, default: bool, faults: &mut Faults) -> Option<bool> {
        let text = self.text(column).to_lowercase();
        match text.as_str() {
            "" => Some(default),
            "có" | "x" | "yes" | "true" | "1" => Some(true),
            "không" | "no" | "false" | "0" => Some(false),
            _ => {
                self.fault(faults, column, format!("“{text}”: chỉ ghi “có” hoặc “không”."));
                None
            }
        }
    }
}
