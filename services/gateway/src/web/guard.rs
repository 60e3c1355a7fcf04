//! What every page passes: that it was posted from a page of ours, who may open it, and the way to sign in without
//! losing what was typed; before anything else the second factor of who has to set one up.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chiso_platform::words::Words;

use super::me::Me;
use super::state::Web;
use super::trouble::Trouble;
use super::{Who, csrf, retry, save, sign, words};
use crate::Gateway;
use crate::problem::Problem;

/// A page behind its guard.
#[derive(Clone, Debug)]
pub(super) struct Guarded {
    pub(super) gateway: Gateway,
    pub(super) who: Who,
    /// Which part of the address names a cycle.
    pub(super) cycle: Option<usize>,
    pub(super) largest_form: usize,
}

impl Guarded {
    /// The cycle that an address names.
    fn cycle_of<'a>(&self, to: &'a str) -> Option<&'a str> {
        let path = to.split('?').next().unwrap_or_default();
        self.cycle.and_then(|at| path.split('/').nth(at))
    }
}

/// What is kept of a request, for whoever has to sign in first.
#[derive(Debug)]
pub(super) struct Kept {
    /// Path and query.
    pub(super) to: String,
    /// Whether something was sent there, and not only asked for.
    pub(super) posted: bool,
    /// What a form sent.
    pub(super) form: Option<Bytes>,
    /// Whether a script waits for the answer.
    pub(super) by_script: bool,
    pub(super) headers: HeaderMap,
}

/// Passes a request on, or says why not.
pub(super) async fn pass(State(guarded): State<Guarded>, request: Request, next: Next) -> Response {
    let web = &guarded.gateway.web;
    let w = words::of(request.uri(), request.headers());
    let (mut request, kept) = match keep(web, request, guarded.largest_form).await {
        Ok(kept) => kept,
        Err(trouble) => return trouble.into_response(),
    };
    let mut who = None;
    let mut response = match admit(&guarded, &kept, w).await {
        Ok(me) => {
            who.clone_from(&me);
            if let Some(me) = me {
                if sign::second_factor_is_due(web, &me, &kept.to) {
                    return save::see(sign::ENROL);
                }
                // Found out once for the whole request.
                request.extensions_mut().insert(me);
            }
            next.run(request).await
        }
        Err(trouble) => trouble.into_response(),
    };
    match response.extensions_mut().remove::<Trouble>() {
        None => {
            let response = again(who.as_ref(), &kept, not_yet(&kept, response));
            signed(web, w, &kept, who, response).await
        }
        Some(_) if kept.by_script => signed_out(),
        Some(trouble) => sign::instead(web, w, &kept, &trouble).await,
    }
}

/// Of a year that is not open yet there are no pages but those that set it up. Whoever sent something is told.
fn not_yet(kept: &Kept, response: Response) -> Response {
    let problem = response.extensions().get::<Problem>();
    let ahead = problem.is_some_and(|problem| problem.reason() == "CYCLE_NOT_OPEN");
    if ahead && !kept.posted {
        Trouble::missing().into_response()
    } else {
        response
    }
}

/// What failed for no fault of the form can be sent again; a script does so by itself.
fn again(who: Option<&Me>, kept: &Kept, response: Response) -> Response {
    let problem = response.extensions().get::<Problem>();
    let later = |status: StatusCode| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let problem = problem.filter(|problem| later(problem.status()) && !kept.by_script);
    let page = who
        .zip(problem)
        .and_then(|(me, problem)| retry::page(me, kept, problem));
    page.unwrap_or(response)
}

/// A refusal is shown with the name of who is signed in, also where the page itself is for everyone or not for them.
/// Where something failed, identity is not asked as well.
async fn signed(web: &Web, w: Words, kept: &Kept, who: Option<Me>, mut response: Response) -> Response {
    let Some(status) = response.extensions().get::<Problem>().map(Problem::status) else {
        return response;
    };
    let me = match who {
        None if status.is_client_error() => Me::find(web, &kept.headers, w).await.ok(),
        known => known,
    };
    if let Some(me) = me {
        response.extensions_mut().insert(me);
    }
    response
}

/// Reads what a form sent and puts it back.
async fn keep(web: &Web, request: Request, most: usize) -> Result<(Request, Kept), Trouble> {
    let posted = !matches!(*request.method(), Method::GET | Method::HEAD);
    if posted && !csrf::is_own_site(request.headers(), &web.settings().public_url) {
        return Err(Problem::of_another_site().into());
    }
    let headers = request.headers().clone();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_form = text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with(FORM));
    let by_script = text(ACCEPT).is_some_and(|list| list.starts_with("application/json"));
    let to = request
        .uri()
        .path_and_query()
        .map_or("/", |to| to.as_str())
        .to_owned();
    let (request, form) = if posted && is_form {
        let (parts, body) = request.into_parts();
        let read = to_bytes(body, most).await;
        let form = read.map_err(|_| Trouble::from(Problem::too_large(most)))?;
        (Request::from_parts(parts, Body::from(form.clone())), Some(form))
    } else {
        (request, None)
    };
    let kept = Kept {
        to,
        posted,
        form,
        by_script,
        headers,
    };
    Ok((request, kept))
}

/// The kind of what forms without files send.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Who it is, where that matters.
async fn admit(guarded: &Guarded, kept: &Kept, w: Words) -> Result<Option<Me>, Trouble> {
    if guarded.who == Who::Everyone {
        return Ok(None);
    }
    let me = Me::find(&guarded.gateway.web, &kept.headers, w).await?;
    if guarded.who.lets(&me, guarded.cycle_of(&kept.to)) {
        Ok(Some(me))
    } else {
        Err(Trouble::missing())
    }
}

/// What a script is told, which keeps what was typed where it is.
fn signed_out() -> Response {
    let told = axum::Json(serde_json::json!({ "state": "signed-out" }));
    (StatusCode::UNAUTHORIZED, told).into_response()
}
