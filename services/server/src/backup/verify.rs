//! Whether what was restored is what was backed up, and whole in itself: journals, feeds, cursors, evidence,
//! and published versions computed again.

use std::collections::BTreeMap;

use chiso_domain::ranking::document;
use chiso_platform::db::sql;
use chiso_platform::journal::{self, Chain};
use chiso_platform::process::Places;

use super::facts::{Facts, each_service};
use super::files::{digest, evidence_path};
use super::manifest::Manifest;
use super::{BackupError, SERVICES, Stores};
use crate::doctor::{Finding, Findings};

const OLDER: &str = "do not use this copy; restore an older backup into another place, and keep both";

/// Reads everything back.
pub(super) async fn verify(
    places: &Places,
    manifest: &Manifest,
    findings: &mut Findings,
) -> Result<(), BackupError> {
    let stores = Stores::open(places, &SERVICES).await?;
    let found = checked(places, manifest, &stores, findings).await;
    stores.close().await;
    found
}

async fn checked(
    places: &Places,
    manifest: &Manifest,
    stores: &Stores,
    findings: &mut Findings,
) -> Result<(), BackupError> {
    if places.postgres.is_none() {
        findings.push(pages(stores).await?);
    }
    let facts = Facts::read(stores).await?;
    findings.push(migrations(&facts, manifest));
    for (service, db) in stores.each() {
        let chain = journal::verify(db, service).await?;
        findings.push(chained(service, chain, &facts, manifest));
    }
    feeds(stores, &facts, findings).await?;
    cursors(stores, &facts, findings).await?;
    published(stores, &facts, manifest, findings).await?;
    findings.push(evidence(places, &facts, manifest));
    Ok(())
}

async fn pages(stores: &Stores) -> Result<Finding, BackupError> {
    let registry = stores.of("registry")?;
    let said: String = registry
        .one(sql("PRAGMA integrity_check"))
        .await?
        .get("integrity_check")?;
    let orphans = registry.all(sql("PRAGMA foreign_key_check")).await?.len();
    Ok(if said == "ok" && orphans == 0 {
        Finding::ok("database", "every page and reference is in order")
    } else {
        Finding::fail(
            "database",
            format!("{said}; {orphans} rows refer to nothing"),
            OLDER,
        )
    })
}

fn migrations(facts: &Facts, manifest: &Manifest) -> Finding {
    let of = |facts: &Facts| -> BTreeMap<String, Vec<i64>> {
        let each = facts.services.iter();
        each.map(|(service, of)| (service.clone(), of.migrations.clone()))
            .collect()
    };
    let count: usize = facts.services.values().map(|of| of.migrations.len()).sum();
    if of(facts) == of(&manifest.facts) {
        Finding::ok("schema", format!("{count} migrations, as in the manifest"))
    } else {
        Finding::fail("schema", "other migrations ran than the manifest says", OLDER)
    }
}

fn chained(service: &str, chain: Chain, facts: &Facts, manifest: &Manifest) -> Finding {
    let check = format!("journal {service}");
    let end = |facts: &Facts| {
        let of = facts.services.get(service);
        of.map(|of| (of.journal_rows, of.journal_hash.clone()))
            .unwrap_or_default()
    };
    match chain {
        Chain::Broken(row) => Finding::fail(
            check,
            format!("row {row} does not follow from the one before"),
            OLDER,
        ),
        Chain::Whole(_) if end(facts) != end(&manifest.facts) => {
            Finding::fail(check, "does not end as the manifest says", OLDER)
        }
        Chain::Whole(rows) => Finding::ok(check, format!("{rows} rows, each follows from the one before")),
    }
}

