//! For tests of one service over its real routes: a throw-away folder, a clock that stands until it is set,
//! a fixed cycle, callers of any role. Only with the feature `testkit`, never in a release.
//!
//! With `CHISO_TEST_DB=postgres` in the environment the service under test has a fresh database of
//! [`postgres`](postgres::postgres) instead of a file.

pub mod keeper;
pub mod logs;
pub mod port;
pub mod postgres;
pub mod redis;
pub mod smtp;

use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{Instant, PersonId};
use tonic::Request;
use uuid::Uuid;

use crate::auth::{Authenticator, Caller, Grant, Person, Role};
use crate::clock::Clock;
use crate::cycles::Cycles;
use crate::db::Db;
use crate::rpc::{Channel, Part, carry, mount};
use crate::{Context, rng};

/// A context for one service.
#[derive(Debug)]
pub struct Testkit {
    /// What the service is built from.
    pub ctx: Context,
    folder: tempfile::TempDir,
    /// Dropped after the context that uses it.
    database: Option<postgres::Database>,
}

/// A caller of a test.
#[derive(Clone, Debug)]
pub struct As {
    role: Role,
    person: Uuid,
    cycle: String,
    unit: String,
}

impl As {
    /// Somebody with a role in every cycle. The same role is the same person unless told otherwise.
    #[must_use]
    pub fn role(role: Role) -> Self {
        let person = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + role as u128);
        Self {
            role,
            person,
            cycle: String::new(),
            unit: String::new(),
        }
    }

    /// For a unit, an agency, or a leader.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.unit);
        self
    }

    /// In one cycle only.
    #[must_use]
    pub fn cycle(mut self, cycle: &str) -> Self {
        cycle.clone_into(&mut self.cycle);
        self
    }

    /// Another person.
    #[must_use]
    pub fn person(mut self, person: Uuid) -> Self {
        self.person = person;
        self
    }

    /// Another person, by number.
    #[must_use]
    pub fn number(self, n: u128) -> Self {
        let id = self.person.as_u128() + (n << 16);
        self.person(Uuid::from_u128(id))
    }

    /// The person's id.
    #[must_use]
    pub fn id(&self) -> PersonId {
        PersonId(self.person)
    }

    fn token(&self) -> String {
        format!(
            "test.{}.{}.{}.{}",
            i32::from(self.role),
            self.person,
            self.cycle,
            self.unit
        )
    }
}

fn caller(token: &str) -> Option<Caller> {
    let mut parts = token.strip_prefix("test.")?.splitn(4, '.');
    let role = Role::try_from(parts.next()?.parse::<i32>().ok()?).ok()?;
    let id: PersonId = parts.next()?.parse().ok()?;
    let (cycle, unit) = (parts.next()?, parts.next()?);
    let grant = Grant {
        role,
        cycle: cycle.parse().ok(),
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
    };
    Some(Caller::Person(Person {
        id,
        name: format!("{role:?}"),
        grants: vec![grant],
        factor_due: false,
    }))
}

/// The service whose crate Cargo is testing.
fn service_under_test() -> &'static str {
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let name = package.strip_prefix("chiso-").unwrap_or_default();
    let found = postgres::SERVICES.into_iter().find(|service| *service == name);
    found.expect("a service's own tests, run by Cargo")
}

impl Testkit {
    /// With one fixed cycle; the clock stands at the given instant.
    ///
    /// # Panics
    /// Where the folder cannot be made.
    pub async fn new(cycle: Cycle, now: Instant) -> Self {
        let kit = Self::without_cycle(now).await;
        let cycles = Cycles::fixed(kit.ctx.service_key().clone(), kit.ctx.clock.clone(), cycle);
        Self {
            ctx: Context { cycles, ..kit.ctx },
            folder: kit.folder,
            database: kit.database,
        }
    }

    /// Without any cycle: for the registry and identity.
    ///
    /// # Panics
    /// Where the folder cannot be made.
    pub async fn without_cycle(now: Instant) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let ctx = Context::open(folder.path(), Clock::simulated(now))
            .await
            .expect("a new folder opens");
        let auth = Authenticator::fixed(ctx.service_key().clone(), Arc::new(caller));
        let (db, database) = match std::env::var("CHISO_TEST_DB").as_deref() {
            Ok("postgres") => {
                let database = postgres::fresh_database().await;
                let db = Db::postgres(&database.settings, service_under_test()).await;
                (db.expect("a fresh database lets the service in"), Some(database))
            }
            _ => (ctx.db.clone(), None),
        };
        Self {
            ctx: Context { auth, db, ..ctx },
            folder,
            database,
        }
    }

    /// The service's database on a server, where it has one there.
    #[must_use]
    pub const fn database(&self) -> Option<&postgres::Database> {
        self.database.as_ref()
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Sets the clock.
    pub fn set_now(&self, at: Instant) {
        self.ctx.clock.set(at);
    }

    /// Mounts a part with the full stack.
    ///
    /// # Panics
    /// Where an RPC has no permission.
    #[must_use]
    pub fn serve(&self, part: Part) -> Channel {
        mount(part, &self.ctx)
            .expect("every RPC has a permission")
            .channel
    }

    /// A request of a person.
    #[must_use]
    pub fn request<T>(&self, message: T, caller: &As) -> Request<T> {
        let mut request = Request::new(message);
        carry(&mut request, &caller.token());
        request
    }

    /// A request of another service.
    #[must_use]
    pub fn request_of_service<T>(&self, service: &str, message: T) -> Request<T> {
        self.ctx.request(service, message)
    }

    /// A new UUIDv7 as text: a request id, a slip id.
    #[must_use]
    pub fn id(&self) -> String {
        rng::uuid_v7(self.ctx.clock.now(), rng::bytes()).to_string()
    }
}
