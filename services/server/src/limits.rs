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

/// What asks whether a process should be sent calls.
const HEALTH: &str = "/grpc.health.v1.Health/";

async fn pass(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    // Turned away, a probe would have a busy process taken off its balancer, and the calls would go to the next one.
    if request.uri().path().starts_with(HEALTH) {
        return next.run(request).await;
    }
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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use tonic::codegen::Service;

    use super::*;

    /// The status of a call to a process that takes no more; none where it was let through.
    async fn status(path: &str) -> Option<String> {
        let edge = Edge {
            free: Arc::new(Semaphore::new(0)),
            longest: Duration::from_secs(1),
        };
        let layer = axum::middleware::from_fn_with_state(edge, pass);
        let mut router = Router::new().fallback(|| async {}).layer(layer);
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = router.call(request).await.unwrap();
        let status = answer.headers().get("grpc-status")?;
        Some(status.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn a_probe_is_answered_by_a_process_that_takes_no_more_calls() {
        let refused = status("/chiso.survey.v1.SurveyService/SubmitSlip").await;
        assert_eq!(refused, Some((Code::Unavailable as i32).to_string()));
        assert_eq!(status("/grpc.health.v1.Health/Check").await, None);
    }
}