/// The numbers of a feed, and the revisions within it, have no gaps.
async fn feeds(stores: &Stores, facts: &Facts, findings: &mut Findings) -> Result<(), BackupError> {
    let count = each_service!(
        [
            "SELECT COUNT(*) AS posts, COALESCE(SUM(CASE WHEN revision > before + 1 THEN 1 ELSE 0 END), 0) AS jumps \
          FROM (SELECT revision, COALESCE(LAG(revision) OVER (PARTITION BY cycle, unit, criterion \
          ORDER BY revision), 0) AS before FROM "
        ],
        "_point) revisions"
    );
    for (service, statement) in count {
        let row = stores.of(service)?.one(statement).await?;
        let (posts, jumps): (i64, i64) = (row.get("posts")?, row.get("jumps")?);
        let last = facts.services.get(service).map_or(0, |of| of.feed_rows);
        let check = format!("feed {service}");
        if (posts, jumps) == (last, 0) {
            findings.push(Finding::ok(check, format!("{posts} posts, no gap")));
        } else {
            let found = format!("{posts} posts, the last one numbered {last}; {jumps} revisions missing");
            findings.push(Finding::fail(check, found, OLDER));
        }
    }
    Ok(())
}

/// Nobody has taken a post that its feed does not have yet: the services are of one moment.
async fn cursors(stores: &Stores, facts: &Facts, findings: &mut Findings) -> Result<(), BackupError> {
    for (service, text) in [
        (
            "ranking",
            "SELECT source, seq FROM ranking_cursor ORDER BY source",
        ),
        (
            "recheck",
            "SELECT source, seq FROM recheck_cursor ORDER BY source",
        ),
    ] {
        let mut ahead = Vec::new();
        let rows = stores.of(service)?.all(sql(text)).await?;
        for row in &rows {
            let (source, seq): (String, i64) = (row.get("source")?, row.get("seq")?);
            let last = facts.services.get(&source).map_or(0, |of| of.feed_rows);
            if seq > last {
                ahead.push(format!("{source} at {seq} of {last}"));
            }
        }
        let check = format!("cursors {service}");
        findings.push(if ahead.is_empty() {
            Finding::ok(check, format!("{}, none ahead of its feed", rows.len()))
        } else {
            Finding::fail(check, format!("ahead of the feed: {}", ahead.join(", ")), OLDER)
        });
    }
    Ok(())
}

/// Every published version, computed again from its own file.
async fn published(
    stores: &Stores,
    facts: &Facts,
    manifest: &Manifest,
    findings: &mut Findings,
) -> Result<(), BackupError> {
    if facts.published != manifest.facts.published {
        let found = "other versions are published than the manifest says";
        findings.push(Finding::fail("published", found, OLDER));
    }
    for version in &facts.published {
        let text = "SELECT file FROM ranking_version WHERE cycle = $1 AND version = $2";
        let row = sql(text).bind(&version.cycle).bind(version.version);
        let file: Vec<u8> = stores.of("ranking")?.one(row).await?.get("file")?;
        let report = document::verify(&file);
        let check = format!("published {}/{}", version.cycle, version.version);
        findings.push(if report.is_clean() && report.sha256 == version.sha256 {
            Finding::ok(check, format!("computed again, sha256 {}", report.sha256))
        } else {
            let faults = report.faults().count();
            let found = format!("{faults} faults, sha256 {} for {}", report.sha256, version.sha256);
            Finding::fail(check, found, OLDER)
        });
    }
    Ok(())
}

/// Every file that the ledger names has the bytes of its name.
fn evidence(places: &Places, facts: &Facts, manifest: &Manifest) -> Finding {
    let wrong = |name: &&String| {
        let file = places.evidence.join(evidence_path(name));
        digest(&file)
            .is_ok_and(|found| found.sha256 == **name)
            .then_some(())
            .is_none()
    };
    let wrong: Vec<&String> = facts.evidence.iter().filter(wrong).collect();
    if wrong.is_empty() {
        let count = facts.evidence.len();
        return Finding::ok(
            "evidence",
            format!("{count} files that the ledger names, each with its bytes"),
        );
    }
    let before = wrong
        .iter()
        .filter(|name| manifest.missing.contains(name))
        .count();
    let found = format!(
        "{} of {} files are missing or changed ({before} of them were when the backup was made), first {}",
        wrong.len(),
        facts.evidence.len(),
        wrong.first().map_or("", |name| name.as_str())
    );
    Finding::fail(
        "evidence",
        found,
        "look for them in an older backup, by their hash",
    )
}
