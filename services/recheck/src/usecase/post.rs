//! Posts the adjustment of each survey leaf of some units.

use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::{Basis, NewPoints, Source};
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_domain::recheck::adjustment;
use chiso_platform::Error;
use chiso_platform::db::Tx;
use chiso_platform::feed;

use crate::SERVICE;
use crate::store::basis::{bases, in_lots, voids};

/// Posts what void slips change now, for those of the units that are in a lot; final once it is concluded.
/// Answers how many posts were new.
pub(super) async fn adjustments(
    tx: &mut Tx,
    now: Instant,
    cycle: &Cycle,
    units: &[UnitCode],
) -> Result<usize, Error> {
    let lots = in_lots(tx, &cycle.code, units).await?;
    let bases = bases(tx, &cycle.code, units).await?;
    let voids = voids(tx, &cycle.code, units).await?;
    let policy = &cycle.rules.policy;
    let mut posts = Vec::new();
    for (unit, concluded) in lots {
        for leaf in cycle.index_set(&unit).into_iter().flat_map(|set| set.leaves()) {
            let key = (unit.clone(), leaf.code.clone());
            let survey = bases.get(&key).copied().unwrap_or_default();
            let void = voids.get(&key).copied().unwrap_or_default();
            let Some(value) = adjustment(leaf, policy, survey, void) else {
                continue;
            };
            posts.push(NewPoints {
                cycle: cycle.code.clone(),
                unit: unit.clone(),
                criterion: leaf.code.clone(),
                value,
                last: concluded,
                basis: Basis::Recheck {
                    rated: survey.rated,
                    sum: survey.sum,
                    void_rated: void.rated,
                    void_sum: void.sum,
                },
            });
        }
    }
    Ok(feed::post(tx, SERVICE, Source::Recheck, now, posts).await?)
}
