//! The report of a sheet, laid out as Decree 30/2020/NĐ-CP lays out administrative papers.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::SheetState;
use maud::{Markup, html};

use super::super::format::{self, points};
use super::super::me::Me;
use super::super::print;
use super::inputs::said;
use super::load::{Place, Sheet, moment, pieces};
use super::view_evidence::title;
use super::view_sheet::{sent as told_sent, unit_name};

pub(super) fn page(me: &Me, place: &Place, sheet: &Sheet) -> Response {
    let w = me.w;
    let sent = sheet.head.state() == SheetState::Submitted || sheet.head.state() == SheetState::AutoLocked;
    let total = if is_part(place, sheet) {
        "report-part-total"
    } else {
        "report-total"
    };
    let body = html! {
        @if !sent { p.draft { (w.say("report-draft")) } }
        (part(w, place, sheet))
        (heads(w, place))
        h1 { span { (w.say("report-kind")) } " " (w.tell("report-title", &[("cycle", Arg::Text(place.cycle.code.as_str()))])) }
        p.to { (w.say("report-to")) }
        p { (w.tell("report-ground", &[("regulation", Arg::Text(&place.cycle.regulation)), ("unit", Arg::Text(unit_name(place)))])) }
        (table(w, place, sheet))
        p { (w.tell(total, &[("points", Arg::Text(&points(w, &sheet.head.self_total)))])) }
        (ends(w, sheet))
    };
    let title = w.tell("ledger-report-of", &[("unit", Arg::Text(unit_name(place)))]);
    let back = w.tell("ledger-back", &[("unit", Arg::Text(unit_name(place)))]);
    print::show(w, &title, (&place.href(), &back), &body)
}

/// Whether somebody reads who sees only some criteria of the sheet, as an appraiser does.
fn is_part(place: &Place, sheet: &Sheet) -> bool {
    sheet.entries.len() < place.leaves().count()
}

/// What an extract leaves out is said first: without it a part would pass for the unit's report.
fn part(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let told = [
        ("n", count(sheet.entries.len())),
        ("all", count(place.leaves().count())),
    ];
    html! { @if is_part(place, sheet) { p.draft { (w.tell("report-part", &told)) } } }
}

/// Who writes, and the state's name. Number and day are filled in by hand, where the paper is issued.
fn heads(w: Words, place: &Place) -> Markup {
    let province = [("province", Arg::Text(place.cycle.province.as_str()))];
    html! {
        div.heads {
            div {
                p.above { (w.tell("report-above", &province)) }
                p.body { (unit_name(place)) }
                p { (w.say("report-number")) }
            }
            div {
                p.body { (w.say("report-state")) }
                p.motto { (w.say("report-motto")) }
                p.day { (w.tell("report-day", &province)) }
            }
        }
    }
}

fn table(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    html! {
        table {
            caption.unseen { (w.say("ledger-review-table")) }
            thead { tr {
                th scope="col" { (w.say("ledger-column-criterion")) }
                th scope="col" { (w.say("ledger-column-max")) }
                th scope="col" { (w.say("ledger-column-input")) }
                th scope="col" { (w.say("ledger-column-points")) }
                th scope="col" { (w.say("report-explanation")) }
            } }
            tbody { @for entry in &sheet.entries { (row(w, place, entry)) } }
        }
    }
}

fn row(w: Words, place: &Place, entry: &pb::Entry) -> Markup {
    let leaf = place.leaf(&entry.criterion);
    let own = entry.self_.as_ref();
    let scored = own.filter(|own| own.input.is_some());
    let input = leaf.map(|leaf| said(w, leaf, own.and_then(|own| own.input.as_ref())));
    // What was brought to the explanation came after the sheet was sent.
    let proofs: Vec<_> = pieces(entry).filter(|piece| !piece.supplement).collect();
    html! {
        tr {
            th scope="row" { (entry.criterion) " " (leaf.map_or("", |leaf| &leaf.name)) }
            td.number { (points(w, &entry.max_points)) }
            @if entry.not_applicable.is_empty() {
                td { (input.unwrap_or_default()) }
                td.number { (scored.map_or_else(|| "–".to_owned(), |own| points(w, &own.points))) }
                td {
                    @if let Some(own) = own { p.typed { (own.text) } }
                    @if !proofs.is_empty() {
                        ul { @for piece in proofs { li { (title(w, piece)) @if !piece.locator.is_empty() { ", " (piece.locator) } } } }
                    }
                }
            } @else {
                td colspan="3" { (w.tell("ledger-not-applicable", &[("why", Arg::Text(&entry.not_applicable))])) }
            }
        }
    }
}

/// To whom it goes, and who signs.
fn ends(w: Words, sheet: &Sheet) -> Markup {
    let ended = moment(sheet.head.submitted_at.as_ref()).map(format::instant);
    html! {
        div.ends {
            div {
                p.copies { (w.say("report-copies")) }
                ul { li { (w.say("report-copy-council")) } li { (w.say("report-copy-file")) } }
                @match (sheet.head.state(), ended) {
                    // What the deadline closed nobody has sent.
                    (SheetState::AutoLocked, Some(ended)) => {
                        p.quiet { (w.tell("report-unsent", &[("at", Arg::Text(&ended))])) }
                    }
                    (SheetState::Submitted, Some(_)) => p.quiet { (w.say("report-sent")) " " (told_sent(w, sheet)) },
                    _ => {}
                }
            }
            div {
                p.body { (w.say("report-head")) }
                p.day { (w.say("report-sign")) }
            }
        }
    }
}
