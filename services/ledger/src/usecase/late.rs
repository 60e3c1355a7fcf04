//! Who is late: units that have not sent their sheet or not answered round 1, agencies with leaves to appraise.

use std::sync::Arc;

use chiso_domain::appraisal::{Decision, Round, SheetState};
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CriterionCode, Instant, UnitCode};
use chiso_platform::mail::{Mail, Remind, Reminder};
use chiso_platform::{Context, Error};

use super::close::gaps_by_agency;
use crate::view::LeafRows;
use crate::{letters, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let mut mails = unsent(&ctx, &cycle, now).await?;
    mails.extend(unappraised(&ctx, &cycle, now).await?);
    mails.extend(unanswered(&ctx, &cycle, now).await?);
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

/// Units with decisions of round 1 that they did not answer. While that round is open there is nothing to answer.
async fn unanswered(ctx: &Context, cycle: &Cycle, now: Instant) -> Result<Vec<Mail>, Error> {
    let mut reads = &ctx.db;
    if !store::sheet::progress(&mut reads, &cycle.code)
        .await?
        .first_closed
    {
        return Ok(Vec::new());
    }
    let mut mails = Vec::new();
    for unit in cycle.units.keys() {
        let Some(span) = cycle.calendar.span(Window::Explanation, Some(unit)) else {
            continue;
        };
        if let Some(reminder) = Reminder::of(span, now) {
            let open = open_questions(ctx, cycle, unit).await?;
            if !open.is_empty() {
                mails.extend(letters::explanation_late(cycle, (unit, &open), span, reminder));
            }
        }
    }
    Ok(mails)
}

/// What was not agreed to in round 1 and has no answer.
async fn open_questions(ctx: &Context, cycle: &Cycle, unit: &UnitCode) -> Result<Vec<CriterionCode>, Error> {
    let mut reads = &ctx.db;
    let entries = store::entry::of_sheet(&mut reads, &cycle.code, unit).await?;
    let evidence = store::evidence::of_sheet(&mut reads, &cycle.code, unit).await?;
    let mut open = Vec::new();
    for ((leaf, round), ruling) in store::ruling::of_sheet(&mut reads, &cycle.code, unit).await? {
        let rows = LeafRows {
            entry: entries.get(&leaf).cloned().unwrap_or_default(),
            evidence: evidence.get(&leaf).cloned().unwrap_or_default(),
            ..LeafRows::default()
        };
        if round == Round::First && ruling.decision != Decision::Agree && !rows.answered() {
            open.push(leaf);
        }
    }
    Ok(open)
}
