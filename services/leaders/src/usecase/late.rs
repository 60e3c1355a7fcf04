//! Who is late: leaders who have not sent their slip.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, Span};
use chiso_platform::mail::{Mail, Remind, Reminder};
use chiso_platform::{Context, Error};

use crate::{letters, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(unsent(ctx, cycle, now));

async fn unsent(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let calendar = &cycle.calendar;
    let ends = calendar
        .span(Window::Leaders, None)
        .zip(calendar.last_end(Window::Leaders));
    let Some((span, end)) = ends.map(|(span, end)| (Span { end, ..span }, end)) else {
        return Ok(Vec::new());
    };
    let Some(reminder) = Reminder::of(span, now) else {
        return Ok(Vec::new());
    };
    let Some(standing) = store::standing(&mut &ctx.db, &cycle.code).await? else {
        return Ok(Vec::new());
    };
    let mut mails = Vec::new();
    for leader in &standing.panel.leaders {
        let held = store::held_slip(&mut &ctx.db, &cycle.code, leader.person).await?;
        if held.sent_at.is_none() {
            mails.push(letters::slip_late(&cycle, leader.person, end, reminder));
        }
    }
    Ok(mails)
}
