//! Records what Home Affairs decided where fewer than the quorum sent.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CycleCode;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_wire::convert::{parse, text};
use chiso_wire::leaders as pb;
use serde_json::json;

use super::{scoring, standing};
use crate::error::Refused;
use crate::{SERVICE, Service, policy, store, wire};

const DOCUMENT_MAX: usize = 500;

impl Service {
    /// What was sent counts from here on, though it is below the quorum. Only after the window.
    pub(crate) async fn decide(
        &self,
        caller: &Caller,
        request: &pb::DecideQuorumRequest,
    ) -> Result<pb::DecideQuorumResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let once = Once::new(SERVICE, "DecideQuorum", caller, &request.request_id, request)?;
        let document = text("document", &request.document, DOCUMENT_MAX)?;
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.fresh(&code).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        cycle.calendar.check_over(Window::Leaders, now)?;
        let standing = standing(&mut tx, &code).await?;
        let sent = store::sent_slips(&mut tx, &code, &standing.panel).await?;
        if scoring(&cycle, &standing, &sent).quorum_reached() {
            return Err(Refused::QuorumReached.into());
        }
        store::decide(&mut tx, &code, &document, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "quorum.decide",
            object: code.to_string(),
            before: standing.decision.map(|document| json!({ "document": document })),
            after: Some(
                json!({ "document": document, "sent": sent.len(), "panel": standing.panel.leaders.len() }),
            ),
            reason: document,
        };
        Self::record(&mut tx, now, act).await?;
        Self::post(&mut tx, &cycle, now).await?;
        let reply = pb::DecideQuorumResponse {
            receipt: wire::receipt(&request.request_id, now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring();
        Ok(reply)
    }
}
