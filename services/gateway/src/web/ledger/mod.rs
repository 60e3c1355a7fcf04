//! A unit's score sheet: its list, each criterion with its evidence, looking it over and sending it, answering the
//! first appraisal, and the report on paper.

mod assign;
mod entry;
mod evidence;
mod explain;
mod file;
mod form;
mod inputs;
mod load;
mod reopen;
mod sheet;
mod view_assign;
mod view_decisions;
mod view_entry;
mod view_evidence;
mod view_explain;
mod view_late;
mod view_reopen;
mod view_report;
mod view_send;
mod view_sheet;

pub(super) use form::entered;
pub(super) use inputs::{Inputs, said};
pub(super) use load::{changed, is_judged_still, lacking, moment, penalties, pieces};
pub(super) use reopen::waiting as reopenings_waiting;
pub(super) use view_evidence::what;

use axum::routing::get;
use chiso_domain::cycle::Window;
use chiso_wire::identity::Role;

use super::{Mount, Who, mount};

/// Who reads sheets; the ledger shows each of them their part.
const READERS: Who = Who::Roles(&[
    Role::UnitOfficer,
    Role::UnitHead,
    Role::Appraiser,
    Role::CouncilChair,
    Role::Organiser,
    Role::Auditor,
]);

/// Who divides a unit's work.
const HEADS: Who = Who::Roles(&[Role::UnitHead]);

/// Who reads what units ask for; the organiser answers.
const OVERSEERS: Who = Who::Roles(&[Role::Organiser, Role::Auditor]);

/// How the address ends to which a file is sent.
pub(super) const UPLOAD: &str = "/tep";

/// Where units' requests for more time stand.
pub(super) fn reopenings_href(cycle: &str) -> String {
    format!("/quan-tri/{cycle}/mo-lai")
}

/// Where a unit works while a window is open.
pub(super) fn href(cycle: &str, unit: &str, window: Window) -> String {
    match window {
        Window::Explanation => format!("/giai-trinh/{cycle}/{unit}"),
        _ => format!("/tu-cham/{cycle}/{unit}"),
    }
}

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount("/tu-cham/{cycle}/{unit}", READERS, get(sheet::show)),
        mount(
            "/tu-cham/{cycle}/{unit}/gui",
            READERS,
            get(sheet::review).post(sheet::submit),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/phan-cong",
            HEADS,
            get(assign::show).post(assign::save),
        ),
        mount("/tu-cham/{cycle}/{unit}/bao-cao", READERS, get(sheet::report)),
        mount(
            "/tu-cham/{cycle}/{unit}/thu-hoi",
            READERS,
            get(sheet::review).post(sheet::withdraw),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}",
            READERS,
            get(entry::show).post(entry::save),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/mo-lai",
            READERS,
            get(reopen::show).post(reopen::ask),
        ),
        // What is refused is shown at these addresses; opened by hand they show the criterion.
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}/tep",
            READERS,
            get(entry::show).post(file::add),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}/lien-ket",
            READERS,
            get(entry::show).post(evidence::add_link),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}/truc-tiep",
            READERS,
            get(entry::show).post(evidence::add_record),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}/bo",
            READERS,
            get(entry::show).post(evidence::remove),
        ),
        mount(
            "/tu-cham/{cycle}/{unit}/{criterion}/giai-trinh",
            READERS,
            get(entry::show).post(explain::save),
        ),
        mount("/tai-lieu/{evidence}", READERS, get(evidence::download)),
        mount("/tai-lieu/{evidence}/xem", READERS, get(evidence::look)),
        mount("/quan-tri/{cycle}/mo-lai", OVERSEERS, get(reopen::list)),
        mount(
            "/quan-tri/{cycle}/mo-lai/{reopening}",
            OVERSEERS,
            get(reopen::look).post(reopen::answer),
        ),
        mount("/giai-trinh/{cycle}/{unit}", READERS, get(explain::show)),
        mount(
            "/giai-trinh/{cycle}/{unit}/diem-tru",
            READERS,
            get(explain::show).post(explain::penalty),
        ),
    ]
}
