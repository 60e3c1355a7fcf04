//! What lies behind a criterion's points: answers with their chart, or the steps of an entry and its evidence.

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::{Criterion, Window};
use chiso_domain::kernel::Points;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::records::{Answers, Imported, Records, Ways};
use crate::web::format::{instant, points, taken};
use crate::web::ledger;
use crate::web::parts::chart;
use crate::web::parts::state::{Kind, notice};

/// The section below the sources.
pub(super) fn section(w: Words, records: &Records, row: Option<&Criterion>) -> Markup {
    html! {
        section aria-labelledby="records" {
            h2 #records { (w.say("readers-records")) }
            p.quiet { (w.say("readers-records-note")) }
            @match records {
                Records::Away => { (notice(Kind::Refused, html! { p { (w.say("readers-records-away")) } })) }
                Records::Answers(all, ways) => { (surveyed(w, all, ways)) }
                Records::Index(imported) => { (index(w, imported)) }
                Records::Penalties(all) => { (penalties(w, all)) }
                Records::Entry(entry) => {
                    (steps(w, entry))
                    (evidence(w, entry))
                    @if row.is_some_and(is_self_scored) { p { a href=(of_sheet(entry)) { (w.say("readers-entry")) } } }
                }
            }
        }
    }
}

/// Each proposal: what establishes it, what the unit said, and what the council decided.
fn penalties(w: Words, all: &[pb::Penalty]) -> Markup {
    html! {
        @if all.is_empty() { p { (w.say("readers-no-penalties")) } }
        @for penalty in all {
            dl.facts {
                dt { (w.say("ledger-document")) }
                dd lang="vi" { (penalty.document) }
                dt { (w.say("readers-text")) }
                dd lang="vi" { (penalty.reason) }
                @if !penalty.unit_explanation.is_empty() {
                    dt { (w.say("readers-step-explanation")) }
                    dd lang="vi" { (penalty.unit_explanation) }
                }
                dt { (w.say("readers-decision")) }
                dd { (penalty_state(w, penalty.state())) }
                @if !penalty.decided_reason.is_empty() {
                    dt { (w.say("ledger-penalty-decided")) }
                    dd lang="vi" { (penalty.decided_reason) }
                }
                dt { (w.say("readers-points")) }
                dd { (taken(w, &penalty.points)) }
            }
        }
    }
}

fn penalty_state(w: Words, state: pb::PenaltyState) -> &'static str {
    match state {
        pb::PenaltyState::Decided => w.say("ledger-penalty-accepted"),
        pb::PenaltyState::Rejected => w.say("ledger-penalty-rejected"),
        _ => w.say("ledger-penalty-proposed"),
    }
}

/// Where the entry stands on the unit's sheet.
fn of_sheet(entry: &pb::Entry) -> String {
    let sheet = ledger::href(&entry.cycle, &entry.unit, Window::SelfScoring);
    format!("{sheet}/{}", entry.criterion)
}

/// As much of an answer as stands beside a bar; the table has it whole.
fn short(label: &str) -> String {
    const ROOM: usize = 14;
    if label.chars().count() <= ROOM {
        return label.to_owned();
    }
    let mut cut: String = label.chars().take(ROOM - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// The answers of each group, and the ways to the slips and to what became of them in the recheck.
fn surveyed(w: Words, all: &[Answers], ways: &Ways) -> Markup {
    html! {
        @for answers in all {
            @if !answers.group.is_empty() { h3 lang="vi" { (answers.group) } }
            (answers_given(w, answers))
        }
        @if !ways.slips.is_empty() { p { a href=(ways.slips) { (w.say("readers-to-slips")) } } }
        @if !ways.lots.is_empty() { p { a href=(ways.lots) { (w.say("readers-to-lots")) } } }
    }
}

/// By which decision the score came, and who imported it when.
fn index(w: Words, imported: &Imported) -> Markup {
    let at = chiso_wire::convert::instant("imported_at", imported.at.as_ref());
    html! {
        @if imported.document.is_empty() { p { (w.say("organise-external-nothing")) } }
        @else {
            dl.facts {
                dt { (w.say("organise-external-score")) }
                dd { @if imported.score.score.is_empty() { "–" } @else { (points(w, &imported.score.score)) } }
                dt { (w.say("ledger-document")) }
                dd lang="vi" { (imported.document) }
                dt { (w.say("readers-imported-at")) }
                dd { (at.map(instant).unwrap_or_default()) }
                @if !imported.by.is_empty() {
                    dt { (w.say("readers-imported-by")) }
                    dd lang="vi" { (imported.by) }
                }
            }
        }
    }
}

fn answers_given(w: Words, answers: &Answers) -> Markup {
    let title = w.tell("readers-answers", &[("valid", Arg::Count(answers.valid))]);
    let bar = |(label, count): &(String, i64)| chart::Bar {
        label: short(label),
        own: Points::whole(*count),
        beside: None,
        max: Points::whole(answers.valid),
    };
    let bars: Vec<chart::Bar> = answers.rows.iter().map(bar).collect();
    html! {
        @if answers.rows.is_empty() {
            p { (title) }
            p { (w.say("readers-answers-few")) }
        } @else {
            table.losses {
                caption { (title) }
                thead { tr {
                    th scope="col" { (w.say("readers-answer")) }
                    th.number scope="col" { (w.say("readers-count")) }
                } }
                tbody { @for (label, count) in &answers.rows {
                    tr { th scope="row" { (label) } td.number { (chiso_platform::words::grouped(w.lang(), *count)) } }
                } }
            }
            figure { (chart::bars(&title, &bars)) }
        }
    }
}

fn steps(w: Words, entry: &pb::Entry) -> Markup {
    let steps = [
        ("readers-step-self", &entry.self_),
        ("readers-step-first", &entry.appraisal_1),
        ("readers-step-explanation", &entry.explanation),
        ("readers-step-second", &entry.appraisal_2),
    ];
    html! {
        div.table role="group" aria-labelledby="records" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (w.say("readers-step")) }
                    th.number scope="col" { (w.say("readers-points")) }
                    th scope="col" { (w.say("readers-decision")) }
                    th scope="col" { (w.say("readers-text")) }
                    th scope="col" { (w.say("readers-at")) }
                } }
                tbody {
                    @for (key, step) in &steps { @if let Some(step) = step { (row(w, w.say(key), step)) } }
                }
            }
        }
    }
}

fn row(w: Words, name: &str, step: &pb::Step) -> Markup {
    let at = chiso_wire::convert::instant("at", step.at.as_ref());
    html! {
        tr {
            th scope="row" { (name) }
            td.number { (points(w, &step.points)) }
            // The regulation's own words, letter by letter.
            td lang="vi" { (step.decision_text) }
            td lang="vi" { (step.text) }
            td { (at.map(instant).unwrap_or_default()) }
        }
    }
}

fn evidence(w: Words, entry: &pb::Entry) -> Markup {
    let standing: Vec<&pb::Evidence> = entry.evidence.iter().filter(|piece| !piece.removed).collect();
    let named = |piece: &pb::Evidence| {
        let names = [&piece.document, &piece.file_name, &piece.url, &piece.presented_at];
        let name = names.into_iter().find(|name| !name.is_empty());
        name.cloned().unwrap_or_default()
    };
    html! {
        @if !standing.is_empty() {
            h3 { (w.say("readers-evidence")) }
            ul lang="vi" {
                @for piece in standing {
                    li { (named(piece)) @if !piece.locator.is_empty() { ", " (piece.locator) } }
                }
            }
        }
    }
}
