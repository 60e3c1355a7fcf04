//! The thin layer over SQL: one statement text for every database, `$n` placeholders.
//!
//! SQLite is the embedded default: WAL, `synchronous=FULL`, foreign keys on, one writer that begins
//! IMMEDIATE, four readers apart. Nothing outside this module names a driver's type, so that a second
//! database is added here and nowhere else.
//!
//! ```text
//! let row = db.opt(sql("SELECT name FROM identity_person WHERE person_id = $1").bind(id)).await?;
//! let mut tx = db.begin().await?;
//! tx.run(sql("UPDATE …").bind(name).bind(id)).await?;
//! tx.commit().await?;
//! ```

mod migrate;
mod sqlite;
mod value;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Row as _};

use sqlite::{Sqlite, SqliteTx};

pub use migrate::Migration;
pub use value::{Column, Param, SqlValue};

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
    /// A setting of the database is not in force.
    #[error("{0}")]
    Setting(String),
}

impl DbError {
    /// Whether a UNIQUE or PRIMARY KEY constraint was hit.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// Result of a statement.
pub type DbResult<T> = Result<T, DbError>;

/// A statement with its values.
#[derive(Clone, Debug)]
pub struct Statement {
    text: Cow<'static, str>,
    values: Vec<SqlValue>,
}

/// A statement; the text is fixed at compile time, values are bound.
#[must_use]
pub const fn sql(text: &'static str) -> Statement {
    Statement {
        text: Cow::Borrowed(text),
        values: Vec::new(),
    }
}

/// A statement on a table whose name begins with the service's; only for the platform's own tables.
pub(crate) fn sql_of(service: &'static str, text: &str) -> Statement {
    Statement {
        text: Cow::Owned(text.replace("{service}", service)),
        values: Vec::new(),
    }
}

impl Statement {
    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Param) -> Self {
        self.values.push(value.into_sql());
        self
    }

    /// Binds a list as JSON text, for `json_each($n)`.
    ///
    /// # Panics
    /// Where the value has no JSON form: a fault of the calling code, seen by its first test.
    #[must_use]
    pub fn bind_json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let text = serde_json::to_string(value).expect("rows of a statement have a JSON form");
        self.values.push(SqlValue::Text(text));
        self
    }

    fn into_query(self) -> DbResult<sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>> {
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            let added = match value {
                SqlValue::Null => arguments.add(None::<i64>),
                SqlValue::Int(n) => arguments.add(n),
                SqlValue::Text(t) => arguments.add(t),
                SqlValue::Blob(b) => arguments.add(b),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
        Ok(match self.text {
            Cow::Borrowed(text) => sqlx::query_with(text, arguments),
            Cow::Owned(text) => sqlx::query_with(AssertSqlSafe(text), arguments),
        })
    }
}

/// One text of several statements, the placeholders of each counted on from those before.
fn together(statements: Vec<Statement>) -> Statement {
    let (mut text, mut values) = (String::new(), Vec::new());
    for statement in statements {
        let mut parts = statement.text.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            // A '$' without a number is a path into JSON.
            let _into_a_string = match number.parse::<usize>() {
                Ok(n) => write!(text, "${}{rest}", n + values.len()),
                Err(_path) => write!(text, "${part}"),
            };
        }
        text.push_str(";\n");
        values.extend(statement.values);
    }
    Statement {
        text: Cow::Owned(text),
        values,
    }
}

/// A row of a result.
#[derive(Debug)]
pub struct Row(SqliteRow);

impl Row {
    /// The value of a column.
    ///
    /// # Errors
    /// [`DbError::Column`] where it holds something else.
    pub fn get<T: Column>(&self, column: &str) -> DbResult<T> {
        T::read(self, column)
    }

    pub(crate) fn raw(&self) -> &SqliteRow {
        &self.0
    }
}

/// What reads: a database, or a transaction that sees its own writes.
pub trait Reads: Send {
    /// All rows.
    fn all(&mut self, statement: Statement) -> impl Future<Output = DbResult<Vec<Row>>> + Send;

