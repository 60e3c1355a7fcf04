//! A lot: what was published of it, the draw, whose the cases are, and its tickets.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::Role;
use chiso_wire::recheck as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::confirm;
use super::super::parts::field::{self, Field};
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, locked, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::form::{MOVE_FROM, MOVE_TO};
use super::load::{OneLot, short, unit};
use super::view_draw::state;
use super::view_queue::shown;

/// How much of a hash is shown; the file has the whole.
const HASH: usize = 12;

pub(super) fn show(web: &Web, me: &Me, one: &OneLot, typed: &Typed, errors: &Errors) -> Response {
    let w = me.w;
    let cycle = one.cycle.code.as_str();
    let organiser = me.has(&[Role::Organiser], Some(cycle));
    let body = html! {
        @if let Some(given) = one.given {
            (notice(Kind::Done, html! { p role="status" { (w.tell("recheck-given", &[("n", Arg::Count(given))])) } }))
        }
        (facts(w, one))
        (stages(w, one))
        @if organiser { (acts(web, me, one, typed, errors)) }
        (tickets(w, one))
    };
    let title = w.tell(
        "recheck-lot-title",
        &[("lot", Arg::Text(&short(&one.lot.lot_id)))],
    );
    Page::of(me, title)
        .back(super::lots_href(cycle), w.say("recheck-lots"))
        .errors(errors)
        .wide()
        .show(&body)
}

fn facts(w: Words, one: &OneLot) -> Markup {
    let lot = &one.lot;
    let units = one.cycle.units_in_order().into_iter();
    let units = units.filter(|unit| lot.units.iter().any(|code| code == unit.code.as_str()));
    let units: Vec<&str> = units.map(|unit| unit.name.as_str()).collect();
    let all = units.len() == one.cycle.units.len();
    html! {
        @if let Ok(at) = instant("concluded_at", lot.concluded_at.as_ref()) {
            (locked(w, &format::instant(at), w.say("recheck-concluded-who")))
        }
        dl.facts {
            dt { (w.say("recheck-lot-state")) } dd { (state(w, lot.state())) }
            dt { (w.say("recheck-closed-at")) } dd { (shown(lot.closed_at.as_ref())) }
            dt { (w.say("recheck-units")) }
            dd { @if all { (w.say("recheck-all-units")) } @else { (units.join(", ")) } }
            dt { (w.say("recheck-entries")) } dd { (lot.entries) }
            dt { (w.say("recheck-hash")) } dd { code { (lot.list_sha256) } }
            dt { (w.say("recheck-cases")) } dd { (lot.cases) }
            dt { (w.say("recheck-open")) } dd { (lot.open_cases) }
            dt { (w.say("recheck-void")) } dd { (lot.void_slips) }
        }
        p { a href=(one.href(".csv")) { (w.say("recheck-list-file")) } }
    }
}

fn stages(w: Words, one: &OneLot) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("recheck-stage", true),
        ("recheck-seed", false),
        ("recheck-ceremony", false),
        ("recheck-entered-at", false),
        ("recheck-drawn", true),
    ];
    let row = |stage: &pb::Stage| {
        vec![
            html! { (stage.stage) },
            html! { code { (stage.seed) } },
            html! { (stage.ceremony) },
            html! { (shown(stage.entered_at.as_ref())) },
            html! { (stage.drawn) },
        ]
    };
    let table = Table {
        caption: w.say("recheck-stages"),
        columns: columns.map(column).into(),
        rows: one.lot.stages.iter().map(row).collect(),
        sort: None,
    };
    html! { @if !table.rows.is_empty() { (table.show(w)) } }
}

/// What the organiser does next.
fn acts(web: &Web, me: &Me, one: &OneLot, typed: &Typed, errors: &Errors) -> Markup {
    let drawn = one.lot.state() == pb::LotState::Drawn;
    // Once every slip is drawn, another seed draws nothing.
    let all = drawn && one.lot.cases >= one.lot.entries;
    html! {
        @if one.lot.state() != pb::LotState::Concluded && !all { (seed(web, me, one, typed, errors)) }
        @if drawn { (assign(web, me, one, typed, errors)) }
        @if drawn && !one.held.is_empty() && one.verifiers.len() > 1 { (reassign(web, me, one, typed, errors)) }
        @if drawn && one.lot.open_cases == 0 { (conclude(web, me, one)) }
    }
}

fn fields(web: &Web, me: &Me) -> Markup {
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
    }
}

fn seed(web: &Web, me: &Me, one: &OneLot, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let stage = one.lot.stages.len() + 1;
    let number = [("stage", Arg::Count(i64::try_from(stage).unwrap_or(i64::MAX)))];
    let seed = Field::new("day-so", w.say("recheck-seed"))
        .required()
        .hint(w.say("recheck-seed-hint"));
    let ceremony = Field::new("buoi-gieo", w.say("recheck-ceremony")).required();
    let ceremony = ceremony.hint(w.say("recheck-ceremony-hint"));
    let rate = Field::new("ty-le", w.say("recheck-rate")).required().suffix("%");
    html! {
        section aria-labelledby="nhap-so" {
            h2 #nhap-so { (w.tell("recheck-seed-title", &number)) }
            p { (w.say("recheck-seed-meaning")) }
            form.narrow method="post" action=(one.href("/nhap-so")) novalidate {
                (fields(web, me))
                input type="hidden" name="lan" value=(stage);
                (field::text(w, &seed.value(typed.or("day-so", "")).error(errors.of("day-so"))))
                (field::text(w, &ceremony.value(typed.or("buoi-gieo", "")).error(errors.of("buoi-gieo"))))
                @if stage > 1 {
                    (field::decimal(w, &rate.value(typed.or("ty-le", "")).error(errors.of("ty-le"))))
                }
                div.buttons { button.main type="submit" { (w.say("recheck-seed-act")) } }
            }
        }
    }
}

