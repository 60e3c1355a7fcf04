//! The journal: filters, lines, what stood before and after.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use maud::{Markup, html};

use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::empty;
use super::super::parts::table::{Column, Table};
use super::acts::{self, ACTS};
use super::asked::{CHOSEN, CHOSEN_NAME, LONGEST, SERVICES};
use super::details as changes;
use super::feed::Line;
use super::load::Journal;

pub(super) fn show(me: &Me, journal: &Journal) -> Response {
    let w = me.w;
    let address = journal.filters.address();
    let body = html! {
        p { (w.say("journal-meaning")) }
        (filter::bar(w, &fields(w, journal), super::HREF))
        @if !journal.errors.is_empty() {
        } @else if journal.lines.is_empty() {
            (empty(w.say("journal-empty")))
        } @else {
            p { a href=(format!("{}.csv?{address}", super::HREF)) { (w.say("journal-file")) } }
            (table(w, journal))
            (pager(w, &pages(w, journal, &address)))
        }
    };
    Page::of(me, w.say("journal-title"))
        .back(super::super::sign::HOME, w.say("common-tasks"))
        .errors(&journal.errors)
        .wide()
        .show(&body)
}

fn fields(w: Words, journal: &Journal) -> Markup {
    let (filters, errors) = (&journal.filters, &journal.errors);
    let mut services = vec![("", w.say("journal-all-services"))];
    services.extend(SERVICES.map(|service| (service, acts::service(w, service))));
    let mut all_acts = vec![("", w.say("journal-all-acts"))];
    all_acts.extend(ACTS.map(|(act, key)| (act, w.say(key))));
    if !all_acts.iter().any(|(act, _)| *act == filters.act) {
        all_acts.push((&filters.act, &filters.act));
    }
    let (service, act) = ([filters.service.as_str()], [filters.act.as_str()]);
    let services = Choices::new("dich-vu", w.say("journal-service"), &services).chosen(&service);
    let all_acts = Choices::new("viec", w.say("journal-act"), &all_acts)
        .chosen(&act)
        .error(errors.of("viec"));
    // Whoever was chosen by a link is shown by name.
    let chosen = journal.names.get(&filters.person);
    let person = chosen.unwrap_or(&filters.person);
    let field = |name, label, value| Field::new(name, label).value(value).error(errors.of(name));
    html! {
        (field::search(w, &field("tim", w.say("journal-text"), &filters.text).hint(w.say("journal-text-hint")).longest(LONGEST)))
        (field::text(w, &field("nguoi", w.say("journal-person"), person).hint(w.say("journal-person-hint"))))
        @if let Some(name) = chosen {
            input type="hidden" name=(CHOSEN) value=(filters.person);
            input type="hidden" name=(CHOSEN_NAME) value=(name);
        }
        (choice::select(w, &services))
        (choice::select(w, &all_acts))
        (field::date(w, &field("tu", w.say("journal-from"), &filters.from).hint(w.say("journal-day-hint"))))
        (field::date(w, &field("den", w.say("journal-until"), &filters.until).hint(w.say("journal-day-hint"))))
    }
}

fn pages(w: Words, journal: &Journal, address: &str) -> Pages {
    let lines = i64::try_from(journal.lines.len()).unwrap_or(i64::MAX);
    Pages {
        shown: w.tell("journal-shown", &[("n", Arg::Count(lines))]),
        first: journal.further.then(|| format!("{}?{address}", super::HREF)),
        next: journal
            .next
            .as_ref()
            .map(|next| format!("{}?{address}&sau={next}", super::HREF)),
    }
}

fn table(w: Words, journal: &Journal) -> Markup {
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let columns = [
        "journal-at",
        "journal-who",
        "journal-act",
        "journal-object",
        "journal-reason",
        "journal-details",
    ];
    let table = Table {
        caption: w.say("journal-lines"),
        columns: columns.map(column).into(),
        rows: journal.lines.iter().map(|line| row(w, journal, line)).collect(),
        sort: None,
    };
    table.show(w)
}

fn row(w: Words, journal: &Journal, line: &Line) -> Vec<Markup> {
    let entry = &line.entry;
    let at = instant("at", entry.at.as_ref()).map(chiso_domain::kernel::Instant::to_local_text);
    let actor = journal.names.get(&entry.actor);
    let to = acts::href(line.service, &entry.act, &entry.object);
    let object = named(journal, &entry.object);
    vec![
        html! { (at.unwrap_or_default()) },
        html! { @match actor {
            Some(name) => a href=(format!("{}?nguoi={}", super::HREF, entry.actor)) { (name) },
            None => (service_or_id(w, &entry.actor)),
        } },
        html! { (acts::name(w, &entry.act)) },
        html! { @match to {
            Some(to) => a href=(to) { (object) },
            None => (object),
        } },
        html! { (entry.reason) },
        details(w, line),
    ]
}

/// A service acts by itself: it locks what nobody sent.
fn service_or_id(w: Words, actor: &str) -> String {
    if SERVICES.contains(&actor) {
        w.tell(
            "journal-system",
            &[("service", Arg::Text(acts::service(w, actor)))],
        )
    } else {
        actor.to_owned()
    }
}

/// An object with people by their names.
fn named(journal: &Journal, object: &str) -> String {
    let pieces = object.split('/');
    let pieces: Vec<&str> = pieces
        .map(|piece| journal.names.get(piece).map_or(piece, String::as_str))
        .collect();
    pieces.join(" / ")
}

fn details(w: Words, line: &Line) -> Markup {
    let entry = &line.entry;
    let place = w.tell(
        "journal-place",
        &[
            ("service", Arg::Text(acts::service(w, line.service))),
            ("seq", Arg::Count(entry.seq)),
        ],
    );
    html! {
        details.entry {
            summary { (w.say("journal-show")) }
            (changes::show(w, &entry.before, &entry.after))
            dl {
                dt { (w.say("journal-name")) } dd { code { (entry.act) } }
                dt { (w.say("journal-written")) } dd { (place) }
                dt { (w.say("journal-hash")) } dd { code { (entry.hash) } }
            }
        }
    }
}
