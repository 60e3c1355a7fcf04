//! "Pull now": what a service rings after it posted points.
//!
//! A bell says nothing but that; a lost or doubled one changes nothing, since every consumer also polls.

use std::sync::Arc;
use std::time::Duration;

use chiso_domain::index_points::Source;
use tokio::sync::watch;

/// One bell per source.
#[derive(Clone, Debug, Default)]
pub struct Bells(Arc<[watch::Sender<u64>; 4]>);

impl Bells {
    fn of(&self, source: Source) -> &watch::Sender<u64> {
        let [survey, recheck, leaders, ledger] = &*self.0;
        match source {
            Source::Survey => survey,
            Source::Recheck => recheck,
            Source::Leaders => leaders,
            Source::Ledger => ledger,
        }
    }

    /// After the commit: there is something to pull.
    pub fn ring(&self, source: Source) {
        self.of(source).send_modify(|n| *n = n.wrapping_add(1));
    }

    /// To wait for rings of a source from now on.
    #[must_use]
    pub fn listen(&self, source: Source) -> Listener {
        Listener(self.of(source).subscribe())
    }
}

/// Waits for a bell.
#[derive(Clone, Debug)]
pub struct Listener(watch::Receiver<u64>);

impl Listener {
    /// Until the bell rings, or the time for the next poll has come.
    pub async fn wait(&mut self, poll: Duration) {
        let _either = tokio::time::timeout(poll, self.0.changed()).await;
    }
}
