//! The manifest of a backup: what is in it, so that a restore can tell whether all of it is back.

use std::collections::BTreeSet;
use std::path::Path;

use chiso_domain::kernel::Instant;
use chiso_domain::kernel::text::sha256_hex;
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::files::{FileEntry, digest, evidence_path, walk, write_new};
use super::{BackupError, DATABASE, DUMPS, EVIDENCE, KEYS, SERVICES};
use crate::doctor::known_migrations;

/// Its name in the folder of a backup.
pub(super) const MANIFEST: &str = "manifest.json";
/// What this program writes and reads.
pub(super) const FORMAT: &str = "chiso-backup/1";

/// What is in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// [`FORMAT`].
    pub(super) format: String,
    /// "chiso 0.1.0".
    pub(super) made_by: String,
    /// When it was begun to be written; the database is a little older.
    pub(super) made_at: Instant,
    /// "sqlite" or "postgres".
    pub(super) database: String,
    /// Everything but the manifest.
    pub(super) files: Vec<FileEntry>,
    /// Evidence that the database names and that was not there, by hash.
    pub(super) missing: Vec<String>,
    /// What the database held.
    pub(super) facts: Facts,
}

impl Manifest {
    /// Writes it; answers its own hash.
    pub(super) fn write(&self, path: &Path) -> Result<String, BackupError> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|e| BackupError::Task(format!("manifest: {e}")))?;
        bytes.push(b'\n');
        write_new(path, &bytes)?;
        Ok(sha256_hex(&bytes))
    }

    /// Reads the manifest of a backup, and refuses what this program cannot restore; answers its own hash too.
    pub(super) fn read(folder: &Path) -> Result<(Self, String), BackupError> {
        let wrong = |why: String| BackupError::Manifest {
            path: folder.to_owned(),
            why,
        };
        let file = folder.join(MANIFEST);
        plain(&file).map_err(&wrong)?;
        let bytes = std::fs::read(&file).map_err(|e| wrong(format!("{MANIFEST}: {e}")))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|e| wrong(format!("{MANIFEST}: {e}")))?;
        if manifest.format != FORMAT {
            return Err(wrong(format!("its format is {}, not {FORMAT}", manifest.format)));
        }
        for service in SERVICES {
            let Some(facts) = manifest.facts.services.get(service) else {
                return Err(wrong(format!("{MANIFEST} says nothing of {service}")));
            };
            let known = known_migrations(service);
            if let Some(migration) = facts.migrations.iter().find(|m| !known.contains(m)) {
                return Err(BackupError::Newer {
                    service: service.to_owned(),
                    migration: *migration,
                    made_by: manifest.made_by.clone(),
                });
            }
        }
        manifest.names_what_belongs().map_err(wrong)?;
        Ok((manifest, sha256_hex(&bytes)))
    }

    /// Whether it names each file of a backup of its kind, once, and no other: whoever made it may be anyone, and
    /// its paths say where a restore writes.
    fn names_what_belongs(&self) -> Result<(), String> {
        let mut needed: BTreeSet<String> = match self.database.as_str() {
            "sqlite" => BTreeSet::from([DATABASE.to_owned()]),
            "postgres" => SERVICES.map(dump_of).into(),
            other => return Err(format!("{MANIFEST} names the database {other:?}")),
        };
        let mut seen = BTreeSet::new();
        for entry in &self.files {
            let belongs = needed.remove(&entry.path)
                || entry.path == KEYS
                || is_hash(&entry.sha256) && entry.path == evidence_of(&entry.sha256);
            if !belongs {
                return Err(format!(
                    "{MANIFEST} names {:?}, which belongs to no backup",
                    entry.path
                ));
            }
            if !seen.insert(&entry.path) {
                return Err(format!("{MANIFEST} names {:?} twice", entry.path));
            }
        }
        match needed.first() {
            None => Ok(()),
            Some(path) => Err(format!("{MANIFEST} does not name {path}")),
        }
    }

    /// Reads every file of the backup; answers their bytes.
    pub(super) fn check_files(&self, folder: &Path) -> Result<u64, BackupError> {
        let mut size = 0;
        let mut faults = Vec::new();
        for entry in &self.files {
            let file = folder.join(&entry.path);
            if let Err(fault) = plain(&file) {
                faults.push(fault);
                continue;
            }
            match digest(&file) {
                Ok(found) if (found.size, &found.sha256) == (entry.size, &entry.sha256) => size += found.size,
                Ok(_) => faults.push(format!("{} has other bytes than when it was made", entry.path)),
                Err(error) => faults.push(error.to_string()),
            }
        }
        let named: BTreeSet<&str> = self.files.iter().map(|entry| entry.path.as_str()).collect();
        for file in walk(folder)?.0 {
            let path = file
                .strip_prefix(folder)
                .unwrap_or(&file)
                .to_string_lossy()
                .into_owned();
            if path != MANIFEST && !named.contains(path.as_str()) {
                faults.push(format!("{path} was not there when it was made"));
            }
        }
        if faults.is_empty() {
            return Ok(size);
        }
        let more = faults.len().saturating_sub(10);
        faults.truncate(10);
        if more > 0 {
            faults.push(format!("and {more} more"));
        }
        Err(BackupError::Damaged(faults.join("; ")))
    }
}

/// Where the dump of a service lies in a backup.
pub(super) fn dump_of(service: &str) -> String {
    format!("{DUMPS}/{service}.dump")
}

/// Where the evidence of this hash lies in a backup.
fn evidence_of(sha256: &str) -> String {
    format!("{EVIDENCE}/{}", evidence_path(sha256).display())
}

/// SHA-256 as it is written here.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A file itself: a link may lead anywhere, and a pipe never ends.
fn plain(file: &Path) -> Result<(), String> {
    match file.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(format!("{} is no plain file", file.display())),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}
