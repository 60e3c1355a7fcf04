//! Copies of what is asked often: published rankings, the registry's frames, refusals of sign-ins.
//!
//! A copy is sealed with a key that Redis does not know, over its name and version as well as its bytes, so a
//! value that is wrong, cut off, of another name or of another system is told from a genuine one; it counts as
//! absent and is removed. Every copy ends by itself; until when it counts lies under the seal too, since Redis may be
//! restored from an old file or answer from a replica that fell behind.

use std::time::Duration;

use chiso_domain::kernel::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Redis;
use crate::auth::ServiceKey;
use crate::clock::Clock;
use crate::metrics::metrics;

/// A value is a seal, until when it counts in microseconds since 1970, and the body.
const SEAL: usize = 32;
const UNTIL: usize = 8;
/// The clocks of two machines may be so far apart.
const APART: Duration = Duration::from_secs(5);
/// Larger values are not worth their time on the wire.
const LARGEST: usize = 16 << 20;

/// For so long a version may be taken for the newest without asking.
pub const NEWEST_KEPT: Duration = Duration::from_secs(1);

/// The name under which a cycle's newest [`Published`] version is kept: told by who publishes, used by who shows.
#[must_use]
pub fn newest_of(cycle: &str) -> Name {
    Name::of("newest", &[cycle])
}

/// A published version. The number alone does not say which: after a restore, what had a number may be
/// published again as something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its number in the cycle.
    pub number: i32,
    /// Of its document, in hexadecimal.
    pub sha256: String,
}

impl Published {
    /// As it is kept.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{} {}", self.number, self.sha256)
    }

    /// Out of what is kept.
    #[must_use]
    pub fn read(kept: &[u8]) -> Option<Self> {
        let (number, sha256) = std::str::from_utf8(kept).ok()?.split_once(' ')?;
        Some(Self {
            number: number.parse().ok()?,
            sha256: sha256.to_owned(),
        })
    }
}

/// The name of a copy: what kind it is, and which. A new version of a thing is another copy.
#[derive(Clone, Debug)]
pub struct Name {
    kind: &'static str,
    which: String,
}

impl Name {
    /// Of a kind, told apart by parts that hold no `/`: a cycle's code, a version.
    #[must_use]
    pub fn of(kind: &'static str, parts: &[&str]) -> Self {
        Self {
            kind,
            which: parts.join("/"),
        }
    }
}

/// Copies in Redis, or none. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    key: [u8; 32],
    /// Tells systems apart that share a Redis.
    system: String,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cache({:?})", self.redis)
    }
}

impl Cache {
    /// Copies of one system: all processes with the same key share them.
    #[must_use]
    pub fn new(redis: Redis, key: &ServiceKey) -> Self {
        let [a, b, c, d, ..] = key.derive("cache.system");
        Self {
            redis,
            key: key.derive("cache.until"),
            system: hex::encode([a, b, c, d]),
        }
    }

    /// Holds nothing.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            redis: Redis::off(),
            key: [0; 32],
            system: String::new(),
        }
    }

    /// Whether copies may be found here at all.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.redis.is_on()
    }

    /// How it stands with Redis.
    #[must_use]
    pub const fn redis(&self) -> &Redis {
        &self.redis
    }

    /// The copy of a name, if there is a genuine one.
    pub async fn get(&self, name: &Name) -> Option<Vec<u8>> {
        if !self.is_on() {
            return None;
        }
        let mut get = redis::cmd("GET");
        get.arg(self.key_of(name));
        let value: Option<Vec<u8>> = self.redis.ask("get", &get).await.flatten();
        let Some(value) = value else {
            metrics().cache_read(name.kind, "miss");
            return None;
        };
        let body = self.opened(name, value, Clock::system().now());
        metrics().cache_read(name.kind, if body.is_some() { "hit" } else { "refused" });
        if body.is_none() {
            tracing::debug!(cache = name.kind, "a value that is not genuine was removed");
            self.forget(name).await;
        }
        body
    }

    /// Keeps a copy for so long.
    pub async fn put(&self, name: &Name, value: &[u8], keep: Duration) {
        self.set(name, value, keep, false).await;
    }

    /// Keeps a copy for so long, unless there is one already.
    pub async fn put_new(&self, name: &Name, value: &[u8], keep: Duration) {
        self.set(name, value, keep, true).await;
    }

    async fn set(&self, name: &Name, value: &[u8], keep: Duration, new: bool) {
        if !self.is_on() || value.len() > LARGEST {
            return;
        }
        let value = self.sealed(
            name,
            value,
            Clock::system().now().micros().saturating_add(micros(keep)),
        );
        let millis = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut set = redis::cmd("SET");
        set.arg(self.key_of(name)).arg(value);
        set.arg("PX").arg(millis);
        if new {
            set.arg("NX");
        }
        let _kept: Option<Option<String>> = self.redis.ask("set", &set).await;
    }

    /// Removes a copy.
    pub async fn forget(&self, name: &Name) {
        if self.is_on() {
            let mut del = redis::cmd("DEL");
            del.arg(self.key_of(name));
            let _removed: Option<i64> = self.redis.ask("del", &del).await;
        }
    }

    pub(super) fn key_of(&self, name: &Name) -> String {
        format!("chiso:{}:{}:{}", self.system, name.kind, name.which)
    }

    pub(super) fn sealed(&self, name: &Name, body: &[u8], until: i64) -> Vec<u8> {
        let rest = [&until.to_be_bytes(), body].concat();
        [&self.mac(name, &rest).finalize().into_bytes(), &*rest].concat()
    }

    /// The body, where it is genuine and its time is not over.
    pub(super) fn opened(&self, name: &Name, mut value: Vec<u8>, now: Instant) -> Option<Vec<u8>> {
        let (seal, rest) = value.split_at_checked(SEAL)?;
        let until = i64::from_be_bytes(*rest.first_chunk::<UNTIL>()?);
        self.mac(name, rest).verify_slice(seal).ok()?;
        (now.micros() < until.saturating_add(micros(APART))).then(|| {
            value.drain(..SEAL + UNTIL);
            value
        })
    }

    fn mac(&self, name: &Name, rest: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        for part in [name.kind.as_bytes(), name.which.as_bytes(), rest] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
