//! What is an interviewer's to do: slips that came back, slips that are begun, people to be asked.

use std::collections::BTreeSet;

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::at::At;
use super::super::format;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, chip, empty, locked, notice};
use super::super::parts::tabs::{self, Tab};
use super::super::parts::tasks::{Task, list};
use super::super::state::Web;
use super::load::{Campaign, Own, moment, short, slip_href, visit_href};

/// People on one page.
const ROWS: usize = 50;

pub(super) fn show(web: &Web, me: &Me, own: &Own, at: &At) -> Response {
    let (w, cycle) = (me.w, own.campaign.cycle.code.as_str());
    let body = html! {
        (tabs(w, cycle, false))
        (done(w, at))
        (window(w, web, &own.campaign))
        (counts(w, own))
        (returned(w, own))
        (begun(w, own))
        (waiting(w, own, at))
        (said_no(w, own))
    };
    Page::of(me, w.tell("survey-title", &[("cycle", Arg::Text(cycle))]))
        .back("/viec-cua-toi", w.say("common-tasks"))
        .show(&body)
}

/// What is to be done, and what was sent.
pub(super) fn tabs(w: Words, cycle: &str, sent: bool) -> Markup {
    let own = super::href(cycle);
    let tab = |label, href: String, current| Tab {
        label,
        href,
        count: None,
        current,
    };
    tabs::tabs(
        w.say("survey-views"),
        &[
            tab(w.say("survey-to-do"), own.clone(), !sent),
            tab(w.say("survey-sent"), format!("{own}/da-gui"), sent),
        ],
    )
}

/// What came of the form before.
fn done(w: Words, at: &At) -> Markup {
    let told = match at.query("da-ghi") {
        Some("tu-choi") => w.say("survey-done-refused"),
        Some("khong-nhap") => w.say("survey-done-not-entered"),
        Some("da-bo") => w.say("survey-done-dropped"),
        _ => return html! {},
    };
    html! { div role="status" { (notice(Kind::Done, html! { p { (told) } })) } }
}

/// Until when slips are taken.
fn window(w: Words, web: &Web, campaign: &Campaign) -> Markup {
    let calendar = &campaign.cycle.calendar;
    let (span, now) = (calendar.span(Window::Survey, None), web.now());
    let end = calendar.last_end(Window::Survey);
    if let Some(at) = campaign.closed_at {
        return locked(w, &format::instant(at), w.say("survey-closed-who"));
    }
    if campaign.groups.is_empty() {
        return notice(Kind::Locked, html! { p { (w.say("survey-no-form")) } });
    }
    let Some((span, end)) = span.zip(end) else {
        return notice(Kind::Locked, html! { p { (w.say("survey-no-window")) } });
    };
    if now < span.start {
        let from = format::instant(span.start);
        let told = w.tell("survey-ahead", &[("from", Arg::Text(&from))]);
        return notice(Kind::Locked, html! { p { (told) } });
    }
    if now >= end {
        return locked(w, &format::instant(end), w.say("survey-over-who"));
    }
    let (left, until) = (format::left(w, now, span.end), format::until(span.end));
    html! { p { (w.tell("home-until", &[("left", Arg::Text(&left)), ("until", Arg::Text(&until))])) } }
}

fn counts(w: Words, own: &Own) -> Markup {
    let all = own.visits.len();
    let done = own
        .visits
        .iter()
        .filter(|visit| visit.state() == pb::VisitState::Done)
        .count();
    let drafts = own.drafts.iter().filter(|draft| draft.agreed).count();
    html! {
        dl.counts {
            div { dt { (w.say("survey-count-visits")) } dd { (done) "/" (all) } }
            div { dt { (w.say("survey-count-drafts")) } dd { (drafts) } }
            div { dt { (w.say("survey-count-returned")) } dd { (own.returns.len()) } }
        }
        div.buttons.first { a.main href=(format!("{}/nguoi-moi", super::href(own.campaign.cycle.code.as_str()))) { (w.say("survey-new")) } }
    }
}

fn returned(w: Words, own: &Own) -> Markup {
    let row = |slip: &pb::Slip| {
        let (told, back) = (slip.slip.as_ref()?, slip.returned.as_ref()?);
        let begun = own.successor(&told.slip_id);
        let href = slip_href(&told.cycle, begun.map_or(&told.slip_id, |draft| &draft.slip_id));
        let state = match begun {
            Some(_) => chip(Kind::Open, w.say("survey-state-redoing")),
            None => chip(Kind::Wanting, w.say("survey-state-returned")),
        };
        Some(Task {
            label: named(w, own.name(&told.respondent_id), &told.slip_id),
            about: own.campaign.unit(&told.unit).to_owned(),
            when: back.reason.clone(),
            done: moment(back.at.as_ref()).map(format::instant).unwrap_or_default(),
            state,
            href: Some(href),
        })
    };
    let rows: Vec<Task> = own.returns.iter().filter_map(row).collect();
    part(w, "survey-returned", &rows)
}

/// "Nguyễn Văn A · 7K3F92".
fn named(w: Words, name: &str, slip: &str) -> String {
    let name = if name.is_empty() {
        w.say("survey-somebody")
    } else {
        name
    };
    format!("{name} · {}", short(slip))
}

