//! Who is late: units that have not sent their sheet, agencies with leaves to appraise.

use std::sync::Arc;

use chiso_domain::appraisal::{Round, SheetState};
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::Instant;
use chiso_platform::mail::{Mail, Remind, Reminder};
use chiso_platform::{Context, Error};

use super::close::gaps_by_agency;
use crate::{letters, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let mut mails = unsent(&ctx, &cycle, now).await?;
    mails.extend(unappraised(&ctx, &cycle, now).await?);
    Ok(mails)
}

async fn unsent(ctx: &Context, cycle: &Cycle, now: Instant) -> Result<Vec<Mail>, Error> {
    let mut mails = Vec::new();
    for unit in cycle.units.keys() {
        let Some(span) = cycle.calendar.span(Window::SelfScoring, Some(unit)) else {
            continue;
        };
        let Some(reminder) = Reminder::of(span, now) else {
            continue;
        };
        let sheet = store::sheet::load(&mut &ctx.db, &cycle.code, unit).await?;
        if sheet.state == SheetState::Draft {
            mails.push(letters::sheet_late(cycle, unit, span, reminder));
        }
    }
    Ok(mails)
}

async fn unappraised(ctx: &Context, cycle: &Cycle, now: Instant) -> Result<Vec<Mail>, Error> {
    let mut mails = Vec::new();
    for (window, round) in [
        (Window::Appraisal1, Round::First),
        (Window::Appraisal2, Round::Second),
    ] {
        let Some(span) = cycle.calendar.span(window, None) else {
            continue;
        };
        if let Some(reminder) = Reminder::of(span, now) {
            let gaps = gaps_by_agency(&mut &ctx.db, cycle, round).await?;
            let mail =
                |(agency, count)| letters::appraisal_late(cycle, (agency, count), (round, span), reminder);
            mails.extend(gaps.iter().map(mail));
        }
    }
    Ok(mails)
}
