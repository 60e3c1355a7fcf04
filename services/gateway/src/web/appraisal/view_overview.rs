//! The list of what is to be appraised, and in which state a round and a leaf are.

use axum::response::Response;
use chiso_domain::appraisal::Round;
use chiso_domain::kernel::Instant;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::format::{self, points};
use super::super::ledger::pieces;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::state::{Kind, chip, empty, locked, notice};
use super::super::parts::tabs::{Tab, tabs};
use super::super::parts::tasks::{self, Task};
use super::super::words::named;
use super::load::{Bench, Gaps, Stage, Way, ruling};
use super::overview::{Group, Part};
use super::view_leaf::{own_points, round_title};

/// What the page shows.
#[derive(Debug)]
pub(super) struct Overview<'a> {
    pub(super) bench: &'a Bench,
    pub(super) way: Way,
    pub(super) part: Part,
    pub(super) stage: Stage,
    pub(super) gaps: &'a Gaps,
    pub(super) groups: Vec<Group>,
    /// Of one criterion or unit.
    pub(super) entries: Vec<pb::Entry>,
    /// Those of them that can be agreed to at once: value and label of each.
    pub(super) agreeable: Vec<(String, String)>,
    /// Which of them was decided just now.
    pub(super) last: &'a str,
}

/// How far one leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Does not apply to the unit.
    NotApplicable,
    /// The unit left it empty: it claims nothing, and nobody has to decide.
    Unfilled,
    /// Nobody has decided.
    Open,
    /// Decided, and changed afterwards.
    Stale,
    /// Decided.
    Done,
    /// The agency's, until the round is closed.
    Hidden,
}

/// What is known of a round's decisions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight<'a> {
    pub(super) round: Round,
    /// Where it was asked for.
    pub(super) gaps: Option<&'a Gaps>,
    pub(super) closed: bool,
    /// Decisions of an open round are not shown.
    pub(super) blind: bool,
}

impl Sight<'_> {
    pub(super) fn standing(&self, entry: &pb::Entry) -> Standing {
        let filled = entry.self_.as_ref().is_some_and(|own| own.input.is_some());
        let gap = self
            .gaps
            .map(|gaps| gaps.get(&(entry.unit.clone(), entry.criterion.clone())));
        match (gap, ruling(entry, self.round)) {
            _ if !entry.not_applicable.is_empty() => Standing::NotApplicable,
            (Some(Some(gap)), _) if gap.stale => Standing::Stale,
            (Some(Some(_)), _) => Standing::Open,
            (_, None) if !filled => Standing::Unfilled,
            (Some(None), _) => Standing::Done,
            (None, None) if self.blind && !self.closed => Standing::Hidden,
            (None, None) => Standing::Open,
            (None, Some(step)) if !self.closed && step.version != entry.version => Standing::Stale,
            (None, Some(_)) => Standing::Done,
        }
    }
}

pub(super) fn standing_chip(w: Words, standing: Standing) -> Markup {
    match standing {
        Standing::NotApplicable => chip(Kind::Quiet, w.say("ledger-stand-not-applicable")),
        Standing::Unfilled => chip(Kind::Quiet, w.say("appraisal-unfilled")),
        Standing::Open => chip(Kind::Wanting, w.say("appraisal-open")),
        Standing::Stale => chip(Kind::Wanting, w.say("appraisal-stale")),
        Standing::Done => chip(Kind::Done, w.say("appraisal-done")),
        Standing::Hidden => chip(Kind::Open, w.say("appraisal-hidden")),
    }
}

pub(super) fn page(me: &Me, shown: &Overview<'_>) -> Response {
    let w = me.w;
    let body = html! {
        (super::view_leaf::just_saved(me, (shown.bench, shown.way), &shown.entries, shown.last))
        (rounds(w, shown))
        (stage(w, shown.way.round, &shown.stage, shown.bench.now))
        @if shown.groups.is_empty() {
            (empty(w.say("appraisal-nothing")))
        } @else {
            (progress(w, shown))
            (ways(w, shown))
            @if shown.part == Part::Whole { (whole(w, shown)) } @else { (one(w, shown)) }
        }
        (elsewhere(w, me, shown))
    };
    let title = format!("{} – {}", round_title(w, shown.way.round), shown.bench.cycle.code);
    let whole = format!("/tham-dinh/{}?{}", shown.bench.cycle.code, shown.way.query());
    let page = Page::of(me, title);
    if shown.part == Part::Whole {
        page.back("/viec-cua-toi", w.say("common-tasks")).show(&body)
    } else {
        page.back(whole, w.say("appraisal-whole")).show(&body)
    }
}

