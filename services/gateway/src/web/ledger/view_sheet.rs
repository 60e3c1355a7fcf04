//! The list of a sheet: where the year is, how far each criterion is, what is left to do.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_domain::kernel::text::folded;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::SheetState;
use maud::{Markup, html};

use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::state::{Kind, chip, empty, locked, notice};
use super::super::parts::steps::{Place as When, Step, steps};
use super::super::parts::tabs::{Tab, tabs};
use super::super::parts::tasks::{self, Task};
use super::super::phase::Phase;
use super::assign;
use super::load::{Place, Sheet, Stand, is_answered, is_questioned, lacking, moment, pieces, stand};
use super::reopen::ask_href;

/// Which criteria are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// A filter of the address.
    pub(super) only: &'a str,
    /// What is searched for.
    pub(super) text: &'a str,
    /// Whoever opens the page, by person id.
    pub(super) mine: &'a str,
    /// Of those who see to criteria, by their ids.
    pub(super) names: &'a BTreeMap<String, String>,
}

/// The filter of what the unit's head gave to whoever opens the page; where nothing is divided there is none.
const MINE: &str = "cua-toi";

/// The filters: what the address says, and the label.
const FILTERS: [(&str, &str); 4] = [
    ("", "ledger-all"),
    (MINE, "ledger-mine"),
    ("can-lam", "ledger-to-do"),
    ("thieu", "ledger-lacking"),
];

pub(super) fn page(me: &Me, place: &Place, sheet: &Sheet, asked: &Asked<'_>) -> Response {
    let w = me.w;
    let body = html! {
        (year(w, place, sheet))
        (lock(w, place, sheet))
        (totals(w, place, sheet))
        (to_explain(w, place, sheet))
        (tabs(w.say("ledger-filter"), &filters(w, place, sheet, asked)))
        (search(w, place, asked))
        (list(w, place, sheet, asked))
        div.buttons {
            (to_review(w, place, sheet))
            a href=(format!("{}/bao-cao", place.href())) { (w.say("ledger-report")) }
            @if sheet.sends { a href=(assign::href(place)) { (w.say("assign")) } }
        }
    };
    let title = w.tell("ledger-title", &[("unit", Arg::Text(unit_name(place)))]);
    Page::of(me, title)
        .back("/viec-cua-toi", w.say("common-tasks"))
        .show(&body)
}

pub(super) fn unit_name(place: &Place) -> &str {
    place.name()
}

/// The steps of the year that concern the unit.
fn year(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let windows = [
        (Window::SelfScoring, "ledger-step-score"),
        (Window::Appraisal1, "ledger-step-first"),
        (Window::Explanation, "ledger-step-explain"),
        (Window::Appraisal2, "ledger-step-second"),
    ];
    let step = |(window, label): (Window, &'static str)| {
        let phase = Phase::of(&place.cycle, window, &place.unit, sheet.now);
        let span = phase.span()?;
        let last = span.end.plus(-chiso_domain::kernel::time::SECOND);
        Some(Step {
            label: w.say(label),
            when: format!("{}–{}", format::day(span.start), format::day(last)),
            place: match phase {
                Phase::Open(_) => When::Now,
                Phase::Over(_) => When::Past,
                Phase::Ahead(_) | Phase::Unset => When::Ahead,
            },
        })
    };
    let all: Vec<Step<'_>> = windows.into_iter().filter_map(step).collect();
    steps(w, &all)
}

/// The way to the review, called by what can be done there.
fn to_review(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let sent = sheet.head.state() == SheetState::Submitted && sheet.takes(Window::SelfScoring);
    let href = format!("{}/gui", place.href());
    html! {
        @if sheet.writes && sheet.is_draft() {
            a.main href=(href) { (w.say("ledger-review")) }
        } @else if sheet.writes {
            a href=(href) { (w.say(if sent { "ledger-review-sent" } else { "ledger-review-read" })) }
        }
    }
}

/// What the first appraisal decided, and the unit's answers, once there is something to read there.
fn to_explain(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    html! {
        @if sheet.takes(Window::Explanation) {
            p { a.main href=(place.explain_href()) { (w.say("ledger-to-explain")) } }
        } @else if sheet.is_first_closed() {
            p { a href=(place.explain_href()) { (w.say("ledger-explained")) } }
        }
    }
}

/// Why points cannot be changed now, and who could open them again; nothing while they can.
pub(super) fn lock(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    html! { (why_locked(w, sheet)) (ask_to_reopen(w, place, sheet)) }
}

/// The way to ask for more time, where that is of use.
pub(super) fn ask_to_reopen(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let windows = [
        (Window::SelfScoring, "reopen-ask"),
        (Window::Explanation, "reopen-ask-explain"),
    ];
    let open = windows
        .into_iter()
        .filter(|(window, _)| sheet.writes && sheet.may_reopen(*window));
    html! { @for (_, key) in open { p { a href=(ask_href(place)) { (w.say(key)) } } } }
}

