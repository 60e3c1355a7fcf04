//! What the pages of a cycle's conduct share: its frame, names, and lists that come in pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::words::Words;
use chiso_wire::identity::Role;
use chiso_wire::ledger::{Gap, ListGapsRequest, ListSheetsRequest, Round, Sheet};

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::words::named;

/// The frame of the cycle in the address; none while it is being set up. For whom it is not, there is no page.
pub(super) async fn cycle(
    web: &Web,
    me: &Me,
    at: &At,
    roles: &[Role],
) -> Result<Option<Arc<Cycle>>, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    if !me.has(roles, Some(code.as_str())) {
        return Err(Trouble::missing());
    }
    match web.cycle(&code).await {
        Err(Trouble::Problem(problem)) if problem.reason() == "CYCLE_NOT_OPEN" => Ok(None),
        found => found.map(Some),
    }
}

/// The same where something is sent: there is no form before the cycle is open.
pub(super) async fn open_cycle(web: &Web, me: &Me, at: &At, roles: &[Role]) -> Result<Arc<Cycle>, Trouble> {
    cycle(web, me, at, roles).await?.ok_or_else(Trouble::missing)
}

/// The name of a unit, else its code.
pub(super) fn unit<'a>(cycle: &'a Cycle, code: &'a str) -> &'a str {
    let known: Option<UnitCode> = code.parse().ok();
    let known = known.and_then(|known| cycle.units.get(&known));
    known.map_or(code, |unit| &unit.name)
}

/// Code and name of every unit, in the official order.
pub(super) fn units(cycle: &Cycle) -> Vec<(&str, &str)> {
    let units = cycle.units_in_order().into_iter();
    units
        .map(|unit| (unit.code.as_str(), unit.name.as_str()))
        .collect()
}

/// The name of a type of units, in the reader's language.
pub(super) fn type_name<'a>(w: Words, cycle: &'a Cycle, code: &'a str) -> &'a str {
    let mut types = cycle.unit_types.values();
    let known = types.find(|of_type| of_type.code.as_str() == code);
    match known {
        Some(of_type) => named(w, &of_type.name, &of_type.name_en),
        None => code,
    }
}

pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) async fn sheets(web: &Web, me: &Me, cycle: &Cycle) -> Result<BTreeMap<String, Sheet>, Trouble> {
    let (mut sheets, mut page_token) = (BTreeMap::new(), String::new());
    loop {
        let asked = ListSheetsRequest {
            cycle: cycle.code.to_string(),
            page_size: 0,
            page_token,
        };
        let reply = web.ledger().list_sheets(web.ask(me, asked)).await?.into_inner();
        sheets.extend(reply.sheets.into_iter().map(|sheet| (sheet.unit.clone(), sheet)));
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(sheets);
        }
    }
}

pub(super) async fn gaps(web: &Web, me: &Me, cycle: &Cycle, round: Round) -> Result<Vec<Gap>, Trouble> {
    let (mut gaps, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListGapsRequest {
            cycle: cycle.code.to_string(),
            round: round.into(),
            page_size: 500,
            page_token,
        };
        let reply = web.ledger().list_gaps(web.ask(me, asked)).await?.into_inner();
        gaps.extend(reply.gaps);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(gaps);
        }
    }
}
