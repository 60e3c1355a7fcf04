//! Gives an officer the next case to call.

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::recheck as pb;
use serde_json::json;

use super::lease::LEASE;
use super::person;
use crate::store::case::CaseRow;
use crate::store::queue::{self, Search};
use crate::{SERVICE, Service, names, policy, store, wire};

impl Service {
    /// Officers look for a case one after the other, each in a transaction that writes, so two never get the same.
    pub(crate) async fn take_next_case(
        &self,
        caller: &Caller,
        request: &pb::TakeNextCaseRequest,
    ) -> Result<pb::TakeNextCaseResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::VERIFY, Some(&code))?;
        let officer = person(caller)?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "TakeNextCase", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycle = self.ctx.cycles.get(&code).await?;
        let all: Vec<UnitCode> = cycle.units.keys().cloned().collect();
        let cycle = self.open_cycle(&code, &all, now).await?;
        let search = Search {
            cycle: &code,
            officer,
            units: &open_units(&cycle, now),
            now,
        };

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let reply = match queue::next(&mut tx, search).await? {
            Some(case) => pb::TakeNextCaseResponse {
                case: Some(take(&mut tx, caller, &cycle, (case, search)).await?),
                next_at: None,
            },
            None => pb::TakeNextCaseResponse {
                case: None,
                next_at: queue::next_at(&mut tx, &code, officer, now).await?.map(timestamp),
            },
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// The units for which the recheck is open.
fn open_units(cycle: &Cycle, now: Instant) -> Vec<UnitCode> {
    let open = |unit: &&UnitCode| cycle.calendar.check(Window::Recheck, Some(unit), now).is_ok();
    cycle.units.keys().filter(open).cloned().collect()
}

async fn take(
    tx: &mut Tx,
    caller: &Caller,
    cycle: &Cycle,
    (case, search): (CaseRow, Search<'_>),
) -> Result<pb::Case, Error> {
    let until = search.now.plus(LEASE);
    queue::hold(tx, case.id, search.officer, until).await?;
    let act = Act {
        actor: caller.actor(),
        act: "case.take",
        object: names::case(&case.cycle, &case.unit, case.id),
        before: Some(json!({ "officer": case.officer })),
        after: Some(json!({ "officer": search.officer })),
        reason: String::new(),
    };
    journal::append(tx, SERVICE, search.now, vec![act]).await?;
    let held = store::case::case(tx, case.id).await?.unwrap_or(case);
    Ok(wire::case(&held, &cycle.rules.policy.recheck))
}
