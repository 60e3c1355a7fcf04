//! The threads that everything runs on.

use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// After so many tasks a thread looks for what came from outside: answers of the database's own threads. They
/// must not wait behind a crowd of calls, since all of that crowd waits for them.
const LOOK_OUTSIDE_EVERY: u32 = 2;

/// A thread per core but one, which is left to the database's own threads: on two cores, a call then goes
/// through all of chiso without waking another thread but the one that writes.
///
/// # Errors
/// Where the operating system gives no threads.
pub fn start() -> std::io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads((cores - 1).max(1))
        .global_queue_interval(LOOK_OUTSIDE_EVERY)
        .enable_all()
        .build()
}
