//! What every request passes: id and trace, bounds, time, panic guard, the headers of every answer, figures,
//! one log line.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use chiso_platform::metrics::metrics;
use chiso_platform::telemetry::trace::{Begun, REQUEST_ID};
use chiso_platform::words::{Arg, Lang, Words};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::language;
use crate::problem::Problem;
use crate::web::{self, Me};

/// Bounds of every request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest address in bytes.
    pub address: usize,
    /// Most bytes of all headers.
    pub headers: usize,
    /// Most bytes of a body.
    pub body: usize,
    /// Most bytes of what is sent from a form of a page.
    pub form: usize,
    /// Until the first byte of the answer.
    pub time: Duration,
    /// Requests at once, each until its answer was taken; the next one is told to come again.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address: 2_048,
            headers: 16_384,
            body: 65_536,
            form: 262_144,
            time: Duration::from_secs(30),
            at_once: 256,
        }
    }
}

/// Most bytes of a form with a file; how large a file may be, the policy of a cycle says.
pub(crate) const LARGEST_UPLOAD: usize = 256 << 20;
/// Until the first byte of the answer to one.
const UPLOAD_TIME: Duration = Duration::from_secs(600);

/// The id of a request, for the log and for whoever asks about it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

#[derive(Clone, Debug)]
struct Edge {
    limits: Limits,
    /// Whether people reach the pages over an encrypted way.
    secure: bool,
    free: Arc<Semaphore>,
}

const ID: HeaderName = HeaderName::from_static(REQUEST_ID);

/// Puts the edge around routes.
pub(crate) fn lay(routes: Router, limits: Limits, secure: bool) -> Router {
    let edge = Edge {
        limits,
        secure,
        free: Arc::new(Semaphore::new(limits.at_once)),
    };
    routes
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(axum::middleware::from_fn_with_state(edge, pass))
}

async fn pass(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let begun = Begun::with(request.headers(), "http");
    let id = RequestId(begun.call.request_id.clone());
    request.extensions_mut().insert(id.clone());
    begun.run(edge.passed(request, next, &id.0)).await
}

impl Edge {
    async fn passed(&self, request: Request, next: Next, id: &str) -> Response {
        let started = tokio::time::Instant::now();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let route = route(&request);
        let told = Told::of(&request);
        let mut response = match self.admit(&request) {
            Err(problem) => respond(problem),
            Ok(()) if is_preflight(&request) => preflight(),
            Ok(()) => self.answer(request, next).await,
        };
        let mut reason = String::new();
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            problem.reason().clone_into(&mut reason);
            let allow = response.headers_mut().remove(ALLOW);
            let reader = response.extensions_mut().remove::<Me>();
            response = told.render(&problem, reader.as_ref(), (&path, id));
            if let Some(allow) = allow {
                response.headers_mut().insert(ALLOW, allow);
            }
        }
        self.dress(response.headers_mut(), &path, id);
        let (status, took) = (response.status().as_u16(), started.elapsed());
        metrics().http(route, status, took);
        tracing::debug!(%method, route, status, reason, micros = took.as_micros(), "http");
        response
    }

    /// Whether the request is within the bounds that are seen before its body.
    fn admit(&self, request: &Request) -> Result<(), Problem> {
        let address = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
        if address > self.limits.address {
            return Err(Problem::said(
                StatusCode::URI_TOO_LONG,
                "ADDRESS_TOO_LONG",
                "problem-address",
                &[("most", Arg::Text(&self.limits.address.to_string()))],
            ));
        }
        let headers: usize = request
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        if headers > self.limits.headers {
            return Err(Problem::said(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "HEADERS_TOO_LARGE",
                "problem-headers",
                &[("most", Arg::Text(&self.limits.headers.to_string()))],
            ));
        }
        let length = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        let most = if web::is_upload(request.uri().path()) {
            LARGEST_UPLOAD
        } else if web::is_page(request.uri().path()) {
            self.limits.form
        } else {
            self.limits.body
        };
        if length.is_some_and(|length| length > most) {
            return Err(Problem::too_large(most));
        }
        Ok(())
    }

    /// The handler's answer, in time and without letting a panic through.
    async fn answer(&self, request: Request, next: Next) -> Response {
        // Whether the process lives is asked just when it is busy.
        let permit = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) if request.uri().path() == "/livez" => None,
            Err(_) => return respond(busy()),
        };
        let time = if web::is_upload(request.uri().path()) {
            UPLOAD_TIME
        } else {
            self.limits.time
        };
        let run = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(time, run).await {
            Ok(Ok(response)) => response.map(|body| held(body, permit)),
            Ok(Err(_panic)) => respond(Problem::internal(&"a handler panicked")),
            Err(_elapsed) => respond(Problem::said(
                StatusCode::GATEWAY_TIMEOUT,
                "TIMED_OUT",
                "problem-late",
                &[],
            )),
        }
    }
}

