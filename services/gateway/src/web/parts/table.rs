//! Tables: a caption, headers with their scope, a first column that stays, sorted by links.

use chiso_platform::words::Words;
use maud::{Markup, html};

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column<'a> {
    /// By what it is sorted; empty: it is not.
    pub(crate) key: &'a str,
    pub(crate) label: &'a str,
    pub(crate) numeric: bool,
}

/// How a table is sorted now, and where it is sorted otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Sort<'a> {
    pub(crate) key: &'a str,
    pub(crate) descending: bool,
    /// The address up to the value: "?sap-xep=".
    pub(crate) address: &'a str,
}

/// A table. The first cell of each row is its header.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) caption: &'a str,
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) rows: Vec<Vec<Markup>>,
    pub(crate) sort: Option<Sort<'a>>,
}

impl Table<'_> {
    pub(crate) fn show(&self, w: Words) -> Markup {
        html! {
            div.table role="region" aria-label=(self.caption) tabindex="0" {
                table {
                    caption { (self.caption) }
                    thead { tr { @for column in &self.columns { (self.head(w, column)) } } }
                    tbody { @for row in &self.rows { (self.row(row)) } }
                }
            }
        }
    }

    fn row(&self, row: &[Markup]) -> Markup {
        let numeric = |at: usize| self.columns.get(at).is_some_and(|column| column.numeric);
        html! {
            tr {
                @for (at, cell) in row.iter().enumerate() {
                    @if at == 0 {
                        th scope="row" .number[numeric(at)] { (cell) }
                    } @else {
                        td .number[numeric(at)] { (cell) }
                    }
                }
            }
        }
    }

    fn head(&self, w: Words, column: &Column<'_>) -> Markup {
        let Some(sort) = self.sort.as_ref().filter(|_| !column.key.is_empty()) else {
            return html! { th scope="col" .number[column.numeric] { (column.label) } };
        };
        let own = sort.key == column.key;
        let now = own.then_some(if sort.descending {
            "descending"
        } else {
            "ascending"
        });
        // A second time on the same column sorts it the other way round.
        let other_way = own && !sort.descending;
        let to = format!(
            "{}{}{}",
            sort.address,
            if other_way { "-" } else { "" },
            column.key
        );
        let mark = match now {
            Some("descending") => "▼",
            Some(_) => "▲",
            None => "",
        };
        html! {
            th scope="col" .number[column.numeric] aria-sort=[now] {
                a href=(to) title=(w.say("table-sort")) { (column.label) span aria-hidden="true" { " " (mark) } }
            }
        }
    }
}
