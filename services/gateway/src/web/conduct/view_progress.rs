//! The progress of a cycle.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger::{Round, SheetState};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::journal;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::parts::tasks::{self, Task};
use super::super::remind;
use super::super::state::Web;
use super::load::{count, unit};
use super::parts::{Stand, Told, Work};
use super::progress::{OfUnit, Part, Progress};
use super::remind::WORK;
use super::view;

pub(super) fn show(web: &Web, me: &Me, at: &At, progress: &Progress, errors: &Errors) -> Response {
    let w = me.w;
    let cycle = progress.cycle.code.as_str();
    let organiser = me.has(super::ORGANISER, Some(cycle));
    let parts: Vec<(Task, Markup)> = progress
        .parts
        .iter()
        .map(|part| {
            let late = organiser && part.can_remind;
            let act = html! { @if late { (reminder(web, me, cycle, part.work)) } };
            (task(me, progress, part), act)
        })
        .collect();
    let body = html! {
        (view::pages(me, cycle, super::PROGRESS))
        @if let Some(told) = remind::told(me, at) { (told) }
        section aria-labelledby="viec" {
            h2 #viec { (w.say("conduct-parts")) }
            (tasks::list_with(w.say("conduct-parts"), &parts))
        }
        @if progress.ties > 0 { (ties(w, progress)) }
        section aria-labelledby="don-vi" {
            h2 #don-vi { (w.say("conduct-units")) }
            p { (w.say("conduct-units-order")) }
            @if progress.units.is_empty() { (empty(w.say("conduct-no-units"))) } @else { (units(w, progress)) }
        }
        @if journal::lets(me) { p { a href=(format!("/nhat-ky?tim={cycle}")) { (w.say("conduct-to-journal")) } } }
    };
    let (to, label) = view::back(me, cycle);
    Page::of(me, view::title(w, cycle))
        .back(to, label)
        .errors(errors)
        .wide()
        .show(&body)
}

fn reminder(web: &Web, me: &Me, cycle: &str, work: Work) -> Markup {
    let hidden = html! {
        (view::fields(web, me))
        input type="hidden" name=(WORK) value=(work.name());
    };
    let action = super::act(cycle, super::PROGRESS, super::REMIND);
    remind::button(me.w, &action, me.w.say(label(work)), &hidden)
}

fn task(me: &Me, progress: &Progress, part: &Part) -> Task {
    let (w, cycle) = (me.w, progress.cycle.code.as_str());
    let (kind, state) = match part.stand {
        Stand::Late => (Kind::Wanting, "conduct-late"),
        Stand::Unknown => (Kind::Refused, "conduct-unknown"),
        Stand::Open => (Kind::Open, "conduct-open"),
        Stand::Ahead => (Kind::Quiet, "conduct-ahead"),
        Stand::Done => (Kind::Done, "conduct-done"),
    };
    Task {
        label: w.say(label(part.work)).to_owned(),
        about: String::new(),
        when: when(me, part),
        done: done(w, part),
        state: chip(kind, w.say(state)),
        href: Some(href(cycle, part.work)),
    }
}

const fn label(work: Work) -> &'static str {
    match work {
        Work::Survey => "conduct-survey",
        Work::Recheck => "conduct-recheck",
        Work::SelfScoring => "conduct-self-scoring",
        Work::Appraisal1 => "conduct-appraisal-1",
        Work::Explanation => "conduct-explanation",
        Work::Appraisal2 => "conduct-appraisal-2",
        Work::Leaders => "conduct-leaders",
        Work::Ranking => "conduct-readiness",
    }
}

/// Where the number comes from.
fn href(cycle: &str, work: Work) -> String {
    match work {
        Work::Survey => format!("/khao-sat/{cycle}/tien-do"),
        Work::Recheck => super::super::recheck::lots_href(cycle),
        Work::SelfScoring => "#don-vi".to_owned(),
        Work::Appraisal1 | Work::Explanation | Work::Appraisal2 => rounds(cycle),
        Work::Leaders => super::href(cycle, super::PANEL),
        Work::Ranking => super::href(cycle, super::RANKING),
    }
}

fn rounds(cycle: &str) -> String {
    format!("/quan-tri/{cycle}/vong")
}

fn when(me: &Me, part: &Part) -> String {
    let (w, Some(span)) = (me.w, part.span) else {
        return String::new();
    };
    if me.now < span.start {
        let from = format::instant(span.start);
        return w.tell("conduct-from", &[("from", Arg::Text(&from))]);
    }
    let until = format::until(span.end);
    if span.end <= me.now {
        return w.tell("conduct-ended", &[("until", Arg::Text(&until))]);
    }
    let left = format::left(w, me.now, span.end);
    w.tell(
        "conduct-until",
        &[("left", Arg::Text(&left)), ("until", Arg::Text(&until))],
    )
}

