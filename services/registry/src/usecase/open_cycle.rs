//! Opening: everything is checked, the rule set is frozen and hashed.

use std::ops::ControlFlow;

use chiso_domain::kernel::CycleCode;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::registry as pb;

use super::change::{Change, Told};
use crate::error::not_ready;
use crate::{SERVICE, policy, store};

/// Opens a cycle for good.
pub(crate) async fn open_cycle(
    ctx: &Context,
    caller: &Caller,
    request: pb::OpenCycleRequest,
) -> Result<pb::OpenCycleResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::OPEN_CYCLE, Some(&code))?;
    let once = Once::new(SERVICE, "OpenCycle", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    let cycle = change.as_seen(&code, request.seen_version).await?.cycle;
    not_ready(cycle.opening_faults())?;
    store::mark_open(&mut change.tx, &cycle, change.now).await?;
    let after = serde_json::json!({ "rule_set_sha256": cycle.rules.sha256() });
    let told = Told::new("cycle.open", &code, None, after);
    let reply = |frame: &store::Frame| pb::OpenCycleResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish(&code, told, reply).await
}
