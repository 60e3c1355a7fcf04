//! What all parts stand on: the servers, and a cycle whose survey is open today, made once by the services
//! themselves and copied for each part.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use chiso_domain::kernel::Instant;
use chiso_platform::clock::Clock;
use chiso_platform::db::sql;
use chiso_platform::testkit::postgres::postgres;
use chiso_platform::testkit::redis::redis;
use chiso_tests::{CYCLE, PASSWORD, Shape, Year, call};
use chiso_wire::convert::timestamp;
use chiso_wire::{identity, registry, survey};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::report::say;
use crate::slips::Maker;

/// What the server runs with, beside its defaults.
const SETTINGS: [&str; 2] = [
    "ALTER SYSTEM SET shared_buffers = '512MB'",
    "ALTER SYSTEM SET max_wal_size = '2GB'",
];
/// The survey is open until then.
const ENDS: &str = "2099-01-01T00:00:00+07:00";

/// A made cycle.
#[derive(Debug)]
pub(crate) struct Ground {
    /// Everything of the processes that is no database.
    folder: tempfile::TempDir,
    /// The database to copy; nobody is connected to it.
    original: String,
    /// Sends every slip.
    pub(crate) interviewer: Player,
    /// Reads the ranking.
    pub(crate) organiser: Player,
    form: String,
}

/// Somebody who is signed in now.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Ground {
    /// Starts the servers and makes the cycle.
    pub(crate) fn make() -> Self {
        // A runtime of its own: whatever the services do in the background ends with it.
        let runtime = chiso_server::runtime::start().unwrap();
        let ground = runtime.block_on(async {
            settle().await;
            let mut year = Box::pin(Year::open(Shape::OnPostgres)).await;
            year.prepare_survey().await;
            import_form(&mut year).await;
            extend(&year).await;
            year.clock.set(now());
            let folder = tempfile::tempdir().unwrap();
            std::fs::copy(year.folder().join("keys"), folder.path().join("keys")).unwrap();
            let interviewer = sign_in(&year, "dieutra", &year.cast.interviewer.id).await;
            let organiser = sign_in(&year, "quantri", &year.cast.organiser.id).await;
            let original = keep(&year).await;
            Self {
                folder,
                original,
                interviewer,
                organiser,
                form: year.form.clone(),
            }
        });
        runtime.shutdown_background();
        say("a cycle with an open survey is made");
        ground
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn slips(&self) -> Maker {
        Maker::new(&self.form)
    }

    /// A database with the made cycle and so many more respondents.
    pub(crate) async fn copy(&self, respondents: usize) -> Base {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("chiso_scale_{}", MADE.fetch_add(1, Ordering::SeqCst));
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        postgres().execute("postgres", &drop).await;
        let create = format!("CREATE DATABASE {name} TEMPLATE {}", self.original);
        postgres().execute("postgres", &create).await;
        let base = Base { name };
        base.execute(&Maker::register(respondents)).await;
        base.execute("VACUUM ANALYZE").await;
        base
    }
}

/// A database of one part.
#[derive(Debug)]
pub(crate) struct Base {
    name: String,
}

impl Base {
    /// Address as `database.url` takes it.
    pub(crate) fn url(&self) -> String {
        let options: PgConnectOptions = postgres().url().parse().unwrap();
        format!(
            "postgres://{}:{}/{}",
            options.get_host(),
            options.get_port(),
            self.name
        )
    }

    /// As the survey connects: its login, its schema.
    pub(crate) async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.url().parse().unwrap();
        let options = options
            .username("chiso_survey")
            .password(password())
            .options([
                ("search_path", "survey"),
                ("enable_seqscan", "off"),
                ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
                ("enable_material", "off"),
                ("jit", "off"),
            ])
            .disable_statement_logging();
        options.connect().await.unwrap()
    }

    /// As somebody who works on all of it at once.
    pub(crate) async fn analyst(&self) -> PgConnection {
        let options: PgConnectOptions = postgres().url().parse().unwrap();
        let options = options.database(&self.name).options([("search_path", "survey")]);
        options.disable_statement_logging().connect().await.unwrap()
    }

    pub(crate) async fn execute(&self, text: &str) {
        postgres().execute(&self.name, text).await;
    }

    /// Frees the disk.
    pub(crate) async fn drop(self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        postgres().execute("postgres", &drop).await;
    }
}

/// The present instant.
pub(crate) fn now() -> Instant {
    Clock::system().now()
}

/// Of every login of the throw-away server.
pub(crate) fn password() -> &'static str {
    let (login, _server) = postgres().url().split_once('@').unwrap();
    login.rsplit_once(':').unwrap().1
}

/// A server of one's own begins with a little cache; it gets what a small real one would have.
async fn settle() {
    redis();
    if std::env::var_os("CHISO_TEST_POSTGRES").is_none() {
        for text in SETTINGS {
            postgres().execute("postgres", text).await;
        }
        postgres().stop_at_once();
        postgres().start_again();
    }
}

/// The form that firms and citizens of Phú Thọ fill in: five rated questions and two more.
async fn import_form(year: &mut Year) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/phu-tho/phieu-dn-cn.xlsx"
    );
    let message = survey::ImportQuestionnaireRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        group: "HDND".to_owned(),
        xlsx: std::fs::read(file).unwrap().into(),
    };
    let token = &year.cast.organiser.token;
    let imported = call!(year, survey.import_questionnaire, token, message).unwrap();
    year.form = imported.questionnaire.unwrap().sha256;
}

/// A release has no clock but the real one.
async fn extend(year: &Year) {
    let message = registry::ExtendWindowRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        window: registry::Window::Survey.into(),
        unit: String::new(),
        ends_at: Some(timestamp(chiso_tests::at(ENDS))),
        reason: "Đo tốc độ".to_owned(),
    };
    call!(year, registry.extend_window, &year.cast.organiser.token, message).unwrap();
}

async fn sign_in(year: &Year, login: &str, id: &str) -> Player {
    let message = identity::SignInRequest {
        login: login.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let token = call!(year, identity.sign_in, "", message).unwrap().token;
    Player {
        id: id.to_owned(),
        token,
    }
}

/// A copy of the year's database that nobody is connected to.
async fn keep(year: &Year) -> String {
    let name = sql("SELECT CAST(current_database() AS TEXT) AS name");
    let name: String = year.db("survey").one(name).await.unwrap().get("name").unwrap();
    for text in [
        "DROP DATABASE IF EXISTS chiso_scale_original WITH (FORCE)".to_owned(),
        format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"),
        format!("CREATE DATABASE chiso_scale_original TEMPLATE {name}"),
    ] {
        postgres().execute("postgres", &text).await;
    }
    "chiso_scale_original".to_owned()
}
