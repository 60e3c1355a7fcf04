//! Signing in: the password, then the code of who has a second factor.
//!
//! An unknown login fails like a wrong password, in the same time. Whether a code is wanted is told only after the
//! right password.

use chiso_domain::kernel::{Instant, PersonId, TokenId, text::nfc, time::SECOND};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::{Error, rng};
use chiso_wire::convert::{BadField, timestamp};
use chiso_wire::identity as pb;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::attempts::Limit;
use super::people::could_be_login;
use crate::error::Refused;
use crate::password::could_be_password;
use crate::store::{self, PendingRow, PersonRow, SessionRow, TokenRow};
use crate::{SERVICE, Service};

const LONGEST_AGENT: usize = 200;
const SESSION: i64 = 12 * 3_600 * SECOND;
/// So long a code is awaited.
const PENDING: i64 = 5 * 60 * SECOND;

/// A new secret with a prefix that scanners know, and the hash that is stored.
pub(super) fn new_secret(prefix: &str) -> (String, Vec<u8>) {
    let secret = format!("{prefix}{}", hex::encode(rng::bytes::<32>()));
    let hash = hash_of(&secret);
    (secret, hash)
}

pub(crate) fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// What a session is opened with.
#[derive(Clone, Debug, Default)]
pub(super) struct Manner {
    pub(super) agent: String,
    pub(super) idle_micros: i64,
    /// How the second factor was shown, if it was: "code", "recovery".
    pub(super) factor: Option<&'static str>,
}

impl Manner {
    fn read(request: &pb::SignInRequest) -> Result<Self, BadField> {
        if request.idle_minutes < 0 {
            let vi = "Số phút không được âm. Điền 0 nếu không giới hạn.";
            return Err(BadField::new("idle_minutes", "below zero", vi));
        }
        let printable = request.agent.chars().filter(|c| !c.is_control());
        Ok(Self {
            agent: nfc(&printable.take(LONGEST_AGENT).collect::<String>()),
            idle_micros: i64::from(request.idle_minutes) * 60 * SECOND,
            factor: None,
        })
    }
}

/// Writes a session down; it ends at the given time at the latest.
pub(super) async fn open_session(
    tx: &mut Tx,
    person: PersonId,
    manner: &Manner,
    now: Instant,
    expires_at: Instant,
) -> Result<String, Error> {
    let (secret, secret_sha256) = new_secret("chiso_s_");
    let token = TokenRow {
        id: TokenId(rng::uuid_v7(now, rng::bytes())),
        person,
        secret_sha256,
        session: true,
        label: String::new(),
        created_at: now,
        expires_at,
        revoked: false,
    };
    let session = SessionRow {
        token,
        last_used_at: now,
        idle_micros: manner.idle_micros,
        agent: manner.agent.clone(),
        second_factor: manner.factor.is_some(),
    };
    store::session_insert(tx, &session).await?;
    let act = Act {
        actor: person.to_string(),
        act: "session.open",
        object: person.to_string(),
        before: None,
        after: manner.factor.map(|factor| json!({ "second_factor": factor })),
        reason: String::new(),
    };
    journal::append(tx, SERVICE, now, vec![act]).await?;
    Ok(secret)
}

impl Service {
    /// Exchanges login and password for a session of twelve hours, or for what a code is handed in with.
    pub(crate) async fn sign_in(
        &self,
        caller: &Caller,
        request: pb::SignInRequest,
    ) -> Result<pb::SignInResponse, Error> {
        let now = self.ctx.clock.now();
        let manner = Manner::read(&request)?;
        let login = nfc(&request.login).to_lowercase();
        let could_be = could_be_login(&login) && could_be_password(&request.password);
        let client = self.client_of(caller, &request.client);
        let own = could_be.then(|| Limit::of_login(&login));
        let limits: Vec<_> = [own, client.clone()].into_iter().flatten().collect();
        self.count_attempt(&limits, now).await?;
        let (person, password) = if could_be {
            let found = store::person_by_login(&mut &self.ctx.db, &login).await?;
            (found.filter(|p| !p.disabled), request.password.as_str())
        } else {
            (None, "")
        };
        let hash = person.as_ref().and_then(|p| p.password_hash.clone());
        let matches = self.passwords.matches(password, hash).await?;
        match person.filter(|_| matches) {
            Some(person) => self.enter(person, manner, client, now).await,
            None => Err(Refused::WrongPassword.into()),
        }
    }

