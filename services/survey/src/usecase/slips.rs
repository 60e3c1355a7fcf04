//! Reading slips: interviewers their own, the firm's and Home Affairs' people all of the cycle, the recheck
//! the valid ones.

use chiso_domain::cycle::{Window, WindowRefusal};
use chiso_domain::kernel::{CycleCode, PersonId, SlipId, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::{Actor, Caller, Role};
use chiso_platform::journal::{self, Act};
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::survey as pb;
use serde_json::json;

use super::check_unit;
use crate::store::interviewer::{self, Hint};
use crate::store::slip::{self, After, Filter, Slip};
use crate::store::{lot, returned};
use crate::{SERVICE, Service, convert, policy};

/// Whose slips the actor may see; none: everyone's.
fn own_only(caller: &Caller, actor: &Actor<'_>) -> Result<Option<PersonId>, Error> {
    let sees_all = matches!(caller, Caller::Service { .. })
        || [Role::SurveySupervisor, Role::Organiser, Role::Auditor]
            .iter()
            .any(|role| actor.is(*role));
    if sees_all {
        Ok(None)
    } else {
        caller.person().map(Some)
    }
}

pub(super) fn no_such_slip() -> Error {
    Error::not_found("slip_id", "Không có phiếu này. Kiểm tra lại mã phiếu.")
}

fn key(slip: &Slip) -> String {
    format!("{}/{}", slip.unit, slip.id)
}

fn listed(page: &Page, rows: Vec<Slip>) -> pb::ListSlipsResponse {
    let (rows, next_page_token) = page.cut(rows, key);
    pb::ListSlipsResponse {
        slips: rows.into_iter().map(convert::slip).collect(),
        next_page_token,
    }
}

fn after(page: &Page) -> Result<After, Error> {
    match page.after.as_deref().and_then(|key| key.split_once('/')) {
        None => Ok((String::new(), None)),
        Some((unit, id)) => Ok((unit.to_owned(), Some(parse::<SlipId>("page_token", id)?))),
    }
}

impl Service {
    /// One slip. A slip that the caller may not see is not there.
    pub(crate) async fn get_slip(
        &self,
        caller: &Caller,
        request: pb::GetSlipRequest,
    ) -> Result<pb::GetSlipResponse, Error> {
        caller.require(policy::READ_SLIPS, None)?;
        let id: SlipId = parse("slip_id", &request.slip_id)?;
        let found = slip::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(no_such_slip)?;
        let actor = caller
            .require(policy::READ_SLIPS, Some(&found.cycle))
            .map_err(|_| no_such_slip())?;
        if own_only(caller, &actor)?.is_some_and(|person| person != found.interviewer) {
            return Err(no_such_slip());
        }
        let given_back = returned::find(&mut &self.ctx.db, id).await?;
        Ok(pb::GetSlipResponse {
            slip: Some(pb::Slip {
                returned: given_back.map(convert::returned),
                ..convert::slip(found)
            }),
        })
    }

    /// Slips by pages.
    pub(crate) async fn list_slips(
        &self,
        caller: &Caller,
        request: pb::ListSlipsRequest,
    ) -> Result<pb::ListSlipsResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_SLIPS, Some(&cycle))?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let asked = parse_optional("interviewer", &request.interviewer)?;
        let own = own_only(caller, &actor)?;
        if let (Some(asked), Some(own)) = (asked, own)
            && asked != own
        {
            return Err(Error::forbidden(policy::READ_SLIPS.name));
        }
        let hint = match request.hint() {
            pb::SlipHint::Unspecified => None,
            pb::SlipHint::SameAnswers => Some(Hint::SameAnswers),
            pb::SlipHint::DuplicatePhone => Some(Hint::SharedPhone),
        };
        let filter = Filter {
            cycle,
            unit: parse_optional("unit", &request.unit)?,
            group: parse_optional("group", &request.group)?,
            interviewer: own.or(asked),
        };
        let (after, limit) = (after(&page)?, page.limit_and_one());
        if let Some(hint) = hint {
            caller.require(policy::READ_INTERVIEWERS, Some(&filter.cycle))?;
            let choices = self.choices(&filter.cycle).await?;
            let hint = (hint, choices.as_slice());
            let rows = interviewer::behind(&mut &self.ctx.db, &filter, hint, &after, limit).await?;
            return Ok(listed(&page, rows));
        }
        let rows = slip::list(&mut &self.ctx.db, &filter, &after, limit).await?;
        Ok(listed(&page, rows))
    }

    /// The valid slips of units, in the order of unit and slip id. Before the first page the units are marked
    /// as taken: what was acknowledged before is in the list, and nothing comes in after.
    pub(crate) async fn list_lot_slips(
        &self,
        caller: &Caller,
        request: pb::ListLotSlipsRequest,
    ) -> Result<pb::ListLotSlipsResponse, Error> {
        caller.require(policy::TAKE_LOT, None)?;
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        let units: Vec<UnitCode> = request
            .units
            .iter()
            .map(|unit| parse("units", unit))
            .collect::<Result<_, _>>()?;
        let page = Page::of(request.page_size, &request.page_token)?;
        if page.after.is_none() {
            self.take_units(caller, &cycle, &units).await?;
        }
        let limit = page.limit_and_one();
        let rows = slip::list_valid(&mut &self.ctx.db, &cycle, &units, &after(&page)?, limit).await?;
        let (rows, next_page_token) = page.cut(rows, key);
        Ok(pb::ListLotSlipsResponse {
            slips: rows.iter().map(convert::lot_slip).collect(),
            next_page_token,
        })
    }

    /// Lets no new slip of the units in any more (none named: of all units).
    async fn take_units(&self, caller: &Caller, code: &CycleCode, units: &[UnitCode]) -> Result<(), Error> {
        let now = self.ctx.clock.now();
        // A kept copy might not know of an extension.
        let cycle = self.ctx.cycles.fresh(code).await?;
        let all = || cycle.units.keys().cloned().collect();
        let units: Vec<UnitCode> = if units.is_empty() { all() } else { units.to_vec() };
        for unit in &units {
            check_unit(&cycle, "units", unit)?;
            match cycle.calendar.span(Window::Survey, Some(unit)) {
                Some(survey) if now < survey.end => {
                    return Err(WindowRefusal::StillOpen(Window::Survey, survey.end).into());
                }
                _ => {}
            }
        }
        let mut tx = self.ctx.db.begin().await?;
        if lot::take(&mut tx, code, &units, now).await? > 0 {
            let act = Act {
                actor: caller.actor(),
                act: "lot.take",
                object: code.to_string(),
                before: None,
                after: Some(json!({ "units": units })),
                reason: String::new(),
            };
            journal::append(&mut tx, SERVICE, now, vec![act]).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
