//! SQLite: one connection that writes, four that read.
//!
//! The driver keeps a thread per connection, and on an idle machine the way there and back costs more than a
//! small statement. So a transaction begins with its first statement and may end with its last one, and the
//! writing connection is held by a lock, not by a pool that asks whether it is still there.

use std::borrow::Cow;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Row as _};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use crate::fault;

use super::{DbError, DbResult, Migration, SqlValue, Statement, joined, migrate, sql};

/// So long a transaction waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rows that the driver's thread hands over before it waits for the reader.
const ROWS_AT_ONCE: usize = 1_024;

/// So long an answer of the driver's thread is waited for without sleep.
const AWAKE: Duration = Duration::from_micros(500);

/// The writing connection; gone once the database is closed.
type Writer = Option<SqliteConnection>;

/// An open file.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> DbResult<Self> {
        let synchronous = match fault::planted("synchronous-normal") {
            true => SqliteSynchronous::Normal,
            false => SqliteSynchronous::Full,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-8192")
            .statement_cache_capacity(256)
            .row_buffer_size(ROWS_AT_ONCE)
            .disable_statement_logging();
        let writer = options.connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(PATIENCE)
            // A file does not go away; asking before each use is a way to the driver's thread and back.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await?;
        let db = Self {
            writer: Arc::new(Mutex::new(Some(writer))),
            readers,
        };
        db.check_settings().await?;
        Ok(db)
    }

    async fn check_settings(&self) -> DbResult<()> {
        let mut tx = self.begin().await?;
        let text = "SELECT (SELECT journal_mode FROM pragma_journal_mode) AS mode, \
                    (SELECT synchronous FROM pragma_synchronous) AS synchronous, \
                    (SELECT foreign_keys FROM pragma_foreign_keys) AS keys";
        let rows = tx.all(sql(text)).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let mode: String = row.try_get("mode")?;
        let (synchronous, keys): (i64, i64) = (row.try_get("synchronous")?, row.try_get("keys")?);
        if (mode.as_str(), synchronous, keys) == ("wal", 2, 1) || fault::planted("synchronous-normal") {
            return Ok(());
        }
        Err(DbError::Setting(format!(
            "SQLite must run with journal_mode=wal, synchronous=2, foreign_keys=1; it runs with {mode}, \
             {synchronous}, {keys}. Put the data folder on a local disk"
        )))
    }

    pub(super) async fn migrate(&self, service: &'static str, migrations: &[Migration]) -> DbResult<()> {
        let mut writer = self.begin().await?;
        migrate::on_sqlite(writer.connection()?, service, migrations).await
    }

    /// Rows from a reader.
    pub(super) async fn all(&self, statement: Statement) -> DbResult<Vec<SqliteRow>> {
        Ok(query(statement)?.fetch_all(&self.readers).await?)
    }

    pub(super) async fn begin(&self) -> DbResult<SqliteTx> {
        let lock = timeout(PATIENCE, Arc::clone(&self.writer).lock_owned());
        let writer = lock.await.map_err(|_elapsed| sqlx::Error::PoolTimedOut)?;
        if writer.is_none() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        Ok(SqliteTx {
            writer: Some(writer),
            begun: false,
        })
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.close().await
        {
            tracing::warn!(%error, "the database did not close in order; it is whole, its log is replayed at the next start");
        }
    }
}

/// A transaction; dropped before its commit, it leaves nothing.
#[derive(Debug)]
pub(super) struct SqliteTx {
    /// Nobody else writes while this is held.
    writer: Option<OwnedMutexGuard<Writer>>,
    begun: bool,
}

impl SqliteTx {
    fn connection(&mut self) -> DbResult<&mut SqliteConnection> {
        let writer = self.writer.as_mut().and_then(|writer| writer.as_mut());
        writer.ok_or(DbError::Sql(sqlx::Error::PoolClosed))
    }

    /// Rows of a statement; the transaction begins with it if it has not begun.
    pub(super) async fn all(&mut self, statement: Statement) -> DbResult<Vec<SqliteRow>> {
        let statement = if self.begun {
            statement
        } else {
            together(vec![BEGIN, statement])
        };
        self.begun = true;
        let query = query(statement)?;
        Ok(soon(query.fetch_all(self.connection()?)).await?)
    }

    pub(super) async fn run(&mut self, statement: Statement) -> DbResult<u64> {
        if !self.begun {
            // Apart, since the rows it touched are counted over the whole text.
            self.begun = true;
            query(BEGIN)?.execute(self.connection()?).await?;
        }
        let query = query(statement)?;
        Ok(query.execute(self.connection()?).await?.rows_affected())
    }

    /// Runs statements in their order and commits, all in one way to the driver's thread and back.
    pub(super) async fn commit_with(mut self, mut statements: Vec<Statement>) -> DbResult<()> {
        if !self.begun && statements.is_empty() {
            return Ok(());
        }
        if !self.begun {
            statements.insert(0, BEGIN);
        }
        statements.push(sql("COMMIT"));
        self.begun = true;
        let query = query(together(statements))?;
        soon(query.execute(self.connection()?)).await?;
        self.begun = false;
        Ok(())
    }
}

/// Waits for the driver's thread, at first without going to sleep: where nothing else is to be done, waking up
/// costs as much as a small statement.
async fn soon<F: Future>(answer: F) -> F::Output {
    let mut answer = pin!(answer);
    let asked = Instant::now();
    while asked.elapsed() < AWAKE {
        let looked = poll_fn(|waker| Poll::Ready(answer.as_mut().poll(waker))).await;
        if let Poll::Ready(answer) = looked {
            return answer;
        }
        yield_now().await;
    }
    answer.await
}

/// Takes the file's write lock at once: a transaction that reads first and then writes must not fail halfway.
const BEGIN: Statement = sql("BEGIN IMMEDIATE");

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take().filter(|_| self.begun) else {
            return;
        };
        // The lock goes along, so the next transaction waits until this one is undone.
        let undo = async move {
            if let Some(connection) = writer.as_mut() {
                // Refused where the statement that failed has already ended the transaction.
                let _nothing_to_undo = sqlx::query("ROLLBACK").execute(connection).await;
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo)),
            Err(_outside) => tracing::error!("a transaction was dropped outside the runtime"),
        }
    }
}

/// The statement with its values.
fn query(statement: Statement) -> DbResult<sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>> {
    statement.check()?;
    let mut arguments = SqliteArguments::default();
    for value in statement.values {
        let added = match value {
            SqlValue::Null => arguments.add(None::<i64>),
            SqlValue::Int(n) => arguments.add(n),
            SqlValue::Text(t) => arguments.add(t),
            SqlValue::Blob(b) => arguments.add(b),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(match statement.text {
        Cow::Borrowed(text) => sqlx::query_with(text, arguments),
        Cow::Owned(text) => sqlx::query_with(AssertSqlSafe(text), arguments),
    })
}

/// One text of several statements, one after another.
fn together(statements: Vec<Statement>) -> Statement {
    joined(statements, |_| (String::new(), ";\n"))
}

/// Whether the same may go well when it is done again: another process holds the file, or the disk is full.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    // The low byte of an extended code is the primary one: BUSY, LOCKED, FULL.
    let primary = |e: &sqlx::sqlite::SqliteError| {
        use sqlx::error::DatabaseError;
        e.code()?.parse::<i64>().ok().map(|code| code & 0xff)
    };
    match error {
        sqlx::Error::Database(e) => {
            let code = e
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .and_then(primary);
            matches!(code, Some(5 | 6 | 13))
        }
        _ => false,
    }
}
