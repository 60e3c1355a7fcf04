//! A client that follows the documented retry: the same message again under the same id until it is answered
//! or refused for good.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chiso_platform::error::reason_of;
use chiso_platform::rpc::{Channel, carry, remote};
use tonic::{Code, Request, Status};

use crate::chance::Chance;

/// One attempt.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(25);

/// While clients are in haste, the dice by which each attempt gets its deadline,
static HASTE: Mutex<Option<Chance>> = Mutex::new(None);
/// of so many milliseconds.
const HASTY: (u64, u64) = (20, 201);
/// Attempts that ended by such a deadline.
static EXPIRED: AtomicU64 = AtomicU64::new(0);

/// From now on clients wait for an answer hardly as long as it takes; or as long as usual again.
pub(crate) fn hasten(dice: Option<Chance>) {
    *HASTE.lock().unwrap() = dice;
}

/// Attempts that ended before their answer came, in haste.
pub(crate) fn expired() -> u64 {
    EXPIRED.load(Ordering::SeqCst)
}

fn deadline() -> Duration {
    let mut haste = HASTE.lock().unwrap();
    haste.as_mut().map_or(ATTEMPT, |dice| {
        Duration::from_millis(dice.between(HASTY.0, HASTY.1))
    })
}

/// The way to each service, through a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Ways(pub(crate) Arc<BTreeMap<&'static str, SocketAddr>>);

impl Ways {
    /// A connection of its own, made when it is needed and again after a cut.
    pub(crate) fn to(&self, service: &str) -> Channel {
        let endpoint =
            tonic::transport::Endpoint::from_shared(format!("http://{}", self.0[service])).unwrap();
        remote(endpoint.connect_timeout(Duration::from_secs(2)).connect_lazy())
    }
}

/// A request by a token (an empty one is nobody's), with the deadline of one attempt.
pub(crate) fn ask<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if !token.is_empty() {
        carry(&mut request, token);
    }
    request.set_timeout(deadline());
    request
}

/// What a status says to a client that wants its write done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It may or may not have happened: the same again.
    Again,
    /// It did not happen and will not.
    Refused(String),
}

/// Reads a status as the contract documents it: UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, a cut connection
/// and an ABORTED without a reason of ours may be sent again. So may UNAUTHENTICATED, since every client here
/// has a good token: whoever is never let in again shows as a service that does not recover.
pub(crate) fn read(status: &Status) -> Said {
    let reason = reason_of(status);
    match status.code() {
        Code::Unavailable
        | Code::DeadlineExceeded
        | Code::Internal
        | Code::Unknown
        | Code::Cancelled
        | Code::Unauthenticated => Said::Again,
        Code::Aborted | Code::ResourceExhausted if reason.is_empty() => Said::Again,
        code if reason.is_empty() => Said::Refused(format!("{code:?}: {}", status.message())),
        _ => Said::Refused(reason),
    }
}

/// Calls until it is answered or refused for good. None: stopped before either.
pub(crate) async fn until_answered<R, F: Future<Output = Result<R, Status>>>(
    stop: &tokio::sync::watch::Receiver<bool>,
    mut call: impl FnMut() -> F,
) -> Option<Result<R, String>> {
    while !*stop.borrow() {
        // The deadline travels with the call, but a frozen server keeps none.
        match tokio::time::timeout(ATTEMPT + Duration::from_secs(1), call()).await {
            Ok(Ok(reply)) => return Some(Ok(reply)),
            Ok(Err(status)) => match read(&status) {
                Said::Again => {
                    let expires = matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled);
                    if expires && HASTE.lock().unwrap().is_some() {
                        EXPIRED.fetch_add(1, Ordering::SeqCst);
                    }
                }
                Said::Refused(reason) => return Some(Err(reason)),
            },
            Err(_elapsed) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
    None
}
