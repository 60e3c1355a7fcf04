//! Why a backup or a restore did not happen, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use chiso_platform::db::DbError;

/// Why a backup or a restore did not happen.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing is overwritten.
    #[error("{0} is there already; name a folder that does not exist yet")]
    Exists(PathBuf),
    /// There is nothing to back up.
    #[error("{0}: there is no database; name the data folder that holds it, or the database's address")]
    NoDatabase(PathBuf),
    /// The place to restore to holds something.
    #[error("{what}; restore only where nothing is yet: {remedy}")]
    NotEmpty {
        /// What is in the way.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A program that is needed is not there.
    #[error(
        "{0} is not installed; install PostgreSQL's client programs (Debian: postgresql-client), of the server's version or newer"
    )]
    Program(&'static str),
    /// A program did not do its work.
    #[error("{program} for {service}: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// Whose schema.
        service: &'static str,
        /// What it said.
        said: String,
    },
    /// Some services are back and others are not.
    #[error(
        "the restore was not finished: {0}; identity does not start on what is there, but services that run without it \
         would: stop every process, put that right, make a new database, run deploy/postgres/roles.sql in it, and \
         restore again"
    )]
    Unfinished(String),
    /// The folder holds no backup, or only half of one.
    #[error("{path} is no whole backup: {why}; take another one")]
    Manifest {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Files of the backup are not what they were.
    #[error("the backup is damaged, nothing was restored: {0}; take another one")]
    Damaged(String),
    /// The backup is of the other database.
    #[error("the backup is of {found}, the settings name {wanted}; set database.url {remedy}")]
    OtherDatabase {
        /// In the backup.
        found: String,
        /// In the settings.
        wanted: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The backup was made by a newer program.
    #[error(
        "the backup has migration {migration} of {service}, which this program does not know; use {made_by} or newer"
    )]
    Newer {
        /// Whose schema.
        service: String,
        /// Which.
        migration: i64,
        /// The program that made the backup.
        made_by: String,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What a service keeps cannot be read.
    #[error("{0}")]
    Task(String),
}

impl BackupError {
    /// Whether a check refused, rather than something having failed.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Exists(_)
                | Self::NotEmpty { .. }
                | Self::Manifest { .. }
                | Self::Damaged(_)
                | Self::OtherDatabase { .. }
                | Self::Newer { .. }
        )
    }

    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
