//! Sessions and API tokens by the hash of their secret; failed sign-ins.

use chiso_domain::kernel::{Instant, PersonId, TokenId};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use chiso_wire::convert::timestamp;
use chiso_wire::identity as pb;

/// A session or API token as stored.
#[derive(Clone, Debug)]
pub(crate) struct TokenRow {
    pub(crate) id: TokenId,
    pub(crate) person: PersonId,
    pub(crate) secret_sha256: Vec<u8>,
    pub(crate) session: bool,
    pub(crate) label: String,
    pub(crate) created_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) revoked: bool,
}

impl TokenRow {
    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            id: row.get("token_id")?,
            person: row.get("person_id")?,
            secret_sha256: row.get("secret_sha256")?,
            session: row.get("session")?,
            label: row.get("label")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            revoked: row.get("revoked")?,
        })
    }

    /// Whether it still opens the door.
    pub(crate) fn counts(&self, now: Instant) -> bool {
        !self.revoked && now < self.expires_at
    }

    pub(crate) fn into_wire(self) -> pb::Token {
        pb::Token {
            token_id: self.id.to_string(),
            person_id: self.person.to_string(),
            label: self.label,
            created_at: Some(timestamp(self.created_at)),
            expires_at: Some(timestamp(self.expires_at)),
            revoked: self.revoked,
        }
    }
}

pub(crate) async fn token_by_secret(reads: &mut impl Reads, sha256: &[u8]) -> DbResult<Option<TokenRow>> {
    let row = reads
        .opt(sql("SELECT * FROM identity_token WHERE secret_sha256 = $1").bind(sha256))
        .await?;
    row.as_ref().map(TokenRow::read).transpose()
}

pub(crate) async fn token_by_id(reads: &mut impl Reads, id: TokenId) -> DbResult<Option<TokenRow>> {
    let row = reads
        .opt(sql("SELECT * FROM identity_token WHERE token_id = $1").bind(id))
        .await?;
    row.as_ref().map(TokenRow::read).transpose()
}

pub(crate) async fn tokens_page(
    reads: &mut impl Reads,
    person: PersonId,
    after: Option<TokenId>,
    limit: i64,
) -> DbResult<Vec<TokenRow>> {
    let text = "SELECT * FROM identity_token WHERE person_id = $1 AND session = 0 \
                AND (token_id > $2 OR $2 IS NULL) ORDER BY token_id LIMIT $3";
    let rows = reads.all(sql(text).bind(person).bind(after).bind(limit)).await?;
    rows.iter().map(TokenRow::read).collect()
}

pub(crate) async fn token_insert(tx: &mut Tx, token: &TokenRow) -> DbResult<()> {
    let text = "INSERT INTO identity_token \
                (token_id, person_id, secret_sha256, session, label, created_at, expires_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let statement = sql(text)
        .bind(token.id)
        .bind(token.person)
        .bind(token.secret_sha256.as_slice())
        .bind(token.session)
        .bind(&token.label)
        .bind(token.created_at)
        .bind(token.expires_at);
    tx.run_one(statement).await
}

pub(crate) async fn token_revoke(tx: &mut Tx, id: TokenId) -> DbResult<()> {
    tx.run_one(sql("UPDATE identity_token SET revoked = 1 WHERE token_id = $1").bind(id))
        .await
}

/// All sessions of a person, and the API tokens too where told.
pub(crate) async fn tokens_revoke_all(tx: &mut Tx, person: PersonId, api_too: bool) -> DbResult<()> {
    let text = "UPDATE identity_token SET revoked = 1 WHERE person_id = $1 AND (session = 1 OR $2 = 1)";
    tx.run(sql(text).bind(person).bind(api_too)).await?;
    Ok(())
}

pub(crate) async fn failures_since(
    reads: &mut impl Reads,
    login: &str,
    since: Instant,
) -> DbResult<Vec<Instant>> {
    let text = "SELECT at FROM identity_failure WHERE login = $1 AND at > $2 ORDER BY at";
    let rows = reads.all(sql(text).bind(login).bind(since)).await?;
    rows.iter().map(|row| row.get("at")).collect()
}

pub(crate) async fn failure_insert(tx: &mut Tx, login: &str, at: Instant) -> DbResult<()> {
    tx.run_one(
        sql("INSERT INTO identity_failure (login, at) VALUES ($1, $2)")
            .bind(login)
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

pub(crate) async fn failures_clear(tx: &mut Tx, login: &str) -> DbResult<()> {
    tx.run(sql("DELETE FROM identity_failure WHERE login = $1").bind(login))
        .await?;
    Ok(())
}
