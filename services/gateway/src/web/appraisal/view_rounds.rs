//! What stands in the way of closing a round, by agency and by unit, and who stands in for whom.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_domain::appraisal::Round;
use chiso_domain::cycle::{Window, WindowRefusal};
use chiso_platform::words::{Arg, Words};
use chiso_wire::registry as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, select};
use super::super::parts::confirm;
use super::super::parts::field::{self, Field};
use super::super::parts::kept;
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::load::{Bench, Closing, Gaps, Stage, Way};
use super::rounds::ROUND;
use super::view_leaf::round_title;
use super::view_overview::stage as stage_notice;

/// What all parts of the page are made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) bench: &'a Bench,
    pub(super) gaps: [(Round, Gaps); 2],
    /// Penalties that nobody decided.
    pub(super) proposed: usize,
    pub(super) reassignments: Vec<pb::Reassignment>,
    pub(super) closed: &'a [Closing],
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
}

impl Shown<'_> {
    fn href(&self, act: &str) -> String {
        format!("{}/{act}", super::rounds_href(self.bench.cycle.code.as_str()))
    }

    fn fields(&self) -> Markup {
        html! {
            (hidden(self.me))
            input type="hidden" name=(REQUEST) value=(self.web.id());
        }
    }

    /// How far a round is for the last of the units.
    fn stage(&self, round: Round) -> Stage {
        let stage = self.bench.stage(round, None, self.closed);
        let before = match round {
            Round::First => Window::SelfScoring,
            Round::Second => Window::Explanation,
        };
        match (
            self.bench.cycle.calendar.check_over(before, self.bench.now),
            stage,
        ) {
            (Err(WindowRefusal::StillOpen(_, end)), Stage::Open(_) | Stage::Over(_)) => Stage::Waits(end),
            (_, stage) => stage,
        }
    }
}

pub(super) fn page(shown: &Shown<'_>) -> Response {
    let (w, cycle) = (shown.w, shown.bench.cycle.code.as_str());
    let body = html! {
        @for (round, gaps) in &shown.gaps { (one(shown, *round, gaps)) }
        (reassignments(shown))
    };
    let title = w.tell("appraisal-rounds-title", &[("cycle", Arg::Text(cycle))]);
    Page::of(shown.me, title)
        .back("/viec-cua-toi", w.say("common-tasks"))
        .errors(shown.errors)
        .show(&body)
}

