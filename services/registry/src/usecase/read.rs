//! Reading frames; open to everyone who signed in, and to services.

use chiso_domain::kernel::{CycleCode, UnitTypeCode};
use chiso_platform::auth::{Caller, Permission};
use chiso_platform::page::Page;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::registry as pb;

use crate::error::Rejection;
use crate::store;

/// The whole frame of a cycle.
pub(crate) async fn get_cycle(
    ctx: &Context,
    caller: &Caller,
    request: pb::GetCycleRequest,
) -> Result<pb::GetCycleResponse, Error> {
    caller.require(Permission::SIGNED_IN, None)?;
    let code: CycleCode = parse("cycle", &request.cycle)?;
    let frame = store::load_settled(&ctx.db, &code).await?;
    let frame = frame.ok_or(Rejection::CycleUnknown(code))?;
    Ok(pb::GetCycleResponse {
        cycle: Some(frame.to_wire()),
    })
}

/// The heads of all cycles, by code.
pub(crate) async fn list_cycles(
    ctx: &Context,
    caller: &Caller,
    request: pb::ListCyclesRequest,
) -> Result<pb::ListCyclesResponse, Error> {
    caller.require(Permission::SIGNED_IN, None)?;
    let page = Page::of(request.page_size, &request.page_token)?;
    let after = page.after.clone().unwrap_or_default();
    let frames = store::cycles_after(&ctx.db, &after, page.limit_and_one()).await?;
    let (frames, next_page_token) = page.cut(frames, |frame| frame.cycle.code.to_string());
    let head = |frame: &store::Frame| pb::Cycle {
        rule_set_json: String::new(),
        ..frame.to_wire()
    };
    Ok(pb::ListCyclesResponse {
        cycles: frames.iter().map(head).collect(),
        next_page_token,
    })
}

/// Units in official order, of one type or all.
pub(crate) async fn list_units(
    ctx: &Context,
    caller: &Caller,
    request: pb::ListUnitsRequest,
) -> Result<pb::ListUnitsResponse, Error> {
    caller.require(Permission::SIGNED_IN, None)?;
    let code: CycleCode = parse("cycle", &request.cycle)?;
    let unit_type: Option<UnitTypeCode> = parse_optional("unit_type", &request.unit_type)?;
    let page = Page::of(request.page_size, &request.page_token)?;
    let frame = store::load_settled(&ctx.db, &code).await?;
    let cycle = frame.ok_or(Rejection::CycleUnknown(code.clone()))?.cycle;
    if let Some(unknown) = unit_type.as_ref().filter(|t| !cycle.unit_types.contains_key(*t)) {
        return Err(Rejection::UnitTypeUnknown(unknown.clone()).into());
    }
    let after = page
        .after
        .as_deref()
        .and_then(|place| place.parse().ok())
        .unwrap_or(0);
    let listed = store::units_after(&ctx.db, &code, unit_type.as_ref(), after, page.limit_and_one()).await?;
    let (listed, next_page_token) = page.cut(listed, |listed| listed.place.to_string());
    Ok(pb::ListUnitsResponse {
        units: listed.iter().map(|listed| (&listed.unit).into()).collect(),
        next_page_token,
    })
}
