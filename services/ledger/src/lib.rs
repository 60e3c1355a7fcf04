//! The main scoring ledger: score sheets, evidence, two appraisal rounds, penalties, external indices.
//!
//! **Owns** what units say about their leaves, what appraisers decide, the bytes of evidence, proposed
//! penalties, imported indices. **Does not own** the cycle, its calendar and index sets (registry), survey
//! and leaders' leaves, totals and ranks (ranking).
//!
//! Invariants:
//! 1. A client sends inputs, never a total; points are computed here and lie on the leaf's scale.
//! 2. Every write checks its window with one `now`; no timer locks anything. A sheet whose window is over is
//!    read as locked from the first microsecond, and journalled so by the first write that meets it.
//! 3. Nothing overwrites what somebody else saved: a save, an explanation and a decision name the version
//!    they read.
//! 4. A decision of an open round is seen by its agency, the organiser and the auditor only.
//! 5. A file is on disk, flushed and under its hash, before the row that names it commits.
//! 6. Each act is one journal row with what stood there before and after.
//!
//! See `README.md` for the RPCs and tables.

mod error;
mod files;
mod letters;
mod peers;
mod policy;
mod rpc;
mod store;
mod usecase;
mod view;

use chiso_platform::{Context, Error, Part, mail};
use chiso_wire::ledger::ledger_service_server::LedgerServiceServer;
use tonic::service::Routes;

use files::Files;

/// Short name: of the tables, in the journal, on the bells.
pub const SERVICE: &str = "ledger";

/// The ledger.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
    files: Files,
}

/// Brings the tables up to date, makes the evidence folder, and gives the routes.
///
/// # Errors
/// Where the database or the evidence folder cannot be written.
pub async fn build(ctx: Context) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, Some(usecase::REMIND))?;
    let files = Files::open(&ctx.evidence_dir).await?;
    let server = LedgerServiceServer::new(Service { ctx, files });
    Ok(Part {
        name: SERVICE,
        service: "chiso.ledger.v1.LedgerService",
        routes: Routes::new(server.max_decoding_message_size(9 << 20)),
        policy: policy::POLICY,
    })
}
