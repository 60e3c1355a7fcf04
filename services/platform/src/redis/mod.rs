//! Redis between processes: a doorbell ([`Redis::run`]) and a cache ([`Cache`]). Never the truth.
//!
//! Everything works without it, only slower. So nothing ever waits long for it: one task keeps the connection
//! and asks for a sign of life; an operation finds a connection or none, and has a tenth of a second and a half
//! for its answer. After a few answers that did not come Redis is left alone until it gives a sign of life
//! again. That it fell silent, and that it is back, is logged once each.

mod bell;
mod cache;
#[cfg(all(test, feature = "testkit"))]
mod tests;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

pub use cache::{Cache, NEWEST_KEPT, Name, Published, newest_of};

use crate::bells::Bells;
use crate::metrics::metrics;
use crate::rng;

/// An answer that comes later is no answer.
const ANSWER: Duration = Duration::from_millis(150);
/// A connection, and a sign of life on it; nobody waits for these.
const CONNECT: Duration = Duration::from_secs(1);
/// From one sign of life to the next.
const PULSE: Duration = Duration::from_secs(2);
/// So many answers may fail to come in a row.
const PATIENCE: u32 = 3;
/// Until Redis is tried again: doubled each time, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The setting does not name a server of Redis. The address is not repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error(
    "redis.url cannot be used: {reason}; write redis://[user:password@]host:port[/db], \
     or leave it empty to run without Redis"
)]
pub struct BadUrl {
    reason: String,
}

/// How it stands with Redis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// None is configured.
    Off,
    /// It was not reached yet.
    Starting,
    /// It answers.
    Up,
    /// It does not, and why.
    Down(String),
}

/// The way to Redis, or to none. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Redis(Option<Arc<Link>>);

struct Link {
    client: Client,
    /// Host and port, without user and password.
    address: String,
    line: Mutex<Line>,
    /// Answers that did not come, in a row.
    misses: AtomicU32,
    given_up: Notify,
    state: watch::Sender<State>,
}

/// The connection, if there is one, and the how manieth it is: an answer that fails on an old one says nothing
/// about the new one.
#[derive(Clone, Default)]
struct Line {
    number: u64,
    connection: Option<MultiplexedConnection>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({})", self.address)
    }
}

impl Redis {
    /// No Redis: what a process alone runs with.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// For a server at an address; an empty one means none. Does not connect yet: [`run`](Self::run) does.
    ///
    /// # Errors
    /// [`BadUrl`], which names the setting.
    pub fn open(url: &str) -> Result<Self, BadUrl> {
        if url.is_empty() {
            return Ok(Self::off());
        }
        let bad = |reason: &str| BadUrl {
            reason: reason.to_owned(),
        };
        if !url.starts_with("redis://") {
            return Err(bad("it does not begin with redis://"));
        }
        let client = Client::open(url).map_err(|error| bad(error.category()))?;
        Ok(Self(Some(Arc::new(Link {
            address: client.get_connection_info().addr().to_string(),
            client,
            line: Mutex::default(),
            misses: AtomicU32::new(0),
            given_up: Notify::new(),
            state: watch::Sender::new(State::Starting),
        }))))
    }

