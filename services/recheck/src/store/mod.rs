//! SQL of the recheck, and nothing else.

pub(crate) mod basis;
pub(crate) mod case;
pub(crate) mod lot;
pub(crate) mod queue;

use chiso_platform::db::{DbError, DbResult, Migration, Row};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_000_001,
        name: "create_tables",
        sqlite: include_str!("../../../../migrations/recheck/sqlite/20261122000001_create_tables.sql"),
        postgres: include_str!("../../../../migrations/recheck/postgres/20261122000001_create_tables.sql"),
    },
    Migration {
        version: 20_261_122_000_330,
        name: "add_leases_and_outcomes",
        sqlite: include_str!(
            "../../../../migrations/recheck/sqlite/20261122000330_add_leases_and_outcomes.sql"
        ),
        postgres: include_str!(
            "../../../../migrations/recheck/postgres/20261122000330_add_leases_and_outcomes.sql"
        ),
    },
];

/// Reads a stable code of the domain.
fn coded<T>(
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
    expected: &'static str,
) -> DbResult<T> {
    let code: String = row.get(column)?;
    read(&code).ok_or(DbError::Column {
        column: column.to_owned(),
        expected,
    })
}

/// For `unhex()`.
fn hexed(id: &impl ToString) -> String {
    id.to_string().replace('-', "")
}