    /// Where somebody asks from is believed of a service, which sees it. Anybody else could name the address of others
    /// to have them wait.
    fn client_of(&self, caller: &Caller, client: &str) -> Option<Limit> {
        let known = matches!(caller, Caller::Service { .. });
        known.then(|| Limit::of_client(&self.ctx.seals, client)).flatten()
    }

    /// The password was right: opens a session, or asks for a code.
    async fn enter(
        &self,
        known: PersonRow,
        manner: Manner,
        client: Option<Limit>,
        now: Instant,
    ) -> Result<pb::SignInResponse, Error> {
        let mut tx = self.ctx.db.begin().await?;
        // While the password was looked at it may have been reset, which ends all sessions: so none may begin.
        let person = store::person_by_id(&mut tx, known.id)
            .await?
            .filter(|person| !person.disabled && person.password_hash == known.password_hash)
            .ok_or(Refused::WrongPassword)?;
        let login = Limit::of_login(&person.login);
        store::failures_clear(&mut tx, login.key()).await?;
        if let Some(client) = client {
            store::failure_take_back(&mut tx, client.key(), now).await?;
        }
        let reply = if person.second_factor {
            await_code(&mut tx, person.id, manner, now).await?
        } else {
            let expires_at = now.plus(SESSION);
            let token = open_session(&mut tx, person.id, &manner, now, expires_at).await?;
            pb::SignInResponse {
                token,
                expires_at: Some(timestamp(expires_at)),
                person: Some(person.into_wire()),
                pending: String::new(),
            }
        };
        tx.commit().await?;
        self.forget_refusal(&login).await;
        Ok(reply)
    }

    /// Opens the session that awaited a code.
    pub(crate) async fn finish_sign_in(
        &self,
        _caller: &Caller,
        request: pb::FinishSignInRequest,
    ) -> Result<pb::FinishSignInResponse, Error> {
        let now = self.ctx.clock.now();
        let hash = hash_of(&request.pending);
        let pending = store::pending_by_secret(&mut &self.ctx.db, &hash, now).await?;
        let pending = pending.ok_or(Refused::SignInExpired)?;
        let codes = Limit::of_codes(pending.person);
        self.count_attempt(std::slice::from_ref(&codes), now).await?;
        let mut tx = self.ctx.db.begin().await?;
        // It may have been used, or ended by a new password, since it was read.
        let pending = store::pending_by_secret(&mut tx, &hash, now).await?;
        let pending = pending.ok_or(Refused::SignInExpired)?;
        let factor = self
            .take_code(&mut tx, pending.person, &request.code, now)
            .await?;
        store::failures_clear(&mut tx, codes.key()).await?;
        store::pending_delete(&mut tx, &hash).await?;
        let manner = Manner {
            agent: pending.agent,
            idle_micros: pending.idle_micros,
            factor: Some(factor),
        };
        let expires_at = now.plus(SESSION);
        let token = open_session(&mut tx, pending.person, &manner, now, expires_at).await?;
        let person = store::person_by_id(&mut tx, pending.person).await?;
        let person = person.filter(|p| !p.disabled).ok_or(Refused::SignInExpired)?;
        tx.commit().await?;
        self.forget_refusal(&codes).await;
        Ok(pb::FinishSignInResponse {
            token,
            expires_at: Some(timestamp(expires_at)),
            person: Some(person.into_wire()),
        })
    }
}

/// Remembers for some minutes that the password was right.
async fn await_code(
    tx: &mut Tx,
    person: PersonId,
    manner: Manner,
    now: Instant,
) -> Result<pb::SignInResponse, Error> {
    let (pending, secret_sha256) = new_secret("chiso_h_");
    let expires_at = now.plus(PENDING);
    let row = PendingRow {
        secret_sha256,
        person,
        agent: manner.agent,
        idle_micros: manner.idle_micros,
        expires_at,
    };
    store::pendings_forget(tx, now).await?;
    store::pending_insert(tx, &row).await?;
    Ok(pb::SignInResponse {
        pending,
        expires_at: Some(timestamp(expires_at)),
        ..pb::SignInResponse::default()
    })
}

#[cfg(test)]
mod tests;
