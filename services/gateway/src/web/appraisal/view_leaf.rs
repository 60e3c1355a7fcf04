//! The page of one criterion of one unit: what the unit says and proves, what was decided, and the way on.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use chiso_domain::appraisal::Round;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::ledger::{changed, lacking, moment, said};
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::kept;
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{Posted, Typed};
use super::super::readers::working::rule;
use super::super::state::Web;
use super::leaf::neighbours;
use super::load::{Bench, Spot, Stage, Way, ruling};
use super::view_overview::{Sight, standing_chip};
use super::{view_evidence, view_form};

/// What was typed and not taken.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) typed: Typed,
    pub(super) errors: &'a Errors,
    /// The unit changed it, or somebody else decided, meanwhile.
    pub(super) clash: bool,
    /// Which entry of the same way was decided just before.
    pub(super) last: &'a str,
}

/// What all parts of the page are made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) bench: &'a Bench,
    pub(super) spot: &'a Spot,
    pub(super) way: Way,
    pub(super) entry: &'a pb::Entry,
    /// The leaves on the same way.
    pub(super) entries: &'a [pb::Entry],
    pub(super) stage: Stage,
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) draft: &'a Draft<'a>,
}

impl Shown<'_> {
    pub(super) fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("–", String::as_str)
    }

    /// Whether it is the person's time to decide.
    pub(super) fn is_time(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
            && self.bench.decides(self.spot)
            && self.entry.not_applicable.is_empty()
    }

    /// Whether a decision can be saved now: an agency goes against the chair only where the unit has changed the entry.
    pub(super) fn is_open(&self) -> bool {
        let last = ruling(self.entry, self.way.round);
        let final_here = |step: &pb::Step| self.is_overruled_by(step) && step.version == self.entry.version;
        self.is_time() && !last.is_some_and(final_here)
    }

    /// Whether it is a decision of the chair in place of the person's agency.
    pub(super) const fn is_overruled_by(&self, step: &pb::Step) -> bool {
        step.by_chair && !self.bench.chair
    }

    pub(super) fn href(&self) -> String {
        let (criterion, unit) = (self.spot.row.code.as_str(), self.spot.unit.as_str());
        self.way.to(self.bench, criterion, unit)
    }
}

pub(super) fn page(shown: &Shown<'_>) -> Response {
    let (w, entry) = (shown.w, shown.entry);
    let body = html! {
        (just_saved(shown.me, (shown.bench, shown.way), shown.entries, shown.draft.last))
        (beside(shown))
        p.unit { strong { (shown.bench.unit_name(&entry.unit)) } }
        (super::view_overview::stage(w, shown.way.round, &shown.stage, shown.bench.now))
        @if !shown.bench.decides(shown.spot) { (notice(Kind::Locked, html! { p { (w.say("appraisal-only-reads")) } })) }
        (rule_box(shown))
        @if entry.not_applicable.is_empty() {
            div.judging .beside-files[view_evidence::has_files(entry)] {
                div {
                    (own(shown))
                    (view_evidence::list(w, entry))
                    (first(shown))
                    (view_form::show(shown))
                }
                (view_evidence::viewer(w, entry))
            }
            (others(shown))
        } @else {
            (notice(Kind::Quiet, html! {
                p { (w.tell("ledger-not-applicable", &[("why", Arg::Text(&entry.not_applicable))])) }
            }))
        }
    };
    let title = format!("{} {}", shown.spot.row.code, shown.spot.row.name);
    let (back, label) = (
        shown.way.list(shown.bench, shown.spot),
        round_title(w, shown.way.round),
    );
    let page = Page::of(shown.me, title)
        .back(back, &label)
        .errors(shown.draft.errors);
    page.wide().script("appraisal.js").show(&body)
}

/// One line about the decision that led here, as the ledger has it; nothing unless it is the person's own.
pub(super) fn just_saved(me: &Me, (bench, way): (&Bench, Way), entries: &[pb::Entry], last: &str) -> Markup {
    let entry = entries.iter().find(|entry| way.key(entry) == last);
    let step = entry.and_then(|entry| ruling(entry, way.round));
    let (Some(entry), Some(step)) = (entry, step.filter(|step| step.by == me.person.person_id)) else {
        return html! {};
    };
    let (w, label) = (me.w, way.label(bench, entry));
    let at = moment(step.at.as_ref()).map(format::instant).unwrap_or_default();
    let told = [
        ("what", Arg::Text(label.as_str())),
        ("decision", Arg::Text(&step.decision_text)),
        ("points", Arg::Text(&points(w, &step.points))),
        ("at", Arg::Text(&at)),
    ];
    let line = w.tell("appraisal-just-saved", &told);
    html! { div role="status" { (notice(Kind::Done, html! { p { (line) } })) } }
}

