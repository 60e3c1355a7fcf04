//! Evidence beside the decision: a list with plain links, and a frame in which a file opens without leaving the page.

use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger::{self as pb, EvidenceKind};
use maud::{Markup, html};

use super::super::format;
use super::super::ledger::{moment, pieces, what};
use super::super::parts::state::{Kind, chip, empty};

/// The frame's name, which the links open files in.
const FRAME: &str = "tai-lieu-mo";

/// Whether there is a file that can be looked at.
pub(super) fn has_files(entry: &pb::Entry) -> bool {
    pieces(entry).any(|piece| piece.kind() == EvidenceKind::File)
}

pub(super) fn list(w: Words, entry: &pb::Entry) -> Markup {
    html! {
        section #tai-lieu {
            h2 { (w.say("ledger-evidence")) }
            @if pieces(entry).next().is_none() {
                (empty(w.say("ledger-evidence-none")))
            } @else {
                ol.evidence { @for piece in pieces(entry) { li { (one(w, piece)) } } }
            }
        }
    }
}

fn one(w: Words, piece: &pb::Evidence) -> Markup {
    let at = moment(piece.added_at.as_ref()).map(format::instant);
    html! {
        div { (what(w, piece)) }
        @if !piece.locator.is_empty() { div { (piece.locator) } }
        @if piece.kind() == EvidenceKind::File {
            div {
                a.look href=(format!("/tai-lieu/{}/xem", piece.evidence_id)) target=(FRAME)
                    aria-label=(w.tell("appraisal-look-at", &[("what", Arg::Text(&piece.file_name))])) {
                    (w.say("appraisal-look"))
                }
            }
        }
        div.quiet {
            (w.tell("ledger-added", &[("at", Arg::Text(&at.unwrap_or_default()))]))
            @if piece.supplement { " " (chip(Kind::Open, w.say("ledger-supplement"))) }
        }
    }
}

/// Where a file opens. Until one is chosen it says how.
pub(super) fn viewer(w: Words, entry: &pb::Entry) -> Markup {
    html! {
        @if has_files(entry) {
            aside.viewer aria-label=(w.say("appraisal-viewer")) {
                p.quiet { (w.say("appraisal-viewer-hint")) }
                iframe name=(FRAME) title=(w.say("appraisal-viewer")) {}
            }
        }
    }
}
