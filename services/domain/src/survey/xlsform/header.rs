//! The header of a form sheet, and its rows read by column name.

use std::collections::BTreeMap;

use super::{Faults, FormRow, FormSheet};

/// A sheet whose header is understood.
pub(super) struct Header<'a> {
    sheet: &'a FormSheet,
    row: u32,
    /// Letter to name, for the columns we know.
    known: BTreeMap<&'a str, &'static str>,
    /// Letter to title, for those we do not: they have to stay empty.
    foreign: BTreeMap<&'a str, &'a str>,
}

/// A row below the header.
pub(super) struct Row<'a> {
    sheet: &'a str,
    number: u32,
    /// Column name to (letter, text).
    cells: BTreeMap<&'static str, (&'a str, &'a str)>,
    letters: BTreeMap<&'static str, &'a str>,
}

impl<'a> Header<'a> {
    /// None where rows cannot be read; the fault is noted.
    pub(super) fn read(
        sheet: &'a FormSheet,
        required: &[&'static str],
        optional: &[&'static str],
        faults: &mut Faults,
    ) -> Option<Self> {
        let header = sheet.rows.first()?;
        let mut found = Self {
            sheet,
            row: header.number,
            known: BTreeMap::new(),
            foreign: BTreeMap::new(),
        };
        for (letter, title) in &header.cells {
            let name = column_name(title);
            let known = required
                .iter()
                .chain(optional)
                .find(|known| Some(**known) == name);
            match known {
                None => _ = found.foreign.insert(letter, title),
                Some(name) if found.known.values().any(|other| other == name) => {
                    let reason = format!("Cột “{title}” lặp lại. Bỏ một cột.");
                    faults.push(&sheet.name, header.number, letter, reason);
                }
                Some(name) => _ = found.known.insert(letter, name),
            }
        }
        let missing: Vec<_> = required
            .iter()
            .filter(|name| !found.known.values().any(|known| known == *name))
            .collect();
        for name in &missing {
            let reason = format!("Thiếu cột “{name}”. Dùng đúng mẫu XLSForm.");
            faults.push(&sheet.name, header.number, "A", reason);
        }
        missing.is_empty().then_some(found)
    }

    /// Rows below the header; filled cells under a foreign or empty title are faults.
    pub(super) fn rows(&self, faults: &mut Faults) -> Vec<Row<'a>> {
        let below = self.sheet.rows.iter().filter(|row| row.number > self.row);
        below.map(|row| self.row(row, faults)).collect()
    }

    fn row(&self, row: &'a FormRow, faults: &mut Faults) -> Row<'a> {
        let mut cells = BTreeMap::new();
        for (letter, text) in &row.cells {
            match self.known.get(letter.as_str()) {
                Some(name) => _ = cells.insert(*name, (letter.as_str(), text.as_str())),
                None => {
                    let title = self.foreign.get(letter.as_str()).copied().unwrap_or("");
                    let reason = format!("Không dùng được cột “{title}” ({text}). Để trống ô này.");
                    faults.push(&self.sheet.name, row.number, letter, reason);
                }
            }
        }
        Row {
            sheet: &self.sheet.name,
            number: row.number,
            cells,
            letters: self.known.iter().map(|(letter, name)| (*name, *letter)).collect(),
        }
    }
}

impl<'a> Row<'a> {
    /// From 1.
    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// Text of a cell, "" where it is empty.
    pub(super) fn text(&self, column: &str) -> &'a str {
        self.cells.get(column).map_or("", |(_, text)| text)
    }

    /// Notes a fault at a cell of this row.
    pub(super) fn fault(&self, faults: &mut Faults, column: &str, reason: impl Into<String>) {
        let letter = self.letters.get(column).copied().unwrap_or("A");
        faults.push(self.sheet, self.number, letter, reason);
    }
}

/// The column a title means: `label`, `label::Tiếng Việt (vi)` and `label::vi` are one, the `(en)` ones
/// another.
fn column_name(title: &str) -> Option<&'static str> {
    const PLAIN: [&str; 12] = [
        "type",
        "name",
        "label",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "list_name",
        "form_title",
        "form_id",
        "version",
        "default_language",
    ];
    /// What is written in two languages: its name, and the name of its English column.
    const WORDED: [(&str, &str); 2] = [
        ("label", "label_en"),
        ("constraint_message", "constraint_message_en"),
    ];
    if let Some(name) = PLAIN.iter().find(|name| **name == title) {
        return Some(name);
    }
    let (name, language) = title.split_once("::")?;
    let (vi, en) = WORDED.iter().find(|(vi, _)| *vi == name)?;
    let language = language.trim();
    let code = language
        .strip_suffix(')')
        .and_then(|l| l.rsplit_once('('))
        .map_or(language, |(_, code)| code);
    match code.trim() {
        "vi" => Some(vi),
        "en" => Some(en),
        _ => None,
    }
}
