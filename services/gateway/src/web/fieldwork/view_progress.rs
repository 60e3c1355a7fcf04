//! How far the survey is, as tables.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::out::{Cell, Sheet};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::Table;
use super::super::parts::tabs::{Tab, tabs};
use super::super::remind;
use super::super::state::Web;
use super::load::{Survey, named};
use super::progress::{By, Numbers};
use super::view::{Part, column, count, fields, page, standing, ways};

/// Who may have interviewers reminded.
const SUPERVISORS: &[Role] = &[Role::SurveySupervisor, Role::Organiser];

const UNIT_COLUMNS: [(&str, bool); 7] = [
    ("fieldwork-unit", false),
    ("fieldwork-group", false),
    ("fieldwork-planned", true),
    ("fieldwork-received", true),
    ("fieldwork-valid", true),
    ("fieldwork-invalid", true),
    ("fieldwork-enough", false),
];
const GROUP_COLUMNS: [(&str, bool); 6] = [
    ("fieldwork-group", false),
    ("fieldwork-planned", true),
    ("fieldwork-received", true),
    ("fieldwork-valid", true),
    ("fieldwork-invalid", true),
    ("fieldwork-short-units", true),
];
const INTERVIEWER_COLUMNS: [(&str, bool); 8] = [
    ("fieldwork-interviewer", false),
    ("fieldwork-visits", true),
    ("fieldwork-slips", true),
    ("fieldwork-valid", true),
    ("fieldwork-minutes", true),
    ("fieldwork-same", true),
    ("fieldwork-phones", true),
    ("fieldwork-returned", true),
];

pub(super) fn show(web: &Web, me: &Me, at: &At, numbers: &Numbers, errors: &Errors) -> Response {
    let (w, survey) = (me.w, &numbers.survey);
    let now = format::instant(web.now());
    let file = format!("{}?theo={}", survey.href("/tien-do.xlsx"), numbers.by.value());
    let none = match numbers.by {
        By::Interviewer => numbers.interviewers.is_empty(),
        By::Unit | By::Group => numbers.groups.is_empty(),
    };
    let body = html! {
        (ways(me, survey, Part::Progress))
        @if let Some(told) = remind::told(me, at) { (told) }
        (standing(web, me, survey))
        @if can_remind(me, survey) { (reminder(web, me, survey)) }
        (sums(w, numbers))
        (views(w, numbers))
        @if none {
            (empty(w.say("fieldwork-nothing-yet")))
        } @else {
            @match numbers.by {
                By::Unit => (units(w, numbers)),
                By::Group => (groups(w, numbers)),
                By::Interviewer => (interviewers(w, numbers)),
            }
            p { a href=(file) { (w.say("fieldwork-file")) } }
        }
        p.quiet { (w.tell("fieldwork-until-now", &[("now", Arg::Text(&now))])) }
    };
    page(me, survey, "fieldwork-progress-title")
        .errors(errors)
        .show(&body)
}

/// Whether interviewers can be told to go on, by whoever reads this.
fn can_remind(me: &Me, survey: &Survey) -> bool {
    let calendar = &survey.cycle.calendar;
    me.has(SUPERVISORS, Some(survey.code()))
        && survey.is_open()
        && calendar.check_some(Window::Survey, me.now).is_ok()
}

fn reminder(web: &Web, me: &Me, survey: &Survey) -> Markup {
    let what = me.w.say("fieldwork-interviewer");
    let action = survey.href("/tien-do/nhac-thu");
    remind::button(me.w, &action, what, &fields(web, me))
}

fn sums(w: Words, numbers: &Numbers) -> Markup {
    let all = |of: fn(&pb::GroupProgress) -> i32| numbers.groups.iter().map(of).sum::<i32>();
    let short = numbers.groups.iter().filter(|group| group.short).count();
    let rows = [
        ("fieldwork-planned", all(|group| group.planned)),
        ("fieldwork-received", all(|group| group.received)),
        ("fieldwork-valid", all(|group| group.valid)),
        ("fieldwork-invalid", all(|group| group.invalid)),
        ("fieldwork-short-places", i32::try_from(short).unwrap_or(i32::MAX)),
    ];
    html! {
        dl.counts { @for (key, n) in rows { div { dt { (w.say(key)) } dd { (n) } } } }
    }
}

fn views(w: Words, numbers: &Numbers) -> Markup {
    let own: Vec<Tab<'_>> = By::ALL
        .iter()
        .map(|(by, value, key)| Tab {
            label: w.say(key),
            href: format!("{}?theo={value}", numbers.survey.href("/tien-do")),
            count: None,
            current: *by == numbers.by,
        })
        .collect();
    tabs(w.say("fieldwork-views"), &own)
}

/// Whether there are enough valid slips, or what was decided where there are not.
pub(super) fn enough(w: Words, survey: &Survey, group: &pb::GroupProgress) -> (Kind, String) {
    let percent = i64::from(survey.cycle.rules.policy.survey.min_valid_percent);
    let percent = [("percent", Arg::Count(percent))];
    match group.decision() {
        pb::ShortageDecision::Accept => (Kind::Done, w.say("fieldwork-accepted").to_owned()),
        pb::ShortageDecision::NotApplicable => (Kind::Quiet, w.say("fieldwork-not-applicable").to_owned()),
        pb::ShortageDecision::Unspecified if group.short => {
            (Kind::Wanting, w.tell("fieldwork-short", &percent))
        }
        pb::ShortageDecision::Unspecified => (Kind::Done, w.tell("fieldwork-enough-now", &percent)),
    }
}

