//! What a service is built from: database, clock, keys, callers, the year's frame, bells, tasks.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use tonic::Request;

use crate::auth::{Authenticator, Caller, ServiceKey};
use crate::bells::Bells;
use crate::clock::Clock;
use crate::cycles::Cycles;
use crate::db::{Db, DbError};
use crate::rng;
use crate::rpc::carry;
use crate::seal::SealKeys;

/// What a service is built from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// Where `now` comes from.
    pub clock: Clock,
    /// Folder of the database, the keys and the evidence.
    pub data_dir: PathBuf,
    /// Keys for personal data.
    pub seals: SealKeys,
    /// From tokens to callers.
    pub auth: Authenticator,
    /// The year's frame.
    pub cycles: Cycles,
    /// "Pull now".
    pub bells: Bells,
    pub(crate) service_key: ServiceKey,
    pub(crate) tasks: Arc<Mutex<JoinSet<()>>>,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file or folder.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is a database, but the keys that seal its personal data are gone.
    #[error("{keys} is missing beside {database}; put back the file that was made with it", keys = .keys.display(), database = .database.display())]
    KeysMissing {
        /// Where the keys belong.
        keys: PathBuf,
        /// The database they belong to.
        database: PathBuf,
    },
    /// The key file holds something else.
    #[error("{0} does not hold the keys of this data folder; put back the file that was made with it")]
    Keys(PathBuf),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Context {
    /// Opens a data folder, making it and its keys where there are none.
    ///
    /// # Errors
    /// [`OpenError`], which names the file.
    pub async fn open(data_dir: &Path, clock: Clock) -> Result<Self, OpenError> {
        let at = |path: &Path, source| OpenError::File {
            path: path.to_owned(),
            source,
        };
        std::fs::create_dir_all(data_dir).map_err(|e| at(data_dir, e))?;
        let (keys_file, database) = (data_dir.join("keys"), data_dir.join("chiso.db"));
        if database.exists() && !keys_file.exists() {
            return Err(OpenError::KeysMissing {
                keys: keys_file,
                database,
            });
        }
        let keys = keys(&keys_file)?;
        let db = Db::sqlite(&database).await?;
        let service_key = ServiceKey::new(keys.service);
        Ok(Self {
            db,
            seals: SealKeys::new(keys.seal, keys.hash),
            auth: Authenticator::new(service_key.clone()),
            cycles: Cycles::new(service_key.clone(), clock.clone()),
            clock,
            data_dir: data_dir.to_owned(),
            bells: Bells::default(),
            service_key,
            tasks: Arc::default(),
        })
    }

    /// A request to a peer, as this service.
    #[must_use]
    pub fn request<T>(&self, service: &str, message: T) -> Request<T> {
        self.signed(service, message, None)
    }

    /// A request to a peer, as this service on behalf of a caller.
    #[must_use]
    pub fn request_for<T>(&self, service: &str, message: T, caller: &Caller) -> Request<T> {
        self.signed(service, message, Some(caller))
    }

    fn signed<T>(&self, service: &str, message: T, caller: Option<&Caller>) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(std::time::Duration::from_secs(30));
        carry(
            &mut request,
            &self.service_key.sign(service, caller, self.clock.now()),
        );
        request
    }

    /// Runs something beside the calls until [`stop`](Self::stop).
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.spawn(task);
        }
    }

    /// Ends all tasks and closes the database. Calls must have drained before.
    pub async fn stop(&self) {
        let mut tasks = self
            .tasks
            .lock()
            .map(|mut tasks| std::mem::take(&mut *tasks))
            .unwrap_or_default();
        tasks.shutdown().await;
        self.db.close().await;
    }

    #[cfg(feature = "testkit")]
    pub(crate) fn service_key(&self) -> &ServiceKey {
        &self.service_key
    }
}

struct Keys {
    service: [u8; 32],
    seal: [u8; 32],
    hash: [u8; 32],
}

/// Reads the key file, or makes it: three lines of 64 hexadecimal digits, readable by the owner only.
fn keys(path: &Path) -> Result<Keys, OpenError> {
    let at = |source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    if !path.exists() {
        let lines: Vec<String> = (0..3).map(|_| hex::encode(rng::bytes::<32>())).collect();
        let mut options = std::fs::OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.write(true).create_new(true).open(path).map_err(at)?;
        file.write_all(lines.join("\n").as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(at)?;
    }
    let text = std::fs::read_to_string(path).map_err(at)?;
    let key = |line: &str| hex::decode(line).ok()?.try_into().ok();
    let keys: Option<Vec<[u8; 32]>> = text.lines().map(key).collect();
    match keys.as_deref() {
        Some([service, seal, hash]) => Ok(Keys {
            service: *service,
            seal: *seal,
            hash: *hash,
        }),
        _ => Err(OpenError::Keys(path.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_without_its_keys_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Context::open(folder.path(), Clock::system());
        open().await.unwrap().stop().await;
        open().await.unwrap().stop().await;
        std::fs::remove_file(folder.path().join("keys")).unwrap();
        let refused = open().await.unwrap_err();
        assert!(matches!(refused, OpenError::KeysMissing { .. }), "{refused}");
        std::fs::write(folder.path().join("keys"), "xyz").unwrap();
        assert!(matches!(open().await.unwrap_err(), OpenError::Keys(_)));
    }
}
