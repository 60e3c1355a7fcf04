//! Making, planning and ending the campaign of a cycle.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CycleCode, GroupCode, UnitCode};
use chiso_domain::survey::{Questionnaire, sample_size};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Reads;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::{parse, parse_optional, text, timestamp};
use chiso_wire::survey as pb;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{check_count, check_group, check_unit, groups_of_leaves, known_groups, open_campaign, receipt};
use crate::error::SurveyRefusal;
use crate::store::{campaign, questionnaire, tally};
use crate::{SERVICE, Service, policy};

/// Most targets of one request.
const MOST_TARGETS: usize = 5_000;
const MOST_PLANNED: i32 = 1_000_000;
/// Digits that name a plan.
const PLAN_DIGITS: usize = 16;

impl Service {
    /// Makes the campaign of a cycle.
    pub(crate) async fn create_campaign(
        &self,
        caller: &Caller,
        request: pb::CreateCampaignRequest,
    ) -> Result<pb::CreateCampaignResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::MANAGE, Some(&code))?;
        let now = self.ctx.clock.now();
        let name = text("name", &request.name, 200)?;
        let once = Once::new(SERVICE, "CreateCampaign", caller, &request.request_id, &request)?;
        self.ctx.cycles.get(&code).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        if campaign::find(&mut tx, &code).await?.is_some() {
            return Err(SurveyRefusal::CampaignExists(code).into());
        }
        campaign::create(&mut tx, &code, &name, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "campaign.create",
            object: code.to_string(),
            before: None,
            after: Some(json!({ "name": name })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::CreateCampaignResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The campaign, and which groups it asks.
    pub(crate) async fn get_campaign(
        &self,
        caller: &Caller,
        request: pb::GetCampaignRequest,
    ) -> Result<pb::GetCampaignResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROGRESS, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let found = campaign::find(&mut &self.ctx.db, &code).await?;
        let forms = questionnaire::all_current(&mut &self.ctx.db, &code).await?;
        let rated = groups_of_leaves(&cycle).0;
        let groups = known_groups(&mut &self.ctx.db, &cycle).await?;
        let plans = plan_names(&mut &self.ctx.db, &code).await?;
        let group = |group: &GroupCode| {
            let form = forms.iter().find(|form| form.group == *group);
            pb::CampaignGroup {
                group: group.to_string(),
                rated: rated.contains(group),
                title: form.map(|form| form.title.clone()).unwrap_or_default(),
                sha256: form.map(Questionnaire::sha256).unwrap_or_default(),
                questions: form.map_or(0, |form| i32::try_from(form.questions.len()).unwrap_or(i32::MAX)),
                plan: plans.get(group).cloned().unwrap_or_default(),
            }
        };
        Ok(pb::GetCampaignResponse {
            campaign: found.map(|campaign| pb::Campaign {
                name: campaign.name,
                created_at: Some(timestamp(campaign.created_at)),
                closed_at: campaign.closed_at.map(timestamp),
            }),
            groups: groups.iter().map(group).collect(),
        })
    }

    /// Sets how many slips are planned. A plan that was not looked at is not replaced.
    pub(crate) async fn set_targets(
        &self,
        caller: &Caller,
        request: pb::SetTargetsRequest,
    ) -> Result<pb::SetTargetsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::MANAGE, Some(&code))?;
        let now = self.ctx.clock.now();
        check_count("targets", request.targets.len(), MOST_TARGETS)?;
        let once = Once::new(SERVICE, "SetTargets", caller, &request.request_id, &request)?;
        let cycle = self.ctx.cycles.get(&code).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        let groups = known_groups(&mut tx, &cycle).await?;
        let targets = read_targets(&cycle, &groups, &request.targets)?;
        check_seen(&plan_names(&mut tx, &code).await?, &request.targets)?;
        let rows: Vec<_> = targets
            .iter()
            .map(|((unit, grp), planned)| tally::Target {
                unit,
                grp,
                planned: *planned,
            })
            .collect();
        tally::set_targets(&mut tx, &code, &rows).await?;
        let act = Act {
            actor: caller.actor(),
            act: "targets.set",
            object: code.to_string(),
            before: None,
            after: Some(targets_json(&request.targets)),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::SetTargetsResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Survey);
        Ok(reply)
    }

    /// Ends the campaign after its window: every survey leaf of every unit gets its final post.
    pub(crate) async fn close_campaign(
        &self,
        caller: &Caller,
        request: pb::CloseCampaignRequest,
    ) -> Result<pb::CloseCampaignResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::MANAGE, Some(&code))?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "CloseCampaign", caller, &request.request_id, &request)?;
        // A kept copy might not know of an extension.
        let cycle = self.ctx.cycles.fresh(&code).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        cycle.calendar.check_over(Window::Survey, now)?;
        campaign::close(&mut tx, &code, now).await?;
        let units: Vec<UnitCode> = cycle.units.keys().cloned().collect();
        super::points::convert(&mut tx, &cycle, &units, now).await?;
        let act = Act {
            actor: caller.actor(),
            act: "campaign.close",
            object: code.to_string(),
            before: None,
            after: None,
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::CloseCampaignResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Survey);
        Ok(reply)
    }
}