fn one(shown: &Shown<'_>, round: Round, gaps: &Gaps) -> Markup {
    let w = shown.w;
    let stage = shown.stage(round);
    let begun = matches!(stage, Stage::Open(_) | Stage::Over(_));
    html! {
        section {
            h2 { (round_title(w, round)) }
            (stage_notice(w, round, &stage, shown.bench.now))
            @if begun || matches!(stage, Stage::Waits(_)) {
                (in_the_way(shown, round, gaps))
            }
            @if begun && shown.bench.organiser && gaps.is_empty() && (round == Round::First || shown.proposed == 0) {
                (close(shown, round))
            }
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn in_the_way(shown: &Shown<'_>, round: Round, gaps: &Gaps) -> Markup {
    let (w, cycle) = (shown.w, shown.bench.cycle.code.as_str());
    let proposed = if round == Round::Second { shown.proposed } else { 0 };
    html! {
        @if gaps.is_empty() && proposed == 0 { p { (w.say("appraisal-nothing-in-the-way")) } }
        @if !gaps.is_empty() {
            p { strong { (w.tell("appraisal-gaps", &[("n", Arg::Count(count(gaps.len())))])) } }
            (by_agency(shown, gaps))
            (by_unit(shown, round, gaps))
        }
        @if proposed > 0 {
            (notice(Kind::Wanting, html! {
                p {
                    (w.tell("appraisal-proposed", &[("n", Arg::Count(count(proposed)))])) " "
                    a href=(super::penalties_href(cycle)) { (w.say("appraisal-penalties")) }
                }
            }))
        }
    }
}

/// How many there are of each, and how many of them are to be decided again.
fn counted(gaps: &Gaps, of: fn(&chiso_wire::ledger::Gap) -> &str) -> BTreeMap<String, (usize, usize)> {
    let mut counted: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for gap in gaps.values() {
        let (all, stale) = counted.entry(of(gap).to_owned()).or_default();
        *all += 1;
        *stale += usize::from(gap.stale);
    }
    counted
}

fn table(w: Words, caption: &str, first: &'static str, rows: Vec<Vec<Markup>>) -> Markup {
    let columns = [
        (first, false),
        ("appraisal-undecided", true),
        ("appraisal-again", true),
    ];
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let table = Table {
        caption,
        columns: columns.map(column).into(),
        rows,
        sort: None,
    };
    table.show(w)
}

fn by_agency(shown: &Shown<'_>, gaps: &Gaps) -> Markup {
    let w = shown.w;
    let row = |(agency, (all, stale)): (&String, &(usize, usize))| {
        let name = if agency.is_empty() {
            html! { strong { (w.say("appraisal-nobody")) } }
        } else {
            html! { (shown.bench.unit_name(agency)) }
        };
        vec![name, html! { (all) }, html! { (stale) }]
    };
    let counted = counted(gaps, |gap| &gap.agency);
    let rows = counted.iter().map(row).collect();
    table(w, w.say("appraisal-gaps-by-agency"), "ledger-appraiser", rows)
}

fn by_unit(shown: &Shown<'_>, round: Round, gaps: &Gaps) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    let way = Way { round, by_unit: true };
    let counted = counted(gaps, |gap| &gap.unit);
    let units = bench.cycle.units_in_order();
    let row = |unit: &&chiso_domain::cycle::Unit| {
        let (all, stale) = counted.get(unit.code.as_str())?;
        let to = format!(
            "/tham-dinh/{}?{}&don-vi={}",
            bench.cycle.code,
            way.query(),
            unit.code
        );
        Some(vec![
            html! { @if bench.is_own(&unit.code) { (unit.name) } @else { a href=(to) { (unit.name) } } },
            html! { (all) },
            html! { (stale) },
        ])
    };
    let rows = units.iter().filter_map(row).collect();
    table(w, w.say("appraisal-gaps-by-unit"), "appraisal-unit", rows)
}

fn close(shown: &Shown<'_>, round: Round) -> Markup {
    let w = shown.w;
    let number = round.number();
    let told = [("round", Arg::Count(number))];
    let meaning = match round {
        Round::First => "appraisal-close-first-meaning",
        Round::Second => "appraisal-close-second-meaning",
    };
    confirm::bar(&confirm::Act {
        action: &shown.href("chot"),
        label: &w.tell("appraisal-close", &told),
        meaning: w.say(meaning),
        hidden: html! {
            (shown.fields())
            input type="hidden" name=(ROUND) value=(number);
        },
    })
}

fn reassignments(shown: &Shown<'_>) -> Markup {
    let (w, bench) = (shown.w, shown.bench);
    let columns = [
        "appraisal-agency",
        "appraisal-unit",
        "ledger-column-criterion",
        "appraisal-substitute",
        "ledger-decision-why",
    ];
    let or_all = |text: &str| {
        if text.is_empty() {
            w.say("appraisal-all").to_owned()
        } else {
            text.to_owned()
        }
    };
    let row = |of: &pb::Reassignment| {
        let unit = if of.unit.is_empty() {
            or_all("")
        } else {
            bench.unit_name(&of.unit).to_owned()
        };
        vec![
            html! { (bench.unit_name(&of.agency)) },
            html! { (unit) },
            html! { (or_all(&of.criterion)) },
            html! { (bench.unit_name(&of.substitute)) },
            html! { (of.reason) },
        ]
    };
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let table = Table {
        caption: w.say("appraisal-reassignments"),
        columns: columns.map(column).into(),
        rows: shown.reassignments.iter().map(row).collect(),
        sort: None,
    };
    let over = matches!(shown.stage(Round::Second), Stage::Closed(_));
    html! {
        section #giao-lai {
            h2 { (w.say("appraisal-reassign")) }
            p { (w.say("appraisal-reassign-about")) }
            @if !table.rows.is_empty() { (table.show(w)) }
            @if bench.organiser && !over {
                (reassign(shown))
            } @else {
                (kept::fields(w, &[(w.say("ledger-decision-why"), shown.typed.or("reason", ""))]))
            }
        }
    }
}

fn reassign(shown: &Shown<'_>) -> Markup {
    let (w, bench, typed) = (shown.w, shown.bench, shown.typed);
    let council: Vec<(&str, &str)> = bench
        .cycle
        .council
        .iter()
        .map(|code| (code.as_str(), bench.unit_name(code.as_str())))
        .collect();
    let agencies = [&[("", w.say("appraisal-choose-agency"))][..], &council].concat();
    let units = bench.cycle.units_in_order();
    let mut all = vec![("", w.say("appraisal-all"))];
    all.extend(units.iter().map(|unit| (unit.code.as_str(), unit.name.as_str())));
    let list = |name, label, options| {
        let chosen = [typed.or(name, "")];
        select(
            w,
            &Choices::new(name, w.say(label), options)
                .chosen(&chosen)
                .error(shown.errors.of(name)),
        )
    };
    let criterion = Field::new("criterion", w.say("ledger-column-criterion"))
        .value(typed.or("criterion", ""))
        .hint(w.say("appraisal-criterion-hint"))
        .error(shown.errors.of("criterion"));
    let reason = Field::new("reason", w.say("ledger-decision-why"))
        .value(typed.or("reason", ""))
        .hint(w.say("appraisal-reassign-reason"))
        .error(shown.errors.of("reason"))
        .required();
    html! {
        form method="post" action=(shown.href("giao-lai")) novalidate {
            (shown.fields())
            (list("agency", "appraisal-agency", &agencies))
            (list("unit", "appraisal-unit", &all))
            (field::text(w, &criterion))
            (list("substitute", "appraisal-substitute", &agencies))
            (field::area(w, &reason))
            div.buttons { button type="submit" { (w.say("appraisal-reassign-act")) } }
        }
    }
}
