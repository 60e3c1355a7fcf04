//! The recheck: lots are closed, seeds entered in public, verifiers call, findings void slips.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::time::DAY;
use chiso_domain::kernel::{LotId, SlipId};
use chiso_wire::recheck as pb;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;

use super::truth::{Truth, below};
use super::world::{Part, World, ask, told};

const SEED_DIGITS: usize = 24;
/// Calls are made on so many days at the most; replacements may have to be called again and again.
const DAYS: i64 = 10;

/// One lot per unit type, until each is concluded. Begun: all are drawn, and half of the verifiers have called once.
pub(super) async fn recheck(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Phúc tra: khoá danh sách, công bố mã băm, nhập số ngẫu nhiên công khai, gọi lại");
    world.enter(Window::Recheck, 0, 8)?;
    let cycle = world.cycle()?;
    let mut types: Vec<_> = cycle.unit_types.values().collect();
    types.sort_by_key(|t| t.order);
    let mut lots = Vec::new();
    for unit_type in types {
        let of_type = |u: &&chiso_domain::cycle::Unit| u.unit_type == unit_type.code && u.ranked;
        let units: Vec<_> = cycle.units_in_order().into_iter().filter(of_type).collect();
        lots.push(draw(world, units.iter().map(|u| u.code.to_string()).collect()).await?);
    }
    for day in 0..DAYS {
        let mut open = 0;
        for lot in &lots {
            open += call(world, *lot, part).await?;
        }
        if part == Part::Begun {
            return Ok(());
        }
        if open == 0 {
            break;
        }
        world.enter(Window::Recheck, day + 1, 8)?;
    }
    for lot in lots {
        conclude(world, lot).await?;
    }
    Ok(())
}

async fn draw(world: &mut World, units: Vec<String>) -> Result<LotId, String> {
    let token = world.cast.organiser.token.clone();
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let lot_id = world.id();
    let (request_id, cycle) = (world.id(), world.code());
    let message = pb::CloseLotRequest {
        request_id,
        lot_id: lot_id.clone(),
        cycle,
        units,
    };
    told("close lot", recheck.close_lot(ask(&token, message)).await)?;
    let mut dice = world.dice(&["public seed", &lot_id]);
    let seed: String = (0..SEED_DIGITS)
        .map(|_| char::from(b'0' + u8::try_from(below(&mut dice, 10)).unwrap_or(0)))
        .collect();
    let message = pb::EnterSeedRequest {
        request_id: world.id(),
        lot_id: lot_id.clone(),
        stage: 1,
        seed,
        ceremony: "Gieo 24 xúc xắc mười mặt tại Sở Nội vụ, trước đại diện Mặt trận Tổ quốc và báo chí"
            .to_owned(),
        rate_percent: 0,
    };
    told("enter seed", recheck.enter_seed(ask(&token, message)).await)?;
    lot_id.parse().map_err(|e| format!("{e}"))
}

/// One day's calls of one lot. Answers how many cases stay open.
async fn call(world: &mut World, lot: LotId, part: Part) -> Result<usize, String> {
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let token = world.cast.organiser.token.clone();
    let officers = world.cast.verifiers.iter().map(|v| v.id.clone()).collect();
    let (request_id, case_ids) = (world.id(), Vec::new());
    let message = pb::AssignCasesRequest {
        request_id,
        lot_id: lot.to_string(),
        officers,
        case_ids,
    };
    told("assign cases", recheck.assign_cases(ask(&token, message)).await)?;
    for verifier in part.of(world.cast.verifiers.clone()) {
        for case in open_cases(world, lot, &verifier.token).await? {
            one_case(world, &verifier.token, &case).await?;
        }
    }
    Ok(open_cases(world, lot, &token).await?.len())
}

async fn open_cases(world: &World, lot: LotId, token: &str) -> Result<Vec<pb::Case>, String> {
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let mut cases = Vec::new();
    let mut page_token = String::new();
    loop {
        let message = pb::ListCasesRequest {
            lot_id: lot.to_string(),
            open_only: true,
            page_size: 500,
            page_token,
        };
        let reply = told("list cases", recheck.list_cases(ask(token, message)).await)?;
        cases.extend(reply.cases);
        if reply.next_page_token.is_empty() {
            return Ok(cases);
        }
        page_token = reply.next_page_token;
    }
}

/// Calls one respondent. What the finding adds is assigned and called on the next day.
async fn one_case(world: &mut World, token: &str, case: &pb::Case) -> Result<(), String> {
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let case_id = case.case_id.clone();
    let slip: SlipId = case.slip_id.parse().map_err(|e| format!("{e}"))?;
    let truth = world
        .truths
        .get(&slip)
        .cloned()
        .ok_or("a case of an unknown slip")?;
    let message = pb::RevealContactRequest {
        request_id: world.id(),
        case_id: case_id.clone(),
    };
    told(
        "reveal contact",
        recheck.reveal_contact(ask(token, message)).await,
    )?;
    let message = pb::GetCaseRequest {
        case_id: case_id.clone(),
    };
    let asked = told("get case", recheck.get_case(ask(token, message)).await)?.questions;
    let again = |answers: &[(String, String)]| {
        let asked = answers.iter().filter(|(question, _)| asked.contains(question));
        let answer = |(question, value): &(String, String)| pb::AnswerAgain {
            question: question.clone(),
            value: value.clone(),
        };
        pb::record_finding_request::Finding::Answers(pb::AnswersAgain {
            answers: asked.map(answer).collect(),
        })
    };
    let finding = match truth {
        Truth::Honest(answers) | Truth::Differs(answers) => again(&answers),
        Truth::Invented => pb::record_finding_request::Finding::NotInterviewed(true),
        Truth::WrongPerson => pb::record_finding_request::Finding::WrongPerson(true),
        Truth::Silent if case.attempts_left == 0 => pb::record_finding_request::Finding::NotReached(true),
        Truth::Silent => return attempt(world, token, case_id).await,
    };
    let message = pb::RecordFindingRequest {
        request_id: world.id(),
        case_id,
        mode: pb::Mode::Phone.into(),
        finding: Some(finding),
        note: String::new(),
    };
    told(
        "record finding",
        recheck.record_finding(ask(token, message)).await,
    )?;
    Ok(())
}

async fn attempt(world: &mut World, token: &str, case_id: String) -> Result<(), String> {
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let (request_id, note) = (world.id(), "Không nghe máy".to_owned());
    let message = pb::RecordAttemptRequest {
        request_id,
        case_id,
        mode: pb::Mode::Phone.into(),
        note,
        ..Default::default()
    };
    told(
        "record attempt",
        recheck.record_attempt(ask(token, message)).await,
    )?;
    Ok(())
}

async fn conclude(world: &mut World, lot: LotId) -> Result<(), String> {
    let mut recheck = RecheckServiceClient::new(world.channels().recheck);
    let message = pb::ConcludeLotRequest {
        request_id: world.id(),
        lot_id: lot.to_string(),
    };
    let token = &world.cast.organiser.token;
    let lot = told("conclude lot", recheck.conclude_lot(ask(token, message)).await)?
        .lot
        .ok_or("no lot")?;
    world.counts.recheck_cases += usize::try_from(lot.cases).unwrap_or(0);
    world.counts.void_slips += usize::try_from(lot.void_slips).unwrap_or(0);
    world.advance(world.now().plus(DAY / 24));
    Ok(())
}
