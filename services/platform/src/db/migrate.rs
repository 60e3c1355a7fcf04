//! Forward-only migrations, a table of what ran per service.

use std::borrow::Cow;

use sqlx::migrate::{MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{DbError, DbResult};

/// One step of a service's schema; never changed after it has landed.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `YYYYMMDDHHMMSS`.
    pub version: i64,
    /// "create_tables".
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// Journal, repeated requests and feed: the same three tables in every service.
const SHARED: Migration = Migration {
    version: 20_261_122_000_000,
    name: "create_shared_tables",
    sql: include_str!("../../../../migrations/shared/sqlite/20261122000000_create_shared_tables.sql"),
};

pub(super) async fn run(
    connection: &mut SqliteConnection,
    service: &'static str,
    migrations: &[Migration],
) -> DbResult<()> {
    let steps = std::iter::once(&SHARED)
        .chain(migrations)
        .map(|m| step(service, m))
        .collect();
    let mut migrator = Migrator::with_migrations(steps);
    migrator.dangerous_set_table_name(format!("{service}_migration"));
    migrator
        .run(connection)
        .await
        .map_err(|source| DbError::Migrate { service, source })
}

fn step(service: &str, migration: &Migration) -> sqlx::migrate::Migration {
    let text = migration.sql.replace("{service}", service);
    sqlx::migrate::Migration::new(
        migration.version,
        Cow::Borrowed(migration.name),
        MigrationType::Simple,
        AssertSqlSafe(text).into_sql_str(),
        false,
    )
}
