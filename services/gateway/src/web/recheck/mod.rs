//! The recheck: lots and their draw in the open, the queue of a verifier, the call without the first answers, and both
//! answers beside each other once the outcome stands.
//!
//! The first answers never reach the browser before that: no reply that these pages ask for has them.

mod call;
mod draw;
mod form;
mod load;
mod view_call;
mod view_draw;
mod view_lot;
mod view_outcome;
mod view_queue;

use axum::extract::State;
use axum::routing::get;
use chiso_domain::kernel::CycleCode;
use chiso_wire::identity::Role;
use chiso_wire::recheck::TakeNextCaseRequest;

use super::at::At;
use super::errors::Errors;
use super::me::Me;
use super::posted::{Posted, Typed};
use super::save::{Refused, refused, see, send};
use super::state::Web;
use super::trouble::Answer;
use super::{Mount, Who, mount};

pub(super) use load::lots_of;
use view_queue::Came;

const VERIFIER: Who = Who::Roles(&[Role::Verifier]);
const ORGANISER: Who = Who::Roles(&[Role::Organiser]);
const WATCHING: &[Role] = &[Role::Organiser, Role::Auditor];
const WATCHERS: Who = Who::Roles(WATCHING);
const ALL: Who = Who::Roles(&[Role::Organiser, Role::Verifier, Role::Auditor]);

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount("/phuc-tra/{cycle}", WATCHERS, get(draw::lots)),
        // What is refused is shown at these addresses; opened by hand they show the page that it was sent from.
        mount(
            "/phuc-tra/{cycle}/dong-lo",
            ORGANISER,
            get(draw::lots).post(draw::close),
        ),
        mount(
            "/phuc-tra/{cycle}/nhac-thu",
            ORGANISER,
            get(draw::lots).post(draw::remind),
        ),
        mount("/phuc-tra/{cycle}/lo/{id}", WATCHERS, get(draw::lot)),
        mount(
            "/phuc-tra/{cycle}/lo/{id}/nhap-so",
            ORGANISER,
            get(draw::lot).post(draw::seed),
        ),
        mount(
            "/phuc-tra/{cycle}/lo/{id}/giao-viec",
            ORGANISER,
            get(draw::lot).post(draw::assign),
        ),
        mount(
            "/phuc-tra/{cycle}/lo/{id}/giao-lai",
            ORGANISER,
            get(draw::lot).post(draw::reassign),
        ),
        mount(
            "/phuc-tra/{cycle}/lo/{id}/ket-thuc",
            ORGANISER,
            get(draw::lot).post(draw::conclude),
        ),
        mount("/phuc-tra/{cycle}/viec", ALL, get(queue)),
        mount("/phuc-tra/{cycle}/tiep", VERIFIER, get(queue).post(next)),
        mount("/phuc-tra/{cycle}/phieu/{id}", ALL, get(call::show)),
        mount(
            "/phuc-tra/{cycle}/phieu/{id}/hien-so",
            VERIFIER,
            get(call::show).post(call::reveal),
        ),
        mount(
            "/phuc-tra/{cycle}/phieu/{id}/ket-qua",
            VERIFIER,
            get(call::show).post(call::record),
        ),
        mount(
            "/phuc-tra/{cycle}/phieu/{id}/gia-han",
            VERIFIER,
            get(call::show).post(call::renew),
        ),
        mount(
            "/phuc-tra/{cycle}/phieu/{id}/tra-viec",
            VERIFIER,
            get(call::show).post(call::release),
        ),
    ]
}

/// The queue of a cycle.
pub(super) fn href(cycle: &str) -> String {
    format!("/phuc-tra/{cycle}/viec")
}

/// The lots of a cycle.
pub(super) fn lots_href(cycle: &str) -> String {
    format!("/phuc-tra/{cycle}")
}

/// The lots of a cycle; none for who does not read them.
pub(super) fn lots_to_read(me: &Me, cycle: &str) -> Option<String> {
    me.has(WATCHING, Some(cycle)).then(|| lots_href(cycle))
}

async fn queue(State(web): State<Web>, me: Me, at: At) -> Answer {
    let code: CycleCode = at.code("cycle")?;
    let queue = load::queue(&web, &me, &code).await?;
    let came = Came {
        recorded: at.query("da-ghi").is_some(),
        to_nothing: at.query(load::NOTHING).is_some(),
    };
    Ok(view_queue::show(&web, &me, &queue, came))
}

async fn next(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let code: CycleCode = at.code("cycle")?;
    let asked = TakeNextCaseRequest {
        request_id: posted.request_id().to_owned(),
        cycle: code.to_string(),
    };
    match send(me.w, &[], web.recheck().take_next_case(web.ask(&me, asked))).await? {
        Ok(reply) => Ok(see(&load::taken(&code, reply.case.as_ref()))),
        Err(why) => not_taken(&web, &me, &code, &posted, &why).await,
    }
}

async fn not_taken(web: &Web, me: &Me, code: &CycleCode, posted: &Posted, why: &Refused) -> Answer {
    let queue = load::queue(web, me, code).await?;
    let shown = |_: &Typed, errors: &Errors| view_queue::refused(web, me, &queue, errors);
    Ok(refused(posted, why, shown))
}
