//! Pulls the four feeds to their ends, each post exactly once.
//!
//! Posts and cursor are stored in one transaction; what was stored before is skipped, so a doubled answer, a
//! second consumer or a restart changes nothing. A number that is not the next one is an error, never a
//! gap that nobody sees.
//!
//! Of several instances one follows a feed, by its lease. A call that must see the newest points pulls them
//! itself, whoever follows: the cursor keeps each post to one effect.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chiso_domain::index_points::{IndexPoints, Source};
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_platform::error::chain;
use chiso_platform::lease::Lease;
use chiso_platform::metrics::metrics;
use chiso_platform::{Context, Error, fault, feed};
use chiso_wire::kernel::PullPointsResponse;
use tokio::sync::Mutex;

use crate::SERVICE;
use crate::peers::Feeds;
use crate::store;

/// Covers the loss of a bell.
const POLL: Duration = Duration::from_secs(1);

/// The lease of a feed.
const fn lease_name(source: Source) -> &'static str {
    match source {
        Source::Survey => "ranking.survey",
        Source::Recheck => "ranking.recheck",
        Source::Leaders => "ranking.leaders",
        Source::Ledger => "ranking.ledger",
    }
}

const SOURCES: [Source; 4] = [Source::Survey, Source::Recheck, Source::Leaders, Source::Ledger];

/// The consumer of all feeds.
#[derive(Debug)]
pub(crate) struct Consumer {
    ctx: Context,
    feeds: Feeds,
    /// One pull of a feed at a time: a second one would only read the same posts again. Each feed for itself,
    /// since a service may take long to answer.
    pulling: [Mutex<()>; 4],
}

impl Consumer {
    pub(crate) fn new(ctx: Context, feeds: Feeds) -> Self {
        Self {
            ctx,
            feeds,
            pulling: Default::default(),
        }
    }

    /// Pulls each feed whenever its bell rings, and every second anyway.
    pub(crate) fn start(self: &Arc<Self>) {
        for source in SOURCES {
            let consumer = Arc::clone(self);
            let lease = Lease::seek(&self.ctx, SERVICE, lease_name(source));
            self.ctx
                .spawn(async move { consumer.follow(source, lease).await });
        }
    }

    async fn follow(&self, source: Source, lease: Lease) {
        let mut bell = self.ctx.bells.listen(source);
        let mut said = None;
        loop {
            lease.held().await;
            let pulled = self.pull_to_end(source, Some(&lease)).await;
            let fault = pulled.err().map(|error| (error.reason(), chain(&error)));
            // Once per fault, not once per second.
            if fault != said
                && let Some((reason, cause)) = &fault
            {
                let feed = store::source_name(source);
                tracing::warn!(feed, reason, cause, "points cannot be pulled");
            }
            said = fault;
            bell.wait(POLL).await;
        }
    }

    /// Pulls everything that has been posted until now.
    pub(crate) async fn catch_up(&self) -> Result<(), Error> {
        for source in SOURCES {
            self.pull_to_end(source, None).await?;
        }
        Ok(())
    }

    const fn pulling(&self, source: Source) -> &Mutex<()> {
        let [survey, recheck, leaders, ledger] = &self.pulling;
        match source {
            Source::Survey => survey,
            Source::Recheck => recheck,
            Source::Leaders => leaders,
            Source::Ledger => ledger,
        }
    }

    /// With a lease, only while it is held.
    async fn pull_to_end(&self, source: Source, lease: Option<&Lease>) -> Result<(), Error> {
        let _one = self.pulling(source).lock().await;
        loop {
            let cursor = store::cursor(&mut &self.ctx.db, source).await?;
            let answer = self.feeds.pull(&self.ctx, source, cursor).await?;
            let Some(stands) = self.take(source, cursor, &answer, lease).await? else {
                return Ok(());
            };
            metrics().feed(SERVICE, store::source_name(source), stands, answer.last_seq);
            if stands >= answer.last_seq {
                return Ok(());
            }
        }
    }

    /// Stores an answer and moves the cursor; answers where it stands then. None where the lease was lost.
    async fn take(
        &self,
        source: Source,
        cursor: i64,
        answer: &PullPointsResponse,
        lease: Option<&Lease>,
    ) -> Result<Option<i64>, Error> {
        let posts = feed::next_posts(store::source_name(source), cursor, answer)?;
        let Some(last) = posts.last() else {
            return Ok(Some(cursor));
        };
        let last = last.seq;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(lease) = lease
            && !lease.fence(&mut tx).await?
        {
            return Ok(None);
        }
        if store::cursor(&mut tx, source).await? != cursor {
            // Another process was faster; its posts are these.
            return Ok(Some(cursor));
        }
        if fault::planted("cursor-outside-transaction") {
            store::set_cursor(&mut tx, source, last).await?;
            tx.commit().await?;
            tx = self.ctx.db.begin().await?;
        }
        let newest = newest(posts);
        store::receive(&mut tx, source, newest.values()).await?;
        fault::point("ranking.consumer.received");
        store::set_cursor(&mut tx, source, last).await?;
        tx.commit().await?;
        Ok(Some(last))
    }
}

type Key = (CycleCode, UnitCode, CriterionCode);

/// The newest revision of each leaf among posts.
fn newest(posts: Vec<IndexPoints>) -> BTreeMap<Key, IndexPoints> {
    let mut newest: BTreeMap<Key, IndexPoints> = BTreeMap::new();
    for points in posts {
        let post = &points.post;
        let key = (post.cycle.clone(), post.unit.clone(), post.criterion.clone());
        if newest
            .get(&key)
            .is_none_or(|known| known.revision < points.revision)
        {
            newest.insert(key, points);
        }
    }
    newest
}

#[cfg(test)]
mod tests;
