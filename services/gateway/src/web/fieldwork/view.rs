//! What the pages of the survey have in common: where one is, in which state the survey is, and small things of tables.

use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::instant;
use chiso_wire::identity::Role;
use maud::{Markup, html};
use prost_types::Timestamp;

use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::Column;
use super::super::parts::tabs::{Tab, tabs};
use super::super::posted::REQUEST;
use super::super::state::Web;
use super::load::Survey;

/// The parts of the survey, in the order of the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Progress,
    Slips,
    Returns,
    Frame,
    Setup,
}

/// A page of the survey: its title, and the tabs under it.
pub(super) fn page<'a>(me: &'a Me, survey: &Survey, title: &'static str) -> Page<'a> {
    let w = me.w;
    Page::of(me, w.tell(title, &[("cycle", Arg::Text(survey.code()))]))
        .back("/viec-cua-toi", w.say("common-tasks"))
        .wide()
}

/// The ways to the other parts.
pub(super) fn ways(me: &Me, survey: &Survey, now: Part) -> Markup {
    let w = me.w;
    let mut parts = vec![
        (Part::Progress, "fieldwork-tab-progress", survey.href("/tien-do")),
        (Part::Slips, "fieldwork-tab-slips", survey.href("/phieu-da-nhan")),
        (
            Part::Returns,
            "fieldwork-tab-returns",
            survey.href("/phieu-da-nhan/bi-tra-lai"),
        ),
        (Part::Frame, "fieldwork-tab-frame", survey.href("/bang-ke")),
    ];
    if me.has(&[Role::Organiser], Some(survey.code())) {
        parts.push((
            Part::Setup,
            "fieldwork-tab-setup",
            super::setup_href(survey.code()),
        ));
    }
    let parts: Vec<Tab<'_>> = parts
        .into_iter()
        .map(|(part, key, href)| Tab {
            label: w.say(key),
            href,
            count: None,
            current: part == now,
        })
        .collect();
    tabs(w.say("fieldwork-parts"), &parts)
}

/// Whether the survey takes data, and until when; and what has to be done before.
pub(super) fn standing(web: &Web, me: &Me, survey: &Survey) -> Markup {
    let w = me.w;
    let Some(campaign) = &survey.campaign else {
        let organiser = me.has(&[Role::Organiser], Some(survey.code()));
        let key = if organiser {
            "fieldwork-no-campaign-here"
        } else {
            "fieldwork-no-campaign"
        };
        return notice(Kind::Wanting, html! { p { (w.say(key)) } });
    };
    if campaign.closed_at.is_some() {
        let at = shown(campaign.closed_at.as_ref());
        let told = w.tell("fieldwork-closed", &[("at", Arg::Text(&at))]);
        return notice(Kind::Locked, html! { p { (told) } });
    }
    let now = web.now();
    match survey.span() {
        None => notice(Kind::Wanting, html! { p { (w.say("fieldwork-no-window")) } }),
        Some(span) if now < span.start => {
            let from = format::instant(span.start);
            let told = w.tell("fieldwork-ahead", &[("from", Arg::Text(&from))]);
            html! { p { (told) } }
        }
        Some(span) if now < span.end => {
            let (left, until) = (format::left(w, now, span.end), format::until(span.end));
            let args = [("left", Arg::Text(&left)), ("until", Arg::Text(&until))];
            html! { p { (w.tell("fieldwork-open", &args)) } }
        }
        Some(span) => {
            let until = format::until(span.end);
            let told = w.tell("fieldwork-over", &[("until", Arg::Text(&until))]);
            notice(Kind::Locked, html! { p { (told) } })
        }
    }
}

/// The hidden fields of a form that acts.
pub(super) fn fields(web: &Web, me: &Me) -> Markup {
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
    }
}

/// A column that is not sorted by.
pub(super) fn column(w: Words, (key, numeric): (&'static str, bool)) -> Column<'static> {
    Column {
        key: "",
        label: w.say(key),
        numeric,
    }
}

pub(super) fn count(n: i32) -> Arg<'static> {
    Arg::Count(i64::from(n))
}

pub(super) fn shown(at: Option<&Timestamp>) -> String {
    instant("at", at).map_or_else(|_| String::new(), format::instant)
}
