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
mod organiser;
mod people;
mod person;
mod policy;
mod policy_fields;
mod view_council;
mod view_hub;
mod view_imports;
mod view_not_applicable;
mod view_people;
mod view_person;
mod when;

use axum::routing::{MethodRouter, get};
use chiso_wire::identity::Role;

pub(super) use organiser::keeps_accounts;

use super::me::Me;
use super::{Mount, Who, appraisal, conduct, fieldwork, journal, ledger, mount, recheck};
use crate::Gateway;

/// The list of cycles.
pub(super) const CYCLES: &str = "/quan-tri";
/// The list of accounts.
const PEOPLE: &str = "/quan-tri/tai-khoan";
const ORGANISER: Who = Who::Roles(&[Role::Organiser]);
/// Who opens the pages of the set-up: an auditor reads them.
const READERS: &[Role] = &[Role::Organiser, Role::Auditor];

/// The page of a cycle.
pub(super) fn href(cycle: &str) -> String {
    format!("{CYCLES}/{cycle}")
}

/// The accounts that no letter reaches.
pub(super) fn without_address_href() -> String {
    format!("{PEOPLE}?{}={}", people::ADDRESS, people::NONE)
}

/// Where external indices are imported.
pub(super) fn external_href(cycle: &str) -> String {
    format!("{}/chi-so-khac", href(cycle))
}

/// What there is to do in an open cycle, each on a page of its own, in the order of the year.
fn conduct_links(me: &Me, cycle: &str) -> Vec<(String, &'static str)> {
    let w = me.w;
    let survey = if organiser::changes(me, cycle) {
        (fieldwork::setup_href(cycle), w.say("organise-survey"))
    } else {
        (fieldwork::href(cycle), w.say("organise-survey-progress"))
    };
    let mut links = vec![
        (conduct::progress_href(cycle), w.say("organise-progress")),
        survey,
        (recheck::lots_href(cycle), w.say("organise-recheck")),
        (format!("{}/khong-danh-gia", href(cycle)), w.say("organise-na")),
        (ledger::reopenings_href(cycle), w.say("organise-reopenings")),
        (appraisal::rounds_href(cycle), w.say("organise-rounds")),
        (external_href(cycle), w.say("organise-external")),
        (conduct::panel_href(cycle), w.say("organise-panel")),
        (conduct::ranking_href(cycle), w.say("organise-classes")),
    ];
    if journal::lets(me) {
        let journal = format!("{}?tim={cycle}", journal::HREF);
        links.push((journal, w.say("organise-journal")));
    }
    links
}

pub(super) fn routes() -> Vec<Mount> {
    let readers = Who::Roles(READERS);
    // Accounts belong to no cycle.
    let keepers = Who::Everywhere(&[Role::Organiser]);
    let read = [
        (readers, of_the_set_up()),
        (Who::Everywhere(READERS), of_accounts()),
    ];
    // What is refused is shown at the addresses of the forms; opened by hand they show their page.
    let sent = [
        (ORGANISER, to_cycles()),
        (ORGANISER, to_workbooks()),
        (keepers, to_accounts()),
    ];
    let all = read.into_iter().chain(sent);
    let mounted = |(who, rows): (Who, Vec<Row>)| {
        let own = move |(path, methods)| mount(path, who, methods);
        rows.into_iter().map(own)
    };
    all.flat_map(mounted).collect()
}

type Row = (&'static str, MethodRouter<Gateway>);

/// Pages that an auditor reads, too; who sends their forms [`organiser::Organiser`] says.
fn of_the_set_up() -> Vec<Row> {
    vec![
        (CYCLES, get(cycles::show)),
        ("/quan-tri/{cycle}", get(hub::show)),
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
            "/quan-tri/{cycle}/khong-danh-gia",
            get(not_applicable::show).post(not_applicable::mark),
        ),
        ("/quan-tri/{cycle}/don-vi", get(imports::show)),
        ("/quan-tri/{cycle}/bo-chi-so", get(imports::sets)),
        ("/quan-tri/{cycle}/bo-chi-so/{type}", get(imports::show)),
        ("/quan-tri/{cycle}/chi-so-khac", get(external::show)),
    ]
}

fn of_accounts() -> Vec<Row> {
    vec![
        (PEOPLE, get(people::show)),
        ("/quan-tri/tai-khoan/{id}", get(person::show)),
    ]
}

fn to_cycles() -> Vec<Row> {
    vec![
        ("/quan-tri/tao", get(cycles::back).post(cycles::create)),
        ("/quan-tri/sao-chep", get(cycles::back).post(cycles::copy)),
        ("/quan-tri/{cycle}/gia-han", get(hub::show).post(hub::extend)),
        (
            "/quan-tri/{cycle}/hoi-dong/phan-cong",
            get(council::show).post(council::reassign),
        ),
        (
            "/quan-tri/{cycle}/khong-danh-gia/bo",
            get(not_applicable::show).post(not_applicable::unmark),
        ),
    ]
}

fn to_workbooks() -> Vec<Row> {
    vec![
        ("/quan-tri/mau/{name}", get(book::sample)),
        (
            "/quan-tri/{cycle}/don-vi/tep",
            get(imports::show).post(imports::take),
        ),
        (
            "/quan-tri/{cycle}/don-vi/xem/tep",
            get(imports::show).post(imports::look),
        ),
        (
            "/quan-tri/{cycle}/bo-chi-so/{type}/tep",
            get(imports::show).post(imports::take),
        ),
        (
            "/quan-tri/{cycle}/bo-chi-so/{type}/xem/tep",
            get(imports::show).post(imports::look),
        ),
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

fn to_accounts() -> Vec<Row> {
    vec![
        ("/quan-tri/tai-khoan/moi", get(people::new).post(people::create)),
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
