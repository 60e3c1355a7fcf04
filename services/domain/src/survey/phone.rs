//! Phone numbers: one form for one number, so that the same person is found twice.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use crate::kernel::{Refusal, RefusalKind};

/// A Vietnamese phone number: ten digits, the first of them 0. It prints masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone(String);

/// A text is no phone number. It is not repeated: errors are logged, phone numbers are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number of ten digits that begins with 0")]
pub struct PhoneError;

impl Phone {
    /// All ten digits. Only for sealing, hashing and a contact that was opened.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The last three digits.
    #[must_use]
    pub fn tail(&self) -> &str {
        &self.0[7..]
    }

    /// A number of which only the last three digits are known: `•••• ••• 678`.
    #[must_use]
    pub fn masked(tail: &str) -> String {
        format!("•••• ••• {tail}")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", Self::masked(self.tail()))
    }
}

impl FromStr for Phone {
    type Err = PhoneError;
    /// Understands blanks, dots, dashes, brackets, full-width digits and `+84`.
    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let folded: String = text
            .nfkc()
            .filter(|c| {
                !(c.is_whitespace() || matches!(c, '.' | '-' | '–' | '(' | ')' | '\u{2010}' | '\u{2011}'))
            })
            .collect();
        let digits = match folded.strip_prefix("+84") {
            // "+84 (0)912…" is a common double.
            Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            None => folded,
        };
        let fits =
            digits.len() == 10 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(digits)) } else { Err(PhoneError) }
    }
}

impl Refusal for PhoneError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
    fn reason(&self) -> &'static str {
        "PHONE_INVALID"
    }
    fn vi(&self) -> String {
        "Số điện thoại phải có 10 chữ số và bắt đầu bằng 0 (hoặc +84). Kiểm tra rồi nhập lại.".to_owned()
    }
}
