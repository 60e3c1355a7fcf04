//! The thin layer over SQL: one statement text for both databases, `$n` placeholders.
//!
//! SQLite is the embedded default: WAL, `synchronous=FULL`, foreign keys on, one writer that begins
//! IMMEDIATE, four readers apart. PostgreSQL serves many processes: a schema and a login per service, and one
//! writer per service over all of them. Nothing outside this module names a driver's type.
//!
//! ```text
//! let row = db.opt(sql("SELECT name FROM identity_person WHERE person_id = $1").bind(id)).await?;
//! let mut tx = db.begin().await?;
//! tx.run(sql("UPDATE …").bind(name).bind(id)).await?;
//! tx.commit().await?;
//! ```
//!
//! What a statement has to keep to, so that both take it: lists go in by `bind_json` and come apart with
//! `json_each($n)`, whose `value->>'x'` is text (`CAST(… AS BIGINT)` makes a number of it) and whose `atom` is
//! an element that is no list itself; a list inside a list is bound [as its text](as_json_text); `unhex(…)`
//! makes bytes; `ON CONFLICT … SET n = table.n + excluded.n` names the table; sums are cast to BIGINT; a
//! placeholder that is only compared with NULL is cast.

mod error;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod value;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::fault;
use crate::metrics::metrics;
use postgres::{Postgres, PostgresTx};
use sqlite::{Sqlite, SqliteTx};

pub use error::{DbError, DbResult};
pub use migrate::Migration;
pub use postgres::{PostgresSettings, Tls};
pub use row::Row;
pub use value::{Column, Param, SqlValue, as_json_text};

/// A statement with its values.
#[derive(Clone, Debug)]
pub struct Statement {
    text: Cow<'static, str>,
    values: Vec<SqlValue>,
    /// A text holds U+0000, which PostgreSQL cannot store.
    nul: bool,
}

/// A statement; the text is fixed at compile time, values are bound.
#[must_use]
pub const fn sql(text: &'static str) -> Statement {
    Statement {
        text: Cow::Borrowed(text),
        values: Vec::new(),
        nul: false,
    }
}

/// A statement on a table whose name begins with the service's; only for the platform's own tables.
pub(crate) fn sql_of(service: &'static str, text: &str) -> Statement {
    Statement {
        text: Cow::Owned(text.replace("{service}", service)),
        values: Vec::new(),
        nul: false,
    }
}

/// One statement out of several, each between two pieces of text, the placeholders of each counted on from those
/// before.
fn joined(statements: Vec<Statement>, between: impl Fn(usize) -> (String, &'static str)) -> Statement {
    let mut all = Statement {
        text: Cow::Borrowed(""),
        values: Vec::new(),
        nul: false,
    };
    let text = all.text.to_mut();
    for (at, statement) in statements.into_iter().enumerate() {
        let (before, after) = between(at);
        text.push_str(&before);
        let mut parts = statement.text.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            // A '$' without a number is a path into JSON.
            let _into_a_string = match number.parse::<usize>() {
                Ok(n) => write!(text, "${}{rest}", n + all.values.len()),
                Err(_path) => write!(text, "${part}"),
            };
        }
        text.push_str(after);
        all.nul |= statement.nul;
        all.values.extend(statement.values);
    }
    all
}

impl Statement {
    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Param) -> Self {
        let value = value.into_sql();
        self.nul |= matches!(&value, SqlValue::Text(text) if text.contains('\0'));
        self.values.push(value);
        self
    }

    /// Refused before either database sees it, so that both take the same.
    fn check(&self) -> DbResult<()> {
        if self.nul { Err(DbError::Nul) } else { Ok(()) }
    }

    /// Binds a list as JSON text, for `json_each($n)`.
    ///
    /// # Panics
    /// Where the value has no JSON form: a fault of the calling code, seen by its first test.
    #[must_use]
    pub fn bind_json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let text = serde_json::to_string(value).expect("rows of a statement have a JSON form");
        self.nul |= value::has_escaped_nul(&text);
        self.values.push(SqlValue::Text(text));
        self
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
pub struct Db(Open);

