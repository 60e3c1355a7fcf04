//! Values of cells, and the reading of numbers and dates from them.

use calamine::DataRef;
use chiso_domain::kernel::text::nfc;

/// A cell that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// From 0.
    pub column: u32,
    /// What it holds.
    pub value: Value,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NFC, trimmed, not empty.
    Text(String),
    /// Decimal text with a point: "12.5".
    Number(String),
    /// TRUE or FALSE.
    Bool(bool),
    /// "2022-12-15", or with a time "2022-12-15T10:00:00".
    Date(String),
    /// A formula that failed: "#DIV/0!".
    Error(String),
}

impl Value {
    /// None for an empty cell.
    pub(super) fn read(data: &DataRef<'_>) -> Option<Self> {
        let text = |text: &str| Some(nfc(text)).filter(|t| !t.is_empty()).map(Self::Text);
        match data {
            DataRef::Empty => None,
            DataRef::String(s) => text(s),
            DataRef::SharedString(s) => text(s),
            DataRef::Int(n) => Some(Self::Number(n.to_string())),
            DataRef::Float(n) => {
                Some(float_text(*n).map_or_else(|| Self::Error(n.to_string()), Self::Number))
            }
            DataRef::Bool(b) => Some(Self::Bool(*b)),
            DataRef::DateTime(at) if at.is_datetime() => Some(Self::Date(date_text(at.to_ymd_hms_milli()))),
            DataRef::DateTime(at) => float_text(at.as_f64()).map(Self::Number),
            DataRef::DateTimeIso(at) | DataRef::DurationIso(at) => text(at),
            DataRef::Error(e) => Some(Self::Error(e.to_string())),
        }
    }

    /// As text, whatever the kind: "12.5", "TRUE".
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(t) | Self::Number(t) | Self::Date(t) | Self::Error(t) => t.clone(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }
}

/// The 15 significant digits that a spreadsheet program shows, as plain decimal text: a formula's
/// 0.30000000000000004 is 0.3.
fn float_text(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |m| ("-", m));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let point = exponent + 1;
    let text = match usize::try_from(point) {
        Err(_) | Ok(0) => {
            let zeros = usize::try_from(-point).ok()?;
            format!("0.{}{digits}", "0".repeat(zeros))
        }
        Ok(whole) if whole >= digits.len() => format!("{digits}{}", "0".repeat(whole - digits.len())),
        Ok(whole) => format!("{}.{}", &digits[..whole], &digits[whole..]),
    };
    Some(format!("{sign}{text}"))
}

fn date_text((year, month, day, hour, minute, second, _): (u16, u8, u8, u8, u8, u8, u16)) -> String {
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Reads decimal text as people type it: "12,5" and "12.5" are the same; "1.234,5", and "1.234" which may
/// mean a thousand, are refused as ambiguous. The answer has a point.
///
/// # Errors
/// The Vietnamese sentence that says what is wrong.
pub fn decimal_text(text: &str) -> Result<String, String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let separators = digits.chars().filter(|c| matches!(c, '.' | ',')).count();
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let plausible = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    let thousands = fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
    if plausible && !digits.is_empty() && (separators > 1 || separators == 1 && thousands) {
        return Err(format!(
            "Số “{text}” có thể hiểu nhiều cách. Chỉ dùng một dấu thập phân, không dùng dấu ngăn hàng nghìn; \
             hoặc nhập ở ô kiểu số."
        ));
    }
    match separators {
        0 if all_digits(whole) => Ok(format!("{sign}{whole}")),
        1 if all_digits(whole) && all_digits(fraction) => Ok(format!("{sign}{whole}.{fraction}")),
        _ => Err(format!("“{text}” không phải là số. Nhập số, ví dụ 12,5.")),
    }
}

/// Letters of a column: 0 is "A", 26 is "AA".
#[must_use]
pub fn column_letter(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}
