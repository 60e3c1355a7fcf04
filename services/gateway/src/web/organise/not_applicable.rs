//! Criteria that a unit is not rated by: marked before self-scoring begins, with a reason; till then a mark can be taken
//! off again.

use axum::extract::State;
use chiso_domain::kernel::UnitCode;
use chiso_platform::words::Words;
use chiso_wire::ledger::{Entry, GetSheetRequest, MarkApplicableRequest, MarkNotApplicableRequest};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::desk::Desk;
use super::load::{self, Frame};
use super::organiser::Organiser;
use super::view_not_applicable::view;

/// Where marks are taken off, below the page.
pub(super) const OFF: &str = "/bo";
/// What is said after that.
const TAKEN_OFF: &str = "bo";

const NAMES: &Names = &[("unit", "don-vi"), ("criterion", "tieu-chi"), ("reason", "ly-do")];
const OFF_NAMES: &Names = &[
    ("unit", "don-vi"),
    ("criterion", "bo-tieu-chi"),
    ("reason", "bo-ly-do"),
];

/// A unit whose criteria are shown, with what the ledger has of them.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) unit: UnitCode,
    /// Those that the unit scores itself, and others that are marked.
    pub(super) entries: Vec<Entry>,
}

impl Chosen {
    /// Why a criterion does not apply; none where it does.
    pub(super) fn mark(&self, criterion: &str) -> Option<&str> {
        let mut own = self.entries.iter();
        let found = own.find(|entry| entry.criterion == criterion);
        found
            .map(|entry| entry.not_applicable.as_str())
            .filter(|why| !why.is_empty())
    }
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let chosen = chosen(&web, &me, &frame, at.query("don-vi").unwrap_or_default()).await?;
    let nothing = (&Typed::default(), &Errors::new(me.w));
    let desk = desk((&web, &me, &frame), nothing, at.query(DONE));
    Ok(view(&desk, chosen.as_ref()))
}

pub(super) async fn mark(State(web): State<Web>, Organiser(me): Organiser, at: At, posted: Posted) -> Answer {
    let asked = MarkNotApplicableRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        unit: posted.text("don-vi").to_owned(),
        criterion: posted.text("tieu-chi").to_owned(),
        reason: posted.text("ly-do").trim().to_owned(),
    };
    let sent = send(me.w, NAMES, web.ledger().mark_not_applicable(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent.map(|_| "1")).await
}

pub(super) async fn unmark(
    State(web): State<Web>,
    Organiser(me): Organiser,
    at: At,
    posted: Posted,
) -> Answer {
    let asked = MarkApplicableRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        unit: posted.text("don-vi").to_owned(),
        criterion: posted.text("bo-tieu-chi").to_owned(),
        reason: posted.text("bo-ly-do").trim().to_owned(),
    };
    let sent = send(me.w, OFF_NAMES, web.ledger().mark_applicable(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent.map(|_| TAKEN_OFF)).await
}

/// Back to the unit with what was done, or with what was typed and why it was not taken.
async fn after(
    (web, me, at): (&Web, &Me, &At),
    posted: &Posted,
    sent: Result<&'static str, Refused>,
) -> Answer {
    let frame = load::frame(web, me, at).await?;
    let unit = posted.text("don-vi");
    let why = match sent {
        Ok(done) => return Ok(see(&format!("{}?don-vi={unit}&{DONE}={done}", here(&frame)))),
        Err(why) => why,
    };
    let chosen = chosen(web, me, &frame, unit).await?;
    let again = |typed: &Typed, errors: &Errors| {
        view(&desk((web, me, &frame), (typed, errors), None), chosen.as_ref())
    };
    Ok(refused(posted, &why, again))
}

pub(super) fn here(frame: &Frame) -> String {
    format!("{}/khong-danh-gia", super::href(frame.cycle.code.as_str()))
}

/// What was done before the page was opened.
pub(super) fn done(w: Words, done: &str) -> &'static str {
    match done {
        TAKEN_OFF => w.say("organise-na-taken-off"),
        _ => w.say("organise-na-saved"),
    }
}

const fn desk<'a>(
    (web, me, frame): (&'a Web, &'a Me, &'a Frame),
    (typed, errors): (&'a Typed, &'a Errors),
    done: Option<&'a str>,
) -> Desk<'a> {
    Desk {
        web,
        me,
        frame,
        typed,
        errors,
        done,
        seen: frame.cycle.version,
    }
}

/// None where no unit is chosen, or the cycle has none of that code, or it is not open yet.
async fn chosen(web: &Web, me: &Me, frame: &Frame, unit: &str) -> Result<Option<Chosen>, Trouble> {
    let unit: Option<UnitCode> = unit.parse().ok();
    let known = unit.filter(|unit| frame.open && frame.cycle.units.contains_key(unit));
    let Some(unit) = known else {
        return Ok(None);
    };
    let asked = GetSheetRequest {
        cycle: frame.cycle.code.to_string(),
        unit: unit.to_string(),
    };
    let reply = web.ledger().get_sheet(web.ask(me, asked)).await?.into_inner();
    Ok(Some(Chosen {
        unit,
        entries: reply.entries.into_iter().chain(reply.excused).collect(),
    }))
}
