//! A database for each sandbox on PostgreSQL, copied from one whose tables were made once.

use chiso_domain::kernel::Instant;
use chiso_platform::clock::Clock;
use chiso_platform::db::PostgresSettings;
use chiso_platform::process::{Places, Process};
use chiso_platform::rng;
use chiso_platform::testkit::postgres::{Database, fresh_database, postgres};
use chiso_server::peers::Bounds;
use chiso_server::plan::Plan;
use chiso_server::system::System;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

/// Connections of one service in one process: sandboxes share the server.
const CONNECTIONS: u32 = 4;

/// A database of a sandbox; gone when this is dropped.
#[derive(Debug)]
pub(super) struct Copied {
    pub(super) settings: PostgresSettings,
    /// What its tables were made with; data know their keys.
    pub(super) keys: &'static [u8],
    name: String,
}

impl Copied {
    pub(super) async fn new() -> Self {
        let (original, keys) = original().await;
        let number = u64::from_be_bytes(rng::bytes());
        let name = format!("chiso_copy_{number:016x}");
        let create = format!("CREATE DATABASE {name} TEMPLATE {}", original.name);
        // What holds of the database itself is not copied.
        let enter = format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC");
        let logins: Vec<String> = super::SERVICES
            .iter()
            .map(|service| format!("chiso_{service}"))
            .collect();
        let admit = format!("GRANT CONNECT ON DATABASE {name} TO {}", logins.join(", "));
        let mut server = superuser(postgres().url()).await.unwrap();
        for statement in [create, enter, admit] {
            server.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        server.close().await.unwrap();
        let url = original.settings.url.replace(&original.name, &name);
        let settings = PostgresSettings {
            url,
            max_connections: CONNECTIONS,
            ..original.settings.clone()
        };
        Self { settings, keys, name }
    }
}

/// Made by the services themselves, once in this process; and the keys they made it with.
async fn original() -> &'static (Database, Vec<u8>) {
    static ORIGINAL: OnceCell<(Database, Vec<u8>)> = OnceCell::const_new();
    let make = async || {
        let database = fresh_database().await;
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            postgres: Some(database.settings.clone()),
            ..Places::embedded(folder.path())
        };
        let clock = Clock::simulated(Instant::from_micros(0));
        let process = Process::open(places, clock).unwrap();
        let system = System::run(&Plan::whole(), process, Bounds::default()).await;
        system.unwrap().stop().await;
        (database, std::fs::read(folder.path().join("keys")).unwrap())
    };
    ORIGINAL.get_or_init(make).await
}

async fn superuser(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    options.disable_statement_logging().connect().await
}

impl Drop for Copied {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let drop = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut server = superuser(postgres().url()).await?;
                server.execute(AssertSqlSafe(statement)).await
            })
        };
        // Where the server is gone, so is the database.
        let _either = std::thread::spawn(drop).join();
    }
}
