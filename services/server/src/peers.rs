//! The way to services elsewhere.

use std::time::Duration;

use axum::http::Uri;
use chiso_platform::rpc::{Channel, remote};
use tonic::transport::Endpoint;

/// Within one data centre anything longer is a fault.
const CONNECT: Duration = Duration::from_secs(2);
/// How often an idle connection is asked whether the other side still lives, and how long it may think.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(5));

/// A channel that connects with its first call, to one instance or balanced over several.
pub(crate) fn connect(addresses: &[Uri]) -> Channel {
    let mut endpoints = addresses.iter().cloned().map(endpoint);
    match (endpoints.next(), endpoints.len()) {
        (Some(only), 0) => remote(only.connect_lazy()),
        (first, _) => remote(tonic::transport::Channel::balance_list(
            first.into_iter().chain(endpoints),
        )),
    }
}

fn endpoint(address: Uri) -> Endpoint {
    Endpoint::from(address)
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEPALIVE.0)
        .keep_alive_timeout(KEEPALIVE.1)
        .keep_alive_while_idle(true)
}
