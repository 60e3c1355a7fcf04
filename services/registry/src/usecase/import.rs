//! Imports from the XLSX templates: everything or nothing.

use std::ops::ControlFlow;

use chiso_domain::cycle::IndexSet;
use chiso_domain::index_set::total;
use chiso_domain::kernel::{CycleCode, UnitTypeCode};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::registry as pb;

use super::change::{Change, Told, json};
use crate::error::Rejection;
use crate::{SERVICE, policy, store, template};

/// Imports unit types and units.
pub(crate) async fn import_units(
    ctx: &Context,
    caller: &Caller,
    request: pb::ImportUnitsRequest,
) -> Result<pb::ImportUnitsResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let once = Once::new(SERVICE, "ImportUnits", caller, &request.request_id, &request)?;
    let xlsx = request.xlsx.clone();
    let list = apart(move || template::units::read(&xlsx)).await?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let mut cycle = change.as_seen(&code, request.seen_version).await?.cycle;
    let before = serde_json::json!({ "unit_types": cycle.unit_types, "units": cycle.units });
    (cycle.unit_types, cycle.units) = (list.unit_types, list.units);
    store::replace_units(&mut change.tx, &cycle).await?;
    let after = serde_json::json!({ "unit_types": cycle.unit_types, "units": cycle.units });
    let told = Told::new("units.import", &code, Some(before), after);
    let reply = |frame: &store::Frame| pb::ImportUnitsResponse {
        unit_types: count(frame.cycle.unit_types.len()),
        units: count(frame.cycle.units.len()),
    };
    change.finish(&code, told, reply).await
}

/// Imports the index set of one type of unit.
pub(crate) async fn import_index_set(
    ctx: &Context,
    caller: &Caller,
    request: pb::ImportIndexSetRequest,
) -> Result<pb::ImportIndexSetResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let unit_type: UnitTypeCode = parse("unit_type", &request.unit_type)?;
    let once = Once::new(SERVICE, "ImportIndexSet", caller, &request.request_id, &request)?;
    let xlsx = request.xlsx.clone();
    let rows = apart(move || template::index_set::read(&xlsx)).await?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let cycle = change.as_seen(&code, request.seen_version).await?.cycle;
    let Some(rated) = cycle.unit_types.get(&unit_type) else {
        return Err(Rejection::UnitTypeUnknown(unit_type).into());
    };
    let set = IndexSet {
        title: format!("Chỉ số {:02}: {}", rated.order, rated.name),
        rows,
    };
    store::put_index_set(&mut change.tx, &code, &unit_type, &set).await?;
    let before = cycle.rules.index_sets.get(&unit_type).map(json).transpose()?;
    let told = Told::new(
        "index_set.import",
        format!("{code}/{unit_type}"),
        before,
        json(&set)?,
    );
    let reply = |_: &store::Frame| pb::ImportIndexSetResponse {
        contents: count(set.contents().count()),
        leaves: count(set.leaves().count()),
        max_points: template::short(total(&set)),
    };
    change.finish(&code, told, reply).await
}

/// Reads a workbook beside the calls: unpacking takes a while.
pub(super) async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
}

pub(super) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
