//! What the services of one process share: keys, callers, the year's frame, bells, tasks; and the way from
//! there to a [`Context`] for each service, with the service's own database.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::Context;
use crate::auth::{Authenticator, ServiceKey};
use crate::bells::Bells;
use crate::clock::Clock;
use crate::cycles::Cycles;
use crate::db::{Db, DbError, PostgresSettings, Reads, sql_of};
use crate::lease::Lease;
use crate::mail::Mailer;
use crate::redis::{Cache, Redis};
use crate::rng;
use crate::seal::SealKeys;
use crate::tasks::Tasks;

/// No step of the end takes longer. A database that does not answer must not keep a process from ending; what is
/// left undone then, the next start or another instance makes good.
const LONGEST: Duration = Duration::from_secs(5);

/// Where a process keeps things.
#[derive(Clone, Debug)]
pub struct Places {
    /// Folder of the SQLite file and, where nothing else is said, of keys and evidence.
    pub data_dir: PathBuf,
    /// File of the keys. All processes of one system have the same.
    pub keys: PathBuf,
    /// Folder of the evidence. All instances of the ledger have the same.
    pub evidence: PathBuf,
    /// The PostgreSQL server; none: SQLite in the data folder.
    pub postgres: Option<PostgresSettings>,
}

impl Places {
    /// Everything in one folder, on SQLite.
    #[must_use]
    pub fn embedded(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            keys: data_dir.join("keys"),
            evidence: data_dir.join("evidence"),
            postgres: None,
        }
    }
}

/// Why a process cannot use its places.
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
    /// The data were made with other keys.
    #[error(
        "keys.file: {keys} does not hold the keys that the data of {service} were made with; name the file that was \
         made with them. All processes of a system have the same", keys = .keys.display()
    )]
    OtherKeys {
        /// The file.
        keys: PathBuf,
        /// Whose data.
        service: &'static str,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What the services of one process share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Process {
    places: Places,
    clock: Clock,
    seals: SealKeys,
    /// SHA-256 of the keys.
    keys_sha256: [u8; 32],
    auth: Authenticator,
    cycles: Cycles,
    bells: Bells,
    cache: Cache,
    mail: Mailer,
    service_key: ServiceKey,
    instance: Arc<str>,
    leases: Arc<Mutex<Vec<Lease>>>,
    tasks: Tasks,
    /// The one file of all services here, where they are on SQLite; opened with the first of them.
    file: Arc<OnceCell<Db>>,
    /// Every database that was opened here.
    opened: Arc<Mutex<Vec<Db>>>,
}

impl Process {
    /// Opens the data folder and the keys, making them where there are none.
    ///
    /// # Errors
    /// [`OpenError`], which names the file.
    pub fn open(places: Places, clock: Clock) -> Result<Self, OpenError> {
        let at = |source| OpenError::File {
            path: places.data_dir.clone(),
            source,
        };
        std::fs::create_dir_all(&places.data_dir).map_err(at)?;
        let database = places.data_dir.join("chiso.db");
        if places.postgres.is_none() && database.exists() && !places.keys.exists() {
            return Err(OpenError::KeysMissing {
                keys: places.keys,
                database,
            });
        }
        let keys = keys(&places.keys)?;
        let service_key = ServiceKey::new(keys.service);
        Ok(Self {
            keys_sha256: keys.sha256(),
            seals: SealKeys::new(keys.seal, keys.hash),
            auth: Authenticator::new(service_key.clone()),
            cycles: Cycles::new(service_key.clone(), clock.clone()),
            bells: Bells::default(),
            cache: Cache::off(),
            mail: Mailer::off(),
            instance: instance().into(),
            leases: Arc::default(),
            tasks: Tasks::default(),
            opened: Arc::default(),
            places,
            clock,
            service_key,
            file: Arc::default(),
        })
    }

    /// Shares bells and copies with other processes by Redis. Inside the runtime, before any
    /// [context](Self::context) is made.
    #[must_use]
    pub fn with_redis(mut self, redis: Redis) -> Self {
        self.cache = Cache::new(redis.clone(), &self.service_key);
        self.cycles.share(self.cache.clone());
        self.tasks.spawn(redis.run(self.bells.clone()));
        self
    }

    /// Has letters sent. Before any [context](Self::context) is made.
    #[must_use]
    pub fn with_mail(mut self, mail: Mailer) -> Self {
        self.mail = mail;
        self
    }

    /// Whether whoever decides has to set up a second factor before they are anything. Before any
    /// [context](Self::context) is made.
    #[must_use]
    pub fn with_second_factor(mut self, demanded: bool) -> Self {
        self.auth = self.auth.with_factor(demanded);
        self
    }

    /// What a service of this process is built from, with its own database.
    ///
    /// # Errors
    /// [`OpenError::Db`], which names the setting.
    pub async fn context(&self, service: &'static str) -> Result<Context, OpenError> {
        let db = match &self.places.postgres {
            Some(settings) => self.opened(Db::postgres(settings, service).await?),
            None => {
                let path = self.places.data_dir.join("chiso.db");
                let open = || async { Ok::<_, DbError>(self.opened(Db::sqlite(&path).await?)) };
                self.file.get_or_try_init(open).await?.clone()
            }
        };
        Ok(Context {
            service,
            db,
            clock: self.clock.clone(),
            data_dir: self.places.data_dir.clone(),
            evidence_dir: self.places.evidence.clone(),
            seals: self.seals.clone(),
            auth: self.auth.clone(),
            cycles: self.cycles.clone(),
            bells: self.bells.clone(),
            cache: self.cache.clone(),
            mail: self.mail.clone(),
            instance: Arc::clone(&self.instance),
            service_key: self.service_key.clone(),
            leases: Arc::clone(&self.leases),
            tasks: self.tasks.clone(),
        })
    }

