//! From page to page of a long list.

use chiso_platform::words::Words;
use maud::{Markup, html};

/// Where a long list is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages {
    /// How much is shown of how much: "1–50 / 312".
    pub(crate) shown: String,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

pub(crate) fn pager(w: Words, pages: &Pages) -> Markup {
    html! {
        nav.pager aria-label=(w.say("pager-label")) {
            span { (pages.shown) }
            @if let Some(first) = &pages.first { a href=(first) { (w.say("pager-first")) } }
            @if let Some(next) = &pages.next { a href=(next) rel="next" { (w.say("pager-next")) } }
        }
    }
}
