//! What every page of a cycle's set-up has in common: the cycle, what was typed, and what is wrong with it.

use axum::response::Response;
use chiso_platform::words::Words;
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::posted::{Posted, REQUEST, Typed};
use super::super::save::{DONE, Refused, refused, see};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::load::{self, Frame};
use super::organiser::changes;

/// The field with the version that was looked at.
const SEEN: &str = "da-xem";

/// A page of a cycle while it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk<'a> {
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) frame: &'a Frame,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
    /// What was done before the page was opened.
    pub(super) done: Option<&'a str>,
    /// The version of the cycle that whoever fills in the form has looked at.
    pub(super) seen: i64,
}

/// Makes a page.
pub(super) type View = fn(&Desk<'_>) -> Response;

impl Desk<'_> {
    pub(super) const fn w(&self) -> Words {
        self.me.w
    }

    pub(super) fn code(&self) -> &str {
        self.frame.cycle.code.as_str()
    }

    /// Whether what is stored is no longer what the form that was sent was made from.
    pub(super) fn clash(&self) -> bool {
        let seen = self.typed.or(SEEN, "");
        !seen.is_empty() && seen != self.seen.to_string()
    }

    /// What somebody else stored while something else was typed.
    pub(super) fn newer<'s>(&self, typed: &str, stored: &'s str) -> Option<&'s str> {
        (self.clash() && typed.trim() != stored).then_some(stored)
    }

    /// An address below the cycle's.
    pub(super) fn href(&self, rest: &str) -> String {
        format!("{}{rest}", super::href(self.code()))
    }

    /// Whether whoever opens the page changes anything, and does not only read.
    pub(super) fn changes(&self) -> bool {
        changes(self.me, self.code())
    }

    /// Whether the set-up can be read only: since the cycle is open, or by who audits it.
    pub(super) fn fixed(&self) -> bool {
        self.frame.open || !self.changes()
    }

    /// The hidden fields of a form that replaces what is stored, which is not done unseen.
    pub(super) fn hidden_as_seen(&self) -> Markup {
        html! { (self.hidden()) input type="hidden" name=(SEEN) value=(self.seen); }
    }

    /// The hidden fields of a form.
    pub(super) fn hidden(&self) -> Markup {
        hidden_fields(self.web, self.me)
    }

    /// A page of the set-up, with the way back to the cycle.
    pub(super) fn page(&self, title: impl Into<String>) -> Page<'_> {
        let page = Page::of(self.me, title).errors(self.errors);
        page.back(self.href(""), self.w().say("organise-to-cycle"))
    }

    /// Said after something was saved.
    pub(super) fn told(&self, text: &str) -> Markup {
        html! { @if self.done.is_some() { (told(text)) } }
    }

    /// Said where nothing of the page can be changed: since the cycle is open, or by who only reads.
    pub(super) fn frozen(&self) -> Markup {
        let text = if self.frame.open {
            self.w().say("organise-frozen")
        } else {
            self.w().say("organise-read-only")
        };
        html! { @if self.fixed() { (notice(Kind::Locked, html! { p { (text) } })) } }
    }

    /// The form of a part, sent to this address below the cycle's; its fields alone where they can only be read.
    pub(super) fn form(&self, to: &str, fields: &Markup) -> Markup {
        if self.fixed() {
            return html! { (fields) };
        }
        html! {
            form method="post" action=(self.href(to)) novalidate {
                (self.hidden_as_seen())
                (fields)
                div.buttons { button.main type="submit" data-save { (self.w().say("organise-save")) } }
            }
        }
    }

    /// A field with what was typed into it, else what is stored.
    pub(super) fn text(&self, field: &Field<'_>, name: &str, stored: &str) -> Markup {
        field::text(self.w(), &self.filled(field, name, stored))
    }

    /// A field of several lines.
    pub(super) fn area(&self, field: &Field<'_>, name: &str, stored: &str) -> Markup {
        field::area(self.w(), &self.filled(field, name, stored))
    }

    fn filled<'f>(&'f self, field: &Field<'f>, name: &str, stored: &'f str) -> Field<'f> {
        let typed = self.typed.or(name, stored);
        let field = field.clone().value(typed).error(self.errors.of(name));
        field.stored(self.newer(typed, stored))
    }
}

/// The hidden fields that every form has.
pub(super) fn hidden_fields(web: &Web, me: &Me) -> Markup {
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
    }
}

/// The version that was looked at; 0 where the form does not say.
pub(super) fn seen(posted: &Posted) -> i64 {
    posted.text(SEEN).parse().unwrap_or(0)
}

/// The version that the page shows after a refusal: after a clash what is stored now, and whoever sends again means it.
pub(super) fn seen_next(frame: &Frame, posted: &Posted, why: &Refused) -> i64 {
    match why {
        Refused::Clash(_) => frame.cycle.version,
        Refused::Again(_) | Refused::Locked(_) => seen(posted),
    }
}

pub(super) fn told(text: &str) -> Markup {
    notice(Kind::Done, html! { p role="status" { (text) } })
}

/// Opens a page.
pub(super) async fn open(web: &Web, me: &Me, at: &At, view: View) -> Answer {
    let frame = load::frame(web, me, at).await?;
    Ok(view(&Desk {
        web,
        me,
        frame: &frame,
        typed: &Typed::default(),
        errors: &Errors::new(me.w),
        done: at.query(DONE),
        seen: frame.cycle.version,
    }))
}

/// The page again with what was typed, of which nothing was saved yet.
pub(super) async fn with_typed((web, me, at): (&Web, &Me, &At), posted: &Posted, view: View) -> Answer {
    let frame = load::frame(web, me, at).await?;
    Ok(view(&Desk {
        web,
        me,
        frame: &frame,
        typed: &posted.typed(),
        errors: &Errors::new(me.w),
        done: None,
        seen: seen(posted),
    }))
}

/// Goes on where what was sent was taken; else shows the page again, with what was typed.
pub(super) async fn after<R>(
    (web, me, at): (&Web, &Me, &At),
    posted: &Posted,
    sent: Result<R, Refused>,
    (to, view): (&str, View),
) -> Answer {
    let why = match sent {
        Ok(_taken) => return Ok(see(to)),
        Err(why) => why,
    };
    let frame = load::frame(web, me, at).await?;
    let seen = seen_next(&frame, posted, &why);
    let again = |typed: &Typed, errors: &Errors| {
        view(&Desk {
            web,
            me,
            frame: &frame,
            typed,
            errors,
            done: None,
            seen,
        })
    };
    Ok(refused(posted, &why, again))
}
