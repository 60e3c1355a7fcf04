//! What void slips take off the points of a survey leaf: `P(n − v, Σ − σ) − P(n, Σ)`.

use std::collections::BTreeMap;

use crate::cycle::{Criterion, IndexSet, Policy, Rule, policy::Rounding};
use crate::index_points::Value;
use crate::kernel::{CriterionCode, Decimals, GroupCode, OptionName, Points, QuestionName, Ratio};

/// Rated answers of valid slips, and the exact sum of their option values in 1/10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SurveyBasis {
    /// How many.
    pub rated: i64,
    /// Their sum.
    pub sum: i64,
}

/// What one slip gave to one leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The leaf.
    pub criterion: CriterionCode,
    /// The value of the option that was chosen.
    pub value: Points,
}

/// The questions of a group that are rated for the units of an index set, in the printed order.
#[must_use]
pub fn rated_questions(set: &IndexSet, group: &GroupCode) -> Vec<QuestionName> {
    let mut questions = Vec::new();
    for (_, question) in survey_leaves(set, group) {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    }
    questions
}

/// What a slip gives: one part per leaf of its group whose question it answers with an option that has a
/// value. Other options ("không có ý kiến") are not rated and give nothing.
#[must_use]
pub fn contributions(
    set: &IndexSet,
    group: &GroupCode,
    answers: &BTreeMap<QuestionName, String>,
    option_values: &BTreeMap<OptionName, Points>,
) -> Vec<Contribution> {
    let part = |(leaf, question): (&Criterion, &QuestionName)| {
        let option: OptionName = answers.get(question)?.parse().ok()?;
        Some(Contribution {
            criterion: leaf.code.clone(),
            value: *option_values.get(&option)?,
        })
    };
    survey_leaves(set, group).filter_map(part).collect()
}

fn survey_leaves<'a>(
    set: &'a IndexSet,
    of: &'a GroupCode,
) -> impl Iterator<Item = (&'a Criterion, &'a QuestionName)> {
    set.leaves().filter_map(move |leaf| match &leaf.rule {
        Rule::Survey { group, question } if group == of => Some((leaf, question)),
        _ => None,
    })
}

/// The decimals that a leaf is rounded to under a policy.
#[must_use]
pub const fn leaf_decimals(policy: &Policy) -> Decimals {
    match policy.rounding {
        Rounding::Leaf => policy.decimals,
        Rounding::Total => Decimals::FOUR,
    }
}

/// What void slips change. Nothing void changes nothing, whatever the survey says of itself.
#[must_use]
pub fn adjustment(max: Points, decimals: Decimals, survey: SurveyBasis, void: SurveyBasis) -> Value {
    if void.rated == 0 {
        return Value::Points(Points::ZERO);
    }
    let left = SurveyBasis {
        rated: survey.rated - void.rated,
        sum: survey.sum - void.sum,
    };
    if left.rated < 0 || left.sum < 0 {
        return Value::NotComputable("SURVEY_BASIS_BEHIND".to_owned());
    }
    match (converted(max, decimals, left), converted(max, decimals, survey)) {
        (Some(after), Some(before)) => Value::Points(after - before),
        _ => Value::NotComputable("NO_VALID_SLIPS".to_owned()),
    }
}

/// `max × mean option value`, rounded once; none without a rated answer.
fn converted(max: Points, decimals: Decimals, basis: SurveyBasis) -> Option<Points> {
    let numerator = i128::from(max.parts()) * i128::from(basis.sum);
    let denominator = i128::from(basis.rated) * i128::from(crate::kernel::points::SCALE);
    Ratio::new(numerator, denominator).map(|points| points.half_up(decimals))
}
