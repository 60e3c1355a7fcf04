//! The page of a cycle, and the page before it opens.

use axum::response::Response;
use chiso_domain::cycle::{Extension, FrameFault, Window};
use chiso_domain::kernel::{Instant, Span};
use chiso_platform::words::{Arg, Lang};
use maud::{Markup, html};

use super::super::format;
use super::super::parts::choice::{self, Choices};
use super::super::parts::confirm;
use super::super::parts::field::Field;
use super::super::parts::state::{Kind, chip, notice};
use super::super::parts::table::{Column, Table};
use super::super::parts::tasks::{Task, list};
use super::super::words::named;
use super::conduct_links;
use super::desk::{Desk, told};
use super::hub::done;
use super::load::{Part, borrowed, units, window};
use super::when::{self, Side};

pub(super) fn view(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let cycle = &desk.frame.cycle;
    let title = w.tell("organise-cycle-title", &[("cycle", Arg::Text(desk.code()))]);
    let body = html! {
        @if let Some(what) = desk.done { (told(done(w, what))) }
        dl.facts {
            dt { (w.say("organise-state")) } dd { (state(desk)) }
            dt { (w.say("organise-province")) } dd { (cycle.province) }
            dt { (w.say("organise-regulation")) } dd { (cycle.regulation) }
            @if desk.frame.open {
                dt { (w.say("organise-rule-set")) } dd { code { (cycle.rule_set_sha256) } }
            }
        }
        @if desk.frame.open { (conduct(desk)) (windows(desk)) @if desk.changes() { (extend(desk)) } }
        (steps(desk))
    };
    let page = desk.page(title).back(super::CYCLES, w.say("organise-title"));
    page.wide().show(&body)
}

fn state(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    if desk.frame.open {
        chip(Kind::Open, w.say("organise-open"))
    } else {
        chip(Kind::Wanting, w.say("organise-setup"))
    }
}

/// What stands in the way of opening, by the page where it is mended.
fn faults(desk: &Desk<'_>) -> Vec<(Part, FrameFault)> {
    let faults = desk.frame.cycle.opening_faults().into_iter();
    faults.map(|fault| (Part::of(&fault), fault)).collect()
}

/// The steps of the set-up; after opening they can be read.
fn steps(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let open = desk.frame.open;
    let faults = if open { Vec::new() } else { faults(desk) };
    let step = |(at, part): (usize, Part)| {
        let left = faults.iter().filter(|(own, _)| *own == part).count();
        let state = match left {
            _ if open => chip(Kind::Locked, w.say("organise-fixed")),
            0 => chip(Kind::Done, w.say("organise-ready")),
            _ => chip(Kind::Wanting, w.say("organise-wanting")),
        };
        Task {
            label: format!("{}. {}", at + 1, part.label(w)),
            about: holds(desk, part),
            when: String::new(),
            done: left_to_do(desk, left),
            state,
            href: Some(desk.href(part.path())),
        }
    };
    let mut tasks: Vec<Task> = Part::ALL.into_iter().enumerate().map(step).collect();
    if !open {
        tasks.push(opening(desk, faults.len()));
    }
    html! {
        section aria-labelledby="cac-buoc" {
            h2 #cac-buoc { (w.say("organise-steps")) }
            @if !open { p { (w.say("organise-steps-meaning")) } }
            (list(w.say("organise-steps"), &tasks))
        }
    }
}

fn opening(desk: &Desk<'_>, left: usize) -> Task {
    let w = desk.w();
    let state = if left == 0 {
        chip(Kind::Done, w.say("organise-can-open"))
    } else {
        chip(Kind::Quiet, w.say("organise-cannot-open"))
    };
    Task {
        label: format!("{}. {}", Part::ALL.len() + 1, w.say("organise-opening")),
        about: w.say("organise-after-opening").to_owned(),
        when: String::new(),
        done: left_to_do(desk, left),
        state,
        href: Some(desk.href("/mo")),
    }
}

/// Nothing where nothing is left.
fn left_to_do(desk: &Desk<'_>, left: usize) -> String {
    let count = [("n", Arg::Count(i64::try_from(left).unwrap_or(i64::MAX)))];
    if left == 0 {
        return String::new();
    }
    desk.w().tell("organise-left", &count)
}

/// How much of a part there is.
fn holds(desk: &Desk<'_>, part: Part) -> String {
    let (w, cycle) = (desk.w(), &desk.frame.cycle);
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    match part {
        Part::Calendar => w.tell(
            "organise-has-windows",
            &[("n", count(cycle.calendar.windows.len()))],
        ),
        Part::Policy => w.say("organise-has-policy").to_owned(),
        Part::Units => {
            let counts = [
                ("a", count(cycle.unit_types.len())),
                ("b", count(cycle.units.len())),
            ];
            w.tell("organise-look-units", &counts)
        }
        Part::IndexSets => w.tell("organise-has-sets", &[("n", count(cycle.rules.index_sets.len()))]),
        Part::Council => w.tell("organise-has-agencies", &[("n", count(cycle.council.len()))]),
    }
}

/// What there is to do in an open cycle, on pages of their own.
fn conduct(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    html! {
        section aria-labelledby="dieu-hanh" {
            h2 #dieu-hanh { (w.say("organise-conduct")) }
            ul.links {
                @for (path, label) in conduct_links(desk.me, desk.code()) { li { a href=(path) { (label) } } }
            }
        }
    }
}

