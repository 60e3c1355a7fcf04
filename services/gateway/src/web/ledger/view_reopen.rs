//! Asking for more time, as a unit sees it; what was asked, as the organiser does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ReopeningState;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, radios};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::tasks::{self, Task};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::load::{Place, Sheet, moment};
use super::reopen::{ASKED, EXTENSION, WINDOWS, ask_href, window};
use super::view_entry::LONGEST;
use super::view_late;
use super::view_sheet::unit_name;

/// A request as the organiser opens it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) cycle: Arc<Cycle>,
    pub(super) unit: UnitCode,
    pub(super) asked: pb::Reopening,
    /// Where the window is for the unit.
    pub(super) phase: Phase,
    /// Whether what the unit writes could still be judged.
    pub(super) is_in_time: bool,
    /// Whether the person answers.
    pub(super) answers: bool,
    /// Of who asked and who answered.
    pub(super) names: BTreeMap<String, String>,
    pub(super) now: Instant,
}

impl Request {
    /// Whether nobody has answered.
    pub(super) fn waits(&self) -> bool {
        self.asked.state() == ReopeningState::Asked
    }

    fn unit_name(&self) -> &str {
        name(&self.cycle, &self.asked.unit)
    }

    fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("–", String::as_str)
    }
}

fn name<'a>(cycle: &'a Cycle, unit: &'a str) -> &'a str {
    let code: Option<UnitCode> = unit.parse().ok();
    let known = code.and_then(|code| cycle.units.get(&code));
    known.map_or(unit, |known| known.name.as_str())
}

fn window_name(w: Words, of: Window) -> &'static str {
    match of {
        Window::Explanation => w.say("ledger-step-explain"),
        _ => w.say("ledger-step-score"),
    }
}

fn state(w: Words, one: &pb::Reopening) -> Markup {
    match one.state() {
        ReopeningState::Granted => chip(Kind::Done, w.say("reopen-granted")),
        ReopeningState::Refused => chip(Kind::Refused, w.say("reopen-refused")),
        _ => chip(Kind::Wanting, w.say("reopen-waiting")),
    }
}

fn minute(at: Option<&prost_types::Timestamp>) -> String {
    moment(at).map(format::instant).unwrap_or_default()
}

/// The unit's page: what it asked, the newest first, and the form where there is something to ask.
pub(super) fn ask(
    web: &Web,
    me: &Me,
    place: &Place,
    (sheet, own): (&Sheet, &[&pb::Reopening]),
    (typed, errors): (&Typed, &Errors),
) -> Response {
    let w = me.w;
    let waits = |of: Window| {
        own.iter()
            .any(|one| window(one.window()) == of && one.state() == ReopeningState::Asked)
    };
    let open = WINDOWS
        .into_iter()
        .filter(|(.., of)| sheet.writes && sheet.may_reopen(*of) && !waits(*of));
    let open: Vec<(&str, &str)> = open.map(|(value, _, of)| (value, window_name(w, of))).collect();
    let waiting = WINDOWS.into_iter().any(|(.., of)| waits(of));
    let body = html! {
        p { (w.say("reopen-meaning")) }
        @if open.is_empty() {
            (empty(w.say(if waiting { "reopen-waits" } else { "reopen-nothing" })))
            (view_late::kept(w, typed, &[("reason", "reopen-reason")]))
        } @else {
            form method="post" action=(ask_href(place)) novalidate {
                (hidden(me))
                input type="hidden" name=(REQUEST) value=(web.id());
                input type="hidden" name=(ASKED) value=(web.id());
                (ask_fields(w, &open, (typed, errors)))
                div.buttons { button.main type="submit" { (w.say("reopen-send")) } }
            }
        }
        @for one in own.iter().rev() { (asked(w, place, sheet, one)) }
    };
    let title = w.tell("reopen-title", &[("unit", Arg::Text(unit_name(place)))]);
    let back = w.tell("ledger-back", &[("unit", Arg::Text(unit_name(place)))]);
    Page::of(me, title)
        .back(place.href(), &back)
        .errors(errors)
        .show(&body)
}

fn ask_fields(w: Words, open: &[(&str, &str)], (typed, errors): (&Typed, &Errors)) -> Markup {
    // Of one there is no choice.
    let only = match open {
        [(value, _)] => value,
        _ => "",
    };
    let chosen = [typed.or("window", only)];
    let windows = Choices::new("window", w.say("reopen-window"), open)
        .chosen(&chosen)
        .error(errors.of("window"));
    let reason = Field::new("reason", w.say("reopen-reason"))
        .value(typed.or("reason", ""))
        .hint(w.say("reopen-reason-hint"))
        .error(errors.of("reason"))
        .longest(LONGEST)
        .required();
    html! {
        (radios(w, &windows))
        (field::area(w, &reason))
    }
}

/// One request of the unit's own; where it was granted, until when and where one goes on.
fn asked(w: Words, place: &Place, sheet: &Sheet, one: &pb::Reopening) -> Markup {
    let of = window(one.window());
    let granted = one.state() == ReopeningState::Granted && sheet.takes(of);
    html! {
        section.penalty {
            h2 { (window_name(w, of)) " " (state(w, one)) }
            dl.facts {
                dt { (w.say("reopen-asked-at")) }
                dd { (minute(one.asked_at.as_ref())) }
                dt { (w.say("reopen-reason")) }
                dd.typed { (one.reason) }
                @if one.state() != ReopeningState::Asked { (answered(w, one)) }
                @if let Some(span) = sheet.phase(of).span().filter(|_| granted) {
                    dt { (w.say("reopen-new-end")) }
                    dd { (format::until(span.end)) " (" (format::left(w, sheet.now, span.end)) ")" }
                }
            }
            @if granted {
                p { a.main href=(super::href(place.cycle.code.as_str(), place.unit.as_str(), of)) { (w.say("reopen-goes-on")) } }
            }
        }
    }
}

