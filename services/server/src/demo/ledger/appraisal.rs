//! The council: two rounds with all three decisions, the units' answers between them, penalties, the
//! external index.

use chiso_domain::cycle::{Rule, Window};
use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CriterionCode, Points, UnitCode};
use chiso_wire::kernel::{PenaltyInput, PenaltyItem};
use chiso_wire::ledger as pb;

use super::evidence::{self, Place};
use super::{client, input, sheet, units};
use crate::demo::truth::below;
use crate::demo::world::{Part, World, ask, told};

/// First round: agree, disagree or ask for more; penalties are proposed. Begun: half of the units are appraised.
pub(in crate::demo) async fn appraisal_1(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Hội đồng thẩm định lần 1: đồng ý, không đồng ý, đề nghị bổ sung");
    world.enter(Window::Appraisal1, 0, 8)?;
    for unit in part.of(units(world)?) {
        for entry in open_entries(world, &unit).await? {
            let decision = decide(world, &unit, &entry)?;
            appraise(world, &unit, &entry, pb::Round::Round1, decision).await?;
        }
    }
    propose_penalties(world).await?;
    match part {
        Part::Whole => close_round(world, pb::Round::Round1, Window::Appraisal1).await,
        Part::Begun => Ok(()),
    }
}

/// Units answer: another file for what was asked, an explanation for what was denied. Begun: half of them have.
pub(in crate::demo) async fn explanation(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Đơn vị giải trình, bổ sung tài liệu kiểm chứng");
    world.enter(Window::Explanation, 0, 8)?;
    for unit in part.of(units(world)?) {
        let token = world
            .cast
            .officers
            .get(&unit)
            .ok_or("a unit without officer")?
            .token
            .clone();
        for entry in sheet(world, &token, &unit).await? {
            let decision = entry
                .appraisal_1
                .as_ref()
                .map_or(pb::Decision::Unspecified, pb::Step::decision);
            if !matches!(decision, pb::Decision::Disagree | pb::Decision::RequestEvidence) {
                continue;
            }
            if decision == pb::Decision::RequestEvidence {
                let place = Place {
                    token: &token,
                    unit: &unit,
                    criterion: &entry.criterion,
                };
                evidence::file(world, &place).await?;
                world.counts.evidence += 1;
            }
            explain(world, &token, &unit, &entry).await?;
        }
        explain_penalties(world, &token, &unit).await?;
    }
    match part {
        Part::Whole => world.leave(Window::Explanation),
        Part::Begun => Ok(()),
    }
}

/// Second round: final; penalties are decided; the external index is imported. Begun: half of the units are appraised.
pub(in crate::demo) async fn appraisal_2(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Hội đồng thẩm định lần 2, quyết định điểm trừ, nhập chỉ số khác");
    world.enter(Window::Appraisal2, 0, 8)?;
    for unit in part.of(units(world)?) {
        for entry in open_entries(world, &unit).await? {
            let decision = decide_again(world, &unit, &entry)?;
            appraise(world, &unit, &entry, pb::Round::Round2, decision).await?;
        }
    }
    if part == Part::Begun {
        return Ok(());
    }
    decide_penalties(world).await?;
    close_round(world, pb::Round::Round2, Window::Appraisal2).await?;
    import_external(world).await
}

/// Entries of a unit that the council decides on.
async fn open_entries(world: &World, unit: &UnitCode) -> Result<Vec<pb::Entry>, String> {
    let entries = sheet(world, &world.cast.organiser.token, unit).await?;
    let own = super::own_leaves(world, unit)?;
    let decided_on =
        |e: &pb::Entry| e.not_applicable.is_empty() && own.iter().any(|l| l.code.as_str() == e.criterion);
    Ok(entries.into_iter().filter(decided_on).collect())
}

struct Decided {
    decision: pb::Decision,
    value: pb::appraise_entry_request::Value,
    reason: String,
}

fn agree(step: &pb::Step) -> Decided {
    let value = match &step.input {
        Some(input) => pb::appraise_entry_request::Value::Input(input.clone()),
        None => pb::appraise_entry_request::Value::Points(step.points.clone()),
    };
    Decided {
        decision: pb::Decision::Agree,
        value,
        reason: String::new(),
    }
}

