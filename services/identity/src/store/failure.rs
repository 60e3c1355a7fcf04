//! Failed guesses, each under the key of what it is counted for.

use chiso_domain::kernel::Instant;
use chiso_platform::db::{DbResult, Reads, Tx, sql};

pub(crate) async fn failures_since(
    reads: &mut impl Reads,
    key: &str,
    since: Instant,
) -> DbResult<Vec<Instant>> {
    let text = "SELECT at FROM identity_failure WHERE login = $1 AND at > $2 ORDER BY at";
    let rows = reads.all(sql(text).bind(key).bind(since)).await?;
    rows.iter().map(|row| row.get("at")).collect()
}

pub(crate) async fn failure_insert(tx: &mut Tx, key: &str, at: Instant) -> DbResult<()> {
    tx.run_one(
        sql("INSERT INTO identity_failure (login, at) VALUES ($1, $2)")
            .bind(key)
            .bind(at),
    )
    .await
}

/// Failures that no longer count.
pub(crate) async fn failures_forget(tx: &mut Tx, until: Instant) -> DbResult<()> {
    tx.run(sql("DELETE FROM identity_failure WHERE at <= $1").bind(until))
        .await?;
    Ok(())
}

pub(crate) async fn failures_clear(tx: &mut Tx, key: &str) -> DbResult<()> {
    tx.run(sql("DELETE FROM identity_failure WHERE login = $1").bind(key))
        .await?;
    Ok(())
}

/// What was counted in advance for a guess that was none.
pub(crate) async fn failure_take_back(tx: &mut Tx, key: &str, at: Instant) -> DbResult<()> {
    tx.run(
        sql("DELETE FROM identity_failure WHERE login = $1 AND at = $2")
            .bind(key)
            .bind(at),
    )
    .await?;
    Ok(())
}
