//! Choosing several results to agree with, looking them over, and what became of each.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::ledger::{pieces, said, what};
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, checks};
use super::super::parts::state::{Kind, empty, notice};
use super::super::state::Web;
use super::agree::{ACT, CHOSEN, RULING, VERSION};
use super::form::shown as seen;
use super::load::{Bench, Spot, Way, ruling};
use super::view_leaf::{own_points, round_title};
use super::view_overview::Overview;

/// What is looked over before it is agreed to.
#[derive(Debug)]
pub(super) struct Chosen<'a> {
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) bench: &'a Bench,
    pub(super) way: Way,
    /// An entry of the list, which leads back to it.
    pub(super) first: Option<&'a pb::Entry>,
    /// What was chosen; with its place where it can be agreed to.
    pub(super) sorted: &'a [(&'a pb::Entry, Option<Spot>)],
}

/// What became of one.
#[derive(Debug)]
pub(super) struct Outcome<'e> {
    pub(super) entry: &'e pb::Entry,
    /// Why it was not saved.
    pub(super) why: Option<String>,
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn spot(bench: &Bench, entry: &pb::Entry) -> Option<Spot> {
    let (unit, code) = (entry.unit.parse().ok()?, entry.criterion.parse().ok()?);
    let row = bench.cycle.leaf(&unit, &code)?.clone();
    Some(Spot { unit, row })
}

/// The list that an entry stands in.
fn list_href(bench: &Bench, way: Way, first: Option<&pb::Entry>) -> String {
    let spot = first.and_then(|entry| spot(bench, entry));
    spot.map_or_else(
        || format!("/tham-dinh/{}?{}", bench.cycle.code, way.query()),
        |spot| way.list(bench, &spot),
    )
}

fn href(bench: &Bench, way: Way, first: Option<&pb::Entry>) -> String {
    let list = list_href(bench, way, first);
    let query = list.split_once('?').map_or("", |(_, query)| query);
    format!("/tham-dinh/{}/dong-y?{query}", bench.cycle.code)
}

/// Below a list: which of its entries are to be agreed to.
pub(super) fn choice(w: Words, shown: &Overview<'_>) -> Markup {
    let (bench, way) = (shown.bench, shown.way);
    let spot = shown.entries.first().and_then(|entry| spot(bench, entry));
    let Some(spot) = spot.filter(|_| shown.agreeable.len() > 1) else {
        return html! {};
    };
    let options: Vec<(&str, &str)> = shown
        .agreeable
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let choices = Choices::new(CHOSEN, w.say("appraisal-agree-which"), &options);
    let by = if way.by_unit { "don-vi" } else { "tieu-chi" };
    html! {
        details {
            summary { (w.say("appraisal-agree-some")) }
            p { (w.say("appraisal-agree-how")) }
            form method="get" action=(format!("/tham-dinh/{}/dong-y", bench.cycle.code)) {
                input type="hidden" name="lan" value=(way.round.number());
                input type="hidden" name="theo" value=(by);
                @for (name, value) in way.part(bench, &spot) { input type="hidden" name=(name) value=(value); }
                (checks(w, &choices))
                div.buttons { button type="submit" { (w.say("appraisal-agree-look")) } }
            }
        }
    }
}

/// What was chosen, each with what the unit says and proves.
pub(super) fn confirm(chosen: &Chosen<'_>) -> Response {
    let (w, bench, way) = (chosen.me.w, chosen.bench, chosen.way);
    let ready: Vec<(&pb::Entry, &Spot)> = chosen
        .sorted
        .iter()
        .filter_map(|(entry, spot)| Some((*entry, spot.as_ref()?)))
        .collect();
    let others = chosen.sorted.iter().filter(|(_, spot)| spot.is_none());
    let others: Vec<String> = others.map(|(entry, _)| way.label(bench, entry)).collect();
    let body = html! {
        @if !others.is_empty() {
            @let told = w.tell("appraisal-agree-left-out", &[("which", Arg::Text(&others.join("; ")))]);
            (notice(Kind::Wanting, html! { p { (told) } }))
        }
        @if ready.is_empty() {
            (empty(w.say("appraisal-agree-none")))
        } @else {
            @for (entry, spot) in &ready { (one(w, chosen, entry, spot)) }
            form.confirm method="post" action=(href(bench, way, chosen.first)) {
                (hidden(chosen.me))
                @for (entry, _) in &ready {
                    @let key = way.key(entry);
                    input type="hidden" name=(format!("{VERSION}{key}")) value=(entry.version);
                    input type="hidden" name=(format!("{RULING}{key}")) value=(seen(ruling(entry, way.round)));
                    input type="hidden" name=(format!("{ACT}{key}")) value=(chosen.web.id());
                }
                p { (w.say("appraisal-agree-meaning")) }
                div.buttons {
                    button.main type="submit" {
                        (w.tell("appraisal-agree-act", &[("n", Arg::Count(count(ready.len())))]))
                    }
                }
            }
        }
    };
    let title = w.tell(
        "appraisal-agree-title",
        &[("round", Arg::Count(way.round.number()))],
    );
    Page::of(chosen.me, title)
        .back(list_href(bench, way, chosen.first), w.say("appraisal-agree-back"))
        .show(&body)
}

