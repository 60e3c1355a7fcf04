//! Ends the recheck of a lot: its adjustments become final.

use chiso_domain::kernel::LotId;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::{locked_lot, post};
use crate::{SERVICE, Service, names, policy, store, wire};

impl Service {
    /// No window: what was recorded in time may be concluded after it.
    pub(crate) async fn conclude_lot(
        &self,
        caller: &Caller,
        request: &pb::ConcludeLotRequest,
    ) -> Result<pb::ConcludeLotResponse, Error> {
        let id: LotId = parse("lot_id", &request.lot_id)?;
        let lot = self.visible_lot(caller, policy::ORGANISE, id).await?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "ConcludeLot", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycle = self.ctx.cycles.get(&lot.cycle).await?;
        self.catch_up().await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let lot = locked_lot(&mut tx, id).await?;
        lot.state().conclude(lot.open_cases)?;
        store::lot::conclude(&mut tx, id, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "lot.conclude",
            object: names::lot(&lot.cycle, id),
            before: None,
            after: Some(json!({ "cases": lot.cases, "void_slips": lot.void_slips })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let posted = post::adjustments(&mut tx, now, &cycle, &lot.units).await?;
        let reply = pb::ConcludeLotResponse {
            lot: Some(wire::lot(&locked_lot(&mut tx, id).await?)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring(posted);
        Ok(reply)
    }
}
