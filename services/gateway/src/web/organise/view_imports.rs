//! The pages of units and index sets.

use axum::response::Response;
use chiso_domain::cycle::{Criterion, Unit, UnitType};
use chiso_domain::index_set::print;
use chiso_platform::words::{Arg, Words};
use chiso_wire::registry::{self as pb, ChangeKind};
use maud::{Markup, html};

use super::super::format;
use super::super::parts::faults::Fault;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::words::named;
use super::book::{self, FILE, sample_href};
use super::desk::Desk;
use super::imports::Goal;

/// What was found out about a workbook.
#[derive(Debug, Default)]
pub(super) struct Looked {
    faults: Vec<Fault>,
    /// What it holds, and what it would change; none where it was not looked at.
    found: Option<Found>,
}

#[derive(Debug)]
struct Found {
    /// Unit types and units, or contents and leaves.
    counts: (i32, i32),
    changes: Vec<pb::Change>,
}

impl Looked {
    pub(super) fn of_faults(faults: &[Fault]) -> Self {
        Self {
            faults: faults.to_vec(),
            found: None,
        }
    }

    pub(super) fn of_units(reply: pb::CheckUnitsResponse) -> Self {
        Self::found((reply.unit_types, reply.units), reply.changes)
    }

    pub(super) fn of_set(reply: pb::CheckIndexSetResponse) -> Self {
        Self::found((reply.contents, reply.leaves), reply.changes)
    }

    const fn found(counts: (i32, i32), changes: Vec<pb::Change>) -> Self {
        Self {
            faults: Vec::new(),
            found: Some(Found { counts, changes }),
        }
    }
}

fn column(label: &str, numeric: bool) -> Column<'_> {
    Column {
        key: "",
        label,
        numeric,
    }
}

pub(super) fn page(desk: &Desk<'_>, goal: &Goal, looked: &Looked) -> Response {
    let w = desk.w();
    let body = html! {
        (desk.told(w.say("organise-imported")))
        (desk.frozen())
        div #ket-qua tabindex="-1" {
            (book::faulty(w, &looked.faults))
            @if let Some(found) = &looked.found { (changes(w, goal, found)) }
        }
        @if !desk.fixed() { (form(desk, goal)) }
        (there_is(desk, goal))
    };
    let page = match goal {
        Goal::Units => desk.page(w.say("organise-units")),
        Goal::IndexSet(one) => {
            let name = named(w, &one.name, &one.name_en);
            let title = w.tell("organise-set-of", &[("name", Arg::Text(name))]);
            desk.page(title)
                .back(desk.href("/bo-chi-so"), w.say("organise-index-sets"))
        }
    };
    page.wide().script("organise.js").show(&body)
}

fn form(desk: &Desk<'_>, goal: &Goal) -> Markup {
    let w = desk.w();
    let (meaning, sample) = match goal {
        Goal::Units => (w.say("organise-units-meaning"), "don-vi.xlsx"),
        Goal::IndexSet(_) => (w.say("organise-set-meaning"), "bo-chi-so.xlsx"),
    };
    let file = Field::new(FILE, w.say("organise-file")).required();
    let file = file.hint(w.say("organise-file-hint")).error(desk.errors.of(FILE));
    html! {
        section aria-labelledby="nhap" {
            h2 #nhap { (w.say("organise-import")) }
            p { (meaning) }
            p { a href=(sample_href(sample)) { (w.say("organise-sample")) } }
            form method="post" action=(desk.href(&format!("{}/tep", goal.path()))) enctype="multipart/form-data"
                data-looking=(w.say("organise-looking")) data-look-failed=(w.say("organise-look-failed")) novalidate {
                (desk.hidden_as_seen())
                (field::file(w, &file))
                p role="status" data-look-line {}
                div.buttons {
                    button type="submit" formaction=(desk.href(&format!("{}/xem/tep", goal.path()))) data-look-button {
                        (w.say("organise-look"))
                    }
                    button.main type="submit" { (w.say("organise-import-act")) }
                }
            }
        }
    }
}

fn changes(w: Words, goal: &Goal, found: &Found) -> Markup {
    let counts = [
        ("a", Arg::Count(found.counts.0.into())),
        ("b", Arg::Count(found.counts.1.into())),
    ];
    let counts = match goal {
        Goal::Units => w.tell("organise-look-units", &counts),
        Goal::IndexSet(_) => w.tell("organise-look-set", &counts),
    };
    let row = |change: &pb::Change| {
        vec![
            html! { (change.code) },
            kind(w, change.kind()),
            html! { (change.name) },
            fields(w, &change.fields),
        ]
    };
    let table = Table {
        caption: w.say("organise-changes"),
        columns: vec![
            column(w.say("organise-code"), false),
            column(w.say("organise-change"), false),
            column(w.say("organise-name"), false),
            column(w.say("organise-change-fields"), false),
        ],
        rows: found.changes.iter().map(row).collect(),
        sort: None,
    };
    html! {
        section aria-labelledby="thay-doi" {
            h2 #thay-doi { (w.say("organise-looked")) }
            (notice(Kind::Open, html! { p { (counts) } p { (w.say("organise-looked-meaning")) } }))
            @if found.changes.is_empty() { (empty(w.say("organise-no-changes"))) } @else { (table.show(w)) }
        }
    }
}

fn kind(w: Words, kind: ChangeKind) -> Markup {
    match kind {
        ChangeKind::Added => chip(Kind::Done, w.say("organise-added")),
        ChangeKind::Removed => chip(Kind::Refused, w.say("organise-removed")),
        ChangeKind::Changed | ChangeKind::Unspecified => chip(Kind::Wanting, w.say("organise-changed")),
    }
}

