//! The list of people to be asked: bringing it in, giving it out, and who is on it.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use maud::{Markup, html};

use super::super::book::FILE;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::faults;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::posted::Typed;
use super::super::state::Web;
use super::frame::Frame;
use super::view::{Part, fields, page, standing, ways};
use super::view_people;

pub(super) fn show(web: &Web, me: &Me, frame: &Frame, typed: &Typed, errors: &Errors) -> Response {
    let (w, survey) = (me.w, &frame.survey);
    let acts = me.has(&[Role::SurveySupervisor, Role::Organiser], Some(survey.code()));
    let acts = acts && survey.is_open();
    let body = html! {
        (ways(me, survey, Part::Frame))
        (done(w, frame))
        (standing(web, me, survey))
        @if acts { (import(web, me, frame, errors)) (by_group(web, me, frame, typed, errors)) }
        (view_people::list(web, me, frame, acts, (typed, errors)))
    };
    page(me, survey, "fieldwork-frame-title")
        .errors(errors)
        .show(&body)
}

/// What was done by the form from which one comes.
fn done(w: Words, frame: &Frame) -> Markup {
    let told = match (frame.entered, frame.given) {
        (Some((people, visits)), _) => {
            let args = [("people", Arg::Count(people)), ("visits", Arg::Count(visits))];
            w.tell("fieldwork-entered", &args)
        }
        (None, Some(visits)) => w.tell("fieldwork-given", &[("visits", Arg::Count(visits))]),
        (None, None) => return html! {},
    };
    notice(Kind::Done, html! { p role="status" { (told) } })
}

fn import(web: &Web, me: &Me, frame: &Frame, errors: &Errors) -> Markup {
    let (w, survey) = (me.w, &frame.survey);
    let file = Field::new(FILE, w.say("fieldwork-file-label"))
        .required()
        .hint(w.say("fieldwork-file-hint"))
        .error(errors.of(FILE));
    let columns = [
        ("fieldwork-column-group", "fieldwork-column-group-is"),
        ("fieldwork-column-name", "fieldwork-column-name-is"),
        ("fieldwork-column-phone", "fieldwork-column-phone-is"),
        ("fieldwork-column-consent", "fieldwork-column-consent-is"),
        ("fieldwork-column-units", "fieldwork-column-units-is"),
        ("fieldwork-column-interviewer", "fieldwork-column-interviewer-is"),
    ];
    html! {
        section aria-labelledby="nhap" {
            h2 #nhap { (w.say("fieldwork-import")) }
            p { (w.say("fieldwork-import-meaning")) }
            @if !frame.faults.is_empty() { (faults::table(w, &frame.faults)) }
            p { a href=(survey.href("/bang-ke/mau.xlsx")) { (w.say("fieldwork-sample")) } }
            details {
                summary { (w.say("fieldwork-columns")) }
                dl.facts { @for (name, holds) in columns { dt { (w.say(name)) } dd { (w.say(holds)) } } }
            }
            form method="post" action=(survey.href("/bang-ke/tep")) enctype="multipart/form-data" novalidate {
                (fields(web, me))
                (field::file(w, &file))
                div.buttons { button.main type="submit" { (w.say("fieldwork-import-act")) } }
            }
        }
    }
}

/// Everybody of a group who may be asked about a unit, to one interviewer.
fn by_group(web: &Web, me: &Me, frame: &Frame, typed: &Typed, errors: &Errors) -> Markup {
    let (w, survey) = (me.w, &frame.survey);
    let choose = [("", w.say("fieldwork-choose"))];
    let units: Vec<_> = choose.into_iter().chain(survey.units()).collect();
    let groups: Vec<_> = survey
        .groups
        .iter()
        .map(|group| (group.group.as_str(), survey.group(&group.group)))
        .collect();
    let groups = groups.iter().map(|(code, label)| (*code, label.as_str()));
    let groups: Vec<_> = choose.into_iter().chain(groups).collect();
    let (unit, group) = ([typed.or("don-vi", "")], [typed.or("nhom", "")]);
    let units = Choices::new("don-vi", w.say("fieldwork-about-unit"), &units).chosen(&unit);
    let groups = Choices::new("nhom", w.say("fieldwork-group"), &groups).chosen(&group);
    html! {
        section aria-labelledby="giao" {
            h2 #giao { (w.say("fieldwork-assign")) }
            @if frame.interviewers.is_empty() {
                p { (w.say("fieldwork-no-interviewers")) }
            } @else {
                p { (w.say("fieldwork-assign-meaning")) }
                form method="post" action=(survey.href("/bang-ke/giao")) novalidate {
                    (fields(web, me))
                    (choice::select(w, &units.error(errors.of("don-vi"))))
                    (choice::select(w, &groups.error(errors.of("nhom"))))
                    (whom(w, frame, "cho", typed, errors))
                    div.buttons { button type="submit" { (w.say("fieldwork-assign-act")) } }
                }
            }
        }
    }
}

/// To whom visits are given.
pub(super) fn whom(w: Words, frame: &Frame, name: &'static str, typed: &Typed, errors: &Errors) -> Markup {
    let people: Vec<_> = frame
        .interviewers
        .iter()
        .map(|one| (one.person_id.as_str(), format!("{} ({})", one.name, one.login)))
        .collect();
    let people = people.iter().map(|(id, label)| (*id, label.as_str()));
    let choose = [("", w.say("fieldwork-choose"))];
    let options: Vec<_> = choose.into_iter().chain(people).collect();
    let chosen = [typed.or(name, "")];
    let choices = Choices::new(name, w.say("fieldwork-to"), &options).chosen(&chosen);
    choice::select(w, &choices.error(errors.of(name)))
}
