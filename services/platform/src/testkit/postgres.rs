//! A throw-away PostgreSQL server, and fresh databases on it with chiso's schemas and logins.
//!
//! One server per test process on a free loopback port, or the one that `CHISO_TEST_POSTGRES` names (the URL of
//! a superuser). The [keeper](super::keeper) stops it and removes its files when the process ends.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use super::keeper::{self, End};
use super::port;
use crate::db::PostgresSettings;
use crate::rng;

/// What makes the schemas and logins.
pub const ROLES: &str = include_str!("../../../../deploy/postgres/roles.sql");
/// Short names of the services that have a schema.
pub const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];
/// Of the superuser and of every login: there is nothing to protect.
const PASSWORD: &str = "chiso-test";
const SUPERUSER: &str = "chiso_test";
/// So long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ports that are tried: another process may have taken one meanwhile.
const DRAWS: usize = 5;

/// A running server.
#[derive(Debug)]
pub struct Server {
    url: String,
    own: Option<Own>,
}

/// A server that this process started.
#[derive(Debug)]
struct Own {
    folder: PathBuf,
    port: u16,
    process: Mutex<Option<Child>>,
}

/// The server of this process, or the one that was named.
///
/// # Panics
/// Where PostgreSQL is not installed or does not start.
pub fn postgres() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("CHISO_TEST_POSTGRES") {
        Ok(url) => Server { url, own: None },
        Err(_) => Server::start(),
    })
}

/// A database of its own on [`postgres`].
///
/// # Panics
/// Where the server does not carry it out.
pub async fn fresh_database() -> Database {
    postgres().fresh_database().await
}

impl Server {
    /// Starts a server of one's own, which may be stopped and started again.
    ///
    /// # Panics
    /// Where PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir()
            .expect("a temporary folder can be made")
            .keep();
        keeper::folder(&folder);
        init(&folder);
        let mut own = Own {
            folder,
            port: port::free(),
            process: Mutex::new(None),
        };
        for _ in 1..DRAWS {
            match own.try_launch() {
                Err(log) if log.contains("Address already in use") => own.port = port::free(),
                _started_or_asked_again_below => break,
            }
        }
        own.launch();
        Self {
            url: format!(
                "postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{}/postgres",
                own.port
            ),
            own: Some(own),
        }
    }

    /// Address of the superuser, as `CHISO_TEST_POSTGRES` takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's process.
    ///
    /// # Panics
    /// Where the server was not started here, or is stopped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let process = self.own().process.lock().expect("no test panicked here");
        process.as_ref().expect("the server runs").id()
    }

    /// Stops the server as a crash does: nothing is finished, nothing is written that was not.
    ///
    /// # Panics
    /// Where the server was not started here, or does not end.
    pub fn stop_at_once(&self) {
        self.own().stop_at_once();
    }

    /// Starts the stopped server again on its port and waits until it answers.
    ///
    /// # Panics
    /// Where the server was not started here, or does not start.
    pub fn start_again(&self) {
        self.own().launch();
    }

    /// Starts the server again with a certificate for 127.0.0.1 that it has signed itself; answers its file.
    ///
    /// # Panics
    /// Where the server was not started here, or `openssl` is not installed.
    #[must_use]
    pub fn turn_tls_on(&self) -> PathBuf {
        let data = self.own().folder.join("data");
        let (key, certificate) = (data.join("server.key"), data.join("server.crt"));
        let mut make = as_postgres(&data, Path::new("openssl"));
        make.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ]);
        make.args([
            "-days",
            "2",
            "-subj",
            "/CN=chiso-test",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ]);
        make.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        run(make.arg("-keyout").arg(&key).arg("-out").arg(&certificate));
        configure(&data, "ssl = on\n");
        self.stop_at_once();
        self.start_again();
        certificate
    }

    fn own(&self) -> &Own {
        self.own
            .as_ref()
            .expect("only a server that was started here can be stopped")
    }

    async fn superuser(&self, database: &str) -> PgConnection {
        let options: PgConnectOptions = self.url.parse().expect("the URL of a superuser");
        let options = options.database(database).disable_statement_logging();
        options.connect().await.expect("the server lets its superuser in")
    }

    /// Carries out statements of the superuser in a database.
    ///
    /// # Panics
    /// Where the server does not carry them out.
    pub async fn execute(&self, database: &str, text: &str) {
        let mut connection = self.superuser(database).await;
        run_sql(&mut connection, text).await;
        connection.close().await.expect("the connection closes");
    }

    /// A database of its own, with every schema and login.
    ///
    /// # Panics
    /// Where the server does not carry it out.
    pub async fn fresh_database(&self) -> Database {
        let name = format!("chiso_{}", hex::encode(rng::bytes::<8>()));
        let mut server = self.superuser("postgres").await;
        // Logins belong to the whole server: one test at a time makes them.
        run_sql(&mut server, "SELECT pg_advisory_lock(20221122)").await;
        run_sql(&mut server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let mut database = self.superuser(&name).await;
        run_sql(&mut database, ROLES).await;
        let unset = "SELECT rolname FROM pg_authid WHERE rolname LIKE 'chiso\\_%' AND rolpassword IS NULL";
        for row in database
            .fetch_all(unset)
            .await
            .expect("a superuser reads the logins")
        {
            let login: String = row.get("rolname");
            run_sql(
                &mut database,
                &format!("ALTER ROLE {login} PASSWORD '{PASSWORD}'"),
            )
            .await;
        }
        database.close().await.expect("the connection closes");
        server
            .close()
            .await
            .expect("the connection closes, and with it the lock");
        let options: PgConnectOptions = self.url.parse().expect("the URL of a superuser");
        let (server, _maintenance) = self.url.rsplit_once('/').expect("a URL that names a database");
        let passwords = SERVICES.map(|service| (service.to_owned(), PASSWORD.to_owned()));
        Database {
            settings: PostgresSettings {
                url: format!("postgres://{}:{}/{name}", options.get_host(), options.get_port()),
                passwords: passwords.into(),
                ..PostgresSettings::default()
            },
            superuser: format!("{server}/{name}"),
            name,
            shared: self.own.is_none().then(|| self.url.clone()),
        }
    }
}

