//! Slips that came in: the list, one of them, giving it back, and those that were given back.

use std::collections::BTreeMap;

use axum::extract::State;
use chiso_domain::kernel::SlipId;
use chiso_wire::identity::Holder;
use chiso_wire::survey as pb;
use tonic::Code;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{self, Survey};
use super::{view_slip, view_slips};

/// Hints as the address has them.
pub(super) const SAME: &str = "giong-nhau";
pub(super) const PHONES: &str = "trung-so";
/// Slips of one page.
const SOME: i32 = 50;
const NAMES: &Names = &[("reason", "ly-do")];

/// A page of the slips that were asked for.
#[derive(Debug)]
pub(super) struct Slips {
    pub(super) survey: Survey,
    pub(super) asked: pb::ListSlipsRequest,
    pub(super) slips: Vec<pb::Slip>,
    /// Of the next page.
    pub(super) next: String,
    pub(super) interviewers: Vec<Holder>,
    pub(super) names: BTreeMap<String, String>,
}

pub(super) async fn list(State(web): State<Web>, me: Me, at: At) -> Answer {
    let survey = load::survey(&web, &me, &at).await?;
    let asked = filter(&survey, &at)?;
    let told = web.survey().list_slips(web.ask(&me, asked.clone())).await?;
    let told = told.into_inner();
    let interviewers = load::interviewers(&web, &me, &survey).await?;
    let names = load::names(&web, &me, told.slips.iter().map(|slip| &slip.interviewer)).await?;
    let slips = Slips {
        survey,
        asked,
        slips: told.slips,
        next: told.next_page_token,
        interviewers,
        names,
    };
    Ok(view_slips::show(&me, &slips))
}

fn filter(survey: &Survey, at: &At) -> Result<pb::ListSlipsRequest, Trouble> {
    let of = |name: &str| at.query(name).unwrap_or_default().to_owned();
    let hint = match at.query("dau").unwrap_or_default() {
        "" => pb::SlipHint::Unspecified,
        SAME => pb::SlipHint::SameAnswers,
        PHONES => pb::SlipHint::DuplicatePhone,
        _ => return Err(Trouble::missing()),
    };
    let asked = pb::ListSlipsRequest {
        cycle: survey.code().to_owned(),
        unit: of("don-vi"),
        group: of("nhom"),
        interviewer: of("dieu-tra-vien"),
        page_size: SOME,
        page_token: of("sau"),
        hint: hint.into(),
    };
    let known = asked.unit.is_empty() || survey.units().iter().any(|(code, _)| *code == asked.unit);
    known.then_some(asked).ok_or_else(Trouble::missing)
}

/// A slip with the form that it was filled in on.
#[derive(Debug)]
pub(super) struct OneSlip {
    pub(super) survey: Survey,
    pub(super) slip: pb::Slip,
    pub(super) told: pb::NewSlip,
    pub(super) form: pb::Questionnaire,
    pub(super) names: BTreeMap<String, String>,
}

impl OneSlip {
    pub(super) fn href(&self, act: &str) -> String {
        let slip = &self.told.slip_id;
        self.survey.href(&format!("/phieu-da-nhan/{slip}{act}"))
    }
}

async fn load_one(web: &Web, me: &Me, at: &At) -> Result<OneSlip, Trouble> {
    let survey = load::survey(web, me, at).await?;
    let id: SlipId = at.code("slip")?;
    let asked = pb::GetSlipRequest {
        slip_id: id.to_string(),
    };
    let reply = web.survey().get_slip(web.ask(me, asked)).await;
    let slip = match reply {
        Err(status) if status.code() == Code::NotFound => return Err(Trouble::missing()),
        reply => reply?.into_inner().slip.ok_or_else(Trouble::missing)?,
    };
    let told = slip.slip.clone().ok_or_else(Trouble::missing)?;
    if told.cycle != survey.code() {
        return Err(Trouble::missing());
    }
    let asked = pb::GetQuestionnaireRequest {
        cycle: told.cycle.clone(),
        group: told.group.clone(),
        sha256: told.questionnaire_sha256.clone(),
    };
    let form = web.survey().get_questionnaire(web.ask(me, asked)).await?;
    let by = slip.returned.as_ref().map(|returned| &returned.by);
    let names = load::names(web, me, [&slip.interviewer].into_iter().chain(by)).await?;
    Ok(OneSlip {
        survey,
        told,
        form: form.into_inner().questionnaire.unwrap_or_default(),
        names,
        slip,
    })
}

pub(super) async fn one(State(web): State<Web>, me: Me, at: At) -> Answer {
    let slip = load_one(&web, &me, &at).await?;
    Ok(view_slip::show(
        &web,
        &me,
        &slip,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

pub(super) async fn give_back(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let slip = load_one(&web, &me, &at).await?;
    if posted.text("ly-do").trim().is_empty() {
        let mut errors = Errors::new(me.w);
        errors.add("ly-do", me.w.say("fieldwork-reason-needed"));
        return Ok(again(&web, &me, &slip, &posted, &Refused::Again(errors)));
    }
    let asked = pb::ReturnSlipRequest {
        request_id: posted.request_id().to_owned(),
        slip_id: slip.told.slip_id.clone(),
        reason: posted.text("ly-do").trim().to_owned(),
    };
    match send(me.w, NAMES, web.survey().return_slip(web.ask(&me, asked))).await? {
        Ok(_returned) => Ok(see(&slip.href(""))),
        Err(why) => Ok(again(&web, &me, &slip, &posted, &why)),
    }
}

fn again(web: &Web, me: &Me, slip: &OneSlip, posted: &Posted, why: &Refused) -> axum::response::Response {
    let shown = |typed: &Typed, errors: &Errors| view_slip::show(web, me, slip, typed, errors);
    refused(posted, why, shown)
}

/// A page of the slips that were given back.
#[derive(Debug)]
pub(super) struct Returns {
    pub(super) survey: Survey,
    /// Empty: everybody's.
    pub(super) interviewer: String,
    pub(super) slips: Vec<pb::Slip>,
    pub(super) after: String,
    pub(super) next: String,
    pub(super) interviewers: Vec<Holder>,
    pub(super) names: BTreeMap<String, String>,
}

pub(super) async fn returns(State(web): State<Web>, me: Me, at: At) -> Answer {
    let returns = load_returns(&web, &me, &at).await?;
    Ok(view_slips::show_returns(&me, &returns))
}

async fn load_returns(web: &Web, me: &Me, at: &At) -> Result<Returns, Trouble> {
    let survey = load::survey(web, me, at).await?;
    let of = |name: &str| at.query(name).unwrap_or_default().to_owned();
    let asked = pb::ListReturnsRequest {
        cycle: survey.code().to_owned(),
        interviewer: of("dieu-tra-vien"),
        page_size: SOME,
        page_token: of("sau"),
    };
    let (interviewer, after) = (asked.interviewer.clone(), asked.page_token.clone());
    let told = web.survey().list_returns(web.ask(me, asked)).await?.into_inner();
    Ok(Returns {
        interviewers: load::interviewers(web, me, &survey).await?,
        names: load::names(web, me, people(&told.slips)).await?,
        survey,
        interviewer,
        slips: told.slips,
        after,
        next: told.next_page_token,
    })
}

/// Who brought and who gave back.
fn people(slips: &[pb::Slip]) -> impl Iterator<Item = &String> + Send {
    slips.iter().flat_map(|slip| {
        let by = slip.returned.as_ref().map(|returned| &returned.by);
        [&slip.interviewer].into_iter().chain(by)
    })
}
