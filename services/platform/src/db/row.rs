//! A row of a result, whichever database it comes from.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _};

use super::{Column, DbError, DbResult};

/// A row of a result.
#[derive(Debug)]
pub struct Row(Made);

#[derive(Debug)]
enum Made {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Made::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Made::Postgres(row))
    }
}

impl Row {
    /// The value of a column.
    ///
    /// # Errors
    /// [`DbError::Column`] where it holds something else.
    pub fn get<T: Column>(&self, column: &str) -> DbResult<T> {
        T::read(self, column)
    }

    pub(super) fn is_null(&self, column: &str) -> DbResult<bool> {
        Ok(match &self.0 {
            Made::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Made::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }

    /// NULL is no value of any type but `Option`.
    pub(super) fn value<'r, T>(&'r self, column: &str, expected: &'static str) -> DbResult<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        let value = match &self.0 {
            Made::Sqlite(row) => row.try_get::<Option<T>, _>(column),
            Made::Postgres(row) => row.try_get::<Option<T>, _>(column),
        };
        found(value, column, expected)
    }

    /// A whole number of any width; a truth value as 0 or 1, since PostgreSQL keeps those apart.
    pub(super) fn int(&self, column: &str, expected: &'static str) -> DbResult<i64> {
        let Made::Postgres(row) = &self.0 else {
            return self.value(column, expected);
        };
        let kind = row.try_get_raw(column)?.type_info().name().to_owned();
        let value = match kind.as_str() {
            "BOOL" => row.try_get::<Option<bool>, _>(column).map(|b| b.map(i64::from)),
            "INT4" => row.try_get::<Option<i32>, _>(column).map(|n| n.map(i64::from)),
            _ => row.try_get::<Option<i64>, _>(column),
        };
        found(value, column, expected)
    }
}

fn found<T>(value: Result<Option<T>, sqlx::Error>, column: &str, expected: &'static str) -> DbResult<T> {
    let wrong = || DbError::Column {
        column: column.to_owned(),
        expected,
    };
    value.map_err(|_| wrong())?.ok_or_else(wrong)
}