#[derive(Clone, Debug)]
enum Open {
    Sqlite(Sqlite),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens or makes the SQLite file, and checks that its safety settings are in force.
    ///
    /// # Errors
    /// Where the file cannot be opened or a setting is refused.
    pub async fn sqlite(path: &Path) -> DbResult<Self> {
        Ok(Self(Open::Sqlite(Sqlite::open(path).await?)))
    }

    /// Connects a service to its schema, and checks that the server keeps what it acknowledges.
    ///
    /// # Errors
    /// [`DbError::Setting`], which names the setting and the remedy: the server does not answer, refuses the
    /// login or has no schema for the service.
    pub async fn postgres(settings: &PostgresSettings, service: &'static str) -> DbResult<Self> {
        let db = Postgres::open(settings, service).await?;
        Ok(Self(Open::Postgres(Arc::new(db))))
    }

    /// Whether this is a server that other processes write to as well.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.0, Open::Postgres(_))
    }

    /// Begins a transaction that may write. Dropped without commit, it leaves nothing.
    ///
    /// # Errors
    /// Where it does not come to its turn in time.
    pub async fn begin(&self) -> DbResult<Tx> {
        let asked = tokio::time::Instant::now();
        let tx = Tx(match &self.0 {
            Open::Sqlite(db) => Begun::Sqlite(db.begin().await?),
            Open::Postgres(db) => Begun::Postgres(db.begin().await?),
        });
        metrics().transaction_began(asked.elapsed());
        Ok(tx)
    }

    /// Reads, to decide and then to write everything [at once](OneWrite::commit_with). On PostgreSQL these are two trips
    /// instead of four.
    ///
    /// # Errors
    /// As [`begin`](Self::begin), or the statement's.
    pub async fn read_to_write(&self, statement: Statement) -> DbResult<(Vec<Row>, OneWrite)> {
        match &self.0 {
            Open::Sqlite(_) => {
                let mut tx = self.begin().await?;
                Ok((tx.all(statement).await?, OneWrite(tx.0)))
            }
            Open::Postgres(db) => {
                let (rows, tx) = db.read_to_write(&statement).await?;
                let rows = rows.into_iter().map(Row::from).collect();
                Ok((rows, OneWrite(Begun::Postgres(tx))))
            }
        }
    }

    /// Writes once more what was decided without reading, after who wrote last; nothing where it has to be read again.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn write_again(&self, after: &Again) -> DbResult<Option<OneWrite>> {
        match &self.0 {
            Open::Sqlite(_) => Ok(None),
            Open::Postgres(db) => {
                let tx = db.write_again(after.0).await?;
                Ok(tx.map(|tx| OneWrite(Begun::Postgres(tx))))
            }
        }
    }

    /// Brings the tables of a service up to date: the platform's own, then the service's.
    ///
    /// # Errors
    /// Where a migration fails, where one that ran before has changed since, or where the tables are newer
    /// than this program.
    pub async fn migrate(&self, service: &'static str, migrations: &[Migration]) -> DbResult<()> {
        match &self.0 {
            Open::Sqlite(db) => db.migrate(service, &migrate::all(migrations, i64::MAX)).await,
            Open::Postgres(db) => db.migrate(service, &migrate::all(migrations, i64::MAX)).await,
        }
    }

    /// Only as far as a version: the state of an earlier program, for tests of the way from there.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate).
    #[cfg(feature = "testkit")]
    pub async fn migrate_until(
        &self,
        service: &'static str,
        migrations: &[Migration],
        last: i64,
    ) -> DbResult<()> {
        match &self.0 {
            Open::Sqlite(db) => db.migrate(service, &migrate::all(migrations, last)).await,
            Open::Postgres(db) => db.migrate(service, &migrate::all(migrations, last)).await,
        }
    }

    /// All rows, from a reader.
    ///
    /// # Errors
    /// The driver's.
    pub async fn all(&self, statement: Statement) -> DbResult<Vec<Row>> {
        Ok(match &self.0 {
            Open::Sqlite(db) => db.all(statement).await?.into_iter().map(Row::from).collect(),
            Open::Postgres(db) => db.all(statement).await?.into_iter().map(Row::from).collect(),
        })
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// The driver's.
    pub async fn opt(&self, statement: Statement) -> DbResult<Option<Row>> {
        Ok(self.all(statement).await?.into_iter().next())
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
        match &self.0 {
            Open::Sqlite(db) => db.close().await,
            Open::Postgres(db) => db.close().await,
        }
    }
}