fn done(w: Words, part: &Part) -> String {
    let of = |key, done, all| w.tell(key, &[("done", Arg::Count(done)), ("all", Arg::Count(all))]);
    match (part.told, part.work) {
        (Told::Ahead | Told::Unknown, _) => String::new(),
        (Told::Of { all: 0, .. } | Told::Unconcluded { all: 0, .. }, Work::Recheck) => {
            w.say("conduct-no-cases").to_owned()
        }
        (Told::Of { all: 0, .. }, Work::Leaders) => w.say("conduct-no-panel").to_owned(),
        (Told::Of { all: 0, .. }, Work::Survey) => w.say("conduct-no-targets").to_owned(),
        (Told::Of { all: 0, .. }, Work::Explanation) => w.say("conduct-no-questions").to_owned(),
        (Told::Of { done, all }, Work::Explanation) => of("conduct-answers", done, all),
        (Told::Of { done, all } | Told::Enough { done, all }, Work::Survey) => of("conduct-slips", done, all),
        (Told::Of { done, all }, Work::Recheck) => of("conduct-cases", done, all),
        (Told::Unconcluded { done, all }, _) => of("conduct-cases-open", done, all),
        (Told::Of { done, all }, Work::Leaders) => of("conduct-sent-slips", done, all),
        (Told::Of { done, all } | Told::Enough { done, all }, _) => of("conduct-sent-sheets", done, all),
        (Told::Missing(0), _) => w.say("conduct-ready").to_owned(),
        (Told::Missing(left), _) => w.tell("conduct-missing", &[("left", Arg::Count(left))]),
        (Told::Gaps(0), _) => w.say("conduct-no-gaps").to_owned(),
        (Told::Gaps(left), _) => w.tell("conduct-gaps", &[("left", Arg::Count(left))]),
        (Told::Closed, _) => w.say("conduct-round-closed").to_owned(),
    }
}

fn ties(w: Words, progress: &Progress) -> Markup {
    let told = w.tell("conduct-ties-open", &[("n", Arg::Count(count(progress.ties)))]);
    let to = super::href(progress.cycle.code.as_str(), super::RANKING);
    notice(
        Kind::Wanting,
        html! { p { (told) " " a href=(to) { (w.say("conduct-ranking")) } } },
    )
}

fn units(w: Words, progress: &Progress) -> Markup {
    let gaps = match progress.round {
        Some(Round::Round2) => "conduct-column-gaps-2",
        _ => "conduct-column-gaps-1",
    };
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("conduct-column-unit", false),
        ("conduct-column-sheet", false),
        ("conduct-column-filled", true),
        ("conduct-column-survey", true),
        (gaps, true),
        ("conduct-column-missing", true),
    ];
    let table = Table {
        caption: w.say("conduct-units"),
        columns: columns.map(column).into(),
        rows: progress
            .units
            .iter()
            .map(|row| of_unit(w, progress, row))
            .collect(),
        sort: None,
    };
    table.show(w)
}

fn of_unit(w: Words, progress: &Progress, row: &OfUnit) -> Vec<Markup> {
    let cycle = progress.cycle.code.as_str();
    let code = row.code.as_str();
    let sheet = format!("/tu-cham/{cycle}/{code}");
    let missing = format!("{}?don-vi={code}", super::href(cycle, super::MISSING));
    let slips = format!("/khao-sat/{cycle}/tien-do");
    let known = progress.known;
    vec![
        html! { (unit(&progress.cycle, code)) },
        if known.sheets {
            state(w, row)
        } else {
            chip(Kind::Refused, w.say("conduct-unknown"))
        },
        html! {
            @if let Some(sheet_of) = &row.sheet {
                a href=(sheet) { (sheet_of.filled) "/" (sheet_of.leaves) }
            } @else { "–" }
        },
        html! {
            @if known.slips { a href=(slips) { (row.valid) "/" (row.planned) } } @else { "–" }
            @if row.short > 0 { " " (chip(Kind::Wanting, w.say("conduct-short"))) }
        },
        html! { @if known.gaps { a href=(rounds(cycle)) { (row.gaps) } } @else { "–" } },
        html! { @if known.missing { a href=(missing) { (row.missing) } } @else { "–" } },
    ]
}

fn state(w: Words, row: &OfUnit) -> Markup {
    match row.sheet.as_ref().map(chiso_wire::ledger::Sheet::state) {
        Some(SheetState::Submitted) => chip(Kind::Done, w.say("conduct-sheet-sent")),
        Some(SheetState::AutoLocked) => chip(Kind::Locked, w.say("conduct-sheet-locked")),
        None => chip(Kind::Quiet, w.say("conduct-sheet-none")),
        Some(_) if row.late_sheet() => chip(Kind::Wanting, w.say("conduct-sheet-late")),
        Some(_) => chip(Kind::Open, w.say("conduct-sheet-draft")),
    }
}
