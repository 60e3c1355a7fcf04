//! The call: whom to ask, what came of it, and the questions again. The first answers are not here and never were.

use axum::http::StatusCode;
use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_platform::words::{Arg, Lang, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::Role;
use chiso_wire::recheck as pb;
use chiso_wire::survey::{Question, QuestionKind};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, locked, notice};
use super::super::parts::table::{Column, Table};
use super::super::phase::Phase;
use super::super::posted::{Posted, REQUEST, Typed};
use super::super::state::Web;
use super::form::{self, GIVEN_UP, IN_PERSON, PHONE, RESULTS, SHOWN};
use super::load::{OneCase, short, unit};
use super::view_queue::shown;

/// The page of an open case.
#[derive(Debug)]
pub(super) struct Call<'a> {
    web: &'a Web,
    me: &'a Me,
    one: &'a OneCase,
    contact: Option<pb::RevealContactResponse>,
}

impl<'a> Call<'a> {
    pub(super) const fn new(web: &'a Web, me: &'a Me, one: &'a OneCase) -> Self {
        Self {
            web,
            me,
            one,
            contact: None,
        }
    }

    /// With whom to call.
    pub(super) fn with(mut self, contact: Option<pb::RevealContactResponse>) -> Self {
        self.contact = contact;
        self
    }

    pub(super) fn show(&self, typed: &Typed, errors: &Errors) -> Response {
        let w = self.me.w;
        let cycle = self.one.cycle.code.as_str();
        let own =
            self.one.case.officer == self.me.person.person_id && self.me.has(&[Role::Verifier], Some(cycle));
        // What was typed before the end stays to be read, in the form that took it.
        let over = self.over().filter(|_| typed.is_empty());
        let body = html! {
            (self.about())
            @if let Some(end) = over.filter(|_| own) {
                (locked(w, &format::instant(end), w.say("recheck-over-who")))
            } @else if own { (self.form(typed, errors)) }
            (attempts(w, &self.one.case))
        };
        let queue = super::href(cycle);
        Page::of(self.me, title(w, &self.one.case.case_id))
            .back(queue, w.say("recheck-to-queue"))
            .script("recheck.js")
            .errors(errors)
            .show(&body)
    }

    /// Since when nothing is recorded of the unit any more.
    fn over(&self) -> Option<Instant> {
        let unit: UnitCode = self.one.case.unit.parse().ok()?;
        match Phase::of(&self.one.cycle, Window::Recheck, &unit, self.me.now) {
            Phase::Over(span) => Some(span.end),
            Phase::Unset | Phase::Ahead(_) | Phase::Open(_) => None,
        }
    }

    fn about(&self) -> Markup {
        let (w, case) = (self.me.w, &self.one.case);
        let tries = i64::try_from(case.attempts.len()).unwrap_or(i64::MAX);
        let held = case
            .lease_until
            .as_ref()
            .and_then(|at| instant("at", Some(at)).ok());
        let held = held.filter(|until| *until > self.web.now());
        html! {
            p {
                (unit(&self.one.cycle, &case.unit)) " · "
                (w.tell("recheck-tries", &[("n", Arg::Count(tries + 1))]))
                @if let Some(until) = held {
                    " · " (w.tell("recheck-held", &[("until", Arg::Text(&format::instant(until)))]))
                }
            }
        }
    }

    /// The number is shown by a request of its own, which the journal has; what was typed comes along.
    fn whom(&self) -> Markup {
        let w = self.me.w;
        let Some(contact) = &self.contact else {
            let reveal = self.one.href("/hien-so");
            return html! {
                p.hint { (w.say("recheck-reveal-meaning")) }
                div.buttons { button type="submit" formaction=(reveal) { (w.say("recheck-reveal")) } }
            };
        };
        let greeting = [("who", Arg::Text(&self.me.person.name))];
        html! {
            section.contact aria-labelledby="lien-he" {
                input type="hidden" name=(SHOWN) value="1";
                h2 #lien-he { (w.say("recheck-contact")) }
                p { strong { (contact.name) } " " a href=(format!("tel:{}", contact.phone)) { (contact.phone) } }
                p.quiet { (w.tell("recheck-greeting", &greeting)) }
            }
        }
    }