/// What names the plan of each group that has one: the first digits of a digest of it, so that any change is another.
async fn plan_names(reads: &mut impl Reads, cycle: &CycleCode) -> Result<BTreeMap<GroupCode, String>, Error> {
    let name = |(group, plan): (GroupCode, BTreeMap<UnitCode, i64>)| {
        let mut digits = hex::encode(Sha256::digest(json!(plan).to_string()));
        digits.truncate(PLAN_DIGITS);
        (group, digits)
    };
    Ok(tally::plans(reads, cycle).await?.into_iter().map(name).collect())
}

fn check_seen(plans: &BTreeMap<GroupCode, String>, targets: &[pb::Target]) -> Result<(), SurveyRefusal> {
    let other = |target: &pb::Target| {
        let group = plans
            .iter()
            .find(|(group, _)| group.as_str() == target.group.trim());
        let stands = group.map_or("", |(_, plan)| plan);
        target.seen_plan.as_deref().is_some_and(|seen| seen != stands)
    };
    match targets.iter().position(other) {
        Some(at) => Err(SurveyRefusal::TargetsChanged(at)),
        None => Ok(()),
    }
}

/// The plan of each group of each unit. What names a unit counts before what is for every unit, whatever the order.
fn read_targets(
    cycle: &Cycle,
    groups: &BTreeSet<GroupCode>,
    targets: &[pb::Target],
) -> Result<BTreeMap<(UnitCode, GroupCode), i64>, Error> {
    let mut named = BTreeMap::new();
    for (at, target) in targets.iter().enumerate() {
        let (unit, group, planned) = read_target(target).map_err(|e| e.within(&format!("targets[{at}]")))?;
        check_group(groups, &format!("targets[{at}].group"), &group)?;
        if let Some(unit) = &unit {
            check_unit(cycle, &format!("targets[{at}].unit"), unit)?;
        }
        if named.insert((unit, group), planned).is_some() {
            return Err(SurveyRefusal::TargetTwice(at).into());
        }
    }
    let mut plan = BTreeMap::new();
    // Every unit (none) sorts before each unit, which so has the last word.
    for ((unit, group), planned) in named {
        let units = unit.map_or_else(|| cycle.units.keys().cloned().collect(), |unit| vec![unit]);
        plan.extend(units.into_iter().map(|unit| ((unit, group.clone()), planned)));
    }
    Ok(plan)
}

type Target = (Option<UnitCode>, GroupCode, i64);

/// The plan is a number, or follows from the size of the population.
fn read_target(target: &pb::Target) -> Result<Target, chiso_wire::convert::BadField> {
    let unit = parse_optional("unit", &target.unit)?;
    let group = parse("group", &target.group)?;
    let bad = |field: &str| {
        let refusal = SurveyRefusal::Planned(field.to_owned());
        let vi = chiso_domain::kernel::Refusal::vi(&refusal);
        chiso_wire::convert::BadField::new(field, refusal, vi)
    };
    let planned = if target.population == 0 {
        if !(0..=MOST_PLANNED).contains(&target.planned) {
            return Err(bad("planned"));
        }
        target.planned
    } else {
        let population = u32::try_from(target.population).map_err(|_| bad("population"))?;
        if target.planned != 0 {
            return Err(bad("planned"));
        }
        i32::try_from(sample_size(population)).map_err(|_| bad("population"))?
    };
    Ok((unit, group, i64::from(planned)))
}

fn targets_json(targets: &[pb::Target]) -> serde_json::Value {
    let target = |t: &pb::Target| json!({ "unit": t.unit, "group": t.group, "planned": t.planned, "population": t.population });
    targets.iter().map(target).collect()
}
