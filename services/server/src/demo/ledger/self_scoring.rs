//! Units score themselves; heads send; one sheet is taken back and sent again, one is never sent.

use chiso_domain::cycle::{Criterion, Rule, Window};
use chiso_domain::index_points::{LeafInput, Quantity};
use chiso_domain::kernel::UnitCode;
use chiso_domain::kernel::time::DAY;
use chiso_wire::ledger as pb;

use super::evidence::{Place, attach};
use super::{client, input, own_leaves, units};
use crate::demo::truth::below;
use crate::demo::world::{Part, World, ask, told};

/// Before self-scoring: leaves that do not apply to two units.
pub(in crate::demo) async fn mark_not_applicable(world: &mut World) -> Result<(), String> {
    let chosen: Vec<UnitCode> = units(world)?
        .into_iter()
        .filter(|u| !world.is_twin(u))
        .step_by(11)
        .take(2)
        .collect();
    for unit in chosen {
        let leaves = own_leaves(world, &unit)?;
        let leaf = leaves
            .iter()
            .rfind(|l| l.code.content() == "II" && matches!(l.rule, Rule::Ratio { .. }));
        let leaf = leaf.ok_or("an index set without a ratio in content II")?;
        let message = pb::MarkNotApplicableRequest {
            request_id: world.id(),
            cycle: world.code(),
            unit: unit.to_string(),
            criterion: leaf.code.to_string(),
            reason: "Đơn vị không có nhiệm vụ này trong năm".to_owned(),
        };
        let token = &world.cast.organiser.token;
        told(
            "mark not applicable",
            client(world).mark_not_applicable(ask(token, message)).await,
        )?;
    }
    Ok(())
}

/// Inputs, explanations, evidence, "Gửi đi". Begun: half of the units are done, the last of these has not sent.
pub(in crate::demo) async fn self_scoring(world: &mut World, part: Part) -> Result<(), String> {
    world
        .progress
        .step("Đơn vị tự chấm điểm, giải trình, gửi tài liệu kiểm chứng, bấm Gửi đi");
    let units = part.of(units(world)?);
    let late = units.iter().rev().find(|u| !world.is_twin(u)).cloned();
    let days = match part {
        Part::Whole => last_days(world)?,
        Part::Begun => 0,
    };
    for (n, unit) in units.iter().enumerate() {
        world.enter(Window::SelfScoring, days, i64::try_from(n % 60).unwrap_or(0))?;
        score(world, unit).await?;
        if Some(unit) != late.as_ref() {
            send(world, unit).await?;
        }
        if n == 5 {
            withdraw(world, unit).await?;
            send(world, unit).await?;
        }
    }
    match part {
        Part::Whole => world.leave(Window::SelfScoring),
        Part::Begun => Ok(()),
    }
}

/// Work begins four days before the end, or now if that is later.
fn last_days(world: &World) -> Result<i64, String> {
    let cycle = world.cycle()?;
    let span = cycle
        .calendar
        .span(Window::SelfScoring, None)
        .ok_or("no window for self-scoring")?;
    let length = (span.end.micros() - span.start.micros()) / DAY;
    Ok(length - 4)
}

async fn score(world: &mut World, unit: &UnitCode) -> Result<(), String> {
    let token = world
        .cast
        .officers
        .get(unit)
        .ok_or("a unit without officer")?
        .token
        .clone();
    let sheet = super::sheet(world, &token, unit).await?;
    for (n, leaf) in own_leaves(world, unit)?.iter().enumerate() {
        let exempt = sheet
            .iter()
            .any(|e| e.criterion == leaf.code.as_str() && !e.not_applicable.is_empty());
        if exempt {
            continue;
        }
        let input = enter(world, unit, leaf).ok_or("a rule that units do not enter")?;
        let message = pb::SaveEntryRequest {
            request_id: world.id(),
            cycle: world.code(),
            unit: unit.to_string(),
            criterion: leaf.code.to_string(),
            version: 0,
            input: Some((&input).into()),
            explanation: format!("{}: số liệu tính đến ngày tự chấm.", leaf.name),
        };
        let step = format!("save {unit} {}", leaf.code);
        told(&step, client(world).save_entry(ask(&token, message)).await)?;
        world.counts.entries += 1;
        let place = Place {
            token: &token,
            unit,
            criterion: leaf.code.as_str(),
        };
        attach(world, &place, n).await?;
    }
    Ok(())
}

/// Seldom nothing was planned: then the leaf does not apply.
fn enter(world: &World, unit: &UnitCode, leaf: &Criterion) -> Option<LeafInput> {
    let mut dice = world.dice(&["leaf", world.model(unit), leaf.code.as_str()]);
    let nothing_planned = matches!(leaf.rule, Rule::Ratio { .. }) && below(&mut dice, 200) == 0;
    if nothing_planned && !world.is_twin(unit) {
        return Some(LeafInput::Ratio {
            planned: Quantity::default(),
            achieved: Quantity::default(),
        });
    }
    input::of(&leaf.rule, world.quality(unit), &mut dice)
}

async fn send(world: &mut World, unit: &UnitCode) -> Result<(), String> {
    let token = world
        .cast
        .heads
        .get(unit)
        .ok_or("a unit without head")?
        .token
        .clone();
    let message = pb::SubmitSheetRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit: unit.to_string(),
    };
    told(
        &format!("submit {unit}"),
        client(world).submit_sheet(ask(&token, message)).await,
    )?;
    Ok(())
}

async fn withdraw(world: &mut World, unit: &UnitCode) -> Result<(), String> {
    let token = world
        .cast
        .heads
        .get(unit)
        .ok_or("a unit without head")?
        .token
        .clone();
    let message = pb::WithdrawSheetRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit: unit.to_string(),
        reason: "Rà soát lại số liệu".to_owned(),
    };
    told(
        "withdraw",
        client(world).withdraw_sheet(ask(&token, message)).await,
    )?;
    Ok(())
}
