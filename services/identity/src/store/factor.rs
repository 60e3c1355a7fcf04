//! Second factors and recovery codes.

use chiso_domain::kernel::{Instant, PersonId, RequestId};
use chiso_platform::db::{DbResult, Reads, Tx, sql};

/// A second factor as stored; both secrets are sealed.
#[derive(Clone, Debug)]
pub(crate) struct FactorRow {
    /// The one that counts, if one was ever confirmed.
    pub(crate) secret: Option<Vec<u8>>,
    /// Step of the last code that was taken.
    pub(crate) last_step: i64,
    /// One that awaits its confirmation.
    pub(crate) next_secret: Option<Vec<u8>>,
    /// The request that made it.
    pub(crate) next_request: Option<RequestId>,
}

pub(crate) async fn factor_of(reads: &mut impl Reads, person: PersonId) -> DbResult<Option<FactorRow>> {
    let text = "SELECT * FROM identity_factor WHERE person_id = $1";
    let Some(row) = reads.opt(sql(text).bind(person)).await? else {
        return Ok(None);
    };
    Ok(Some(FactorRow {
        secret: row.get("secret")?,
        last_step: row.get("last_step")?,
        next_secret: row.get("next_secret")?,
        next_request: row.get("next_request")?,
    }))
}

/// Puts a new secret beside the one that counts, in place of one that was not confirmed.
pub(crate) async fn factor_start(
    tx: &mut Tx,
    person: PersonId,
    sealed: &[u8],
    request: RequestId,
) -> DbResult<()> {
    let text = "INSERT INTO identity_factor (person_id, next_secret, next_request) VALUES ($1, $2, $3) \
                ON CONFLICT (person_id) DO UPDATE SET next_secret = excluded.next_secret, \
                next_request = excluded.next_request";
    tx.run_one(sql(text).bind(person).bind(sealed).bind(request))
        .await
}

/// The new secret counts from now on, and codes later than this step.
pub(crate) async fn factor_confirm(tx: &mut Tx, person: PersonId, step: i64, now: Instant) -> DbResult<()> {
    let text = "UPDATE identity_factor SET secret = next_secret, last_step = $2, confirmed_at = $3, \
                next_secret = NULL, next_request = NULL WHERE person_id = $1";
    tx.run_one(sql(text).bind(person).bind(step).bind(now)).await
}

/// A code of this step was taken.
pub(crate) async fn factor_used(tx: &mut Tx, person: PersonId, step: i64) -> DbResult<()> {
    let text = "UPDATE identity_factor SET last_step = $2 WHERE person_id = $1";
    tx.run_one(sql(text).bind(person).bind(step)).await
}

/// Takes the factor away, and the recovery codes; says whether there was one.
pub(crate) async fn factor_delete(tx: &mut Tx, person: PersonId) -> DbResult<bool> {
    recovery_clear(tx, person).await?;
    let text = "DELETE FROM identity_factor WHERE person_id = $1";
    Ok(tx.run(sql(text).bind(person)).await? > 0)
}

async fn recovery_clear(tx: &mut Tx, person: PersonId) -> DbResult<()> {
    tx.run(sql("DELETE FROM identity_recovery WHERE person_id = $1").bind(person))
        .await?;
    Ok(())
}

/// New recovery codes in place of all earlier ones.
pub(crate) async fn recovery_replace(tx: &mut Tx, person: PersonId, hashes: &[[u8; 32]]) -> DbResult<()> {
    recovery_clear(tx, person).await?;
    for hash in hashes {
        let text = "INSERT INTO identity_recovery (person_id, code_hash) VALUES ($1, $2)";
        tx.run_one(sql(text).bind(person).bind(&hash[..])).await?;
    }
    Ok(())
}

/// Uses a recovery code up; false where it is none, or was used before.
pub(crate) async fn recovery_use(tx: &mut Tx, person: PersonId, hash: &[u8], now: Instant) -> DbResult<bool> {
    let text = "UPDATE identity_recovery SET used_at = $3 \
                WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL";
    Ok(tx.run(sql(text).bind(person).bind(hash).bind(now)).await? > 0)
}
