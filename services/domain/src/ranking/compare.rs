//! How units stand beside each other and beside the cycle before. Readers are told; nothing of it counts for a rank
//! or a class.

use crate::kernel::{Decimals, Points, Ratio};

/// What is printed of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed<'a> {
    /// Content and points, in their order.
    pub contents: Vec<(&'a str, Points)>,
    /// Taken off.
    pub penalty: Points,
    /// The total.
    pub total: Points,
    /// From 1; 0: not ranked.
    pub rank: i32,
}

impl Printed<'_> {
    fn points(&self, content: &str) -> Option<Points> {
        let own = self.contents.iter().find(|(code, _)| *code == content)?;
        Some(own.1)
    }
}

/// Where a unit lost points: `full - lost - penalty - scaled = total`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Losses<'a> {
    /// The maxima together.
    pub full: Points,
    /// What each content lacks to its maximum.
    pub lost: Vec<(&'a str, Points)>,
    /// Scaling and the floor of the total; below zero where they gave points.
    pub scaled: Points,
}

/// What is more now than before, below zero where it is less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since<'a> {
    /// Of the contents that there were before.
    pub contents: Vec<(&'a str, Points)>,
    /// By how much less is taken off.
    pub penalty: Points,
    /// Of the total.
    pub total: Points,
    /// Places up; 0 too where there is no rank now or was none.
    pub places: i32,
}

/// The one in the middle, of an even number the mean of the two in the middle; none of none.
#[must_use]
pub fn median(mut points: Vec<Points>) -> Option<Points> {
    points.sort_unstable();
    let last = points.len().checked_sub(1)?;
    let (low, high) = (points.get(last / 2)?, points.get(points.len() / 2)?);
    // Two printed numbers have a mean of four decimals at the most, unless they have four themselves.
    let mean = Ratio::new(i128::from((*low).parts() + (*high).parts()), 2)?;
    Some(mean.half_up(Decimals::FOUR))
}

/// Where a unit lost points against the maxima of the contents. None where these are not known, or not of all.
#[must_use]
pub fn losses<'a>(maxima: &[(&'a str, Points)], unit: &Printed<'_>) -> Option<Losses<'a>> {
    if maxima.is_empty() {
        return None;
    }
    let mut lost = Vec::with_capacity(maxima.len());
    for (content, max) in maxima {
        lost.push((*content, *max - unit.points(content)?));
    }
    let full: Points = maxima.iter().map(|(_, max)| *max).sum();
    let left = full - lost.iter().map(|(_, lost)| *lost).sum::<Points>() - unit.penalty;
    Some(Losses {
        full,
        lost,
        scaled: left - unit.total,
    })
}

/// What changed since the cycle before.
#[must_use]
pub fn since<'a>(before: &Printed<'_>, now: &Printed<'a>) -> Since<'a> {
    let change = |(content, points): &(&'a str, Points)| Some((*content, *points - before.points(content)?));
    Since {
        contents: now.contents.iter().filter_map(change).collect(),
        penalty: before.penalty - now.penalty,
        total: now.total - before.total,
        places: if now.rank > 0 && before.rank > 0 {
            before.rank - now.rank
        } else {
            0
        },
    }
}

/// So many percent of so many units, before it is rounded.
#[must_use]
pub fn share(base: i32, percent: i32) -> Points {
    let hundredths = i64::from(base).saturating_mul(i64::from(percent));
    Points::from_parts(hundredths.saturating_mul(100))
}
