//! Saves one mark or abstention of a draft, or the same for several units that have none yet.

use std::sync::Arc;

use chiso_domain::cycle::policy::LeadersPolicy;
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, PersonId, UnitCode};
use chiso_domain::leaders::{Choice, LeadersRefusal, Slip};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::leaders as pb;
use prost::Message;
use serde_json::json;

use super::standing;
use crate::error::Refused;
use crate::{SERVICE, Service, store, wire};

/// What is to be saved.
struct Saving {
    cycle: CycleCode,
    leader: PersonId,
    /// As the journal calls it.
    act: &'static str,
    units: Vec<UnitCode>,
    choice: Choice,
}

impl Service {
    /// Saved when this returns; counts only once the leader sends it.
    pub(crate) async fn keep_mark(
        &self,
        caller: &Caller,
        request: &pb::SaveMarkRequest,
    ) -> Result<pb::SaveMarkResponse, Error> {
        let (cycle, leader) = slip_of(caller, &request.cycle, &request.leader)?;
        let once = Once::new(SERVICE, "SaveMark", caller, &request.request_id, request)?;
        let (unit, choice) = wire::mark(request.mark.as_ref())?;
        let saving = Saving {
            cycle,
            leader,
            act: "slip.save",
            units: vec![unit.clone()],
            choice,
        };
        let save = |slip: &mut Slip, units: &[UnitCode], policy: &LeadersPolicy| {
            slip.save(units, policy, (unit, choice), request.version)
        };
        self.keep(caller, &once, saving, save, |version| pb::SaveMarkResponse {
            version,
        })
        .await
    }

    /// The same for several units at once: all of them are saved when this returns, or none.
    pub(crate) async fn keep_rest(
        &self,
        caller: &Caller,
        request: &pb::SaveRestRequest,
    ) -> Result<pb::SaveRestResponse, Error> {
        let (cycle, leader) = slip_of(caller, &request.cycle, &request.leader)?;
        let once = Once::new(SERVICE, "SaveRest", caller, &request.request_id, request)?;
        let (units, choice) = wire::rest(request)?;
        let rest = units.clone();
        let saving = Saving {
            cycle,
            leader,
            act: "slip.save_rest",
            units,
            choice,
        };
        let save = |slip: &mut Slip, units: &[UnitCode], policy: &LeadersPolicy| {
            slip.save_rest(units, policy, (&rest, choice), request.version)
        };
        self.keep(caller, &once, saving, save, |version| pb::SaveRestResponse {
            version,
        })
        .await
    }

    async fn keep<R: Message + Default>(
        &self,
        caller: &Caller,
        once: &Once,
        saving: Saving,
        save: impl FnOnce(&mut Slip, &[UnitCode], &LeadersPolicy) -> Result<i64, LeadersRefusal>,
        reply: impl FnOnce(i64) -> R,
    ) -> Result<R, Error> {
        let (code, leader) = (&saving.cycle, saving.leader);
        let saved_by = caller.person()?;
        let now = self.ctx.clock.now();
        // Before the window is asked: a repeated call gets its answer also after the deadline.
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycle = self.open_for(code, &saving.units, now).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let panel = standing(&mut tx, code).await?.panel;
        panel.leader(leader).ok_or(Refused::NoSuchSlip)?;
        let mut slip = store::held_slip(&mut tx, code, leader).await?.slip;
        let before = slip.version;
        let version = save(&mut slip, &panel.units(&cycle), &cycle.rules.policy.leaders)?;
        let choices = (&saving.units[..], saving.choice);
        store::save_marks(&mut tx, (code, leader), version, choices, (saved_by, now)).await?;
        // Neither unit nor mark: the journal is read by people who may not see the slip.
        let act = Act {
            actor: caller.actor(),
            act: saving.act,
            object: format!("{code}/{leader}"),
            before: Some(json!({ "version": before })),
            after: Some(json!({ "version": version })),
            reason: String::new(),
        };
        Self::record(&mut tx, now, act).await?;
        let reply = reply(version);
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The cycle, if each of the units may be marked now.
    async fn open_for(
        &self,
        code: &CycleCode,
        units: &[UnitCode],
        now: Instant,
    ) -> Result<Arc<Cycle>, Error> {
        let cycles = &self.ctx.cycles;
        let mut cycle = cycles.get(code).await?;
        for unit in units {
            cycle = cycles.check(code, Window::Leaders, Some(unit), now).await?;
        }
        Ok(cycle)
    }
}

/// Whose slip of which cycle, for whoever may hold it.
fn slip_of(caller: &Caller, cycle: &str, leader: &str) -> Result<(CycleCode, PersonId), Error> {
    let cycle = parse("cycle", cycle)?;
    let leader = Service::holder(caller, &cycle, wire::named_leader(leader)?)?;
    Ok((cycle, leader))
}
