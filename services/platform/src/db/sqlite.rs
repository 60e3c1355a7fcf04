//! SQLite: one connection that writes, four that read.
//!
//! The driver keeps a thread per connection, and on an idle machine the way there and back costs more than a
//! small statement. So a transaction begins with its first statement and may end with its last one, and the
//! writing connection is held by a lock, not by a pool that asks whether it is still there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use super::{DbError, DbResult, Statement, together};

/// So long a transaction waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rows that the driver's thread hands over before it waits for the reader.
const ROWS_AT_ONCE: usize = 1_024;

/// The writing connection; gone once the database is closed.
type Writer = Option<SqliteConnection>;

/// An open file.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    writer: Arc<Mutex<Writer>>,
    pub(super) readers: SqlitePool,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> DbResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
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
        Ok(Self {
            writer: Arc::new(Mutex::new(Some(writer))),
            readers,
        })
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
    pub(super) fn connection(&mut self) -> DbResult<&mut SqliteConnection> {
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
        let query = statement.into_query()?;
        Ok(query.fetch_all(self.connection()?).await?)
    }

    pub(super) async fn run(&mut self, statement: Statement) -> DbResult<u64> {
        if !self.begun {
            // Apart, since the rows it touched are counted over the whole text.
            self.begun = true;
            BEGIN.into_query()?.execute(self.connection()?).await?;
        }
        let query = statement.into_query()?;
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
        statements.push(super::sql("COMMIT"));
        self.begun = true;
        let query = together(statements).into_query()?;
        query.execute(self.connection()?).await?;
        self.begun = false;
        Ok(())
    }
}

/// Takes the file's write lock at once: a transaction that reads first and then writes must not fail halfway.
const BEGIN: Statement = super::sql("BEGIN IMMEDIATE");

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
