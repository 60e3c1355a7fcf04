//! What stands in a slip's way, and the end of the interview.

use axum::response::Response;
use chiso_domain::kernel::time::SECOND;
use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::state::{Kind, notice};
use super::super::posted::{Typed, VERSION};
use super::super::state::Web;
use super::form::{self, AS_INVALID, AS_VALID, HOW, IN_PERSON, MOMENT, NO, YES};
use super::load::{Open, moment, short};
use super::told::{Checked, Item};
use super::view_slip::label;
use super::view_work::{shut, whom};

/// How a slip stands before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// It can be sent.
    Well,
    /// It can only be recorded as one that does not count.
    Invalid,
    /// It is not taken at all.
    Badly,
}

fn stands(checked: &Checked, in_person: &str) -> Stands {
    // That somebody else answered can still be said otherwise on this page.
    let lasting = checked.reasons.len() > usize::from(in_person == NO);
    match (checked.faults.is_empty(), lasting) {
        (false, _) => Stands::Badly,
        (true, true) => Stands::Invalid,
        (true, false) => Stands::Well,
    }
}

pub(super) fn page(
    web: &Web,
    me: &Me,
    open: &Open,
    checked: &Checked,
    (typed, errors): (&Typed, &Errors),
) -> Response {
    let w = me.w;
    let shut = shut(w, &open.campaign, &open.draft.unit, me);
    let body = html! {
        (whom(w, open))
        (counts(w, open, checked))
        @match &shut {
            Some(shut) => (shut),
            None => {
                (items(w, open, checked))
                (ending(web, me, open, checked, (typed, errors)))
            }
        }
    };
    Page::of(
        me,
        w.tell(
            "survey-check",
            &[("slip", Arg::Text(&short(&open.draft.slip_id)))],
        ),
    )
    .back(open.href(""), w.say("survey-to-slip"))
    .errors(errors)
    .show(&body)
}

fn counts(w: Words, open: &Open, checked: &Checked) -> Markup {
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let (_, answered) = form::counts(&open.form, &form::answers(&open.form, &open.draft.answers));
    let all = || checked.faults.iter().chain(&checked.reasons);
    let blank = all().filter(|item| item.blank).count();
    let again = all().count() - blank;
    let told = w.tell(
        "survey-counts",
        &[
            ("answered", count(answered)),
            ("blank", count(blank)),
            ("again", count(again)),
        ],
    );
    html! { p { strong { (told) } } }
}

fn items(w: Words, open: &Open, checked: &Checked) -> Markup {
    let all: Vec<&Item> = checked.faults.iter().chain(&checked.reasons).collect();
    html! {
        @if all.is_empty() {
            (notice(Kind::Done, html! { p { (w.say("survey-nothing-wrong")) } }))
        } @else {
            ul.items { @for item in all { li data-kind=(if item.blank { "refused" } else { "wanting" }) { (one(w, open, item)) } } }
        }
    }
}

fn one(w: Words, open: &Open, item: &Item) -> Markup {
    let mark = if item.blank { "✗" } else { "!" };
    let named = item.question.as_deref();
    let question = named.and_then(|name| open.form.questions.iter().find(|question| question.name == name));
    html! {
        span.mark aria-hidden="true" { (mark) } " "
        @match question {
            Some(question) => {
                @let name = label(w, question);
                strong { (name) } " – " (item.text) " "
                a href=(open.href(&format!("#f-{}", form::field(&question.name))))
                    aria-label=(w.tell("survey-mend-named", &[("question", Arg::Text(&name))])) { (w.say("survey-mend")) }
            }
            None => (item.text),
        }
    }
}

fn ending(web: &Web, me: &Me, open: &Open, checked: &Checked, (typed, errors): (&Typed, &Errors)) -> Markup {
    let w = me.w;
    let stands = stands(checked, typed.or(IN_PERSON, ""));
    if stands == Stands::Badly {
        return html! {
            p { (w.say("survey-not-yet")) }
            div.buttons { a.main href=(open.href("")) { (w.say("survey-to-slip")) } }
        };
    }
    let options = [(YES, w.say("survey-yes")), (NO, w.say("survey-no"))];
    let chosen = [typed.or(IN_PERSON, "")];
    let choices = Choices::new(IN_PERSON, w.say("survey-in-person"), &options).chosen(&chosen);
    let ended = typed
        .or(MOMENT, "")
        .parse()
        .unwrap_or_else(|_| web.now().micros());
    html! {
        form method="post" action=(open.href("/hoan-thanh")) novalidate {
            (hidden(me))
            input type="hidden" name=(VERSION) value=(open.draft.version);
            input type="hidden" name=(MOMENT) value=(ended);
            (choice::radios(w, &choices.error(errors.of(IN_PERSON))))
            (took(w, open, ended))
            @if stands == Stands::Well {
                p { (w.say("survey-send-meaning")) }
                div.buttons {
                    button.main type="submit" name=(HOW) value=(AS_VALID) data-next { (w.say("survey-send")) }
                    a href=(open.href("")) { (w.say("survey-to-slip")) }
                }
            }
            @if stands == Stands::Invalid || !checked.reasons.is_empty() {
                p { (w.say("survey-invalid-meaning")) }
                div.buttons {
                    @if stands == Stands::Invalid { a.main href=(open.href("")) { (w.say("survey-to-slip")) } }
                    button type="submit" name=(HOW) value=(AS_INVALID) { (w.say("survey-send-invalid")) }
                }
            }
        }
    }
}

/// When the interview began, and how long it took.
fn took(w: Words, open: &Open, ended: i64) -> Markup {
    let began = moment(open.draft.started_at.as_ref());
    let told = began.map(|began| {
        let minutes = ended.saturating_sub(began.micros()).max(0) / (60 * SECOND);
        let at = format::instant(began);
        w.tell(
            "survey-took",
            &[("began", Arg::Text(&at)), ("minutes", Arg::Count(minutes))],
        )
    });
    html! { @if let Some(told) = told { p.quiet { (told) } } }
}
