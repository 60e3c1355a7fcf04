//! Totals: everything that is summed up, computed again from the first row: slips to survey points, void
//! slips to adjustments, the feeds' last states to the ranking.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Cycle, Rule};
use chiso_domain::index_points::{IndexPoints, Value};
use chiso_domain::kernel::{CriterionCode, OptionName, UnitCode};
use chiso_domain::ranking::{Input, LeafPoints, compute, leaf_decimals};
use chiso_domain::recheck::adjustment;
use chiso_domain::survey::{Tally, points};
use chiso_wire::kernel as k;
use chiso_wire::ranking::GetProvisionalResponse;
use chiso_wire::registry::{GetCycleRequest, registry_service_client::RegistryServiceClient};
use prost::Message;

use super::feeds::last_states;
use super::{Places, Verdict};
use crate::client::ask;
use crate::world::CYCLE;

type Posts = BTreeMap<(String, String, String), IndexPoints>;

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
    survey(places, &cycle, &posts, verdict).await;
    ranking(&cycle, &posts, provisional, verdict);
}

/// Rated answers of valid slips by unit and question; those of void slips apart.
async fn rated(places: &mut Places<'_>, cycle: &Cycle, void: bool) -> BTreeMap<(String, String), Tally> {
    let values = &cycle.rules.policy.survey.option_values;
    let text = if void {
        "SELECT s.unit, s.answers FROM survey_slip s JOIN recheck_case c ON c.slip_id = s.slip_id WHERE c.void = 1"
    } else {
        "SELECT unit, answers FROM survey_slip WHERE valid = 1"
    };
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    for row in places.db.rows(text).await {
        let answers: Vec<(String, String)> = serde_json::from_str(row.text("answers")).unwrap();
        for (question, option) in answers {
            let value = option
                .parse::<OptionName>()
                .ok()
                .and_then(|option| values.get(&option).copied());
            let tally = tallies
                .entry((row.text("unit").to_owned(), question))
                .or_default();
            *tally = tally.with(value, 1);
        }
    }
    tallies
}

/// Survey points and what the recheck takes off them, from the slips.
async fn survey(places: &mut Places<'_>, cycle: &Cycle, posts: &Posts, verdict: &mut Verdict) {
    let (all, void) = (
        rated(places, cycle, false).await,
        rated(places, cycle, true).await,
    );
    let policy = &cycle.rules.policy;
    for ((source, unit, criterion), post) in posts
        .iter()
        .filter(|((s, ..), _)| s == "survey" || s == "recheck")
    {
        let leaf = leaf(cycle, unit, criterion);
        let Some(Rule::Survey { question, .. }) = leaf.map(|leaf| &leaf.rule) else {
            verdict.half.push(format!(
                "{source} posted {criterion} of {unit}, which is no survey leaf"
            ));
            continue;
        };
        let key = (unit.clone(), question.to_string());
        let (all, void) = (
            all.get(&key).copied().unwrap_or_default(),
            void.get(&key).copied().unwrap_or_default(),
        );
        let expected = leaf.and_then(|leaf| match source.as_str() {
            "survey" => points(leaf.max, all, leaf_decimals(policy)).map(Value::Points),
            _ => adjustment(leaf, policy, all, void),
        });
        let found = match &post.post.value {
            Value::Points(_) => Some(post.post.value.clone()),
            other if source == "recheck" => Some(other.clone()),
            _ => None,
        };
        if found != expected {
            verdict.half.push(format!(
                "{source} says {found:?} of {criterion} of {unit}; the slips say {expected:?}"
            ));
        }
    }
}

fn leaf<'a>(cycle: &'a Cycle, unit: &str, criterion: &str) -> Option<&'a chiso_domain::cycle::Criterion> {
    let unit: UnitCode = unit.parse().ok()?;
    let criterion: CriterionCode = criterion.parse().ok()?;
    cycle.index_set(&unit)?.row(&criterion)
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
