//! Copies of what is asked often: published rankings, the registry's frames, refusals of sign-ins.
//!
//! A copy is sealed with a key that Redis does not know, over its name and version as well as its bytes, so a
//! value that is wrong, cut off, of another name or of another system is told from a genuine one; it counts as
//! absent and is removed. Every copy ends by itself.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Redis;
use crate::auth::ServiceKey;
use crate::metrics::metrics;

const SEAL: usize = 32;
/// Larger values are not worth their time on the wire.
const LARGEST: usize = 16 << 20;

/// For so long a version may be taken for the newest without asking.
pub const NEWEST_KEPT: Duration = Duration::from_secs(1);

/// The name under which the number of a cycle's newest published version is kept: told by who publishes, used
/// by who shows.
#[must_use]
pub fn newest_of(cycle: &str) -> Name {
    Name::of("newest", &[cycle])
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
            key: key.derive("cache"),
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
        let outcome = match &value {
            None => "miss",
            Some(value) if self.is_genuine(name, value) => "hit",
            Some(_) => "refused",
        };
        metrics().cache_read(name.kind, outcome);
        if outcome == "refused" {
            tracing::debug!(cache = name.kind, "a value that is not genuine was removed");
            self.forget(name).await;
        }
        let mut value = value.filter(|_| outcome == "hit")?;
        value.drain(..SEAL);
        Some(value)
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
        let seal: [u8; SEAL] = self.mac(name, value).finalize().into_bytes().into();
        let millis = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut set = redis::cmd("SET");
        set.arg(self.key_of(name)).arg([&seal, value].concat());
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

    fn is_genuine(&self, name: &Name, value: &[u8]) -> bool {
        value
            .split_at_checked(SEAL)
            .is_some_and(|(seal, body)| self.mac(name, body).verify_slice(seal).is_ok())
    }

    fn mac(&self, name: &Name, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        for part in [name.kind.as_bytes(), name.which.as_bytes(), body] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}
