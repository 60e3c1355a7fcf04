//! What a unit is to answer between the appraisals.

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::PenaltyState;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, locked, notice, save_line};
use super::super::parts::tasks::{self, Task};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed, VERSION};
use super::super::state::Web;
use super::form::{PENALTY, answer_to};
use super::load::{Place, Sheet, Way, is_questioned};
use super::view_entry::LONGEST;
use super::view_late;
use super::view_sheet::{ask_to_reopen, reopener, state, unit_name};

pub(super) fn page(
    web: &Web,
    me: &Me,
    (place, done): (&Place, &str),
    (sheet, penalties): (&Sheet, &[pb::Penalty]),
    (typed, errors): (&Typed, &Errors),
) -> Response {
    let w = me.w;
    let asked: Vec<&pb::Entry> = sheet
        .entries
        .iter()
        .filter(|entry| is_questioned(entry))
        .collect();
    let tasks: Vec<Task> = asked.iter().map(|entry| task(w, place, sheet, entry)).collect();
    let body = html! {
        (window(w, sheet))
        (ask_to_reopen(w, place, sheet))
        @if sheet.head.questions > 0 { p { (progress(w, &sheet.head)) } }
        @if asked.is_empty() {
            @let open = penalties.iter().any(|penalty| penalty.state() == PenaltyState::Proposed);
            (empty(w.say(match (sheet.is_first_closed(), open) {
                (true, true) => "ledger-explain-penalty-only",
                (true, false) => "ledger-explain-none",
                (false, _) => "ledger-explain-early",
            })))
        } @else {
            (tasks::list(w.say("ledger-explain"), &tasks))
        }
        @if !penalties.is_empty() {
            section {
                h2 { (w.say("ledger-penalties")) }
                @for one in penalties { (penalty(web, me, (place, done), (sheet, one), (typed, errors))) }
            }
        }
    };
    let title = w.tell("ledger-explain-title", &[("unit", Arg::Text(unit_name(place)))]);
    let back = w.tell("ledger-back", &[("unit", Arg::Text(unit_name(place)))]);
    Page::of(me, title)
        .back(place.href(), &back)
        .errors(errors)
        .script("autosave.js")
        .show(&body)
}

/// Until when answers are taken.
fn window(w: Words, sheet: &Sheet) -> Markup {
    match sheet.explaining {
        Phase::Unset => notice(Kind::Locked, html! { p { (w.say("ledger-window-unset")) } }),
        Phase::Ahead(span) => {
            let from = format::instant(span.start);
            notice(
                Kind::Locked,
                html! { p { (w.tell("ledger-explain-ahead", &[("from", Arg::Text(&from))])) } },
            )
        }
        Phase::Over(span) => locked(
            w,
            &format::instant(span.end),
            reopener(w, sheet, Window::Explanation),
        ),
        Phase::Open(span) if !sheet.takes(Window::Explanation) => {
            let until = format::until(span.end);
            let told = w.tell("ledger-explain-waits", &[("until", Arg::Text(&until))]);
            let told = if sheet.is_second_closed() {
                w.say("ledger-explain-final")
            } else {
                &told
            };
            notice(Kind::Locked, html! { p { (told) } })
        }
        Phase::Open(span) => {
            let (left, until) = (format::left(w, sheet.now, span.end), format::until(span.end));
            let told = [("left", Arg::Text(&left)), ("until", Arg::Text(&until))];
            html! { p { strong { (w.tell("ledger-until", &told)) } } }
        }
    }
}

fn progress(w: Words, head: &pb::Sheet) -> String {
    let count = |n: i32| Arg::Count(i64::from(n));
    w.tell(
        "ledger-explain-done",
        &[("all", count(head.questions)), ("done", count(head.answers))],
    )
}

