//! The survey: the supervisor registers respondents, interviewers send slips, the organiser closes.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Unit, Window};
use chiso_domain::kernel::UnitCode;
use chiso_domain::kernel::time::DAY;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use rand::rngs::StdRng;

use super::truth::{self, Truth, below, percent};
use super::world::{Part, World, ask, told};

const DEPUTIES: u32 = 50;
const BATCH: usize = 200;
const CONSENT: &str = "đồng ý cung cấp thông tin, bản 1";
/// This interviewer invents part of the slips.
const FRAUD: usize = 6;

/// Campaign, questionnaires, targets.
pub(super) async fn prepare(world: &mut World) -> Result<(), String> {
    world
        .progress
        .step("Chuẩn bị khảo sát: phiếu hỏi, chỉ tiêu, bảng kê người trả lời");
    let token = world.cast.organiser.token.clone();
    let cycle = world.code();
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    let name = format!("Khảo sát mức độ hài lòng {cycle}");
    let message = pb::CreateCampaignRequest {
        request_id: world.id(),
        cycle: cycle.clone(),
        name,
    };
    told(
        "create campaign",
        survey.create_campaign(ask(&token, message)).await,
    )?;
    let mut targets = Vec::new();
    for form in world.input.forms() {
        let xlsx = world.input.file(&form.file)?.into();
        let (request_id, cycle, group) = (world.id(), cycle.clone(), form.group.clone());
        let message = pb::ImportQuestionnaireRequest {
            request_id,
            cycle,
            group,
            xlsx,
        };
        told(
            &form.file,
            survey.import_questionnaire(ask(&token, message)).await,
        )?;
        targets.push(pb::Target {
            unit: String::new(),
            group: form.group,
            planned: form.target,
            population: 0,
            seen_plan: None,
        });
    }
    let message = pb::SetTargetsRequest {
        request_id: world.id(),
        cycle,
        targets,
    };
    told("set targets", survey.set_targets(ask(&token, message)).await)?;
    Ok(())
}

/// One slip to be asked: whom, about whom.
struct Visit {
    unit: UnitCode,
    group: String,
    place: u32,
    respondent: String,
    interviewer: usize,
}

/// Registration, interviews over the weeks, closing.
pub(super) async fn fieldwork(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Khảo sát: điều tra viên nhập phiếu của đại biểu HĐND, doanh nghiệp và người dân");
    world.enter(Window::Survey, 0, 8)?;
    let visits = register(world).await?;
    let sheets = questionnaires(world).await?;
    for interviewer in part.of((0..world.cast.interviewers.len()).collect()) {
        let own: Vec<&Visit> = visits.iter().filter(|v| v.interviewer == interviewer).collect();
        let slips: Vec<pb::NewSlip> = own
            .iter()
            .map(|visit| fill(world, visit, &sheets))
            .collect::<Result<_, String>>()?;
        send(world, interviewer, slips).await?;
        world.advance(world.now().plus(5 * DAY));
    }
    match part {
        Part::Begun => leave_work(world, &visits, &sheets).await,
        Part::Whole => {
            send_faulty(world, &visits, &sheets).await?;
            close(world).await
        }
    }
}

/// Everybody has their visits; one interviewer, half of whose slips are sent, has one of them back.
async fn leave_work(
    world: &mut World,
    visits: &[Visit],
    sheets: &BTreeMap<String, pb::Questionnaire>,
) -> Result<(), String> {
    assign(world, visits).await?;
    let busy = world.cast.interviewers.len() / 2;
    let own: Vec<&Visit> = visits.iter().filter(|v| v.interviewer == busy).collect();
    let done: Vec<pb::NewSlip> = own[..own.len() / 2]
        .iter()
        .map(|visit| fill(world, visit, sheets))
        .collect::<Result<_, String>>()?;
    let back = done.last().map(|slip| slip.slip_id.clone());
    send(world, busy, done).await?;
    let message = pb::ReturnSlipRequest {
        request_id: world.id(),
        slip_id: back.ok_or("nobody was asked")?,
        reason: "Câu 2 và câu 3 trả lời ngược nhau. Hỏi lại cho rõ.".to_owned(),
    };
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    let token = &world.cast.supervisor.token;
    told("return a slip", survey.return_slip(ask(token, message)).await)?;
    Ok(())
}

