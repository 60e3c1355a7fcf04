//! The form of a decision: the three decisions in their exact words, what is confirmed, and why.

use chiso_domain::appraisal::{Decision, Round};
use chiso_platform::words::Arg;
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::format::{self, points};
use super::super::ledger::{Inputs, moment, said};
use super::super::page::hidden;
use super::super::parts::choice::{Choices, radios};
use super::super::parts::field::{self, Field};
use super::super::parts::kept;
use super::super::parts::state::{Kind, notice};
use super::super::posted::{REQUEST, VERSION};
use super::form::{self, DECIDED, NEXT, RULING, THEN, decisions};
use super::load::ruling;
use super::view_leaf::{Shown, decided, own_points, round_title};

/// Longest reason, as the ledger takes it.
const LONGEST: usize = 10_000;
/// The field that keeps what the unit had entered when the form was shown.
const SEEN: &str = "_seen";

pub(super) fn show(shown: &Shown<'_>) -> Markup {
    let w = shown.w;
    let step = ruling(shown.entry, shown.way.round);
    html! {
        section id=(DECIDED) {
            h2 { (round_title(w, shown.way.round)) }
            @if shown.draft.clash && shown.draft.errors.of(DECIDED).is_none() { (clash(shown)) }
            @if let Some(step) = step {
                @let overrules = shown.is_overruled_by(step);
                @if shown.is_time() && overrules {
                    (notice(Kind::Locked, html! { p { (w.say("appraisal-chair-decided")) } }))
                }
                @if shown.is_open() && step.version != shown.entry.version { (stale(shown, step)) }
                @if shown.is_open() && !overrules { (saved(shown, step)) } @else { (decided(shown, step)) }
            } @else if !shown.is_open() {
                p { (w.say("appraisal-none-shown")) }
            }
            @if shown.is_open() && shown.bench.corrects(shown.spot) {
                (notice(Kind::Quiet, html! { p { (w.say("appraisal-chair-corrects")) } }))
            }
            @if shown.is_open() { (form(shown, step)) }
            @else if !shown.draft.errors.is_empty() { (kept(shown)) }
        }
    }
}

/// The newest decision of the round, which the form can still change.
fn saved(shown: &Shown<'_>, step: &pb::Step) -> Markup {
    let w = shown.w;
    let at = moment(step.at.as_ref()).map(format::instant).unwrap_or_default();
    let told = [
        ("at", Arg::Text(&at)),
        ("points", Arg::Text(&points(w, &step.points))),
        ("decision", Arg::Text(&step.decision_text)),
        ("who", Arg::Text(shown.name(&step.by))),
    ];
    if step.by == shown.me.person.person_id {
        return notice(Kind::Done, html! { p { (w.tell("appraisal-saved", &told)) } });
    }
    // A colleague's, or the chair's: it is read before it is replaced.
    let why = &step.text;
    let told = w.tell("appraisal-saved-by", &told);
    notice(
        Kind::Wanting,
        html! {
            p { (told) }
            @if !why.is_empty() { p.typed { (w.say("ledger-decision-why")) ": " (why) } }
        },
    )
}

/// The unit changed the entry after the decision.
fn stale(shown: &Shown<'_>, step: &pb::Step) -> Markup {
    let told = [
        ("judged", Arg::Count(step.version)),
        ("now", Arg::Count(shown.entry.version)),
    ];
    notice(
        Kind::Wanting,
        html! { p { strong { (shown.w.tell("appraisal-stale-both", &told)) } } },
    )
}

/// After a clash: what the unit had entered when the form was opened, and what it has entered now.
fn clash(shown: &Shown<'_>) -> Markup {
    let (w, typed) = (shown.w, &shown.draft.typed);
    let own = shown.entry.self_.clone().unwrap_or_default();
    notice(
        Kind::Wanting,
        html! {
            dl.facts {
                dt { (w.tell("appraisal-clash-then", &[("n", Arg::Text(typed.or(VERSION, "")))])) }
                dd.typed { (typed.or(SEEN, "")) }
                dt { (w.tell("appraisal-clash-now", &[("n", Arg::Text(&shown.entry.version.to_string()))])) }
                dd.typed { (seen(shown)) }
                @if !own.text.is_empty() {
                    dt { (w.say("ledger-explanation")) }
                    dd.typed { (own.text) }
                }
            }
            p { (w.say("appraisal-clash-how")) }
        },
    )
}

/// What the unit entered, in one line.
fn seen(shown: &Shown<'_>) -> String {
    let w = shown.w;
    let own = shown.entry.self_.as_ref().and_then(|own| own.input.as_ref());
    let (input, value) = (said(w, &shown.spot.row, own), own_points(w, shown.entry));
    let told = [("input", Arg::Text(&input)), ("points", Arg::Text(&value))];
    w.tell("appraisal-seen", &told)
}

