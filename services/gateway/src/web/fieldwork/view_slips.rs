//! Lists of slips: those that came in, and those that were given back.

use axum::response::Response;
use chiso_domain::kernel::time::SECOND;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::format;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::Table;
use super::super::survey::short;
use super::load::{Survey, named};
use super::slips::{PHONES, Returns, SAME, Slips};
use super::view::{Part, column, page, shown, ways};

pub(super) fn show(me: &Me, slips: &Slips) -> Response {
    let (w, survey) = (me.w, &slips.survey);
    let body = html! {
        (ways(me, survey, Part::Slips))
        (filters(w, slips))
        @if slips.asked.hint() != pb::SlipHint::Unspecified { p.hint { (w.say("fieldwork-hints")) } }
        @if slips.slips.is_empty() {
            (empty(w.say(if is_filtered(slips) { "fieldwork-none-found" } else { "fieldwork-nothing-yet" })))
        } @else {
            (table(w, slips))
            (pager(w, &pages(slips)))
        }
    };
    page(me, survey, "fieldwork-slips-title").show(&body)
}

fn is_filtered(slips: &Slips) -> bool {
    let asked = &slips.asked;
    asked.hint() != pb::SlipHint::Unspecified
        || [&asked.unit, &asked.group, &asked.interviewer]
            .iter()
            .any(|text| !text.is_empty())
}

fn filters(w: Words, slips: &Slips) -> Markup {
    let (survey, asked) = (&slips.survey, &slips.asked);
    let all = [("", w.say("fieldwork-all"))];
    let units: Vec<_> = all.into_iter().chain(survey.units()).collect();
    let groups: Vec<_> = survey
        .groups
        .iter()
        .map(|group| (group.group.as_str(), survey.group(&group.group)))
        .collect();
    let groups = groups.iter().map(|(code, label)| (*code, label.as_str()));
    let groups: Vec<_> = all.into_iter().chain(groups).collect();
    let hints = [
        all[0],
        (SAME, w.say("fieldwork-same")),
        (PHONES, w.say("fieldwork-phones")),
    ];
    let hint = match asked.hint() {
        pb::SlipHint::Unspecified => "",
        pb::SlipHint::SameAnswers => SAME,
        pb::SlipHint::DuplicatePhone => PHONES,
    };
    let select = |name, key, options: &[(&str, &str)], chosen: &str| {
        choice::select(w, &Choices::new(name, w.say(key), options).chosen(&[chosen]))
    };
    let fields = html! {
        (select("don-vi", "fieldwork-unit", &units, &asked.unit))
        (select("nhom", "fieldwork-group", &groups, &asked.group))
        (by_interviewer(w, &slips.interviewers, &asked.interviewer))
        (select("dau", "fieldwork-hint", &hints, hint))
    };
    filter::bar(w, &fields, &survey.href("/phieu-da-nhan"))
}

fn by_interviewer(w: Words, interviewers: &[chiso_wire::identity::Holder], chosen: &str) -> Markup {
    let own: Vec<_> = interviewers
        .iter()
        .map(|one| (one.person_id.as_str(), format!("{} ({})", one.name, one.login)))
        .collect();
    let own = own.iter().map(|(id, label)| (*id, label.as_str()));
    let options: Vec<_> = [("", w.say("fieldwork-all"))].into_iter().chain(own).collect();
    let chosen = [chosen];
    let choices = Choices::new("dieu-tra-vien", w.say("fieldwork-interviewer"), &options);
    choice::select(w, &choices.chosen(&chosen))
}

fn table(w: Words, slips: &Slips) -> Markup {
    let columns = [
        ("fieldwork-slip", false),
        ("fieldwork-unit", false),
        ("fieldwork-group", false),
        ("fieldwork-interviewer", false),
        ("fieldwork-received-at", false),
        ("fieldwork-took", true),
        ("fieldwork-state", false),
    ];
    let row = |slip: &pb::Slip| {
        let told = slip.slip.as_ref();
        let of = |text: fn(&pb::NewSlip) -> &str| told.map(text).unwrap_or_default();
        vec![
            link(&slips.survey, of(|told| &told.slip_id)),
            html! { (slips.survey.unit(of(|told| &told.unit))) },
            html! { (of(|told| &told.group)) },
            html! { (named(&slips.names, &slip.interviewer)) },
            html! { (shown(slip.received_at.as_ref())) },
            html! { (told.map(took).unwrap_or_default()) },
            state(w, slip),
        ]
    };
    let table = Table {
        caption: w.say("fieldwork-slips"),
        columns: columns.map(|key| column(w, key)).into(),
        rows: slips.slips.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn link(survey: &Survey, id: &str) -> Markup {
    let href = survey.href(&format!("/phieu-da-nhan/{id}"));
    html! { a href=(href) { (short(id)) } }
}

/// So many whole minutes it took.
pub(super) fn took(told: &pb::NewSlip) -> String {
    let ends = instant("ended_at", told.ended_at.as_ref());
    let starts = instant("started_at", told.started_at.as_ref());
    match (starts, ends) {
        (Ok(start), Ok(end)) => ((end.micros() - start.micros()) / (60 * SECOND)).to_string(),
        _ => String::new(),
    }
}

/// Whether it counts; a returned one says so.
pub(super) fn state(w: Words, slip: &pb::Slip) -> Markup {
    let returned = slip
        .invalid_reasons
        .iter()
        .any(|reason| reason.code == "RETURNED");
    match slip.valid {
        true => chip(Kind::Done, w.say("fieldwork-is-valid")),
        false if returned => chip(Kind::Wanting, w.say("fieldwork-is-returned")),
        false => chip(Kind::Refused, w.say("fieldwork-is-invalid")),
    }
}

/// The address of a page of a list, with what it is filtered by.
fn address(path: &str, by: &[(&str, &str)]) -> String {
    let by: Vec<String> = by
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("{name}={value}")
        })
        .collect();
    if by.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", by.join("&"))
    }
}

