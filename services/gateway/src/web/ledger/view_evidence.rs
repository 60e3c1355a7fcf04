//! The evidence of a criterion: what there is, and the forms that add to it.

use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger::{self as pb, EvidenceKind};
use maud::{Markup, html};

use super::super::format;
use super::super::parts::choice::{Choices, checks};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty};
use super::form::EVIDENCE;
use super::load::{moment, pieces};
use super::view_entry::{FormOf, Shown};
use super::view_late;

pub(super) fn show(shown: &Shown<'_>) -> Markup {
    let w = shown.w;
    html! {
        section #tai-lieu {
            h2 { (w.say("ledger-evidence")) }
            @if pieces(shown.entry).next().is_none() {
                (empty(w.say("ledger-evidence-none")))
            } @else {
                ol.evidence { @for piece in pieces(shown.entry) { li { (one(shown, piece)) } } }
            }
            @if shown.sheet.can_add() {
                (file(shown))
                (link(shown))
                (in_person(shown))
            } @else {
                (view_late::kept(w, &shown.draft.typed, typed_into(shown.draft.form)))
            }
        }
    }
}

/// What is typed of a piece, by the form it is added by.
const fn typed_into(form: FormOf) -> &'static [(&'static str, &'static str)] {
    match form {
        FormOf::File => &[
            ("file_document", "ledger-document"),
            ("file_locator", "ledger-locator"),
        ],
        FormOf::Link => &[
            ("link_document", "ledger-document"),
            ("link_locator", "ledger-locator"),
            ("link_url", "ledger-url"),
        ],
        FormOf::InPerson => &[
            ("met_on", "ledger-met-on"),
            ("met_at", "ledger-met-at"),
            ("met_members", "ledger-met-members"),
        ],
        FormOf::Score | FormOf::Explain | FormOf::Remove => &[],
    }
}

fn one(shown: &Shown<'_>, piece: &pb::Evidence) -> Markup {
    let (w, at) = (shown.w, moment(piece.added_at.as_ref()).map(format::instant));
    let stays = shown.sheet.can_explain() && !shown.sheet.can_score() && !piece.supplement;
    html! {
        div { (what(w, piece)) }
        @if !piece.locator.is_empty() { div { (piece.locator) } }
        div.quiet {
            (w.tell("ledger-added", &[("at", Arg::Text(&at.unwrap_or_default()))]))
            @if piece.supplement { " " (chip(Kind::Open, w.say("ledger-supplement"))) }
        }
        @if shown.sheet.can_add() && !stays {
            form method="post" action=(shown.leaf.form_href("bo")) {
                (shown.hidden())
                input type="hidden" name=(EVIDENCE) value=(piece.evidence_id);
                button.small type="submit" aria-label=(w.tell("ledger-remove-this", &[("what", Arg::Text(title(w, piece)))])) {
                    (w.say("ledger-remove"))
                }
            }
        }
    }
}

/// How a piece is called.
pub(super) fn title(w: Words, piece: &pb::Evidence) -> &str {
    match piece.kind() {
        EvidenceKind::InPerson => w.say("ledger-in-person"),
        _ if piece.document.is_empty() => &piece.file_name,
        _ => &piece.document,
    }
}

/// A piece, with the way to it.
pub(in crate::web) fn what(w: Words, piece: &pb::Evidence) -> Markup {
    match piece.kind() {
        EvidenceKind::File => html! {
            a href=(format!("/tai-lieu/{}", piece.evidence_id)) { (title(w, piece)) }
            " – " (piece.file_name) " (" (size(w, piece)) ")"
        },
        // Where a link leads is written out: it goes to another site.
        EvidenceKind::Link => html! {
            (piece.document) " – "
            a href=(piece.url) rel="external" { (piece.url) }
        },
        _ => {
            let members = piece.members.join("; ");
            let told = [
                ("on", Arg::Text(&vi_day(&piece.presented_on))),
                ("at", Arg::Text(&piece.presented_at)),
                ("members", Arg::Text(&members)),
            ];
            html! { strong { (w.say("ledger-in-person")) } ": " (w.tell("ledger-met", &told)) }
        }
    }
}

fn size(w: Words, piece: &pb::Evidence) -> String {
    format::bytes(w, u64::try_from(piece.size_bytes).unwrap_or(0))
}

