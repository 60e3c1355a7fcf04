//! Whether the process lives and is ready, its figures, and the contract itself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chiso_domain::kernel::text::sha256_hex;
use chiso_platform::metrics;
use serde_json::{Value, json};

use super::OPENAPI;
use crate::Gateway;
use crate::call::{Call, NEWEST, answer};
use crate::problem::Problem;
use crate::ready;

/// The process answers: nothing is asked of anyone.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// All that the process leans on answers; else 503 with each reason.
pub(super) async fn ready(State(gateway): State<Gateway>) -> Response {
    let checks = ready::all(&gateway.checks).await;
    let (status, word) = if checks.iter().all(|check| check.ready) {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    (status, Json(json!({ "status": word, "checks": checks }))).into_response()
}

/// Figures of this process.
pub(super) async fn figures() -> Response {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::render()).into_response()
}

/// The contract.
pub(super) async fn openapi(call: Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let tag = sha256_hex(OPENAPI.as_bytes());
    let known = call.known(&tag, NEWEST);
    Ok(known.unwrap_or_else(|| answer(&tag, NEWEST, "application/json", OPENAPI.into())))
}
