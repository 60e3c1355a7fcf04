//! From the survey's replies to what the pages show.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Unit, Window};
use chiso_domain::kernel::{CycleCode, Instant, RespondentId, SlipId, UnitCode};
use chiso_wire::convert::instant;
use chiso_wire::survey as pb;
use tonic::Code;

use super::super::at::At;
use super::super::me::Me;
use super::super::phase::Phase;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Most of one reply.
const MANY: i32 = 500;

/// Every page of a list.
macro_rules! all {
    ($web:ident, $me:ident, $rpc:ident($asked:expr), $field:ident) => {{
        let (mut all, mut asked) = (Vec::new(), $asked);
        loop {
            let reply = $web
                .survey()
                .$rpc($web.ask($me, asked.clone()))
                .await?
                .into_inner();
            all.extend(reply.$field);
            if reply.next_page_token.is_empty() {
                break all;
            }
            asked.page_token = reply.next_page_token;
        }
    }};
}

/// The cycle with what the survey asks in it.
#[derive(Debug)]
pub(super) struct Campaign {
    pub(super) cycle: Arc<Cycle>,
    /// When it was ended.
    pub(super) closed_at: Option<Instant>,
    /// Groups that have a questionnaire, with its title, else their code.
    pub(super) groups: Vec<(String, String)>,
}

impl Campaign {
    /// The title of a group's questionnaire, else its code.
    pub(super) fn title<'a>(&'a self, group: &'a str) -> &'a str {
        let found = self.groups.iter().find(|(code, _)| code == group);
        found.map_or(group, |(_, title)| title)
    }

    /// The window of the survey for a unit.
    pub(super) fn phase(&self, unit: &str, now: Instant) -> Phase {
        let unit: Option<UnitCode> = unit.parse().ok();
        unit.map_or(Phase::Unset, |unit| {
            Phase::of(&self.cycle, Window::Survey, &unit, now)
        })
    }

    /// Whether somebody of a group can be asked anything.
    pub(super) fn asks(&self, group: &str) -> bool {
        self.groups.iter().any(|(code, _)| code == group)
    }

    /// The units in the official order.
    pub(super) fn units(&self) -> Vec<&Unit> {
        self.cycle.units_in_order()
    }

    /// Those of them that slips are taken about now.
    pub(super) fn open_units(&self, now: Instant) -> Vec<&Unit> {
        let mut units = self.units();
        units.retain(|unit| self.phase(unit.code.as_str(), now).is_open());
        units
    }

    pub(super) fn unit<'a>(&'a self, code: &'a str) -> &'a str {
        let unit: Option<UnitCode> = code.parse().ok();
        let unit = unit.and_then(|unit| self.cycle.units.get(&unit));
        unit.map_or(code, |unit| &unit.name)
    }

    fn code(&self) -> String {
        self.cycle.code.to_string()
    }
}

pub(super) async fn campaign(web: &Web, me: &Me, at: &At) -> Result<Campaign, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let asked = pb::GetCampaignRequest {
        cycle: code.to_string(),
    };
    let told = web.survey().get_campaign(web.ask(me, asked)).await?.into_inner();
    let groups = told.groups.into_iter().filter(|group| !group.sha256.is_empty());
    let named = |group: pb::CampaignGroup| match group.title.as_str() {
        // A form need not have a title.
        "" => (group.group.clone(), group.group),
        _ => (group.group, group.title),
    };
    Ok(Campaign {
        cycle: web.cycle(&code).await?,
        closed_at: told
            .campaign
            .and_then(|campaign| moment(campaign.closed_at.as_ref())),
        groups: groups.map(named).collect(),
    })
}

/// What is an interviewer's to do.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) campaign: Campaign,
    pub(super) visits: Vec<pb::Visit>,
    pub(super) drafts: Vec<pb::Draft>,
    /// Returned slips that nothing has come in the place of.
    pub(super) returns: Vec<pb::Slip>,
}

