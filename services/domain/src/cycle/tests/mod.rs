//! Instants D1 to D6, the checks before opening, and the canonical rule set.

mod canonical;
mod frame;
mod instants;
mod policies;

use super::*;
use crate::kernel::{Instant, Points, Span};

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn window(name: Window, from: &str, to: &str) -> (Window, Span) {
    let midnight = |day: &str| at(&format!("{day}T00:00:00+07:00"));
    (
        name,
        Span {
            start: midnight(from),
            end: midnight(to),
        },
    )
}

/// December of Decision 2419: "trước ngày 15/12", "15/12 đến 25/12", "trước ngày 28/12".
fn december() -> Calendar {
    Calendar {
        windows: vec![
            window(Window::Survey, "2022-10-15", "2022-12-01"),
            window(Window::Recheck, "2022-11-01", "2022-12-10"),
            window(Window::SelfScoring, "2022-11-15", "2022-12-15"),
            window(Window::Appraisal1, "2022-12-15", "2022-12-19"),
            window(Window::Explanation, "2022-12-19", "2022-12-22"),
            window(Window::Appraisal2, "2022-12-22", "2022-12-26"),
            window(Window::ExternalIndex, "2022-12-20", "2022-12-28"),
            window(Window::Leaders, "2022-12-26", "2022-12-28"),
        ],
        extensions: Vec::new(),
    }
}
