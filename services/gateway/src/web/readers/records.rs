//! What lies behind a criterion's points, for those who may see it: how often each answer was given, and each step of
//! the entry. A leader's mark is never told.

use chiso_domain::cycle::{Criterion, Rule};
use chiso_domain::kernel::UnitCode;
use chiso_wire::identity::Role;
use chiso_wire::ledger as pb;
use chiso_wire::survey;
use tonic::{Code, Status};

use super::super::words::named;
use super::asked::Asked;
use crate::web::me::Me;

/// What lies behind the points.
#[derive(Clone, Debug)]
pub(super) enum Records {
    Answers(Answers),
    Entry(Box<pb::Entry>),
    /// What was proposed for the criterion, whatever became of it.
    Penalties(Vec<pb::Penalty>),
    /// The service that has them does not answer.
    Away,
}

/// The answers to one question of one respondent group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// Valid slips.
    pub(super) valid: i64,
    /// Option and how often; empty where so few slips would show who answered what.
    pub(super) rows: Vec<(String, i64)>,
}

/// None where there is nothing that the reader may see.
pub(super) async fn behind(asked: &Asked, unit: &UnitCode, row: Option<&Criterion>) -> Option<Records> {
    let (me, row) = (asked.reader.me.as_ref()?, row?);
    let found = match &row.rule {
        // Of an external index all that there is stands among the sources: its score, and when it was imported.
        Rule::Sum { .. } | Rule::Leaders | Rule::External { .. } => return None,
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

async fn answers(
    asked: &Asked,
    me: &Me,
    unit: &UnitCode,
    (group, question): (&str, &str),
) -> Result<Records, Status> {
    let web = &asked.gateway.web;
    let request = survey::GetAnswerCountsRequest {
        cycle: asked.cycle.to_string(),
        unit: unit.to_string(),
        group: group.to_owned(),
    };
    let counts = web
        .survey()
        .get_answer_counts(web.ask(me, request))
        .await?
        .into_inner();
    let request = survey::GetQuestionnaireRequest {
        cycle: asked.cycle.to_string(),
        group: group.to_owned(),
        sha256: String::new(),
    };
    let reply = web
        .survey()
        .get_questionnaire(web.ask(me, request))
        .await?
        .into_inner();
    let asked_as = reply.questionnaire.unwrap_or_default().questions.into_iter();
    let options = asked_as
        .filter(|known| known.name == question)
        .flat_map(|known| known.options);
    let label = |option: survey::Option| {
        let label = named(asked.w(), &option.label, &option.label_en).to_owned();
        (option.name, label)
    };
    Ok(Records::Answers(Answers::of(
        &counts,
        question,
        options.map(label).collect(),
    )))
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
            valid: i64::from(counts.valid_slips),
            rows,
        }
    }
}