/// "2026-12-05" as 05/12/2026.
fn vi_day(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').rev().collect();
    parts.join("/")
}

/// The file stands last, so that all else is known before its bytes come.
fn file(shown: &Shown<'_>) -> Markup {
    let (w, of) = (shown.w, FormOf::File);
    let line = |name, label| {
        Field::new(name, w.say(label))
            .value(shown.draft.or(of, name, ""))
            .error(shown.error(name))
            .longest(500)
    };
    let document = line("file_document", "ledger-document").hint(w.say("ledger-document-hint"));
    let most = format::bytes(w, shown.leaf.place.cycle.rules.policy.evidence_max_bytes);
    let kinds = w.tell("ledger-file-hint", &[("most", Arg::Text(&most))]);
    let chosen = Field::new("file", w.say("ledger-file"))
        .hint(&kinds)
        .error(shown.error("file"))
        .required();
    let secret = [("1", w.say("ledger-file-secret"))];
    let was = [shown.draft.or(of, "secret", "")];
    let secret = Choices::new("secret", w.say("ledger-secrecy"), &secret)
        .chosen(&was)
        .error(shown.error("secret"));
    html! {
        h3 { (w.say("ledger-add-file")) }
        form method="post" action=(shown.leaf.form_href("tep")) enctype="multipart/form-data" novalidate
            data-upload data-sending=(w.say("ledger-file-sending")) data-failed=(w.say("ledger-file-failed"))
            data-cancelled=(w.say("ledger-file-cancelled")) data-uploaded=(w.say("ledger-file-sent")) data-signed-out=(w.say("ledger-file-signed-out")) {
            (new_piece(shown))
            (checks(w, &secret))
            (field::text(w, &document.required()))
            (field::text(w, &line("file_locator", "ledger-locator")))
            (field::file(w, &chosen))
            p.save role="status" data-upload-line {}
            progress max="100" value="0" aria-label=(w.say("ledger-file-sending")) hidden {}
            div.buttons {
                button type="submit" { (w.say("ledger-file-send")) }
                button type="button" data-cancel hidden { (w.say("ledger-file-cancel")) }
            }
        }
    }
}

fn link(shown: &Shown<'_>) -> Markup {
    let (w, of) = (shown.w, FormOf::Link);
    let line = |name, label, longest| {
        Field::new(name, w.say(label))
            .value(shown.draft.or(of, name, ""))
            .error(shown.error(name))
            .longest(longest)
    };
    let document = line("link_document", "ledger-document", 500).hint(w.say("ledger-document-hint"));
    let address = line("link_url", "ledger-url", 2_000).hint(w.say("ledger-url-hint"));
    html! {
        details open[shown.draft.form == of] {
            summary { (w.say("ledger-add-link")) }
            form method="post" action=(shown.leaf.form_href("lien-ket")) novalidate {
                (new_piece(shown))
                (field::text(w, &document.required()))
                (field::text(w, &line("link_locator", "ledger-locator", 500)))
                (field::text(w, &address.required()))
                div.buttons { button type="submit" { (w.say("ledger-add")) } }
            }
        }
    }
}

/// A secret document is shown in person; only that it was is written down.
fn in_person(shown: &Shown<'_>) -> Markup {
    let (w, of) = (shown.w, FormOf::InPerson);
    let line = |name, label| {
        Field::new(name, w.say(label))
            .value(shown.draft.or(of, name, ""))
            .error(shown.error(name))
            .required()
    };
    html! {
        details #truc-tiep open[shown.draft.form == of || shown.error("secret").is_some()] {
            summary { (w.say("ledger-add-record")) }
            p { (w.say("ledger-secret")) }
            form method="post" action=(shown.leaf.form_href("truc-tiep")) novalidate {
                (new_piece(shown))
                (field::date(w, &line("met_on", "ledger-met-on").hint(w.say("ledger-day-hint"))))
                (field::text(w, &line("met_at", "ledger-met-at").longest(500)))
                (field::area(w, &line("met_members", "ledger-met-members").hint(w.say("ledger-met-members-hint"))))
                div.buttons { button type="submit" { (w.say("ledger-add")) } }
            }
        }
    }
}

fn new_piece(shown: &Shown<'_>) -> Markup {
    html! {
        (shown.hidden())
        input type="hidden" name=(EVIDENCE) value=(shown.web.id());
    }
}
