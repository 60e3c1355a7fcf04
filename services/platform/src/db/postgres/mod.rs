//! PostgreSQL: a pool per service, in which one connection at the most is writing.
//!
//! A write transaction takes the only row of `<service>_writer`, so that the write transactions of a service
//! follow one another whichever process they come from, exactly as they do on SQLite. Within the process they
//! queue before they take a connection, so that waiting writers leave the readers theirs.
//!
//! Who writes keeps its connection for the next one: it has everything prepared, and nothing is to be asked. Who has
//! read once and then writes once needs no transaction: the lock is taken within the statement that writes, and the
//! number of its row in the journal shows whether something else was written since the reading. While the connection is
//! the same, who wrote last may even write again without reading, for the same number shows the same.
//!
//! Connections are not asked whether they are still there before each use. Where one turns out to be gone
//! before anything was done on it, the next one is taken.
//!
//! The server limits what a statement may take. Whether the server is there at all is for this side to notice: who
//! gets no answer beyond that limit gives the connection up, and no connection waits longer than [`UNDO`] to go back
//! to the pool.

mod open;
mod settings;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnectOptions, PgConnection, PgPool, PgRow, PgTypeInfo,
};
use sqlx::{Arguments, AssertSqlSafe, Connection, Encode, Executor, Type};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

pub use settings::{PostgresSettings, Tls};

use crate::metrics::metrics;

use super::{DbError, DbResult, Migration, SqlValue, Statement, joined, migrate, sql_of};

/// So long an abandoned transaction may take to be undone, and a connection to go back to the pool, before the
/// connection is cut instead.
const UNDO: Duration = Duration::from_secs(5);
/// An answer that comes so much later than the server's own limits will not come: it, or the way to it, is lost.
const LOST: Duration = Duration::from_secs(5);
/// A connection that lay idle for so long is asked whether it is still there,
const IDLE: Duration = Duration::from_secs(1);
/// and has so long to say so.
const THERE: Duration = Duration::from_secs(2);
/// So long the writer's connection is kept, before a new one takes its place.
const KEPT: Duration = Duration::from_secs(300);

/// The connection of whoever wrote last, until the next one writes.
type Writer = Option<Kept>;

/// A service's way to its schema.
#[derive(Debug)]
pub(super) struct Postgres {
    pool: PgPool,
    options: PgConnectOptions,
    /// Held by whoever of this process is writing.
    writer: Arc<Mutex<Writer>>,
    patience: Duration,
    /// So long an answer is waited for.
    limit: Duration,
    /// Takes the lock of all who write.
    lock: String,
}

impl Postgres {
    pub(super) async fn migrate(&self, service: &'static str, migrations: &[Migration]) -> DbResult<()> {
        let connecting = in_time(self.patience, open::for_migration(&self.options)).await;
        let mut connection = connecting?;
        migrate::on_postgres(&mut connection, service, migrations).await
    }

    pub(super) async fn begin(&self) -> DbResult<PostgresTx> {
        let begin = format!("BEGIN; {}", self.lock);
        let mut attempts = self.attempts();
        loop {
            let mut tx = self.turn().await?;
            match tx.simple(&begin).await {
                Err(DbError::Sql(error)) if gone(&error) && !late(&error) && attempts > 0 => attempts -= 1,
                begun => return begun.map(|()| tx),
            }
        }
    }

    /// Reads without the lock, to write with one statement next.
    pub(super) async fn read_to_write(&self, statement: &Statement) -> DbResult<(Vec<PgRow>, PostgresTx)> {
        let asked = Instant::now();
        let mut attempts = self.attempts();
        loop {
            let mut tx = self.turn().await?;
            metrics().transaction_began(asked.elapsed());
            tx.unlocked = true;
            match tx.all(statement).await {
                Err(DbError::Sql(error))
                    if (gone(&error) || outdated(&error)) && !late(&error) && attempts > 0 =>
                {
                    attempts -= 1;
                }
                rows => return Ok((rows?, tx)),
            }
        }
    }

