//! The list of penalties with what became of them, the form of a proposal, and the chair's decision on each.

use axum::response::Response;
use chiso_domain::appraisal::Round;
use chiso_domain::cycle::{Criterion, PenaltyKind, Rule, Unit, Window};
use chiso_domain::kernel::{CriterionCode, UnitCode};
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger::{self as pb, PenaltyState};
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, radios, select};
use super::super::parts::field::{self, Field};
use super::super::parts::kept;
use super::super::parts::state::{Kind, chip, empty, locked, notice};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::form::{PENALTY, kind_value, of_penalty};
use super::load::{Bench, Closing, Stage};
use super::penalties::{UNIT, is_time, rows};

/// Longest reason, as the ledger takes it.
const LONGEST: usize = 10_000;

/// What all parts of the page are made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) bench: &'a Bench,
    /// For which one is proposed.
    pub(super) unit: Option<&'a Unit>,
    /// What was just proposed or decided.
    pub(super) done: &'a str,
    pub(super) all: &'a [pb::Penalty],
    pub(super) closed: &'a [Closing],
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
}

impl Shown<'_> {
    fn href(&self) -> String {
        super::penalties_href(self.bench.cycle.code.as_str())
    }

    fn fields(&self) -> Markup {
        html! {
            (hidden(self.me))
            input type="hidden" name=(REQUEST) value=(self.web.id());
        }
    }
}

pub(super) fn page(shown: &Shown<'_>) -> Response {
    let w = shown.w;
    let body = html! {
        p { (w.say("appraisal-penalties-about")) }
        @if shown.bench.chair { (when(shown)) }
        @if shown.all.is_empty() {
            (empty(w.say("appraisal-penalties-none")))
        } @else {
            @for penalty in shown.all { (one(shown, penalty)) }
        }
        @if shown.bench.organiser || !shown.bench.agencies.is_empty() { (propose(shown)) }
    };
    let cycle = shown.bench.cycle.code.as_str();
    let title = w.tell("appraisal-penalties-title", &[("cycle", Arg::Text(cycle))]);
    let back = format!("/tham-dinh/{cycle}");
    Page::of(shown.me, title)
        .back(back, w.say("appraisal-whole"))
        .errors(shown.errors)
        .show(&body)
}

/// When the chair decides, where it is not now.
fn when(shown: &Shown<'_>) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    let stage = bench.stage(Round::Second, None, shown.closed);
    html! {
        @if !matches!(stage, Stage::Open(_)) {
            (super::view_overview::stage(w, Round::Second, &stage, bench.now))
            @if !matches!(stage, Stage::Closed(_)) { p { (w.say("appraisal-penalties-when")) } }
        }
    }
}

fn row<'b>(bench: &'b Bench, penalty: &pb::Penalty) -> Option<&'b Criterion> {
    let (unit, code): (UnitCode, CriterionCode) =
        (penalty.unit.parse().ok()?, penalty.criterion.parse().ok()?);
    bench.cycle.leaf(&unit, &code)
}

/// A row of one kind names only what is counted.
fn kind_name(kind: &PenaltyKind) -> &str {
    if kind.label.is_empty() {
        &kind.what
    } else {
        &kind.label
    }
}

/// How many of which kind.
fn counted(w: Words, row: Option<&Criterion>, penalty: &pb::Penalty) -> Vec<String> {
    let kinds = match row.map(|row| &row.rule) {
        Some(Rule::Penalty { kinds, .. }) => kinds.as_slice(),
        _ => &[],
    };
    let items = penalty.input.iter().flat_map(|input| &input.items);
    let line = |item: &chiso_wire::kernel::PenaltyItem| {
        let kind = usize::try_from(item.kind).ok().and_then(|at| kinds.get(at));
        let what = kind.map_or("–", kind_name);
        w.tell(
            "appraisal-counted",
            &[("n", Arg::Count(item.count)), ("what", Arg::Text(what))],
        )
    };
    items.map(line).collect()
}

