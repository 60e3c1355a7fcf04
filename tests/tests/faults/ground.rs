//! What a round stands on: one process on SQLite, one process on PostgreSQL and Redis, or every service in
//! processes of its own, those in two that are written to most or follow feeds.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chiso_platform::testkit::postgres::{self, Database};
use chiso_platform::testkit::{keeper, redis};
use chiso_tests::SERVICES;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, SqliteConnection};

use crate::check::Db;
use crate::client::Ways;
use crate::proxy::Proxy;
use crate::server::Server;

/// A first size for the small disk, far more than a round needs.
const DISK: &str = "2g";

/// The processes of the split shape. Of two that follow a feed, one holds its lease and the other waits.
const INSTANCES: [&str; 11] = [
    "identity",
    "registry",
    "survey",
    "survey",
    "recheck",
    "recheck",
    "leaders",
    "ledger",
    "ledger",
    "ranking",
    "ranking,gateway",
];

/// How the system is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One process on SQLite.
    Embedded,
    /// The same, its data on a disk whose size can be changed.
    SmallDisk,
    /// One process on PostgreSQL and Redis.
    Postgres,
    /// Eleven processes on PostgreSQL and Redis.
    Split,
}

impl Shape {
    pub(crate) const ALL: [Self; 4] = [Self::Embedded, Self::SmallDisk, Self::Postgres, Self::Split];

    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// Faults of a round in hundredths of the usual number: starts and stops take longer where more is there.
    pub(crate) const fn share(self) -> u64 {
        match self {
            Self::Embedded | Self::SmallDisk => 130,
            Self::Postgres => 85,
            Self::Split => 55,
        }
    }

    pub(crate) const fn has_postgres(self) -> bool {
        matches!(self, Self::Postgres | Self::Split)
    }
}

/// The processes and servers of a round.
pub(crate) struct Ground {
    pub(crate) servers: Vec<Server>,
    /// One per service; the same one where all services are in one process.
    pub(crate) proxies: BTreeMap<&'static str, Proxy>,
    pub(crate) database: Option<Database>,
    /// Each server's way to PostgreSQL.
    pub(crate) lines: Vec<Proxy>,
    /// Where the data lie on a disk of their own whose size can be changed.
    pub(crate) disk: Option<PathBuf>,
    pub(crate) evidence: PathBuf,
    /// The file of SQLite.
    pub(crate) file: PathBuf,
}

/// The PostgreSQL of this run: every round has a database of its own on it.
pub(crate) fn postgres() -> &'static postgres::Server {
    static SERVER: OnceLock<postgres::Server> = OnceLock::new();
    SERVER.get_or_init(postgres::Server::start)
}

/// The Redis of this run.
pub(crate) fn redis() -> &'static redis::Server {
    static SERVER: OnceLock<redis::Server> = OnceLock::new();
    SERVER.get_or_init(redis::Server::start)
}