    fn form(&self, typed: &Typed, errors: &Errors) -> Markup {
        let (w, one) = (self.me.w, self.one);
        let release = if one.case.given {
            "recheck-leave"
        } else {
            "recheck-release"
        };
        html! {
            form.call method="post" action=(one.href("/ket-qua")) novalidate {
                (hidden(self.me))
                input type="hidden" name=(REQUEST) value=(self.web.id());
                // Enter in a field presses the first button of a form: that is to record, not to open the number.
                button type="submit" hidden { (w.say("recheck-record")) }
                (self.whom())
                (self.results(typed, errors))
                (promise(w, typed, errors))
                (self.again(typed, errors))
                (how(w, typed))
                (field::area(w, &Field::new("ghi-chu", w.say("recheck-note"))
                    .hint(w.say("recheck-note-hint")).value(typed.or("ghi-chu", ""))
                    .error(errors.of("ghi-chu")).longest(2_000)))
                p { (w.say("recheck-final")) }
                div.buttons {
                    button.main type="submit" data-next { (w.say("recheck-record")) }
                    button type="submit" formaction=(one.href("/gia-han")) { (w.say("recheck-renew")) }
                    button type="submit" formaction=(one.href("/tra-viec")) { (w.say(release)) }
                }
            }
        }
    }

    fn results(&self, typed: &Typed, errors: &Errors) -> Markup {
        let w = self.me.w;
        let mut labels: Vec<(&str, String)> = Vec::new();
        for (digit, (value, key)) in (1..).zip(RESULTS) {
            labels.push((value, format!("{} {}", digit % 10, w.say(key))));
        }
        // Giving up is offered once the attempts that the policy wants are made.
        if self.one.case.attempts_left == 0 {
            labels.push((GIVEN_UP, w.say("recheck-result-given-up").to_owned()));
        }
        let options: Vec<(&str, &str)> = labels
            .iter()
            .map(|(value, label)| (*value, label.as_str()))
            .collect();
        let chosen = [typed.or("ket-qua", "")];
        let left = i64::from(self.one.case.attempts_left);
        let hint = w.tell("recheck-attempts-left", &[("left", Arg::Count(left))]);
        let choices = Choices::new("ket-qua", w.say("recheck-result"), &options);
        let choices = choices.chosen(&chosen).hint(&hint).error(errors.of("ket-qua"));
        html! { div data-results { (choice::radios(w, &choices)) } }
    }

    /// The questions, blank.
    fn again(&self, typed: &Typed, errors: &Errors) -> Markup {
        let w = self.me.w;
        html! {
            section data-when="tra-loi" aria-labelledby="hoi-lai" {
                h2 #hoi-lai { (w.say("recheck-ask-again")) }
                p.hint { (w.say("recheck-ask-again-hint")) }
                @for question in &self.one.questions { (asked(w, question, typed, errors)) }
            }
        }
    }
}

fn title(w: Words, id: &str) -> String {
    w.tell("recheck-case-title", &[("case", Arg::Text(&short(id)))])
}

/// When the respondent wants to be called.
fn promise(w: Words, typed: &Typed, errors: &Errors) -> Markup {
    let day = Field::new("ngay", w.say("recheck-day")).required();
    let day = day.hint(w.say("recheck-day-hint"));
    let time = Field::new("gio", w.say("recheck-time")).required();
    let time = time.hint(w.say("recheck-time-hint"));
    html! {
        div data-when="hen-lai" {
            (field::date(w, &day.value(typed.or("ngay", "")).error(errors.of("ngay"))))
            (field::text(w, &time.value(typed.or("gio", "")).error(errors.of("gio"))))
        }
    }
}

fn how(w: Words, typed: &Typed) -> Markup {
    let options = [
        (PHONE, w.say("recheck-by-phone")),
        (IN_PERSON, w.say("recheck-in-person")),
    ];
    let chosen = [typed.or("cach", PHONE)];
    choice::radios(
        w,
        &Choices::new("cach", w.say("recheck-how"), &options).chosen(&chosen),
    )
}

fn asked(w: Words, question: &Question, typed: &Typed, errors: &Errors) -> Markup {
    let name = form::field(&question.name);
    let (value, error) = (typed.or(&name, ""), errors.of(&name));
    let label = format!(
        "{}. {}",
        question.name,
        said(w, &question.label, &question.label_en)
    );
    if question.kind() != QuestionKind::SelectOne {
        return field::text(w, &Field::new(&name, &label).value(value).error(error).required());
    }
    let options: Vec<(&str, &str)> = question
        .options
        .iter()
        .map(|option| (option.name.as_str(), said(w, &option.label, &option.label_en)))
        .collect();
    let chosen = [value];
    choice::radios(
        w,
        &Choices::new(&name, &label, &options).chosen(&chosen).error(error),
    )
}

