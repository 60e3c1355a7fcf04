//! What sessions have beside their token, and sign-ins that await a code.

use chiso_domain::kernel::{Instant, PersonId, TokenId, time::SECOND};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use chiso_wire::convert::timestamp;
use chiso_wire::identity as pb;

use super::TokenRow;

/// A token with what a session has beside it; an API token has nothing there.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) token: TokenRow,
    pub(crate) last_used_at: Instant,
    /// 0: it does not end by idleness.
    pub(crate) idle_micros: i64,
    pub(crate) agent: String,
    pub(crate) second_factor: bool,
}

impl SessionRow {
    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            token: TokenRow::read(row)?,
            last_used_at: row.get("last_used_at")?,
            idle_micros: row.get("idle_micros")?,
            agent: row.get("agent")?,
            second_factor: row.get("second_factor")?,
        })
    }

    fn idle_ends_at(&self) -> Option<Instant> {
        (self.idle_micros > 0).then(|| self.last_used_at.plus(self.idle_micros))
    }

    /// Whether it still opens the door.
    pub(crate) fn counts(&self, now: Instant) -> bool {
        self.token.counts(now) && self.idle_ends_at().is_none_or(|end| now < end)
    }

    /// The session; `current` where it is the one behind this hash.
    pub(crate) fn into_wire(self, asking: &[u8]) -> pb::Session {
        pb::Session {
            session_id: self.token.id.to_string(),
            opened_at: Some(timestamp(self.token.created_at)),
            last_used_at: Some(timestamp(self.last_used_at)),
            expires_at: Some(timestamp(self.token.expires_at)),
            idle_ends_at: self.idle_ends_at().map(timestamp),
            current: self.token.secret_sha256 == asking,
            agent: self.agent,
            second_factor: self.second_factor,
        }
    }
}

/// A sign-in whose password was right and whose code is awaited.
#[derive(Clone, Debug)]
pub(crate) struct PendingRow {
    pub(crate) secret_sha256: Vec<u8>,
    pub(crate) person: PersonId,
    pub(crate) agent: String,
    pub(crate) idle_micros: i64,
    pub(crate) expires_at: Instant,
}

/// A session from before there were such rows was last used when it was opened, and does not end by idleness.
macro_rules! session {
    ($rest:literal) => {
        concat!(
            "SELECT t.*, COALESCE(s.last_used_at, t.created_at) AS last_used_at, \
             COALESCE(s.idle_micros, 0) AS idle_micros, COALESCE(s.agent, '') AS agent, \
             COALESCE(s.second_factor, 0) AS second_factor \
             FROM identity_token t LEFT JOIN identity_session s ON s.token_id = t.token_id ",
            $rest
        )
    };
}

pub(crate) async fn session_by_secret(reads: &mut impl Reads, sha256: &[u8]) -> DbResult<Option<SessionRow>> {
    let statement = sql(session!("WHERE t.secret_sha256 = $1")).bind(sha256);
    let row = reads.opt(statement).await?;
    row.as_ref().map(SessionRow::read).transpose()
}

/// Sessions of a person that still count, the newest first, after one.
pub(crate) async fn sessions_page(
    reads: &mut impl Reads,
    person: PersonId,
    now: Instant,
    after: Option<TokenId>,
    limit: i64,
) -> DbResult<Vec<SessionRow>> {
    let text = session!(
        "WHERE t.person_id = $1 AND t.session = 1 AND t.revoked = 0 AND t.expires_at > $2 \
         AND (COALESCE(s.idle_micros, 0) = 0 OR s.last_used_at + s.idle_micros > $2) \
         AND (t.token_id < $3 OR $3 IS NULL) ORDER BY t.token_id DESC LIMIT $4"
    );
    let statement = sql(text).bind(person).bind(now).bind(after).bind(limit);
    let rows = reads.all(statement).await?;
    rows.iter().map(SessionRow::read).collect()
}

/// The token of a session, and what it has beside it.
pub(crate) async fn session_insert(tx: &mut Tx, session: &SessionRow) -> DbResult<()> {
    super::token_insert(tx, &session.token).await?;
    let text = "INSERT INTO identity_session (token_id, last_used_at, idle_micros, agent, second_factor) \
                VALUES ($1, $2, $3, $4, $5)";
    let statement = sql(text)
        .bind(session.token.id)
        .bind(session.last_used_at)
        .bind(session.idle_micros)
        .bind(&session.agent)
        .bind(session.second_factor);
    tx.run_one(statement).await
}

/// Whether the use is worth writing down: once a minute is enough.
pub(crate) fn is_stale(session: &SessionRow, now: Instant) -> bool {
    session.token.session && session.last_used_at.plus(60 * SECOND) <= now
}

/// Writes down that a session is used; never backwards, whatever the clock does.
pub(crate) async fn session_touch(tx: &mut Tx, id: TokenId, now: Instant) -> DbResult<()> {
    let text = "UPDATE identity_session SET last_used_at = $2 WHERE token_id = $1 AND last_used_at < $2";
    tx.run(sql(text).bind(id).bind(now)).await?;
    Ok(())
}

pub(crate) async fn pending_insert(tx: &mut Tx, pending: &PendingRow) -> DbResult<()> {
    let text = "INSERT INTO identity_pending (secret_sha256, person_id, agent, idle_micros, expires_at) \
                VALUES ($1, $2, $3, $4, $5)";
    let statement = sql(text)
        .bind(pending.secret_sha256.as_slice())
        .bind(pending.person)
        .bind(&pending.agent)
        .bind(pending.idle_micros)
        .bind(pending.expires_at);
    tx.run_one(statement).await
}

/// What is still awaited at this time.
pub(crate) async fn pending_by_secret(
    reads: &mut impl Reads,
    sha256: &[u8],
    now: Instant,
) -> DbResult<Option<PendingRow>> {
    let text = "SELECT * FROM identity_pending WHERE secret_sha256 = $1 AND expires_at > $2";
    let row = reads.opt(sql(text).bind(sha256).bind(now)).await?;
    let read = |row: &Row| {
        Ok(PendingRow {
            secret_sha256: row.get("secret_sha256")?,
            person: row.get("person_id")?,
            agent: row.get("agent")?,
            idle_micros: row.get("idle_micros")?,
            expires_at: row.get("expires_at")?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(crate) async fn pending_delete(tx: &mut Tx, sha256: &[u8]) -> DbResult<()> {
    tx.run_one(sql("DELETE FROM identity_pending WHERE secret_sha256 = $1").bind(sha256))
        .await
}

/// Those that nobody finished in time.
pub(crate) async fn pendings_forget(tx: &mut Tx, now: Instant) -> DbResult<()> {
    tx.run(sql("DELETE FROM identity_pending WHERE expires_at <= $1").bind(now))
        .await?;
    Ok(())
}
