//! Asking Home Affairs for more time, and Home Affairs' answer: first the calendar is extended for this unit, then the
//! request is answered. Sent twice, both count once.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_domain::kernel::time::DAY;
use chiso_domain::kernel::{CycleCode, Instant, ReopeningId, UnitCode};
use chiso_wire::convert::timestamp;
use chiso_wire::identity::Role;
use chiso_wire::ledger::{self as pb, AnswerReopeningRequest, AskReopeningRequest, ListReopeningsRequest};
use chiso_wire::registry::{self, ExtendWindowRequest};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::people::names;
use super::super::phase::Phase;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{Place, Sheet, lets, rounds};
use super::view_reopen::{self, Request};

/// What is asked, and what is answered: the names of the fields.
pub(super) const ASKED: &str = "_reopening";
pub(super) const EXTENSION: &str = "_extension";
const ASK_NAMES: &Names = &[("window", "window"), ("reason", "reason")];
const ANSWER_NAMES: &Names = &[("ends_at", "until"), ("reason", "answer")];

/// The windows in which units write, as forms name them.
pub(super) const WINDOWS: [(&str, pb::ReopenedWindow, Window); 2] = [
    ("tu-cham", pb::ReopenedWindow::SelfScoring, Window::SelfScoring),
    ("giai-trinh", pb::ReopenedWindow::Explanation, Window::Explanation),
];

/// Where a unit asks.
pub(super) fn ask_href(place: &Place) -> String {
    format!("{}/mo-lai", place.href())
}

/// The window of a request.
pub(super) fn window(asked: pb::ReopenedWindow) -> Window {
    let known = WINDOWS.into_iter().find(|(_, known, _)| *known == asked);
    known.map_or(Window::SelfScoring, |(.., window)| window)
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    shown(&web, &me, &at, (&Typed::default(), &Errors::new(me.w))).await
}

async fn shown(web: &Web, me: &Me, at: &At, draft: (&Typed, &Errors)) -> Result<Response, Trouble> {
    let place = Place::of(web, at).await?;
    let sheet = Sheet::load(web, me, &place).await?;
    let all = all(web, me, &place.cycle.code).await?;
    let own: Vec<&pb::Reopening> = all.iter().filter(|one| one.unit == place.unit.as_str()).collect();
    Ok(view_reopen::ask(web, me, &place, (&sheet, &own), draft))
}

