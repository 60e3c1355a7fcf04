//! Listens: gRPC and HTTP, until SIGTERM or Ctrl-C; then drains.
//!
//! The addresses are taken first, so that one at which another process listens is said at once; where that one begins
//! to listen only later, it is said when this one does. Nobody is let in before every service is there, so that callers
//! go to another instance instead of waiting.
//!
//! Draining goes in steps: `/readyz` and the health service say so; after `limits.drain_wait_seconds` no
//! connection is taken any more and clients are told to go (GOAWAY); calls under way end; leases are given back
//! and the databases closed. Each step has a bound, and a signal cuts it short. Leases and databases are let go of as
//! well where the process does not come to serve.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use chiso_gateway::{Check, Deps, SecondFactor, Services, Unready};
use chiso_platform::clock::Clock;
use chiso_platform::mail::MailFault;
use chiso_platform::process::{OpenError, Process};
use chiso_platform::redis::{BadUrl, Redis};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tonic::service::Routes;

use crate::http;
use crate::incoming::{Taken, incoming};
use crate::keys::{self, KeysFault};
use crate::peers::Bounds;
use crate::plan::{Plan, PlanFault};
use crate::settings::{Limits, Settings};
use crate::system::{Channels, StartError, System};
use crate::{limits, notify};

/// Why serving ended otherwise than asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Plan(#[from] PlanFault),
    #[error(transparent)]
    Redis(#[from] BadUrl),
    #[error(transparent)]
    Mail(#[from] MailFault),
    #[error(transparent)]
    Keys(#[from] KeysFault),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen on {0}; choose another address with {1}")]
    Listen(SocketAddr, &'static str, #[source] std::io::Error),
    #[error("gRPC server")]
    Grpc(#[from] tonic::transport::Error),
    #[error("server")]
    Io(#[from] std::io::Error),
    #[error("a part of the process broke, see the log above; start it again")]
    Broken,
}

/// So long leases and databases may take to be let go of; where they do not answer, others take over all the same.
const LETTING_GO: Duration = Duration::from_secs(10);

/// Where a process stands between start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Serving,
    /// Still serving, but nothing new should come.
    Leaving,
    /// What is under way ends.
    Draining,
}

/// Runs what the settings say until told to stop.
pub(crate) async fn serve(settings: &Settings) -> Result<(), ServeError> {
    let plan = settings.plan()?;
    let grpc_taken = Door::take(settings.listen.grpc, "--grpc (listen.grpc)")?;
    let http_taken = Door::take(settings.listen.http, "--http (listen.http)")?;
    let redis = Redis::open(&settings.redis.url.0)?;
    let mailer = settings.mailer(&plan.here)?;
    keys::not_lost(&settings.places(), &plan.here).await?;
    let process = Process::open(settings.places(), Clock::of_process())?;
    let demanded = settings.web.second_factor == SecondFactor::Required;
    let process = process.with_redis(redis.clone()).with_mail(mailer);
    let process = process.with_second_factor(demanded);
    let bounds = Bounds {
        connect: Duration::from_millis(settings.limits.connect_ms.get()),
    };
    let begun = async {
        let system = System::run(&plan, process.clone(), bounds).await?;
        let opened = Opened::of(&system, grpc_taken, http_taken).await?;
        Ok((system, opened))
    };
    let (system, opened) = match begun.await {
        Ok(begun) => begun,
        Err(error) => {
            // The leases that it has already: others need not wait for them.
            let_go(process.stop(), pending(), LETTING_GO).await;
            return Err(error);
        }
    };
    let (grpc, http, mut told) = (opened.grpc.1, opened.http.1, opened.told);
    let (stage, watched) = watch::channel(Stage::Serving);
    let deps = deps(&system, &plan, redis, settings, &watched);
    let grpc_server = grpc_server(&settings.limits, opened.routes, opened.grpc.0, watched.clone());
    let http_server = http_server(deps, &plan, &settings.limits, opened.http.0, watched);
    let servers = async {
        let (grpc, ()) = tokio::join!(grpc_server, http_server);
        grpc
    };
    let names = system.names();
    tracing::info!(%grpc, %http, data = %settings.data.dir.display(), services = ?names, gateway = plan.gateway, "chiso is ready");
    notify::ready(&format!("{} on {grpc}", names.join(", ")));
    let result = tokio::select! {
        result = drained(servers, &system, &stage, &mut told, &settings.limits) => result,
        () = notify::alive() => Ok(()),
    };
    let whole = if system.process().is_broken() {
        Err(ServeError::Broken)
    } else {
        Ok(())
    };
    let_go(system.stop(), told.again(), LETTING_GO).await;
    tracing::info!("chiso has stopped");
    result.and(whole)
}

/// An address of ours, and the setting that names it.
struct Door {
    taken: Taken,
    address: SocketAddr,
    setting: &'static str,
}

impl Door {
    fn take(address: SocketAddr, setting: &'static str) -> Result<Self, ServeError> {
        let taken = Taken::take(address).map_err(|e| ServeError::Listen(address, setting, e))?;
        Ok(Self {
            taken,
            address,
            setting,
        })
    }

    fn open(self) -> Result<(TcpListener, SocketAddr), ServeError> {
        let listening = self.taken.listen();
        let listener = listening.map_err(|e| ServeError::Listen(self.address, self.setting, e))?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    }
}

/// What is served, where, and until when.
struct Opened {
    routes: Routes,
    told: Told,
    grpc: (TcpListener, SocketAddr),
    http: (TcpListener, SocketAddr),
}

impl Opened {
    async fn of(system: &System, grpc: Door, http: Door) -> Result<Self, ServeError> {
        Ok(Self {
            routes: system.routes().await?,
            // Before it says that it is ready: whoever asks it to stop from then on must be heard.
            told: Told::listen()?,
            grpc: grpc.open()?,
            http: http.open()?,
        })
    }
}

async fn grpc_server(
    limits: &Limits,
    routes: Routes,
    listener: TcpListener,
    stage: watch::Receiver<Stage>,
) -> Result<(), ServeError> {
    let seconds = Duration::from_secs;
    tonic::transport::Server::builder()
        .http2_keepalive_interval(Some(seconds(30)))
        .http2_keepalive_timeout(Some(seconds(20)))
        .max_concurrent_streams(limits.streams.get())
        .http2_max_header_list_size(limits.header_bytes.get())
        .max_connection_age(seconds(limits.connection_seconds.get()))
        .max_connection_age_grace(seconds(limits.connection_grace_seconds.get()))
        .add_routes(limits::lay(routes, limits))
        .serve_with_incoming_shutdown(
            incoming(
                listener,
                limits.connections.get() as usize,
                seconds(limits.header_seconds.get()),
            ),
            reached(stage, Stage::Draining),
        )
        .await?;
    Ok(())
}

async fn http_server(
    deps: Deps,
    plan: &Plan,
    limits: &Limits,
    listener: TcpListener,
    stage: watch::Receiver<Stage>,
) {
    let router = if plan.gateway {
        chiso_gateway::router(deps)
    } else {
        chiso_gateway::health_router(deps)
    };
    let stop = reached(stage, Stage::Draining);
    http::serve(listener, router, http::Bounds::new(limits), stop).await;
}

/// What the gateway leans on. Ready when the process is not about to stop and databases, services and the peers that
/// it needs answer.
fn deps(
    system: &System,
    plan: &Plan,
    redis: Redis,
    settings: &Settings,
    stage: &watch::Receiver<Stage>,
) -> Deps {
    let limits = &settings.limits;
    Deps {
        services: services(&system.channels),
        cycles: system.cycles().clone(),
        clock: system.process().clock().clone(),
        key: system.process().service_key().clone(),
        checks: checks(system, plan, redis, stage),
        limits: chiso_gateway::Limits {
            headers: limits.header_bytes.get() as usize,
            time: Duration::from_secs(limits.http_seconds.get()),
            at_once: limits.http_requests.get() as usize,
            ..chiso_gateway::Limits::default()
        },
        cache: system.process().cache().clone(),
        web: settings.web.pages(),
    }
}

fn services(channels: &Channels) -> Services {
    Services {
        identity: channels.identity.clone(),
        registry: channels.registry.clone(),
        survey: channels.survey.clone(),
        recheck: channels.recheck.clone(),
        leaders: channels.leaders.clone(),
        ledger: channels.ledger.clone(),
        ranking: channels.ranking.clone(),
    }
}

fn checks(system: &System, plan: &Plan, redis: Redis, stage: &watch::Receiver<Stage>) -> Vec<Check> {
    let stage = stage.clone();
    let serving = Check::new("process", move || {
        let stage = *stage.borrow();
        async move {
            if stage == Stage::Serving {
                Ok(())
            } else {
                Err(Unready::because("is about to stop"))
            }
        }
    });
    let mut checks = vec![serving];
    for (name, db) in system.databases() {
        checks.push(Check::database_of(&name, db));
    }
    checks.push(Check::redis(redis));
    for (name, channel) in system.local_channels() {
        checks.push(Check::service(name, channel));
    }
    for lease in system.process().leases() {
        checks.push(Check::lease(lease));
    }
    for peer in system.peers() {
        let (peer, process) = (peer.clone(), system.process().clone());
        let (name, needed) = (format!("peers.{}", peer.service), plan.needs(peer.service));
        let check = Check::new(&name, move || {
            let (peer, process) = (peer.clone(), process.clone());
            async move {
                let checked = peer.check(Some(&process.token("readiness"))).await;
                checked.map_err(|unfit| Unready {
                    reason: format!("{}; {}", unfit.found, unfit.remedy),
                    cause: unfit.cause,
                })
            }
        });
        checks.push(if needed { check } else { check.wished() });
    }
    checks
}

async fn drained(
    servers: impl Future<Output = Result<(), ServeError>>,
    system: &System,
    stage: &watch::Sender<Stage>,
    told: &mut Told,
    limits: &Limits,
) -> Result<(), ServeError> {
    tokio::pin!(servers);
    tokio::select! {
        result = &mut servers => return result,
        () = told.again() => {}
        () = system.process().broken() => {}
    }
    tracing::info!("draining; a second signal cuts off the calls, a third ends at once");
    notify::stopping();
    stage.send_replace(Stage::Leaving);
    system.drain().await;
    tokio::select! {
        result = &mut servers => return result,
        () = told.again() => return Ok(()),
        () = tokio::time::sleep(Duration::from_secs(limits.drain_wait_seconds)) => {}
    }
    stage.send_replace(Stage::Draining);
    tokio::select! {
        result = &mut servers => result,
        () = told.again() => Ok(()),
        () = tokio::time::sleep(Duration::from_secs(limits.drain_seconds.get())) => {
            tracing::warn!("calls under way did not end in limits.drain_seconds; they are cut off");
            Ok(())
        }
    }
}

/// Waits until all is let go of, but neither longer than that nor after being asked again.
async fn let_go(stop: impl Future<Output = ()>, again: impl Future<Output = ()>, longest: Duration) {
    tokio::select! {
        () = stop => {}
        () = again => tracing::warn!("asked again: leases and databases are left as they are"),
        () = tokio::time::sleep(longest) => {
            tracing::warn!("leases or databases could not be let go of in {} s; they are left as they are", longest.as_secs());
        }
    }
}

/// The signals that ask a process to stop.
struct Told {
    terminate: Signal,
    interrupt: Signal,
}

impl Told {
    fn listen() -> Result<Self, std::io::Error> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn again(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn reached(mut stage: watch::Receiver<Stage>, wanted: Stage) {
    let _sender_gone_counts_too = stage.wait_for(|stage| *stage >= wanted).await;
}

#[cfg(test)]
mod tests;
