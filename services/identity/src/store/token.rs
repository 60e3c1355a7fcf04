//! Tokens, of sessions and of programs, by their ids.

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
    pub(super) fn read(row: &Row) -> DbResult<Self> {
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

/// Whether a person has ever had a session, or a token of their own.
pub(crate) async fn ever_signed_in(reads: &mut impl Reads, person: PersonId) -> DbResult<bool> {
    let found = sql("SELECT 1 AS one FROM identity_token WHERE person_id = $1 LIMIT 1").bind(person);
    Ok(reads.opt(found).await?.is_some())
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

/// All sessions of a person, those that await a code, and the API tokens too where told.
pub(crate) async fn tokens_revoke_all(tx: &mut Tx, person: PersonId, api_too: bool) -> DbResult<()> {
    let text = "UPDATE identity_token SET revoked = 1 WHERE person_id = $1 AND (session = 1 OR $2 = 1)";
    tx.run(sql(text).bind(person).bind(api_too)).await?;
    tx.run(sql("DELETE FROM identity_pending WHERE person_id = $1").bind(person))
        .await?;
    Ok(())
}
