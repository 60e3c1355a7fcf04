//! The ranking as it would stand now, and what is missing for the official one.

use chiso_domain::kernel::{CycleCode, UnitCode, UnitTypeCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::ranking as pb;

use super::compare::{compare, results_sha256};
use super::leaves::leaves;
use super::stock::{Stock, computed};
use crate::{Service, policy, wire};

/// Missing leaves listed at once; a list of them all would not fit into a message at the year's beginning.
const MISSING_MAX: usize = 20_000;

impl Service {
    /// Computes on the points posted until now. Changes nothing.
    pub(crate) async fn get_provisional(
        &self,
        caller: &Caller,
        request: pb::GetProvisionalRequest,
    ) -> Result<pb::GetProvisionalResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROVISIONAL, Some(&cycle))?;
        let only: Option<UnitTypeCode> = parse_optional("unit_type", &request.unit_type)?;
        let cycle = self.ctx.cycles.get(&cycle).await?;
        self.consumer.catch_up().await?;
        let (stock, outcome) = computed(Stock::load(&mut &self.ctx.db, cycle).await?).await?;
        let wanted = |unit_type: &UnitTypeCode| only.as_ref().is_none_or(|only| only == unit_type);
        let units = outcome.units.into_iter().filter(|u| wanted(&u.unit_type));
        let types = outcome.types.into_iter().filter(|t| wanted(&t.unit_type));
        let ties = outcome.open_ties.iter().filter(|t| wanted(&t.unit_type));
        let mut units: Vec<pb::UnitResult> = units.map(|unit| wire::result(&stock.cycle, unit)).collect();
        let types = types.map(|summary| wire::summary(&stock.cycle, summary));
        let mut types: Vec<pb::TypeSummary> = types.collect();
        let results_sha256 = if only.is_none() {
            results_sha256(&units, &types)
        } else {
            String::new()
        };
        let code = &stock.cycle.code;
        let earlier_cycle = compare(&mut &self.ctx.db, code, &mut units, &mut types).await?;
        Ok(pb::GetProvisionalResponse {
            units,
            open_ties: ties.map(wire::open_tie).collect(),
            types,
            earlier_cycle,
            results_sha256,
        })
    }

    /// Every leaf of one unit as it stands now, with what was posted for it. Changes nothing.
    pub(crate) async fn get_provisional_breakdown(
        &self,
        caller: &Caller,
        request: pb::GetProvisionalBreakdownRequest,
    ) -> Result<pb::GetProvisionalBreakdownResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROVISIONAL, Some(&cycle))?;
        let unit: UnitCode = parse("unit", &request.unit)?;
        let cycle = self.ctx.cycles.get(&cycle).await?;
        if !cycle.units.contains_key(&unit) {
            let vi = format!("Đợt đánh giá không có đơn vị “{unit}”. Kiểm tra lại mã đơn vị.");
            return Err(Error::not_found("unit", vi));
        }
        self.consumer.catch_up().await?;
        let stock = Stock::load(&mut &self.ctx.db, cycle).await?;
        let own = stock.posts.iter().filter(|points| points.post.unit == unit);
        Ok(pb::GetProvisionalBreakdownResponse {
            leaves: leaves(&stock.cycle, &unit, own),
        })
    }

    /// Lists what blocks the official computation, and the ties that would stay good. Changes nothing.
    pub(crate) async fn get_readiness(
        &self,
        caller: &Caller,
        request: pb::GetReadinessRequest,
    ) -> Result<pb::GetReadinessResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROVISIONAL, Some(&cycle))?;
        let cycle = self.ctx.cycles.get(&cycle).await?;
        self.consumer.catch_up().await?;
        let (stock, outcome) = computed(Stock::load(&mut &self.ctx.db, cycle).await?).await?;
        let missing = outcome.missing().take(MISSING_MAX);
        Ok(pb::GetReadinessResponse {
            ready: outcome.missing().next().is_none(),
            missing: missing
                .map(|missing| wire::missing(&stock.cycle, missing))
                .collect(),
            open_ties: outcome.open_ties.iter().map(wire::open_tie).collect(),
        })
    }
}
