//! One active follower per feed, whatever the number of instances.
//!
//! The lease is a row in the follower's own database. Its holder follows the feed; every other instance waits.
//! A waiting instance asks whether the holder still lives, by raising a number in the row; the holder answers by
//! raising another to it. Who gets no answer for [`PATIENCE`] takes the lease. So takeover needs no clocks that
//! agree: each instance measures only how long it has waited, by a clock that cannot be set. And while nobody
//! waits, nothing is written.
//!
//! A holder that was frozen and wakes up cannot do harm: each effect is stored in a transaction that first asks
//! [`Lease::fence`].

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::Context;
use crate::db::{Db, DbResult, Tx, sql_of};
use crate::metrics::metrics;

/// How often the holder looks whether it was asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often an instance that waits looks.
const WAIT: Duration = Duration::from_millis(500);
/// How long after an answer it asks again.
const ASK: Duration = Duration::from_secs(2);
/// Without an answer for so long, the holder counts as gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a lease stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has looked yet.
    Starting,
    /// This process follows the feed.
    Held,
    /// That process does.
    Waiting(String),
    /// It was given back: this process ends.
    Ended,
}

/// The right to follow a feed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lease(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    service: &'static str,
    name: &'static str,
    me: Arc<str>,
    state: watch::Sender<State>,
}

/// What stands in the row.
struct Row {
    holder: String,
    asked: i64,
    answered: i64,
}

/// What a waiting instance remembers.
struct Vigil {
    /// A question nobody has answered, and since when this instance knows of it.
    open: Option<(i64, Instant)>,
    /// When an answer was seen last.
    answered: Option<Instant>,
}

impl Lease {
    /// A lease of a service, by a name that stands in its row and in the metrics: "ranking.survey". It is sought,
    /// kept and, when the process ends, given back from now on.
    #[must_use]
    pub fn seek(ctx: &Context, service: &'static str, name: &'static str) -> Self {
        let lease = Self(Arc::new(Inner {
            db: ctx.db.clone(),
            service,
            name,
            me: Arc::clone(&ctx.instance),
            state: watch::Sender::new(State::Starting),
        }));
        if let Ok(mut leases) = ctx.leases.lock() {
            leases.push(lease.clone());
        }
        ctx.spawn(lease.clone().keep());
        lease
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// Waits until this process holds it.
    pub async fn held(&self) {
        let mut state = self.0.state.subscribe();
        let _sender_is_here = state.wait_for(|state| *state == State::Held).await;
    }

    /// Whether it is still this process's, asked in the transaction of an effect: nobody can take it before that
    /// ends. Counts as an answer to whoever waits.
    ///
    /// # Errors
    /// The database's.
    pub async fn fence(&self, tx: &mut Tx) -> DbResult<bool> {
        let text = "UPDATE {service}_lease SET answered = asked WHERE name = $1 AND holder = $2";
        let mine = tx.run(self.sql(text).bind(self.0.name).bind(&*self.0.me)).await? == 1;
        if !mine && self.state() == State::Held {
            tracing::warn!(
                lease = self.0.name,
                instance = &*self.0.me,
                "another process follows this feed now; this one waits. Where that happens again and again, this \
                 machine is too busy, or the database too slow"
            );
            self.set(State::Starting);
        }
        Ok(mine)
    }

    /// Gives it back, so that the next instance need not wait.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn end(&self) -> DbResult<()> {
        self.set(State::Ended);
        let text = "UPDATE {service}_lease SET holder = '', answered = asked WHERE name = $1 AND holder = $2";
        self.write(self.sql(text).bind(self.0.name).bind(&*self.0.me))
            .await?;
        Ok(())
    }

    async fn keep(self) {
        let mut vigil = Vigil {
            open: None,
            answered: None,
        };
        let mut said = String::new();
        loop {
            let fault = match self.look(&mut vigil).await {
                Ok(state) => {
                    self.set(state);
                    String::new()
                }
                Err(error) => crate::error::chain(&error),
            };
            // Once per fault, not once per second.
            if fault != said && !fault.is_empty() {
                tracing::warn!(lease = self.0.name, fault, "the lease cannot be read");
            }
            said = fault;
            tokio::time::sleep(if self.state() == State::Held { LOOK } else { WAIT }).await;
        }
    }