fn task(w: Words, place: &Place, sheet: &Sheet, entry: &pb::Entry) -> Task {
    let name = place.leaf(&entry.criterion).map_or("", |leaf| &leaf.name);
    let of = |step: &Option<pb::Step>| {
        step.as_ref()
            .map_or_else(|| "–".to_owned(), |step| points(w, &step.points))
    };
    let (own, first) = (of(&entry.self_), of(&entry.appraisal_1));
    let told = [("own", Arg::Text(&own)), ("first", Arg::Text(&first))];
    let decision = entry.appraisal_1.as_ref().map(|step| step.decision_text.clone());
    Task {
        label: format!("{} {name}", entry.criterion),
        about: decision.unwrap_or_default(),
        when: w.tell("ledger-explain-points", &told),
        done: String::new(),
        state: state(w, place, sheet, entry),
        href: Some(format!(
            "{}#giai-trinh",
            place.leaf_href(&entry.criterion, Way::Explanation)
        )),
    }
}

fn penalty(
    web: &Web,
    me: &Me,
    (place, done): (&Place, &str),
    (sheet, penalty): (&Sheet, &pb::Penalty),
    (typed, errors): (&Typed, &Errors),
) -> Markup {
    let w = me.w;
    let row = place.leaf(&penalty.criterion).map_or("", |leaf| &leaf.name);
    let open = sheet.can_explain() && penalty.state() == PenaltyState::Proposed;
    // Of several forms, what was typed belongs to the one that was sent.
    let own = typed.or(PENALTY, "") == penalty.penalty_id;
    let name = answer_to(&penalty.penalty_id);
    let answer = if own {
        typed.or(&name, "")
    } else {
        &penalty.unit_explanation
    };
    html! {
        section.penalty {
            h3 { (penalty.criterion) " " (row) " " (penalty_state(w, penalty.state())) }
            @if done == penalty.penalty_id { (notice(Kind::Done, html! { p { (w.say("ledger-answer-saved")) } })) }
            dl.facts {
                dt { (w.say("ledger-penalty-points")) }
                dd { (points(w, &penalty.points)) }
                dt { (w.say("ledger-document")) }
                dd { (penalty.document) }
                dt { (w.say("ledger-decision-why")) }
                dd.typed { (penalty.reason) }
                @if !open && !penalty.unit_explanation.is_empty() {
                    dt { (w.say("ledger-answer")) }
                    dd.typed { (penalty.unit_explanation) }
                }
                @if !penalty.decided_reason.is_empty() {
                    dt { (w.say("ledger-penalty-decided")) }
                    dd.typed { (penalty.decided_reason) }
                }
            }
            @if own && !open { (view_late::kept(w, typed, &[(name.as_str(), "ledger-answer")])) }
            @if open {
                // Somebody else's answer is seen before it is replaced.
                @let clash = own && penalty.unit_explanation != answer && !penalty.unit_explanation.is_empty();
                form method="post" action=(format!("{}/diem-tru", place.explain_href())) novalidate data-autosave
                    data-undecided[clash] {
                    (hidden(me))
                    input type="hidden" name=(REQUEST) value=(web.id());
                    input type="hidden" name=(PENALTY) value=(penalty.penalty_id);
                    input type="hidden" name=(VERSION) value=(penalty.version);
                    @if clash {
                        (notice(Kind::Wanting, html! {
                            p { strong { (w.say("ledger-answer-stored")) } }
                            p.typed { (penalty.unit_explanation) }
                            p { (w.say("ledger-clash-keep")) }
                        }))
                    }
                    (penalty_field(w, &name, answer, errors))
                    (save_line(w))
                    div.buttons { button type="submit" data-save { (w.say("ledger-save")) } }
                }
            }
        }
    }
}

fn penalty_field(w: Words, name: &str, answer: &str, errors: &Errors) -> Markup {
    let field = Field::new(name, w.say("ledger-answer"))
        .value(answer)
        .error(errors.of(name))
        .longest(LONGEST)
        .required();
    field::area(w, &field)
}

fn penalty_state(w: Words, state: PenaltyState) -> Markup {
    match state {
        PenaltyState::Decided => chip(Kind::Locked, w.say("ledger-penalty-accepted")),
        PenaltyState::Rejected => chip(Kind::Done, w.say("ledger-penalty-rejected")),
        _ => chip(Kind::Wanting, w.say("ledger-penalty-proposed")),
    }
}
