//! The ranking of a type as a table, with what its columns, its quota and its classes mean.

use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::words::named;
use super::ranking::{Column, Place, Ranking, Sort, read};
use super::view_version;
use crate::web::format::{self, points};
use crate::web::parts::chart;
use crate::web::parts::state::{Kind, empty, notice};
use crate::web::parts::tabs::{Tab, tabs};

/// A table of one type.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) ranking: &'a Ranking,
    pub(super) of_type: &'a pb::TypeSummary,
    pub(super) sort: &'a Sort,
    /// Of a draft.
    pub(super) open_ties: &'a [pb::OpenTie],
}

impl Shown<'_> {
    fn place(&self) -> Place<'_> {
        Place {
            cycle: &self.ranking.cycle,
            unit_type: &self.of_type.unit_type,
            version: self.ranking.asked,
        }
    }

    fn type_name(&self) -> &str {
        named(self.w, &self.of_type.name, &self.of_type.name_en)
    }
}

/// The title of the page: the cycle.
pub(super) fn title(w: Words, cycle: &str) -> String {
    w.tell("readers-title", &[("cycle", Arg::Text(cycle))])
}

/// All of the page below its layout.
pub(super) fn page(shown: Shown<'_>) -> Markup {
    let (w, ranking) = (shown.w, shown.ranking);
    let columns = ranking.columns(w, &shown.of_type.unit_type);
    html! {
        (view_version::line(w, ranking.version.as_ref(), &shown.place()))
        (open_ties(w, ranking, shown.open_ties))
        (choices(shown))
        @if ranking.units_of(&shown.of_type.unit_type).next().is_none() {
            (empty(&w.tell("readers-no-units", &[("cycle", Arg::Text(&ranking.cycle))])))
        } @else {
            div.table role="region" aria-labelledby="table-name" tabindex="0" { (table(shown, &columns)) }
            // A narrow screen shows place, unit, total and class.
            p.ranking-rest { (w.say("readers-rest")) }
            (explained(shown, &columns))
            (downloads(shown))
        }
        (view_version::list(w, ranking, &shown.place()))
    }
}

/// Links to the other types and cycles.
fn choices(shown: Shown<'_>) -> Markup {
    let (w, ranking) = (shown.w, shown.ranking);
    let of_type = |of_type: &pb::TypeSummary| {
        Place {
            unit_type: &of_type.unit_type,
            ..shown.place()
        }
        .href("", None)
    };
    let types = ranking.types.iter().map(|other| Tab {
        label: named(w, &other.name, &other.name_en),
        href: of_type(other),
        count: None,
        current: other.unit_type == shown.of_type.unit_type,
    });
    let cycles = ranking.cycles().into_iter().map(|cycle| Tab {
        label: cycle,
        href: format!("/xep-hang/{cycle}"),
        count: None,
        current: cycle == ranking.cycle,
    });
    let (types, cycles): (Vec<_>, Vec<_>) = (types.collect(), cycles.collect());
    html! {
        (tabs(w.say("readers-types"), &types))
        @if cycles.len() > 1 { (tabs(w.say("readers-cycles"), &cycles)) }
    }
}

fn table(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let w = shown.w;
    let units = shown.ranking.sorted(&shown.of_type.unit_type, shown.sort);
    let of = [
        ("type", Arg::Text(shown.type_name())),
        ("n", Arg::Count(count(units.len()))),
    ];
    html! {
        table.ranking {
            caption #table-name { (w.tell("readers-caption", &of)) }
            thead { tr {
                (heading(shown, &Sort::Rank, w.say("readers-rank"), None))
                (heading(shown, &Sort::Name, w.say("readers-unit"), None))
                th.number scope="col" { (w.say("readers-total")) }
                @for column in columns {
                    (heading(shown, &Sort::Content(column.code.clone()), &column.code, Some(column)))
                }
                (heading(shown, &Sort::Penalty, w.say("readers-penalty"), None))
                th scope="col" { (w.say("readers-class")) }
                @if let Some(earlier) = shown.ranking.earlier() {
                    th.rest scope="col" { (w.tell("readers-since", &[("cycle", Arg::Text(earlier))])) }
                }
            } }
            tbody { @for unit in units { (row(shown, columns, unit)) } }
        }
    }
}