/// Who opens a window again that is over, or why nobody does.
pub(super) fn reopener(w: Words, sheet: &Sheet, window: Window) -> &'static str {
    match window {
        Window::Explanation if sheet.is_second_closed() => w.say("ledger-explain-final"),
        Window::Explanation if !sheet.is_first_closed() => w.say("ledger-explain-later"),
        Window::SelfScoring if sheet.is_first_closed() => w.say("ledger-locked-final"),
        _ => w.say("ledger-locked-who"),
    }
}

fn why_locked(w: Words, sheet: &Sheet) -> Markup {
    let sent = sent(w, sheet);
    match (sheet.head.state(), sheet.scoring) {
        (_, Phase::Over(over)) if sheet.takes(Window::Explanation) => explaining(w, sheet, over.end),
        (_, Phase::Unset) => notice(Kind::Locked, html! { p { (w.say("ledger-window-unset")) } }),
        (_, Phase::Ahead(span)) => {
            let from = format::instant(span.start);
            notice(
                Kind::Locked,
                html! { p { (w.tell("ledger-window-ahead", &[("from", Arg::Text(&from))])) } },
            )
        }
        (SheetState::Submitted, Phase::Open(_)) => notice(
            Kind::Locked,
            html! { p { (sent) } p { (w.say("ledger-sent-open")) } },
        ),
        // Only what was not sent is over and not sent: the system took it as it was saved.
        (state, Phase::Over(span)) => {
            let taken = match state {
                SheetState::Submitted => sent.as_str(),
                _ => w.say("ledger-locked-unsent"),
            };
            let who = reopener(w, sheet, Window::SelfScoring);
            locked(w, &format::instant(span.end), &format!("{taken} {who}"))
        }
        (_, Phase::Open(span)) => {
            let (left, until) = (format::left(w, sheet.now, span.end), format::until(span.end));
            let told = [("left", Arg::Text(&left)), ("until", Arg::Text(&until))];
            html! { p { strong { (w.tell("ledger-until", &told)) } } }
        }
    }
}

/// When the sheet was sent, and the number of its receipt.
pub(super) fn sent(w: Words, sheet: &Sheet) -> String {
    let at = moment(sheet.head.submitted_at.as_ref()).map(format::instant);
    let receipt = sheet.head.receipt.as_str();
    let told = [
        ("at", Arg::Text(at.as_deref().unwrap_or_default())),
        ("receipt", Arg::Text(receipt)),
    ];
    // One that was sent before there were receipts has none.
    let key = if receipt.is_empty() {
        "ledger-sent-bare"
    } else {
        "ledger-sent-at"
    };
    w.tell(key, &told)
}

/// Points are locked, but explanations and further evidence are taken.
fn explaining(w: Words, sheet: &Sheet, since: chiso_domain::kernel::Instant) -> Markup {
    let Some(span) = sheet.explaining.span() else {
        return html! {};
    };
    let (since, until) = (format::instant(since), format::until(span.end));
    let left = format::left(w, sheet.now, span.end);
    let told = [
        ("since", Arg::Text(since.as_str())),
        ("until", Arg::Text(&until)),
        ("left", Arg::Text(&left)),
    ];
    notice(Kind::Open, html! { p { (w.tell("ledger-explaining", &told)) } })
}

/// The totals that the ledger shows now.
pub(super) fn totals(w: Words, place: &Place, sheet: &Sheet) -> Markup {
    let head = &sheet.head;
    let told = [
        ("filled", Arg::Count(i64::from(head.filled))),
        ("leaves", Arg::Count(i64::from(head.leaves))),
    ];
    let rounds = [
        ("ledger-first-total", &head.appraisal_1_total),
        ("ledger-second-total", &head.appraisal_2_total),
    ];
    html! {
        dl.facts {
            dt { (w.say("ledger-cycle")) }
            dd { (place.cycle.code) }
            dt { (w.say("ledger-filled")) }
            dd { (w.tell("ledger-filled-of", &told)) }
            dt { (w.say("ledger-own-total")) }
            dd { (points(w, &head.self_total)) }
            @for (key, total) in rounds {
                @if !total.is_empty() { dt { (w.say(key)) } dd { (points(w, total)) } }
            }
        }
    }
}

fn filters<'a>(w: Words, place: &Place, sheet: &Sheet, asked: &Asked<'_>) -> Vec<Tab<'a>> {
    let tab = |(value, label): (&'static str, &'static str)| {
        let count = sheet
            .entries
            .iter()
            .filter(|entry| fits(place, sheet, entry, (value, asked.mine)))
            .count();
        Tab {
            label: w.say(label),
            href: if value.is_empty() {
                place.href()
            } else {
                format!("{}?loc={value}", place.href())
            },
            count: Some(count.to_string()),
            current: asked.only == value,
        }
    };
    let divided = sheet.writes && sheet.entries.iter().any(|entry| !entry.assigned_to.is_empty());
    let offered = FILTERS.into_iter().filter(|(value, _)| divided || *value != MINE);
    offered.map(tab).collect()
}