/// The body keeps the permit: an answer that is taken slowly counts until it is taken.
fn held(body: Body, permit: Option<OwnedSemaphorePermit>) -> Body {
    Body::new(body.map_err(move |error| {
        let _kept = &permit;
        error
    }))
}

fn respond(problem: Problem) -> Response {
    axum::response::IntoResponse::into_response(problem)
}

fn busy() -> Problem {
    Problem::said(StatusCode::SERVICE_UNAVAILABLE, "BUSY", "problem-busy", &[])
}

/// A browser asks whether another site's page may read this.
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key("access-control-request-method")
}

fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(
        "access-control-allow-methods",
        HeaderValue::from_static("GET, HEAD"),
    );
    headers.insert(
        "access-control-allow-headers",
        HeaderValue::from_static("accept-language, authorization, if-none-match, x-request-id"),
    );
    headers.insert("access-control-max-age", HeaderValue::from_static("86400"));
    response
}

/// In which form a problem is told: to a browser that opens a page as a page, else as a document.
enum Told {
    /// With the address to ask for again, where it was only asked for.
    Page(Words, Option<String>),
    Document(Lang),
}

impl Told {
    fn of(request: &Request) -> Self {
        if web::wants_page(request) {
            let read = matches!(*request.method(), Method::GET | Method::HEAD);
            let again = request.uri().path_and_query().filter(|_| read);
            let w = web::words_of(request.uri(), request.headers());
            Self::Page(w, again.map(|to| to.as_str().to_owned()))
        } else {
            Self::Document(language::preferred(request.headers()))
        }
    }

    fn render(&self, problem: &Problem, reader: Option<&Me>, (path, id): (&str, &str)) -> Response {
        match self {
            Self::Page(w, again) => web::problem_page(problem, (*w, reader), id, again.as_deref()),
            Self::Document(language) => problem.render(*language, path, id),
        }
    }
}

type Fixed = (&'static str, &'static str);

/// The headers of what programs read.
const PLAIN: [Fixed; 2] = [
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

/// The headers of pages and their parts. Nothing is loaded from elsewhere, and nothing stands in a page that runs.
const PAGES: [Fixed; 4] = [
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
];

impl Edge {
    /// The headers of every answer. What is published may be read by any site's page.
    fn dress(&self, headers: &mut HeaderMap, path: &str, id: &str) {
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        let fixed = if web::is_page(path) { &PAGES[..] } else { &PLAIN };
        for (name, value) in fixed {
            // What a page shows of others, such as a file, is held in more narrowly by its handler.
            headers.entry(*name).or_insert(HeaderValue::from_static(value));
        }
        if self.secure {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert("strict-transport-security", year);
        }
        if path.starts_with("/v1/") {
            headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
            headers.insert(
                "access-control-expose-headers",
                HeaderValue::from_static("etag, content-disposition, x-request-id"),
            );
        }
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(id) {
            headers.insert(ID, value);
        }
    }
}

/// Every pattern of a path.
static ROUTES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let pages = web::pages();
    let pages = pages.iter().map(|page| page.path);
    crate::paths().into_iter().chain(pages).collect()
});

/// The pattern of the path. What else was asked for may hold anything, so it is neither counted nor logged.
fn route(request: &Request) -> &'static str {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let known = ROUTES.iter().find(|route| Some(**route) == matched);
    known.copied().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn an_answer_counts_until_it_was_taken() {
        let limits = Limits {
            at_once: 1,
            ..Limits::default()
        };
        let router = lay(Router::new().route("/", get(async || "đáp")), limits, false);
        let ask = async || {
            let request = Request::new(Body::empty());
            router.clone().oneshot(request).await.unwrap()
        };
        let first = ask().await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[CONTENT_LENGTH], "5");
        assert_eq!(ask().await.status(), StatusCode::SERVICE_UNAVAILABLE);
        let taken = first.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(taken, "đáp".as_bytes());
        assert_eq!(ask().await.status(), StatusCode::OK);
    }
}
