//! The official computation: a new version, with its file, its results and every leaf behind them.

use std::collections::BTreeMap;

use chiso_domain::cycle::Cycle;
use chiso_domain::index_points::IndexPoints;
use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_domain::ranking::Missing;
use chiso_domain::ranking::document::{Document, Header};
use chiso_platform::auth::Caller;
use chiso_platform::db::Reads;
use chiso_platform::once::Once;
use chiso_platform::redis::{NEWEST_KEPT, Published, newest_of};
use chiso_platform::{Error, journal};
use chiso_wire::convert::{optional_text, parse, text};
use chiso_wire::ranking as pb;
use serde_json::json;

use super::compare::results_sha256;
use super::leaves::leaves;
use super::stock::{Stock, apart, computed};
use super::{TEXT_MAX, act};
use crate::error::Refused;
use crate::store::{NewVersion, ResultRow, VersionRow};
use crate::{SERVICE, Service, letters, policy, store, wire};

/// Missing leaves named in one refusal; the sentence tells how many there are.
const NAMED_MAX: usize = 50;

impl Service {
    /// Publishes a version. Repeated, it answers with the same version; if anything fails, nothing is
    /// published. Ties that the council left open do not block: their units stay good, and say so.
    pub(crate) async fn publish(
        &self,
        caller: &Caller,
        request: pb::PublishRequest,
    ) -> Result<pb::PublishResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::PUBLISH, Some(&cycle))?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "Publish", caller, &request.request_id, &request)?;
        let document = text("document", &request.document, TEXT_MAX)?;
        let correction = optional_text("correction_reason", &request.correction_reason, TEXT_MAX)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let frame = self.ctx.cycles.fresh(&cycle).await?;
        self.consumer.catch_up().await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let header = Header {
            province: frame.province.clone(),
            regulation: frame.regulation.clone(),
            version: next_version(&mut tx, &cycle, (&correction, request.seen_version)).await?,
            cycle,
            document,
            correction_reason: correction,
            published_at: now,
        };
        let (stock, outcome) = computed(Stock::load(&mut tx, frame).await?).await?;
        require_complete(named(&stock.cycle, outcome.missing()))?;
        let (_, new) = apart(stock, |stock| version(stock, header)).await?;
        require_seen(&new, &request.results_sha256)?;
        let reply = pb::PublishResponse {
            version: Some(new.row.to_wire()),
        };
        let object = format!("{}/{}", new.row.cycle, new.row.version);
        let mut act = act(caller, "version.publish", object, &new.row.correction_reason);
        act.after = Some(json!({ "document": new.row.document, "sha256": new.row.sha256 }));
        let letter = letters::published(&new.row.cycle, &new.row);
        store::version_insert(&mut tx, new).await?;
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        self.ctx.mail.post(&mut tx, SERVICE, now, &[letter]).await?;
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.mail.ring();
        if let Some(version) = &reply.version {
            self.tell(version).await;
        }
        Ok(reply)
    }

    /// Lets who shows copies know at once.
    async fn tell(&self, version: &pb::Version) {
        let newest = Published {
            number: version.version,
            sha256: version.sha256.clone(),
        };
        let name = newest_of(&version.cycle);
        self.ctx
            .cache
            .put(&name, newest.to_text().as_bytes(), NEWEST_KEPT)
            .await;
    }
}

async fn next_version(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    (correction, seen): (&str, Option<i32>),
) -> Result<u32, Error> {
    let newest = store::version(reads, cycle, 0)
        .await?
        .map_or(0, |version| version.version);
    if seen.is_some_and(|seen| u32::try_from(seen) != Ok(newest)) {
        return Err(Refused::PublishedSince { newest }.into());
    }
    match (newest, correction.is_empty()) {
        (0, false) => Err(Refused::NothingToCorrect.into()),
        (0, true) => Ok(1),
        (_, true) => Err(Refused::NoCorrectionReason.into()),
        (newest, false) => Ok(newest + 1),
    }
}

/// Each missing leaf by unit, criterion and source, with what is missing and who can give it.
pub(super) fn named<'a>(
    cycle: &'a Cycle,
    missing: impl Iterator<Item = &'a Missing> + 'a,
) -> impl Iterator<Item = (String, String)> + 'a {
    missing.map(|missing| {
        let source = store::source_name(missing.source);
        let place = format!("{}.{}[{source}]", missing.unit, missing.criterion);
        (place, wire::reason(cycle, missing))
    })
}

/// Refuses while leaves are missing, and names them.
pub(super) fn require_complete(missing: impl Iterator<Item = (String, String)>) -> Result<(), Error> {
    let missing: Vec<(String, String)> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    let vi = format!(
        "Còn {} mục điểm chưa có hoặc chưa chốt nên chưa tính chính thức được. Xem từng mục, bổ sung rồi làm lại.",
        missing.len()
    );
    let named = missing.into_iter().take(NAMED_MAX).collect();
    Err(Error::obstacles("NOT_READY", vi, named))
}

/// What was looked at is what is published, where it is said what that was.
fn require_seen(new: &NewVersion, seen: &str) -> Result<(), Error> {
    let units: Vec<pb::UnitResult> = new.results.iter().map(|row| row.result.clone()).collect();
    if seen.is_empty() || seen == results_sha256(&units, &new.types) {
        return Ok(());
    }
    Err(Refused::ResultsChanged.into())
}

/// Everything that is stored of a new version.
fn version(stock: &Stock, header: Header) -> NewVersion {
    let document = Document::new(header, &stock.input());
    let file = document.encode();
    let row = VersionRow {
        cycle: document.cycle.clone(),
        version: document.version,
        document: document.document.clone(),
        correction_reason: document.correction_reason.clone(),
        published_at: document.published_at,
        sha256: sha256_hex(&file),
        rule_set_sha256: document.rule_set_sha256.clone(),
        province: document.province.clone(),
        replaced: false,
    };
    let mut posts: BTreeMap<&UnitCode, Vec<&IndexPoints>> = BTreeMap::new();
    for points in &stock.posts {
        posts.entry(&points.post.unit).or_default().push(points);
    }
    let with_leaves = |result: chiso_domain::ranking::UnitResult| {
        let own = posts.get(&result.unit).into_iter().flatten();
        ResultRow {
            leaves: leaves(&stock.cycle, &result.unit, own.copied()),
            result: wire::result(&stock.cycle, result),
        }
    };
    let types = document.results.types.into_iter();
    NewVersion {
        row,
        types: types
            .map(|summary| wire::summary(&stock.cycle, summary))
            .collect(),
        results: document.results.units.into_iter().map(with_leaves).collect(),
        file,
    }
}

#[cfg(test)]
mod tests {
    use chiso_platform::error::{vi_of, violations_of};
    use tonic::Status;

    use super::*;

    #[test]
    fn fifty_missing_leaves_are_named_and_all_are_counted() {
        let leaf = |at: i32| (format!("SNV.I.{at}[ledger]"), format!("Thiếu mục {at}."));
        let status = Status::from(require_complete((1..=60).map(leaf)).unwrap_err());
        let named = violations_of(&status);
        assert_eq!(named.len(), NAMED_MAX);
        assert_eq!(named[49], leaf(50));
        assert!(
            vi_of(&status).starts_with("Còn 60 mục điểm"),
            "{}",
            vi_of(&status)
        );
        assert!(require_complete(std::iter::empty()).is_ok());
    }
}
