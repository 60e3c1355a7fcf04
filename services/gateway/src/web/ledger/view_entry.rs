//! The page of one criterion: the rule in words, what the unit says, what proves it, what was decided.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_domain::cycle::Criterion;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::{self, points};
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice, save_line};
use super::super::posted::{REQUEST, Typed, VERSION};
use super::super::readers::working::rule;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::form::{BACK, NEXT, THEN};
use super::inputs::{Inputs, said};
use super::load::{Leaf, Sheet, Way, changed, lacking, moment};
use super::view_sheet::{lock, unit_name};
use super::{view_decisions, view_evidence, view_late};

/// Longest explanation, as the ledger takes it.
pub(super) const LONGEST: usize = 10_000;

/// The forms of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormOf {
    Score,
    Explain,
    File,
    Link,
    InPerson,
    Remove,
}

/// What was typed into one of them and not taken.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) form: FormOf,
    pub(super) typed: Typed,
    pub(super) errors: &'a Errors,
    /// Somebody else had saved before.
    pub(super) clash: bool,
    /// The time was over.
    pub(super) locked: bool,
}

impl<'a> Draft<'a> {
    /// Nothing was typed yet.
    pub(super) fn nothing(errors: &'a Errors) -> Self {
        Self {
            form: FormOf::Score,
            typed: Typed::default(),
            errors,
            clash: false,
            locked: false,
        }
    }

    /// Whether it is a form's own text that came too late.
    pub(super) fn is_locked(&self, form: FormOf) -> bool {
        self.locked && form == self.form
    }

    /// What was typed into a field of a form, else what is stored.
    pub(super) fn or<'t>(&'t self, form: FormOf, field: &str, stored: &'t str) -> &'t str {
        if form == self.form {
            self.typed.or(field, stored)
        } else {
            stored
        }
    }
}

/// What all parts of the page are made from.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) w: Words,
    pub(super) web: &'a Web,
    pub(super) me: &'a Me,
    pub(super) leaf: &'a Leaf,
    pub(super) sheet: &'a Sheet,
    pub(super) entry: &'a pb::Entry,
    /// Of those who did something.
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) draft: &'a Draft<'a>,
}

impl Shown<'_> {
    pub(super) fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("–", String::as_str)
    }

    pub(super) fn error(&self, field: &str) -> Option<&str> {
        self.draft.errors.of(field)
    }

    /// The hidden fields of a form: whose it is, the request, the version shown.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            (hidden(self.me))
            input type="hidden" name=(REQUEST) value=(self.web.id());
            input type="hidden" name=(VERSION) value=(self.entry.version);
        }
    }
}

pub(super) fn page(
    web: &Web,
    me: &Me,
    leaf: &Leaf,
    sheet: &Sheet,
    names: &BTreeMap<String, String>,
    draft: &Draft<'_>,
) -> Result<Response, Trouble> {
    let entry = sheet.entry(leaf)?;
    let w = me.w;
    let shown = Shown {
        w,
        web,
        me,
        leaf,
        sheet,
        entry,
        names,
        draft,
    };
    let body = html! {
        (beside(&shown))
        (lock(w, &leaf.place, sheet))
        (about(&shown))
        @if entry.not_applicable.is_empty() {
            (score(&shown))
            (view_decisions::show(&shown))
            (view_evidence::show(&shown))
        } @else {
            (notice(Kind::Quiet, html! {
                p { (w.tell("ledger-not-applicable", &[("why", Arg::Text(&entry.not_applicable))])) }
            }))
        }
    };
    let title = format!("{} {}", leaf.row.code, leaf.row.name);
    let back = match leaf.way {
        Way::List => "ledger-back",
        Way::Review => "ledger-review-title",
        Way::Explanation => "ledger-explain-title",
    };
    let back = w.tell(back, &[("unit", Arg::Text(unit_name(&leaf.place)))]);
    let page = Page::of(me, title).back(leaf.back_href(), &back);
    let page = page
        .errors(draft.errors)
        .script("autosave.js")
        .script("upload.js");
    Ok(page.show(&body))
}

/// The way to the criteria before and after.
fn beside(shown: &Shown<'_>) -> Markup {
    let (w, leaf) = (shown.w, shown.leaf);
    let (before, after) = leaf.beside(&|row| shown.sheet.sees(row));
    let to = |row: &Criterion| leaf.place.leaf_href(row.code.as_str(), leaf.way);
    html! {
        nav.beside aria-label=(w.say("ledger-beside")) {
            @if let Some(row) = before { a href=(to(row)) rel="prev" { "‹ " (row.code) } }
            @if let Some(row) = after { a href=(to(row)) rel="next" data-next { (row.code) " ›" } }
        }
    }
}

fn about(shown: &Shown<'_>) -> Markup {
    let (w, row) = (shown.w, &shown.leaf.row);
    let agency = shown.entry.appraiser.parse().ok();
    let agency = agency.and_then(|code| shown.leaf.place.cycle.units.get(&code));
    html! {
        dl.facts {
            dt { (w.say("ledger-rule")) }
            dd { ul.plain { @for line in rule(w, row) { li { (line) } } } }
            @if !row.evidence.is_empty() {
                dt { (w.say("ledger-proof")) }
                dd { (row.evidence) }
            }
            @if let Some(agency) = agency {
                dt { (w.say("ledger-appraiser")) }
                dd { (agency.name) }
            }
            @if !shown.entry.assigned_to.is_empty() {
                dt { (w.say("assign-person")) }
                dd { (shown.name(&shown.entry.assigned_to)) }
            }
        }
    }
}

