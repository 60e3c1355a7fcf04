//! The lots of a cycle, and closing another one.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use chiso_wire::recheck as pb;
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, Typed};
use super::super::remind;
use super::super::state::Web;
use super::form::OFFERED;
use super::load::{Lots, lot_href, short};
use super::view_queue::shown;

pub(super) fn show((web, me, at): (&Web, &Me, &At), lots: &Lots, typed: &Typed, errors: &Errors) -> Response {
    let w = me.w;
    let cycle = lots.cycle.code.as_str();
    let organiser = me.has(&[Role::Organiser], Some(cycle));
    let body = html! {
        @if let Some(told) = remind::told(me, at) { (told) }
        p { a href=(super::href(cycle)) { (w.say("recheck-to-progress")) } }
        @if lots.lots.is_empty() { (empty(w.say("recheck-no-lots"))) } @else { (table(w, lots)) }
        @if organiser && lots.can_remind(web.now()) { (reminder(web, me, cycle)) }
        @if organiser && !lots.free().is_empty() {
            (close(web, me, lots, typed, errors))
        }
    };
    Page::of(me, w.tell("recheck-lots-title", &[("cycle", Arg::Text(cycle))]))
        .back("/viec-cua-toi", w.say("common-tasks"))
        .errors(errors)
        .wide()
        .show(&body)
}

/// Letters to those who have cases, and to all verifiers about those that nobody has.
fn reminder(web: &Web, me: &Me, cycle: &str) -> Markup {
    let fields = html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
    };
    let action = format!("{}/nhac-thu", super::lots_href(cycle));
    remind::button(me.w, &action, me.w.say("recheck-remind"), &fields)
}

fn table(w: Words, lots: &Lots) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("recheck-lot", false),
        ("recheck-lot-state", false),
        ("recheck-units", true),
        ("recheck-entries", true),
        ("recheck-cases", true),
        ("recheck-open", true),
        ("recheck-void", true),
        ("recheck-closed-at", false),
    ];
    let row = |lot: &pb::Lot| {
        let href = lot_href(lots.cycle.code.as_str(), &lot.lot_id);
        vec![
            html! { a href=(href) { (short(&lot.lot_id)) } },
            state(w, lot.state()),
            html! { (lot.units.len()) },
            html! { (lot.entries) },
            html! { (lot.cases) },
            html! { (lot.open_cases) },
            html! { (lot.void_slips) },
            html! { (shown(lot.closed_at.as_ref())) },
        ]
    };
    let table = Table {
        caption: w.say("recheck-lots"),
        columns: columns.map(column).into(),
        rows: lots.lots.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

pub(super) fn state(w: Words, state: pb::LotState) -> Markup {
    match state {
        pb::LotState::Unspecified | pb::LotState::Closed => chip(Kind::Wanting, w.say("recheck-lot-closed")),
        pb::LotState::Drawn => chip(Kind::Open, w.say("recheck-lot-drawn")),
        pb::LotState::Concluded => chip(Kind::Locked, w.say("recheck-lot-concluded")),
    }
}

/// The id of the lot is made with the form, so that a form sent twice closes one lot.
fn close(web: &Web, me: &Me, lots: &Lots, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let action = format!("/phuc-tra/{}/dong-lo", lots.cycle.code);
    let free = lots.free();
    let id = web.id();
    let units = Choices::new("don-vi", w.say("recheck-close-units"), &free);
    let chosen = typed.all_or("don-vi", Vec::new());
    let units = units
        .chosen(&chosen)
        .hint(w.say("recheck-close-units-hint"))
        .error(errors.of("don-vi"));
    html! {
        section aria-labelledby="dong-lo" {
            h2 #dong-lo { (w.say("recheck-close")) }
            p { (w.say("recheck-close-meaning")) }
            form method="post" action=(action) novalidate {
                (hidden(me))
                input type="hidden" name=(REQUEST) value=(web.id());
                input type="hidden" name="lo" value=(typed.or("lo", &id));
                // Where all are meant, it is those that are offered here, and not those of another lot.
                @if !lots.lots.is_empty() {
                    @for (code, _) in &free { input type="hidden" name=(OFFERED) value=(code); }
                }
                (choice::checks(w, &units))
                div.buttons { button.main type="submit" { (w.say("recheck-close-act")) } }
            }
        }
    }
}
