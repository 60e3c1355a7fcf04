//! Names of things: UUIDs for what people make, codes for what the regulation names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::Unreadable;

/// Why a text is not an id or code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is malformed: {text:?}")]
pub struct IdError {
    /// The sort of id: "SlipId".
    pub what: &'static str,
    /// The text, cut to 64 characters.
    pub text: String,
    /// Vietnamese: how it is written.
    written: &'static str,
}

impl IdError {
    fn new(what: &'static str, text: &str, written: &'static str) -> Self {
        Self {
            what,
            text: text.chars().take(64).collect(),
            written,
        }
    }
}

impl Unreadable for IdError {
    fn remedy(&self) -> String {
        format!("{}.", self.written)
    }
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.hyphenated())
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| {
                    IdError::new(stringify!($name), text, "Viết dạng UUID, như 0192f0c4-7a00-7000-8000-000000000001")
                })
            }
        }
    )*};
}

uuid_id! {
    /// One act of a client; repeating it repeats nothing.
    RequestId,
    /// A person who may sign in.
    PersonId,
    /// An API token.
    TokenId,
    /// Somebody who answers a survey slip.
    RespondentId,
    /// A survey slip.
    SlipId,
    /// A frozen list of slips for the recheck.
    LotId,
    /// One slip to be rechecked.
    CaseId,
    /// A piece of evidence on one leaf.
    EvidenceId,
    /// A proposed penalty.
    PenaltyId,
    /// A unit's request that a window be opened again.
    ReopeningId,
}

macro_rules! code {
    ($($(#[$doc:meta])* $name:ident($max:literal, $allowed:expr, $written:literal)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let allowed: fn(char) -> bool = $allowed;
                let fits = !text.is_empty() && text.len() <= $max && text.chars().all(allowed);
                if fits { Ok(Self(text.to_owned())) } else { Err(IdError::new(stringify!($name), text, $written)) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }
    )*};
}

code! {
    /// A yearly cycle: `2022`.
    CycleCode(32, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        "Viết bằng chữ thường không dấu, chữ số và dấu “-”, nhiều nhất 32 ký tự, như 2026"),
    /// A type of unit with an index set of its own: `department`.
    UnitTypeCode(32, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_',
        "Viết bằng chữ thường không dấu, chữ số và dấu “_”, nhiều nhất 32 ký tự, như department"),
    /// A rated unit, or a council agency: `SNV`.
    UnitCode(32, |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-',
        "Viết bằng chữ hoa không dấu, chữ số và dấu “-”, nhiều nhất 32 ký tự, như SNV"),
    /// A row of an index set: `II.3.2`; the first part is the content.
    CriterionCode(32, |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.',
        "Viết bằng chữ hoa không dấu, chữ số và dấu chấm, nhiều nhất 32 ký tự, như II.3.2"),
    /// A respondent group: `HDND`.
    GroupCode(32, |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_',
        "Viết bằng chữ hoa không dấu, chữ số và dấu “_”, nhiều nhất 32 ký tự, như HDND"),
    /// A question of a questionnaire: `Q1`.
    QuestionName(64, |c| c.is_ascii_alphanumeric() || c == '_',
        "Viết bằng chữ không dấu, chữ số và dấu “_”, nhiều nhất 64 ký tự, như Q1"),
    /// An option of a question: `5`, `khong_y_kien`.
    OptionName(64, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-',
        "Viết bằng chữ không dấu, chữ số, dấu “_” và dấu “-”, nhiều nhất 64 ký tự, như khong_y_kien"),
}

impl CriterionCode {
    /// The content (top section) it belongs to: `II` for `II.3.2`.
    #[must_use]
    pub fn content(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// The row it is a part of: `II.3` for `II.3.2`, none for a content.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('.').map(|at| Self(self.0[..at].to_owned()))
    }
}
