//! What void slips take off the points of a survey leaf: `P(n − v, Σ − σ) − P(n, Σ)`.

use std::collections::BTreeMap;

use crate::cycle::{Criterion, IndexSet, Policy, Rule, policy::GroupHandling};
use crate::index_points::Value;
use crate::kernel::{CriterionCode, GroupCode, OptionName, Points, QuestionName};
use crate::ranking::leaf_decimals;
use crate::survey::{ALL_GROUPS, Tally, points};

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
    for (_, question) in leaves_fed_by(set, group) {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    }
    questions
}

/// What a slip gives: one part per leaf that its group feeds and whose question it answers with an option
/// that has a value. Other options ("không có ý kiến") are not rated and give nothing.
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
    leaves_fed_by(set, group).filter_map(part).collect()
}

fn leaves_fed_by<'a>(
    set: &'a IndexSet,
    of: &'a GroupCode,
) -> impl Iterator<Item = (&'a Criterion, &'a QuestionName)> {
    set.leaves().filter_map(move |leaf| match &leaf.rule {
        Rule::Survey { group, question } if group == of || group.as_str() == ALL_GROUPS => {
            Some((leaf, question))
        }
        _ => None,
    })
}

// Why there is no adjustment, as it is said to people.

/// No valid rated answer is left.
pub const NOTHING_LEFT: &str = "Sau phúc tra không còn phiếu hợp lệ nào cho điểm.";
/// More is void than the survey's basis holds.
pub const BASIS_BEHIND: &str = "Phiếu bị loại khi phúc tra nhiều hơn phiếu khảo sát đang tính.";
/// The leaf joins groups by weights.
pub const WEIGHTED: &str =
    "Điểm gộp các nhóm theo trọng số nên không trừ riêng được phiếu bị loại khi phúc tra.";

/// What void slips change on a leaf; none where it is no survey leaf. `survey` is the basis that the survey
/// posted, `void` what void slips had contributed to it. Nothing void changes nothing, whatever the survey
/// says of itself.
#[must_use]
pub fn adjustment(leaf: &Criterion, policy: &Policy, survey: Tally, void: Tally) -> Option<Value> {
    let Rule::Survey { group, .. } = &leaf.rule else {
        return None;
    };
    if void.rated == 0 {
        return Some(Value::Points(Points::ZERO));
    }
    let why = |reason: &str| Some(Value::NotComputable(reason.to_owned()));
    let weighted = matches!(
        policy.survey.groups,
        GroupHandling::EqualWeight | GroupHandling::PlannedWeight
    );
    if group.as_str() == ALL_GROUPS && weighted {
        // The posted basis is then a joined mean: single slips cannot be taken out of it.
        return why(WEIGHTED);
    }
    let left = Tally {
        rated: survey.rated - void.rated,
        sum: survey.sum - void.sum,
    };
    if left.rated < 0 || left.sum < 0 {
        return why(BASIS_BEHIND);
    }
    let converted = |tally| points(leaf.max, tally, leaf_decimals(policy));
    match (converted(left), converted(survey)) {
        (Some(after), Some(before)) => Some(Value::Points(after - before)),
        _ => why(NOTHING_LEFT),
    }
}
