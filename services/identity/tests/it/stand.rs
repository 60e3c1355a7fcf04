//! Identity on a throw-away folder, asked by tokens that it made itself. With `CHISO_TEST_DB=postgres` in the
//! environment its database is on a server.

use std::sync::Arc;

use chiso_domain::kernel::Instant;
use chiso_platform::Context;
use chiso_platform::clock::Clock;
use chiso_platform::db::Db;
use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::journal::{Chain, verify};
use chiso_platform::redis::Cache;
use chiso_platform::rng::{bytes, uuid_v7};
use chiso_platform::rpc::{Channel, carry, mount};
use chiso_platform::testkit::postgres::{Database, fresh_database};
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use tonic::{Code, Request, Status};

pub(crate) const PASSWORD: &str = "mật khẩu đủ dài";

pub(crate) struct Stand {
    pub(crate) ctx: Context,
    pub(crate) client: IdentityServiceClient<Channel>,
    places: Arc<Places>,
}

/// Where it lies.
struct Places {
    folder: tempfile::TempDir,
    database: Option<Database>,
}

/// Somebody with an API token.
#[derive(Clone, Debug)]
pub(crate) struct Someone {
    pub(crate) id: String,
    pub(crate) token: String,
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(crate) fn grant(role: pb::Role, unit: &str) -> pb::Grant {
    pb::Grant {
        role: role.into(),
        cycle: String::new(),
        unit: unit.to_owned(),
    }
}

/// Checks a refusal whole: code, stable reason, field, and a sentence in Vietnamese.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, reason: &str, field: &str) {
    let status = answer.unwrap_err();
    let first = violations_of(&status)
        .into_iter()
        .next()
        .map(|v| v.0)
        .unwrap_or_default();
    let found = (status.code(), reason_of(&status), first);
    assert_eq!(found, (code, reason.to_owned(), field.to_owned()));
    let vi = vi_of(&status);
    assert!(vi != status.message() && !vi.is_ascii(), "not Vietnamese: {vi:?}");
}

/// A call with a token.
macro_rules! call {
    ($stand:expr, $rpc:ident, $token:expr, $message:expr) => {
        $stand
            .client
            .$rpc($crate::stand::ask($token, $message))
            .await
            .map(tonic::Response::into_inner)
    };
}
pub(crate) use call;

pub(crate) fn ask<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if !token.is_empty() {
        carry(&mut request, token);
    }
    request
}

impl Stand {
    /// An empty system.
    pub(crate) async fn empty() -> Self {
        let database = match std::env::var("CHISO_TEST_DB").as_deref() {
            Ok("postgres") => Some(fresh_database().await),
            _ => None,
        };
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::simulated(at("2022-11-20T08:00:00+07:00"));
        Self::on(Arc::new(Places { folder, database }), clock, Cache::off(), None).await
    }

    /// With an organiser, made on the server's own machine and signed in.
    pub(crate) async fn organised() -> (Self, Someone) {
        let mut stand = Self::empty().await;
        let id = chiso_identity::add_organiser(&stand.ctx, "quantri", "Nguyễn Thị Hà", PASSWORD).await;
        let id = id.unwrap().to_string();
        let token = stand.sign_in("quantri", PASSWORD).await.unwrap().token;
        (stand, Someone { id, token })
    }

    /// The process ends and starts again on the same folder.
    pub(crate) async fn restarted(self) -> Self {
        let cache = self.ctx.cache.clone();
        self.restarted_with(cache).await
    }

    /// The same, with copies that it shares.
    pub(crate) async fn restarted_with(self, cache: Cache) -> Self {
        let clock = self.ctx.clock.clone();
        self.ctx.stop().await;
        Self::on(self.places, clock, cache, None).await
    }

