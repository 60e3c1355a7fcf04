//! Names the leaders entitled to mark, and under the policy "shortlist" the units.

use chiso_domain::kernel::CycleCode;
use chiso_domain::leaders::Panel;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::leaders as pb;
use serde_json::{Value, json};

use crate::error::Refused;
use crate::{SERVICE, Service, policy, store, wire};

impl Service {
    /// Until the first slip is sent, the panel may be named again; afterwards it stands.
    pub(crate) async fn name_panel(
        &self,
        caller: &Caller,
        request: &pb::SetPanelRequest,
    ) -> Result<pb::SetPanelResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let once = Once::new(SERVICE, "SetPanel", caller, &request.request_id, request)?;
        let panel = wire::panel(request)?;
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.get(&code).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        panel.check(&cycle)?;
        if store::any_sent(&mut tx, &code).await? {
            return Err(Refused::PanelFixed.into());
        }
        let before = store::standing(&mut tx, &code).await?;
        let stands = before.as_ref().map(|standing| standing.panel.sha256());
        let seen = request.seen_panel.as_ref();
        if seen.is_some_and(|seen| *seen != stands.unwrap_or_default()) {
            return Err(Refused::PanelChanged.into());
        }
        store::replace_panel(&mut tx, &code, &panel).await?;
        let act = Act {
            actor: caller.actor(),
            act: "panel.set",
            object: code.to_string(),
            before: before.as_ref().map(|standing| as_json(&standing.panel)),
            after: Some(as_json(&panel)),
            reason: String::new(),
        };
        Self::record(&mut tx, now, act).await?;
        if before.is_some_and(|standing| standing.closed) {
            Self::post(&mut tx, &cycle, now).await?;
        }
        let reply = pb::SetPanelResponse {
            receipt: wire::receipt(&request.request_id, now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring();
        Ok(reply)
    }
}

fn as_json(panel: &Panel) -> Value {
    json!(panel)
}
