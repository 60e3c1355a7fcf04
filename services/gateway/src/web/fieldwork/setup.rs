//! What the organiser sets up: the campaign, questionnaires, plans, what is decided where slips are missing, the end.

use axum::extract::{Request, State};
use axum::response::Response;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::book::{self, FILE, Sent, Why};
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::parts::faults::Fault;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{self, Survey};
use super::{form, setup_href, view_setup};

/// Every unit, in the form of plans.
pub(super) const EVERY: &str = "*";
const FORM_NAMES: &Names = &[("xlsx", FILE), ("group", "nhom-phieu")];
const TARGET_NAMES: &Names = &[("targets", "don-vi")];
/// How the fields of a group's plan begin: so many slips, or so many people.
pub(super) const PLANNED: &str = "so-phieu-";
pub(super) const POPULATION: &str = "so-nguoi-";
/// How the field begins that keeps which plan of a group was looked at.
pub(super) const SEEN: &str = "da-xem-chi-tieu-";
const SHORTAGE_NAMES: &Names = &[
    ("unit", "cho-thieu"),
    ("group", "cho-thieu"),
    ("decision", "quyet-dinh"),
    ("document", "van-ban"),
];

/// The survey of a cycle with its numbers.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) survey: Survey,
    pub(super) groups: Vec<pb::GroupProgress>,
    /// Cells of a questionnaire that was not taken.
    pub(super) faults: Vec<Fault>,
    /// The key of what was done before the page was opened.
    pub(super) done: Option<&'static str>,
}

async fn load_setup(web: &Web, me: &Me, at: &At) -> Result<Setup, Trouble> {
    let survey = load::survey(web, me, at).await?;
    if !me.has(&[chiso_wire::identity::Role::Organiser], Some(survey.code())) {
        return Err(Trouble::missing());
    }
    let groups = load::progress(web, me, &survey).await?;
    let done = at.query(DONE).and_then(|act| match act {
        "tao" => Some("fieldwork-done-create"),
        "mau-phieu" => Some("fieldwork-done-form"),
        "chi-tieu" => Some("fieldwork-done-targets"),
        "thieu-phieu" => Some("fieldwork-done-shortage"),
        "ket-thuc" => Some("fieldwork-done-close"),
        _ => None,
    });
    Ok(Setup {
        survey,
        groups,
        faults: Vec::new(),
        done,
    })
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let setup = load_setup(&web, &me, &at).await?;
    Ok(view_setup::show(
        &web,
        &me,
        &setup,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

fn done(at: &At, act: &str) -> Response {
    see(&format!("{}?{DONE}={act}", setup_href(at.part("cycle"))))
}

async fn ended(
    web: &Web,
    me: &Me,
    (at, posted): (&At, &Posted),
    sent: Result<(), Refused>,
    act: &str,
) -> Answer {
    match sent {
        Ok(()) => Ok(done(at, act)),
        Err(why) => {
            let setup = load_setup(web, me, at).await?;
            let again = |typed: &Typed, errors: &Errors| view_setup::show(web, me, &setup, typed, errors);
            Ok(refused(posted, &why, again))
        }
    }
}

pub(super) async fn create(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::CreateCampaignRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        name: posted.text("ten").trim().to_owned(),
    };
    let names: &Names = &[("name", "ten")];
    let sent = send(me.w, names, web.survey().create_campaign(web.ask(&me, asked))).await?;
    ended(&web, &me, (&at, &posted), sent.map(|_made| ()), "tao").await
}

pub(super) async fn questionnaire(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let Sent { posted, xlsx } = book::read(&web, request).await?;
    let sent = match xlsx {
        None => Err(Why::missing(me.w)),
        Some(xlsx) => import(&web, &me, &at, &posted, xlsx).await?,
    };
    let Err(why) = sent else {
        return Ok(done(&at, "mau-phieu"));
    };
    let setup = Setup {
        faults: why.faults().to_vec(),
        ..load_setup(&web, &me, &at).await?
    };
    let again = |typed: &Typed, errors: &Errors| view_setup::show(&web, &me, &setup, typed, errors);
    Ok(refused(&posted, &why.refused(me.w), again))
}

async fn import(
    web: &Web,
    me: &Me,
    at: &At,
    posted: &Posted,
    xlsx: Vec<u8>,
) -> Result<Result<(), Why>, Trouble> {
    let asked = pb::ImportQuestionnaireRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        group: posted.text("nhom-phieu").trim().to_owned(),
        xlsx: xlsx.into(),
    };
    let call = async { web.survey().import_questionnaire(web.ask(me, asked)).await };
    Ok(book::import(me.w, FORM_NAMES, call).await?.map(|_taken| ()))
}

pub(super) async fn targets(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let sent = match planned(&me, &posted) {
        Err(errors) => Err(Refused::Again(errors)),
        Ok(targets) => set(&web, &me, &at, &posted, targets).await?,
    };
    ended(&web, &me, (&at, &posted), sent, "chi-tieu").await
}

async fn set(
    web: &Web,
    me: &Me,
    at: &At,
    posted: &Posted,
    targets: Vec<pb::Target>,
) -> Result<Result<(), Refused>, Trouble> {
    let asked = pb::SetTargetsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        targets: targets.clone(),
    };
    let reply = web.survey().set_targets(web.ask(me, asked)).await;
    let place = |path: &str, text: String| {
        let target = form::place_of("targets", path).and_then(|at| targets.get(at));
        let field = match target {
            Some(target) if path.ends_with(".population") => format!("{POPULATION}{}", target.group),
            Some(target) if !path.ends_with(".unit") => format!("{PLANNED}{}", target.group),
            _ => "don-vi".to_owned(),
        };
        (field, text)
    };
    let taken = form::taken(me.w, reply, TARGET_NAMES, place).await?;
    Ok(taken.map(|_set| ()))
}

