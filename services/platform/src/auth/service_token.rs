//! Short-lived tokens by which services of this system know each other: signed, and naming the person
//! asked for. The same in one process as in many.

use chiso_domain::kernel::{Instant, time::SECOND};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Caller;

/// What begins a service token.
pub(super) const PREFIX: &str = "svc.";
const LIFE: i64 = 60 * SECOND;

/// The key all services of one system share.
#[derive(Clone)]
pub struct ServiceKey([u8; 32]);

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServiceKey(…)")
    }
}

impl ServiceKey {
    /// From 32 secret bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// A token for a minute.
    #[must_use]
    pub fn sign(&self, service: &str, for_caller: Option<&Caller>, now: Instant) -> String {
        let person = match for_caller {
            Some(Caller::Person(person)) => person.id.to_string(),
            _ => "-".to_owned(),
        };
        let body = format!("{PREFIX}{service}.{person}.{}", now.micros());
        let mac = hex::encode(self.mac(&body).finalize().into_bytes());
        format!("{body}.{mac}")
    }

    /// The service behind a token, if it is genuine and fresh.
    #[must_use]
    pub fn open(&self, token: &str, now: Instant) -> Option<Caller> {
        let (body, mac) = token.rsplit_once('.')?;
        self.mac(body).verify_slice(&hex::decode(mac).ok()?).ok()?;
        let mut parts = body.strip_prefix(PREFIX)?.split('.');
        let (name, person, at) = (parts.next()?, parts.next()?, parts.next()?);
        let age = now.micros().saturating_sub(at.parse().ok()?);
        let for_person = if person == "-" {
            None
        } else {
            Some(person.parse().ok()?)
        };
        (age.abs() <= LIFE).then(|| Caller::Service {
            name: name.to_owned(),
            for_person,
        })
    }

    /// A key for another purpose, from which this one cannot be found.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        // Bodies of tokens begin with their prefix, so no token is ever such a key.
        self.mac(&format!("key.{purpose}")).finalize().into_bytes().into()
    }

    fn mac(&self, body: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(body.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_genuine_and_fresh_tokens_open() {
        let key = ServiceKey::new([7; 32]);
        let now = Instant::from_micros(1_000_000_000);
        let token = key.sign("ranking", None, now);
        let service = Caller::Service {
            name: "ranking".to_owned(),
            for_person: None,
        };
        assert_eq!(key.open(&token, now), Some(service));
        assert_eq!(key.open(&token, now.plus(LIFE + 1)), None);
        assert_eq!(ServiceKey::new([8; 32]).open(&token, now), None);
        assert_eq!(key.open(&token.replace("ranking", "ledger"), now), None);
    }
}
