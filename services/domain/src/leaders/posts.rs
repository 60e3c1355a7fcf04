//! From the sent slips of a panel to the posts of every unit.

use super::{Choice, Choices, Counted, LeaderRole, Panel, convert, panel::leaves, quorum_reached, tally};
use crate::cycle::{Criterion, Cycle};
use crate::index_points::{Basis, NewPoints, Value};
use crate::kernel::{Points, UnitCode};
use crate::scoring;

/// A slip as it was last sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSlip {
    /// Office of the leader.
    pub role: LeaderRole,
    /// Marks and abstentions.
    pub choices: Choices,
}

/// A cycle's scoring at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Scoring<'a> {
    /// The cycle.
    pub cycle: &'a Cycle,
    /// Its panel.
    pub panel: &'a Panel,
    /// Slips that were sent, in any order.
    pub sent: &'a [SentSlip],
    /// Home Affairs decided to count what came, below the quorum.
    pub decided: bool,
    /// The scoring was closed.
    pub closed: bool,
}

impl Scoring<'_> {
    /// Whether what was sent counts: the quorum, or a decision in its place.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.decided || self.quorum_reached()
    }

    /// Whether enough of the panel sent.
    #[must_use]
    pub fn quorum_reached(&self) -> bool {
        let policy = &self.cycle.rules.policy.leaders;
        quorum_reached(policy, count(self.sent.len()), count(self.panel.leaders.len()))
    }

    /// One post per leaders' leaf of each unit, in official order.
    #[must_use]
    pub fn posts(&self) -> Vec<NewPoints> {
        let units = self.cycle.units_in_order().into_iter();
        units
            .flat_map(|unit| leaves(self.cycle, &unit.code).map(|leaf| self.post(&unit.code, leaf)))
            .collect()
    }

    fn post(&self, unit: &UnitCode, leaf: &Criterion) -> NewPoints {
        let scoped = self.panel.marks(self.cycle, unit);
        // Below the quorum nothing leaves this area: the sum over a single slip is its mark.
        let counted = if scoped && self.counts() {
            self.counted(unit)
        } else {
            Counted::default()
        };
        let value = if !scoped {
            Value::NotApplicable("Đơn vị không thuộc danh sách để lãnh đạo cho điểm.".to_owned())
        } else if self.counts() {
            self.value(leaf.max, counted)
        } else {
            Value::NotComputable(format!(
                "Mới có {}/{} lãnh đạo gửi phiếu, cần ít nhất {}% hoặc quyết định của Sở Nội vụ.",
                self.sent.len(),
                self.panel.leaders.len(),
                self.cycle.rules.policy.leaders.quorum_percent
            ))
        };
        NewPoints {
            cycle: self.cycle.code.clone(),
            unit: unit.clone(),
            criterion: leaf.code.clone(),
            value,
            last: self.closed,
            basis: Basis::Leaders {
                counted: counted.counted,
                sum: counted.sum,
            },
        }
    }

    /// What the policy counts of the unit's marks; nothing where there is none.
    fn counted(&self, unit: &UnitCode) -> Counted {
        let (mut marks, mut chair_mark) = (Vec::new(), None);
        let mut panel = count(self.panel.leaders.len());
        for slip in self.sent {
            match slip.choices.get(unit) {
                Some(Choice::Mark(mark)) => {
                    marks.push(*mark);
                    if slip.role == LeaderRole::Chair {
                        chair_mark = Some(*mark);
                    }
                }
                Some(Choice::Abstain) => panel -= 1,
                None => {}
            }
        }
        tally(&self.cycle.rules.policy.leaders, &marks, chair_mark, panel).unwrap_or_default()
    }

    fn value(&self, max: Points, counted: Counted) -> Value {
        let policy = &self.cycle.rules.policy;
        convert(max, scoring::decimals(policy), &policy.leaders, counted).map_or_else(
            || {
                Value::NotComputable(
                    "Không lãnh đạo nào cho điểm đơn vị này. Đề nghị gia hạn để lãnh đạo cho điểm."
                        .to_owned(),
                )
            },
            Value::Points,
        )
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
