//! What is still missing before the official computation.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking::MissingLeaf;
use maud::{Markup, html};

use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::empty;
use super::super::parts::table::{Column, Table};
use super::load::{count, unit, units};
use super::missing::{Missing, SOURCES, source};

pub(super) fn show(me: &Me, missing: &Missing) -> Response {
    let w = me.w;
    let cycle = missing.cycle.code.as_str();
    let all = super::href(cycle, super::MISSING);
    let body = html! {
        p { (w.say("conduct-missing-meaning")) }
        (filter::bar(w, &fields(w, missing), &all))
        @if missing.leaves.is_empty() {
            (empty(w.say("conduct-missing-none")))
        } @else {
            (table(w, missing))
            (pager(w, &pages(missing, &all)))
            p { a href=(address(missing, &all, "&tep=csv")) { (w.say("conduct-missing-file")) } }
        }
    };
    Page::of(
        me,
        w.tell("conduct-missing-title", &[("cycle", Arg::Text(cycle))]),
    )
    .back(super::href(cycle, super::RANKING), w.say("conduct-ranking"))
    .wide()
    .show(&body)
}

fn fields(w: Words, missing: &Missing) -> Markup {
    let mut units_of = units(&missing.cycle);
    units_of.insert(0, ("", w.say("conduct-all-units")));
    let mut sources = vec![("", w.say("conduct-all-sources"))];
    sources.extend(SOURCES.map(|(name, of)| (name, source(w, of))));
    let (unit, of) = ([missing.unit.as_str()], [missing.source.as_str()]);
    html! {
        (choice::select(w, &Choices::new("don-vi", w.say("conduct-column-unit"), &units_of).chosen(&unit)))
        (choice::select(w, &Choices::new("nguon", w.say("conduct-source"), &sources).chosen(&of)))
    }
}

fn address(missing: &Missing, all: &str, more: &str) -> String {
    format!("{all}?don-vi={}&nguon={}{more}", missing.unit, missing.source)
}

fn pages(missing: &Missing, all: &str) -> Pages {
    let shown = missing.shown().len();
    let from = missing.from + usize::from(shown > 0);
    Pages {
        shown: format!("{from}–{} / {}", missing.from + shown, missing.leaves.len()),
        first: (missing.from > 0).then(|| address(missing, all, "")),
        next: missing
            .next()
            .map(|next| address(missing, all, &format!("&tu={next}"))),
    }
}

fn table(w: Words, missing: &Missing) -> Markup {
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let columns = [
        "conduct-column-unit",
        "conduct-criterion",
        "conduct-source",
        "conduct-reason",
    ];
    let row = |leaf: &MissingLeaf| {
        vec![
            html! { (unit(&missing.cycle, &leaf.unit)) },
            html! { (leaf.criterion) " " (missing.criterion(leaf)) },
            html! { (source(w, leaf.source())) },
            html! { span lang="vi" { (leaf.reason) } },
        ]
    };
    let caption = w.tell(
        "conduct-missing-count",
        &[("n", Arg::Count(count(missing.leaves.len())))],
    );
    let table = Table {
        caption: &caption,
        columns: columns.map(column).into(),
        rows: missing.shown().iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}
