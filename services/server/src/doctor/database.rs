//! The database: reachable, safe, of this program's schema, its journals without a gap.

use chiso_platform::db::{Db, DbResult, sql};
use chiso_platform::error::chain;
use chiso_platform::journal::{self, Chain};
use chiso_platform::process::Places;

use super::{Finding, Findings, known_migrations};
use crate::backup::{BackupError, Stores, each_service};

/// Looks, and answers the open database where there is one.
pub(super) async fn look(
    places: &Places,
    services: &[&'static str],
    deep: bool,
    findings: &mut Findings,
) -> Option<Stores> {
    if services.is_empty() {
        findings.push(Finding::ok("database", "none: no service with data runs here"));
        return None;
    }
    let stores = match Stores::open(places, services).await {
        Ok(stores) => stores,
        Err(BackupError::NoDatabase(file)) => {
            findings.push(Finding::warn(
                "database",
                format!("{} does not exist yet", file.display()),
                "chiso makes it at its first start; look again then",
            ));
            return None;
        }
        Err(error) => {
            let remedy = "put that right, then look again";
            findings.push(Finding::fail("database", chain(&error), remedy));
            return None;
        }
    };
    if let Err(error) = looked(places, &stores, deep, findings).await {
        let remedy = "the database was not made by chiso, is newer than this program, or is damaged; \
                      restore a backup into another place and compare";
        findings.push(Finding::fail("database", chain(&error), remedy));
    }
    Some(stores)
}

async fn looked(places: &Places, stores: &Stores, deep: bool, findings: &mut Findings) -> DbResult<()> {
    findings.push(version(places, stores.any()?).await?);
    if !schemas(stores, findings).await? {
        return Ok(());
    }
    for (service, statement) in each_service!(
        ["SELECT COUNT(*) AS acts, COALESCE(MAX(seq), 0) AS last FROM "],
        "_journal"
    ) {
        let Ok(db) = stores.of(service) else { continue };
        let row = db.one(statement).await?;
        let (acts, last): (i64, i64) = (row.get("acts")?, row.get("last")?);
        let broken = match deep {
            _ if acts != last => Some(format!("{acts} rows, the last one numbered {last}")),
            true => match journal::verify(db, service).await? {
                Chain::Broken(row) => Some(format!("row {row} does not follow from the one before")),
                Chain::Whole(_) => None,
            },
            false => None,
        };
        let check = format!("journal {service}");
        findings.push(match broken {
            Some(found) => Finding::fail(
                check,
                found,
                "history was changed outside chiso: keep this copy as it is, and compare it with a backup",
            ),
            None if deep => Finding::ok(check, format!("{acts} rows, each follows from the one before")),
            None => Finding::ok(check, format!("{acts} rows, no gap")),
        });
    }
    Ok(())
}

/// That it opened says that its safety settings are in force: nothing else is let through.
async fn version(places: &Places, db: &Db) -> DbResult<Finding> {
    Ok(match &places.postgres {
        None => {
            let version: String = db.one(sql("SELECT sqlite_version() AS v")).await?.get("v")?;
            let settings = "WAL, synchronous=FULL, foreign keys on";
            Finding::ok("database", format!("SQLite {version}, {settings}"))
        }
        Some(settings) => {
            let text = "SELECT current_setting('server_version') AS v";
            let version: String = db.one(sql(text)).await?.get("v")?;
            let keeps = "keeps what it acknowledges, lets every service of this process in";
            Finding::ok(
                "database",
                format!("PostgreSQL {version} at {}, {keeps}", settings.url),
            )
        }
    })
}

/// Whether every service's tables are there, and what their versions are to this program.
async fn schemas(stores: &Stores, findings: &mut Findings) -> DbResult<bool> {
    let mut seen = Vec::new();
    for (service, statement) in each_service!(["SELECT version FROM "], "_migration ORDER BY version") {
        let Ok(db) = stores.of(service) else { continue };
        match db.all(statement).await {
            Ok(rows) => {
                let versions: Vec<i64> = rows
                    .iter()
                    .map(|row| row.get("version"))
                    .collect::<DbResult<_>>()?;
                seen.push((service, versions));
            }
            // No such table: the service has never run here.
            Err(_) => seen.push((service, Vec::new())),
        }
    }
    let newer = seen.iter().find_map(|(service, versions)| {
        let known = known_migrations(service);
        let unknown = versions.iter().find(|version| !known.contains(version))?;
        Some(format!(
            "migration {unknown} of {service} is not known to this program"
        ))
    });
    let older = |(service, versions): &&(&str, Vec<i64>)| versions.len() < known_migrations(service).len();
    let behind: Vec<&str> = seen.iter().filter(older).map(|(service, _)| *service).collect();
    findings.push(if let Some(found) = newer {
        Finding::fail(
            "schema",
            found,
            "run the version of chiso that made these tables, or a newer one",
        )
    } else if behind.is_empty() {
        Finding::ok(
            "schema",
            format!("of all {} services here as this program makes it", seen.len()),
        )
    } else {
        let found = format!("not yet as this program makes it: {}", behind.join(", "));
        Finding::warn(
            "schema",
            found,
            "the services bring it up to date when they start; back up before",
        )
    });
    Ok(seen.iter().all(|(_, versions)| !versions.is_empty()))
}
