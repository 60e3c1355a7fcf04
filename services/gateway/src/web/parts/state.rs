//! In which state something is: by words, shape and colour, never by colour alone.

use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

/// Kinds of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing begun, or nothing to do.
    Quiet,
    /// Under way.
    Open,
    /// Done, sent, saved.
    Done,
    /// Needs somebody's attention.
    Wanting,
    /// Refused, failed.
    Refused,
    /// Can be read only.
    Locked,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Quiet, "quiet", "○"),
        (Self::Open, "open", "◐"),
        (Self::Done, "done", "✓"),
        (Self::Wanting, "wanting", "!"),
        (Self::Refused, "refused", "✗"),
        (Self::Locked, "locked", "■"),
    ];

    fn look(self) -> (&'static str, &'static str) {
        let own = Self::ALL.iter().find(|(kind, _, _)| *kind == self);
        own.map_or(("quiet", ""), |(_, class, mark)| (class, mark))
    }

    /// Every kind.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(kind, _, _)| kind)
    }
}

/// A state in a line or table.
pub(crate) fn chip(kind: Kind, text: &str) -> Markup {
    let (class, mark) = kind.look();
    html! { span.state data-kind=(class) { span aria-hidden="true" { (mark) } " " (text) } }
}

/// Something to be read before the rest.
pub(crate) fn notice(kind: Kind, body: Markup) -> Markup {
    let (class, mark) = kind.look();
    html! { div.notice data-kind=(class) { span.mark aria-hidden="true" { (mark) } div { (body) } } }
}

/// Since when something can be read only, and who opens it again.
pub(crate) fn locked(w: Words, since: &str, who: &str) -> Markup {
    let told = w.tell("lock-closed", &[("since", Arg::Text(since))]);
    notice(Kind::Locked, html! { p { strong { (told) } } p { (who) } })
}

/// A list without rows: what it will hold, and what comes next.
pub(crate) fn empty(text: &str) -> Markup {
    html! { p.empty { (text) } }
}

/// How saving goes. A script says it anew; without scripts it says that nothing is lost by saving.
pub(crate) fn save_line(w: Words) -> Markup {
    html! {
        p.save role="status" data-save-line data-dirty=(w.say("save-dirty")) data-saving=(w.say("save-saving"))
            data-saved=(w.tell("save-saved", &[("at", Arg::Text("{at}"))])) data-failed=(w.say("save-failed"))
            data-signed-out=(w.say("save-signed-out")) data-clash=(w.say("save-clash")) {}
    }
}