impl Own {
    /// The draft of a visit.
    pub(super) fn draft(&self, visit: &pb::Visit) -> Option<&pb::Draft> {
        self.drafts.iter().find(|draft| draft.slip_id == visit.slip_id)
    }

    /// The draft that is to come in the place of a returned slip.
    pub(super) fn successor(&self, slip_id: &str) -> Option<&pb::Draft> {
        self.drafts.iter().find(|draft| draft.replaces == slip_id)
    }

    /// The returned slip of somebody who is to be asked, which is to be done again.
    pub(super) fn came_back(&self, visit: &pb::Visit) -> Option<&pb::Slip> {
        came_back(&self.returns, visit)
    }

    /// The name of somebody who is to be asked; empty where that is somebody else's by now.
    pub(super) fn name(&self, respondent: &str) -> &str {
        let found = self.visits.iter().find(|visit| visit.respondent_id == respondent);
        found.map_or("", |visit| &visit.name)
    }
}

pub(super) async fn own(web: &Web, me: &Me, at: &At) -> Result<Own, Trouble> {
    let campaign = campaign(web, me, at).await?;
    let cycle = campaign.code();
    let mut visits = visits(web, me, &cycle, "").await?;
    let order = campaign.cycle.units_in_order();
    visits.sort_by_cached_key(|visit| order.iter().position(|unit| unit.code.as_str() == visit.unit));
    let drafts = drafts(web, me, &cycle).await?;
    let returns = returns(web, me, &cycle).await?;
    Ok(Own {
        campaign,
        visits,
        drafts,
        returns,
    })
}

/// How far an interviewer is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub(crate) done: usize,
    pub(crate) all: usize,
    pub(crate) returned: usize,
}

pub(crate) async fn progress(web: &Web, me: &Me, cycle: &str) -> Result<Progress, Trouble> {
    let visits = visits(web, me, cycle, "").await?;
    let done = visits
        .iter()
        .filter(|visit| visit.state() == pb::VisitState::Done);
    Ok(Progress {
        done: done.count(),
        all: visits.len(),
        returned: returns(web, me, cycle).await?.len(),
    })
}

/// Of slips that were returned, that of a visit.
fn came_back<'a>(returns: &'a [pb::Slip], visit: &pb::Visit) -> Option<&'a pb::Slip> {
    let of_visit = |told: &pb::NewSlip| told.unit == visit.unit && told.respondent_id == visit.respondent_id;
    returns
        .iter()
        .find(|slip| slip.slip.as_ref().is_some_and(of_visit))
}

/// Returned slips that nothing has come in the place of.
async fn returns(web: &Web, me: &Me, cycle: &str) -> Result<Vec<pb::Slip>, Trouble> {
    let asked = pb::ListReturnsRequest {
        cycle: cycle.to_owned(),
        interviewer: me.person.person_id.clone(),
        page_size: MANY,
        page_token: String::new(),
    };
    let mut returns: Vec<pb::Slip> = all!(web, me, list_returns(asked), slips);
    returns.retain(|slip| {
        let told = slip.returned.as_ref();
        told.is_some_and(|told| told.replaced_by.is_empty())
    });
    Ok(returns)
}

/// An interviewer's visits, to everybody or to one person.
pub(super) async fn visits(
    web: &Web,
    me: &Me,
    cycle: &str,
    respondent: &str,
) -> Result<Vec<pb::Visit>, Trouble> {
    let asked = pb::ListVisitsRequest {
        cycle: cycle.to_owned(),
        interviewer: me.person.person_id.clone(),
        page_size: MANY,
        page_token: String::new(),
        respondent_id: respondent.to_owned(),
    };
    Ok(all!(web, me, list_visits(asked), visits))
}

pub(super) async fn drafts(web: &Web, me: &Me, cycle: &str) -> Result<Vec<pb::Draft>, Trouble> {
    let asked = pb::ListDraftsRequest {
        cycle: cycle.to_owned(),
        page_size: MANY,
        page_token: String::new(),
    };
    Ok(all!(web, me, list_drafts(asked), drafts))
}

