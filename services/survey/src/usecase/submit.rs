//! Taking slips, one by one and by batches. Both ways end in the same intake.

use chiso_domain::kernel::{Instant, PersonId};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{BadField, parse};
use chiso_wire::survey as pb;

use super::check_count;
use crate::intake::{Pending, settled};
use crate::{Service, convert, policy};

/// Most slips of one batch of the stream.
const MOST: usize = 500;

impl Service {
    /// Takes one slip.
    pub(crate) async fn submit_slip(
        &self,
        caller: &Caller,
        request: pb::SubmitSlipRequest,
    ) -> Result<pb::SubmitSlipResponse, Error> {
        let now = self.ctx.clock.now();
        let slip = request.slip.as_ref().ok_or_else(|| BadField::missing("slip"))?;
        let interviewer = may_submit(caller, slip)?;
        let prepared = self.prepare(slip, interviewer, now).await?;
        let outcome = self.intake.take(prepared).await?;
        Ok(pb::SubmitSlipResponse {
            outcome: Some(convert::outcome(&outcome)),
        })
    }

    /// Takes one batch of a stream; answers once all that it accepts is durable.
    pub(crate) async fn submit_batch(
        &self,
        caller: &Caller,
        request: pb::SubmitSlipsRequest,
    ) -> Result<pb::SubmitSlipsResponse, Error> {
        let now = self.ctx.clock.now();
        check_count("slips", request.slips.len(), MOST)?;
        let mut queued = Vec::with_capacity(request.slips.len());
        for slip in &request.slips {
            queued.push(self.queue(caller, slip, now).await);
        }
        let mut outcomes = Vec::with_capacity(queued.len());
        for (slip, queued) in request.slips.iter().zip(queued) {
            let settled = match queued {
                Ok(pending) => settled(pending).await,
                Err(error) => Err(error),
            };
            outcomes.push(match settled {
                Ok(outcome) => convert::outcome(&outcome),
                Err(error) => convert::refused(&slip.slip_id, &error),
            });
        }
        Ok(pb::SubmitSlipsResponse {
            batch: request.batch,
            outcomes,
        })
    }

    async fn queue(&self, caller: &Caller, slip: &pb::NewSlip, now: Instant) -> Result<Pending, Error> {
        let interviewer = may_submit(caller, slip)?;
        let prepared = self.prepare(slip, interviewer, now).await?;
        self.intake.push(prepared).await
    }
}

/// The interviewer is who calls, in the cycle of the slip.
fn may_submit(caller: &Caller, slip: &pb::NewSlip) -> Result<PersonId, Error> {
    caller.require(policy::SUBMIT_SLIP, Some(&parse("cycle", &slip.cycle)?))?;
    caller.person()
}
