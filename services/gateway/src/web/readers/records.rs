//! What lies behind a criterion's points, for those who may see it: how often each answer was given, each step of the
//! entry, the import of an index. A leader's mark is never told.

use chiso_domain::cycle::{Criterion, Rule};
use chiso_domain::kernel::UnitCode;
use chiso_domain::survey::ALL_GROUPS;
use chiso_wire::identity::Role;
use chiso_wire::ledger as pb;
use chiso_wire::survey;
use prost_types::Timestamp;
use tonic::{Code, Status};

use super::super::words::named;
use super::asked::Asked;
use crate::web::me::Me;
use crate::web::{fieldwork, people, recheck};

/// What lies behind the points.
#[derive(Clone, Debug)]
pub(super) enum Records {
    Answers(Vec<Answers>, Ways),
    Entry(Box<pb::Entry>),
    /// What was proposed for the criterion, whatever became of it.
    Penalties(Vec<pb::Penalty>),
    Index(Box<Imported>),
    /// The service that has them does not answer.
    Away,
}

/// Where the slips behind answers can be read, by whom; empty where the reader opens no such page.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    pub(super) slips: String,
    pub(super) lots: String,
}

/// A unit's score in an index that somebody else made.
#[derive(Clone, Debug, Default)]
pub(super) struct Imported {
    pub(super) score: pb::ExternalScore,
    /// The decision that published the index.
    pub(super) document: String,
    pub(super) at: Option<Timestamp>,
    /// The name of who imported it; empty where it is not known.
    pub(super) by: String,
}

/// The answers to one question of one respondent group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// What the group is called, where the criterion joins several.
    pub(super) group: String,
    /// Valid slips.
    pub(super) valid: i64,
    /// Option and how often; empty where so few slips would show who answered what.
    pub(super) rows: Vec<(String, i64)>,
}

/// None where there is nothing that the reader may see.
pub(super) async fn behind(asked: &Asked, unit: &UnitCode, row: Option<&Criterion>) -> Option<Records> {
    let (me, row) = (asked.reader.me.as_ref()?, row?);
    let found = match &row.rule {
        Rule::Sum { .. } | Rule::Leaders => return None,
        Rule::External { .. } => index(asked, me, unit, row).await,
        Rule::Penalty { .. } => penalties(asked, me, unit, row).await,
        Rule::Survey { group, question } => {
            answers(asked, me, unit, (group.as_str(), question.as_str())).await
        }
        _ => entry(asked, me, unit, row).await,
    };
    match found {
        Ok(records) => Some(records),
        Err(status) => match status.code() {
            Code::PermissionDenied | Code::NotFound | Code::Unauthenticated | Code::FailedPrecondition => {
                None
            }
            _ => Some(Records::Away),
        },
    }
}

async fn entry(asked: &Asked, me: &Me, unit: &UnitCode, row: &Criterion) -> Result<Records, Status> {
    let web = &asked.gateway.web;
    let request = pb::GetEntryRequest {
        cycle: asked.cycle.to_string(),
        unit: unit.to_string(),
        criterion: row.code.to_string(),
    };
    let reply = web.ledger().get_entry(web.ask(me, request)).await?.into_inner();
    let entry = reply.entry.map(Box::new);
    Ok(entry.map_or(Records::Away, Records::Entry))
}

async fn penalties(asked: &Asked, me: &Me, unit: &UnitCode, row: &Criterion) -> Result<Records, Status> {
    let web = &asked.gateway.web;
    let mut own = super::super::ledger::penalties(web, me, &asked.cycle, Some(unit)).await?;
    own.retain(|penalty| penalty.criterion == row.code.as_str());
    // The ledger leaves out what somebody may not see: to them an empty list does not say that there is nothing.
    if own.is_empty() && !sees_penalties(asked, me, unit, row).await {
        return Err(Status::permission_denied(String::new()));
    }
    Ok(Records::Penalties(own))
}

/// Who is shown a unit's penalties on a criterion: who oversees the cycle, who appraises it, and the unit itself.
async fn sees_penalties(asked: &Asked, me: &Me, unit: &UnitCode, row: &Criterion) -> bool {
    let cycle = asked.cycle.as_str();
    let of = |role: Role, unit: &str| me.units(role, cycle).contains(&unit);
    let overseers = [Role::Organiser, Role::Auditor, Role::CouncilChair];
    let frame = asked.gateway.web.cycle(&asked.cycle).await.ok();
    let agency = frame.and_then(|frame| frame.appraiser(unit, &row.code));
    me.has(&overseers, Some(cycle))
        || of(Role::UnitOfficer, unit.as_str())
        || of(Role::UnitHead, unit.as_str())
        || agency.is_some_and(|agency| of(Role::Appraiser, agency.as_str()))
}

