//! The clock of the servers under test: a file with decimal microseconds that a debug build reads at every
//! look at the time. It runs with the machine's clock, and is set, stepped back and forward at will.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Real};

use chiso_domain::kernel::Instant;

/// The servers' clock is behind by so much at the most.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Runs until it is dropped.
#[derive(Debug)]
pub(crate) struct TestClock {
    shared: Arc<Shared>,
    ended: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    /// What the clock showed at a moment of the machine's.
    base: Mutex<(Instant, Real)>,
}

impl TestClock {
    pub(crate) fn start(file: &Path, at: Instant) -> Self {
        let shared = Arc::new(Shared {
            file: file.to_owned(),
            base: Mutex::new((at, Real::now())),
        });
        let ended = Arc::new(AtomicBool::new(false));
        shared.write();
        let (ticking, until) = (Arc::clone(&shared), Arc::clone(&ended));
        std::thread::spawn(move || {
            while !until.load(Ordering::SeqCst) {
                ticking.write();
                std::thread::sleep(TICK);
            }
        });
        Self { shared, ended }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.shared.file
    }

    pub(crate) fn now(&self) -> Instant {
        self.shared.now()
    }

    /// Sets it; from there on it runs again.
    pub(crate) fn set(&self, at: Instant) {
        *self.shared.base.lock().unwrap() = (at, Real::now());
        self.shared.write();
    }

    /// Moves it by so many microseconds, backwards too.
    pub(crate) fn step(&self, micros: i64) {
        self.set(self.now().plus(micros));
    }
}

impl Drop for TestClock {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn now(&self) -> Instant {
        let (at, since) = *self.base.lock().unwrap();
        at.plus(i64::try_from(since.elapsed().as_micros()).unwrap_or(0))
    }

    /// Renamed into place, so that nobody reads half a number.
    fn write(&self) {
        let _one_at_a_time = self.base.lock().map(|base| {
            let micros = base
                .0
                .plus(i64::try_from(base.1.elapsed().as_micros()).unwrap_or(0))
                .micros();
            let new = self.file.with_extension("new");
            std::fs::write(&new, micros.to_string()).unwrap();
            std::fs::rename(&new, &self.file).unwrap();
        });
    }
}
