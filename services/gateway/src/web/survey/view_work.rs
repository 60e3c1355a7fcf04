//! The page around a slip that is being filled in.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, locked, notice, save_line};
use super::super::phase::Phase;
use super::super::posted::{REQUEST, Typed, VERSION};
use super::super::state::Web;
use super::form::{self, NOTE, NOTE_MAX};
use super::load::{Campaign, Open, moment, short};
use super::told::Checked;
use super::view_list;
use super::view_slip::Sheet;

/// The button that looks the slip over once it is saved; scripts know it by this name.
pub(super) const GO_ON: &str = "_then";

/// What was typed over a draft and not taken.
#[derive(Debug)]
pub(super) struct Typing<'a> {
    pub(super) typed: Typed,
    pub(super) errors: &'a Errors,
    /// What is stored was saved elsewhere meanwhile.
    pub(super) clash: bool,
    /// The version that was typed over; none: the one that is stored.
    pub(super) version: Option<i64>,
}

impl<'a> Typing<'a> {
    /// Nothing.
    pub(super) fn nothing(errors: &'a Errors) -> Self {
        Self {
            typed: Typed::default(),
            errors,
            clash: false,
            version: None,
        }
    }
}

pub(super) fn page(web: &Web, me: &Me, open: &Open, checked: &Checked, typing: &Typing<'_>) -> Response {
    let w = me.w;
    let shut = shut(w, &open.campaign, &open.draft.unit, me);
    let body = html! {
        (whom(w, open))
        @if let Some(shut) = &shut { (shut) } @else { (in_the_way(w, checked)) }
        @if typing.clash { p { a href=(open.href("")) { (w.say("survey-open-stored")) } } }
        (sheet(web, me, open, checked, (typing, shut.is_some())))
        (dropping(web, me, open))
    };
    let back = match &shut {
        Some(_) => super::href(&open.draft.cycle),
        None => view_list::after(&open.draft.cycle, view_list::SAVED, &open.draft.slip_id),
    };
    Page::of(
        me,
        w.tell("survey-slip", &[("slip", Arg::Text(&short(&open.draft.slip_id)))]),
    )
    .back(back, w.say("survey-to-list"))
    .script("autosave.js")
    .script("survey.js")
    .errors(typing.errors)
    .show(&body)
}

fn sheet(web: &Web, me: &Me, open: &Open, checked: &Checked, (typing, shut): (&Typing<'_>, bool)) -> Markup {
    let (w, draft) = (me.w, &open.draft);
    let (typed, errors) = (&typing.typed, typing.errors);
    let mut sheet = Sheet::new(w, &open.form, &draft.answers, (typed, errors));
    if errors.is_empty() {
        sheet = sheet.told(checked.of_answers());
    }
    let note = Field::new(NOTE, w.say("survey-note")).hint(w.say("survey-note-hint"));
    let note = note.value(typed.or(NOTE, &draft.note)).error(errors.of(NOTE));
    html! {
        form.slip method="post" action=(open.href("")) novalidate data-autosave[!shut]
            data-undecided[typing.clash] {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(web.id());
            input type="hidden" name=(VERSION) value=(typing.version.unwrap_or(draft.version));
            (sheet.locked(shut).theirs(typing.clash).show())
            (field::area(w, &note.longest(NOTE_MAX).locked(shut)))
            @if !shut {
                noscript { p.hint { (stored(w, open)) " " (w.say("survey-without-scripts")) } }
                div.ending {
                    (answered(w, open))
                    (save_line(w))
                    div.buttons {
                        button.main type="submit" name=(GO_ON) value="1" data-next { (w.say("survey-look-over")) }
                        button type="submit" data-save { (w.say("survey-save")) }
                    }
                }
            }
        }
    }
}

/// Since when what is stored is stored.
fn stored(w: Words, open: &Open) -> String {
    let at = moment(open.draft.saved_at.as_ref()).map(format::instant);
    w.tell("survey-saved-at", &[("at", Arg::Text(&at.unwrap_or_default()))])
}

fn answered(w: Words, open: &Open) -> Markup {
    let (all, done) = form::counts(&open.form, &form::answers(&open.form, &open.draft.answers));
    let (all, done) = (all.to_string(), done.to_string());
    let told = |done: &str, all: &str| {
        w.tell(
            "survey-answered",
            &[("done", Arg::Text(done)), ("all", Arg::Text(all))],
        )
    };
    html! { p data-answered=(told("{done}", "{all}")) { (told(&done, &all)) } }
}

/// Whom the slip asks about what.
pub(super) fn whom(w: Words, open: &Open) -> Markup {
    let unit = open.campaign.unit(&open.draft.unit);
    html! {
        p.whom {
            @match &open.visit {
                Some(visit) => { strong { (visit.name) } " · " span.phone { (visit.phone_masked) } },
                None => { (w.say("survey-visit-given-on")) },
            }
            br;
            (w.tell("survey-about", &[("unit", Arg::Text(unit))]))
            @if !open.form.title.is_empty() { br; span.quiet { (open.form.title) } }
        }
    }
}

/// Why nothing can be saved now: none while it can.
pub(super) fn shut(w: Words, campaign: &Campaign, unit: &str, me: &Me) -> Option<Markup> {
    if let Some(at) = campaign.closed_at {
        return Some(locked(w, &format::instant(at), w.say("survey-closed-who")));
    }
    match campaign.phase(unit, me.now) {
        Phase::Open(_) => None,
        Phase::Over(span) => Some(locked(w, &format::instant(span.end), w.say("survey-over-who"))),
        Phase::Ahead(span) => {
            let from = format::instant(span.start);
            let told = w.tell("survey-ahead", &[("from", Arg::Text(&from))]);
            Some(notice(Kind::Locked, html! { p { (told) } }))
        }
        Phase::Unset => Some(notice(Kind::Locked, html! { p { (w.say("survey-no-window")) } })),
    }
}

/// What concerns the slip as a whole is said before the interview, not after it.
pub(super) fn in_the_way(w: Words, checked: &Checked) -> Markup {
    let items: Vec<_> = checked.of_slip().collect();
    html! {
        @if !items.is_empty() {
            (notice(Kind::Wanting, html! {
                p { strong { (w.say("survey-in-the-way")) } }
                ul { @for item in &items { li { (item.text) } } }
            }))
        }
    }
}

fn dropping(web: &Web, me: &Me, open: &Open) -> Markup {
    let w = me.w;
    html! {
        details.dropping {
            summary { (w.say("survey-drop")) }
            form method="post" action=(open.href("/bo")) {
                (hidden(me))
                input type="hidden" name=(REQUEST) value=(web.id());
                p {
                    @if open.draft.replaces.is_empty() { (w.say("survey-drop-meaning")) }
                    @else { (w.say("survey-drop-returned")) }
                }
                div.buttons { button type="submit" { (w.say("survey-drop-now")) } }
            }
        }
    }
}
