//! Each tie with the arithmetic of its quota and the exact points of who is tied, and what was decided.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::ledger::moment;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, checks};
use super::super::parts::field::{self, Field};
use super::super::parts::kept;
use super::super::parts::state::{Kind, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, Typed};
use super::super::readers::view_ranking::quota;
use super::super::state::Web;
use super::super::words::named;
use super::load::Bench;
use super::ties::{CHOSEN, DECIDED_AT, DOCUMENT, NONE, PLACES, TYPE, UNITS, of_type};

/// What all parts of the page are made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) bench: &'a Bench,
    pub(super) readiness: &'a pb::GetReadinessResponse,
    pub(super) provisional: &'a pb::GetProvisionalResponse,
    pub(super) decisions: &'a pb::GetDecisionsResponse,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
}

impl Shown<'_> {
    fn of_type(&self, code: &str) -> Option<&pb::TypeSummary> {
        let mut types = self.provisional.types.iter();
        types.find(|of_type| of_type.unit_type == code)
    }

    fn name_of<'b>(&'b self, code: &'b str) -> &'b str {
        self.of_type(code)
            .map_or(code, |of_type| named(self.w, &of_type.name, &of_type.name_en))
    }

    /// The decision that is recorded about a type's tie.
    fn decision(&self, code: &str) -> Option<&pb::TieDecision> {
        self.decisions.ties.iter().find(|tie| tie.unit_type == code)
    }

    /// Whether a tie of the type waits for a decision; one that is recorded is then about another tie.
    fn waits(&self, code: &str) -> bool {
        self.readiness.open_ties.iter().any(|tie| tie.unit_type == code)
    }

    /// Whether every point of the type is there, so that its ranks stay as they are.
    fn is_complete(&self, code: &str) -> bool {
        let mut of_type = self
            .provisional
            .units
            .iter()
            .filter(|unit| unit.unit_type == code);
        of_type.all(|unit| unit.rank == 0 || unit.missing.is_empty())
    }

    /// Whether the form of the type can be sent.
    fn decides(&self, code: &str) -> bool {
        (self.bench.chair || self.bench.organiser) && self.is_complete(code)
    }

    /// Whether what was typed is for the type.
    fn is_typed(&self, code: &str) -> bool {
        self.typed.or(TYPE, "") == code
    }

    /// The units in the order in which the tie has them.
    fn results(&self, units: &[String]) -> Vec<&pb::UnitResult> {
        let one = |code: &String| self.provisional.units.iter().find(|unit| unit.unit == *code);
        units.iter().filter_map(one).collect()
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn page(shown: &Shown<'_>) -> Response {
    let (w, cycle) = (shown.w, shown.bench.cycle.code.as_str());
    let missing = count(shown.readiness.missing.len());
    let body = html! {
        p { (w.say("appraisal-ties-about")) }
        @if missing > 0 {
            (notice(Kind::Wanting, html! { p { (w.tell("appraisal-ties-early", &[("n", Arg::Count(missing))])) } }))
        }
        @if shown.readiness.open_ties.is_empty() { (empty(w.say("appraisal-ties-none"))) }
        @for tie in &shown.readiness.open_ties { (one(shown, tie)) }
        (typed(shown))
        (decided(shown))
        p { a href=(format!("/xep-hang/{cycle}")) { (w.say("appraisal-draft")) } }
    };
    let title = w.tell("appraisal-ties-title", &[("cycle", Arg::Text(cycle))]);
    Page::of(shown.me, title)
        .back("/viec-cua-toi", w.say("common-tasks"))
        .errors(shown.errors)
        .show(&body)
}

/// A decision on a tie that is there no more: somebody decided it, or points changed.
fn typed(shown: &Shown<'_>) -> Markup {
    let (w, kind) = (shown.w, shown.typed.or(TYPE, ""));
    if kind.is_empty() || (shown.decides(kind) && (shown.waits(kind) || shown.decision(kind).is_some())) {
        return html! {};
    }
    let chosen = shown.typed.all_or(&of_type(CHOSEN, kind), Vec::new());
    let chosen: Vec<&str> = chosen
        .into_iter()
        .map(|unit| shown.bench.unit_name(unit))
        .collect();
    let (chosen, document) = (chosen.join("; "), of_type(DOCUMENT, kind));
    let texts = [
        (w.say("appraisal-tie-chosen"), chosen.as_str()),
        (w.say("appraisal-tie-document"), shown.typed.or(&document, "")),
    ];
    kept::fields(w, &texts)
}

fn one(shown: &Shown<'_>, tie: &pb::OpenTie) -> Markup {
    let (w, summary) = (shown.w, shown.of_type(&tie.unit_type));
    let told = [
        ("units", Arg::Count(count(tie.units.len()))),
        ("places", Arg::Count(i64::from(tie.places))),
    ];
    html! {
        section {
            h2 { (shown.name_of(&tie.unit_type)) }
            @if let Some(summary) = summary { p { (quota(w, summary)) } }
            p { strong { (w.tell("appraisal-tie", &told)) } }
            (compared(shown, tie))
            @if !shown.is_complete(&tie.unit_type) {
                (notice(Kind::Quiet, html! { p { (w.say("appraisal-tie-waits")) } }))
            } @else if shown.decides(&tie.unit_type) {
                (form(shown, &tie.unit_type, (&tie.units, tie.places)))
            }
        }
    }
}

/// Total and contents of each, so that one sees that they are equal and where they differ.
fn compared(shown: &Shown<'_>, tie: &pb::OpenTie) -> Markup {
    let w = shown.w;
    let results = shown.results(&tie.units);
    let contents: Vec<&str> = results
        .first()
        .map(|unit| {
            unit.contents
                .iter()
                .map(|content| content.code.as_str())
                .collect()
        })
        .unwrap_or_default();
    let head = [
        ("appraisal-unit", false),
        ("appraisal-rank", true),
        ("appraisal-total", true),
    ];
    let mut columns: Vec<Column<'_>> = head
        .into_iter()
        .map(|(key, numeric)| Column {
            key: "",
            label: w.say(key),
            numeric,
        })
        .collect();
    columns.extend(contents.iter().map(|code| Column {
        key: "",
        label: code,
        numeric: true,
    }));
    columns.push(Column {
        key: "",
        label: w.say("appraisal-penalty-points"),
        numeric: true,
    });
    let row = |unit: &&pb::UnitResult| {
        let mut cells = vec![
            html! { (unit.name) },
            html! { (unit.rank) },
            html! { (points(w, &unit.total)) },
        ];
        cells.extend(
            unit.contents
                .iter()
                .map(|content| html! { (points(w, &content.points)) }),
        );
        cells.push(html! { (points(w, &unit.penalty)) });
        cells
    };
    let table = Table {
        caption: w.say("appraisal-tie-table"),
        columns,
        rows: results.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The form about a tie; with what is recorded, where that is about this tie.
fn form(shown: &Shown<'_>, kind: &str, (units, places): (&[String], i32)) -> Markup {
    let w = shown.w;
    let recorded = shown.decision(kind);
    let stored = recorded.filter(|_| !shown.waits(kind) && !shown.is_typed(kind));
    let empty = Typed::default();
    let typed = if shown.is_typed(kind) { shown.typed } else { &empty };
    let (chosen, none, document) = (
        of_type(CHOSEN, kind),
        of_type(NONE, kind),
        of_type(DOCUMENT, kind),
    );
    let results = shown.results(units);
    let options: Vec<(&str, &str)> = results
        .iter()
        .map(|unit| (unit.unit.as_str(), unit.name.as_str()))
        .collect();
    let before = stored.map_or_else(Vec::new, |tie| tie.chosen.iter().map(String::as_str).collect());
    let nobody_before = stored.filter(|tie| tie.chosen.is_empty()).map(|_| "1");
    let ticked = typed.all_or(&chosen, before);
    let hint = w.tell("appraisal-tie-hint", &[("places", Arg::Count(i64::from(places)))]);
    let which = Choices::new(&chosen, w.say("appraisal-tie-chosen"), &options)
        .hint(&hint)
        .chosen(&ticked)
        .error(shown.errors.of(&chosen));
    let nobody = [("1", w.say("appraisal-tie-none"))];
    let nobody_ticked = typed.all_or(&none, nobody_before.into_iter().collect());
    let nobody = Choices::new(&none, w.say("appraisal-tie-or"), &nobody).chosen(&nobody_ticked);
    let document = Field::new(&document, w.say("appraisal-tie-document"))
        .value(typed.or(&document, stored.map_or("", |tie| &tie.document)))
        .hint(w.say("appraisal-tie-document-hint"))
        .error(shown.errors.of(&document))
        .longest(500)
        .required();
    html! {
        form method="post" action=(super::ties_href(shown.bench.cycle.code.as_str())) novalidate {
            (hidden(shown.me))
            input type="hidden" name=(REQUEST) value=(shown.web.id());
            input type="hidden" name=(TYPE) value=(kind);
            @for unit in units { input type="hidden" name=(UNITS) value=(unit); }
            input type="hidden" name=(PLACES) value=(places);
            input type="hidden" name=(DECIDED_AT) value=(decided_at(recorded));
            (checks(w, &which))
            (checks(w, &nobody))
            (field::text(w, &document))
            p { (w.say("appraisal-tie-meaning")) }
            div.buttons { button.main type="submit" { (w.say("appraisal-tie-act")) } }
        }
    }
}

/// The time of a decision, for a hidden field.
fn decided_at(tie: Option<&pb::TieDecision>) -> String {
    let at = tie.and_then(|tie| moment(tie.at.as_ref()));
    at.map(|at| at.micros().to_string()).unwrap_or_default()
}

/// The way to decide otherwise, open where that was refused.
fn correction(shown: &Shown<'_>, tie: &pb::TieDecision) -> Markup {
    let (w, kind) = (shown.w, tie.unit_type.as_str());
    html! {
        @if shown.waits(kind) {
            (notice(Kind::Wanting, html! { p { (w.say("appraisal-tie-outdated")) } }))
        } @else if shown.decides(kind) {
            details open[shown.is_typed(kind)] {
                summary { (w.say("appraisal-tie-correct")) }
                (form(shown, kind, (&tie.units, tie.places)))
            }
        }
    }
}

fn decided(shown: &Shown<'_>) -> Markup {
    let w = shown.w;
    let names = |units: &[String]| {
        let names: Vec<&str> = units.iter().map(|unit| shown.bench.unit_name(unit)).collect();
        names.join("; ")
    };
    html! {
        @if !shown.decisions.ties.is_empty() {
            section #da-quyet-dinh {
                h2 { (w.say("appraisal-ties-decided")) }
                @for tie in &shown.decisions.ties {
                    h3 { (shown.name_of(&tie.unit_type)) }
                    dl.facts {
                        dt { (w.say("appraisal-tie-table")) }
                        dd { (names(&tie.units)) }
                        dt { (w.say("appraisal-places")) }
                        dd { (tie.places) }
                        dt { (w.say("appraisal-tie-chosen")) }
                        dd { @if tie.chosen.is_empty() { (w.say("appraisal-tie-nobody")) } @else { (names(&tie.chosen)) } }
                        dt { (w.say("appraisal-tie-document")) }
                        dd { (tie.document) }
                        dt { (w.say("appraisal-decided-at")) }
                        dd { (moment(tie.at.as_ref()).map(format::instant).unwrap_or_default()) }
                    }
                    (correction(shown, tie))
                }
            }
        }
    }
}
