//! What was typed and came too late: it is kept on the page, to be copied, and said not to count.

use chiso_platform::words::Words;
use maud::{Markup, html};

use super::super::parts::state::{Kind, notice};
use super::super::posted::Typed;

/// Beside fields that still show what was typed.
pub(super) fn note(w: Words, stored: &str) -> Markup {
    notice(
        Kind::Wanting,
        html! {
            p { strong { (w.say("ledger-unsaved")) } }
            p { a href=(stored) { (w.say("ledger-unsaved-stored")) } }
        },
    )
}

/// In place of a form that is not shown any more: its fields by name and label. Nothing where nothing was typed.
pub(super) fn kept(w: Words, typed: &Typed, fields: &[(&str, &'static str)]) -> Markup {
    let told = fields.iter().map(|(name, label)| (*label, typed.or(name, "")));
    let told: Vec<(&'static str, &str)> = told.filter(|(_, text)| !text.trim().is_empty()).collect();
    html! {
        @if !told.is_empty() {
            (notice(Kind::Wanting, html! {
                p { strong { (w.say("ledger-unsaved")) } }
                dl.facts {
                    @for (label, text) in told {
                        dt { (w.say(label)) }
                        dd.typed { (text) }
                    }
                }
            }))
        }
    }
}
