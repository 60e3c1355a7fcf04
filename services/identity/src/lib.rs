//! Who is calling: people, their roles per cycle and unit, sessions and API tokens.
//!
//! Owns people, credentials, grants, sessions, second factors and tokens. Does not own what a role may do: each service says that of
//! its own RPCs. Guarantees: secrets are stored as hashes only, or sealed where they have to
//! be read again (second factors); an unknown login answers like a wrong password, in the same time; a code counts
//! once; guesses are counted over restarts and instances; a role or token that is taken away ends with the next call, in other processes
//! within a second; there is no default password: the first organiser is made on the server's own machine
//! ([`add_organiser`]).
//!
//! Tables: `identity_person`, `identity_grant`, `identity_token`, `identity_session`, `identity_pending`,
//! `identity_factor`, `identity_recovery`, `identity_failure`.

mod error;
mod letters;
mod password;
mod policy;
mod rpc;
mod store;
mod totp;
mod usecase;

use std::sync::Arc;

use chiso_platform::rpc::Part;
use chiso_platform::{Context, Error, mail};
use chiso_wire::identity::identity_service_server::IdentityServiceServer;
use tonic::service::Routes;

pub use policy::POLICY;
pub use usecase::people::add_organiser;

/// Short name, and prefix of the tables.
const SERVICE: &str = "identity";

/// The service.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
    passwords: Arc<password::Passwords>,
}

/// Brings the tables up to date and builds the service.
///
/// # Errors
/// The database's.
pub async fn build(ctx: Context) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, None)?;
    let service = Service {
        ctx,
        passwords: Arc::default(),
    };
    Ok(Part {
        name: SERVICE,
        service: "chiso.identity.v1.IdentityService",
        routes: Routes::new(IdentityServiceServer::new(service)),
        policy: POLICY,
    })
}
