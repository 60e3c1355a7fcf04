//! Every service on one data folder, built leaves first and connected by local channels.
//!
//! The order below is the call graph: a service is given the channels of those before it, so a cycle of
//! calls cannot be built.

use std::path::Path;

use chiso_platform::clock::Clock;
use chiso_platform::context::OpenError;
use chiso_platform::rpc::{Channel, Mounted, Part, PolicyFault, mount};
use chiso_platform::{Context, Error};
use chiso_wire::DESCRIPTORS;
use tonic::service::Routes;

/// Why a system does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
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

/// A running system in this process.
#[derive(Debug)]
pub struct System {
    /// What the services were built from.
    pub ctx: Context,
    /// A channel to each of them.
    pub channels: Channels,
    mounted: Vec<Mounted>,
}

struct Builder {
    ctx: Context,
    mounted: Vec<Mounted>,
}

impl Builder {
    fn add(&mut self, service: &'static str, part: Result<Part, Error>) -> Result<Channel, StartError> {
        let part = part.map_err(|source| StartError::Service { service, source })?;
        let mounted = mount(part, &self.ctx)?;
        let channel = mounted.channel.clone();
        self.mounted.push(mounted);
        Ok(channel)
    }
}

impl System {
    /// Opens a data folder and builds every service on it.
    ///
    /// # Errors
    /// [`StartError`], which names the folder, file or service.
    pub async fn start(data_dir: &Path, clock: Clock) -> Result<Self, StartError> {
        let ctx = Context::open(data_dir, clock).await?;
        let mut builder = Builder {
            ctx: ctx.clone(),
            mounted: Vec::new(),
        };
        let identity = builder.add("identity", chiso_identity::build(ctx.clone()).await)?;
        ctx.auth.connect(identity.clone());
        let registry = builder.add("registry", chiso_registry::build(ctx.clone()).await)?;
        ctx.cycles.connect(registry.clone());
        let survey = builder.add("survey", chiso_survey::build(ctx.clone()).await)?;
        let recheck = builder.add("recheck", chiso_recheck::build(ctx.clone(), survey.clone()).await)?;
        let leaders = builder.add("leaders", chiso_leaders::build(ctx.clone()).await)?;
        let ledger = builder.add("ledger", chiso_ledger::build(ctx.clone()).await)?;
        let (a, b, c, d) = (survey.clone(), recheck.clone(), leaders.clone(), ledger.clone());
        let ranking = builder.add("ranking", chiso_ranking::build(ctx.clone(), a, b, c, d).await)?;
        let channels = Channels {
            identity,
            registry,
            survey,
            recheck,
            leaders,
            ledger,
            ranking,
        };
        Ok(Self {
            ctx,
            channels,
            mounted: builder.mounted,
        })
    }

    /// Every service, with reflection and health, for one listener.
    ///
    /// # Errors
    /// [`StartError::Reflection`].
    pub async fn routes(&self) -> Result<Routes, StartError> {
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        let (reporter, health) = tonic_health::server::health_reporter();
        for part in &self.mounted {
            reporter
                .set_service_status(part.service, tonic_health::ServingStatus::Serving)
                .await;
        }
        let shared = Routes::new(reflection).add_service(health).into_axum_router();
        let merge = |all: axum::Router, part: &Mounted| all.merge(unrouted(part.routes.clone()));
        Ok(Routes::from(self.mounted.iter().fold(shared, merge)))
    }

    /// Names of the services that run here, in the order they were built.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.mounted.iter().map(|part| part.name).collect()
    }

    /// Name and local channel of each service that runs here.
    #[must_use]
    pub fn local_channels(&self) -> Vec<(&'static str, Channel)> {
        self.mounted
            .iter()
            .map(|part| (part.name, part.channel.clone()))
            .collect()
    }

    /// Ends tasks and closes the database; calls must have drained before.
    pub async fn stop(self) {
        self.ctx.stop().await;
    }
}

/// Each part brings a fallback for unknown RPCs; only one may stay when they are merged.
fn unrouted(routes: Routes) -> axum::Router {
    routes.into_axum_router().reset_fallback()
}
