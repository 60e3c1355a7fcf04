//! What lies under a system: disk and servers.

use std::path::Path;
use std::sync::Arc;

use chiso_platform::process::Places;
use chiso_platform::testkit::redis;

use super::Shape;
use super::database::Copied;

/// What a system of some shape stands on, and what a restart leaves as it is: a folder, a database, a Redis.
#[derive(Debug)]
pub struct Ground {
    redis: Option<Arc<redis::Server>>,
    database: Option<Copied>,
    folder: tempfile::TempDir,
    /// Address of the mail server; empty where there is none.
    pub(super) mail: String,
}

impl Ground {
    /// An empty folder, and empty servers where the shape has them.
    pub async fn new(shape: Shape) -> Self {
        let (database, redis) = match shape {
            Shape::Embedded | Shape::Loopback | Shape::Served => (None, None),
            Shape::OnPostgres | Shape::Split => {
                (Some(Copied::new().await), Some(Arc::new(redis::Server::start())))
            }
        };
        let folder = tempfile::tempdir().unwrap();
        if let Some(database) = &database {
            std::fs::write(folder.path().join("keys"), database.keys).unwrap();
        }
        Self {
            redis,
            database,
            folder,
            mail: String::new(),
        }
    }

    /// Where the processes keep things.
    #[must_use]
    pub fn places(&self) -> Places {
        Places {
            postgres: self.database.as_ref().map(|database| database.settings.clone()),
            ..Places::embedded(self.folder.path())
        }
    }

    /// The folder of everything that is no database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the Redis; empty where the shape has none.
    #[must_use]
    pub fn redis_url(&self) -> String {
        self.redis.as_ref().map(|redis| redis.url()).unwrap_or_default()
    }

    pub(super) const fn redis(&self) -> Option<&Arc<redis::Server>> {
        self.redis.as_ref()
    }

    /// Whether every service has a database of its own.
    pub(super) const fn is_on_postgres(&self) -> bool {
        self.database.is_some()
    }
}