fn state(w: Words, state: PenaltyState) -> Markup {
    match state {
        PenaltyState::Decided => chip(Kind::Locked, w.say("ledger-penalty-accepted")),
        PenaltyState::Rejected => chip(Kind::Done, w.say("ledger-penalty-rejected")),
        _ => chip(Kind::Wanting, w.say("ledger-penalty-proposed")),
    }
}

fn one(shown: &Shown<'_>, penalty: &pb::Penalty) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    let row = row(bench, penalty);
    let unit: Option<UnitCode> = penalty.unit.parse().ok();
    let stage = unit
        .as_ref()
        .map(|unit| bench.stage(Round::Second, Some(unit), shown.closed));
    let own = unit.as_ref().is_some_and(|unit| bench.is_own(unit));
    let open = penalty.state() == PenaltyState::Proposed;
    html! {
        section.penalty {
            h2 { (bench.unit_name(&penalty.unit)) " " (state(w, penalty.state())) }
            @if shown.done == penalty.penalty_id { (notice(Kind::Done, html! { p { (w.say("appraisal-penalty-saved")) } })) }
            dl.facts {
                dt { (w.say("ledger-column-criterion")) }
                dd { (penalty.criterion) " " (row.map_or("", |row| &row.name)) }
                dt { (w.say("appraisal-kind")) }
                dd { ul.plain { @for line in counted(w, row, penalty) { li { (line) } } } }
                dt { (w.say(if open { "ledger-penalty-points" } else { "appraisal-penalty-points" })) }
                dd { (points(w, &penalty.points)) }
                dt { (w.say("ledger-document")) }
                dd { (penalty.document) }
                dt { (w.say("ledger-decision-why")) }
                dd.typed { (penalty.reason) }
                dt { (w.say("appraisal-unit-answer")) }
                dd.typed {
                    @if penalty.unit_explanation.is_empty() { (w.say("appraisal-no-answer")) }
                    @else { (penalty.unit_explanation) }
                }
                @if !penalty.decided_reason.is_empty() {
                    dt { (w.say("ledger-penalty-decided")) }
                    dd.typed { (penalty.decided_reason) }
                }
            }
            @if open && bench.chair && own { p { (w.say("appraisal-own-unit")) } }
            @if let (true, true, Some(waits @ Stage::Waits(_))) = (open, bench.chair, &stage) {
                (super::view_overview::stage(w, Round::Second, waits, bench.now))
            }
            @if open && bench.chair && !own && matches!(stage, Some(Stage::Open(_))) {
                (judge(shown, penalty))
            } @else {
                @let typed = shown.typed.or(&of_penalty("reason", &penalty.penalty_id), "");
                (kept::fields(w, &[(w.say("ledger-penalty-decided"), typed)]))
            }
        }
    }
}

/// The chair's decision.
fn judge(shown: &Shown<'_>, penalty: &pb::Penalty) -> Markup {
    let (w, id) = (shown.w, penalty.penalty_id.as_str());
    let (accept, reason) = (of_penalty("accept", id), of_penalty("reason", id));
    let options = [("1", w.say("appraisal-accept")), ("0", w.say("appraisal-reject"))];
    let chosen = [shown.typed.or(&accept, "")];
    let choices = Choices::new(&accept, w.say("appraisal-judgement"), &options)
        .chosen(&chosen)
        .error(shown.errors.of(&accept));
    let why = Field::new(&reason, w.say("ledger-penalty-decided"))
        .value(shown.typed.or(&reason, ""))
        .hint(w.say("appraisal-judgement-hint"))
        .error(shown.errors.of(&reason))
        .longest(LONGEST)
        .required();
    html! {
        form method="post" action=(format!("{}/{id}", shown.href())) novalidate {
            (shown.fields())
            (radios(w, &choices))
            (field::area(w, &why))
            div.buttons { button.main type="submit" { (w.say("appraisal-judge")) } }
        }
    }
}

