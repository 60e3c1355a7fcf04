//! HTTP in, gRPC out.
//!
//! Owns nothing: it makes the pages that people open, reads published rankings for everyone as JSON and files, says
//! whether the process lives and is ready, and puts every refusal into the form of RFC 9457, or into a page. Does not
//! own rules, rights or data: the token of a session or program is passed on as it came, and the services decide. The
//! contract of what programs read is `src/openapi.json`, in words `docs/reference/rest.md`.
//!
//! Invariants:
//! 1. Every answer of 400 and above is a problem document with a stable reason and the request's id, or a page that
//!    says what to do.
//! 2. Points are decimal text, as the services send them; the gateway computes nothing.
//! 3. A copy answers only where it is what the service would answer: of a version that is the newest, or for
//!    ever replaced.
//! 4. Everything has a bound: address, headers, body, time, calls at once.
//! 5. No page writes anything but for a request of its own site with the token of its form.

mod call;
mod copies;
mod edge;
mod http;
mod language;
mod problem;
mod ready;
mod view;
mod web;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use chiso_platform::auth::ServiceKey;
use chiso_platform::clock::Clock;
use chiso_platform::cycles::Cycles;
use chiso_platform::redis::Cache;
use chiso_platform::rpc::{Channel, nowhere};
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;

pub use edge::Limits;
pub use http::{OPENAPI, paths};
pub use ready::{Check, Unready};
pub use web::{Peer, PublicUrl, Route, SecondFactor, WebSettings, Who, pages};

use web::Web;

/// Largest message a service may answer with: a published year of a thousand units.
const LARGEST_REPLY: usize = 64 << 20;

/// A channel to each service, in this process or elsewhere.
#[derive(Clone, Debug)]
pub struct Services {
    /// People, roles, sessions.
    pub identity: Channel,
    /// The year's frame.
    pub registry: Channel,
    /// Slips.
    pub survey: Channel,
    /// Rechecks.
    pub recheck: Channel,
    /// Leaders' slips.
    pub leaders: Channel,
    /// Score sheets.
    pub ledger: Channel,
    /// Results.
    pub ranking: Channel,
}

impl Services {
    /// Where only what is published is there.
    #[must_use]
    pub fn only_ranking(ranking: Channel) -> Self {
        Self {
            identity: nowhere("identity"),
            registry: nowhere("registry"),
            survey: nowhere("survey"),
            recheck: nowhere("recheck"),
            leaders: nowhere("leaders"),
            ledger: nowhere("ledger"),
            ranking,
        }
    }
}

/// What the gateway leans on.
#[derive(Clone, Debug)]
pub struct Deps {
    /// To the services.
    pub services: Services,
    /// The year's frame, as the services of this process see it.
    pub cycles: Cycles,
    /// Where `now` comes from.
    pub clock: Clock,
    /// By which services know that the pages ask, where nobody is signed in.
    pub key: ServiceKey,
    /// What must be well before the process says it is ready.
    pub checks: Vec<Check>,
    /// Bounds of every request.
    pub limits: Limits,
    /// Copies of what is published, shared by all gateways.
    pub cache: Cache,
    /// What the pages are told.
    pub web: WebSettings,
}

/// What every handler sees. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    web: Web,
    checks: Arc<[Check]>,
    cache: Cache,
}

impl Gateway {
    pub(crate) fn ranking(&self) -> RankingServiceClient<Channel> {
        self.web.ranking()
    }
}

impl FromRef<Gateway> for Web {
    fn from_ref(gateway: &Gateway) -> Self {
        gateway.web.clone()
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
    let (limits, secure) = (deps.limits, deps.web.public_url.is_https());
    let gateway = Gateway {
        web: Web::new(deps.services, deps.cycles, (deps.clock, deps.key), deps.web),
        checks: deps.checks.into(),
        cache: deps.cache,
    };
    let mut routes = http::routes(all);
    if all {
        routes = routes.merge(web::routes(&gateway, limits));
    }
    edge::lay(routes.with_state(gateway), limits, secure)
}
