//! Filters of a list. They are a form that asks, so that the address keeps them.

use chiso_platform::words::Words;
use maud::{Markup, html};

/// The fields of a filter, and where everything is shown again.
pub(crate) fn bar(w: Words, fields: &Markup, all: &str) -> Markup {
    html! {
        form.filter method="get" role="search" {
            (fields)
            div.buttons {
                button type="submit" { (w.say("filter-apply")) }
                a href=(all) { (w.say("filter-all")) }
            }
        }
    }
}
