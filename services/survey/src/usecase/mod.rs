//! One file per part of the work; each use case: may they, begin, load, decide, store, journal, commit.

mod campaign;
mod check;
mod counts;
mod drafts;
mod frame;
mod interviewers;
mod late;
mod points;
mod questionnaire;
mod respondents;
mod returns;
mod shortage;
mod slips;
mod submit;
mod visits;

pub(crate) use late::REMIND;

use std::collections::BTreeSet;

use chiso_domain::cycle::{Cycle, Rule};
use chiso_domain::kernel::{CycleCode, GroupCode, Instant, RequestId, UnitCode};
use chiso_domain::survey::ALL_GROUPS;
use chiso_platform::Error;
use chiso_platform::db::Reads;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::Receipt;

use crate::error::SurveyRefusal;
use crate::store::{campaign as campaigns, questionnaire as questionnaires};

fn receipt(id: RequestId, now: Instant) -> Option<Receipt> {
    Some(Receipt {
        request_id: id.to_string(),
        at: Some(timestamp(now)),
    })
}

/// The campaign takes data.
async fn open_campaign(reads: &mut impl Reads, cycle: &CycleCode) -> Result<(), Error> {
    match campaigns::find(reads, cycle).await? {
        None => Err(SurveyRefusal::NoCampaign(cycle.clone()).into()),
        Some(campaign) if campaign.closed_at.is_some() => {
            Err(SurveyRefusal::CampaignClosed(cycle.clone()).into())
        }
        Some(_) => Ok(()),
    }
}

fn check_unit(cycle: &Cycle, field: &str, unit: &UnitCode) -> Result<(), Error> {
    if cycle.units.contains_key(unit) {
        return Ok(());
    }
    Err(SurveyRefusal::UnitUnknown {
        field: field.to_owned(),
        unit: unit.to_string(),
    }
    .into())
}

/// Groups that leaves of the cycle name, and whether some leaf joins groups.
fn groups_of_leaves(cycle: &Cycle) -> (BTreeSet<&GroupCode>, bool) {
    let leaves = cycle.rules.index_sets.values().flat_map(|set| set.leaves());
    let groups = leaves.filter_map(|leaf| match &leaf.rule {
        Rule::Survey { group, .. } => Some(group),
        _ => None,
    });
    let (all, named): (BTreeSet<_>, BTreeSet<_>) = groups.partition(|group| group.as_str() == ALL_GROUPS);
    (named, !all.is_empty())
}

/// Groups that may be asked: those of the leaves, and those that have a questionnaire.
async fn known_groups(reads: &mut impl Reads, cycle: &Cycle) -> Result<BTreeSet<GroupCode>, Error> {
    let mut groups: BTreeSet<GroupCode> = groups_of_leaves(cycle).0.into_iter().cloned().collect();
    let forms = questionnaires::all_current(reads, &cycle.code).await?;
    groups.extend(forms.into_iter().map(|form| form.group));
    Ok(groups)
}

fn check_group(groups: &BTreeSet<GroupCode>, field: &str, group: &GroupCode) -> Result<(), Error> {
    if groups.contains(group) {
        return Ok(());
    }
    Err(SurveyRefusal::GroupUnknown {
        field: field.to_owned(),
        group: group.to_string(),
    }
    .into())
}

fn check_count(field: &'static str, count: usize, most: usize) -> Result<(), SurveyRefusal> {
    if (1..=most).contains(&count) {
        Ok(())
    } else {
        Err(SurveyRefusal::Count { field, count, most })
    }
}
