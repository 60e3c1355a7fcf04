//! Totals: the feeds' last states are what the rows say, and the ranking is computed again from them.

use std::collections::BTreeMap;

use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::IndexPoints;
use chiso_domain::ranking::{Input, LeafPoints, compute};
use chiso_wire::kernel as k;
use chiso_wire::ranking::GetProvisionalResponse;
use chiso_wire::registry::{GetCycleRequest, registry_service_client::RegistryServiceClient};
use prost::Message;

use super::feeds::last_states;
use super::points::{self, Posts};
use super::{Places, Verdict};
use crate::client::ask;
use crate::world::CYCLE;

pub(super) async fn check(
    places: &mut Places<'_>,
    provisional: &GetProvisionalResponse,
    verdict: &mut Verdict,
) {
    let mut registry =
        RegistryServiceClient::new(places.ways.to("registry")).max_decoding_message_size(64 << 20);
    let message = GetCycleRequest {
        cycle: CYCLE.to_owned(),
    };
    let cycle = registry
        .get_cycle(ask(places.token, message))
        .await
        .unwrap()
        .into_inner()
        .cycle
        .unwrap();
    let cycle = Cycle::try_from(&cycle).unwrap();
    let mut posts = Posts::new();
    // Gaps were reported already.
    for ((_, unit, criterion, source), body) in last_states(&mut places.db, &mut Verdict::default()).await {
        let post = k::IndexPoints::decode(body.as_slice()).unwrap();
        posts.insert((source, unit, criterion), IndexPoints::try_from(&post).unwrap());
    }
    points::check(places, &cycle, &posts, verdict).await;
    ranking(&cycle, &posts, provisional, verdict);
}

/// Totals and ranks from the last post of every leaf.
fn ranking(cycle: &Cycle, posts: &Posts, provisional: &GetProvisionalResponse, verdict: &mut Verdict) {
    let types: Vec<_> = cycle.unit_types.values().cloned().collect();
    let units: Vec<_> = cycle.units.values().cloned().collect();
    let point = |points: &IndexPoints| LeafPoints {
        unit: points.post.unit.clone(),
        criterion: points.post.criterion.clone(),
        source: points.source,
        value: points.post.value.clone(),
        last: points.post.last,
        basis: points.post.basis.clone(),
    };
    let points: Vec<_> = posts.values().map(point).collect();
    let outcome = compute(&Input {
        rules: &cycle.rules,
        unit_types: &types,
        units: &units,
        points: &points,
        ties: &[],
        bars: &[],
    });
    let expected: BTreeMap<_, _> = outcome
        .units
        .iter()
        .map(|u| (u.unit.to_string(), (u.total.to_string(), u.rank.to_string())))
        .collect();
    let found: BTreeMap<_, _> = provisional
        .units
        .iter()
        .map(|u| (u.unit.clone(), (u.total.clone(), u.rank.to_string())))
        .collect();
    if expected.is_empty() || found.len() != expected.len() {
        verdict.half.push(format!(
            "{} units are ranked, not {}",
            found.len(),
            expected.len()
        ));
    }
    for (unit, result) in expected
        .iter()
        .filter(|(unit, result)| found.get(*unit) != Some(result))
    {
        verdict.half.push(format!(
            "{unit} has total and rank {:?}, computed again {result:?}",
            found.get(unit)
        ));
    }
}
