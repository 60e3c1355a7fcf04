//! Freezes the valid slips of some units and publishes the hash of the list.

use std::collections::BTreeSet;

use chiso_domain::cycle::{Cycle, Window, WindowRefusal};
use chiso_domain::kernel::{CycleCode, Instant, LotId, UnitCode};
use chiso_domain::recheck::FrozenList;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Reads;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::{locked_lot, post};
use crate::error::Refused;
use crate::{SERVICE, Service, names, policy, store, wire};

impl Service {
    pub(crate) async fn close_lot(
        &self,
        caller: &Caller,
        request: &pb::CloseLotRequest,
    ) -> Result<pb::CloseLotResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::ORGANISE, Some(&cycle))?;
        let lot: LotId = parse("lot_id", &request.lot_id)?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "CloseLot", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        // A list misses no slip only if none can come any more, so the newest calendar is asked.
        let cycle = self.ctx.cycles.fresh(&cycle).await?;
        let units = units(&cycle, &request.units)?;
        check_windows(&cycle, &units, now)?;
        // The survey lets nothing in any more once it has listed, so not for a list that is refused anyway.
        check_unused(&mut &self.ctx.db, lot, &cycle.code, &units).await?;
        let slips = self.survey.valid_slips(caller, &cycle.code, &units).await?;
        let respondents = slips
            .iter()
            .map(|(s, respondent)| (s.slip, *respondent))
            .collect();
        let slips = slips.into_iter().map(|(slip, _)| slip).collect();
        self.catch_up_or_warn().await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        check_unused(&mut tx, lot, &cycle.code, &units).await?;
        let list = FrozenList::new(cycle.code.clone(), lot, slips)?;
        store::lot::insert_lot(&mut tx, &list, &units, &respondents, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "lot.close",
            object: names::lot(&cycle.code, lot),
            before: None,
            after: Some(json!({
                "entries": list.slips().len(), "list_sha256": list.sha256(), "units": units,
            })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let posted = post::adjustments(&mut tx, now, &cycle, &units).await?;
        let reply = pb::CloseLotResponse {
            lot: Some(wire::lot(&locked_lot(&mut tx, lot).await?)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring(posted);
        Ok(reply)
    }
}

/// The units that are named, or all of the cycle, in the order of their codes.
fn units(cycle: &Cycle, named: &[String]) -> Result<Vec<UnitCode>, Error> {
    if named.is_empty() {
        return Ok(cycle.units.keys().cloned().collect());
    }
    let mut units = BTreeSet::new();
    for (at, unit) in named.iter().enumerate() {
        let unit: UnitCode = parse(&format!("units[{at}]"), unit)?;
        if !cycle.units.contains_key(&unit) {
            return Err(Refused::UnknownUnit(at, unit).into());
        }
        units.insert(unit);
    }
    Ok(units.into_iter().collect())
}

/// The id is new, and no unit is in another list.
async fn check_unused(
    reads: &mut impl Reads,
    lot: LotId,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> Result<(), Error> {
    if store::lot::lot(reads, lot).await?.is_some() {
        return Err(Refused::LotExists(lot).into());
    }
    if let Some((unit, lot)) = store::lot::taken_unit(reads, cycle, units).await? {
        return Err(Refused::UnitInLot { unit, lot }.into());
    }
    Ok(())
}

/// The recheck must be open for every unit, and the survey over: a later slip would escape the draw.
fn check_windows(cycle: &Cycle, units: &[UnitCode], now: Instant) -> Result<(), Error> {
    for unit in units {
        cycle.calendar.check(Window::Recheck, Some(unit), now)?;
        match cycle.calendar.span(Window::Survey, Some(unit)) {
            Some(survey) if now < survey.end => {
                return Err(WindowRefusal::StillOpen(Window::Survey, survey.end).into());
            }
            _ => {}
        }
    }
    Ok(())
}
