//! Who is late: interviewers with visits that have no valid slip, and units with too few of them.

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

use super::open_campaign;
use crate::store::{campaign, tally, visit};
use crate::{SERVICE, Service, letters, policy};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

/// Units whose time ends together are told of together.
type Ends = BTreeMap<Instant, (Reminder, Vec<UnitCode>)>;

fn ends(cycle: &Cycle, occasion: Occasion, now: Instant) -> Ends {
    let mut ends = Ends::new();
    for unit in cycle.units.keys() {
        let span = cycle.calendar.span(Window::Survey, Some(unit));
        let found = span.and_then(|span| Some((span.end, occasion.reminder(span, now)?)));
        if let Some((end, reminder)) = found {
            let told = ends.entry(end).or_insert_with(|| (reminder, Vec::new()));
            told.1.push(unit.clone());
        }
    }
    ends
}

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let open = campaign::find(&mut &ctx.db, &cycle.code).await?;
    if open.is_none_or(|campaign| campaign.closed_at.is_some()) {
        return Ok(Vec::new());
    }
    let mut mails = Vec::new();
    for (end, (reminder, units)) in ends(&cycle, Occasion::Hour, now) {
        let visits = visit::open_of(&mut &ctx.db, &cycle.code, &units).await?;
        let progress = tally::progress_of(&mut &ctx.db, &cycle.code, &units).await?;
        let min = cycle.rules.policy.survey.min_valid_percent;
        let short = progress.iter().filter(|group| group.held.short(min)).count();
        let short = i64::try_from(short).map_err(Error::internal)?;
        let open: i64 = visits.iter().map(|(_, count)| count).sum();
        let own = visits.iter();
        mails.extend(own.map(|one| letters::visits_late(&cycle, *one, end, reminder)));
        if open + short > 0 {
            mails.push(letters::survey_late(&cycle, (open, short), end, reminder));
        }
    }
    Ok(mails)
}

impl Service {
    /// Reminds interviewers now, where somebody asks for it; of several ends of the first one.
    pub(crate) async fn send_reminders(
        &self,
        caller: &Caller,
        request: SendRemindersRequest,
    ) -> Result<SendRemindersResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::REMIND, Some(&code))?;
        let once = Once::new(SERVICE, "SendReminders", caller, &request.request_id, &request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.fresh(&code).await?;
        cycle.calendar.check_some(Window::Survey, now)?;
        open_campaign(&mut &self.ctx.db, &code).await?;
        self.ctx.mail.require_on()?;
        let mut mails = Vec::new();
        for (end, (reminder, units)) in ends(&cycle, Occasion::Request(once.id()), now) {
            let visits = visit::open_of(&mut &self.ctx.db, &code, &units).await?;
            let own = visits.into_iter();
            mails.extend(own.map(|one| letters::visits_late(&cycle, one, end, reminder)));
        }
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
