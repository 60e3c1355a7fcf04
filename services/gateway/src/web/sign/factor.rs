//! The second factor: the code at sign-in, and setting it up.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use chiso_platform::auth::NEED_FACTOR;
use chiso_platform::error::reason_of;
use chiso_platform::words::Words;
use chiso_wire::identity::{
    ConfirmSecondFactorRequest, ConfirmSecondFactorResponse, FinishSignInRequest, FinishSignInResponse,
    StartSecondFactorRequest, StartSecondFactorResponse,
};
use tonic::{Code, Status};

use super::super::cookie::{HALF, SESSION};
use super::super::errors::Errors;
use super::super::me::{MaybeMe, Me};
use super::super::posted::Posted;
use super::super::save::see;
use super::super::settings::SecondFactor;
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::super::{Mount, Who, mount};
use super::factor_view::{self as view, CodePage};
use super::view::SignIn;
use super::{DOOR, TO, Visit, again, is_refusal, local, name_of, signed_in};

/// Where the code is typed in.
pub(super) const CODE: &str = "/dang-nhap/ma";
/// Where the second factor is set up.
pub(crate) const ENROL: &str = "/tai-khoan/xac-thuc";
pub(super) const START: &str = "/tai-khoan/xac-thuc/bat-dau";
pub(super) const CONFIRM: &str = "/tai-khoan/xac-thuc/xac-nhan";
/// The field with the request that made the secret, by which it is shown again after a wrong code.
pub(super) const STARTED: &str = "_started";
/// Half a sign-in is good for so long.
const FIVE_MINUTES: u32 = 300;

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount(CODE, Who::Everyone, get(ask).post(finish)),
        mount(ENROL, Who::SignedIn, get(show)),
        mount(START, Who::SignedIn, get(show).post(start)),
        mount(CONFIRM, Who::SignedIn, get(show).post(confirm)),
    ]
}

/// Whether somebody has to set up the second factor before anything else. The services refuse them, too.
pub(crate) fn is_due(web: &Web, me: &Me, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let free = path.starts_with(ENROL) || path == super::OUT;
    web.settings().second_factor == SecondFactor::Required
        && !me.person.second_factor
        && me.has(&NEED_FACTOR, None)
        && !free
}