/// The slips that an interviewer sent, the last one first.
pub(super) async fn sent(web: &Web, me: &Me, campaign: &Campaign) -> Result<Vec<pb::Slip>, Trouble> {
    let asked = pb::ListSlipsRequest {
        cycle: campaign.code(),
        interviewer: me.person.person_id.clone(),
        page_size: MANY,
        ..pb::ListSlipsRequest::default()
    };
    let mut slips: Vec<pb::Slip> = all!(web, me, list_slips(asked), slips);
    slips.sort_by_key(|slip| std::cmp::Reverse(slip.received_at.map(|at| (at.seconds, at.nanos))));
    Ok(slips)
}

/// A visit that is to be begun, with the draft that there may be of it.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) campaign: Campaign,
    pub(super) visit: pb::Visit,
    pub(super) draft: Option<pb::Draft>,
    /// The slip of it that was returned, in whose place the new one comes.
    pub(super) came_back: Option<pb::Slip>,
}

pub(super) async fn visit(web: &Web, me: &Me, at: &At) -> Result<Visit, Trouble> {
    let campaign = campaign(web, me, at).await?;
    let (unit, respondent): (UnitCode, RespondentId) = (at.code("unit")?, at.code("respondent")?);
    let mut visits = visits(web, me, &campaign.code(), &respondent.to_string()).await?;
    visits.retain(|visit| visit.unit == unit.as_str());
    let visit = visits.pop().ok_or_else(Trouble::missing)?;
    let draft = if visit.state() == pb::VisitState::Draft {
        draft(web, me, &visit.slip_id).await?
    } else {
        None
    };
    let returns = returns(web, me, &campaign.code()).await?;
    Ok(Visit {
        came_back: came_back(&returns, &visit).cloned(),
        campaign,
        visit,
        draft,
    })
}

/// A slip: one that is being filled in, or one that was sent.
#[derive(Debug)]
pub(super) enum Found {
    Open(Box<Open>),
    Sent(Box<Sent>),
}

/// A slip that is being filled in.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) campaign: Campaign,
    pub(super) draft: pb::Draft,
    pub(super) form: pb::Questionnaire,
    /// Whom it asks; none where the visit is somebody else's by now.
    pub(super) visit: Option<pb::Visit>,
}

impl Open {
    pub(super) fn href(&self, act: &str) -> String {
        format!("{}{act}", slip_href(&self.draft.cycle, &self.draft.slip_id))
    }

    /// Where the respondent is asked to take part, as long as they have not agreed.
    pub(super) fn consent(&self) -> Option<String> {
        let draft = &self.draft;
        (!draft.agreed).then(|| match draft.replaces.as_str() {
            "" => visit_href(&draft.cycle, &draft.unit, &draft.respondent_id),
            before => slip_href(&draft.cycle, before),
        })
    }
}

/// A slip that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) campaign: Campaign,
    pub(super) slip: pb::Slip,
    /// As it was sent.
    pub(super) told: pb::NewSlip,
    pub(super) form: pb::Questionnaire,
    pub(super) visit: Option<pb::Visit>,
}

pub(super) fn slip_href(cycle: &str, slip: &str) -> String {
    format!("{}/phieu/{slip}", super::href(cycle))
}

/// Where somebody is asked to take part.
pub(super) fn visit_href(cycle: &str, unit: &str, respondent: &str) -> String {
    format!("{}/hoi/{unit}/{respondent}", super::href(cycle))
}

