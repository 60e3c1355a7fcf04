//! "Việc của tôi": what is mine to do, until when, and how far it is.

mod load;
mod standing;
mod tasks;

use axum::extract::State;
use axum::routing::get;
use maud::html;

use super::me::Me;
use super::page::Page;
use super::parts::state::empty;
use super::parts::tasks::list;
use super::sign::HOME;
use super::state::Web;
use super::trouble::Answer;
use super::{Mount, Who, mount};

pub(super) fn routes() -> Vec<Mount> {
    vec![mount(HOME, Who::SignedIn, get(show))]
}

async fn show(State(web): State<Web>, me: Me) -> Answer {
    let (w, tasks) = (me.w, load::tasks(&web, &me).await?);
    let body = html! {
        @if tasks.is_empty() { (empty(w.say("home-empty"))) } @else { (list(w.say("common-tasks"), &tasks)) }
    };
    Ok(Page::of(&me, w.say("common-tasks")).show(&body))
}
