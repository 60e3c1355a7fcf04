//! A list of what is to be done. Where there is a page for it, the whole row is its link.

use maud::{Markup, html};

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) label: String,
    /// For whom or what: the unit, the agency.
    pub(crate) about: String,
    /// "còn 4 ngày 9 giờ".
    pub(crate) when: String,
    /// How far: "41/58 tiêu chí".
    pub(crate) done: String,
    pub(crate) state: Markup,
    pub(crate) href: Option<String>,
}

pub(crate) fn list(label: &str, tasks: &[Task]) -> Markup {
    html! {
        ul.tasks aria-label=(label) { @for task in tasks { li { (row(task)) } } }
    }
}

/// The same, with what can be done about each beneath it.
pub(crate) fn list_with(label: &str, tasks: &[(Task, Markup)]) -> Markup {
    html! {
        ul.tasks aria-label=(label) { @for (task, act) in tasks { li { (row(task)) (act) } } }
    }
}

fn row(task: &Task) -> Markup {
    html! {
        div.task {
            div.what {
                @if let Some(href) = &task.href { a href=(href) { (task.label) } } @else { strong { (task.label) } }
                @if !task.about.is_empty() { span.about { (task.about) } }
            }
            span.when { (task.when) }
            span.done { (task.done) }
            span { (task.state) }
        }
    }
}
