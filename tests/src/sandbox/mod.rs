//! A whole system on a throw-away folder with a simulated clock, in any of its shapes.

mod apart;
mod clock;
mod database;
mod ground;
mod here;
mod instance;
mod shape;
mod state;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chiso_domain::kernel::Instant;
use chiso_platform::Context;
use chiso_platform::db::Db;
use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::process::Places;
use chiso_platform::rng::uuid_v7;
use chiso_platform::rpc::{Channel, carry};
use chiso_platform::testkit::redis;
use chiso_server::system::Channels;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::kernel as k;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use tokio::sync::MutexGuard;
use tonic::{Code, Request, Status};

use apart::{Apart, WHOLE};
use here::Here;

pub use apart::INSTANCES;
pub use chiso_server::plan::SERVICES;
pub use clock::TestClock;
pub use ground::Ground;
pub use instance::Instance;
pub use shape::Shape;
pub use state::State;

/// Who the letters of a sandbox are from.
const SENDER: &str = "Sở Nội vụ <danhgia@example.vn>";

/// A whole system.
#[derive(Debug)]
pub struct Sandbox {
    /// The simulated clock; it goes on across restarts.
    pub clock: TestClock,
    /// To each service.
    pub channels: Channels,
    shape: Shape,
    running: Running,
    ground: Ground,
    ids: AtomicU64,
}

/// The services.
#[derive(Debug)]
enum Running {
    Here(Box<Here>),
    Apart(Box<Apart>),
}

macro_rules! clients {
    ($($service:ident: $client:ident),* $(,)?) => {
        impl Sandbox {
            $(
                /// A client of this service.
                #[must_use]
                pub fn $service(&self) -> $client<Channel> {
                    $client::new(self.channels.$service.clone()).max_decoding_message_size(64 << 20)
                }
            )*
        }
    };
}

clients! {
    identity: IdentityServiceClient,
    registry: RegistryServiceClient,
    survey: SurveyServiceClient,
    recheck: RecheckServiceClient,
    leaders: LeadersServiceClient,
    ledger: LedgerServiceClient,
    ranking: RankingServiceClient,
}

impl Sandbox {
    /// Starts every service on an empty folder, and an empty database where the shape has one.
    pub async fn start(shape: Shape, now: Instant) -> Self {
        Self::start_mailing(shape, now, "").await
    }

    /// The same, with letters that go to a mail server.
    pub async fn start_mailing(shape: Shape, now: Instant, smtp_url: &str) -> Self {
        let mut ground = Ground::new(shape).await;
        smtp_url.clone_into(&mut ground.mail);
        let file = shape.is_apart().then(|| ground.folder().join("clock"));
        let clock = TestClock::at(now, file.as_deref());
        let running = Running::start(shape, &ground, &clock).await;
        Self {
            clock,
            channels: running.channels().await,
            shape,
            running,
            ground,
            ids: AtomicU64::new(1),
        }
    }

    /// Stops everything in order and starts it again on the same ground.
    pub async fn restart(self) -> Self {
        let Self {
            clock,
            channels,
            shape,
            running,
            ground,
            ids,
        } = self;
        drop(channels);
        running.stop().await;
        let running = Running::start(shape, &ground, &clock).await;
        Self {
            clock,
            channels: running.channels().await,
            shape,
            running,
            ground,
            ids,
        }
    }

    /// Stops everything in order.
    pub async fn stop(self) {
        drop(self.channels);
        self.running.stop().await;
    }