fn rounds(w: Words, shown: &Overview<'_>) -> Markup {
    let titles = [Round::First, Round::Second].map(|round| (round, round_title(w, round)));
    let tab = |(round, title): &'_ (Round, String)| {
        let way = Way {
            round: *round,
            ..shown.way
        };
        (title.clone(), way)
    };
    let all: Vec<(String, Way)> = titles.iter().map(tab).collect();
    let all: Vec<Tab<'_>> = all
        .iter()
        .map(|(label, way)| Tab {
            label,
            href: format!("/tham-dinh/{}?{}", shown.bench.cycle.code, way.query()),
            count: None,
            current: way.round == shown.way.round,
        })
        .collect();
    tabs(w.say("appraisal-rounds"), &all)
}

fn ways(w: Words, shown: &Overview<'_>) -> Markup {
    let tab = |(by_unit, key): (bool, &'static str)| {
        let way = Way { by_unit, ..shown.way };
        Tab {
            label: w.say(key),
            href: format!("/tham-dinh/{}?{}", shown.bench.cycle.code, way.query()),
            count: None,
            current: by_unit == shown.way.by_unit,
        }
    };
    let all = [(false, "appraisal-by-criterion"), (true, "appraisal-by-unit")].map(tab);
    tabs(w.say("appraisal-ways"), &all)
}