fn part(w: Words, title: &'static str, rows: &[Task]) -> Markup {
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (w.say(title)) " (" (rows.len()) ")" }
                (list(w.say(title), rows))
            }
        }
    }
}

fn begun(w: Words, own: &Own) -> Markup {
    let row = |draft: &pb::Draft| {
        let answered = draft.answers.len();
        let saved = moment(draft.saved_at.as_ref())
            .map(format::instant)
            .unwrap_or_default();
        let answered = i64::try_from(answered).unwrap_or(i64::MAX);
        Task {
            label: named(w, own.name(&draft.respondent_id), &draft.slip_id),
            about: own.campaign.unit(&draft.unit).to_owned(),
            when: w.tell("survey-saved-at", &[("at", Arg::Text(&saved))]),
            done: w.tell("survey-answers-given", &[("n", Arg::Count(answered))]),
            state: chip(Kind::Open, w.say("survey-state-draft")),
            href: Some(slip_href(&draft.cycle, &draft.slip_id)),
        }
    };
    let mut drafts: Vec<&pb::Draft> = own.drafts.iter().filter(|draft| draft.agreed).collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.saved_at.map(|at| (at.seconds, at.nanos))));
    let rows: Vec<Task> = drafts.into_iter().map(row).collect();
    part(w, "survey-begun", &rows)
}

/// Who was not asked yet; by unit, so many on a page.
fn waiting(w: Words, own: &Own, at: &At) -> Markup {
    let open = || {
        own.visits
            .iter()
            .filter(|visit| visit.state() == pb::VisitState::Open)
    };
    let units: BTreeSet<&str> = open().map(|visit| visit.unit.as_str()).collect();
    let unit = at.query("don-vi").unwrap_or_default();
    let chosen: Vec<&pb::Visit> = open()
        .filter(|visit| unit.is_empty() || visit.unit == unit)
        .collect();
    let page: usize = at
        .query("trang")
        .and_then(|page| page.parse().ok())
        .unwrap_or(1)
        .max(1);
    let from = ROWS.saturating_mul(page - 1).min(chosen.len());
    let rows: Vec<Task> = chosen
        .iter()
        .skip(from)
        .take(ROWS)
        .map(|visit| to_ask(w, own, visit))
        .collect();
    let nobody = if own.visits.is_empty() {
        "survey-nobody"
    } else {
        "survey-all-asked"
    };
    html! {
        section #can-hoi {
            h2 { (w.say("survey-waiting")) " (" (chosen.len()) ")" }
            @if units.len() > 1 { (by_unit(w, own, &units, unit)) }
            @if rows.is_empty() { (empty(w.say(nobody))) } @else { (list(w.say("survey-waiting"), &rows)) }
            (pages(w, own, unit, (from, rows.len(), chosen.len(), page)))
        }
    }
}

fn to_ask(w: Words, own: &Own, visit: &pb::Visit) -> Task {
    Task {
        label: visit.name.clone(),
        about: own.campaign.unit(&visit.unit).to_owned(),
        when: visit.phone_masked.clone(),
        done: own.campaign.title(&visit.group).to_owned(),
        state: chip(Kind::Quiet, w.say("survey-state-open")),
        href: Some(visit_href(
            own.campaign.cycle.code.as_str(),
            &visit.unit,
            &visit.respondent_id,
        )),
    }
}

fn by_unit(w: Words, own: &Own, units: &BTreeSet<&str>, chosen: &str) -> Markup {
    let mut options = vec![("", w.say("survey-every-unit"))];
    let known = own.campaign.units();
    let named = known.iter().map(|unit| (unit.code.as_str(), unit.name.as_str()));
    options.extend(named.filter(|(code, _)| units.contains(code)));
    let chosen = [chosen];
    let field = choice::select(
        w,
        &Choices::new("don-vi", w.say("survey-unit"), &options).chosen(&chosen),
    );
    filter::bar(w, &field, &super::href(own.campaign.cycle.code.as_str()))
}

fn pages(w: Words, own: &Own, unit: &str, (from, shown, all, page): (usize, usize, usize, usize)) -> Markup {
    if all <= ROWS {
        return html! {};
    }
    let to = |page: usize| {
        let list = super::href(own.campaign.cycle.code.as_str());
        format!("{list}?don-vi={unit}&trang={page}#can-hoi")
    };
    let pages = Pages {
        shown: format!("{}–{} / {all}", (from + 1).min(all), from + shown),
        first: (page > 1).then(|| to(1)),
        next: (from + shown < all).then(|| to(page + 1)),
    };
    pager(w, &pages)
}

/// Who did not want to take part; asked again, they may.
fn said_no(w: Words, own: &Own) -> Markup {
    let refused = own.visits.iter().filter_map(|visit| {
        let draft = own.draft(visit).filter(|draft| !draft.agreed)?;
        let at = moment(draft.saved_at.as_ref())
            .map(format::instant)
            .unwrap_or_default();
        Some(Task {
            when: at,
            done: draft.note.clone(),
            state: chip(Kind::Refused, w.say("survey-state-refused")),
            ..to_ask(w, own, visit)
        })
    });
    let rows: Vec<Task> = refused.collect();
    part(w, "survey-refused", &rows)
}
