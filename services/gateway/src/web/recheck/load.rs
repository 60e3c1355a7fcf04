//! From the recheck's and the survey's replies to what the pages show.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_wire::identity::{Holder, Role};
use chiso_wire::recheck as pb;
use chiso_wire::survey::{GetQuestionnaireRequest, Question};
use tonic::Code;

use super::super::at::At;
use super::super::me::Me;
use super::super::out::{Cell, Sheet};
use super::super::people;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Tickets of one page.
pub(super) const TICKETS: i32 = 100;
/// Tickets of one reply, where all are wanted.
const MANY: i32 = 500;

/// A verifier's queue, or everybody's.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) cycle: Arc<Cycle>,
    pub(super) told: pb::GetQueueResponse,
}

pub(super) async fn queue(web: &Web, me: &Me, code: &CycleCode) -> Result<Queue, Trouble> {
    let asked = pb::GetQueueRequest {
        cycle: code.to_string(),
    };
    let told = web.recheck().get_queue(web.ask(me, asked)).await?.into_inner();
    let cycle = web.cycle(code).await?;
    Ok(Queue { cycle, told })
}

/// Where to go on: to the case that was taken, else back to the queue.
/// By which the queue is told that there was no case to take.
pub(super) const NOTHING: &str = "het";

pub(super) fn taken(code: &CycleCode, case: Option<&pb::Case>) -> String {
    case.map_or_else(
        || format!("{}?{NOTHING}=1", super::href(code.as_str())),
        |case| case_href(code.as_str(), &case.case_id),
    )
}

pub(super) fn case_href(cycle: &str, case: &str) -> String {
    format!("/phuc-tra/{cycle}/phieu/{case}")
}

pub(super) fn lot_href(cycle: &str, lot: &str) -> String {
    format!("/phuc-tra/{cycle}/lo/{lot}")
}

/// How people tell cases apart: the end of the id, which is never the same within a lot of a lifetime's size.
pub(super) fn short(id: &str) -> String {
    let at = id.len().saturating_sub(6);
    id.get(at..).unwrap_or(id).to_uppercase()
}

/// The name of a unit, else its code.
pub(super) fn unit<'a>(cycle: &'a Cycle, code: &'a str) -> &'a str {
    let unit: Option<UnitCode> = code.parse().ok();
    let unit = unit.and_then(|unit| cycle.units.get(&unit));
    unit.map_or(code, |unit| &unit.name)
}

/// A case with the questions to ask again.
#[derive(Debug)]
pub(super) struct OneCase {
    pub(super) cycle: Arc<Cycle>,
    pub(super) case: pb::Case,
    /// In the order of asking.
    pub(super) questions: Vec<Question>,
}

impl OneCase {
    pub(super) fn href(&self, act: &str) -> String {
        format!("{}{act}", case_href(self.cycle.code.as_str(), &self.case.case_id))
    }

    pub(super) fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }
}

pub(super) async fn case(web: &Web, me: &Me, at: &At) -> Result<OneCase, Trouble> {
    find_case(web, me, at).await?.ok_or_else(Trouble::missing)
}

/// None where it is not, or no longer, the caller's to see.
pub(super) async fn find_case(web: &Web, me: &Me, at: &At) -> Result<Option<OneCase>, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let asked = pb::GetCaseRequest {
        case_id: at.part("id").to_owned(),
    };
    let told = match web.recheck().get_case(web.ask(me, asked)).await {
        Ok(told) => told.into_inner(),
        Err(status) if status.code() == Code::NotFound => return Ok(None),
        Err(status) => return Err(status.into()),
    };
    let case = told.case.ok_or_else(Trouble::missing)?;
    let lot = lot(web, me, &case.lot_id).await?;
    if lot.cycle != code.as_str() {
        return Err(Trouble::missing());
    }
    let asked = GetQuestionnaireRequest {
        cycle: lot.cycle,
        group: case.group.clone(),
        sha256: String::new(),
    };
    let form = web
        .survey()
        .get_questionnaire(web.ask(me, asked))
        .await?
        .into_inner();
    let mut all = form.questionnaire.unwrap_or_default().questions;
    all.retain(|question| told.questions.contains(&question.name));
    all.sort_by_key(|question| told.questions.iter().position(|name| *name == question.name));
    let cycle = web.cycle(&code).await?;
    Ok(Some(OneCase {
        cycle,
        case,
        questions: all,
    }))
}

pub(super) async fn lot(web: &Web, me: &Me, id: &str) -> Result<pb::Lot, Trouble> {
    let asked = pb::GetLotRequest {
        lot_id: id.to_owned(),
    };
    let lot = web.recheck().get_lot(web.ask(me, asked)).await?.into_inner().lot;
    lot.ok_or_else(Trouble::missing)
}

/// The lots of a cycle.
#[derive(Debug)]
pub(super) struct Lots {
    pub(super) cycle: Arc<Cycle>,
    pub(super) lots: Vec<pb::Lot>,
}

impl Lots {
    /// Whether somebody can be late: cases are open, and so is the recheck.
    pub(super) fn can_remind(&self, now: Instant) -> bool {
        let open = self.lots.iter().any(|lot| lot.open_cases > 0);
        open && self.cycle.calendar.check_some(Window::Recheck, now).is_ok()
    }

    /// The units that are in no lot yet: code and name, in the official order.
    pub(super) fn free(&self) -> Vec<(&str, &str)> {
        let taken = |code: &str| {
            self.lots
                .iter()
                .any(|lot| lot.units.iter().any(|unit| unit == code))
        };
        let units = self.cycle.units_in_order().into_iter();
        let named = units.map(|unit| (unit.code.as_str(), unit.name.as_str()));
        named.filter(|(code, _)| !taken(code)).collect()
    }
}

