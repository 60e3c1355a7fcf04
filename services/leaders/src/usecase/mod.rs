//! One file per verb: authorise, load, decide in the domain, store, post.

mod close_scoring;
mod decide_quorum;
mod get_progress;
mod get_slip;
mod late;
mod save_mark;
mod send_slip;
mod set_panel;

pub(crate) use late::REMIND;

use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CycleCode, Instant, PersonId};
use chiso_domain::leaders::{Scoring, SentSlip};
use chiso_platform::auth::{Caller, Role};
use chiso_platform::db::{Reads, Tx};
use chiso_platform::journal::{self, Act};
use chiso_platform::{Error, feed};

use crate::error::Refused;
use crate::store::{self, Standing};
use crate::{SERVICE, Service, policy};

impl Service {
    /// The leader whose slip the caller may hold: the caller, or the leader the caller is secretary to. For
    /// all others the slip does not exist.
    fn holder(caller: &Caller, cycle: &CycleCode, leader: Option<PersonId>) -> Result<PersonId, Error> {
        let actor = caller
            .require(policy::HOLD_SLIP, Some(cycle))
            .map_err(|_| Refused::NoSuchSlip)?;
        let me = caller.person()?;
        let leader = leader.unwrap_or(me);
        let own = leader == me && actor.is(Role::Leader);
        let secretary = |scope: &&str| scope.parse() == Ok(leader);
        if own || actor.scopes_as(Role::LeaderSecretary).iter().any(secretary) {
            Ok(leader)
        } else {
            Err(Refused::NoSuchSlip.into())
        }
    }

    /// Posts what the sent slips give, for every unit at once. Call it after the act's own writes.
    async fn post(tx: &mut Tx, cycle: &Cycle, now: Instant) -> Result<(), Error> {
        let standing = standing(tx, &cycle.code).await?;
        let sent = store::sent_slips(tx, &cycle.code, &standing.panel).await?;
        let posts = scoring(cycle, &standing, &sent).posts();
        feed::post(tx, SERVICE, Source::Leaders, now, posts).await?;
        Ok(())
    }

    /// After the commit: there is something to pull.
    fn ring(&self) {
        self.ctx.bells.ring(Source::Leaders);
    }

    async fn record(tx: &mut Tx, now: Instant, act: Act) -> Result<(), Error> {
        Ok(journal::append(tx, SERVICE, now, vec![act]).await?)
    }
}

/// The panel and where the scoring stands.
async fn standing(reads: &mut impl Reads, cycle: &CycleCode) -> Result<Standing, Error> {
    let standing = store::standing(reads, cycle).await?;
    Ok(standing.ok_or(Refused::PanelNotSet)?)
}

fn scoring<'a>(cycle: &'a Cycle, standing: &'a Standing, sent: &'a [SentSlip]) -> Scoring<'a> {
    Scoring {
        cycle,
        panel: &standing.panel,
        sent,
        decided: standing.decision.is_some(),
        closed: standing.closed,
    }
}
