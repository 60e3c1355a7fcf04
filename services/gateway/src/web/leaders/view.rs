//! The page of one type of unit: a row of marks for each, of which none is chosen beforehand.

use axum::response::Response;
use chiso_domain::cycle::{Cycle, Unit};
use chiso_domain::kernel::text::folded;
use chiso_platform::words::Arg;
use chiso_wire::convert::instant;
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::state::{Kind, chip, empty, locked, notice, save_line};
use super::super::parts::tabs::{Tab, tabs};
use super::super::posted::{REQUEST, VERSION};
use super::super::sign::HOME;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::words::named;
use super::form::Tapped;
use super::load::{ABSTAIN, Phase, Sheet};

/// So many marks fit as chips that are wide enough to be touched; of more one is chosen from a list.
const MOST_CHIPS: usize = 21;
/// Of more units than these one is found by its name.
const MOST_UNSEARCHED: usize = 30;

/// The page, as it is put together.
#[derive(Clone, Debug)]
pub(super) struct Marks<'a> {
    web: &'a Web,
    me: &'a Me,
    sheet: &'a Sheet,
    kind: &'a str,
    only_open: bool,
    /// What names are searched for.
    text: &'a str,
    clash: Option<&'a Tapped>,
    errors: Option<&'a Errors>,
}

impl<'a> Marks<'a> {
    /// A type without units to be marked has no page.
    pub(super) fn new(web: &'a Web, me: &'a Me, sheet: &'a Sheet, kind: &'a str) -> Result<Self, Trouble> {
        sheet.units_of(kind).next().ok_or_else(Trouble::missing)?;
        Ok(Self {
            web,
            me,
            sheet,
            kind,
            only_open: false,
            text: "",
            clash: None,
            errors: None,
        })
    }

    /// Only the units that are not marked yet.
    pub(super) const fn only_open(mut self, only: bool) -> Self {
        self.only_open = only;
        self
    }

    /// Only the units whose name or code has this text in it, with marks or without.
    pub(super) const fn named(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// Says at a unit that it was marked elsewhere meanwhile.
    pub(super) fn clashed(&self, tapped: &'a Tapped) -> Self {
        Self {
            clash: Some(tapped),
            ..self.clone()
        }
    }

    pub(super) fn refused(&self, errors: &'a Errors) -> Self {
        Self {
            errors: Some(errors),
            ..self.clone()
        }
    }

    pub(super) fn show(&self) -> Response {
        let (w, sheet) = (self.me.w, self.sheet);
        let units = self.shown();
        let body = html! {
            (standing(self.me, sheet))
            (save_line(w))
            div #loai-hinh { (self.tabs()) }
            @if sheet.units_of(self.kind).count() > MOST_UNSEARCHED { (self.search()) }
            p { a href=(self.filtered()) { (w.say(if self.only_open { "leaders-all" } else { "leaders-only-open" })) } }
            @if sheet.rest(self.kind).nth(1).is_some() {
                p { a href=(sheet.href(&format!("{}/con-lai", self.kind))) { (w.say("leaders-rest-link")) } }
            }
            @if units.is_empty() {
                (empty(w.say(if self.text.is_empty() { "leaders-none-open" } else { "leaders-none-found" })))
            }
            ul.marks data-marks data-waiting=(w.tell("leaders-waiting", &[("n", Arg::Text("{n}"))]))
                data-clash=(w.say("leaders-line-clash")) data-signed-out=(w.say("leaders-signed-out"))
                data-sign-in=(w.say("leaders-sign-in")) data-slip=(sheet.slip.leader) data-person=(self.me.person.person_id) {
                @for unit in units { li id=(row_id(unit.code.as_str())) { (self.row(unit)) } }
            }
            div.buttons { a.main href=(sheet.href("gui")) { (w.say("leaders-review")) } }
        };
        let none = Errors::new(w);
        let page = Page::of(self.me, title(self.me, &sheet.cycle)).back(HOME, w.say("common-tasks"));
        page.errors(self.errors.unwrap_or(&none))
            .script("leaders.js")
            .show(&body)
    }

    /// The units of the type that the filters leave.
    fn shown(&self) -> Vec<&'a Unit> {
        let text = folded(self.text.trim());
        let fits = |unit: &&Unit| {
            let open = !self.only_open || self.sheet.value(unit.code.as_str()).is_empty();
            open && folded(&format!("{} {}", unit.code, unit.name)).contains(&text)
        };
        self.sheet.units_of(self.kind).filter(fits).collect()
    }

