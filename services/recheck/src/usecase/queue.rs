//! What is open of a cycle, for one officer or for all.

use chiso_domain::kernel::CycleCode;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::recheck as pb;

use super::{person, sees_all};
use crate::{Service, policy, store, wire};

/// An officer works from the top of the list; more is not looked at.
const MOST: i64 = 100;

impl Service {
    pub(crate) async fn get_queue(
        &self,
        caller: &Caller,
        request: &pb::GetQueueRequest,
    ) -> Result<pb::GetQueueResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_CASES, Some(&cycle))?;
        let (now, mut db) = (self.ctx.clock.now(), &self.ctx.db);
        if sees_all(&actor) {
            let counts = store::queue::counts(&mut db, &cycle, None, now).await?;
            return Ok(wire::queue(&counts));
        }
        let officer = person(caller)?;
        let counts = store::queue::counts(&mut db, &cycle, Some(officer), now).await?;
        let mine = store::queue::mine(&mut db, &cycle, officer, now, MOST).await?;
        let next_at = store::queue::next_at(&mut db, &cycle, officer, now).await?;
        let policy = self.ctx.cycles.get(&cycle).await?;
        let policy = &policy.rules.policy.recheck;
        Ok(pb::GetQueueResponse {
            next_at: next_at.map(timestamp),
            mine: mine.iter().map(|case| wire::case(case, policy)).collect(),
            ..wire::queue(&counts)
        })
    }
}