/// The caller's own slip; there is no other.
pub(super) async fn find(web: &Web, me: &Me, at: &At) -> Result<Found, Trouble> {
    let id: SlipId = at.code("id")?;
    let campaign = campaign(web, me, at).await?;
    let own = |cycle: &str| {
        (cycle == campaign.code())
            .then_some(())
            .ok_or_else(Trouble::missing)
    };
    if let Some(draft) = draft(web, me, &id.to_string()).await? {
        own(&draft.cycle)?;
        let form = questionnaire(web, me, &draft.cycle, &draft.group, &draft.questionnaire_sha256).await?;
        let visit = visit_of(web, me, (&draft.cycle, &draft.respondent_id, &draft.unit)).await?;
        return Ok(Found::Open(Box::new(Open {
            campaign,
            draft,
            form,
            visit,
        })));
    }
    let slip = slip(web, me, &id.to_string())
        .await?
        .ok_or_else(Trouble::missing)?;
    let told = slip.slip.clone().ok_or_else(Trouble::missing)?;
    own(&told.cycle)?;
    let form = questionnaire(web, me, &told.cycle, &told.group, &told.questionnaire_sha256).await?;
    let visit = visit_of(web, me, (&told.cycle, &told.respondent_id, &told.unit)).await?;
    Ok(Found::Sent(Box::new(Sent {
        campaign,
        slip,
        told,
        form,
        visit,
    })))
}

/// A slip that the caller sent; none where it is somebody else's or not there.
pub(super) async fn slip(web: &Web, me: &Me, id: &str) -> Result<Option<pb::Slip>, Trouble> {
    let asked = pb::GetSlipRequest {
        slip_id: id.to_owned(),
    };
    match web.survey().get_slip(web.ask(me, asked)).await {
        Ok(reply) => {
            let slip = reply.into_inner().slip;
            Ok(slip.filter(|slip| slip.interviewer == me.person.person_id))
        }
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// The caller's own returned slip in whose place that of somebody else is to come; none where none is named.
pub(super) async fn replaced(
    web: &Web,
    me: &Me,
    campaign: &Campaign,
    id: &str,
) -> Result<Option<pb::Slip>, Trouble> {
    if id.is_empty() {
        return Ok(None);
    }
    let id: SlipId = id.parse().map_err(|_not_an_id| Trouble::missing())?;
    let slip = slip(web, me, &id.to_string()).await?;
    let here = |told: &pb::NewSlip| told.cycle == campaign.code();
    let slip = slip.filter(|slip| slip.returned.is_some() && slip.slip.as_ref().is_some_and(here));
    slip.map(Some).ok_or_else(Trouble::missing)
}

/// A draft of the caller's own; none where it is not there, or its slip was sent.
pub(super) async fn draft(web: &Web, me: &Me, id: &str) -> Result<Option<pb::Draft>, Trouble> {
    let asked = pb::GetDraftRequest {
        slip_id: id.to_owned(),
    };
    match web.survey().get_draft(web.ask(me, asked)).await {
        Ok(reply) => Ok(reply.into_inner().draft),
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// A version of a group's questionnaire; none named: the newest.
pub(super) async fn questionnaire(
    web: &Web,
    me: &Me,
    cycle: &str,
    group: &str,
    sha256: &str,
) -> Result<pb::Questionnaire, Trouble> {
    let asked = pb::GetQuestionnaireRequest {
        cycle: cycle.to_owned(),
        group: group.to_owned(),
        sha256: sha256.to_owned(),
    };
    let told = web.survey().get_questionnaire(web.ask(me, asked)).await?;
    told.into_inner().questionnaire.ok_or_else(Trouble::missing)
}

async fn visit_of(
    web: &Web,
    me: &Me,
    (cycle, respondent, unit): (&str, &str, &str),
) -> Result<Option<pb::Visit>, Trouble> {
    let visits = visits(web, me, cycle, respondent).await?;
    Ok(visits.into_iter().find(|visit| visit.unit == unit))
}

/// How people tell slips apart: the end of the id.
pub(crate) fn short(id: &str) -> String {
    let at = id.len().saturating_sub(6);
    id.get(at..).unwrap_or(id).to_uppercase()
}

pub(super) fn moment(at: Option<&prost_types::Timestamp>) -> Option<Instant> {
    instant("at", Some(at?)).ok()
}
