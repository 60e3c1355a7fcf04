//! Every setting: its default, what it means, and how it becomes a plan.
//!
//! A value comes from its default, over it from the file of `--config` (or `CHISO_CONFIG`), over it from the
//! environment (`CHISO_LISTEN__GRPC` for `listen.grpc`), over it from a flag. `chiso config show` prints each
//! with its origin. `docs/reference/settings.md` is made from the comments here by a test.

mod layers;
mod mail;
mod show;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chiso_gateway::{PublicUrl, SecondFactor};
use chiso_platform::db::{PostgresSettings, Tls as DatabaseTls};
use chiso_platform::process::Places;
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PlanFault};

pub use layers::{Flags, Loaded, SettingsError, load};

/// All settings of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where things lie on disk.
    pub data: Data,
    /// Where the process listens.
    pub listen: Listen,
    /// The database.
    pub database: Database,
    /// Doorbell and cache between processes.
    pub redis: Redis,
    /// What runs in this process.
    pub run: Run,
    /// Where the services are that do not run in this process.
    pub peers: Peers,
    /// The keys of the system.
    pub keys: Keys,
    /// The files of evidence.
    pub evidence: Evidence,
    /// Bounds of everything that comes in or goes out.
    pub limits: Limits,
    /// The pages of the gateway.
    pub web: Web,
    /// Letters.
    pub mail: Mail,
    /// What the process says about itself.
    pub telemetry: Telemetry,
}

/// Where things lie on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// Folder of the SQLite file and, where nothing else is said, of keys and evidence. Made where it does not
    /// exist. Flag `--data`.
    pub dir: PathBuf,
}

/// Where the process listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Address of gRPC; port 0 takes a free one. Flag `--grpc`.
    pub grpc: SocketAddr,
    /// Address of HTTP: pages and files of the gateway where it runs here, `/livez`, `/readyz` and `/metrics`
    /// in every process. Port 0 takes a free one. Flag `--http`.
    pub http: SocketAddr,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://host:port/dbname`, without a login: each service has its own, `chiso_<service>`. Empty: an
    /// SQLite file in `data.dir`.
    pub url: Secret,
    /// Folder with one file per login, such as `chiso_survey`, that holds nothing but its password.
    pub password_dir: PathBuf,
    /// Passwords by service, where they are not in files.
    pub passwords: BTreeMap<String, Secret>,
    /// Connections of one service in one process, at the most.
    pub max_connections: NonZeroU32,
    /// Milliseconds that a call waits for a connection, or for its turn to write.
    pub acquire_timeout_ms: NonZeroU64,
    /// Milliseconds that a statement may run.
    pub statement_timeout_ms: NonZeroU64,
    /// Milliseconds that a statement may wait for another process that is writing.
    pub lock_timeout_ms: NonZeroU64,
    /// Milliseconds that a transaction may do nothing: a process that hangs must not keep others from writing.
    pub idle_timeout_ms: NonZeroU64,
    /// How the way to the server is protected: `disable`, `require` (encrypted) or `verify-full` (encrypted, and
    /// the certificate must be the host's).
    pub tls: Tls,
    /// PEM file of the authority that signed the server's certificate, for `verify-full`; empty: the public ones.
    pub tls_ca: PathBuf,
}

/// How the way to the database is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Not at all.
    #[default]
    Disable,
    /// Encrypted.
    Require,
    /// Encrypted, and the certificate must be the host's.
    VerifyFull,
}

/// Doorbell and cache between processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Redis {
    /// `redis://host:port`. Empty: none; everything works without, only notices take up to a second.
    pub url: Secret,
}

/// What runs in this process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Services of this process: identity, registry, survey, recheck, leaders, ledger, ranking, gateway. Empty:
    /// all of them. Flag `--only`.
    pub only: Vec<String>,
}

/// Where the services are that do not run in this process; of one that runs here it is not used. Several
/// addresses are instances of one service on one database: calls are spread over them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Peers {
    /// People, roles, sessions: called by every other service and the gateway.
    pub identity: Vec<String>,
    /// The frame of a year: called by survey, recheck, leaders, ledger, ranking, gateway.
    pub registry: Vec<String>,
    /// Slips: called by recheck, ranking, gateway.
    pub survey: Vec<String>,
    /// Rechecks: called by ranking and gateway.
    pub recheck: Vec<String>,
    /// Leaders' slips: called by ranking and gateway.
    pub leaders: Vec<String>,
    /// Score sheets: called by ranking and gateway.
    pub ledger: Vec<String>,
    /// Results: called by the gateway.
    pub ranking: Vec<String>,
}

/// The keys of the system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// File of the keys that seal personal data and sign what services say to one another. All processes of a
    /// system have the same. Made where there is none. Empty: `keys` in `data.dir`.
    pub file: PathBuf,
}

