//! The calendar: from when to when each part of the year is open.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::cycle::Window;
use chiso_domain::kernel::Instant;
use chiso_platform::words::Arg;
use chiso_wire::convert::timestamp;
use chiso_wire::registry::{self as pb, SetCalendarRequest};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::parts::field::Field;
use super::super::posted::Posted;
use super::super::save::{DONE, Refused, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::desk::{self, Desk};
use super::load::window;
use super::organiser::Organiser;
use super::when::{self, Side};

/// What the registry says of a window is said at its first field.
const NAMES: &Names = &[
    ("calendar", ""),
    ("calendar.SURVEY", "tu-SURVEY"),
    ("calendar.RECHECK", "tu-RECHECK"),
    ("calendar.SELF_SCORING", "tu-SELF_SCORING"),
    ("calendar.APPRAISAL_1", "tu-APPRAISAL_1"),
    ("calendar.EXPLANATION", "tu-EXPLANATION"),
    ("calendar.APPRAISAL_2", "tu-APPRAISAL_2"),
    ("calendar.EXTERNAL_INDEX", "tu-EXTERNAL_INDEX"),
    ("calendar.LEADERS", "tu-LEADERS"),
];

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, view).await
}

pub(super) async fn save(State(web): State<Web>, Organiser(me): Organiser, at: At, posted: Posted) -> Answer {
    let sent = match asked(&me, &at, &posted) {
        Ok(asked) => send(me.w, NAMES, web.registry().set_calendar(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    let to = format!("{}/lich?{DONE}=1", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
}

/// Both sides of each window, or neither where the cycle has no such window.
fn asked(me: &Me, at: &At, posted: &Posted) -> Result<SetCalendarRequest, Errors> {
    let mut errors = Errors::new(me.w);
    let mut calendar = Vec::new();
    for one in Window::ALL {
        let (from, to) = (name("tu", one), name("den", one));
        if posted.text(&from).trim().is_empty() && posted.text(&to).trim().is_empty() {
            continue;
        }
        let sides = [(from, Side::Start), (to, Side::End)];
        let [starts, ends] = sides.map(|(field, side)| instant(&mut errors, me, posted, &field, side));
        calendar.push(pb::WindowSpan {
            window: pb::Window::from(one).into(),
            starts_at: starts.map(timestamp),
            ends_at: ends.map(timestamp),
        });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(SetCalendarRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        calendar,
        seen_version: desk::seen(posted),
    })
}

/// What a field says; what it does not say is an error of it.
pub(super) fn instant(
    errors: &mut Errors,
    me: &Me,
    posted: &Posted,
    field: &str,
    side: Side,
) -> Option<Instant> {
    let typed = posted.text(field).trim();
    let read = when::read(typed, side);
    if typed.is_empty() {
        errors.add(field, me.w.say("form-needed"));
    } else if read.is_none() {
        let given = [("typed", Arg::Text(typed))];
        errors.add(field, me.w.tell("organise-instant-unread", &given));
    }
    read
}

fn name(side: &str, window: Window) -> String {
    format!("{side}-{}", window.name())
}

fn view(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let body = html! {
        (desk.told(w.say("organise-calendar-saved")))
        (desk.frozen())
        p { (w.say("organise-calendar-meaning")) }
        @if desk.frame.open && desk.changes() { p { a href=(desk.href("#cua-so")) { (w.say("organise-to-extend")) } } }
        (desk.form("/lich", &html! {
            @if !desk.fixed() { p.hint { (w.say("organise-calendar-hint")) } }
            @for one in Window::ALL { (row(desk, one)) }
        }))
    };
    desk.page(w.say("organise-calendar")).show(&body)
}

fn row(desk: &Desk<'_>, one: Window) -> Markup {
    let w = desk.w();
    let windows = &desk.frame.cycle.calendar.windows;
    let span = windows
        .iter()
        .find(|(name, _)| *name == one)
        .map(|(_, span)| *span);
    let from = span.map_or_else(String::new, |span| when::shown(span.start, Side::Start));
    let to = span.map_or_else(String::new, |span| when::shown(span.end, Side::End));
    let (named_from, named_to) = (name("tu", one), name("den", one));
    // Whether the other windows are needed the index sets say.
    let always = matches!(
        one,
        Window::SelfScoring | Window::Appraisal1 | Window::Explanation | Window::Appraisal2
    );
    let field = |name, label| {
        let field = Field::new(name, label).locked(desk.fixed());
        if always { field.required() } else { field }
    };
    html! {
        fieldset.window {
            legend { (window(w, one)) }
            div.side-by-side {
                (desk.text(&field(&named_from, w.say("organise-from")), &named_from, &from))
                (desk.text(&field(&named_to, w.say("organise-until")), &named_to, &to))
            }
        }
    }
}
