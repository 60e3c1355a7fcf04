//! Listens: gRPC and HTTP, until SIGTERM or Ctrl-C; then drains.
//!
//! Draining goes in steps: `/readyz` and the health service say so; after `limits.drain_wait_seconds` no
//! connection is taken any more and clients are told to go (GOAWAY); calls under way end; leases are given back
//! and the databases closed.

use std::net::SocketAddr;
use std::time::Duration;

use chiso_gateway::{Check, Deps};
use chiso_platform::clock::Clock;
use chiso_platform::process::{OpenError, Process};
use chiso_platform::redis::{BadUrl, Redis};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;

use crate::peers::Bounds;
use crate::plan::{Plan, PlanFault};
use crate::settings::{Limits, Settings};
use crate::system::{StartError, System};
use crate::{limits, notify};

/// Why serving ended otherwise than asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Plan(#[from] PlanFault),
    #[error(transparent)]
    Redis(#[from] BadUrl),
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
}

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
    let (grpc, http) = (settings.listen.grpc, settings.listen.http);
    let grpc_listener = listen(grpc, "--grpc (listen.grpc)").await?;
    let http_listener = listen(http, "--http (listen.http)").await?;
    let (grpc, http) = (grpc_listener.local_addr()?, http_listener.local_addr()?);
    let redis = Redis::open(&settings.redis.url.0)?;
    let process = Process::open(settings.places(), Clock::of_process())?.with_redis(redis.clone());
    let bounds = Bounds {
        connect: Duration::from_millis(settings.limits.connect_ms.get()),
    };
    let system = System::run(&plan, process, bounds).await?;
    let (stage, watched) = watch::channel(Stage::Serving);
    let grpc_server = grpc_server(
        &settings.limits,
        system.routes().await?,
        grpc_listener,
        watched.clone(),
    );
    let http_server = http_server(
        deps(&system, redis, &settings.limits, &watched),
        &plan,
        http_listener,
        watched,
    );
    let servers = async {
        let (grpc, http) = tokio::join!(grpc_server, http_server);
        grpc.and(http)
    };
    // Before it says that it is ready: whoever asks it to stop from then on must be heard.
    let told = Told::listen()?;
    let names = system.names();
    tracing::info!(%grpc, %http, data = %settings.data.dir.display(), services = ?names, gateway = plan.gateway, "chiso is ready");
    notify::ready(&format!("{} on {grpc}", names.join(", ")));
    let result = tokio::select! {
        result = drained(servers, &system, &stage, told, &settings.limits) => result,
        () = notify::alive() => Ok(()),
    };
    system.stop().await;
    tracing::info!("chiso has stopped");
    result
}

async fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServeError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|e| ServeError::Listen(address, setting, e))
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
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            reached(stage, Stage::Draining),
        )
        .await?;
    Ok(())
}

async fn http_server(
    deps: Deps,
    plan: &Plan,
    listener: TcpListener,
    stage: watch::Receiver<Stage>,
) -> Result<(), ServeError> {
    let router = if plan.gateway {
        chiso_gateway::router(deps)
    } else {
        chiso_gateway::health_router(deps)
    };
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(reached(stage, Stage::Draining))
        .await?;
    Ok(())
}

/// Ready when the process is not about to stop and databases, services and peers answer.
fn deps(system: &System, redis: Redis, limits: &Limits, stage: &watch::Receiver<Stage>) -> Deps {
    let stage = stage.clone();
    let serving = Check::new("process", move || {
        let stage = *stage.borrow();
        async move {
            if stage == Stage::Serving {
                Ok(())
            } else {
                Err("is about to stop".to_owned())
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
        let name = format!("peers.{}", peer.service);
        checks.push(Check::new(&name, move || {
            let (peer, process) = (peer.clone(), process.clone());
            async move { peer.check(&process).await }
        }));
    }
    Deps {
        ranking: system.channels.ranking.clone(),
        checks,
        limits: chiso_gateway::Limits {
            headers: limits.header_bytes.get() as usize,
            time: Duration::from_secs(limits.http_seconds.get()),
            at_once: limits.http_requests.get() as usize,
            ..chiso_gateway::Limits::default()
        },
        cache: system.process().cache().clone(),
    }
}

async fn drained(
    servers: impl Future<Output = Result<(), ServeError>>,
    system: &System,
    stage: &watch::Sender<Stage>,
    mut told: Told,
    limits: &Limits,
) -> Result<(), ServeError> {
    tokio::pin!(servers);
    tokio::select! {
        result = &mut servers => return result,
        () = told.again() => {}
    }
    tracing::info!("draining; a second signal ends at once");
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
