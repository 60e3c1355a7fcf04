//! Looking a slip over, and sending it.

use axum::extract::State;
use chiso_domain::kernel::Instant;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form;
use super::load::{self, Found, Open};
use super::{told, view_check, view_sent};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let open = match load::find(&web, &me, &at).await? {
        Found::Sent(sent) => return Ok(see(&view_sent::href(&sent))),
        Found::Open(open) => open,
    };
    if let Some(consent) = open.consent() {
        return Ok(see(&consent));
    }
    let checked = told::check_now(&web, &me, &open).await?;
    let unsent = (&Typed::default(), &Errors::new(me.w));
    Ok(view_check::page(&web, &me, &open, &checked, unsent))
}

/// Sends the slip. Sent before, by a double click or upon the back button, it is there once.
pub(super) async fn finish(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let open = match load::find(&web, &me, &at).await? {
        Found::Sent(sent) => return Ok(see(&view_sent::href(&sent))),
        Found::Open(open) => open,
    };
    if let Some(consent) = open.consent() {
        return Ok(see(&consent));
    }
    let ended_at = form::moment(&posted, web.now());
    match finished(&web, &me, &open, &posted, ended_at).await? {
        Ok(()) => Ok(see(&open.href(""))),
        Err(why) => again(&web, &me, &open, &posted, (ended_at, why)).await,
    }
}

async fn finished(
    web: &Web,
    me: &Me,
    open: &Open,
    posted: &Posted,
    ended_at: Instant,
) -> Result<Result<(), Refused>, Trouble> {
    if posted.version() != open.draft.version {
        // In another window answers were changed that nobody has looked over.
        let errors = Errors::one(me.w, me.w.say("survey-changed-since"));
        return Ok(Err(Refused::Clash(errors)));
    }
    match form::finish(me.w, posted, form::slip(&open.draft, &open.form, ended_at)) {
        Ok(slip) => submit(web, me, slip).await,
        Err(errors) => Ok(Err(Refused::Again(errors))),
    }
}

async fn submit(web: &Web, me: &Me, slip: pb::NewSlip) -> Result<Result<(), Refused>, Trouble> {
    let asked = pb::SubmitSlipRequest { slip: Some(slip) };
    let mut survey = web.survey();
    let told = send(me.w, form::SLIP_NAMES, survey.submit_slip(web.ask(me, asked))).await?;
    Ok(told.map(|_receipt| ()))
}

/// The page again, with all that stands in the slip's way as it is to be sent.
async fn again(
    web: &Web,
    me: &Me,
    open: &Open,
    posted: &Posted,
    (ended_at, why): (Instant, Refused),
) -> Answer {
    if load::draft(web, me, &open.draft.slip_id).await?.is_none() {
        // The same form was faster.
        return Ok(see(&open.href("")));
    }
    let slip = pb::NewSlip {
        answered_personally: posted.text(form::IN_PERSON) != form::NO,
        ..form::slip(&open.draft, &open.form, ended_at)
    };
    let checked = told::check(web, me, open, slip).await?;
    let shown = |typed: &Typed, errors: &Errors| view_check::page(web, me, open, &checked, (typed, errors));
    Ok(refused(posted, &why, shown))
}
