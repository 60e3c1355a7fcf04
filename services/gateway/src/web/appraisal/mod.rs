//! The council: appraising criterion by criterion in two rounds, penalties, closing the rounds, and deciding ties at the
//! edge of the quota.

mod agree;
mod form;
mod leaf;
mod load;
mod overview;
mod penalties;
mod rounds;
mod ties;
mod view_agree;
mod view_evidence;
mod view_form;
mod view_leaf;
mod view_overview;
mod view_penalties;
mod view_rounds;
mod view_ties;

use axum::routing::get;
use chiso_domain::appraisal::Round;
use chiso_wire::identity::Role;

pub(super) use penalties::waiting as penalties_waiting;

use super::{Mount, Who, mount};

/// Who looks at what is appraised; the ledger shows each of them their part.
const COUNCIL: Who = Who::Roles(&[
    Role::Appraiser,
    Role::CouncilChair,
    Role::Organiser,
    Role::Auditor,
]);
/// Who sees the ranking before it is published.
const INNER: Who = Who::Roles(&[Role::CouncilChair, Role::Organiser, Role::Auditor]);
/// Who sees how far everybody is.
const OVERSEERS: Who = Who::Roles(&[Role::Organiser, Role::Auditor]);

/// Where a round of a year is appraised.
pub(super) fn href(cycle: &str, round: Round) -> String {
    format!("/tham-dinh/{cycle}?lan={}", round.number())
}

/// Where rounds are closed.
pub(super) fn rounds_href(cycle: &str) -> String {
    format!("/quan-tri/{cycle}/vong")
}

/// Where penalties are proposed and decided.
pub(super) fn penalties_href(cycle: &str) -> String {
    format!("/tham-dinh/{cycle}/diem-tru")
}

/// Where ties are decided.
pub(super) fn ties_href(cycle: &str) -> String {
    format!("/tham-dinh/{cycle}/dong-diem")
}

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount("/tham-dinh/{cycle}", COUNCIL, get(overview::show)),
        mount(
            "/tham-dinh/{cycle}/diem-tru",
            COUNCIL,
            get(penalties::show).post(penalties::propose),
        ),
        // What is refused is shown at this address; opened by hand it shows the list.
        mount(
            "/tham-dinh/{cycle}/diem-tru/{penalty}",
            COUNCIL,
            get(penalties::show).post(penalties::decide),
        ),
        mount(
            "/tham-dinh/{cycle}/dong-y",
            COUNCIL,
            get(agree::show).post(agree::save),
        ),
        mount(
            "/tham-dinh/{cycle}/dong-diem",
            INNER,
            get(ties::show).post(ties::decide),
        ),
        mount(
            "/tham-dinh/{cycle}/{criterion}/{unit}",
            COUNCIL,
            get(leaf::show).post(leaf::save),
        ),
        mount("/quan-tri/{cycle}/vong", OVERSEERS, get(rounds::show)),
        mount(
            "/quan-tri/{cycle}/vong/chot",
            OVERSEERS,
            get(rounds::show).post(rounds::close),
        ),
        mount(
            "/quan-tri/{cycle}/vong/giao-lai",
            OVERSEERS,
            get(rounds::show).post(rounds::reassign),
        ),
    ]
}
