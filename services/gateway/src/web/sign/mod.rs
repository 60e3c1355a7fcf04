//! Signing in and out, the account and its second factor, in which language to read, and going on with what was typed
//! before.

mod account;
mod account_view;
mod again;
mod agent;
mod factor;
mod factor_view;
mod qr;
mod view;

use axum::extract::State;
use axum::http::header::{HOST, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chiso_platform::rng;
use chiso_wire::identity::{Person, SignInRequest, SignInResponse, SignOutRequest};
use tonic::{Code, Status};

use super::at::At;
use super::client::Client;
use super::cookie::{SESSION, VISIT};
use super::errors::Errors;
use super::guard::Kept;
use super::me::{MaybeMe, Me};
use super::posted::Posted;
use super::save::see;
use super::state::Web;
use super::trouble::{Answer, Trouble};
use super::words::{self, CHOSEN, tagged};
use super::{Mount, Who, csrf, mount};
use chiso_platform::words::Words;

pub(super) use factor::{ENROL, is_due as second_factor_is_due};
use view::SignIn;

/// Where whoever is signed in begins.
pub(super) const HOME: &str = "/viec-cua-toi";
/// Where one signs in.
const DOOR: &str = "/dang-nhap";
/// What a script calls so that a session goes on.
pub(super) const STAY: &str = "/phien";
/// Where one signs out.
const OUT: &str = "/dang-xuat";
/// The field and parameter with where to go on.
const TO: &str = "tiep";
/// The language is kept for a year.
const A_YEAR: u32 = 365 * 86_400;

pub(super) fn routes() -> Vec<Mount> {
    let own = vec![
        mount(DOOR, Who::Everyone, get(show).post(sign_in)),
        mount(OUT, Who::SignedIn, post(sign_out)),
        mount(STAY, Who::SignedIn, post(stay)),
        mount("/ngon-ngu/{lang}", Who::Everyone, get(speak)),
    ];
    let all = [own, factor::routes(), account::routes()];
    all.into_iter().flatten().collect()
}

async fn show(State(web): State<Web>, uri: Uri, at: At, headers: HeaderMap) -> Answer {
    let (w, to) = (words::of(&uri, &headers), local(at.query(TO).unwrap_or(HOME)));
    // Also whoever has to set up the second factor first, and so far is nobody to the pages for everyone.
    if Me::find(&web, &headers, w).await.is_ok() {
        return Ok(see(to));
    }
    let visit = Visit::of(&web, &headers);
    let sign_in = SignIn {
        to,
        ..SignIn::new(w, &web, &visit)
    };
    Ok(sign_in.show())
}

async fn sign_in(
    State(web): State<Web>,
    reader: MaybeMe,
    Client(client): Client,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let asked = asked(&web, client, &headers, &posted);
    match web.identity().sign_in(web.ask_as_pages(asked)).await {
        Ok(reply) => Ok(entered(&web, reader.w, &headers, &posted, &reply.into_inner())),
        Err(status) if is_refusal(&status) => Ok(refused(&web, reader.w, &headers, &posted, &status)),
        Err(status) => Err(Trouble::Problem(status.into())),
    }
}

fn asked(web: &Web, client: String, headers: &HeaderMap, posted: &Posted) -> SignInRequest {
    SignInRequest {
        login: posted.text("login").trim().to_owned(),
        password: posted.text("password").to_owned(),
        client,
        agent: agent::of(headers),
        idle_minutes: web.settings().idle_minutes.try_into().unwrap_or(0),
    }
}

/// The password was right: goes on, or asks for the code.
fn entered(web: &Web, w: Words, headers: &HeaderMap, posted: &Posted, reply: &SignInResponse) -> Response {
    if reply.pending.is_empty() {
        signed_in(web, w, posted, (name_of(reply.person.as_ref()), &reply.token))
    } else {
        factor::wanted(web, w, headers, posted, &reply.pending)
    }
}

fn name_of(person: Option<&Person>) -> &str {
    person.map_or("", |person| &person.name)
}

/// Goes on where the person was, or shows what was typed there. What the forms of the visit were tied to is over: only
/// the session's token is good for its forms.
fn signed_in(web: &Web, w: Words, posted: &Posted, (name, token): (&str, &str)) -> Response {
    let to = local(posted.text(TO));
    let mut response = match posted.text(again::FIELD) {
        "" => see(to),
        form => again::page(w, to, form.as_bytes(), (name, &csrf::of(token))),
    };
    let cookies = web.cookies();
    for cookie in [cookies.set(SESSION, token), cookies.drop(VISIT)] {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn refused(web: &Web, w: Words, headers: &HeaderMap, posted: &Posted, status: &Status) -> Response {
    let mut errors = Errors::of_status(w, status, &[("login", "login"), ("password", "password")]);
    let visit = Visit::of(web, headers);
    let waits = status.code() == Code::ResourceExhausted;
    if waits {
        errors = errors.titled(w.say("error-locked"));
    }
    let sign_in = SignIn {
        login: posted.text("login"),
        to: local(posted.text(TO)),
        again: posted.text(again::FIELD),
        errors: Some(&errors),
        waits,
        ..SignIn::new(w, web, &visit)
    };
    let mut response = sign_in.show();
    if waits {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    response
}

/// A wrong password and too many of them are told on the form.
fn is_refusal(status: &Status) -> bool {
    let told = [
        Code::PermissionDenied,
        Code::Unauthenticated,
        Code::InvalidArgument,
        Code::ResourceExhausted,
    ];
    told.contains(&status.code())
}

async fn sign_out(State(web): State<Web>, me: Me, _posted: Posted) -> Answer {
    let asked = web.ask(&me, SignOutRequest { only_this: true });
    web.identity().sign_out(asked).await?;
    let mut response = see(DOOR);
    let cookie = web.cookies().drop(SESSION);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// A script asks that the session goes on, as any page does, and is told how long it has.
async fn stay(me: Me, _posted: Posted) -> Answer {
    let told = serde_json::json!({ "seconds": me.idle_seconds });
    Ok(axum::Json(told).into_response())
}

/// Chooses a language and comes back to the page from which it was chosen.
async fn speak(at: At, headers: HeaderMap, State(web): State<Web>) -> Answer {
    let lang = tagged(at.part("lang")).ok_or_else(Trouble::missing)?;
    let from = came_from(&headers);
    let mut response = see(local(&from));
    let cookie = web.cookies().keep_open(CHOSEN, lang.tag(), A_YEAR);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// Path and query of the page of ours that led here.
fn came_from(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from: Option<Uri> = text(REFERER).and_then(|from| from.parse().ok());
    let own = from.filter(|from| from.authority().map(|a| a.as_str()) == text(HOST));
    let path = own.as_ref().and_then(Uri::path_and_query);
    path.map_or(HOME, |path| path.as_str()).to_owned()
}

/// An address of this site, else where everybody begins: nobody is led elsewhere by a link to our sign-in page.
fn local(to: &str) -> &str {
    let plain = to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let own = to.starts_with('/') && !to.starts_with("//") && to.len() <= 1_024;
    if own && plain { to } else { HOME }
}

/// A visit of somebody who is not signed in: what its forms are tied to, and the cookie to set where it has none yet.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) csrf: String,
    cookie: Option<axum::http::HeaderValue>,
}

impl Visit {
    pub(super) fn of(web: &Web, headers: &HeaderMap) -> Self {
        if let Some(known) = web.cookies().read(headers, VISIT) {
            let csrf = csrf::of(known);
            return Self { csrf, cookie: None };
        }
        let secret = hex::encode(rng::bytes::<16>());
        Self {
            csrf: csrf::of(&secret),
            cookie: Some(web.cookies().set(VISIT, &secret)),
        }
    }

    /// Puts the cookie on an answer.
    pub(super) fn mark(&self, mut response: Response) -> Response {
        if let Some(cookie) = self.cookie.clone() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// What is shown instead of a page that needs a session: the way to sign in, with what was typed; or what was typed
/// into a form of an earlier session, to be sent again by hand.
pub(super) async fn instead(web: &Web, w: Words, kept: &Kept, trouble: &Trouble) -> Response {
    let to = local(&kept.to);
    let path = to.split('?').next().unwrap_or_default();
    let at_the_door = [DOOR, factor::CODE].contains(&path);
    if matches!(trouble, Trouble::Stale)
        && let Ok(me) = Me::find(web, &kept.headers, w).await
    {
        return match &kept.form {
            // In another window the person signed in already.
            _ if at_the_door => see(HOME),
            None => see(&back(kept)),
            Some(form) => again::page(w, to, form, (&me.person.name, &me.csrf())),
        };
    }
    match &kept.form {
        // Whoever wanted to go out is out.
        _ if path == OUT => see(DOOR),
        _ if at_the_door => ended(web, kept, SignInAgain::new(w, "sign-stale")),
        None => see(&format!("{DOOR}?{TO}={}", encoded(&back(kept)))),
        Some(form) => {
            let (typed, from) = (again::kept(form), back(kept));
            ended(web, kept, SignInAgain::of(w, typed.as_deref(), (to, &from)))
        }
    }
}

/// Where to go on after something was sent of which nothing is kept: the page it was sent from. Some addresses can only
/// be sent to.
fn back(kept: &Kept) -> String {
    if kept.posted {
        local(&came_from(&kept.headers)).to_owned()
    } else {
        local(&kept.to).to_owned()
    }
}

/// Why somebody signs in again, with what, and where to go on.
struct SignInAgain<'a> {
    w: Words,
    why: &'static str,
    typed: &'a str,
    to: &'a str,
}

impl<'a> SignInAgain<'a> {
    const fn new(w: Words, why: &'static str) -> Self {
        let (typed, to) = ("", HOME);
        Self { w, why, typed, to }
    }

    /// With what was typed, to be sent `to` where it was; else back to where it came `from`.
    fn of(w: Words, typed: Option<&'a str>, (to, from): (&'a str, &'a str)) -> Self {
        let why = if typed.is_some() {
            "sign-ended"
        } else {
            "sign-too-long"
        };
        let typed = typed.unwrap_or_default();
        let to = if typed.is_empty() { from } else { to };
        Self { w, why, typed, to }
    }
}

fn ended(web: &Web, kept: &Kept, again: SignInAgain<'_>) -> Response {
    let errors = Errors::one(again.w, again.w.say(again.why));
    let visit = Visit::of(web, &kept.headers);
    let sign_in = SignIn {
        to: again.to,
        again: again.typed,
        errors: Some(&errors),
        ..SignIn::new(again.w, web, &visit)
    };
    let mut response = sign_in.show();
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for own in ["/", "/viec-cua-toi?a=1", "/xep-hang/2026/department/SYT"] {
            assert_eq!(local(own), own);
        }
        for foreign in [
            "",
            "//evil.vn",
            "/\\evil.vn",
            "https://evil.vn",
            "javascript:x",
            "/a\nb",
            "/ă",
            "a",
        ] {
            assert_eq!(local(foreign), HOME, "{foreign}");
        }
    }

    #[test]
    fn the_language_is_chosen_where_one_was() {
        let from = |referer: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("a.vn"));
            headers.insert(REFERER, HeaderValue::from_static(referer));
            came_from(&headers)
        };
        assert_eq!(from("https://a.vn/xep-hang/2026?x=1"), "/xep-hang/2026?x=1");
        assert_eq!(from("https://b.vn/xep-hang"), HOME);
        assert_eq!(came_from(&HeaderMap::new()), HOME);
    }
}
