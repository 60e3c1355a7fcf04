//! Granting and revoking roles.
//!
//! Who organises does not score, appraise, lead or interview, and an auditor does nothing else; nobody
//! grants anything to themselves. A change of roles ends the person's sessions; API tokens go on with the new roles.

use chiso_domain::kernel::{CycleCode, PersonId};
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Role};
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, parse, parse_optional, text};
use chiso_wire::identity as pb;
use serde_json::json;

use super::people::{act, no_such_person};
use crate::error::{Refused, SECRETARY};
use crate::{SERVICE, Service, policy, store};

const SCORES: [Role; 8] = [
    Role::SurveySupervisor,
    Role::Interviewer,
    Role::UnitOfficer,
    Role::UnitHead,
    Role::Appraiser,
    Role::CouncilChair,
    Role::Leader,
    Role::LeaderSecretary,
];

/// Checks each grant in itself, and all of them together.
pub(super) fn check_grants(grants: &[pb::Grant]) -> Result<(), Error> {
    for grant in grants {
        check_grant(grant)?;
    }
    let has = |role: Role| grants.iter().any(|g| g.role() == role);
    if has(Role::Organiser) && SCORES.iter().any(|role| has(*role)) {
        return Err(Refused::RoleConflict("tổ chức và chấm điểm, khảo sát").into());
    }
    // Who rechecks must not be able to read the first answers (they are blind until their own are recorded).
    let reads_answers = [Role::Organiser, Role::SurveySupervisor, Role::Interviewer];
    if has(Role::Verifier) && reads_answers.iter().any(|role| has(*role)) {
        return Err(Refused::RoleConflict("phúc tra và tổ chức, khảo sát").into());
    }
    if has(Role::Auditor) && grants.iter().any(|g| g.role() != Role::Auditor) {
        return Err(Refused::RoleConflict("kiểm tra, giám sát và vai trò khác").into());
    }
    Ok(())
}

fn check_grant(grant: &pb::Grant) -> Result<(), Error> {
    parse_optional::<CycleCode>("grant.cycle", &grant.cycle)?;
    let needs_unit = match Role::try_from(grant.role) {
        Err(_) | Ok(Role::Unspecified) => return Err(BadField::missing("grant.role").into()),
        Ok(Role::UnitOfficer) => Some("cán bộ đơn vị"),
        Ok(Role::UnitHead) => Some("thủ trưởng đơn vị"),
        Ok(Role::Appraiser) => Some("người thẩm định"),
        Ok(Role::LeaderSecretary) => Some(SECRETARY),
        Ok(_) => None,
    };
    match needs_unit {
        Some(role) if grant.unit.is_empty() => Err(Refused::RoleNeedsUnit(role).into()),
        Some(_) if grant.role() == Role::LeaderSecretary => {
            Ok(parse::<PersonId>("grant.unit", &grant.unit).map(|_| ())?)
        }
        Some(_) => Ok(parse::<chiso_domain::kernel::UnitCode>("grant.unit", &grant.unit).map(|_| ())?),
        None => Ok(()),
    }
}

pub(super) fn described(grant: &pb::Grant) -> serde_json::Value {
    json!({ "role": grant.role().as_str_name(), "cycle": grant.cycle, "unit": grant.unit })
}

impl Service {
    /// Grants a role. Granting it twice changes nothing.
    pub(crate) async fn grant_role(
        &self,
        caller: &Caller,
        request: pb::GrantRoleRequest,
    ) -> Result<pb::GrantRoleResponse, Error> {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        let now = self.ctx.clock.now();
        let id: PersonId = parse("person_id", &request.person_id)?;
        let once = Once::new(SERVICE, "GrantRole", caller, &request.request_id, &request)?;
        let grant = request.grant.ok_or_else(|| BadField::missing("grant"))?;
        if caller.person()? == id {
            return Err(Refused::SelfGrant.into());
        }
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let person = store::person_by_id(&mut tx, id)
            .await?
            .ok_or_else(no_such_person)?;
        check_grants(&[person.grants.as_slice(), std::slice::from_ref(&grant)].concat())?;
        if store::grant_insert(&mut tx, id, &grant).await? > 0 {
            store::tokens_revoke_all(&mut tx, id, false).await?;
        }
        let mut act = act(caller, "role.grant", id, "");
        act.after = Some(described(&grant));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let person = store::person_by_id(&mut tx, id)
            .await?
            .ok_or_else(no_such_person)?;
        let reply = pb::GrantRoleResponse {
            person: Some(person.into_wire()),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }

    /// Takes a role away; it ends with the person's next call.
    pub(crate) async fn revoke_role(
        &self,
        caller: &Caller,
        request: pb::RevokeRoleRequest,
    ) -> Result<pb::RevokeRoleResponse, Error> {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        let now = self.ctx.clock.now();
        let id: PersonId = parse("person_id", &request.person_id)?;
        let reason = text("reason", &request.reason, 500)?;
        let once = Once::new(SERVICE, "RevokeRole", caller, &request.request_id, &request)?;
        let grant = request.grant.ok_or_else(|| BadField::missing("grant"))?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        if store::grant_delete(&mut tx, id, &grant).await? == 0 {
            return Err(Error::not_found(
                "grant",
                "Người này không có quyền đó. Xem lại danh sách quyền.",
            ));
        }
        store::tokens_revoke_all(&mut tx, id, false).await?;
        let mut act = act(caller, "role.revoke", id, &reason);
        act.before = Some(described(&grant));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let person = store::person_by_id(&mut tx, id)
            .await?
            .ok_or_else(no_such_person)?;
        let reply = pb::RevokeRoleResponse {
            person: Some(person.into_wire()),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }
}
