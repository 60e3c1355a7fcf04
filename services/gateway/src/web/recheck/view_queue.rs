//! The queue: what is open, and the next case.

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::Role;
use chiso_wire::recheck as pb;
use maud::{Markup, html};
use prost_types::Timestamp;

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::state::{Kind, chip, empty, locked, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::REQUEST;
use super::super::state::Web;
use super::load::{Queue, case_href, short, unit};

/// From what somebody came to the queue.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Came {
    /// A case that was recorded.
    pub(super) recorded: bool,
    /// The next case, where there is none.
    pub(super) to_nothing: bool,
}

pub(super) fn show(web: &Web, me: &Me, queue: &Queue, came: Came) -> Response {
    page(web, me, queue, came, &Errors::new(me.w))
}

/// The next case could not be taken.
pub(super) fn refused(web: &Web, me: &Me, queue: &Queue, errors: &Errors) -> Response {
    page(web, me, queue, Came::default(), errors)
}

fn page(web: &Web, me: &Me, queue: &Queue, came: Came, errors: &Errors) -> Response {
    let w = me.w;
    let cycle = queue.cycle.code.as_str();
    let verifier = me.has(&[Role::Verifier], Some(cycle));
    let open = queue.cycle.calendar.check_some(Window::Recheck, me.now).is_ok();
    let body = html! {
        @if came.recorded { (notice(Kind::Done, html! { p role="status" { (w.say("recheck-recorded")) } })) }
        (progress(me, queue))
        (time(me, queue))
        @if verifier {
            // Where all is done there is no next one.
            @if open && queue.told.open > 0 { (next(web, me, cycle)) }
            @if open { (nothing(w, queue, came)) }
            (mine(w, queue))
        }
    };
    Page::of(me, w.tell("recheck-queue-title", &[("cycle", Arg::Text(cycle))]))
        .back("/viec-cua-toi", w.say("common-tasks"))
        .errors(errors)
        .show(&body)
}

/// Until when calls are recorded; afterwards since when they are not, and who gives more time.
fn time(me: &Me, queue: &Queue) -> Markup {
    let w = me.w;
    match queue.cycle.calendar.whole(Window::Recheck) {
        Some(span) if me.now < span.start => {
            let from = format::instant(span.start);
            html! { p { (w.tell("recheck-begins", &[("from", Arg::Text(&from))])) } }
        }
        Some(span) if me.now < span.end => {
            let until = format::until(span.end);
            html! { p { (w.tell("recheck-until", &[("until", Arg::Text(&until))])) } }
        }
        Some(span) if queue.told.open > 0 => locked(w, &format::instant(span.end), w.say("recheck-over-who")),
        Some(_) | None => html! {},
    }
}

/// How far it is, and what is open.
fn progress(me: &Me, queue: &Queue) -> Markup {
    let (w, told) = (me.w, &queue.told);
    // Who runs or watches the recheck is told of everybody's cases, a verifier of the own ones.
    let all = me.has(&[Role::Organiser, Role::Auditor], Some(queue.cycle.code.as_str()));
    let key = if all {
        "recheck-progress"
    } else {
        "recheck-progress-own"
    };
    let count = |n: i32| Arg::Count(i64::from(n));
    let done = [
        ("all", count(told.open + told.done)),
        ("done", count(told.done)),
        ("confirmed", count(told.confirmed)),
        ("void", count(told.void)),
    ];
    let open = [
        ("recheck-due", told.due),
        ("recheck-callbacks", told.callbacks),
        ("recheck-again", told.again),
        ("recheck-fresh", told.fresh),
        ("recheck-visits", told.visits),
    ];
    html! {
        p { (w.tell(key, &done)) }
        dl.counts {
            @for (key, n) in open { div { dt { (w.say(key)) } dd { (n) } } }
        }
    }
}

/// "Cuộc tiếp theo".
pub(super) fn next(web: &Web, me: &Me, cycle: &str) -> Markup {
    let action = format!("/phuc-tra/{cycle}/tiep");
    html! {
        form method="post" action=(action) {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(web.id());
            div.buttons { button.main type="submit" data-next aria-keyshortcuts="Control+Enter" { (me.w.say("recheck-next")) } }
        }
    }
}

/// Why there is nothing to take now.
fn nothing(w: Words, queue: &Queue, came: Came) -> Markup {
    let told = &queue.told;
    let at = shown(told.next_at.as_ref());
    let all_done = told.open == 0;
    let waits = told.due + told.fresh == 0 && !at.is_empty();
    html! {
        @if all_done && told.done == 0 { (empty(w.say("recheck-no-cases"))) }
        @else if all_done { (empty(w.say("recheck-all-done"))) }
        @else if waits { (empty(&w.tell("recheck-nothing-now", &[("at", Arg::Text(&at))]))) }
        @else if came.to_nothing {
            (notice(Kind::Quiet, html! { p role="status" { (w.say("recheck-nothing-to-call")) } }))
        }
    }
}

/// The verifier's own cases, in the order in which they come due.
fn mine(w: Words, queue: &Queue) -> Markup {
    let column = |key, numeric| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let table = Table {
        caption: w.say("recheck-mine"),
        columns: vec![
            column("recheck-case", false),
            column("recheck-unit", false),
            column("recheck-attempts", true),
            column("recheck-when", false),
            column("recheck-state", false),
        ],
        rows: queue.told.mine.iter().map(|case| row(w, queue, case)).collect(),
        sort: None,
    };
    html! { @if !table.rows.is_empty() { (table.show(w)) } }
}

fn row(w: Words, queue: &Queue, case: &pb::Case) -> Vec<Markup> {
    let href = case_href(queue.cycle.code.as_str(), &case.case_id);
    vec![
        html! { a href=(href) { (short(&case.case_id)) } },
        html! { (unit(&queue.cycle, &case.unit)) },
        html! { (case.attempts.len()) },
        html! { (shown(case.next_at.as_ref())) },
        state(w, case),
    ]
}

fn state(w: Words, case: &pb::Case) -> Markup {
    match case.attempts.last().map(pb::Attempt::outcome) {
        None => chip(Kind::Quiet, w.say("recheck-state-fresh")),
        Some(pb::AttemptOutcome::CallBack) => chip(Kind::Wanting, w.say("recheck-state-callback")),
        Some(pb::AttemptOutcome::AsksVisit) => chip(Kind::Wanting, w.say("recheck-state-visit")),
        Some(_) => chip(Kind::Open, w.say("recheck-state-again")),
    }
}

pub(super) fn shown(at: Option<&Timestamp>) -> String {
    instant("at", at).map_or_else(|_| String::new(), format::instant)
}
