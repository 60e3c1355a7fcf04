//! Forward-only migrations, a table of what ran per service.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
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
    /// Its statements on SQLite.
    pub sqlite: &'static str,
    /// Its statements on PostgreSQL, in the service's schema.
    pub postgres: &'static str,
}

/// What every service has: journal, repeated requests, feed, leases, letters.
const SHARED: &[Migration] = &[
    Migration {
        version: 20_261_122_000_000,
        name: "create_shared_tables",
        sqlite: include_str!("../../../../migrations/shared/sqlite/20261122000000_create_shared_tables.sql"),
        postgres: include_str!(
            "../../../../migrations/shared/postgres/20261122000000_create_shared_tables.sql"
        ),
    },
    Migration {
        version: 20_261_122_000_100,
        name: "create_lease",
        sqlite: include_str!("../../../../migrations/shared/sqlite/20261122000100_create_lease.sql"),
        postgres: include_str!("../../../../migrations/shared/postgres/20261122000100_create_lease.sql"),
    },
    Migration {
        version: 20_261_122_000_200,
        name: "create_keys",
        sqlite: include_str!("../../../../migrations/shared/sqlite/20261122000200_create_keys.sql"),
        postgres: include_str!("../../../../migrations/shared/postgres/20261122000200_create_keys.sql"),
    },
    Migration {
        version: 20_261_122_000_300,
        name: "create_mail",
        sqlite: include_str!("../../../../migrations/shared/sqlite/20261122000300_create_mail.sql"),
        postgres: include_str!("../../../../migrations/shared/postgres/20261122000300_create_mail.sql"),
    },
];

/// The platform's own migrations and the service's, as far as a version.
pub(super) fn all(migrations: &[Migration], last: i64) -> Vec<Migration> {
    let all = SHARED.iter().chain(migrations).copied();
    let mut all: Vec<Migration> = all.filter(|migration| migration.version <= last).collect();
    all.sort_by_key(|migration| migration.version);
    all
}

pub(super) async fn on_sqlite(
    connection: &mut SqliteConnection,
    service: &'static str,
    migrations: &[Migration],
) -> DbResult<()> {
    let migrator = migrator(service, migrations, |migration| migration.sqlite);
    migrator.run(connection).await.map_err(|e| refused(service, e))
}

/// Instances that start at once wait for one another: the migrator locks the database.
pub(super) async fn on_postgres(
    connection: &mut PgConnection,
    service: &'static str,
    migrations: &[Migration],
) -> DbResult<()> {
    let migrator = migrator(service, migrations, |migration| migration.postgres);
    migrator.run(connection).await.map_err(|e| refused(service, e))
}

fn migrator(
    service: &'static str,
    migrations: &[Migration],
    text: impl Fn(&Migration) -> &'static str,
) -> Migrator {
    let step = |migration: &Migration| {
        let text = text(migration).replace("{service}", service);
        sqlx::migrate::Migration::new(
            migration.version,
            Cow::Borrowed(migration.name),
            MigrationType::Simple,
            AssertSqlSafe(text).into_sql_str(),
            false,
        )
    };
    let mut migrator = Migrator::with_migrations(migrations.iter().map(step).collect());
    migrator.dangerous_set_table_name(format!("{service}_migration"));
    migrator
}

fn refused(service: &'static str, source: MigrateError) -> DbError {
    match source {
        MigrateError::VersionMissing(version) => DbError::Setting(format!(
            "the tables of {service} are newer than this program: it does not know migration {version}. \
             Run the version of chiso that made them, or a newer one"
        )),
        MigrateError::VersionMismatch(version) => DbError::Setting(format!(
            "the tables of {service} were made by another migration {version} than this program's. \
             Run the version of chiso that made them"
        )),
        // Each migration is a transaction, so that only a restore leaves one unfinished.
        MigrateError::Dirty(_) => DbError::Setting(format!(
            "the tables of {service} are not whole: a restore into this database was not finished. Make a new database, \
             run deploy/postgres/roles.sql in it, and restore again"
        )),
        source => DbError::Migrate { service, source },
    }
}
