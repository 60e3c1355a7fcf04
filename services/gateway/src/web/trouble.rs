//! Why a page is not shown, and what is shown instead.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::BadField;
use maud::html;
use tonic::{Code, Status};

use super::me::Me;
use super::page::Page;
use super::parts::state::{Kind, notice};
use crate::problem::Problem;

/// An answer of a page's handler.
pub(crate) type Answer = Result<Response, Trouble>;

/// Why a page is not shown.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The edge shows it, as a page or as a document.
    Problem(Problem),
    /// Nobody is signed in (any more): the sign-in page, which keeps what was posted.
    SignIn,
    /// What was posted comes from a form of another session: it is shown, to be sent again by hand.
    Stale,
}

impl Trouble {
    /// There is no such page for this person.
    pub(crate) fn missing() -> Self {
        Self::Problem(Problem::no_page())
    }

    /// What was sent cannot be read as a form of ours.
    pub(crate) fn unreadable() -> Self {
        Self::Problem(Problem::unreadable_form())
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<BadField> for Trouble {
    fn from(fault: BadField) -> Self {
        Self::Problem(fault.into())
    }
}

impl From<Status> for Trouble {
    /// To whom something is closed it does not exist.
    fn from(status: Status) -> Self {
        match status.code() {
            Code::Unauthenticated => Self::SignIn,
            Code::PermissionDenied => Self::missing(),
            _ => Self::Problem(status.into()),
        }
    }
}

impl IntoResponse for Trouble {
    /// A problem is shown by the edge; the rest by the guard of the page, which has what was posted.
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            other => {
                let mut response = StatusCode::UNAUTHORIZED.into_response();
                response.extensions_mut().insert(other);
                response
            }
        }
    }
}

/// A method that a page does not take.
pub(super) async fn wrong_method() -> Problem {
    Problem::wrong_way()
}

/// A problem as a page. What failed on our side, and was only asked for, is asked for `again` by a link.
pub(crate) fn problem_page(
    problem: &Problem,
    (w, reader): (Words, Option<&Me>),
    id: &str,
    again: Option<&str>,
) -> Response {
    let (title, detail) = problem.told(w.lang());
    let again = again.filter(|_| problem.status().is_server_error());
    let body = html! {
        (notice(Kind::Refused, html! { p { (detail) } }))
        @if let Some(to) = again { p { a href=(to) { (w.say("common-try-again")) } } }
        p {
            @if reader.is_some() { a href="/viec-cua-toi" { (w.say("common-to-tasks")) } }
            @else { a href="/" { (w.say("common-to-ranking")) } }
        }
        p.quiet { (w.tell("common-request", &[("id", Arg::Text(id))])) }
    };
    let page = match reader {
        Some(me) => Page::of(me, title),
        None => Page::new(w, title),
    };
    let mut response = page.show(&body);
    *response.status_mut() = problem.status();
    response
}
