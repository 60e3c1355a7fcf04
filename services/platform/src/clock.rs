//! The only real clock; a simulated year sets its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chiso_domain::kernel::Instant;

/// Where `now` comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands until it is set.
    #[must_use]
    pub fn simulated(at: Instant) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.micros()))))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Some(micros) => Instant::from_micros(micros.load(Ordering::SeqCst)),
            None => Instant::from_micros(system_micros()),
        }
    }

    /// Sets a simulated clock; the machine's clock stays as it is.
    pub fn set(&self, at: Instant) {
        if let Some(micros) = &self.0 {
            micros.store(at.micros(), Ordering::SeqCst);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
fn system_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
