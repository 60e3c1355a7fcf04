//! Visits: who is to ask whom about which unit.

use std::collections::BTreeSet;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, RespondentId, UnitCode};
use chiso_domain::survey::Phone;
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Role};
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::survey as pb;
use serde_json::json;

use super::respondents::place;
use super::{check_count, check_group, check_unit, known_groups, open_campaign};
use crate::error::SurveyRefusal;
use crate::store::respondent::{self, Respondent};
use crate::store::visit::{self, NewVisit, Visit};
use crate::{SERVICE, Service, policy};

/// Most people of one request that names them.
const MOST: usize = 500;

/// Whom an interviewer is to ask.
enum Whom {
    /// These, about this unit, or about all that they had dealings with.
    Named(Vec<RespondentId>, Option<UnitCode>),
    /// Everybody of a group who may be asked about a unit.
    Group(UnitCode, GroupCode),
}

impl Service {
    /// Gives visits to an interviewer, whoever had them before.
    pub(crate) async fn assign_respondents(
        &self,
        caller: &Caller,
        request: pb::AssignRespondentsRequest,
    ) -> Result<pb::AssignRespondentsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::FRAME, Some(&code))?;
        let now = self.ctx.clock.now();
        let interviewer: PersonId = parse("interviewer", &request.interviewer)?;
        let whom = read_whom(&request)?;
        let once = Once::new(
            SERVICE,
            "AssignRespondents",
            caller,
            &request.request_id,
            &request,
        )?;
        let cycle = self.ctx.cycles.get(&code).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        let (assigned, whom) = match whom {
            Whom::Named(ids, unit) => {
                let people = respondent::of_cycle(&mut tx, &code, &ids).await?;
                let visits = visits_of(&cycle, &ids, &people, unit.as_ref(), interviewer)?;
                visit::assign(&mut tx, &code, &visits).await?;
                (visits.len(), json!({ "unit": unit, "respondents": ids }))
            }
            Whom::Group(unit, group) => {
                check_unit(&cycle, "unit", &unit)?;
                check_group(&known_groups(&mut tx, &cycle).await?, "group", &group)?;
                let assigned = visit::assign_group(&mut tx, &code, &unit, &group, interviewer).await?;
                let assigned = usize::try_from(assigned).map_err(Error::internal)?;
                (
                    assigned,
                    json!({ "unit": unit, "group": group, "assigned": assigned }),
                )
            }
        };
        let act = Act {
            actor: caller.actor(),
            act: "respondent.assign",
            object: format!("{code}/interviewer/{interviewer}"),
            before: None,
            after: Some(whom),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::AssignRespondentsResponse {
            assigned: i32::try_from(assigned).map_err(Error::internal)?,
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Visits and how far they are: interviewers their own, the others all or one interviewer's.
    pub(crate) async fn list_visits(
        &self,
        caller: &Caller,
        request: pb::ListVisitsRequest,
    ) -> Result<pb::ListVisitsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_VISITS, Some(&code))?;
        let asked: Option<PersonId> = parse_optional("interviewer", &request.interviewer)?;
        let sees_all = [Role::SurveySupervisor, Role::Organiser, Role::Auditor]
            .iter()
            .any(|role| actor.is(*role));
        let own = if sees_all { None } else { Some(caller.person()?) };
        if asked.is_some() && own.is_some() && asked != own {
            return Err(Error::forbidden(policy::READ_VISITS.name));
        }
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = match page.after.as_deref().and_then(|key| key.split_once('/')) {
            None => ("", None),
            Some((unit, id)) => (unit, Some(parse("page_token", id)?)),
        };
        let limit = page.limit_and_one();
        let whom = (
            own.or(asked),
            parse_optional("respondent_id", &request.respondent_id)?,
        );
        let rows = visit::list(&mut &self.ctx.db, &code, whom, after, limit).await?;
        let (rows, next_page_token) = page.cut(rows, |v| format!("{}/{}", v.unit, v.respondent));
        let visits = rows.into_iter().map(|visit| self.shown(visit));
        Ok(pb::ListVisitsResponse {
            visits: visits.collect::<Result<_, Error>>()?,
            next_page_token,
        })
    }

    fn shown(&self, visit: Visit) -> Result<pb::Visit, Error> {
        let id = hex::encode(visit.respondent.0.as_bytes());
        let (state, slip) = match (visit.slip, visit.draft) {
            (Some(slip), _) => (pb::VisitState::Done, Some(slip)),
            (None, Some(draft)) => (pb::VisitState::Draft, Some(draft)),
            (None, None) => (pb::VisitState::Open, None),
        };
        Ok(pb::Visit {
            respondent_id: visit.respondent.to_string(),
            name: self.ctx.seals.open(&place(&id, "name"), &visit.name)?,
            phone_masked: Phone::masked(&visit.phone_tail),
            group: visit.group.to_string(),
            unit: visit.unit.to_string(),
            state: state.into(),
            slip_id: slip.map(|id| id.to_string()).unwrap_or_default(),
            interviewer: visit.interviewer.to_string(),
        })
    }
}

fn read_whom(request: &pb::AssignRespondentsRequest) -> Result<Whom, Error> {
    if request.respondent_ids.is_empty() {
        return Ok(Whom::Group(
            parse("unit", &request.unit)?,
            parse("group", &request.group)?,
        ));
    }
    check_count("respondent_ids", request.respondent_ids.len(), MOST)?;
    let ids = request.respondent_ids.iter().enumerate();
    let ids: Vec<RespondentId> = ids
        .map(|(at, id)| parse(&format!("respondent_ids[{at}]"), id))
        .collect::<Result<_, _>>()?;
    Ok(Whom::Named(ids, parse_optional("unit", &request.unit)?))
}

/// One visit for each named person and unit.
fn visits_of(
    cycle: &Cycle,
    ids: &[RespondentId],
    people: &[Respondent],
    unit: Option<&UnitCode>,
    interviewer: PersonId,
) -> Result<Vec<NewVisit>, Error> {
    if let Some(unit) = unit {
        check_unit(cycle, "unit", unit)?;
    }
    let mut visits = BTreeSet::new();
    for (at, id) in ids.iter().enumerate() {
        let found = people.iter().find(|person| person.id == *id);
        let person = found.ok_or(SurveyRefusal::RespondentMissing(at))?;
        let units: Vec<UnitCode> = match unit {
            Some(unit) if person.units.is_empty() || person.units.contains(unit) => vec![unit.clone()],
            Some(_) => return Err(SurveyRefusal::RespondentElsewhere(at).into()),
            None => units_of(cycle, &person.units),
        };
        let id = hex::encode(id.0.as_bytes());
        visits.extend(units.into_iter().map(|unit| (id.clone(), unit)));
    }
    let interviewer = hex::encode(interviewer.0.as_bytes());
    let visits = visits.into_iter();
    Ok(visits.map(|(id, unit)| (id, unit, interviewer.clone())).collect())
}

/// The units that somebody may be asked about: those that are named, or all.
pub(super) fn units_of(cycle: &Cycle, named: &[UnitCode]) -> Vec<UnitCode> {
    if named.is_empty() {
        cycle.units.keys().cloned().collect()
    } else {
        named.to_vec()
    }
}