    /// To write with one statement, without reading, after who wrote on that connection; nothing where it is not kept
    /// any more. On another one the server may be another too, which has never heard of what was written.
    pub(super) async fn write_again(&self, after: u64) -> DbResult<Option<PostgresTx>> {
        let asked = Instant::now();
        let mut tx = self.turn().await?;
        tx.unlocked = true;
        if tx.connection.as_ref().is_none_or(|kept| kept.number != after) {
            return Ok(None);
        }
        metrics().transaction_began(asked.elapsed());
        Ok(Some(tx))
    }

    /// Waits to be the one of this process who writes.
    async fn turn(&self) -> DbResult<PostgresTx> {
        let turn = timeout(self.patience, Arc::clone(&self.writer).lock_owned()).await;
        let mut writer = turn.map_err(|_elapsed| sqlx::Error::PoolTimedOut)?;
        if self.pool.is_closed() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let there = match writer.take() {
            Some(kept) => kept.if_there().await,
            None => None,
        };
        let kept = match there {
            Some(kept) => kept,
            None => self.keep_one().await?,
        };
        Ok(PostgresTx {
            connection: Some(kept),
            limit: self.limit,
            lock: self.lock.clone(),
            unlocked: false,
            writer: Some(writer),
            whole: true,
            spoiled: false,
        })
    }

    /// A connection of the pool, to be kept.
    async fn keep_one(&self) -> DbResult<Kept> {
        let mut attempts = self.attempts();
        loop {
            match Kept::new(Lent(self.pool.acquire().await?)).await {
                Err(error) if gone(&error) && !late(&error) && attempts > 0 => attempts -= 1,
                kept => return Ok(kept?),
            }
        }
    }

    pub(super) async fn all(&self, statement: Statement) -> DbResult<Vec<PgRow>> {
        let mut attempts = self.attempts();
        loop {
            let query = query(&statement)?;
            let mut connection = Lent(self.pool.acquire().await?);
            match in_time(self.limit, query.fetch_all(&mut *connection.0)).await {
                Err(error) if gone(&error) || outdated(&error) => {
                    connection.cut();
                    if attempts == 0 || late(&error) {
                        return Err(error.into());
                    }
                    attempts -= 1;
                }
                rows => return Ok(rows?),
            }
        }
    }

    /// As many connections as may all be gone at once, because the server was started again.
    fn attempts(&self) -> u32 {
        self.pool.options().get_max_connections()
    }

    pub(super) async fn close(&self) {
        // From here on nobody gets a connection; who is writing finishes.
        let closing = self.pool.close();
        drop(self.writer.lock().await.take());
        closing.await;
    }
}

/// A connection of the pool. However its use ends, it goes back, if it answers in time; one that does not must not
/// keep its place in the pool.
#[derive(Debug)]
struct Lent(PoolConnection<sqlx::Postgres>);

impl Lent {
    /// Ends the connection and frees its place.
    fn cut(&mut self) {
        drop(self.0.return_to_pool());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Dropped by itself, the pool's connection would wait for its answer without limit.
        let back = self.0.return_to_pool();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { timeout(UNDO, back).await });
        }
    }
}

/// The writer's connection. What it runs it runs again and again, so each statement has one plan: PostgreSQL would
/// else look at the length of its lists each time, to find that the plan is the same. The pool does not get it back.
#[derive(Debug)]
struct Kept {
    /// No other connection of this process has it.
    number: u64,
    lent: Lent,
    since: Instant,
    used: Instant,
    uses: u32,
}

impl Kept {
    async fn new(lent: Lent) -> sqlx::Result<Self> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let now = Instant::now();
        let mut kept = Self {
            number: LAST.fetch_add(1, Ordering::Relaxed),
            lent,
            since: now,
            used: now,
            uses: 0,
        };
        let plans = kept.lent.0.execute("SET plan_cache_mode = force_generic_plan");
        in_time(THERE, plans).await?;
        Ok(kept)
    }

    /// Itself, if it may be used once more.
    async fn if_there(mut self) -> Option<Self> {
        let there = self.since.elapsed() < KEPT
            && (self.used.elapsed() < IDLE || in_time(THERE, self.lent.0.ping()).await.is_ok())
            && self.plan_anew().await.is_ok();
        there.then_some(self)
    }

    /// Counts a use. A plan that was made while a table was small may read all of it, so plans are given up after 8, 64,
    /// 512, … uses: by then a table that grows has grown.
    async fn plan_anew(&mut self) -> sqlx::Result<()> {
        self.uses = self.uses.wrapping_add(1);
        if self.uses > 1 && self.uses.is_power_of_two() && self.uses.trailing_zeros().is_multiple_of(3) {
            in_time(THERE, self.lent.0.execute("DISCARD PLANS")).await?;
        }
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.lent.cut();
    }
}

