//! "Pull now": what a service rings after it posted points.
//!
//! A bell says nothing but that; a lost or doubled one changes nothing, since every consumer also polls.
//! Within the process it is heard at once. What rings beyond the process is told by [`Bells::tell`] of each
//! ring here, and brings rings from elsewhere by [`Bells::heard`].

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chiso_domain::index_points::Source;
use tokio::sync::watch;

type Teller = Box<dyn Fn(Source) + Send + Sync>;

/// One bell per source. Cheap to clone; clones ring the same bells.
#[derive(Clone, Default)]
pub struct Bells {
    ropes: Arc<[watch::Sender<u64>; 4]>,
    beyond: Arc<OnceLock<Teller>>,
}

impl std::fmt::Debug for Bells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bells")
    }
}

impl Bells {
    fn of(&self, source: Source) -> &watch::Sender<u64> {
        let [survey, recheck, leaders, ledger] = &*self.ropes;
        match source {
            Source::Survey => survey,
            Source::Recheck => recheck,
            Source::Leaders => leaders,
            Source::Ledger => ledger,
        }
    }

    /// After the commit: there is something to pull.
    pub fn ring(&self, source: Source) {
        self.heard(source);
        if let Some(tell) = self.beyond.get() {
            tell(source);
        }
    }

    /// It rang in another process.
    pub fn heard(&self, source: Source) {
        self.of(source).send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Has each ring of this process told beyond it, by something that never waits. Only the first call counts.
    pub fn tell(&self, beyond: impl Fn(Source) + Send + Sync + 'static) {
        let _first_wins = self.beyond.set(Box::new(beyond));
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
