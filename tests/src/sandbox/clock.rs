//! The clock of a sandbox: one instant for all of its processes.

use std::path::{Path, PathBuf};

use chiso_domain::kernel::Instant;
use chiso_platform::clock::Clock;

/// A clock that stands until it is set. Processes of their own read it from a file.
#[derive(Clone, Debug)]
pub struct TestClock {
    clock: Clock,
    file: Option<PathBuf>,
}

impl TestClock {
    /// Stands at an instant; in a file too, where other processes are to know it.
    pub(super) fn at(now: Instant, file: Option<&Path>) -> Self {
        let clock = Self {
            clock: Clock::simulated(now),
            file: file.map(Path::to_owned),
        };
        clock.set(now);
        clock
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Sets it, everywhere at once.
    pub fn set(&self, at: Instant) {
        if let Some(file) = &self.file {
            // Renamed, so that nobody reads half a number.
            let next = file.with_extension("next");
            std::fs::write(&next, at.micros().to_string()).unwrap();
            std::fs::rename(&next, file).unwrap();
        }
        self.clock.set(at);
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// For services in this process.
    pub(super) fn here(&self) -> Clock {
        self.clock.clone()
    }
}
