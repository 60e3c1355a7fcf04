//! Who has marked how much and who has sent, and where the scoring stands; no marks.

use chiso_domain::kernel::CycleCode;
use chiso_domain::leaders::Leader;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::leaders as pb;

use super::{scoring, standing};
use crate::{Service, policy, store, wire};

impl Service {
    /// A row per leader, in the panel's order.
    pub(crate) async fn read_progress(
        &self,
        caller: &Caller,
        request: &pb::GetProgressRequest,
    ) -> Result<pb::GetProgressResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROGRESS, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let standing = standing(&mut &self.ctx.db, &code).await?;
        let sent = store::sent_slips(&mut &self.ctx.db, &code, &standing.panel).await?;
        let panel = &standing.panel;
        let units = panel.units(&cycle);
        let progress = store::progress(&mut &self.ctx.db, &code).await?;
        let row = |leader: &Leader| {
            let of_leader = progress.get(&leader.person);
            let done = of_leader.map_or(0, |p| p.units.iter().filter(|unit| units.contains(unit)).count());
            pb::LeaderProgress {
                leader: Some(wire::leader_to_wire(leader)),
                units_done: count(done),
                units: count(units.len()),
                sent_at: of_leader.and_then(|p| p.sent_at).map(timestamp),
            }
        };
        Ok(pb::GetProgressResponse {
            leaders: panel.leaders.iter().map(row).collect(),
            shortlist: panel.shortlist.iter().map(ToString::to_string).collect(),
            panel_fixed: !sent.is_empty(),
            quorum_reached: scoring(&cycle, &standing, &sent).quorum_reached(),
            quorum_document: standing.decision.clone().unwrap_or_default(),
            closed: standing.closed,
            panel_sha256: panel.sha256(),
        })
    }
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
