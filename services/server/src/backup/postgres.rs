//! PostgreSQL: dumped and restored by its own programs, one archive per schema, all as of one snapshot.
//!
//! One session exports the snapshot and stays open; every dump, and the reading of what it holds, uses that
//! snapshot. So the services agree with one another, although each is dumped under its own login.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use chiso_platform::db::{DbError, PostgresSettings, Tls};

use super::facts::{Facts, Published, ServiceFacts};
use super::{BackupError, SERVICES};

/// Numbers and hashes of one service, as JSON.
const SERVICE_FACTS: &str = "SELECT json_build_object(
    'migrations', COALESCE((SELECT json_agg(version ORDER BY version) FROM {s}.{s}_migration), '[]'),
    'journal_rows', (SELECT COALESCE(MAX(seq), 0) FROM {s}.{s}_journal),
    'journal_hash', COALESCE((SELECT encode(hash, 'hex') FROM {s}.{s}_journal ORDER BY seq DESC LIMIT 1), ''),
    'feed_rows', (SELECT COALESCE(MAX(seq), 0) FROM {s}.{s}_point))::text";
const PUBLISHED: &str = "SELECT COALESCE(json_agg(v ORDER BY cycle, version), '[]')::text FROM
    (SELECT cycle, version, sha256 FROM ranking.ranking_version) v";
const EVIDENCE: &str = "SELECT COALESCE(json_agg(name ORDER BY name), '[]')::text FROM
    (SELECT DISTINCT encode(sha256, 'hex') AS name FROM ledger.ledger_evidence WHERE sha256 IS NOT NULL) e";
const TABLES: &str = "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
    ON n.oid = c.relnamespace WHERE n.nspname = '{s}' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')";

/// Everyone asks it who is calling: what it refuses, nobody gets.
const GUARD: &str = "identity";
/// A migration that began and did not end: identity does not start on such tables.
const UNFINISHED: &str =
    "CREATE TABLE identity.identity_migration (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL);
    INSERT INTO identity.identity_migration (version, description, success, checksum, execution_time)
    VALUES (0, 'restore', FALSE, '', 0)";

/// Where Debian keeps the public authorities of certificates.
const PUBLIC_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Dumps every schema into a new folder; answers what the snapshot holds.
pub(super) fn dump(settings: &PostgresSettings, folder: &Path) -> Result<Facts, BackupError> {
    std::fs::create_dir_all(folder).map_err(BackupError::at(folder))?;
    let snapshot = Snapshot::export(settings)?;
    let mut facts = Facts::default();
    for service in SERVICES {
        let of = snapshot.ask(settings, service, &SERVICE_FACTS.replace("{s}", service))?;
        let of: ServiceFacts = read(service, &of)?;
        facts.services.insert(service.to_owned(), of);
        let mut command = program("pg_dump", settings, service)?;
        command.args([
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--no-tablespaces",
            "--lock-wait-timeout=30s",
        ]);
        command.arg(format!("--schema={service}"));
        command.arg(format!("--snapshot={}", snapshot.name));
        command.arg("--file").arg(folder.join(format!("{service}.dump")));
        done("pg_dump", service, command.output())?;
    }
    facts.published = read::<Vec<Published>>("ranking", &snapshot.ask(settings, "ranking", PUBLISHED)?)?;
    facts.evidence = read("ledger", &snapshot.ask(settings, "ledger", EVIDENCE)?)?;
    snapshot.close();
    Ok(facts)
}

/// Puts every schema back, each in a transaction of its own, since each belongs to a login of its own.
///
/// Until the last one is there, identity says that it was not finished and refuses to start: without it nobody gets
/// in, and a process that runs all services does not start at all. One that runs others only does.
pub(super) fn load(settings: &PostgresSettings, folder: &Path) -> Result<(), BackupError> {
    let unfinished = |error: BackupError| BackupError::Unfinished(error.to_string());
    let mut mark = psql(settings, GUARD)?;
    mark.args(["-c", UNFINISHED]);
    done("psql", GUARD, mark.output())?;
    let others = SERVICES.into_iter().filter(|service| *service != GUARD);
    for service in others.chain([GUARD]) {
        let mut command = program("pg_restore", settings, service)?;
        command.args([
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--no-tablespaces",
        ]);
        if service == GUARD {
            // The mark goes in the same transaction.
            command.args(["--clean", "--if-exists"]);
        }
        command.arg(format!("--schema={service}"));
        command.arg(folder.join(format!("{service}.dump")));
        done("pg_restore", service, command.output()).map_err(unfinished)?;
    }
    Ok(())
}

/// The first schema that holds something.
pub(super) fn occupied(settings: &PostgresSettings) -> Result<Option<&'static str>, BackupError> {
    for service in SERVICES {
        let mut command = psql(settings, service)?;
        command.args(["-c", &TABLES.replace("{s}", service)]);
        if done("psql", service, command.output())?.trim() != "0" {
            return Ok(Some(service));
        }
    }
    Ok(None)
}