fn fields(w: Words, fields: &[pb::ChangedField]) -> Markup {
    let shown = |text: &str| match text {
        "" => w.say("organise-nothing").to_owned(),
        "true" => w.say("organise-yes").to_owned(),
        "false" => w.say("organise-no").to_owned(),
        text => format::points(w, text),
    };
    html! {
        @for field in fields {
            div { (field_label(w, &field.field)) ": " (shown(&field.before)) " → " (shown(&field.after)) }
        }
    }
}

fn field_label(w: Words, field: &str) -> String {
    let label = match field {
        "name" => w.say("organise-name"),
        "name_en" => w.say("organise-name-en"),
        "order" => w.say("organise-order"),
        "unit_type" => w.say("organise-type"),
        "valid_from" => w.say("organise-valid-from"),
        "valid_to" => w.say("organise-valid-to"),
        "predecessors" => w.say("organise-predecessors"),
        "ranked" => w.say("organise-ranked"),
        "max" => w.say("organise-max"),
        "rule" => w.say("organise-rule"),
        "evidence" => w.say("organise-evidence"),
        "appraiser" => w.say("organise-appraiser"),
        "origin" => w.say("organise-origin"),
        other => return other.to_owned(),
    };
    label.to_owned()
}

/// What the cycle has now.
fn there_is(desk: &Desk<'_>, goal: &Goal) -> Markup {
    let w = desk.w();
    html! {
        section aria-labelledby="hien-co" {
            h2 #hien-co { (w.say("organise-there-is")) }
            @match goal {
                Goal::Units => (units(desk)),
                Goal::IndexSet(one) => (rows(desk, one)),
            }
        }
    }
}

fn units(desk: &Desk<'_>) -> Markup {
    let w = desk.w();
    let cycle = &desk.frame.cycle;
    if cycle.units.is_empty() {
        return empty(w.say("organise-no-units"));
    }
    let type_name = |unit: &Unit| {
        cycle
            .unit_types
            .get(&unit.unit_type)
            .map_or("", |one| one.name.as_str())
    };
    let row = |unit: &&Unit| {
        vec![
            html! { (unit.code) },
            html! { (unit.name) },
            html! { (type_name(unit)) },
            html! { (if unit.ranked { w.say("organise-yes") } else { w.say("organise-no") }) },
        ]
    };
    let counts = [
        ("a", Arg::Count(count(cycle.unit_types.len()))),
        ("b", Arg::Count(count(cycle.units.len()))),
    ];
    let table = Table {
        caption: &w.tell("organise-look-units", &counts),
        columns: vec![
            column(w.say("organise-code"), false),
            column(w.say("organise-name"), false),
            column(w.say("organise-type"), false),
            column(w.say("organise-ranked"), false),
        ],
        rows: cycle.units_in_order().iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn rows(desk: &Desk<'_>, one: &UnitType) -> Markup {
    let w = desk.w();
    let Some(set) = desk.frame.cycle.rules.index_sets.get(&one.code) else {
        return empty(w.say("organise-no-set"));
    };
    let row = |criterion: &Criterion| {
        vec![
            html! { (criterion.code) },
            html! { (criterion.name) },
            html! { (format::points(w, &criterion.max.to_string())) },
            html! { code { (print(&criterion.rule)) } },
            html! { (criterion.appraiser.as_ref().map(ToString::to_string).unwrap_or_default()) },
        ]
    };
    let table = Table {
        caption: &set.title,
        columns: vec![
            column(w.say("organise-code"), false),
            column(w.say("organise-name"), false),
            column(w.say("organise-max"), true),
            column(w.say("organise-rule"), false),
            column(w.say("organise-appraiser"), false),
        ],
        rows: set.rows.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// One row for each type, with the way to its set.
pub(super) fn sets(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let cycle = &desk.frame.cycle;
    let mut types: Vec<&UnitType> = cycle.unit_types.values().collect();
    types.sort_by_key(|one| (one.order, one.code.clone()));
    let row = |one: &&UnitType| {
        let set = cycle.rules.index_sets.get(&one.code);
        vec![
            html! { a href=(desk.href(&format!("/bo-chi-so/{}", one.code))) { (named(w, &one.name, &one.name_en)) } },
            html! { (cycle.units.values().filter(|unit| unit.unit_type == one.code).count()) },
            html! { @if let Some(set) = set { (set.contents().count()) } },
            html! { @if let Some(set) = set { (set.leaves().count()) } },
            match set {
                Some(_) => chip(Kind::Done, w.say("organise-present")),
                None => chip(Kind::Wanting, w.say("organise-absent")),
            },
        ]
    };
    let table = Table {
        caption: w.say("organise-sets-meaning"),
        columns: vec![
            column(w.say("organise-type"), false),
            column(w.say("organise-units-count"), true),
            column(w.say("organise-contents"), true),
            column(w.say("organise-leaves"), true),
            column(w.say("organise-state"), false),
        ],
        rows: types.iter().map(row).collect(),
        sort: None,
    };
    let body = html! {
        (desk.frozen())
        @if types.is_empty() {
            (empty(w.say("organise-no-types")))
            p { a href=(desk.href("/don-vi")) { (w.say("organise-to-units")) } }
        } @else { (table.show(w)) }
    };
    desk.page(w.say("organise-index-sets")).show(&body)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
