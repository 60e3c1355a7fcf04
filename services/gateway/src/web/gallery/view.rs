//! The components with what fills them.

use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

use super::super::csrf;
use super::super::errors::Errors;
use super::super::parts::choice::{self, Choices};
use super::super::parts::confirm::{self, Act};
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, chip, empty, locked, notice, save_line};
use super::super::parts::steps::{Place, Step, steps};
use super::super::parts::table::{Column, Sort, Table};
use super::super::parts::tabs::{Tab, tabs};
use super::super::parts::tasks::{Task, list};
use super::super::posted::{REQUEST, Typed, VERSION};
use super::{OFFERED, PATH};

pub(super) fn all(w: Words, token: &str, request: &str, typed: &Typed, errors: &Errors) -> Markup {
    html! {
        (form(w, token, request, typed, errors))
        (fields(w))
        (choices(w))
        (states(w))
        (lists(w))
        (ways(w))
    }
}

/// The form that answers.
fn form(w: Words, token: &str, request: &str, typed: &Typed, errors: &Errors) -> Markup {
    let text = w.say("gallery-text");
    let note = Field::new("note", text)
        .value(typed.or("note", text))
        .error(errors.of("note"));
    let points = Field::new("points", w.say("gallery-points")).value(typed.or("points", "1,5"));
    let day = Field::new("day", w.say("gallery-day")).value(typed.or("day", "05/12/2026"));
    let options = OFFERED.map(|value| (value, value));
    let chosen = [typed.or("level", "1")];
    let level = Choices::new("level", w.say("gallery-level"), &options).chosen(&chosen);
    let moods = ["well", "clash", "locked", "broken", "away"].map(|mood| (mood, mood));
    let mood = [typed.or("mood", "well")];
    let mood = Choices::new("mood", w.say("gallery-mood"), &moods).chosen(&mood);
    html! {
        h2 { (w.say("gallery-form")) }
        form method="post" action=(PATH) data-autosave novalidate {
            input type="hidden" name=(csrf::FIELD) value=(token);
            input type="hidden" name=(REQUEST) value=(request);
            input type="hidden" name=(VERSION) value="1";
            (save_line(w))
            (field::area(w, &note.required().longest(400)))
            (field::decimal(w, &points.error(errors.of("points")).suffix(w.say("gallery-unit"))))
            (field::date(w, &day.error(errors.of("day")).hint(w.say("gallery-hint"))))
            (choice::radios(w, &level.error(errors.of("level"))))
            (choice::select(w, &mood))
            div.buttons { button.main type="submit" data-save { (w.say("gallery-save")) } }
            p #echo {}
        }
    }
}

fn fields(w: Words) -> Markup {
    let (text, wrong) = (w.say("gallery-text"), Some(w.say("form-needed")));
    html! {
        h2 { (w.say("gallery-fields")) }
        (field::text(w, &Field::new("a-empty", text)))
        (field::text(w, &Field::new("a-full", text).value(text).hint(w.say("gallery-hint")).required()))
        (field::text(w, &Field::new("a-wrong", text).error(wrong).required().longest(40)))
        (field::text(w, &Field::new("a-locked", text).value(text).locked(true)))
        (field::text(w, &Field::new("a-stored", text).value("12").stored(Some(text))))
        (field::whole(w, &Field::new("a-whole", w.say("gallery-unit")).value("12")))
        (field::password(w, &Field::new("a-password", text).required().autocomplete("off")))
        (field::search(w, &Field::new("a-search", text)))
        (field::area(w, &Field::new("a-area", text).value(w.say("gallery-long")).error(wrong)))
    }
}

fn choices(w: Words) -> Markup {
    let long = w.say("gallery-long");
    let options = [("0", "0,00"), ("1", "1,25"), ("2", long)];
    let label = w.say("gallery-level");
    let marks = ["0", "1", "2", "3", "4"].map(|mark| (mark, mark));
    let wrong = Some(w.say("form-choose"));
    html! {
        h2 { (w.say("gallery-choices")) }
        (choice::radios(w, &Choices::new("b-open", label, &options).hint(w.say("gallery-hint"))))
        (choice::radios(w, &Choices::new("b-wrong", label, &options).error(wrong)))
        (choice::checks(w, &Choices::new("b-checks", label, &options).chosen(&["0", "2"])))
        (choice::radios(w, &Choices::new("b-locked", label, &options).chosen(&["1"]).locked(true)))
        (choice::select(w, &Choices::new("b-select", label, &options).error(wrong)))
        (choice::chips(w, &Choices::new("b-chips", label, &marks).chosen(&["3"])))
        (choice::chips(w, &Choices::new("b-chips-locked", label, &marks).chosen(&["3"]).locked(true)))
    }
}

fn states(w: Words) -> Markup {
    let (text, long) = (w.say("gallery-text"), w.say("gallery-long"));
    html! {
        h2 { (w.say("gallery-states")) }
        p { @for kind in Kind::all() { (chip(kind, text)) " " } }
        @for kind in Kind::all() { (notice(kind, html! { p { (long) } })) }
        (locked(w, "15/12/2026 00:00", long))
        (empty(w.say("home-empty")))
    }
}

fn lists(w: Words) -> Markup {
    let (text, long) = (w.say("gallery-text"), w.say("gallery-long"));
    let column = |key, numeric| Column {
        key,
        label: text,
        numeric,
    };
    let row = |label: &str, points: &str| {
        vec![
            html! { (label) },
            html! { (points) },
            html! { (chip(Kind::Done, text)) },
        ]
    };
    let table = Table {
        caption: w.say("gallery-table"),
        columns: vec![column("name", false), column("points", true), column("", false)],
        rows: vec![row(long, "93,98"), row(text, "7,00")],
        sort: Some(Sort {
            key: "points",
            descending: true,
            address: "?sort=",
        }),
    };
    let task = |href: Option<&str>, kind| Task {
        label: long.to_owned(),
        about: text.to_owned(),
        when: w.tell("home-from", &[("from", Arg::Text("18/12/2026 00:00"))]),
        done: w.tell(
            "home-leaves",
            &[("done", Arg::Count(41)), ("all", Arg::Count(58))],
        ),
        state: chip(kind, text),
        href: href.map(str::to_owned),
    };
    html! {
        h2 { (w.say("gallery-lists")) }
        (table.show(w))
        (list(text, &[task(Some(PATH), Kind::Open), task(None, Kind::Wanting)]))
    }
}

fn ways(w: Words) -> Markup {
    let text = w.say("gallery-text");
    let tab = |current| Tab {
        label: text,
        href: PATH.to_owned(),
        count: Some("18/22".to_owned()),
        current,
    };
    let step = |place| Step {
        label: text,
        when: "01/11–14/12".to_owned(),
        place,
    };
    let pages = Pages {
        shown: "1–50 / 312".to_owned(),
        first: Some(PATH.to_owned()),
        next: Some(PATH.to_owned()),
    };
    let fields = field::search(w, &Field::new("c-search", text));
    let act = Act {
        action: PATH,
        label: text,
        meaning: w.say("gallery-long"),
        hidden: html! {},
    };
    html! {
        h2 { (w.say("gallery-ways")) }
        (tabs(w.say("gallery-tabs"), &[tab(true), tab(false)]))
        (steps(w, &[step(Place::Past), step(Place::Now), step(Place::Ahead)]))
        (filter::bar(w, &fields, PATH))
        (pager(w, &pages))
        (confirm::bar(&act))
    }
}
