//! Holds an own case for longer, and gives one back.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CaseId;
use chiso_domain::kernel::time::SECOND;
use chiso_domain::recheck::RecheckRefusal;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::own;
use crate::error::no_case;
use crate::store::case::CaseRow;
use crate::{SERVICE, Service, names, store, wire};

/// How long a case is held: longer than a call takes, short enough that a case that was left lying comes back.
pub(super) const LEASE: i64 = 15 * 60 * SECOND;

impl Service {
    pub(crate) async fn renew_lease(
        &self,
        caller: &Caller,
        request: &pb::RenewLeaseRequest,
    ) -> Result<pb::RenewLeaseResponse, Error> {
        let id: CaseId = parse("case_id", &request.case_id)?;
        let case = self.own_case(caller, id).await?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "RenewLease", caller, &request.request_id, request)?;
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
        let case = open_case(&mut tx, caller, id).await?;
        store::queue::hold(&mut tx, id, caller.person()?, now.plus(LEASE)).await?;
        let case = store::case::case(&mut tx, id).await?.unwrap_or(case);
        let reply = pb::RenewLeaseResponse {
            case: Some(wire::case(&case, &cycle.rules.policy.recheck)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// No window: what is given back is no work.
    pub(crate) async fn release_case(
        &self,
        caller: &Caller,
        request: &pb::ReleaseCaseRequest,
    ) -> Result<pb::ReleaseCaseResponse, Error> {
        let id: CaseId = parse("case_id", &request.case_id)?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "ReleaseCase", caller, &request.request_id, request)?;
        // Given back, it is no longer the caller's: the repeat is answered before that is looked at.
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        self.own_case(caller, id).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let case = open_case(&mut tx, caller, id).await?;
        store::queue::release(&mut tx, id).await?;
        let left = if case.pooled { None } else { case.officer };
        let act = Act {
            actor: caller.actor(),
            act: "case.release",
            object: names::case(&case.cycle, &case.unit, id),
            before: Some(json!({ "officer": case.officer })),
            after: Some(json!({ "officer": left })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::ReleaseCaseResponse {};
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

async fn open_case(tx: &mut Tx, caller: &Caller, id: CaseId) -> Result<CaseRow, Error> {
    let case = store::case::case(tx, id).await?.ok_or_else(no_case)?;
    let case = own(caller, case)?;
    if case.outcome.is_some() {
        return Err(RecheckRefusal::CaseClosed.into());
    }
    Ok(case)
}
