//! Limits, quota, council decisions and bars: from places to classes.
//!
//! Whoever may be excellent (limits reached, no bar) takes a place in order of rank; a barred unit leaves its
//! place to the next one (4.23). Units that share a rank share its fate: if there are fewer places than of
//! them, the council chooses, and until then all are good (4.20). Nobody passes such a tie from below.

use std::collections::BTreeMap;

use crate::cycle::policy::{ClassPolicy, QuotaBase, QuotaRounding};
use crate::kernel::{UnitCode, UnitTypeCode};

use super::order::Place;
use super::{Bar, Class, OpenTie, TieDecision};

/// Most excellent units in a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) base: usize,
    pub(crate) places: usize,
}

/// How a unit's class came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause<'a> {
    /// It holds one of the places.
    WithinQuota,
    /// Good enough, but the places are taken.
    QuotaFull,
    /// Good, but below the minimum of the excellent.
    BelowExcellent,
    /// By the limits alone.
    Limits,
    /// Tied at the edge, and the council has not decided.
    Undecided,
    /// Tied at the edge, and the council has decided.
    Council(&'a TieDecision),
    /// Held down.
    Barred(&'a Bar),
}

/// The class of one place.
pub(crate) struct Classed<'a> {
    pub(crate) class: Class,
    pub(crate) cause: Cause<'a>,
}

/// The classes of a type, one per place.
pub(crate) struct Verdict<'a> {
    pub(crate) share: Share,
    pub(crate) classes: Vec<Classed<'a>>,
    /// The tie at the edge, decided or not.
    pub(crate) edge: Option<OpenTie>,
    /// The same while it waits for the council.
    pub(crate) open_tie: Option<OpenTie>,
}

/// The number of places for a base: a share in percent, rounded by policy.
#[must_use]
pub fn quota(base: usize, policy: &ClassPolicy) -> usize {
    let percent = usize::try_from(policy.quota_percent).unwrap_or(100).min(100);
    let hundredths = base.saturating_mul(percent);
    let places = match policy.quota_rounding {
        QuotaRounding::Floor => hundredths / 100,
        QuotaRounding::HalfUp => (hundredths + 50) / 100,
        QuotaRounding::Ceil => hundredths.div_ceil(100),
    };
    if policy.quota_min_one && base > 0 {
        places.max(1)
    } else {
        places
    }
}

/// The class of every place of a type.
pub(crate) fn classify<'a>(
    places: &[Place<'_>],
    unit_type: &UnitTypeCode,
    ties: &'a [TieDecision],
    bars: &BTreeMap<&UnitCode, &'a Bar>,
    policy: &ClassPolicy,
) -> Verdict<'a> {
    let base = match policy.quota_base {
        QuotaBase::RankedUnits => places.len(),
        QuotaBase::GoodUnits => places
            .iter()
            .filter(|p| highest(p, bars, policy).0 >= Class::Good)
            .count(),
    };
    let share = Share {
        base,
        places: quota(base, policy),
    };
    let mut verdict = Verdict {
        share,
        classes: places
            .iter()
            .map(|place| without_quota(place, bars, policy))
            .collect(),
        edge: None,
        open_tie: None,
    };
    fill_places(&mut verdict, places, unit_type, ties);
    verdict
}

/// The class by limits and bar, as if there were no excellent ones.
fn highest<'a>(
    place: &Place<'_>,
    bars: &BTreeMap<&UnitCode, &'a Bar>,
    policy: &ClassPolicy,
) -> (Class, Option<&'a Bar>) {
    let by_limits = if place.total() >= policy.good_min {
        Class::Good
    } else if place.total() >= policy.completed_min {
        Class::Completed
    } else {
        Class::NotCompleted
    };
    let bar = bars
        .get(&place.rated.unit.code)
        .copied()
        .filter(|bar| bar.highest_class < Class::Excellent);
    (bar.map_or(by_limits, |bar| by_limits.min(bar.highest_class)), bar)
}

fn without_quota<'a>(
    place: &Place<'_>,
    bars: &BTreeMap<&UnitCode, &'a Bar>,
    policy: &ClassPolicy,
) -> Classed<'a> {
    let (class, bar) = highest(place, bars, policy);
    let cause = match bar {
        Some(bar) => Cause::Barred(bar),
        None if class < Class::Good => Cause::Limits,
        None if place.total() < policy.excellent_min => Cause::BelowExcellent,
        None => Cause::QuotaFull,
    };
    Classed { class, cause }
}

/// Hands the places out, rank by rank, to those whom nothing but the quota holds back.
fn fill_places<'a>(
    verdict: &mut Verdict<'a>,
    places: &[Place<'_>],
    unit_type: &UnitTypeCode,
    ties: &'a [TieDecision],
) {
    let mut left = verdict.share.places;
    let mut start = 0;
    while start < places.len() && left > 0 {
        let rank = places[start].rank;
        let end = start + places[start..].iter().take_while(|p| p.rank == rank).count();
        let candidates: Vec<usize> = (start..end)
            .filter(|&at| verdict.classes[at].cause == Cause::QuotaFull)
            .collect();
        if candidates.len() <= left {
            for &at in &candidates {
                verdict.classes[at] = Classed {
                    class: Class::Excellent,
                    cause: Cause::WithinQuota,
                };
            }
            left -= candidates.len();
        } else {
            decide_edge(
                verdict,
                places,
                &candidates,
                ties,
                edge(places, &candidates, unit_type, left),
            );
            left = 0;
        }
        start = end;
    }
}

fn edge(places: &[Place<'_>], candidates: &[usize], unit_type: &UnitTypeCode, left: usize) -> OpenTie {
    let mut units: Vec<UnitCode> = candidates
        .iter()
        .map(|&at| places[at].rated.unit.code.clone())
        .collect();
    units.sort();
    OpenTie {
        unit_type: unit_type.clone(),
        units,
        places: left,
    }
}

fn decide_edge<'a>(
    verdict: &mut Verdict<'a>,
    places: &[Place<'_>],
    candidates: &[usize],
    ties: &'a [TieDecision],
    edge: OpenTie,
) {
    let decision = ties.iter().filter(|d| edge.is_decided_by(d)).min();
    for &at in candidates {
        let chosen = decision.is_some_and(|d| d.chosen.contains(&places[at].rated.unit.code));
        verdict.classes[at] = Classed {
            class: if chosen { Class::Excellent } else { Class::Good },
            cause: decision.map_or(Cause::Undecided, Cause::Council),
        };
    }
    if decision.is_none() {
        verdict.open_tie = Some(edge.clone());
    }
    verdict.edge = Some(edge);
}

impl OpenTie {
    /// Whether a decision was made for exactly this tie, and chooses no more than there are places.
    #[must_use]
    pub fn is_decided_by(&self, decision: &TieDecision) -> bool {
        decision.unit_type == self.unit_type
            && decision.units == self.units
            && decision.places == self.places
            && decision.chosen.len() <= self.places
            && decision.chosen.iter().all(|unit| self.units.contains(unit))
    }
}
