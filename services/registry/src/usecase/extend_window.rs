//! Extensions: a window's end moves later, never earlier, with a reason.

use std::ops::ControlFlow;

use chiso_domain::cycle::{Extension, Window};
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{instant, parse, parse_optional, text};
use chiso_wire::registry as pb;

use super::MOST_REASON;
use super::change::{Change, Told, json};
use crate::error::Rejection;
use crate::{SERVICE, policy, store};

/// Moves the end of a window later, for one unit or all.
pub(crate) async fn extend_window(
    ctx: &Context,
    caller: &Caller,
    request: pb::ExtendWindowRequest,
) -> Result<pb::ExtendWindowResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::EXTEND_WINDOW, Some(&code))?;
    let window = Window::try_from(request.window())?;
    let unit: Option<UnitCode> = parse_optional("unit", &request.unit)?;
    let ends_at = instant("ends_at", request.ends_at.as_ref())?;
    let reason = text("reason", &request.reason, MOST_REASON)?;
    let once = Once::new(SERVICE, "ExtendWindow", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let cycle = change.opened(&code).await?.cycle;
    if let Some(unknown) = unit.as_ref().filter(|unit| !cycle.units.contains_key(*unit)) {
        return Err(Rejection::UnitUnknown(unknown.clone()).into());
    }
    let extension = Extension {
        window,
        unit,
        ends_at,
        reason,
        granted_at: change.now,
    };
    cycle.calendar.check_extension(&extension)?;
    store::add_extension(&mut change.tx, &code, &extension).await?;
    let before = cycle.calendar.span(window, extension.unit.as_ref());
    let mut told = Told::new(
        "window.extend",
        format!("{code}/{}", window.name()),
        Some(json(&before)?),
        json(&extension)?,
    );
    told.reason = extension.reason;
    let reply = |frame: &store::Frame| pb::ExtendWindowResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}