    fn search(&self) -> Markup {
        let w = self.me.w;
        let field = Field::new("tim", w.say("leaders-search")).value(self.text);
        let fields = html! {
            @if !self.sheet.own { input type="hidden" name="lanh-dao" value=(self.sheet.slip.leader); }
            @if self.only_open { input type="hidden" name="chua" value="1"; }
            (field::search(w, &field))
        };
        filter::bar(w, &fields, &self.sheet.href(self.kind))
    }

    fn tabs(&self) -> Markup {
        let w = self.me.w;
        let tab = |kind: &'a chiso_domain::cycle::UnitType| {
            let units = self.sheet.units_of(kind.code.as_str());
            let (all, done) = units.fold((0, 0), |(all, done), unit| {
                let marked = !self.sheet.value(unit.code.as_str()).is_empty();
                (all + 1, done + i32::from(marked))
            });
            Tab {
                label: named(w, &kind.name, &kind.name_en),
                href: self.sheet.href(kind.code.as_str()),
                count: Some(format!("{done}/{all}")),
                current: kind.code.as_str() == self.kind,
            }
        };
        tabs(
            w.say("leaders-types"),
            &self.sheet.types().map(tab).collect::<Vec<_>>(),
        )
    }

    /// A unit with its marks.
    fn row(&self, unit: &Unit) -> Markup {
        let (w, code) = (self.me.w, unit.code.as_str());
        let stored = self.sheet.value(code);
        let (name, chosen) = (format!("mark-{code}"), [stored]);
        let scale = self.sheet.scale();
        let labels: Vec<String> = scale.iter().map(|mark| format::points(w, mark)).collect();
        let marks = scale
            .iter()
            .map(String::as_str)
            .zip(labels.iter().map(String::as_str));
        let mut options: Vec<(&str, &str)> = marks.collect();
        options.push((ABSTAIN, w.say("leaders-abstain")));
        let chips = options.len() <= MOST_CHIPS;
        if !chips {
            // A list that opens shows its first option: what nobody chose must not be a mark.
            options.insert(0, ("", w.say("leaders-choose")));
        }
        let clash = self
            .clash
            .filter(|tapped| tapped.unit == code)
            .map(|tapped| self.clash_of(code, tapped));
        let choices = Choices::new(&name, &unit.name, &options).chosen(&chosen);
        let refused = self.errors.and_then(|errors| errors.of(&name));
        let choices = choices
            .error(clash.as_deref().or(refused))
            .locked(!self.sheet.is_open(unit));
        html! {
            form method="post" action=(self.sheet.href(self.kind)) data-mark {
                (hidden(self.me))
                input type="hidden" name=(REQUEST) value=(self.web.id());
                input type="hidden" name=(VERSION) value=(self.sheet.slip.version);
                input type="hidden" name="unit" value=(code);
                input type="hidden" name="seen" value=(stored);
                @if chips {
                    (choice::chips(w, &choices))
                } @else {
                    (choice::select(w, &choices))
                    div.buttons { button type="submit" { (w.say("leaders-save")) } }
                }
            }
        }
    }

    /// Both values, and when the other one was saved.
    fn clash_of(&self, code: &str, tapped: &Tapped) -> String {
        let w = self.me.w;
        let saved = self
            .sheet
            .saved(code)
            .and_then(|mark| instant("at", mark.saved_at.as_ref()).ok());
        let at = saved.map(format::instant).unwrap_or_default();
        let (theirs, mine) = (
            shown(self.me, self.sheet.value(code)),
            shown(self.me, &tapped.value),
        );
        w.tell(
            "leaders-clash",
            &[
                ("at", Arg::Text(&at)),
                ("theirs", Arg::Text(&theirs)),
                ("mine", Arg::Text(&mine)),
            ],
        )
    }

    fn filtered(&self) -> String {
        let path = self.sheet.href(self.kind);
        let mark = if path.contains('?') { '&' } else { '?' };
        if self.only_open {
            path
        } else {
            format!("{path}{mark}chua=1")
        }
    }

    /// The page again, at a unit.
    pub(super) fn back_to(&self, unit: &str) -> String {
        format!("{}#{}", self.sheet.href(self.kind), row_id(unit))
    }

    /// What a script puts into the page after a tap, by the ids of the elements.
    pub(super) fn parts(&self, tapped: &Tapped, clash: bool) -> Value {
        let page = if clash { self.clashed(tapped) } else { self.clone() };
        let unit = self.sheet.units().find(|unit| unit.code.as_str() == tapped.unit);
        let row = unit.map(|unit| (row_id(&tapped.unit), page.row(unit)));
        let parts = row.into_iter().chain([("loai-hinh".to_owned(), self.tabs())]);
        let parts: Map<String, Value> = parts.map(|(id, part)| (id, part.into_string().into())).collect();
        parts.into()
    }

    /// The minute of the answer.
    pub(super) fn at(&self) -> String {
        let now = format::instant(self.sheet.now);
        now.split(' ').next_back().unwrap_or_default().to_owned()
    }

    pub(super) const fn version(&self) -> i64 {
        self.sheet.slip.version
    }
}