fn search(w: Words, place: &Place, asked: &Asked<'_>) -> Markup {
    let field = Field::new("tim", w.say("ledger-search")).value(asked.text);
    let fields = html! {
        @if !asked.only.is_empty() { input type="hidden" name="loc" value=(asked.only); }
        (field::search(w, &field))
    };
    filter::bar(w, &fields, &place.href())
}

/// Whether an entry stands under a filter.
fn fits(place: &Place, sheet: &Sheet, entry: &pb::Entry, (only, mine): (&str, &str)) -> bool {
    match only {
        "can-lam" => is_to_do(place, sheet, entry),
        "thieu" => stand(entry) == Stand::Lacking,
        MINE => entry.assigned_to == mine,
        _ => true,
    }
}

/// Whether something is left to do that can still be done: scoring first, and after the first appraisal answering it.
fn is_to_do(place: &Place, sheet: &Sheet, entry: &pb::Entry) -> bool {
    if sheet.is_first_closed() {
        return sheet.may_answer() && is_questioned(entry) && !is_answered(entry);
    }
    match stand(entry) {
        _ if matches!(sheet.scoring, Phase::Over(_)) => false,
        Stand::Blank => !place.is_optional(&entry.criterion),
        Stand::Begun | Stand::Lacking => true,
        Stand::NotApplicable | Stand::Done => false,
    }
}

fn list(w: Words, place: &Place, sheet: &Sheet, asked: &Asked<'_>) -> Markup {
    let text = folded(asked.text.trim());
    let wanted = |entry: &&pb::Entry| {
        let name = place.leaf(&entry.criterion).map_or("", |leaf| &leaf.name);
        fits(place, sheet, entry, (asked.only, asked.mine))
            && folded(&format!("{} {name}", entry.criterion)).contains(&text)
    };
    let groups = place.by_content(sheet.entries.iter().filter(wanted));
    let tasks = |entries: &[&pb::Entry]| -> Vec<Task> {
        entries
            .iter()
            .map(|entry| task(w, (place, sheet), asked, entry))
            .collect()
    };
    html! {
        @if groups.is_empty() { (empty(w.say("ledger-none-found"))) }
        @for (content, entries) in &groups {
            h2 { (content.code) ". " (content.name) }
            (tasks::list(&content.name, &tasks(entries)))
        }
    }
}

fn task(w: Words, (place, sheet): (&Place, &Sheet), asked: &Asked<'_>, entry: &pb::Entry) -> Task {
    let name = place.leaf(&entry.criterion).map_or("", |leaf| &leaf.name);
    let own = entry.self_.as_ref().filter(|own| own.input.is_some());
    let own = own.map_or_else(|| "–".to_owned(), |own| points(w, &own.points));
    let count = i64::try_from(pieces(entry).count()).unwrap_or(i64::MAX);
    Task {
        label: format!("{} {name}", entry.criterion),
        about: asked.names.get(&entry.assigned_to).cloned().unwrap_or_default(),
        when: format!("{own} / {}", points(w, &entry.max_points)),
        done: w.tell("ledger-pieces", &[("n", Arg::Count(count))]),
        state: state(w, place, sheet, entry),
        href: Some(format!("{}/{}", place.href(), entry.criterion)),
    }
}

/// How far a criterion is, in words.
pub(super) fn state(w: Words, place: &Place, sheet: &Sheet, entry: &pb::Entry) -> Markup {
    // Some see the decisions of a round before it is closed; the unit is asked nothing until then.
    if sheet.is_first_closed() && is_questioned(entry) {
        return match is_answered(entry) {
            true => chip(Kind::Done, w.say("ledger-answered")),
            false if sheet.may_answer() => chip(Kind::Wanting, w.say("ledger-questioned")),
            false => chip(Kind::Quiet, w.say("ledger-unanswered")),
        };
    }
    match stand(entry) {
        Stand::NotApplicable => chip(Kind::Quiet, w.say("ledger-stand-not-applicable")),
        Stand::Blank if place.is_optional(&entry.criterion) => {
            chip(Kind::Quiet, w.say("ledger-stand-optional"))
        }
        Stand::Blank => chip(Kind::Quiet, w.say("ledger-stand-blank")),
        Stand::Begun => chip(Kind::Open, w.say("ledger-stand-begun")),
        Stand::Lacking => {
            let what = lacking(w, &place.cycle, entry);
            let told = w.tell("ledger-stand-lacking", &[("what", Arg::Text(what))]);
            chip(Kind::Wanting, &told)
        }
        Stand::Done => chip(Kind::Done, w.say("ledger-stand-done")),
    }
}
