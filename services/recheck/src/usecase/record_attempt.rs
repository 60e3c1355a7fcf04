//! Records a call that did not reach the respondent.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CaseId;
use chiso_domain::recheck::RecheckRefusal;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::{locked_lot, own};
use crate::error::no_case;
use crate::store::case::{AttemptRow, CaseRow};
use crate::{SERVICE, Service, names, store, wire};

impl Service {
    pub(crate) async fn record_attempt(
        &self,
        caller: &Caller,
        request: &pb::RecordAttemptRequest,
    ) -> Result<pb::RecordAttemptResponse, Error> {
        let id: CaseId = parse("case_id", &request.case_id)?;
        let case = self.own_case(caller, id).await?;
        let now = self.ctx.clock.now();
        let (outcome, callback_at) = wire::tried(request)?;
        let attempt = AttemptRow {
            at: now,
            mode: wire::mode(request.mode())?,
            note: wire::note(&request.note)?,
            outcome,
            callback_at,
        };
        let once = Once::new(SERVICE, "RecordAttempt", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycles = &self.ctx.cycles;
        let cycle = cycles
            .check(&case.cycle, Window::Recheck, Some(&case.unit), now)
            .await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let case = store::case::case(&mut tx, id).await?.ok_or_else(no_case)?;
        let case = own(caller, case)?;
        locked_lot(&mut tx, case.lot).await?.state().check_drawn()?;
        if case.outcome.is_some() {
            return Err(RecheckRefusal::CaseClosed.into());
        }
        let next_at = attempt.outcome.next_try(now, attempt.callback_at)?;
        let span = cycle.calendar.span(Window::Recheck, Some(&case.unit));
        if let Some(span) = span.filter(|span| attempt.callback_at.is_some_and(|at| at >= span.end)) {
            return Err(RecheckRefusal::CallbackTooLate(span.end).into());
        }
        store::case::insert_attempt(&mut tx, id, &attempt, next_at).await?;
        journal::append(&mut tx, SERVICE, now, vec![act(caller, &case, &attempt)]).await?;
        let case = store::case::case(&mut tx, id).await?.ok_or_else(no_case)?;
        let reply = pb::RecordAttemptResponse {
            case: Some(wire::case(&case, &cycle.rules.policy.recheck)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn act(caller: &Caller, case: &CaseRow, attempt: &AttemptRow) -> Act {
    let (mode, outcome) = (attempt.mode.code(), attempt.outcome.code());
    let number = case.attempts.len() + 1;
    Act {
        actor: caller.actor(),
        act: "case.attempt",
        object: names::case(&case.cycle, &case.unit, case.id),
        before: None,
        after: Some(json!({ "number": number, "mode": mode, "outcome": outcome })),
        reason: String::new(),
    }
}
