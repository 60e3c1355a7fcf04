//! A cycle: while it is set up, its steps and what is missing for opening; once it is open, its windows and how they are
//! extended.

use axum::extract::State;
use chiso_domain::cycle::Window;
use chiso_platform::words::Words;
use chiso_wire::convert::timestamp;
use chiso_wire::registry::{self as pb, ExtendWindowRequest, OpenCycleRequest};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::ledger;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::{DONE, Refused, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::calendar::instant;
use super::desk;
use super::organiser::Organiser;
use super::view_hub::{open_page, view};
use super::when::Side;

const EXTENDED: &Names = &[
    ("window", "cua-so"),
    ("unit", "don-vi"),
    ("ends_at", "han"),
    ("reason", "ly-do"),
];

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, view).await
}

pub(super) async fn before_opening(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, open_page).await
}

pub(super) async fn open(State(web): State<Web>, Organiser(me): Organiser, at: At, posted: Posted) -> Answer {
    let asked = OpenCycleRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        seen_version: desk::seen(&posted),
    };
    let sent = send(me.w, &[], web.registry().open_cycle(web.ask(&me, asked))).await?;
    let to = format!("{}?{DONE}=mo", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, open_page)).await
}

pub(super) async fn extend(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let sent = match extension(&me, &at, &posted) {
        Ok(asked) if is_in_vain(&web, &me, &asked).await => {
            let mut errors = Errors::new(me.w);
            errors.add("cua-so", me.w.say("organise-extend-in-vain"));
            Err(Refused::Again(errors))
        }
        Ok(asked) => send(me.w, EXTENDED, web.registry().extend_window(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    let to = format!("{}?{DONE}=gia-han#cua-so", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
}

/// Whether more time would help nobody, since the round that judges what is written in it is closed.
async fn is_in_vain(web: &Web, me: &Me, asked: &ExtendWindowRequest) -> bool {
    let (Ok(window), Ok(code)) = (Window::try_from(asked.window()), asked.cycle.parse()) else {
        return false;
    };
    match web.cycle(&code).await {
        Ok(cycle) => !ledger::is_judged_still(web, me, &cycle, window).await,
        Err(_) => false,
    }
}

fn extension(me: &Me, at: &At, posted: &Posted) -> Result<ExtendWindowRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let window = Window::named(form.needed("cua-so"));
    let ends_at = instant(&mut form.errors, me, posted, "han", Side::End);
    let (reason, document) = (form.needed("ly-do"), form.needed("van-ban"));
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(ExtendWindowRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        window: window.map_or(pb::Window::Unspecified, pb::Window::from).into(),
        unit: posted.text("don-vi").to_owned(),
        ends_at: ends_at.map(timestamp),
        reason: with_document(reason, document),
    })
}

/// The registry keeps one text: why, and by which document.
fn with_document(reason: &str, document: &str) -> String {
    format!("{reason} ({document})")
}

/// Which texts say what was done before the page was opened.
pub(super) fn done(w: Words, done: &str) -> &'static str {
    match done {
        "mo" => w.say("organise-opened"),
        "gia-han" => w.say("organise-extended"),
        "tao" => w.say("organise-created"),
        _ => w.say("organise-copied"),
    }
}
