//! Looking over many sheets at once: one criterion of all units, and how far the rounds are.

use std::collections::BTreeMap;

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::{Criterion, Cycle};
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::ledger as pb;

use super::read::after;
use crate::Service;
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::{self, Place};
use crate::view::{LeafRows, View};

impl Service {
    /// One criterion of every unit that has it, as far as the caller sees it.
    ///
    /// # Errors
    /// `CRITERION_UNKNOWN`, and the common ones.
    pub async fn list_entries(
        &self,
        caller: &Caller,
        request: &pb::ListEntriesRequest,
    ) -> Result<pb::ListEntriesResponse, Error> {
        let (code, criterion): (CycleCode, CriterionCode) = (
            parse("cycle", &request.cycle)?,
            parse("criterion", &request.criterion)?,
        );
        let actor = caller.require(policy::READ, Some(&code))?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let viewer = Viewer::of(&actor);
        if !scored_somewhere(&cycle, &criterion) {
            return Err(LedgerRefusal::UnknownCriterion(criterion).into());
        }
        let rows: Vec<(Place, &Criterion)> = after(&cycle, page.after.as_deref())
            .into_iter()
            .filter(|unit| viewer.sees_leaf(&cycle, unit, &criterion))
            .filter_map(|unit| {
                let leaf = cycle
                    .leaf(&unit, &criterion)
                    .filter(|leaf| is_self_scored(leaf))?;
                let (cycle, criterion) = (code.clone(), criterion.clone());
                Some((
                    Place {
                        cycle,
                        unit,
                        criterion,
                    },
                    leaf,
                ))
            })
            .take(page.limit + 1)
            .collect();
        let (rows, next_page_token) = page.cut(rows, |(place, _)| place.unit.to_string());
        let view = View {
            cycle: &cycle,
            viewer: &viewer,
            progress: store::sheet::progress(&mut &self.ctx.db, &code).await?,
        };
        let stored = self.criterion_rows(&code, &criterion).await?;
        let none = LeafRows::default();
        let entry = |(place, leaf): &(Place, &Criterion)| {
            view.entry(place, leaf, stored.get(&place.unit).unwrap_or(&none))
        };
        Ok(pb::ListEntriesResponse {
            entries: rows.iter().map(entry).collect(),
            next_page_token,
        })
    }

    /// The rows of one criterion by unit, in as many queries for one unit as for all.
    async fn criterion_rows(
        &self,
        cycle: &CycleCode,
        criterion: &CriterionCode,
    ) -> Result<BTreeMap<UnitCode, LeafRows>, Error> {
        let mut reads = &self.ctx.db;
        let mut rows: BTreeMap<UnitCode, LeafRows> = BTreeMap::new();
        for (unit, entry) in store::entry::of_criterion(&mut reads, cycle, criterion).await? {
            rows.entry(unit).or_default().entry = entry;
        }
        for ((unit, round), ruling) in store::ruling::of_criterion(&mut reads, cycle, criterion).await? {
            rows.entry(unit).or_default().rulings.insert(round, ruling);
        }
        for (unit, evidence) in store::evidence::of_criterion(&mut reads, cycle, criterion).await? {
            rows.entry(unit).or_default().evidence = evidence;
        }
        for (unit, person) in store::assignment::of_criterion(&mut reads, cycle, criterion).await? {
            rows.entry(unit).or_default().assigned_to = Some(person);
        }
        Ok(rows)
    }

    /// Which rounds are closed. No decision is told by that.
    ///
    /// # Errors
    /// The common ones.
    pub async fn get_rounds(
        &self,
        caller: &Caller,
        request: &pb::GetRoundsRequest,
    ) -> Result<pb::GetRoundsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ, Some(&code))?;
        self.ctx.cycles.get(&code).await?;
        let closed = store::sheet::closings(&mut &self.ctx.db, &code).await?;
        let message = |closing: store::sheet::Closing| pb::ClosedRound {
            round: closing.round.try_into().unwrap_or_default(),
            at: Some(timestamp(closing.at)),
            by: closing.by,
        };
        Ok(pb::GetRoundsResponse {
            closed: closed.into_iter().map(message).collect(),
        })
    }
}

fn scored_somewhere(cycle: &Cycle, criterion: &CriterionCode) -> bool {
    let mut sets = cycle.rules.index_sets.values();
    sets.any(|set| set.leaf(criterion).is_some_and(is_self_scored))
}
