//! Who is late: verifiers with open cases, and cases that nobody has.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::mail::{self, Asked, Mail, Occasion, Remind, Reminder};
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::kernel::{SendRemindersRequest, SendRemindersResponse};

use crate::{SERVICE, Service, letters, policy, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind =
    |ctx, cycle, now| Box::pin(async move { late(&ctx, &cycle, Occasion::Hour, now).await });

async fn late(
    ctx: &Context,
    cycle: &Arc<Cycle>,
    occasion: Occasion,
    now: Instant,
) -> Result<Vec<Mail>, Error> {
    // Units whose time ends together are told of together.
    let mut ends: BTreeMap<Instant, (Reminder, Vec<UnitCode>)> = BTreeMap::new();
    for unit in cycle.units.keys() {
        let span = cycle.calendar.span(Window::Recheck, Some(unit));
        let found = span.and_then(|span| Some((span.end, occasion.reminder(span, now)?)));
        if let Some((end, reminder)) = found {
            let told = ends.entry(end).or_insert_with(|| (reminder, Vec::new()));
            told.1.push(unit.clone());
        }
    }
    let (mut own, mut pool) = (Vec::new(), Vec::new());
    for (end, (reminder, units)) in ends {
        for (officer, count) in store::queue::open_of(&mut &ctx.db, &cycle.code, &units, now).await? {
            match officer {
                Some(officer) => own.push(letters::cases_late(cycle, (officer, count), end, reminder)),
                None => pool.push(letters::pool_late(cycle, count, end, reminder)),
            }
        }
    }
    own.append(&mut pool);
    Ok(own)
}

/// A verifier is told of their own cases or of those that nobody has, once a day: the cycle of a letter's name.
fn of_cycle(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or(name)
}

impl Service {
    /// Reminds them now, where somebody asks for it.
    pub(crate) async fn send_reminders(
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
        cycle.calendar.check_some(Window::Recheck, now)?;
        self.ctx.mail.require_on()?;
        let mails = late(&self.ctx, &cycle, Occasion::Request(once.id()), now).await?;
        let asked = Asked {
            service: SERVICE,
            caller,
            once: &once,
            now,
            object: code.to_string(),
            matter: of_cycle,
        };
        mail::remind(&self.ctx, asked, mails).await
    }
}
