//! What a database holds, in the few numbers and hashes that tell whether all of it is there again.
//!
//! Reads across the services' tables, which no service may: a backup is of the whole.

use std::collections::BTreeMap;

use chiso_platform::db::{DbResult, Row, sql};
use serde::{Deserialize, Serialize};

use super::{BackupError, Stores};

/// What a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    /// By service.
    pub(super) services: BTreeMap<String, ServiceFacts>,
    /// Published versions, in order.
    pub(super) published: Vec<Published>,
    /// Evidence files that it names, by hash, in order.
    pub(super) evidence: Vec<String>,
}

/// What a service's tables hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceFacts {
    /// Versions of the migrations that ran.
    pub(super) migrations: Vec<i64>,
    /// Number of the journal's last row.
    pub(super) journal_rows: i64,
    /// Its hash, which follows from all rows before; empty where there is none.
    pub(super) journal_hash: String,
    /// Number of the feed's last post.
    pub(super) feed_rows: i64,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Published {
    pub(super) cycle: String,
    pub(super) version: i64,
    pub(super) sha256: String,
}

/// A statement for each service, its name put between the parts.
macro_rules! each_service {
    ([$($before:literal),*], $after:literal) => {
        [
            ("identity", sql(concat!($($before, "identity",)* $after))),
            ("registry", sql(concat!($($before, "registry",)* $after))),
            ("survey", sql(concat!($($before, "survey",)* $after))),
            ("recheck", sql(concat!($($before, "recheck",)* $after))),
            ("leaders", sql(concat!($($before, "leaders",)* $after))),
            ("ledger", sql(concat!($($before, "ledger",)* $after))),
            ("ranking", sql(concat!($($before, "ranking",)* $after))),
        ]
    };
}
pub(crate) use each_service;

impl Facts {
    /// Reads them; the database should be at rest.
    pub(super) async fn read(stores: &Stores) -> Result<Self, BackupError> {
        let mut facts = Self::default();
        for (service, statement) in each_service!(["SELECT version FROM "], "_migration ORDER BY version") {
            let rows = stores.of(service)?.all(statement).await?;
            let migrations = rows
                .iter()
                .map(|row| row.get("version"))
                .collect::<DbResult<_>>()?;
            facts.service(service).migrations = migrations;
        }
        for (service, statement) in
            each_service!(["SELECT seq, hash FROM "], "_journal ORDER BY seq DESC LIMIT 1")
        {
            if let Some(row) = stores.of(service)?.opt(statement).await? {
                let hash: Vec<u8> = row.get("hash")?;
                let of = facts.service(service);
                (of.journal_rows, of.journal_hash) = (row.get("seq")?, hex::encode(hash));
            }
        }
        for (service, statement) in each_service!(["SELECT COALESCE(MAX(seq), 0) AS seq FROM "], "_point") {
            facts.service(service).feed_rows = stores.of(service)?.one(statement).await?.get("seq")?;
        }
        let versions = "SELECT cycle, version, sha256 FROM ranking_version ORDER BY cycle, version";
        let rows = stores.of("ranking")?.all(sql(versions)).await?;
        facts.published = rows.iter().map(published).collect::<DbResult<_>>()?;
        let named = "SELECT DISTINCT sha256 FROM ledger_evidence WHERE sha256 IS NOT NULL ORDER BY sha256";
        for row in stores.of("ledger")?.all(sql(named)).await? {
            facts.evidence.push(hex::encode(row.get::<Vec<u8>>("sha256")?));
        }
        Ok(facts)
    }

    fn service(&mut self, name: &str) -> &mut ServiceFacts {
        self.services.entry(name.to_owned()).or_default()
    }
}

fn published(row: &Row) -> DbResult<Published> {
    Ok(Published {
        cycle: row.get("cycle")?,
        version: row.get("version")?,
        sha256: row.get("sha256")?,
    })
}
