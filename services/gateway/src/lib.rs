//! HTTP in, gRPC out.
//!
//! Owns nothing: it reads published rankings for everyone as JSON and files, says whether the process lives
//! and is ready, and puts every refusal into the form of RFC 9457. Does not own rules, rights or data: a
//! bearer token is passed on as it came, and the services decide. The contract is `src/openapi.json`, in
//! words `docs/reference/rest.md`.
//!
//! Invariants:
//! 1. Every answer of 400 and above is a problem document with a stable reason and the request's id.
//! 2. Points are decimal text, as the services send them; the gateway computes nothing.
//! 3. A copy answers only where it is what the service would answer: of a version that is the newest, or for
//!    ever replaced.
//! 4. Everything has a bound: address, headers, body, time, calls at once.

mod call;
mod copies;
mod edge;
mod http;
mod language;
mod problem;
mod ready;
mod view;

use std::sync::Arc;

use axum::Router;
use chiso_platform::redis::Cache;
use chiso_platform::rpc::Channel;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;

pub use edge::Limits;
pub use http::{OPENAPI, paths};
pub use ready::{Check, Unready};

/// Largest message a service may answer with: a published year of a thousand units.
const LARGEST_REPLY: usize = 64 << 20;

/// What the gateway leans on.
#[derive(Clone, Debug)]
pub struct Deps {
    /// To the ranking service, in this process or elsewhere.
    pub ranking: Channel,
    /// What must be well before the process says it is ready.
    pub checks: Vec<Check>,
    /// Bounds of every request.
    pub limits: Limits,
    /// Copies of what is published, shared by all gateways.
    pub cache: Cache,
}

/// What every handler sees. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    ranking: Channel,
    checks: Arc<[Check]>,
    cache: Cache,
}

impl Gateway {
    pub(crate) fn ranking(&self) -> RankingServiceClient<Channel> {
        RankingServiceClient::new(self.ranking.clone()).max_decoding_message_size(LARGEST_REPLY)
    }
}

/// The routes with their edge, to be served by whoever owns the listener.
pub fn router(deps: Deps) -> Router {
    with_edge(deps, true)
}

/// What every process answers by HTTP, also where the gateway does not run: how it is.
pub fn health_router(deps: Deps) -> Router {
    with_edge(deps, false)
}

fn with_edge(deps: Deps, all: bool) -> Router {
    let gateway = Gateway {
        ranking: deps.ranking,
        checks: deps.checks.into(),
        cache: deps.cache,
    };
    edge::lay(http::routes(all).with_state(gateway), deps.limits)
}