/// A transaction; dropped before its commit, it leaves nothing.
#[derive(Debug)]
pub(super) struct PostgresTx {
    connection: Option<Kept>,
    limit: Duration,
    /// Takes the lock of all who write.
    lock: String,
    /// Nothing but reading without the lock was done.
    unlocked: bool,
    /// Nobody else of this process writes while this is held.
    writer: Option<OwnedMutexGuard<Writer>>,
    /// No statement failed or was given up. PostgreSQL answers the COMMIT of a transaction in which one failed
    /// without an error and stores nothing, so it must not be sent.
    whole: bool,
    /// The connection is of no more use.
    spoiled: bool,
}

impl PostgresTx {
    fn connection(&mut self) -> DbResult<&mut PgConnection> {
        let connection = self.connection.as_mut();
        Ok(&mut *connection.ok_or(DbError::Sql(sqlx::Error::PoolClosed))?.lent.0)
    }

    fn done<T>(&mut self, result: Result<T, sqlx::Error>) -> DbResult<T> {
        match &result {
            Ok(_) => self.whole = true,
            Err(error) => self.spoiled |= gone(error) || outdated(error),
        }
        Ok(result?)
    }

    /// Statements without values, in one trip.
    async fn simple(&mut self, text: &str) -> DbResult<()> {
        self.whole = false;
        let text = AssertSqlSafe(text.to_owned());
        let result = in_time(self.limit, self.connection()?.execute(text)).await;
        self.done(result).map(drop)
    }

    pub(super) async fn all(&mut self, statement: &Statement) -> DbResult<Vec<PgRow>> {
        let query = query(statement)?;
        self.start()?;
        let result = in_time(self.limit, query.fetch_all(self.connection()?)).await;
        self.done(result)
    }

    pub(super) async fn run(&mut self, statement: Statement) -> DbResult<u64> {
        let query = query(&statement)?;
        self.start()?;
        let result = in_time(self.limit, query.execute(self.connection()?)).await;
        Ok(self.done(result)?.rows_affected())
    }

    /// Runs statements that do not need each other, in one trip, and commits.
    pub(super) async fn commit_with(mut self, statements: Vec<Statement>) -> DbResult<()> {
        if !statements.is_empty() {
            self.run(together(statements)).await?;
        }
        self.start()?;
        let result = in_time(self.limit, self.connection()?.execute("COMMIT")).await;
        self.done(result)?;
        self.keep();
        Ok(())
    }

    /// Writes all of it with one statement; [`again`](Postgres::write_again) after the number that it answers with. Its
    /// last part takes the lock and is run first, before the parts that write. Were it not, one of two who wait for each
    /// other would be refused, which is no different from being overtaken.
    pub(super) async fn write_at_once(mut self, mut statements: Vec<Statement>) -> DbResult<Option<u64>> {
        statements.push(sql_of("", &self.lock));
        let written = self.run(together(statements)).await;
        let number = self.connection.as_ref().map(|kept| kept.number);
        match written {
            Err(error) if overtaken(&error) => {
                self.keep();
                Err(DbError::Overtaken)
            }
            Err(error) => Err(error),
            Ok(_) => {
                self.keep();
                Ok(number)
            }
        }
    }

    /// Leaves the connection to the next one who writes.
    fn keep(&mut self) {
        if let (Some(mut kept), Some(mut writer)) = (self.connection.take(), self.writer.take()) {
            kept.used = Instant::now();
            *writer = Some(kept);
        }
    }

