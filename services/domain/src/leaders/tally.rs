//! From the sent slips of a panel to the posts of every unit.

use super::{Choice, Choices, LeaderRole, Panel, convert, panel::leaves, quorum_reached};
use crate::cycle::policy::LeadersMean;
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
        // Below the quorum no mark leaves this area: a single slip could be read off the basis.
        let basis = self.basis(unit, scoped && self.counts());
        let value = if !scoped {
            Value::NotApplicable("Đơn vị không thuộc danh sách để lãnh đạo cho điểm.".to_owned())
        } else if self.counts() {
            self.value(leaf.max, &basis)
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
            basis: basis.into(),
        }
    }

    fn basis(&self, unit: &UnitCode, open: bool) -> Marks {
        let panel = count(self.panel.leaders.len());
        let mut basis = Marks {
            marks: Vec::new(),
            chair_mark: None,
            panel,
        };
        if !open {
            return basis;
        }
        let chair_counts = self.cycle.rules.policy.leaders.mean == LeadersMean::ChairTwice;
        for slip in self.sent {
            match slip.choices.get(unit) {
                Some(Choice::Mark(mark)) => {
                    basis.marks.push(*mark);
                    if chair_counts && slip.role == LeaderRole::Chair {
                        basis.chair_mark = Some(*mark);
                    }
                }
                Some(Choice::Abstain) => basis.panel -= 1,
                None => {}
            }
        }
        // By size, so that nobody's mark is known by its place.
        basis.marks.sort_unstable();
        basis
    }

    fn value(&self, max: Points, basis: &Marks) -> Value {
        let policy = &self.cycle.rules.policy;
        let decimals = scoring::decimals(policy);
        convert(
            max,
            decimals,
            &policy.leaders,
            &basis.marks,
            basis.chair_mark,
            basis.panel,
        )
        .map_or_else(
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

/// [`Basis::Leaders`] with names.
struct Marks {
    marks: Vec<Points>,
    chair_mark: Option<Points>,
    panel: i64,
}

impl From<Marks> for Basis {
    fn from(m: Marks) -> Self {
        Self::Leaders {
            marks: m.marks,
            chair_mark: m.chair_mark,
            panel: m.panel,
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
