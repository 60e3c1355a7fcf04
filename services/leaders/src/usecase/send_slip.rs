//! Sends a slip: from here on it counts, as it is now.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{CycleCode, Instant, PersonId};
use chiso_domain::leaders::{Choices, commitment};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::Act;
use chiso_platform::once::Once;
use chiso_platform::{Error, rng};
use chiso_wire::convert::parse;
use chiso_wire::leaders as pb;
use serde_json::json;

use super::{get_slip::to_wire, standing};
use crate::error::Refused;
use crate::store::{self, HeldSlip, Sending};
use crate::{SERVICE, Service, letters, policy};

impl Service {
    /// Sent when this returns, and posted for every unit in the same transaction. May be sent again, changed
    /// or not, until the window ends.
    pub(crate) async fn send(
        &self,
        caller: &Caller,
        request: &pb::SendSlipRequest,
    ) -> Result<pb::SendSlipResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::SEND_SLIP, Some(&code))?;
        let leader = caller.person()?;
        let once = Once::new(SERVICE, "SendSlip", caller, &request.request_id, request)?;
        let now = self.ctx.clock.now();
        // The check makes the copy fresh where the window seems over; which units are still open, the slip
        // decides.
        let cycle = match self.ctx.cycles.check(&code, Window::Leaders, None, now).await {
            Ok(cycle) => cycle,
            Err(_) => self.ctx.cycles.get(&code).await?,
        };
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let standing = standing(&mut tx, &code).await?;
        standing.panel.leader(leader).ok_or(Refused::NoSuchSlip)?;
        let units = standing.panel.units(&cycle);
        let mut held = store::held_slip(&mut tx, &code, leader).await?;
        let choices = held.slip.to_send(&units, &cycle.calendar, now, request.version)?;
        let digest = store_sent(&mut tx, (&code, leader), &held, &choices, now).await?;
        if standing.closed {
            store::open_again(&mut tx, &code).await?;
        }
        Self::record(&mut tx, now, sent_act(caller, (&code, leader), &held, &digest)).await?;
        Self::post(&mut tx, &cycle, now).await?;
        (held.slip.sent, held.sent_at) = (Some(choices), Some(now));
        (held.sendings, held.commitment) = (held.sendings + 1, digest);
        let slip = to_wire(&cycle, &units, leader, &held);
        let letters = letters::slip_sent(&cycle, leader, (held.sendings, &slip.receipt), now);
        self.ctx.mail.post(&mut tx, SERVICE, now, &letters).await?;
        let reply = pb::SendSlipResponse { slip: Some(slip) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring();
        self.ctx.mail.ring();
        Ok(reply)
    }
}

/// Stores the sent slip beside the earlier ones; answers the commitment to it.
async fn store_sent(
    tx: &mut Tx,
    (cycle, leader): (&CycleCode, PersonId),
    held: &HeldSlip,
    choices: &Choices,
    now: Instant,
) -> Result<String, Error> {
    let salt = rng::bytes::<32>();
    let commitment = commitment(&salt, cycle, leader, choices);
    let sending = Sending {
        number: held.sendings + 1,
        version: held.slip.version,
        choices,
        salt,
        commitment: &commitment,
    };
    store::save_sent(tx, (cycle, leader), &sending, now).await?;
    Ok(commitment)
}

/// The journal's row: that it was sent, and a commitment instead of the marks.
fn sent_act(
    caller: &Caller,
    (cycle, leader): (&CycleCode, PersonId),
    held: &HeldSlip,
    commitment: &str,
) -> Act {
    let version = held.slip.version;
    Act {
        actor: caller.actor(),
        act: "slip.send",
        object: format!("{cycle}/{leader}"),
        before: (held.sendings > 0).then(|| json!({ "sending": held.sendings })),
        after: Some(json!({ "sending": held.sendings + 1, "version": version, "commitment": commitment })),
        reason: String::new(),
    }
}