fn units(w: Words, numbers: &Numbers) -> Markup {
    let survey = &numbers.survey;
    let row = |group: &pb::GroupProgress| {
        let slips = format!(
            "{}?don-vi={}&nhom={}",
            survey.href("/phieu-da-nhan"),
            group.unit,
            group.group
        );
        let (kind, text) = enough(w, survey, group);
        vec![
            html! { a href=(slips) { (survey.unit(&group.unit)) } },
            html! { (group.group) },
            html! { (group.planned) },
            html! { (group.received) },
            html! { (group.valid) },
            html! { (group.invalid) },
            chip(kind, &text),
        ]
    };
    let table = Table {
        caption: w.say("fieldwork-by-unit"),
        columns: UNIT_COLUMNS.map(|key| column(w, key)).into(),
        rows: numbers.groups.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// A group's numbers over all units, and how many of them are short.
fn by_group(numbers: &Numbers) -> BTreeMap<&str, [i32; 5]> {
    let mut sums: BTreeMap<&str, [i32; 5]> = BTreeMap::new();
    for group in &numbers.groups {
        let own = sums.entry(&group.group).or_default();
        let more = [
            group.planned,
            group.received,
            group.valid,
            group.invalid,
            i32::from(group.short),
        ];
        for (sum, n) in own.iter_mut().zip(more) {
            *sum += n;
        }
    }
    sums
}

fn groups(w: Words, numbers: &Numbers) -> Markup {
    let survey = &numbers.survey;
    let row = |(group, sums): (&str, [i32; 5])| {
        let slips = format!("{}?nhom={group}", survey.href("/phieu-da-nhan"));
        let mut cells = vec![html! { a href=(slips) { (survey.group(group)) } }];
        cells.extend(sums.map(|n| html! { (n) }));
        cells
    };
    let table = Table {
        caption: w.say("fieldwork-by-group"),
        columns: GROUP_COLUMNS.map(|key| column(w, key)).into(),
        rows: by_group(numbers).into_iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn interviewers(w: Words, numbers: &Numbers) -> Markup {
    let survey = &numbers.survey;
    let row = |one: &pb::InterviewerProgress| {
        let slips = format!(
            "{}?dieu-tra-vien={}",
            survey.href("/phieu-da-nhan"),
            one.interviewer
        );
        let returns = format!(
            "{}?dieu-tra-vien={}",
            survey.href("/phieu-da-nhan/bi-tra-lai"),
            one.interviewer
        );
        let marked = |n: i32, hint: &str| marked(w, n, &format!("{slips}&dau={hint}"));
        vec![
            html! { a href=(slips) { (named(&numbers.names, &one.interviewer)) } },
            html! { (one.visits) },
            html! { (one.slips) },
            html! { (one.valid) },
            html! { @if one.slips > 0 { (one.median_minutes) } },
            marked(one.same_answers, super::slips::SAME),
            marked(one.duplicate_phones, super::slips::PHONES),
            html! { @if one.returned > 0 { a href=(returns) { (one.returned) } } @else { (one.returned) } },
        ]
    };
    let table = Table {
        caption: w.say("fieldwork-by-interviewer"),
        columns: INTERVIEWER_COLUMNS.map(|key| column(w, key)).into(),
        rows: numbers.interviewers.iter().map(row).collect(),
        sort: None,
    };
    html! { (table.show(w)) p.hint { (w.say("fieldwork-hints")) } }
}

/// A number that deserves a look leads to the slips behind it.
fn marked(w: Words, n: i32, href: &str) -> Markup {
    html! {
        @if n > 0 {
            a href=(href) aria-label=(w.tell("fieldwork-behind", &[("n", count(n))])) { (n) " !" }
        } @else { (n) }
    }
}

/// The table that is shown, for people who go on with it in a spreadsheet program.
pub(super) fn sheet(w: Words, numbers: &Numbers) -> Sheet {
    let survey = &numbers.survey;
    let number = |n: i32| Cell::Number(n.to_string());
    let unit = |group: &pb::GroupProgress| {
        let mut cells = vec![Cell::text(survey.unit(&group.unit)), Cell::text(&group.group)];
        let own = [group.planned, group.received, group.valid, group.invalid];
        cells.extend(own.map(number));
        cells.push(Cell::text(&enough(w, survey, group).1));
        cells
    };
    let group = |(group, sums): (&str, [i32; 5])| {
        let mut cells = vec![Cell::text(&survey.group(group))];
        cells.extend(sums.map(number));
        cells
    };
    let interviewer = |one: &pb::InterviewerProgress| {
        let mut cells = vec![Cell::text(named(&numbers.names, &one.interviewer))];
        let own = [one.visits, one.slips, one.valid, one.median_minutes];
        cells.extend(own.map(number));
        cells.extend([one.same_answers, one.duplicate_phones, one.returned].map(number));
        cells
    };
    let (columns, rows, name): (&[(&'static str, bool)], _, _) = match numbers.by {
        By::Unit => (
            &UNIT_COLUMNS,
            numbers.groups.iter().map(unit).collect(),
            "fieldwork-by-unit",
        ),
        By::Group => (
            &GROUP_COLUMNS,
            by_group(numbers).into_iter().map(group).collect(),
            "fieldwork-by-group",
        ),
        By::Interviewer => (
            &INTERVIEWER_COLUMNS,
            numbers.interviewers.iter().map(interviewer).collect(),
            "fieldwork-by-interviewer",
        ),
    };
    Sheet {
        name: w.say(name).to_owned(),
        heading: columns.iter().map(|(key, _)| w.say(key).to_owned()).collect(),
        rows,
    }
}
