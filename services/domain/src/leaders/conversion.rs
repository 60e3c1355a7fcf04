//! From marks to points, in two steps: what is counted is published, the marks are not.

use crate::cycle::policy::{LeadersMean, LeadersPolicy};
use crate::kernel::{Decimals, Points, Ratio};

/// What the mean is taken over. Anyone can compute the points again from it, and nobody a slip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Marks counted; a mark that counts twice is two.
    pub counted: i64,
    /// Their exact sum.
    pub sum: Points,
}

impl Counted {
    /// Whether marks on the form's scale can give it.
    #[must_use]
    pub fn fits(self, policy: &LeadersPolicy) -> bool {
        let most = i128::from(self.counted) * i128::from(policy.scale_max.parts());
        self.counted >= 0 && (0..=most).contains(&i128::from(self.sum.parts()))
    }
}

/// The marks that count under the policy; none where nobody gave a mark.
///
/// `chair_mark` is the chair's and also among `marks`; only [`LeadersMean::ChairTwice`] looks at it.
/// `panel` is the number of leaders whose mark is expected, those who abstained left out; only
/// [`LeadersMean::AbsentAsZero`] looks at it. With fewer than three marks nothing is trimmed.
#[must_use]
pub fn tally(
    policy: &LeadersPolicy,
    marks: &[Points],
    chair_mark: Option<Points>,
    panel: i64,
) -> Option<Counted> {
    let given = i64::try_from(marks.len()).ok()?;
    let (lowest, highest) = (*marks.iter().min()?, *marks.iter().max()?);
    let sum = marks.iter().copied().sum::<Points>();
    let (counted, sum) = match (policy.mean, chair_mark) {
        (LeadersMean::AbsentAsZero, _) => (given.max(panel), sum),
        (LeadersMean::Trimmed, _) if given >= 3 => (given - 2, sum - highest - lowest),
        (LeadersMean::ChairTwice, Some(chair)) => (given + 1, sum + chair),
        (LeadersMean::Returned | LeadersMean::Trimmed | LeadersMean::ChairTwice, _) => (given, sum),
    };
    Some(Counted { counted, sum })
}

/// The points of a leaf: maximum × sum / (counted × top of the scale), rounded once, half up; none where
/// nothing is counted.
#[must_use]
pub fn convert(max: Points, decimals: Decimals, policy: &LeadersPolicy, counted: Counted) -> Option<Points> {
    let exact = Ratio::new(
        i128::from(max.parts()) * i128::from(counted.sum.parts()),
        i128::from(counted.counted) * i128::from(policy.scale_max.parts()),
    )?;
    // A maximum finer than the decimals could be rounded up beyond itself.
    Some(exact.half_up(decimals).min(max))
}
