//! From an index set and the points of its leaves to contents, penalty and total.
//!
//! A leaf is rounded once (policy `rounding`), everything above is an exact sum, cut where a row has a
//! ceiling. Leaves that do not apply leave the maximum of their rows; what that does to the points is the
//! policy `not_applicable`:
//! - N1 `ignore`: nothing, the unit loses them;
//! - N2 `rescale_content`: the content's points × full maximum / applicable maximum, rounded half up once, at
//!   the content. A content with no applicable leaf at all has nothing to be scaled from, so the rest of the
//!   sheet is scaled up to the full maximum instead, as in N3;
//! - N3 `rescale_total`: the sum of contents × full / applicable maximum, rounded half up with the total.

use std::collections::BTreeMap;

use crate::cycle::policy::NotApplicable;
use crate::cycle::{Criterion, IndexSet, Policy, Rule, Unit};
use crate::kernel::{CriterionCode, Decimals, Points, Ratio};
use crate::scoring;

use super::leaf::{Leaf, Posts, leaf, slot};
use super::{LeafPoints, Missing};

/// An index set with its tree resolved, to be filled in for any number of units.
pub(crate) struct Sheet<'a> {
    policy: &'a Policy,
    rows: Vec<Node<'a>>,
    leaves: BTreeMap<&'a CriterionCode, usize>,
    /// Rows from the deepest up, so that each is done before its parent.
    upwards: Vec<usize>,
}

struct Node<'a> {
    row: &'a Criterion,
    parent: Option<usize>,
    /// It or a row below it is a penalty.
    penal: bool,
    /// It or a row below it gives points.
    giving: bool,
}

/// What has been added up in a row.
#[derive(Clone, Copy, Default)]
struct Sums {
    points: Points,
    penalty: Points,
    full: Points,
    applicable: Points,
    /// The points before the row's own ceiling.
    uncut: Points,
}

/// The points of a content.
pub(crate) struct Content<'a> {
    pub(crate) row: &'a Criterion,
    /// As printed.
    pub(crate) points: Points,
    /// Before scaling.
    pub(crate) earned: Points,
    /// Before scaling and ceiling.
    pub(crate) uncut: Points,
    /// Its maximum, and how much of it applies.
    pub(crate) full: Points,
    pub(crate) applicable: Points,
}

/// A filled sheet.
pub(crate) struct Totals<'a> {
    pub(crate) contents: Vec<Content<'a>>,
    /// Exact sum of the contents.
    pub(crate) sum: Points,
    pub(crate) penalty: Points,
    /// The sum is scaled by `full / applicable`; both equal where it is not.
    pub(crate) full: Points,
    pub(crate) applicable: Points,
    /// Before the floor.
    pub(crate) raw: Points,
    /// As printed.
    pub(crate) total: Points,
}

