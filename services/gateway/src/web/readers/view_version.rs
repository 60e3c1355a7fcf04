//! Which version is shown, what replaced it, and all there are.

use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::ranking::{Place, Ranking};
use super::view_ranking::day;
use crate::web::parts::state::{Kind, notice};

/// When and by what a version was published; that it was replaced; or that this is a draft.
pub(super) fn line(w: Words, version: Option<&pb::Version>, place: &Place<'_>) -> Markup {
    let Some(version) = version else {
        return html! {
            (notice(Kind::Open, html! { p { strong { (w.say("readers-draft")) } " " (w.say("readers-draft-note")) } }))
        };
    };
    let newest = Place { version: 0, ..*place };
    let older = Place {
        version: version.version - 1,
        ..*place
    };
    html! {
        p.version { (w.tell("readers-published", &[
            ("day", Arg::Text(&day(version))),
            ("document", Arg::Text(&version.document)),
            ("version", Arg::Count(i64::from(version.version))),
        ])) }
        @if version.replaced {
            (notice(Kind::Wanting, html! { p {
                (w.say("readers-replaced")) " " a href=(newest.href("", None)) { (w.say("readers-newest")) }
            } }))
        }
        @if version.version > 1 {
            (notice(Kind::Quiet, html! { p {
                (w.tell("readers-correction", &[("reason", Arg::Text(&version.correction_reason))])) " "
                a href=(older.href("", None)) { (w.say("readers-older")) }
            } }))
        }
    }
}

/// All versions of the cycle.
pub(super) fn list(w: Words, ranking: &Ranking, place: &Place<'_>) -> Markup {
    let own = ranking.own_versions();
    html! {
        @if own.len() > 1 {
            section aria-labelledby="versions" {
                h2 #versions { (w.say("readers-versions")) }
                ol.versions reversed {
                    @for version in own {
                        li { a href=(Place { version: version.version, ..*place }.href("", None)) {
                            (w.tell("readers-published", &[
                                ("day", Arg::Text(&day(version))),
                                ("document", Arg::Text(&version.document)),
                                ("version", Arg::Count(i64::from(version.version))),
                            ]))
                        } @if !version.correction_reason.is_empty() {
                            " " (w.tell("readers-correction", &[("reason", Arg::Text(&version.correction_reason))]))
                        } }
                    }
                }
            }
        }
    }
}
