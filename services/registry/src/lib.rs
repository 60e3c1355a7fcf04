//! The year's frame: cycles, calendar, units, index sets, policy, council.
//!
//! Owns: cycles and their windows and extensions, unit types and units with their succession, index sets and
//! policy as one immutable hashed rule set, the council and who appraises what.
//! Does not own: people and roles (identity), scores, slips, points. It calls no other service.
//!
//! Tables: `registry_cycle`, `registry_window`, `registry_extension`, `registry_unit_type`, `registry_unit`,
//! `registry_predecessor`, `registry_index_set`, `registry_council`, `registry_reassignment`.
//!
//! Invariants:
//! 1. A rule set never changes once its cycle is open (a trigger holds that too).
//! 2. A window never ends earlier than it once did.
//! 3. An import changes everything or nothing, and names all its faults at once.
//! 4. In an open cycle no leaf of a unit is appraised by that unit.

mod error;
mod policy;
mod rpc;
mod store;
mod template;
mod usecase;

use chiso_platform::{Context, Error, Part};
use chiso_wire::registry::registry_service_server::RegistryServiceServer;
use tonic::service::Routes;

pub use policy::POLICY;

/// Short name, also the prefix of its tables.
pub const SERVICE: &str = "registry";

/// Largest request: a workbook of 8 MiB and its frame.
const MOST_REQUEST_BYTES: usize = chiso_platform::xlsx::MAX_BYTES + 64 * 1024;

/// The service over its context.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
}

/// Brings the tables up to date and gives the service's part.
///
/// # Errors
/// Where a migration fails.
pub async fn build(ctx: Context) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    let server = RegistryServiceServer::new(Service { ctx }).max_decoding_message_size(MOST_REQUEST_BYTES);
    Ok(Part {
        name: SERVICE,
        service: "chiso.registry.v1.RegistryService",
        routes: Routes::new(server),
        policy: POLICY,
    })
}
