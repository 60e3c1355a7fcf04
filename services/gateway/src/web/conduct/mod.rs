//! The conduct of a cycle: how far everything is, the leaders' scoring, classification and publication.
//!
//! Below the cycle's set-up (`/quan-tri/{cycle}`). Every number is a service's and leads to where it comes from; nothing
//! is computed here. The organiser acts, the auditor reads, and the council's chair reads the classification.

mod changes;
mod load;
mod missing;
mod panel;
mod parts;
mod progress;
mod publish;
mod ranking;
mod remind;
mod view;
mod view_missing;
mod view_panel;
mod view_progress;
mod view_publish;
mod view_ranking;

use axum::routing::get;
use chiso_wire::identity::Role;

use super::{Mount, Who, mount};

pub(super) use parts::needed as needed_slips;

const ORGANISER: &[Role] = &[Role::Organiser];
const WATCHERS: &[Role] = &[Role::Organiser, Role::Auditor];
const INNER: &[Role] = &[Role::Organiser, Role::CouncilChair, Role::Auditor];

const PROGRESS: &str = "tien-do";
const PANEL: &str = "lanh-dao";
const RANKING: &str = "xep-loai";
const MISSING: &str = "xep-loai/con-thieu";
const REMIND: &str = "nhac-thu";
const PUBLISH: &str = "xep-loai/cong-bo";

pub(super) fn routes() -> Vec<Mount> {
    let (organiser, watchers, inner) = (Who::Roles(ORGANISER), Who::Roles(WATCHERS), Who::Roles(INNER));
    vec![
        mount("/quan-tri/{cycle}/tien-do", watchers, get(progress::show)),
        // What is refused is shown at these addresses; opened by hand they show the page that it was sent from.
        mount(
            "/quan-tri/{cycle}/tien-do/nhac-thu",
            organiser,
            get(progress::show).post(remind::of_work),
        ),
        mount("/quan-tri/{cycle}/lanh-dao", watchers, get(panel::show)),
        mount(
            "/quan-tri/{cycle}/lanh-dao/nhac-thu",
            organiser,
            get(panel::show).post(remind::of_panel),
        ),
        mount(
            "/quan-tri/{cycle}/lanh-dao/danh-sach",
            organiser,
            get(panel::show).post(panel::name),
        ),
        mount(
            "/quan-tri/{cycle}/lanh-dao/quyet-dinh",
            organiser,
            get(panel::show).post(panel::decide),
        ),
        mount(
            "/quan-tri/{cycle}/lanh-dao/chot",
            organiser,
            get(panel::show).post(panel::close),
        ),
        mount("/quan-tri/{cycle}/xep-loai", inner, get(ranking::show)),
        mount("/quan-tri/{cycle}/xep-loai/con-thieu", inner, get(missing::show)),
        mount(
            "/quan-tri/{cycle}/xep-loai/muc-cao-nhat",
            organiser,
            get(ranking::show).post(ranking::bar),
        ),
        mount(
            "/quan-tri/{cycle}/xep-loai/cong-bo",
            organiser,
            get(publish::preview).post(publish::publish),
        ),
        mount(
            "/quan-tri/{cycle}/xep-loai/ban/{ban}",
            inner,
            get(publish::version),
        ),
    ]
}

/// The cycle's page of set-up, from which these pages are reached.
fn hub(cycle: &str) -> String {
    format!("/quan-tri/{cycle}")
}

/// The address of a page: "tien-do".
fn href(cycle: &str, page: &str) -> String {
    format!("/quan-tri/{cycle}/{page}")
}

/// Where a form of a page is sent.
fn act(cycle: &str, page: &str, act: &str) -> String {
    format!("/quan-tri/{cycle}/{page}/{act}")
}

/// How far a cycle is.
pub(super) fn progress_href(cycle: &str) -> String {
    href(cycle, PROGRESS)
}

/// The leaders' scoring.
pub(super) fn panel_href(cycle: &str) -> String {
    href(cycle, PANEL)
}

/// Classification and publication.
pub(super) fn ranking_href(cycle: &str) -> String {
    href(cycle, RANKING)
}
