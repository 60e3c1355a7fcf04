//! Slips that were sent: all of them, and one as its receipt.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use chiso_wire::survey::QuestionKind;
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::{Errors, said};
use super::super::format;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::parts::tasks::{Task, list as tasks};
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see};
use super::super::state::Web;
use super::load::{Campaign, Sent, moment, short, slip_href};
use super::view_list::{self, Place, ROWS, tabs};
use super::view_slip::{answer, label};
use super::view_start::{agree, beginning, refused_before, told};
use super::view_work::shut;

pub(super) fn href(sent: &Sent) -> String {
    slip_href(&sent.told.cycle, &sent.told.slip_id)
}

/// What is answered to a form of a slip that was sent: to a script why, else its receipt.
pub(super) fn instead(me: &Me, sent: &Sent, posted: &Posted) -> Response {
    let why = Refused::Locked(Errors::one(me.w, me.w.say("survey-sent-before")));
    if posted.wants_json() {
        refused(posted, &why, |_, _| see(&href(sent)))
    } else {
        see(&href(sent))
    }
}

/// The slips that were sent, so many on a page.
pub(super) fn list(me: &Me, campaign: &Campaign, slips: &[pb::Slip], at: &At) -> Response {
    let (w, cycle) = (me.w, campaign.cycle.code.as_str());
    let place = Place::of(at, slips.len());
    let shown = slips.iter().skip(place.from).take(ROWS);
    let rows: Vec<Task> = shown.filter_map(|slip| row(w, campaign, slip)).collect();
    let body = html! {
        (tabs(w, cycle, true))
        @if slips.is_empty() {
            (empty(w.say("survey-sent-none")))
        } @else {
            (counts(w, slips))
            (tasks(w.say("survey-sent"), &rows))
            (place.pages(w, |page| format!("{}/da-gui?trang={page}", super::href(cycle))))
        }
    };
    Page::of(me, w.tell("survey-title", &[("cycle", Arg::Text(cycle))]))
        .back("/viec-cua-toi", w.say("common-tasks"))
        .show(&body)
}

fn counts(w: Words, slips: &[pb::Slip]) -> Markup {
    let returned = slips.iter().filter(|slip| was_returned(slip)).count();
    let valid = slips.iter().filter(|slip| slip.valid).count();
    let counts = [
        ("survey-state-valid", valid),
        ("survey-state-invalid", slips.len() - valid - returned),
        ("survey-state-returned", returned),
    ];
    html! {
        dl.counts { @for (key, n) in counts { div { dt { (w.say(key)) } dd { (n) } } } }
    }
}

fn was_returned(slip: &pb::Slip) -> bool {
    slip.invalid_reasons
        .iter()
        .any(|reason| reason.code == "RETURNED")
}

fn row(w: Words, campaign: &Campaign, slip: &pb::Slip) -> Option<Task> {
    let told = slip.slip.as_ref()?;
    let at = moment(slip.received_at.as_ref()).map(format::instant);
    Some(Task {
        label: w.tell("survey-slip", &[("slip", Arg::Text(&short(&told.slip_id)))]),
        about: campaign.unit(&told.unit).to_owned(),
        when: at.unwrap_or_default(),
        done: campaign.title(&told.group).to_owned(),
        state: state(w, slip),
        href: Some(slip_href(&told.cycle, &told.slip_id)),
    })
}

fn state(w: Words, slip: &pb::Slip) -> Markup {
    match (slip.valid, was_returned(slip)) {
        (true, _) => chip(Kind::Done, w.say("survey-state-valid")),
        (false, true) => chip(Kind::Wanting, w.say("survey-state-returned")),
        (false, false) => chip(Kind::Refused, w.say("survey-state-invalid")),
    }
}

/// The receipt of a slip, with its answers; of a returned one why, and the way to do it again.
pub(super) fn receipt(web: &Web, me: &Me, sent: &Sent, successor: Option<&pb::Draft>) -> Response {
    receipt_with(web, me, sent, successor, (&Typed::default(), &Errors::new(me.w)))
}

pub(super) fn receipt_with(
    web: &Web,
    me: &Me,
    sent: &Sent,
    successor: Option<&pb::Draft>,
    (typed, errors): (&Typed, &Errors),
) -> Response {
    let (w, told) = (me.w, &sent.told);
    let list = super::href(&told.cycle);
    let body = html! {
        p { (state(w, &sent.slip)) " " (received(w, sent)) }
        (why_invalid(w, sent))
        @if let Some(back) = &sent.slip.returned {
            (given_back(me, sent, (back, successor), || redo(web, me, sent, successor, (typed, errors))))
        }
        (about(w, sent))
        (answers(w, sent))
        div.buttons {
            a.main href=(view_list::after(&told.cycle, view_list::SENT, &told.slip_id)) { (w.say("survey-next")) }
        }
    };
    Page::of(
        me,
        w.tell("survey-slip", &[("slip", Arg::Text(&short(&told.slip_id)))]),
    )
    .back(format!("{list}/da-gui"), w.say("survey-to-sent"))
    .errors(errors)
    .show(&body)
}

