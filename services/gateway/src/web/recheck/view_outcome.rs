//! Both answers beside each other, and what follows from them. The conclusion is the recheck's: it follows from the
//! facts, and nobody chooses it.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use chiso_wire::recheck as pb;
use chiso_wire::survey::Question;
use maud::{Markup, html};

use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::state::{Kind, chip};
use super::super::parts::table::{Column, Table};
use super::super::state::Web;
use super::load::{OneCase, short, unit};
use super::view_call::{attempts, outcome, said};
use super::view_queue::{next, shown};

/// The page, below what is said of a form that came too late for it.
pub(super) fn show(web: &Web, me: &Me, one: &OneCase, late: &Markup) -> Response {
    let (w, case) = (me.w, &one.case);
    let cycle = one.cycle.code.as_str();
    let at = shown(case.recorded_at.as_ref());
    let body = html! {
        (late)
        p { (unit(&one.cycle, &case.unit)) " · " (w.tell("recheck-recorded-at", &[("at", Arg::Text(&at))])) }
        p { (w.say("recheck-conclusion")) " " (outcome(w, case.outcome())) }
        p { (why(w, one)) }
        (both(w, one))
        (attempts(w, case))
        @if me.has(&[Role::Verifier], Some(cycle)) { (next(web, me, cycle)) }
    };
    let title = w.tell(
        "recheck-case-title",
        &[("case", Arg::Text(&short(&case.case_id)))],
    );
    Page::of(me, title)
        .back(super::href(cycle), w.say("recheck-to-queue"))
        .show(&body)
}

/// The condition that decided.
fn why(w: Words, one: &OneCase) -> String {
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let differing = one.case.compared.iter().filter(|both| !both.same).count();
    let percent = one.cycle.rules.policy.recheck.differing_percent;
    let counts = [
        ("differing", count(differing)),
        ("all", count(one.case.compared.len())),
        ("percent", Arg::Count(i64::from(percent))),
    ];
    match one.case.outcome() {
        pb::Outcome::Confirmed => w.tell("recheck-why-confirmed", &counts),
        pb::Outcome::AnswerDiffers => w.tell("recheck-why-differs", &counts),
        pb::Outcome::WrongPerson => w.say("recheck-why-wrong-person").to_owned(),
        pb::Outcome::NotInterviewed => w.say("recheck-why-not-interviewed").to_owned(),
        pb::Outcome::NotReached => w.say("recheck-why-not-reached").to_owned(),
        pb::Outcome::Unspecified => String::new(),
    }
}

fn both(w: Words, one: &OneCase) -> Markup {
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let row = |both: &pb::Compared| {
        let question = one.question(&both.question);
        let label = question.map_or("", |question| said(w, &question.label, &question.label_en));
        let mark = if both.same {
            chip(Kind::Done, w.say("recheck-same"))
        } else {
            chip(Kind::Refused, w.say("recheck-differs"))
        };
        vec![
            html! { (both.question) ". " (label) },
            html! { (answer(w, question, &both.first)) },
            html! { (answer(w, question, &both.second)) },
            mark,
        ]
    };
    let table = Table {
        caption: w.say("recheck-both"),
        columns: [
            "recheck-question",
            "recheck-first",
            "recheck-second",
            "recheck-compared",
        ]
        .map(column)
        .into(),
        rows: one.case.compared.iter().map(row).collect(),
        sort: None,
    };
    html! { @if !table.rows.is_empty() { (table.show(w)) } }
}

/// The label of the option that was chosen, else what was said.
fn answer<'a>(w: Words, question: Option<&'a Question>, value: &'a str) -> &'a str {
    let mut options = question.into_iter().flat_map(|question| &question.options);
    match options.find(|option| option.name == value) {
        Some(option) => said(w, &option.label, &option.label_en),
        None if value.is_empty() => w.say("recheck-no-answer"),
        None => value,
    }
}
