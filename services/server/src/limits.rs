//! Bounds of gRPC calls that come in from outside: how many at once, and how long.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chiso_platform::Error;
use tokio::sync::Semaphore;
use tonic::service::Routes;
use tonic::{Code, Status};

use crate::settings::Limits;

#[derive(Clone)]
struct Edge {
    free: Arc<Semaphore>,
    longest: Duration,
}

/// Puts the bounds around the routes of a listener. Calls inside the process do not pass them.
pub(crate) fn lay(routes: Routes, limits: &Limits) -> Routes {
    let edge = Edge {
        free: Arc::new(Semaphore::new(limits.calls.get() as usize)),
        longest: Duration::from_secs(limits.call_seconds.get()),
    };
    let layer = axum::middleware::from_fn_with_state(edge, pass);
    Routes::from(routes.into_axum_router().layer(layer))
}

async fn pass(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    // Held until the answer begins: streams may be long, and their number is bounded by connection.
    let Ok(_permit) = edge.free.try_acquire() else {
        return Status::from(Error::unavailable("more calls at once than limits.calls")).into_http();
    };
    match tokio::time::timeout(edge.longest, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => {
            let message = "no answer within limits.call_seconds; it may have happened";
            Status::new(Code::DeadlineExceeded, message).into_http()
        }
    }
}
