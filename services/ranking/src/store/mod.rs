//! SQL of ranking: received points and cursors, the council's records, published versions.

mod council;
mod received;
mod version;

use chiso_platform::db::Migration;

pub(crate) use council::{bars, dated_bars, dated_ties, put_bar, put_tie, ties};
pub(crate) use received::{cursor, receive, received, set_cursor, source_name};
pub(crate) use version::{
    NewVersion, ResultRow, VersionRow, file, leaves, results, types, version, version_before, version_insert,
    versions_page,
};

/// Forward only.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 20_261_122_000_001,
    name: "create_tables",
    sqlite: include_str!("../../../../migrations/ranking/sqlite/20261122000001_create_tables.sql"),
    postgres: include_str!("../../../../migrations/ranking/postgres/20261122000001_create_tables.sql"),
}];
