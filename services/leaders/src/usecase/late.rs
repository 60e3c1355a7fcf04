//! Who is late: leaders who have not sent their slip.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant};
use chiso_platform::auth::Caller;
use chiso_platform::mail::{self, Asked, Mail, Occasion, Remind};
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::kernel::{SendRemindersRequest, SendRemindersResponse};

use super::standing;
use crate::{SERVICE, Service, letters, policy, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind =
    |ctx, cycle, now| Box::pin(async move { unsent(&ctx, &cycle, Occasion::Hour, now).await });

async fn unsent(
    ctx: &Context,
    cycle: &Arc<Cycle>,
    occasion: Occasion,
    now: Instant,
) -> Result<Vec<Mail>, Error> {
    let Some(span) = cycle.calendar.whole(Window::Leaders) else {
        return Ok(Vec::new());
    };
    let Some(reminder) = occasion.reminder(span, now) else {
        return Ok(Vec::new());
    };
    let Some(standing) = store::standing(&mut &ctx.db, &cycle.code).await? else {
        return Ok(Vec::new());
    };
    let mut mails = Vec::new();
    for leader in &standing.panel.leaders {
        let held = store::held_slip(&mut &ctx.db, &cycle.code, leader.person).await?;
        if held.sent_at.is_none() {
            mails.push(letters::slip_late(cycle, leader.person, span.end, reminder));
        }
    }
    Ok(mails)
}

impl Service {
    /// Reminds them now, where somebody asks for it.
    pub(crate) async fn remind(
        &self,
        caller: &Caller,
        request: &SendRemindersRequest,
    ) -> Result<SendRemindersResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let once = Once::new(SERVICE, "SendReminders", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.fresh(&code).await?;
        cycle.calendar.check_some(Window::Leaders, now)?;
        standing(&mut &self.ctx.db, &code).await?;
        self.ctx.mail.require_on()?;
        let mails = unsent(&self.ctx, &cycle, Occasion::Request(once.id()), now).await?;
        let asked = Asked {
            service: SERVICE,
            caller,
            once: &once,
            now,
            object: code.to_string(),
            matter: mail::matter,
        };
        mail::remind(&self.ctx, asked, mails).await
    }
}
