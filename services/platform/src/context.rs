//! What a service is built from: database, clock, keys, callers, the year's frame, bells, tasks.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tonic::Request;

use crate::auth::{Authenticator, Caller, ServiceKey};
use crate::bells::Bells;
use crate::clock::Clock;
use crate::cycles::Cycles;
use crate::db::Db;
use crate::lease::Lease;
use crate::mail::Mailer;
use crate::process::{OpenError, Places, Process, give_back};
use crate::redis::Cache;
use crate::rpc::carry;
use crate::seal::SealKeys;
use crate::tasks::Tasks;

/// What a service is built from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// Short name of the service: "survey".
    pub service: &'static str,
    /// The service's database.
    pub db: Db,
    /// Where `now` comes from.
    pub clock: Clock,
    /// Folder of what is kept beside the database.
    pub data_dir: PathBuf,
    /// Folder of the evidence.
    pub evidence_dir: PathBuf,
    /// Keys for personal data.
    pub seals: SealKeys,
    /// From tokens to callers.
    pub auth: Authenticator,
    /// The year's frame.
    pub cycles: Cycles,
    /// "Pull now".
    pub bells: Bells,
    /// Copies that processes share, or none.
    pub cache: Cache,
    /// Where letters go.
    pub mail: Mailer,
    /// Who this process is among the instances of a service.
    pub instance: Arc<str>,
    pub(crate) service_key: ServiceKey,
    pub(crate) leases: Arc<Mutex<Vec<Lease>>>,
    pub(crate) tasks: Tasks,
}

impl Context {
    /// For one service alone, on SQLite in a data folder.
    ///
    /// # Errors
    /// [`OpenError`], which names the file.
    pub async fn open(data_dir: &Path, clock: Clock) -> Result<Self, OpenError> {
        let process = Process::open(Places::embedded(data_dir), clock)?;
        process.context("chiso").await
    }

    /// A request to a peer, as this service.
    #[must_use]
    pub fn request<T>(&self, service: &str, message: T) -> Request<T> {
        self.signed(service, message, None)
    }

    /// A request to a peer, as this service on behalf of a caller.
    #[must_use]
    pub fn request_for<T>(&self, service: &str, message: T, caller: &Caller) -> Request<T> {
        self.signed(service, message, Some(caller))
    }

    fn signed<T>(&self, service: &str, message: T, caller: Option<&Caller>) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(std::time::Duration::from_secs(30));
        carry(
            &mut request,
            &self.service_key.sign(service, caller, self.clock.now()),
        );
        request
    }

    /// Runs something beside the calls until [`stop`](Self::stop). Where it panics, the process counts as
    /// [broken](Process::broken).
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Ends all tasks and closes the database; where several services share a process, it is the process that
    /// [stops](Process::stop). Calls must have drained before.
    pub async fn stop(&self) {
        self.tasks.end().await;
        give_back(&self.leases).await;
        self.db.close().await;
    }

    #[cfg(feature = "testkit")]
    pub(crate) fn service_key(&self) -> &ServiceKey {
        &self.service_key
    }
}
