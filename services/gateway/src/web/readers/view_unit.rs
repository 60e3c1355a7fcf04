//! One unit in a version: its place, why, its contents beside the others, where points were lost, and every criterion.
//! Medians, losses and changes are the ranking's; a version that has none of them is shown without.

use chiso_domain::kernel::Points;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::words::named;
use super::ranking::{Column, Place, Ranking, in_content, read};
use super::view_ranking::{class, penalty, place, rank};
use super::view_version;
use crate::web::format::{difference, points, taken};
use crate::web::parts::chart;

/// A unit's page.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) ranking: &'a Ranking,
    pub(super) unit: &'a pb::UnitResult,
    /// None in a draft.
    pub(super) leaves: &'a [pb::LeafResult],
}

impl<'a> Shown<'a> {
    pub(super) fn place(&self) -> Place<'a> {
        Place {
            cycle: &self.ranking.cycle,
            unit_type: &self.unit.unit_type,
            version: self.ranking.asked,
        }
    }

    /// How it stood in the cycle before.
    fn earlier(&self) -> Option<&'a pb::Earlier> {
        self.unit.comparison.as_ref()?.earlier.as_ref()
    }

    fn medians(&self) -> &'a [pb::Content] {
        let of_type = self.ranking.of_type(&self.unit.unit_type);
        of_type.map_or(&[], |of_type| &of_type.medians)
    }
}

/// All of the page below its layout.
pub(super) fn page(shown: Shown<'_>) -> Markup {
    let w = shown.w;
    let columns = shown.ranking.columns(w, &shown.unit.unit_type);
    html! {
        (view_version::line(w, shown.ranking.version.as_ref(), &shown.place()))
        (summary(shown))
        (reasons(shown))
        (contents(shown, &columns))
        (losses(shown))
        @if !shown.leaves.is_empty() { (criteria(shown, &columns)) }
    }
}

fn summary(shown: Shown<'_>) -> Markup {
    let (w, unit) = (shown.w, shown.unit);
    let of_type = shown.ranking.of_type(&unit.unit_type);
    let ranked = i64::try_from(shown.ranking.ranked(&unit.unit_type)).unwrap_or(i64::MAX);
    html! {
        dl.facts {
            dt { (w.say("readers-type")) }
            dd { (of_type.map_or("", |t| named(w, &t.name, &t.name_en))) }
            dt { (w.say("readers-rank")) }
            dd { (rank(w, unit)) @if unit.rank > 0 {
                " " (w.tell("readers-of-units", &[("n", Arg::Count(ranked))]))
            } }
            dt { (w.say("readers-total")) }
            dd { strong { (points(w, &unit.total)) } }
            dt { (w.say("readers-class")) }
            dd { (class(w, unit)) }
            @if let (Some(cycle), Some(earlier)) = (shown.ranking.earlier(), shown.earlier()) {
                dt { (w.tell("readers-in-cycle", &[("cycle", Arg::Text(cycle))])) }
                dd { (points(w, &earlier.total)) ", " (w.say("readers-rank-small")) " " (place(w, earlier.rank, earlier.tied)) }
            }
        }
    }
}

/// Why this total, rank and class, in the words of the published document.
fn reasons(shown: Shown<'_>) -> Markup {
    let (w, unit) = (shown.w, shown.unit);
    html! {
        @if !unit.reasons.is_empty() || !unit.missing.is_empty() {
            section aria-labelledby="why" {
                h2 #why { (w.say("readers-why")) }
                ul lang="vi" {
                    @for reason in unit.reasons.iter().chain(&unit.missing) { li { (reason) } }
                }
            }
        }
    }
}

fn contents(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let w = shown.w;
    let bars: Vec<chart::Bar> = columns.iter().filter_map(|column| bar(shown, column)).collect();
    let title = if shown.medians().is_empty() {
        w.say("readers-chart-contents-plain")
    } else {
        w.say("readers-chart-contents")
    };
    html! {
        section aria-labelledby="contents" {
            h2 #contents { (w.say("readers-contents")) }
            div.table role="group" aria-labelledby="contents" tabindex="0" { (table(shown, columns)) }
            @if !bars.is_empty() { figure { (chart::bars(title, &bars)) figcaption { (title) } } }
        }
    }
}

fn table(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let (w, unit) = (shown.w, shown.unit);
    let (medians, cycle) = (!shown.medians().is_empty(), shown.ranking.earlier());
    let changed = |of: &dyn Fn(&pb::Earlier) -> String| {
        let text = shown.earlier().map(of).unwrap_or_default();
        html! { @if cycle.is_some() { td.number { (difference(w, &text)) } } }
    };
    html! {
        table {
            thead { tr {
                th scope="col" { (w.say("readers-content")) }
                th.number scope="col" { (w.say("readers-points")) }
                th.number scope="col" { (w.say("readers-max-short")) }
                @if medians { th.number scope="col" { (w.say("readers-median")) } }
                @if let Some(cycle) = cycle {
                    th.number scope="col" { (w.tell("readers-since", &[("cycle", Arg::Text(cycle))])) }
                }
            } }
            tbody {
                @for column in columns {
                    tr {
                        th scope="row" { (column.code) ". " (column.name) }
                        td.number { (points(w, of(&unit.contents, &column.code))) }
                        td.number { (column.max.map_or(String::new(), |max| points(w, &max.to_string()))) }
                        @if medians { td.number { (points(w, of(shown.medians(), &column.code))) } }
                        (changed(&|earlier| of(&earlier.contents, &column.code).to_owned()))
                    }
                }
                tr {
                    th scope="row" { (w.say("readers-penalty")) }
                    td.number { (penalty(w, unit)) }
                    td {} @if medians { td {} }
                    (changed(&|earlier| earlier.penalty.clone()))
                }
            }
            tfoot { tr {
                th scope="row" { (w.say("readers-total")) }
                td.number { (points(w, &unit.total)) }
                td {} @if medians { td {} }
                (changed(&|earlier| earlier.gained.clone()))
            } }
        }
    }
}

