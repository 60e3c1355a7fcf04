//! A backup back into an empty place.
//!
//! Everything is checked before anything is written, and the database comes last: a restore that was
//! interrupted leaves no database that looks whole.

use std::path::Path;

use super::files::{blocking, copy_apart, flush, walk};
use super::manifest::Manifest;
use super::{BackupError, DATABASE, DUMPS, Database, EVIDENCE, KEYS, Places, postgres, verify};
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
    let manifest = blocking(move || {
        let manifest = Manifest::read(&from)?;
        put_back(&from, &to, &manifest)?;
        Ok(manifest)
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
    if !places.keys_file.exists() {
        findings.push(Finding::warn(
            "keys",
            format!(
                "the backup holds no keys, and {} is not there",
                places.keys_file.display()
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
    for folder in [&places.data_dir, &places.evidence_dir] {
        std::fs::create_dir_all(folder).map_err(BackupError::at(folder))?;
    }
    for file in &manifest.files {
        if let Some(name) = file.path.strip_prefix(EVIDENCE) {
            let name = name.trim_start_matches('/');
            copy_apart(&backup.join(&file.path), &places.evidence_dir.join(name))?;
        }
    }
    if keys {
        copy_apart(&backup.join(KEYS), &places.keys_file)?;
    }
    for folder in walk(&places.evidence_dir)?.1 {
        flush(&folder)?;
    }
    match &places.database {
        Database::Sqlite => {
            let unfinished = places.data_dir.join(format!("{DATABASE}.unfinished"));
            copy_apart(&backup.join(DATABASE), &unfinished)?;
            let file = places.sqlite_file();
            std::fs::rename(&unfinished, &file).map_err(BackupError::at(&file))?;
        }
        Database::Postgres(settings) => postgres::load(settings, &backup.join(DUMPS))?,
    }
    flush(&places.data_dir)
}

fn same_database(places: &Places, manifest: &Manifest) -> Result<(), BackupError> {
    let (wanted, remedy) = match &places.database {
        Database::Sqlite => ("sqlite", "to the address of an empty PostgreSQL database"),
        Database::Postgres(_) => ("postgres", "to nothing, and data.dir to an empty folder"),
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
    if keys && places.keys_file.exists() {
        return in_the_way(
            format!("{} is there already", places.keys_file.display()),
            OTHER_FOLDER,
        );
    }
    let mut folders = vec![&places.evidence_dir];
    if matches!(places.database, Database::Sqlite) {
        folders.push(&places.data_dir);
    }
    for folder in folders {
        if !folder.exists() {
            continue;
        }
        for file in walk(folder)?.0 {
            // Keys that the backup left out may have been put in place before.
            if file != places.keys_file {
                return in_the_way(
                    format!("{} holds {}", folder.display(), file.display()),
                    OTHER_FOLDER,
                );
            }
        }
    }
    match &places.database {
        Database::Sqlite => Ok(()),
        Database::Postgres(settings) => match postgres::occupied(settings)? {
            Some(service) => in_the_way(format!("the schema {service} holds tables"), OTHER_SCHEMA),
            None => Ok(()),
        },
    }
}