impl Reads for &Db {
    async fn all(&mut self, statement: Statement) -> DbResult<Vec<Row>> {
        Db::all(self, statement).await
    }
}

/// A transaction.
#[derive(Debug)]
pub struct Tx(Begun);

#[derive(Debug)]
enum Begun {
    Sqlite(SqliteTx),
    Postgres(PostgresTx),
}

impl Tx {
    /// Runs a statement that writes; answers the number of rows.
    ///
    /// # Errors
    /// The driver's.
    pub async fn run(&mut self, statement: Statement) -> DbResult<u64> {
        match &mut self.0 {
            Begun::Sqlite(tx) => tx.run(statement).await,
            Begun::Postgres(tx) => tx.run(statement).await,
        }
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
    /// The driver's; nothing is stored then, or, where the connection was lost, perhaps all of it.
    pub async fn commit(self) -> DbResult<()> {
        self.commit_with(Vec::new()).await
    }

    /// Runs the last statements and makes everything durable. No statement may need what another one of them
    /// writes: PostgreSQL is sent all of them as one.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub async fn commit_with(self, statements: Vec<Statement>) -> DbResult<()> {
        fault::point("db.before_commit");
        match self.0 {
            Begun::Sqlite(tx) => tx.commit_with(statements).await?,
            Begun::Postgres(tx) => tx.commit_with(statements).await?,
        }
        metrics().transaction_committed();
        fault::point("db.after_commit");
        Ok(())
    }
}

impl Reads for Tx {
    async fn all(&mut self, statement: Statement) -> DbResult<Vec<Row>> {
        Ok(match &mut self.0 {
            Begun::Sqlite(tx) => tx.all(statement).await?.into_iter().map(Row::from).collect(),
            Begun::Postgres(tx) => tx.all(&statement).await?.into_iter().map(Row::from).collect(),
        })
    }
}

/// What has read, and has yet to write; dropped before that, it leaves nothing.
#[derive(Debug)]
pub struct OneWrite(Begun);

impl OneWrite {
    /// Writes all of it or nothing, as [`Tx::commit_with`] does. One of the statements must append to the journal after
    /// the [tail](crate::journal::Tail) that was read, or written last: its number is taken where somebody wrote since.
    /// Answers with what [`Db::write_again`] wants; on `SQLite`, where reading costs no trip, with nothing.
    ///
    /// # Errors
    /// [`DbError::Overtaken`]: nothing is stored, and what was read or presumed may no longer be so; read again.
    /// Otherwise as [`Tx::commit`].
    pub async fn commit_with(self, statements: Vec<Statement>) -> DbResult<Option<Again>> {
        match self.0 {
            sqlite @ Begun::Sqlite(_) => Tx(sqlite).commit_with(statements).await.map(|()| None),
            Begun::Postgres(tx) => {
                fault::point("db.before_commit");
                let number = tx.write_at_once(statements).await?;
                metrics().transaction_committed();
                fault::point("db.after_commit");
                Ok(number.map(Again))
            }
        }
    }
}

/// Who wrote last, on a connection that is kept. What was committed on it is there as long as it is.
#[derive(Debug)]
pub struct Again(u64);

#[cfg(test)]
mod tests;
