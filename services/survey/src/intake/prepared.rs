//! A slip after all checks that need neither the register nor the other slips.

use std::sync::Arc;

use chiso_domain::cycle::Window;
use chiso_domain::cycle::policy::ValidSlip;
use chiso_domain::kernel::time::SECOND;
use chiso_domain::kernel::{CycleCode, GroupCode, Instant, PersonId, RespondentId, SlipId, UnitCode};
use chiso_domain::survey::{Answers, QuestionKind, check_answers};
use chiso_platform::Error;
use chiso_wire::convert::{instant, parse};
use chiso_wire::survey as pb;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::Service;
use crate::error::SurveyRefusal;
use crate::forms::Form;

/// A device's clock may be ahead of the server's by so much: a slip is sent once it is filled in.
const AHEAD: i64 = 5 * 60 * SECOND;

/// A slip that fits its questionnaire and came in time.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) id: SlipId,
    pub(crate) cycle: CycleCode,
    pub(crate) unit: UnitCode,
    pub(crate) group: GroupCode,
    pub(crate) respondent: RespondentId,
    pub(crate) interviewer: PersonId,
    pub(crate) form: Arc<Form>,
    pub(crate) started_at: Instant,
    pub(crate) ended_at: Instant,
    pub(crate) received_at: Instant,
    /// What the cycle asks of a valid slip.
    pub(crate) rule: ValidSlip,
    pub(crate) answered_personally: bool,
    pub(crate) record_invalid: bool,
    pub(crate) answers: Answers,
    /// Of the submitted message.
    pub(crate) sha256: [u8; 32],
}

/// Of the submitted message: what the same slip again has to match.
pub(crate) fn sha256(slip: &pb::NewSlip) -> [u8; 32] {
    Sha256::digest(slip.encode_to_vec()).into()
}

impl Service {
    /// Checks a slip as it came.
    ///
    /// # Errors
    /// The first fault; nothing was stored.
    pub(crate) async fn prepare(
        &self,
        slip: &pb::NewSlip,
        interviewer: PersonId,
        now: Instant,
    ) -> Result<Prepared, Error> {
        let id = parse("slip_id", &slip.slip_id)?;
        let code: CycleCode = parse("cycle", &slip.cycle)?;
        let unit: UnitCode = parse("unit", &slip.unit)?;
        let group: GroupCode = parse("group", &slip.group)?;
        let respondent = parse("respondent_id", &slip.respondent_id)?;
        let started_at = instant("started_at", slip.started_at.as_ref())?;
        let ended_at = instant("ended_at", slip.ended_at.as_ref())?;
        if ended_at < started_at {
            return Err(SurveyRefusal::TimesReversed.into());
        }
        if ended_at > now.plus(AHEAD) {
            return Err(SurveyRefusal::EndsAhead.into());
        }
        let cycle = self
            .ctx
            .cycles
            .check(&code, Window::Survey, Some(&unit), now)
            .await?;
        if !cycle.units.contains_key(&unit) {
            return Err(SurveyRefusal::UnitUnknown {
                field: "unit".to_owned(),
                unit: slip.unit.clone(),
            }
            .into());
        }
        let form = self
            .forms
            .get(&self.ctx.db, &code, &group, &slip.questionnaire_sha256)
            .await?;
        let pairs: Vec<(&str, &str)> = slip
            .answers
            .iter()
            .map(|a| (a.question.as_str(), a.value.as_str()))
            .collect();
        Ok(Prepared {
            id,
            cycle: code,
            unit,
            group,
            respondent,
            interviewer,
            answers: check_answers(&form.questionnaire, &pairs)?,
            form,
            started_at,
            ended_at,
            received_at: now,
            rule: cycle.rules.policy.survey.valid_slip,
            answered_personally: slip.answered_personally,
            record_invalid: slip.record_invalid,
            sha256: sha256(slip),
        })
    }
}

impl Prepared {
    /// Answers by question name, in the questionnaire's order.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        let questions = &self.form.questionnaire.questions;
        self.answers
            .given
            .iter()
            .map(|(at, value)| (questions[*at].name.as_str(), value.as_str()))
    }

    /// Chosen options, with the question each answers.
    pub(crate) fn chosen(&self) -> impl Iterator<Item = (&chiso_domain::kernel::QuestionName, &str)> {
        let questions = &self.form.questionnaire.questions;
        let choices = self
            .answers
            .given
            .iter()
            .map(|(at, value)| (&questions[*at], value.as_str()));
        choices
            .filter(|(question, _)| matches!(question.kind, QuestionKind::SelectOne(_)))
            .map(|(question, value)| (&question.name, value))
    }
}