    /// Another instance on the same database, which knows only what is stored. A file has one process, so there the
    /// two share what is open.
    pub(crate) async fn twin(&self) -> Self {
        let (places, clock) = (Arc::clone(&self.places), self.ctx.clock.clone());
        let open = (!self.ctx.db.is_shared()).then(|| self.ctx.db.clone());
        Self::on(places, clock, Cache::off(), open).await
    }

    async fn on(places: Arc<Places>, clock: Clock, cache: Cache, open: Option<Db>) -> Self {
        let mut ctx = Context::open(places.folder.path(), clock).await.unwrap();
        ctx.cache = cache;
        if let Some(database) = &places.database {
            ctx.db = Db::postgres(&database.settings, "identity").await.unwrap();
        }
        if let Some(db) = open {
            ctx.db = db;
        }
        let part = chiso_identity::build(ctx.clone()).await.unwrap();
        let channel = mount(part, &ctx).unwrap().channel;
        ctx.auth.connect(channel.clone());
        let client = IdentityServiceClient::new(channel);
        Self { ctx, client, places }
    }

    /// Every byte that is stored.
    pub(crate) fn stored(&self) -> Vec<u8> {
        if let Some(database) = &self.places.database {
            return database.dump();
        }
        let files = std::fs::read_dir(self.places.folder.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    pub(crate) fn id(&self) -> String {
        uuid_v7(self.ctx.clock.now(), bytes()).to_string()
    }

    /// Moves the clock on.
    pub(crate) fn wait(&self, micros: i64) {
        self.ctx.clock.set(self.ctx.clock.now().plus(micros));
    }

    pub(crate) async fn sign_in(
        &mut self,
        login: &str,
        password: &str,
    ) -> Result<pb::SignInResponse, Status> {
        let message = pb::SignInRequest {
            login: login.to_owned(),
            password: password.to_owned(),
            ..Default::default()
        };
        call!(self, sign_in, "", message)
    }

    pub(crate) async fn create(
        &mut self,
        by: &Someone,
        login: &str,
        grants: &[pb::Grant],
    ) -> Result<pb::Person, Status> {
        let message = pb::CreatePersonRequest {
            request_id: self.id(),
            person_id: self.id(),
            login: login.to_owned(),
            name: "Trần Văn Bình".to_owned(),
            password: PASSWORD.to_owned(),
            grants: grants.to_vec(),
            ..Default::default()
        };
        call!(self, create_person, &by.token, message).map(|reply| reply.person.unwrap())
    }

    /// A person of a role, who signed in once and made an API token.
    pub(crate) async fn hire(&mut self, by: &Someone, login: &str, grants: &[pb::Grant]) -> Someone {
        let person = self.create(by, login, grants).await.unwrap();
        let token = self.sign_in(login, PASSWORD).await.unwrap().token;
        let own = Someone {
            id: person.person_id.clone(),
            token,
        };
        let made = self.token_for(&own, &person.person_id).await.unwrap();
        Someone {
            id: person.person_id,
            token: made.secret,
        }
    }

    pub(crate) async fn token_for(
        &mut self,
        by: &Someone,
        person: &str,
    ) -> Result<pb::CreateTokenResponse, Status> {
        let message = pb::CreateTokenRequest {
            request_id: self.id(),
            token_id: self.id(),
            person_id: person.to_owned(),
            label: "máy tính bảng".to_owned(),
            days: 30,
        };
        call!(self, create_token, &by.token, message)
    }

    /// Who the token's owner is, as the next call would see it.
    pub(crate) async fn whoami(&mut self, token: &str) -> Result<pb::Person, Status> {
        call!(self, get_caller, token, pb::GetCallerRequest {}).map(|reply| reply.person.unwrap())
    }

    /// Number of acts, whose chain has to be whole.
    pub(crate) async fn acts(&self) -> i64 {
        match verify(&self.ctx.db, "identity").await.unwrap() {
            Chain::Whole(acts) => acts,
            Chain::Broken(at) => panic!("the journal breaks at {at}"),
        }
    }
}
