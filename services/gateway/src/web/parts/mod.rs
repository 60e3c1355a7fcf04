//! The components of every page. Each is shown in each of its states at `/_/components`.
//!
//! Functions from data to markup, without generics and without words of their own: texts come from the catalogue.

use maud::{Markup, html};

pub(super) mod chart;
pub(super) mod choice;
pub(super) mod confirm;
pub(super) mod faults;
pub(super) mod field;
pub(super) mod filter;
pub(super) mod kept;
pub(super) mod pager;
pub(super) mod state;
pub(super) mod steps;
pub(super) mod summary;
pub(super) mod table;
pub(super) mod tabs;
pub(super) mod tasks;

/// The id of a field's element, to which the summary of errors leads.
fn id_of(name: &str) -> String {
    format!("f-{name}")
}

/// What a field is called, where the summary of errors takes it from.
pub(super) fn label(name: &str, label: &str) -> Markup {
    html! { span id=(label_id(name)) { (label) } }
}

fn label_id(name: &str) -> String {
    format!("f-{name}-label")
}

/// The ids of what describes a field, for `aria-describedby`.
fn described(name: &str, hint: bool, error: bool) -> Option<String> {
    let ids = [
        hint.then(|| format!("f-{name}-hint")),
        error.then(|| format!("f-{name}-error")),
    ];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
