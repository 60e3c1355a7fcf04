//! The survey for those who run it: how far it is, the slips that came in, the list of people to be asked, and what the
//! organiser sets up.

mod files;
mod form;
mod frame;
mod load;
mod progress;
mod setup;
mod slips;
mod view;
mod view_frame;
mod view_people;
mod view_progress;
mod view_setup;
mod view_slip;
mod view_slips;

use axum::routing::get;
use chiso_wire::identity::Role;

use super::me::Me;
use super::{Mount, Who, mount};

/// Who reads; the survey shows each of them their cycles.
const READING: &[Role] = &[Role::SurveySupervisor, Role::Organiser, Role::Auditor];
const READERS: Who = Who::Roles(READING);
const ACTORS: Who = Who::Roles(&[Role::SurveySupervisor, Role::Organiser]);
const ORGANISER: Who = Who::Roles(&[Role::Organiser]);

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount("/khao-sat/{cycle}/tien-do", READERS, get(progress::show)),
        mount("/khao-sat/{cycle}/tien-do.xlsx", READERS, get(progress::file)),
        mount(
            "/khao-sat/{cycle}/tien-do/nhac-thu",
            ACTORS,
            get(progress::show).post(progress::remind),
        ),
        mount("/khao-sat/{cycle}/phieu-da-nhan", READERS, get(slips::list)),
        mount(
            "/khao-sat/{cycle}/phieu-da-nhan/bi-tra-lai",
            READERS,
            get(slips::returns),
        ),
        mount("/khao-sat/{cycle}/phieu-da-nhan/{slip}", READERS, get(slips::one)),
        mount(
            "/khao-sat/{cycle}/phieu-da-nhan/{slip}/tra-lai",
            ACTORS,
            get(slips::one).post(slips::give_back),
        ),
        mount("/khao-sat/{cycle}/bang-ke", READERS, get(frame::show)),
        mount("/khao-sat/{cycle}/bang-ke/mau.xlsx", READERS, get(frame::sample)),
        // What is refused is shown at these addresses; opened by hand they show the page that it was sent from.
        mount(
            "/khao-sat/{cycle}/bang-ke/tep",
            ACTORS,
            get(frame::show).post(frame::import),
        ),
        mount(
            "/khao-sat/{cycle}/bang-ke/giao",
            ACTORS,
            get(frame::show).post(frame::assign),
        ),
        mount(
            "/khao-sat/{cycle}/bang-ke/giao-tung-nguoi",
            ACTORS,
            get(frame::show).post(frame::assign_picked),
        ),
        mount("/quan-tri/{cycle}/khao-sat", ORGANISER, get(setup::show)),
        mount(
            "/quan-tri/{cycle}/khao-sat/tao",
            ORGANISER,
            get(setup::show).post(setup::create),
        ),
        mount(
            "/quan-tri/{cycle}/khao-sat/mau-phieu/tep",
            ORGANISER,
            get(setup::show).post(setup::questionnaire),
        ),
        mount(
            "/quan-tri/{cycle}/khao-sat/chi-tieu",
            ORGANISER,
            get(setup::show).post(setup::targets),
        ),
        mount(
            "/quan-tri/{cycle}/khao-sat/thieu-phieu",
            ORGANISER,
            get(setup::show).post(setup::shortage),
        ),
        mount(
            "/quan-tri/{cycle}/khao-sat/ket-thuc",
            ORGANISER,
            get(setup::show).post(setup::close),
        ),
    ]
}

/// How far the survey of a cycle is.
pub(super) fn href(cycle: &str) -> String {
    format!("/khao-sat/{cycle}/tien-do")
}

/// The slips that were received about a unit; none for who does not read them.
pub(super) fn slips_href(me: &Me, cycle: &str, unit: &str) -> Option<String> {
    let reads = me.has(READING, Some(cycle));
    reads.then(|| format!("/khao-sat/{cycle}/phieu-da-nhan?don-vi={unit}"))
}

/// What the organiser sets up of the survey of a cycle.
pub(super) fn setup_href(cycle: &str) -> String {
    format!("/quan-tri/{cycle}/khao-sat")
}
