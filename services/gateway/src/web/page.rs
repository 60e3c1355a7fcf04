//! The one layout: what stands around the content of every page.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use chiso_platform::words::{Arg, Lang, Words};
use chiso_wire::identity::Role;
use maud::{DOCTYPE, Markup, html};

use super::assets::href;
use super::csrf;
use super::errors::Errors;
use super::format;
use super::me::{MaybeMe, Me};
use super::organise::CYCLES;
use super::parts::kept::Written;
use super::parts::summary;

/// A page as it is put together.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    w: Words,
    title: String,
    me: Option<&'a Me>,
    back: Option<(String, &'a str)>,
    errors: Option<&'a Errors>,
    wide: bool,
    scripts: Vec<&'static str>,
}

impl<'a> Page<'a> {
    /// For nobody in particular.
    pub(super) fn new(w: Words, title: impl Into<String>) -> Self {
        Self {
            w,
            title: title.into(),
            me: None,
            back: None,
            errors: None,
            wide: false,
            scripts: Vec::new(),
        }
    }

    /// For whoever opens it.
    pub(super) fn of(me: &'a Me, title: impl Into<String>) -> Self {
        Self {
            me: Some(me),
            scripts: vec!["core.js", "session.js"],
            ..Self::new(me.w, title)
        }
    }

    /// For everyone, with the name of who is signed in.
    pub(super) fn open(reader: &'a MaybeMe, title: impl Into<String>) -> Self {
        Self {
            me: reader.me.as_ref(),
            ..Self::new(reader.w, title)
        }
    }

    /// The way back, above the heading.
    pub(super) fn back(mut self, href: impl Into<String>, label: &'a str) -> Self {
        self.back = Some((href.into(), label));
        self
    }

    /// What is to be corrected: first on the page, in its title, and by its status. Nothing where there is nothing.
    pub(super) fn errors(mut self, errors: &'a Errors) -> Self {
        self.errors = (!errors.is_empty()).then_some(errors);
        self
    }

    /// As wide as the window: for tables.
    pub(super) const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// With a script of [`assets`](super::assets).
    pub(super) fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// The answer.
    pub(super) fn show(self, body: &Markup) -> Response {
        let page = self.write(body);
        let written = self.errors.map(|_| Written {
            w: self.w,
            page: page.clone(),
        });
        let mut response = Response::new(Body::from(page));
        if let Some(written) = written {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            response.extensions_mut().insert(written);
        }
        let own = response.headers_mut();
        own.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        own.insert(CONTENT_LANGUAGE, HeaderValue::from_static(self.w.lang().tag()));
        response
    }

    /// The page's text.
    pub(super) fn write(&self, body: &Markup) -> String {
        let w = self.w;
        let last = self.me.and_then(|me| me.last_seconds);
        let session = self.me.and_then(|me| me.idle_seconds).or(last);
        let page = html! {
            (DOCTYPE)
            html lang=(w.lang().tag()) {
                (self.head())
                body data-session=[session] data-session-at-most=[last] data-warning=[session.map(|_| w.say("session-warning"))]
                    data-ended=[session.map(|_| w.say("session-ended"))]
                    data-go-on=[session.map(|_| w.say("session-go-on"))] data-csrf=[self.me.map(Me::csrf)] {
                    a.skip href="#noi-dung" { (w.say("common-skip")) }
                    (self.header_line())
                    main #noi-dung .wide[self.wide] tabindex="-1" {
                        @if let Some((href, label)) = &self.back {
                            nav.back aria-label=(w.say("common-back")) { a href=(href) { (label) } }
                        }
                        @if let Some(errors) = self.errors { (summary::errors(errors, body)) }
                        h1 { (self.title) }
                        (body)
                    }
                    footer.site {
                        @if let Some(me) = self.me {
                            @let now = format::instant(me.now);
                            p { (w.tell("common-server-time", &[("now", Arg::Text(&now))])) }
                        }
                        p { (w.say("common-footer")) }
                    }
                }
            }
        };
        page.into_string()
    }

    fn head(&self) -> Markup {
        let w = self.w;
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title {
                    @if self.errors.is_some() { (w.say("error-before-title")) " " }
                    (self.title) " – " (w.say("common-site"))
                }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(href("site.css"));
                @for script in &self.scripts { script src=(href(script)) defer {} }
            }
        }
    }

    fn header_line(&self) -> Markup {
        let w = self.w;
        html! {
            header.site {
                p.name { a href="/" { (w.say("common-site")) } }
                nav.main aria-label=(w.say("common-menu")) {
                    a href="/" { (w.say("common-ranking")) }
                    @if let Some(me) = self.me {
                        a href="/viec-cua-toi" { (w.say("common-tasks")) }
                        @if me.has(&[Role::Organiser, Role::Auditor], None) { a href=(CYCLES) { (w.say("common-organise")) } }
                    }
                    @else { a href="/dang-nhap" rel="nofollow" { (w.say("sign-in")) } }
                }
                @if let Some(me) = self.me { (who(me)) }
                (languages(w))
            }
        }
    }
}

/// Who is signed in, and the way out.
fn who(me: &Me) -> Markup {
    let w = me.w;
    html! {
        div.who {
            a href="/tai-khoan" { (me.person.name) }
            form method="post" action="/dang-xuat" {
                (hidden(me))
                button.link type="submit" { (w.say("sign-out")) }
            }
        }
    }
}

/// The hidden field that every form has.
pub(super) fn hidden(me: &Me) -> Markup {
    html! { input type="hidden" name=(csrf::FIELD) value=(me.csrf()); }
}

/// The names of the languages, each in itself; the page comes back in the one chosen.
fn languages(w: Words) -> Markup {
    let one = |lang: Lang, name: &'static str| {
        let current = (w.lang() == lang).then_some("true");
        let to = format!("/ngon-ngu/{}", lang.tag());
        html! { li { a href=(to) hreflang=(lang.tag()) lang=(lang.tag()) aria-current=[current] rel="nofollow" { (name) } } }
    };
    html! {
        nav.languages aria-label=(w.say("common-languages")) {
            ul {
                (one(Lang::Vi, w.say("common-vietnamese")))
                (one(Lang::En, w.say("common-english")))
            }
        }
    }
}
