//! Gives cases to officers.

use chiso_domain::kernel::{CaseId, LotId, PersonId};
use chiso_domain::recheck::{RecheckRefusal, Unassigned, spread};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::locked_lot;
use crate::error::Refused;
use crate::store::lot::LotRow;
use crate::{SERVICE, Service, names, policy, store, wire};

impl Service {
    pub(crate) async fn assign_cases(
        &self,
        caller: &Caller,
        request: &pb::AssignCasesRequest,
    ) -> Result<pb::AssignCasesResponse, Error> {
        let id: LotId = parse("lot_id", &request.lot_id)?;
        let lot = self.visible_lot(caller, policy::ORGANISE, id).await?;
        let officers = wire::officers(&request.officers)?;
        let named = wire::case_ids(&request.case_ids)?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "AssignCases", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        self.open_cycle(&lot.cycle, &lot.units, now).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let lot = locked_lot(&mut tx, id).await?;
        lot.state().check_drawn()?;
        let cases = if named.is_empty() {
            store::case::unassigned(&mut tx, id, now).await?
        } else {
            chosen(&mut tx, id, &named).await?
        };
        let workload = store::case::workload(&mut tx, id, &officers).await?;
        let given = spread(workload, &cases)?;
        let assigned = store::case::assign(&mut tx, &given).await?;
        journal::append(&mut tx, SERVICE, now, vec![act(caller, &lot, &given)]).await?;
        let reply = pb::AssignCasesResponse {
            assigned: i32::try_from(assigned).unwrap_or(i32::MAX),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// Cases that are named: of this lot, and without outcome. They may have had another officer.
async fn chosen(tx: &mut Tx, lot: LotId, named: &[CaseId]) -> Result<Vec<Unassigned>, Error> {
    let found = store::case::named(tx, lot, named).await?;
    for (at, id) in named.iter().enumerate() {
        let case = found.iter().find(|c| c.id == *id);
        let case = case.ok_or_else(|| Error::from(Refused::CaseNotInLot(at, *id)))?;
        if case.outcome.is_some() {
            return Err(RecheckRefusal::CaseClosed.into());
        }
    }
    let mut cases: Vec<Unassigned> = found
        .iter()
        .map(|c| Unassigned {
            case: c.id,
            slip: c.slip,
            interviewer: c.interviewer,
        })
        .collect();
    cases.dedup();
    Ok(cases)
}

fn act(caller: &Caller, lot: &LotRow, given: &[(CaseId, PersonId)]) -> Act {
    let given: Vec<_> = given
        .iter()
        .map(|(case, officer)| json!([case, officer]))
        .collect();
    Act {
        actor: caller.actor(),
        act: "case.assign",
        object: names::lot(&lot.cycle, lot.id),
        before: None,
        after: Some(json!({ "given": given })),
        reason: String::new(),
    }
}
