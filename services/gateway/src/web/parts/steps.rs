//! The steps of a year, with their dates, and which is under way.

use chiso_platform::words::Words;
use maud::{Markup, html};

use super::state::{Kind, chip};

/// A step.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) label: &'a str,
    /// "01/11–14/12".
    pub(crate) when: String,
    pub(crate) place: Place,
}

/// Where a step is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Over.
    Past,
    /// Under way.
    Now,
    /// Not yet.
    Ahead,
}

pub(crate) fn steps(w: Words, steps: &[Step<'_>]) -> Markup {
    html! {
        ol.steps aria-label=(w.say("steps-label")) {
            @for step in steps {
                li aria-current=[(step.place == Place::Now).then_some("step")] {
                    strong { (step.label) }
                    span.when { (step.when) }
                    (state(w, step.place))
                }
            }
        }
    }
}

fn state(w: Words, place: Place) -> Markup {
    match place {
        Place::Past => chip(Kind::Done, w.say("steps-past")),
        Place::Now => chip(Kind::Open, w.say("steps-now")),
        Place::Ahead => chip(Kind::Quiet, w.say("steps-ahead")),
    }
}
