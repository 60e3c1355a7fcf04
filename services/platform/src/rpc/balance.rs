//! A channel over several instances of a service.
//!
//! Instances take turns. One that could not be reached is left out for a moment, and a call that never left
//! this process is made again at the next one: services call each other by unary requests, whose bytes are kept
//! until they have been sent. A call that may have arrived is never repeated here; that is the caller's choice,
//! who knows whether it may.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt, service_fn};

use super::channel::{Channel, RpcError};
use crate::Error;

/// So long an instance is left out after it could not be reached.
const REST: Duration = Duration::from_secs(1);
/// Between two rounds over all instances.
const PAUSE: Duration = Duration::from_millis(100);
/// Rounds over all instances.
const ROUNDS: u32 = 3;

type Fault = Box<dyn std::error::Error + Send + Sync>;

struct Instances {
    all: Vec<Instance>,
    turn: AtomicUsize,
}

struct Instance {
    channel: tonic::transport::Channel,
    out_since: Mutex<Option<Instant>>,
}

impl Instance {
    fn is_out(&self) -> bool {
        let since = self.out_since.lock().map(|since| *since).unwrap_or_default();
        since.is_some_and(|since| since.elapsed() < REST)
    }

    fn note(&self, out: bool) {
        if let Ok(mut since) = self.out_since.lock() {
            *since = out.then(Instant::now);
        }
    }
}

/// Over the instances of a service, each of which connects with its first call.
#[must_use]
pub fn balanced(channels: Vec<tonic::transport::Channel>) -> Channel {
    let instance = |channel| Instance {
        channel,
        out_since: Mutex::default(),
    };
    let instances = Arc::new(Instances {
        all: channels.into_iter().map(instance).collect(),
        turn: AtomicUsize::new(0),
    });
    BoxCloneSyncService::new(service_fn(move |request| {
        let instances = Arc::clone(&instances);
        async move { instances.call(request).await }
    }))
}

impl Instances {
    async fn call(&self, request: Request<Body>) -> Result<Response<Body>, RpcError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|e| RpcError(e.into()))?.to_bytes();
        let mut fault: Fault = "no instance is known".into();
        for round in 0..ROUNDS {
            for instance in self.in_turn() {
                let again = Request::from_parts(head.clone(), Body::new(Full::new(body.clone())));
                match send(instance.channel.clone(), again).await {
                    Ok(response) => {
                        instance.note(false);
                        return Ok(response);
                    }
                    Err(error) if never_left(&error) => {
                        instance.note(true);
                        fault = error;
                    }
                    Err(error) => return Err(did_not_arrive(error)),
                }
            }
            if round + 1 < ROUNDS {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(did_not_arrive(fault))
    }

    /// Each instance once, beginning with the next one; those that were not reached lately come last.
    fn in_turn(&self) -> impl Iterator<Item = &Instance> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.all.len();
        let mut order: Vec<&Instance> = (0..count)
            .filter_map(|n| self.all.get(first.wrapping_add(n) % count))
            .collect();
        order.sort_by_key(|instance| instance.is_out());
        order.into_iter()
    }
}

async fn send(
    mut channel: tonic::transport::Channel,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let response = ServiceExt::<Request<Body>>::ready(&mut channel)
        .await?
        .call(request)
        .await?;
    Ok(response)
}

/// Whatever broke on the way, the caller is told to ask again; but not that there was an answer when the time for
/// one was over.
fn did_not_arrive(error: Fault) -> RpcError {
    if causes(&error).any(|cause| cause.is::<tonic::TimeoutExpired>()) {
        return RpcError(error);
    }
    RpcError(Status::from(Error::unavailable(error)).into())
}

fn causes(error: &Fault) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let first: &(dyn std::error::Error + 'static) = &**error;
    std::iter::successors(Some(first), |cause| cause.source())
}

/// No connection stood, or the one that stood was closed before the request was written to it.
fn never_left(error: &Fault) -> bool {
    let canceled = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_canceled)
    };
    causes(error).any(|cause| cause.is::<tonic::ConnectError>() || canceled(cause))
}

#[cfg(test)]
mod tests;
