//! What is wrong with a slip before it is sent: the checks of the intake, and nothing stored.

use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, RespondentId, SlipId, UnitCode};
use chiso_domain::survey::{Answers, Interview, InvalidReason, examine, validity};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{BadField, parse};
use chiso_wire::survey as pb;
use tonic::Code;

use super::returns::replaceable;
use super::submit::may_submit;
use crate::error::SurveyRefusal;
use crate::intake::sha256;
use crate::store::intake::{self, Known};
use crate::{Service, convert, policy};

/// Most faults of answers that are named.
const MOST: usize = 200;

/// What a slip says of its place, where it can be read.
struct Place {
    id: SlipId,
    cycle: CycleCode,
    unit: UnitCode,
    group: GroupCode,
    respondent: RespondentId,
}

impl Service {
    /// All that is wrong with a slip, as far as it can be told now.
    pub(crate) async fn check_slip(
        &self,
        caller: &Caller,
        request: pb::CheckSlipRequest,
    ) -> Result<pb::CheckSlipResponse, Error> {
        caller.require(policy::SUBMIT_SLIP, None)?;
        let now = self.ctx.clock.now();
        let slip = request.slip.ok_or_else(|| BadField::missing("slip"))?;
        let interviewer = may_submit(caller, &slip)?;
        let mut faults = Vec::new();
        let (answers, of_answers) = self.answer_faults(&slip).await?;
        if let Err(error) = self.prepare(&slip, interviewer, now).await {
            let fault = convert::fault(&refusal(error)?);
            if !of_answers.contains(&fault) {
                faults.push(fault);
            }
        }
        if !slip.replaces.is_empty()
            && let Err(error) = replaceable(&mut &self.ctx.db, &slip, interviewer).await
        {
            faults.push(convert::fault(&refusal(error)?));
        }
        let mut reasons = Vec::new();
        if let Ok(place) = read_place(&slip) {
            let known = self.known(&place).await?;
            let rest = self
                .place_faults(&slip, &place, interviewer, known, &answers)
                .await?;
            faults.extend(rest.0);
            reasons = rest.1;
        }
        faults.extend(of_answers);
        Ok(pb::CheckSlipResponse {
            faults,
            invalid_reasons: convert::reasons(&reasons),
        })
    }

    /// The answers that fit, and every one that its form does not know or take; none where the form is not known.
    async fn answer_faults(&self, slip: &pb::NewSlip) -> Result<(Answers, Vec<pb::Refused>), Error> {
        let (Ok(cycle), Ok(group)) = (slip.cycle.parse::<CycleCode>(), slip.group.parse::<GroupCode>())
        else {
            return Ok((Answers::default(), Vec::new()));
        };
        let sha256 = &slip.questionnaire_sha256;
        let form = match self.forms.get(&self.ctx.db, &cycle, &group, sha256).await {
            Ok(form) => form,
            Err(error) => return refusal(error).map(|_| (Answers::default(), Vec::new())),
        };
        let pairs: Vec<(&str, &str)> = slip
            .answers
            .iter()
            .map(|a| (a.question.as_str(), a.value.as_str()))
            .collect();
        let (answers, faults) = examine(&form.questionnaire, &pairs, MOST);
        let faults = faults.into_iter().map(|fault| convert::fault(&fault.into()));
        Ok((answers, faults.collect()))
    }

    /// What the register and the other slips say of it.
    async fn known(&self, place: &Place) -> Result<Known, Error> {
        let [id, respondent] = [place.id.0, place.respondent.0].map(|id| hex::encode(id.as_bytes()));
        let keys = [(id, &place.cycle, &place.unit, respondent)];
        let rows = self.ctx.db.all(intake::asking(&keys)).await?;
        let (known, _tail) = intake::known(&rows)?;
        let known = known.into_iter().next();
        known.ok_or_else(|| Error::internal("nothing is known of a slip"))
    }

    async fn place_faults(
        &self,
        slip: &pb::NewSlip,
        place: &Place,
        interviewer: PersonId,
        known: Known,
        answers: &Answers,
    ) -> Result<(Vec<pb::Refused>, Vec<InvalidReason>), Error> {
        let mut refusals = Vec::new();
        if let Some(stored) = known.slip {
            if stored.sha256 == sha256(slip) && stored.interviewer == interviewer {
                // The same slip again would be answered as it was.
                return Ok((Vec::new(), stored.reasons));
            }
            refusals.push(SurveyRefusal::SlipIdReused);
        }
        if known.closed {
            refusals.push(SurveyRefusal::CampaignClosed(place.cycle.clone()));
        }
        if known.taken {
            refusals.push(SurveyRefusal::LotTaken(place.unit.clone()));
        }
        let mut reasons = Vec::new();
        match &known.respondent {
            None => refusals.push(SurveyRefusal::RespondentUnknown),
            Some(respondent) => {
                let rule = self
                    .ctx
                    .cycles
                    .get(&place.cycle)
                    .await?
                    .rules
                    .policy
                    .survey
                    .valid_slip;
                let interview = Interview {
                    group: &place.group,
                    unit: &place.unit,
                    answered_personally: slip.answered_personally,
                    blanks: &answers.blanks,
                };
                reasons = validity(rule, &respondent.facts, interview, known.duplicate);
            }
        }
        let faults = refusals
            .into_iter()
            .map(|refusal| convert::fault(&refusal.into()));
        Ok((faults.collect(), reasons))
    }
}

fn read_place(slip: &pb::NewSlip) -> Result<Place, BadField> {
    Ok(Place {
        id: parse("slip_id", &slip.slip_id)?,
        cycle: parse("cycle", &slip.cycle)?,
        unit: parse("unit", &slip.unit)?,
        group: parse("group", &slip.group)?,
        respondent: parse("respondent_id", &slip.respondent_id)?,
    })
}

/// What is broken or away is no fault of the slip.
fn refusal(error: Error) -> Result<Error, Error> {
    match error.code() {
        Code::Internal | Code::Unavailable => Err(error),
        _ => Ok(error),
    }
}
