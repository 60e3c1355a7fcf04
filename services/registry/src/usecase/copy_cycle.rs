//! A cycle from the one before: nobody types a province's units and criteria twice.

use std::ops::ControlFlow;

use chiso_domain::cycle::{Calendar, Cycle};
use chiso_domain::kernel::CycleCode;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use chiso_wire::convert::{BadField, optional_text, parse};
use chiso_wire::registry as pb;

use super::MOST_NAME;
use super::change::{Change, Told};
use crate::error::Rejection;
use crate::{SERVICE, policy, store};

/// Later than that nobody plans.
const MOST_YEARS: i32 = 50;

/// Makes a cycle in state SETUP from another one.
pub(crate) async fn copy_cycle(
    ctx: &Context,
    caller: &Caller,
    request: pb::CopyCycleRequest,
) -> Result<pb::CopyCycleResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    let from: CycleCode = parse("from", &request.from)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    if !(0..=MOST_YEARS).contains(&request.years) {
        return Err(out_of_range(request.years).into());
    }
    let regulation = optional_text("regulation", &request.regulation, MOST_NAME)?;
    let once = Once::new(SERVICE, "CopyCycle", caller, &request.request_id, &request)?;
    let mut change = match Change::begin(ctx, caller, once).await? {
        ControlFlow::Break(reply) => return Ok(reply),
        ControlFlow::Continue(change) => change,
    };
    if store::load(&mut change.tx, &code).await?.is_some() {
        return Err(Rejection::CycleExists(code).into());
    }
    let found = store::load(&mut change.tx, &from).await?;
    let mut cycle = found.ok_or_else(|| unknown(&from))?.cycle;
    cycle.calendar = later(&cycle.calendar, request.years)?;
    cycle.code = code;
    if !regulation.is_empty() {
        cycle.regulation = regulation;
    }
    put(&mut change, &cycle).await?;
    let after = serde_json::json!({
        "from": from,
        "years": request.years,
        "regulation": cycle.regulation,
    });
    let told = Told::new("cycle.copy", &cycle.code, None, after);
    let reply = |frame: &store::Frame| pb::CopyCycleResponse {
        cycle: Some(frame.to_wire()),
    };
    change.finish_as_it_is(&cycle.code, told, reply).await
}

async fn put(change: &mut Change, cycle: &Cycle) -> Result<(), Error> {
    let (tx, code) = (&mut change.tx, &cycle.code);
    let names = (cycle.province.as_str(), cycle.regulation.as_str());
    store::insert_cycle(tx, code, names, &cycle.rules.policy, change.now).await?;
    store::replace_units(tx, cycle).await?;
    for (unit_type, set) in &cycle.rules.index_sets {
        store::put_index_set(tx, code, unit_type, set).await?;
    }
    store::replace_windows(tx, code, &cycle.calendar.windows).await?;
    store::replace_council(tx, code, &cycle.council, &cycle.reassignments).await?;
    Ok(())
}

fn later(calendar: &Calendar, years: i32) -> Result<Calendar, BadField> {
    calendar.years_later(years).ok_or_else(|| out_of_range(years))
}

fn out_of_range(years: i32) -> BadField {
    let vi = format!("Lịch dời {years} năm là ngoài khoảng cho phép. Ghi từ 0 đến {MOST_YEARS} năm.");
    BadField::new("years", "out of range", vi)
}

fn unknown(code: &CycleCode) -> Error {
    Error::not_found(
        "from",
        format!("Không có đợt đánh giá “{code}” để sao chép. Kiểm tra lại mã đợt."),
    )
}
