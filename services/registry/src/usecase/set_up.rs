//! Making a cycle, its calendar and its policy.

use std::ops::ControlFlow;

use chiso_domain::cycle::{Calendar, Policy, Window};
use chiso_domain::kernel::{CycleCode, Span};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{BadField, optional_text, parse, text};
use chiso_wire::registry as pb;

use super::MOST_NAME;
use super::change::{Change, Told, json};
use crate::error::{Rejection, faulty};
use crate::{SERVICE, policy, store};

/// Makes an empty cycle.
pub(crate) async fn create_cycle(
    ctx: &Context,
    caller: &Caller,
    request: pb::CreateCycleRequest,
) -> Result<pb::CreateCycleResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let province = text("province", &request.province, MOST_NAME)?;
    let regulation = optional_text("regulation", &request.regulation, MOST_NAME)?;
    let once = Once::new(SERVICE, "CreateCycle", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    if store::load(&mut change.tx, &code).await?.is_some() {
        return Err(Rejection::CycleExists(code).into());
    }
    let names = (province.as_str(), regulation.as_str());
    store::insert_cycle(&mut change.tx, &code, names, &Policy::default(), change.now).await?;
    let after = serde_json::json!({ "province": province, "regulation": regulation });
    let told = Told::new("cycle.create", &code, None, after);
    let reply = |frame: &store::Frame| pb::CreateCycleResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish_as_it_is(&code, told, reply).await
}

/// Sets all windows.
pub(crate) async fn set_calendar(
    ctx: &Context,
    caller: &Caller,
    request: pb::SetCalendarRequest,
) -> Result<pb::SetCalendarResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let calendar = Calendar {
        windows: windows(&request.calendar)?,
        extensions: Vec::new(),
    };
    faulty("CALENDAR_FAULTY", calendar.faults())?;
    let once = Once::new(SERVICE, "SetCalendar", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let frame = change.as_seen(&code, request.seen_version).await?;
    store::replace_windows(&mut change.tx, &code, &calendar.windows).await?;
    let before = json(&frame.cycle.calendar.windows)?;
    let told = Told::new("calendar.set", &code, Some(before), json(&calendar.windows)?);
    let reply = |frame: &store::Frame| pb::SetCalendarResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}

fn windows(calendar: &[pb::WindowSpan]) -> Result<Vec<(Window, Span)>, BadField> {
    let one = |(at, window): (usize, &pb::WindowSpan)| {
        window
            .try_into()
            .map_err(|e: BadField| e.within(&format!("calendar[{at}]")))
    };
    calendar.iter().enumerate().map(one).collect()
}

/// Sets the policy; a missing field keeps its default.
pub(crate) async fn set_policy(
    ctx: &Context,
    caller: &Caller,
    request: pb::SetPolicyRequest,
) -> Result<pb::SetPolicyResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let given = read_policy(&request.policy_json)?;
    faulty("POLICY_FAULTY", given.faults())?;
    let once = Once::new(SERVICE, "SetPolicy", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let frame = change.as_seen(&code, request.seen_version).await?;
    store::set_policy(&mut change.tx, &code, &given).await?;
    let before = json(&frame.cycle.rules.policy)?;
    let told = Told::new("policy.set", &code, Some(before), json(&given)?);
    let reply = |frame: &store::Frame| pb::SetPolicyResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}

fn read_policy(json: &str) -> Result<Policy, Rejection> {
    // A list would be taken as the fields in their order.
    if !json.trim_start().starts_with('{') {
        return Err(Rejection::PolicyMalformed("not an object".to_owned()));
    }
    serde_json::from_str(json).map_err(|cause| Rejection::PolicyMalformed(cause.to_string()))
}
