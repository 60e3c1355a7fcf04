//! One file per act.

mod assign;
mod catch_up;
mod close_lot;
mod conclude;
mod enter_seed;
mod late;
mod lease;
mod post;
mod queue;
mod read;
mod record_attempt;
mod record_finding;
mod reveal;
mod take;

pub(crate) use late::REMIND;

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CaseId, CycleCode, Instant, LotId, PersonId, SlipId, UnitCode};
use chiso_platform::auth::{Actor, Caller, Permission, Role};
use chiso_platform::db::Reads;
use chiso_platform::{Error, rng};
use sha2::{Digest, Sha256};

use crate::error::{no_case, no_lot};
use crate::store::case::CaseRow;
use crate::store::lot::LotRow;
use crate::{Service, policy, store};

impl Service {
    /// A lot that the caller may know of.
    async fn visible_lot(&self, caller: &Caller, permission: Permission, id: LotId) -> Result<LotRow, Error> {
        let lot = store::lot::lot(&mut &self.ctx.db, id).await?.ok_or_else(no_lot)?;
        caller
            .require(permission, Some(&lot.cycle))
            .map_err(|_| no_lot())?;
        Ok(lot)
    }

    /// A case that the caller may know of: a verifier only the own ones.
    async fn visible_case(&self, caller: &Caller, id: CaseId) -> Result<CaseRow, Error> {
        let case = store::case::case(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(no_case)?;
        let actor = caller
            .require(policy::READ_CASES, Some(&case.cycle))
            .map_err(|_| no_case())?;
        if sees_all(&actor) || case.officer == Some(caller.person()?) {
            Ok(case)
        } else {
            Err(no_case())
        }
    }

    /// A case of the caller's own, to work on.
    async fn own_case(&self, caller: &Caller, id: CaseId) -> Result<CaseRow, Error> {
        let case = store::case::case(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(no_case)?;
        own(caller, case)
    }

    /// The cycle, if the window of the recheck is open for one of the units at least.
    async fn open_cycle(
        &self,
        cycle: &CycleCode,
        units: &[UnitCode],
        now: Instant,
    ) -> Result<Arc<Cycle>, Error> {
        let open = |cycle: &Cycle| {
            let check = |unit| cycle.calendar.check(Window::Recheck, Some(unit), now).is_ok();
            units.iter().any(check)
        };
        let cached = self.ctx.cycles.get(cycle).await?;
        if open(&cached) {
            return Ok(cached);
        }
        let fresh = self.ctx.cycles.fresh(cycle).await?;
        if !open(&fresh) {
            fresh.calendar.check(Window::Recheck, units.first(), now)?;
        }
        Ok(fresh)
    }

    /// After a commit that posted.
    fn ring(&self, posted: usize) {
        if posted > 0 {
            self.ctx.bells.ring(Source::Recheck);
        }
    }
}

/// Whether the caller's roles show more than the own cases.
fn sees_all(actor: &Actor<'_>) -> bool {
    actor.is(Role::Organiser) || actor.is(Role::Auditor)
}

/// The case, if it is the caller's to work on; otherwise there is none.
fn own(caller: &Caller, case: CaseRow) -> Result<CaseRow, Error> {
    let person = caller.person()?;
    caller
        .require(policy::VERIFY, Some(&case.cycle))
        .map_err(|_| no_case())?;
    if case.officer == Some(person) {
        Ok(case)
    } else {
        Err(no_case())
    }
}

/// A lot inside a transaction; it was seen before, and lots are never removed.
async fn locked_lot(reads: &mut impl Reads, id: LotId) -> Result<LotRow, Error> {
    store::lot::lot(reads, id).await?.ok_or_else(no_lot)
}

/// The id of a slip's case: from the instant and the slip, so that a simulated year repeats.
fn case_id(now: Instant, slip: SlipId) -> CaseId {
    let digest: [u8; 32] = Sha256::digest(format!("chiso.recheck.case.v1 {slip}")).into();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    CaseId(rng::uuid_v7(now, random))
}

/// The person who acts; services do not.
fn person(caller: &Caller) -> Result<PersonId, Error> {
    caller.person()
}