/// The files of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// Folder of the evidence. All instances of the ledger share it. Empty: `evidence` in `data.dir`.
    pub dir: PathBuf,
}

/// Bounds of everything that comes in or goes out. Messages have bounds of their own: 4 MiB to each RPC, but
/// 16 MiB to survey (500 slips), 9 MiB to ledger (a part of a file), 8 MiB to registry (a workbook).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// gRPC connections at once; the next ones wait to be taken.
    pub connections: NonZeroU32,
    /// Streams of one gRPC connection at once.
    pub streams: NonZeroU32,
    /// gRPC calls from outside at once; the next one is told to come again (`UNAVAILABLE`).
    pub calls: NonZeroU32,
    /// Most bytes of the headers of a request.
    pub header_bytes: NonZeroU32,
    /// Seconds until a gRPC connection has begun to speak, and until the headers of an HTTP request are there; a
    /// connection of HTTP that is kept open without a request ends after as many.
    pub header_seconds: NonZeroU64,
    /// Seconds until the first byte of an answer to a gRPC call, whatever its deadline; 120 at the most.
    pub call_seconds: NonZeroU64,
    /// Seconds after which a gRPC connection is asked to be made anew, so that calls spread over new instances;
    /// what is under way on it may end.
    pub connection_seconds: NonZeroU64,
    /// Seconds that calls may take to end on such a connection.
    pub connection_grace_seconds: NonZeroU64,
    /// HTTP connections at once; the next ones wait to be taken.
    pub http_connections: NonZeroU32,
    /// Seconds after which an HTTP connection ends; who has not read his answer `connection_grace_seconds` later is
    /// cut off.
    pub http_connection_seconds: NonZeroU64,
    /// HTTP requests at once, each until its answer was read; the next one is told to come again.
    pub http_requests: NonZeroU32,
    /// Seconds until the first byte of an answer to an HTTP request.
    pub http_seconds: NonZeroU64,
    /// Milliseconds for a connection to a service elsewhere.
    pub connect_ms: NonZeroU64,
    /// Seconds between `/readyz` turning false and the last connection being taken, so that a balancer hears of it.
    pub drain_wait_seconds: u64,
    /// Seconds that calls under way may take to end after that.
    pub drain_seconds: NonZeroU64,
}

/// The pages of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Address by which people open the pages, without a path. With `https://` the cookies are bound to the host and
    /// sent encrypted only, and browsers are told to stay with it; `http://` is taken for this machine only.
    pub public_url: PublicUrl,
    /// Whom to call who cannot sign in, as the sign-in page says it: "Sở Nội vụ: 0210 3846 ..."; empty: nothing.
    pub help: String,
    /// Whether `/_/components` shows every part that pages are made of.
    pub components: bool,
    /// Who has to set up a second factor at the first sign-in: with `required` organisers, the council's chair and
    /// appraisers, and leaders; with `offered` nobody. Whoever has one needs it either way. All processes of a system have
    /// the same.
    pub second_factor: SecondFactor,
    /// Minutes without a page after which a session ends; 0: only after twelve hours, as every session does.
    pub idle_minutes: u32,
    /// How many proxies stand before the process: so many of the last addresses in `X-Forwarded-For` are believed. 0: none,
    /// the address of the connection counts. By it guessing of passwords is slowed down.
    pub trusted_proxy_hops: u8,
}

impl Default for Web {
    fn default() -> Self {
        let told = chiso_gateway::WebSettings::default();
        Self {
            public_url: told.public_url,
            help: told.help,
            components: told.components,
            second_factor: told.second_factor,
            idle_minutes: told.idle_minutes,
            trusted_proxy_hops: told.trusted_proxy_hops,
        }
    }
}

/// Letters: invitations, receipts, requests, reminders, results. All processes that run another service than registry
/// have the same; one of each service's instances sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// How letters leave: `files` (each as a file in `mail` in `data.dir`, which nobody sends on), `smtp`, or `off`
    /// (none is written, nor later on for what happens now).
    pub transport: MailTransport,
    /// The sender: `Sở Nội vụ <danhgia@example.vn>`; with `smtp` it must be set, to an address that the server sends
    /// for.
    pub from: String,
    /// The server: `smtps://login:password@host:465`, or `smtp://login:password@host:587?tls=required`. Without
    /// `tls=required` nothing is encrypted, so that a login is then taken for this machine only.
    pub smtp_url: Secret,
    /// The language of the letters: `vi` or `en`.
    pub language: MailLanguage,
    /// Milliseconds that one answer of the server may take.
    pub timeout_ms: NonZeroU64,
    /// After so many attempts a letter is given up; 30 take about a day.
    pub attempts: NonZeroU32,
}

