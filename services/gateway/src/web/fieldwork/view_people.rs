//! Who is on the list, and giving some of them to an interviewer.

use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::filter;
use super::super::parts::label;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::state::Web;
use super::frame::{ALL, Frame, GIVEN, PICKED, SHOWN, TO_NOBODY};
use super::load::named;
use super::view::{column, fields};
use super::view_frame::whom;

/// Most units that are written out.
const SHOWN_UNITS: usize = 4;

pub(super) fn list(
    web: &Web,
    me: &Me,
    frame: &Frame,
    acts: bool,
    (typed, errors): (&Typed, &Errors),
) -> Markup {
    let (w, survey) = (me.w, &frame.survey);
    let acts = acts && !frame.interviewers.is_empty();
    html! {
        section aria-labelledby="danh-sach" {
            h2 #danh-sach { (w.say("fieldwork-people")) }
            (filter::bar(w, &groups(w, frame), &survey.href("/bang-ke")))
            @if frame.people.is_empty() {
                (empty(w.say(nobody(frame))))
            } @else if acts {
                form method="post" action=(frame.href("/giao-tung-nguoi", &frame.after)) novalidate {
                    (fields(web, me))
                    (problem(w, errors))
                    (all(w, frame, typed))
                    (table(w, frame, acts, typed))
                    (pages(w, frame))
                    h3 { (w.say("fieldwork-assign-picked")) }
                    p.hint { (w.say("fieldwork-assign-picked-hint")) }
                    (about(w, frame, typed, errors))
                    (whom(w, frame, "cho-nguoi", typed, errors))
                    div.buttons { button type="submit" { (w.say("fieldwork-assign-act")) } }
                }
            } @else {
                (table(w, frame, acts, typed))
                (pages(w, frame))
            }
        }
    }
}

/// Why the list is empty.
fn nobody(frame: &Frame) -> &'static str {
    match (frame.unassigned, frame.group.is_empty()) {
        (true, _) => "fieldwork-all-given",
        (false, true) => "fieldwork-no-people",
        (false, false) => "fieldwork-none-of-group",
    }
}

fn groups(w: Words, frame: &Frame) -> Markup {
    let own: Vec<_> = frame
        .survey
        .groups
        .iter()
        .map(|group| (group.group.as_str(), frame.survey.group(&group.group)))
        .collect();
    let own = own.iter().map(|(code, label)| (*code, label.as_str()));
    let options: Vec<_> = [("", w.say("fieldwork-all"))].into_iter().chain(own).collect();
    let chosen = [frame.group.as_str()];
    // Its own name for the field's id: another form of the page asks for a group, too.
    html! {
        div.field {
            label for="f-loc-nhom" { (w.say("fieldwork-group")) }
            select id="f-loc-nhom" name="nhom" {
                @for (value, label) in options {
                    option value=(value) selected[chosen.contains(&value)] { (label) }
                }
            }
        }
        div.field {
            label for="f-loc-giao" { (w.say("fieldwork-given-to")) }
            select id="f-loc-giao" name=(GIVEN) {
                option value="" { (w.say("fieldwork-all")) }
                option value=(TO_NOBODY) selected[frame.unassigned] { (w.say("fieldwork-nobody-yet")) }
            }
        }
    }
}

/// What is wrong with the choice of people, where the first of them can be reached.
fn problem(w: Words, errors: &Errors) -> Markup {
    html! {
        @if let Some(text) = errors.of(PICKED) {
            p.error {
                span.unseen { (w.say("error-mark")) " " }
                (label(PICKED, w.say("fieldwork-people-here"))) ": " (text)
            }
        }
    }
}

/// All of the page at once. They are named, so that nobody is meant who was not to be seen.
fn all(w: Words, frame: &Frame, typed: &Typed) -> Markup {
    let count = i64::try_from(frame.people.len()).unwrap_or(i64::MAX);
    html! {
        @for one in &frame.people { input type="hidden" name=(SHOWN) value=(one.respondent_id); }
        p {
            span.option {
                input type="checkbox" id="f-tat-ca" name=(ALL) value="1" checked[!typed.or(ALL, "").is_empty()];
                label for="f-tat-ca" { (w.tell("fieldwork-pick-all", &[("n", Arg::Count(count))])) }
            }
        }
    }
}

fn table(w: Words, frame: &Frame, acts: bool, typed: &Typed) -> Markup {
    let mut columns: Vec<Column<'_>> = vec![column(w, ("fieldwork-person", false))];
    columns.extend(
        [
            ("fieldwork-phone", false),
            ("fieldwork-group", false),
            ("fieldwork-may-rate", false),
            ("fieldwork-asked-by", false),
        ]
        .map(|key| column(w, key)),
    );
    let picked = typed.all_or(PICKED, Vec::new());
    let rows = frame.people.iter().enumerate();
    let row = |(at, one): (usize, &pb::Respondent)| {
        vec![
            person(one, at, acts, picked.contains(&one.respondent_id.as_str())),
            html! { (one.phone_masked.replace(' ', "\u{a0}")) },
            html! { (one.group) },
            html! { (units(w, frame, one)) },
            html! {
                @if one.interviewers.is_empty() { (chip(Kind::Quiet, w.say("fieldwork-nobody-yet"))) }
                @else { (asked_by(frame, one)) }
            },
        ]
    };
    let table = Table {
        caption: w.say("fieldwork-people-here"),
        columns,
        rows: rows.map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The first box has the id to which the summary of errors leads.
fn person(one: &pb::Respondent, at: usize, acts: bool, picked: bool) -> Markup {
    let id = if at == 0 {
        "f-nguoi".to_owned()
    } else {
        format!("f-nguoi-{at}")
    };
    html! {
        @if acts {
            span.option {
                input type="checkbox" id=(id) name=(PICKED) value=(one.respondent_id) checked[picked];
                label for=(id) { (one.name) }
            }
        } @else { (one.name) }
    }
}

/// About whom somebody may be asked.
fn units(w: Words, frame: &Frame, one: &pb::Respondent) -> String {
    if one.units.is_empty() {
        return w.say("fieldwork-every-unit").to_owned();
    }
    let named: Vec<&str> = one.units.iter().map(|unit| frame.survey.unit(unit)).collect();
    if named.len() <= SHOWN_UNITS {
        return named.join("; ");
    }
    let more = i64::try_from(named.len() - SHOWN_UNITS).unwrap_or(i64::MAX);
    let first = named[..SHOWN_UNITS].join("; ");
    w.tell(
        "fieldwork-and-more",
        &[("first", Arg::Text(&first)), ("more", Arg::Count(more))],
    )
}

fn asked_by(frame: &Frame, one: &pb::Respondent) -> String {
    let names = one.interviewers.iter().map(|id| named(&frame.names, id));
    names.collect::<Vec<_>>().join("; ")
}

fn about(w: Words, frame: &Frame, typed: &Typed, errors: &Errors) -> Markup {
    let all = [("", w.say("fieldwork-their-units"))];
    let units: Vec<_> = all.into_iter().chain(frame.survey.units()).collect();
    let chosen = [typed.or("ve-don-vi", "")];
    let choices = Choices::new("ve-don-vi", w.say("fieldwork-about-unit"), &units).chosen(&chosen);
    choice::select(w, &choices.error(errors.of("ve-don-vi")))
}

fn pages(w: Words, frame: &Frame) -> Markup {
    pager(
        w,
        &Pages {
            shown: String::new(),
            first: (!frame.after.is_empty()).then(|| frame.href("", "")),
            next: (!frame.next.is_empty()).then(|| frame.href("", &frame.next)),
        },
    )
}