fn one(w: Words, chosen: &Chosen<'_>, entry: &pb::Entry, spot: &Spot) -> Markup {
    let (bench, way) = (chosen.bench, chosen.way);
    let own = entry.self_.clone().unwrap_or_default();
    html! {
        section {
            h2 { a href=(way.to(bench, &entry.criterion, &entry.unit)) { (way.label(bench, entry)) } }
            dl.facts {
                dt { (w.say("ledger-outcome")) }
                dd { (said(w, &spot.row, own.input.as_ref())) }
                dt { (w.say("ledger-own")) }
                dd { strong { (own_points(w, entry)) } }
                @if !own.text.is_empty() {
                    dt { (w.say("ledger-explanation")) }
                    dd.typed { (own.text) }
                }
                @if let Some(further) = &entry.explanation {
                    dt { (w.say("ledger-explain")) }
                    dd.typed { (further.text) }
                }
                dt { (w.say("ledger-evidence")) }
                dd {
                    @if pieces(entry).next().is_none() { (w.say("ledger-evidence-none")) }
                    @else { ul.plain { @for piece in pieces(entry) { li { (what(w, piece)) } } } }
                }
            }
        }
    }
}

/// What passed, and what did not with the reason and the way to it; and how many are somebody else's by now.
pub(super) fn told(
    me: &Me,
    (bench, way): (&Bench, Way),
    first: Option<&pb::Entry>,
    (outcomes, gone): (&[Outcome<'_>], usize),
) -> Response {
    let w = me.w;
    let (kept, saved): (Vec<&Outcome<'_>>, Vec<&Outcome<'_>>) =
        outcomes.iter().partition(|outcome| outcome.why.is_some());
    let mut errors = Errors::new(w);
    for outcome in &kept {
        let label = way.label(bench, outcome.entry);
        let why = outcome.why.as_deref().unwrap_or_default();
        errors.add("", format!("{label}: {why}"));
    }
    if gone > 0 {
        errors.add(
            "",
            w.tell("appraisal-agree-gone", &[("n", Arg::Count(count(gone)))]),
        );
    }
    let names: Vec<String> = saved
        .iter()
        .map(|outcome| {
            format!(
                "{} – {}",
                way.label(bench, outcome.entry),
                own_points(w, outcome.entry)
            )
        })
        .collect();
    let list = list_href(bench, way, first);
    let body = html! {
        @if outcomes.is_empty() && gone == 0 { (empty(w.say("appraisal-agree-none"))) }
        @if !saved.is_empty() {
            @let told = w.tell("appraisal-agree-saved", &[("n", Arg::Count(count(saved.len())))]);
            (notice(Kind::Done, html! { p { (told) } ul.plain { @for name in &names { li { (name) } } } }))
        }
        @if !kept.is_empty() {
            h2 { (w.say("appraisal-agree-refused")) }
            ul {
                @for outcome in &kept {
                    @let entry = outcome.entry;
                    li { a href=(way.to(bench, &entry.criterion, &entry.unit)) { (way.label(bench, entry)) } }
                }
            }
        }
        div.buttons { a.main href=(list) { (w.say("appraisal-agree-back")) } }
    };
    let errors = if errors.is_empty() {
        errors
    } else {
        errors.titled(w.say("appraisal-agree-not-all"))
    };
    Page::of(me, round_title(w, way.round))
        .back(list, w.say("appraisal-agree-back"))
        .errors(&errors)
        .show(&body)
}
