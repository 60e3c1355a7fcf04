//! The recheck (phúc tra): a public draw over frozen lists, calls to respondents, and what they take off.
//!
//! Owns lots (frozen lists of valid slips), public seeds and tickets, cases, attempts and findings, and the
//! adjustment of each survey leaf. Does not own slips, answers and respondents (survey), people (identity),
//! the calendar and the policy (registry), or totals (ranking). RPCs: `proto/chiso/recheck/v1/recheck.proto`.
//! Tables: `recheck_*`. How the draw is made, byte by byte: `docs/reference/draw.md`.
//!
//! Invariants:
//! 1. A list is closed before its seed is known; list, seeds, tickets and outcomes never change (triggers).
//! 2. A slip has at most one case, and a case at most one outcome.
//! 3. An officer sees neither first answers nor differences before the own finding is recorded, never
//!    rechecks a slip of their own, and knows of no case but their own.
//! 4. A contact is opened only for the officer of an open case, and the journal has it before the answer.
//! 5. An adjustment follows from the newest survey basis and the void slips alone; each change of either is
//!    posted, also after the lot is concluded.

mod error;
mod letters;
mod names;
mod peers;
mod policy;
mod rpc;
mod store;
mod usecase;
mod wire;

use std::time::Duration;

use chiso_domain::index_points::Source;
use chiso_platform::error::chain;
use chiso_platform::lease::Lease;
use chiso_platform::rpc::Channel;
use chiso_platform::{Context, Error, Part, mail};
use chiso_wire::recheck::recheck_service_server::RecheckServiceServer;
use tonic::service::Routes;

pub use policy::POLICY;

/// Short name: prefix of tables, name in journals.
const SERVICE: &str = "recheck";
/// A lost bell delays the survey's changes by no more than this.
const POLL: Duration = Duration::from_secs(1);
/// However often the bell rings, the feed is asked no more often than this: a flood of slips costs few pulls.
const PACE: Duration = Duration::from_millis(200);

/// The service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
    survey: peers::Survey,
}

/// Brings the tables up to date, begins to follow the survey's feed, and makes the part to mount.
///
/// # Errors
/// Where a migration fails.
pub async fn build(ctx: Context, survey: Channel) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, Some(usecase::REMIND))?;
    let service = Service {
        survey: peers::Survey::new(ctx.clone(), survey),
        ctx: ctx.clone(),
    };
    let lease = Lease::seek(&ctx, SERVICE, "recheck.survey");
    ctx.spawn(follow(service.clone(), lease));
    Ok(Part {
        name: SERVICE,
        service: "chiso.recheck.v1.RecheckService",
        routes: Routes::new(RecheckServiceServer::new(service)),
        policy: POLICY,
    })
}

/// Takes in the survey's feed when its bell rings, and by a slow poll, in one instance at a time. While there is
/// no lot, nothing hangs on it, and the survey is left to its intake.
async fn follow(service: Service, lease: Lease) {
    let mut bell = service.ctx.bells.listen(Source::Survey);
    let mut said = None;
    loop {
        lease.held().await;
        bell.wait(POLL).await;
        let pulled = match store::lot::any(&mut &service.ctx.db).await {
            Ok(false) => Ok(()),
            Ok(true) => service.follow_to_end(&lease).await,
            Err(error) => Err(error.into()),
        };
        let fault = pulled.err().map(|error| (error.reason(), chain(&error)));
        // Once per fault, not once per second.
        if fault != said
            && let Some((reason, cause)) = &fault
        {
            tracing::warn!(feed = "survey", reason, cause, "points cannot be pulled");
        }
        said = fault;
        tokio::time::sleep(PACE).await;
    }
}
