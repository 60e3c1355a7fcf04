//! The only real clock; a simulated year sets its own.
//!
//! A debug build may take its clock from a file, so that a test sets the clock of processes it started: the
//! file named by `CHISO_TEST_CLOCK` holds microseconds since 1970 and is read again at each `now`. A release
//! does not know the variable.
//!
//! How long something lasted is not asked of this clock: it may stand still or be set. Deadlines, caches and
//! leases use `tokio::time`, which never goes back and cannot be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chiso_domain::kernel::Instant;

/// Where `now` comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Simulated(Arc<AtomicI64>),
    #[cfg(debug_assertions)]
    File(Arc<file::Follower>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The clock of a process that serves: the machine's, in a debug build that of the file that
    /// `CHISO_TEST_CLOCK` names.
    #[must_use]
    pub fn of_process() -> Self {
        #[cfg(debug_assertions)]
        if let Some(path) = std::env::var_os("CHISO_TEST_CLOCK") {
            return Self(Source::File(Arc::new(file::Follower::new(path.into()))));
        }
        Self::system()
    }

    /// A clock that stands until it is set.
    #[must_use]
    pub fn simulated(at: Instant) -> Self {
        Self(Source::Simulated(Arc::new(AtomicI64::new(at.micros()))))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::from_micros(match &self.0 {
            Source::System => system_micros(),
            Source::Simulated(micros) => micros.load(Ordering::SeqCst),
            #[cfg(debug_assertions)]
            Source::File(follower) => follower.micros(),
        })
    }

    /// Sets a simulated clock; any other stays as it is.
    pub fn set(&self, at: Instant) {
        if let Source::Simulated(micros) = &self.0 {
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

#[cfg(debug_assertions)]
mod file {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// A clock in a file.
    #[derive(Debug)]
    pub(super) struct Follower {
        path: PathBuf,
        last: AtomicI64,
    }

    impl Follower {
        pub(super) fn new(path: PathBuf) -> Self {
            let last = read(&path).unwrap_or_else(|| {
                panic!(
                    "CHISO_TEST_CLOCK: {} must hold microseconds since 1970",
                    path.display()
                )
            });
            Self {
                path,
                last: AtomicI64::new(last),
            }
        }

        /// What the file says; while it is being written, what it said before.
        pub(super) fn micros(&self) -> i64 {
            match read(&self.path) {
                Some(micros) => {
                    self.last.store(micros, Ordering::SeqCst);
                    micros
                }
                None => self.last.load(Ordering::SeqCst),
            }
        }
    }

    fn read(path: &std::path::Path) -> Option<i64> {
        std::fs::read_to_string(path).ok()?.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_file_follows_it_and_stands_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clock");
        std::fs::write(&path, "1000000\n").unwrap();
        let clock = Clock(Source::File(Arc::new(file::Follower::new(path.clone()))));
        assert_eq!(clock.now().micros(), 1_000_000);
        std::fs::write(&path, "").unwrap();
        assert_eq!(clock.now().micros(), 1_000_000);
        std::fs::write(&path, "2000000").unwrap();
        assert_eq!(clock.now().micros(), 2_000_000);
        clock.set(Instant::from_micros(3));
        assert_eq!(clock.now().micros(), 2_000_000);
    }
}
