//! What every call passes before its handler: request id and trace, caller, permission, deadline, panic guard,
//! figures, one log line. It lies on the routes, so it holds for local and remote calls alike.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tonic::service::Routes;
use tonic::{Code, Status};

use super::Policy;
use crate::auth::{Caller, Permission};
use crate::error::reason_of;
use crate::metrics::metrics;
use crate::telemetry::trace::{Begun, REQUEST_ID};
use crate::{Context, Error};

/// No call runs longer before its first answer, whatever its deadline.
const LONGEST: Duration = Duration::from_secs(120);

type Rpc = (&'static str, Permission);

struct Stack {
    ctx: Context,
    service: &'static str,
    /// Of the paths of its RPCs.
    prefix: String,
    policy: Policy,
}

pub(super) fn lay(routes: Routes, service: &'static str, policy: Policy, ctx: &Context) -> Routes {
    let stack = Arc::new(Stack {
        ctx: ctx.clone(),
        service,
        prefix: format!("/{service}/"),
        policy,
    });
    let layer = axum::middleware::from_fn_with_state(stack, pass);
    Routes::from(routes.into_axum_router().layer(layer))
}

async fn pass(State(stack): State<Arc<Stack>>, request: Request, next: Next) -> Response {
    let begun = Begun::with(request.headers(), request.uri().path());
    let request_id = begun.call.request_id.clone();
    let mut answer = begun.run(stack.answer(request, next)).await;
    if let Ok(value) = http::HeaderValue::from_str(&request_id) {
        answer.headers_mut().insert(REQUEST_ID, value);
    }
    answer
}

impl Stack {
    async fn answer(&self, mut request: Request, next: Next) -> Response {
        let started = tokio::time::Instant::now();
        let rpc = self.rpc(request.uri().path());
        let limit = deadline(&request).unwrap_or(LONGEST).min(LONGEST);
        let token = bearer(&request);
        let answer = match self.admit(rpc, token.as_deref()).await {
            Err(error) => Status::from(error).into_http(),
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                guarded(next, request, limit).await
            }
        };
        self.finish(&answer, rpc, started);
        answer
    }

    async fn admit(&self, rpc: Option<Rpc>, token: Option<&str>) -> Result<Caller, Error> {
        let caller = self.ctx.auth.resolve(token, self.ctx.clock.now()).await?;
        if let Some((_, permission)) = rpc {
            caller.require(permission, None)?;
        }
        Ok(caller)
    }

    /// None for a path that no RPC has: the router answers that it is not implemented.
    fn rpc(&self, path: &str) -> Option<Rpc> {
        let rpc = path.strip_prefix(&self.prefix)?;
        self.policy.iter().find(|(name, _)| *name == rpc).copied()
    }

    /// Counts the call, and writes its line.
    fn finish(&self, answer: &Response, rpc: Option<Rpc>, started: tokio::time::Instant) {
        let status = Status::from_header_map(answer.headers());
        let (code, reason) = status.map_or((Code::Ok, String::new()), |s| (s.code(), reason_of(&s)));
        let took = started.elapsed();
        metrics().call(self.service, rpc.map_or("unknown", |(name, _)| name), code, took);
        tracing::debug!(?code, reason, micros = took.as_micros(), "call");
    }
}

async fn guarded(next: Next, request: Request, limit: Duration) -> Response {
    let run = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(limit, run).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => Status::from(Error::internal("a handler panicked")).into_http(),
        Err(_elapsed) => Status::new(
            Code::DeadlineExceeded,
            "the deadline passed; it may have happened",
        )
        .into_http(),
    }
}

fn bearer(request: &Request) -> Option<String> {
    let value = request
        .headers()
        .get(http::header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    value.strip_prefix("Bearer ").map(ToOwned::to_owned)
}

/// Reads `grpc-timeout`: up to eight digits and a unit.
fn deadline(request: &Request) -> Option<Duration> {
    let text = request.headers().get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let n: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "H" => Some(Duration::from_secs(n * 3_600)),
        "M" => Some(Duration::from_secs(n * 60)),
        "S" => Some(Duration::from_secs(n)),
        "m" => Some(Duration::from_millis(n)),
        "u" => Some(Duration::from_micros(n)),
        "n" => Some(Duration::from_nanos(n)),
        _ => None,
    }
}
