//! One criterion of one unit: the points of each source, what they were computed from, and how.

use chiso_domain::cycle::{Criterion, Rule};
use chiso_domain::index_points::{IndexPoints, Source, Value};
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::words::named;
use super::ranking::Place;
use super::records::Records;
use super::view_records;
use super::view_version;
use super::working;
use crate::web::format::{self, points, taken};

/// A criterion's page.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) place: Place<'a>,
    /// None: the draft.
    pub(super) version: Option<&'a pb::Version>,
    pub(super) leaf: &'a pb::LeafResult,
    pub(super) sources: &'a [IndexPoints],
    /// None while the registry is away.
    pub(super) row: Option<&'a Criterion>,
    /// Who appraises it, by name.
    pub(super) appraiser: Option<&'a str>,
    /// None: nothing that the reader may see.
    pub(super) records: Option<&'a Records>,
}

/// The title of the page: code and name.
pub(super) fn title(w: Words, leaf: &pb::LeafResult) -> String {
    format!("{}. {}", leaf.criterion, named(w, &leaf.name, &leaf.name_en))
}

/// All of the page below its layout.
pub(super) fn page(shown: Shown<'_>) -> Markup {
    let (w, leaf) = (shown.w, shown.leaf);
    html! {
        (view_version::line(w, shown.version, &shown.place))
        dl.facts {
            dt { (w.say("readers-points")) }
            dd { strong { @if takes(shown) { (taken(w, &leaf.points)) } @else { (points(w, &leaf.points)) } } }
            @if !takes(shown) {
                dt { (w.say("readers-max-short")) }
                dd { (points(w, &leaf.max_points)) }
            }
            @if let Some(row) = shown.row {
                dt { (w.say("readers-rule")) }
                dd { @for line in working::rule(w, row) { p { (line) } } }
                @if !row.evidence.is_empty() {
                    dt { (w.say("readers-evidence")) }
                    dd lang="vi" { (row.evidence) }
                }
                @if let Some(appraiser) = shown.appraiser {
                    dt { (w.say("readers-appraiser")) }
                    dd lang="vi" { (appraiser) }
                }
            }
        }
        section aria-labelledby="sources" {
            h2 #sources { (w.say("readers-sources")) }
            @if shown.sources.is_empty() {
                p { (w.say("readers-no-sources")) }
            } @else {
                div.table role="group" aria-labelledby="sources" tabindex="0" { (sources(shown)) }
                p { (w.say("readers-sources-note")) }
                @if shown.row.is_some_and(|row| matches!(row.rule, Rule::Leaders)) { p { (w.say("readers-marks-closed")) } }
            }
        }
        @if let Some(records) = shown.records { (view_records::section(w, records, shown.row)) }
    }
}

fn sources(shown: Shown<'_>) -> Markup {
    let w = shown.w;
    html! {
        table.sources {
            thead { tr {
                th scope="col" { (w.say("readers-source")) }
                th.number scope="col" { (w.say("readers-points")) }
                th scope="col" { (w.say("readers-working")) }
                th.number scope="col" { (w.say("readers-revision")) }
                th.number scope="col" { (w.say("readers-seq")) }
                th scope="col" { (w.say("readers-at")) }
            } }
            tbody { @for source in shown.sources {
                tr {
                    th scope="row" { (name(w, source.source)) }
                    td.number { (value(shown, &source.post.value)) }
                    td { @for line in working::basis(w, &shown.leaf.max_points, shown.row, source) { p { (line) } } }
                    td.number { (source.revision) }
                    td.number { (source.seq) }
                    td { (format::instant(source.at)) }
                }
            } }
        }
    }
}

/// Whether its points are taken off the total.
fn takes(shown: Shown<'_>) -> bool {
    shown
        .row
        .is_some_and(|row| matches!(row.rule, Rule::Penalty { .. }))
}

fn value(shown: Shown<'_>, value: &Value) -> String {
    let w = shown.w;
    match value {
        Value::Points(value) if takes(shown) => taken(w, &value.to_string()),
        Value::Points(value) => points(w, &value.to_string()),
        Value::NotComputable(why) => w.tell("readers-not-computable", &[("why", Arg::Text(why))]),
        Value::NotApplicable(why) => w.tell("readers-not-applicable", &[("why", Arg::Text(why))]),
    }
}

fn name(w: Words, source: Source) -> &'static str {
    match source {
        Source::Survey => w.say("readers-source-survey"),
        Source::Recheck => w.say("readers-source-recheck"),
        Source::Leaders => w.say("readers-source-leaders"),
        Source::Ledger => w.say("readers-source-ledger"),
    }
}
