//! Faults of the database.

use super::{postgres, sqlite};

/// A fault of the database or of a row that contradicts its schema.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The driver's own.
    #[error("database")]
    Sql(#[from] sqlx::Error),
    /// A migration did not run.
    #[error("migration of {service}")]
    Migrate {
        /// Whose.
        service: &'static str,
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// A column does not hold what the code expects.
    #[error("column {column} holds no {expected}")]
    Column {
        /// Which.
        column: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A value that was to be stored as JSON has no JSON form.
    #[error("value has no JSON form")]
    Json(#[from] serde_json::Error),
    /// A write touched another number of rows than it must.
    #[error("expected {expected} rows, touched {touched}")]
    RowCount {
        /// As it must be.
        expected: u64,
        /// As it was.
        touched: u64,
    },
    /// Something about the database is not as it must be; the text names the setting and the remedy.
    #[error("{0}")]
    Setting(String),
    /// A text that was to be stored or looked for holds U+0000.
    #[error("a text holds U+0000")]
    Nul,
    /// A statement of the transaction failed before, so nothing of it may be stored.
    #[error("an earlier statement of the transaction failed")]
    Aborted,
    /// What was read before the writing, or presumed, is no longer so, or never was; nothing is stored.
    #[error("the data are not as they were read, or presumed, before writing")]
    Overtaken,
}

impl DbError {
    /// Whether a UNIQUE or PRIMARY KEY constraint was hit.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// Whether the same may go well when it is done again: the database was away, too busy, or its disk full.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            Self::Overtaken => true,
            Self::Sql(error) => postgres::is_passing(error) || sqlite::is_passing(error),
            _ => false,
        }
    }
}

/// Result of a statement.
pub type DbResult<T> = Result<T, DbError>;