/// The element of a unit's row.
pub(super) fn row_id(unit: &str) -> String {
    format!("don-vi-{unit}")
}

/// A mark or an abstention, in words.
pub(super) fn shown(me: &Me, value: &str) -> String {
    match value {
        ABSTAIN => me.w.say("leaders-abstain").to_owned(),
        mark => format::points(me.w, mark),
    }
}

pub(super) fn title(me: &Me, cycle: &Cycle) -> String {
    me.w.tell("leaders-title", &[("cycle", Arg::Text(cycle.code.as_str()))])
}

/// Whose slip it is, until when it can be changed, and whether what stands in it counts.
pub(super) fn standing(me: &Me, sheet: &Sheet) -> Markup {
    let (w, slip) = (me.w, &sheet.slip);
    let sent = instant("sent_at", slip.sent_at.as_ref())
        .ok()
        .filter(|_| slip.sendings > 0);
    let over = if slip.sendings > 0 {
        "leaders-over"
    } else {
        "leaders-over-unsent"
    };
    html! {
        @if !sheet.own { (notice(Kind::Open, html! { p { (w.say("leaders-for-another")) } })) }
        @match sheet.phase() {
            Some(Phase::Ahead(start)) => {
                (notice(Kind::Locked, html! { p { (w.tell("leaders-ahead", &[("from", Arg::Text(&format::instant(start)))])) } }))
            }
            Some(Phase::Open(end)) => { p { (until(me, sheet, end)) } }
            Some(Phase::Over(end)) => { (locked(w, &format::instant(end), w.say(over))) }
            None => {}
        }
        p { (state(me, sheet)) }
        @if let Some(at) = sent {
            p { (w.tell("leaders-sent-at", &[("at", Arg::Text(&format::instant(at))), ("receipt", Arg::Text(&slip.receipt))])) }
        }
    }
}

fn until(me: &Me, sheet: &Sheet, end: chiso_domain::kernel::Instant) -> String {
    let (until, left) = (format::until(end), format::left(me.w, sheet.now, end));
    me.w.tell(
        "leaders-until",
        &[("until", Arg::Text(&until)), ("left", Arg::Text(&left))],
    )
}

/// Whether what stands in the slip counts.
fn state(me: &Me, sheet: &Sheet) -> Markup {
    let (kind, key) = match (sheet.slip.sendings, sheet.slip.changed_since_sent) {
        (0, _) => (Kind::Quiet, "leaders-unsent"),
        (_, true) => (Kind::Wanting, "leaders-changed"),
        (_, false) => (Kind::Done, "leaders-sent"),
    };
    chip(kind, me.w.say(key))
}

/// Before Home Affairs has named who marks.
pub(super) fn not_named(me: &Me, cycle: &Cycle) -> Response {
    let told = me.w.say("leaders-not-named");
    let page = Page::of(me, title(me, cycle)).back(HOME, me.w.say("common-tasks"));
    page.show(&notice(Kind::Quiet, html! { p { (told) } }))
}
