//! Campaigns.

use chiso_domain::kernel::{CycleCode, Instant};
use chiso_platform::db::{DbResult, Reads, Tx, sql};

/// A campaign.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) name: String,
    pub(crate) created_at: Instant,
    pub(crate) closed_at: Option<Instant>,
}

pub(crate) async fn find(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Option<Campaign>> {
    let row = reads
        .opt(sql("SELECT name, created_at, closed_at FROM survey_campaign WHERE cycle = $1").bind(cycle))
        .await?;
    row.map(|row| {
        Ok(Campaign {
            name: row.get("name")?,
            created_at: row.get("created_at")?,
            closed_at: row.get("closed_at")?,
        })
    })
    .transpose()
}

pub(crate) async fn create(tx: &mut Tx, cycle: &CycleCode, name: &str, now: Instant) -> DbResult<()> {
    let text = "INSERT INTO survey_campaign (cycle, name, created_at) VALUES ($1, $2, $3)";
    tx.run_one(sql(text).bind(cycle).bind(name).bind(now)).await
}

pub(crate) async fn close(tx: &mut Tx, cycle: &CycleCode, now: Instant) -> DbResult<()> {
    let text = "UPDATE survey_campaign SET closed_at = $2 WHERE cycle = $1 AND closed_at IS NULL";
    tx.run_one(sql(text).bind(cycle).bind(now)).await
}