    /// The shape.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.ground.folder()
    }

    /// Where the processes keep things.
    #[must_use]
    pub fn places(&self) -> Places {
        self.ground.places()
    }

    /// The database of a service.
    #[must_use]
    pub fn db(&self, service: &'static str) -> &Db {
        &self.context(service).db
    }

    /// What a service is built from.
    fn context(&self, service: &str) -> &Context {
        match &self.running {
            Running::Here(here) => here.context(service),
            Running::Apart(apart) => apart.context(service),
        }
    }

    /// Each database once: on SQLite all services share one.
    fn databases(&self) -> Vec<&Db> {
        let shared = self.ground.is_on_postgres();
        let services = SERVICES.into_iter().take(if shared { SERVICES.len() } else { 1 });
        services.map(|service| self.db(service)).collect()
    }

    /// Local channels, also where there are others.
    ///
    /// # Panics
    /// Where the services are processes of their own.
    #[must_use]
    pub fn local(&self) -> &Channels {
        self.running.here().local()
    }

    /// A connection of its own by TCP.
    ///
    /// # Panics
    /// Where nobody listens in this process.
    pub async fn connect(&self) -> Channel {
        self.running.here().connect().await
    }

    /// The processes, in the order of the graph of calls.
    ///
    /// # Panics
    /// Where the services are in this process.
    pub async fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        match &self.running {
            Running::Apart(apart) => apart.instances.lock().await,
            Running::Here(_) => panic!("one process has no others"),
        }
    }

    /// Where the gateway listens.
    ///
    /// # Panics
    /// Where the services are in this process, where nobody listens for a browser.
    pub async fn web(&self) -> SocketAddr {
        let instances = self.instances().await;
        let gateway = instances.iter().find(|instance| instance.has("gateway"));
        gateway.unwrap().http
    }

    /// The file that the processes read the clock from.
    ///
    /// # Panics
    /// Where the services are in this process.
    #[must_use]
    pub fn clock_file(&self) -> &Path {
        self.clock.file().unwrap()
    }

    /// Leaves the connections, which may still hold what went wrong on them, for new ones.
    pub async fn reconnect(&mut self) {
        self.channels = self.running.channels().await;
    }

    /// The Redis of the sandbox.
    ///
    /// # Panics
    /// Where the shape has none.
    #[must_use]
    pub fn redis(&self) -> &Arc<redis::Server> {
        self.ground.redis().unwrap()
    }

    /// Makes an organiser on the server's own machine; answers with the person's id.
    pub async fn add_organiser(&self, login: &str, name: &str, password: &str) -> String {
        let id = chiso_identity::add_organiser(self.context("identity"), login, name, password).await;
        id.unwrap().to_string()
    }

    /// A new client-made id; the same sandbox makes the same ids in the same order.
    #[must_use]
    pub fn id(&self) -> String {
        let n = self.ids.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        // Spread, so that the order of ids is not the order of their making.
        random[2..].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        uuid_v7(self.clock.now(), random).to_string()
    }

    /// A request of a service of this system.
    #[must_use]
    pub fn ask_as_service<T>(&self, service: &str, message: T) -> Request<T> {
        self.context("ranking").request(service, message)
    }

    /// Everything that one service posted.
    pub async fn posts(&self, service: &str) -> Vec<k::IndexPoints> {
        let mut all: Vec<k::IndexPoints> = Vec::new();
        loop {
            let after_seq = all.last().map_or(0, |p| p.seq);
            let reply = self.pull(service, after_seq).await;
            all.extend(reply.points);
            if all.last().map_or(0, |p| p.seq) == reply.last_seq {
                return all;
            }
        }
    }

    async fn pull(&self, service: &str, after_seq: i64) -> k::PullPointsResponse {
        let request = || self.ask_as_service("ranking", k::PullPointsRequest { after_seq, limit: 0 });
        let reply = match service {
            "survey" => self.survey().pull_points(request()).await,
            "recheck" => self.recheck().pull_points(request()).await,
            "leaders" => self.leaders().pull_points(request()).await,
            "ledger" => self.ledger().pull_points(request()).await,
            other => panic!("{other} has no feed"),
        };
        reply.unwrap().into_inner()
    }
}

impl Running {
    async fn start(shape: Shape, ground: &Ground, clock: &TestClock) -> Self {
        match shape {
            Shape::Split => Self::Apart(Box::new(Apart::start(ground, clock, &INSTANCES).await)),
            Shape::Served => Self::Apart(Box::new(Apart::start(ground, clock, &[WHOLE]).await)),
            _ => Self::Here(Box::new(Here::start(ground, clock, shape).await)),
        }
    }

    async fn stop(self) {
        match self {
            Self::Here(here) => here.stop().await,
            Self::Apart(apart) => apart.stop().await,
        }
    }

    async fn channels(&self) -> Channels {
        match self {
            Self::Here(here) => here.channels().await,
            Self::Apart(apart) => apart.channels(),
        }
    }

    fn here(&self) -> &Here {
        match self {
            Self::Here(here) => here,
            Self::Apart(_) => panic!("the services are processes of their own"),
        }
    }
}

/// A request by a token; an empty one is nobody's.
#[must_use]
pub fn ask<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if !token.is_empty() {
        carry(&mut request, token);
    }
    request
}

/// Checks a refusal whole: code, stable reason, field (the first), and a sentence in Vietnamese.
///
/// # Panics
/// Where the call was not refused, or otherwise.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, reason: &str, field: &str) {
    let status = answer.unwrap_err();
    let first = violations_of(&status)
        .into_iter()
        .next()
        .map(|v| v.0)
        .unwrap_or_default();
    let vi = vi_of(&status);
    let found = (status.code(), reason_of(&status), first);
    assert_eq!(found, (code, reason.to_owned(), field.to_owned()), "{vi}");
    assert!(vi != status.message() && !vi.is_ascii(), "not Vietnamese: {vi:?}");
}
