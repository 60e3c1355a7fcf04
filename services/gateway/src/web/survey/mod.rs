//! The interviewer's pages: who is to be asked, the slip as its questionnaire asks it, looking it over and sending it,
//! what was given back, and what was sent.
//!
//! `form.rs` and `view_slip.rs` know neither the session nor these addresses: a paper slip that is keyed in, or a slip
//! that is filled in without a network, is the same form.

mod check;
mod form;
mod list;
mod load;
mod slip;
mod start;
mod told;
mod view_check;
mod view_list;
mod view_sent;
mod view_slip;
mod view_start;
mod view_work;

use axum::routing::get;
use chiso_wire::identity::Role;

use super::{Mount, Who, mount};

pub(super) use load::{progress, short};
pub(super) use view_slip::label;

const INTERVIEWER: Who = Who::Roles(&[Role::Interviewer]);

pub(super) fn routes() -> Vec<Mount> {
    let own = |path, methods| mount(path, INTERVIEWER, methods);
    vec![
        own("/khao-sat/{cycle}", get(list::show)),
        own("/khao-sat/{cycle}/da-gui", get(list::sent)),
        own(
            "/khao-sat/{cycle}/hoi/{unit}/{respondent}",
            get(start::show).post(start::begin),
        ),
        own(
            "/khao-sat/{cycle}/nguoi-moi",
            get(start::new).post(start::register),
        ),
        own("/khao-sat/{cycle}/phieu/{id}", get(slip::show).post(slip::save)),
        own(
            "/khao-sat/{cycle}/phieu/{id}/hoan-thanh",
            get(check::show).post(check::finish),
        ),
        // What is refused is shown at these addresses; opened by hand they show the slip.
        own(
            "/khao-sat/{cycle}/phieu/{id}/bo",
            get(slip::show).post(slip::drop),
        ),
        own(
            "/khao-sat/{cycle}/phieu/{id}/lam-lai",
            get(slip::show).post(slip::redo),
        ),
    ]
}

/// An interviewer's work in a cycle.
pub(super) fn href(cycle: &str) -> String {
    format!("/khao-sat/{cycle}")
}
