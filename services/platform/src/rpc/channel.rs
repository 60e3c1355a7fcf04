//! A channel to a service, in this process or elsewhere; a client cannot tell which.

use http::{Request, Response};
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::util::BoxCloneSyncService;
use tower::{ServiceExt, service_fn};

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
    let service = ServiceExt::<Request<Body>>::map_err(channel, lost);
    BoxCloneSyncService::new(service)
}

/// A line that is lost is `UNAVAILABLE`, whatever the transport calls it: a process that stops closes
/// connections that others are about to use, and nobody has cancelled anything then.
fn lost(error: tonic::transport::Error) -> RpcError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut late = false;
    while let Some(of) = cause {
        late |= of.is::<tonic::TimeoutExpired>();
        cause = of.source();
    }
    let code = if late {
        Code::DeadlineExceeded
    } else {
        Code::Unavailable
    };
    RpcError(Box::new(Status::new(code, crate::error::chain(&error))))
}

/// To a service that this process has no way to, and needs none.
#[must_use]
pub fn nowhere(service: &'static str) -> Channel {
    BoxCloneSyncService::new(service_fn(move |_: Request<Body>| async move {
        let why = format!("this process does not know where {service} is; set peers.{service}");
        Err(RpcError(why.into()))
    }))
}

/// What a service's stack answers to a call of an RPC that no service has: `UNIMPLEMENTED` to whom it knows,
/// `UNAUTHENTICATED` to whom it does not.
pub async fn knock(channel: &Channel, service: &str, token: &str) -> Code {
    let request = Request::post(format!("/{service}/-"))
        .header(http::header::CONTENT_TYPE, "application/grpc")
        .header("te", "trailers")
        .header(http::header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty());
    let Ok(request) = request else {
        return Code::InvalidArgument;
    };
    match channel.clone().oneshot(request).await {
        Ok(response) => Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
        Err(_did_not_arrive) => Code::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use chiso_wire::identity::SignInRequest;
    use chiso_wire::identity::identity_service_client::IdentityServiceClient;

    use super::*;

    #[tokio::test]
    async fn a_line_that_is_lost_is_unavailable() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hangs_up = tokio::spawn(async move {
            loop {
                drop(listener.accept().await.unwrap());
            }
        });
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
        let mut client = IdentityServiceClient::new(remote(endpoint.connect_lazy()));
        for _ in 0..3 {
            let status = client.sign_in(SignInRequest::default()).await.unwrap_err();
            assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        }
        hangs_up.abort();
        let nobody = hangs_up.await;
        assert!(nobody.unwrap_err().is_cancelled());
        let status = client.sign_in(SignInRequest::default()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    }
}
