//! The leaders' scoring as the organiser sees it.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::leaders as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::organise;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::confirm;
use super::super::parts::field::{self, Field};
use super::super::parts::label;
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::remind;
use super::super::state::Web;
use super::load::{count, units};
use super::panel::{CHAIR, Candidate, PANEL_FIELD, SEEN, Scoring, VICE_CHAIR};
use super::view;

/// As the service takes it.
const LONGEST_DOCUMENT: usize = 500;
const LONGEST_NAME: usize = 200;

pub(super) fn show(
    web: &Web,
    me: &Me,
    scoring: &Scoring,
    saved: bool,
    typed: &Typed,
    errors: &Errors,
) -> Response {
    let w = me.w;
    let cycle = scoring.cycle.code.as_str();
    let named = !scoring.told.leaders.is_empty();
    let body = html! {
        (view::pages(me, cycle, super::PANEL))
        @if saved { (notice(Kind::Done, html! { p role="status" { (w.say("conduct-saved")) } })) }
        @if let Some(told) = &scoring.reminded { (told) }
        section aria-labelledby="tien-do" {
            h2 #tien-do { (w.say("conduct-panel-progress")) }
            @if named { (facts(me, scoring)) (table(w, scoring)) } @else { (empty(w.say("conduct-panel-empty"))) }
            @if scoring.can_remind(me.now) { (reminder(web, me, cycle)) }
        }
        @if scoring.organiser && named { (ending(web, me, scoring, typed, errors)) }
        @if scoring.organiser { (naming(web, me, scoring, typed, errors)) }
    };
    let (to, label) = view::back(me, cycle);
    Page::of(me, w.tell("conduct-panel-title", &[("cycle", Arg::Text(cycle))]))
        .back(to, label)
        .errors(errors)
        .wide()
        .show(&body)
}

fn reminder(web: &Web, me: &Me, cycle: &str) -> Markup {
    let action = super::act(cycle, super::PANEL, super::REMIND);
    remind::button(me.w, &action, me.w.say("conduct-leaders"), &view::fields(web, me))
}

/// Until when, how many are enough, and how it stands.
fn facts(me: &Me, scoring: &Scoring) -> Markup {
    let w = me.w;
    let told = &scoring.told;
    let until = scoring.ends.map(format::until).unwrap_or_default();
    let quorum = w.tell(
        "conduct-quorum-needed",
        &[
            (
                "percent",
                Arg::Count(i64::from(scoring.cycle.rules.policy.leaders.quorum_percent)),
            ),
            ("sent", Arg::Count(count(scoring.sent()))),
            ("all", Arg::Count(count(told.leaders.len()))),
        ],
    );
    html! {
        dl.facts {
            dt { (w.say("conduct-window")) }
            dd {
                @if scoring.ends.is_none() { (w.say("conduct-window-unset")) }
                @else if scoring.over { (w.tell("conduct-ended", &[("until", Arg::Text(&until))])) }
                @else { (w.tell("conduct-open-until", &[("until", Arg::Text(&until))])) }
            }
            dt { (w.say("conduct-quorum")) }
            dd {
                (quorum) " "
                @if told.quorum_reached { (chip(Kind::Done, w.say("conduct-quorum-reached"))) }
                @else { (chip(Kind::Wanting, w.say("conduct-quorum-short"))) }
            }
            @if !told.quorum_document.is_empty() {
                dt { (w.say("conduct-quorum-decided")) }
                dd { (told.quorum_document) }
            }
            dt { (w.say("conduct-points")) }
            dd {
                @if told.closed { (chip(Kind::Locked, w.say("conduct-scoring-closed"))) }
                @else { (chip(Kind::Open, w.say("conduct-scoring-open"))) }
            }
        }
    }
}

fn office(w: Words, role: pb::LeaderRole) -> &'static str {
    match role {
        pb::LeaderRole::Chair => w.say("conduct-chair"),
        pb::LeaderRole::Unspecified | pb::LeaderRole::ViceChair => w.say("conduct-vice-chair"),
    }
}

fn table(w: Words, scoring: &Scoring) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("conduct-leader", false),
        ("conduct-office", false),
        ("conduct-marked", true),
        ("conduct-sent", false),
    ];
    let row = |progress: &pb::LeaderProgress| {
        let leader = progress.leader.clone().unwrap_or_default();
        let at = instant("sent_at", progress.sent_at.as_ref()).map(format::instant);
        vec![
            html! { (leader.name) },
            html! { (office(w, leader.role())) },
            html! { (progress.units_done) "/" (progress.units) },
            match at {
                Ok(at) => html! { (chip(Kind::Done, w.say("conduct-slip-sent"))) " " (at) },
                Err(_) if scoring.over => chip(Kind::Wanting, w.say("conduct-slip-late")),
                Err(_) => chip(Kind::Open, w.say("conduct-slip-unsent")),
            },
        ]
    };
    let table = Table {
        caption: w.say("conduct-panel-table"),
        columns: columns.map(column).into(),
        rows: scoring.told.leaders.iter().map(row).collect(),
        sort: None,
    };
    html! { (table.show(w)) p.hint { (w.say("conduct-no-marks")) } }
}

