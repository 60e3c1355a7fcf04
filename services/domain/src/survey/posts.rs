//! From what the survey holds of a unit to what it posts: one state per survey leaf.

use std::collections::{BTreeMap, BTreeSet};

use super::conversion::{ALL_GROUPS, GroupTally, JoinError, Tally, join, points};
use super::shortage::{Held, Standing};
use crate::cycle::{Cycle, Rule};
use crate::index_points::{Basis, NewPoints, Value};
use crate::kernel::{GroupCode, OptionName, QuestionName, UnitCode};
use crate::ranking::leaf_decimals;

/// What the survey holds of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitAnswers {
    /// Plan, valid slips and decisions per group.
    pub groups: BTreeMap<GroupCode, Held>,
    /// How often each option was chosen in valid slips.
    pub counts: BTreeMap<(GroupCode, QuestionName), BTreeMap<OptionName, i64>>,
}

/// The questions each group is asked, for leaves that join groups.
pub type Asked = BTreeMap<GroupCode, BTreeSet<QuestionName>>;

/// The state of every survey leaf of a unit, in the printed order; `closed`: nothing will change it but a
/// decision.
#[must_use]
pub fn unit_posts(
    cycle: &Cycle,
    unit: &UnitCode,
    answers: &UnitAnswers,
    asked: &Asked,
    closed: bool,
) -> Vec<NewPoints> {
    let Some(set) = cycle.index_set(unit) else {
        return Vec::new();
    };
    let decimals = leaf_decimals(&cycle.rules.policy);
    let mut posts = Vec::new();
    for leaf in set.leaves() {
        let Rule::Survey { group, question } = &leaf.rule else {
            continue;
        };
        let (standing, tally) = if group.as_str() == ALL_GROUPS {
            answers.joined(cycle, question, asked)
        } else {
            answers.of_group(cycle, group, question)
        };
        let value = match standing {
            Standing::NotComputable(why) => Value::NotComputable(why),
            Standing::NotApplicable(why) => Value::NotApplicable(why),
            Standing::Counts => points(leaf.max, tally, decimals)
                .map_or_else(|| Value::NotComputable(nothing_rated(question)), Value::Points),
        };
        posts.push(NewPoints {
            cycle: cycle.code.clone(),
            unit: unit.clone(),
            criterion: leaf.code.clone(),
            value,
            last: closed,
            basis: Basis::Survey {
                rated: tally.rated,
                sum: tally.sum,
            },
        });
    }
    posts
}

fn nothing_rated(question: &QuestionName) -> String {
    format!("Không phiếu hợp lệ nào cho điểm câu {question}.")
}

impl UnitAnswers {
    fn of_group(&self, cycle: &Cycle, group: &GroupCode, question: &QuestionName) -> (Standing, Tally) {
        let policy = &cycle.rules.policy.survey;
        let held = self.groups.get(group).cloned().unwrap_or_default();
        let key = (group.clone(), question.clone());
        let tally = self.counts.get(&key).map_or_else(Tally::default, |options| {
            options.iter().fold(Tally::default(), |tally, (option, count)| {
                tally.with(policy.option_values.get(option).copied(), *count)
            })
        });
        (held.standing(policy.min_valid_percent), tally)
    }

    /// Joins the groups that are asked the question. One that does not apply is left out; one that cannot
    /// be computed yet holds up the leaf.
    fn joined(&self, cycle: &Cycle, question: &QuestionName, asked: &Asked) -> (Standing, Tally) {
        let mut parts = Vec::new();
        let mut left_out = None;
        for (group, _) in asked.iter().filter(|(_, questions)| questions.contains(question)) {
            let (standing, tally) = self.of_group(cycle, group, question);
            let planned = self.groups.get(group).map_or(0, |held| held.planned);
            match standing {
                Standing::Counts => parts.push(GroupTally { tally, planned }),
                Standing::NotApplicable(why) => left_out = Some(why),
                Standing::NotComputable(why) => {
                    return (
                        Standing::NotComputable(format!("Nhóm {group}: {why}")),
                        Tally::default(),
                    );
                }
            }
        }
        match (join(cycle.rules.policy.survey.groups, &parts), left_out) {
            (Ok(tally), _) => (Standing::Counts, tally),
            (Err(_), Some(why)) if parts.is_empty() => (Standing::NotApplicable(why), Tally::default()),
            (Err(error), _) => (
                Standing::NotComputable(cannot_join(error, question)),
                Tally::default(),
            ),
        }
    }
}

fn cannot_join(error: JoinError, question: &QuestionName) -> String {
    match error {
        JoinError::NothingRated => nothing_rated(question),
        JoinError::NothingPlanned => "Chưa đặt số phiếu theo kế hoạch nên không có trọng số.".to_owned(),
        JoinError::TooLarge => "Số phiếu quá lớn để gộp các nhóm.".to_owned(),
        JoinError::OwnMaximum => {
            "Chính sách không gộp các nhóm nhưng tiêu chí lấy nhóm ALL. Sửa bộ quy tắc.".to_owned()
        }
    }
}
