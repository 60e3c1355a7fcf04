//! Conversions of what all services share: instants, codes, index points, inputs, the cycle.
//!
//! A conversion from the wire names the field path that is at fault; one to the wire cannot fail.

mod cycle;
mod points;

use std::fmt::Display;
use std::str::FromStr;

use chiso_domain::kernel::{Instant, Refusal, RefusalKind, Unreadable};
use prost_types::Timestamp;

/// A field of a message that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field {field}: {reason}")]
pub struct BadField {
    /// Path: `slips[3].unit`.
    pub field: String,
    /// English, for logs.
    pub reason: String,
    /// Vietnamese, with the remedy. Those of this file begin with the field: `“unit”: chưa điền. …`, which a page
    /// leaves out, where it stands beside a label.
    pub vi: String,
}

impl BadField {
    /// A field with its fault in both languages.
    pub fn new(field: impl Into<String>, reason: impl Display, vi: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.to_string(),
            vi: vi.into(),
        }
    }

    /// A required field that is absent.
    pub fn missing(field: impl Into<String>) -> Self {
        let field = field.into();
        let vi = format!("“{field}”: chưa điền. Điền rồi gửi lại.");
        Self {
            field,
            reason: "is required".to_owned(),
            vi,
        }
    }

    /// The same fault one level further down: `slips[3]` before `unit`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = format!("{parent}.{}", self.field);
        self
    }
}

impl Refusal for BadField {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
    fn reason(&self) -> &'static str {
        "FIELD_INVALID"
    }
    fn field(&self) -> String {
        self.field.clone()
    }
    fn vi(&self) -> String {
        self.vi.clone()
    }
}

/// Reads a text field as an id, code or number.
///
/// # Errors
/// [`BadField`] that names the field.
pub fn parse<T: FromStr>(field: &str, text: &str) -> Result<T, BadField>
where
    T::Err: Unreadable,
{
    if text.is_empty() {
        return Err(BadField::missing(field));
    }
    text.parse().map_err(|e: T::Err| {
        let vi = format!("“{field}”: “{}” không đúng dạng. {}", short(text), e.remedy());
        BadField::new(field, e, vi)
    })
}

/// As [`parse`], where an empty text means none.
///
/// # Errors
/// [`BadField`] that names the field.
pub fn parse_optional<T: FromStr>(field: &str, text: &str) -> Result<Option<T>, BadField>
where
    T::Err: Unreadable,
{
    if text.is_empty() {
        Ok(None)
    } else {
        parse(field, text).map(Some)
    }
}

/// Reads a text field: NFC, 1 to `max` characters.
///
/// # Errors
/// [`BadField`] that names the field.
pub fn text(field: &str, value: &str, max: usize) -> Result<String, BadField> {
    let value = chiso_domain::kernel::text::nfc(value);
    if value.is_empty() {
        return Err(BadField::missing(field));
    }
    optional_text(field, &value, max)
}

/// As [`text`], where it may be empty.
///
/// # Errors
/// [`BadField`] that names the field.
pub fn optional_text(field: &str, value: &str, max: usize) -> Result<String, BadField> {
    let value = chiso_domain::kernel::text::nfc(value);
    let length = value.chars().count();
    if length > max {
        let vi = format!("“{field}”: dài {length} ký tự, nhiều nhất là {max}. Rút ngắn rồi gửi lại.");
        return Err(BadField::new(
            field,
            format_args!("longer than {max} characters"),
            vi,
        ));
    }
    if value.contains('\0') {
        let vi = format!("“{field}”: có ký tự rỗng (U+0000). Bỏ ký tự đó rồi gửi lại.");
        return Err(BadField::new(field, "holds U+0000", vi));
    }
    Ok(value)
}

/// Reads a required instant.
///
/// # Errors
/// [`BadField`] where it is absent or out of range.
pub fn instant(field: &str, at: Option<&Timestamp>) -> Result<Instant, BadField> {
    let at = at.ok_or_else(|| BadField::missing(field))?;
    at.seconds
        .checked_mul(1_000_000)
        .and_then(|micros| micros.checked_add(i64::from(at.nanos) / 1_000))
        .filter(|_| (0..1_000_000_000).contains(&at.nanos) && (0..253_402_300_800).contains(&at.seconds))
        .map(Instant::from_micros)
        .ok_or_else(|| {
            BadField::new(
                field,
                "out of range",
                format!("“{field}”: thời điểm không hợp lệ. Ghi một thời điểm từ năm 1970 đến năm 9999."),
            )
        })
}

/// An instant on the wire.
#[must_use]
pub fn timestamp(at: Instant) -> Timestamp {
    let micros = at.micros();
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
