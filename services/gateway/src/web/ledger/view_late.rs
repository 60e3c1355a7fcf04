//! What was typed and came too late: it is kept on the page, to be copied, and said not to count.

use chiso_platform::words::Words;
use maud::{Markup, html};

use super::super::parts::kept;
use super::super::parts::state::{Kind, notice};
use super::super::posted::Typed;

/// Beside fields that still show what was typed.
pub(super) fn note(w: Words, stored: &str) -> Markup {
    notice(
        Kind::Wanting,
        html! {
            p { strong { (w.say("error-unsaved")) } }
            p { a href=(stored) { (w.say("ledger-unsaved-stored")) } }
        },
    )
}

/// In place of a form that is not shown any more: its fields by name and label.
pub(super) fn kept(w: Words, typed: &Typed, fields: &[(&str, &'static str)]) -> Markup {
    let told = fields
        .iter()
        .map(|(name, label)| (w.say(label), typed.or(name, "")));
    kept::fields(w, &told.collect::<Vec<_>>())
}
