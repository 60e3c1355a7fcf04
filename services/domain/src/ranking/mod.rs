//! Totals, ties, quota, classes, and the published document (article 6; readings 3.5, 3.6).
//!
//! One pure function, the same for the live view, the official result and anyone's recomputation:
//!
//! ```text
//! ranking::compute(&Input { rules, unit_types, units, points, ties, bars }) -> Outcome
//! ```
//!
//! Invariants, each with a property test:
//! 1. The printed parts add up to the printed total; the order of the input never matters.
//! 2. Ranks depend on totals and on the tie-break contents only, never on a code or a name: units that are
//!    equal in all of them share a rank, and the next rank is left out (1, 2, 2, 4).
//! 3. A class follows from printed numbers, the quota, council decisions and bars.
//! 4. A missing leaf is named and is never a silent zero: its unit gets no class.
//!
//! | file | holds |
//! |---|---|
//! | `types` | what goes in and comes out |
//! | `leaf` | the sources of a leaf together, and what is missing of them |
//! | `sheet` | from an index set and points to contents, penalty, total |
//! | `order` | who stands above whom, and why |
//! | `class` | limits, quota, council decisions, bars |
//! | `reasons` | the Vietnamese sentences |
//! | [`compare`] | medians, where points were lost, what changed since the cycle before |
//! | [`document`] | the published JSON and its offline check |

mod class;
pub mod compare;
pub mod document;
mod leaf;
mod order;
mod reasons;
mod sheet;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::cycle::{Rule, Unit, UnitType};
use crate::index_points::Source;
use crate::kernel::UnitCode;

/// Decimals a leaf is rounded to; rounding at the end keeps all four.
pub use crate::scoring::decimals as leaf_decimals;
pub use class::quota;
pub use types::{
    Bar, Brought, Class, ContentPoints, Gap, Input, LeafPoints, Missing, OpenTie, Outcome, TieDecision,
    TypeSummary, UnitResult,
};

use sheet::{Sheet, Totals};

/// The sources whose points a leaf is the sum of.
#[must_use]
pub const fn expected_sources(rule: &Rule) -> &'static [Source] {
    match rule {
        Rule::Sum { .. } => &[],
        Rule::Survey { .. } => &[Source::Survey, Source::Recheck],
        Rule::Leaders => &[Source::Leaders],
        Rule::Bool
        | Rule::Tier { .. }
        | Rule::Ratio { .. }
        | Rule::Deduct { .. }
        | Rule::Add { .. }
        | Rule::External { .. }
        | Rule::Penalty { .. } => &[Source::Ledger],
    }
}

/// A unit with all that was computed of it, before ranks.
pub(crate) struct Rated<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) totals: Totals<'a>,
    pub(crate) missing: Vec<Missing>,
}

/// Computes everything that is published, from nothing but its arguments.
///
/// Points of units or leaves that the rule set does not know, and of a source that a leaf does not expect,
/// count for nothing. One pass over the points, one over the rows of each unit, one sort per type.
#[must_use]
pub fn compute(input: &Input<'_>) -> Outcome {
    let mut points: BTreeMap<&UnitCode, Vec<&[LeafPoints]>> = BTreeMap::new();
    for run in input.points.chunk_by(|a, b| a.unit == b.unit) {
        points.entry(&run[0].unit).or_default().push(run);
    }
    let mut outcome = Outcome::default();
    for unit_type in types_in_order(input.unit_types) {
        let Some(set) = input.rules.index_sets.get(&unit_type.code) else {
            continue;
        };
        let sheet = Sheet::new(set, &input.rules.policy);
        let mut rated: Vec<Rated<'_>> = input
            .units
            .iter()
            .filter(|unit| unit.unit_type == unit_type.code)
            .map(|unit| {
                let runs = points.get(&unit.code).map_or(&[][..], Vec::as_slice);
                let (totals, missing) = sheet.fill(unit, runs.iter().copied().flatten());
                Rated {
                    unit,
                    totals,
                    missing,
                }
            })
            .collect();
        rated.sort_by_key(|r| (r.unit.order, &r.unit.code));
        rank_type(input, unit_type, rated, &mut outcome);
    }
    outcome
}

fn types_in_order(types: &[UnitType]) -> Vec<&UnitType> {
    let mut seen = BTreeSet::new();
    let mut types: Vec<&UnitType> = types.iter().filter(|t| seen.insert(&t.code)).collect();
    types.sort_by_key(|t| (t.order, &t.code));
    types
}

/// Ranks and classes one type, and adds it to the outcome.
fn rank_type(input: &Input<'_>, unit_type: &UnitType, rated: Vec<Rated<'_>>, outcome: &mut Outcome) {
    let policy = &input.rules.policy;
    let (ranked, others): (Vec<_>, Vec<_>) = rated.into_iter().partition(|r| r.unit.ranked);
    let placed = order::place(ranked, &policy.classes.tie_break);
    let bars = strictest(input.bars);
    let verdict = class::classify(&placed, &unit_type.code, input.ties, &bars, &policy.classes);
    outcome.types.push(TypeSummary {
        unit_type: unit_type.code.clone(),
        name: unit_type.name.clone(),
        quota_base: verdict.share.base,
        quota: verdict.share.places,
        excellent: verdict
            .classes
            .iter()
            .filter(|c| c.class == Class::Excellent)
            .count(),
    });
    let names: BTreeMap<&UnitCode, &str> = placed
        .iter()
        .map(|p| (&p.rated.unit.code, p.rated.unit.name.as_str()))
        .collect();
    for (at, (place, classed)) in placed.iter().zip(&verdict.classes).enumerate() {
        let mut why = reasons::total(&place.rated.totals, policy);
        why.extend(reasons::rank(&placed, at, policy));
        let complete = place.rated.missing.is_empty();
        if complete {
            why.extend(reasons::class(place, classed, &verdict, &names, policy));
        } else {
            why.push(reasons::incomplete(place.rated.missing.len()));
        }
        let class = complete.then_some(classed.class);
        outcome
            .units
            .push(result(&place.rated, place.rank, place.tied, class, why));
    }
    for rated in &others {
        let mut why = reasons::total(&rated.totals, policy);
        why.push(reasons::not_ranked(rated.missing.len()));
        outcome.units.push(result(rated, 0, false, None, why));
    }
    outcome.open_ties.extend(verdict.open_tie);
}

fn strictest(bars: &[Bar]) -> BTreeMap<&UnitCode, &Bar> {
    let mut by_unit: BTreeMap<&UnitCode, &Bar> = BTreeMap::new();
    for bar in bars {
        let strictest = by_unit.entry(&bar.unit).or_insert(bar);
        *strictest = (*strictest).min(bar);
    }
    by_unit
}

fn result(
    rated: &Rated<'_>,
    rank: usize,
    tied: bool,
    class: Option<Class>,
    reasons: Vec<String>,
) -> UnitResult {
    let content = |c: &sheet::Content<'_>| ContentPoints {
        code: c.row.code.clone(),
        points: c.points,
    };
    UnitResult {
        unit: rated.unit.code.clone(),
        name: rated.unit.name.clone(),
        unit_type: rated.unit.unit_type.clone(),
        contents: rated.totals.contents.iter().map(content).collect(),
        penalty: rated.totals.penalty,
        total: rated.totals.total,
        rank,
        tied,
        class,
        reasons,
        missing: rated.missing.clone(),
    }
}

#[cfg(test)]
mod tests;
