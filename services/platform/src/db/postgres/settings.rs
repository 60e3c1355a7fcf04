//! Where the server is and how it may be used.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::address::{quoted, shown};
use crate::db::{DbError, DbResult};

/// Every statement is written to walk an index, since SQLite knows nothing else. A plan that was made while a
/// table was small must not come to read all of it when it has grown.
const PLANS: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    // The price of a plan that has to read a table all the same would set off the compiler.
    ("jit", "off"),
];

/// What the one writer relies on, whatever the server, the database or the login say: each statement sees what was
/// committed before it, and a transaction may write.
const TRANSACTIONS: [(&str, &str); 2] = [
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "off"),
];

/// A statement whose caller has given it up is cut off from here; the server notices so many milliseconds later, and
/// ends it. It would run on, on a connection that no longer counts here.
const NOTICED: &str = "1000";

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: a server on this machine or a network that is trusted as a whole.
    #[default]
    Disable,
    /// Encrypted; whose certificate it is is not checked.
    Require,
    /// Encrypted, and the certificate must be the host's.
    VerifyFull,
}

/// Where the server is and how it may be used. Every service has a login `chiso_<service>` and a schema
/// `<service>` there, made by `deploy/postgres/roles.sql`.
#[derive(Clone)]
pub struct PostgresSettings {
    /// `postgres://host:port/dbname`, without a login: each service has its own. A server on this machine may be
    /// named by the folder of its socket: `postgres://localhost/dbname?host=/run/postgresql`.
    pub url: String,
    /// Passwords by service: `survey`.
    pub passwords: BTreeMap<String, String>,
    /// Folder with a file per login, `chiso_survey`, that holds nothing but its password. Asked where
    /// `passwords` has none.
    pub password_dir: Option<PathBuf>,
    /// Connections of one service in one process, at the most.
    pub max_connections: u32,
    /// So long a call waits for a connection, or for its turn to write.
    pub acquire_timeout: Duration,
    /// So long a statement may run.
    pub statement_timeout: Duration,
    /// So long a statement may wait for a lock: for another process that is writing.
    pub lock_timeout: Duration,
    /// So long a transaction may do nothing: a process that hangs must not keep the others from writing.
    pub idle_timeout: Duration,
    /// How the way there is protected.
    pub tls: Tls,
    /// PEM file with the authority that signed the server's certificate, for [`Tls::VerifyFull`]; none: the public
    /// ones.
    pub tls_ca: Option<PathBuf>,
}

impl Default for PostgresSettings {
    fn default() -> Self {
        Self {
            url: "postgres://localhost:5432/chiso".to_owned(),
            passwords: BTreeMap::new(),
            password_dir: None,
            max_connections: 8,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(10),
            tls: Tls::default(),
            tls_ca: None,
        }
    }
}

/// Passwords stay out of logs, also one that was put where it does not belong.
impl std::fmt::Debug for PostgresSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = shown(&self.url);
        write!(f, "PostgresSettings({})", address.as_deref().unwrap_or("…"))
    }
}

impl PostgresSettings {
    /// Whether they can be what somebody meant, as far as that can be told without the server.
    ///
    /// # Errors
    /// [`DbError::Setting`], which names the setting.
    pub fn check(&self) -> DbResult<()> {
        self.address().map(drop)
    }

    /// What a service connects with.
    pub(super) fn options(&self, service: &str) -> DbResult<PgConnectOptions> {
        let parsed = self.address()?;
        let login = format!("chiso_{service}");
        let mut options = parsed
            .username(&login)
            .application_name(&format!("chiso/{service}"))
            .statement_cache_capacity(256)
            .ssl_mode(match self.tls {
                Tls::Disable => PgSslMode::Disable,
                Tls::Require => PgSslMode::Require,
                Tls::VerifyFull => PgSslMode::VerifyFull,
            })
            .options([
                ("search_path", service.to_owned()),
                (
                    "statement_timeout",
                    self.statement_timeout.as_millis().to_string(),
                ),
                ("lock_timeout", self.lock_timeout.as_millis().to_string()),
                (
                    "idle_in_transaction_session_timeout",
                    self.idle_timeout.as_millis().to_string(),
                ),
                ("client_connection_check_interval", NOTICED.to_owned()),
            ])
            .options(TRANSACTIONS)
            .options(PLANS)
            .disable_statement_logging();
        if let Some(password) = self.password(service, &login)? {
            options = options.password(&password);
        }
        if let Some(file) = &self.tls_ca {
            let readable = std::fs::read(file);
            let readable = readable.map_err(|e| {
                DbError::Setting(format!(
                    "database.tls_ca: {} cannot be read ({e}); name the PEM file of the authority that signed \
                     the server's certificate",
                    file.display()
                ))
            })?;
            options = options.ssl_root_cert_from_pem(readable);
        }
        Ok(options)
    }

    /// Where the server is, and which of its databases is meant. What the address says beyond that would be said
    /// twice, and the other setting would silently win or lose.
    fn address(&self) -> DbResult<PgConnectOptions> {
        let setting = |text: &str| Err(DbError::Setting(text.to_owned()));
        // The address may hold a password in either place, so it is not repeated.
        if self.url.contains('@') {
            return setting(
                "database.url names a login, but each service has its own; write postgres://host:port/dbname \
                 and put the passwords into database.passwords or database.password_dir",
            );
        }
        let more = self.url.split_once('?').map(|(_, more)| more);
        let folder = more.and_then(|more| more.strip_prefix("host=/"));
        let socket = folder.is_some_and(|folder| !folder.contains(['&', '#']));
        if self.url.contains(['?', '#']) && !socket {
            return setting(
                "database.url says more than where the database is; write postgres://host:port/dbname, or \
                 postgres://localhost/dbname?host=/folder for a socket. Protection belongs into database.tls and \
                 database.tls_ca, passwords into database.passwords or database.password_dir",
            );
        }
        if self.tls != Tls::VerifyFull && self.tls_ca.is_some() {
            return setting(
                "database.tls_ca names an authority, but by database.tls no certificate is checked; set \
                 database.tls = \"verify-full\", or empty database.tls_ca",
            );
        }
        let wrong = |why: &str| {
            let url = quoted(&self.url);
            DbError::Setting(format!(
                "database.url: {url} {why}; write postgres://host:port/dbname"
            ))
        };
        if !self.url.starts_with("postgres://") && !self.url.starts_with("postgresql://") {
            return Err(wrong("is no address of a PostgreSQL server"));
        }
        let parsed = PgConnectOptions::from_str(&self.url).map_err(|_| wrong("cannot be read"))?;
        if parsed.get_database().is_none_or(str::is_empty) {
            return Err(wrong("names no database"));
        }
        Ok(parsed)
    }

    fn password(&self, service: &str, login: &str) -> DbResult<Option<String>> {
        if let Some(password) = self.passwords.get(service) {
            return Ok(Some(password.clone()));
        }
        let Some(folder) = &self.password_dir else {
            return Ok(None);
        };
        let file = folder.join(login);
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(DbError::Setting(format!(
                "database.password_dir: {} cannot be read ({error}); put the password of the login {login} into it, \
                 readable by chiso only",
                file.display()
            ))),
        }
    }
}
