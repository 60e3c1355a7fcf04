//! From the survey's and identity's replies to what the pages show.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Span, UnitCode};
use chiso_wire::identity::{Holder, Role};
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::me::Me;
use super::super::people;
use super::super::phase::Phase;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// The survey of a cycle, as every page needs it.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) cycle: Arc<Cycle>,
    pub(super) campaign: Option<pb::Campaign>,
    pub(super) groups: Vec<pb::CampaignGroup>,
}

impl Survey {
    pub(super) fn code(&self) -> &str {
        self.cycle.code.as_str()
    }

    /// An address of the survey of the cycle.
    pub(super) fn href(&self, rest: &str) -> String {
        format!("/khao-sat/{}{rest}", self.code())
    }

    /// Whether it still takes data.
    pub(super) fn is_open(&self) -> bool {
        self.campaign
            .as_ref()
            .is_some_and(|campaign| campaign.closed_at.is_none())
    }

    /// From the first start to the last end.
    pub(super) fn span(&self) -> Option<Span> {
        let calendar = &self.cycle.calendar;
        let span = calendar.span(Window::Survey, None)?;
        let end = calendar.last_end(Window::Survey)?;
        Some(Span { end, ..span })
    }

    /// Where the survey of a unit is in time.
    pub(super) fn phase(&self, web: &Web, unit: &str) -> Phase {
        unit.parse().map_or(Phase::Unset, |unit| {
            Phase::of(&self.cycle, Window::Survey, &unit, web.now())
        })
    }

    /// Code and name of every unit, in the official order.
    pub(super) fn units(&self) -> Vec<(&str, &str)> {
        let named = self.cycle.units_in_order().into_iter();
        named
            .map(|unit| (unit.code.as_str(), unit.name.as_str()))
            .collect()
    }

    /// The name of a unit, else its code.
    pub(super) fn unit<'a>(&'a self, code: &'a str) -> &'a str {
        let unit: Option<UnitCode> = code.parse().ok();
        let unit = unit.and_then(|unit| self.cycle.units.get(&unit));
        unit.map_or(code, |unit| &unit.name)
    }

    /// A group with the title of its questionnaire: "HDND – Phiếu đại biểu".
    pub(super) fn group(&self, code: &str) -> String {
        let mut groups = self.groups.iter();
        match groups.find(|group| group.group == code) {
            Some(group) if !group.title.is_empty() => format!("{code} – {}", group.title),
            _ => code.to_owned(),
        }
    }
}

/// To whom the cycle is closed it does not exist.
pub(super) async fn survey(web: &Web, me: &Me, at: &At) -> Result<Survey, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let readers = [Role::SurveySupervisor, Role::Organiser, Role::Auditor];
    if !me.has(&readers, Some(code.as_str())) {
        return Err(Trouble::missing());
    }
    let cycle = web.cycle(&code).await?;
    let asked = pb::GetCampaignRequest {
        cycle: code.to_string(),
    };
    let told = web.survey().get_campaign(web.ask(me, asked)).await?.into_inner();
    Ok(Survey {
        cycle,
        campaign: told.campaign,
        groups: told.groups,
    })
}

/// Numbers of every group of every unit, in the official order.
pub(super) async fn progress(web: &Web, me: &Me, survey: &Survey) -> Result<Vec<pb::GroupProgress>, Trouble> {
    let asked = pb::GetProgressRequest {
        cycle: survey.code().to_owned(),
        unit: String::new(),
    };
    let mut told = web.survey().get_progress(web.ask(me, asked)).await?.into_inner();
    let units = survey.units();
    let place = |unit: &str| units.iter().position(|(code, _)| *code == unit);
    told.progress
        .sort_by_key(|group| (place(&group.unit), group.group.clone()));
    Ok(told.progress)
}

/// Who interviews in the cycle, by login.
pub(super) async fn interviewers(web: &Web, me: &Me, survey: &Survey) -> Result<Vec<Holder>, Trouble> {
    people::holders(web, me, Role::Interviewer, survey.code()).await
}

/// The names of people by their ids.
pub(super) async fn names<'a>(
    web: &Web,
    me: &Me,
    ids: impl Iterator<Item = &'a String> + Send,
) -> Result<BTreeMap<String, String>, Trouble> {
    people::every_name(web, me, ids.cloned().collect()).await
}

/// A name, else the id.
pub(super) fn named<'a>(names: &'a BTreeMap<String, String>, id: &'a String) -> &'a str {
    names.get(id).unwrap_or(id)
}
