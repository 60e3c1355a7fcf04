//! From a leaf's inputs to its points (reading 3.1).
//!
//! One function, [`points`], for every leaf the ledger holds; survey and leaders' leaves have conversions of
//! their own. Invariants:
//! 1. `0 <= points <= max`; of a penalty `0 <= points`, and `points <= cap` where it has one.
//! 2. More achieved never gives less; more faults never give more.
//! 3. A floor is compared as whole numbers, and rounding happens once, half up, at the end.

mod refusal;
#[cfg(test)]
mod tests;

use crate::cycle::policy::Rounding;
use crate::cycle::{Criterion, PenaltyKind, Policy, Rule, Tier};
use crate::index_points::{LeafInput, Quantity};
use crate::kernel::{Decimals, Points, Ratio};

pub use refusal::ScoringRefusal;

/// Most occurrences of one thing that an input may name: beyond it a typing error is certain.
pub const MAX_COUNT: i64 = 1_000_000;

/// What a leaf comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scored {
    /// So many points. Those of a penalty are what is taken off, so never below zero.
    Points(Points),
    /// Nothing was planned (a = 0): it does not apply to the unit, and is not a division (R8).
    NotApplicable,
}

impl Scored {
    /// The points, zero where it does not apply.
    #[must_use]
    pub const fn or_zero(self) -> Points {
        match self {
            Self::Points(points) => points,
            Self::NotApplicable => Points::ZERO,
        }
    }
}

/// Decimals that a leaf keeps: the cycle's, or all four where only the total is rounded.
#[must_use]
pub const fn decimals(policy: &Policy) -> Decimals {
    match policy.rounding {
        Rounding::Leaf => policy.decimals,
        Rounding::Total => Decimals::FOUR,
    }
}

/// Points of a leaf from its inputs.
///
/// # Errors
/// [`ScoringRefusal`] where the input does not fit the rule or lies outside its scale.
pub fn points(leaf: &Criterion, input: &LeafInput, policy: &Policy) -> Result<Scored, ScoringRefusal> {
    let places = decimals(policy);
    let exact = match (&leaf.rule, input) {
        (Rule::Bool, LeafInput::Achieved(yes)) => whole(if *yes { leaf.max } else { Points::ZERO }),
        (Rule::Tier { tiers }, LeafInput::Tier(step)) => whole(tier(tiers, leaf.max, *step)?),
        (Rule::Ratio { floor_percent }, LeafInput::Ratio { planned, achieved }) => {
            ratio(leaf.max, *floor_percent, *planned, *achieved)
        }
        (Rule::Deduct { each, .. }, LeafInput::Count(faults)) => {
            let lost = each.times(counted(*faults)?);
            whole(if lost < leaf.max {
                leaf.max - lost
            } else {
                Points::ZERO
            })
        }
        (Rule::Add { each, cap, .. }, LeafInput::Count(items)) => {
            whole(each.times(counted(*items)?).min(*cap).min(leaf.max))
        }
        (Rule::External { scale }, LeafInput::External(score)) => external(leaf.max, *scale, *score)?,
        (Rule::Penalty { kinds, cap }, LeafInput::Penalty(items)) => {
            return penalty(kinds, *cap, items, places).map(Scored::Points);
        }
        (Rule::Sum { .. } | Rule::Survey { .. } | Rule::Leaders, _) => {
            return Err(ScoringRefusal::NotScoredHere(leaf.code.clone()));
        }
        (rule, _) => return Err(ScoringRefusal::InputKindWrong(expected(rule))),
    };
    Ok(match exact {
        Some(exact) => Scored::Points(exact.half_up(places).min(leaf.max)),
        None => Scored::NotApplicable,
    })
}

/// Whether an appraiser may give these points directly: they must be a value the rule can reach (BR-23). A
/// ratio may give any, since its inputs are not known then.
///
/// # Errors
/// [`ScoringRefusal::AboveMaximum`] or [`ScoringRefusal::NotOnScale`]; [`ScoringRefusal::PointsNotGiven`]
/// for rules whose points always come from inputs.
pub fn on_scale(rule: &Rule, max: Points, points: Points, decimals: Decimals) -> Result<(), ScoringRefusal> {
    let reachable = match rule {
        Rule::Bool => points == Points::ZERO || points == max,
        // "Không cho điểm" (article 5.2 a): no points can always be given, also where every step gives some.
        Rule::Tier { .. } if points == Points::ZERO => true,
        Rule::Tier { tiers } => return tier(tiers, max, points).map(|_| ()),
        Rule::Ratio { .. } => points >= Points::ZERO && points.fits(decimals),
        Rule::Deduct { each, .. } => {
            points == Points::ZERO || (points < max && multiple(max - points, *each)) || points == max
        }
        Rule::Add { each, cap, .. } => {
            points == (*cap).min(max) || (points < *cap && multiple(points, *each))
        }
        Rule::Sum { .. }
        | Rule::External { .. }
        | Rule::Survey { .. }
        | Rule::Leaders
        | Rule::Penalty { .. } => return Err(ScoringRefusal::PointsNotGiven),
    };
    if points > max {
        Err(ScoringRefusal::AboveMaximum { points, max })
    } else if reachable && points >= Points::ZERO {
        Ok(())
    } else {
        Err(ScoringRefusal::NotOnScale {
            points,
            scale: scale_text(rule, max),
        })
    }
}

