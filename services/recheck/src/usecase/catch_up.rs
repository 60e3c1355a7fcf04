//! Takes in the survey's feed: the newest basis of each leaf, and the adjustments that change with it.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::index_points::{Basis, IndexPoints};
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::db::Reads;
use chiso_platform::error::chain;
use chiso_platform::lease::Lease;
use chiso_platform::metrics::metrics;
use chiso_platform::{Error, feed};

use super::post;
use crate::store::basis::{BasisRow, cursor, in_lots, keep, set_cursor};
use crate::{SERVICE, Service};

/// Who took in an answer of the survey.
enum Taken {
    Here,
    Elsewhere,
    /// It is no longer for this process to follow the feed.
    LeaseLost,
}

type Units = BTreeMap<CycleCode, BTreeSet<UnitCode>>;

impl Service {
    /// Until nothing is left. The cursor moves in the transaction of the effect, so each post of the survey
    /// is taken in exactly once, however many do this at the same time.
    pub(crate) async fn catch_up(&self) -> Result<(), Error> {
        self.pull_to_end(None).await
    }

    /// With a lease, only while it is held.
    async fn pull_to_end(&self, lease: Option<&Lease>) -> Result<(), Error> {
        loop {
            let from = cursor(&mut &self.ctx.db).await?;
            let reply = self.survey.points_after(from).await?;
            let points = feed::next_posts("survey", from, &reply)?;
            let Some(last) = points.last().map(|p| p.seq) else {
                metrics().feed(SERVICE, "survey", from, reply.last_seq);
                return Ok(());
            };
            match self.take_in(from, last, points, lease).await? {
                Taken::LeaseLost => return Ok(()),
                Taken::Elsewhere => {}
                Taken::Here => {
                    metrics().feed(SERVICE, "survey", last, reply.last_seq);
                    if last >= reply.last_seq {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// As the follower of the feed, for as long as it is that.
    pub(crate) async fn follow_to_end(&self, lease: &Lease) -> Result<(), Error> {
        self.pull_to_end(Some(lease)).await
    }

    /// As [`Self::catch_up`], where an older basis will do: the next bell or poll brings the newest.
    pub(crate) async fn catch_up_or_warn(&self) {
        if let Err(error) = self.catch_up().await {
            let (reason, cause) = (error.reason(), chain(&error));
            tracing::warn!(feed = "survey", reason, cause, "points cannot be pulled");
        }
    }

    async fn take_in(
        &self,
        from: i64,
        last: i64,
        points: Vec<IndexPoints>,
        lease: Option<&Lease>,
    ) -> Result<Taken, Error> {
        let (bases, units) = newest(points);
        let mut cycles = Vec::new();
        for code in with_lots(&mut &self.ctx.db, &units).await? {
            cycles.push(self.ctx.cycles.get(&code).await?);
        }
        let now = self.ctx.clock.now();
        let mut tx = self.ctx.db.begin().await?;
        if let Some(lease) = lease
            && !lease.fence(&mut tx).await?
        {
            return Ok(Taken::LeaseLost);
        }
        let taken_in = cursor(&mut tx).await? != from;
        if taken_in || with_lots(&mut tx, &units).await?.len() != cycles.len() {
            // Somebody else took these in meanwhile, or closed the first lot of a cycle: look again.
            return Ok(Taken::Elsewhere);
        }
        keep(&mut tx, &bases).await?;
        set_cursor(&mut tx, last).await?;
        let mut posted = 0;
        for cycle in cycles {
            let changed: Vec<UnitCode> = units.get(&cycle.code).into_iter().flatten().cloned().collect();
            posted += post::adjustments(&mut tx, now, &cycle, &changed).await?;
        }
        tx.commit().await?;
        self.ring(posted);
        Ok(Taken::Here)
    }
}

/// The cycles in which some of the units are in a lot; the others have nothing to adjust.
async fn with_lots(reads: &mut impl Reads, units: &Units) -> Result<Vec<CycleCode>, Error> {
    let mut codes = Vec::new();
    for (code, units) in units {
        let units: Vec<UnitCode> = units.iter().cloned().collect();
        if !in_lots(reads, code, &units).await?.is_empty() {
            codes.push(code.clone());
        }
    }
    Ok(codes)
}

/// The last basis of each leaf, and the units they are of.
fn newest(points: Vec<IndexPoints>) -> (Vec<BasisRow>, Units) {
    let mut bases = BTreeMap::new();
    let mut units = Units::new();
    for IndexPoints { post, .. } in points {
        if let Basis::Survey { rated, sum } = post.basis {
            units
                .entry(post.cycle.clone())
                .or_default()
                .insert(post.unit.clone());
            let key = (post.cycle.clone(), post.unit.clone(), post.criterion.clone());
            let row = BasisRow {
                cycle: post.cycle,
                unit: post.unit,
                criterion: post.criterion,
                rated,
                sum,
            };
            bases.insert(key, row);
        }
    }
    (bases.into_values().collect(), units)
}
