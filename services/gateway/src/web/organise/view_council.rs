//! The page of the council.

use std::collections::BTreeSet;

use axum::response::Response;
use chiso_domain::cycle::{Criterion, Cycle, Reassignment};
use chiso_domain::kernel::UnitCode;
use chiso_platform::words::{Arg, Lang};
use maud::{Markup, html};

use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, empty, notice};
use super::super::parts::table::{Column, Table};
use super::council::{
    AGENCIES, AGENCY, CRITERION, DROPPED, MORE, MOST_ROWS, PROPOSED, REASON, STORED, SUBSTITUTE, UNIT, field,
};
use super::desk::Desk;
use super::load::{borrowed, units};

/// Rows that stand empty, for what is not proposed.
const EMPTY_ROWS: usize = 2;

/// A row of the form as it is shown first.
#[derive(Clone, Debug, Default)]
struct Row {
    agency: String,
    unit: String,
    criterion: String,
    substitute: String,
    reason: String,
    proposed: bool,
    stored: bool,
}

pub(super) fn view(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let body = html! {
        (desk.told(w.say("organise-council-saved")))
        p { (w.say("organise-council-meaning")) }
        @if !desk.frame.open { (gaps(desk)) }
        @if !desk.fixed() && desk.clash() { (newer(desk)) }
        @if desk.fixed() { (as_it_is(desk)) } @else { (form(desk, &rows(desk))) }
        @if desk.frame.open && desk.changes() { (reassign(desk)) }
    };
    desk.page(w.say("organise-council")).wide().show(&body)
}

/// Agencies that the index sets name, units, and whoever is on the council: agencies first.
fn agencies(desk: &Desk<'_>) -> Vec<(String, String)> {
    let cycle = &desk.frame.cycle;
    let mut named: BTreeSet<&UnitCode> = cycle.council.iter().collect();
    named.extend(
        cycle
            .rules
            .index_sets
            .values()
            .flat_map(|set| set.rows.iter().filter_map(agency_of)),
    );
    let label = |code: &UnitCode| {
        let name = cycle.units.get(code).map(|unit| unit.name.as_str());
        name.map_or_else(|| code.to_string(), |name| format!("{code} – {name}"))
    };
    let first: Vec<_> = named.iter().map(|code| (code.to_string(), label(code))).collect();
    let others = units(cycle).into_iter();
    let others = others.filter(|(code, _)| !first.iter().any(|(own, _)| own == code));
    first.iter().cloned().chain(others).collect()
}

fn agency_of(criterion: &Criterion) -> Option<&UnitCode> {
    criterion.appraiser.as_ref()
}

/// Who would appraise itself, as the domain says it.
fn gaps(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let faults = desk.frame.cycle.recusal_faults();
    let lang = (w.lang() != Lang::Vi).then_some("vi");
    html! {
        @if !faults.is_empty() {
            (notice(Kind::Wanting, html! {
                p { (w.say("organise-recusal")) }
                ul { @for fault in &faults { li lang=[lang] { (fault.vi) } } }
            }))
        }
    }
}

fn form(desk: &Desk<'_>, rows: &[Row]) -> Markup {
    let w = desk.w();
    // Rows that the form does not take would be gone once it is sent.
    if rows.len() > MOST_ROWS {
        let most = [("n", Arg::Count(i64::try_from(MOST_ROWS).unwrap_or(i64::MAX)))];
        let told = w.tell("organise-too-many-rows", &most);
        return html! { (notice(Kind::Locked, html! { p { (told) } })) (as_it_is(desk)) };
    }
    let agencies = agencies(desk);
    if agencies.is_empty() {
        return html! {
            (empty(w.say("organise-council-no-units")))
            p { a href=(desk.href("/don-vi")) { (w.say("organise-to-units")) } }
        };
    }
    let options = borrowed(&agencies);
    let stored: Vec<&str> = desk.frame.cycle.council.iter().map(UnitCode::as_str).collect();
    let chosen = desk.typed.all_or(AGENCIES, stored);
    let choices = Choices::new(AGENCIES, w.say("organise-agencies"), &options)
        .chosen(&chosen)
        .hint(w.say("organise-agencies-hint"))
        .error(desk.errors.of(AGENCIES));
    html! {
        form method="post" action=(desk.href("/hoi-dong")) novalidate {
            (desk.hidden_as_seen())
            div.columns { (choice::checks(w, &choices)) }
            section aria-labelledby="thay-the" {
                h2 #thay-the { (w.say("organise-substitutes")) }
                p { (w.say("organise-substitutes-meaning")) }
                @for (at, one) in rows.iter().enumerate() { (row(desk, at, one, &options)) }
            }
            div.buttons {
                button.main type="submit" data-save { (w.say("organise-save")) }
                button type="submit" name=(MORE) value="1" { (w.say("organise-more-rows")) }
            }
        }
    }
}