/// In the reader's language, where the questionnaire has it.
pub(super) fn said<'a>(w: Words, vi: &'a str, en: &'a str) -> &'a str {
    if w.lang() == Lang::En && !en.is_empty() {
        en
    } else {
        vi
    }
}

/// The calls that did not get the answers.
pub(super) fn attempts(w: Words, case: &pb::Case) -> Markup {
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let row = |attempt: &pb::Attempt| {
        vec![
            html! { (shown(attempt.at.as_ref())) },
            html! { (w.say(tried(attempt.outcome()))) },
            html! { (shown(attempt.callback_at.as_ref())) },
            html! { (attempt.note) },
        ]
    };
    let table = Table {
        caption: w.say("recheck-attempts-made"),
        columns: [
            "recheck-when-tried",
            "recheck-result",
            "recheck-promised",
            "recheck-note",
        ]
        .map(column)
        .into(),
        rows: case.attempts.iter().map(row).collect(),
        sort: None,
    };
    html! { @if !table.rows.is_empty() { (table.show(w)) } }
}

const fn tried(outcome: pb::AttemptOutcome) -> &'static str {
    match outcome {
        pb::AttemptOutcome::Unspecified | pb::AttemptOutcome::NoAnswer => "recheck-result-no-answer",
        pb::AttemptOutcome::Busy => "recheck-result-busy",
        pb::AttemptOutcome::CallBack => "recheck-result-call-back",
        pb::AttemptOutcome::Unreachable => "recheck-result-unreachable",
        pb::AttemptOutcome::AsksVisit => "recheck-result-visit",
        pb::AttemptOutcome::Refused => "recheck-result-refused",
        pb::AttemptOutcome::Other => "recheck-result-other",
    }
}

/// What came too late to be recorded, and why. It is not lost: it can be read and copied.
pub(super) fn kept(w: Words, why: &'static str, posted: &Posted) -> Markup {
    let result = RESULTS.iter().find(|(value, _)| *value == posted.text("ket-qua"));
    let mut kept: Vec<String> = result.map(|(_, key)| w.say(key).to_owned()).into_iter().collect();
    if posted.text("ket-qua") == GIVEN_UP {
        kept.push(w.say("recheck-result-given-up").to_owned());
    }
    let promised = format!("{} {}", posted.text("ngay"), posted.text("gio"));
    kept.push(promised.trim().to_owned());
    let answers = posted
        .named("cau-")
        .map(|(name, value)| format!("{name}: {value}"));
    kept.extend(answers);
    kept.push(posted.text("ghi-chu").to_owned());
    kept.retain(|line| !line.trim().is_empty());
    let text = kept.join("\n");
    let note = Field::new("ghi-chu", w.say("recheck-gone-kept"))
        .value(text.trim())
        .required()
        .locked(true);
    html! {
        (notice(Kind::Locked, html! { p role="alert" { (w.say(why)) } }))
        @if !text.trim().is_empty() { (field::area(w, &note)) }
    }
}

/// The case is somebody else's by now.
pub(super) fn gone(me: &Me, at: &At, posted: &Posted) -> Response {
    let w = me.w;
    let body = html! {
        (kept(w, "recheck-gone", posted))
        p { a href=(super::href(at.part("cycle"))) { (w.say("recheck-to-queue")) } }
    };
    let mut response = Page::of(me, title(w, at.part("id"))).show(&body);
    *response.status_mut() = StatusCode::CONFLICT;
    response
}

/// What the outcome is called, and how it looks.
pub(super) fn outcome(w: Words, outcome: pb::Outcome) -> Markup {
    match outcome {
        pb::Outcome::Unspecified => chip(Kind::Open, w.say("recheck-outcome-open")),
        pb::Outcome::Confirmed => chip(Kind::Done, w.say("recheck-outcome-confirmed")),
        pb::Outcome::NotReached => chip(Kind::Quiet, w.say("recheck-outcome-not-reached")),
        pb::Outcome::WrongPerson => chip(Kind::Refused, w.say("recheck-outcome-wrong-person")),
        pb::Outcome::NotInterviewed => chip(Kind::Refused, w.say("recheck-outcome-not-interviewed")),
        pb::Outcome::AnswerDiffers => chip(Kind::Refused, w.say("recheck-outcome-differs")),
    }
}