/// The plans of a unit: of each group a number of slips, or how many people there are; a group may be left as it is.
fn planned(me: &Me, posted: &Posted) -> Result<Vec<pb::Target>, Errors> {
    let w = me.w;
    let mut errors = Errors::new(w);
    let unit = posted.text("don-vi");
    if unit.is_empty() {
        errors.add("don-vi", w.say("fieldwork-pick-unit"));
    }
    let groups: Vec<&str> = posted.named(PLANNED).map(|(group, _)| group).collect();
    let mut targets = Vec::new();
    for group in &groups {
        let wanted = format!("{PLANNED}{group}");
        let planned = form::number(posted, &wanted, w, &mut errors);
        let population = form::number(posted, &format!("{POPULATION}{group}"), w, &mut errors);
        match (planned, population) {
            (Some(_), Some(_)) => errors.add(wanted, w.say("fieldwork-one-number")),
            (None, None) => {}
            _ => targets.push(pb::Target {
                unit: if unit == EVERY { "" } else { unit }.to_owned(),
                group: (*group).to_owned(),
                planned: i32::try_from(planned.unwrap_or(0)).unwrap_or(i32::MAX),
                population: population.unwrap_or(0),
                seen_plan: posted.all(&format!("{SEEN}{group}")).next().map(str::to_owned),
            }),
        }
    }
    if targets.is_empty() && errors.is_empty() {
        let first = groups
            .first()
            .map_or_else(String::new, |group| format!("{PLANNED}{group}"));
        errors.add(first, w.say("fieldwork-no-number"));
    }
    if errors.is_empty() {
        Ok(targets)
    } else {
        Err(errors)
    }
}

pub(super) async fn shortage(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let sent = match decision(&me, &at, &posted) {
        Err(errors) => Err(Refused::Again(errors)),
        Ok(asked) => {
            let call = web.survey().decide_shortage(web.ask(&me, asked)).await;
            send(me.w, SHORTAGE_NAMES, std::future::ready(call)).await?
        }
    };
    ended(&web, &me, (&at, &posted), sent.map(|_decided| ()), "thieu-phieu").await
}

fn decision(me: &Me, at: &At, posted: &Posted) -> Result<pb::DecideShortageRequest, Errors> {
    let w = me.w;
    let mut errors = Errors::new(w);
    let place = posted.text("cho-thieu").split_once('/');
    if place.is_none() {
        errors.add("cho-thieu", w.say("fieldwork-pick-place"));
    }
    let decision = match posted.text("quyet-dinh") {
        "tinh" => pb::ShortageDecision::Accept,
        "khong-ap-dung" => pb::ShortageDecision::NotApplicable,
        _ => pb::ShortageDecision::Unspecified,
    };
    if decision == pb::ShortageDecision::Unspecified {
        errors.add("quyet-dinh", w.say("fieldwork-pick-decision"));
    }
    if posted.text("van-ban").trim().is_empty() {
        errors.add("van-ban", w.say("fieldwork-document-needed"));
    }
    let Some((unit, group)) = place.filter(|_| errors.is_empty()) else {
        return Err(errors);
    };
    Ok(pb::DecideShortageRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        unit: unit.to_owned(),
        group: group.to_owned(),
        decision: decision.into(),
        document: posted.text("van-ban").trim().to_owned(),
        seen_document: posted.all(&seen_field(unit, group)).next().map(str::to_owned),
    })
}

/// The field with the document of the decision that was looked at, of a group of a unit.
pub(super) fn seen_field(unit: &str, group: &str) -> String {
    format!("da-xem-{unit}/{group}")
}

pub(super) async fn close(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::CloseCampaignRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
    };
    let sent = send(me.w, &[], web.survey().close_campaign(web.ask(&me, asked))).await?;
    ended(&web, &me, (&at, &posted), sent.map(|_closed| ()), "ket-thuc").await
}
