//! A whole system on a throw-away folder with a simulated clock, in two shapes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use chiso_domain::kernel::Instant;
use chiso_platform::Context;
use chiso_platform::clock::Clock;
use chiso_platform::db::sql;
use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::journal::{Chain, verify};
use chiso_platform::rng::uuid_v7;
use chiso_platform::rpc::{Channel, carry, remote};
use chiso_server::system::{Channels, System};
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::kernel as k;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Code, Request, Status};

/// How the services are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By local channels, as services of one process reach each other.
    InProcess,
    /// By TCP on a loopback address, as users reach them.
    Loopback,
}

/// A whole system.
#[derive(Debug)]
pub struct Sandbox {
    /// The simulated clock; it goes on across restarts.
    pub clock: Clock,
    /// To each service.
    pub channels: Channels,
    shape: Shape,
    system: System,
    listener: Option<Listener>,
    folder: tempfile::TempDir,
    ids: AtomicU64,
}

#[derive(Debug)]
struct Listener {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tonic::transport::Error>>,
}

/// What a refused call must not change: acts and posts of every service, rows of every table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    acts: BTreeMap<&'static str, i64>,
    posts: BTreeMap<&'static str, i64>,
    rows: BTreeMap<String, i64>,
    evidence: usize,
}

const FEEDS: [&str; 4] = ["survey", "recheck", "leaders", "ledger"];

/// These follow the feeds in their own time, and failed sign-ins are kept on purpose.
const FOLLOWS: [&str; 4] = [
    "ranking_point",
    "ranking_received",
    "ranking_cursor",
    "recheck_basis",
];

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
    /// Starts every service on an empty folder.
    pub async fn start(shape: Shape, now: Instant) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::simulated(now);
        let (system, channels, listener) = bring_up(folder.path(), &clock, shape).await;
        let ids = AtomicU64::new(1);
        Self {
            clock,
            channels,
            shape,
            system,
            listener,
            folder,
            ids,
        }
    }

    /// Stops everything in order and starts it again on the same folder.
    pub async fn restart(self) -> Self {
        let Self {
            clock,
            channels,
            shape,
            system,
            listener,
            folder,
            ids,
        } = self;
        drop(channels);
        if let Some(listener) = listener {
            listener.stop.send(()).unwrap();
            listener.task.await.unwrap().unwrap();
        }
        system.stop().await;
        let (system, channels, listener) = bring_up(folder.path(), &clock, shape).await;
        Self {
            clock,
            channels,
            shape,
            system,
            listener,
            folder,
            ids,
        }
    }

    /// What the services were built from.
    #[must_use]
    pub fn ctx(&self) -> &Context {
        &self.system.ctx
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Local channels, whatever the shape.
    #[must_use]
    pub const fn local(&self) -> &Channels {
        &self.system.channels
    }

    /// A connection of its own by TCP.
    ///
    /// # Panics
    /// Where nobody listens: in one process only.
    pub async fn connect(&self) -> Channel {
        let address = self.listener.as_ref().map(|l| l.address).unwrap();
        connect(address).await
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
        self.ctx().request(service, message)
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

    /// What is there now. Walks every journal's chain on the way.
    pub async fn state(&self) -> State {
        let mut acts = BTreeMap::new();
        for (service, _) in self.system.local_channels() {
            let Chain::Whole(n) = verify(&self.ctx().db, service).await.unwrap() else {
                panic!("the journal of {service} is broken");
            };
            acts.insert(service, n);
        }
        let mut posts = BTreeMap::new();
        for service in FEEDS {
            posts.insert(service, self.pull(service, i64::MAX - 1).await.last_seq);
        }
        let evidence = std::fs::read_dir(self.folder().join("evidence")).map_or(0, Iterator::count);
        State {
            acts,
            posts,
            rows: self.rows().await,
            evidence,
        }
    }

    async fn rows(&self) -> BTreeMap<String, i64> {
        let db = &self.ctx().db;
        let names =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        let mut rows = BTreeMap::new();
        for row in db.all(sql(names)).await.unwrap() {
            let table: String = row.get("name").unwrap();
            if FOLLOWS.contains(&table.as_str()) {
                continue;
            }
            let count: &'static str = format!("SELECT COUNT(*) AS n FROM {table}").leak();
            rows.insert(table, db.one(sql(count)).await.unwrap().get("n").unwrap());
        }
        rows
    }
}

async fn bring_up(folder: &Path, clock: &Clock, shape: Shape) -> (System, Channels, Option<Listener>) {
    let system = System::start(folder, clock.clone()).await.unwrap();
    let local = system.channels.clone();
    match shape {
        Shape::InProcess => (system, local, None),
        Shape::Loopback => {
            let listener = listen(&system).await;
            let channel = connect(listener.address).await;
            let channels = Channels {
                identity: channel.clone(),
                registry: channel.clone(),
                survey: channel.clone(),
                recheck: channel.clone(),
                leaders: channel.clone(),
                ledger: channel.clone(),
                ranking: channel,
            };
            (system, channels, Some(listener))
        }
    }
}

async fn connect(address: SocketAddr) -> Channel {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    remote(endpoint.connect().await.unwrap())
}

async fn listen(system: &System) -> Listener {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let routes = system.routes().await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tonic::transport::Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(TcpListenerStream::new(socket), async {
            let _sender_gone_counts_too = stopped.await;
        });
    let task = tokio::spawn(serving);
    Listener { address, stop, task }
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
