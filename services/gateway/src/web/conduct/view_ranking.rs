//! The classification of a cycle: readiness, each type as it would stand, ties, bars, and what was published.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::readers::view_ranking::{class, limits, penalty, quota, rank};
use super::super::state::Web;
use super::load::{count, type_name, unit, units};
use super::missing::{SOURCES, source};
use super::ranking::{CLASSES, Ranking, is_lifted};
use super::view;

/// As the service takes it.
const LONGEST_DOCUMENT: usize = 500;

pub(super) fn show(
    web: &Web,
    me: &Me,
    ranking: &Ranking,
    done: Option<&str>,
    typed: &Typed,
    errors: &Errors,
) -> Response {
    let (w, cycle) = (me.w, ranking.code());
    let said = match done {
        Some("cong-bo") => Some("conduct-published"),
        Some("muc") => Some("conduct-saved"),
        _ => None,
    };
    let body = html! {
        (view::pages(me, cycle, super::RANKING))
        @if let Some(said) = said { (notice(Kind::Done, html! { p role="status" { (w.say(said)) } })) }
        (ready(w, ranking))
        (super::view_publish::versions(w, ranking))
        @for of_type in &ranking.now.types { (of_one_type(w, ranking, of_type)) }
        (ties(w, ranking))
        (bars(web, me, ranking, typed, errors))
    };
    let (to, label) = view::back(me, cycle);
    Page::of(
        me,
        w.tell("conduct-ranking-title", &[("cycle", Arg::Text(cycle))]),
    )
    .back(to, label)
    .errors(errors)
    .wide()
    .show(&body)
}

/// What is missing, by source; each number leads to its leaves.
pub(super) fn ready(w: Words, ranking: &Ranking) -> Markup {
    if ranking.ready.ready {
        return notice(Kind::Done, html! { p { (w.say("conduct-is-ready")) } });
    }
    let mut by_source: BTreeMap<i32, i64> = BTreeMap::new();
    for leaf in &ranking.ready.missing {
        *by_source.entry(leaf.source).or_default() += 1;
    }
    let all = super::href(ranking.code(), super::MISSING);
    let told = w.tell(
        "conduct-not-ready",
        &[("n", Arg::Count(count(ranking.ready.missing.len())))],
    );
    let body = html! {
        p { strong { (told) } " " (w.say("conduct-not-ready-note")) }
        ul {
            @for (name, of) in SOURCES {
                @if let Some(n) = by_source.get(&i32::from(of)) {
                    li { a href=(format!("{all}?nguon={name}")) {
                        (source(w, of)) ": " (w.tell("conduct-missing-count", &[("n", Arg::Count(*n))]))
                    } }
                }
            }
        }
    };
    notice(Kind::Wanting, body)
}

fn of_one_type(w: Words, ranking: &Ranking, of_type: &pb::TypeSummary) -> Markup {
    let code = of_type.unit_type.as_str();
    let name = type_name(w, &ranking.cycle, code);
    let id = format!("loai-{code}");
    let units: Vec<&pb::UnitResult> = ranking.units_of(code).collect();
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (name) }
            p { (quota(w, of_type)) }
            p { (limits(w, of_type)) }
            @if units.is_empty() { (empty(w.say("conduct-no-units"))) } @else { (table(w, ranking, name, &units)) }
        }
    }
}

fn table(w: Words, ranking: &Ranking, name: &str, units: &[&pb::UnitResult]) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("conduct-column-unit", false),
        ("readers-rank", true),
        ("readers-total", true),
        ("readers-penalty", true),
        ("readers-class", false),
        ("conduct-why", false),
    ];
    let row = |of: &&pb::UnitResult| {
        vec![
            html! { (of.name) },
            rank(w, of),
            html! { (points(w, &of.total)) },
            html! { (penalty(w, of)) },
            html! { (class(w, of)) },
            why(w, ranking, of),
        ]
    };
    let caption = w.tell("conduct-provisional", &[("type", Arg::Text(name))]);
    let table = Table {
        caption: &caption,
        columns: columns.map(column).into(),
        rows: units.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The service's reasons, what is missing of the unit, and where it is held to a class.
fn why(w: Words, ranking: &Ranking, of: &pb::UnitResult) -> Markup {
    let all = super::href(ranking.code(), super::MISSING);
    // A unit's own list says no more than the first of them.
    let missing = ranking.ready.missing.iter().filter(|leaf| leaf.unit == of.unit);
    let missing = count(missing.count());
    html! {
        @for reason in &of.reasons { p lang="vi" { (reason) } }
        @if let Some(bar) = ranking.bar(&of.unit) {
            p { (w.tell("conduct-held", &[
                ("class", Arg::Text(class_name(w, bar.highest_class()))),
                ("document", Arg::Text(&bar.document)),
            ])) }
        }
        @if missing > 0 {
            p { a href=(format!("{all}?don-vi={}", of.unit)) {
                (w.tell("conduct-missing-count", &[("n", Arg::Count(missing))]))
            } }
        }
    }
}

pub(super) fn class_name(w: Words, class: pb::Class) -> &'static str {
    match class {
        pb::Class::Excellent => w.say("readers-class-excellent"),
        pb::Class::Good => w.say("readers-class-good"),
        pb::Class::Completed => w.say("readers-class-completed"),
        pb::Class::NotCompleted => w.say("readers-class-not-completed"),
        pb::Class::Unspecified => w.say("readers-class-none"),
    }
}

