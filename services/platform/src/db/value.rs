//! Values on their way into and out of the database: integers, text, bytes, and the domain's own types.

use chiso_domain::kernel::{
    CaseId, CriterionCode, CycleCode, EvidenceId, GroupCode, Instant, LotId, OptionName, PenaltyId, PersonId,
    Points, QuestionName, ReopeningId, RequestId, RespondentId, SlipId, TokenId, UnitCode, UnitTypeCode,
};
use serde::Serialize;
use serde::ser::{Error as _, Serializer};
use uuid::Uuid;

use super::{DbError, DbResult, Row};

/// What a database column can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqlValue {
    /// Nothing.
    Null,
    /// A whole number; truth values, instants and points too.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes; UUIDs too.
    Blob(Vec<u8>),
}

/// What can be bound to a placeholder.
pub trait Param {
    /// Its database form.
    fn into_sql(self) -> SqlValue;
}

/// What can be read from a column.
pub trait Column: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`DbError::Column`] where the column holds something else.
    fn read(row: &Row, column: &str) -> DbResult<Self>;
}

/// For a field that is itself a list or an object, of a list that is bound as JSON: it goes in as its text, so
/// that it is stored with the same bytes by every database.
///
/// # Errors
/// Where the value has no JSON form.
pub fn as_json_text<T: Serialize + ?Sized, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(value).map_err(S::Error::custom)?;
    serializer.serialize_str(&text)
}

/// Whether a JSON text holds U+0000: an escape whose backslash is not itself escaped.
pub(super) fn has_escaped_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        before % 2 == 0
    })
}

impl<T: Param> Param for Option<T> {
    fn into_sql(self) -> SqlValue {
        self.map_or(SqlValue::Null, Param::into_sql)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        if row.is_null(column)? {
            Ok(None)
        } else {
            T::read(row, column).map(Some)
        }
    }
}

impl Param for &str {
    fn into_sql(self) -> SqlValue {
        SqlValue::Text(self.to_owned())
    }
}

impl Param for String {
    fn into_sql(self) -> SqlValue {
        SqlValue::Text(self)
    }
}

impl Param for &String {
    fn into_sql(self) -> SqlValue {
        SqlValue::Text(self.clone())
    }
}

impl Column for String {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.value(column, "text")
    }
}

impl Param for Vec<u8> {
    fn into_sql(self) -> SqlValue {
        SqlValue::Blob(self)
    }
}

impl Param for &[u8] {
    fn into_sql(self) -> SqlValue {
        SqlValue::Blob(self.to_vec())
    }
}

impl Column for Vec<u8> {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.value(column, "bytes")
    }
}

impl Param for bool {
    fn into_sql(self) -> SqlValue {
        SqlValue::Int(i64::from(self))
    }
}

impl Column for bool {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.int(column, "truth value").map(|n| n != 0)
    }
}

impl Param for i64 {
    fn into_sql(self) -> SqlValue {
        SqlValue::Int(self)
    }
}

impl Column for i64 {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.int(column, "whole number")
    }
}

macro_rules! small_integers {
    ($($type:ty),*) => {$(
        impl Param for $type {
            fn into_sql(self) -> SqlValue {
                SqlValue::Int(i64::from(self))
            }
        }
        impl Column for $type {
            fn read(row: &Row, column: &str) -> DbResult<Self> {
                let n: i64 = row.int(column, "whole number")?;
                n.try_into().map_err(|_| DbError::Column { column: column.to_owned(), expected: stringify!($type) })
            }
        }
    )*};
}
small_integers!(i32, u32, u8);

impl Param for Instant {
    fn into_sql(self) -> SqlValue {
        SqlValue::Int(self.micros())
    }
}

impl Column for Instant {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.int(column, "instant").map(Self::from_micros)
    }
}

impl Param for Points {
    fn into_sql(self) -> SqlValue {
        SqlValue::Int(self.parts())
    }
}

impl Column for Points {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        row.int(column, "points").map(Self::from_parts)
    }
}

impl Param for Uuid {
    fn into_sql(self) -> SqlValue {
        SqlValue::Blob(self.into_bytes().to_vec())
    }
}

impl Column for Uuid {
    fn read(row: &Row, column: &str) -> DbResult<Self> {
        let bytes: Vec<u8> = row.value(column, "UUID")?;
        Self::from_slice(&bytes).map_err(|_| DbError::Column {
            column: column.to_owned(),
            expected: "UUID",
        })
    }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Param for $id {
            fn into_sql(self) -> SqlValue {
                self.0.into_sql()
            }
        }
        impl Column for $id {
            fn read(row: &Row, column: &str) -> DbResult<Self> {
                Uuid::read(row, column).map($id)
            }
        }
    )*};
}
ids!(
    RequestId,
    PersonId,
    TokenId,
    RespondentId,
    SlipId,
    LotId,
    CaseId,
    EvidenceId,
    PenaltyId,
    ReopeningId
);

macro_rules! codes {
    ($($code:ident),*) => {$(
        impl Param for &$code {
            fn into_sql(self) -> SqlValue {
                SqlValue::Text(self.as_str().to_owned())
            }
        }
        impl Param for $code {
            fn into_sql(self) -> SqlValue {
                SqlValue::Text(self.into())
            }
        }
        impl Column for $code {
            fn read(row: &Row, column: &str) -> DbResult<Self> {
                let text: String = row.value(column, stringify!($code))?;
                text.parse().map_err(|_| DbError::Column { column: column.to_owned(), expected: stringify!($code) })
            }
        }
    )*};
}
codes!(
    CycleCode,
    UnitTypeCode,
    UnitCode,
    CriterionCode,
    GroupCode,
    QuestionName,
    OptionName
);
