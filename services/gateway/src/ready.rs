//! Whether what the process leans on is well: its database and its services.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chiso_platform::db::{Db, sql};
use chiso_platform::error::chain;
use chiso_platform::lease::{self, Lease};
use chiso_platform::redis::{Redis, State};
use chiso_platform::rpc::Channel;
use futures_util::future::join_all;
use serde::Serialize;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// No single check takes longer.
const LONGEST: Duration = Duration::from_secs(2);

/// Well, perhaps without something; or why not.
type Outcome = Pin<Box<dyn Future<Output = Result<Option<Unready>, Unready>> + Send>>;

/// Why something is not well, or what the process does without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unready {
    /// For whoever asks, who may be anyone: names no host and no process.
    pub reason: String,
    /// Where and why, for the log of whoever runs chiso.
    pub cause: String,
}

impl Unready {
    /// With nothing to add for the log.
    #[must_use]
    pub fn because(reason: &str) -> Self {
        Self::caused(reason, &"")
    }

    fn caused(reason: &str, cause: &dyn std::fmt::Display) -> Self {
        Self {
            reason: reason.to_owned(),
            cause: cause.to_string(),
        }
    }
}

/// One thing that must be well, by name. Cheap to clone.
#[derive(Clone)]
pub struct Check {
    name: Arc<str>,
    run: Arc<dyn Fn() -> Outcome + Send + Sync>,
    /// What was found last: only what changed is logged.
    last: Arc<Mutex<Option<Unready>>>,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) ready: bool,
    /// Why not; or what the process does without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl Check {
    /// Anything that answers with the reason why it is not well.
    pub fn new<F, R>(name: &str, run: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Unready>> + Send + 'static,
    {
        Self::of(name, move || {
            let run = run();
            Box::pin(async move { run.await.map(|()| None) })
        })
    }

    fn of(name: &str, run: impl Fn() -> Outcome + Send + Sync + 'static) -> Self {
        Self {
            name: name.into(),
            run: Arc::new(run),
            last: Arc::default(),
        }
    }

    /// The same for what the process also works without: it is ready all the same, and says so.
    #[must_use]
    pub fn wished(self) -> Self {
        let Self { name, run, last } = self;
        let run = move || -> Outcome {
            let run = run();
            Box::pin(async move {
                let outcome = tokio::time::timeout(LONGEST / 2, run).await;
                Ok(match outcome {
                    Ok(Ok(without)) => without,
                    Ok(Err(why)) => Some(why),
                    Err(_elapsed) => Some(Unready::because("does not answer in time")),
                })
            })
        };
        Self {
            name,
            run: Arc::new(run),
            last,
        }
    }

    /// Whether Redis answers. Without it everything works, so the process is ready all the same, and says so.
    #[must_use]
    pub fn redis(redis: Redis) -> Self {
        Self::of("redis", move || {
            let state = redis.state();
            Box::pin(async move {
                Ok(match state {
                    State::Off | State::Up => None,
                    State::Starting => Some(Unready::because("not reached yet, running without")),
                    State::Down(why) => Some(Unready::caused("unreachable, running without", &why)),
                })
            })
        })
    }

    /// Who follows a feed. One process does; the others are ready all the same, and say so.
    #[must_use]
    pub fn lease(lease: Lease) -> Self {
        let name = format!("feed {}", lease.name());
        Self::of(&name, move || {
            let state = lease.state();
            Box::pin(async move {
                Ok(match state {
                    lease::State::Held => None,
                    lease::State::Waiting(holder) => Some(Unready::caused(
                        "is followed by another process; this one follows it within 10 s after that one is gone. Where \
                         no second instance is meant to run, stop one of them",
                        &holder,
                    )),
                    lease::State::Starting | lease::State::Ended => {
                        Some(Unready::because("is not followed yet"))
                    }
                })
            })
        })
    }

    /// The database answers a read.
    #[must_use]
    pub fn database(db: Db) -> Self {
        Self::database_of("database", db)
    }

    /// The same, of one service among several.
    #[must_use]
    pub fn database_of(name: &str, db: Db) -> Self {
        Self::new(name, move || {
            let db = db.clone();
            async move {
                db.one(sql("SELECT 1 AS one"))
                    .await
                    .map(|_| ())
                    .map_err(|e| Unready::caused("does not answer", &chain(&e)))
            }
        })
    }

    /// A service answers calls. One without the standard health service is asked all the same: that it does
    /// not know it is an answer too.
    #[must_use]
    pub fn service(name: &str, channel: Channel) -> Self {
        Self::new(name, move || {
            let mut health = HealthClient::new(channel.clone());
            async move {
                match health.check(HealthCheckRequest::default()).await {
                    Ok(reply) if reply.get_ref().status() == ServingStatus::Serving => Ok(()),
                    Ok(reply) => Err(Unready::because(reply.get_ref().status().as_str_name())),
                    Err(status) if status.code() == Code::Unimplemented => Ok(()),
                    Err(status) => Err(Unready::caused("does not answer", &status)),
                }
            }
        })
    }

    async fn found(&self) -> Found {
        let outcome = tokio::time::timeout(LONGEST, (self.run)()).await;
        let (ready, why) = match outcome {
            Ok(Ok(without)) => (true, without),
            Ok(Err(why)) => (false, Some(why)),
            Err(_elapsed) => {
                let reason = format!("no answer within {} s", LONGEST.as_secs());
                (false, Some(Unready::because(&reason)))
            }
        };
        self.log(ready, why.as_ref());
        Found {
            name: self.name.to_string(),
            ready,
            reason: why.map(|why| why.reason),
        }
    }

    /// What changed since it was looked at last.
    fn log(&self, ready: bool, why: Option<&Unready>) {
        let Ok(mut last) = self.last.lock() else { return };
        if last.as_ref() == why {
            return;
        }
        last.clone_from(&why.cloned());
        let Unready { reason, cause } = why.cloned().unwrap_or_default();
        if ready {
            tracing::info!(check = %self.name, reason, cause, "ready");
        } else {
            tracing::warn!(check = %self.name, reason, cause, "not ready");
        }
    }
}

/// Runs all checks beside each other.
pub(crate) async fn all(checks: &[Check]) -> Vec<Found> {
    join_all(checks.iter().map(Check::found)).await
}