fn form(shown: &Shown<'_>, step: Option<&pb::Step>) -> Markup {
    let (w, draft) = (shown.w, shown.draft);
    let (label, hint) = match shown.way.round {
        Round::First => ("appraisal-reason", "appraisal-reason-hint"),
        Round::Second => ("ledger-decision-why", "appraisal-reason-hint-second"),
    };
    let reason = Field::new("reason", w.say(label))
        .value(draft.typed.or("reason", step.map_or("", |step| &step.text)))
        .hint(w.say(hint))
        .error(draft.errors.of("reason"))
        .longest(LONGEST)
        .required();
    let agreed = own_points(w, shown.entry);
    html! {
        form method="post" action=(shown.href()) novalidate data-appraisal {
            (hidden(shown.me))
            input type="hidden" name=(REQUEST) value=(shown.web.id());
            input type="hidden" name=(VERSION) value=(shown.entry.version);
            input type="hidden" name=(RULING) value=(form::shown(step));
            input type="hidden" name=(SEEN) value=(seen(shown));
            (choice(shown, step))
            p.points data-agreed hidden { (w.tell("appraisal-agreed", &[("points", Arg::Text(&agreed))])) }
            (values(shown, step))
            (field::area(w, &reason))
            div.buttons {
                button.main type="submit" name=(THEN) value=(NEXT) data-next {
                    (w.say(if shown.way.by_unit { "appraisal-next-criterion" } else { "appraisal-next-unit" }))
                }
                button type="submit" name=(THEN) value="" data-save { (w.say("ledger-save")) }
            }
        }
    }
}

fn choice(shown: &Shown<'_>, step: Option<&pb::Step>) -> Markup {
    let w = shown.w;
    let options: Vec<(&str, &str)> = decisions(shown.way.round)
        .map(|(value, decision)| (value, decision.text()))
        .collect();
    let stored = match step.map(pb::Step::decision) {
        Some(pb::Decision::Agree) => "agree",
        Some(pb::Decision::Disagree) => "disagree",
        Some(pb::Decision::RequestEvidence) => "request",
        _ => "",
    };
    let chosen = [shown.draft.typed.or("decision", stored)];
    let choices = Choices::new("decision", w.say("ledger-decision"), &options)
        .chosen(&chosen)
        .error(shown.draft.errors.of("decision"));
    radios(w, &choices)
}

/// What is confirmed where the unit is not agreed with: the input read again, or points on the scale.
fn values(shown: &Shown<'_>, step: Option<&pb::Step>) -> Markup {
    let (w, draft) = (shown.w, shown.draft);
    let own = shown.entry.self_.as_ref().and_then(|own| own.input.as_ref());
    let given = step.filter(|step| step.decision() != pb::Decision::Agree);
    let stored = given.and_then(|step| step.input.as_ref());
    let typed = given.filter(|step| step.input.is_none());
    let typed = typed.map(|step| points(w, &step.points)).unwrap_or_default();
    let inputs = Inputs {
        w,
        row: &shown.spot.row,
        stored: stored.or(own),
        typed: &draft.typed,
        errors: draft.errors,
        open: true,
    };
    let max = points(w, &shown.spot.row.max.to_string());
    let (when, key) = match shown.way.round {
        Round::First => ("appraisal-values-when", "appraisal-points-hint-first"),
        Round::Second => ("appraisal-values-when-second", "appraisal-points-hint"),
    };
    let hint = w.tell(key, &[("max", Arg::Text(&max))]);
    let given = Field::new("points", w.say("ledger-decided-points"))
        .value(draft.typed.or("points", &typed))
        .hint(&hint)
        .error(draft.errors.of("points"));
    html! {
        div.values data-values {
            p { (w.say(when)) }
            (inputs.show())
            (field::decimal(w, &given))
        }
    }
}

/// What was typed stays to be copied where it can be saved no more.
fn kept(shown: &Shown<'_>) -> Markup {
    let (w, typed) = (shown.w, &shown.draft.typed);
    let chosen = decisions(shown.way.round).find(|(value, _)| *value == typed.or("decision", ""));
    let chosen = chosen.map_or("", |(_, decision): (&str, Decision)| decision.text());
    let texts = [
        (w.say("ledger-decision"), chosen),
        (w.say("ledger-planned"), typed.or("planned", "")),
        (w.say("ledger-achieved"), typed.or("achieved", "")),
        (w.say("appraisal-count"), typed.or("count", "")),
        (w.say("ledger-decided-points"), typed.or("points", "")),
        (w.say("appraisal-reason"), typed.or("reason", "")),
    ];
    kept::fields(w, &texts)
}
