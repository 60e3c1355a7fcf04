//! The summary of what is to be corrected: it has the focus when the page opens, and leads to each field.

use maud::{Markup, html};

use super::super::errors::Errors;
use super::id_of;

pub(crate) fn errors(errors: &Errors) -> Markup {
    html! {
        div.summary role="alert" tabindex="-1" data-focus aria-labelledby="summary-title" {
            h2 #summary-title { (errors.title()) }
            ul {
                @for (field, text) in errors.items() {
                    li {
                        @if field.is_empty() { (text) } @else { a href=(format!("#{}", id_of(field))) { (text) } }
                    }
                }
            }
        }
    }
}
