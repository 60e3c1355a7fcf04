//! The second factor: its secret, its codes, and its end.
//!
//! A new secret counts once a code of it was shown; until then the one before it counts. Each code counts once, and
//! so does each recovery code. A change of the factor ends the sessions that began without it.

use chiso_domain::kernel::{Instant, PersonId};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_platform::{Error, rng};
use chiso_wire::convert::{parse, text, timestamp};
use chiso_wire::identity as pb;
use chiso_wire::kernel::Receipt;

use super::attempts::Limit;
use super::people::{act, no_such_person};
use super::sign_in::{Manner, open_session};
use crate::error::Refused;
use crate::store::{self, FactorRow};
use crate::{SERVICE, Service, policy, totp};

const RECOVERY_CODES: usize = 8;
/// Fifty bits, kept under a keyed hash.
const RECOVERY_LETTERS: usize = 10;

/// A code as it is compared: people type blanks, hyphens and capitals as they like.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.take(64).map(|c| c.to_ascii_lowercase()).collect()
}

/// "abcde-fghij".
fn recovery_code() -> String {
    let letters = totp::base32(&rng::bytes::<7>()).to_lowercase();
    let (head, tail) = letters[..RECOVERY_LETTERS].split_at(RECOVERY_LETTERS / 2);
    format!("{head}-{tail}")
}

fn place(person: &str) -> [&str; 3] {
    ["identity_factor", person, "secret"]
}

impl Service {
    fn open_secret(&self, person: PersonId, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let text = self.ctx.seals.open(&place(&person.to_string()), sealed)?;
        hex::decode(text).map_err(Error::internal)
    }

    fn recovery_hash(&self, person: PersonId, code: &str) -> [u8; 32] {
        self.ctx
            .seals
            .hash("identity.recovery", &format!("{person}/{code}"))
    }