/// The criterion was given to another agency while somebody appraised it: the page is theirs no more, the text is.
pub(super) fn taken(me: &Me, bench: &Bench, posted: &Posted) -> Response {
    let w = me.w;
    let errors = Errors::one(w, w.say("appraisal-taken"));
    let back = format!("/tham-dinh/{}", bench.cycle.code);
    let body = kept::fields(
        w,
        &[
            (w.say("ledger-decided-points"), posted.text("points")),
            (w.say("appraisal-reason"), posted.text("reason")),
        ],
    );
    let page = Page::of(me, w.say("appraisal-kept")).back(back, w.say("appraisal-whole"));
    let mut response = page.errors(&errors).show(&body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// "Thẩm định lần 1".
pub(super) fn round_title(w: Words, round: Round) -> String {
    w.tell("appraisal-round", &[("round", Arg::Count(round.number()))])
}

/// The way to what stands before and after.
fn beside(shown: &Shown<'_>) -> Markup {
    let (before, after) = neighbours(shown.entries, shown.spot);
    let to = |entry: &pb::Entry| shown.way.to(shown.bench, &entry.criterion, &entry.unit);
    let label = |entry: &pb::Entry| {
        if shown.way.by_unit {
            entry.criterion.clone()
        } else {
            shown.bench.unit_name(&entry.unit).to_owned()
        }
    };
    html! {
        nav.beside aria-label=(shown.w.say("appraisal-beside")) {
            @if let Some(entry) = before { a href=(to(entry)) rel="prev" { "‹ " (label(entry)) } }
            @if let Some(entry) = after { a href=(to(entry)) rel="next" { (label(entry)) " ›" } }
        }
    }
}

fn rule_box(shown: &Shown<'_>) -> Markup {
    let (w, row) = (shown.w, &shown.spot.row);
    html! {
        dl.facts {
            dt { (w.say("ledger-rule")) }
            dd { ul.plain { @for line in rule(w, row) { li { (line) } } } }
            dt { (w.say("appraisal-max")) }
            dd { (points(w, &row.max.to_string())) }
            @if !row.evidence.is_empty() {
                dt { (w.say("ledger-proof")) }
                dd { (row.evidence) }
            }
            @if !shown.bench.agencies.iter().any(|own| own.as_str() == shown.entry.appraiser) {
                dt { (w.say("ledger-appraiser")) }
                dd { (agency(shown)) }
            }
        }
    }
}

fn agency<'a>(shown: &'a Shown<'_>) -> &'a str {
    if shown.entry.appraiser.is_empty() {
        shown.w.say("appraisal-nobody")
    } else {
        shown.bench.unit_name(&shown.entry.appraiser)
    }
}

/// What the unit says, in the version that is judged.
fn own(shown: &Shown<'_>) -> Markup {
    let (w, entry) = (shown.w, shown.entry);
    let own = entry.self_.clone().unwrap_or_default();
    let further = entry.explanation.as_ref();
    html! {
        section #don-vi {
            h2 { (w.say("appraisal-unit-says")) }
            dl.facts {
                dt { (w.say("ledger-outcome")) }
                dd { (said(w, &shown.spot.row, own.input.as_ref())) }
                dt { (w.say("ledger-own")) }
                dd { strong { (own_points(w, entry)) } }
                @if !own.text.is_empty() {
                    dt { (w.say("ledger-explanation")) }
                    dd.typed { (own.text) }
                }
                @if let Some(further) = further {
                    dt { (w.say("ledger-explain")) }
                    dd.typed { (further.text) }
                }
                dt { (w.say("appraisal-version")) }
                dd { (version(shown)) }
            }
            @if own.input.is_some() && !entry.lacks.is_empty() {
                @let what = lacking(w, &shown.bench.cycle, entry);
                (notice(Kind::Wanting, html! { p { (w.tell("appraisal-lacks", &[("what", Arg::Text(what))])) } }))
            }
        }
    }
}

/// "2,00"; without points why there are none.
pub(super) fn own_points(w: Words, entry: &pb::Entry) -> String {
    match entry.self_.as_ref().filter(|own| own.input.is_some()) {
        None => w.say("appraisal-unfilled").to_owned(),
        Some(own) if own.points.is_empty() => w.say("ledger-nothing-planned").to_owned(),
        Some(own) => points(w, &own.points),
    }
}

/// Which version it is, of whom and of when.
fn version(shown: &Shown<'_>) -> String {
    let entry = shown.entry;
    let (who, at) = changed(entry);
    let at = at.map(format::instant).unwrap_or_default();
    let told = [
        ("n", Arg::Count(entry.version)),
        ("at", Arg::Text(&at)),
        ("who", Arg::Text(shown.name(who))),
    ];
    shown.w.tell("appraisal-version-of", &told)
}

/// The decision of round 1 while round 2 is appraised, and what it proposes.
fn first(shown: &Shown<'_>) -> Markup {
    let (w, entry) = (shown.w, shown.entry);
    let step = entry
        .appraisal_1
        .as_ref()
        .filter(|_| shown.way.round == Round::Second);
    html! {
        @if let Some(step) = step {
            section #lan-1 {
                h2 { (w.say("ledger-first")) }
                (decided(shown, step))
                @if !entry.proposal.is_empty() {
                    p { (w.tell("appraisal-proposal", &[("points", Arg::Text(&points(w, &entry.proposal)))])) }
                }
            }
        }
    }
}

