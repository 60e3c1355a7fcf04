//! The list of people to be asked: its import, who is on it, and who asks whom.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use chiso_wire::identity::Holder;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::parts::faults::Fault;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, FILE, NotTaken};
use super::load::{self, Survey};
use super::{files, view_frame};

/// People of one page.
const SOME: i32 = 100;
const IMPORT_NAMES: &Names = &[("xlsx", FILE)];
const NAMES: &Names = &[("interviewer", "cho"), ("unit", "don-vi"), ("group", "nhom")];
const PICKED_NAMES: &Names = &[
    ("interviewer", "cho-nguoi"),
    ("unit", "ve-don-vi"),
    ("respondent_ids", "nguoi"),
];

/// The list, a page of it, and who can ask.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) survey: Survey,
    /// Whose list is shown; empty: everybody's.
    pub(super) group: String,
    pub(super) people: Vec<pb::Respondent>,
    pub(super) after: String,
    pub(super) next: String,
    pub(super) interviewers: Vec<Holder>,
    pub(super) names: BTreeMap<String, String>,
    /// Cells of a workbook that was not taken.
    pub(super) faults: Vec<Fault>,
    /// What was done before the page was opened: people entered and visits given, or visits given.
    pub(super) entered: Option<(i64, i64)>,
    pub(super) given: Option<i64>,
}

impl Frame {
    /// An address below the list, which keeps the page of it that is shown.
    pub(super) fn href(&self, rest: &str, after: &str) -> String {
        let (path, query) = (self.survey.href("/bang-ke"), page_of(&self.group, after));
        format!("{path}{rest}?{query}")
    }
}

fn page_of(group: &str, after: &str) -> String {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("nhom={}&sau={}", escaped(group), escaped(after))
}

async fn load_frame(web: &Web, me: &Me, at: &At) -> Result<Frame, Trouble> {
    let survey = load::survey(web, me, at).await?;
    let of = |name: &str| at.query(name).unwrap_or_default().to_owned();
    let number = |name: &str| at.query(name).and_then(|n| n.parse::<i64>().ok());
    let asked = pb::ListRespondentsRequest {
        cycle: survey.code().to_owned(),
        group: of("nhom"),
        page_size: SOME,
        page_token: of("sau"),
    };
    let (group, after) = (asked.group.clone(), asked.page_token.clone());
    let told = web
        .survey()
        .list_respondents(web.ask(me, asked))
        .await?
        .into_inner();
    let ids = told.respondents.iter().flat_map(|one| &one.interviewers);
    let names = load::names(web, me, ids).await?;
    Ok(Frame {
        interviewers: load::interviewers(web, me, &survey).await?,
        survey,
        group,
        people: told.respondents,
        after,
        next: told.next_page_token,
        names,
        faults: Vec::new(),
        entered: number("da-nhap").zip(number("giao-luon")),
        given: number("da-giao"),
    })
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load_frame(&web, &me, &at).await?;
    Ok(view_frame::show(
        &web,
        &me,
        &frame,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

/// An empty list with the columns that are read.
pub(super) async fn sample(State(web): State<Web>, me: Me, at: At) -> Answer {
    let survey = load::survey(&web, &me, &at).await?;
    let name = format!("bang-ke-{}.xlsx", survey.code());
    files::workbook(&files::sample(me.w, &survey), &name)
}

pub(super) async fn import(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let (posted, book) = form::read(&web, request).await?;
    let sent = match book {
        None => Err(NotTaken::missing(me.w)),
        Some(xlsx) => {
            let asked = pb::ImportRespondentsRequest {
                request_id: posted.request_id().to_owned(),
                cycle: at.part("cycle").to_owned(),
                xlsx: xlsx.into(),
            };
            let call = async { web.survey().import_respondents(web.ask(&me, asked)).await };
            form::import(me.w, IMPORT_NAMES, call).await?
        }
    };
    imported(&web, &me, &at, (&posted, sent)).await
}

async fn imported(
    web: &Web,
    me: &Me,
    at: &At,
    (posted, sent): (&Posted, Result<pb::ImportRespondentsResponse, NotTaken>),
) -> Answer {
    match sent {
        Ok(done) => Ok(see(&format!(
            "/khao-sat/{}/bang-ke?da-nhap={}&giao-luon={}",
            at.part("cycle"),
            done.registered,
            done.assigned
        ))),
        Err(NotTaken { why, faults }) => {
            let frame = Frame {
                faults,
                ..load_frame(web, me, at).await?
            };
            Ok(again(web, me, &frame, posted, &why))
        }
    }
}

/// Everybody of a group who may be asked about a unit.
pub(super) async fn assign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::AssignRespondentsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        interviewer: posted.text("cho").to_owned(),
        respondent_ids: Vec::new(),
        unit: posted.text("don-vi").to_owned(),
        group: posted.text("nhom").to_owned(),
    };
    let needed = ["cho", "don-vi", "nhom"];
    give(&web, &me, &at, &posted, (asked, &needed, NAMES)).await
}

/// The people whose boxes are checked.
pub(super) async fn assign_picked(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::AssignRespondentsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        interviewer: posted.text("cho-nguoi").to_owned(),
        respondent_ids: posted.all("nguoi").map(str::to_owned).collect(),
        unit: posted.text("ve-don-vi").to_owned(),
        group: String::new(),
    };
    let needed = ["cho-nguoi", "nguoi"];
    give(&web, &me, &at, &posted, (asked, &needed, PICKED_NAMES)).await
}

async fn give(
    web: &Web,
    me: &Me,
    at: &At,
    posted: &Posted,
    (asked, needed, names): (pb::AssignRespondentsRequest, &[&'static str], &Names),
) -> Answer {
    let mut errors = Errors::new(me.w);
    for field in needed {
        if posted.text(field).is_empty() {
            errors.add(*field, me.w.say(missing(field)));
        }
    }
    let sent = if errors.is_empty() {
        send(me.w, names, web.survey().assign_respondents(web.ask(me, asked))).await?
    } else {
        Err(Refused::Again(errors))
    };
    match sent {
        Ok(done) => {
            let of = |name: &str| at.query(name).unwrap_or_default();
            let (cycle, page) = (at.part("cycle"), page_of(of("nhom"), of("sau")));
            let given = done.assigned;
            Ok(see(&format!("/khao-sat/{cycle}/bang-ke?da-giao={given}&{page}")))
        }
        Err(why) => Ok(again(web, me, &load_frame(web, me, at).await?, posted, &why)),
    }
}

/// What to say where a field of a form is empty.
fn missing(field: &str) -> &'static str {
    match field {
        "nguoi" => "fieldwork-pick-people",
        "don-vi" => "fieldwork-pick-unit",
        "nhom" => "fieldwork-pick-group",
        _ => "fieldwork-pick-interviewer",
    }
}

fn again(web: &Web, me: &Me, frame: &Frame, posted: &Posted, why: &Refused) -> Response {
    let shown = |typed: &Typed, errors: &Errors| view_frame::show(web, me, frame, typed, errors);
    refused(posted, why, shown)
}