fn named(ranking: &Ranking, codes: &[String]) -> String {
    let names: Vec<&str> = codes.iter().map(|code| unit(&ranking.cycle, code)).collect();
    names.join(", ")
}

/// The ties that wait for the council, and those that it decided.
fn ties(w: Words, ranking: &Ranking) -> Markup {
    let to = format!("/tham-dinh/{}/dong-diem", ranking.code());
    html! {
        section aria-labelledby="dong-diem" {
            h2 #dong-diem { (w.say("conduct-ties")) }
            @if ranking.ready.open_ties.is_empty() && ranking.decisions.ties.is_empty() {
                p { (w.say("conduct-no-ties")) }
            }
            @for tie in &ranking.ready.open_ties {
                (notice(Kind::Wanting, html! {
                    p { (w.tell("conduct-tie-open", &[
                        ("type", Arg::Text(type_name(w, &ranking.cycle, &tie.unit_type))),
                        ("units", Arg::Text(&named(ranking, &tie.units))),
                        ("places", Arg::Count(i64::from(tie.places))),
                    ])) }
                    p { a href=(to) { (w.say("conduct-to-ties")) } }
                }))
            }
            @if !ranking.decisions.ties.is_empty() { (decided(w, ranking)) }
        }
    }
}

fn decided(w: Words, ranking: &Ranking) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("readers-type", false),
        ("conduct-tied", false),
        ("conduct-places", true),
        ("conduct-chosen", false),
        ("conduct-document", false),
        ("conduct-at", false),
    ];
    let row = |tie: &pb::TieDecision| {
        let chosen = if tie.chosen.is_empty() {
            w.say("conduct-nobody-chosen").to_owned()
        } else {
            named(ranking, &tie.chosen)
        };
        vec![
            html! { (type_name(w, &ranking.cycle, &tie.unit_type)) },
            html! { (named(ranking, &tie.units)) },
            html! { (tie.places) },
            html! { (chosen) @if ranking.is_outdated(tie) { p { (chip(Kind::Wanting, w.say("conduct-tie-outdated"))) } } },
            html! { (tie.document) },
            html! { (at(tie.at.as_ref())) },
        ]
    };
    let table = Table {
        caption: w.say("conduct-ties-decided"),
        columns: columns.map(column).into(),
        rows: ranking.decisions.ties.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

pub(super) fn at(at: Option<&prost_types::Timestamp>) -> String {
    instant("at", at).map(format::instant).unwrap_or_default()
}

/// The units held to a class, and holding another one.
fn bars(web: &Web, me: &Me, ranking: &Ranking, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    html! {
        section aria-labelledby="muc-cao-nhat" {
            h2 #muc-cao-nhat { (w.say("conduct-bars")) }
            p { (w.say("conduct-bars-meaning")) }
            @if ranking.decisions.bars.is_empty() { (empty(w.say("conduct-no-bars"))) } @else { (held(w, ranking)) }
            @if ranking.organiser { (hold(web, me, ranking, typed, errors)) }
        }
    }
}

fn held(w: Words, ranking: &Ranking) -> Markup {
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let columns = [
        "conduct-column-unit",
        "conduct-highest-class",
        "conduct-document",
        "conduct-at",
    ];
    let row = |bar: &pb::Bar| {
        vec![
            html! { (unit(&ranking.cycle, &bar.unit)) },
            html! { @if is_lifted(bar) { (w.say("conduct-lifted")) } @else { (class_name(w, bar.highest_class())) } },
            html! { (bar.document) },
            html! { (at(bar.at.as_ref())) },
        ]
    };
    let table = Table {
        caption: w.say("conduct-bars"),
        columns: columns.map(column).into(),
        rows: ranking.decisions.bars.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn hold(web: &Web, me: &Me, ranking: &Ranking, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let mut all = units(&ranking.cycle);
    all.insert(0, ("", w.say("conduct-choose-unit")));
    let label = |class: pb::Class| match class {
        pb::Class::Excellent => w.say("conduct-lift"),
        class => class_name(w, class),
    };
    let classes = CLASSES.map(|(name, class)| (name, label(class)));
    let (chosen_unit, chosen_class) = ([typed.or("don-vi", "")], [typed.or("muc", "")]);
    let of_unit = Choices::new("don-vi", w.say("conduct-column-unit"), &all)
        .chosen(&chosen_unit)
        .error(errors.of("don-vi"));
    let of_class = Choices::new("muc", w.say("conduct-highest-class"), &classes)
        .chosen(&chosen_class)
        .error(errors.of("muc"));
    let document = Field::new("van-ban", w.say("conduct-document"))
        .required()
        .hint(w.say("conduct-document-hint"))
        .longest(LONGEST_DOCUMENT)
        .value(typed.or("van-ban", ""))
        .error(errors.of("van-ban"));
    html! {
        h3 { (w.say("conduct-hold")) }
        form.narrow method="post" action=(super::act(ranking.code(), super::RANKING, "muc-cao-nhat")) novalidate {
            (view::fields(web, me))
            (choice::select(w, &of_unit))
            (choice::radios(w, &of_class))
            (field::text(w, &document))
            div.buttons { button type="submit" { (w.say("conduct-hold-act")) } }
        }
    }
}
