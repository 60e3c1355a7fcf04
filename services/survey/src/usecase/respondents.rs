//! The respondent register: entering people, listing them masked, opening one contact.

use std::collections::BTreeSet;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, RequestId, RespondentId, UnitCode};
use chiso_domain::survey::Phone;
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Role};
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, parse, parse_optional, text};
use chiso_wire::survey as pb;
use serde_json::json;

use super::{check_count, check_group, check_unit, known_groups, open_campaign};
use crate::error::SurveyRefusal;
use crate::store::respondent::{self, NewRow, Respondent};
use crate::store::visit::{self, NewVisit};
use crate::{SERVICE, Service, policy};

/// Most people of one request.
const MOST: usize = 500;
/// Most units a person may rate by name.
const MOST_UNITS: usize = 1_000;

/// Where a sealed field belongs; it opens nowhere else.
pub(super) fn place<'a>(id: &'a str, column: &'a str) -> [&'a str; 3] {
    ["survey_respondent", id, column]
}

/// Somebody to be entered, already read.
pub(super) struct Person<'a> {
    pub(super) group: GroupCode,
    pub(super) name: &'a str,
    pub(super) phone: &'a Phone,
    pub(super) consent: String,
    pub(super) units: BTreeSet<UnitCode>,
}

/// The act of entering somebody.
pub(super) fn registered(caller: &Caller, cycle: &CycleCode, row: &NewRow) -> Act {
    Act {
        actor: caller.actor(),
        act: "respondent.register",
        object: format!("{cycle}/respondent/{}", row.id),
        before: None,
        after: Some(json!({ "group": row.grp, "units": row.units, "consent": row.consent })),
        reason: String::new(),
    }
}

