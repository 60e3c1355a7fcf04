//! The pages of the second factor.

use axum::response::Response;
use chiso_platform::words::Words;
use chiso_wire::identity::StartSecondFactorResponse;
use maud::{Markup, html};

use super::super::csrf;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::posted::REQUEST;
use super::account::ACCOUNT;
use super::factor::{CODE, CONFIRM, START, STARTED};
use super::qr;
use super::{DOOR, HOME, TO, Visit, again};

/// Where the code is typed in after the password.
#[derive(Debug)]
pub(super) struct CodePage<'a> {
    w: Words,
    visit: &'a Visit,
    to: &'a str,
    again: &'a str,
    errors: Option<&'a Errors>,
}

impl<'a> CodePage<'a> {
    pub(super) const fn new(w: Words, visit: &'a Visit, to: &'a str) -> Self {
        Self {
            w,
            visit,
            to,
            again: "",
            errors: None,
        }
    }

    /// What was typed into a form before.
    pub(super) const fn again(mut self, kept: &'a str) -> Self {
        self.again = kept;
        self
    }

    pub(super) const fn errors(mut self, errors: &'a Errors) -> Self {
        self.errors = Some(errors);
        self
    }

    pub(super) fn show(&self) -> Response {
        let w = self.w;
        let none = Errors::new(w);
        let errors = self.errors.unwrap_or(&none);
        let body = html! {
            form.narrow method="post" action=(CODE) novalidate {
                input type="hidden" name=(csrf::FIELD) value=(self.visit.csrf);
                input type="hidden" name=(TO) value=(self.to);
                @if !self.again.is_empty() { input type="hidden" name=(again::FIELD) value=(self.again); }
                (code(w, w.say("code-label"), w.say("code-hint"), errors))
                div.buttons {
                    button.main type="submit" { (w.say("code-go")) }
                    a href=(DOOR) { (w.say("code-back")) }
                }
            }
            p.quiet { (w.say("code-lost")) }
        };
        let page = Page::new(w, w.say("code-title")).errors(errors).script("core.js");
        self.visit.mark(page.show(&body))
    }
}

fn code(w: Words, label: &str, hint: &str, errors: &Errors) -> Markup {
    let field = Field::new("code", label).hint(hint).error(errors.of("code"));
    field::text(w, &field.required().autocomplete("one-time-code"))
}

/// What it is for, and the first step.
pub(super) fn begin(me: &Me, request: &str, forced: bool, errors: &Errors) -> Response {
    let w = me.w;
    let enrolled = me.person.second_factor;
    let body = html! {
        @if forced { (notice(Kind::Wanting, html! { p { (w.say("enrol-forced")) } })) }
        p { (w.say("account-factor-meaning")) }
        p { (w.say(if enrolled { "enrol-change" } else { "enrol-app" })) }
        form.narrow method="post" action=(START) novalidate {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(request);
            @if enrolled { (code(w, w.say("enrol-old"), w.say("enrol-old-hint"), errors)) }
            div.buttons { button.main type="submit" { (w.say("enrol-start")) } }
        }
    };
    own(me, forced, w.say("enrol-title")).errors(errors).show(&body)
}

/// The way back leads where a person may go already.
fn own<'a>(me: &'a Me, forced: bool, title: &'static str) -> Page<'a> {
    let page = Page::of(me, title);
    if forced {
        page
    } else {
        page.back(ACCOUNT, me.w.say("account-title"))
    }
}

/// The secret, as a QR code and in letters, and the field for its first code.
pub(super) fn scan(
    me: &Me,
    (started, request): (&str, &str),
    made: &StartSecondFactorResponse,
    errors: &Errors,
) -> Response {
    let w = me.w;
    let body = html! {
        p { (w.say("enrol-scan")) }
        @if let Some(qr) = qr::svg(&made.uri, w.say("enrol-qr")) { (qr) }
        p { (w.say("enrol-secret")) }
        p { code.secret { (in_fours(&made.secret)) } }
        p { a href=(made.uri) { (w.say("enrol-open")) } }
        form.narrow method="post" action=(CONFIRM) novalidate {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(request);
            input type="hidden" name=(STARTED) value=(started);
            (code(w, w.say("enrol-code"), w.say("enrol-code-hint"), errors))
            div.buttons { button.main type="submit" { (w.say("enrol-confirm")) } }
        }
    };
    Page::of(me, w.say("enrol-scan-title")).errors(errors).show(&body)
}

/// "ABCD EFGH", as one reads it out.
fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let fours: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    fours.join(" ")
}

/// The recovery codes, this once.
pub(super) fn recovery(me: &Me, codes: &[String]) -> Response {
    let w = me.w;
    let told = html! { p { (w.say("enrol-recovery")) } };
    let body = html! {
        (notice(Kind::Wanting, told))
        ol.codes aria-label=(w.say("enrol-recovery-list")) { @for one in codes { li { code { (one) } } } }
        div.buttons { a.main href=(HOME) { (w.say("enrol-go")) } }
    };
    Page::of(me, w.say("enrol-done-title")).show(&body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_out_in_fours() {
        assert_eq!(in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(in_fours(""), "");
    }
}
