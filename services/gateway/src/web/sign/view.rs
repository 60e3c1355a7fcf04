//! The page on which one signs in.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use maud::html;

use super::super::csrf;
use super::super::errors::Errors;
use super::super::page::Page;
use super::super::parts::field::{self, Field};
use super::super::state::Web;
use super::{DOOR, HOME, TO, Visit, again};

/// What the page shows.
#[derive(Debug)]
pub(super) struct SignIn<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) visit: &'a Visit,
    pub(super) login: &'a str,
    pub(super) to: &'a str,
    pub(super) again: &'a str,
    pub(super) errors: Option<&'a Errors>,
    /// Whether one has to wait after too many wrong passwords.
    pub(super) waits: bool,
}

impl<'a> SignIn<'a> {
    pub(super) const fn new(w: Words, web: &'a Web, visit: &'a Visit) -> Self {
        Self {
            w,
            web,
            visit,
            login: "",
            to: HOME,
            again: "",
            errors: None,
            waits: false,
        }
    }

    pub(super) fn show(&self) -> Response {
        let w = self.w;
        let help = &self.web.settings().help;
        let none = Errors::new(w);
        let errors = self.errors.unwrap_or(&none);
        let login = Field::new("login", w.say("sign-login")).value(self.login);
        let login = login
            .error(errors.of("login"))
            .required()
            .autocomplete("username");
        let password = Field::new("password", w.say("sign-password")).required();
        let password = password
            .error(errors.of("password"))
            .autocomplete("current-password");
        let body = html! {
            form.narrow method="post" action=(DOOR) novalidate {
                input type="hidden" name=(csrf::FIELD) value=(self.visit.csrf);
                input type="hidden" name=(TO) value=(self.to);
                @if !self.again.is_empty() {
                    input type="hidden" name=(again::FIELD) value=(self.again);
                    p { (w.say("sign-kept")) }
                }
                (field::text(w, &login))
                (field::password(w, &password))
                div.buttons { button.main type="submit" { (w.say("sign-in")) } }
            }
            @if self.waits { p { (w.say("sign-waits")) } }
            @if !help.is_empty() { p.quiet { (w.tell("sign-help", &[("whom", Arg::Text(help))])) } }
        };
        let page = Page::new(w, w.say("sign-title")).errors(errors).script("core.js");
        self.visit.mark(page.show(&body))
    }
}