/// The password was right, and a code is wanted. What was typed before comes along in the form.
pub(super) fn wanted(web: &Web, w: Words, headers: &HeaderMap, posted: &Posted, pending: &str) -> Response {
    let to = local(posted.text(TO));
    let mut response = match posted.text(again::FIELD) {
        "" => see(&format!("{CODE}?{TO}={}", super::encoded(to))),
        kept => {
            let visit = Visit::of(web, headers);
            CodePage::new(w, &visit, to).again(kept).show()
        }
    };
    let cookie = web.cookies().keep(HALF, pending, FIVE_MINUTES);
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

async fn ask(
    State(web): State<Web>,
    reader: MaybeMe,
    at: super::super::at::At,
    headers: HeaderMap,
) -> Answer {
    if web.cookies().read(&headers, HALF).is_none() {
        return Ok(see(DOOR));
    }
    let visit = Visit::of(&web, &headers);
    let to = local(at.query(TO).unwrap_or_default());
    Ok(CodePage::new(reader.w, &visit, to).show())
}

async fn finish(State(web): State<Web>, reader: MaybeMe, headers: HeaderMap, posted: Posted) -> Answer {
    let w = reader.w;
    let asked = FinishSignInRequest {
        pending: web.cookies().read(&headers, HALF).unwrap_or_default().to_owned(),
        code: posted.text("code").to_owned(),
    };
    let mut response = match web.identity().finish_sign_in(web.ask_openly(asked)).await {
        Ok(reply) => inside(&web, w, &posted, &reply.into_inner()),
        Err(status) if is_refusal(&status) => return Ok(refused(&web, w, &headers, &posted, &status)),
        Err(status) => return Err(Trouble::Problem(status.into())),
    };
    let gone = web.cookies().drop(HALF);
    response.headers_mut().append(SET_COOKIE, gone);
    Ok(response)
}

fn inside(web: &Web, w: Words, posted: &Posted, reply: &FinishSignInResponse) -> Response {
    let whose = (name_of(reply.person.as_ref()), reply.token.as_str());
    signed_in(web, w, posted, whose)
}

/// A wrong code is typed again; a sign-in that is over begins anew.
fn refused(web: &Web, w: Words, headers: &HeaderMap, posted: &Posted, status: &Status) -> Response {
    let mut errors = Errors::of_status(w, status, &[("code", "code")]);
    let waits = status.code() == Code::ResourceExhausted;
    if waits {
        errors = errors.titled(w.say("error-locked"));
    }
    let (visit, to) = (Visit::of(web, headers), local(posted.text(TO)));
    let kept = posted.text(again::FIELD);
    let mut response = if reason_of(status) == "SIGN_IN_EXPIRED" {
        let sign_in = SignIn {
            to,
            again: kept,
            errors: Some(&errors),
            ..SignIn::new(w, web, &visit)
        };
        sign_in.show()
    } else {
        CodePage::new(w, &visit, to).again(kept).errors(&errors).show()
    };
    if waits {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    response
}

async fn show(State(web): State<Web>, me: Me) -> Answer {
    let forced = is_due(&web, &me, "");
    Ok(view::begin(&me, &web.id(), forced, &Errors::new(me.w)))
}

async fn start(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let started = posted.request_id().to_owned();
    match begun(&web, &me, &started, posted.text("code")).await {
        Ok(made) => Ok(scan(&web, &me, &started, &made, &Errors::new(me.w))),
        Err(status) => {
            let errors = told(&me, status)?;
            Ok(view::begin(&me, &web.id(), is_due(&web, &me, ""), &errors))
        }
    }
}

async fn begun(
    web: &Web,
    me: &Me,
    request_id: &str,
    code: &str,
) -> Result<StartSecondFactorResponse, Status> {
    let asked = StartSecondFactorRequest {
        request_id: request_id.to_owned(),
        code: code.to_owned(),
    };
    let reply = web.identity().start_second_factor(web.ask(me, asked)).await?;
    Ok(reply.into_inner())
}

/// The QR code; the way to begin anew where the secret is not shown any more.
fn scan(web: &Web, me: &Me, started: &str, made: &StartSecondFactorResponse, errors: &Errors) -> Response {
    if made.secret.is_empty() {
        return see(ENROL);
    }
    view::scan(me, (started, &web.id()), made, errors)
}

async fn confirm(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let asked = ConfirmSecondFactorRequest {
        request_id: posted.request_id().to_owned(),
        code: posted.text("code").to_owned(),
    };
    let asked = web.ask(&me, asked);
    match web.identity().confirm_second_factor(asked).await {
        Ok(reply) => Ok(confirmed(&web, me, reply.into_inner())),
        Err(status) => {
            let errors = told(&me, status)?;
            let made = begun(&web, &me, posted.text(STARTED), "").await?;
            Ok(scan(&web, &me, posted.text(STARTED), &made, &errors))
        }
    }
}

/// The recovery codes, this once; the session goes on under its new token.
fn confirmed(web: &Web, me: Me, reply: ConfirmSecondFactorResponse) -> Response {
    if reply.token.is_empty() {
        return see(ENROL);
    }
    let cookie = web.cookies().set(SESSION, &reply.token);
    let me = Me {
        token: reply.token,
        ..me
    };
    let mut response = view::recovery(&me, &reply.recovery_codes);
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// What is refused of what was typed; anything else is shown as it is everywhere.
fn told(me: &Me, status: Status) -> Result<Errors, Trouble> {
    let refusals = [
        Code::PermissionDenied,
        Code::InvalidArgument,
        Code::FailedPrecondition,
        Code::ResourceExhausted,
    ];
    if refusals.contains(&status.code()) {
        Ok(Errors::of_status(me.w, &status, &[("code", "code")]))
    } else {
        Err(status.into())
    }
}
