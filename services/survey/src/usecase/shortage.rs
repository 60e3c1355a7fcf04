//! What Home Affairs decides where a group of a unit has too few valid slips.

use chiso_domain::cycle::{Cycle, Rule, Window};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CycleCode, GroupCode, UnitCode};
use chiso_domain::survey::{ALL_GROUPS, Held, ShortageDecision};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, parse, text};
use chiso_wire::survey as pb;
use serde_json::{Value, json};

use super::{check_group, check_unit, known_groups, receipt};
use crate::error::SurveyRefusal;
use crate::store::{campaign, tally};
use crate::{SERVICE, Service, policy};

impl Service {
    /// Records the decision and posts what follows from it. Also after the campaign is closed.
    pub(crate) async fn decide_shortage(
        &self,
        caller: &Caller,
        request: pb::DecideShortageRequest,
    ) -> Result<pb::DecideShortageResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::MANAGE, Some(&code))?;
        let now = self.ctx.clock.now();
        let unit: UnitCode = parse("unit", &request.unit)?;
        let group: GroupCode = parse("group", &request.group)?;
        let document = text("document", &request.document, 300)?;
        let decision = read_decision(request.decision())?;
        let once = Once::new(SERVICE, "DecideShortage", caller, &request.request_id, &request)?;
        // A kept copy might not know of an extension.
        let cycle = self.ctx.cycles.fresh(&code).await?;
        check_unit(&cycle, "unit", &unit)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        if campaign::find(&mut tx, &code).await?.is_none() {
            return Err(SurveyRefusal::NoCampaign(code).into());
        }
        check_group(&known_groups(&mut tx, &cycle).await?, "group", &group)?;
        let units = std::slice::from_ref(&unit);
        let held = tally::answers_of(&mut tx, &code, units)
            .await?
            .remove(&unit)
            .and_then(|mut answers| answers.groups.remove(&group))
            .unwrap_or_default();
        let over = cycle
            .calendar
            .span(Window::Survey, Some(&unit))
            .is_some_and(|survey| survey.end <= now);
        let stands = held.decision.as_ref().map_or("", |(_, document)| document);
        if request
            .seen_document
            .as_deref()
            .is_some_and(|seen| seen != stands)
        {
            return Err(SurveyRefusal::ShortageDecided(stands.to_owned()).into());
        }
        let min = cycle.rules.policy.survey.min_valid_percent;
        held.may_decide(decision, min, over, joins_groups(&cycle, &unit))?;
        tally::decide(&mut tx, (&code, &unit, &group), decision, &document, now).await?;
        super::points::convert(&mut tx, &cycle, units, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "shortage.decide",
            object: format!("{code}/{unit}/{group}"),
            before: before(&held),
            after: Some(json!({ "decision": decision, "valid": held.valid, "planned": held.planned })),
            reason: document,
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::DecideShortageResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Survey);
        Ok(reply)
    }
}

fn joins_groups(cycle: &Cycle, unit: &UnitCode) -> bool {
    let mut leaves = cycle.index_set(unit).into_iter().flat_map(|set| set.leaves());
    leaves.any(|leaf| matches!(&leaf.rule, Rule::Survey { group, .. } if group.as_str() == ALL_GROUPS))
}

fn read_decision(decision: pb::ShortageDecision) -> Result<ShortageDecision, BadField> {
    match decision {
        pb::ShortageDecision::Accept => Ok(ShortageDecision::Accept),
        pb::ShortageDecision::NotApplicable => Ok(ShortageDecision::NotApplicable),
        pb::ShortageDecision::Unspecified => Err(BadField::missing("decision")),
    }
}

fn before(held: &Held) -> Option<Value> {
    held.decision
        .as_ref()
        .map(|(decision, document)| json!({ "decision": decision, "document": document }))
}