/// What is stored now, beside a form that was filled in over something older.
fn newer(desk: &Desk<'_>) -> Markup {
    html! {
        section.newer aria-labelledby="hien-nay" {
            h2 #hien-nay { (desk.w().say("organise-council-now")) }
            (as_it_is(desk))
        }
    }
}

/// What is stored, then what recusal asks for, then empty ones. Of a form that was sent its own rows, whatever somebody
/// else has stored meanwhile: each stays what it was typed as.
fn rows(desk: &Desk<'_>) -> Vec<Row> {
    let cycle = &desk.frame.cycle;
    let mut rows: Vec<Row> = sent(desk).collect();
    let first = rows.is_empty();
    if first {
        rows.extend(cycle.reassignments.iter().map(stored));
        rows.extend(proposed(desk, cycle));
    }
    let empty = if first || desk.typed.has(MORE) {
        EMPTY_ROWS
    } else {
        0
    };
    let space = MOST_ROWS.saturating_sub(rows.len());
    rows.extend(std::iter::repeat_n(Row::default(), empty.min(space)));
    rows
}

/// The rows of the form that was sent, which are filled with what was typed.
fn sent<'a>(desk: &'a Desk<'_>) -> impl Iterator<Item = Row> + 'a {
    let rows = (0..MOST_ROWS).take_while(|row| desk.typed.has(&field(AGENCY, *row)));
    rows.map(|row| Row {
        proposed: desk.typed.has(&field(PROPOSED, row)),
        stored: desk.typed.has(&field(STORED, row)),
        ..Row::default()
    })
}

fn stored(own: &Reassignment) -> Row {
    Row {
        agency: own.agency.to_string(),
        unit: own.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
        criterion: own
            .criterion
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        substitute: own.substitute.to_string(),
        reason: own.reason.clone(),
        proposed: false,
        stored: true,
    }
}

/// A unit that would appraise itself: its own agency, for its own sheet.
fn proposed<'a>(desk: &'a Desk<'_>, cycle: &'a Cycle) -> impl Iterator<Item = Row> + 'a {
    let w = desk.w();
    let units = cycle.recusal_faults().into_iter();
    units.filter_map(move |fault| {
        let unit = fault.field.strip_prefix("reassignments.")?.to_owned();
        Some(Row {
            reason: w.tell("organise-recusal-reason", &[("unit", Arg::Text(&unit))]),
            agency: unit.clone(),
            unit,
            proposed: true,
            ..Row::default()
        })
    })
}

fn row(desk: &Desk<'_>, at: usize, one: &Row, agencies: &[(&str, &str)]) -> Markup {
    let w = desk.w();
    let number = [("n", Arg::Count(i64::try_from(at + 1).unwrap_or(i64::MAX)))];
    html! {
        fieldset.row-of-fields {
            legend {
                (w.tell("organise-row", &number))
                @if one.proposed { " – " (w.say("organise-proposed")) }
            }
            @if one.proposed { input type="hidden" name=(field(PROPOSED, at)) value="1"; }
            (who(desk, at, one, agencies))
            @if one.stored { input type="hidden" name=(field(STORED, at)) value="1"; (drop_it(desk, at)) }
        }
    }
}

fn drop_it(desk: &Desk<'_>, at: usize) -> Markup {
    let name = field(DROPPED, at);
    let id = format!("f-{name}");
    html! {
        div.option {
            input type="checkbox" id=(id) name=(name) value="1" checked[!desk.typed.or(&name, "").is_empty()];
            label for=(id) { (desk.w().say("organise-drop")) }
        }
    }
}