fn decide(world: &World, unit: &UnitCode, entry: &pb::Entry) -> Result<Decided, String> {
    let own = entry.self_.clone().unwrap_or_default();
    let claimed = own.points.parse::<Points>().unwrap_or_default() > Points::ZERO;
    let roll = below(
        &mut world.dice(&["round 1", unit.as_str(), &entry.criterion]),
        100,
    );
    if world.is_twin(unit) || !claimed || roll >= 12 {
        return Ok(agree(&own));
    }
    if roll < 5 {
        return Ok(Decided {
            decision: pb::Decision::RequestEvidence,
            value: pb::appraise_entry_request::Value::Points("0".to_owned()),
            reason: "Đề nghị bổ sung quyết định phê duyệt có ký số".to_owned(),
        });
    }
    let rule = rule(world, unit, &entry.criterion)?;
    let read = LeafInput::try_from(own.input.as_ref().ok_or("an entry without input")?)
        .map_err(|e| e.to_string())?;
    Ok(Decided {
        decision: pb::Decision::Disagree,
        value: pb::appraise_entry_request::Value::Input((&input::less(&rule, &read)).into()),
        reason: "Số liệu theo dõi của cơ quan thẩm định thấp hơn số đơn vị tự chấm".to_owned(),
    })
}

/// What was asked for has come; of what was denied, half is upheld.
fn decide_again(world: &World, unit: &UnitCode, entry: &pb::Entry) -> Result<Decided, String> {
    let own = entry.self_.clone().unwrap_or_default();
    let first = entry.appraisal_1.clone().unwrap_or_default();
    let upheld = below(&mut world.dice(&["round 2", unit.as_str(), &entry.criterion]), 2) == 0;
    if first.decision() != pb::Decision::Disagree || !upheld {
        return Ok(agree(&own));
    }
    let value = match first.input {
        Some(input) => pb::appraise_entry_request::Value::Input(input),
        None => pb::appraise_entry_request::Value::Points(first.points),
    };
    let reason = "Giải trình không kèm số liệu mới; giữ kết quả thẩm định lần 1".to_owned();
    Ok(Decided {
        decision: pb::Decision::Disagree,
        value,
        reason,
    })
}

fn rule(world: &World, unit: &UnitCode, criterion: &str) -> Result<Rule, String> {
    let code: CriterionCode = criterion.parse().map_err(|e| format!("{e}"))?;
    let cycle = world.cycle()?;
    cycle
        .leaf(unit, &code)
        .map(|leaf| leaf.rule.clone())
        .ok_or_else(|| format!("{unit} has no leaf {criterion}"))
}

async fn appraise(
    world: &mut World,
    unit: &UnitCode,
    entry: &pb::Entry,
    round: pb::Round,
    decided: Decided,
) -> Result<(), String> {
    let agency: UnitCode = entry.appraiser.parse().map_err(|e| format!("{e}"))?;
    let token = world
        .cast
        .appraisers
        .get(&agency)
        .ok_or("an agency without appraiser")?
        .token
        .clone();
    let message = pb::AppraiseEntryRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit: unit.to_string(),
        criterion: entry.criterion.clone(),
        round: round.into(),
        decision: decided.decision.into(),
        value: Some(decided.value),
        reason: decided.reason,
        version: entry.version,
        seen_ruling: None,
    };
    let step = format!("appraise {unit} {}", entry.criterion);
    told(&step, client(world).appraise_entry(ask(&token, message)).await)?;
    world.counts.appraisals += 1;
    Ok(())
}

async fn explain(world: &mut World, token: &str, unit: &UnitCode, entry: &pb::Entry) -> Result<(), String> {
    let message = pb::GetEntryRequest {
        cycle: world.code(),
        unit: unit.to_string(),
        criterion: entry.criterion.clone(),
    };
    let now = told("get entry", client(world).get_entry(ask(token, message)).await)?
        .entry
        .unwrap_or_default();
    let message = pb::ExplainEntryRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit: unit.to_string(),
        criterion: entry.criterion.clone(),
        version: now.version,
        text: "Đơn vị đề nghị giữ mức điểm tự chấm; xem tài liệu kèm theo".to_owned(),
    };
    told("explain", client(world).explain_entry(ask(token, message)).await)?;
    Ok(())
}

