//! Ends the scoring after its window.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CycleCode;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::leaders as pb;
use serde_json::json;

use super::{scoring, standing};
use crate::{SERVICE, Service, policy, store, wire};

impl Service {
    /// Points are final when this returns; below the quorum, without a decision, they are "not computable".
    /// May be repeated after a decision or an extension.
    pub(crate) async fn close(
        &self,
        caller: &Caller,
        request: &pb::CloseScoringRequest,
    ) -> Result<pb::CloseScoringResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let once = Once::new(SERVICE, "CloseScoring", caller, &request.request_id, request)?;
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.fresh(&code).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        cycle.calendar.check_over(Window::Leaders, now)?;
        let standing = standing(&mut tx, &code).await?;
        let sent = store::sent_slips(&mut tx, &code, &standing.panel).await?;
        let counts = scoring(&cycle, &standing, &sent).counts();
        store::close(&mut tx, &code, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "scoring.close",
            object: code.to_string(),
            before: Some(json!({ "closed": standing.closed })),
            after: Some(json!({
                "closed": true,
                "sent": sent.len(),
                "panel": standing.panel.leaders.len(),
                "counts": counts,
            })),
            reason: String::new(),
        };
        Self::record(&mut tx, now, act).await?;
        Self::post(&mut tx, &cycle, now).await?;
        let reply = pb::CloseScoringResponse {
            receipt: wire::receipt(&request.request_id, now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring();
        Ok(reply)
    }
}
