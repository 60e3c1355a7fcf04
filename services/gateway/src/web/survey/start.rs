//! How an interview begins: the respondent hears what it is about and agrees, or does not.

use axum::extract::State;
use chiso_domain::cycle::Unit;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, Asked};
use super::load::{self, Campaign, Visit};
use super::view_start;

/// A visit; what has been begun of it goes on where it was.
pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let visit = load::visit(&web, &me, &at).await?;
    if let Some(href) = under_way(&visit) {
        return Ok(see(&href));
    }
    let errors = Errors::new(me.w);
    Ok(view_start::visit(&web, &me, &visit, &Typed::default(), &errors))
}

fn under_way(visit: &Visit) -> Option<String> {
    let cycle = visit.campaign.cycle.code.as_str();
    let goes_on = visit.draft.as_ref().is_none_or(|draft| draft.agreed);
    let slip = goes_on
        .then_some(&visit.visit.slip_id)
        .filter(|slip| !slip.is_empty());
    slip.map(|slip| load::slip_href(cycle, slip))
}

pub(super) async fn begin(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let visit = load::visit(&web, &me, &at).await?;
    if let Some(href) = under_way(&visit) {
        return Ok(see(&href));
    }
    let why = match form::asked(me.w, &posted) {
        Ok(asked) => match keep(&web, &me, &visit, &posted, &asked).await? {
            Ok(href) => return Ok(see(&href)),
            Err(why) => why,
        },
        Err(errors) => Refused::Again(errors),
    };
    let again = |typed: &Typed, errors: &Errors| view_start::visit(&web, &me, &visit, typed, errors);
    Ok(refused(&posted, &why, again))
}

/// Keeps what the respondent said, and says where to go on.
async fn keep(
    web: &Web,
    me: &Me,
    visit: &Visit,
    posted: &Posted,
    asked: &Asked,
) -> Result<Result<String, Refused>, Trouble> {
    let (cycle, whom) = (visit.campaign.cycle.code.to_string(), &visit.visit);
    let form = load::questionnaire(web, me, &cycle, &whom.group, "").await?;
    let draft = pb::Draft {
        slip_id: posted.text(form::SLIP).to_owned(),
        cycle: cycle.clone(),
        unit: whom.unit.clone(),
        group: whom.group.clone(),
        respondent_id: whom.respondent_id.clone(),
        questionnaire_sha256: form.sha256,
        started_at: Some(timestamp(form::moment(posted, web.now()))),
        agreed: asked.agreed,
        note: asked.note.clone(),
        version: posted.version(),
        ..pb::Draft::default()
    };
    let href = load::slip_href(&cycle, &draft.slip_id);
    let message = pb::SaveDraftRequest {
        request_id: posted.request_id().to_owned(),
        draft: Some(draft),
    };
    let kept = send(
        me.w,
        form::DRAFT_NAMES,
        web.survey().save_draft(web.ask(me, message)),
    )
    .await?;
    Ok(kept.map(|_| {
        if asked.agreed {
            href
        } else {
            format!("{}?da-ghi=tu-choi", super::href(&cycle))
        }
    }))
}

/// Somebody who is not in the list yet.
pub(super) async fn new(State(web): State<Web>, me: Me, at: At) -> Answer {
    let campaign = load::campaign(&web, &me, &at).await?;
    let errors = Errors::new(me.w);
    let replaces = at.query("thay").unwrap_or_default();
    let page = view_start::Entry::new(&web, &me, &campaign, replaces);
    Ok(page.show(&Typed::default(), &errors))
}

pub(super) async fn register(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let campaign = load::campaign(&web, &me, &at).await?;
    let nobody = format!("{}?da-ghi=khong-nhap", super::href(at.part("cycle")));
    let why = match person(&me, &campaign, &posted) {
        Ok(None) => return Ok(see(&nobody)),
        Ok(Some(asked)) => match entered(&web, &me, &posted, asked).await? {
            Ok(href) => return Ok(see(&href)),
            Err(why) => why,
        },
        Err(errors) => Refused::Again(errors),
    };
    let page = view_start::Entry::new(&web, &me, &campaign, posted.text(form::REPLACES));
    Ok(refused(&posted, &why, |typed, errors| page.show(typed, errors)))
}

fn person(
    me: &Me,
    campaign: &Campaign,
    posted: &Posted,
) -> Result<Option<pb::RegisterRespondentsRequest>, Errors> {
    let groups: Vec<&str> = campaign.groups.iter().map(|(code, _)| code.as_str()).collect();
    let units = campaign.units();
    let units: Vec<&str> = units.iter().map(|unit: &&Unit| unit.code.as_str()).collect();
    form::person(me.w, posted, (campaign.cycle.code.as_str(), &groups, &units))
}

/// Enters the person, who agreed, and begins the slip. Sent twice, both are there once.
async fn entered(
    web: &Web,
    me: &Me,
    posted: &Posted,
    asked: pb::RegisterRespondentsRequest,
) -> Result<Result<String, Refused>, Trouble> {
    let (cycle, person) = (asked.cycle.clone(), asked.respondents.first().cloned());
    let person = person.ok_or_else(Trouble::missing)?;
    let form = load::questionnaire(web, me, &cycle, &person.group, "").await?;
    let mut survey = web.survey();
    let call = survey.register_respondents(web.ask(me, asked));
    if let Err(why) = send(me.w, form::PERSON_NAMES, call).await? {
        return Ok(Err(why));
    }
    let draft = pb::Draft {
        slip_id: posted.text(form::SLIP).to_owned(),
        cycle: cycle.clone(),
        unit: person.units.first().cloned().unwrap_or_default(),
        group: person.group,
        respondent_id: person.respondent_id,
        questionnaire_sha256: form.sha256,
        started_at: Some(timestamp(form::moment(posted, web.now()))),
        agreed: true,
        replaces: posted.text(form::REPLACES).to_owned(),
        ..pb::Draft::default()
    };
    let href = load::slip_href(&cycle, &draft.slip_id);
    let message = pb::SaveDraftRequest {
        // The form has one id for both of its messages but that of the slip.
        request_id: draft.slip_id.clone(),
        draft: Some(draft),
    };
    let kept = send(
        me.w,
        form::DRAFT_NAMES,
        web.survey().save_draft(web.ask(me, message)),
    )
    .await?;
    Ok(kept.map(|_| href))
}
