//! The ranking of a type as files: CSV with the columns of the whole version's export, XLSX as people read it, JSON as
//! the API gives it.

use chiso_platform::words::Words;
use chiso_wire::ranking as pb;

use super::super::words::named;
use super::ranking::{Column, Ranking};
use super::view_ranking::class;
use crate::call::written;
use crate::problem::Problem;
use crate::view;
use crate::web::out::{Cell, Sheet, csv, xlsx};

/// For programs.
pub(super) fn csv(version: &pb::Version, units: &[&pb::UnitResult], columns: &[Column]) -> String {
    let before = ["cycle", "version", "unit_type", "rank", "tied", "unit", "name"].map(str::to_owned);
    let contents = columns
        .iter()
        .map(|column| format!("content_{}", column.code.to_ascii_lowercase().replace('.', "_")));
    let after = ["penalty", "total", "class", "reasons"].map(str::to_owned);
    let row = |unit: &&pb::UnitResult| {
        let mut cells = vec![
            Cell::text(&version.cycle),
            Cell::Number(version.version.to_string()),
            Cell::text(&unit.unit_type),
            ranked(unit),
            Cell::text(if unit.tied { "true" } else { "false" }),
            Cell::text(&unit.unit),
            Cell::text(&unit.name),
        ];
        cells.extend(points(unit, columns));
        let class = match unit.class() {
            pb::Class::Unspecified => "",
            class => class.as_str_name().trim_start_matches("CLASS_"),
        };
        cells.extend([Cell::number(&unit.penalty), Cell::number(&unit.total)]);
        cells.extend([Cell::text(class), Cell::text(&unit.reasons.join(" "))]);
        cells
    };
    csv::write(&Sheet {
        name: String::new(),
        heading: before.into_iter().chain(contents).chain(after).collect(),
        rows: units.iter().map(row).collect(),
    })
}

/// For people.
pub(super) fn xlsx(
    w: Words,
    of_type: &pb::TypeSummary,
    units: &[&pb::UnitResult],
    columns: &[Column],
) -> Result<Vec<u8>, Problem> {
    let before = [
        "readers-rank",
        "readers-unit-code",
        "readers-unit",
        "readers-total",
    ]
    .map(|key| w.say(key).to_owned());
    let contents = columns.iter().map(|column| match column.name.as_str() {
        "" => column.code.clone(),
        name => format!("{}. {name}", column.code),
    });
    let after = ["readers-penalty", "readers-class"].map(|key| w.say(key).to_owned());
    let row = |unit: &&pb::UnitResult| {
        let mut cells = vec![
            ranked(unit),
            Cell::text(&unit.unit),
            Cell::text(&unit.name),
            Cell::number(&unit.total),
        ];
        cells.extend(points(unit, columns));
        cells.extend([Cell::number(&unit.penalty), Cell::text(class(w, unit))]);
        cells
    };
    let sheet = Sheet {
        name: named(w, &of_type.name, &of_type.name_en).to_owned(),
        heading: before.into_iter().chain(contents).chain(after).collect(),
        rows: units.iter().map(row).collect(),
    };
    xlsx::write(&sheet).map_err(|fault| Problem::internal(&fault))
}

/// As `/v1/cycles/{cycle}/ranking?unit_type=`.
pub(super) fn json(ranking: &Ranking, unit_type: &str) -> Result<Vec<u8>, Problem> {
    let reply = pb::GetPublishedResponse {
        version: ranking.version.clone(),
        province: ranking.province.clone(),
        units: ranking.units_of(unit_type).cloned().collect(),
        types: ranking.of_type(unit_type).cloned().into_iter().collect(),
        earlier_cycle: String::new(),
    };
    written(&view::Ranking::try_from(reply)?)
}

fn ranked(unit: &pb::UnitResult) -> Cell {
    if unit.rank > 0 {
        Cell::Number(unit.rank.to_string())
    } else {
        Cell::Empty
    }
}

fn points(unit: &pb::UnitResult, columns: &[Column]) -> Vec<Cell> {
    let of = |column: &Column| {
        let own = unit.contents.iter().find(|content| content.code == column.code);
        own.map_or(Cell::Empty, |content| Cell::number(&content.points))
    };
    columns.iter().map(of).collect()
}
