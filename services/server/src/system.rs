//! The services of one process, built leaves first and connected: by local channels with each other, by
//! addresses with those elsewhere.
//!
//! A service is given the channels of those it calls, which are built before it, so a cycle of calls cannot
//! be built.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::Uri;
use chiso_platform::clock::Clock;
use chiso_platform::cycles::Cycles;
use chiso_platform::db::Db;
use chiso_platform::process::{OpenError, Places, Process};
use chiso_platform::rpc::{Channel, Mounted, Part, PolicyFault, mount, nowhere};
use chiso_platform::{Context, Error};
use chiso_wire::DESCRIPTORS;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use crate::peers::{Bounds, Peer};
use crate::plan::Plan;

/// Why a system does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder, the keys, the database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A service did not come up.
    #[error("service {service} did not start")]
    Service {
        /// Which.
        service: &'static str,
        /// Why.
        source: Error,
    },
    /// A service has an RPC without a permission.
    #[error(transparent)]
    Policy(#[from] PolicyFault),
    /// Reflection could not be built from the contract.
    #[error("the contract's descriptors are broken")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// A channel to each service.
#[derive(Clone, Debug)]
pub struct Channels {
    /// People, roles, tokens.
    pub identity: Channel,
    /// The year's frame.
    pub registry: Channel,
    /// Slips.
    pub survey: Channel,
    /// Rechecks.
    pub recheck: Channel,
    /// Leaders' slips.
    pub leaders: Channel,
    /// Score sheets.
    pub ledger: Channel,
    /// Results.
    pub ranking: Channel,
}

/// The services of this process, running.
#[derive(Debug)]
pub struct System {
    /// To every service, here or elsewhere. One that nobody here calls and that has no address is nowhere.
    pub channels: Channels,
    process: Process,
    contexts: BTreeMap<&'static str, Context>,
    peers: Vec<Peer>,
    mounted: Vec<Mounted>,
    health: HealthReporter,
}

/// The channels built so far: those elsewhere first, then each service here as it comes up.
struct Builder {
    process: Process,
    channels: BTreeMap<&'static str, Channel>,
    contexts: BTreeMap<&'static str, Context>,
    mounted: Vec<Mounted>,
}

impl Builder {
    fn to(&self, service: &'static str) -> Channel {
        let known = self.channels.get(service).cloned();
        known.unwrap_or_else(|| nowhere(service))
    }

    async fn add(&mut self, service: &'static str) -> Result<(), StartError> {
        let ctx = self.process.context(service).await?;
        let part = self.part(service, ctx.clone()).await;
        let part = part.map_err(|source| StartError::Service { service, source })?;
        self.process.check_keys(&ctx).await?;
        let mounted = mount(part, &ctx)?;
        self.channels.insert(service, mounted.channel.clone());
        self.contexts.insert(service, ctx);
        self.mounted.push(mounted);
        Ok(())
    }

    async fn part(&self, service: &'static str, ctx: Context) -> Result<Part, Error> {
        match service {
            "identity" => chiso_identity::build(ctx).await,
            "registry" => chiso_registry::build(ctx).await,
            "survey" => chiso_survey::build(ctx).await,
            "recheck" => chiso_recheck::build(ctx, self.to("survey")).await,
            "leaders" => chiso_leaders::build(ctx).await,
            "ledger" => chiso_ledger::build(ctx).await,
            "ranking" => {
                let (survey, recheck) = (self.to("survey"), self.to("recheck"));
                chiso_ranking::build(ctx, survey, recheck, self.to("leaders"), self.to("ledger")).await
            }
            other => Err(Error::internal(format!("there is no service {other}"))),
        }
    }

    /// Tells those who ask on behalf of every service here where identity and registry are, once that is known.
    fn tell(&self, known: impl IntoIterator<Item = &'static str>) {
        for service in known {
            match service {
                "identity" => self.process.auth().connect(self.to(service)),
                "registry" => self.process.cycles().connect(self.to(service)),
                _ => {}
            }
        }
    }

    fn channels(&self) -> Channels {
        Channels {
            identity: self.to("identity"),
            registry: self.to("registry"),
            survey: self.to("survey"),
            recheck: self.to("recheck"),
            leaders: self.to("leaders"),
            ledger: self.to("ledger"),
            ranking: self.to("ranking"),
        }
    }
}

impl System {
    /// Opens a data folder and builds every service on it.
    ///
    /// # Errors
    /// [`StartError`], which names the folder, file or service.
    pub async fn start(data_dir: &Path, clock: Clock) -> Result<Self, StartError> {
        let process = Process::open(Places::embedded(data_dir), clock)?;
        Self::run(&Plan::whole(), process, Bounds::default()).await
    }

    /// Builds the services of a plan on a process.
    ///
    /// # Errors
    /// [`StartError`], which names the folder, file, setting or service.
    pub async fn run(plan: &Plan, process: Process, bounds: Bounds) -> Result<Self, StartError> {
        let connect =
            |(service, addresses): (&&'static str, &Vec<Uri>)| Peer::connect(service, addresses, bounds);
        let peers: Vec<Peer> = plan.peers.iter().map(connect).collect();
        let mut builder = Builder {
            channels: peers
                .iter()
                .map(|peer| (peer.service, peer.channel.clone()))
                .collect(),
            contexts: BTreeMap::new(),
            mounted: Vec::new(),
            process: process.clone(),
        };
        builder.tell(plan.peers.keys().copied());
        for service in &plan.here {
            builder.add(service).await?;
            builder.tell([*service]);
        }
        Ok(Self {
            channels: builder.channels(),
            process,
            contexts: builder.contexts,
            peers,
            mounted: builder.mounted,
            health: tonic_health::server::health_reporter().0,
        })
    }

    /// Every service here, with reflection and health, for one listener.
    ///
    /// # Errors
    /// [`StartError::Reflection`].
    pub async fn routes(&self) -> Result<Routes, StartError> {
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        self.say(ServingStatus::Serving).await;
        let health = HealthServer::new(HealthService::from_health_reporter(self.health.clone()));
        let shared = Routes::new(reflection).add_service(health).into_axum_router();
        let merge = |all: axum::Router, part: &Mounted| all.merge(unrouted(part.routes.clone()));
        Ok(Routes::from(self.mounted.iter().fold(shared, merge)))
    }

    /// Says by the health service that nothing new should be sent here.
    pub async fn drain(&self) {
        self.say(ServingStatus::NotServing).await;
    }

    async fn say(&self, status: ServingStatus) {
        for part in &self.mounted {
            self.health.set_service_status(part.service, status).await;
        }
    }

    /// Names of the services that run here, in the order they were built.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.mounted.iter().map(|part| part.name).collect()
    }

    /// What a service that runs here was built from.
    #[must_use]
    pub fn context(&self, service: &str) -> Option<&Context> {
        self.contexts.get(service)
    }

    /// The year's frame, as the services here see it.
    #[must_use]
    pub const fn cycles(&self) -> &Cycles {
        self.process.cycles()
    }

    /// Name and channel of each service that runs here.
    #[must_use]
    pub fn local_channels(&self) -> Vec<(&'static str, Channel)> {
        let named = |part: &Mounted| (part.name, part.channel.clone());
        self.mounted.iter().map(named).collect()
    }

    /// Each database of this process, by name: one file, or one per service.
    #[must_use]
    pub fn databases(&self) -> Vec<(String, Db)> {
        let one_file = self.process.places().postgres.is_none();
        let named =
            |(service, ctx): (&&'static str, &Context)| (format!("database.{service}"), ctx.db.clone());
        match self.contexts.values().next() {
            Some(first) if one_file => vec![("database".to_owned(), first.db.clone())],
            _ => self.contexts.iter().map(named).collect(),
        }
    }

    /// The services elsewhere that those here call.
    #[must_use]
    pub fn peers(&self) -> &[Peer] {
        &self.peers
    }

    /// What the services here share.
    #[must_use]
    pub const fn process(&self) -> &Process {
        &self.process
    }

    /// Ends tasks and closes the databases; calls must have drained before.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

/// Each part brings a fallback for unknown RPCs; only one may stay when they are merged.
fn unrouted(routes: Routes) -> axum::Router {
    routes.into_axum_router().reset_fallback()
}