fn assign(web: &Web, me: &Me, one: &OneLot, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let people: Vec<(&str, &str)> = one
        .verifiers
        .iter()
        .map(|person| (person.person_id.as_str(), person.name.as_str()))
        .collect();
    let choices = Choices::new("nguoi", w.say("recheck-verifiers"), &people);
    let chosen = typed.all_or("nguoi", Vec::new());
    let choices = choices.chosen(&chosen).error(errors.of("nguoi"));
    html! {
        section aria-labelledby="giao-viec" {
            h2 #giao-viec { (w.say("recheck-assign")) }
            p { (w.say("recheck-assign-meaning")) }
            @if people.is_empty() {
                p { (w.say("recheck-no-verifiers")) }
            } @else {
                form method="post" action=(one.href("/giao-viec")) novalidate {
                    (fields(web, me))
                    (choice::checks(w, &choices))
                    div.buttons { button type="submit" { (w.say("recheck-assign-act")) } }
                }
            }
        }
    }
}

/// Moves the cases of somebody who cannot go on.
fn reassign(web: &Web, me: &Me, one: &OneLot, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let held: Vec<(&str, String)> = one
        .held
        .iter()
        .map(|(id, cases)| {
            let n = i64::try_from(cases.len()).unwrap_or(i64::MAX);
            let person = one.verifiers.iter().find(|person| person.person_id == *id);
            let name = person.map_or(id.as_str(), |person| &person.name);
            let told = [("name", Arg::Text(name)), ("n", Arg::Count(n))];
            (id.as_str(), w.tell("recheck-move-held", &told))
        })
        .collect();
    let mut from = vec![("", w.say("recheck-move-choose"))];
    from.extend(held.iter().map(|(id, label)| (*id, label.as_str())));
    let people: Vec<(&str, &str)> = one
        .verifiers
        .iter()
        .map(|person| (person.person_id.as_str(), person.name.as_str()))
        .collect();
    let (chosen, all) = (typed.or(MOVE_FROM, ""), typed.all_or(MOVE_TO, Vec::new()));
    let chosen = [chosen];
    let from = Choices::new(MOVE_FROM, w.say("recheck-move-from"), &from).chosen(&chosen);
    let to = Choices::new(MOVE_TO, w.say("recheck-move-to"), &people).chosen(&all);
    html! {
        section aria-labelledby="giao-lai" {
            h2 #giao-lai { (w.say("recheck-move")) }
            p { (w.say("recheck-move-meaning")) }
            form method="post" action=(one.href("/giao-lai")) novalidate {
                (fields(web, me))
                (choice::select(w, &from.error(errors.of(MOVE_FROM))))
                (choice::checks(w, &to.error(errors.of(MOVE_TO))))
                div.buttons { button type="submit" { (w.say("recheck-move-act")) } }
            }
        }
    }
}

fn conclude(web: &Web, me: &Me, one: &OneLot) -> Markup {
    let w = me.w;
    confirm::bar(&confirm::Act {
        action: &one.href("/ket-thuc"),
        label: w.say("recheck-conclude"),
        meaning: w.say("recheck-conclude-meaning"),
        hidden: fields(web, me),
    })
}

fn tickets(w: Words, one: &OneLot) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("recheck-place", true),
        ("recheck-unit", false),
        ("recheck-group", false),
        ("recheck-slip", false),
        ("recheck-interviewer", false),
        ("recheck-slip-hash", false),
        ("recheck-ticket", false),
        ("recheck-drawn-stage", true),
    ];
    let table = Table {
        caption: w.say("recheck-tickets"),
        columns: columns.map(column).into(),
        rows: one.entries.iter().map(|entry| ticket(one, entry)).collect(),
        sort: None,
    };
    let (first, last) = (one.entries.first(), one.entries.last());
    let span = first.zip(last).map(|(first, last)| (first.place, last.place));
    let (from, to) = span.unwrap_or_default();
    let pages = Pages {
        shown: format!("{from}–{to} / {}", one.lot.entries),
        first: (from > 1).then(|| one.href("")),
        next: one
            .next
            .as_ref()
            .map(|next| format!("{}?sau={next}", one.href(""))),
    };
    html! { (table.show(w)) (pager(w, &pages)) }
}

fn ticket(one: &OneLot, entry: &pb::LotEntry) -> Vec<Markup> {
    let cut = |hash: &str| hash.get(..HASH).unwrap_or(hash).to_owned();
    let interviewer = one.names.get(&entry.interviewer).unwrap_or(&entry.interviewer);
    vec![
        html! { (entry.place) },
        html! { (unit(&one.cycle, &entry.unit)) },
        html! { (entry.group) },
        html! { (short(&entry.slip_id)) },
        html! { (interviewer) },
        html! { code { (cut(&entry.slip_sha256)) } },
        html! { code { (cut(&entry.ticket)) } },
        html! { @if entry.drawn_stage > 0 { (entry.drawn_stage) } },
    ]
}
