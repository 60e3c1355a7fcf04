//! Medians, and ratios in thousandths.

use std::time::Duration;

/// Two ways of doing the same, measured in turns, so that a busy machine is busy for both.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    pub(crate) ours: Vec<Duration>,
    pub(crate) bare: Vec<Duration>,
}

impl Turns {
    /// How fast ours is, in thousandths of the other.
    pub(crate) fn speed(&self) -> u128 {
        thousandths(median(&self.bare), median(&self.ours))
    }
}

pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

pub(crate) fn thousandths(part: Duration, whole: Duration) -> u128 {
    part.as_nanos() * 1_000 / whole.as_nanos().max(1)
}

/// So many in that time, per second.
pub(crate) fn per_second(count: usize, time: Duration) -> u128 {
    count as u128 * 1_000_000_000 / time.as_nanos().max(1)
}
