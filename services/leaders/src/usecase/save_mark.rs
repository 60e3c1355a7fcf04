//! Saves one mark or abstention of a draft.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CycleCode;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::leaders as pb;
use serde_json::json;

use super::standing;
use crate::error::Refused;
use crate::{SERVICE, Service, store, wire};

impl Service {
    /// Saved when this returns; counts only once the leader sends it.
    pub(crate) async fn keep_mark(
        &self,
        caller: &Caller,
        request: &pb::SaveMarkRequest,
    ) -> Result<pb::SaveMarkResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let leader = Self::holder(caller, &code, wire::named_leader(&request.leader)?)?;
        let saved_by = caller.person()?;
        let once = Once::new(SERVICE, "SaveMark", caller, &request.request_id, request)?;
        let (unit, choice) = wire::mark(request.mark.as_ref())?;
        let now = self.ctx.clock.now();
        // Before the window is asked: a repeated call gets its answer also after the deadline.
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycle = self
            .ctx
            .cycles
            .check(&code, Window::Leaders, Some(&unit), now)
            .await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let panel = standing(&mut tx, &code).await?.panel;
        panel.leader(leader).ok_or(Refused::NoSuchSlip)?;
        let mut slip = store::held_slip(&mut tx, &code, leader).await?.slip;
        let policy = &cycle.rules.policy.leaders;
        let before = slip.version;
        let version = slip.save(
            &panel.units(&cycle),
            policy,
            (unit.clone(), choice),
            request.version,
        )?;
        store::save_mark(
            &mut tx,
            (&code, leader),
            version,
            (&unit, choice),
            (saved_by, now),
        )
        .await?;
        // Neither unit nor mark: the journal is read by people who may not see the slip.
        let act = Act {
            actor: caller.actor(),
            act: "slip.save",
            object: format!("{code}/{leader}"),
            before: Some(json!({ "version": before })),
            after: Some(json!({ "version": version })),
            reason: String::new(),
        };
        Self::record(&mut tx, now, act).await?;
        let reply = pb::SaveMarkResponse { version };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
