//! The pages that people open.
//!
//! Each area has a folder: `mod.rs` with its [`Mount`]s and handlers (15 lines at the most), `load.rs` from RPCs to
//! what is shown, `view*.rs` with nothing but markup, `form.rs` from what was posted to messages. What they share
//! stands here:
//!
//! | file | what |
//! |---|---|
//! | [`state`] | `Web`: clients, the person's own token on each call, clock, cycles |
//! | [`guard`] | what each page passes: who may open it, own site, signing in with what was typed |
//! | [`me`] | `Me`, `MaybeMe`: who opens the page |
//! | [`at`], [`posted`], [`form`] | address and form read strictly |
//! | [`errors`], [`save`], [`trouble`] | what is refused, with what was typed |
//! | [`upload`], [`book`] | forms with a file, and with a workbook |
//! | [`people`] | what people are called |
//! | [`remind`] | "Nhắc qua thư", and what came of it |
//! | [`page`], [`parts`] | the layout and the components |
//! | [`assets`] | styles and scripts, embedded |
//!
//! Texts are in `locales/{vi,en}/*.ftl`, never in code.

mod appraisal;
mod assets;
mod at;
mod book;
mod client;
mod conduct;
mod cookie;
mod csrf;
mod errors;
mod fieldwork;
mod form;
mod format;
mod gallery;
mod guard;
mod home;
mod journal;
mod leaders;
mod ledger;
mod me;
mod organise;
mod out;
mod page;
mod parts;
mod people;
mod phase;
mod posted;
mod print;
mod readers;
mod recheck;
mod remind;
mod retry;
mod save;
mod settings;
mod sign;
mod state;
mod survey;
mod trouble;
mod upload;
mod words;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::ACCEPT;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use chiso_wire::identity::Role;

use crate::edge::Limits;
use crate::{Gateway, http};

pub use client::Peer;
pub(crate) use me::{MaybeMe, Me};
pub use settings::{PublicUrl, SecondFactor, WebSettings};
pub(crate) use state::Web;
pub(crate) use trouble::problem_page;
pub(crate) use words::{of as words_of, words};

/// Who may open a page. To whom it is closed there is no such page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Everyone,
    /// Whoever signed in.
    SignedIn,
    /// Who has one of these roles in the cycle of the address; in any, where the address names none.
    Roles(&'static [Role]),
    /// Who has one of these roles in every cycle: for what belongs to none, as people and journals do.
    Everywhere(&'static [Role]),
}

/// A page, or what a form of a page is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The pattern of its path.
    pub path: &'static str,
    /// Who may open it.
    pub who: Who,
}

/// A route with what answers it.
struct Mount {
    route: Route,
    methods: MethodRouter<Gateway>,
}

/// Puts handlers at a path. Each area lists its mounts in `routes()`.
fn mount(path: &'static str, who: Who, methods: MethodRouter<Gateway>) -> Mount {
    Mount {
        route: Route { path, who },
        methods,
    }
}

/// All pages, by area.
fn table() -> Vec<Mount> {
    [
        appraisal::routes(),
        assets::routes(),
        sign::routes(),
        home::routes(),
        gallery::routes(),
        conduct::routes(),
        journal::routes(),
        leaders::routes(),
        ledger::routes(),
        organise::routes(),
        fieldwork::routes(),
        readers::routes(),
        recheck::routes(),
        survey::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The routes of all pages, for the tests that open every one.
#[must_use]
pub fn pages() -> Vec<Route> {
    table().into_iter().map(|mount| mount.route).collect()
}

/// The pages behind what each of them passes.
pub(crate) fn routes(gateway: &Gateway, limits: Limits) -> Router<Gateway> {
    let mut router = Router::new();
    for mount in table() {
        let guarded = guard::Guarded {
            gateway: gateway.clone(),
            who: mount.route.who,
            cycle: mount.route.path.split('/').position(|part| part == "{cycle}"),
            largest_form: limits.form,
        };
        let layer = from_fn_with_state(guarded, guard::pass);
        router = router.route(mount.route.path, mount.methods.route_layer(layer));
    }
    router
        .method_not_allowed_fallback(trouble::wrong_method)
        .layer(DefaultBodyLimit::max(limits.form))
}

/// Whether an address belongs to the pages and not to what programs ask.
pub(crate) fn is_page(path: &str) -> bool {
    !http::is_for_programs(path)
}

/// Whether a form with a file is sent there.
pub(crate) fn is_upload(path: &str) -> bool {
    is_page(path) && path.ends_with(ledger::UPLOAD)
}

/// Whether a browser wants to show the answer as a page.
pub(crate) fn wants_page(request: &Request) -> bool {
    let accepted = request.headers().get_all(ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    is_page(request.uri().path()) && accepted.any(|list| list.contains("text/html"))
}
