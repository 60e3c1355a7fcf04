//! Totals, ranks, classes and published versions from the points of all services.
//!
//! Owns the points it received, bars, the council's decisions on ties, and the published versions. Does not
//! own what the points come from (survey, recheck, leaders, ledger), nor how they are added up: that is the
//! pure function [`chiso_domain::ranking::compute`]. RPCs: `proto/chiso/ranking/v1/ranking.proto`. Tables:
//! `ranking_*`.
//!
//! Invariants:
//! 1. Each post counts exactly once: the cursor of a feed moves in the transaction that stores its posts, and
//!    a number that is not the next one stops the feed instead of being skipped.
//! 2. Nothing is published while a leaf of a ranked unit is missing; what is missing is named.
//! 3. A published version never changes. A correction is a new version with a reason; the old one stays
//!    readable and is marked as replaced.
//! 4. A published file can be recomputed byte for byte from itself.

mod consumer;
mod csv;
mod error;
mod letters;
mod peers;
mod policy;
mod rpc;
mod store;
mod usecase;
mod wire;

use std::sync::Arc;

use chiso_platform::rpc::Channel;
use chiso_platform::{Context, Error, Part, mail};
use chiso_wire::ranking::ranking_service_server::RankingServiceServer;
use tonic::service::Routes;

use consumer::Consumer;
use peers::Feeds;

pub use policy::POLICY;

/// Short name: prefix of tables, name in journals.
const SERVICE: &str = "ranking";

/// The service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
    consumer: Arc<Consumer>,
}

/// Brings the tables up to date, starts pulling the four feeds, and makes the part to mount.
///
/// # Errors
/// Where a migration fails.
pub async fn build(
    ctx: Context,
    survey: Channel,
    recheck: Channel,
    leaders: Channel,
    ledger: Channel,
) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, None)?;
    let consumer = Arc::new(Consumer::new(
        ctx.clone(),
        Feeds::new(survey, recheck, leaders, ledger),
    ));
    consumer.start();
    let service = Service { ctx, consumer };
    Ok(Part {
        name: SERVICE,
        service: "chiso.ranking.v1.RankingService",
        routes: Routes::new(RankingServiceServer::new(service)),
        policy: POLICY,
    })
}
