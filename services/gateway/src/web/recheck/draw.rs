//! Lots: frozen, drawn by a public seed, given to verifiers, concluded.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chiso_domain::kernel::{CycleCode, LotId};
use chiso_wire::kernel::SendRemindersRequest;
use chiso_wire::recheck as pb;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::out::csv;
use super::super::posted::{Posted, Typed};
use super::super::remind;
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{self, lot_href};
use super::{form, view_draw, view_lot};

pub(super) async fn lots(State(web): State<Web>, me: Me, at: At) -> Answer {
    let lots = load::lots(&web, &me, &at).await?;
    let none = Errors::new(me.w);
    Ok(view_draw::show((&web, &me, &at), &lots, &Typed::default(), &none))
}

/// Reminds those who have open cases by letter.
pub(super) async fn remind(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let code: CycleCode = at.code("cycle")?;
    let asked = SendRemindersRequest {
        request_id: posted.request_id().to_owned(),
        cycle: code.to_string(),
    };
    match send(me.w, &[], web.recheck().send_reminders(web.ask(&me, asked))).await? {
        Ok(told) => Ok(remind::done(&super::lots_href(code.as_str()), &told)),
        Err(why) => lots_again(&web, &me, &at, &posted, &why).await,
    }
}

pub(super) async fn close(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let code: CycleCode = at.code("cycle")?;
    let asked = form::close(&code, &posted);
    let to = lot_href(code.as_str(), &asked.lot_id);
    let names: &Names = &[("units", "don-vi")];
    match send(me.w, names, web.recheck().close_lot(web.ask(&me, asked))).await? {
        Ok(_closed) => Ok(see(&to)),
        Err(why) => lots_again(&web, &me, &at, &posted, &why).await,
    }
}

/// The page of the lots with what was typed and why it was not taken.
async fn lots_again(web: &Web, me: &Me, at: &At, posted: &Posted, why: &Refused) -> Answer {
    let lots = load::lots(web, me, at).await?;
    let shown = |typed: &Typed, errors: &Errors| view_draw::show((web, me, at), &lots, typed, errors);
    Ok(refused(posted, why, shown))
}

/// The page of a lot, or its list as a file.
pub(super) async fn lot(State(web): State<Web>, me: Me, at: At) -> Answer {
    if let Some(id) = at.part("id").strip_suffix(".csv") {
        let (code, id): (CycleCode, LotId) = (at.code("cycle")?, id.parse().map_err(|_| Trouble::missing())?);
        let list = load::tickets(&web, &me, &code, &id.to_string()).await?;
        return Ok(file(&csv::write(&list), &format!("{code}-{id}.csv")));
    }
    let lot = load::one_lot(&web, &me, &at).await?;
    Ok(view_lot::show(
        &web,
        &me,
        &lot,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

fn file(text: &str, name: &str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, named);
    }
    response
}

pub(super) async fn seed(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = match form::seed(me.w, at.part("id"), &posted) {
        Ok(asked) => asked,
        Err(errors) => return again(&web, &me, &at, &posted, &Refused::Again(errors)).await,
    };
    let names: &Names = &[
        ("seed", "day-so"),
        ("ceremony", "buoi-gieo"),
        ("rate_percent", "ty-le"),
    ];
    match send(me.w, names, web.recheck().enter_seed(web.ask(&me, asked))).await? {
        Ok(_drawn) => Ok(see(&here(&at))),
        Err(why) => again(&web, &me, &at, &posted, &why).await,
    }
}

pub(super) async fn assign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::AssignCasesRequest {
        request_id: posted.request_id().to_owned(),
        lot_id: at.part("id").to_owned(),
        officers: posted.all("nguoi").map(str::to_owned).collect(),
        case_ids: Vec::new(),
    };
    let names: &Names = &[("officers", "nguoi")];
    match send(me.w, names, web.recheck().assign_cases(web.ask(&me, asked))).await? {
        Ok(given) => Ok(see(&given_href(&at, given.assigned))),
        Err(why) => again(&web, &me, &at, &posted, &why).await,
    }
}

/// All unfinished cases of somebody to others.
pub(super) async fn reassign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let lot = load::lot(&web, &me, at.part("id")).await?;
    let held = load::held(&web, &me, &lot.lot_id).await?;
    let asked = match form::reassign(me.w, &lot.lot_id, &held, &posted) {
        Ok(asked) => asked,
        Err(errors) => return again(&web, &me, &at, &posted, &Refused::Again(errors)).await,
    };
    let names: &Names = &[("officers", form::MOVE_TO)];
    match send(me.w, names, web.recheck().assign_cases(web.ask(&me, asked))).await? {
        Ok(given) => Ok(see(&given_href(&at, given.assigned))),
        Err(why) => again(&web, &me, &at, &posted, &why).await,
    }
}

fn given_href(at: &At, given: i32) -> String {
    format!("{}?{}={given}", here(at), load::GIVEN)
}

pub(super) async fn conclude(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = pb::ConcludeLotRequest {
        request_id: posted.request_id().to_owned(),
        lot_id: at.part("id").to_owned(),
    };
    match send(me.w, &[], web.recheck().conclude_lot(web.ask(&me, asked))).await? {
        Ok(_ended) => Ok(see(&here(&at))),
        Err(why) => again(&web, &me, &at, &posted, &why).await,
    }
}

fn here(at: &At) -> String {
    lot_href(at.part("cycle"), at.part("id"))
}

/// The page of the lot with what was typed and why it was not taken.
async fn again(web: &Web, me: &Me, at: &At, posted: &Posted, why: &Refused) -> Answer {
    let lot = load::one_lot(web, me, at).await?;
    let shown = |typed: &Typed, errors: &Errors| view_lot::show(web, me, &lot, typed, errors);
    Ok(refused(posted, why, shown))
}
