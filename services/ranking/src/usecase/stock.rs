//! Everything a result of a cycle depends on, loaded at one moment.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Unit, UnitType};
use chiso_domain::index_points::IndexPoints;
use chiso_domain::ranking::{Bar, Input, LeafPoints, Outcome, TieDecision, compute};
use chiso_platform::Error;
use chiso_platform::db::Reads;

use crate::store;

/// Input of the ranking of one cycle.
#[derive(Clone, Debug)]
pub(super) struct Stock {
    pub(super) cycle: Arc<Cycle>,
    pub(super) posts: Vec<IndexPoints>,
    pub(super) ties: Vec<TieDecision>,
    pub(super) bars: Vec<Bar>,
    types: Vec<UnitType>,
    units: Vec<Unit>,
    points: Vec<LeafPoints>,
}

impl Stock {
    pub(super) async fn load(reads: &mut impl Reads, cycle: Arc<Cycle>) -> Result<Self, Error> {
        let posts = store::received(reads, &cycle.code).await?;
        let ties = store::ties(reads, &cycle.code).await?;
        let bars = store::bars(reads, &cycle.code).await?;
        let point = |points: &IndexPoints| LeafPoints {
            unit: points.post.unit.clone(),
            criterion: points.post.criterion.clone(),
            source: points.source,
            value: points.post.value.clone(),
            last: points.post.last,
            basis: points.post.basis.clone(),
        };
        Ok(Self {
            types: cycle.unit_types.values().cloned().collect(),
            units: cycle.units.values().cloned().collect(),
            points: posts.iter().map(point).collect(),
            cycle,
            posts,
            ties,
            bars,
        })
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            rules: &self.cycle.rules,
            unit_types: &self.types,
            units: &self.units,
            points: &self.points,
            ties: &self.ties,
            bars: &self.bars,
        }
    }
}

/// Computes apart from the threads that answer calls.
pub(super) async fn computed(stock: Stock) -> Result<(Stock, Outcome), Error> {
    apart(stock, |stock| compute(&stock.input())).await
}

/// Runs something long on a stock, on a thread for such things.
pub(super) async fn apart<T: Send + 'static>(
    stock: Stock,
    work: impl FnOnce(&Stock) -> T + Send + 'static,
) -> Result<(Stock, T), Error> {
    let done = tokio::task::spawn_blocking(move || {
        let result = work(&stock);
        (stock, result)
    });
    done.await.map_err(Error::internal)
}
