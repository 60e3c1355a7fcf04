//! Taking slips, one by one and by batches. Both ways end in the same intake.

use std::collections::BTreeMap;

use chiso_domain::kernel::{Instant, PersonId, SlipId};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::error::chain;
use chiso_wire::convert::{BadField, parse};
use chiso_wire::survey as pb;
use tonic::Code;

use super::check_count;
use crate::intake::{Outcome, Pending, settled, sha256};
use crate::store::slip as slips;
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
        let outcome = match self.prepare(slip, interviewer, now).await {
            Ok(prepared) => {
                self.note_successor(slip, interviewer).await?;
                self.intake.take(prepared).await?
            }
            Err(error) => self.taken_before(slip, interviewer).await?.ok_or(error)?,
        };
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
        let mut broken: BTreeMap<String, usize> = BTreeMap::new();
        for (slip, queued) in request.slips.iter().zip(queued) {
            let outcome = match queued {
                Ok(Queued::Waits(pending)) => settled(pending).await,
                Ok(Queued::Taken(outcome)) => Ok(outcome),
                Err(error) => Err(error),
            };
            outcomes.push(match outcome {
                Ok(outcome) => convert::outcome(&outcome),
                Err(error) => {
                    if matches!(error.code(), Code::Internal | Code::Unavailable) {
                        *broken.entry(chain(&error)).or_default() += 1;
                    }
                    convert::refused(&slip.slip_id, &error)
                }
            });
        }
        // These become no status, which would log them; a line for each slip would say the same 500 times.
        for (cause, slips) in broken {
            tracing::error!(slips, cause, "slips of a stream failed inside");
        }
        Ok(pb::SubmitSlipsResponse {
            batch: request.batch,
            outcomes,
        })
    }

    async fn queue(&self, caller: &Caller, slip: &pb::NewSlip, now: Instant) -> Result<Queued, Error> {
        let interviewer = may_submit(caller, slip)?;
        match self.prepare(slip, interviewer, now).await {
            Ok(prepared) => {
                self.note_successor(slip, interviewer).await?;
                self.intake.push(prepared).await.map(Queued::Waits)
            }
            Err(error) => self
                .taken_before(slip, interviewer)
                .await?
                .map(Queued::Taken)
                .ok_or(error),
        }
    }

    /// The answer to a slip that was taken before and could not be taken now: its window has passed
    /// meanwhile, but its sender never heard.
    async fn taken_before(
        &self,
        slip: &pb::NewSlip,
        interviewer: PersonId,
    ) -> Result<Option<Outcome>, Error> {
        let Ok(id) = slip.slip_id.parse::<SlipId>() else {
            return Ok(None);
        };
        let found = slips::find(&mut &self.ctx.db, id).await?;
        let same = |s: &slips::Slip| s.interviewer == interviewer && s.sha256 == sha256(slip);
        Ok(found.filter(same).map(|s| Outcome {
            slip_id: s.id,
            valid: s.valid,
            reasons: s.reasons,
        }))
    }
}

/// A slip of a batch.
enum Queued {
    Waits(Pending),
    Taken(Outcome),
}

/// The interviewer is who calls, in the cycle of the slip.
pub(super) fn may_submit(caller: &Caller, slip: &pb::NewSlip) -> Result<PersonId, Error> {
    caller.require(policy::SUBMIT_SLIP, Some(&parse("cycle", &slip.cycle)?))?;
    caller.person()
}