/// A proposal: first the unit, then what it did.
fn propose(shown: &Shown<'_>) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    let units: Vec<&Unit> = bench
        .cycle
        .units_in_order()
        .into_iter()
        .filter(|unit| !rows(bench, &unit.code).is_empty())
        .collect();
    let mut options = vec![("", w.say("appraisal-choose-unit"))];
    options.extend(units.iter().map(|unit| (unit.code.as_str(), unit.name.as_str())));
    let chosen = [shown.unit.map_or("", |unit| unit.code.as_str())];
    let choices = Choices::new(UNIT, w.say("appraisal-unit"), &options).chosen(&chosen);
    let known = shown
        .unit
        .filter(|chosen| units.iter().any(|unit| unit.code == chosen.code));
    html! {
        section #de-xuat {
            h2 { (w.say("appraisal-propose")) }
            @if units.is_empty() {
                p { (w.say("appraisal-propose-none")) }
            } @else {
                form.filter method="get" action=(shown.href()) {
                    (select(w, &choices))
                    div.buttons { button type="submit" { (w.say("appraisal-choose")) } }
                }
                @if let Some(unit) = known { (proposal(shown, unit)) } @else { (typed(shown)) }
            }
        }
    }
}

/// A proposal that can be sent no more.
fn typed(shown: &Shown<'_>) -> Markup {
    let (w, typed) = (shown.w, shown.typed);
    let texts = [
        (w.say("appraisal-count"), typed.or("count", "")),
        (w.say("ledger-document"), typed.or("document", "")),
        (w.say("ledger-decision-why"), typed.or("reason", "")),
    ];
    kept::fields(w, &texts)
}

fn proposal(shown: &Shown<'_>, unit: &Unit) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    if !is_time(bench, &unit.code) {
        let closed = match bench.phase(Window::Explanation, &unit.code) {
            Phase::Over(span) => locked(w, &format::instant(span.end), w.say("appraisal-propose-who")),
            _ => notice(Kind::Locked, html! { p { (w.say("appraisal-propose-when")) } }),
        };
        return html! { (closed) (typed(shown)) };
    }
    let kinds: Vec<(String, String)> = rows(bench, &unit.code)
        .into_iter()
        .flat_map(|row| offered(w, row))
        .collect();
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(value, label)| (&**value, &**label)).collect();
    let chosen = [shown.typed.or("kind", "")];
    let kind = Choices::new("kind", w.say("appraisal-kind"), &kinds)
        .chosen(&chosen)
        .error(shown.errors.of("kind"));
    let line = |name, label| {
        Field::new(name, w.say(label))
            .value(shown.typed.or(name, ""))
            .error(shown.errors.of(name))
            .required()
    };
    let count = line("count", "appraisal-count").hint(w.say("appraisal-count-hint"));
    let document = line("document", "ledger-document").hint(w.say("appraisal-document-hint"));
    html! {
        h3 { (unit.name) }
        form method="post" action=(shown.href()) novalidate {
            (shown.fields())
            input type="hidden" name=(UNIT) value=(unit.code);
            // Of what was refused nothing is stored: what is sent again is another proposal.
            input type="hidden" name=(PENALTY) value=(shown.web.id());
            (radios(w, &kind))
            (field::decimal(w, &count))
            (field::text(w, &document.longest(500)))
            (field::area(w, &line("reason", "ledger-decision-why").longest(LONGEST)))
            p { (w.say("appraisal-propose-meaning")) }
            div.buttons { button.main type="submit" { (w.say("appraisal-propose-act")) } }
        }
    }
}

/// The kinds of a row as they are chosen: "VII.1 Tham nhũng: 1,00 điểm mỗi vụ".
fn offered(w: Words, row: &Criterion) -> Vec<(String, String)> {
    let Rule::Penalty { kinds, .. } = &row.rule else {
        return Vec::new();
    };
    let option = |(at, kind): (usize, &PenaltyKind)| {
        let each = format::points(w, &kind.each.to_string());
        let name = if kind.label.is_empty() {
            format!("{} {}", row.code, row.name)
        } else {
            format!("{} {} – {}", row.code, row.name, kind.label)
        };
        let told = [
            ("name", Arg::Text(&name)),
            ("each", Arg::Text(&each)),
            ("what", Arg::Text(&kind.what)),
        ];
        (kind_value(row, at), w.tell("appraisal-kind-option", &told))
    };
    kinds.iter().enumerate().map(option).collect()
}
