//! What ends a page: the act itself, and what it means, before it is done.

use maud::{Markup, html};

/// An act, with what it means.
#[derive(Clone, Debug)]
pub(crate) struct Act<'a> {
    pub(crate) action: &'a str,
    pub(crate) label: &'a str,
    pub(crate) meaning: &'a str,
    /// Hidden fields: token, request, version.
    pub(crate) hidden: Markup,
}

pub(crate) fn bar(act: &Act<'_>) -> Markup {
    html! {
        form.confirm method="post" action=(act.action) {
            (act.hidden)
            p { (act.meaning) }
            div.buttons { button.main type="submit" { (act.label) } }
        }
    }
}