pub(super) async fn lots(web: &Web, me: &Me, at: &At) -> Result<Lots, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let lots = lots_of(web, me, &code).await?;
    let cycle = web.cycle(&code).await?;
    Ok(Lots { cycle, lots })
}

/// Every lot of a cycle.
pub(in crate::web) async fn lots_of(web: &Web, me: &Me, cycle: &CycleCode) -> Result<Vec<pb::Lot>, Trouble> {
    let (mut lots, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListLotsRequest {
            cycle: cycle.to_string(),
            page_size: 0,
            page_token,
        };
        let reply = web.recheck().list_lots(web.ask(me, asked)).await?.into_inner();
        lots.extend(reply.lots);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(lots);
        }
    }
}

/// By which the page of a lot is told how many cases were just given.
pub(super) const GIVEN: &str = "da-giao";

/// A lot with a page of its list.
#[derive(Debug)]
pub(super) struct OneLot {
    pub(super) cycle: Arc<Cycle>,
    pub(super) lot: pb::Lot,
    pub(super) entries: Vec<pb::LotEntry>,
    /// Of the next page.
    pub(super) next: Option<String>,
    /// Interviewers by id.
    pub(super) names: BTreeMap<String, String>,
    /// Who can recheck; only where the caller gives cases.
    pub(super) verifiers: Vec<Holder>,
    /// The open cases that somebody has, by person; only where the caller gives cases.
    pub(super) held: BTreeMap<String, Vec<String>>,
    /// How many cases were just given.
    pub(super) given: Option<i64>,
}

impl OneLot {
    pub(super) fn href(&self, act: &str) -> String {
        format!("{}{act}", lot_href(self.cycle.code.as_str(), &self.lot.lot_id))
    }
}

pub(super) async fn one_lot(web: &Web, me: &Me, at: &At) -> Result<OneLot, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let lot = lot(web, me, at.part("id")).await?;
    if lot.cycle != code.as_str() {
        return Err(Trouble::missing());
    }
    let after = at.query("sau").unwrap_or_default();
    let (entries, next) = entries(web, me, &lot.lot_id, (TICKETS, after)).await?;
    let interviewers = entries.iter().map(|entry| entry.interviewer.clone());
    let names = people::every_name(web, me, interviewers.collect()).await?;
    let organiser = me.has(&[Role::Organiser], Some(code.as_str()));
    let gives = organiser && lot.state() == pb::LotState::Drawn;
    let (verifiers, held) = if gives {
        let verifiers = people::holders(web, me, Role::Verifier, code.as_str()).await?;
        (verifiers, held(web, me, &lot.lot_id).await?)
    } else {
        Default::default()
    };
    Ok(OneLot {
        cycle: web.cycle(&code).await?,
        lot,
        entries,
        next: (!next.is_empty()).then_some(next),
        names,
        verifiers,
        held,
        given: at.query(GIVEN).and_then(|given| given.parse().ok()),
    })
}

/// The open cases of a lot that somebody has, by person.
pub(super) async fn held(web: &Web, me: &Me, lot: &str) -> Result<BTreeMap<String, Vec<String>>, Trouble> {
    let (mut held, mut page_token) = (BTreeMap::<String, Vec<String>>::new(), String::new());
    loop {
        let asked = pb::ListCasesRequest {
            lot_id: lot.to_owned(),
            open_only: true,
            page_size: MANY,
            page_token,
        };
        let reply = web.recheck().list_cases(web.ask(me, asked)).await?.into_inner();
        for case in reply.cases.into_iter().filter(|case| !case.officer.is_empty()) {
            held.entry(case.officer).or_default().push(case.case_id);
        }
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(held);
        }
    }
}

async fn entries(
    web: &Web,
    me: &Me,
    lot: &str,
    (page_size, after): (i32, &str),
) -> Result<(Vec<pb::LotEntry>, String), Trouble> {
    let asked = pb::ListLotEntriesRequest {
        lot_id: lot.to_owned(),
        page_size,
        page_token: after.to_owned(),
    };
    let reply = web
        .recheck()
        .list_lot_entries(web.ask(me, asked))
        .await?
        .into_inner();
    Ok((reply.entries, reply.next_page_token))
}

/// The whole frozen list with its tickets, as it is checked by others: the names of columns and the ids as the public
/// draw has them.
pub(super) async fn tickets(web: &Web, me: &Me, cycle: &CycleCode, id: &str) -> Result<Sheet, Trouble> {
    let lot = lot(web, me, id).await?;
    if lot.cycle != cycle.as_str() {
        return Err(Trouble::missing());
    }
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let (some, next) = entries(web, me, &lot.lot_id, (MANY, &after)).await?;
        rows.extend(some.iter().map(ticket));
        after = next;
        if after.is_empty() {
            break;
        }
    }
    let heading = [
        "place",
        "unit",
        "group",
        "slip_id",
        "interviewer",
        "slip_sha256",
        "ticket",
        "drawn_stage",
    ];
    Ok(Sheet {
        name: String::new(),
        heading: heading.map(str::to_owned).to_vec(),
        rows,
    })
}

fn ticket(entry: &pb::LotEntry) -> Vec<Cell> {
    let stage = match entry.drawn_stage {
        0 => Cell::Empty,
        stage => Cell::Number(stage.to_string()),
    };
    let texts = [
        &entry.unit,
        &entry.group,
        &entry.slip_id,
        &entry.interviewer,
        &entry.slip_sha256,
        &entry.ticket,
    ];
    let mut cells = vec![Cell::Number(entry.place.to_string())];
    cells.extend(texts.map(|text| Cell::text(text)));
    cells.push(stage);
    cells
}