    /// Marks that a statement is under way; refused after one that did not end well.
    fn start(&mut self) -> DbResult<()> {
        if std::mem::replace(&mut self.whole, false) {
            Ok(())
        } else {
            Err(DbError::Aborted)
        }
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        if self.unlocked && self.whole {
            return self.keep();
        }
        let Some(mut kept) = self.connection.take() else {
            return;
        };
        let (mut writer, spoiled) = (self.writer.take(), self.spoiled);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // Cut off, the server undoes the transaction.
            return kept.lent.cut();
        };
        // The turn goes along: the next transaction of this process waits until this one is undone, or its connection
        // cut. What the server is still doing then ends, and gives the lock back, as soon as it notices.
        runtime.spawn(async move {
            let undone = !spoiled && in_time(UNDO, kept.lent.0.execute("ROLLBACK")).await.is_ok();
            match writer.as_mut() {
                Some(writer) if undone => **writer = Some(kept),
                _ => kept.lent.cut(),
            }
            drop(writer);
        });
    }
}

/// The answer, or the error of a server that is no longer there.
async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let lost = |_elapsed| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    timeout(limit, answer).await.unwrap_or_else(lost)
}

/// The statement with its values, each with its type but NULL, whose type the server finds by its place.
fn query(statement: &Statement) -> DbResult<sqlx::query::Query<'static, sqlx::Postgres, PgArguments>> {
    statement.check()?;
    let mut arguments = PgArguments::default();
    for value in &statement.values {
        let added = match value {
            SqlValue::Null => arguments.add(Untyped),
            SqlValue::Int(n) => arguments.add(n),
            SqlValue::Text(t) => arguments.add(t.as_str()),
            SqlValue::Blob(b) => arguments.add(b.as_slice()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(match &statement.text {
        std::borrow::Cow::Borrowed(text) => sqlx::query_with(*text, arguments),
        std::borrow::Cow::Owned(text) => sqlx::query_with(AssertSqlSafe(text.clone()), arguments),
    })
}

/// One statement of several that do not need each other: each but the last is a part that nobody reads from.
fn together(statements: Vec<Statement>) -> Statement {
    let last = statements.len() - 1;
    joined(statements, |at| match at {
        _ if at == last => (" ".to_owned(), ""),
        0 => ("WITH part0 AS (".to_owned(), ")"),
        _ => (format!(", part{at} AS ("), ")"),
    })
}

/// NULL of any type.
struct Untyped;

impl Type<sqlx::Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, sqlx::Postgres> for Untyped {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

/// SQLSTATE, where the server answered with one.
pub(super) fn state(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Database(e) => e
            .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
            .map(|e| e.code().to_owned()),
        _ => None,
    }
}

/// The connection is no longer there: its server was stopped, or the line was cut. Or it leads to a server that takes
/// no writes any more.
pub(super) fn gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        // 57P01 to 57P05: shut down, crashed, starting, database dropped, idle too long. 25P03: idle in a
        // transaction. 25006: a standby, which only reads. Class 08: connection.
        other => state(other).is_some_and(|s| {
            s.starts_with("57P") || s.starts_with("08") || matches!(s.as_str(), "25P03" | "25006")
        }),
    }
}

/// The answer did not come in time: another connection to the same server would wait as long.
fn late(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut)
}

/// Another process wrote first, so that a number is taken (23505), or something is missing that was presumed (23502);
/// or the two waited for each other (40P01).
fn overtaken(error: &DbError) -> bool {
    let states = ["23505", "23502", "40P01"];
    matches!(error, DbError::Sql(error) if state(error).is_some_and(|s| states.contains(&s.as_str())))
}

/// The tables changed under a statement that this connection had prepared.
fn outdated(error: &sqlx::Error) -> bool {
    state(error).is_some_and(|s| s == "0A000") && error.to_string().contains("cached plan")
}

/// Whether the same may go well when it is done again: the server was away, or too busy in time.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    let busy = |s: &str| {
        // Serialisation, deadlock, lock timeout, statement timeout; class 53: out of room or connections.
        matches!(s, "40001" | "40P01" | "55P03" | "57014") || s.starts_with("53")
    };
    gone(error) || outdated(error) || state(error).is_some_and(|s| busy(&s))
}

#[cfg(test)]
mod tests;