/// Says who asks whom about which unit.
async fn assign(world: &mut World, visits: &[Visit]) -> Result<(), String> {
    let mut given: BTreeMap<(usize, &UnitCode), Vec<String>> = BTreeMap::new();
    for visit in visits {
        let own = given.entry((visit.interviewer, &visit.unit)).or_default();
        own.push(visit.respondent.clone());
    }
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    for ((interviewer, unit), respondent_ids) in given {
        let message = pb::AssignRespondentsRequest {
            request_id: world.id(),
            cycle: world.code(),
            interviewer: world.cast.interviewers[interviewer].id.clone(),
            respondent_ids,
            unit: unit.to_string(),
            group: String::new(),
        };
        let token = &world.cast.supervisor.token;
        told(
            "assign respondents",
            survey.assign_respondents(ask(token, message)).await,
        )?;
    }
    Ok(())
}

async fn register(world: &mut World) -> Result<Vec<Visit>, String> {
    let cycle = world.cycle()?;
    let units: Vec<Unit> = cycle
        .units_in_order()
        .into_iter()
        .filter(|u| u.ranked)
        .cloned()
        .collect();
    let mut people = Vec::new();
    let mut deputies = Vec::new();
    for n in 0..DEPUTIES {
        let person = respondent(world, "HDND", u64::from(n), Vec::new());
        deputies.push(person.respondent_id.clone());
        people.push(person);
    }
    let mut visits = Vec::new();
    for (u, unit) in (0_u32..).zip(&units) {
        for form in world.input.forms() {
            for place in 0..u32::try_from(form.target).unwrap_or(0) {
                let respondent = if form.group == "HDND" {
                    deputies[usize::try_from((u * 7 + place) % DEPUTIES).unwrap_or(0)].clone()
                } else {
                    let n = 1_000 + u64::from(u) * 100 + u64::from(place);
                    let person = respondent(world, &form.group, n, vec![unit.code.to_string()]);
                    people.push(person);
                    people.last().map(|p| p.respondent_id.clone()).unwrap_or_default()
                };
                let interviewer = interviewer_of(world, &unit.code, u, place);
                let (unit, group) = (unit.code.clone(), form.group.clone());
                visits.push(Visit {
                    unit,
                    group,
                    place,
                    respondent,
                    interviewer,
                });
            }
        }
    }
    world.counts.respondents = people.len();
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    for respondents in people.chunks(500).map(<[_]>::to_vec) {
        let (request_id, cycle) = (world.id(), world.code());
        let message = pb::RegisterRespondentsRequest {
            request_id,
            cycle,
            respondents,
        };
        let token = &world.cast.supervisor.token;
        told(
            "register respondents",
            survey.register_respondents(ask(token, message)).await,
        )?;
    }
    Ok(visits)
}

fn respondent(world: &mut World, group: &str, n: u64, units: Vec<String>) -> pb::NewRespondent {
    pb::NewRespondent {
        respondent_id: world.id(),
        group: group.to_owned(),
        name: truth::name(&mut world.dice(&["respondent", &n.to_string()])),
        phone: truth::phone(n),
        consent: CONSENT.to_owned(),
        units,
    }
}

/// Work is spread evenly; the one who invents has a few slips of every fifth unit, never of the twins.
fn interviewer_of(world: &World, unit: &UnitCode, u: u32, place: u32) -> usize {
    if u % 5 == 3 && place % 10 == 7 && !world.is_twin(unit) {
        FRAUD
    } else {
        usize::try_from((u + place) % 6).unwrap_or(0)
    }
}

