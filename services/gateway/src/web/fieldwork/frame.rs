//! The list of people to be asked: its import, who is on it, and who asks whom.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use chiso_wire::identity::Holder;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::book::{self, FILE, Sent, Why};
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::parts::faults::Fault;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{self, Survey};
use super::{files, form, view_frame};

/// People of one page; of those who are to be given out, as many as are given at once.
const SOME: i32 = 100;
const AT_ONCE: i32 = 500;
/// In the address: only people whom nobody is to ask yet.
pub(super) const GIVEN: &str = "da-giao-cho";
pub(super) const TO_NOBODY: &str = "chua-ai";
const IMPORT_NAMES: &Names = &[("xlsx", FILE)];
const NAMES: &Names = &[("interviewer", "cho"), ("unit", "don-vi"), ("group", "nhom")];
/// The people whose boxes are checked.
pub(super) const PICKED: &str = "nguoi";
/// All people of the page, and whether they are meant.
pub(super) const SHOWN: &str = "moi-nguoi";
pub(super) const ALL: &str = "tat-ca";
const PICKED_NAMES: &Names = &[
    ("interviewer", "cho-nguoi"),
    ("unit", "ve-don-vi"),
    ("respondent_ids", PICKED),
];

/// The list, a page of it, and who can ask.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) survey: Survey,
    /// Whose list is shown; empty: everybody's.
    pub(super) group: String,
    /// Only whom nobody is to ask yet.
    pub(super) unassigned: bool,
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
    fn person(&self, id: &str) -> Option<&pb::Respondent> {
        self.people.iter().find(|one| one.respondent_id == id)
    }

    /// An address below the list, which keeps the page of it that is shown.
    pub(super) fn href(&self, rest: &str, after: &str) -> String {
        let path = self.survey.href("/bang-ke");
        let query = page_of(&self.group, self.unassigned, after);
        format!("{path}{rest}?{query}")
    }
}

fn page_of(group: &str, unassigned: bool, after: &str) -> String {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let only = if unassigned {
        format!("&{GIVEN}={TO_NOBODY}")
    } else {
        String::new()
    };
    format!("nhom={}{only}&sau={}", escaped(group), escaped(after))
}

fn to_nobody(at: &At) -> bool {
    at.query(GIVEN) == Some(TO_NOBODY)
}

async fn load_frame(web: &Web, me: &Me, at: &At) -> Result<Frame, Trouble> {
    let survey = load::survey(web, me, at).await?;
    let of = |name: &str| at.query(name).unwrap_or_default().to_owned();
    let number = |name: &str| at.query(name).and_then(|n| n.parse::<i64>().ok());
    let unassigned = to_nobody(at);
    let asked = pb::ListRespondentsRequest {
        cycle: survey.code().to_owned(),
        group: of("nhom"),
        page_size: if unassigned { AT_ONCE } else { SOME },
        page_token: of("sau"),
        unassigned,
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
        unassigned,
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
    let Sent { posted, xlsx } = book::read(&web, request).await?;
    let sent = match xlsx {
        None => Err(Why::missing(me.w)),
        Some(xlsx) => {
            let asked = pb::ImportRespondentsRequest {
                request_id: posted.request_id().to_owned(),
                cycle: at.part("cycle").to_owned(),
                xlsx: xlsx.into(),
            };
            let call = async { web.survey().import_respondents(web.ask(&me, asked)).await };
            book::import(me.w, IMPORT_NAMES, call).await?
        }
    };
    imported(&web, &me, &at, (&posted, sent)).await
}

async fn imported(
    web: &Web,
    me: &Me,
    at: &At,
    (posted, sent): (&Posted, Result<pb::ImportRespondentsResponse, Why>),
) -> Answer {
    match sent {
        Ok(done) => Ok(see(&format!(
            "/khao-sat/{}/bang-ke?da-nhap={}&giao-luon={}",
            at.part("cycle"),
            done.registered,
            done.assigned
        ))),
        Err(why) => {
            let frame = Frame {
                faults: why.faults().to_vec(),
                ..load_frame(web, me, at).await?
            };
            Ok(again(web, me, &frame, posted, &why.refused(me.w)))
        }
    }
}

/// Everybody of a group who may be asked about a unit.
pub(super) async fn assign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    Ok(match give_all(&web, &me, &at, &posted).await? {
        Ok(done) => given(&at, done.assigned),
        Err(why) => again(&web, &me, &load_frame(&web, &me, &at).await?, &posted, &why),
    })
}

