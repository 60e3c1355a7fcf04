//! The way of slips into the database: checked one by one, written in groups.
//!
//! One task writes. It takes what is waiting (up to [`BATCH`], without waiting for more), reads what is
//! known about all of it with one statement, decides slip by slip, writes with one statement per table, and
//! answers each caller after the commit. Where a group fails it is done again one by one, so that one bad
//! slip never takes its neighbours along; but not where the database is away, for which no slip can be blamed.
//! The queue is bounded: callers wait when it is full.

mod batch;
mod prepared;

use std::time::Duration;

use chiso_domain::index_points::Source;
use chiso_domain::kernel::SlipId;
use chiso_domain::survey::InvalidReason;
use chiso_platform::error::chain;
use chiso_platform::metrics::metrics;
use chiso_platform::{Context, Error, fault};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tonic::Code;

pub(crate) use prepared::{Prepared, sha256};

/// Slips that may wait.
const QUEUE: usize = 1_024;
/// Slips in one transaction.
const BATCH: usize = 256;
/// The bell rings at most so often: whoever pulls converts all stale units, and need not do it per batch.
const RING_EVERY: Duration = Duration::from_millis(500);

/// What became of a slip that was stored, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) slip_id: SlipId,
    pub(crate) valid: bool,
    pub(crate) reasons: Vec<InvalidReason>,
}

/// A slip that waits, and who waits for it.
#[derive(Debug)]
struct Job {
    slip: Prepared,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

/// The answer that a slip in the queue will get.
pub(crate) type Pending = oneshot::Receiver<Result<Outcome, Error>>;

/// The queue's entrance.
#[derive(Clone, Debug)]
pub(crate) struct Intake(mpsc::Sender<Job>);

impl Intake {
    /// Starts the writer.
    pub(crate) fn start(ctx: &Context) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        ctx.spawn(run(ctx.clone(), receiver));
        Self(sender)
    }

    /// Queues a slip; waits while the queue is full.
    pub(crate) async fn push(&self, slip: Prepared) -> Result<Pending, Error> {
        let (answer, pending) = oneshot::channel();
        let job = Job { slip, answer };
        self.0
            .send(job)
            .await
            .map_err(|_| Error::unavailable("the intake has stopped"))?;
        Ok(pending)
    }

    /// Queues a slip and waits until it is durable or refused.
    pub(crate) async fn take(&self, slip: Prepared) -> Result<Outcome, Error> {
        settled(self.push(slip).await?).await
    }
}

/// Waits for an answer of the writer.
pub(crate) async fn settled(pending: Pending) -> Result<Outcome, Error> {
    pending
        .await
        .unwrap_or_else(|_| Err(Error::unavailable("the intake has stopped")))
}

async fn run(ctx: Context, mut queue: mpsc::Receiver<Job>) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut ring_at: Option<Instant> = None;
    let mut rung = Instant::now();
    let (mut wanted, mut most) = (0, BATCH);
    let mut groups = batch::Groups::default();
    loop {
        let received = match ring_at {
            None => queue.recv_many(&mut waiting, most).await,
            Some(at) => match tokio::time::timeout_at(at, queue.recv_many(&mut waiting, most)).await {
                Ok(received) => received,
                Err(_elapsed) => {
                    ctx.bells.ring(Source::Survey);
                    (ring_at, rung) = (None, Instant::now());
                    continue;
                }
            },
        };
        if received == 0 {
            return;
        }
        gather(&mut queue, &mut waiting, wanted).await;
        let taken = waiting.len();
        metrics().intake(taken, queue.len());
        take(&ctx, &mut groups, std::mem::take(&mut waiting)).await;
        (wanted, most) = next_group(taken, queue.len());
        if rung.elapsed() >= RING_EVERY {
            ctx.bells.ring(Source::Survey);
            (ring_at, rung) = (None, Instant::now());
        } else {
            ring_at = ring_at.or(Some(rung + RING_EVERY));
        }
    }
}

/// How many slips the next group should have at least, and may have at most, after a group of `taken` and with
/// `left` waiting.
///
/// Callers come again as soon as they are answered. If all of them went in step, the machine would either
/// write or answer; so they are kept in two halves, one of which is written while the other one calls.
fn next_group(taken: usize, left: usize) -> (usize, usize) {
    match left {
        0 => (taken / 2, BATCH),
        left if left > taken => (0, usize::midpoint(taken, left).min(BATCH)),
        _ => (0, BATCH),
    }
}

/// Takes along who is ready right now, up to so many: the callers that were just answered are about to come
/// again. Nobody is waited for.
async fn gather(queue: &mut mpsc::Receiver<Job>, waiting: &mut Vec<Job>, wanted: usize) {
    while waiting.len() < wanted {
        let before = waiting.len();
        tokio::task::yield_now().await;
        while waiting.len() < wanted
            && let Ok(job) = queue.try_recv()
        {
            waiting.push(job);
        }
        if waiting.len() == before {
            return;
        }
    }
}

/// Carries a group out and answers everyone in it.
async fn take(ctx: &Context, groups: &mut batch::Groups, jobs: Vec<Job>) {
    let (slips, answers): (Vec<Prepared>, Vec<_>) =
        jobs.into_iter().map(|job| (job.slip, job.answer)).unzip();
    let outcomes = match groups.run(ctx, &slips).await {
        Ok(outcomes) => outcomes,
        Err(error) if slips.len() == 1 => vec![Err(error)],
        // Each one alone would wait as long for a database that is away, and all that queue behind them too.
        Err(error) if error.code() == Code::Unavailable => {
            let cause = chain(&error);
            // Some callers may be gone by now, and a call that was given up logs nothing.
            tracing::error!(slips = slips.len(), cause, "a group of slips could not be stored");
            slips
                .iter()
                .map(|_| Err(Error::unavailable(cause.clone())))
                .collect()
        }
        Err(error) => {
            let cause = chain(&error);
            tracing::warn!(
                slips = slips.len(),
                cause,
                "a group of slips failed; doing it one by one"
            );
            let mut outcomes = Vec::with_capacity(slips.len());
            for slip in &slips {
                outcomes.push(batch::run_one(ctx, slip).await);
            }
            outcomes
        }
    };
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        fault::point("survey.intake.answer");
        // Who has gone away gets the same answer when they ask again.
        let _gone = answer.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many callers, each of whom comes again as soon as somebody waits for it, or while the next group is written.
    fn groups(callers: usize) -> Vec<usize> {
        let (mut answered, mut left) = (0, callers);
        let (mut wanted, mut most) = (0, BATCH);
        let mut groups = Vec::new();
        for _ in 0..12 {
            if left < wanted {
                // They come one after another; the others come while these are written.
                (left, answered) = (wanted, answered - (wanted - left));
            }
            let taken = left.min(most);
            (left, answered) = (left - taken + answered, taken);
            (wanted, most) = next_group(taken, left);
            groups.push(taken);
        }
        groups
    }

    #[test]
    fn a_caller_alone_is_never_held_up() {
        assert_eq!(next_group(1, 0), (0, BATCH));
        assert_eq!(next_group(0, 0), (0, BATCH));
    }

    #[test]
    fn callers_in_step_fall_into_two_halves() {
        assert_eq!(next_group(64, 0), (32, BATCH));
        assert_eq!(next_group(1, 63), (0, 32));
        assert_eq!(groups(64)[2..], [32; 10]);
    }

    #[test]
    fn a_crowd_is_written_in_full_groups() {
        assert_eq!(next_group(BATCH, 768), (0, BATCH));
    }
}