/// The points of a content; empty where it has none.
fn of<'a>(contents: &'a [pb::Content], code: &str) -> &'a str {
    let own = contents.iter().find(|content| content.code == code);
    own.map_or("", |content| &content.points)
}

fn bar(shown: Shown<'_>, column: &Column) -> Option<chart::Bar> {
    Some(chart::Bar {
        label: column.code.clone(),
        own: in_content(shown.unit, &column.code)?,
        beside: of(shown.medians(), &column.code).parse().ok(),
        max: column.max?,
    })
}

/// What lies between the maxima and the total, each with what it takes off.
fn steps<'a>(shown: Shown<'a>, told: &'a pb::Comparison) -> Vec<(&'a str, &'a str)> {
    let lost = told.lost.iter();
    let mut steps: Vec<(&str, &str)> = lost
        .map(|content| (content.code.as_str(), content.points.as_str()))
        .collect();
    steps.push((shown.w.say("readers-penalty"), shown.unit.penalty.as_str()));
    // Scaling and the floor of the total are not of one content.
    if read(&told.scaled) != Points::ZERO {
        steps.push((shown.w.say("readers-scaled"), told.scaled.as_str()));
    }
    steps
}

fn losses(shown: Shown<'_>) -> Markup {
    let w = shown.w;
    let told = shown.unit.comparison.as_ref();
    let Some(told) = told.filter(|told| !told.full.is_empty()) else {
        return html! {};
    };
    let steps = steps(shown, told);
    let drawn = steps.iter().map(|(label, lost)| chart::Step {
        label: (*label).to_owned(),
        lost: read(lost),
    });
    let drawn: Vec<chart::Step> = drawn.collect();
    html! {
        section aria-labelledby="losses" {
            h2 #losses { (w.say("readers-losses")) }
            figure {
                (chart::waterfall((w.say("readers-chart-losses"), w.say("readers-total")), read(&told.full), &drawn))
                figcaption { (w.say("readers-chart-losses")) }
            }
            table.losses {
                thead { tr {
                    th scope="col" { (w.say("readers-content")) }
                    th.number scope="col" { (w.say("readers-lost")) }
                } }
                tbody {
                    tr { th scope="row" { (w.say("readers-full")) } td.number { (points(w, &told.full)) } }
                    @for (label, lost) in &steps {
                        tr { th scope="row" { (label) } td.number { (taken(w, lost)) } }
                    }
                }
                tfoot { tr { th scope="row" { (w.say("readers-total")) } td.number { (points(w, &shown.unit.total)) } } }
            }
        }
    }
}

/// Every criterion, under its content, with the way to its own page.
fn criteria(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let w = shown.w;
    let of = |code: &str, leaf: &&pb::LeafResult| leaf.criterion.split('.').next() == Some(code);
    let known = |leaf: &&pb::LeafResult| columns.iter().any(|column| of(&column.code, leaf));
    html! {
        section aria-labelledby="criteria" {
            h2 #criteria { (w.say("readers-criteria")) }
            @for column in columns {
                @let leaves: Vec<_> = shown.leaves.iter().filter(|leaf| of(&column.code, leaf)).collect();
                (leaf_table(shown, &format!("{}. {}", column.code, column.name), &leaves, points))
            }
            @let rest: Vec<_> = shown.leaves.iter().filter(|leaf| !known(leaf)).collect();
            @if !rest.is_empty() { (leaf_table(shown, w.say("readers-penalty"), &rest, taken)) }
        }
    }
}

/// With points written as what they do to the total. A penalty has no maximum.
fn leaf_table(
    shown: Shown<'_>,
    caption: &str,
    leaves: &[&pb::LeafResult],
    write: fn(Words, &str) -> String,
) -> Markup {
    let w = shown.w;
    let most = |max: &str| match max.bytes().any(|b| matches!(b, b'1'..=b'9')) {
        true => points(w, max),
        false => "–".to_owned(),
    };
    html! {
        table.criteria {
            caption { (caption) }
            thead { tr {
                th scope="col" { (w.say("readers-code")) }
                th scope="col" { (w.say("readers-criterion")) }
                th.number scope="col" { (w.say("readers-points")) }
                th.number scope="col" { (w.say("readers-max-short")) }
            } }
            tbody { @for leaf in leaves {
                @let below = format!("/{}/{}", shown.unit.unit, leaf.criterion);
                tr {
                    th scope="row" { a href=(shown.place().href(&below, None)) { (leaf.criterion) } }
                    td { (named(w, &leaf.name, &leaf.name_en)) }
                    td.number { (write(w, &leaf.points)) }
                    td.number { (most(&leaf.max_points)) }
                }
            } }
        }
    }
}
