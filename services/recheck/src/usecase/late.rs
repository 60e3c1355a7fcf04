//! Who is late: verifiers with open cases, and cases that nobody has.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_platform::mail::{Mail, Remind, Reminder};
use chiso_platform::{Context, Error};

use crate::{letters, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    // Units whose time ends together are told of together.
    let mut ends: BTreeMap<Instant, (Reminder, Vec<UnitCode>)> = BTreeMap::new();
    for unit in cycle.units.keys() {
        let span = cycle.calendar.span(Window::Recheck, Some(unit));
        if let Some((span, reminder)) = span.and_then(|span| Some((span, Reminder::of(span, now)?))) {
            let told = ends.entry(span.end).or_insert_with(|| (reminder, Vec::new()));
            told.1.push(unit.clone());
        }
    }
    let mut mails = Vec::new();
    for (end, (reminder, units)) in ends {
        for (officer, count) in store::queue::open_of(&mut &ctx.db, &cycle.code, &units).await? {
            mails.push(match officer {
                Some(officer) => letters::cases_late(&cycle, (officer, count), end, reminder),
                None => letters::pool_late(&cycle, count, end, reminder),
            });
        }
    }
    Ok(mails)
}
