//! The journal of all services: who did what, when and why, with search, the newest first, and as a file.
//!
//! Whoever reads it reads all of it, so it is for organisers and auditors of every cycle.

mod acts;
mod asked;
mod details;
mod feed;
mod file;
mod load;
mod view;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chiso_wire::identity::Role;

use super::at::At;
use super::errors::Errors;
use super::me::Me;
use super::state::Web;
use super::trouble::Answer;
use super::{Mount, Who, mount};

const READERS: &[Role] = &[Role::Organiser, Role::Auditor];

pub(super) const HREF: &str = "/nhat-ky";

pub(super) fn routes() -> Vec<Mount> {
    let readers = Who::Everywhere(READERS);
    vec![
        mount(HREF, readers, get(show)),
        mount("/nhat-ky.csv", readers, get(whole)),
    ]
}

/// Whether somebody may read it: a role for one cycle is not enough.
pub(super) fn lets(me: &Me) -> bool {
    me.has_everywhere(READERS)
}

async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let journal = load::journal(&web, &me, &at).await?;
    Ok(view::show(&me, &journal))
}

async fn whole(State(web): State<Web>, me: Me, at: At) -> Answer {
    let filters = asked::Filters::of(&at);
    match load::feed(&web, &me, &filters).await? {
        Ok(feed) => Ok(file::answer(web, me, feed)),
        Err(errors) => Ok(refused(&me, filters, errors)),
    }
}

/// The page with the filters that cannot be.
fn refused(me: &Me, filters: asked::Filters, errors: Errors) -> Response {
    view::show(me, &load::Journal::refused(filters, errors))
}
