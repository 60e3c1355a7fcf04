//! Whether what the process leans on is well: its database and its services.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chiso_platform::db::{Db, sql};
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
type Outcome = Pin<Box<dyn Future<Output = Result<Option<String>, String>> + Send>>;

/// One thing that must be well, by name. Cheap to clone.
#[derive(Clone)]
pub struct Check {
    name: Arc<str>,
    run: Arc<dyn Fn() -> Outcome + Send + Sync>,
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
        R: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self {
            name: name.into(),
            run: Arc::new(move || {
                let run = run();
                Box::pin(async move { run.await.map(|()| None) })
            }),
        }
    }

    /// Whether Redis answers. Without it everything works, so the process is ready all the same, and says so.
    #[must_use]
    pub fn redis(redis: Redis) -> Self {
        let run = move || -> Outcome {
            let state = redis.state();
            Box::pin(async move {
                Ok(match state {
                    State::Off | State::Up => None,
                    State::Starting => Some("not reached yet, running without".to_owned()),
                    State::Down(why) => Some(format!("unreachable, running without: {why}")),
                })
            })
        };
        Self {
            name: "redis".into(),
            run: Arc::new(run),
        }
    }

    /// Who follows a feed. One process does; the others are ready all the same, and say so.
    #[must_use]
    pub fn lease(lease: Lease) -> Self {
        let name = format!("feed {}", lease.name());
        let run = move || -> Outcome {
            let state = lease.state();
            Box::pin(async move {
                Ok(match state {
                    lease::State::Held => None,
                    lease::State::Waiting(holder) => Some(format!(
                        "is followed by {holder}; this process follows it within 10 s after that one is gone. Where \
                         no second instance is meant to run, stop one of them"
                    )),
                    lease::State::Starting | lease::State::Ended => Some("is not followed yet".to_owned()),
                })
            })
        };
        Self {
            name: name.into(),
            run: Arc::new(run),
        }
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
                    .map_err(|e| e.to_string())
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
                    Ok(reply) => Err(reply.get_ref().status().as_str_name().to_owned()),
                    Err(status) if status.code() == Code::Unimplemented => Ok(()),
                    Err(status) => Err(format!("{:?}: {}", status.code(), status.message())),
                }
            }
        })
    }

    async fn found(&self) -> Found {
        let outcome = tokio::time::timeout(LONGEST, (self.run)()).await;
        let (ready, reason) = match outcome {
            Ok(Ok(without)) => (true, without),
            Ok(Err(reason)) => (false, Some(reason)),
            Err(_elapsed) => (false, Some(format!("no answer within {} s", LONGEST.as_secs()))),
        };
        Found {
            name: self.name.to_string(),
            ready,
            reason,
        }
    }
}

/// Runs all checks beside each other.
pub(crate) async fn all(checks: &[Check]) -> Vec<Found> {
    join_all(checks.iter().map(Check::found)).await
}
