//! The pages before a whole system, and a browser without a window: it keeps cookies, follows nothing by itself, and
//! finds forms in what it reads.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use chiso_domain::kernel::time::SECOND;
use chiso_gateway::{Deps, Limits, SecondFactor, Services, WebSettings};
use chiso_platform::clock::Clock;
use chiso_platform::process::Process;
use chiso_platform::redis::Cache;
use chiso_tests::{PASSWORD, Sandbox, Shape, at};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Without the second factor, of which tests of its own are made.
pub(crate) fn settings() -> WebSettings {
    WebSettings {
        second_factor: SecondFactor::Offered,
        ..WebSettings::default()
    }
}

/// The pages of a system, by a clock of their own.
pub(crate) fn routes(sandbox: &Sandbox, clock: &Clock, web: WebSettings) -> Router {
    let channels = sandbox.local();
    let process = Process::open(sandbox.places(), clock.clone()).unwrap();
    process.cycles().connect(channels.registry.clone());
    let services = Services {
        identity: channels.identity.clone(),
        registry: channels.registry.clone(),
        survey: channels.survey.clone(),
        recheck: channels.recheck.clone(),
        leaders: channels.leaders.clone(),
        ledger: channels.ledger.clone(),
        ranking: channels.ranking.clone(),
    };
    chiso_gateway::router(Deps {
        services,
        cycles: process.cycles().clone(),
        clock: clock.clone(),
        key: process.service_key().clone(),
        checks: Vec::new(),
        limits: Limits::default(),
        cache: Cache::off(),
        web,
    })
}

/// A system whose pages are open.
pub(crate) struct Site {
    pub(crate) sandbox: Sandbox,
    router: Router,
    /// Of the pages.
    clock: Clock,
}

impl Site {
    /// On a new system, at an instant within the year.
    pub(crate) async fn open(now: &str, web: WebSettings) -> Self {
        Self::of(Sandbox::start(Shape::Embedded, at(now)).await, web)
    }

    /// The pages of a system.
    pub(crate) fn of(sandbox: Sandbox, web: WebSettings) -> Self {
        let clock = Clock::simulated(sandbox.clock.now());
        let router = routes(&sandbox, &clock, web);
        Self {
            sandbox,
            router,
            clock,
        }
    }

    /// So many seconds go by.
    pub(crate) fn wait(&self, seconds: i64) {
        let later = self.sandbox.clock.now().plus(seconds * SECOND);
        self.sandbox.clock.set(later);
        self.clock.set(later);
    }

    /// It is another time. A session ends after half an hour without a page, so that whoever was signed in long before
    /// signs in again.
    pub(crate) fn turn(&self, now: &str) {
        self.sandbox.clock.set(at(now));
        self.clock.set(at(now));
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::on(&self.router)
    }
}

/// A browser of one person.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

/// What it was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// As they came: of a workbook, which is no text.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header(LOCATION.as_str())
    }

    /// The value of the first field of that name.
    pub(crate) fn field(&self, name: &str) -> String {
        let begin = format!("name=\"{name}\"");
        let found = self.text.split_once(&begin);
        let (_, rest) = found.unwrap_or_else(|| panic!("no {name} in {}", self.text));
        let tag = rest.split('>').next().unwrap();
        let value = tag
            .split_once(" value=\"")
            .map_or("", |(_, value)| value.split('"').next().unwrap());
        value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }
}

const HTML: (&str, &str) = ("accept", "text/html");
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

impl Browser {
    /// Of these pages.
    pub(crate) fn on(router: &Router) -> Self {
        let (router, cookies) = (router.clone(), BTreeMap::new());
        Self { router, cookies }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[HTML], String::new()).await
    }

    /// Sends a form, from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[HTML, OWN]).await
    }

    /// The same with headers of one's own.
    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let form = headers.iter().copied();
        let form: Vec<_> = form
            .chain([("content-type", "application/x-www-form-urlencoded")])
            .collect();
        self.send("POST", path, &form, encoded(fields)).await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder().method(method).uri(path);
        request = request
            .header(COOKIE, cookies.join("; "))
            .header("host", "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let text = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&text).into_owned(),
            bytes: text.to_vec(),
        }
    }

    /// Signs in as people do: opens the page and sends its form.
    pub(crate) async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let door = self.get("/dang-nhap").await;
        let fields = [
            ("_csrf", door.field("_csrf")),
            ("tiep", door.field("tiep")),
            ("login", login.to_owned()),
            ("password", password.to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.post("/dang-nhap", &fields).await
    }

    /// Signs in with the password that everybody has.
    pub(crate) async fn enter(&mut self, login: &str) {
        assert_eq!(self.sign_in(login, PASSWORD).await.leads_to(), "/viec-cua-toi");
    }

    /// Loses the session, as by waiting too long.
    pub(crate) fn forget_session(&mut self) {
        self.cookies.remove("chiso");
    }
}

/// As a browser encodes a form.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let byte = |b: u8| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        };
        text.bytes().map(byte).collect::<String>()
    };
    let pair = |(name, value): &(&str, &str)| format!("{}={}", escape(name), escape(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}
