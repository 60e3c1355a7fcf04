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
use super::super::parts::tasks::{Task, list as tasks};
use super::super::state::Web;
use super::load::{Campaign, Own, moment, short, slip_href, visit_href};

/// People on one page.
pub(super) const ROWS: usize = 50;
/// In the address: what was done, and with which slip.
pub(super) const DONE: &str = "da-ghi";
pub(super) const SLIP: &str = "phieu";
pub(super) const SAVED: &str = "da-luu";
pub(super) const SENT: &str = "da-gui";

pub(super) fn show(web: &Web, me: &Me, (own, just): (&Own, Option<&pb::Slip>), at: &At) -> Response {
    let (w, cycle) = (me.w, own.campaign.cycle.code.as_str());
    let body = html! {
        (tabs(w, cycle, false))
        (done(w, (own, just), at))
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

/// What came of the page before.
fn done(w: Words, (own, just): (&Own, Option<&pb::Slip>), at: &At) -> Markup {
    let told = match at.query(DONE) {
        Some("tu-choi") => w.say("survey-done-refused").to_owned(),
        Some("tu-choi-lai") => w.say("survey-done-refused-again").to_owned(),
        Some("khong-nhap") => w.say("survey-done-not-entered").to_owned(),
        Some("da-bo") => w.say("survey-done-dropped").to_owned(),
        Some(SAVED) => kept(w, own, at.query(SLIP).unwrap_or_default()),
        Some(SENT) => just.map_or_else(String::new, |slip| sent(w, own, slip)),
        _ => String::new(),
    };
    html! { @if !told.is_empty() { div role="status" { (notice(Kind::Done, html! { p { (told) } })) } } }
}

/// As it is stored, whatever the address says.
fn kept(w: Words, own: &Own, id: &str) -> String {
    let draft = own
        .drafts
        .iter()
        .find(|draft| draft.slip_id == id && draft.agreed);
    draft.map_or_else(String::new, |draft| {
        let at = moment(draft.saved_at.as_ref()).map(format::instant);
        line(w, own, "survey-done-saved", (id, &draft.unit, at))
    })
}

fn sent(w: Words, own: &Own, slip: &pb::Slip) -> String {
    let told = slip.slip.as_ref();
    let at = moment(slip.received_at.as_ref()).map(format::instant);
    let key = if slip.valid {
        "survey-done-sent"
    } else {
        "survey-done-sent-invalid"
    };
    told.map_or_else(String::new, |told| {
        line(w, own, key, (&told.slip_id, &told.unit, at))
    })
}

fn line(w: Words, own: &Own, key: &'static str, (id, unit, at): (&str, &str, Option<String>)) -> String {
    let (code, at) = (short(id), at.unwrap_or_default());
    let unit = own.campaign.unit(unit);
    w.tell(
        key,
        &[
            ("slip", Arg::Text(&code)),
            ("unit", Arg::Text(unit)),
            ("at", Arg::Text(&at)),
        ],
    )
}

/// The list, with a line on what was done with a slip.
pub(super) fn after(cycle: &str, done: &str, slip: &str) -> String {
    format!("{}?{DONE}={done}&{SLIP}={slip}", super::href(cycle))
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
    // Once the time of most units is over, that of those with more time counts.
    let end = if now < span.end { span.end } else { end };
    let (left, until) = (format::left(w, now, end), format::until(end));
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
        let next = own.successor(&told.slip_id);
        let begun = next.filter(|draft| draft.agreed);
        let href = slip_href(&told.cycle, begun.map_or(&told.slip_id, |draft| &draft.slip_id));
        let state = match next {
            Some(draft) if draft.agreed => chip(Kind::Open, w.say("survey-state-redoing")),
            Some(_) => chip(Kind::Refused, w.say("survey-state-refused")),
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
                (tasks(w.say(title), rows))
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

/// Who was not asked yet; by unit, so many on a page. Whose slip came back stands above.
fn waiting(w: Words, own: &Own, at: &At) -> Markup {
    let to_do = |visit: &&pb::Visit| visit.state() == pb::VisitState::Open && own.came_back(visit).is_none();
    let open = || own.visits.iter().filter(to_do);
    let units: BTreeSet<&str> = open().map(|visit| visit.unit.as_str()).collect();
    let unit = at.query("don-vi").unwrap_or_default();
    let chosen: Vec<&pb::Visit> = open()
        .filter(|visit| unit.is_empty() || visit.unit == unit)
        .collect();
    let place = Place::of(at, chosen.len());
    let rows: Vec<Task> = chosen
        .iter()
        .skip(place.from)
        .take(ROWS)
        .map(|visit| to_ask(w, own, visit))
        .collect();
    let list = super::href(own.campaign.cycle.code.as_str());
    let nobody = if own.visits.is_empty() {
        "survey-nobody"
    } else {
        "survey-all-asked"
    };
    html! {
        section #can-hoi {
            h2 { (w.say("survey-waiting")) " (" (chosen.len()) ")" }
            @if units.len() > 1 || !unit.is_empty() { (by_unit(w, own, &units, unit)) }
            @if rows.is_empty() { (empty(w.say(nobody))) } @else { (tasks(w.say("survey-waiting"), &rows)) }
            (place.pages(w, |page| format!("{list}?don-vi={unit}&trang={page}#can-hoi")))
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
    // The one that is shown, too, where nobody of it is left.
    options.extend(named.filter(|(code, _)| units.contains(code) || *code == chosen));
    let chosen = [chosen];
    let field = choice::select(
        w,
        &Choices::new("don-vi", w.say("survey-unit"), &options).chosen(&chosen),
    );
    filter::bar(w, &field, &super::href(own.campaign.cycle.code.as_str()))
}

/// A page of a long list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    page: usize,
    pub(super) from: usize,
    all: usize,
}

impl Place {
    /// The page that the address asks for, else the last one there is.
    pub(super) fn of(at: &At, all: usize) -> Self {
        let asked = at.query("trang").and_then(|page| page.parse().ok());
        let page = asked.unwrap_or(1).clamp(1, all.div_ceil(ROWS).max(1));
        Self {
            page,
            from: ROWS * (page - 1),
            all,
        }
    }

    pub(super) fn pages(self, w: Words, to: impl Fn(usize) -> String) -> Markup {
        let until = (self.from + ROWS).min(self.all);
        let pages = Pages {
            shown: format!("{}–{until} / {}", self.from + 1, self.all),
            first: (self.page > 1).then(|| to(1)),
            next: (until < self.all).then(|| to(self.page + 1)),
        };
        html! { @if self.all > ROWS { (pager(w, &pages)) } }
    }
}

/// Who did not want to take part; asked again, they may.
fn said_no(w: Words, own: &Own) -> Markup {
    let refused = own.visits.iter().filter_map(|visit| {
        // Whose slip came back stands with the slips that did.
        let draft = own.draft(visit)?;
        if draft.agreed || !draft.replaces.is_empty() {
            return None;
        }
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
