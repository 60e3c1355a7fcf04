//! Published rankings as JSON.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::kernel::UnitTypeCode;
use chiso_wire::ranking as pb;

use crate::call::{Call, NEWEST, PINNED, written};
use crate::copies::Copies;
use crate::problem::Problem;
use crate::{Gateway, view};

/// Cycles with something published, by the page.
pub(super) async fn cycles(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    let query = call.only(&["page_size", "page_token"])?;
    let request = pb::ListVersionsRequest {
        cycle: String::new(),
        page_size: query.page_size()?,
        page_token: query.page_token(),
    };
    let reply = gateway
        .ranking()
        .list_versions(call.request(request))
        .await?
        .into_inner();
    call.json(&view::Cycles::try_from(reply)?, NEWEST)
}

/// All versions of a cycle, by the page.
pub(super) async fn versions(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    let query = call.only(&["page_size", "page_token"])?;
    let request = pb::ListVersionsRequest {
        cycle: call.cycle()?,
        page_size: query.page_size()?,
        page_token: query.page_token(),
    };
    let reply = gateway
        .ranking()
        .list_versions(call.request(request))
        .await?
        .into_inner();
    call.json(&view::Versions::try_from(reply)?, NEWEST)
}

/// The ranking of a version, of all types or one.
pub(super) async fn ranking(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    let query = call.only(&["version", "unit_type"])?;
    let request = pb::GetPublishedRequest {
        cycle: call.cycle()?,
        version: query.version()?,
        unit_type: query.code::<UnitTypeCode>("unit_type")?,
        compare: false,
    };
    let cache = if request.version > 0 { PINNED } else { NEWEST };
    let copies = Copies::of(&gateway, &call, &request.cycle, request.version);
    let unit_type = request.unit_type.clone();
    if let Some(body) = copies.find("ranking", &unit_type).await {
        return Ok(call.body(body, cache));
    }
    let reply = gateway
        .ranking()
        .get_published(call.request(request))
        .await?
        .into_inner();
    let version = reply.version.clone();
    let body = written(&view::Ranking::try_from(reply)?)?;
    copies.keep("ranking", &unit_type, version.as_ref(), &body).await;
    Ok(call.body(body, cache))
}

/// Every point of a unit in a version, down to the source records.
pub(super) async fn breakdown(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    let version = call.only(&["version"])?.version()?;
    let request = pb::GetBreakdownRequest {
        cycle: call.cycle()?,
        version,
        unit: call.unit()?,
    };
    let cache = if version > 0 { PINNED } else { NEWEST };
    let copies = Copies::of(&gateway, &call, &request.cycle, version);
    let unit = request.unit.clone();
    if let Some(body) = copies.find("breakdown", &unit).await {
        return Ok(call.body(body, cache));
    }
    let reply = gateway
        .ranking()
        .get_breakdown(call.request(request))
        .await?
        .into_inner();
    let version = reply.version.clone();
    let body = written(&view::Breakdown::try_from(reply)?)?;
    copies.keep("breakdown", &unit, version.as_ref(), &body).await;
    Ok(call.body(body, cache))
}
