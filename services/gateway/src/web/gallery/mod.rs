//! `/_/components`: every component in every state, and a form that saves nothing but answers as all forms do. Only
//! where the setting `web.components` says so.

mod view;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use chiso_domain::cycle::{Window, WindowRefusal};
use chiso_domain::kernel::Instant;
use chiso_platform::Error;
use chiso_platform::words::Words;
use maud::html;
use tonic::{Code, Status};

use super::errors::Errors;
use super::form::Form;
use super::me::MaybeMe;
use super::page::Page;
use super::posted::{Posted, Typed};
use super::save::{Refused, Saved, refused, saved, send};
use super::sign::Visit;
use super::state::Web;
use super::trouble::{Answer, Trouble};
use super::{Mount, Who, format, mount};

const PATH: &str = "/_/components";
const OFFERED: [&str; 3] = ["0", "1", "2"];

pub(super) fn routes() -> Vec<Mount> {
    vec![mount(PATH, Who::Everyone, get(show).post(save))]
}

async fn show(State(web): State<Web>, reader: MaybeMe, headers: HeaderMap) -> Answer {
    if !web.settings().components {
        return Err(Trouble::missing());
    }
    Ok(page(
        &web,
        reader.w,
        &headers,
        &Typed::default(),
        &Errors::new(reader.w),
    ))
}

async fn save(State(web): State<Web>, reader: MaybeMe, headers: HeaderMap, posted: Posted) -> Answer {
    if !web.settings().components {
        return Err(Trouble::missing());
    }
    let w = reader.w;
    let again = |typed: &Typed, errors: &Errors| page(&web, w, &headers, typed, errors);
    let errors = read(&posted, w);
    if !errors.is_empty() {
        return Ok(refused(&posted, &Refused::Again(errors), again));
    }
    match send(w, &[], answered(posted.text("mood"), web.now())).await? {
        Ok(()) => Ok(saved(&posted, done(&web, &posted), PATH)),
        Err(why) => Ok(refused(&posted, &why, again)),
    }
}

fn read(posted: &Posted, w: Words) -> Errors {
    let mut form = Form::new(posted, w);
    form.needed("note");
    form.decimal("points");
    form.day("day");
    form.choice("level", &OFFERED);
    form.errors
}

/// Answers as a service does in a mood.
async fn answered(mood: &str, now: Instant) -> Result<tonic::Response<()>, Status> {
    match mood {
        "clash" => Err(Status::new(Code::Aborted, mood)),
        "locked" => Err(Error::from(WindowRefusal::Passed(Window::SelfScoring, now)).into()),
        "broken" => Err(Status::new(Code::Internal, mood)),
        "away" => Err(Status::new(Code::Unavailable, mood)),
        _ => Ok(tonic::Response::new(())),
    }
}

fn done(web: &Web, posted: &Posted) -> Saved {
    let at = format::instant(web.now());
    let typed = posted.text("note").to_owned();
    Saved {
        at: at.split(' ').next_back().unwrap_or_default().to_owned(),
        version: posted.version() + 1,
        next: web.id(),
        parts: vec![("echo", html! { (typed) })],
    }
}

fn page(web: &Web, w: Words, headers: &HeaderMap, typed: &Typed, errors: &Errors) -> Response {
    let visit = Visit::of(web, headers);
    let body = view::all(w, &visit.csrf, &web.id(), typed, errors);
    let page = Page::new(w, w.say("gallery-title")).errors(errors).wide();
    let page = page
        .back("/", w.say("common-back"))
        .script("core.js")
        .script("autosave.js");
    visit.mark(page.show(&body))
}
