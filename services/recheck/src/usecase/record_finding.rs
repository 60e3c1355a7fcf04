//! Records what a respondent said; outcome, further cases and adjustments follow in the same transaction.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CaseId, Instant, QuestionName, SlipId};
use chiso_domain::recheck::{
    Cause, Finding, Outcome, RecheckRefusal, Verdict, attempts_left, check_options, contributions, judge,
    replacement,
};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::parse;
use chiso_wire::recheck as pb;
use serde_json::json;

use super::read::questions;
use super::{case_id, locked_lot, own, post};
use crate::error::{Refused, no_case};
use crate::peers::Form;
use crate::store::case::{CaseRow, Record};
use crate::{SERVICE, Service, names, store, wire};

type Answers = BTreeMap<QuestionName, String>;

impl Service {
    pub(crate) async fn record_finding(
        &self,
        caller: &Caller,
        request: &pb::RecordFindingRequest,
    ) -> Result<pb::RecordFindingResponse, Error> {
        let id: CaseId = parse("case_id", &request.case_id)?;
        let case = self.own_case(caller, id).await?;
        let now = self.ctx.clock.now();
        let (finding, mode) = wire::finding(request)?;
        let note = wire::note(&request.note)?;
        let once = Once::new(SERVICE, "RecordFinding", caller, &request.request_id, request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let cycles = &self.ctx.cycles;
        let cycle = cycles
            .check(&case.cycle, Window::Recheck, Some(&case.unit), now)
            .await?;
        let form = self.survey.form(caller, &case.cycle, &case.group).await?;
        let first = self.first_answers(caller, &case, &finding).await?;
        self.catch_up_or_warn().await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let case = store::case::case(&mut tx, id).await?.ok_or_else(no_case)?;
        let case = own(caller, case)?;
        let verdict = decide(&cycle, &case, &finding, (&form, &first))?;
        let record = Record {
            mode,
            note: &note,
            at: now,
            answers: answers_of(&finding),
        };
        store::case::record(&mut tx, id, &verdict, &record).await?;
        if verdict.outcome.voids() {
            keep_void_parts(&mut tx, &cycle, &case, &first).await?;
        }
        let added = add_cases(&mut tx, &cycle, &case, verdict.outcome, now).await?;
        journal::append(&mut tx, SERVICE, now, acts(caller, &case, &verdict, &added)).await?;
        let units = [case.unit.clone()];
        let posted = post::adjustments(&mut tx, now, &cycle, &units).await?;
        let case = store::case::case(&mut tx, id).await?.ok_or_else(no_case)?;
        let reply = pb::RecordFindingResponse {
            case: Some(wire::case(&case, &cycle.rules.policy.recheck)),
            added_cases: i32::try_from(added.len()).unwrap_or(i32::MAX),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ring(posted);
        Ok(reply)
    }

    /// What the slip says, if it is the one that was frozen. Nothing where nobody was reached.
    async fn first_answers(
        &self,
        caller: &Caller,
        case: &CaseRow,
        finding: &Finding,
    ) -> Result<Answers, Error> {
        if *finding == Finding::NotReached {
            return Ok(Answers::new());
        }
        let slip = self.survey.slip(caller, case.slip).await?;
        if slip.sha256 == case.slip_sha256 {
            Ok(slip.answers)
        } else {
            Err(Refused::SlipChanged(case.slip).into())
        }
    }
}

fn answers_of(finding: &Finding) -> &[(QuestionName, String)] {
    match finding {
        Finding::Answers(again) => again,
        Finding::WrongPerson | Finding::NotInterviewed | Finding::NotReached => &[],
    }
}

fn decide(
    cycle: &Cycle,
    case: &CaseRow,
    finding: &Finding,
    (form, first): (&Form, &Answers),
) -> Result<Verdict, RecheckRefusal> {
    if case.outcome.is_some() {
        return Err(RecheckRefusal::CaseClosed);
    }
    let policy = &cycle.rules.policy.recheck;
    let left = attempts_left(policy, &case.attempted_at());
    check_options(finding, form)?;
    judge(finding, &questions(cycle, case, form), first, left, policy)
}

async fn keep_void_parts(tx: &mut Tx, cycle: &Cycle, case: &CaseRow, answers: &Answers) -> Result<(), Error> {
    let Some(set) = cycle.index_set(&case.unit) else {
        return Ok(());
    };
    let values = &cycle.rules.policy.survey.option_values;
    let parts = contributions(set, &case.group, answers, values);
    Ok(store::case::insert_void_parts(tx, case, &parts).await?)
}

/// The cases that follow from an outcome: a replacement, and all slips of an interviewer with too many void
/// ones.
async fn add_cases(
    tx: &mut Tx,
    cycle: &Cycle,
    case: &CaseRow,
    outcome: Outcome,
    now: Instant,
) -> Result<Vec<(CaseId, SlipId, Cause)>, Error> {
    let policy = &cycle.rules.policy.recheck;
    let stage = locked_lot(tx, case.lot).await?.stage();
    let mut added = Vec::new();
    if outcome == Outcome::NotReached && policy.replace_not_reached {
        let waiting = store::lot::waiting(tx, case.lot, stage).await?;
        let next = replacement(case.cause, &case.stratum(), case.interviewer, &waiting);
        added.extend(next.map(|(slip, cause)| (case_id(now, slip), slip, cause)));
        store::case::insert(tx, case.lot, stage, &added).await?;
    }
    let tally = store::case::tally(tx, case.lot, case.interviewer).await?;
    if tally.whole_interviewer(policy.interviewer_void_percent) {
        let waiting = store::lot::waiting(tx, case.lot, stage).await?;
        let own = waiting.iter().filter(|w| w.interviewer == case.interviewer);
        let whole: Vec<_> = own
            .map(|w| (case_id(now, w.slip), w.slip, Cause::WholeInterviewer))
            .collect();
        store::case::insert(tx, case.lot, stage, &whole).await?;
        added.extend(whole);
    }
    Ok(added)
}

fn acts(caller: &Caller, case: &CaseRow, verdict: &Verdict, added: &[(CaseId, SlipId, Cause)]) -> Vec<Act> {
    let act = |act, object, after| Act {
        actor: caller.actor(),
        act,
        object,
        before: None,
        after: Some(after),
        reason: String::new(),
    };
    let found = json!({
        "outcome": verdict.outcome.code(), "void": verdict.outcome.voids(),
        "differing": verdict.differences.len(),
    });
    let mut acts = vec![act(
        "case.finding",
        names::case(&case.cycle, &case.unit, case.id),
        found,
    )];
    if !added.is_empty() {
        let added: Vec<_> = added
            .iter()
            .map(|(id, slip, cause)| json!([id, slip, cause.code()]))
            .collect();
        acts.push(act(
            "case.add",
            names::lot(&case.cycle, case.lot),
            json!({ "added": added, "after_case": case.id }),
        ));
    }
    acts
}
