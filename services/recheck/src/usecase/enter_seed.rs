//! Enters the public seed of a stage and draws, in one act.

use chiso_domain::kernel::{Instant, LotId, SlipId};
use chiso_domain::recheck::{Cause, SampleSize, Seed, Stage, StageDraw, draw_stage};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::{parse, text};
use chiso_wire::recheck as pb;
use serde_json::json;

use super::{case_id, locked_lot, person};
use crate::store::lot::{LotRow, StageRow};
use crate::{SERVICE, Service, names, policy, store, wire};

impl Service {
    pub(crate) async fn enter_seed(
        &self,
        caller: &Caller,
        request: &pb::EnterSeedRequest,
    ) -> Result<pb::EnterSeedResponse, Error> {
        let by = person(caller)?;
        let id: LotId = parse("lot_id", &request.lot_id)?;
        let lot = self.visible_lot(caller, policy::ORGANISE, id).await?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "EnterSeed", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycle = self.open_cycle(&lot.cycle, &lot.units, now).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let lot = locked_lot(&mut tx, id).await?;
        let seed = Seed::parse(&request.seed)?;
        let stage = i64::from(request.stage);
        let rules = &cycle.rules.policy.recheck;
        let size = lot
            .state()
            .enter_seed(stage, &seed, i64::from(request.rate_percent), rules)?;
        let entered = entered(request, stage, size, now)?;
        let drawn = draw(&mut tx, &lot, &seed, size).await?;
        let entered = StageRow {
            drawn: i64::try_from(drawn.taken.len()).unwrap_or(i64::MAX),
            ..entered
        };
        store::lot::insert_stage(&mut tx, id, &entered, by).await?;
        store::lot::insert_tickets(&mut tx, stage, &drawn.tickets).await?;
        let cases = |(slip, cause): &(SlipId, Cause)| (case_id(now, *slip), *slip, *cause);
        let cases: Vec<_> = drawn.taken.iter().map(cases).collect();
        store::case::insert(&mut tx, id, stage, &cases).await?;
        journal::append(&mut tx, SERVICE, now, vec![act(caller, &lot, &entered, &drawn)]).await?;
        let reply = pb::EnterSeedResponse {
            lot: Some(wire::lot(&locked_lot(&mut tx, id).await?)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn entered(
    request: &pb::EnterSeedRequest,
    stage: i64,
    size: SampleSize,
    now: Instant,
) -> Result<StageRow, Error> {
    Ok(StageRow {
        stage: Stage {
            stage,
            seed: request.seed.clone(),
            rate_percent: i64::from(size.rate_percent),
        },
        ceremony: text("ceremony", &request.ceremony, 2_000)?,
        entered_at: now,
        drawn: 0,
    })
}

async fn draw(tx: &mut Tx, lot: &LotRow, seed: &Seed, size: SampleSize) -> Result<StageDraw, Error> {
    let list = store::lot::frozen_list(tx, lot).await?;
    let taken = store::lot::taken(tx, lot.id).await?;
    Ok(draw_stage(&list, &taken, seed, size))
}

fn act(caller: &Caller, lot: &LotRow, stage: &StageRow, drawn: &StageDraw) -> Act {
    let slips: Vec<String> = drawn.taken.iter().map(|(slip, _)| slip.to_string()).collect();
    Act {
        actor: caller.actor(),
        act: "lot.seed",
        object: names::lot(&lot.cycle, lot.id),
        before: None,
        after: Some(json!({
            "stage": stage.stage.stage, "seed": stage.stage.seed, "rate_percent": stage.stage.rate_percent,
            "list_sha256": lot.list_sha256, "drawn": slips,
        })),
        reason: stage.ceremony.clone(),
    }
}
