//! What is logged: by this process, down to the finest, for tests of what must never be in it; by one thread, for tests
//! of what must.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::subscriber::DefaultGuard;

use crate::telemetry::{Format, subscriber};

/// What was logged.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("no test panicked here")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From the first call on, everything.
///
/// # Panics
/// Where this process logs elsewhere already.
pub fn logs() -> &'static Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let to = logs.clone();
        let all = subscriber(Format::Json, "trace", move || to.clone()).expect("a level");
        tracing::subscriber::set_global_default(all).expect("nothing else logs in tests");
        logs
    })
}

/// The warnings and errors of this thread, until the guard is dropped. With what it begins, in a runtime of its own.
///
/// # Panics
/// Never: the level is one.
#[must_use]
pub fn of_this_thread() -> (Logs, DefaultGuard) {
    let logs = Logs::default();
    let to = logs.clone();
    let lines = subscriber(Format::Json, "warn", move || to.clone()).expect("a level");
    (logs, tracing::subscriber::set_default(lines))
}

impl Logs {
    /// As text.
    ///
    /// # Panics
    /// Where what was logged is no text.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("no test panicked here").clone();
        String::from_utf8(bytes).expect("lines are text")
    }
}
