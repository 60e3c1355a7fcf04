//! What a check of a document found: numbered checks, each fine or with named faults.

use std::fmt;

/// Faults listed per check; more are only counted.
const LISTED_MAX: usize = 100;

/// Something in a document that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `results.units[SNV].contents.II`.
    pub path: String,
    /// What the document says; empty where that is no single value.
    pub found: String,
    /// What it should say.
    pub expected: String,
    /// In words; Vietnamese, except for what a JSON reader says.
    pub note: String,
}

impl Fault {
    /// A value that differs from the computed one.
    pub(super) fn differs(
        path: impl Into<String>,
        found: impl fmt::Display,
        expected: impl fmt::Display,
    ) -> Self {
        Self {
            path: path.into(),
            found: found.to_string(),
            expected: expected.to_string(),
            note: String::new(),
        }
    }

    /// A fault in words.
    pub(super) fn noted(path: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            found: String::new(),
            expected: String::new(),
            note: note.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        if self.note.is_empty() {
            write!(f, "ghi {}, tính lại {}", self.found, self.expected)
        } else {
            f.write_str(&self.note)
        }
    }
}

/// One check of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub title: &'static str,
    /// How many things were looked at.
    pub checked: usize,
    /// The first faults.
    pub faults: Vec<Fault>,
    /// Faults beyond those listed.
    pub more: usize,
}

impl Check {
    pub(super) fn new(title: &'static str, checked: usize, mut faults: Vec<Fault>) -> Self {
        let more = faults.len().saturating_sub(LISTED_MAX);
        faults.truncate(LISTED_MAX);
        Self {
            title,
            checked,
            faults,
            more,
        }
    }
}

/// What a document is, and every check of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// SHA-256 of the file.
    pub sha256: String,
    /// "Tỉnh Phú Thọ · 2022 · phiên bản 1", empty where the file cannot be read.
    pub subject: String,
    /// In order.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.faults.is_empty())
    }

    /// All listed faults.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.checks.iter().flat_map(|check| &check.faults)
    }
}

impl fmt::Display for Report {
    /// Numbered lines, faults under their check, the verdict last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.subject.is_empty() {
            writeln!(f, "{}", self.subject)?;
        }
        writeln!(f, "SHA-256 của tệp: {}", self.sha256)?;
        for (at, check) in self.checks.iter().enumerate() {
            write!(f, "{:>2}. {} ({}): ", at + 1, check.title, check.checked)?;
            match check.faults.len() + check.more {
                0 => writeln!(f, "ĐÚNG")?,
                faults => writeln!(f, "SAI ({faults} chỗ)")?,
            }
            for fault in &check.faults {
                writeln!(f, "      {fault}")?;
            }
            if check.more > 0 {
                writeln!(f, "      … và {} chỗ khác", check.more)?;
            }
        }
        f.write_str(if self.is_clean() {
            "KẾT LUẬN: ĐÚNG. Kết quả tính lại trùng với tệp.\n"
        } else {
            "KẾT LUẬN: SAI. Tệp này không phải là tệp đã công bố, hoặc đã bị sửa.\n"
        })
    }
}
