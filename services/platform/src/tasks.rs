//! What runs beside the calls of a process.
//!
//! A task that panics is gone, and what it did is done by nobody: slips wait in a queue that has no reader, a lease is
//! kept while its feed is not followed. So the process is told, and whoever runs it ends it, to be started again.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The tasks of a process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks {
    running: Arc<Mutex<JoinSet<()>>>,
    broken: watch::Sender<bool>,
}

impl Tasks {
    /// Runs something until it, or the process, ends.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let broken = self.broken.clone();
        let watched = async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!("a task beside the calls panicked; the process has to be started again");
                broken.send_replace(true);
            }
        };
        if let Ok(mut running) = self.running.lock() {
            running.spawn(watched);
        }
    }

    /// Waits until a task panicked.
    pub(crate) async fn broken(&self) {
        let mut broken = self.broken.subscribe();
        let _sender_is_here = broken.wait_for(|broken| *broken).await;
    }

    /// Whether a task panicked.
    pub(crate) fn is_broken(&self) -> bool {
        *self.broken.borrow()
    }

    /// Ends all tasks.
    pub(crate) async fn end(&self) {
        let running = self
            .running
            .lock()
            .map(|mut running| std::mem::take(&mut *running));
        running.unwrap_or_default().shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_noticed_and_the_others_go_on() {
        let tasks = Tasks::default();
        let (ask, asked) = oneshot::channel::<()>();
        let (answer, answered) = oneshot::channel();
        tasks.spawn(async move {
            asked.await.unwrap();
            answer.send(()).unwrap();
        });
        tasks.spawn(async {});
        let unbroken = timeout(Duration::from_millis(50), tasks.broken()).await;
        assert!(unbroken.is_err() && !tasks.is_broken());
        tasks.spawn(async { panic!("as planned") });
        timeout(Duration::from_secs(10), tasks.broken()).await.unwrap();
        assert!(tasks.is_broken());
        ask.send(()).unwrap();
        answered.await.unwrap();
        tasks.end().await;
    }

    #[tokio::test]
    async fn tasks_that_are_ended_are_not_broken() {
        let tasks = Tasks::default();
        tasks.spawn(std::future::pending());
        tasks.end().await;
        assert!(!tasks.is_broken());
    }
}
