//! Asking that a window be opened again for a unit, and the answer (reading 4.39). The time itself is given by an
//! extension of the calendar, which others see as well; here stand who asked, why, and what was answered.

use chiso_domain::appraisal::{Act, Progress, SheetState};
use chiso_domain::cycle::{Calendar, Window, WindowRefusal};
use chiso_domain::kernel::{CycleCode, Instant, ReopeningId, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, optional_text, parse, text, timestamp};
use chiso_wire::ledger as pb;

use super::{Change, LONG_TEXT, index_set, record};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store;
use crate::store::reopening::Reopening;
use crate::{SERVICE, Service, letters};

impl Service {
    /// Asks, by the unit, once its window is over and what it wrote there could still be judged.
    ///
    /// # Errors
    /// `REOPENING_NOT_NEEDED`, `REOPENING_ASKED`, `ROUND_CLOSED`, the calendar's, and the common ones.
    pub async fn ask_reopening(
        &self,
        caller: &Caller,
        request: &pb::AskReopeningRequest,
    ) -> Result<pb::AskReopeningResponse, Error> {
        let now = self.ctx.clock.now();
        let (code, unit): (CycleCode, UnitCode) =
            (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        caller.require(policy::SCORE, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        index_set(&cycle, &unit)?;
        policy::own_unit(caller, policy::SCORE, &code, &unit)?;
        let window = window(request.window())?;
        let asked = Reopening {
            id: parse("reopening_id", &request.reopening_id)?,
            reason: text("reason", &request.reason, LONG_TEXT)?,
            asked_by: caller.actor(),
            asked_at: now,
            granted: None,
            answer: String::new(),
            answered_by: String::new(),
            answered_at: None,
            cycle: code.clone(),
            unit,
            window,
        };
        let once = Once::new(SERVICE, "AskReopening", caller, &request.request_id, request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        may_ask(&cycle.calendar, window, &asked.unit, now)?;
        could_be_judged(store::sheet::progress(&mut tx, &code).await?, window)?;
        if store::reopening::waits(&mut tx, (&code, &asked.unit), window).await? {
            return Err(LedgerRefusal::ReopeningAsked.into());
        }
        if store::reopening::find(&mut tx, asked.id).await?.is_some() {
            return Err(LedgerRefusal::IdTaken("reopening_id").into());
        }
        store::reopening::put(&mut tx, &asked).await?;
        let told = change("reopening.ask", None, &asked, &asked.reason);
        record(&mut tx, caller, now, told).await?;
        let letter = letters::reopening_asked(&cycle, &asked);
        self.ctx.mail.post(&mut tx, SERVICE, now, &[letter]).await?;
        let reply = pb::AskReopeningResponse {
            reopening: Some(message(&asked)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Requests of a cycle: a unit sees its own.
    ///
    /// # Errors
    /// The common ones.
    pub async fn list_reopenings(
        &self,
        caller: &Caller,
        request: &pb::ListReopeningsRequest,
    ) -> Result<pb::ListReopeningsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ, Some(&code))?;
        let viewer = Viewer::of(&actor);
        let page = Page::of(request.page_size, &request.page_token)?;
        self.ctx.cycles.get(&code).await?;
        let after = page.after.clone().unwrap_or_default();
        let rows = store::reopening::page(&mut &self.ctx.db, &code, &after, page.limit_and_one()).await?;
        let (rows, next_page_token) = page.cut(rows, |row| row.id.0.simple().to_string());
        let seen = rows.iter().filter(|row| viewer.sees_unit(&row.unit));
        Ok(pb::ListReopeningsResponse {
            reopenings: seen.map(message).collect(),
            next_page_token,
        })
    }

    /// Answers, by the organiser. Granted is only what the calendar has given already.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REOPENING_ANSWERED`, `ROUND_CLOSED`, `REOPENING_NOT_EXTENDED`, and the common ones.
    pub async fn answer_reopening(
        &self,
        caller: &Caller,
        request: &pb::AnswerReopeningRequest,
    ) -> Result<pb::AnswerReopeningResponse, Error> {
        let now = self.ctx.clock.now();
        caller.require(policy::ORGANISE, None)?;
        let id: ReopeningId = parse("reopening_id", &request.reopening_id)?;
        let answer = if request.granted {
            optional_text("reason", &request.reason, LONG_TEXT)?
        } else {
            text("reason", &request.reason, LONG_TEXT)?
        };
        let known = store::reopening::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(unknown)?;
        let (code, unit) = (&known.cycle, &known.unit);
        caller.require(policy::ORGANISE, Some(code))?;
        let once = Once::new(SERVICE, "AnswerReopening", caller, &request.request_id, request)?;
        // As the calendar is now: the extension is hardly older than the answer, and the unit is told its end.
        let cycle = self.ctx.cycles.fresh(code).await?;
        let open = cycle.calendar.check(known.window, Some(unit), now);

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let before = store::reopening::find(&mut tx, id).await?.ok_or_else(unknown)?;
        if before.granted.is_some() {
            return Err(LedgerRefusal::ReopeningAnswered.into());
        }
        if request.granted {
            could_be_judged(store::sheet::progress(&mut tx, code).await?, before.window)?;
            open.map_err(|_over| LedgerRefusal::ReopeningNotExtended)?;
        }
        let after = Reopening {
            granted: Some(request.granted),
            answer,
            answered_by: caller.actor(),
            answered_at: Some(now),
            ..before.clone()
        };
        store::reopening::put(&mut tx, &after).await?;
        let told = change("reopening.answer", Some(&before), &after, &after.answer);
        record(&mut tx, caller, now, told).await?;
        let letter = letters::reopening_answered(&cycle, &after);
        self.ctx.mail.post(&mut tx, SERVICE, now, &[letter]).await?;
        let reply = pb::AnswerReopeningResponse {
            reopening: Some(message(&after)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.mail.ring();
        Ok(reply)
    }
}

fn unknown() -> Error {
    Error::not_found(
        "reopening_id",
        "Không có đề nghị mở lại này. Tải lại danh sách rồi thử lại.",
    )
}

fn window(asked: pb::ReopenedWindow) -> Result<Window, BadField> {
    match asked {
        pb::ReopenedWindow::SelfScoring => Ok(Window::SelfScoring),
        pb::ReopenedWindow::Explanation => Ok(Window::Explanation),
        pb::ReopenedWindow::Unspecified => Err(BadField::missing("window")),
    }
}

/// What is open needs no asking; what has not begun has to be waited for.
fn may_ask(calendar: &Calendar, window: Window, unit: &UnitCode, now: Instant) -> Result<(), Error> {
    match calendar.check(window, Some(unit), now) {
        Ok(()) => Err(LedgerRefusal::ReopeningNotNeeded(window).into()),
        Err(WindowRefusal::Passed(..)) => Ok(()),
        Err(early) => Err(early.into()),
    }
}

/// Nothing is opened again for what nobody would judge any more.
fn could_be_judged(progress: Progress, window: Window) -> Result<(), Error> {
    let act = match window {
        Window::Explanation => (Act::Explain, SheetState::Submitted),
        _ => (Act::Save, SheetState::Draft),
    };
    Ok(progress.check(act.0, act.1)?)
}

fn change(act: &'static str, before: Option<&Reopening>, after: &Reopening, reason: &str) -> Change {
    Change {
        act,
        object: format!("{}/{}", after.cycle, after.unit),
        before: before.map(Reopening::to_json),
        after: after.to_json(),
        reason: reason.to_owned(),
    }
}

fn message(row: &Reopening) -> pb::Reopening {
    let window = match row.window {
        Window::Explanation => pb::ReopenedWindow::Explanation,
        _ => pb::ReopenedWindow::SelfScoring,
    };
    let state = match row.granted {
        None => pb::ReopeningState::Asked,
        Some(true) => pb::ReopeningState::Granted,
        Some(false) => pb::ReopeningState::Refused,
    };
    pb::Reopening {
        reopening_id: row.id.to_string(),
        cycle: row.cycle.to_string(),
        unit: row.unit.to_string(),
        window: window.into(),
        reason: row.reason.clone(),
        asked_by: row.asked_by.clone(),
        asked_at: Some(timestamp(row.asked_at)),
        state: state.into(),
        answer: row.answer.clone(),
        answered_by: row.answered_by.clone(),
        answered_at: row.answered_at.map(timestamp),
    }
}
