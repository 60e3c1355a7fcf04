//! Who sees to which criteria, and the form in which the head says so.

use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_platform::words::Arg;
use chiso_wire::ledger::{self as pb, Assignee};
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{Choices, checks, select};
use super::super::parts::state::{Kind, empty, locked, notice};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed};
use super::super::state::Web;
use super::assign::{CRITERIA, NOBODY, PERSON, href};
use super::load::{Place, Sheet};

/// What the page is made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) place: &'a Place,
    pub(super) sheet: &'a Sheet,
    pub(super) officers: &'a [Assignee],
    /// Who was given something just before.
    pub(super) last: &'a str,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
}

impl Shown<'_> {
    /// Somebody who is no officer of the unit any more is not named.
    fn name(&self, entry: &pb::Entry) -> &str {
        let officer = self
            .officers
            .iter()
            .find(|officer| officer.person_id == entry.assigned_to);
        officer.map_or_else(|| self.me.w.say("assign-nobody"), |officer| officer.name.as_str())
    }
}

pub(super) fn page(shown: &Shown<'_>) -> Response {
    let (w, place) = (shown.me.w, shown.place);
    let body = html! {
        (told(shown))
        p { (w.say("assign-meaning")) }
        @match shown.sheet.phase(Window::Explanation) {
            Phase::Over(span) => { (locked(w, &format::instant(span.end), w.say("assign-over"))) (parts(shown)) }
            _ if shown.officers.is_empty() => (empty(w.say("assign-no-officers"))),
            _ => (form(shown)),
        }
    };
    let title = w.tell("assign-title", &[("unit", Arg::Text(place.name()))]);
    let back = w.tell("ledger-back", &[("unit", Arg::Text(place.name()))]);
    Page::of(shown.me, title)
        .back(place.href(), &back)
        .errors(shown.errors)
        .show(&body)
}

/// What whoever was chosen just before sees to from now on.
fn told(shown: &Shown<'_>) -> Markup {
    let w = shown.me.w;
    let officer = shown
        .officers
        .iter()
        .find(|officer| officer.person_id == shown.last);
    let own = shown
        .sheet
        .entries
        .iter()
        .filter(|entry| entry.assigned_to == shown.last);
    let n = i64::try_from(own.count()).unwrap_or(i64::MAX);
    let line = match officer {
        Some(officer) => {
            let told = [("who", Arg::Text(officer.name.as_str())), ("n", Arg::Count(n))];
            w.tell("assign-saved", &told)
        }
        None if shown.last == NOBODY => w.say("assign-saved-nobody").to_owned(),
        None => return html! {},
    };
    html! { div role="status" { (notice(Kind::Done, html! { p { (line) } })) } }
}

fn form(shown: &Shown<'_>) -> Markup {
    let (w, typed) = (shown.me.w, shown.typed);
    let mut people = vec![("", w.say("assign-choose"))];
    let officers = shown.officers.iter();
    people.extend(officers.map(|officer| (officer.person_id.as_str(), officer.name.as_str())));
    people.push((NOBODY, w.say("assign-to-nobody")));
    let chosen = [typed.or(PERSON, shown.last)];
    let person = Choices::new(PERSON, w.say("assign-person"), &people)
        .chosen(&chosen)
        .error(shown.errors.of(PERSON));
    html! {
        form method="post" action=(href(shown.place)) novalidate {
            (hidden(shown.me))
            input type="hidden" name=(REQUEST) value=(shown.web.id());
            (select(w, &person))
            (parts(shown))
            div.buttons { button.main type="submit" { (w.say("assign-act")) } }
        }
    }
}

/// The criteria by content, each with who sees to it.
fn parts(shown: &Shown<'_>) -> Markup {
    let over = matches!(shown.sheet.phase(Window::Explanation), Phase::Over(_));
    let groups = shown.place.by_content(shown.sheet.entries.iter());
    html! {
        @for (content, entries) in &groups {
            @let label = format!("{}. {}", content.code, content.name);
            (part(shown, (content.code.as_str(), &label), entries, over))
        }
    }
}

fn part(shown: &Shown<'_>, (code, label): (&str, &str), entries: &[&pb::Entry], over: bool) -> Markup {
    let w = shown.me.w;
    let line = |entry: &&pb::Entry| {
        let leaf = shown.place.leaf(&entry.criterion).map_or("", |leaf| &leaf.name);
        let told = [
            ("criterion", Arg::Text(entry.criterion.as_str())),
            ("name", Arg::Text(leaf)),
            ("who", Arg::Text(shown.name(entry))),
        ];
        (entry.criterion.clone(), w.tell("assign-line", &told))
    };
    let lines: Vec<(String, String)> = entries.iter().map(line).collect();
    let lines: Vec<(&str, &str)> = lines.iter().map(|(value, text)| (&**value, &**text)).collect();
    let name = format!("{CRITERIA}{code}");
    let ticked = shown.typed.all_or(&name, Vec::new());
    let choices = Choices::new(&name, label, &lines)
        .chosen(&ticked)
        .error(shown.errors.of(&name))
        .locked(over);
    checks(w, &choices)
}