/// A heading by which the table can be sorted.
fn heading(shown: Shown<'_>, sort: &Sort, label: &str, column: Option<&Column>) -> Markup {
    let active = *shown.sort == *sort;
    let name = (*sort != Sort::Rank).then(|| sort.name());
    html! {
        th.number[*sort != Sort::Name].rest[matches!(sort, Sort::Content(_) | Sort::Penalty)] scope="col" aria-sort=[active.then(|| sort.direction())] {
            a href=(shown.place().href("", name)) title=[column.map(|column| &column.name).filter(|name| !name.is_empty())] {
                (label)
            }
        }
    }
}

fn row(shown: Shown<'_>, columns: &[Column], unit: &pb::UnitResult) -> Markup {
    let w = shown.w;
    let below = format!("/{}", unit.unit);
    html! {
        tr {
            td.number { (rank(w, unit)) }
            th scope="row" { a href=(shown.place().href(&below, None)) { (unit.name) } }
            td.number { (points(w, &unit.total)) (chart::in_cell(read(&unit.total))) }
            @for column in columns {
                @let own = unit.contents.iter().find(|content| content.code == column.code);
                td.number.rest { (points(w, own.map_or("", |content| &content.points))) }
            }
            td.number.rest { (penalty(w, unit)) }
            td { (class(w, unit)) }
            @if shown.ranking.earlier().is_some() { td.rest { (since(w, unit)) } }
        }
    }
}

/// "2", shared "2=", or a dash for a unit that is not ranked.
pub(in crate::web) fn rank(w: Words, unit: &pb::UnitResult) -> Markup {
    place(w, unit.rank, unit.tied)
}

/// The same of a rank.
pub(super) fn place(w: Words, rank: i32, tied: bool) -> Markup {
    html! {
        @if rank == 0 {
            abbr title=(w.say("readers-not-ranked")) { "–" }
        } @else if tied {
            abbr title=(w.say("readers-tied")) { (rank) "=" }
        } @else {
            (rank)
        }
    }
}

/// As what it does to the total: "−0,50".
pub(in crate::web) fn penalty(w: Words, unit: &pb::UnitResult) -> String {
    format::taken(w, &unit.penalty)
}

/// The class in the words of the regulation.
pub(in crate::web) fn class(w: Words, unit: &pb::UnitResult) -> &'static str {
    match unit.class() {
        pb::Class::Excellent => w.say("readers-class-excellent"),
        pb::Class::Good => w.say("readers-class-good"),
        pb::Class::Completed => w.say("readers-class-completed"),
        pb::Class::NotCompleted => w.say("readers-class-not-completed"),
        pb::Class::Unspecified if unit.rank == 0 => w.say("readers-class-none"),
        pb::Class::Unspecified => w.say("readers-class-not-yet"),
    }
}

/// How the rank moved since the cycle before.
fn since(w: Words, unit: &pb::UnitResult) -> String {
    let earlier = unit.comparison.as_ref().and_then(|told| told.earlier.as_ref());
    let Some(earlier) = earlier.filter(|earlier| unit.rank > 0 && earlier.rank > 0) else {
        return w.say("readers-since-none").to_owned();
    };
    let places = [("n", Arg::Count(i64::from(earlier.places).abs()))];
    match earlier.places {
        1.. => w.tell("readers-since-up", &places),
        0 => w.say("readers-since-same").to_owned(),
        _ => w.tell("readers-since-down", &places),
    }
}

