//! The page of criteria that do not apply.

use axum::response::Response;
use chiso_domain::cycle::{Criterion, Rule, Window};
use chiso_domain::index_set::needs_appraiser;
use chiso_domain::kernel::Instant;
use chiso_platform::words::Arg;
use maud::{Markup, html};

use super::super::format;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::state::{Kind, empty, notice};
use super::super::parts::table::{Column, Table};
use super::desk::{Desk, told};
use super::load::{borrowed, units};
use super::not_applicable::{Chosen, OFF, done, here};

/// One of the two forms.
struct Form {
    title: &'static str,
    /// What is said before the button.
    meaning: &'static str,
    act: &'static str,
    /// Its address, and the fields of criterion and reason.
    action: String,
    criterion: &'static str,
    reason: &'static str,
    hint: &'static str,
}

pub(super) fn view(desk: &Desk<'_>, chosen: Option<&Chosen>) -> Response {
    let w = desk.w();
    let body = html! {
        @if let Some(what) = desk.done { (told(done(w, what))) }
        p { (w.say("organise-na-meaning")) }
        @if desk.frame.open {
            (choose(desk, chosen))
            @match chosen {
                Some(chosen) => { (marked(desk, chosen)) (forms(desk, chosen)) }
                None => (empty(w.say("organise-na-choose"))),
            }
        } @else {
            (notice(Kind::Wanting, html! { p { (w.say("organise-na-not-open")) } }))
        }
    };
    desk.page(w.say("organise-na")).show(&body)
}

fn choose(desk: &Desk<'_>, chosen: Option<&Chosen>) -> Markup {
    let w = desk.w();
    let units = units(&desk.frame.cycle);
    let options: Vec<_> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(borrowed(&units))
        .collect();
    let now = [chosen.map_or("", |chosen| chosen.unit.as_str())];
    let unit = Choices::new("don-vi", w.say("organise-unit"), &options).chosen(&now);
    filter::bar(w, &choice::select(w, &unit), &here(desk.frame))
}

/// The unit's criteria that may be marked: what the ledger rates. Survey and leaders are nothing that a unit may be
/// spared of here, and penalties neither.
fn leaves<'a>(desk: &'a Desk<'_>, chosen: &Chosen) -> impl Iterator<Item = &'a Criterion> {
    let set = desk.frame.cycle.index_set(&chosen.unit).into_iter();
    let is_rated =
        |leaf: &&Criterion| needs_appraiser(&leaf.rule) && !matches!(leaf.rule, Rule::Penalty { .. });
    set.flat_map(|set| set.leaves()).filter(is_rated)
}

/// The criteria that do not apply, with their reasons.
fn marked(desk: &Desk<'_>, chosen: &Chosen) -> Markup {
    let w = desk.w();
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let row = |leaf: &Criterion| {
        let why = chosen.mark(leaf.code.as_str())?;
        Some(vec![
            html! { (leaf.code) },
            html! { (leaf.name) },
            html! { (why) },
        ])
    };
    let table = Table {
        caption: w.say("organise-na-marked"),
        columns: vec![
            column(w.say("organise-code")),
            column(w.say("organise-name")),
            column(w.say("organise-reason")),
        ],
        rows: leaves(desk, chosen).filter_map(row).collect(),
        sort: None,
    };
    html! { @if table.rows.is_empty() { (empty(w.say("organise-na-none"))) } @else { (table.show(w)) } }
}

/// What may still be marked, and whose mark may still be taken off; both until self-scoring begins.
fn forms(desk: &Desk<'_>, chosen: &Chosen) -> Markup {
    let w = desk.w();
    let span = desk
        .frame
        .cycle
        .calendar
        .span(Window::SelfScoring, Some(&chosen.unit));
    if let Some(span) = span.filter(|span| desk.web.now() >= span.start) {
        return late(desk, span.start);
    }
    let mark = Form {
        title: w.say("organise-na-mark"),
        meaning: w.say("organise-na-until"),
        act: w.say("organise-na-act"),
        action: here(desk.frame),
        criterion: "tieu-chi",
        reason: "ly-do",
        hint: w.say("organise-na-reason-hint"),
    };
    let off = Form {
        title: w.say("organise-na-off"),
        meaning: w.say("organise-na-off-meaning"),
        act: w.say("organise-na-off-act"),
        action: format!("{}{OFF}", here(desk.frame)),
        criterion: "bo-tieu-chi",
        reason: "bo-ly-do",
        hint: w.say("organise-na-off-hint"),
    };
    let is_marked = |leaf: &&Criterion| chosen.mark(leaf.code.as_str()).is_some();
    let (marked, open): (Vec<_>, Vec<_>) = leaves(desk, chosen).partition(is_marked);
    html! {
        @if desk.changes() {
            @if !open.is_empty() { (form(desk, chosen, &mark, &open)) }
            @if !marked.is_empty() { (form(desk, chosen, &off, &marked)) }
        }
    }
}

/// Nothing can be changed any more; what was typed till then can still be copied.
fn late(desk: &Desk<'_>, start: Instant) -> Markup {
    let w = desk.w();
    let since = format::instant(start);
    let told = w.tell("organise-na-late", &[("since", Arg::Text(&since))]);
    let typed = ["ly-do", "bo-ly-do"].map(|name| (name, desk.typed.or(name, "")));
    html! {
        (notice(Kind::Locked, html! { p { (told) } }))
        @for (name, text) in typed {
            @if !text.is_empty() {
                (field::area(w, &Field::new(name, w.say("organise-reason")).value(text).locked(true)))
            }
        }
    }
}

fn form(desk: &Desk<'_>, chosen: &Chosen, form: &Form, leaves: &[&Criterion]) -> Markup {
    let w = desk.w();
    let label = |leaf: &&Criterion| (leaf.code.to_string(), format!("{} – {}", leaf.code, leaf.name));
    let options: Vec<(String, String)> = leaves.iter().map(label).collect();
    let options: Vec<_> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(borrowed(&options))
        .collect();
    let now = [desk.typed.or(form.criterion, "")];
    let criterion = Choices::new(form.criterion, w.say("organise-criterion"), &options).chosen(&now);
    let reason = Field::new(form.reason, w.say("organise-reason")).required();
    let id = format!("viec-{}", form.criterion);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (form.title) }
            form.narrow method="post" action=(form.action) novalidate {
                (desk.hidden())
                input type="hidden" name="don-vi" value=(chosen.unit);
                (choice::select(w, &criterion.error(desk.errors.of(form.criterion))))
                (desk.area(&reason.hint(form.hint), form.reason, ""))
                p { (form.meaning) }
                div.buttons { button.main type="submit" { (form.act) } }
            }
        }
    }
}
