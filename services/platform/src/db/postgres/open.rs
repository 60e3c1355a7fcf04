//! The first connection: whether the server is there, lets the service in, and keeps what it acknowledges.
//!
//! Whatever is wrong is said with the setting it comes from and what to do about it.

use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::{ConnectOptions, Connection, Row as _};
use tokio::time::timeout;

use super::{IDLE, LOST, Postgres, PostgresSettings, THERE, in_time, state};
use crate::db::{DbError, DbResult};

/// So long a statement of a migration may take, and so long an instance waits for another one that is bringing the
/// same tables up to date. Units and chart give a start no less than that.
const MIGRATION: &str = "900s";
/// The oldest server that this is tested with is 15; what is used has been there since this one.
const OLDEST: i32 = 140_000;

impl Postgres {
    /// Connects as the service's login and checks the server.
    pub(in crate::db) async fn open(settings: &PostgresSettings, service: &'static str) -> DbResult<Self> {
        let options = settings.options(service)?;
        let entering = async {
            let connecting = options.connect().await;
            let mut connection = connecting.map_err(|error| refused(&options, settings, service, error))?;
            check(&mut connection, service).await?;
            Ok(connection.close().await?)
        };
        let entered: Result<DbResult<()>, _> = timeout(settings.acquire_timeout, entering).await;
        entered.map_err(|_elapsed| unreachable(&options, "no answer in time"))??;
        Ok(Self {
            pool: pool(settings, service).connect_lazy_with(options.clone()),
            options,
            writer: Arc::default(),
            patience: settings.acquire_timeout,
            limit: settings.statement_timeout + settings.lock_timeout + LOST,
            lock: format!("SELECT one FROM {service}_writer FOR UPDATE"),
        })
    }
}

fn pool(settings: &PostgresSettings, service: &'static str) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(settings.max_connections.max(2))
        .acquire_timeout(settings.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > IDLE {
                    in_time(THERE, connection.ping()).await?;
                }
                Ok(true)
            })
        })
        // Behind the address there may be another server by now: a standby, or one that was promoted.
        .after_connect(move |connection, _| {
            Box::pin(async move {
                check(connection, service).await.map_err(|error| match error {
                    DbError::Sql(error) => error,
                    other => sqlx::Error::Configuration(other.into()),
                })
            })
        })
}

/// A connection on which long statements may run.
pub(super) async fn for_migration(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let patient = [("statement_timeout", MIGRATION), ("lock_timeout", MIGRATION)];
    options.clone().options(patient).connect().await
}

/// The server's safety settings, its version, and the service's schema.
async fn check(connection: &mut PgConnection, service: &str) -> DbResult<()> {
    let text = "SELECT current_setting('server_version_num')::int AS version, \
                current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, \
                current_setting('full_page_writes') AS pages, \
                current_setting('synchronous_commit') AS synchronous, pg_is_in_recovery() AS replica, \
                (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = $1) AS own";
    let row = sqlx::query(text).bind(service).fetch_one(connection).await?;
    let text = |column| row.try_get::<String, _>(column);
    if row.try_get::<i32, _>("version")? < OLDEST {
        return wrong("database.url: the PostgreSQL server is older than 14; use a newer one".to_owned());
    }
    if text("encoding")? != "UTF8" {
        return wrong(format!(
            "database.url: the database is encoded as {}; make it anew with --template=template0 --encoding=UTF8",
            text("encoding")?
        ));
    }
    for (setting, column) in [
        ("fsync", "fsync"),
        ("full_page_writes", "pages"),
        ("synchronous_commit", "synchronous"),
    ] {
        if text(column)? == "off" {
            return wrong(format!(
                "the PostgreSQL server runs with {setting} = off, so what it acknowledges may be lost; \
                 set {setting} = on in postgresql.conf"
            ));
        }
    }
    if row.try_get::<bool, _>("replica")? {
        return wrong(
            "database.url leads to a replica, which takes no writes; name the primary server".to_owned(),
        );
    }
    own_schema(&row, service)
}

fn own_schema(row: &PgRow, service: &str) -> DbResult<()> {
    match row.try_get::<Option<bool>, _>("own")? {
        Some(true) => Ok(()),
        Some(false) => wrong(format!(
            "the login chiso_{service} may not make tables in the schema {service}; run deploy/postgres/roles.sql \
             in the database"
        )),
        None => wrong(format!(
            "the database has no schema {service}; run deploy/postgres/roles.sql in it"
        )),
    }
}

fn wrong<T>(message: String) -> DbResult<T> {
    Err(DbError::Setting(message))
}

fn unreachable(options: &PgConnectOptions, why: &str) -> DbError {
    DbError::Setting(format!(
        "database.url: no PostgreSQL server answers at {}:{} ({why}); start it, or correct the address",
        options.get_host(),
        options.get_port()
    ))
}

/// Why the server did not let the service in.
fn refused(
    options: &PgConnectOptions,
    settings: &PostgresSettings,
    service: &str,
    error: sqlx::Error,
) -> DbError {
    let login = options.get_username();
    let database = options.get_database().unwrap_or_default();
    let unprotected = |cause: &dyn std::fmt::Display| {
        format!(
            "database.tls: no protected connection to {}:{} ({cause}); turn TLS on in the server, name its \
             authority in database.tls_ca, or set database.tls to what the server offers (now {:?})",
            options.get_host(),
            options.get_port(),
            settings.tls
        )
    };
    let message = match (&error, state(&error).as_deref()) {
        (sqlx::Error::Tls(cause), _) => unprotected(cause),
        // A certificate that does not count.
        (sqlx::Error::Io(cause), _) if cause.kind() == std::io::ErrorKind::InvalidData => unprotected(cause),
        (sqlx::Error::Io(cause), _) => return unreachable(options, &cause.to_string()),
        (_, Some("28P01")) => format!(
            "database.passwords.{service} or the file {login} in database.password_dir: the server refuses the \
             password of {login}; set the same one on both sides. Where the login is missing, run \
             deploy/postgres/roles.sql"
        ),
        (_, Some("28000")) => format!(
            "the server refuses the login {login} ({error}); run deploy/postgres/roles.sql in the database {database}, and let \
             the login in by pg_hba.conf"
        ),
        (_, Some("3D000")) => format!(
            "database.url: there is no database {database}; make it and run deploy/postgres/roles.sql in it"
        ),
        (_, Some("42501")) => format!(
            "the login {login} may not enter the database {database}; run deploy/postgres/roles.sql in it"
        ),
        // Before 14, and on a few systems later, it does not watch over connections.
        (_, Some("42704" | "22023")) => format!(
            "database.url: the PostgreSQL server refuses how it is to be used ({error}); use version 14 or newer, on Linux"
        ),
        (_, Some("53300")) => format!(
            "the server has no connection left for {login}; lower database.max_connections (now {}) or raise \
             max_connections of the server",
            settings.max_connections
        ),
        _ => return DbError::Sql(error),
    };
    DbError::Setting(message)
}