/// How letters leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Each as a file.
    #[default]
    Files,
    /// To a server.
    Smtp,
    /// Not at all.
    Off,
}

/// The language of the letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailLanguage {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// What the process says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// How lines of the log are written: `text` or `json`.
    pub log: String,
    /// What is logged: `info`, or `warn,chiso_survey=debug`. `CHISO_LOG` is a short name for it.
    pub level: String,
    /// Address of a collector of traces, `http://127.0.0.1:4317`; empty: none. Needs a build with `otlp`.
    pub otlp: String,
}

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

const fn count(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("a default is not zero")
}

const fn long(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).expect("a default is not zero")
}

impl Default for Data {
    fn default() -> Self {
        Self {
            dir: "chiso-data".into(),
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            grpc: SocketAddr::from(([127, 0, 0, 1], 50_051)),
            http: SocketAddr::from(([127, 0, 0, 1], 8_080)),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: Secret::default(),
            password_dir: PathBuf::new(),
            passwords: BTreeMap::new(),
            max_connections: count(8),
            acquire_timeout_ms: long(10_000),
            statement_timeout_ms: long(30_000),
            lock_timeout_ms: long(10_000),
            idle_timeout_ms: long(10_000),
            tls: Tls::default(),
            tls_ca: PathBuf::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: count(4_096),
            streams: count(1_024),
            calls: count(2_048),
            header_bytes: count(16_384),
            header_seconds: long(30),
            call_seconds: long(120),
            connection_seconds: long(3_600),
            connection_grace_seconds: long(60),
            http_connections: count(1_024),
            http_connection_seconds: long(300),
            http_requests: count(256),
            http_seconds: long(30),
            connect_ms: long(2_000),
            drain_wait_seconds: 0,
            drain_seconds: long(10),
        }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            log: "text".to_owned(),
            level: "info".to_owned(),
            otlp: String::new(),
        }
    }
}

/// A path, if something stands there.
fn given(path: &Path) -> Option<PathBuf> {
    (!path.as_os_str().is_empty()).then(|| path.to_owned())
}

const fn millis(n: NonZeroU64) -> Duration {
    Duration::from_millis(n.get())
}

impl Settings {
    /// What runs here and what elsewhere.
    ///
    /// # Errors
    /// [`PlanFault`], which names the setting.
    pub fn plan(&self) -> Result<Plan, PlanFault> {
        Plan::new(
            &self.run.only,
            &self.peers.by_service(),
            !self.database.url.0.is_empty(),
        )
    }

    /// Where this process keeps things.
    #[must_use]
    pub fn places(&self) -> Places {
        let beside = |path: &Path, name: &str| given(path).unwrap_or_else(|| self.data.dir.join(name));
        Places {
            data_dir: self.data.dir.clone(),
            keys: beside(&self.keys.file, "keys"),
            evidence: beside(&self.evidence.dir, "evidence"),
            postgres: (!self.database.url.0.is_empty()).then(|| self.database.server()),
        }
    }
}

impl Web {
    /// As the gateway reads it.
    #[must_use]
    pub fn pages(&self) -> chiso_gateway::WebSettings {
        chiso_gateway::WebSettings {
            public_url: self.public_url.clone(),
            help: self.help.clone(),
            components: self.components,
            second_factor: self.second_factor,
            idle_minutes: self.idle_minutes,
            trusted_proxy_hops: self.trusted_proxy_hops,
        }
    }
}

impl Peers {
    /// The addresses of each service.
    #[must_use]
    pub fn by_service(&self) -> BTreeMap<&'static str, Vec<String>> {
        BTreeMap::from([
            ("identity", self.identity.clone()),
            ("registry", self.registry.clone()),
            ("survey", self.survey.clone()),
            ("recheck", self.recheck.clone()),
            ("leaders", self.leaders.clone()),
            ("ledger", self.ledger.clone()),
            ("ranking", self.ranking.clone()),
        ])
    }
}

impl Database {
    fn server(&self) -> PostgresSettings {
        let password = |(service, password): (&String, &Secret)| (service.clone(), password.0.clone());
        PostgresSettings {
            url: self.url.0.clone(),
            passwords: self.passwords.iter().map(password).collect(),
            password_dir: given(&self.password_dir),
            max_connections: self.max_connections.get(),
            acquire_timeout: millis(self.acquire_timeout_ms),
            statement_timeout: millis(self.statement_timeout_ms),
            lock_timeout: millis(self.lock_timeout_ms),
            idle_timeout: millis(self.idle_timeout_ms),
            tls: match self.tls {
                Tls::Disable => DatabaseTls::Disable,
                Tls::Require => DatabaseTls::Require,
                Tls::VerifyFull => DatabaseTls::VerifyFull,
            },
            tls_ca: given(&self.tls_ca),
        }
    }
}

#[cfg(test)]
mod tests;