fn answered(w: Words, one: &pb::Reopening) -> Markup {
    html! {
        dt { (w.say("reopen-answer")) }
        dd.typed { (one.answer) }
        dt { (w.say("reopen-answered-at")) }
        dd { (minute(one.answered_at.as_ref())) }
    }
}

/// The organiser's list, what waits first.
pub(super) fn list(me: &Me, cycle: &Cycle, all: &[pb::Reopening]) -> Response {
    let w = me.w;
    let row = |one: &pb::Reopening| Task {
        label: name(cycle, &one.unit).to_owned(),
        about: window_name(w, window(one.window())).to_owned(),
        when: minute(one.asked_at.as_ref()),
        done: String::new(),
        state: state(w, one),
        href: Some(href(cycle, one)),
    };
    let of = |waits: bool| {
        all.iter()
            .filter(move |one| (one.state() == ReopeningState::Asked) == waits)
    };
    let (open, over): (Vec<Task>, Vec<Task>) = (of(true).map(row).collect(), of(false).map(row).collect());
    let body = html! {
        @if open.is_empty() { (empty(w.say("reopen-none"))) }
        @for (key, tasks) in [("reopen-open", &open), ("reopen-over", &over)] {
            @if !tasks.is_empty() { section { h2 { (w.say(key)) } (tasks::list(w.say(key), tasks)) } }
        }
    };
    let back = w.tell(
        "organise-cycle-title",
        &[("cycle", Arg::Text(cycle.code.as_str()))],
    );
    let page = Page::of(
        me,
        w.tell("reopen-list", &[("cycle", Arg::Text(cycle.code.as_str()))]),
    );
    let page = if me.has(
        &[chiso_wire::identity::Role::Organiser],
        Some(cycle.code.as_str()),
    ) {
        page.back(super::super::organise::href(cycle.code.as_str()), &back)
    } else {
        page.back("/viec-cua-toi", w.say("common-tasks"))
    };
    page.show(&body)
}

fn href(cycle: &Cycle, one: &pb::Reopening) -> String {
    format!(
        "{}/{}",
        super::reopenings_href(cycle.code.as_str()),
        one.reopening_id
    )
}

/// One request, with the form of the answer.
pub(super) fn answer(web: &Web, me: &Me, request: &Request, (typed, errors): (&Typed, &Errors)) -> Response {
    let (w, one, waits) = (me.w, &request.asked, request.waits());
    let body = html! {
        dl.facts {
            dt { (w.say("reopen-window")) }
            dd { (window_name(w, window(one.window()))) " " (state(w, one)) }
            dt { (w.say("reopen-asked-at")) }
            dd { (minute(one.asked_at.as_ref())) " – " (request.name(&one.asked_by)) }
            dt { (w.say("reopen-reason")) }
            dd.typed { (one.reason) }
            @if !waits {
                (answered(w, one))
                dt { (w.say("reopen-answered-by")) }
                dd { (request.name(&one.answered_by)) }
            }
        }
        (now(w, request))
        @if waits && request.answers {
            (form(web, me, request, (typed, errors)))
        } @else {
            (view_late::kept(w, typed, &[("answer", "reopen-answer")]))
        }
    };
    let title = w.tell("reopen-title", &[("unit", Arg::Text(request.unit_name()))]);
    let back = w.tell(
        "reopen-list",
        &[("cycle", Arg::Text(request.cycle.code.as_str()))],
    );
    Page::of(me, title)
        .back(super::reopenings_href(request.cycle.code.as_str()), &back)
        .errors(errors)
        .show(&body)
}

/// Where the window is for the unit now.
fn now(w: Words, request: &Request) -> Markup {
    match request.phase {
        Phase::Open(span) => {
            let (left, until) = (format::left(w, request.now, span.end), format::until(span.end));
            let told = [("left", Arg::Text(left.as_str())), ("until", Arg::Text(&until))];
            notice(Kind::Open, html! { p { (w.tell("reopen-is-open", &told)) } })
        }
        Phase::Over(span) => {
            let since = format::until(span.end);
            notice(
                Kind::Locked,
                html! { p { (w.tell("reopen-is-over", &[("since", Arg::Text(&since))])) } },
            )
        }
        Phase::Unset | Phase::Ahead(_) => html! {},
    }
}

fn form(web: &Web, me: &Me, request: &Request, (typed, errors): (&Typed, &Errors)) -> Markup {
    let w = me.w;
    let until = Field::new("until", w.say("reopen-until"))
        .value(typed.or("until", ""))
        .hint(w.say("reopen-until-hint"))
        .error(errors.of("until"));
    let said = Field::new("answer", w.say("reopen-answer"))
        .value(typed.or("answer", ""))
        .hint(w.say("reopen-answer-hint"))
        .error(errors.of("answer"))
        .longest(1_000)
        .required();
    html! {
        form method="post" action=(href(&request.cycle, &request.asked)) novalidate {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(web.id());
            input type="hidden" name=(EXTENSION) value=(web.id());
            @if request.is_in_time {
                (field::date(w, &until))
                (field::area(w, &said))
                p { (w.say("reopen-answer-meaning")) }
                div.buttons {
                    button.main type="submit" name="granted" value="1" { (w.say("reopen-grant")) }
                    button type="submit" name="granted" value="0" { (w.say("reopen-refuse")) }
                }
            } @else {
                p { (w.say("reopen-answer-late")) }
                (field::area(w, &said))
                div.buttons { button.main type="submit" name="granted" value="0" { (w.say("reopen-refuse")) } }
            }
        }
    }
}
