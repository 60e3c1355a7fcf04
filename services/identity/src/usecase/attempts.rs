//! How often somebody may guess: a login, from one address, a person's codes, a person's old password.
//!
//! An attempt is counted before the secret is looked at, so that attempts at once are not free, and a success takes
//! the count away. The counts are in the database: a restart or another instance forgives nothing.
//!
//! A refusal is kept in Redis for some seconds, under a keyed hash, so that a flood of guesses costs no
//! transactions; without Redis the database gives the same refusals.

use std::time::Duration;

use chiso_domain::kernel::{Instant, PersonId, time::SECOND};
use chiso_platform::Error;
use chiso_platform::redis::Name;
use chiso_platform::seal::SealKeys;

use crate::error::Refused;
use crate::{Service, store};

const SPAN: i64 = 15 * 60 * SECOND;
/// Failures within the span after which the next attempt waits.
const MOST: usize = 5;
/// The same for one address: a whole office, or a province's network, may stand behind one.
const MOST_FROM_ONE_ADDRESS: usize = 100;
/// A refusal may be given again for so long without asking the database.
const REFUSAL_KEPT: Duration = Duration::from_secs(10);

/// What attempts are counted for. A login has no slash, so no other key is ever one.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    key: String,
    most: usize,
}

impl Limit {
    pub(super) fn of_login(login: &str) -> Self {
        Self::of(login.to_owned())
    }

    /// None where the address is not known.
    pub(super) fn of_client(seals: &SealKeys, client: &str) -> Option<Self> {
        let client: String = client.chars().take(200).collect();
        let hash = || hex::encode(seals.hash("identity.client", &client));
        (!client.is_empty()).then(|| Self {
            key: format!("from/{}", hash()),
            most: MOST_FROM_ONE_ADDRESS,
        })
    }

    pub(super) fn of_codes(person: PersonId) -> Self {
        Self::of(format!("code/{person}"))
    }

    pub(super) fn of_old_password(person: PersonId) -> Self {
        Self::of(format!("old/{person}"))
    }

    fn of(key: String) -> Self {
        Self { key, most: MOST }
    }

    /// As failures are stored.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

impl Service {
    /// Counts an attempt for each of these, or for none of them where one has too many.
    pub(super) async fn count_attempt(&self, limits: &[Limit], now: Instant) -> Result<(), Error> {
        if limits.is_empty() {
            return Ok(());
        }
        for limit in limits {
            self.refuse_again(limit, now).await?;
        }
        let mut tx = self.ctx.db.begin().await?;
        let since = now.plus(-SPAN);
        for limit in limits {
            let failures = store::failures_since(&mut tx, &limit.key, since).await?;
            if let Some(first) = failures.first().filter(|_| failures.len() >= limit.most) {
                drop(tx);
                let until = first.plus(SPAN);
                let text = until.micros().to_string();
                let name = self.refusal_of(limit);
                self.ctx.cache.put(&name, text.as_bytes(), REFUSAL_KEPT).await;
                return Err(Refused::TooManyFailures(until).into());
            }
        }
        store::failures_forget(&mut tx, since).await?;
        for limit in limits {
            store::failure_insert(&mut tx, &limit.key, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Gives the refusal that the database gave some seconds ago, if that is not over.
    async fn refuse_again(&self, limit: &Limit, now: Instant) -> Result<(), Error> {
        let kept = self.ctx.cache.get(&self.refusal_of(limit)).await;
        let micros = kept.and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok());
        match micros.map(Instant::from_micros) {
            Some(until) if now < until => Err(Refused::TooManyFailures(until).into()),
            _ => Ok(()),
        }
    }

    /// After a success: another guess may have been refused while this one was looked at.
    pub(super) async fn forget_refusal(&self, limit: &Limit) {
        self.ctx.cache.forget(&self.refusal_of(limit)).await;
    }

    fn refusal_of(&self, limit: &Limit) -> Name {
        let hash = self.ctx.seals.hash("sign_in", &limit.key);
        Name::of("sign_in", &[&hex::encode(hash)])
    }
}
