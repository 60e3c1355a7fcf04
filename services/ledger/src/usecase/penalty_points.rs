//! What penalties take off: accepted proposals of a row joined, under the row's ceiling.

use std::collections::BTreeMap;

use chiso_domain::appraisal::penalty;
use chiso_domain::cycle::{Cycle, Rule};
use chiso_domain::index_points::{LeafInput, NewPoints, Source};
use chiso_domain::kernel::{CriterionCode, Instant, Refusal, UnitCode};
use chiso_domain::scoring;
use chiso_platform::db::Tx;
use chiso_platform::{Error, feed};

use super::close::NAMED_GAPS;
use super::post;
use crate::SERVICE;
use crate::error::LedgerRefusal;
use crate::store::penalty::PenaltyState;
use crate::store::{self, Place};

/// The final points of every penalty row: zero where nothing was accepted.
pub(super) async fn all(tx: &mut Tx, cycle: &Cycle) -> Result<Vec<NewPoints>, Error> {
    let mut accepted: BTreeMap<(UnitCode, CriterionCode), Vec<LeafInput>> = BTreeMap::new();
    let mut open = Vec::new();
    for penalty in store::penalty::of_cycle(tx, &cycle.code).await? {
        match penalty.state {
            PenaltyState::Proposed => {
                open.push((
                    penalty.place.object(),
                    "Chủ tịch Hội đồng chưa quyết định".to_owned(),
                ));
            }
            PenaltyState::Decided => {
                let key = (penalty.place.unit, penalty.place.criterion);
                accepted.entry(key).or_default().push(penalty.input);
            }
            PenaltyState::Rejected => {}
        }
    }
    if !open.is_empty() {
        let refusal = LedgerRefusal::PenaltiesOpen(open.len());
        open.truncate(NAMED_GAPS);
        return Err(Error::obstacles(refusal.reason(), refusal.vi(), open));
    }
    let mut posts = Vec::new();
    for unit in cycle.units_in_order() {
        let leaves = cycle
            .index_set(&unit.code)
            .into_iter()
            .flat_map(|set| set.leaves());
        for leaf in leaves.filter(|leaf| matches!(leaf.rule, Rule::Penalty { .. })) {
            let key = (unit.code.clone(), leaf.code.clone());
            let inputs = accepted.get(&key).map(Vec::as_slice).unwrap_or_default();
            let joined = penalty::joined(inputs);
            let points = scoring::points(leaf, &joined, &cycle.rules.policy)?;
            let place = Place {
                cycle: cycle.code.clone(),
                unit: key.0,
                criterion: key.1,
            };
            let version = i64::try_from(inputs.len()).unwrap_or(i64::MAX);
            posts.push(post::post(
                &place,
                post::value(points),
                post::DECIDED,
                (Some(joined), version),
            ));
        }
    }
    Ok(posts)
}

/// When a penalty row's points are posted before the round closes.
pub(super) async fn post_row(tx: &mut Tx, cycle: &Cycle, place: &Place, now: Instant) -> Result<(), Error> {
    let Some(leaf) = cycle.leaf(&place.unit, &place.criterion) else {
        return Err(LedgerRefusal::UnknownCriterion(place.criterion.clone()).into());
    };
    let rows = store::penalty::of_leaf(tx, place).await?;
    let accepted: Vec<LeafInput> = rows
        .into_iter()
        .filter(|row| row.state == PenaltyState::Decided)
        .map(|row| row.input)
        .collect();
    let joined = penalty::joined(&accepted);
    let points = scoring::points(leaf, &joined, &cycle.rules.policy)?;
    let version = i64::try_from(accepted.len()).unwrap_or(i64::MAX);
    let post = post::post(
        place,
        post::value(points),
        post::DECIDED_SO_FAR,
        (Some(joined), version),
    );
    feed::post(tx, SERVICE, Source::Ledger, now, vec![post]).await?;
    Ok(())
}