/// The unit's own points, as the ledger computed them, and what would keep them from counting.
pub(super) fn points_line(w: Words, leaf: &Leaf, entry: &pb::Entry) -> Markup {
    let max = points(w, &leaf.row.max.to_string());
    let own = entry.self_.as_ref().filter(|own| own.input.is_some());
    html! {
        @match own {
            None => { (w.tell("ledger-no-points", &[("max", Arg::Text(&max))])) }
            Some(own) if own.points.is_empty() => { (w.say("ledger-nothing-planned")) }
            Some(own) => {
                (w.tell("ledger-points", &[("points", Arg::Text(&points(w, &own.points))), ("max", Arg::Text(&max))]))
            }
        }
        @if own.is_some() && !entry.lacks.is_empty() {
            @let what = lacking(w, &leaf.place.cycle, entry);
            " " span.lacks { (w.tell("ledger-lacks", &[("what", Arg::Text(what))])) }
        }
    }
}

fn score(shown: &Shown<'_>) -> Markup {
    let (w, entry) = (shown.w, shown.entry);
    let open = shown.sheet.can_score();
    let clash = shown.draft.clash && shown.draft.form == FormOf::Score;
    let stored = entry.self_.as_ref().map_or("", |own| own.text.as_str());
    let explanation = Field::new("explanation", w.say("ledger-explanation"))
        .value(shown.draft.or(FormOf::Score, "explanation", stored))
        .hint(w.say("ledger-explanation-hint"))
        .error(shown.error("explanation"))
        .longest(LONGEST)
        .required()
        .locked(!open);
    html! {
        section #tu-cham {
            h2 { (w.say("ledger-own")) }
            @if clash { (theirs(shown)) }
            @if !open && shown.draft.is_locked(FormOf::Score) { (view_late::note(w, &shown.leaf.href())) }
            form method="post" action=(shown.leaf.href()) novalidate data-autosave[open]
                data-undecided[clash] {
                (shown.hidden())
                (own_inputs(shown, open))
                p #diem .points role="status" { (points_line(w, shown.leaf, entry)) }
                (field::area(w, &explanation))
                @if open {
                    (save_line(w))
                    (buttons(shown))
                }
            }
            (last(shown, entry.self_.as_ref()))
        }
    }
}

/// Save, and save and go on: to the next one, or back to where somebody mends what a review named.
fn buttons(shown: &Shown<'_>) -> Markup {
    let next = shown.leaf.beside(&|row| shown.sheet.sees(row)).1;
    let (to, label) = match (shown.leaf.way, next) {
        (Way::Review, _) => (BACK, "ledger-save-review"),
        (_, Some(_)) => (NEXT, "ledger-save-next"),
        (_, None) => (NEXT, "ledger-save-review"),
    };
    html! {
        div.buttons {
            button.main type="submit" data-save { (shown.w.say("ledger-save")) }
            button type="submit" name=(THEN) value=(to) data-next { (shown.w.say(label)) }
        }
    }
}

/// Who saved last, and when.
pub(super) fn last(shown: &Shown<'_>, said: Option<&pb::Step>) -> Markup {
    let at = said.and_then(|said| moment(said.at.as_ref()));
    html! {
        @if let Some((said, at)) = said.zip(at) {
            p.quiet {
                (shown.w.tell("ledger-last", &[
                    ("at", Arg::Text(&format::instant(at))),
                    ("who", Arg::Text(shown.name(&said.by))),
                ]))
            }
        }
    }
}

/// After a clash: by whom the entry is another than the one that was read, and since when.
pub(super) fn changed_by(shown: &Shown<'_>) -> Markup {
    let (who, at) = changed(shown.entry);
    let at = at.map(format::instant).unwrap_or_default();
    let told = [("who", Arg::Text(shown.name(who))), ("at", Arg::Text(&at))];
    html! { p { strong { (shown.w.tell("ledger-clash", &told)) } } }
}

/// After a clash: what somebody else saved, beside what was typed here.
fn theirs(shown: &Shown<'_>) -> Markup {
    let (w, entry) = (shown.w, shown.entry);
    let own = entry.self_.clone().unwrap_or_default();
    notice(
        Kind::Wanting,
        html! {
            (changed_by(shown))
            dl.facts {
                dt { (w.say("ledger-clash-value")) }
                dd { (said(w, &shown.leaf.row, own.input.as_ref())) }
                dt { (w.say("ledger-explanation")) }
                dd.typed { (own.text) }
            }
            p { (w.say("ledger-clash-keep")) }
            p { a href=(shown.leaf.href()) { (w.say("ledger-clash-theirs")) } }
        },
    )
}

/// The fields of the rule, with what was typed or is stored.
fn own_inputs(shown: &Shown<'_>, open: bool) -> Markup {
    let nothing = Typed::default();
    let own = shown.draft.form == FormOf::Score;
    let inputs = Inputs {
        w: shown.w,
        row: &shown.leaf.row,
        stored: shown.entry.self_.as_ref().and_then(|own| own.input.as_ref()),
        typed: if own { &shown.draft.typed } else { &nothing },
        errors: shown.draft.errors,
        open,
    };
    inputs.show()
}