impl Service {
    /// Enters people, all or none. Whom an interviewer enters, they are to ask.
    pub(crate) async fn register_respondents(
        &self,
        caller: &Caller,
        request: pb::RegisterRespondentsRequest,
    ) -> Result<pb::RegisterRespondentsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::REGISTER, Some(&code))?;
        let now = self.ctx.clock.now();
        check_count("respondents", request.respondents.len(), MOST)?;
        let once = Once::new(
            SERVICE,
            "RegisterRespondents",
            caller,
            &request.request_id,
            &request,
        )?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let groups = known_groups(&mut &self.ctx.db, &cycle).await?;
        let rows = self.read_all(&cycle, &groups, &request.respondents)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        if let Some(at) = respondent::taken(&mut tx, &ids).await? {
            return Err(SurveyRefusal::RespondentExists(at).into());
        }
        respondent::add(&mut tx, &code, &rows, now).await?;
        if actor.is(Role::Interviewer) {
            visit::assign(&mut tx, &code, &own_visits(caller.person()?, &rows)).await?;
        }
        let acts = rows.iter().map(|row| registered(caller, &code, row)).collect();
        journal::append(&mut tx, SERVICE, now, acts).await?;
        let registered = i32::try_from(rows.len()).map_err(Error::internal)?;
        let reply = pb::RegisterRespondentsResponse { registered };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    fn read_all(
        &self,
        cycle: &Cycle,
        groups: &BTreeSet<GroupCode>,
        respondents: &[pb::NewRespondent],
    ) -> Result<Vec<NewRow>, Error> {
        let mut rows: Vec<NewRow> = Vec::with_capacity(respondents.len());
        let mut ids = BTreeSet::new();
        for (at, new) in respondents.iter().enumerate() {
            let parent = format!("respondents[{at}]");
            let row = self.read(&cycle.code, new).map_err(|e| e.within(&parent))?;
            check_group(groups, &format!("{parent}.group"), &row.grp)?;
            for (n, unit) in row.units.iter().enumerate() {
                check_unit(cycle, &format!("{parent}.units[{n}]"), unit)?;
            }
            if !ids.insert(row.id.clone()) {
                return Err(SurveyRefusal::RespondentExists(at).into());
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn read(&self, cycle: &CycleCode, new: &pb::NewRespondent) -> Result<NewRow, BadField> {
        let id: RespondentId = parse("respondent_id", &new.respondent_id)?;
        let name = text("name", &new.name, 200)?;
        let phone: Phone = new.phone.parse().map_err(|e: chiso_domain::survey::PhoneError| {
            BadField::new("phone", e, chiso_domain::kernel::Refusal::vi(&e))
        })?;
        let units: BTreeSet<UnitCode> = new
            .units
            .iter()
            .map(|unit| parse("units", unit))
            .collect::<Result<_, _>>()?;
        if units.len() > MOST_UNITS {
            return Err(BadField::new(
                "units",
                "too many",
                "Quá nhiều đơn vị. Để trống nếu là mọi đơn vị.",
            ));
        }
        let person = Person {
            group: parse("group", &new.group)?,
            name: &name,
            phone: &phone,
            consent: text("consent", &new.consent, 100)?,
            units,
        };
        Ok(self.sealed(cycle, id, person))
    }

    /// Name and phone sealed for their place.
    pub(super) fn sealed(&self, cycle: &CycleCode, id: RespondentId, person: Person<'_>) -> NewRow {
        let id = hex::encode(id.0.as_bytes());
        let phone = person.phone;
        NewRow {
            grp: person.group,
            name: hex::encode(self.ctx.seals.seal(&place(&id, "name"), person.name)),
            phone: hex::encode(self.ctx.seals.seal(&place(&id, "phone"), phone.digits())),
            tail: phone.tail().to_owned(),
            hash: hex::encode(self.ctx.seals.hash(cycle.as_str(), phone.digits())),
            consent: person.consent,
            units: person.units.into_iter().collect(),
            id,
        }
    }

    /// The register by pages, phones masked.
    pub(crate) async fn list_respondents(
        &self,
        caller: &Caller,
        request: pb::ListRespondentsRequest,
    ) -> Result<pb::ListRespondentsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_REGISTER, Some(&code))?;
        let group: Option<GroupCode> = parse_optional("group", &request.group)?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page.after.as_deref().and_then(|key| key.split_once('/'));
        let after = match after {
            None => ("", None),
            Some((group, id)) => (group, Some(parse("page_token", id)?)),
        };
        let limit = page.limit_and_one();
        let rows = respondent::list(
            &mut &self.ctx.db,
            &code,
            (group.as_ref(), request.unassigned),
            after,
            limit,
        )
        .await?;
        let (rows, next_page_token) = page.cut(rows, |r| format!("{}/{}", r.group, r.id));
        let people: Vec<RespondentId> = rows.iter().map(|r| r.id).collect();
        let asked = visit::interviewers_of(&mut &self.ctx.db, &code, &people).await?;
        let respondents = rows
            .into_iter()
            .map(|r| self.masked(r, &asked))
            .collect::<Result<_, Error>>()?;
        Ok(pb::ListRespondentsResponse {
            respondents,
            next_page_token,
        })
    }

    fn masked(
        &self,
        respondent: Respondent,
        asked: &[(RespondentId, PersonId)],
    ) -> Result<pb::Respondent, Error> {
        let own = asked.iter().filter(|(whom, _)| *whom == respondent.id);
        let id = hex::encode(respondent.id.0.as_bytes());
        Ok(pb::Respondent {
            respondent_id: respondent.id.to_string(),
            group: respondent.group.to_string(),
            name: self.ctx.seals.open(&place(&id, "name"), &respondent.name)?,
            phone_masked: Phone::masked(&respondent.phone_tail),
            units: respondent.units.iter().map(ToString::to_string).collect(),
            interviewers: own.map(|(_, interviewer)| interviewer.to_string()).collect(),
        })
    }

    /// Opens one contact for one officer. The journal row is durable before the answer leaves; an answer is
    /// never stored, so that a repeated request is a second opening and a second row.
    pub(crate) async fn reveal_contact(
        &self,
        caller: &Caller,
        request: pb::RevealContactRequest,
    ) -> Result<pb::RevealContactResponse, Error> {
        caller.require(policy::REVEAL, None)?;
        let now = self.ctx.clock.now();
        let request_id: RequestId = parse("request_id", &request.request_id)?;
        let id: RespondentId = parse("respondent_id", &request.respondent_id)?;
        let officer = text("officer", &request.officer, 100)?;
        let purpose = text("purpose", &request.purpose, 200)?;

        let mut tx = self.ctx.db.begin().await?;
        let found = respondent::find(&mut tx, id)
            .await?
            .ok_or(SurveyRefusal::RespondentUnknown)?;
        let act = Act {
            actor: caller.actor(),
            act: "contact.reveal",
            object: format!("respondent/{id}"),
            before: None,
            after: Some(json!({ "officer": officer, "request_id": request_id })),
            reason: purpose,
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        tx.commit().await?;

        let id = hex::encode(id.0.as_bytes());
        Ok(pb::RevealContactResponse {
            name: self.ctx.seals.open(&place(&id, "name"), &found.name)?,
            phone: self.ctx.seals.open(&place(&id, "phone"), &found.phone)?,
        })
    }
}

/// The visits of people whom an interviewer enters: to ask them about the units that are named.
fn own_visits(interviewer: PersonId, rows: &[NewRow]) -> Vec<NewVisit> {
    let interviewer = hex::encode(interviewer.0.as_bytes());
    let visit = |row: &NewRow, unit: &UnitCode| (row.id.clone(), unit.clone(), interviewer.clone());
    rows.iter()
        .flat_map(|row| row.units.iter().map(move |unit| visit(row, unit)))
        .collect()
}
