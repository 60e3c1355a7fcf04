//! How an interview begins: the respondent hears what it is about and agrees, or does not.

use axum::extract::State;
use chiso_domain::cycle::Unit;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use chiso_wire::survey::VisitState;

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
    if let Some(href) = under_way(&web, &me, &visit).await? {
        return Ok(see(&href));
    }
    let errors = Errors::new(me.w);
    Ok(view_start::visit(&web, &me, &visit, &Typed::default(), &errors))
}

/// Where the caller's own slip of a visit is, begun or sent. Where somebody else's is there, the page says so.
async fn under_way(web: &Web, me: &Me, visit: &Visit) -> Result<Option<String>, Trouble> {
    let (slip, cycle) = (&visit.visit.slip_id, visit.campaign.cycle.code.as_str());
    // Who is asked once more is asked on the page of the slip that came back.
    let again = visit
        .draft
        .as_ref()
        .filter(|draft| !draft.agreed && !draft.replaces.is_empty());
    if let Some(draft) = again {
        return Ok(Some(load::slip_href(cycle, &draft.replaces)));
    }
    let own = match visit.visit.state() {
        VisitState::Draft => visit.draft.as_ref().is_none_or(|draft| draft.agreed),
        VisitState::Done => load::slip(web, me, slip).await?.is_some(),
        VisitState::Open | VisitState::Unspecified => false,
    };
    Ok(own.then(|| load::slip_href(cycle, slip)))
}

pub(super) async fn begin(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let visit = load::visit(&web, &me, &at).await?;
    if let Some(href) = under_way(&web, &me, &visit).await? {
        return Ok(see(&href));
    }
    let why = match begun(&web, &me, &visit, &posted).await? {
        Ok(href) => return Ok(see(&href)),
        Err(why) => why,
    };
    let again = |typed: &Typed, errors: &Errors| view_start::visit(&web, &me, &visit, typed, errors);
    Ok(refused(&posted, &why, again))
}

async fn begun(
    web: &Web,
    me: &Me,
    visit: &Visit,
    posted: &Posted,
) -> Result<Result<String, Refused>, Trouble> {
    let in_the_way = match visit.visit.state() {
        VisitState::Done => Some("survey-asked-by-other"),
        _ if !visit.campaign.asks(&visit.visit.group) => Some("survey-no-form-of-group"),
        _ => None,
    };
    if let Some(key) = in_the_way {
        return Ok(Err(Refused::Again(Errors::one(me.w, me.w.say(key)))));
    }
    match form::asked(me.w, posted) {
        Ok(asked) => keep(web, me, visit, posted, &asked).await,
        Err(errors) => Ok(Err(Refused::Again(errors))),
    }
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
        replaces: visit.came_back.as_ref().map_or("", told_id).to_owned(),
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
    let replaces = at.query("thay").unwrap_or_default();
    let entry = entry(&web, &me, &at, replaces).await?;
    if let Some(href) = entry.replaced_before() {
        return Ok(see(&href));
    }
    Ok(view_start::entry(
        &web,
        &me,
        &entry,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

async fn entry(web: &Web, me: &Me, at: &At, replaces: &str) -> Result<Entry, Trouble> {
    let campaign = load::campaign(web, me, at).await?;
    let replaces = load::replaced(web, me, &campaign, replaces).await?;
    Ok(Entry { campaign, replaces })
}

pub(super) async fn register(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let entry = entry(&web, &me, &at, posted.text(form::REPLACES)).await?;
    let nobody = format!("{}?da-ghi=khong-nhap", super::href(at.part("cycle")));
    let why = match entry.person(&me, &posted) {
        Ok(None) => return Ok(see(&nobody)),
        Ok(Some(asked)) => match entered(&web, &me, &posted, asked).await? {
            Ok(href) => return Ok(see(&href)),
            Err(why) => why,
        },
        Err(errors) => Refused::Again(errors),
    };
    let again = |typed: &Typed, errors: &Errors| view_start::entry(&web, &me, &entry, typed, errors);
    Ok(refused(&posted, &why, again))
}

/// Somebody who is to be entered.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) campaign: Campaign,
    /// The returned slip in whose place theirs is to come.
    pub(super) replaces: Option<pb::Slip>,
}

impl Entry {
    /// What was sent in the first place.
    pub(super) fn told(&self) -> Option<&pb::NewSlip> {
        self.replaces.as_ref()?.slip.as_ref()
    }

    /// The units that they can be asked about: of a slip in the place of another its own.
    pub(super) fn units(&self, me: &Me) -> Vec<&Unit> {
        let mut units = self.campaign.open_units(me.now);
        units.retain(|unit| self.told().is_none_or(|told| told.unit == unit.code.as_str()));
        units
    }

    /// Where the returned slip is that something came in the place of already.
    fn replaced_before(&self) -> Option<String> {
        let done = |slip: &pb::Slip| {
            slip.returned
                .as_ref()
                .is_some_and(|back| !back.replaced_by.is_empty())
        };
        let slip = self.replaces.as_ref().filter(|slip| done(slip))?;
        Some(load::slip_href(self.campaign.cycle.code.as_str(), told_id(slip)))
    }

    fn person(&self, me: &Me, posted: &Posted) -> Result<Option<pb::RegisterRespondentsRequest>, Errors> {
        let groups = self.campaign.groups.iter();
        let groups: Vec<&str> = groups.map(|(code, _)| code.as_str()).collect();
        let units = self.units(me).into_iter();
        let units: Vec<&str> = units.map(|unit| unit.code.as_str()).collect();
        form::person(me.w, posted, (self.campaign.cycle.code.as_str(), &groups, &units))
    }
}

/// The id of a slip.
pub(super) fn told_id(slip: &pb::Slip) -> &str {
    slip.slip.as_ref().map_or("", |told| told.slip_id.as_str())
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
