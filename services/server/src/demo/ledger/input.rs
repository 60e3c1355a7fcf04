//! What a unit enters for a leaf, after its rule and how well the unit does.

use chiso_domain::cycle::Rule;
use chiso_domain::index_points::{LeafInput, Quantity};
use rand::rngs::StdRng;

use crate::demo::truth::{below, percent};

/// Inputs of one leaf; none for rules that units do not enter.
pub(super) fn of(rule: &Rule, quality: u32, dice: &mut StdRng) -> Option<LeafInput> {
    match rule {
        Rule::Bool => Some(LeafInput::Achieved(percent(dice, quality + 6))),
        Rule::Ratio { .. } => {
            let planned = 20 + below(dice, 180);
            let share = (quality + 10 + below(dice, 14)).min(105);
            let achieved = planned * share / 100;
            let whole = |n: u32| Quantity::from_thousandths(i64::from(n) * 1_000).unwrap_or_default();
            Some(LeafInput::Ratio {
                planned: whole(planned),
                achieved: whole(achieved),
            })
        }
        Rule::Tier { tiers } => {
            let step = if percent(dice, quality) { 0 } else { 1 };
            tiers
                .get(step)
                .or(tiers.first())
                .map(|tier| LeafInput::Tier(tier.points))
        }
        Rule::Deduct { .. } => Some(LeafInput::Count(i64::from(below(dice, 100 / quality.max(1) + 1)))),
        Rule::Add { .. } => Some(LeafInput::Count(i64::from(below(dice, 1 + quality / 30)))),
        Rule::Sum { .. }
        | Rule::External { .. }
        | Rule::Survey { .. }
        | Rule::Leaders
        | Rule::Penalty { .. } => None,
    }
}

/// What an appraiser who disagrees reads instead: clearly less, still on the scale.
pub(super) fn less(rule: &Rule, input: &LeafInput) -> LeafInput {
    match (rule, input) {
        (Rule::Ratio { .. }, LeafInput::Ratio { planned, achieved }) => {
            let cut = achieved.thousandths().min(planned.thousandths()) - planned.thousandths() / 8;
            let achieved = Quantity::from_thousandths(cut.max(0)).unwrap_or_default();
            LeafInput::Ratio {
                planned: *planned,
                achieved,
            }
        }
        (Rule::Tier { tiers }, _) => {
            LeafInput::Tier(tiers.iter().map(|tier| tier.points).min().unwrap_or_default())
        }
        (Rule::Deduct { .. }, LeafInput::Count(n)) => LeafInput::Count(n + 1),
        (Rule::Add { .. }, LeafInput::Count(_)) => LeafInput::Count(0),
        (_, LeafInput::Achieved(_)) => LeafInput::Achieved(false),
        (_, other) => other.clone(),
    }
}
