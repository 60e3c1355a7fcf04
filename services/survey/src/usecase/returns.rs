//! Slips that the supervisor gives back: they count no more, and another one may come in their place.

use chiso_domain::cycle::Window;
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CycleCode, Instant, PersonId, SlipId};
use chiso_domain::survey::{InvalidReason, QuestionKind, Questionnaire};
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Role};
use chiso_platform::db::Reads;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, parse_optional, text};
use chiso_wire::survey as pb;
use serde_json::json;

use super::slips::no_such_slip;
use super::{open_campaign, receipt};
use crate::error::{ReturnRefusal, SurveyRefusal};
use crate::intake::sha256;
use crate::store::returned::{self, Returned};
use crate::store::slip::{self, Slip};
use crate::store::{lot, tally};
use crate::{SERVICE, Service, convert, letters, policy};

/// Longest reason in characters.
const REASON_MAX: usize = 1_000;

impl Service {
    /// Gives a valid slip back, as long as its unit's window is open and the recheck has not listed it.
    pub(crate) async fn return_slip(
        &self,
        caller: &Caller,
        request: pb::ReturnSlipRequest,
    ) -> Result<pb::ReturnSlipResponse, Error> {
        caller.require(policy::RETURN_SLIP, None)?;
        let now = self.ctx.clock.now();
        let id: SlipId = parse("slip_id", &request.slip_id)?;
        let reason = text("reason", &request.reason, REASON_MAX)?;
        let once = Once::new(SERVICE, "ReturnSlip", caller, &request.request_id, &request)?;
        let found = slip::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(no_such_slip)?;
        caller
            .require(policy::RETURN_SLIP, Some(&found.cycle))
            .map_err(|_| no_such_slip())?;
        let form = self
            .forms
            .get(&self.ctx.db, &found.cycle, &found.group, &found.questionnaire)
            .await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle = self
            .ctx
            .cycles
            .check(&found.cycle, Window::Survey, Some(&found.unit), now)
            .await?;
        open_campaign(&mut tx, &found.cycle).await?;
        if lot::is_taken(&mut tx, &found.cycle, &found.unit).await? {
            return Err(SurveyRefusal::LotTaken(found.unit).into());
        }
        // As it stands now: another supervisor may have been faster.
        let slip = slip::find(&mut tx, id).await?.ok_or_else(no_such_slip)?;
        if !slip.valid {
            return Err(ReturnRefusal::NotValid.into());
        }
        slip::invalidate(&mut tx, &slip, &[InvalidReason::Returned]).await?;
        let place = (&slip.cycle, &slip.unit, &slip.group);
        tally::take_out(&mut tx, place, &chosen(&form.questionnaire, &slip)).await?;
        returned::add(&mut tx, &to_return(&slip, caller, reason.clone(), now)).await?;
        let act = Act {
            actor: caller.actor(),
            act: "slip.return",
            object: format!("{}/{}/{}/{}", slip.cycle, slip.unit, slip.group, slip.id),
            before: Some(json!({ "valid": true })),
            after: Some(json!({ "valid": false })),
            reason,
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let letter = letters::slip_returned(&cycle, &slip.unit, (slip.id, slip.interviewer), now);
        self.ctx.mail.post(&mut tx, SERVICE, now, &[letter]).await?;
        let reply = pb::ReturnSlipResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Survey);
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Returned slips: interviewers their own, the others all or one interviewer's.
    pub(crate) async fn list_returns(
        &self,
        caller: &Caller,
        request: pb::ListReturnsRequest,
    ) -> Result<pb::ListReturnsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_RETURNS, Some(&code))?;
        let asked: Option<PersonId> = parse_optional("interviewer", &request.interviewer)?;
        let sees_all = [Role::SurveySupervisor, Role::Organiser, Role::Auditor]
            .iter()
            .any(|role| actor.is(*role));
        let own = if sees_all { None } else { Some(caller.person()?) };
        if asked.is_some() && own.is_some() && asked != own {
            return Err(Error::forbidden(policy::READ_RETURNS.name));
        }
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = parse_optional("page_token", page.after.as_deref().unwrap_or(""))?;
        let limit = page.limit_and_one();
        let rows = returned::list(&mut &self.ctx.db, &code, own.or(asked), after, limit).await?;
        let (rows, next_page_token) = page.cut(rows, |(returned, _)| returned.slip.to_string());
        let slips = rows.into_iter().map(|(returned, slip)| pb::Slip {
            returned: Some(convert::returned(returned)),
            ..convert::slip(slip)
        });
        Ok(pb::ListReturnsResponse {
            slips: slips.collect(),
            next_page_token,
        })
    }

    /// Notes that a slip comes in the place of a returned one, before it is taken: so whatever becomes of the way
    /// back, a slip that is there is known to stand for the other.
    pub(super) async fn note_successor(
        &self,
        slip: &pb::NewSlip,
        interviewer: PersonId,
    ) -> Result<(), Error> {
        if slip.replaces.is_empty() {
            return Ok(());
        }
        let id: SlipId = parse("slip_id", &slip.slip_id)?;
        let mut tx = self.ctx.db.begin().await?;
        let old = replaceable(&mut tx, slip, interviewer).await?;
        // A slip that is there already stands for itself, unless it is this one again.
        let there = slip::find(&mut tx, id).await?;
        if there.is_some_and(|there| there.interviewer != interviewer || there.sha256 != sha256(slip)) {
            return Err(SurveyRefusal::SlipIdReused.into());
        }
        if old.successor == Some(id) {
            return Ok(());
        }
        returned::name_successor(&mut tx, old.slip, id).await?;
        let act = Act {
            actor: interviewer.to_string(),
            act: "slip.replace",
            object: format!("{}/{}/{}/{}", slip.cycle, slip.unit, slip.group, old.slip),
            before: None,
            after: Some(json!({ "slip_id": id })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, self.ctx.clock.now(), vec![act]).await?;
        Ok(tx.commit().await?)
    }
}

/// The returned slip that a slip may replace.
pub(super) async fn replaceable(
    reads: &mut impl Reads,
    slip: &pb::NewSlip,
    interviewer: PersonId,
) -> Result<Returned, Error> {
    let old: SlipId = parse("replaces", &slip.replaces)?;
    let found = returned::find(reads, old).await?.filter(|returned| {
        returned.interviewer == interviewer
            && returned.cycle.as_str() == slip.cycle
            && returned.unit.as_str() == slip.unit
    });
    let found = found.ok_or(ReturnRefusal::Unknown)?;
    match found.replaced_by {
        Some(other) if other.to_string() != slip.slip_id => Err(ReturnRefusal::Replaced.into()),
        _ => Ok(found),
    }
}

fn to_return(slip: &Slip, caller: &Caller, reason: String, now: Instant) -> Returned {
    Returned {
        slip: slip.id,
        cycle: slip.cycle.clone(),
        unit: slip.unit.clone(),
        interviewer: slip.interviewer,
        reason,
        by: caller.actor(),
        at: now,
        successor: None,
        replaced_by: None,
    }
}

/// (Question, option) of each choice, as the running counts have them.
fn chosen(form: &Questionnaire, slip: &Slip) -> Vec<(String, String)> {
    let is_choice = |name: &str| {
        let question = form.question(name);
        question.is_some_and(|q| matches!(q.kind, QuestionKind::SelectOne(_)))
    };
    let answers = slip.answers.iter();
    answers.filter(|(name, _)| is_choice(name)).cloned().collect()
}
