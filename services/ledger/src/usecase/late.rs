//! Who is late: units that have not sent their sheet or not answered round 1, agencies with leaves to appraise.

use std::sync::Arc;

use chiso_domain::appraisal::{Act, Round, SheetState};
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::mail::{self, Asked, Mail, Occasion, Remind};
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{BadField, parse};
use chiso_wire::kernel::SendRemindersResponse;
use chiso_wire::ledger as pb;

use super::close::gaps_by_agency;
use super::read::sheet_rows;
use super::self_scoring_over;
use crate::letters::Question;
use crate::store::penalty::{Penalty, PenaltyState};
use crate::{SERVICE, Service, letters, policy, store};

/// What is to be told now about a cycle.
pub(crate) const REMIND: Remind = |ctx, cycle, now| Box::pin(late(ctx, cycle, now));

async fn late(ctx: Context, cycle: Arc<Cycle>, now: Instant) -> Result<Vec<Mail>, Error> {
    let look = Look {
        ctx: &ctx,
        cycle: &cycle,
        occasion: Occasion::Hour,
        now,
    };
    let mut mails = look.unsent().await?;
    mails.extend(look.unappraised(Window::Appraisal1, Round::First).await?);
    mails.extend(look.unappraised(Window::Appraisal2, Round::Second).await?);
    // While round 1 is open there is nothing to answer.
    let progress = store::sheet::progress(&mut &ctx.db, &cycle.code).await?;
    if progress.first_closed {
        mails.extend(look.unanswered().await?);
    }
    Ok(mails)
}

impl Service {
    /// Reminds those of one window now, where somebody asks for it.
    ///
    /// # Errors
    /// The calendar's, the rounds', `MAIL_OFF`, and the common ones.
    pub async fn send_reminders(
        &self,
        caller: &Caller,
        request: &pb::SendRemindersRequest,
    ) -> Result<SendRemindersResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let (window, name) = window(request.window())?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let once = Once::new(SERVICE, "SendReminders", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let now = self.ctx.clock.now();
        let cycle = self.ctx.cycles.fresh(&code).await?;
        self.can_be_late(&cycle, window, now).await?;
        self.ctx.mail.require_on()?;
        let look = Look {
            ctx: &self.ctx,
            cycle: &cycle,
            occasion: Occasion::Request(once.id()),
            now,
        };
        let mails = match window {
            Window::Appraisal1 => look.unappraised(window, Round::First).await?,
            Window::Appraisal2 => look.unappraised(window, Round::Second).await?,
            Window::Explanation => look.unanswered().await?,
            _ => look.unsent().await?,
        };
        let asked = Asked {
            service: SERVICE,
            caller,
            once: &once,
            now,
            object: format!("{code}/{name}"),
            matter: mail::matter,
        };
        mail::remind(&self.ctx, asked, mails).await
    }

    /// Nobody is late where nothing may be done: before and after the window, and in a round that is closed.
    async fn can_be_late(&self, cycle: &Cycle, window: Window, now: Instant) -> Result<(), Error> {
        let act = match window {
            Window::Appraisal1 => Some(Act::Close(Round::First)),
            Window::Appraisal2 => Some(Act::Close(Round::Second)),
            Window::Explanation => Some(Act::Explain),
            _ => None,
        };
        match window {
            Window::Appraisal1 | Window::Appraisal2 => cycle.calendar.check(window, None, now)?,
            _ => cycle.calendar.check_some(window, now)?,
        }
        let progress = store::sheet::progress(&mut &self.ctx.db, &cycle.code).await?;
        if let Some(act) = act {
            progress.check(act, SheetState::Submitted)?;
        }
        Ok(())
    }
}

/// The window, and its name in the journal.
fn window(asked: pb::RemindedWindow) -> Result<(Window, &'static str), BadField> {
    match asked {
        pb::RemindedWindow::SelfScoring => Ok((Window::SelfScoring, "self-scoring")),
        pb::RemindedWindow::Appraisal1 => Ok((Window::Appraisal1, "appraisal-1")),
        pb::RemindedWindow::Explanation => Ok((Window::Explanation, "explanation")),
        pb::RemindedWindow::Appraisal2 => Ok((Window::Appraisal2, "appraisal-2")),
        pb::RemindedWindow::Unspecified => Err(BadField::missing("window")),
    }
}

/// Who looks who is late, where and when.
struct Look<'a> {
    ctx: &'a Context,
    cycle: &'a Cycle,
    occasion: Occasion,
    now: Instant,
}

impl Look<'_> {
    async fn unsent(&self) -> Result<Vec<Mail>, Error> {
        let (cycle, mut mails) = (self.cycle, Vec::new());
        for unit in cycle.units.keys() {
            let Some(span) = cycle.calendar.span(Window::SelfScoring, Some(unit)) else {
                continue;
            };
            let Some(reminder) = self.occasion.reminder(span, self.now) else {
                continue;
            };
            let sheet = store::sheet::load(&mut &self.ctx.db, &cycle.code, unit).await?;
            // One that was taken over and opened again by an extension is a draft once more.
            let over = self_scoring_over(cycle, unit, self.now);
            if sheet.state.at(over) == SheetState::Draft {
                mails.push(letters::sheet_late(cycle, unit, span, reminder));
            }
        }
        Ok(mails)
    }

    async fn unappraised(&self, window: Window, round: Round) -> Result<Vec<Mail>, Error> {
        let cycle = self.cycle;
        let Some(span) = cycle.calendar.span(window, None) else {
            return Ok(Vec::new());
        };
        let Some(reminder) = self.occasion.reminder(span, self.now) else {
            return Ok(Vec::new());
        };
        let gaps = gaps_by_agency(&mut &self.ctx.db, cycle, round).await?;
        let mail = |gap| letters::appraisal_late(cycle, gap, (round, span), reminder);
        Ok(gaps.iter().map(mail).collect())
    }

    /// Units with decisions of round 1 or penalties that they did not answer.
    async fn unanswered(&self) -> Result<Vec<Mail>, Error> {
        let (cycle, mut mails) = (self.cycle, Vec::new());
        for unit in cycle.units.keys() {
            let Some(span) = cycle.calendar.span(Window::Explanation, Some(unit)) else {
                continue;
            };
            if let Some(reminder) = self.occasion.reminder(span, self.now) {
                let open = open_questions(self.ctx, cycle, unit).await?;
                if !open.is_empty() {
                    mails.extend(letters::explanation_late(cycle, (unit, &open), span, reminder));
                }
            }
        }
        Ok(mails)
    }
}

/// What was not agreed to in round 1 and the penalties proposed, where the unit has not answered.
async fn open_questions(ctx: &Context, cycle: &Cycle, unit: &UnitCode) -> Result<Vec<Question>, Error> {
    let mut reads = &ctx.db;
    let rows = sheet_rows(&mut reads, &cycle.code, unit).await?;
    let open = rows
        .into_iter()
        .filter(|(_, rows)| rows.questioned() && !rows.answered());
    let mut open: Vec<Question> = open.map(|(leaf, _)| Question::Leaf(leaf)).collect();
    let penalties = store::penalty::of_sheet(&mut reads, &cycle.code, unit).await?;
    let waiting = |penalty: &Penalty| penalty.state == PenaltyState::Proposed && !penalty.answered();
    let penalties = penalties.into_iter().filter(waiting);
    open.extend(penalties.map(|penalty| Question::Penalty(penalty.place.criterion, penalty.document)));
    Ok(open)
}