    /// The first row, if any.
    fn opt(&mut self, statement: Statement) -> impl Future<Output = DbResult<Option<Row>>> + Send {
        async move { Ok(self.all(statement).await?.into_iter().next()) }
    }

    /// The first row.
    fn one(&mut self, statement: Statement) -> impl Future<Output = DbResult<Row>> + Send {
        async move {
            self.opt(statement)
                .await?
                .ok_or(DbError::Sql(sqlx::Error::RowNotFound))
        }
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub struct Db(Sqlite);

impl Db {
    /// Opens or makes the SQLite file, and checks that its safety settings are in force.
    ///
    /// # Errors
    /// Where the file cannot be opened or a setting is refused.
    pub async fn open(path: &Path) -> DbResult<Self> {
        let db = Self(Sqlite::open(path).await?);
        db.check_settings().await?;
        Ok(db)
    }

    async fn check_settings(&self) -> DbResult<()> {
        let mut tx = self.begin().await?;
        let mode: String = tx.one(sql("PRAGMA journal_mode")).await?.get("journal_mode")?;
        let synchronous: i64 = tx.one(sql("PRAGMA synchronous")).await?.get("synchronous")?;
        let keys: i64 = tx.one(sql("PRAGMA foreign_keys")).await?.get("foreign_keys")?;
        if (mode.as_str(), synchronous, keys) == ("wal", 2, 1) {
            return Ok(());
        }
        Err(DbError::Setting(format!(
            "SQLite must run with journal_mode=wal, synchronous=2, foreign_keys=1; it runs with {mode}, \
             {synchronous}, {keys}. Put the data folder on a local disk"
        )))
    }

    /// Begins a transaction that may write. Dropped without commit, it leaves nothing.
    ///
    /// # Errors
    /// Where no writer comes free in time.
    pub async fn begin(&self) -> DbResult<Tx> {
        Ok(Tx(self.0.begin().await?))
    }

    /// Brings the tables of a service up to date: the platform's own three, then the service's.
    ///
    /// # Errors
    /// Where a migration fails, or one that ran before has changed since.
    pub async fn migrate(&self, service: &'static str, migrations: &[Migration]) -> DbResult<()> {
        migrate::run(self.0.begin().await?.connection()?, service, migrations).await
    }

    /// All rows, from a reader.
    ///
    /// # Errors
    /// The driver's.
    pub async fn all(&self, statement: Statement) -> DbResult<Vec<Row>> {
        let rows = statement.into_query()?.fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// The driver's.
    pub async fn opt(&self, statement: Statement) -> DbResult<Option<Row>> {
        Ok(statement
            .into_query()?
            .fetch_optional(&self.0.readers)
            .await?
            .map(Row))
    }

    /// The first row.
    ///
    /// # Errors
    /// The driver's, also where there is none.
    pub async fn one(&self, statement: Statement) -> DbResult<Row> {
        self.opt(statement)
            .await?
            .ok_or(DbError::Sql(sqlx::Error::RowNotFound))
    }

    /// Finishes what is under way and closes all connections.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

impl Reads for &Db {
    async fn all(&mut self, statement: Statement) -> DbResult<Vec<Row>> {
        Db::all(self, statement).await
    }
}

/// A transaction.
#[derive(Debug)]
pub struct Tx(SqliteTx);

impl Tx {
    /// Runs a statement that writes; answers the number of rows.
    ///
    /// # Errors
    /// The driver's.
    pub async fn run(&mut self, statement: Statement) -> DbResult<u64> {
        self.0.run(statement).await
    }

    /// Runs a statement that must touch exactly one row.
    ///
    /// # Errors
    /// [`DbError::RowCount`] where it touched another number.
    pub async fn run_one(&mut self, statement: Statement) -> DbResult<()> {
        match self.run(statement).await? {
            1 => Ok(()),
            touched => Err(DbError::RowCount { expected: 1, touched }),
        }
    }

    /// Makes everything durable. Only after this may anything be acknowledged.
    ///
    /// # Errors
    /// The driver's; nothing is stored then.
    pub async fn commit(self) -> DbResult<()> {
        self.commit_with(Vec::new()).await
    }

    /// Runs the last statements, in their order, and makes everything durable.
    ///
    /// # Errors
    /// The driver's; nothing is stored then.
    pub async fn commit_with(self, statements: Vec<Statement>) -> DbResult<()> {
        self.0.commit_with(statements).await
    }
}

impl Reads for Tx {
    async fn all(&mut self, statement: Statement) -> DbResult<Vec<Row>> {
        Ok(self.0.all(statement).await?.into_iter().map(Row).collect())
    }
}

impl Row {
    /// NULL is no value of any type but `Option`.
    pub(crate) fn try_raw<'r, T>(&'r self, column: &str, expected: &'static str) -> DbResult<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        let wrong = || DbError::Column {
            column: column.to_owned(),
            expected,
        };
        self.0
            .try_get::<Option<T>, _>(column)
            .map_err(|_| wrong())?
            .ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("t.db")).await.unwrap();
        let table = Migration {
            version: 1,
            name: "t",
            sql: "CREATE TABLE t_row (id INTEGER PRIMARY KEY, v TEXT) STRICT;",
        };
        db.migrate("t", &[table]).await.unwrap();
        (folder, db)
    }

    #[tokio::test]
    async fn a_dropped_transaction_leaves_nothing() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        tx.run_one(sql("INSERT INTO t_row (v) VALUES ($1)").bind("gone"))
            .await
            .unwrap();
        drop(tx);
        assert!(db.opt(sql("SELECT v FROM t_row")).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_comes_after_a_dropped_transaction_is_stored() {
        let (_folder, db) = open().await;
        let insert = |v| sql("INSERT INTO t_row (v) VALUES ($1)").bind(v);
        let mut tx = db.begin().await.unwrap();
        assert!(tx.all(sql("SELECT v FROM t_row")).await.unwrap().is_empty());
        assert!(
            tx.run(sql("INSERT INTO t_row (nothing) VALUES (1)"))
                .await
                .is_err()
        );
        drop(tx);
        let tx = db.begin().await.unwrap();
        tx.commit_with(vec![insert("kept")]).await.unwrap();
        assert_eq!(db.all(sql("SELECT v FROM t_row")).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn last_statements_have_each_their_values_and_count_together() {
        let (_folder, db) = open().await;
        let insert = |id: i64, v: &str| {
            sql("INSERT INTO t_row (v, id) VALUES ($2->>'$.v', $1)")
                .bind(id)
                .bind_json(&serde_json::json!({ "v": v }))
        };
        let tx = db.begin().await.unwrap();
        tx.commit_with(vec![insert(1, "a"), insert(2, "b"), insert(3, "c")])
            .await
            .unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run_one(insert(4, "d")).await.unwrap();
        let halfway = tx.commit_with(vec![insert(5, "e"), insert(1, "again")]).await;
        assert!(halfway.unwrap_err().is_unique_violation());
        let rows = db.all(sql("SELECT v FROM t_row ORDER BY id")).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.get("v").unwrap()).collect();
        assert_eq!(found, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn a_closed_database_says_so() {
        let (_folder, db) = open().await;
        db.close().await;
        assert!(matches!(
            db.begin().await,
            Err(DbError::Sql(sqlx::Error::PoolClosed))
        ));
    }

    #[tokio::test]
    async fn values_and_null_come_back() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        tx.run_one(
            sql("INSERT INTO t_row (id, v) VALUES ($1, $2)")
                .bind(7_i64)
                .bind(None::<String>),
        )
        .await
        .unwrap();
        let row = tx.one(sql("SELECT id, v FROM t_row")).await.unwrap();
        assert_eq!(row.get::<i64>("id").unwrap(), 7);
        assert_eq!(row.get::<Option<String>>("v").unwrap(), None);
        assert!(matches!(row.get::<String>("v"), Err(DbError::Column { .. })));
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_migration_that_changed_after_it_ran_is_refused() {
        let (_folder, db) = open().await;
        let changed = Migration {
            version: 1,
            name: "t",
            sql: "CREATE TABLE t_other (id INTEGER) STRICT;",
        };
        assert!(matches!(
            db.migrate("t", &[changed]).await,
            Err(DbError::Migrate { .. })
        ));
    }
}