pub(super) async fn ask(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let place = Place::of(&web, &at).await?;
    let sent = match asking(&me, &place, &posted) {
        Ok(asked) => send(me.w, ASK_NAMES, web.ledger().ask_reopening(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    let Err(why) = sent else {
        return Ok(see(&ask_href(&place)));
    };
    let page = shown(&web, &me, &at, (&posted.typed(), why.errors())).await?;
    Ok(refused(&posted, &why, |_, _| page))
}

fn asking(me: &Me, place: &Place, posted: &Posted) -> Result<AskReopeningRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let chosen = form.needed("window");
    let chosen = WINDOWS.into_iter().find(|(name, ..)| *name == chosen);
    let reason = form.needed("reason").to_owned();
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(AskReopeningRequest {
        request_id: posted.request_id().to_owned(),
        reopening_id: posted.text(ASKED).to_owned(),
        cycle: place.cycle.code.to_string(),
        unit: place.unit.to_string(),
        window: chosen
            .map_or(pb::ReopenedWindow::Unspecified, |(_, window, _)| window)
            .into(),
        reason,
    })
}

/// What was asked in a cycle, as far as this person sees it.
async fn all(web: &Web, me: &Me, cycle: &CycleCode) -> Result<Vec<pb::Reopening>, Trouble> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListReopeningsRequest {
            cycle: cycle.to_string(),
            page_size: 0,
            page_token,
        };
        let asked = web.ask(me, asked);
        let reply = web.ledger().list_reopenings(asked).await?.into_inner();
        all.extend(reply.reopenings);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

/// How many units wait for an answer.
pub(in crate::web) async fn waiting(web: &Web, me: &Me, cycle: &CycleCode) -> Result<usize, Trouble> {
    let all = all(web, me, cycle).await?;
    let waits = |one: &&pb::Reopening| one.state() == pb::ReopeningState::Asked;
    Ok(all.iter().filter(waits).count())
}

pub(super) async fn list(State(web): State<Web>, me: Me, at: At) -> Answer {
    let cycle = web.cycle(&at.code::<CycleCode>("cycle")?).await?;
    let all = all(&web, &me, &cycle.code).await?;
    Ok(view_reopen::list(&me, &cycle, &all))
}

pub(super) async fn look(State(web): State<Web>, me: Me, at: At) -> Answer {
    let request = request(&web, &me, &at).await?;
    let draft = (&Typed::default(), &Errors::new(me.w));
    Ok(view_reopen::answer(&web, &me, &request, draft))
}

/// The request in the address.
async fn request(web: &Web, me: &Me, at: &At) -> Result<Request, Trouble> {
    let cycle = web.cycle(&at.code::<CycleCode>("cycle")?).await?;
    let id = at.code::<ReopeningId>("reopening")?.to_string();
    let all = all(web, me, &cycle.code).await?;
    let asked = all.into_iter().find(|asked| asked.reopening_id == id);
    let asked = asked.ok_or_else(Trouble::missing)?;
    let unit: UnitCode = asked.unit.parse().map_err(|_| Trouble::missing())?;
    let now = web.now();
    let rounds = rounds(web, me, &cycle).await?;
    Ok(Request {
        is_in_time: lets(rounds, window(asked.window())),
        phase: Phase::of(&cycle, window(asked.window()), &unit, now),
        answers: me.has(&[Role::Organiser], Some(cycle.code.as_str())),
        names: names(web, me, vec![asked.asked_by.clone(), asked.answered_by.clone()]).await,
        cycle,
        unit,
        asked,
        now,
    })
}

pub(super) async fn answer(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let request = request(&web, &me, &at).await?;
    let Err(why) = decide(&web, &me, &request, &posted).await? else {
        return Ok(see(&super::reopenings_href(request.cycle.code.as_str())));
    };
    let page = |typed: &Typed, errors: &Errors| view_reopen::answer(&web, &me, &request, (typed, errors));
    Ok(refused(&posted, &why, page))
}

/// Extends the window where that is wanted, and answers. Where the request was answered before or its round is closed,
/// nothing is extended for it: the ledger gives its answer again, or says why not.
async fn decide(
    web: &Web,
    me: &Me,
    request: &Request,
    posted: &Posted,
) -> Result<Result<(), Refused>, Trouble> {
    let granted = posted.text("granted") == "1";
    let (reason, until) = match answered(me, request, posted, granted) {
        Ok(read) => read,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    if let Some(until) = until.filter(|_| request.waits() && request.is_in_time) {
        let asked = extension(request, posted, &reason, until);
        let call = web.registry().extend_window(web.ask(me, asked)).await;
        if let Err(why) = send(me.w, ANSWER_NAMES, async { call }).await? {
            return Ok(Err(why));
        }
        web.cycle_now(&request.cycle.code).await?;
    }
    let asked = AnswerReopeningRequest {
        request_id: posted.request_id().to_owned(),
        reopening_id: request.asked.reopening_id.clone(),
        granted,
        reason,
    };
    let call = web.ledger().answer_reopening(web.ask(me, asked)).await;
    let sent = send(me.w, ANSWER_NAMES, async { call }).await?;
    Ok(sent.map(|_| ()))
}

/// The answer, and until when the window is to be open; none where nothing is to be extended.
fn answered(
    me: &Me,
    request: &Request,
    posted: &Posted,
    granted: bool,
) -> Result<(String, Option<Instant>), Errors> {
    let mut form = Form::new(posted, me.w);
    let reason = form.needed("answer").to_owned();
    // Who was given more time already can be granted it without more.
    let needed = granted && !request.phase.is_open();
    if needed {
        form.needed("until");
    }
    let day = form.day("until").filter(|_| granted);
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let midnight = day.and_then(|day| Instant::parse(&format!("{day}T00:00:00+07:00")).ok());
    Ok((reason, midnight.map(|begin| begin.plus(DAY))))
}

fn extension(request: &Request, posted: &Posted, reason: &str, until: Instant) -> ExtendWindowRequest {
    ExtendWindowRequest {
        request_id: posted.text(EXTENSION).to_owned(),
        cycle: request.cycle.code.to_string(),
        window: registry::Window::from(window(request.asked.window())).into(),
        unit: request.unit.to_string(),
        ends_at: Some(timestamp(until)),
        reason: reason.to_owned(),
    }
}
