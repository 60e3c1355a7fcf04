//! Who is late: interviewers with visits that have no valid slip, and units with too few of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_platform::mail::{Mail, Remind, Reminder};
use chiso_platform::{Context, Error};

use crate::letters;
use crate::store::{campaign, tally, visit};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let open = campaign::find(&mut &ctx.db, &cycle.code).await?;
    if open.is_none_or(|campaign| campaign.closed_at.is_some()) {
        return Ok(Vec::new());
    }
    // Units whose time ends together are told of together.
    let mut ends: BTreeMap<Instant, (Reminder, Vec<UnitCode>)> = BTreeMap::new();
    for unit in cycle.units.keys() {
        let span = cycle.calendar.span(Window::Survey, Some(unit));
        if let Some((span, reminder)) = span.and_then(|span| Some((span, Reminder::of(span, now)?))) {
            let told = ends.entry(span.end).or_insert_with(|| (reminder, Vec::new()));
            told.1.push(unit.clone());
        }
    }
    let mut mails = Vec::new();
    for (end, (reminder, units)) in ends {
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
