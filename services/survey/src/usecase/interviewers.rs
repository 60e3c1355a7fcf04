//! How the work of each interviewer looks, for whoever supervises it.

use chiso_domain::kernel::time::SECOND;
use chiso_domain::kernel::{CycleCode, PersonId, QuestionName};
use chiso_domain::survey::QuestionKind;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::parse;
use chiso_wire::survey as pb;

use super::counts::narrow;
use crate::store::interviewer::{self, Work};
use crate::store::questionnaire;
use crate::{Service, policy};

const MINUTE: i64 = 60 * SECOND;

impl Service {
    /// Numbers of every interviewer who has visits or slips.
    pub(crate) async fn get_interviewer_progress(
        &self,
        caller: &Caller,
        request: pb::GetInterviewerProgressRequest,
    ) -> Result<pb::GetInterviewerProgressResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_INTERVIEWERS, Some(&code))?;
        self.ctx.cycles.get(&code).await?;
        let choices = self.choices(&code).await?;
        let all = interviewer::work(&mut &self.ctx.db, &code, &choices).await?;
        Ok(pb::GetInterviewerProgressResponse {
            interviewers: all.iter().map(|(person, work)| shown(*person, work)).collect(),
        })
    }

    /// The questions of a cycle that offer options.
    pub(super) async fn choices(&self, cycle: &CycleCode) -> Result<Vec<QuestionName>, Error> {
        let forms = questionnaire::all_current(&mut &self.ctx.db, cycle).await?;
        let questions = forms.into_iter().flat_map(|form| form.questions);
        let choices = questions.filter(|question| matches!(question.kind, QuestionKind::SelectOne(_)));
        Ok(choices.map(|question| question.name).collect())
    }
}

fn shown(person: PersonId, work: &Work) -> pb::InterviewerProgress {
    pb::InterviewerProgress {
        interviewer: person.to_string(),
        visits: narrow(work.visits),
        slips: narrow(work.slips),
        valid: narrow(work.valid),
        median_minutes: narrow(minutes(work.middle)),
        same_answers: narrow(work.same_answers),
        duplicate_phones: narrow(work.duplicate_phones),
        returned: narrow(work.returned),
    }
}

/// The mean of so many times, in whole minutes, half up; 0 where there are none.
const fn minutes((number, sum): (i64, i64)) -> i64 {
    if number == 0 {
        return 0;
    }
    let one = number * MINUTE;
    (2 * sum + one) / (2 * one)
}