impl<'a> Sheet<'a> {
    /// Resolves the tree. A row whose parent is not in the set belongs to the nearest row above that is, and
    /// to none only if there is none; so no leaf is ever lost.
    pub(crate) fn new(set: &'a IndexSet, policy: &'a Policy) -> Self {
        let index: BTreeMap<&CriterionCode, usize> = set
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (&row.code, at))
            .collect();
        let mut rows: Vec<Node<'a>> = set
            .rows
            .iter()
            .map(|row| Node {
                row,
                parent: nearest_parent(&row.code, &index),
                penal: matches!(row.rule, Rule::Penalty { .. }),
                giving: row.rule.is_leaf() && !matches!(row.rule, Rule::Penalty { .. }),
            })
            .collect();
        let mut upwards: Vec<usize> = (0..rows.len()).collect();
        upwards.sort_by_key(|&at| std::cmp::Reverse(rows[at].row.code.as_str().matches('.').count()));
        for &at in &upwards {
            if let Some(parent) = rows[at].parent {
                rows[parent].penal |= rows[at].penal;
                rows[parent].giving |= rows[at].giving;
            }
        }
        let leaves = set
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.rule.is_leaf())
            .map(|(at, row)| (&row.code, at))
            .collect();
        Self {
            policy,
            rows,
            leaves,
            upwards,
        }
    }

    /// The totals of a unit and what is missing for them, from the unit's own points.
    pub(crate) fn fill<'p>(
        &self,
        unit: &Unit,
        own: impl Iterator<Item = &'p LeafPoints>,
    ) -> (Totals<'a>, Vec<Missing>) {
        let mut posts: Vec<Posts<'p>> = vec![[None; 4]; self.rows.len()];
        let mut last = 0;
        for post in own {
            if let Some(at) = self.find(&post.criterion, last) {
                posts[at][slot(post.source)] = Some(post);
                last = at;
            }
        }
        let mut missing = Vec::new();
        let mut sums = vec![Sums::default(); self.rows.len()];
        for (at, node) in self.rows.iter().enumerate() {
            if node.row.rule.is_leaf() {
                sums[at] = self.leaf_sums(node.row, &leaf(unit, node.row, &posts[at], &mut missing));
            }
        }
        for &at in &self.upwards {
            sums[at].uncut = sums[at].points;
            if let Rule::Sum { cap: Some(cap) } = &self.rows[at].row.rule {
                sums[at] = sums[at].cut(*cap);
            }
            if let Some(parent) = self.rows[at].parent {
                sums[parent] = sums[parent].plus(sums[at]);
            }
        }
        (self.totals(&sums), missing)
    }

    /// The row of a leaf. Points mostly come in the order of the rows, so the row found last and the next one
    /// are tried before searching.
    fn find(&self, criterion: &CriterionCode, last: usize) -> Option<usize> {
        let is = |at: &usize| {
            let row = self.rows.get(*at).map(|node| node.row);
            row.is_some_and(|row| row.code == *criterion && row.rule.is_leaf())
        };
        let near = [last, last + 1].into_iter().find(is);
        near.or_else(|| self.leaves.get(criterion).copied())
    }

    fn leaf_sums(&self, row: &Criterion, leaf: &Leaf) -> Sums {
        let decimals = scoring::decimals(self.policy);
        if let Rule::Penalty { .. } = row.rule {
            let points = match leaf {
                Leaf::Points(points) => (*points).max(-*points),
                Leaf::NotApplicable => Points::ZERO,
            };
            return Sums {
                penalty: whole(points, decimals),
                ..Sums::default()
            };
        }
        match leaf {
            Leaf::Points(points) => Sums {
                points: whole(*points, decimals),
                full: row.max,
                applicable: row.max,
                ..Sums::default()
            },
            Leaf::NotApplicable => Sums {
                full: row.max,
                ..Sums::default()
            },
        }
    }

    fn totals(&self, sums: &[Sums]) -> Totals<'a> {
        let tops = || {
            self.rows
                .iter()
                .zip(sums)
                .filter(|(node, _)| node.parent.is_none())
        };
        let contents: Vec<Content<'a>> = tops()
            .filter(|(node, _)| node.giving || !node.penal)
            .map(|(node, sums)| self.content(node.row, *sums))
            .collect();
        let sum: Points = contents.iter().map(|c| c.points).sum();
        let penalty: Points = tops().map(|(_, sums)| sums.penalty).sum();
        let full: Points = contents.iter().map(|c| c.full).sum();
        let applicable = match self.policy.not_applicable {
            NotApplicable::Ignore => full,
            NotApplicable::RescaleTotal => contents.iter().map(|c| c.applicable).sum(),
            NotApplicable::RescaleContent => contents
                .iter()
                .filter(|c| c.applicable > Points::ZERO)
                .map(|c| c.full)
                .sum(),
        };
        let [s, p, f, a] = [sum, penalty, full, applicable].map(|points| i128::from(points.parts()));
        let raw = if f == a {
            rounded(s - p, 1, self.policy.decimals)
        } else {
            rounded(s * f - p * a, a, self.policy.decimals)
        };
        Totals {
            contents,
            sum,
            penalty,
            full,
            applicable,
            raw,
            total: raw.max(self.policy.classes.total_floor),
        }
    }

    fn content(&self, row: &'a Criterion, sums: Sums) -> Content<'a> {
        let scaled = self.policy.not_applicable == NotApplicable::RescaleContent
            && sums.applicable < sums.full
            && sums.applicable > Points::ZERO;
        let points = if scaled {
            let [earned, full, applicable] =
                [sums.points, sums.full, sums.applicable].map(|points| i128::from(points.parts()));
            rounded(earned * full, applicable, scoring::decimals(self.policy))
        } else {
            sums.points
        };
        Content {
            row,
            points,
            earned: sums.points,
            uncut: sums.uncut,
            full: sums.full,
            applicable: sums.applicable,
        }
    }
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            points: self.points + other.points,
            penalty: self.penalty + other.penalty,
            full: self.full + other.full,
            applicable: self.applicable + other.applicable,
            uncut: self.uncut,
        }
    }

    fn cut(self, cap: Points) -> Self {
        Self {
            points: self.points.min(cap),
            penalty: self.penalty.min(cap),
            full: self.full.min(cap),
            applicable: self.applicable.min(cap),
            uncut: self.uncut,
        }
    }
}

fn nearest_parent(code: &CriterionCode, index: &BTreeMap<&CriterionCode, usize>) -> Option<usize> {
    let mut above = code.parent();
    while let Some(code) = above {
        if let Some(&at) = index.get(&code) {
            return Some(at);
        }
        above = code.parent();
    }
    None
}

/// Points as a leaf keeps them.
fn whole(points: Points, decimals: Decimals) -> Points {
    if points.fits(decimals) {
        points
    } else {
        rounded(i128::from(points.parts()), 1, decimals)
    }
}

/// Half up; nothing where nothing applies.
fn rounded(numerator: i128, denominator: i128, decimals: Decimals) -> Points {
    Ratio::new(numerator, denominator).map_or(Points::ZERO, |ratio| ratio.half_up(decimals))
}