async fn questionnaires(world: &World) -> Result<BTreeMap<String, pb::Questionnaire>, String> {
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    let mut sheets = BTreeMap::new();
    for form in &world.input.forms() {
        let message = pb::GetQuestionnaireRequest {
            cycle: world.code(),
            group: form.group.clone(),
            ..Default::default()
        };
        let token = &world.cast.interviewers[0].token;
        let reply = told(
            "get questionnaire",
            survey.get_questionnaire(ask(token, message)).await,
        )?;
        sheets.insert(form.group.clone(), reply.questionnaire.ok_or("no questionnaire")?);
    }
    Ok(sheets)
}

/// Asks one respondent, and keeps what they would say again.
fn fill(
    world: &mut World,
    visit: &Visit,
    sheets: &BTreeMap<String, pb::Questionnaire>,
) -> Result<pb::NewSlip, String> {
    let sheet = sheets.get(&visit.group).ok_or("no questionnaire")?;
    let place = visit.place.to_string();
    let mut dice = world.dice(&["slip", world.model(&visit.unit), &visit.group, &place]);
    let answers = answers(&mut dice, sheet, world.quality(&visit.unit));
    let slip_id = world.id();
    let id = slip_id.parse().map_err(|e| format!("{e}"))?;
    let truth = truth_of(world, visit, &mut dice, &answers);
    world.truths.insert(id, truth);
    let answer = |(question, value): &(String, String)| pb::Answer {
        question: question.clone(),
        value: value.clone(),
    };
    Ok(pb::NewSlip {
        slip_id,
        cycle: world.code(),
        unit: visit.unit.to_string(),
        group: visit.group.clone(),
        respondent_id: visit.respondent.clone(),
        questionnaire_sha256: sheet.sha256.clone(),
        started_at: Some(timestamp(world.now().plus(-600_000_000))),
        ended_at: Some(timestamp(world.now())),
        answered_personally: true,
        answers: answers.iter().map(answer).collect(),
        record_invalid: false,
        replaces: String::new(),
    })
}

fn answers(dice: &mut StdRng, sheet: &pb::Questionnaire, quality: u32) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for question in &sheet.questions {
        let value = match question.kind() {
            pb::QuestionKind::SelectOne => truth::rating(dice, quality).to_owned(),
            pb::QuestionKind::Integer => (1 + below(dice, 6)).to_string(),
            pb::QuestionKind::Text | pb::QuestionKind::Note | pb::QuestionKind::Unspecified => continue,
        };
        answers.push((question.name.clone(), value));
    }
    answers
}

fn truth_of(world: &World, visit: &Visit, dice: &mut StdRng, answers: &[(String, String)]) -> Truth {
    if world.is_twin(&visit.unit) {
        return Truth::Honest(answers.to_vec());
    }
    if visit.interviewer == FRAUD {
        return if percent(dice, 60) {
            Truth::Invented
        } else {
            Truth::Honest(answers.to_vec())
        };
    }
    match below(dice, 100) {
        0..=4 => Truth::Silent,
        5 => Truth::WrongPerson,
        6..=8 => Truth::Differs(answers.iter().map(|(q, v)| (q.clone(), otherwise(v))).collect()),
        _ => Truth::Honest(answers.to_vec()),
    }
}

fn otherwise(value: &str) -> String {
    match value {
        "5" | "4" => "2".to_owned(),
        "1" | "2" | "3" => "5".to_owned(),
        other => other.to_owned(),
    }
}

