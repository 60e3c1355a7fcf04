//! The points that are still missing before the official computation, leaf by leaf.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CriterionCode, UnitCode};
use chiso_platform::words::Words;
use chiso_wire::kernel::Source;
use chiso_wire::ranking::MissingLeaf;

use super::super::at::At;
use super::super::me::Me;
use super::super::out::{Cell, Sheet, csv};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::{INNER, load, progress, view, view_missing};

/// Rows of a page.
const ROWS: usize = 100;

/// Sources, as the address names them.
pub(super) const SOURCES: [(&str, Source); 4] = [
    ("khao-sat", Source::Survey),
    ("phuc-tra", Source::Recheck),
    ("lanh-dao", Source::Leaders),
    ("cham-diem", Source::Ledger),
];

/// What is missing, filtered.
#[derive(Clone, Debug)]
pub(super) struct Missing {
    pub(super) cycle: Arc<Cycle>,
    pub(super) unit: String,
    pub(super) source: String,
    /// All that fit the filters.
    pub(super) leaves: Vec<MissingLeaf>,
    /// The first row of the page, from 0.
    pub(super) from: usize,
}

impl Missing {
    pub(super) fn shown(&self) -> &[MissingLeaf] {
        let end = self.leaves.len().min(self.from.saturating_add(ROWS));
        self.leaves.get(self.from..end).unwrap_or_default()
    }

    /// The first row of the next page.
    pub(super) fn next(&self) -> Option<usize> {
        let next = self.from.saturating_add(ROWS);
        (next < self.leaves.len()).then_some(next)
    }

    /// The printed name of a criterion, else nothing.
    pub(super) fn criterion(&self, leaf: &MissingLeaf) -> &str {
        let unit: Option<UnitCode> = leaf.unit.parse().ok();
        let code: Option<CriterionCode> = leaf.criterion.parse().ok();
        let row = unit
            .zip(code)
            .and_then(|(unit, code)| self.cycle.leaf(&unit, &code));
        row.map_or("", |row| &row.name)
    }
}

/// The page, or all rows as a file.
pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let Some(cycle) = load::cycle(&web, &me, &at, INNER).await? else {
        return Ok(view::unopened(&me, at.part("cycle")));
    };
    let missing = missing(&web, &me, &at, cycle).await?;
    if at.query("tep") == Some("csv") {
        return Ok(file(
            &csv::write(&sheet(me.w, &missing)),
            missing.cycle.code.as_str(),
        ));
    }
    Ok(view_missing::show(&me, &missing))
}

async fn missing(web: &Web, me: &Me, at: &At, cycle: Arc<Cycle>) -> Result<Missing, Trouble> {
    let (unit, source) = (
        at.query("don-vi").unwrap_or_default(),
        at.query("nguon").unwrap_or_default(),
    );
    let known = |unit: &str| {
        unit.parse()
            .is_ok_and(|unit: UnitCode| cycle.units.contains_key(&unit))
    };
    let only = SOURCES
        .iter()
        .find(|(name, _)| *name == source)
        .map(|(_, source)| *source);
    if !unit.is_empty() && !known(unit) || !source.is_empty() && only.is_none() {
        return Err(Trouble::missing());
    }
    let mut leaves = progress::readiness(web, me, &cycle).await?.missing;
    leaves.retain(|leaf| {
        let of_unit = unit.is_empty() || leaf.unit == unit;
        of_unit && only.is_none_or(|only| leaf.source() == only)
    });
    let from = at
        .query("tu")
        .and_then(|from| from.parse().ok())
        .filter(|from| *from < leaves.len())
        .unwrap_or_default();
    Ok(Missing {
        cycle,
        unit: unit.to_owned(),
        source: source.to_owned(),
        leaves,
        from,
    })
}

pub(super) fn source(w: Words, source: Source) -> &'static str {
    match source {
        Source::Survey => w.say("readers-source-survey"),
        Source::Recheck => w.say("readers-source-recheck"),
        Source::Leaders => w.say("readers-source-leaders"),
        Source::Ledger | Source::Unspecified => w.say("readers-source-ledger"),
    }
}

fn sheet(w: Words, missing: &Missing) -> Sheet {
    let row = |leaf: &MissingLeaf| {
        vec![
            Cell::text(&leaf.unit),
            Cell::text(load::unit(&missing.cycle, &leaf.unit)),
            Cell::text(&leaf.criterion),
            Cell::text(missing.criterion(leaf)),
            Cell::text(source(w, leaf.source())),
            Cell::text(&leaf.reason),
        ]
    };
    let heading = [
        "unit",
        "unit_name",
        "criterion",
        "criterion_name",
        "source",
        "reason",
    ];
    Sheet {
        name: String::new(),
        heading: heading.map(str::to_owned).to_vec(),
        rows: missing.leaves.iter().map(row).collect(),
    }
}

fn file(text: &str, cycle: &str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{cycle}-con-thieu.csv\"")) {
        headers.insert(CONTENT_DISPOSITION, named);
    }
    response
}