fn received(w: Words, sent: &Sent) -> String {
    let at = moment(sent.slip.received_at.as_ref())
        .map(format::instant)
        .unwrap_or_default();
    let code = short(&sent.told.slip_id);
    w.tell(
        "survey-receipt",
        &[("at", Arg::Text(&at)), ("slip", Arg::Text(&code))],
    )
}

fn why_invalid(w: Words, sent: &Sent) -> Markup {
    let reasons = sent
        .slip
        .invalid_reasons
        .iter()
        .filter(|reason| reason.code != "RETURNED");
    let reasons: Vec<String> = reasons
        .map(|reason| {
            let asked = sent
                .form
                .questions
                .iter()
                .find(|question| question.name == reason.question);
            match asked {
                Some(question) => format!("{} – {}", label(w, question), w.say("survey-blank")),
                None => said(w, &reason.code, &reason.message, &reason.message),
            }
        })
        .collect();
    html! {
        @if !reasons.is_empty() {
            (notice(Kind::Refused, html! {
                p { strong { (w.say("survey-not-counted")) } }
                ul { @for reason in &reasons { li { (reason) } } }
            }))
        }
    }
}

fn given_back(
    me: &Me,
    sent: &Sent,
    (back, successor): (&pb::Return, Option<&pb::Draft>),
    redo: impl FnOnce() -> Markup,
) -> Markup {
    let w = me.w;
    let at = moment(back.at.as_ref()).map(format::instant).unwrap_or_default();
    let why = html! {
        p { strong { (w.tell("survey-returned-at", &[("at", Arg::Text(&at))])) } }
        p.reason { (back.reason) }
    };
    let next = if !back.replaced_by.is_empty() {
        let other = slip_href(&sent.told.cycle, &back.replaced_by);
        html! { p { (w.say("survey-replaced")) " " a href=(other) { (short(&back.replaced_by)) } } }
    } else if let Some(draft) = successor.filter(|draft| draft.agreed) {
        let other = slip_href(&draft.cycle, &draft.slip_id);
        html! { p { a href=(other) { (w.say("survey-redo-go-on")) } } }
    } else {
        redo()
    };
    html! { (notice(Kind::Wanting, why)) (next) }
}

/// The way to do a slip again. Whoever is asked again hears again what it is for, and may say no this time.
fn redo(
    web: &Web,
    me: &Me,
    sent: &Sent,
    before: Option<&pb::Draft>,
    (typed, errors): (&Typed, &Errors),
) -> Markup {
    let w = me.w;
    if let Some(shut) = shut(w, &sent.campaign, &sent.told.unit, me) {
        return shut;
    }
    let cycle = &sent.told.cycle;
    let new = format!("{}/nguoi-moi?thay={}", super::href(cycle), sent.told.slip_id);
    let id = web.id();
    let slip = before.map_or(id.as_str(), |draft| &draft.slip_id);
    html! {
        @if let Some(draft) = before { (refused_before(w, draft)) }
        form method="post" action=(format!("{}/lam-lai", href(sent))) novalidate {
            (beginning(web, me, (slip, typed)))
            (told(w))
            (agree(w, typed, errors))
            div.buttons { button.main type="submit" { (w.say("survey-redo")) } }
        }
        p { a href=(new) { (w.say("survey-redo-other")) } }
    }
}

fn about(w: Words, sent: &Sent) -> Markup {
    let (told, visit) = (&sent.told, sent.visit.as_ref());
    let began = moment(told.started_at.as_ref())
        .map(format::instant)
        .unwrap_or_default();
    let form = match sent.form.title.as_str() {
        "" => told.group.as_str(),
        title => title,
    };
    let whom = visit.map_or(w.say("survey-visit-given-on"), |visit| &visit.name);
    html! {
        dl.facts {
            dt { (w.say("survey-respondent")) } dd { (whom) }
            dt { (w.say("survey-unit")) } dd { (sent.campaign.unit(&told.unit)) }
            dt { (w.say("survey-form")) } dd { (form) }
            dt { (w.say("survey-began")) } dd { (began) }
        }
    }
}

fn answers(w: Words, sent: &Sent) -> Markup {
    let asked = sent
        .form
        .questions
        .iter()
        .filter(|question| question.kind() != QuestionKind::Note);
    let rows = asked.filter_map(|question| {
        let given = sent
            .told
            .answers
            .iter()
            .find(|given| given.question == question.name)?;
        let value = answer(w, question, &given.value);
        Some(vec![html! { (label(w, question)) }, html! { (value) }])
    });
    let column = |key| Column {
        key: "",
        label: w.say(key),
        numeric: false,
    };
    let table = Table {
        caption: w.say("survey-answers"),
        columns: ["survey-question", "survey-answer"].map(column).into(),
        rows: rows.collect(),
        sort: None,
    };
    html! { @if !table.rows.is_empty() { (table.show(w)) } }
}
