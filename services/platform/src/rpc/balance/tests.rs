//! Several addresses of one service: turns, and instances that are gone.

use tonic::Code;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};

use super::*;
use crate::rpc::knock;

async fn bound() -> (tokio::net::TcpListener, Endpoint) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    (listener, endpoint)
}

#[tokio::test]
async fn an_instance_that_is_gone_costs_no_call() {
    let (listener, here) = bound().await;
    let (gone, away) = bound().await;
    drop(gone);
    let serving = Server::builder()
        .add_routes(Routes::default())
        .serve_with_incoming(TcpIncoming::from(listener));
    let serving = tokio::spawn(serving);
    let channel = balanced(vec![away.connect_lazy(), here.connect_lazy()]);
    for _ in 0..20 {
        assert_eq!(knock(&channel, "nothing", "").await, Code::Unimplemented);
    }
    serving.abort();
    let channel = balanced(vec![away.connect_lazy()]);
    let request = || Request::post("/nothing/-").body(Body::empty()).unwrap();
    let error = channel.oneshot(request()).await.unwrap_err();
    let status = Status::from_error(Box::new(error));
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(crate::error::reason_of(&status), "UNAVAILABLE");
}
