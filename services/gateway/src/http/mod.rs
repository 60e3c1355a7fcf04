//! The routes. Each is in the contract (`openapi.json`), and nothing else is; a test compares them.

mod export;
mod health;
mod ranking;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use crate::Gateway;
use crate::problem::Problem;
use crate::web::MaybeMe;

/// The contract of the API, OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("../openapi.json");

type Route = (&'static str, MethodRouter<Gateway>);

fn table() -> [Route; 10] {
    [
        ("/livez", get(health::live)),
        ("/readyz", get(health::ready)),
        ("/metrics", get(health::figures)),
        ("/v1/openapi.json", get(health::openapi)),
        ("/v1/cycles", get(ranking::cycles)),
        ("/v1/cycles/{cycle}/versions", get(ranking::versions)),
        ("/v1/cycles/{cycle}/ranking", get(ranking::ranking)),
        ("/v1/cycles/{cycle}/ranking.json", get(export::json)),
        ("/v1/cycles/{cycle}/ranking.csv", get(export::csv)),
        ("/v1/cycles/{cycle}/units/{unit}", get(ranking::breakdown)),
    ]
}

/// The paths that are served, for the test of the contract.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// Whether an address is one of those that programs ask, there or not.
pub(crate) fn is_for_programs(path: &str) -> bool {
    path.starts_with("/v1/") || ["/livez", "/readyz", "/metrics"].contains(&path)
}

/// With `all`, every route; else those that every process has.
pub(crate) fn routes(all: bool) -> Router<Gateway> {
    let routes = table()
        .into_iter()
        .filter(|(path, _)| all || !path.starts_with("/v1/"))
        .fold(Router::new(), |router, (path, method)| router.route(path, method));
    routes
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
}

/// Who looks for a page is not told of addresses for programs.
async fn unknown_path(reader: MaybeMe, uri: Uri) -> Response {
    if !is_for_programs(uri.path()) {
        return reader.meets(Problem::no_page());
    }
    let path: String = uri.path().chars().take(80).collect();
    let unknown = Problem::new(
        StatusCode::NOT_FOUND,
        "PATH_UNKNOWN",
        format!("Không có địa chỉ “{path}”. Danh sách địa chỉ ở /v1/openapi.json."),
        format!("there is no {path}; all paths are in /v1/openapi.json"),
    );
    unknown.into_response()
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "Địa chỉ này chỉ đọc được bằng GET.",
        "this path can only be read, with GET",
    )
}
