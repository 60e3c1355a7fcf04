//! Views of one thing beside each other, as links.

use maud::{Markup, html};

/// A view: label, address, and what it counts.
#[derive(Clone, Debug)]
pub(crate) struct Tab<'a> {
    pub(crate) label: &'a str,
    pub(crate) href: String,
    pub(crate) count: Option<String>,
    pub(crate) current: bool,
}

pub(crate) fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for tab in tabs {
                    li {
                        a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                            (tab.label)
                            @if let Some(count) = &tab.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}