    /// Whether the data of a service were made with the keys of this process; data without a mark get it. After
    /// the service brought its tables up to date.
    ///
    /// # Errors
    /// [`OpenError::OtherKeys`], or the database's.
    pub async fn check_keys(&self, ctx: &Context) -> Result<(), OpenError> {
        let read = || sql_of(ctx.service, "SELECT sha256 FROM {service}_keys");
        let mut found: Option<Vec<u8>> = ctx
            .db
            .opt(read())
            .await?
            .map(|row| row.get("sha256"))
            .transpose()?;
        if found.is_none() {
            let mark = "INSERT INTO {service}_keys (one, sha256) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
            let mut tx = ctx.db.begin().await?;
            tx.run(sql_of(ctx.service, mark).bind(self.keys_sha256.to_vec()))
                .await?;
            found = Some(tx.one(read()).await?.get("sha256")?);
            tx.commit().await?;
        }
        if found.as_deref() == Some(&self.keys_sha256) {
            return Ok(());
        }
        Err(OpenError::OtherKeys {
            keys: self.places.keys.clone(),
            service: ctx.service,
        })
    }

    /// The key by which services know each other.
    #[must_use]
    pub fn service_key(&self) -> &ServiceKey {
        &self.service_key
    }

    /// A service token that names no service: to see whether another process knows it.
    #[must_use]
    pub fn token(&self, purpose: &str) -> String {
        self.service_key.sign(purpose, None, self.clock.now())
    }

    /// Remembers a database that is to be closed in the end.
    fn opened(&self, db: Db) -> Db {
        if let Ok(mut opened) = self.opened.lock() {
            opened.push(db.clone());
        }
        db
    }

    /// Where it keeps things.
    #[must_use]
    pub const fn places(&self) -> &Places {
        &self.places
    }

    /// Where `now` comes from.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// From tokens to callers.
    #[must_use]
    pub const fn auth(&self) -> &Authenticator {
        &self.auth
    }

    /// The year's frame.
    #[must_use]
    pub const fn cycles(&self) -> &Cycles {
        &self.cycles
    }

    /// "Pull now".
    #[must_use]
    pub const fn bells(&self) -> &Bells {
        &self.bells
    }

    /// Copies that processes share, or none.
    #[must_use]
    pub const fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The leases that services here seek or hold.
    #[must_use]
    pub fn leases(&self) -> Vec<Lease> {
        self.leases
            .lock()
            .map(|leases| leases.clone())
            .unwrap_or_default()
    }

    /// Ends all tasks and nothing else, as a kill would.
    #[cfg(test)]
    pub(crate) async fn kill_tasks(&self) {
        self.tasks.end().await;
    }

    /// Waits until something that runs beside the calls panicked. Then nobody does its work: the process has to be
    /// ended, and started again.
    pub async fn broken(&self) {
        self.tasks.broken().await;
    }

    /// Whether it is so.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.tasks.is_broken()
    }

    /// Ends all tasks, gives back all leases and closes every database, as far as these answer in a few seconds. Calls
    /// must have drained before.
    pub async fn stop(&self) {
        self.tasks.end().await;
        give_back(&self.leases).await;
        let opened = self
            .opened
            .lock()
            .map(|mut opened| std::mem::take(&mut *opened))
            .unwrap_or_default();
        if timeout(LONGEST, join_all(opened.iter().map(Db::close)))
            .await
            .is_err()
        {
            tracing::warn!("a database could not be closed in time; it is left as it is");
        }
    }
}

/// Gives back all leases. Where that fails the next instance waits a little longer.
pub(crate) async fn give_back(leases: &Mutex<Vec<Lease>>) {
    let leases = leases
        .lock()
        .map(|mut leases| std::mem::take(&mut *leases))
        .unwrap_or_default();
    let one = async |lease: &Lease| {
        let fault = match timeout(LONGEST, lease.end()).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => crate::error::chain(&error),
            Err(_elapsed) => "no answer in time".to_owned(),
        };
        tracing::warn!(lease = lease.name(), fault, "a lease could not be given back");
    };
    join_all(leases.iter().map(one)).await;
}

/// A name for this process that nobody else has: host, process id, and something random, since both repeat.
fn instance() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!(
        "{}/{}/{}",
        host.trim(),
        std::process::id(),
        hex::encode(rng::bytes::<4>())
    )
}

struct Keys {
    service: [u8; 32],
    seal: [u8; 32],
    hash: [u8; 32],
}

impl Keys {
    fn sha256(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix("chiso.keys.v1");
        for key in [&self.service, &self.seal, &self.hash] {
            hash.update(key);
        }
        hash.finalize().into()
    }
}

/// Reads the key file, or makes it: three lines of 64 hexadecimal digits, readable by the owner only. Of
/// processes that make it at once, one is first and the others read what it made.
fn keys(path: &Path) -> Result<Keys, OpenError> {
    let at = |source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    if !path.exists() {
        make_keys(path).map_err(at)?;
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

/// Writes the file under another name and links it, so that nobody reads half of it. Its name is durable before
/// anything is sealed with it.
fn make_keys(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let lines: Vec<String> = (0..3).map(|_| hex::encode(rng::bytes::<32>())).collect();
    let draft = path.with_extension(hex::encode(rng::bytes::<8>()));
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(&draft)?;
    let linked = file
        .write_all(lines.join("\n").as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        linked => linked?,
    }
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