/// The five fields of a reassignment.
fn who(desk: &Desk<'_>, at: usize, one: &Row, agencies: &[(&str, &str)]) -> Markup {
    let w = desk.w();
    let units = units(&desk.frame.cycle);
    let of_units: Vec<_> = [("", w.say("organise-all-units"))]
        .into_iter()
        .chain(borrowed(&units))
        .collect();
    let of_agencies: Vec<_> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(agencies.iter().copied())
        .collect();
    let select = |name: &str, label: &str, options: &[(&str, &str)], stored: &str| {
        let name = field(name, at);
        let chosen = [desk.typed.or(&name, stored)];
        let choices = Choices::new(&name, label, options).chosen(&chosen);
        choice::select(w, &choices.error(desk.errors.of(&name)))
    };
    let text = |name: &str, label: &str, hint: &str, stored: &str| {
        let name = field(name, at);
        let typed = desk.typed.or(&name, stored).to_owned();
        let own = Field::new(&name, label).hint(hint).value(&typed);
        field::text(w, &own.error(desk.errors.of(&name)).required())
    };
    html! {
        (select(AGENCY, w.say("organise-instead-of"), &of_agencies, &one.agency))
        (select(UNIT, w.say("organise-on-unit"), &of_units, &one.unit))
        (text(CRITERION, w.say("organise-on-criterion"), w.say("organise-on-criterion-hint"), &one.criterion))
        (select(SUBSTITUTE, w.say("organise-substitute"), &of_agencies, &one.substitute))
        (text(REASON, w.say("organise-reason"), w.say("organise-reassign-reason-hint"), &one.reason))
    }
}

/// The council as it is read, and who stands in; the last that fits counts.
fn as_it_is(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let cycle = &desk.frame.cycle;
    let name = |code: &UnitCode| {
        let unit = cycle.units.get(code);
        unit.map_or_else(|| code.to_string(), |unit| format!("{code} – {}", unit.name))
    };
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let row = |own: &Reassignment| {
        let unit = own
            .unit
            .as_ref()
            .map_or_else(|| w.say("organise-all-units").to_owned(), name);
        let criterion = own.criterion.as_ref().map(ToString::to_string);
        vec![
            html! { (name(&own.agency)) },
            html! { (unit) },
            html! { (criterion.unwrap_or_else(|| w.say("organise-all-criteria").to_owned())) },
            html! { (name(&own.substitute)) },
            html! { (own.reason) },
        ]
    };
    let table = Table {
        caption: w.say("organise-substitutes"),
        columns: vec![
            column(w.say("organise-instead-of")),
            column(w.say("organise-on-unit")),
            column(w.say("organise-on-criterion")),
            column(w.say("organise-substitute")),
            column(w.say("organise-reason")),
        ],
        rows: cycle.reassignments.iter().map(row).collect(),
        sort: None,
    };
    html! {
        h2 { (w.say("organise-agencies")) }
        ul { @for agency in &cycle.council { li { (name(agency)) } } }
        @if table.rows.is_empty() { (empty(w.say("organise-no-substitutes"))) } @else { (table.show(w)) }
    }
}

fn reassign(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let agencies = agencies(desk);
    let council = |(code, _): &&(String, String)| {
        let mut council = desk.frame.cycle.council.iter();
        council.any(|agency| agency.as_str() == code)
    };
    let agencies: Vec<_> = agencies.iter().filter(council).cloned().collect();
    html! {
        section aria-labelledby="phan-cong-lai" {
            h2 #phan-cong-lai { (w.say("organise-reassign")) }
            p { (w.say("organise-reassign-meaning")) }
            form method="post" action=(desk.href("/hoi-dong/phan-cong")) novalidate {
                (desk.hidden())
                fieldset.row-of-fields {
                    legend.unseen { (w.say("organise-reassign")) }
                    (who(desk, 0, &Row::default(), &borrowed(&agencies)))
                }
                div.buttons { button.main type="submit" { (w.say("organise-reassign-act")) } }
            }
        }
    }
}
