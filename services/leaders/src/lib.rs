//! Leaders' scoring slips become points of the leaders' criterion (content VI).
//!
//! Owns the panel of a cycle, the leaders' drafts, every sent slip, and the decision that stands in for a
//! quorum. Does not own the people and their roles (identity), the calendar and the policy (registry), or
//! what the points add up to (ranking). RPCs: `proto/chiso/leaders/v1/leaders.proto`. Tables: `leaders_*`.
//!
//! Invariants:
//! 1. A slip is visible to its leader and that leader's secretary; for everyone else it does not exist. No
//!    journal row and no progress report carries a mark.
//! 2. Only a sent slip counts, as it was sent; a mark saved later counts when the slip is sent again.
//! 3. Only the leader sends, and only inside the window; nothing sent is ever changed or removed.
//! 4. Below the quorum no points and no marks leave the service, unless Home Affairs decided so.

mod error;
mod letters;
mod policy;
mod rpc;
mod store;
mod usecase;
mod wire;

use chiso_platform::{Context, Error, Part, mail};
use chiso_wire::leaders::leaders_service_server::LeadersServiceServer;
use tonic::service::Routes;

/// Short name: prefix of tables, name in journals.
const SERVICE: &str = "leaders";

/// The service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
}

/// Brings the tables up to date and makes the part to mount.
///
/// # Errors
/// Where a migration fails.
pub async fn build(ctx: Context) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, Some(usecase::REMIND))?;
    Ok(Part {
        name: SERVICE,
        service: "chiso.leaders.v1.LeadersService",
        routes: Routes::new(LeadersServiceServer::new(Service { ctx })),
        policy: policy::POLICY,
    })
}

pub use policy::POLICY;
