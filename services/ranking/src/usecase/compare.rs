//! What readers are told beside the results: medians, where points were lost, what changed since the cycle before.
//!
//! It is made of printed results when somebody asks, so versions that were published long ago have it, too; and since
//! the cycle before may be corrected later, it is kept nowhere.

use std::collections::BTreeMap;

use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::kernel::{CycleCode, Points};
use chiso_domain::ranking::compare::{Printed, Since, losses, median, since};
use chiso_platform::Error;
use chiso_platform::db::Reads;
use chiso_wire::ranking as pb;
use prost::Message;

use crate::store;

/// By which results are known again; without what stands beside them, which may change by itself.
pub(super) fn results_sha256(units: &[pb::UnitResult], types: &[pb::TypeSummary]) -> String {
    let results = pb::GetPublishedResponse {
        units: units.to_vec(),
        types: types.to_vec(),
        ..pb::GetPublishedResponse::default()
    };
    sha256_hex(&results.encode_to_vec())
}

/// Puts comparisons beside the results of a cycle, and names the cycle before; empty: there is none.
pub(super) async fn compare(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &mut [pb::UnitResult],
    types: &mut [pb::TypeSummary],
) -> Result<String, Error> {
    let before = store::version_before(reads, cycle).await?;
    let earlier = match &before {
        Some(version) => store::results(reads, version, "").await?,
        None => Vec::new(),
    };
    let earlier: BTreeMap<&str, &pb::UnitResult> =
        earlier.iter().map(|unit| (unit.unit.as_str(), unit)).collect();
    let mut maxima: BTreeMap<&str, Vec<(&str, Points)>> = BTreeMap::new();
    for summary in types.iter() {
        let own = summary.contents.iter();
        let own = own.map(|content| Ok((content.code.as_str(), points(&content.max_points)?)));
        maxima.insert(&summary.unit_type, own.collect::<Result<_, Error>>()?);
    }
    for unit in units.iter_mut() {
        let maxima = maxima.get(unit.unit_type.as_str()).map_or(&[][..], Vec::as_slice);
        let earlier = earlier.get(unit.unit.as_str()).copied();
        let earlier = earlier.filter(|earlier| earlier.unit_type == unit.unit_type);
        unit.comparison = Some(comparison(unit, maxima, earlier)?);
    }
    for summary in types.iter_mut() {
        summary.medians = medians(units, &summary.unit_type)?;
    }
    Ok(before.map_or_else(String::new, |version| version.cycle.to_string()))
}

fn comparison(
    unit: &pb::UnitResult,
    maxima: &[(&str, Points)],
    earlier: Option<&pb::UnitResult>,
) -> Result<pb::Comparison, Error> {
    let own = printed(unit)?;
    let losses = losses(maxima, &own);
    let mut told = pb::Comparison::default();
    if let Some(losses) = losses {
        told.full = losses.full.to_string();
        told.lost = contents(&losses.lost);
        told.scaled = losses.scaled.to_string();
    }
    if let Some(earlier) = earlier {
        let since = since(&printed(earlier)?, &own);
        told.earlier = Some(changed(earlier, &since));
    }
    Ok(told)
}

fn changed(earlier: &pb::UnitResult, since: &Since<'_>) -> pb::Earlier {
    pb::Earlier {
        total: earlier.total.clone(),
        rank: earlier.rank,
        tied: earlier.tied,
        contents: contents(&since.contents),
        penalty: since.penalty.to_string(),
        gained: since.total.to_string(),
        places: since.places,
    }
}

/// Of the ranked units of a type, in the order of the contents.
fn medians(units: &[pb::UnitResult], unit_type: &str) -> Result<Vec<pb::Content>, Error> {
    let ranked = || {
        let own = units.iter().filter(|unit| unit.unit_type == unit_type);
        own.filter(|unit| unit.rank > 0)
    };
    let Some(first) = ranked().next() else {
        return Ok(Vec::new());
    };
    let mut medians = Vec::with_capacity(first.contents.len());
    for content in &first.contents {
        let own = ranked().flat_map(|unit| &unit.contents);
        let own = own.filter(|other| other.code == content.code);
        let own = own.map(|content| points(&content.points));
        let middle = median(own.collect::<Result<_, Error>>()?);
        medians.extend(middle.map(|middle| told(&content.code, middle)));
    }
    Ok(medians)
}

fn printed(unit: &pb::UnitResult) -> Result<Printed<'_>, Error> {
    let contents = unit.contents.iter();
    let contents = contents.map(|content| Ok((content.code.as_str(), points(&content.points)?)));
    Ok(Printed {
        contents: contents.collect::<Result<_, Error>>()?,
        penalty: points(&unit.penalty)?,
        total: points(&unit.total)?,
        rank: unit.rank,
    })
}

fn contents(points: &[(&str, Points)]) -> Vec<pb::Content> {
    points.iter().map(|(code, points)| told(code, *points)).collect()
}

fn told(code: &str, points: Points) -> pb::Content {
    pb::Content {
        code: code.to_owned(),
        points: points.to_string(),
    }
}

/// What a result printed.
fn points(text: &str) -> Result<Points, Error> {
    text.parse().map_err(Error::internal)
}