fn pages(slips: &Slips) -> Pages {
    let asked = &slips.asked;
    let hint = match asked.hint() {
        pb::SlipHint::Unspecified => "",
        pb::SlipHint::SameAnswers => SAME,
        pb::SlipHint::DuplicatePhone => PHONES,
    };
    let path = slips.survey.href("/phieu-da-nhan");
    let at = |after: &str| {
        let by = [
            ("don-vi", asked.unit.as_str()),
            ("nhom", &asked.group),
            ("dieu-tra-vien", &asked.interviewer),
            ("dau", hint),
            ("sau", after),
        ];
        address(&path, &by)
    };
    Pages {
        shown: String::new(),
        first: (!asked.page_token.is_empty()).then(|| at("")),
        next: (!slips.next.is_empty()).then(|| at(&slips.next)),
    }
}

pub(super) fn show_returns(me: &Me, returns: &Returns) -> Response {
    let (w, survey) = (me.w, &returns.survey);
    let path = survey.href("/phieu-da-nhan/bi-tra-lai");
    let at = |after: &str| {
        let by = [("dieu-tra-vien", returns.interviewer.as_str()), ("sau", after)];
        address(&path, &by)
    };
    let pages = Pages {
        shown: String::new(),
        first: (!returns.after.is_empty()).then(|| at("")),
        next: (!returns.next.is_empty()).then(|| at(&returns.next)),
    };
    let fields = by_interviewer(w, &returns.interviewers, &returns.interviewer);
    let body = html! {
        (ways(me, survey, Part::Returns))
        (filter::bar(w, &fields, &path))
        @if returns.slips.is_empty() {
            (empty(w.say("fieldwork-no-returns")))
        } @else {
            (returned(w, returns))
            (pager(w, &pages))
        }
    };
    page(me, survey, "fieldwork-returns-title").show(&body)
}

fn returned(w: Words, returns: &Returns) -> Markup {
    let columns = [
        ("fieldwork-slip", false),
        ("fieldwork-unit", false),
        ("fieldwork-interviewer", false),
        ("fieldwork-returned-at", false),
        ("fieldwork-returned-by", false),
        ("fieldwork-reason", false),
        ("fieldwork-replaced-by", false),
    ];
    let row = |slip: &pb::Slip| {
        let told = slip.slip.clone().unwrap_or_default();
        let back = slip.returned.clone().unwrap_or_default();
        vec![
            link(&returns.survey, &told.slip_id),
            html! { (returns.survey.unit(&told.unit)) },
            html! { (named(&returns.names, &slip.interviewer)) },
            html! { (shown(back.at.as_ref())) },
            html! { (named(&returns.names, &back.by)) },
            html! { (back.reason) },
            html! {
                @if back.replaced_by.is_empty() { (chip(Kind::Wanting, w.say("fieldwork-not-replaced"))) }
                @else { (link(&returns.survey, &back.replaced_by)) }
            },
        ]
    };
    let count = i64::try_from(returns.slips.len()).unwrap_or(i64::MAX);
    let caption = w.tell("fieldwork-returns", &[("n", Arg::Count(count))]);
    let table = Table {
        caption: &caption,
        columns: columns.map(|key| column(w, key)).into(),
        rows: returns.slips.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The time of day is part of it: slips of one hour are told apart by it.
pub(super) fn times(w: Words, told: &pb::NewSlip) -> String {
    let at = |time| instant("at", time).map_or_else(|_| String::new(), format::instant);
    let (from, until) = (at(told.started_at.as_ref()), at(told.ended_at.as_ref()));
    let args = [("from", Arg::Text(&from)), ("until", Arg::Text(&until))];
    w.tell("fieldwork-times", &args)
}
