//! Reads a slip, by its leader or the leader's secretary.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, PersonId, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::leaders as pb;

use super::standing;
use crate::error::Refused;
use crate::store::{self, HeldSlip};
use crate::{Service, wire};

/// So many digits of the commitment find one row of the journal.
const RECEIPT_DIGITS: usize = 12;

impl Service {
    /// The draft, what is still open, and whether it was sent as it stands.
    pub(crate) async fn read_slip(
        &self,
        caller: &Caller,
        request: &pb::GetSlipRequest,
    ) -> Result<pb::GetSlipResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let leader = Self::holder(caller, &code, wire::named_leader(&request.leader)?)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let panel = standing(&mut &self.ctx.db, &code).await?.panel;
        panel.leader(leader).ok_or(Refused::NoSuchSlip)?;
        let held = store::held_slip(&mut &self.ctx.db, &code, leader).await?;
        Ok(pb::GetSlipResponse {
            slip: Some(to_wire(&cycle, &panel.units(&cycle), leader, &held)),
        })
    }
}

pub(super) fn to_wire(cycle: &Cycle, units: &[UnitCode], leader: PersonId, held: &HeldSlip) -> pb::Slip {
    let policy = &cycle.rules.policy.leaders;
    let mark = |unit: &UnitCode| {
        let (choice, saved) = (held.slip.draft.get(unit)?, held.saved.get(unit)?);
        Some(wire::mark_to_wire(unit, *choice, Some(*saved)))
    };
    let sent = |unit: &UnitCode| {
        let choice = held.slip.sent.as_ref()?.get(unit)?;
        Some(wire::mark_to_wire(unit, *choice, None))
    };
    pb::Slip {
        cycle: cycle.code.to_string(),
        leader: leader.to_string(),
        marks: units.iter().filter_map(mark).collect(),
        open_units: held.slip.open(units).iter().map(ToString::to_string).collect(),
        version: held.slip.version,
        sent_at: held.sent_at.map(timestamp),
        changed_since_sent: held.slip.sent.is_some() && !held.slip.changed(units).is_empty(),
        scale_max: policy.scale_max.to_string(),
        step: policy.step.to_string(),
        sendings: i32::try_from(held.sendings).unwrap_or(i32::MAX),
        receipt: held.commitment.chars().take(RECEIPT_DIGITS).collect(),
        sent_marks: units.iter().filter_map(sent).collect(),
    }
}
