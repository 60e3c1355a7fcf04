//! What every call passes before its handler: request id, caller, permission, deadline, panic guard, one
//! log line. It lies on the routes, so it holds for local and remote calls alike.

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
use crate::{Context, Error};

/// No call runs longer before its first answer, whatever its deadline.
const LONGEST: Duration = Duration::from_secs(120);

#[derive(Clone)]
struct Stack {
    ctx: Context,
    prefix: Arc<str>,
    policy: Policy,
}

pub(super) fn lay(routes: Routes, service: &'static str, policy: Policy, ctx: &Context) -> Routes {
    let stack = Stack {
        ctx: ctx.clone(),
        prefix: format!("/{service}/").into(),
        policy,
    };
    let layer = axum::middleware::from_fn_with_state(stack, pass);
    Routes::from(routes.into_axum_router().layer(layer))
}

async fn pass(State(stack): State<Stack>, mut request: Request, next: Next) -> Response {
    let started = tokio::time::Instant::now();
    let path = request.uri().path().to_owned();
    let id = request_id(&request);
    let limit = deadline(&request).unwrap_or(LONGEST).min(LONGEST);
    let token = bearer(&request);
    let answer = match stack.admit(&path, token.as_deref()).await {
        Err(error) => Status::from(error).into_http(),
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            guarded(next, request, limit).await
        }
    };
    finish(answer, &path, &id, started)
}

impl Stack {
    async fn admit(&self, path: &str, token: Option<&str>) -> Result<Caller, Error> {
        let caller = self.ctx.auth.resolve(token, self.ctx.clock.now()).await?;
        if let Some(permission) = self.permission(path) {
            caller.require(permission, None)?;
        }
        Ok(caller)
    }

    /// None for a path that no RPC has: the router answers that it is not implemented.
    fn permission(&self, path: &str) -> Option<Permission> {
        let rpc = path.strip_prefix(&*self.prefix)?;
        self.policy
            .iter()
            .find(|(name, _)| *name == rpc)
            .map(|(_, permission)| *permission)
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

fn finish(mut answer: Response, path: &str, id: &str, started: tokio::time::Instant) -> Response {
    let status = Status::from_header_map(answer.headers());
    let (code, reason) = status.map_or((Code::Ok, String::new()), |s| (s.code(), reason_of(&s)));
    let micros = started.elapsed().as_micros();
    tracing::debug!(rpc = path, ?code, reason, micros, request_id = id, "call");
    if let Ok(value) = http::HeaderValue::from_str(id) {
        answer.headers_mut().insert("x-request-id", value);
    }
    answer
}

fn bearer(request: &Request) -> Option<String> {
    let value = request
        .headers()
        .get(http::header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    value.strip_prefix("Bearer ").map(ToOwned::to_owned)
}

fn request_id(request: &Request) -> String {
    let given = request
        .headers()
        .get("x-request-id")
        .and_then(|v| v.to_str().ok());
    given
        .filter(|id| id.len() <= 64)
        .map_or_else(|| hex::encode(crate::rng::bytes::<8>()), ToOwned::to_owned)
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
