//! The province's leaders mark every unit; one does not send.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{Points, UnitCode};
use chiso_wire::leaders as pb;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;

use super::cast::Player;
use super::truth::{below, percent};
use super::world::{Part, World, ask, told};

/// Panel, marks, closing. Begun: half of the leaders have marked and sent, but for the chairman, whose slip the secretary
/// has half prepared.
pub(super) async fn mark(world: &mut World, part: Part) -> Result<(), String> {
    world.progress.step("Chủ tịch, các Phó Chủ tịch cho điểm");
    set_panel(world).await?;
    world.enter(Window::Leaders, 0, 8)?;
    let leaders = part.of(world.cast.leaders.clone());
    let secretary = world.cast.secretary.clone();
    let unsent = match part {
        Part::Whole => leaders.len() - 1,
        Part::Begun => 0,
    };
    for (n, leader) in leaders.iter().enumerate() {
        // The chairman's slip is prepared by the secretary and sent by himself; of a whole year the last one never sends.
        let hand = if n == 0 { &secretary } else { leader };
        let part = if n == unsent { part } else { Part::Whole };
        let version = fill(world, (hand, leader), n, part).await?;
        if n != unsent {
            send(world, leader, version).await?;
        }
    }
    if part == Part::Begun {
        return Ok(());
    }
    world.leave(Window::Leaders)?;
    let mut client = LeadersServiceClient::new(world.channels().leaders);
    let message = pb::CloseScoringRequest {
        request_id: world.id(),
        cycle: world.code(),
    };
    told(
        "close scoring",
        client
            .close_scoring(ask(&world.cast.organiser.token, message))
            .await,
    )?;
    Ok(())
}

async fn set_panel(world: &mut World) -> Result<(), String> {
    let leader = |(n, player): (usize, &Player)| pb::Leader {
        leader: player.id.clone(),
        name: player.name.clone(),
        role: if n == 0 {
            pb::LeaderRole::Chair
        } else {
            pb::LeaderRole::ViceChair
        }
        .into(),
    };
    let leaders = world.cast.leaders.iter().enumerate().map(leader).collect();
    let (request_id, cycle) = (world.id(), world.code());
    let message = pb::SetPanelRequest {
        request_id,
        cycle,
        leaders,
        shortlist: Vec::new(),
        seen_panel: None,
    };
    let mut client = LeadersServiceClient::new(world.channels().leaders);
    told(
        "set panel",
        client.set_panel(ask(&world.cast.organiser.token, message)).await,
    )?;
    Ok(())
}

async fn fill(
    world: &mut World,
    (hand, leader): (&Player, &Player),
    n: usize,
    part: Part,
) -> Result<i64, String> {
    let mut client = LeadersServiceClient::new(world.channels().leaders);
    let message = pb::GetSlipRequest {
        cycle: world.code(),
        leader: leader.id.clone(),
    };
    let slip = told("get slip", client.get_slip(ask(&hand.token, message)).await)?
        .slip
        .ok_or("no slip")?;
    let mut version = slip.version;
    for unit in part.of(slip.open_units) {
        let code: UnitCode = unit.parse().map_err(|e| format!("{e}"))?;
        let message = pb::SaveMarkRequest {
            request_id: world.id(),
            cycle: world.code(),
            leader: leader.id.clone(),
            mark: Some(pb::Mark {
                unit,
                value: Some(value(world, &code, n)),
                ..pb::Mark::default()
            }),
            version,
        };
        version = told("save mark", client.save_mark(ask(&hand.token, message)).await)?.version;
    }
    Ok(version)
}

/// A mark on the scale 0 to 4 by quarters; seldom an abstention.
fn value(world: &World, unit: &UnitCode, n: usize) -> pb::mark::Value {
    let mut dice = world.dice(&["mark", world.model(unit), &n.to_string()]);
    if percent(&mut dice, 5) && !world.is_twin(unit) {
        return pb::mark::Value::Abstain(true);
    }
    let quarters = (world.quality(unit) / 7 + below(&mut dice, 4)).clamp(4, 16);
    pb::mark::Value::Mark(Points::from_parts(i64::from(quarters) * 2_500).to_string())
}

async fn send(world: &mut World, leader: &Player, version: i64) -> Result<(), String> {
    let mut client = LeadersServiceClient::new(world.channels().leaders);
    let message = pb::SendSlipRequest {
        request_id: world.id(),
        cycle: world.code(),
        version,
    };
    told("send slip", client.send_slip(ask(&leader.token, message)).await)?;
    world.counts.leaders_slips += 1;
    Ok(())
}
