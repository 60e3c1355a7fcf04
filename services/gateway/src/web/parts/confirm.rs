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

/// The main act of a page.
pub(crate) fn bar(act: &Act<'_>) -> Markup {
    form(act, Some("main"))
}

/// An act that undoes what was done before: it may be done, but nobody is led to it.
pub(crate) fn undo(act: &Act<'_>) -> Markup {
    form(act, None)
}

fn form(act: &Act<'_>, class: Option<&str>) -> Markup {
    html! {
        form.confirm method="post" action=(act.action) {
            (act.hidden)
            p { (act.meaning) }
            div.buttons { button class=[class] type="submit" { (act.label) } }
        }
    }
}
