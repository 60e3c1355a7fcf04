//! One unit in a version: its place, why, its contents beside the others, where points were lost, and every criterion.

use chiso_domain::kernel::Points;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::words::named;
use super::ranking::{Column, Place, Ranking, in_content, read};
use super::view_ranking::{class, penalty, rank};
use super::view_version;
use crate::web::format::{difference, points};
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

    fn before(&self) -> Option<&'a pb::UnitResult> {
        let before = self.ranking.before.as_ref()?.units.get(&self.unit.unit)?;
        (before.unit_type == self.unit.unit_type).then_some(before)
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
        (losses(shown, &columns))
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
            @if let (Some(before), Some(own)) = (&shown.ranking.before, shown.before()) {
                dt { (w.tell("readers-in-cycle", &[("cycle", Arg::Text(&before.cycle))])) }
                dd { (points(w, &own.total)) ", " (w.say("readers-rank-small")) " " (rank(w, own)) }
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
    let (w, unit) = (shown.w, shown.unit);
    let bars: Vec<chart::Bar> = columns.iter().filter_map(|column| bar(shown, column)).collect();
    html! {
        section aria-labelledby="contents" {
            h2 #contents { (w.say("readers-contents")) }
            div.table role="group" aria-labelledby="contents" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { (w.say("readers-content")) }
                        th.number scope="col" { (w.say("readers-points")) }
                        th.number scope="col" { (w.say("readers-max-short")) }
                        th.number scope="col" { (w.say("readers-median")) }
                        @if let Some(before) = &shown.ranking.before {
                            th.number scope="col" { (w.tell("readers-since", &[("cycle", Arg::Text(&before.cycle))])) }
                        }
                    } }
                    tbody {
                        @for column in columns { (content(shown, column)) }
                        tr {
                            th scope="row" { (w.say("readers-penalty")) }
                            td.number { (penalty(w, unit)) }
                            td {} td {}
                            @if shown.ranking.before.is_some() { td.number { (shown.before().map_or(String::new(), |before| {
                                difference(w, &(read(&before.penalty) - read(&unit.penalty)).to_string())
                            })) } }
                        }
                    }
                    tfoot { tr {
                        th scope="row" { (w.say("readers-total")) }
                        td.number { (points(w, &unit.total)) }
                        td {} td {}
                        @if shown.ranking.before.is_some() { td.number { (shown.before().map_or(String::new(), |before| {
                            difference(w, &(read(&unit.total) - read(&before.total)).to_string())
                        })) } }
                    } }
                }
            }
            @if !bars.is_empty() { figure {
                (chart::bars(w.say("readers-chart-contents"), &bars))
                figcaption { (w.say("readers-chart-contents")) }
            } }
        }
    }
}

fn bar(shown: Shown<'_>, column: &Column) -> Option<chart::Bar> {
    Some(chart::Bar {
        label: column.code.clone(),
        own: in_content(shown.unit, &column.code)?,
        beside: shown.ranking.median(&shown.unit.unit_type, &column.code),
        max: column.max?,
    })
}

fn content(shown: Shown<'_>, column: &Column) -> Markup {
    let w = shown.w;
    let text = |value: Option<Points>| value.map_or(String::new(), |p| points(w, &p.to_string()));
    let own = in_content(shown.unit, &column.code);
    let before = shown.before().and_then(|before| in_content(before, &column.code));
    html! {
        tr {
            th scope="row" { (column.code) ". " (column.name) }
            td.number { (text(own)) }
            td.number { (text(column.max)) }
            td.number { (text(shown.ranking.median(&shown.unit.unit_type, &column.code))) }
            @if shown.ranking.before.is_some() {
                td.number { @if let (Some(own), Some(before)) = (own, before) { (difference(w, &(own - before).to_string())) } }
            }
        }
    }
}

/// What lies between the sum of the maxima and the total, content by content.
fn steps(shown: Shown<'_>, columns: &[Column]) -> Option<(Points, Vec<chart::Step>)> {
    let mut full = Points::ZERO;
    let mut steps = Vec::new();
    let step = |label: &str, lost| chart::Step {
        label: label.to_owned(),
        lost,
    };
    for column in columns {
        let max = column.max?;
        full = full + max;
        steps.push(step(&column.code, max - in_content(shown.unit, &column.code)?));
    }
    steps.push(step(shown.w.say("readers-penalty"), read(&shown.unit.penalty)));
    // Scaling and the floor of the total are not of one content.
    let lost = steps.iter().map(|step| step.lost).sum::<Points>();
    let rest = full - lost - read(&shown.unit.total);
    if rest != Points::ZERO {
        steps.push(step(shown.w.say("readers-scaled"), rest));
    }
    Some((full, steps))
}

fn losses(shown: Shown<'_>, columns: &[Column]) -> Markup {
    let w = shown.w;
    let Some((full, steps)) = steps(shown, columns).filter(|_| !columns.is_empty()) else {
        return html! {};
    };
    html! {
        section aria-labelledby="losses" {
            h2 #losses { (w.say("readers-losses")) }
            figure {
                (chart::waterfall((w.say("readers-chart-losses"), w.say("readers-total")), full, &steps))
                figcaption { (w.say("readers-chart-losses")) }
            }
            table.losses {
                thead { tr {
                    th scope="col" { (w.say("readers-content")) }
                    th.number scope="col" { (w.say("readers-lost")) }
                } }
                tbody {
                    tr { th scope="row" { (w.say("readers-full")) } td.number { (points(w, &full.to_string())) } }
                    @for step in &steps {
                        tr { th scope="row" { (step.label) } td.number { (points(w, &(-step.lost).to_string())) } }
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
                (leaf_table(shown, &format!("{}. {}", column.code, column.name), &leaves))
            }
            @let rest: Vec<_> = shown.leaves.iter().filter(|leaf| !known(leaf)).collect();
            @if !rest.is_empty() { (leaf_table(shown, w.say("readers-penalty"), &rest)) }
        }
    }
}

fn leaf_table(shown: Shown<'_>, caption: &str, leaves: &[&pb::LeafResult]) -> Markup {
    let w = shown.w;
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
                    td.number { (points(w, &leaf.points)) }
                    td.number { (points(w, &leaf.max_points)) }
                }
            } }
        }
    }
}