    /// Takes a code of the factor that counts, or a recovery code; says which it was.
    pub(super) async fn take_code(
        &self,
        tx: &mut Tx,
        person: PersonId,
        code: &str,
        now: Instant,
    ) -> Result<&'static str, Error> {
        let code = plain(code);
        let factor = store::factor_of(tx, person).await?;
        let standing = factor.and_then(|factor| Some((factor.secret?, factor.last_step)));
        let (sealed, taken) = standing.ok_or(Refused::WrongCode)?;
        if code.len() == totp::DIGITS {
            let secret = self.open_secret(person, &sealed)?;
            let step = totp::step_of(&secret, &code, now, taken).ok_or(Refused::WrongCode)?;
            store::factor_used(tx, person, step).await?;
            return Ok("code");
        }
        let hash = self.recovery_hash(person, &code);
        if store::recovery_use(tx, person, &hash, now).await? {
            return Ok("recovery");
        }
        Err(Refused::WrongCode.into())
    }

    /// Makes a new secret, which counts once it is confirmed.
    pub(crate) async fn start_second_factor(
        &self,
        caller: &Caller,
        mut request: pb::StartSecondFactorRequest,
    ) -> Result<pb::StartSecondFactorResponse, Error> {
        let now = self.ctx.clock.now();
        let id = caller.person()?;
        // The code shows who asks, and is no part of what is asked: the same id shows the same secret without it.
        let code = std::mem::take(&mut request.code);
        let once = Once::new(
            SERVICE,
            "StartSecondFactor",
            caller,
            &request.request_id,
            &request,
        )?;
        let person = store::person_by_id(&mut &self.ctx.db, id).await?;
        let person = person.ok_or_else(Error::unauthenticated)?;
        let kept: Option<pb::StartSecondFactorResponse> = once.replay(&mut &self.ctx.db).await?;
        if kept.is_some() {
            let factor = store::factor_of(&mut &self.ctx.db, id).await?;
            return self.shown(&person.login, id, factor, &once);
        }
        let codes = Limit::of_codes(id);
        if person.second_factor {
            if code.is_empty() {
                return Err(Refused::CodeMissing.into());
            }
            self.count_attempt(std::slice::from_ref(&codes), now).await?;
        }
        let mut tx = self.ctx.db.begin().await?;
        let factor = store::factor_of(&mut tx, id).await?;
        // It may have come twice at once, or a factor may have been confirmed since the person was read.
        if factor.as_ref().is_some_and(|f| f.next_request == Some(once.id())) {
            return self.shown(&person.login, id, factor, &once);
        }
        if factor.is_some_and(|factor| factor.secret.is_some()) {
            self.take_code(&mut tx, id, &code, now).await?;
            store::failures_clear(&mut tx, codes.key()).await?;
        }
        let secret: totp::Secret = rng::bytes();
        let sealed = self.ctx.seals.seal(&place(&id.to_string()), &hex::encode(secret));
        store::factor_start(&mut tx, id, &sealed, once.id()).await?;
        journal::append(&mut tx, SERVICE, now, vec![act(caller, "factor.start", id, "")]).await?;
        let kept = pb::StartSecondFactorResponse::default();
        once.remember(&mut tx, now, &kept).await?;
        tx.commit().await?;
        Ok(pb::StartSecondFactorResponse {
            secret: totp::base32(&secret),
            uri: totp::uri(&person.login, &secret),
        })
    }

    /// The secret again, for the request that made it, as long as it awaits its confirmation.
    fn shown(
        &self,
        login: &str,
        person: PersonId,
        factor: Option<FactorRow>,
        once: &Once,
    ) -> Result<pb::StartSecondFactorResponse, Error> {
        let own = factor.filter(|factor| factor.next_request == Some(once.id()));
        let Some(sealed) = own.and_then(|factor| factor.next_secret) else {
            return Ok(pb::StartSecondFactorResponse::default());
        };
        let secret = self.open_secret(person, &sealed)?;
        Ok(pb::StartSecondFactorResponse {
            secret: totp::base32(&secret),
            uri: totp::uri(login, &secret),
        })
    }

    /// Lets the new secret count, gives new recovery codes, and ends all sessions; the one that asks goes on under
    /// a new token.
    pub(crate) async fn confirm_second_factor(
        &self,
        caller: &Caller,
        mut request: pb::ConfirmSecondFactorRequest,
        asking: &[u8],
    ) -> Result<pb::ConfirmSecondFactorResponse, Error> {
        let now = self.ctx.clock.now();
        let id = caller.person()?;
        let code = plain(&self.veil(&mut request.code));
        let once = Once::new(
            SERVICE,
            "ConfirmSecondFactor",
            caller,
            &request.request_id,
            &request,
        )?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let factor = store::factor_of(&mut tx, id).await?;
        let sealed = factor.and_then(|factor| factor.next_secret);
        let sealed = sealed.ok_or(Refused::FactorNotStarted)?;
        let secret = self.open_secret(id, &sealed)?;
        let step = totp::step_of(&secret, &code, now, i64::MIN).ok_or(Refused::FirstCodeWrong)?;
        store::factor_confirm(&mut tx, id, step, now).await?;
        let recovery_codes: Vec<_> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let hashes: Vec<_> = recovery_codes
            .iter()
            .map(|code| self.recovery_hash(id, &plain(code)))
            .collect();
        store::recovery_replace(&mut tx, id, &hashes).await?;
        journal::append(&mut tx, SERVICE, now, vec![act(caller, "factor.confirm", id, "")]).await?;
        let session = store::session_by_secret(&mut tx, asking).await?;
        store::tokens_revoke_all(&mut tx, id, false).await?;
        let mut reply = pb::ConfirmSecondFactorResponse::default();
        once.remember(&mut tx, now, &reply).await?;
        if let Some(session) = session.filter(|session| session.token.session) {
            let manner = Manner {
                agent: session.agent,
                idle_micros: session.idle_micros,
                factor: Some("code"),
            };
            let expires_at = session.token.expires_at;
            reply.token = open_session(&mut tx, id, &manner, now, expires_at).await?;
            reply.expires_at = Some(timestamp(expires_at));
        }
        tx.commit().await?;
        self.ctx.auth.forget();
        reply.recovery_codes = recovery_codes;
        Ok(reply)
    }

    /// Takes the factor away from somebody who lost it.
    pub(crate) async fn reset_second_factor(
        &self,
        caller: &Caller,
        request: pb::ResetSecondFactorRequest,
    ) -> Result<pb::ResetSecondFactorResponse, Error> {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        let now = self.ctx.clock.now();
        let id: PersonId = parse("person_id", &request.person_id)?;
        let reason = text("reason", &request.reason, 500)?;
        if caller.person()? == id {
            return Err(Refused::OwnFactor.into());
        }
        let once = Once::new(
            SERVICE,
            "ResetSecondFactor",
            caller,
            &request.request_id,
            &request,
        )?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        store::person_by_id(&mut tx, id)
            .await?
            .ok_or_else(no_such_person)?;
        if !store::factor_delete(&mut tx, id).await? {
            return Err(Refused::NoFactor.into());
        }
        store::failures_clear(&mut tx, Limit::of_codes(id).key()).await?;
        store::tokens_revoke_all(&mut tx, id, false).await?;
        journal::append(
            &mut tx,
            SERVICE,
            now,
            vec![act(caller, "factor.reset", id, &reason)],
        )
        .await?;
        let receipt = Some(Receipt {
            request_id: request.request_id,
            at: Some(timestamp(now)),
        });
        let reply = pb::ResetSecondFactorResponse { receipt };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }
}

#[cfg(test)]
mod tests;
