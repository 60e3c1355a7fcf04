//! What every page works with: the services, the clock, the year's frame, and the settings.

use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, Instant};
use chiso_platform::auth::ServiceKey;
use chiso_platform::clock::Clock;
use chiso_platform::cycles::Cycles;
use chiso_platform::rng;
use chiso_platform::rpc::Channel;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;

use super::cookie::Cookies;
use super::me::Me;
use super::settings::WebSettings;
use super::trouble::Trouble;
use crate::call::carried;
use crate::{LARGEST_REPLY, Services};

/// As which services know the pages.
const GATEWAY: &str = "gateway";

/// What a page works with. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Web(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    services: Services,
    cycles: Cycles,
    clock: Clock,
    key: ServiceKey,
    settings: WebSettings,
}

macro_rules! clients {
    ($($service:ident: $client:ident),* $(,)?) => {
        impl Web {
            $(
                /// A client of this service.
                pub(crate) fn $service(&self) -> $client<Channel> {
                    $client::new(self.0.services.$service.clone()).max_decoding_message_size(LARGEST_REPLY)
                }
            )*
        }
    };
}

clients! {
    identity: IdentityServiceClient,
    registry: RegistryServiceClient,
    survey: SurveyServiceClient,
    recheck: RecheckServiceClient,
    leaders: LeadersServiceClient,
    ledger: LedgerServiceClient,
    ranking: RankingServiceClient,
}

impl Web {
    pub(crate) fn new(
        services: Services,
        cycles: Cycles,
        (clock, key): (Clock, ServiceKey),
        settings: WebSettings,
    ) -> Self {
        Self(Arc::new(Inner {
            services,
            cycles,
            clock,
            key,
            settings,
        }))
    }

    /// A message to a service from whoever opens the page.
    pub(super) fn ask<T>(&self, me: &Me, message: T) -> tonic::Request<T> {
        self.ask_with(&me.token, message)
    }

    /// A message with the token of a session.
    pub(super) fn ask_with<T>(&self, token: &str, message: T) -> tonic::Request<T> {
        carried(message, Some(&format!("Bearer {token}")))
    }

    /// A message from nobody in particular.
    pub(super) fn ask_openly<T>(&self, message: T) -> tonic::Request<T> {
        carried(message, None)
    }

    /// A message from the pages themselves, of which a service believes what only they can see.
    pub(super) fn ask_as_pages<T>(&self, message: T) -> tonic::Request<T> {
        self.ask_with(&self.0.key.sign(GATEWAY, None, self.now()), message)
    }

    /// The present instant, as the services have it.
    pub(super) fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// An id of our making: of a request, a person, a file.
    pub(super) fn id(&self) -> String {
        rng::uuid_v7(self.now(), rng::bytes()).to_string()
    }

    /// The frame of a cycle that is open, at most one second old.
    pub(super) async fn cycle(&self, code: &CycleCode) -> Result<Arc<Cycle>, Trouble> {
        let found = self.0.cycles.get(code).await;
        found.map_err(|error| tonic::Status::from(error).into())
    }

    /// The same as the registry has it now, for a page that has just changed it: the pages that follow show the change.
    pub(super) async fn cycle_now(&self, code: &CycleCode) -> Result<Arc<Cycle>, Trouble> {
        let found = self.0.cycles.fresh(code).await;
        found.map_err(|error| tonic::Status::from(error).into())
    }

    /// How cookies are set.
    pub(super) fn cookies(&self) -> Cookies {
        Cookies {
            secure: self.0.settings.public_url.is_https(),
        }
    }

    /// What the pages are told.
    pub(super) fn settings(&self) -> &WebSettings {
        &self.0.settings
    }
}