    /// One look at the row, and what follows from it.
    async fn look(&self, vigil: &mut Vigil) -> DbResult<State> {
        let Some(row) = self.row().await? else {
            let text = "INSERT INTO {service}_lease (name, holder, asked, answered) VALUES ($1, $2, 0, 0) \
                        ON CONFLICT (name) DO NOTHING";
            let made = self
                .write(self.sql(text).bind(self.0.name).bind(&*self.0.me))
                .await?
                == 1;
            return Ok(if made { State::Held } else { State::Starting });
        };
        if row.holder == *self.0.me {
            if row.answered < row.asked {
                let text = "UPDATE {service}_lease SET answered = asked WHERE name = $1 AND holder = $2";
                self.write(self.sql(text).bind(self.0.name).bind(&*self.0.me))
                    .await?;
            }
            (vigil.open, vigil.answered) = (None, None);
            return Ok(State::Held);
        }
        if row.holder.is_empty() || vigil.is_over(&row) {
            tracing::info!(
                lease = self.0.name,
                from = row.holder,
                "following the feed from now on"
            );
            return self.take(row).await;
        }
        if vigil.asks(&row) {
            let text = "UPDATE {service}_lease SET asked = asked + 1 \
                        WHERE name = $1 AND holder = $2 AND asked = $3 AND answered = asked";
            self.write(
                self.sql(text)
                    .bind(self.0.name)
                    .bind(row.holder.as_str())
                    .bind(row.asked),
            )
            .await?;
        }
        Ok(State::Waiting(row.holder))
    }

    /// Takes the lease, if it still stands as it was seen.
    async fn take(&self, row: Row) -> DbResult<State> {
        let text = "UPDATE {service}_lease SET holder = $4, answered = asked \
                    WHERE name = $1 AND holder = $2 AND asked = $3 AND (holder = '' OR answered < asked)";
        let statement = self
            .sql(text)
            .bind(self.0.name)
            .bind(row.holder.as_str())
            .bind(row.asked);
        let taken = self.write(statement.bind(&*self.0.me)).await? == 1;
        Ok(if taken {
            State::Held
        } else {
            State::Waiting(row.holder)
        })
    }

    async fn row(&self) -> DbResult<Option<Row>> {
        let text = "SELECT holder, asked, answered FROM {service}_lease WHERE name = $1";
        let row = self.0.db.opt(self.sql(text).bind(self.0.name)).await?;
        let read = |row: crate::db::Row| {
            Ok(Row {
                holder: row.get("holder")?,
                asked: row.get("asked")?,
                answered: row.get("answered")?,
            })
        };
        row.map(read).transpose()
    }

    async fn write(&self, statement: crate::db::Statement) -> DbResult<u64> {
        let mut tx = self.0.db.begin().await?;
        let rows = tx.run(statement).await?;
        tx.commit().await?;
        Ok(rows)
    }

    fn sql(&self, text: &str) -> crate::db::Statement {
        sql_of(self.0.service, text)
    }

    fn set(&self, next: State) {
        let changed = self.0.state.send_if_modified(|state| {
            let changes = *state != next && *state != State::Ended;
            if changes {
                state.clone_from(&next);
            }
            changes
        });
        if changed {
            metrics().lease(self.0.name, next == State::Held);
            if let State::Waiting(holder) = &next {
                tracing::info!(
                    lease = self.0.name,
                    holder,
                    "that process follows this feed; this one waits and follows it within 10 s after that one is gone"
                );
            }
        }
    }
}

impl Vigil {
    /// Whether a question has been open for too long.
    fn is_over(&mut self, row: &Row) -> bool {
        if row.answered >= row.asked {
            self.open = None;
            self.answered.get_or_insert_with(Instant::now);
            return false;
        }
        match self.open {
            Some((asked, since)) if asked == row.asked => since.elapsed() >= PATIENCE,
            _ => {
                (self.open, self.answered) = (Some((row.asked, Instant::now())), None);
                false
            }
        }
    }

    /// Whether it is time for another question.
    fn asks(&mut self, row: &Row) -> bool {
        row.answered >= row.asked && self.answered.is_some_and(|at| at.elapsed() >= ASK)
    }
}

#[cfg(test)]
mod tests;