/// The last import of an index, with the unit's score.
async fn index(asked: &Asked, me: &Me, unit: &UnitCode, row: &Criterion) -> Result<Records, Status> {
    let web = &asked.gateway.web;
    let request = pb::GetExternalIndexRequest {
        cycle: asked.cycle.to_string(),
        criterion: row.code.to_string(),
    };
    let reply = web.ledger().get_external_index(web.ask(me, request)).await?;
    let told = reply.into_inner();
    let names = people::names(web, me, vec![told.imported_by.clone()]).await;
    let mut scores = told.scores.into_iter();
    let own = scores.find(|score| score.unit == unit.as_str());
    Ok(Records::Index(Box::new(Imported {
        score: own.unwrap_or_default(),
        document: told.document,
        at: told.imported_at,
        by: names.get(&told.imported_by).cloned().unwrap_or_default(),
    })))
}

async fn answers(
    asked: &Asked,
    me: &Me,
    unit: &UnitCode,
    (group, question): (&str, &str),
) -> Result<Records, Status> {
    let mut found = Vec::new();
    if group == ALL_GROUPS {
        for (group, title) in groups(asked, me).await? {
            let own = of_group(asked, me, unit, (&group, question)).await?;
            found.extend(own.map(|own| Answers { group: title, ..own }));
        }
    } else {
        found.extend(of_group(asked, me, unit, (group, question)).await?);
    }
    let cycle = asked.cycle.as_str();
    Ok(Records::Answers(
        found,
        Ways {
            slips: fieldwork::slips_href(me, cycle, unit.as_str()).unwrap_or_default(),
            lots: recheck::lots_to_read(me, cycle).unwrap_or_default(),
        },
    ))
}

/// The groups that are asked anything, by code and title.
async fn groups(asked: &Asked, me: &Me) -> Result<Vec<(String, String)>, Status> {
    let web = &asked.gateway.web;
    let request = survey::GetCampaignRequest {
        cycle: asked.cycle.to_string(),
    };
    let reply = web
        .survey()
        .get_campaign(web.ask(me, request))
        .await?
        .into_inner();
    let groups = reply.groups.into_iter().filter(|group| !group.sha256.is_empty());
    let titled = |group: survey::CampaignGroup| match group.title.as_str() {
        "" => (group.group.clone(), group.group),
        _ => (group.group, group.title),
    };
    Ok(groups.map(titled).collect())
}

/// None where the group is not asked the question.
async fn of_group(
    asked: &Asked,
    me: &Me,
    unit: &UnitCode,
    (group, question): (&str, &str),
) -> Result<Option<Answers>, Status> {
    let web = &asked.gateway.web;
    let request = survey::GetQuestionnaireRequest {
        cycle: asked.cycle.to_string(),
        group: group.to_owned(),
        sha256: String::new(),
    };
    let reply = web.survey().get_questionnaire(web.ask(me, request)).await?;
    let form = reply.into_inner().questionnaire.unwrap_or_default();
    let Some(known) = form.questions.into_iter().find(|known| known.name == question) else {
        return Ok(None);
    };
    let request = survey::GetAnswerCountsRequest {
        cycle: asked.cycle.to_string(),
        unit: unit.to_string(),
        group: group.to_owned(),
    };
    let reply = web.survey().get_answer_counts(web.ask(me, request)).await?;
    let label = |option: survey::Option| {
        let label = named(asked.w(), &option.label, &option.label_en).to_owned();
        (option.name, label)
    };
    let labels = known.options.into_iter().map(label).collect();
    Ok(Some(Answers::of(&reply.into_inner(), question, labels)))
}

impl Answers {
    /// In the order of the options; an option of an earlier version goes by its name.
    pub(super) fn of(
        counts: &survey::GetAnswerCountsResponse,
        question: &str,
        labels: Vec<(String, String)>,
    ) -> Self {
        let own = || counts.counts.iter().filter(|count| count.question == question);
        let times = |option: &str| {
            own()
                .filter(|count| count.option == option)
                .map(|count| count.count)
                .sum()
        };
        let mut rows: Vec<(String, i64)> = Vec::new();
        if own().next().is_some() {
            let earlier = own().filter(|count| labels.iter().all(|(option, _)| *option != count.option));
            let earlier: Vec<(String, i64)> =
                earlier.map(|count| (count.option.clone(), count.count)).collect();
            rows.extend(
                labels
                    .iter()
                    .map(|(option, label)| (label.clone(), times(option))),
            );
            rows.extend(earlier);
        }
        Self {
            group: String::new(),
            valid: i64::from(counts.valid_slips),
            rows,
        }
    }
}
