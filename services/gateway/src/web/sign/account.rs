//! The account: address for letters, password, second factor, sessions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::{get, post};
use chiso_wire::identity::{
    EndSessionRequest, ListSessionsRequest, Session, SetContactRequest, SetPasswordRequest, SignOutRequest,
};
use tonic::Code;

use super::super::at::At;
use super::super::cookie::SESSION;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, see};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::super::{Mount, Who, mount};
use super::account_view::{self as view, Account};
use super::{DOOR, is_refusal};

/// The page.
pub(super) const ACCOUNT: &str = "/tai-khoan";
pub(super) const EMAIL: &str = "/tai-khoan/thu-dien-tu";
pub(super) const PASSWORD: &str = "/tai-khoan/mat-khau";
pub(super) const ALL_OUT: &str = "/tai-khoan/dang-xuat-het";
/// A page of sessions is enough: who has more signs out everywhere.
const MOST_SESSIONS: i32 = 100;

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount(ACCOUNT, Who::SignedIn, get(show)),
        // What is refused is shown at these addresses; opened by hand they show the account.
        mount(EMAIL, Who::SignedIn, get(show).post(set_email)),
        mount(PASSWORD, Who::SignedIn, get(show).post(set_password)),
        mount("/tai-khoan/phien/{id}/ket-thuc", Who::SignedIn, post(end_session)),
        mount(ALL_OUT, Who::SignedIn, get(show).post(sign_out_everywhere)),
    ]
}

async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let sessions = sessions(&web, &me).await?;
    let account = Account::new(&me, &web, &sessions).done(at.query(DONE));
    Ok(account.show(&Typed::default(), &Errors::new(me.w)))
}

async fn sessions(web: &Web, me: &Me) -> Result<Vec<Session>, Trouble> {
    let asked = ListSessionsRequest {
        page_size: MOST_SESSIONS,
        ..ListSessionsRequest::default()
    };
    let reply = web.identity().list_sessions(web.ask(me, asked)).await?;
    Ok(reply.into_inner().sessions)
}

async fn set_email(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let asked = SetContactRequest {
        request_id: posted.request_id().to_owned(),
        person_id: me.person.person_id.clone(),
        email: posted.text("email").to_owned(),
    };
    match web.identity().set_contact(web.ask(&me, asked)).await {
        Ok(_set) => Ok(see(&format!("{ACCOUNT}?{DONE}=thu"))),
        Err(status) => refused(&web, &me, &posted, status, &[("email", "email")]).await,
    }
}

/// What was typed is shown again, but no password.
async fn refused(web: &Web, me: &Me, posted: &Posted, status: tonic::Status, names: &Names) -> Answer {
    if !is_refusal(&status) || status.code() == Code::Unauthenticated {
        return Err(status.into());
    }
    let errors = Errors::of_status(me.w, &status, names);
    let sessions = sessions(web, me).await?;
    let mut response = Account::new(me, web, &sessions).show(&posted.typed(), &errors);
    if status.code() == Code::ResourceExhausted {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    Ok(response)
}

async fn set_password(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let asked = SetPasswordRequest {
        request_id: posted.request_id().to_owned(),
        person_id: me.person.person_id.clone(),
        old_password: posted.text("old_password").to_owned(),
        new_password: posted.text("new_password").to_owned(),
    };
    let names = &[("old_password", "old_password"), ("password", "new_password")];
    match web.identity().set_password(web.ask(&me, asked)).await {
        Ok(_set) => Ok(signed_out(&web, view::password_set(me.w))),
        Err(status) => refused(&web, &me, &posted, status, names).await,
    }
}

fn signed_out(web: &Web, mut response: Response) -> Response {
    let gone = web.cookies().drop(SESSION);
    response.headers_mut().append(SET_COOKIE, gone);
    response
}

async fn end_session(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = EndSessionRequest {
        request_id: posted.request_id().to_owned(),
        session_id: at.part("id").to_owned(),
    };
    match web.identity().end_session(web.ask(&me, asked)).await {
        Ok(_ended) => Ok(see(&format!("{ACCOUNT}?{DONE}=phien"))),
        Err(status) => Err(status.into()),
    }
}

async fn sign_out_everywhere(State(web): State<Web>, me: Me, _posted: Posted) -> Answer {
    let asked = SignOutRequest { only_this: false };
    web.identity().sign_out(web.ask(&me, asked)).await?;
    Ok(signed_out(&web, see(DOOR)))
}
