//! Keys that were lost are missed before new ones are made.
//!
//! Beside an SQLite file the platform sees that by itself. On PostgreSQL the services' tables must be asked.

use std::path::PathBuf;

use chiso_platform::db::{Db, DbError, DbResult, PostgresSettings, Statement, sql};
use chiso_platform::process::Places;

use crate::backup::each_service;

/// Why the keys are not good.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysFault {
    /// They are gone.
    #[error(
        "keys.file: {keys} is not there, but the data of {service} were made with keys; put back the file that was made \
         with them", keys = .keys.display()
    )]
    Lost {
        /// Where they belong.
        keys: PathBuf,
        /// Whose data.
        service: &'static str,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Refuses where the file of keys is missing, but a service of this process has data that were made with keys.
pub(crate) async fn not_lost(places: &Places, services: &[&str]) -> Result<(), KeysFault> {
    let Some(settings) = &places.postgres else {
        return Ok(());
    };
    if places.keys.exists() {
        return Ok(());
    }
    let there = each_service!(["SELECT to_regclass('"], "_keys') IS NOT NULL AS yes");
    let marks = each_service!(["SELECT EXISTS (SELECT 1 FROM "], "_keys) AS yes");
    for ((service, there), (_, mark)) in there.into_iter().zip(marks) {
        if services.contains(&service) && marked(settings, service, there, mark).await? {
            return Err(KeysFault::Lost {
                keys: places.keys.clone(),
                service,
            });
        }
    }
    Ok(())
}

/// Whether the tables are there, and say that they were made with keys.
async fn marked(
    settings: &PostgresSettings,
    service: &'static str,
    there: Statement,
    mark: Statement,
) -> DbResult<bool> {
    let db = Db::postgres(settings, service).await?;
    let yes = async |statement| db.one(statement).await?.get::<bool>("yes");
    let marked = match yes(there).await {
        Ok(true) => yes(mark).await,
        otherwise => otherwise,
    };
    db.close().await;
    marked
}
