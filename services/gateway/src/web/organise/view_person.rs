//! The page of one account.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::{Grant, Role, Token};
use maud::{Markup, html};
use prost_types::Timestamp;

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::state::Web;
use super::PEOPLE;
use super::desk::{hidden_fields, told};
use super::organiser::keeps_accounts;
use super::people::{PASSWORD, ROLES};
use super::person::{Account, REVOKE_REASON};
use super::view_people::{grant_fields, granted, state};

/// What every part of the page is made of.
struct Parts<'a> {
    web: &'a Web,
    me: &'a Me,
    account: &'a Account,
    typed: &'a Typed,
    errors: &'a Errors,
}

pub(super) fn page(
    (web, me): (&Web, &Me),
    account: &Account,
    (typed, errors): (&Typed, &Errors),
    done: Option<&str>,
) -> Response {
    let (w, person) = (me.w, &account.person);
    let parts = Parts {
        web,
        me,
        account,
        typed,
        errors,
    };
    let own = person.person_id == me.person.person_id;
    let changes = !own && !person.disabled && keeps_accounts(me);
    let body = html! {
        @if let Some(done) = done { (told(done_of(w, done))) }
        dl.facts {
            dt { (w.say("people-login")) } dd { (person.login) }
            dt { (w.say("organise-state")) } dd { (state(w, person)) }
        }
        @if own && keeps_accounts(me) { (notice(Kind::Quiet, html! { p { (w.say("people-own")) } p { a href="/tai-khoan" { (w.say("people-to-own")) } } })) }
        @if person.disabled { (notice(Kind::Locked, html! { p { (w.say("people-disabled-meaning")) } })) }
        (parts.roles(!changes))
        @if changes {
            @if account.is_program() { (parts.tokens()) }
            (parts.password())
            (parts.email())
            (parts.factor())
            (parts.disable())
        }
    };
    let page = Page::of(me, person.name.clone()).back(PEOPLE, w.say("organise-people"));
    page.errors(errors).show(&body)
}

fn done_of(w: Words, done: &str) -> &'static str {
    match done {
        "moi" => w.say("people-created"),
        "quyen" => w.say("people-granted"),
        "thu-hoi" => w.say("people-revoked"),
        "mat-khau" => w.say("people-password-set"),
        "thu" => w.say("people-email-set"),
        "xac-thuc" => w.say("people-factor-reset"),
        "khoa" => w.say("people-disabled-done"),
        "bo-ma" => w.say("people-token-revoked"),
        _ => w.say("people-done"),
    }
}