/// Sends slips in batches over one stream; each batch is answered once it is durable.
async fn send(world: &mut World, interviewer: usize, slips: Vec<pb::NewSlip>) -> Result<(), String> {
    let batches: Vec<pb::SubmitSlipsRequest> = (1_i64..)
        .zip(slips.chunks(BATCH))
        .map(|(batch, slips)| pb::SubmitSlipsRequest {
            batch,
            slips: slips.to_vec(),
        })
        .collect();
    let token = &world.cast.interviewers[interviewer].token;
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    let request = ask(token, tokio_stream::iter(batches));
    let mut replies = told("submit slips", survey.submit_slips(request).await)?;
    let mut acknowledged = 0;
    while let Some(reply) = replies
        .message()
        .await
        .map_err(|e| format!("submit slips: {e}"))?
    {
        for outcome in reply.outcomes {
            if let Some(refused) = outcome.refused {
                return Err(format!(
                    "slip {}: {} {}",
                    outcome.slip_id, refused.reason, refused.message
                ));
            }
            acknowledged += 1;
        }
    }
    if acknowledged != slips.len() {
        return Err(format!(
            "{acknowledged} of {} slips were acknowledged",
            slips.len()
        ));
    }
    Ok(())
}

/// Slips that come back faulty: some refused, some recorded as invalid, a respondent asked twice.
async fn send_faulty(
    world: &mut World,
    visits: &[Visit],
    sheets: &BTreeMap<String, pb::Questionnaire>,
) -> Result<(), String> {
    let faulty: Vec<&Visit> = visits
        .iter()
        .filter(|v| v.group != "HDND" && v.place == 0 && !world.is_twin(&v.unit))
        .step_by(4)
        .collect();
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    for (n, visit) in faulty.into_iter().enumerate() {
        let mut slip = fill(world, visit, sheets)?;
        match n % 3 {
            0 => slip
                .answers
                .first_mut()
                .map(|a| a.value = String::new())
                .ok_or("a slip without questions")?,
            1 => slip.answered_personally = false,
            _ => {}
        }
        let token = world.cast.interviewers[visit.interviewer].token.clone();
        let message = pb::SubmitSlipRequest {
            slip: Some(slip.clone()),
        };
        if survey.submit_slip(ask(&token, message)).await.is_ok() {
            return Err(format!("a faulty slip of {} was accepted", visit.unit));
        }
        world.counts.refused_slips += 1;
        slip.record_invalid = true;
        let message = pb::SubmitSlipRequest { slip: Some(slip) };
        told(
            "record an invalid slip",
            survey.submit_slip(ask(&token, message)).await,
        )?;
    }
    Ok(())
}

async fn close(world: &mut World) -> Result<(), String> {
    world.leave(Window::Survey)?;
    let mut survey = SurveyServiceClient::new(world.channels().survey);
    let token = world.cast.organiser.token.clone();
    let message = pb::GetProgressRequest {
        cycle: world.code(),
        unit: String::new(),
    };
    let progress = told("survey progress", survey.get_progress(ask(&token, message)).await)?.progress;
    for group in progress.iter().filter(|g| g.short) {
        let message = pb::DecideShortageRequest {
            request_id: world.id(),
            cycle: world.code(),
            unit: group.unit.clone(),
            group: group.group.clone(),
            decision: pb::ShortageDecision::Accept.into(),
            document: "Thông báo số 15/TB-SNV về số phiếu hợp lệ".to_owned(),
            seen_document: None,
        };
        told(
            "decide shortage",
            survey.decide_shortage(ask(&token, message)).await,
        )?;
    }
    let sum = |count: fn(&pb::GroupProgress) -> i32| {
        progress
            .iter()
            .map(|g| usize::try_from(count(g)).unwrap_or(0))
            .sum()
    };
    world.counts.slips = sum(|g| g.received);
    world.counts.valid_slips = sum(|g| g.valid);
    world.counts.invalid_slips = sum(|g| g.invalid);
    let message = pb::CloseCampaignRequest {
        request_id: world.id(),
        cycle: world.code(),
    };
    told(
        "close campaign",
        survey.close_campaign(ask(&token, message)).await,
    )?;
    Ok(())
}