/// Gives an interviewer everybody of a group who may be asked about a unit; all three have to be chosen.
async fn give_all(
    web: &Web,
    me: &Me,
    at: &At,
    posted: &Posted,
) -> Result<Result<pb::AssignRespondentsResponse, Refused>, Trouble> {
    let mut errors = Errors::new(me.w);
    for field in ["don-vi", "nhom", "cho"] {
        if posted.text(field).is_empty() {
            errors.add(field, me.w.say(missing(field)));
        }
    }
    if !errors.is_empty() {
        return Ok(Err(Refused::Again(errors)));
    }
    let asked = pb::AssignRespondentsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        interviewer: posted.text("cho").to_owned(),
        respondent_ids: Vec::new(),
        unit: posted.text("don-vi").to_owned(),
        group: posted.text("nhom").to_owned(),
    };
    send(me.w, NAMES, web.survey().assign_respondents(web.ask(me, asked))).await
}

/// The people whose boxes are checked, or all of the page.
pub(super) async fn assign_picked(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let frame = load_frame(&web, &me, &at).await?;
    let asked = pb::AssignRespondentsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: frame.survey.code().to_owned(),
        interviewer: posted.text("cho-nguoi").to_owned(),
        respondent_ids: picked(&frame, &posted),
        unit: posted.text("ve-don-vi").to_owned(),
        group: String::new(),
    };
    match give(&web, &me, &frame, asked).await? {
        Ok(done) => Ok(given(&at, done.assigned)),
        Err(why) => Ok(again(&web, &me, &frame, &posted, &why)),
    }
}

/// Of all people of a page only those are meant who may be asked about the unit.
fn picked(frame: &Frame, posted: &Posted) -> Vec<String> {
    if posted.text(ALL).is_empty() {
        return posted.all(PICKED).map(str::to_owned).collect();
    }
    let unit = posted.text("ve-don-vi");
    let may = |one: &pb::Respondent| {
        unit.is_empty() || one.units.is_empty() || one.units.iter().any(|own| own == unit)
    };
    let shown = posted.all(SHOWN).filter(|id| frame.person(id).is_none_or(may));
    shown.map(str::to_owned).collect()
}

/// Gives visits to an interviewer; whoever stands in the way is named.
async fn give(
    web: &Web,
    me: &Me,
    frame: &Frame,
    asked: pb::AssignRespondentsRequest,
) -> Result<Result<pb::AssignRespondentsResponse, Refused>, Trouble> {
    let (w, ids) = (me.w, asked.respondent_ids.clone());
    let mut errors = Errors::new(w);
    for (field, empty) in [
        (PICKED, ids.is_empty()),
        ("cho-nguoi", asked.interviewer.is_empty()),
    ] {
        if empty {
            errors.add(field, w.say(missing(field)));
        }
    }
    if !errors.is_empty() {
        return Ok(Err(Refused::Again(errors)));
    }
    let reply = web.survey().assign_respondents(web.ask(me, asked)).await;
    let place = |path: &str, text: String| {
        let id = form::place_of("respondent_ids", path).and_then(|at| ids.get(at));
        match (path, id.and_then(|id| frame.person(id))) {
            (_, Some(one)) => (PICKED.to_owned(), format!("{}: {text}", one.name)),
            ("unit", None) => ("ve-don-vi".to_owned(), text),
            ("interviewer", None) => ("cho-nguoi".to_owned(), text),
            _ => (String::new(), text),
        }
    };
    form::taken(w, reply, PICKED_NAMES, place).await
}

fn given(at: &At, visits: i32) -> Response {
    let of = |name: &str| at.query(name).unwrap_or_default();
    let (cycle, page) = (at.part("cycle"), page_of(of("nhom"), to_nobody(at), of("sau")));
    see(&format!("/khao-sat/{cycle}/bang-ke?da-giao={visits}&{page}"))
}

/// What to say where a field of a form is empty.
fn missing(field: &str) -> &'static str {
    match field {
        PICKED => "fieldwork-pick-people",
        "don-vi" => "fieldwork-pick-unit",
        "nhom" => "fieldwork-pick-group",
        _ => "fieldwork-pick-interviewer",
    }
}

fn again(web: &Web, me: &Me, frame: &Frame, posted: &Posted, why: &Refused) -> Response {
    let shown = |typed: &Typed, errors: &Errors| view_frame::show(web, me, frame, typed, errors);
    refused(posted, why, shown)
}
