//! Numbers: how many slips, how often which answer.

use chiso_domain::kernel::{CycleCode, GroupCode, UnitCode};
use chiso_domain::survey::ShortageDecision;
use chiso_platform::Error;
use chiso_platform::auth::{Actor, Caller, Role};
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::survey as pb;

use super::check_unit;
use crate::store::tally::{self, Progress};
use crate::{Service, policy};

/// Fewer valid slips would show who answered what (reading 4.32).
const LEAST_SHOWN: i64 = 5;

/// Units of an officer or head; none where the actor may see every unit.
fn own_units(actor: &Actor<'_>) -> Option<Vec<UnitCode>> {
    let every = [
        Role::Organiser,
        Role::SurveySupervisor,
        Role::Interviewer,
        Role::Auditor,
    ];
    if every.iter().any(|role| actor.is(*role)) {
        return None;
    }
    Some(
        [Role::UnitOfficer, Role::UnitHead]
            .iter()
            .flat_map(|role| actor.units_as(*role))
            .collect(),
    )
}

fn unit_hidden() -> Error {
    Error::not_found(
        "unit",
        "Không có đơn vị này, hoặc bạn không được xem số liệu của đơn vị này.",
    )
}

impl Service {
    /// Planned, received, valid and invalid slips.
    pub(crate) async fn get_progress(
        &self,
        caller: &Caller,
        request: pb::GetProgressRequest,
    ) -> Result<pb::GetProgressResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_PROGRESS, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let asked: Option<UnitCode> = parse_optional("unit", &request.unit)?;
        let units = match (asked, own_units(&actor)) {
            (Some(unit), Some(own)) if !own.contains(&unit) => return Err(unit_hidden()),
            (Some(unit), _) => {
                check_unit(&cycle, "unit", &unit)?;
                vec![unit]
            }
            (None, None) => Vec::new(),
            // Nobody's units are not everybody's.
            (None, Some(own)) if own.is_empty() => return Ok(pb::GetProgressResponse::default()),
            (None, Some(own)) => own,
        };
        let min = cycle.rules.policy.survey.min_valid_percent;
        let progress = tally::progress_of(&mut &self.ctx.db, &code, &units).await?;
        Ok(pb::GetProgressResponse {
            progress: progress.iter().map(|p| group_progress(p, min)).collect(),
        })
    }

    /// How often each option was chosen in valid slips.
    pub(crate) async fn get_answer_counts(
        &self,
        caller: &Caller,
        request: pb::GetAnswerCountsRequest,
    ) -> Result<pb::GetAnswerCountsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::READ_COUNTS, Some(&code))?;
        let unit: UnitCode = parse("unit", &request.unit)?;
        let group: GroupCode = parse("group", &request.group)?;
        if own_units(&actor).is_some_and(|own| !own.contains(&unit)) {
            return Err(unit_hidden());
        }
        check_unit(&*self.ctx.cycles.get(&code).await?, "unit", &unit)?;
        let mut all = tally::answers_of(&mut &self.ctx.db, &code, std::slice::from_ref(&unit)).await?;
        let answers = all.remove(&unit).unwrap_or_default();
        let valid = answers.groups.get(&group).map_or(0, |held| held.valid);
        let sees_few = actor.is(Role::Organiser) || actor.is(Role::Auditor);
        let mut counts = Vec::new();
        if valid >= LEAST_SHOWN || sees_few {
            for ((_, question), options) in answers.counts.iter().filter(|((g, _), _)| *g == group) {
                counts.extend(options.iter().map(|(option, n)| pb::AnswerCount {
                    question: question.to_string(),
                    option: option.to_string(),
                    count: *n,
                }));
            }
        }
        Ok(pb::GetAnswerCountsResponse {
            valid_slips: narrow(valid),
            counts,
        })
    }
}

const fn shown(decision: ShortageDecision) -> pb::ShortageDecision {
    match decision {
        ShortageDecision::Accept => pb::ShortageDecision::Accept,
        ShortageDecision::NotApplicable => pb::ShortageDecision::NotApplicable,
    }
}

fn group_progress(progress: &Progress, min_valid_percent: u32) -> pb::GroupProgress {
    let decision = progress.held.decision.as_ref();
    pb::GroupProgress {
        unit: progress.unit.to_string(),
        group: progress.group.to_string(),
        planned: narrow(progress.held.planned),
        received: narrow(progress.received),
        valid: narrow(progress.held.valid),
        invalid: narrow(progress.received - progress.held.valid),
        short: progress.held.short(min_valid_percent),
        decision: decision.map_or(0, |(decision, _)| shown(*decision).into()),
        document: decision.map(|(_, document)| document.clone()).unwrap_or_default(),
    }
}

pub(super) fn narrow(n: i64) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
