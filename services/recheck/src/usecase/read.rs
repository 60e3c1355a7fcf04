//! Lots, lists and cases, as far as the caller may see them.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CaseId, CycleCode, LotId, QuestionName};
use chiso_domain::recheck::{questions_again, rated_questions};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::page::Page;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;

use super::{person, sees_all};
use crate::error::no_lot;
use crate::peers::Form;
use crate::store::case::CaseRow;
use crate::{Service, policy, store, wire};

impl Service {
    pub(crate) async fn get_lot(
        &self,
        caller: &Caller,
        request: &pb::GetLotRequest,
    ) -> Result<pb::GetLotResponse, Error> {
        let id = parse("lot_id", &request.lot_id)?;
        let lot = self.visible_lot(caller, policy::READ_LOTS, id).await?;
        Ok(pb::GetLotResponse {
            lot: Some(wire::lot(&lot)),
        })
    }

    pub(crate) async fn list_lots(
        &self,
        caller: &Caller,
        request: &pb::ListLotsRequest,
    ) -> Result<pb::ListLotsResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_LOTS, Some(&cycle))?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page
            .after
            .as_deref()
            .map(|id| parse("page_token", id))
            .transpose()?;
        let lots = store::lot::lots(&mut &self.ctx.db, &cycle, &page, after).await?;
        let (lots, next_page_token) = page.cut(lots, |lot| lot.id.to_string());
        Ok(pb::ListLotsResponse {
            lots: lots.iter().map(wire::lot).collect(),
            next_page_token,
        })
    }

    pub(crate) async fn list_lot_entries(
        &self,
        caller: &Caller,
        request: &pb::ListLotEntriesRequest,
    ) -> Result<pb::ListLotEntriesResponse, Error> {
        let id: LotId = parse("lot_id", &request.lot_id)?;
        self.visible_lot(caller, policy::READ_LIST, id).await?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let entries = store::lot::entries(&mut &self.ctx.db, id, &page, place_after(&page)?).await?;
        let (entries, next_page_token) = page.cut(entries, |entry| entry.place.to_string());
        Ok(pb::ListLotEntriesResponse {
            entries: entries.into_iter().map(wire::entry).collect(),
            next_page_token,
        })
    }

    pub(crate) async fn list_cases(
        &self,
        caller: &Caller,
        request: &pb::ListCasesRequest,
    ) -> Result<pb::ListCasesResponse, Error> {
        let id: LotId = parse("lot_id", &request.lot_id)?;
        let lot = self.visible_lot(caller, policy::READ_CASES, id).await?;
        let actor = caller
            .require(policy::READ_CASES, Some(&lot.cycle))
            .map_err(|_| no_lot())?;
        let officer = if sees_all(&actor) {
            None
        } else {
            Some(person(caller)?)
        };
        let page = Page::of(request.page_size, &request.page_token)?;
        let here = (&page, place_after(&page)?);
        let cases = store::case::cases(&mut &self.ctx.db, id, officer, request.open_only, here).await?;
        let (cases, next_page_token) = page.cut(cases, |case| case.place.to_string());
        let cycle = self.ctx.cycles.get(&lot.cycle).await?;
        let told = |case: &CaseRow| wire::case(case, &cycle.rules.policy.recheck);
        Ok(pb::ListCasesResponse {
            cases: cases.iter().map(told).collect(),
            next_page_token,
        })
    }

    pub(crate) async fn get_case(
        &self,
        caller: &Caller,
        request: &pb::GetCaseRequest,
    ) -> Result<pb::GetCaseResponse, Error> {
        let id: CaseId = parse("case_id", &request.case_id)?;
        let case = self.visible_case(caller, id).await?;
        let cycle = self.ctx.cycles.get(&case.cycle).await?;
        let form = self.survey.form(caller, &case.cycle, &case.group).await?;
        let questions = questions(&cycle, &case, &form);
        Ok(pb::GetCaseResponse {
            case: Some(wire::case(&case, &cycle.rules.policy.recheck)),
            questions: questions.iter().map(ToString::to_string).collect(),
        })
    }
}

/// The questions that the respondent of a case is asked again: of those that the group was asked.
pub(super) fn questions(cycle: &Cycle, case: &CaseRow, form: &Form) -> Vec<QuestionName> {
    let mut rated = cycle
        .index_set(&case.unit)
        .map(|set| rated_questions(set, &case.group))
        .unwrap_or_default();
    rated.retain(|question| form.contains_key(question));
    questions_again(&cycle.rules.policy.recheck, &rated)
}

fn place_after(page: &Page) -> Result<i64, Error> {
    Ok(page
        .after
        .as_deref()
        .map_or(Ok(0), |place| parse("page_token", place))?)
}
