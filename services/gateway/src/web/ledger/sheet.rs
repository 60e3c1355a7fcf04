//! The list of a sheet, looking it over, sending it and taking it back.

use axum::extract::State;
use chiso_wire::ledger::{SubmitSheetRequest, WithdrawSheetRequest};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::people::names;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::load::{Place, Sheet};
use super::{view_report, view_send, view_sheet};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let place = Place::of(&web, &at).await?;
    let sheet = Sheet::load(&web, &me, &place).await?;
    let people = sheet.entries.iter().map(|entry| entry.assigned_to.clone());
    let names = names(&web, &me, people.collect()).await;
    let asked = view_sheet::Asked {
        only: at.query("loc").unwrap_or_default(),
        text: at.query("tim").unwrap_or_default(),
        mine: &me.person.person_id,
        names: &names,
    };
    Ok(view_sheet::page(&me, &place, &sheet, &asked))
}

pub(super) async fn review(State(web): State<Web>, me: Me, at: At) -> Answer {
    let place = Place::of(&web, &at).await?;
    let sheet = Sheet::load(&web, &me, &place).await?;
    Ok(view_send::page(
        &web,
        &me,
        &place,
        &sheet,
        (&Typed::default(), &Errors::new(me.w)),
    ))
}

pub(super) async fn report(State(web): State<Web>, me: Me, at: At) -> Answer {
    let place = Place::of(&web, &at).await?;
    let sheet = Sheet::load(&web, &me, &place).await?;
    Ok(view_report::page(&me, &place, &sheet))
}

pub(super) async fn submit(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let place = Place::of(&web, &at).await?;
    let asked = SubmitSheetRequest {
        request_id: posted.request_id().to_owned(),
        cycle: place.cycle.code.to_string(),
        unit: place.unit.to_string(),
    };
    match send(me.w, &[], web.ledger().submit_sheet(web.ask(&me, asked))).await? {
        Ok(_) => Ok(see(&format!("{}/gui", place.href()))),
        Err(why) => again(&web, &me, &place, &posted, &why).await,
    }
}

pub(super) async fn withdraw(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let place = Place::of(&web, &at).await?;
    let asked = WithdrawSheetRequest {
        request_id: posted.request_id().to_owned(),
        cycle: place.cycle.code.to_string(),
        unit: place.unit.to_string(),
        reason: posted.text("reason").trim().to_owned(),
    };
    let names = &[("reason", "reason")];
    match send(me.w, names, web.ledger().withdraw_sheet(web.ask(&me, asked))).await? {
        Ok(_) => Ok(see(&place.href())),
        Err(why) => again(&web, &me, &place, &posted, &why).await,
    }
}

async fn again(web: &Web, me: &Me, place: &Place, posted: &Posted, why: &Refused) -> Answer {
    let sheet = Sheet::load(web, me, place).await?;
    let page = |typed: &Typed, errors: &Errors| view_send::page(web, me, place, &sheet, (typed, errors));
    Ok(refused(posted, why, page))
}