/// A moment of the whole database, kept open.
struct Snapshot {
    name: String,
    session: Child,
    input: ChildStdin,
}

impl Snapshot {
    /// Any login of the database may export one, and any other may read from it what it may read anyway.
    fn export(settings: &PostgresSettings) -> Result<Self, BackupError> {
        let service = "registry";
        let mut command = psql(settings, service)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let broken = |e: std::io::Error| BackupError::Task(format!("psql: {e}"));
        let mut session = command.spawn().map_err(|e| absent("psql", e))?;
        let (Some(mut input), Some(output)) = (session.stdin.take(), session.stdout.take()) else {
            return Err(BackupError::Task("psql has no input or output".to_owned()));
        };
        // It does nothing while the dumps are made, for however long.
        let text = "SET idle_in_transaction_session_timeout = 0;\n\
                    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSELECT pg_export_snapshot();\n";
        // Where the server let nobody in, its reason is on standard error.
        let _ended_already = input.write_all(text.as_bytes()).and_then(|()| input.flush());
        let mut name = String::new();
        BufReader::new(output).read_line(&mut name).map_err(broken)?;
        let name = name.trim().to_owned();
        if name.is_empty() {
            drop(input);
            done("psql", service, session.wait_with_output())?;
            return Err(BackupError::Task("psql exported no snapshot".to_owned()));
        }
        Ok(Self { name, session, input })
    }

    /// The answer to a question as of the snapshot.
    fn ask(
        &self,
        settings: &PostgresSettings,
        service: &'static str,
        text: &str,
    ) -> Result<String, BackupError> {
        let mut command = psql(settings, service)?;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let at = format!("SET TRANSACTION SNAPSHOT '{}'", self.name);
        command.args(["-c", begin, "-c", &at, "-c", text, "-c", "COMMIT"]);
        done("psql", service, command.output())
    }

    fn close(mut self) {
        drop(self.input);
        let _nothing_was_written = self.session.wait();
    }
}

fn psql(settings: &PostgresSettings, service: &'static str) -> Result<Command, BackupError> {
    let mut command = program("psql", settings, service)?;
    command.args([
        "--no-psqlrc",
        "--tuples-only",
        "--no-align",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
    ]);
    Ok(command)
}

/// One of PostgreSQL's programs, on its way into the database as the login of a service.
///
/// The password goes by the environment, which only this user can read, and never by the command line.
fn program(
    name: &'static str,
    settings: &PostgresSettings,
    service: &'static str,
) -> Result<Command, BackupError> {
    settings.check()?;
    let login = format!("chiso_{service}");
    let address = settings
        .url
        .split_once("://")
        .map(|(_, rest)| rest)
        .unwrap_or_default();
    let mut command = Command::new(name);
    command
        .arg(format!("--dbname=postgres://{login}@{address}"))
        .arg("--no-password")
        .env("PGCONNECT_TIMEOUT", "10")
        .env("PGAPPNAME", format!("chiso/{service}/{name}"))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("PGOPTIONS")
        .env_remove("PGSERVICE")
        .stdin(Stdio::null());
    if let Some(password) = password(settings, service, &login)? {
        command.env("PGPASSWORD", password);
    }
    match settings.tls {
        Tls::Disable => command.env("PGSSLMODE", "disable"),
        Tls::Require => command.env("PGSSLMODE", "require"),
        Tls::VerifyFull => command.env("PGSSLMODE", "verify-full"),
    };
    if settings.tls == Tls::VerifyFull {
        // libpq knows no public authorities by itself; with mere encryption a file would make it check all the same.
        let named = settings.tls_ca.as_deref();
        command.env("PGSSLROOTCERT", named.unwrap_or(Path::new(PUBLIC_AUTHORITIES)));
    }
    Ok(command)
}

fn password(settings: &PostgresSettings, service: &str, login: &str) -> Result<Option<String>, BackupError> {
    if let Some(password) = settings.passwords.get(service) {
        return Ok(Some(password.clone()));
    }
    let Some(folder) = &settings.password_dir else {
        return Ok(None);
    };
    let file = folder.join(login);
    let text = std::fs::read_to_string(&file).map_err(|e| {
        let said = format!("database.password_dir: {} cannot be read ({e})", file.display());
        BackupError::Db(DbError::Setting(said))
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn done(
    program: &'static str,
    service: &'static str,
    output: std::io::Result<Output>,
) -> Result<String, BackupError> {
    let output = output.map_err(|e| absent(program, e))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
    Err(BackupError::Failed {
        program,
        service,
        said,
    })
}

fn absent(program: &'static str, error: std::io::Error) -> BackupError {
    match error.kind() {
        ErrorKind::NotFound => BackupError::Program(program),
        _ => BackupError::Task(format!("{program}: {error}")),
    }
}

fn read<T: serde::de::DeserializeOwned>(service: &'static str, text: &str) -> Result<T, BackupError> {
    serde_json::from_str(text.trim()).map_err(|e| BackupError::Failed {
        program: "psql",
        service,
        said: format!("{e} in {text:?}"),
    })
}
