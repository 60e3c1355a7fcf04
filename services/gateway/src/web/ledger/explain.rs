//! Answering the first appraisal: what was not agreed to, and the penalties that were proposed.

use axum::extract::State;
use axum::response::Response;
use chiso_wire::ledger::ExplainPenaltyResponse;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, Saved, refused, saved, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::entry::again;
use super::form::{self, EXPLAIN_NAMES, PENALTY, answer_to};
use super::load::{Leaf, Place, Sheet, penalties};
use super::view_entry::FormOf;
use super::view_explain::page;

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let place = Place::of(&web, &at).await?;
    let done = at.query(DONE).unwrap_or_default();
    shown(&web, &me, (&place, done), (&Typed::default(), &Errors::new(me.w))).await
}

/// The page, with the penalty whose answer was just saved.
async fn shown(
    web: &Web,
    me: &Me,
    (place, done): (&Place, &str),
    draft: (&Typed, &Errors),
) -> Result<Response, Trouble> {
    let sheet = Sheet::load(web, me, place).await?;
    let penalties = penalties(web, me, &place.cycle.code, Some(&place.unit)).await?;
    Ok(page(web, me, (place, done), (&sheet, &penalties), draft))
}

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let names = EXPLAIN_NAMES;
    let sent = match form::answer(me.w, &leaf, &posted) {
        Ok(asked) => send(me.w, names, web.ledger().explain_entry(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    match sent {
        Ok(reply) => {
            let version = reply.entry.map_or(0, |entry| entry.version);
            let (done, then) = (done(&web, version), form::then(&leaf, &posted));
            Ok(saved(&posted, done, &then))
        }
        Err(why) => again(&web, &me, &leaf, &posted, (FormOf::Explain, why)).await,
    }
}

fn done(web: &Web, version: i64) -> Saved {
    let now = format::instant(web.now());
    Saved {
        at: now.split(' ').nth(1).unwrap_or_default().to_owned(),
        version,
        next: web.id(),
        parts: Vec::new(),
    }
}

pub(super) async fn penalty(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let place = Place::of(&web, &at).await?;
    match answered(&web, &me, &posted).await? {
        Ok(reply) => {
            let version = reply.penalty.map_or(0, |penalty| penalty.version);
            let then = format!("{}?{DONE}={}", place.explain_href(), posted.text(PENALTY));
            Ok(saved(&posted, done(&web, version), &then))
        }
        Err(why) => {
            let page = shown(&web, &me, (&place, ""), (&posted.typed(), why.errors())).await?;
            Ok(refused(&posted, &why, |_, _| page))
        }
    }
}

/// Sends an answer to a penalty. What is refused of its text is shown at the field of that penalty.
async fn answered(
    web: &Web,
    me: &Me,
    posted: &Posted,
) -> Result<Result<ExplainPenaltyResponse, Refused>, Trouble> {
    let asked = match form::penalty(me.w, posted) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    let names = &[("text", "text")];
    let sent = send(me.w, names, web.ledger().explain_penalty(web.ask(me, asked))).await?;
    Ok(sent.map_err(|why| why.renamed(|_| answer_to(posted.text(PENALTY)))))
}