/// What the columns are, how many may be excellent, what breaks a tie, from which total on which class.
fn explained(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let (w, of_type) = (shown.w, shown.of_type);
    html! {
        section.method aria-labelledby="method" {
            h2 #method { (w.say("readers-method")) }
            @if columns.iter().any(|column| !column.name.is_empty()) {
                dl { @for column in columns {
                    dt { (column.code) }
                    dd { (column.name) @if let Some(max) = column.max {
                        ", " (w.tell("readers-max", &[("points", Arg::Text(&points(w, &max.to_string())))]))
                    } }
                } }
            }
            p { (quota(w, of_type)) }
            @if !of_type.good_min.is_empty() { p { (limits(w, of_type)) } }
            @if !of_type.tie_break.is_empty() {
                p { (w.tell("readers-tie-break", &[("contents", Arg::Text(&of_type.tie_break.join(", ")))])) }
            }
        }
    }
}

pub(in crate::web) fn quota(w: Words, of_type: &pb::TypeSummary) -> String {
    let (base, quota) = (i64::from(of_type.quota_base), i64::from(of_type.quota));
    let counts = [
        ("base", Arg::Count(base)),
        ("quota", Arg::Count(quota)),
        ("excellent", Arg::Count(i64::from(of_type.excellent))),
    ];
    if of_type.quota_share.is_empty() {
        return w.tell("readers-quota-plain", &counts);
    }
    let share = points(w, &of_type.quota_share);
    let least = if of_type.quota_min_one { "one" } else { "none" };
    let told = [
        ("percent", Arg::Count(i64::from(of_type.quota_percent))),
        ("rule", Arg::Text(&of_type.quota_base_rule)),
        ("share", Arg::Text(&share)),
        ("rounding", Arg::Text(&of_type.quota_rounding)),
        ("least", Arg::Text(least)),
    ];
    w.tell("readers-quota", &[&counts[..], &told[..]].concat())
}

pub(in crate::web) fn limits(w: Words, of_type: &pb::TypeSummary) -> String {
    let [good, completed, excellent] =
        [&of_type.good_min, &of_type.completed_min, &of_type.excellent_min].map(|text| points(w, text));
    w.tell(
        "readers-limits",
        &[
            ("good", Arg::Text(&good)),
            ("completed", Arg::Text(&completed)),
            ("excellent", Arg::Text(&excellent)),
        ],
    )
}

/// The same table as files, and the whole version.
fn downloads(shown: Shown<'_>) -> Markup {
    let w = shown.w;
    let Some(version) = &shown.ranking.version else {
        return html! {};
    };
    let all = |kind: &str| {
        format!(
            "/v1/cycles/{}/ranking.{kind}?version={}",
            version.cycle, version.version
        )
    };
    html! {
        section aria-labelledby="files" {
            h2 #files { (w.say("readers-files")) }
            ul.files {
                @for (kind, label) in [(".xlsx", "XLSX"), (".csv", "CSV"), (".json", "JSON")] {
                    li { a href=(shown.place().href(kind, None)) { (label) } }
                }
                li { a href=(all("json")) { (w.say("readers-file-document")) } }
            }
            p { (w.tell("readers-hash", &[("sha256", Arg::Text(&version.sha256))])) }
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Units whose tie at the edge of the quota is not decided, for the draft.
fn open_ties(w: Words, ranking: &Ranking, ties: &[pb::OpenTie]) -> Markup {
    let name = |code: &String| {
        let unit = ranking.units.iter().find(|unit| unit.unit == *code);
        unit.map_or(code.clone(), |unit| unit.name.clone())
    };
    html! {
        @for tie in ties {
            @let names: Vec<String> = tie.units.iter().map(name).collect();
            (notice(Kind::Wanting, html! { p { (w.tell("readers-open-tie", &[
                ("units", Arg::Text(&names.join(", "))),
                ("places", Arg::Count(i64::from(tie.places))),
            ])) } }))
        }
    }
}

/// The day of a version.
pub(in crate::web) fn day(version: &pb::Version) -> String {
    let at = chiso_wire::convert::instant("published_at", version.published_at.as_ref());
    at.map(format::day).unwrap_or_default()
}
