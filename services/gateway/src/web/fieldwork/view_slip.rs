//! One slip: what was answered, whether it counts, and giving it back.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::Table;
use super::super::posted::Typed;
use super::super::state::Web;
use super::super::survey::{label, short};
use super::super::words::named as said;
use super::load::named;
use super::slips::OneSlip;
use super::view::{column, fields, shown};
use super::view_slips::{state, times};

/// Longest reason that the survey takes.
const REASON_MAX: usize = 1_000;

pub(super) fn show(web: &Web, me: &Me, one: &OneSlip, typed: &Typed, errors: &Errors) -> Response {
    let w = me.w;
    let body = html! {
        (facts(w, one))
        (reasons(w, one))
        (returned(w, one))
        (answers(w, one))
        (give_back(web, me, one, typed, errors))
    };
    let title = w.tell(
        "fieldwork-slip-title",
        &[("slip", Arg::Text(&short(&one.told.slip_id)))],
    );
    let list = format!("{}?don-vi={}", one.survey.href("/phieu-da-nhan"), one.told.unit);
    Page::of(me, title)
        .back(list, w.say("fieldwork-to-slips"))
        .errors(errors)
        .show(&body)
}

fn facts(w: Words, one: &OneSlip) -> Markup {
    let told = &one.told;
    html! {
        dl.facts {
            dt { (w.say("fieldwork-state")) } dd { (state(w, &one.slip)) }
            dt { (w.say("fieldwork-unit")) } dd { (one.survey.unit(&told.unit)) }
            dt { (w.say("fieldwork-group")) } dd { (one.survey.group(&told.group)) }
            dt { (w.say("fieldwork-interviewer")) } dd { (named(&one.names, &one.slip.interviewer)) }
            dt { (w.say("fieldwork-asked")) } dd { (times(w, told)) }
            dt { (w.say("fieldwork-received-at")) } dd { (shown(one.slip.received_at.as_ref())) }
        }
    }
}

/// Why it does not count, in the survey's words.
fn reasons(w: Words, one: &OneSlip) -> Markup {
    let lang = (w.lang() != chiso_platform::words::Lang::Vi).then_some("vi");
    let own = one.slip.invalid_reasons.iter();
    let own: Vec<&str> = own
        .filter(|reason| reason.code != "RETURNED")
        .map(|reason| reason.message.as_str())
        .collect();
    html! {
        @if !own.is_empty() {
            (notice(Kind::Refused, html! {
                p { (w.say("fieldwork-why-invalid")) }
                ul lang=[lang] { @for text in own { li { (text) } } }
            }))
        }
    }
}

fn returned(w: Words, one: &OneSlip) -> Markup {
    let Some(back) = &one.slip.returned else {
        return html! {};
    };
    let at = shown(back.at.as_ref());
    let by = named(&one.names, &back.by);
    let told = w.tell(
        "fieldwork-was-returned",
        &[("at", Arg::Text(&at)), ("by", Arg::Text(by))],
    );
    let next = one.survey.href(&format!("/phieu-da-nhan/{}", back.replaced_by));
    notice(
        Kind::Wanting,
        html! {
            p { (told) }
            p { (w.say("fieldwork-reason")) ": " (back.reason) }
            @if back.replaced_by.is_empty() { p { (w.say("fieldwork-not-replaced")) } }
            @else { p { a href=(next) { (w.say("fieldwork-replaced-by")) " " (short(&back.replaced_by)) } } }
        },
    )
}

fn answers(w: Words, one: &OneSlip) -> Markup {
    let row = |question: &pb::Question| {
        let mut all = one.told.answers.iter();
        let given = all.find(|answer| answer.question == question.name);
        let given = given.map_or("", |answer| answer.value.as_str());
        vec![
            html! { (label(w, question)) },
            html! {
                @if given.is_empty() { span.quiet { (w.say("fieldwork-blank")) } }
                @else { (answer(w, question, given)) }
            },
        ]
    };
    let asked = one.form.questions.iter();
    let asked = asked.filter(|question| question.kind() != pb::QuestionKind::Note);
    let table = Table {
        caption: w.say("fieldwork-answers"),
        columns: [("fieldwork-question", false), ("fieldwork-answer", false)]
            .map(|key| column(w, key))
            .into(),
        rows: asked.map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The label of the option that was chosen, else what was said.
fn answer<'a>(w: Words, question: &'a pb::Question, value: &'a str) -> &'a str {
    let mut options = question.options.iter();
    let option = options.find(|option| option.name == value);
    option.map_or(value, |option| said(w, &option.label, &option.label_en))
}

/// The way to give it back, or what stands in it.
fn give_back(web: &Web, me: &Me, one: &OneSlip, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let may = me.has(
        &[Role::SurveySupervisor, Role::Organiser],
        Some(one.survey.code()),
    );
    if !may || !one.slip.valid {
        return html! {};
    }
    let open = one.survey.is_open() && one.survey.phase(web, &one.told.unit).is_open();
    // What was typed before the time was over is not lost.
    let locked = !open && errors.is_empty();
    let reason = Field::new("ly-do", w.say("fieldwork-reason"))
        .required()
        .hint(w.say("fieldwork-reason-hint"))
        .longest(REASON_MAX)
        .value(typed.or("ly-do", ""))
        .error(errors.of("ly-do"));
    html! {
        section aria-labelledby="tra-lai" {
            h2 #tra-lai { (w.say("fieldwork-give-back")) }
            @if locked {
                p { (w.say("fieldwork-give-back-closed")) }
            } @else {
                p { (w.say("fieldwork-give-back-meaning")) }
                form method="post" action=(one.href("/tra-lai")) novalidate {
                    (fields(web, me))
                    (field::area(w, &reason))
                    div.buttons { button.main type="submit" { (w.say("fieldwork-give-back-act")) } }
                }
            }
        }
    }
}