fn whole(points: Points) -> Option<Ratio> {
    Ratio::new(i128::from(points.parts()), 1)
}

fn multiple(points: Points, each: Points) -> bool {
    each > Points::ZERO && points.parts() % each.parts() == 0
}

fn counted(count: i64) -> Result<i64, ScoringRefusal> {
    if (0..=MAX_COUNT).contains(&count) {
        Ok(count)
    } else {
        Err(ScoringRefusal::CountOutOfRange(count))
    }
}

fn tier(tiers: &[Tier], max: Points, step: Points) -> Result<Points, ScoringRefusal> {
    if step > max {
        return Err(ScoringRefusal::AboveMaximum { points: step, max });
    }
    if tiers.iter().any(|tier| tier.points == step) {
        return Ok(step);
    }
    Err(ScoringRefusal::NotOnScale {
        points: step,
        scale: tiers_text(tiers),
    })
}

/// `max × min(b/a, 1)` from the floor on; none where nothing was planned. R6: the floor is compared as
/// `b × 100 >= p × a`, never on a quotient that was rounded.
fn ratio(max: Points, floor_percent: u32, planned: Quantity, achieved: Quantity) -> Option<Ratio> {
    let a = i128::from(planned.thousandths());
    let b = i128::from(achieved.thousandths());
    let reached = b * 100 >= i128::from(floor_percent) * a;
    let counted = if reached { b.min(a) } else { 0 };
    Ratio::new(i128::from(max.parts()) * counted, a)
}

fn external(max: Points, scale: u32, score: Quantity) -> Result<Option<Ratio>, ScoringRefusal> {
    let full = i128::from(scale) * 1_000;
    let got = i128::from(score.thousandths());
    if got > full {
        return Err(ScoringRefusal::ScoreAboveScale { score, scale });
    }
    Ok(Ratio::new(i128::from(max.parts()) * got, full))
}

/// What is taken off: each kind times its count, up to the ceiling.
fn penalty(
    kinds: &[PenaltyKind],
    cap: Option<Points>,
    items: &[(usize, i64)],
    places: Decimals,
) -> Result<Points, ScoringRefusal> {
    let mut sum: i128 = 0;
    for (at, (kind, count)) in items.iter().enumerate() {
        if items.iter().take(at).any(|(earlier, _)| earlier == kind) {
            return Err(ScoringRefusal::PenaltyKindTwice(*kind));
        }
        let each = kinds.get(*kind).ok_or(ScoringRefusal::PenaltyKindUnknown {
            kind: *kind,
            kinds: kinds.len(),
        })?;
        sum += i128::from(each.each.parts()) * i128::from(counted(*count)?);
    }
    let exact = Ratio::new(sum, 1).map_or(Points::ZERO, |sum| sum.half_up(places));
    Ok(cap.map_or(exact, |cap| exact.min(cap)).max(Points::ZERO))
}

/// What the rule wants, in words for the message.
const fn expected(rule: &Rule) -> &'static str {
    match rule {
        Rule::Bool => "đạt hoặc không đạt",
        Rule::Tier { .. } => "mức điểm đã chọn",
        Rule::Ratio { .. } => "số kế hoạch (a) và số thực hiện (b)",
        Rule::Deduct { .. } | Rule::Add { .. } => "số lượng",
        Rule::External { .. } => "điểm của chỉ số được nhập",
        Rule::Penalty { .. } => "số lần của từng loại vi phạm",
        Rule::Sum { .. } | Rule::Survey { .. } | Rule::Leaders => "không nhập được",
    }
}

fn tiers_text(tiers: &[Tier]) -> String {
    let steps: Vec<String> = tiers.iter().map(|tier| tier.points.to_string()).collect();
    steps.join("; ")
}

fn scale_text(rule: &Rule, max: Points) -> String {
    match rule {
        Rule::Bool => format!("0.00; {max}"),
        Rule::Tier { tiers } => tiers_text(tiers),
        Rule::Deduct { each, .. } => format!("{max} trừ từng bước {each}, không dưới 0"),
        Rule::Add { each, cap, .. } => format!("từng bước {each}, nhiều nhất {}", (*cap).min(max)),
        _ => format!("từ 0.00 đến {max}"),
    }
}
