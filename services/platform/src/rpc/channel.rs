//! A channel to a service, in this process or elsewhere; a client cannot tell which.

use http::{Request, Response};
use tonic::body::Body;
use tonic::service::Routes;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// What a client is made of.
pub type Channel = BoxCloneSyncService<Request<Body>, Response<Body>, RpcError>;

/// A call that did not arrive. A type of its own, since clients in spawned tasks need one.
#[derive(Debug, thiserror::Error)]
#[error("the call did not arrive")]
pub struct RpcError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// To a service in this process.
#[must_use]
pub fn local(routes: Routes) -> Channel {
    let service = ServiceExt::<Request<Body>>::map_err(routes.prepare(), |e| RpcError(e.into()));
    BoxCloneSyncService::new(service)
}

/// To a service at an address.
#[must_use]
pub fn remote(channel: tonic::transport::Channel) -> Channel {
    let service = ServiceExt::<Request<Body>>::map_err(channel, |e| RpcError(e.into()));
    BoxCloneSyncService::new(service)
}
