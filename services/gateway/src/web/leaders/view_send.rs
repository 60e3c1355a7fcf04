//! What stands out before a slip is sent: what is missing, how the marks are spread, the highest and the lowest.

use std::collections::BTreeMap;

use axum::response::Response;
use chiso_domain::cycle::Unit;
use chiso_platform::words::Arg;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::confirm::{self, Act};
use super::super::parts::state::{Kind, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{REQUEST, VERSION};
use super::super::state::Web;
use super::load::{ABSTAIN, Phase, Sheet};
use super::view::{row_id, shown, standing, title};

pub(super) fn show(web: &Web, me: &Me, sheet: &Sheet, errors: &Errors) -> Response {
    let w = me.w;
    let open: Vec<&Unit> = sheet
        .units()
        .filter(|unit| sheet.value(unit.code.as_str()).is_empty())
        .collect();
    let first = sheet
        .types()
        .next()
        .map(|kind| sheet.href(kind.code.as_str()))
        .unwrap_or_default();
    let body = html! {
        (standing(me, sheet))
        @if open.is_empty() {
            (notice(Kind::Done, html! { p { (w.say("leaders-complete")) } }))
        } @else {
            (missing(me, sheet, &open))
        }
        (spread(me, sheet))
        (act(web, me, sheet, open.is_empty()))
    };
    let page = Page::of(me, w.say("leaders-review")).errors(errors);
    page.back(first, &title(me, &sheet.cycle)).show(&body)
}

/// The units without mark or abstention, each as a link to its row.
fn missing(me: &Me, sheet: &Sheet, open: &[&Unit]) -> Markup {
    let w = me.w;
    let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let link = |unit: &Unit| {
        let page = sheet.href(unit.unit_type.as_str());
        format!("{page}#{}", row_id(unit.code.as_str()))
    };
    let told = html! {
        p { strong { (w.tell("leaders-missing", &[("count", Arg::Count(count))])) } }
        ul { @for unit in open { li { a href=(link(unit)) { (unit.name) } } } }
    };
    notice(Kind::Wanting, told)
}

/// How many units have each mark, highest first; and which have the highest and the lowest.
fn spread(me: &Me, sheet: &Sheet) -> Markup {
    let w = me.w;
    let mut by_value: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in sheet.units() {
        by_value
            .entry(sheet.value(unit.code.as_str()))
            .or_default()
            .push(unit);
    }
    by_value.remove("");
    let abstained = by_value.remove(ABSTAIN);
    let scale = sheet.scale();
    let marks = scale
        .iter()
        .rev()
        .filter_map(|mark| Some((mark.as_str(), by_value.get(mark.as_str())?)));
    let rows: Vec<(&str, &Vec<&Unit>)> = marks
        .chain(abstained.iter().map(|units| (ABSTAIN, units)))
        .collect();
    let column = |key, label, numeric| Column { key, label, numeric };
    let table = Table {
        caption: w.say("leaders-spread"),
        columns: vec![
            column("mark", w.say("leaders-mark"), false),
            column("units", w.say("leaders-units"), true),
            column("names", w.say("leaders-which"), false),
        ],
        rows: rows.iter().map(|(mark, units)| row(me, mark, units)).collect(),
        sort: None,
    };
    html! { @if !rows.is_empty() { (table.show(w)) } }
}

fn row(me: &Me, mark: &str, units: &[&Unit]) -> Vec<Markup> {
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    vec![
        html! { (shown(me, mark)) },
        html! { (units.len()) },
        html! { (names.join("; ")) },
    ]
}

/// The way to send it, for whoever may.
fn act(web: &Web, me: &Me, sheet: &Sheet, complete: bool) -> Markup {
    let w = me.w;
    let Some(Phase::Open(end)) = sheet.phase() else {
        return html! {};
    };
    if !sheet.own {
        return html! { p { (w.say("leaders-only-leader")) } };
    }
    if !complete {
        return html! { p { (w.say("leaders-first-complete")) } };
    }
    let until = format::until(end);
    confirm::bar(&Act {
        action: &sheet.href("gui"),
        label: w.say(if sheet.slip.sendings == 0 {
            "leaders-send"
        } else {
            "leaders-send-again"
        }),
        meaning: &w.tell("leaders-meaning", &[("until", Arg::Text(&until))]),
        hidden: html! {
            (hidden(me))
            input type="hidden" name=(REQUEST) value=(web.id());
            input type="hidden" name=(VERSION) value=(sheet.slip.version);
        },
    })
}
