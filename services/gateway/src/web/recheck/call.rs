//! One case: the call, what came of it, and how long it is held.

use axum::extract::State;
use axum::http::StatusCode;
use chiso_wire::recheck as pb;
use maud::Markup;
use tonic::{Code, Response, Status};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, Found, SHOWN};
use super::load::{self, OneCase};
use super::view_call::{self, Call};
use super::view_outcome;

/// Where the services' fields are typed in.
const NAMES: &Names = &[
    ("callback_at", "ngay"),
    ("mode", "cach"),
    ("note", "ghi-chu"),
    ("not_reached", "ket-qua"),
    ("finding", "ket-qua"),
];

/// Without an outcome the call, else both answers.
pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let one = load::case(&web, &me, &at).await?;
    if one.case.recorded_at.is_some() {
        return Ok(view_outcome::show(&web, &me, &one, &Markup::default()));
    }
    Ok(Call::new(&web, &me, &one).show(&Typed::default(), &Errors::new(me.w)))
}

/// Name and number stand in this answer only, which nobody keeps. What was typed before stays on the page.
pub(super) async fn reveal(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::RevealContactRequest {
        request_id: web.id(),
        case_id: at.part("id").to_owned(),
    };
    match tell(&me, web.recheck().reveal_contact(web.ask(&me, asked))).await? {
        Told::Taken(contact) => {
            let one = load::case(&web, &me, &at).await?;
            let call = Call::new(&web, &me, &one).with(Some(contact));
            Ok(call.show(&posted.typed(), &Errors::new(me.w)))
        }
        Told::Refused(why) => again(&web, &me, &at, &posted, &why).await,
        Told::Gone => Ok(view_call::gone(&me, &at, &posted)),
    }
}

pub(super) async fn record(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let Some(one) = load::find_case(&web, &me, &at).await? else {
        return Ok(view_call::gone(&me, &at, &posted));
    };
    match form::result(me.w, &one, &posted) {
        Ok(found) => sent(&web, &me, (&at, &one), &posted, found).await,
        Err(errors) => again(&web, &me, &at, &posted, &Refused::Again(errors)).await,
    }
}

async fn sent(web: &Web, me: &Me, (at, one): (&At, &OneCase), posted: &Posted, found: Found) -> Answer {
    let then = match &found {
        Found::Attempt(_) => format!("{}?da-ghi=1", super::href(at.part("cycle"))),
        Found::Finding(_) => one.href(""),
    };
    match told(web, me, found).await? {
        Told::Taken(()) => Ok(see(&then)),
        Told::Refused(why) => again(web, me, at, posted, &why).await,
        Told::Gone => Ok(view_call::gone(me, at, posted)),
    }
}

async fn told(web: &Web, me: &Me, found: Found) -> Result<Told<()>, Trouble> {
    Ok(match found {
        Found::Attempt(asked) => tell(me, web.recheck().record_attempt(web.ask(me, asked)))
            .await?
            .map(|_reply| ()),
        Found::Finding(asked) => tell(me, web.recheck().record_finding(web.ask(me, asked)))
            .await?
            .map(|_reply| ()),
    })
}

/// Holds the case for longer; what was typed stays on the page.
pub(super) async fn renew(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::RenewLeaseRequest {
        request_id: web.id(),
        case_id: at.part("id").to_owned(),
    };
    match tell(&me, web.recheck().renew_lease(web.ask(&me, asked))).await? {
        Told::Taken(_held) => {
            let one = load::case(&web, &me, &at).await?;
            let call = Call::new(&web, &me, &one).with(shown_before(&web, &me, &at, &posted).await);
            Ok(call.show(&posted.typed(), &Errors::new(me.w)))
        }
        Told::Refused(why) => again(&web, &me, &at, &posted, &why).await,
        Told::Gone => Ok(view_call::gone(&me, &at, &posted)),
    }
}

pub(super) async fn release(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::ReleaseCaseRequest {
        request_id: web.id(),
        case_id: at.part("id").to_owned(),
    };
    match tell(&me, web.recheck().release_case(web.ask(&me, asked))).await? {
        Told::Taken(_) | Told::Gone => Ok(see(&super::href(at.part("cycle")))),
        Told::Refused(why) => again(&web, &me, &at, &posted, &why).await,
    }
}

/// What the recheck says to an act on a case.
enum Told<R> {
    Taken(R),
    Refused(Refused),
    /// It is no longer the caller's, or never was: the recheck does not say which.
    Gone,
}

impl<R> Told<R> {
    fn map<S>(self, with: impl FnOnce(R) -> S) -> Told<S> {
        match self {
            Self::Taken(reply) => Told::Taken(with(reply)),
            Self::Refused(why) => Told::Refused(why),
            Self::Gone => Told::Gone,
        }
    }
}

async fn tell<R>(
    me: &Me,
    call: impl Future<Output = Result<Response<R>, Status>>,
) -> Result<Told<R>, Trouble> {
    let reply = call.await;
    if matches!(&reply, Err(status) if status.code() == Code::NotFound) {
        return Ok(Told::Gone);
    }
    Ok(match send(me.w, NAMES, std::future::ready(reply)).await? {
        Ok(reply) => Told::Taken(reply),
        Err(why) => Told::Refused(why),
    })
}

/// The call with what was typed and why it was not taken. Where the outcome stands by now, it is shown instead.
async fn again(web: &Web, me: &Me, at: &At, posted: &Posted, why: &Refused) -> Answer {
    let one = load::case(web, me, at).await?;
    if one.case.recorded_at.is_some() {
        let mut response = view_outcome::show(web, me, &one, &view_call::kept(me.w, "recheck-ended", posted));
        *response.status_mut() = StatusCode::CONFLICT;
        return Ok(response);
    }
    let contact = shown_before(web, me, at, posted).await;
    let call = Call::new(web, me, &one).with(contact);
    Ok(refused(posted, why, |typed, errors| call.show(typed, errors)))
}

/// Who is being called must not vanish because a field was wrong: whom the page showed is shown again, and the journal
/// has that, too. Where it may no longer be shown, the page says so by its button.
async fn shown_before(web: &Web, me: &Me, at: &At, posted: &Posted) -> Option<pb::RevealContactResponse> {
    if posted.text(SHOWN).is_empty() {
        return None;
    }
    let asked = pb::RevealContactRequest {
        request_id: web.id(),
        case_id: at.part("id").to_owned(),
    };
    let contact = web.recheck().reveal_contact(web.ask(me, asked)).await;
    contact.ok().map(Response::into_inner)
}