impl Parts<'_> {
    fn w(&self) -> Words {
        self.me.w
    }

    fn href(&self, rest: &str) -> String {
        format!("{PEOPLE}/{}{rest}", self.account.person.person_id)
    }

    fn hidden(&self) -> Markup {
        hidden_fields(self.web, self.me)
    }

    /// A field whose name no other form of the page has.
    fn text(&self, name: &'static str, label: &'static str) -> Field<'_> {
        let field = Field::new(name, label).value(self.typed.or(name, ""));
        field.error(self.errors.of(name))
    }

    fn roles(&self, locked: bool) -> Markup {
        let w = self.w();
        let grants = &self.account.person.grants;
        html! {
            section aria-labelledby="vai-tro" {
                h2 #vai-tro { (w.say("people-roles")) }
                @if grants.is_empty() { (empty(w.say("people-no-roles"))) }
                ul.grants { @for (at, grant) in grants.iter().enumerate() { li { (self.grant(at, grant, locked)) } } }
                @if !locked {
                    h3 { (w.say("people-grant")) }
                    p { (w.say("people-grant-meaning")) }
                    form.narrow method="post" action=(self.href("/quyen")) novalidate {
                        (self.hidden())
                        (grant_fields(w, &self.account.places, (self.typed, self.errors)))
                        div.buttons { button.main type="submit" { (w.say("people-grant-act")) } }
                    }
                }
            }
        }
    }

    fn grant(&self, at: usize, grant: &Grant, locked: bool) -> Markup {
        let w = self.w();
        let mut text = granted(w, grant);
        if grant.role() == Role::LeaderSecretary {
            let mut leaders = self.account.places.leaders.iter();
            if let Some((_, name)) = leaders.find(|(id, _)| *id == grant.unit) {
                text = format!("{text} · {name}");
            }
        }
        let role = ROLES.iter().find(|(role, _, _)| *role == grant.role());
        let role = role.map_or("", |(_, value, _)| *value);
        let name = format!("{REVOKE_REASON}-{at}");
        let reason = Field::new(&name, w.say("organise-reason")).required();
        let reason = reason
            .value(self.typed.or(&name, ""))
            .error(self.errors.of(&name));
        html! {
            strong { (text) }
            @if !locked {
                details open[self.errors.of(&name).is_some()] {
                    summary { (w.say("people-revoke")) span.unseen { " " (text) } }
                    form.narrow method="post" action=(self.href("/thu-hoi")) novalidate {
                        (self.hidden())
                        input type="hidden" name="thu-so" value=(at);
                        input type="hidden" name="thu-vai-tro" value=(role);
                        input type="hidden" name="thu-dot" value=(grant.cycle);
                        input type="hidden" name="thu-don-vi" value=(grant.unit);
                        p { (w.say("people-revoke-meaning")) }
                        (field::text(w, &reason))
                        div.buttons { button type="submit" { (w.say("people-revoke-act")) } }
                    }
                }
            }
        }
    }

    fn password(&self) -> Markup {
        let w = self.w();
        let field = Field::new(PASSWORD, w.say("people-password")).required();
        let field = field
            .hint(w.say("people-password-hint"))
            .error(self.errors.of(PASSWORD));
        html! {
            section aria-labelledby="mat-khau" {
                h2 #mat-khau { (w.say("people-set-password")) }
                p { (w.say("people-set-password-meaning")) }
                form.narrow method="post" action=(self.href("/mat-khau")) novalidate {
                    (self.hidden())
                    (field::password(w, &field.autocomplete("new-password")))
                    div.buttons { button type="submit" { (w.say("people-set-password-act")) } }
                }
            }
        }
    }

    fn email(&self) -> Markup {
        let w = self.w();
        let stored = &self.account.person.email;
        let wrong = self.errors.of("thu");
        let value = if wrong.is_some() {
            self.typed.or("thu", stored)
        } else {
            stored
        };
        let field = Field::new("thu", w.say("people-email")).value(value).error(wrong);
        html! {
            section aria-labelledby="thu" {
                h2 #thu { (w.say("people-email")) }
                form.narrow method="post" action=(self.href("/thu")) novalidate {
                    (self.hidden())
                    (field::text(w, &field.hint(w.say("people-email-hint"))))
                    div.buttons { button type="submit" { (w.say("people-email-act")) } }
                }
            }
        }
    }

    fn factor(&self) -> Markup {
        let w = self.w();
        html! {
            section aria-labelledby="xac-thuc" {
                h2 #xac-thuc { (w.say("people-factor")) }
                @if self.account.person.second_factor {
                    p { (w.say("people-factor-meaning")) }
                    form.narrow method="post" action=(self.href("/xac-thuc")) novalidate {
                        (self.hidden())
                        (field::text(w, &self.text("ma-ly-do", w.say("organise-reason")).required()))
                        div.buttons { button type="submit" { (w.say("people-factor-act")) } }
                    }
                } @else {
                    p { (w.say("people-factor-none")) }
                }
            }
        }
    }

    fn disable(&self) -> Markup {
        let w = self.w();
        html! {
            section aria-labelledby="khoa" {
                h2 #khoa { (w.say("people-disable")) }
                p { (w.say("people-disable-meaning")) }
                form.narrow method="post" action=(self.href("/khoa")) novalidate {
                    (self.hidden())
                    (field::text(w, &self.text("khoa-ly-do", w.say("organise-reason")).required()))
                    div.buttons { button type="submit" { (w.say("people-disable-act")) } }
                }
            }
        }
    }

    fn tokens(&self) -> Markup {
        let w = self.w();
        let column = |label| Column {
            key: "",
            label,
            numeric: false,
        };
        let table = Table {
            caption: w.say("people-tokens"),
            columns: vec![
                column(w.say("people-token-label")),
                column(w.say("people-token-made")),
                column(w.say("people-token-ends")),
                column(w.say("organise-state")),
            ],
            rows: self
                .account
                .tokens
                .iter()
                .map(|token| self.token(token))
                .collect(),
            sort: None,
        };
        let days = Field::new("so-ngay", w.say("people-token-days")).required();
        let wrong = self.errors.of("so-ngay");
        let days = days
            .value(if wrong.is_some() {
                self.typed.or("so-ngay", "")
            } else {
                "365"
            })
            .error(wrong);
        let id = self.web.id();
        html! {
            section aria-labelledby="ma-truy-cap" {
                h2 #ma-truy-cap { (w.say("people-tokens")) }
                p { (w.say("people-tokens-meaning")) }
                @if table.rows.is_empty() { (empty(w.say("people-no-tokens"))) } @else { (table.show(w)) }
                form.narrow method="post" action=(self.href("/ma")) novalidate {
                    (self.hidden())
                    input type="hidden" name="ma-so" value=(id);
                    (field::text(w, &self.text("nhan", w.say("people-token-label")).required().hint(w.say("people-token-label-hint"))))
                    (field::decimal(w, &days.hint(w.say("people-token-days-hint"))))
                    div.buttons { button.main type="submit" { (w.say("people-token-act")) } }
                }
            }
        }
    }

    fn token(&self, token: &Token) -> Vec<Markup> {
        let w = self.w();
        let act = if token.revoked {
            chip(Kind::Locked, w.say("people-token-off"))
        } else {
            html! {
                form method="post" action=(self.href("/ma/thu-hoi")) {
                    (self.hidden())
                    input type="hidden" name="ma-so" value=(token.token_id);
                    button.small type="submit" { (w.say("people-token-revoke")) span.unseen { " " (token.label) } }
                }
            }
        };
        vec![
            html! { (token.label) },
            html! { (shown(token.created_at.as_ref())) },
            html! { (shown(token.expires_at.as_ref())) },
            act,
        ]
    }
}

fn shown(at: Option<&Timestamp>) -> String {
    instant("at", at).map_or_else(|_| String::new(), format::instant)
}

/// The secret of a token, this once.
pub(super) fn secret(me: &Me, account: &Account, secret: &str) -> Response {
    let w = me.w;
    let name = Arg::Text(&account.person.name);
    let body = html! {
        (notice(Kind::Wanting, html! { p { (w.say("people-secret-meaning")) } }))
        p { (w.tell("people-secret-of", &[("name", name)])) }
        p { code.secret { (secret) } }
        p { a.main href=(format!("{PEOPLE}/{}", account.person.person_id)) { (w.say("people-secret-kept")) } }
    };
    Page::of(me, w.say("people-secret-title")).show(&body)
}