impl Ground {
    /// Lays it out in a folder; nothing of ours is started yet.
    pub(crate) async fn lay(shape: Shape, folder: &Path, binary: &Path, clock: &Path) -> Self {
        let data = folder.join("data");
        std::fs::create_dir(&data).unwrap();
        let disk = (shape == Shape::SmallDisk && mount(&data)).then(|| data.clone());
        let database = if shape.has_postgres() {
            Some(postgres().fresh_database().await)
        } else {
            None
        };
        let instances: &[&str] = if shape == Shape::Split { &INSTANCES } else { &[""] };
        let mut proxies: BTreeMap<&'static str, Proxy> = BTreeMap::new();
        let one = Proxy::start().await;
        for service in SERVICES {
            let own = if shape == Shape::Split {
                Proxy::start().await
            } else {
                one.clone()
            };
            proxies.insert(service, own);
        }
        let (mut servers, mut lines) = (Vec::new(), Vec::new());
        for (number, only) in instances.iter().enumerate() {
            let config = folder.join(format!("chiso-{number}.toml"));
            if let Some(database) = &database {
                lines.push(Proxy::before_postgres(address(database)).await);
            }
            let settings = settings(
                &data,
                database.as_ref().zip(lines.last()),
                (shape == Shape::Split).then_some(&proxies),
            );
            let own = format!(
                "[data]\ndir = {:?}\n{settings}",
                data.join(format!("instance-{number}"))
            );
            std::fs::write(&config, own).unwrap();
            // Peers and clients reach it through the proxies, so that its own address may change.
            servers.push(Server::new(
                binary,
                &config,
                clock,
                (*only, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            ));
        }
        Self {
            servers,
            proxies,
            database,
            lines,
            disk,
            evidence: data.join("evidence"),
            file: data.join("instance-0/chiso.db"),
        }
    }

    pub(crate) fn ways(&self) -> Ways {
        Ways(Arc::new(
            self.proxies
                .iter()
                .map(|(service, proxy)| (*service, proxy.address))
                .collect(),
        ))
    }

    /// The proxies before an instance.
    pub(crate) fn before(&self, number: usize) -> impl Iterator<Item = &Proxy> {
        let server = &self.servers[number];
        let here = self
            .proxies
            .iter()
            .filter(move |(service, _)| server.holds(service));
        here.map(|(_, proxy)| proxy)
    }

    /// The servers that a service is in.
    pub(crate) fn of(&self, service: &str) -> Vec<usize> {
        let numbers = 0..self.servers.len();
        numbers
            .filter(|number| self.servers[*number].holds(service))
            .collect()
    }

    /// Holds what only one transaction of the survey may hold at a time, as a slow one of somebody else's does.
    pub(crate) async fn hold_the_writer(&self) -> Held {
        match &self.database {
            None => {
                // Slower than any writer of the server.
                let options = SqliteConnectOptions::new()
                    .filename(&self.file)
                    .busy_timeout(Duration::from_secs(30));
                let mut connection = options.connect().await.unwrap();
                connection.execute("BEGIN IMMEDIATE").await.unwrap();
                Held::Sqlite(connection)
            }
            Some(database) => {
                let options: PgConnectOptions = database.superuser.parse().unwrap();
                let mut connection = options.connect().await.unwrap();
                let held = "BEGIN; SELECT one FROM survey.survey_writer FOR UPDATE";
                connection.execute(held).await.unwrap();
                Held::Postgres(connection)
            }
        }
    }

    pub(crate) async fn db(&self) -> Db {
        match &self.database {
            None => Db::sqlite(&self.file).await,
            Some(database) => Db::postgres(&database.superuser).await,
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.servers.iter_mut().for_each(Server::kill);
        if let Some(disk) = &self.disk {
            let _busy_is_cleared_by_the_system = Command::new("umount").arg("-l").arg(disk).status();
        }
    }
}

/// A transaction that nobody's write passes.
#[derive(Debug)]
pub(crate) enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    /// Ends it; nothing was written.
    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => {
                connection.execute("ROLLBACK").await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Postgres(mut connection) => {
                connection.execute("ROLLBACK").await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}

/// What every process of the system reads alike.
fn settings(
    data: &Path,
    database: Option<(&Database, &Proxy)>,
    peers: Option<&BTreeMap<&'static str, Proxy>>,
) -> String {
    let mut text = format!(
        "[keys]\nfile = {:?}\n[evidence]\ndir = {:?}\n",
        data.join("keys"),
        data.join("evidence")
    );
    if let Some((database, line)) = database {
        let url = format!("postgres://{}/{}", line.address, database.name);
        text.push_str(&format!("[database]\nurl = {url:?}\nmax_connections = 4\n"));
        // A server that was stopped in the midst is back in a second or two.
        text.push_str("acquire_timeout_ms = 5000\n[database.passwords]\n");
        for (service, password) in &database.settings.passwords {
            text.push_str(&format!("{service} = {password:?}\n"));
        }
        text.push_str(&format!("[redis]\nurl = {:?}\n", redis().url()));
    }
    if let Some(peers) = peers {
        text.push_str("[peers]\n");
        for (service, proxy) in peers {
            text.push_str(&format!("{service} = [\"http://{}\"]\n", proxy.address));
        }
    }
    text
}

/// Where the server of a database listens.
fn address(database: &Database) -> SocketAddr {
    let options: PgConnectOptions = database.superuser.parse().unwrap();
    SocketAddr::from((Ipv4Addr::LOCALHOST, options.get_port()))
}

/// A disk of its own in memory; false where this user may not make one.
fn mount(place: &Path) -> bool {
    let size = format!("size={DISK}");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
        .arg(place)
        .status();
    let mounted = mounted.is_ok_and(|status| status.success());
    if mounted {
        keeper::disk(place);
    }
    mounted
}

/// Changes how much fits on such a disk.
pub(crate) fn resize(disk: &Path, kib: u64) -> bool {
    let size = format!("remount,size={kib}k");
    Command::new("mount")
        .args(["-o", &size])
        .arg(disk)
        .status()
        .is_ok_and(|status| status.success())
}

/// What lies on such a disk.
pub(crate) fn used_kib(disk: &Path) -> u64 {
    let output = Command::new("df")
        .args(["--output=used", "-k"])
        .arg(disk)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .nth(1)
        .and_then(|line| line.trim().parse().ok())
        .unwrap_or(0)
}