/// The decision below the quorum, and the end.
fn ending(web: &Web, me: &Me, scoring: &Scoring, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let cycle = scoring.cycle.code.as_str();
    let until = scoring.ends.map(format::until).unwrap_or_default();
    let decides = scoring.over && !scoring.told.quorum_reached;
    html! {
        @if decides { (decision(web, me, scoring, typed, errors)) }
        section aria-labelledby="chot" {
            h2 #chot { (w.say("conduct-close")) }
            @if scoring.told.closed {
                p { (w.say("conduct-closed-note")) }
            } @else if !scoring.over {
                p { (w.tell("conduct-close-waits", &[("until", Arg::Text(&until))])) }
            } @else if !scoring.can_close() {
                p { (w.say("conduct-close-needs-decision")) }
            } @else {
                (confirm::bar(&confirm::Act {
                    action: &super::act(cycle, super::PANEL, "chot"),
                    label: w.say("conduct-close-act"),
                    meaning: w.say("conduct-close-meaning"),
                    hidden: view::fields(web, me),
                }))
            }
        }
    }
}

fn decision(web: &Web, me: &Me, scoring: &Scoring, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let action = super::act(scoring.cycle.code.as_str(), super::PANEL, "quyet-dinh");
    let document = Field::new("van-ban", w.say("conduct-document"))
        .required()
        .hint(w.say("conduct-document-hint"))
        .longest(LONGEST_DOCUMENT)
        .value(typed.or("van-ban", &scoring.told.quorum_document))
        .error(errors.of("van-ban"));
    html! {
        section aria-labelledby="quyet-dinh" {
            h2 #quyet-dinh { (w.say("conduct-decide-quorum")) }
            p { (w.say("conduct-decide-quorum-meaning")) }
            form.narrow method="post" action=(action) novalidate {
                (view::fields(web, me))
                (field::text(w, &document))
                div.buttons { button type="submit" { (w.say("conduct-decide-quorum-act")) } }
            }
        }
    }
}

/// Naming the panel, until somebody has sent.
fn naming(web: &Web, me: &Me, scoring: &Scoring, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let action = super::act(scoring.cycle.code.as_str(), super::PANEL, "danh-sach");
    html! {
        section aria-labelledby="danh-sach" {
            h2 #danh-sach { (w.say("conduct-name-panel")) }
            @if scoring.told.panel_fixed {
                p { (w.say("conduct-panel-fixed")) }
            } @else if scoring.candidates.is_empty() {
                p {
                    (w.say("conduct-no-leaders"))
                    @if organise::keeps_accounts(me) { " " a href="/quan-tri/tai-khoan" { (w.say("conduct-to-accounts")) } }
                }
            } @else {
                p { (w.say("conduct-name-panel-meaning")) }
                form method="post" action=(action) novalidate {
                    (view::fields(web, me))
                    input type="hidden" name=(SEEN) value=(scoring.seen);
                    div #f-lanh-dao tabindex="-1" {
                        @if let Some(error) = errors.of(PANEL_FIELD) {
                            p.error { "✗ " (label(PANEL_FIELD, w.say("conduct-panel"))) ": " (error) }
                        }
                    }
                    @for candidate in &scoring.candidates { (person(w, candidate, typed, errors)) }
                    @if scoring.has_shortlist() { (shortlist(w, scoring, typed, errors)) }
                    div.buttons { button.main type="submit" { (w.say("conduct-name-panel-act")) } }
                }
            }
        }
    }
}

fn person(w: Words, candidate: &Candidate, typed: &Typed, errors: &Errors) -> Markup {
    let [office, name, place] = ["chuc-vu", "ten", "thu-tu"].map(|field| candidate.field(field));
    let printed = candidate
        .now
        .as_ref()
        .map_or(candidate.name.as_str(), |(_, leader)| &leader.name);
    let stands = candidate
        .now
        .as_ref()
        .map(|(at, _)| at.to_string())
        .unwrap_or_default();
    let offices = [
        ("", w.say("conduct-not-in-panel")),
        (CHAIR, w.say("conduct-chair")),
        (VICE_CHAIR, w.say("conduct-vice-chair")),
    ];
    let chosen = [typed.or(&office, candidate.office())];
    let offices = Choices::new(&office, w.say("conduct-office"), &offices)
        .chosen(&chosen)
        .error(errors.of(&office));
    let printed = Field::new(&name, w.say("conduct-printed-name"))
        .required()
        .longest(LONGEST_NAME)
        .value(typed.or(&name, printed))
        .error(errors.of(&name));
    let place = Field::new(&place, w.say("conduct-place"))
        .value(typed.or(&place, &stands))
        .error(errors.of(&place));
    html! {
        fieldset.leader {
            legend { (candidate.name) @if !candidate.login.is_empty() { " " span.quiet { (candidate.login) } } }
            (choice::select(w, &offices))
            (field::text(w, &printed))
            (field::decimal(w, &place))
        }
    }
}

fn shortlist(w: Words, scoring: &Scoring, typed: &Typed, errors: &Errors) -> Markup {
    let all = units(&scoring.cycle);
    let stored: Vec<&str> = scoring.told.shortlist.iter().map(String::as_str).collect();
    let chosen = typed.all_or("don-vi", stored);
    let units = Choices::new("don-vi", w.say("conduct-shortlist"), &all)
        .hint(w.say("conduct-shortlist-hint"))
        .chosen(&chosen)
        .error(errors.of("don-vi"));
    choice::checks(w, &units)
}
