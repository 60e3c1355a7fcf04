//! The ledger's year: units score themselves with evidence, the council appraises twice, penalties and the
//! external index come in.

mod appraisal;
mod evidence;
mod input;
mod self_scoring;

pub(super) use appraisal::{appraisal_1, appraisal_2, explanation};
pub(super) use self_scoring::{mark_not_applicable, self_scoring};

use chiso_domain::cycle::{Criterion, Rule};
use chiso_domain::kernel::UnitCode;
use chiso_platform::rpc::Channel;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;

use super::world::{World, ask, told};

/// Leaves that units enter themselves, in the printed order.
fn own_leaves(world: &World, unit: &UnitCode) -> Result<Vec<Criterion>, String> {
    let cycle = world.cycle()?;
    let set = cycle.index_set(unit).ok_or("a unit without index set")?;
    let own = |leaf: &&Criterion| {
        matches!(
            leaf.rule,
            Rule::Bool | Rule::Tier { .. } | Rule::Ratio { .. } | Rule::Deduct { .. } | Rule::Add { .. }
        )
    };
    Ok(set.leaves().filter(own).cloned().collect())
}

/// Ranked units in official order.
fn units(world: &World) -> Result<Vec<UnitCode>, String> {
    let cycle = world.cycle()?;
    let ranked = cycle.units_in_order().into_iter().filter(|u| u.ranked);
    Ok(ranked.map(|u| u.code.clone()).collect())
}

fn client(world: &World) -> LedgerServiceClient<Channel> {
    LedgerServiceClient::new(world.channels().ledger).max_decoding_message_size(32 << 20)
}

/// A unit's sheet as somebody sees it.
async fn sheet(world: &World, token: &str, unit: &UnitCode) -> Result<Vec<pb::Entry>, String> {
    let message = pb::GetSheetRequest {
        cycle: world.code(),
        unit: unit.to_string(),
    };
    Ok(told("get sheet", client(world).get_sheet(ask(token, message)).await)?.entries)
}
