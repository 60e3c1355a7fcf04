//! From running counts to index points, coalesced: slips only mark their unit as stale, and whoever pulls
//! has all stale units converted first. So a puller sees every slip acknowledged before, and a flood of
//! slips costs as many posts as there are pulls.

use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_domain::survey::{Asked, unit_posts};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::{Error, feed};
use chiso_wire::kernel::{PullPointsRequest, PullPointsResponse};

use crate::store::{campaign, questionnaire, tally};
use crate::{SERVICE, Service, policy};

/// Units converted in one transaction, so that slips get their turn in between.
const AT_ONCE: i64 = 100;

impl Service {
    /// Numbered posts, the stale ones made first.
    pub(crate) async fn pull_points(
        &self,
        caller: &Caller,
        request: PullPointsRequest,
    ) -> Result<PullPointsResponse, Error> {
        caller.require(policy::PULL, None)?;
        self.convert_stale().await?;
        feed::serve_pull(&self.ctx.db, SERVICE, &request).await
    }

    /// Converts each stale unit once. What a flood makes stale meanwhile waits for the next pull, so that
    /// this always ends.
    async fn convert_stale(&self) -> Result<(), Error> {
        let now = self.ctx.clock.now();
        for code in tally::stale_cycles(&mut &self.ctx.db).await? {
            let cycle: Arc<Cycle> = self.ctx.cycles.get(&code).await?;
            let mut after = Some(String::new());
            while let Some(last) = after {
                let mut tx = self.ctx.db.begin().await?;
                let units = tally::stale_units(&mut tx, &code, &last, AT_ONCE).await?;
                convert(&mut tx, &cycle, &units, now).await?;
                tx.commit().await?;
                let more = i64::try_from(units.len()).is_ok_and(|n| n == AT_ONCE);
                after = units.last().filter(|_| more).map(ToString::to_string);
            }
        }
        Ok(())
    }
}

/// Posts the survey leaves of some units and marks them as converted.
pub(super) async fn convert(
    tx: &mut Tx,
    cycle: &Cycle,
    units: &[UnitCode],
    now: Instant,
) -> Result<(), Error> {
    let closed = campaign::find(tx, &cycle.code)
        .await?
        .is_some_and(|c| c.closed_at.is_some());
    let answers = tally::answers_of(tx, &cycle.code, units).await?;
    let mut asked = Asked::new();
    for form in questionnaire::all_current(tx, &cycle.code).await? {
        let questions = form
            .questions
            .into_iter()
            .filter(|q| q.kind.asks())
            .map(|q| q.name)
            .collect();
        asked.insert(form.group, questions);
    }
    let mut posts = Vec::new();
    for unit in units {
        let held = answers.get(unit).cloned().unwrap_or_default();
        posts.extend(unit_posts(cycle, unit, &held, &asked, closed));
    }
    feed::post(tx, SERVICE, Source::Survey, now, posts).await?;
    tally::clear_stale(tx, &cycle.code, units).await?;
    Ok(())
}
