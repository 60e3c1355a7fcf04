//! Signing in and out, and resolving tokens.
//!
//! Five failures of a login within a quarter of an hour make it wait until the quarter is over; failures
//! are stored, so a restart does not forgive them. An unknown login fails like a wrong password.
//!
//! The count is in the database. A refusal of it is kept in Redis for some seconds, under a keyed hash of the
//! login, so that a flood of guesses costs no transactions; without Redis the database gives the same refusals.

use std::time::Duration;

use chiso_domain::kernel::{Instant, TokenId, text::nfc, time::SECOND};
use chiso_platform::auth::Caller;
use chiso_platform::journal::{self, Act};
use chiso_platform::redis::Name;
use chiso_platform::{Error, rng};
use chiso_wire::convert::timestamp;
use chiso_wire::identity as pb;
use sha2::{Digest, Sha256};

use super::people::could_be_login;
use crate::error::Refused;
use crate::store::{self, PersonRow, TokenRow};
use crate::{SERVICE, Service, policy};

const FAILURES: usize = 5;
const FAILURE_SPAN: i64 = 15 * 60 * SECOND;
/// Longer texts are no passwords; hashing them would only cost time.
const LONGEST_PASSWORD: usize = 1_024;
/// A refusal may be given again for so long without asking the database.
const REFUSAL_KEPT: Duration = Duration::from_secs(10);
const SESSION: i64 = 12 * 3_600 * SECOND;

/// A new secret with a prefix that scanners know, and the hash that is stored.
pub(super) fn new_secret(prefix: &str) -> (String, Vec<u8>) {
    let secret = format!("{prefix}{}", hex::encode(rng::bytes::<32>()));
    let hash = hash_of(&secret);
    (secret, hash)
}

fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

impl Service {
    /// Exchanges login and password for a session of twelve hours.
    pub(crate) async fn sign_in(
        &self,
        _caller: &Caller,
        request: pb::SignInRequest,
    ) -> Result<pb::SignInResponse, Error> {
        let now = self.ctx.clock.now();
        let login = nfc(&request.login).to_lowercase();
        let person = if could_be_login(&login) && request.password.len() <= LONGEST_PASSWORD {
            self.refuse_again(&login, now).await?;
            self.count_attempt(&login, now).await?;
            store::person_by_login(&mut &self.ctx.db, &login)
                .await?
                .filter(|p| !p.disabled)
        } else {
            None
        };
        let hash = person.as_ref().and_then(|p| p.password_hash.clone());
        let password: String = request.password.chars().take(LONGEST_PASSWORD).collect();
        let matches = self.passwords.matches(&password, hash).await?;
        match person.filter(|_| matches) {
            Some(person) => self.open_session(person, now).await,
            None => Err(Refused::WrongPassword.into()),
        }
    }

    /// Counts the attempt before the password is looked at, so that attempts at once are not free; success
    /// clears the count.
    async fn count_attempt(&self, login: &str, now: Instant) -> Result<(), Error> {
        let mut tx = self.ctx.db.begin().await?;
        let since = now.plus(-FAILURE_SPAN);
        let failures = store::failures_since(&mut tx, login, since).await?;
        if let Some(first) = failures.first().filter(|_| failures.len() >= FAILURES) {
            drop(tx);
            let until = first.plus(FAILURE_SPAN);
            let text = until.micros().to_string();
            let name = self.refusal_of(login);
            self.ctx.cache.put(&name, text.as_bytes(), REFUSAL_KEPT).await;
            return Err(Refused::TooManyFailures(until).into());
        }
        store::failures_forget(&mut tx, since).await?;
        store::failure_insert(&mut tx, login, now).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the refusal that the database gave some seconds ago, if that is not over.
    async fn refuse_again(&self, login: &str, now: Instant) -> Result<(), Error> {
        let kept = self.ctx.cache.get(&self.refusal_of(login)).await;
        let micros = kept.and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok());
        match micros.map(Instant::from_micros) {
            Some(until) if now < until => Err(Refused::TooManyFailures(until).into()),
            _ => Ok(()),
        }
    }

    fn refusal_of(&self, login: &str) -> Name {
        Name::of("sign_in", &[&hex::encode(self.ctx.seals.hash("sign_in", login))])
    }

    async fn open_session(&self, known: PersonRow, now: Instant) -> Result<pb::SignInResponse, Error> {
        let mut tx = self.ctx.db.begin().await?;
        // While the password was looked at it may have been reset, which ends all sessions: so none may begin.
        let person = store::person_by_id(&mut tx, known.id)
            .await?
            .filter(|person| !person.disabled && person.password_hash == known.password_hash)
            .ok_or(Refused::WrongPassword)?;
        let (token, secret_sha256) = new_secret("chiso_s_");
        let row = TokenRow {
            id: TokenId(rng::uuid_v7(now, rng::bytes())),
            person: person.id,
            secret_sha256,
            session: true,
            label: String::new(),
            created_at: now,
            expires_at: now.plus(SESSION),
            revoked: false,
        };
        store::failures_clear(&mut tx, &person.login).await?;
        store::token_insert(&mut tx, &row).await?;
        let act = Act {
            actor: person.id.to_string(),
            act: "session.open",
            object: person.id.to_string(),
            before: None,
            after: None,
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        tx.commit().await?;
        // Another guess may have been refused while this password was looked at.
        self.ctx.cache.forget(&self.refusal_of(&person.login)).await;
        let expires_at = Some(timestamp(row.expires_at));
        Ok(pb::SignInResponse {
            token,
            expires_at,
            person: Some(person.into_wire()),
        })
    }

    /// Ends every session of the caller.
    pub(crate) async fn sign_out(
        &self,
        caller: &Caller,
        _request: pb::SignOutRequest,
    ) -> Result<pb::SignOutResponse, Error> {
        let mut tx = self.ctx.db.begin().await?;
        store::tokens_revoke_all(&mut tx, caller.person()?, false).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(pb::SignOutResponse {})
    }

    /// Tells who calls.
    pub(crate) async fn get_caller(
        &self,
        caller: &Caller,
        _request: pb::GetCallerRequest,
    ) -> Result<pb::GetCallerResponse, Error> {
        let person = store::person_by_id(&mut &self.ctx.db, caller.person()?).await?;
        let person = person.ok_or_else(Error::unauthenticated)?;
        Ok(pb::GetCallerResponse {
            person: Some(person.into_wire()),
        })
    }

    /// Finds the person behind a token that still counts.
    pub(crate) async fn resolve_token(
        &self,
        caller: &Caller,
        request: pb::ResolveTokenRequest,
    ) -> Result<pb::ResolveTokenResponse, Error> {
        caller.require(policy::RESOLVE_TOKEN, None)?;
        let now = self.ctx.clock.now();
        let token = store::token_by_secret(&mut &self.ctx.db, &hash_of(&request.token)).await?;
        let token = token
            .filter(|t| t.counts(now))
            .ok_or_else(Error::unauthenticated)?;
        let person = store::person_by_id(&mut &self.ctx.db, token.person).await?;
        let person = person
            .filter(|p| !p.disabled)
            .ok_or_else(Error::unauthenticated)?;
        let expires_at = Some(timestamp(token.expires_at));
        Ok(pb::ResolveTokenResponse {
            person: Some(person.into_wire()),
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests;
