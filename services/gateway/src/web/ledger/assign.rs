//! Dividing the unit's work: its head says which officer sees to which criteria. Every officer may still write on all.

use axum::extract::State;
use axum::response::Response;
use chiso_wire::ledger::{AssignEntriesRequest, Assignee, GetAssigneesRequest};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{Place, Sheet};
use super::view_assign::{Shown, page};

/// The officer, as the form and the address name them.
pub(super) const PERSON: &str = "nguoi";
/// In the place of an officer: nobody.
pub(super) const NOBODY: &str = "khong";
/// Before the content: the criteria that are checked of it.
pub(super) const CRITERIA: &str = "tieu-chi-";
const NAMES: &Names = &[("person_id", PERSON)];

/// Where the head divides the work.
pub(super) fn href(place: &Place) -> String {
    format!("{}/phan-cong", place.href())
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let place = Place::of(&web, &at).await?;
    let last = at.query(PERSON).unwrap_or_default();
    let errors = Errors::new(me.w);
    shown(&web, &me, (&place, last), (&Typed::default(), &errors)).await
}

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let place = Place::of(&web, &at).await?;
    let sent = match asked(&me, &place, &posted) {
        Ok(asked) => send(me.w, NAMES, web.ledger().assign_entries(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    let person = posted.text(PERSON);
    let Err(why) = sent else {
        return Ok(see(&format!("{}?{PERSON}={person}", href(&place))));
    };
    let page = shown(&web, &me, (&place, ""), (&posted.typed(), why.errors())).await?;
    Ok(refused(&posted, &why, |_, _| page))
}

fn asked(me: &Me, place: &Place, posted: &Posted) -> Result<AssignEntriesRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let person = posted.text(PERSON);
    if person.is_empty() {
        form.errors.add(PERSON, me.w.say("assign-person-missing"));
    }
    let criteria: Vec<String> = posted.named(CRITERIA).map(|(_, code)| code.to_owned()).collect();
    if criteria.is_empty() {
        let first = place
            .leaves()
            .next()
            .and_then(|leaf| leaf.code.as_str().split('.').next());
        let field = format!("{CRITERIA}{}", first.unwrap_or_default());
        form.errors.add(field, me.w.say("assign-criteria-missing"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let person = if person == NOBODY { "" } else { person };
    Ok(AssignEntriesRequest {
        request_id: posted.request_id().to_owned(),
        cycle: place.cycle.code.to_string(),
        unit: place.unit.to_string(),
        criteria,
        person_id: person.to_owned(),
    })
}

async fn shown(
    web: &Web,
    me: &Me,
    (place, last): (&Place, &str),
    (typed, errors): (&Typed, &Errors),
) -> Result<Response, Trouble> {
    let sheet = Sheet::load(web, me, place).await?;
    if !sheet.sends {
        return Err(Trouble::missing());
    }
    let officers = officers(web, me, place).await?;
    Ok(page(&Shown {
        web,
        me,
        place,
        sheet: &sheet,
        officers: &officers,
        last,
        typed,
        errors,
    }))
}

async fn officers(web: &Web, me: &Me, place: &Place) -> Result<Vec<Assignee>, Trouble> {
    let asked = GetAssigneesRequest {
        cycle: place.cycle.code.to_string(),
        unit: place.unit.to_string(),
    };
    let reply = web.ledger().get_assignees(web.ask(me, asked)).await?;
    Ok(reply.into_inner().assignees)
}