fn windows(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let (cycle, now) = (&desk.frame.cycle, desk.web.now());
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let row = |(name, _): &(Window, Span)| {
        let span = cycle.calendar.span(*name, None)?;
        let own = cycle.calendar.extensions.iter().filter(|one| one.window == *name);
        Some(vec![
            html! { (window(w, *name)) },
            html! { (when::shown(span.start, Side::Start)) },
            html! { (when::shown(span.end, Side::End)) },
            place(desk, span, now),
            html! { @for extension in own { (extended(desk, extension)) } },
        ])
    };
    let table = Table {
        caption: w.say("organise-windows"),
        columns: vec![
            column(w.say("organise-window")),
            column(w.say("organise-from")),
            column(w.say("organise-until")),
            column(w.say("organise-state")),
            column(w.say("organise-extensions")),
        ],
        rows: cycle.calendar.windows.iter().filter_map(row).collect(),
        sort: None,
    };
    html! { section #cua-so { (table.show(w)) } }
}

fn place(desk: &Desk<'_>, span: Span, now: Instant) -> Markup {
    let w = desk.w();
    if now < span.start {
        chip(Kind::Quiet, w.say("steps-ahead"))
    } else if now < span.end {
        html! { (chip(Kind::Open, w.say("steps-now"))) " " (format::left(w, now, span.end)) }
    } else {
        chip(Kind::Locked, w.say("organise-over"))
    }
}

fn extended(desk: &Desk<'_>, extension: &Extension) -> Markup {
    let w = desk.w();
    let units = &desk.frame.cycle.units;
    let unit = extension.unit.as_ref().map_or_else(
        || w.say("organise-all-units").to_owned(),
        |code| {
            units
                .get(code)
                .map_or_else(|| code.to_string(), |unit| unit.name.clone())
        },
    );
    let until = when::shown(extension.ends_at, Side::End);
    let told = [
        ("unit", Arg::Text(&unit)),
        ("until", Arg::Text(&until)),
        ("reason", Arg::Text(&extension.reason)),
    ];
    html! { div { (w.tell("organise-extension", &told)) } }
}

fn extend(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let set = &desk.frame.cycle.calendar.windows;
    let windows: Vec<(&str, &str)> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(set.iter().map(|(name, _)| (name.name(), window(w, *name))))
        .collect();
    let units = units(&desk.frame.cycle);
    let units: Vec<_> = [("", w.say("organise-all-units"))]
        .into_iter()
        .chain(borrowed(&units))
        .collect();
    let chosen = [desk.typed.or("cua-so", "")];
    let one = Choices::new("cua-so", w.say("organise-window"), &windows).chosen(&chosen);
    let unit = [desk.typed.or("don-vi", "")];
    let whom = Choices::new("don-vi", w.say("organise-extend-unit"), &units);
    let whom = whom.chosen(&unit).hint(w.say("organise-extend-unit-hint"));
    let until = Field::new("han", w.say("organise-extend-until")).required();
    let reason = Field::new("ly-do", w.say("organise-reason")).required();
    let document = Field::new("van-ban", w.say("organise-document")).required();
    html! {
        section aria-labelledby="gia-han" {
            h2 #gia-han { (w.say("organise-extend")) }
            p { (w.say("organise-extend-meaning")) }
            form.narrow method="post" action=(desk.href("/gia-han")) novalidate {
                (desk.hidden())
                (choice::select(w, &one.error(desk.errors.of("cua-so"))))
                (choice::select(w, &whom.error(desk.errors.of("don-vi"))))
                (desk.text(&until.hint(w.say("organise-extend-until-hint")), "han", ""))
                (desk.text(&reason.hint(w.say("organise-extend-reason-hint")), "ly-do", ""))
                (desk.text(&document.hint(w.say("organise-document-hint")), "van-ban", ""))
                div.buttons { button.main type="submit" { (w.say("organise-extend-act")) } }
            }
        }
    }
}

/// What opening means, and what is to be done before, each with the page where it is done.
pub(super) fn open_page(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let faults = faults(desk);
    let lang = (w.lang() != Lang::Vi).then_some("vi");
    let body = html! {
        @if desk.frame.open {
            (desk.frozen())
            p { a href=(desk.href("")) { (w.say("organise-to-cycle")) } }
        } @else if faults.is_empty() {
            (notice(Kind::Done, html! { p { (w.say("organise-complete")) } }))
            @if desk.changes() { (act(desk)) }
        } @else {
            (notice(Kind::Wanting, html! { p { (w.say("organise-incomplete")) } }))
            @for part in Part::ALL {
                @let own: Vec<&FrameFault> = faults.iter().filter(|(of, _)| *of == part).map(|(_, fault)| fault).collect();
                @if !own.is_empty() {
                    h2 { a href=(desk.href(part.path())) { (part.label(w)) } }
                    ul { @for fault in own { li { (whose(desk, fault)) span lang=[lang] { (fault.vi) } } } }
                }
            }
        }
    };
    desk.page(w.say("organise-opening")).show(&body)
}

/// Of which type and criterion a fault in an index set is.
fn whose(desk: &Desk<'_>, fault: &FrameFault) -> Markup {
    let Some(rest) = fault.field.strip_prefix("index_sets.") else {
        return html! {};
    };
    let (code, criterion) = rest.split_once('.').unwrap_or((rest, ""));
    let types = &desk.frame.cycle.unit_types;
    let name = types.values().find(|one| one.code.as_str() == code);
    let name = name.map_or(code, |one| named(desk.w(), &one.name, &one.name_en));
    html! { strong { (name) @if !criterion.is_empty() { ", " (criterion) } ": " } }
}

fn act(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    confirm::bar(&confirm::Act {
        action: &desk.href("/mo"),
        label: w.say("organise-open-act"),
        meaning: w.say("organise-open-meaning"),
        hidden: desk.hidden_as_seen(),
    })
}
