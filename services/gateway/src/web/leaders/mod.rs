//! A leader's slip: a page for each type of unit with one tap for each unit, and what stands out before it is sent.

mod form;
mod load;
mod view;
mod view_rest;
mod view_send;

use axum::extract::State;
use axum::routing::get;
use chiso_wire::identity::Role;
use chiso_wire::leaders::SendSlipRequest;

use super::at::At;
use super::errors::Errors;
use super::me::Me;
use super::posted::{Posted, Typed};
use super::save::{refused, see, send};
use super::state::Web;
use super::trouble::{Answer, Trouble};
use super::{Mount, Who, mount};
use load::{Found, Sheet};

const HOLDERS: &[Role] = &[Role::Leader, Role::LeaderSecretary];

pub(super) fn routes() -> Vec<Mount> {
    let who = Who::Roles(HOLDERS);
    vec![
        mount("/cho-diem/{cycle}", who, get(first)),
        mount("/cho-diem/{cycle}/gui", who, get(review).post(hand_in)),
        mount("/cho-diem/{cycle}/{type}", who, get(show).post(mark)),
        mount("/cho-diem/{cycle}/{type}/con-lai", who, get(rest).post(mark_rest)),
    ]
}

/// Where the slip of a cycle begins.
pub(super) fn href(cycle: &str) -> String {
    format!("/cho-diem/{cycle}")
}

async fn first(State(web): State<Web>, me: Me, at: At) -> Answer {
    match load::find(&web, &me, &at).await? {
        Found::NotNamed(cycle) => Ok(view::not_named(&me, &cycle)),
        Found::Sheet(sheet) => {
            let first = sheet.types().next().ok_or_else(Trouble::missing)?;
            Ok(see(&sheet.href(first.code.as_str())))
        }
    }
}

async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let sheet = load::sheet(&web, &me, &at).await?;
    let page = view::Marks::new(&web, &me, &sheet, at.part("type"))?;
    let text = at.query("tim").unwrap_or_default();
    Ok(page.only_open(at.query("chua").is_some()).named(text).show())
}

async fn rest(State(web): State<Web>, me: Me, at: At) -> Answer {
    let sheet = load::sheet(&web, &me, &at).await?;
    let (none, kind) = (Errors::new(me.w), sheet.kind(&at)?);
    Ok(view_rest::show(
        (&web, &me),
        (&sheet, kind),
        &Typed::default(),
        &none,
    ))
}

/// The same mark for all units of a type that have none yet. Where one has got its mark meanwhile, nothing is saved.
async fn mark_rest(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let before = load::sheet(&web, &me, &at).await?;
    let saved = form::save_rest(&web, &me, &before, &posted).await?;
    let now = load::sheet(&web, &me, &at).await?;
    let kind = now.kind(&at)?;
    Ok(match saved {
        Ok(_) => see(&now.href(kind)),
        Err(why) => refused(&posted, &why, |typed, errors| {
            view_rest::show((&web, &me), (&now, kind), typed, errors)
        }),
    })
}

/// One mark or abstention. Whatever came of it, the answer shows the slip as it is now.
async fn mark(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let before = load::sheet(&web, &me, &at).await?;
    let asked = form::mark(&before, &posted)?;
    let outcome = form::save(&web, &me, &at, &before, &asked).await?;
    let now = load::sheet(&web, &me, &at).await?;
    let page = view::Marks::new(&web, &me, &now, at.part("type"))?;
    Ok(form::answer(&posted, &page, &asked, &outcome))
}

async fn review(State(web): State<Web>, me: Me, at: At) -> Answer {
    let sheet = load::sheet(&web, &me, &at).await?;
    Ok(view_send::show(&web, &me, &sheet, &Errors::new(me.w)))
}

async fn hand_in(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = SendSlipRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        version: posted.version(),
    };
    let sent = send(me.w, &[], web.leaders().send_slip(web.ask(&me, asked))).await?;
    let sheet: Sheet = load::sheet(&web, &me, &at).await?;
    Ok(match sent {
        Ok(_) => see(&sheet.href("gui")),
        Err(why) => refused(&posted, &why, |_, errors| {
            view_send::show(&web, &me, &sheet, errors)
        }),
    })
}