/// How far a round is, and what that means for who opens the page.
pub(super) fn stage(w: Words, round: Round, stage: &Stage, now: Instant) -> Markup {
    let told = |key, name, value: &str| {
        let text = w.tell(
            key,
            &[(name, Arg::Text(value)), ("round", Arg::Count(round.number()))],
        );
        notice(Kind::Locked, html! { p { (text) } })
    };
    match stage {
        Stage::Unset => notice(Kind::Locked, html! { p { (w.say("ledger-window-unset")) } }),
        Stage::Ahead(span) => told("appraisal-ahead", "from", &format::instant(span.start)),
        Stage::FirstOpen => told("appraisal-first-open", "from", ""),
        Stage::Waits(until) => told("appraisal-waits", "until", &format::until(*until)),
        Stage::Over(span) => locked(w, &format::instant(span.end), w.say("appraisal-over-who")),
        Stage::Closed(closing) => {
            let at = closing.at.map(format::instant).unwrap_or_default();
            let told = [
                ("at", Arg::Text(&at)),
                ("who", Arg::Text(&closing.by)),
                ("round", Arg::Count(round.number())),
            ];
            notice(Kind::Locked, html! { p { (w.tell("appraisal-closed", &told)) } })
        }
        Stage::Open(span) => {
            let (left, until) = (format::left(w, now, span.end), format::until(span.end));
            let told = [("left", Arg::Text(&left)), ("until", Arg::Text(&until))];
            html! { p { strong { (w.tell("ledger-until", &told)) } } }
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn progress(w: Words, shown: &Overview<'_>) -> Markup {
    let sum = |of: fn(&Group) -> usize| count(shown.groups.iter().map(of).sum());
    let (all, open, stale) = (sum(|g| g.all), sum(|g| g.open), sum(|g| g.stale));
    let agencies: Vec<&str> = shown
        .bench
        .agencies
        .iter()
        .map(|code| shown.bench.unit_name(code.as_str()))
        .collect();
    html! {
        @if !agencies.is_empty() {
            p { (w.tell("appraisal-for", &[("agency", Arg::Text(&agencies.join(", ")))])) }
        }
        @if !shown.stage.has_begun() {
            // Before it there is nothing of which it could be said how much of it is done.
        } @else if open == 0 {
            p { (chip(Kind::Done, w.say("appraisal-all-done"))) }
        } @else {
            p { strong { (w.tell("appraisal-left", &[("open", Arg::Count(open)), ("all", Arg::Count(all))])) } }
        }
        @if stale > 0 && shown.stage.has_begun() {
            (notice(Kind::Wanting, html! { p { (w.tell("appraisal-stale-some", &[("n", Arg::Count(stale))])) } }))
        }
    }
}

/// Every criterion by type, or every unit.
fn whole(w: Words, shown: &Overview<'_>) -> Markup {
    let types = shown.bench.cycle.unit_types.values();
    let mut types: Vec<_> = types.collect();
    types.sort_by_key(|of_type| (of_type.order, of_type.code.clone()));
    let of = |code: &chiso_domain::kernel::UnitTypeCode| -> Vec<Task> {
        let own = shown.groups.iter().filter(|group| {
            let unit = shown.bench.cycle.units.get(&group.spot.unit);
            unit.is_some_and(|unit| unit.unit_type == *code)
        });
        own.map(|group| row(w, shown, group)).collect()
    };
    html! {
        @for of_type in types {
            @let rows = of(&of_type.code);
            @let name = named(w, &of_type.name, &of_type.name_en);
            @if !rows.is_empty() { h2 { (name) } (tasks::list(name, &rows)) }
        }
    }
}

fn row(w: Words, shown: &Overview<'_>, group: &Group) -> Task {
    let (bench, way) = (shown.bench, shown.way);
    let (label, all) = if way.by_unit {
        (
            bench.unit_name(group.spot.unit.as_str()).to_owned(),
            "appraisal-criteria",
        )
    } else {
        let row = &group.spot.row;
        (format!("{} {}", row.code, row.name), "appraisal-units")
    };
    let state = match (group.open, group.stale) {
        _ if !shown.stage.has_begun() => chip(Kind::Quiet, w.say("appraisal-not-begun")),
        (0, _) => chip(Kind::Done, w.say("appraisal-done")),
        (_, 0) => chip(Kind::Open, w.say("appraisal-open")),
        _ => chip(Kind::Wanting, w.say("appraisal-stale")),
    };
    let max = points(w, &group.spot.row.max.to_string());
    let about = w.tell("appraisal-max-is", &[("max", Arg::Text(&max))]);
    Task {
        label,
        about: if way.by_unit { String::new() } else { about },
        when: w.tell(all, &[("n", Arg::Count(count(group.all)))]),
        done: if shown.stage.has_begun() {
            w.tell("appraisal-left-here", &[("n", Arg::Count(count(group.open)))])
        } else {
            String::new()
        },
        state,
        href: Some(way.list(bench, &group.spot)),
    }
}

/// The leaves of one criterion or of one unit.
fn one(w: Words, shown: &Overview<'_>) -> Markup {
    let sight = Sight {
        round: shown.way.round,
        gaps: Some(shown.gaps),
        closed: matches!(shown.stage, Stage::Closed(_)),
        blind: false,
    };
    let title = heading(shown);
    let rows: Vec<Task> = shown
        .entries
        .iter()
        .map(|entry| leaf(w, shown, &sight, entry))
        .collect();
    html! {
        h2 { (title) }
        (tasks::list(&title, &rows))
        (super::view_agree::choice(w, shown))
    }
}

fn heading(shown: &Overview<'_>) -> String {
    match &shown.part {
        Part::Unit(unit) => shown.bench.unit_name(unit.as_str()).to_owned(),
        Part::Criterion(of_type, code) => {
            let set = shown.bench.cycle.rules.index_sets.get(of_type);
            let name = set.and_then(|set| set.leaf(code)).map_or("", |row| &row.name);
            format!("{code} {name}")
        }
        Part::Whole => String::new(),
    }
}

fn leaf(w: Words, shown: &Overview<'_>, sight: &Sight<'_>, entry: &pb::Entry) -> Task {
    let own = own_points(w, entry);
    let max = points(w, &entry.max_points);
    let told = [("own", Arg::Text(&own)), ("max", Arg::Text(&max))];
    let pieces = w.tell(
        "ledger-pieces",
        &[("n", Arg::Count(count(pieces(entry).count())))],
    );
    let given = ruling(entry, shown.way.round).map(|step| {
        let value = points(w, &step.points);
        w.tell(
            "appraisal-given",
            &[
                ("points", Arg::Text(&value)),
                ("decision", Arg::Text(&step.decision_text)),
            ],
        )
    });
    Task {
        label: shown.way.label(shown.bench, entry),
        about: pieces,
        when: w.tell("appraisal-own", &told),
        done: given.unwrap_or_default(),
        state: standing_chip(w, sight.standing(entry)),
        href: Some(shown.way.to(shown.bench, &entry.criterion, &entry.unit)),
    }
}

/// The other pages of the council.
fn elsewhere(w: Words, me: &Me, shown: &Overview<'_>) -> Markup {
    use chiso_wire::identity::Role;
    let cycle = shown.bench.cycle.code.as_str();
    let has = |roles: &[Role]| me.has(roles, Some(cycle));
    html! {
        div.buttons {
            a href=(super::penalties_href(cycle)) { (w.say("appraisal-penalties")) }
            @if has(&[Role::CouncilChair, Role::Organiser, Role::Auditor]) {
                a href=(super::ties_href(cycle)) { (w.say("appraisal-ties")) }
            }
            @if has(&[Role::Organiser, Role::Auditor]) {
                a href=(super::rounds_href(cycle)) { (w.say("appraisal-rounds-page")) }
            }
        }
    }
}
