//! The HTTP listener: how many connections there are at once, how long each may take to say what it wants, and how
//! long it lives.
//!
//! A caller who says nothing, or who does not read the answer, costs a connection for a bounded time and nothing else.
//! HTTP/1.1 only: a proxy in front of it may offer whatever it likes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use chiso_gateway::Peer;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::incoming::accept;
use crate::settings::Limits;

/// Bounds of the connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// At once; the next ones wait to be taken.
    connections: usize,
    /// Most bytes of a request's first line and headers.
    header_bytes: usize,
    /// Until the headers of a request are there, also on a connection that was kept open.
    headers: Duration,
    /// Until a connection is ended, and what is under way on it may take so much longer.
    age: Duration,
    grace: Duration,
}

impl Bounds {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            connections: limits.http_connections.get() as usize,
            // What is a little too much is refused with a reason by the gateway, which counts the headers alone.
            header_bytes: limits.header_bytes.get() as usize * 2,
            headers: Duration::from_secs(limits.header_seconds.get()),
            age: Duration::from_secs(limits.http_connection_seconds.get()),
            grace: Duration::from_secs(limits.connection_grace_seconds.get()),
        }
    }
}

/// Serves until it is time to stop; then what is under way ends. Dropped, it cuts off what is under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let free = Arc::new(Semaphore::new(bounds.connections));
    let (stopping, stops) = watch::channel(false);
    let mut open = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_ended) = open.join_next() => {}
            (stream, permit) = accept(&listener, &free) => {
                open.spawn(connection(stream, permit, router.clone(), bounds, stops.clone()));
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    while open.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    router: Router,
    bounds: Bounds,
    mut stops: watch::Receiver<bool>,
) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .max_header_size(bounds.header_bytes)
        .header_read_timeout(bounds.headers);
    let peer = stream.peer_addr().ok().map(|address| Peer(address.ip()));
    let service = service_fn(move |mut request: Request<Incoming>| {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        TowerToHyperService::new(router.clone()).call(request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Ok(ended),
        _ = stops.wait_for(|stops| *stops) => Err(()),
        () = sleep(bounds.age) => Err(()),
    };
    let ended = match ended {
        Ok(ended) => Ok(ended),
        Err(()) => {
            connection.as_mut().graceful_shutdown();
            timeout(bounds.grace, connection).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "an HTTP connection was broken off"),
        Err(_elapsed) => tracing::debug!("an HTTP connection was cut off: its answer was not read in time"),
    }
}

#[cfg(test)]
mod tests;
