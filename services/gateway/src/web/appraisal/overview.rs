//! What is to be appraised: by criterion or by unit, and of one of them the list.

use std::collections::BTreeMap;

use axum::extract::State;
use chiso_domain::kernel::{CriterionCode, UnitCode, UnitTypeCode};
use chiso_wire::ledger as pb;

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::leaf::LAST;
use super::load::{Bench, Closing, Gaps, Spot, Way, closings, gaps, of_criterion, of_unit};
use super::view_overview::{Overview, page};

/// Which part is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All criteria, or all units.
    Whole,
    /// One criterion of the units of a type.
    Criterion(UnitTypeCode, CriterionCode),
    /// One unit.
    Unit(UnitCode),
}

/// A row of the whole: one criterion of a type, or one unit.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) spot: Spot,
    /// Leaves in it.
    pub(super) all: usize,
    /// Those that keep the round open.
    pub(super) open: usize,
    /// Of those, the ones that were decided and changed afterwards.
    pub(super) stale: usize,
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    shown(&web, &me, &bench, &at).await
}

async fn shown(web: &Web, me: &Me, bench: &Bench, at: &At) -> Answer {
    let (way, part) = (Way::of(bench, at), part(at)?);
    let gaps = gaps(web, me, bench, way.wire()).await?;
    let closed = closings(web, me, bench).await?;
    let entries = entries(web, me, bench, &part).await?;
    let overview = Overview {
        groups: groups(bench, way, &gaps),
        agreeable: agreeable((bench, way), (&closed, &gaps), &entries),
        last: at.query(LAST).unwrap_or_default(),
        entries,
        stage: bench.stage(way.round, None, &closed),
        bench,
        way,
        part,
        gaps: &gaps,
    };
    Ok(page(me, &overview))
}

/// What can be agreed to at once: value and label of each.
fn agreeable(
    (bench, way): (&Bench, Way),
    rounds: (&[Closing], &Gaps),
    entries: &[pb::Entry],
) -> Vec<(String, String)> {
    let one = |entry: &pb::Entry| {
        bench.agrees(way.round, rounds, entry)?;
        Some((way.key(entry).to_owned(), way.label(bench, entry)))
    };
    entries.iter().filter_map(one).collect()
}

/// What the address names.
pub(super) fn part(at: &At) -> Result<Part, Trouble> {
    let read = |name| at.query(name).filter(|value| !value.is_empty());
    let bad = |_| Trouble::missing();
    match (read("don-vi"), read("loai"), read("tieu-chi")) {
        (Some(unit), _, _) => Ok(Part::Unit(unit.parse().map_err(|_| Trouble::missing())?)),
        (None, Some(of_type), Some(code)) => Ok(Part::Criterion(
            of_type.parse().map_err(|_| Trouble::missing())?,
            code.parse().map_err(bad)?,
        )),
        _ => Ok(Part::Whole),
    }
}

/// What is listed of a part; nothing of the whole.
pub(super) async fn entries(
    web: &Web,
    me: &Me,
    bench: &Bench,
    part: &Part,
) -> Result<Vec<pb::Entry>, Trouble> {
    let entries = match part {
        Part::Whole => return Ok(Vec::new()),
        Part::Criterion(of_type, code) => of_criterion(web, me, bench, (of_type, code)).await?,
        Part::Unit(unit) => of_unit(web, me, bench, unit).await?,
    };
    if entries.is_empty() {
        return Err(Trouble::missing());
    }
    Ok(entries)
}

/// The rows of the whole, in the order of the units or of the index sets.
fn groups(bench: &Bench, way: Way, gaps: &Gaps) -> Vec<Group> {
    let (mut groups, mut places): (Vec<Group>, BTreeMap<(String, String), usize>) =
        (Vec::new(), BTreeMap::new());
    for spot in bench.spots() {
        let gap = gaps.get(&(spot.unit.to_string(), spot.row.code.to_string()));
        let of_type = bench
            .cycle
            .units
            .get(&spot.unit)
            .map(|unit| unit.unit_type.to_string());
        let key = if way.by_unit {
            (spot.unit.to_string(), String::new())
        } else {
            (of_type.unwrap_or_default(), spot.row.code.to_string())
        };
        let at = *places.entry(key).or_insert_with(|| {
            groups.push(Group {
                spot,
                all: 0,
                open: 0,
                stale: 0,
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.all += 1;
            group.open += usize::from(gap.is_some());
            group.stale += usize::from(gap.is_some_and(|gap| gap.stale));
        }
    }
    groups
}
