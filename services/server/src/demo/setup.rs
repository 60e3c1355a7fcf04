//! The organiser sets up the cycle and opens it.

use chiso_domain::kernel::Instant;
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;

use super::world::{World, ask, told};

/// Everything up to the open cycle.
pub(super) async fn frame(world: &mut World) -> Result<(), String> {
    world
        .progress
        .step("Lập đợt đánh giá: lịch, chính sách, đơn vị, bốn bộ chỉ số, Hội đồng");
    let token = world.cast.organiser.token.clone();
    let mut registry = RegistryServiceClient::new(world.channels().registry);
    let cycle = world.code();

    let message = pb::CreateCycleRequest {
        request_id: world.id(),
        cycle: cycle.clone(),
        province: world.input.manifest.province.clone(),
        regulation: world.input.manifest.regulation.clone(),
    };
    told("create cycle", registry.create_cycle(ask(&token, message)).await)?;
    let calendar = calendar(world)?;
    let message = pb::SetCalendarRequest {
        request_id: world.id(),
        cycle: cycle.clone(),
        calendar,
        seen_version: 0,
    };
    told("set calendar", registry.set_calendar(ask(&token, message)).await)?;
    let policy_json = world.input.policy.to_owned();
    let message = pb::SetPolicyRequest {
        request_id: world.id(),
        cycle: cycle.clone(),
        policy_json,
        seen_version: 0,
    };
    told("set policy", registry.set_policy(ask(&token, message)).await)?;
    let xlsx = world.input.file(&world.input.manifest.units)?.into();
    let message = pb::ImportUnitsRequest {
        request_id: world.id(),
        cycle: cycle.clone(),
        xlsx,
        seen_version: 0,
    };
    told("import units", registry.import_units(ask(&token, message)).await)?;
    for (unit_type, file) in world.input.manifest.index_sets.clone() {
        let xlsx = world.input.file(&file)?.into();
        let request_id = world.id();
        let message = pb::ImportIndexSetRequest {
            request_id,
            cycle: cycle.clone(),
            unit_type,
            xlsx,
            seen_version: 0,
        };
        told(&file, registry.import_index_set(ask(&token, message)).await)?;
    }
    let message = council(world);
    told("set council", registry.set_council(ask(&token, message)).await)?;
    let message = pb::OpenCycleRequest {
        request_id: world.id(),
        cycle,
        seen_version: 0,
    };
    told("open cycle", registry.open_cycle(ask(&token, message)).await)?;
    world.read_frame().await?;
    world.counts.units = world.cycle()?.units.len();
    Ok(())
}

fn calendar(world: &World) -> Result<Vec<pb::WindowSpan>, String> {
    let span = |(name, text): (&String, &super::input::WindowText)| {
        let window = pb::Window::from_str_name(&format!("WINDOW_{name}"))
            .ok_or_else(|| format!("lich.json: unknown window {name}"))?;
        Ok(pb::WindowSpan {
            window: window.into(),
            starts_at: Some(timestamp(Instant::parse(&text.starts_at)?)),
            ends_at: Some(timestamp(Instant::parse(&text.ends_at)?)),
        })
    };
    world.input.calendar.iter().map(span).collect()
}

fn council(world: &mut World) -> pb::SetCouncilRequest {
    let substitute = |s: &super::input::Substitute| pb::Reassignment {
        agency: s.agency.clone(),
        unit: s.unit.clone().unwrap_or_default(),
        criterion: String::new(),
        substitute: s.substitute.clone(),
        reason: s.reason.clone(),
    };
    pb::SetCouncilRequest {
        seen_version: 0,
        request_id: world.id(),
        cycle: world.code(),
        agencies: world.input.manifest.council.clone(),
        reassignments: world
            .input
            .manifest
            .reassignments
            .iter()
            .map(substitute)
            .collect(),
    }
}