/// A decision, with the version it was made on.
pub(super) fn decided(shown: &Shown<'_>, step: &pb::Step) -> Markup {
    let w = shown.w;
    let at = moment(step.at.as_ref()).map(format::instant).unwrap_or_default();
    html! {
        dl.facts {
            dt { (w.say("ledger-decision")) }
            dd { (step.decision_text) }
            dt { (w.say("ledger-decided-points")) }
            dd { (points(w, &step.points)) }
            @if !step.text.is_empty() {
                dt { (w.say("ledger-decision-why")) }
                dd.typed { (step.text) }
            }
            dt { (w.say("ledger-decided-by")) }
            dd {
                (shown.name(&step.by)) " – "
                @if step.by_chair { (w.say("appraisal-by-chair")) " – " }
                (at) " – " (w.tell("appraisal-on-version", &[("n", Arg::Count(step.version))]))
            }
        }
    }
}

/// The others on the same way, so that like is judged alike.
fn others(shown: &Shown<'_>) -> Markup {
    let w = shown.w;
    let label = if shown.way.by_unit {
        "appraisal-others-unit"
    } else {
        "appraisal-others-criterion"
    };
    let columns = [
        (
            if shown.way.by_unit {
                "ledger-column-criterion"
            } else {
                "appraisal-unit"
            },
            false,
        ),
        ("ledger-own", true),
        ("ledger-decided-points", true),
        ("ledger-column-state", false),
    ];
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let sight = Sight {
        round: shown.way.round,
        gaps: None,
        closed: matches!(shown.stage, Stage::Closed(_)),
        blind: shown.bench.is_blind(),
    };
    let row = |entry: &pb::Entry| {
        let here = entry.unit == shown.entry.unit && entry.criterion == shown.entry.criterion;
        let to = shown.way.to(shown.bench, &entry.criterion, &entry.unit);
        let name = if shown.way.by_unit {
            &entry.criterion
        } else {
            shown.bench.unit_name(&entry.unit)
        };
        let given = ruling(entry, shown.way.round);
        vec![
            html! { @if here { strong { (name) } } @else { a href=(to) { (name) } } },
            html! { (own_points(w, entry)) },
            html! {
                @if let Some(step) = given {
                    (points(w, &step.points))
                    @if step.by_chair { " " small { (w.say("appraisal-by-chair")) } }
                } @else { "–" }
            },
            standing_chip(w, sight.standing(entry)),
        ]
    };
    let table = Table {
        caption: w.say(label),
        columns: columns.map(column).into(),
        rows: shown.entries.iter().map(row).collect(),
        sort: None,
    };
    html! { @if table.rows.len() > 1 { section.others { (table.show(w)) } } }
}
