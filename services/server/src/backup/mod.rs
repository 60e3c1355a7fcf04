//! `chiso backup` and `chiso restore`: everything of a system in one folder, and back.
//!
//! The order makes a backup consistent while the system runs: first the database, all of it as of one moment,
//! then the evidence files that this moment names. They are added and never changed, so each is still there.
//! The manifest is written last, and the folder gets its name only once everything is on the disk: what was
//! interrupted keeps a name that says so.
//!
//! ```text
//! backup/manifest.json              what is in it, with sizes and hashes
//! backup/chiso.db                   SQLite, or
//! backup/database/<service>.dump    PostgreSQL, one per schema
//! backup/evidence/ab/cdef…          each file under its SHA-256
//! backup/keys                       only where asked for
//! ```

mod error;
mod facts;
mod files;
mod manifest;
mod postgres;
mod restore;
mod verify;

use std::path::{Path, PathBuf};

use chiso_platform::clock::Clock;
use chiso_platform::db::{Db, DbResult, sql};
use chiso_platform::process::Places;

pub use error::BackupError;
pub use restore::restore;

use crate::doctor::{Finding, Findings};
pub(crate) use crate::plan::SERVICES;
use facts::Facts;
pub(crate) use facts::each_service;
use files::{Partial, copy, copy_apart, evidence_path};
use manifest::{FORMAT, MANIFEST, Manifest};

/// SQLite's file, in the data folder and in a backup.
pub(crate) const DATABASE: &str = "chiso.db";
const DUMPS: &str = "database";
const EVIDENCE: &str = "evidence";
const KEYS: &str = "keys";

/// SQLite's file, where the database is one.
pub(crate) fn sqlite_file(places: &Places) -> PathBuf {
    places.data_dir.join(DATABASE)
}

/// The database of each of some services; on SQLite they are all the same.
pub(crate) struct Stores(Vec<(&'static str, Db)>);

impl Stores {
    /// The databases of these services; nothing is made where there is none.
    pub(crate) async fn open(places: &Places, services: &[&'static str]) -> Result<Self, BackupError> {
        let Some(settings) = &places.postgres else {
            let file = sqlite_file(places);
            if !file.is_file() {
                return Err(BackupError::NoDatabase(file));
            }
            let db = Db::sqlite(&file).await?;
            return Ok(Self(
                services.iter().map(|service| (*service, db.clone())).collect(),
            ));
        };
        let mut stores = Self(Vec::new());
        for service in services {
            let db = Db::postgres(settings, service).await?;
            stores.0.push((service, db));
        }
        Ok(stores)
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &Db)> {
        self.0.iter().map(|(service, db)| (*service, db))
    }

    pub(crate) fn of(&self, service: &str) -> DbResult<&Db> {
        let found = self.0.iter().find(|(name, _)| *name == service);
        let missing = || chiso_platform::db::DbError::Setting(format!("there is no service {service}"));
        found.map(|(_, db)| db).ok_or_else(missing)
    }

    /// One of them, to ask the server itself.
    pub(crate) fn any(&self) -> DbResult<&Db> {
        let missing =
            || chiso_platform::db::DbError::Setting("run.only names no service with data".to_owned());
        self.0.first().map(|(_, db)| db).ok_or_else(missing)
    }

    pub(crate) async fn close(self) {
        for (_, db) in self.0 {
            db.close().await;
        }
    }
}

/// Writes a backup into a folder that does not exist yet, while the system runs or not.
///
/// What cannot be copied because it is not there (an evidence file that was lost) is a finding that failed,
/// and stands in the manifest; everything else is backed up all the same.
///
/// # Errors
/// [`BackupError`], which says what to do. No folder of that name is there then.
pub async fn run(places: &Places, target: &Path, with_keys: bool) -> Result<Findings, BackupError> {
    let partial = Partial::beside(target)?;
    let mut findings = Findings::default();
    let facts = match &places.postgres {
        None => sqlite_snapshot(places, &partial.path(DATABASE)).await?,
        Some(settings) => {
            let (settings, folder) = (settings.clone(), partial.path(DUMPS));
            files::blocking(move || postgres::dump(&settings, &folder)).await?
        }
    };
    let rows: i64 = facts.services.values().map(|service| service.journal_rows).sum();
    findings.push(Finding::ok(
        "database",
        format!("{}, {rows} rows of journals, as of one moment", kind(places)),
    ));
    let places = places.clone();
    files::blocking(move || complete(&places, partial, facts, with_keys, findings)).await
}

/// "sqlite" or "postgres".
const fn kind(places: &Places) -> &'static str {
    match places.postgres {
        None => "sqlite",
        Some(_) => "postgres",
    }
}

/// A whole copy as of one moment, made while others read and write.
async fn sqlite_snapshot(places: &Places, copy: &Path) -> Result<Facts, BackupError> {
    let stores = Stores::open(places, &SERVICES).await?;
    let name = copy.to_string_lossy().into_owned();
    let made = stores
        .of("registry")?
        .all(sql("VACUUM INTO $1").bind(name))
        .await
        .map_err(BackupError::from);
    stores.close().await;
    made?;
    let snapshot = Stores::open(&Places::embedded(copy.parent().unwrap_or(copy)), &SERVICES).await?;
    let facts = Facts::read(&snapshot).await;
    snapshot.close().await;
    facts
}

/// Evidence, keys, manifest, and the name.
fn complete(
    places: &Places,
    partial: Partial,
    facts: Facts,
    with_keys: bool,
    mut findings: Findings,
) -> Result<Findings, BackupError> {
    let mut missing = Vec::new();
    for name in &facts.evidence {
        let file = places.evidence.join(evidence_path(name));
        let fault = match files::digest(&file) {
            Ok(found) if found.sha256 == *name => None,
            Ok(_) => Some("its bytes are not those of its name"),
            Err(_) => Some("it cannot be read"),
        };
        if let Some(fault) = fault {
            let what = format!("{}: {fault}", file.display());
            findings.push(Finding::fail(
                "evidence",
                what,
                "look for it in an older backup: chiso cannot make it again",
            ));
            missing.push(name.clone());
            continue;
        }
        copy(&file, &partial.path(EVIDENCE).join(evidence_path(name)))?;
    }
    let copied = facts.evidence.len() - missing.len();
    findings.push(Finding::ok("evidence", format!("{copied} files")));
    if with_keys {
        copy_apart(&places.keys, &partial.path(KEYS))?;
        findings.push(Finding::warn(
            "keys",
            "the backup holds the keys, and so the respondents' names and phone numbers",
            "keep it as you keep the server itself",
        ));
    } else {
        findings.push(Finding::ok(
            "keys",
            "left out; keep a copy of them somewhere else",
        ));
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        made_by: format!("chiso {}", env!("CARGO_PKG_VERSION")),
        made_at: Clock::of_process().now(),
        database: kind(places).to_owned(),
        files: partial.inventory()?,
        missing,
        facts,
    };
    let written = manifest.write(&partial.path(MANIFEST))?;
    findings.push(Finding::ok(
        "manifest",
        format!("{} files, sha256 {written}", manifest.files.len()),
    ));
    let place = partial.finish()?;
    findings.push(Finding::ok("backup", place.display().to_string()));
    Ok(findings)
}
