//! The council, and who appraises what.

use std::ops::ControlFlow;

use chiso_domain::cycle::{FrameFault, Reassignment};
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{BadField, parse, text};
use chiso_wire::registry as pb;

use super::MOST_REASON;
use super::change::{Change, Told, json};
use crate::error::faulty;
use crate::{SERVICE, policy, store};

/// Names the council's agencies and who stands in for each.
pub(crate) async fn set_council(
    ctx: &Context,
    caller: &Caller,
    request: pb::SetCouncilRequest,
) -> Result<pb::SetCouncilResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let agencies = agencies(&request.agencies)?;
    let reassignments = reassignments(&request.reassignments)?;
    let once = Once::new(SERVICE, "SetCouncil", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let mut cycle = change.as_seen(&code, request.seen_version).await?.cycle;
    let before = serde_json::json!({ "agencies": cycle.council, "reassignments": cycle.reassignments });
    (cycle.council, cycle.reassignments) = (agencies, reassignments);
    // Units and index sets may still be missing; opening checks the reassignments against them.
    let now_or_later =
        |fault: &FrameFault| !fault.field.ends_with(".unit") && !fault.field.ends_with(".criterion");
    let faults = cycle.council_faults().into_iter().filter(now_or_later).collect();
    faulty("COUNCIL_FAULTY", faults)?;
    store::replace_council(&mut change.tx, &code, &cycle.council, &cycle.reassignments).await?;
    let after = serde_json::json!({ "agencies": cycle.council, "reassignments": cycle.reassignments });
    let told = Told::new("council.set", &code, Some(before), after);
    let reply = |frame: &store::Frame| pb::SetCouncilResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}

/// Gives criteria of an agency to another one.
pub(crate) async fn reassign_appraiser(
    ctx: &Context,
    caller: &Caller,
    request: pb::ReassignAppraiserRequest,
) -> Result<pb::ReassignAppraiserResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::REASSIGN_APPRAISER, Some(&code))?;
    let wire = request
        .reassignment
        .as_ref()
        .ok_or_else(|| BadField::missing("reassignment"))?;
    let reassignment = reassignment("reassignment", wire)?;
    let once = Once::new(
        SERVICE,
        "ReassignAppraiser",
        caller,
        &request.request_id,
        &request,
    )?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let cycle = change.opened(&code).await?.cycle;
    let within = |fault: FrameFault| FrameFault {
        field: format!("reassignment.{}", fault.field),
        ..fault
    };
    let faults = cycle
        .reassignment_faults(&reassignment)
        .into_iter()
        .map(within)
        .collect();
    faulty("REASSIGNMENT_FAULTY", faults)?;
    store::add_reassignment(&mut change.tx, &code, &reassignment).await?;
    let mut told = Told::new(
        "appraiser.reassign",
        format!("{code}/{}", reassignment.agency),
        Some(json(&cycle.reassignments)?),
        json(&reassignment)?,
    );
    told.reason = reassignment.reason;
    let reply = |frame: &store::Frame| pb::ReassignAppraiserResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}

fn agencies(codes: &[String]) -> Result<Vec<UnitCode>, BadField> {
    if codes.is_empty() {
        return Err(BadField::missing("agencies"));
    }
    let one = |(at, code): (usize, &String)| parse(&format!("agencies[{at}]"), code);
    codes.iter().enumerate().map(one).collect()
}

fn reassignments(wire: &[pb::Reassignment]) -> Result<Vec<Reassignment>, BadField> {
    let one = |(at, r): (usize, &pb::Reassignment)| reassignment(&format!("reassignments[{at}]"), r);
    wire.iter().enumerate().map(one).collect()
}

fn reassignment(field: &str, wire: &pb::Reassignment) -> Result<Reassignment, BadField> {
    let read = Reassignment::try_from(wire).map_err(|e| e.within(field))?;
    let reason = text("reason", &wire.reason, MOST_REASON).map_err(|e| e.within(field))?;
    Ok(Reassignment { reason, ..read })
}
