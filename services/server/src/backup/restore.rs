//! A backup back into an empty place.
//!
//! Everything is checked before anything is written, and the database comes last. SQLite's file gets its name when it
//! is whole, so that nothing starts on half of one. On PostgreSQL, where each service's schema comes back by itself,
//! identity does not start until all of them are there: neither does a process that runs all services, and whoever
//! calls another one is let in nowhere. But a process without identity would start, and make the tables that are yet to
//! be restored, so all of them are stopped before.

use std::path::Path;

use chiso_platform::process::Places;

use super::files::{blocking, copy_apart, flush, private_folder, walk};
use super::manifest::Manifest;
use super::{BackupError, DATABASE, DUMPS, EVIDENCE, KEYS, postgres, sqlite_file, verify};
use crate::doctor::{Finding, Findings};

const OTHER_FOLDER: &str = "name a folder that is empty or does not exist";
const OTHER_SCHEMA: &str = "make a new database and run deploy/postgres/roles.sql in it";

/// Restores a backup into an empty place; with `check`, reads everything back.
///
/// # Errors
/// [`BackupError`], which says what to do. Findings that failed are no error: everything is restored then, but
/// not as it was.
pub async fn restore(backup: &Path, places: &Places, check: bool) -> Result<Findings, BackupError> {
    let (from, to) = (backup.to_owned(), places.clone());
    let (manifest, sha256) = blocking(move || {
        let (manifest, sha256) = Manifest::read(&from)?;
        put_back(&from, &to, &manifest)?;
        Ok((manifest, sha256))
    })
    .await?;
    let mut findings = Findings::default();
    let size: u64 = manifest.files.iter().map(|file| file.size).sum();
    findings.push(Finding::ok(
        "files",
        format!(
            "{} files, {size} bytes, as when {} made them at {}",
            manifest.files.len(),
            manifest.made_by,
            manifest.made_at
        ),
    ));
    // To be compared with what the backup said when it was made.
    findings.push(Finding::ok("manifest", format!("sha256 {sha256}")));
    if !places.keys.exists() {
        findings.push(Finding::warn(
            "keys",
            format!(
                "the backup holds no keys, and {} is not there",
                places.keys.display()
            ),
            "put back the file that was made with this database before you start chiso",
        ));
    }
    if check {
        verify::verify(places, &manifest, &mut findings).await?;
    }
    Ok(findings)
}

/// Looks, then writes: evidence, keys, and the database last.
fn put_back(backup: &Path, places: &Places, manifest: &Manifest) -> Result<(), BackupError> {
    same_database(places, manifest)?;
    manifest.check_files(backup)?;
    let keys = manifest.files.iter().any(|file| file.path == KEYS);
    nothing_in_the_way(places, keys)?;
    for folder in [&places.data_dir, &places.evidence] {
        private_folder(folder)?;
    }
    for file in &manifest.files {
        if let Some(name) = file.path.strip_prefix(EVIDENCE) {
            let name = name.trim_start_matches('/');
            copy_apart(&backup.join(&file.path), &places.evidence.join(name))?;
        }
    }
    if keys {
        copy_apart(&backup.join(KEYS), &places.keys)?;
    }
    for folder in walk(&places.evidence)?.1 {
        flush(&folder)?;
    }
    match &places.postgres {
        None => {
            let unfinished = places.data_dir.join(format!("{DATABASE}.unfinished"));
            copy_apart(&backup.join(DATABASE), &unfinished)?;
            let file = sqlite_file(places);
            std::fs::rename(&unfinished, &file).map_err(BackupError::at(&file))?;
        }
        Some(settings) => postgres::load(settings, &backup.join(DUMPS))?,
    }
    flush(&places.data_dir)
}

fn same_database(places: &Places, manifest: &Manifest) -> Result<(), BackupError> {
    let (wanted, remedy) = match &places.postgres {
        None => ("sqlite", "to the address of an empty PostgreSQL database"),
        Some(_) => ("postgres", "to nothing, and data.dir to an empty folder"),
    };
    if manifest.database == wanted {
        return Ok(());
    }
    Err(BackupError::OtherDatabase {
        found: manifest.database.clone(),
        wanted,
        remedy,
    })
}

fn nothing_in_the_way(places: &Places, keys: bool) -> Result<(), BackupError> {
    let in_the_way = |what, remedy| Err(BackupError::NotEmpty { what, remedy });
    if keys && places.keys.exists() {
        return in_the_way(
            format!("{} is there already", places.keys.display()),
            OTHER_FOLDER,
        );
    }
    let mut folders = vec![&places.evidence];
    if places.postgres.is_none() {
        folders.push(&places.data_dir);
    }
    for folder in folders {
        if !folder.exists() {
            continue;
        }
        for file in walk(folder)?.0 {
            // Keys that the backup left out may have been put in place before.
            if file != places.keys {
                return in_the_way(
                    format!("{} holds {}", folder.display(), file.display()),
                    OTHER_FOLDER,
                );
            }
        }
    }
    match &places.postgres {
        None => Ok(()),
        Some(settings) => match postgres::occupied(settings)? {
            Some(service) => in_the_way(format!("the schema {service} holds tables"), OTHER_SCHEMA),
            None => Ok(()),
        },
    }
}
