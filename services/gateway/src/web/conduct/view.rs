//! What all pages of a cycle's conduct have: tabs between them, and what stands there before the cycle is open.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::state::empty;
use super::super::parts::tabs::{Tab, tabs};
use super::super::posted::REQUEST;
use super::super::state::Web;

/// The page of a cycle that is being set up.
pub(super) fn unopened(me: &Me, cycle: &str) -> Response {
    let w = me.w;
    let body = html! {
        (empty(w.say("conduct-unopened")))
    };
    let (to, label) = back(me, cycle);
    Page::of(me, title(w, cycle)).back(to, label).show(&body)
}

pub(super) fn title(w: Words, cycle: &str) -> String {
    w.tell("conduct-title", &[("cycle", Arg::Text(cycle))])
}

/// The pages of the cycle's conduct beside each other, those that the reader may open.
pub(super) fn pages(me: &Me, cycle: &str, current: &str) -> Markup {
    let w = me.w;
    let pages = [
        (super::PROGRESS, super::WATCHERS, w.say("conduct-progress")),
        (super::PANEL, super::WATCHERS, w.say("conduct-panel")),
        (super::RANKING, super::INNER, w.say("conduct-ranking")),
    ];
    let own = pages
        .into_iter()
        .filter(|(_, roles, _)| me.has(roles, Some(cycle)));
    let tab = |(page, _, label): (&str, _, _)| Tab {
        label,
        href: super::href(cycle, page),
        count: None,
        current: page == current,
    };
    tabs(w.say("conduct-pages"), &own.map(tab).collect::<Vec<_>>())
}

/// The way back: to the cycle for whoever may open its page, else to what is one's own.
pub(super) fn back(me: &Me, cycle: &str) -> (String, &'static str) {
    if me.has(super::WATCHERS, Some(cycle)) {
        (super::hub(cycle), me.w.say("conduct-cycle"))
    } else {
        (super::super::sign::HOME.to_owned(), me.w.say("common-tasks"))
    }
}

/// The hidden fields of a form that is sent once.
pub(super) fn fields(web: &Web, me: &Me) -> Markup {
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
    }
}
