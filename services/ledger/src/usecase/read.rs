//! Reading sheets and entries, as far as the caller may.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::appraisal::{SheetState, is_self_scored};
use chiso_domain::cycle::{Criterion, Cycle};
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Reads;
use chiso_platform::page::Page;
use chiso_wire::convert::parse;
use chiso_wire::ledger as pb;

use super::{index_set, load_rows, place, scored_leaf, self_scoring_over};
use crate::Service;
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::{self, Place};
use crate::view::{LeafRows, View};

impl Service {
    /// A sheet with all its entries that the caller sees.
    ///
    /// # Errors
    /// `UNIT_UNKNOWN`, `UNIT_NOT_YOURS`, and the common ones.
    pub async fn get_sheet(
        &self,
        caller: &Caller,
        request: &pb::GetSheetRequest,
    ) -> Result<pb::GetSheetResponse, Error> {
        let (code, unit): (CycleCode, UnitCode) =
            (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        let actor = caller.require(policy::READ, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        index_set(&cycle, &unit)?;
        let viewer = Viewer::of(&actor);
        if !viewer.sees_some(&unit) {
            return Err(LedgerRefusal::NotOwnUnit(unit).into());
        }
        let cycle = self.unless_extended(cycle, &unit).await?;
        let set = index_set(&cycle, &unit)?;
        let progress = store::sheet::progress(&mut &self.ctx.db, &code).await?;
        let view = View {
            cycle: &cycle,
            viewer: &viewer,
            progress,
        };
        let rows = sheet_rows(&mut &self.ctx.db, &code, &unit).await?;
        let none = LeafRows::default();
        let entry = |leaf: &Criterion| {
            let place = Place {
                cycle: code.clone(),
                unit: unit.clone(),
                criterion: leaf.code.clone(),
            };
            view.entry(&place, leaf, rows.get(&leaf.code).unwrap_or(&none))
        };
        let excused = |leaf: &&Criterion| {
            let marked = rows.get(&leaf.code).map(|rows| &rows.entry.not_applicable);
            !is_self_scored(leaf)
                && marked.is_some_and(|why| !why.is_empty())
                && viewer.sees_leaf(&cycle, &unit, &leaf.code)
        };
        Ok(pb::GetSheetResponse {
            sheet: Some(self.sheet_head(&view, &unit, &rows).await?),
            entries: view.visible(&unit, set).map(entry).collect(),
            excused: set.leaves().filter(excused).map(entry).collect(),
        })
    }

    /// Heads of the sheets the caller sees, in the official order of the units.
    ///
    /// # Errors
    /// The common ones.
    pub async fn list_sheets(
        &self,
        caller: &Caller,
        request: &pb::ListSheetsRequest,
    ) -> Result<pb::ListSheetsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ, Some(&code))?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let viewer = Viewer::of(&actor);
        let progress = store::sheet::progress(&mut &self.ctx.db, &code).await?;
        let view = View {
            cycle: &cycle,
            viewer: &viewer,
            progress,
        };
        let units = after(&cycle, page.after.as_deref())
            .into_iter()
            .filter(|unit| viewer.sees_some(unit))
            .take(page.limit + 1)
            .collect();
        let (units, next_page_token) = page.cut(units, ToString::to_string);
        let mut sheets = Vec::with_capacity(units.len());
        for unit in &units {
            let rows = sheet_rows(&mut &self.ctx.db, &code, unit).await?;
            sheets.push(self.sheet_head(&view, unit, &rows).await?);
        }
        Ok(pb::ListSheetsResponse {
            sheets,
            next_page_token,
        })
    }

    /// One leaf with every step.
    ///
    /// # Errors
    /// `UNIT_UNKNOWN`, `CRITERION_UNKNOWN`, `UNIT_NOT_YOURS`, `LEAF_NOT_IN_LEDGER`, and the common ones.
    pub async fn get_entry(
        &self,
        caller: &Caller,
        request: &pb::GetEntryRequest,
    ) -> Result<pb::GetEntryResponse, Error> {
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let actor = caller.require(policy::READ, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = scored_leaf(&cycle, &place)?;
        let viewer = Viewer::of(&actor);
        if !viewer.sees_leaf(&cycle, &place.unit, &place.criterion) {
            return Err(LedgerRefusal::NotOwnUnit(place.unit).into());
        }
        let progress = store::sheet::progress(&mut &self.ctx.db, &place.cycle).await?;
        let rows = load_rows(&mut &self.ctx.db, &place).await?;
        let view = View {
            cycle: &cycle,
            viewer: &viewer,
            progress,
        };
        Ok(pb::GetEntryResponse {
            entry: Some(view.entry(&place, leaf, &rows)),
        })
    }

    /// A sheet is said to be taken over only by the calendar as it is now: whoever was just given more time sees it,
    /// though a write may have taken it over at the earlier end.
    async fn unless_extended(&self, cycle: Arc<Cycle>, unit: &UnitCode) -> Result<Arc<Cycle>, Error> {
        let sheet = store::sheet::load(&mut &self.ctx.db, &cycle.code, unit).await?;
        let over = self_scoring_over(&cycle, unit, self.ctx.clock.now());
        if over && sheet.state != SheetState::Submitted {
            self.ctx.cycles.fresh(&cycle.code).await
        } else {
            Ok(cycle)
        }
    }

    async fn sheet_head(
        &self,
        view: &View<'_>,
        unit: &UnitCode,
        rows: &BTreeMap<CriterionCode, LeafRows>,
    ) -> Result<pb::Sheet, Error> {
        let sheet = store::sheet::load(&mut &self.ctx.db, &view.cycle.code, unit).await?;
        let over = self_scoring_over(view.cycle, unit, self.ctx.clock.now());
        let penalties = store::penalty::of_sheet(&mut &self.ctx.db, &view.cycle.code, unit).await?;
        Ok(view.sheet(unit, (sheet, over), rows, &penalties))
    }
}

/// All rows of a unit's sheet.
pub(super) async fn sheet_rows(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> Result<BTreeMap<CriterionCode, LeafRows>, Error> {
    let mut rows: BTreeMap<CriterionCode, LeafRows> = BTreeMap::new();
    for (leaf, entry) in store::entry::of_sheet(reads, cycle, unit).await? {
        rows.entry(leaf).or_default().entry = entry;
    }
    for ((leaf, round), ruling) in store::ruling::of_sheet(reads, cycle, unit).await? {
        rows.entry(leaf).or_default().rulings.insert(round, ruling);
    }
    for (leaf, evidence) in store::evidence::of_sheet(reads, cycle, unit).await? {
        rows.entry(leaf).or_default().evidence = evidence;
    }
    for (leaf, person) in store::assignment::of_sheet(reads, cycle, unit).await? {
        rows.entry(leaf).or_default().assigned_to = Some(person);
    }
    Ok(rows)
}

/// The units in their official order, after one of them.
pub(super) fn after(cycle: &Cycle, last: Option<&str>) -> Vec<UnitCode> {
    let units: Vec<UnitCode> = cycle
        .units_in_order()
        .iter()
        .map(|unit| unit.code.clone())
        .collect();
    let from = last.map_or(0, |last| {
        units
            .iter()
            .position(|unit| unit.as_str() == last)
            .map_or(units.len(), |at| at + 1)
    });
    units.into_iter().skip(from).collect()
}
