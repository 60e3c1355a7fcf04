//! Listens: gRPC and HTTP on loopback addresses, until SIGTERM or Ctrl-C; then drains.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use chiso_platform::clock::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_stream::wrappers::TcpListenerStream;

use crate::system::{StartError, System};

/// Calls under way get so long to finish after the first signal.
const DRAIN: Duration = Duration::from_secs(10);

/// Why serving ended otherwise than asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen on {0}; choose another address with {1}")]
    Listen(SocketAddr, &'static str, #[source] std::io::Error),
    #[error("gRPC server")]
    Grpc(#[from] tonic::transport::Error),
    #[error("server")]
    Io(#[from] std::io::Error),
}

/// Runs every service until told to stop.
pub(crate) async fn serve(data: &Path, grpc: SocketAddr, http: SocketAddr) -> Result<(), ServeError> {
    let grpc_listener = TcpListener::bind(grpc)
        .await
        .map_err(|e| ServeError::Listen(grpc, "--grpc", e))?;
    let http_listener = TcpListener::bind(http)
        .await
        .map_err(|e| ServeError::Listen(http, "--http", e))?;
    let (grpc, http) = (grpc_listener.local_addr()?, http_listener.local_addr()?);
    let system = System::start(data, Clock::of_process()).await?;
    let (stop, stopping) = watch::channel(false);

    let grpc_server = tonic::transport::Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .max_concurrent_streams(1_024)
        .add_routes(system.routes().await?)
        .serve_with_incoming_shutdown(TcpListenerStream::new(grpc_listener), stopped(stopping.clone()));
    let gateway = chiso_gateway::router(gateway(&system));
    let http_server = axum::serve(http_listener, gateway).with_graceful_shutdown(stopped(stopping));
    let servers = async {
        let (grpc, http) = tokio::join!(grpc_server, http_server);
        grpc?;
        http.map_err(ServeError::Io)
    };
    tracing::info!(%grpc, %http, data = %data.display(), services = ?system.names(), "chiso is ready");
    let result = drained(servers, stop).await;
    system.stop().await;
    tracing::info!("chiso has stopped");
    result
}

/// Ready when the database and every service answer.
fn gateway(system: &System) -> chiso_gateway::Deps {
    let database = system
        .context("identity")
        .map(|ctx| chiso_gateway::Check::database(ctx.db.clone()));
    let service = |(name, channel)| chiso_gateway::Check::service(name, channel);
    let services = system.local_channels().into_iter().map(service);
    chiso_gateway::Deps {
        ranking: system.channels.ranking.clone(),
        checks: database.into_iter().chain(services).collect(),
        limits: chiso_gateway::Limits::default(),
    }
}

async fn drained(
    servers: impl Future<Output = Result<(), ServeError>>,
    stop: watch::Sender<bool>,
) -> Result<(), ServeError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::pin!(servers);
    tokio::select! {
        result = &mut servers => return result,
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("draining; a second signal ends at once");
    stop.send_replace(true);
    tokio::select! {
        result = &mut servers => result,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        () = tokio::time::sleep(DRAIN) => Ok(()),
    }
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _sender_gone_counts_too = stopping.wait_for(|stop| *stop).await;
}