async fn close_round(world: &mut World, round: pb::Round, window: Window) -> Result<(), String> {
    world.leave(window)?;
    let message = pb::CloseRoundRequest {
        request_id: world.id(),
        cycle: world.code(),
        round: round.into(),
    };
    told(
        "close round",
        client(world)
            .close_round(ask(&world.cast.organiser.token, message))
            .await,
    )?;
    Ok(())
}

/// Some units that are not twins have done something wrong.
async fn propose_penalties(world: &mut World) -> Result<(), String> {
    let cycle = world.cycle()?;
    let chosen: Vec<UnitCode> = units(world)?
        .into_iter()
        .filter(|u| !world.is_twin(u))
        .step_by(9)
        .collect();
    for (n, unit) in chosen.into_iter().enumerate() {
        let set = cycle.index_set(&unit).ok_or("a unit without index set")?;
        let rows: Vec<_> = set
            .leaves()
            .filter(|l| matches!(l.rule, Rule::Penalty { .. }))
            .collect();
        let row = rows[(n + 2) % rows.len()];
        let agency = cycle
            .appraiser(&unit, &row.code)
            .ok_or("a penalty that nobody appraises")?;
        let token = world
            .cast
            .appraisers
            .get(&agency)
            .ok_or("an agency without appraiser")?
            .token
            .clone();
        let items = vec![PenaltyItem { kind: 0, count: 1 }];
        let penalty = pb::Penalty {
            penalty_id: world.id(),
            cycle: world.code(),
            unit: unit.to_string(),
            criterion: row.code.to_string(),
            input: Some(PenaltyInput { items }),
            document: format!("Kết luận số {}/KL-{agency}", n + 1),
            reason: row.name.clone(),
            ..pb::Penalty::default()
        };
        let message = pb::ProposePenaltyRequest {
            request_id: world.id(),
            penalty: Some(penalty),
        };
        told(
            "propose penalty",
            client(world).propose_penalty(ask(&token, message)).await,
        )?;
        world.counts.penalties += 1;
    }
    Ok(())
}

async fn penalties(world: &World, token: &str, unit: &str) -> Result<Vec<pb::Penalty>, String> {
    let message = pb::ListPenaltiesRequest {
        cycle: world.code(),
        unit: unit.to_owned(),
        page_size: 500,
        page_token: String::new(),
    };
    let all = told(
        "list penalties",
        client(world).list_penalties(ask(token, message)).await,
    )?
    .penalties;
    Ok(all
        .into_iter()
        .filter(|p| p.state() == pb::PenaltyState::Proposed)
        .collect())
}

async fn explain_penalties(world: &mut World, token: &str, unit: &UnitCode) -> Result<(), String> {
    for penalty in penalties(world, token, unit.as_str()).await? {
        let text = "Đơn vị đã khắc phục xong, đề nghị xem xét".to_owned();
        let message = pb::ExplainPenaltyRequest {
            request_id: world.id(),
            penalty_id: penalty.penalty_id,
            text,
            version: None,
        };
        told(
            "explain penalty",
            client(world).explain_penalty(ask(token, message)).await,
        )?;
    }
    Ok(())
}

/// The last one is rejected, all others are decided.
async fn decide_penalties(world: &mut World) -> Result<(), String> {
    let token = world.cast.chair.token.clone();
    let open = penalties(world, &token, "").await?;
    let last = open.len().saturating_sub(1);
    for (n, penalty) in open.into_iter().enumerate() {
        let accept = n != last;
        let reason = if accept {
            "Đủ căn cứ"
        } else {
            "Văn bản nêu việc của năm trước"
        }
        .to_owned();
        let message = pb::DecidePenaltyRequest {
            request_id: world.id(),
            penalty_id: penalty.penalty_id,
            accept,
            reason,
        };
        told(
            "decide penalty",
            client(world).decide_penalty(ask(&token, message)).await,
        )?;
    }
    Ok(())
}

async fn import_external(world: &mut World) -> Result<(), String> {
    let token = world.cast.organiser.token.clone();
    for index in world.input.manifest.external_indices.clone() {
        let message = pb::ImportExternalIndexRequest {
            request_id: world.id(),
            cycle: world.code(),
            criterion: index.criterion,
            xlsx: world.input.file(&index.file)?.into(),
            document: index.document,
            seen_import: None,
        };
        told(
            "import external index",
            client(world).import_external_index(ask(&token, message)).await,
        )?;
    }
    Ok(())
}
