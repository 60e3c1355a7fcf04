//! Looking a sheet over before it is sent, sending it, and taking it back.

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::SheetState;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::confirm::{Act, bar, undo};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::{Column, Table};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::inputs::said;
use super::load::{Place, Sheet, Stand, Way, pieces, stand};
use super::view_sheet::{lock, state, totals, unit_name};

pub(super) fn page(
    web: &Web,
    me: &Me,
    place: &Place,
    sheet: &Sheet,
    (typed, errors): (&Typed, &Errors),
) -> Response {
    let w = me.w;
    let of = |wanted: fn(&Place, &pb::Entry) -> bool| -> Vec<&pb::Entry> {
        sheet
            .entries
            .iter()
            .filter(|entry| wanted(place, entry))
            .collect()
    };
    let hidden = html! { (hidden(me)) input type="hidden" name=(REQUEST) value=(web.id()); };
    let body = html! {
        (lock(w, place, sheet))
        (totals(w, place, sheet))
        (wanting(w, place, &of(is_empty), (Kind::Refused, "ledger-empty-leaves")))
        (wanting(w, place, &of(|_, entry| stand(entry) == Stand::Lacking), (Kind::Wanting, "ledger-lacking-leaves")))
        (all(w, place, sheet))
        (act(w, place, sheet, typed, errors, hidden))
        (follows(w, place, sheet))
        div.buttons { a href=(format!("{}/bao-cao", place.href())) { (w.say("ledger-report")) } }
    };
    let title = match sheet.head.state() {
        SheetState::Draft => "ledger-review-title",
        _ => "ledger-title",
    };
    let title = w.tell(title, &[("unit", Arg::Text(unit_name(place)))]);
    let back = w.tell("ledger-back", &[("unit", Arg::Text(unit_name(place)))]);
    Page::of(me, title)
        .back(place.href(), &back)
        .errors(errors)
        .wide()
        .show(&body)
}

/// Whether an entry keeps the sheet from being sent.
fn is_empty(place: &Place, entry: &pb::Entry) -> bool {
    matches!(stand(entry), Stand::Blank | Stand::Begun) && !place.is_optional(&entry.criterion)
}

/// What should be looked at first, by content, with the way there; from there one comes back here.
fn wanting(w: Words, place: &Place, entries: &[&pb::Entry], (kind, key): (Kind, &'static str)) -> Markup {
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    html! {
        @if !entries.is_empty() {
            (notice(kind, html! {
                p { strong { (w.tell(key, &[("n", Arg::Count(count))])) } }
                @for (content, entries) in place.by_content(entries.iter().copied()) {
                    p { (content.code) ". " (content.name) }
                    ul {
                        @for entry in entries {
                            li { a href=(href(place, entry)) { (name(place, entry)) } }
                        }
                    }
                }
            }))
        }
    }
}

fn href(place: &Place, entry: &pb::Entry) -> String {
    place.leaf_href(&entry.criterion, Way::Review)
}

fn name(place: &Place, entry: &pb::Entry) -> String {
    let name = place.leaf(&entry.criterion).map_or("", |leaf| &leaf.name);
    format!("{} {name}", entry.criterion)
}

fn all(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let column = |key, numeric| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let row = |entry: &pb::Entry| {
        let own = entry.self_.as_ref().filter(|own| own.input.is_some());
        let input = place
            .leaf(&entry.criterion)
            .map(|leaf| said(w, leaf, own.and_then(|own| own.input.as_ref())));
        vec![
            html! { a href=(href(place, entry)) { (name(place, entry)) } },
            html! { (input.unwrap_or_default()) },
            html! { (own.map_or_else(|| "–".to_owned(), |own| points(w, &own.points))) },
            html! { (points(w, &entry.max_points)) },
            html! { (pieces(entry).count()) },
            state(w, place, sheet, entry),
        ]
    };
    let table = Table {
        caption: w.say("ledger-review-table"),
        columns: vec![
            column("ledger-column-criterion", false),
            column("ledger-column-input", false),
            column("ledger-column-points", true),
            column("ledger-column-max", true),
            column("ledger-column-evidence", true),
            column("ledger-column-state", false),
        ],
        rows: sheet.entries.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// What comes after a sheet was sent.
fn follows(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let span = place.cycle.calendar.span(Window::Appraisal1, Some(&place.unit));
    let span = span.filter(|span| sheet.head.state() == SheetState::Submitted && sheet.now < span.end);
    html! {
        @if let Some(span) = span {
            @let (from, until) = (format::instant(span.start), format::until(span.end));
            p { (w.tell("ledger-sent-follows", &[("from", Arg::Text(&from)), ("until", Arg::Text(&until))])) }
        }
    }
}

/// What the head of the unit can do with the sheet now.
fn act(w: Words, place: &Place, sheet: &Sheet, typed: &Typed, errors: &Errors, hidden: Markup) -> Markup {
    let Phase::Open(span) = sheet.scoring else {
        return html! {};
    };
    if !sheet.sends {
        return html! { @if sheet.writes { p { (w.say("ledger-head-sends")) } } };
    }
    let until = format::until(span.end);
    let until = [("until", Arg::Text(until.as_str()))];
    match sheet.head.state() {
        SheetState::Draft => bar(&Act {
            action: &format!("{}/gui", place.href()),
            label: w.say("ledger-send"),
            meaning: &w.tell("ledger-send-meaning", &until),
            hidden,
        }),
        SheetState::Submitted => {
            let reason = Field::new("reason", w.say("ledger-withdraw-reason"))
                .value(typed.or("reason", ""))
                .error(errors.of("reason"));
            undo(&Act {
                action: &format!("{}/thu-hoi", place.href()),
                label: w.say("ledger-withdraw"),
                meaning: &w.tell("ledger-withdraw-meaning", &until),
                hidden: html! { (hidden) (field::text(w, &reason)) },
            })
        }
        _ => html! {},
    }
}
