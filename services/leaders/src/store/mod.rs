//! SQL of the `leaders_*` tables.

mod panel;
mod slip;
#[cfg(test)]
mod tests;

use chiso_platform::db::Migration;

pub(crate) use panel::{Standing, close, decide, open_again, replace_panel, standing};
pub(crate) use slip::{
    HeldSlip, Saved, Sending, any_sent, held_slip, progress, save_marks, save_sent, sent_slips,
};

/// Tables of this service, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_000_001,
        name: "create_tables",
        sqlite: include_str!("../../../../migrations/leaders/sqlite/20261122000001_create_tables.sql"),
        postgres: include_str!("../../../../migrations/leaders/postgres/20261122000001_create_tables.sql"),
    },
    Migration {
        version: 20_261_122_000_340,
        name: "add_saved_by",
        sqlite: include_str!("../../../../migrations/leaders/sqlite/20261122000340_add_saved_by.sql"),
        postgres: include_str!("../../../../migrations/leaders/postgres/20261122000340_add_saved_by.sql"),
    },
];
