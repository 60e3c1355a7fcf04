//! The page of the account.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::Session;
use maud::{Markup, html};
use prost_types::Timestamp;

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::DOOR;
use super::account::{ALL_OUT, EMAIL, PASSWORD};
use super::factor::ENROL;

/// What the page shows.
#[derive(Debug)]
pub(super) struct Account<'a> {
    me: &'a Me,
    web: &'a Web,
    sessions: &'a [Session],
    done: Option<&'a str>,
}

impl<'a> Account<'a> {
    pub(super) const fn new(me: &'a Me, web: &'a Web, sessions: &'a [Session]) -> Self {
        Self {
            me,
            web,
            sessions,
            done: None,
        }
    }

    /// What was done before the page was opened.
    pub(super) const fn done(mut self, done: Option<&'a str>) -> Self {
        self.done = done;
        self
    }

    pub(super) fn show(&self, typed: &Typed, errors: &Errors) -> Response {
        let w = self.me.w;
        let login = Arg::Text(&self.me.person.login);
        let body = html! {
            @if let Some(done) = self.done.and_then(|done| told(w, done)) {
                (notice(Kind::Done, html! { p role="status" { (done) } }))
            }
            p { (w.tell("account-login", &[("login", login)])) }
            (self.letters(typed, errors))
            (self.password(errors))
            (self.factor())
            (self.list())
        };
        Page::of(self.me, w.say("account-title"))
            .errors(errors)
            .show(&body)
    }

    /// The fields that every form of the page has.
    fn fields(&self) -> Markup {
        html! {
            (hidden(self.me))
            input type="hidden" name=(REQUEST) value=(self.web.id());
        }
    }

    fn letters(&self, typed: &Typed, errors: &Errors) -> Markup {
        let w = self.me.w;
        // A form of this page that has no such field leaves what is stored.
        let stored = &self.me.person.email;
        let value = if errors.of("email").is_some() {
            typed.or("email", stored)
        } else {
            stored
        };
        let email = Field::new("email", w.say("account-email")).value(value);
        let email = email.hint(w.say("account-email-hint")).error(errors.of("email"));
        html! {
            section aria-labelledby="thu" {
                h2 #thu { (w.say("account-email-title")) }
                form.narrow method="post" action=(EMAIL) novalidate {
                    (self.fields())
                    (field::text(w, &email.autocomplete("email")))
                    div.buttons { button type="submit" { (w.say("account-email-save")) } }
                }
            }
        }
    }

    fn password(&self, errors: &Errors) -> Markup {
        let w = self.me.w;
        let old = Field::new("old_password", w.say("account-password-old")).required();
        let old = old
            .error(errors.of("old_password"))
            .autocomplete("current-password");
        let new = Field::new("new_password", w.say("account-password-new")).required();
        let new = new.error(errors.of("new_password")).autocomplete("new-password");
        html! {
            section aria-labelledby="mat-khau" {
                h2 #mat-khau { (w.say("account-password-title")) }
                form.narrow method="post" action=(PASSWORD) novalidate {
                    (self.fields())
                    (field::password(w, &old))
                    (field::password(w, &new.hint(w.say("account-password-hint"))))
                    div.buttons { button type="submit" { (w.say("account-password-save")) } }
                }
            }
        }
    }

    fn factor(&self) -> Markup {
        let w = self.me.w;
        html! {
            section aria-labelledby="xac-thuc" {
                h2 #xac-thuc { (w.say("account-factor-title")) }
                @if self.me.person.second_factor {
                    p { (chip(Kind::Done, w.say("account-factor-on"))) }
                    p { a href=(ENROL) { (w.say("account-factor-change")) } }
                } @else {
                    p { (chip(Kind::Quiet, w.say("account-factor-off"))) }
                    p { (w.say("account-factor-meaning")) }
                    p { a href=(ENROL) { (w.say("account-factor-set")) } }
                }
            }
        }
    }

    fn list(&self) -> Markup {
        let w = self.me.w;
        let column = |label| Column {
            key: "",
            label,
            numeric: false,
        };
        let table = Table {
            caption: w.say("account-sessions-meaning"),
            columns: vec![
                column(w.say("account-sessions-agent")),
                column(w.say("account-sessions-opened")),
                column(w.say("account-sessions-used")),
                column(w.say("account-sessions-ends")),
                column(w.say("account-sessions-act")),
            ],
            rows: self.sessions.iter().map(|one| self.row(one)).collect(),
            sort: None,
        };
        html! {
            section aria-labelledby="phien" {
                h2 #phien { (w.say("account-sessions-title")) }
                (table.show(w))
                form method="post" action=(ALL_OUT) {
                    (self.fields())
                    div.buttons { button type="submit" { (w.say("account-sign-out-all")) } }
                }
            }
        }
    }

    fn row(&self, one: &Session) -> Vec<Markup> {
        let w = self.me.w;
        let agent = if one.agent.is_empty() {
            w.say("account-session-unknown")
        } else {
            &one.agent
        };
        // It ends twelve hours after it was opened, or where it is not used, whichever is first.
        let ends = [&one.expires_at, &one.idle_ends_at];
        let ends = ends.into_iter().flatten().min_by_key(|at| (at.seconds, at.nanos));
        let end = format!("/tai-khoan/phien/{}/ket-thuc", one.session_id);
        let opened = shown(one.opened_at.as_ref());
        let act = if one.current {
            chip(Kind::Open, w.say("account-session-this"))
        } else {
            html! {
                form method="post" action=(end) {
                    (self.fields())
                    button.small type="submit" {
                        (w.say("account-session-end"))
                        span.unseen { " " (agent) " " (opened) }
                    }
                }
            }
        };
        vec![
            html! { (agent) },
            html! { (opened) },
            html! { (shown(one.last_used_at.as_ref())) },
            html! { (shown(ends)) },
            act,
        ]
    }
}

fn shown(at: Option<&Timestamp>) -> String {
    instant("at", at).map_or_else(|_| String::new(), format::instant)
}

fn told(w: Words, done: &str) -> Option<&'static str> {
    match done {
        "thu" => Some(w.say("account-email-saved")),
        "phien" => Some(w.say("account-session-ended")),
        _ => None,
    }
}

/// The password is another one, and so all sessions are over.
pub(super) fn password_set(w: Words) -> Response {
    let body = html! {
        (notice(Kind::Done, html! { p { (w.say("account-password-done")) } }))
        p { a href=(DOOR) { (w.say("account-to-door")) } }
    };
    Page::new(w, w.say("account-password-done-title")).show(&body)
}