impl Own {
    fn launch(&self) {
        let started = self.try_launch();
        assert!(started.is_ok(), "PostgreSQL did not start: {started:?}");
    }

    /// Waits until it answers, where it does not run already; the error is what it logged.
    fn try_launch(&self) -> Result<(), String> {
        let mut process = self.process.lock().expect("no test panicked here");
        if process.is_some() {
            return Ok(());
        }
        let log = std::fs::File::create(self.folder.join("log")).expect("the log can be written");
        let mut command = as_postgres(&self.folder, &program("postgres"));
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log);
        let mut child = command.spawn().expect("the server's program starts");
        keeper::born(child.id(), End::Quit);
        let answers = || {
            let mut ask = Command::new(program("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            ask.status().is_ok_and(|status| status.success())
        };
        let ended = |child: &mut Child| child.try_wait().is_ok_and(|ended| ended.is_some());
        let started = poll(|| answers() || ended(&mut child));
        if ended(&mut child) {
            keeper::gone(child.id());
        } else if started {
            *process = Some(child);
            return Ok(());
        }
        Err(std::fs::read_to_string(self.folder.join("log")).unwrap_or_default())
    }

    fn stop_at_once(&self) {
        let mut process = self.process.lock().expect("no test panicked here");
        let Some(mut child) = process.take() else { return };
        run(Command::new("kill").args(["-QUIT", &child.id().to_string()]));
        child.wait().expect("the server ends");
        keeper::gone(child.id());
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stop_at_once();
        let _kept_for_the_keeper = std::fs::remove_dir_all(&self.folder);
    }
}

/// A database of a test; gone soon after this is dropped, or with its server.
#[derive(Debug)]
pub struct Database {
    /// How every service gets in.
    pub settings: PostgresSettings,
    /// The superuser's address of it, to look at what the services made.
    pub superuser: String,
    /// Its name on the server.
    pub name: String,
    /// The server, where it outlives this process.
    shared: Option<String>,
}

impl Database {
    /// Everything that is stored, as `pg_dump` writes it.
    ///
    /// # Panics
    /// Where the server does not give it.
    #[must_use]
    pub fn dump(&self) -> Vec<u8> {
        let mut dump = Command::new(program("pg_dump"));
        let output = dump.arg(&self.superuser).output().expect("pg_dump runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        output.stdout
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(server) = self.shared.clone() else { return };
        let name = self.name.clone();
        // Nobody waits: the server writes all it has to the disk first. What is left goes with the server.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let options: PgConnectOptions = server.parse().map_err(std::io::Error::other)?;
                let mut server = options.connect().await.map_err(std::io::Error::other)?;
                let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
                server.execute(drop).await.map_err(std::io::Error::other)
            })
        });
    }
}

async fn run_sql(connection: &mut PgConnection, text: &str) {
    let done = connection.execute(AssertSqlSafe(text.to_owned())).await;
    done.expect("a superuser may do this");
}

/// Makes the files of a server whose default order of text is not that of bytes, as on many a real one.
fn init(folder: &Path) {
    let data = folder.join("data");
    let secret = folder.join("password");
    std::fs::write(&secret, PASSWORD).expect("the password can be written");
    if is_root(folder) {
        run(Command::new("chown").args(["-R", "postgres"]).arg(folder));
    }
    let mut init = as_postgres(folder, &program("initdb"));
    init.arg("-D").arg(&data).arg("--pwfile").arg(&secret);
    init.args([
        "-U",
        SUPERUSER,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-sync",
        "--no-instructions",
    ]);
    init.args(["--locale=C", "--locale-provider=icu", "--icu-locale=vi"]);
    run(&mut init);
    let settings = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 400\n\
                    shared_buffers = 64MB\nlog_min_messages = fatal\n";
    configure(&data, settings);
}

fn configure(data: &Path, settings: &str) {
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(data.join("postgresql.conf"))
        .expect("the server's settings are there");
    file.write_all(settings.as_bytes()).expect("they can be written");
}

/// A program of PostgreSQL, as the user `postgres` where this is root, who may not run a server.
fn as_postgres(folder: &Path, program: &Path) -> Command {
    let mut command = if is_root(Path::new("/proc/self")) {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        command.arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

fn is_root(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.uid() == 0)
}

/// Debian keeps the programs of each version in a folder of its own, outside the path.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max();
    newest.map_or_else(
        || name.into(),
        |version| format!("/usr/lib/postgresql/{version}/bin/{name}").into(),
    )
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|e| panic!("{command:?}: {e}; is PostgreSQL installed?"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Until it holds; false where it does not in time.
fn poll(mut holds: impl FnMut() -> bool) -> bool {
    let start = std::time::Instant::now();
    while start.elapsed() < PATIENCE {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