    /// Whether one is configured.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.0
            .as_ref()
            .map_or(State::Off, |link| link.state.borrow().clone())
    }

    /// Waits until the state is one of those asked for. Never ends where no Redis is configured.
    pub async fn until(&self, wanted: impl Fn(&State) -> bool) {
        match &self.0 {
            Some(link) => {
                let mut state = link.state.subscribe();
                let _sender_is_here = state.wait_for(|state| wanted(state)).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Keeps the connection, tells other processes of the bells that ring here and rings here what they tell.
    /// Runs until it is dropped; ends at once where no Redis is configured.
    pub async fn run(self, bells: Bells) {
        if let Some(link) = self.0 {
            let (here, told) = bell::told(&bells);
            tokio::join!(
                link.keep(),
                bell::send(&link, &here, told),
                bell::hear(&link, &here, &bells)
            );
        }
    }

    /// The answer to one command, or none in time.
    async fn ask<T: FromRedisValue>(&self, operation: &'static str, command: &Cmd) -> Option<T> {
        self.0.as_ref()?.ask(operation, command).await
    }
}

impl Link {
    async fn ask<T: FromRedisValue>(&self, operation: &'static str, command: &Cmd) -> Option<T> {
        let line = self.line.lock().map(|line| line.clone()).unwrap_or_default();
        let Some(mut connection) = line.connection else {
            metrics().redis_operation(operation, "skipped");
            return None;
        };
        let answer = timeout(ANSWER, command.query_async(&mut connection)).await;
        let answer = answer.unwrap_or_else(|_late| Err(late()));
        match answer {
            Ok(value) => {
                self.misses.store(0, Ordering::Relaxed);
                metrics().redis_operation(operation, "ok");
                return Some(value);
            }
            // Redis is there and says no: full, loading, another type.
            Err(error) if !error.is_io_error() && !error.is_unrecoverable_error() => {
                tracing::debug!(operation, reason = error.category(), "redis refused");
            }
            Err(error) => {
                let misses = self.misses.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                if misses >= PATIENCE || error.is_connection_dropped() {
                    self.give_up(line.number);
                }
            }
        }
        metrics().redis_operation(operation, "failed");
        None
    }

    /// Leaves a connection alone, unless it was replaced meanwhile.
    fn give_up(&self, number: u64) {
        if let Ok(mut line) = self.line.lock()
            && line.number == number
            && line.connection.take().is_some()
        {
            self.given_up.notify_one();
        }
    }

    fn put_through(&self, connection: Option<MultiplexedConnection>) {
        if let Ok(mut line) = self.line.lock() {
            line.number = line.number.wrapping_add(1);
            line.connection = connection;
        }
    }

    /// Connects, watches for signs of life, and connects again.
    async fn keep(&self) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let why = match self.connect().await {
                Err(error) => error,
                Ok(connection) => {
                    self.up(connection.clone());
                    pause = SHORTEST_PAUSE;
                    self.watch_over(connection).await
                }
            };
            self.down(&why);
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let connect = async {
            let mut connection = self
                .client
                .get_multiplexed_async_connection_with_config(&config)
                .await?;
            alive(&mut connection).await?;
            Ok(connection)
        };
        timeout(CONNECT * 2, connect)
            .await
            .unwrap_or_else(|_late| Err(late()))
    }

    /// Ends with the reason why the connection is no longer good.
    async fn watch_over(&self, mut connection: MultiplexedConnection) -> RedisError {
        loop {
            tokio::select! {
                () = self.given_up.notified() => return late(),
                () = sleep(PULSE) => {}
            }
            let pulse = timeout(CONNECT, alive(&mut connection)).await;
            if let Err(error) = pulse.unwrap_or_else(|_late| Err(late())) {
                return error;
            }
        }
    }

    fn up(&self, connection: MultiplexedConnection) {
        self.misses.store(0, Ordering::Relaxed);
        // What is left of it is about the connection before.
        let _left = self.given_up.notified().now_or_never();
        self.put_through(Some(connection));
        metrics().redis(&self.address, true);
        let before = self.state.send_replace(State::Up);
        if matches!(before, State::Down(_)) {
            tracing::info!(address = self.address, "redis answers again");
        } else {
            tracing::info!(address = self.address, "redis answers");
        }
    }

    fn down(&self, why: &RedisError) {
        self.put_through(None);
        metrics().redis(&self.address, false);
        let reason = if why.is_timeout() {
            "it does not answer in time".to_owned()
        } else {
            why.to_string()
        };
        let before = self.state.send_replace(State::Down(reason.clone()));
        if !matches!(before, State::Down(_)) {
            tracing::warn!(
                address = self.address,
                reason,
                "redis is unreachable; running without it: new points are noticed by polling and nothing is \
                 cached. Start Redis at the address of the setting redis.url, or empty the setting"
            );
        }
    }
}

async fn alive(connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
    redis::cmd("PING").query_async(connection).await
}

fn late() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

/// Between half of a pause and the whole, so that many processes do not come back at once.
fn jittered(pause: Duration) -> Duration {
    let [byte] = rng::bytes::<1>();
    pause / 2 + (pause / 2) * u32::from(byte) / 255
}
