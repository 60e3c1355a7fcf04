//! From rated answers to points: exact until the leaf, rounded once.
//!
//! A leaf whose rule names the group [`ALL_GROUPS`] is fed by several groups, joined as the policy says
//! (S3 to S5). Whatever the way, the result is again (rated, sum): for weighted means the groups are brought
//! to a common denominator, so that `max × sum / rated` is the joined mean exactly and anyone can compute
//! the points again from the posted basis.

use crate::cycle::policy::GroupHandling;
use crate::kernel::{Decimals, Points, Ratio, points::SCALE};

/// The group code of a leaf that several groups feed.
pub const ALL_GROUPS: &str = "ALL";

/// Rated answers to one question: how many, and the exact sum of their option values in 1/10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rated answers.
    pub rated: i64,
    /// Sum of option values, 1/10,000.
    pub sum: i64,
}

impl Tally {
    /// With `count` more answers of an option worth `value`; none leaves the tally as it is.
    #[must_use]
    pub fn with(self, value: Option<Points>, count: i64) -> Self {
        match value {
            None => self,
            Some(value) => Self {
                rated: self.rated + count,
                sum: self.sum + value.times(count).parts(),
            },
        }
    }
}

/// `max × mean(option values)`, half up; none where nothing was rated.
#[must_use]
pub fn points(max: Points, tally: Tally, decimals: Decimals) -> Option<Points> {
    let numerator = i128::from(max.parts()) * i128::from(tally.sum);
    let denominator = i128::from(tally.rated) * i128::from(SCALE);
    Ratio::new(numerator, denominator).map(|ratio| ratio.half_up(decimals))
}

/// What one group brings to a joined leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupTally {
    /// Its rated answers.
    pub tally: Tally,
    /// Slips planned for it, the weight of [`GroupHandling::PlannedWeight`].
    pub planned: i64,
}

/// Why groups cannot be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// No group, or a group without a rated answer.
    #[error("a group has no rated answer")]
    NothingRated,
    /// Planned weights without a plan.
    #[error("no slips are planned")]
    NothingPlanned,
    /// Beyond 64 bits.
    #[error("too many answers to join exactly")]
    TooLarge,
    /// Each group has a maximum of its own, so there is nothing to join.
    #[error("groups have maxima of their own")]
    OwnMaximum,
}

/// Joins the groups of a leaf. The result is in lowest terms where groups were weighted, so its `rated` is
/// a denominator and not a number of slips.
///
/// # Errors
/// [`JoinError`], never a silent zero.
pub fn join(handling: GroupHandling, groups: &[GroupTally]) -> Result<Tally, JoinError> {
    if groups.is_empty() || groups.iter().any(|g| g.tally.rated <= 0) {
        return Err(JoinError::NothingRated);
    }
    match handling {
        GroupHandling::OwnMaximum => Err(JoinError::OwnMaximum),
        GroupHandling::Pool => Ok(groups.iter().fold(Tally::default(), |all, g| Tally {
            rated: all.rated + g.tally.rated,
            sum: all.sum + g.tally.sum,
        })),
        GroupHandling::EqualWeight => weighted(groups, |_| 1),
        GroupHandling::PlannedWeight if groups.iter().all(|g| g.planned <= 0) => {
            Err(JoinError::NothingPlanned)
        }
        GroupHandling::PlannedWeight => weighted(groups, |g| g.planned.max(0)),
    }
}

/// `Σ w·(sum/rated) / Σ w` over the least common multiple of the rated numbers, in lowest terms.
fn weighted(groups: &[GroupTally], weight: impl Fn(&GroupTally) -> i64) -> Result<Tally, JoinError> {
    let mut common: i128 = 1;
    for group in groups {
        let rated = i128::from(group.tally.rated);
        common = (common / gcd(common, rated))
            .checked_mul(rated)
            .ok_or(JoinError::TooLarge)?;
    }
    let (mut rated, mut sum) = (0_i128, 0_i128);
    for group in groups {
        let weight = i128::from(weight(group));
        let part = i128::from(group.tally.sum)
            .checked_mul(common / i128::from(group.tally.rated))
            .and_then(|part| part.checked_mul(weight));
        let whole = common.checked_mul(weight);
        sum = part.and_then(|p| sum.checked_add(p)).ok_or(JoinError::TooLarge)?;
        rated = whole
            .and_then(|w| rated.checked_add(w))
            .ok_or(JoinError::TooLarge)?;
    }
    let divisor = gcd(rated, sum).max(1);
    let narrow = |n: i128| i64::try_from(n / divisor).map_err(|_| JoinError::TooLarge);
    Ok(Tally {
        rated: narrow(rated)?,
        sum: narrow(sum)?,
    })
}

const fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

/// Slips to ask for in a population of `population` at a margin of 5%: `N / (1 + 0.0025·N)`, rounded up.
#[must_use]
pub fn sample_size(population: u32) -> u32 {
    let n = u64::from(population);
    // 0.0025 is 1/400; at most 400 for any population.
    u32::try_from((400 * n).div_ceil(400 + n)).unwrap_or(400)
}
