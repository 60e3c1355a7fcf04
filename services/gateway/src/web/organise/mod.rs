//! What an organiser sets up: cycles with their calendar, policy, units, index sets and council; opening them and
//! extending their windows; indices made elsewhere; accounts.

mod book;
mod calendar;
mod council;
mod cycles;
mod desk;
mod external;
mod hub;
mod imports;
mod load;
mod not_applicable;
mod people;
mod person;
mod policy;
mod policy_fields;
mod view_council;
mod view_hub;
mod view_imports;
mod view_people;
mod view_person;
mod when;

use axum::routing::{MethodRouter, get};
use chiso_platform::words::Words;
use chiso_wire::identity::Role;

use super::{Mount, Who, appraisal, conduct, fieldwork, journal, ledger, mount, recheck};
use crate::Gateway;

/// The list of cycles.
pub(super) const CYCLES: &str = "/quan-tri";
/// The list of accounts.
const PEOPLE: &str = "/quan-tri/tai-khoan";
const ORGANISER: Who = Who::Roles(&[Role::Organiser]);

/// The page of a cycle.
pub(super) fn href(cycle: &str) -> String {
    format!("{CYCLES}/{cycle}")
}

/// What there is to do in an open cycle, each on a page of its own, in the order of the year.
fn conduct_links(w: Words, cycle: &str) -> Vec<(String, &'static str)> {
    vec![
        (conduct::progress_href(cycle), w.say("organise-progress")),
        (fieldwork::setup_href(cycle), w.say("organise-survey")),
        (recheck::lots_href(cycle), w.say("organise-recheck")),
        (format!("{}/khong-danh-gia", href(cycle)), w.say("organise-na")),
        (ledger::reopenings_href(cycle), w.say("organise-reopenings")),
        (appraisal::rounds_href(cycle), w.say("organise-rounds")),
        (format!("{}/chi-so-khac", href(cycle)), w.say("organise-external")),
        (conduct::panel_href(cycle), w.say("organise-panel")),
        (conduct::ranking_href(cycle), w.say("organise-classes")),
        (
            format!("{}?tim={cycle}", journal::HREF),
            w.say("organise-journal"),
        ),
    ]
}

pub(super) fn routes() -> Vec<Mount> {
    // What is refused is shown at the addresses of the forms; opened by hand they show their page.
    let all = [of_cycles(), of_a_cycle(), of_workbooks(), of_people()];
    let own = |(path, methods)| mount(path, ORGANISER, methods);
    all.into_iter().flatten().map(own).collect()
}

type Row = (&'static str, MethodRouter<Gateway>);

fn of_cycles() -> Vec<Row> {
    vec![
        (CYCLES, get(cycles::show)),
        ("/quan-tri/tao", get(cycles::back).post(cycles::create)),
        ("/quan-tri/sao-chep", get(cycles::back).post(cycles::copy)),
    ]
}

fn of_a_cycle() -> Vec<Row> {
    vec![
        ("/quan-tri/{cycle}", get(hub::show)),
        ("/quan-tri/{cycle}/gia-han", get(hub::show).post(hub::extend)),
        ("/quan-tri/{cycle}/mo", get(hub::before_opening).post(hub::open)),
        ("/quan-tri/{cycle}/lich", get(calendar::show).post(calendar::save)),
        (
            "/quan-tri/{cycle}/chinh-sach",
            get(policy::show).post(policy::save),
        ),
        (
            "/quan-tri/{cycle}/hoi-dong",
            get(council::show).post(council::save),
        ),
        (
            "/quan-tri/{cycle}/hoi-dong/phan-cong",
            get(council::show).post(council::reassign),
        ),
        (
            "/quan-tri/{cycle}/khong-danh-gia",
            get(not_applicable::show).post(not_applicable::mark),
        ),
    ]
}

fn of_workbooks() -> Vec<Row> {
    vec![
        ("/quan-tri/mau/{name}", get(book::sample)),
        ("/quan-tri/{cycle}/don-vi", get(imports::show)),
        (
            "/quan-tri/{cycle}/don-vi/tep",
            get(imports::show).post(imports::take),
        ),
        (
            "/quan-tri/{cycle}/don-vi/xem/tep",
            get(imports::show).post(imports::look),
        ),
        ("/quan-tri/{cycle}/bo-chi-so", get(imports::sets)),
        ("/quan-tri/{cycle}/bo-chi-so/{type}", get(imports::show)),
        (
            "/quan-tri/{cycle}/bo-chi-so/{type}/tep",
            get(imports::show).post(imports::take),
        ),
        (
            "/quan-tri/{cycle}/bo-chi-so/{type}/xem/tep",
            get(imports::show).post(imports::look),
        ),
        ("/quan-tri/{cycle}/chi-so-khac", get(external::show)),
        (
            "/quan-tri/{cycle}/chi-so-khac/{criterion}/tep",
            get(external::show).post(external::take),
        ),
        (
            "/quan-tri/{cycle}/chi-so-khac/{criterion}/mau.xlsx",
            get(external::sample),
        ),
    ]
}

fn of_people() -> Vec<Row> {
    vec![
        (PEOPLE, get(people::show)),
        ("/quan-tri/tai-khoan/moi", get(people::new).post(people::create)),
        ("/quan-tri/tai-khoan/{id}", get(person::show)),
        (
            "/quan-tri/tai-khoan/{id}/quyen",
            get(person::show).post(person::grant_role),
        ),
        (
            "/quan-tri/tai-khoan/{id}/thu-hoi",
            get(person::show).post(person::revoke_role),
        ),
        (
            "/quan-tri/tai-khoan/{id}/mat-khau",
            get(person::show).post(person::set_password),
        ),
        (
            "/quan-tri/tai-khoan/{id}/thu",
            get(person::show).post(person::set_email),
        ),
        (
            "/quan-tri/tai-khoan/{id}/xac-thuc",
            get(person::show).post(person::reset_factor),
        ),
        (
            "/quan-tri/tai-khoan/{id}/khoa",
            get(person::show).post(person::disable),
        ),
        (
            "/quan-tri/tai-khoan/{id}/ma",
            get(person::show).post(person::create_token),
        ),
        (
            "/quan-tri/tai-khoan/{id}/ma/thu-hoi",
            get(person::show).post(person::revoke_token),
        ),
    ]
}
