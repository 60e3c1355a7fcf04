//! From a bearer token to a caller: service tokens by their signature, all others by asking identity.
//!
//! Identity's answers are kept for one second at the most, and forgotten at once by identity itself in the
//! same process, so that a role taken away ends with the next call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chiso_domain::kernel::Instant;
use chiso_wire::convert::{parse, parse_optional};
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use sha2::{Digest, Sha256};

use super::service_token::PREFIX;
use super::{Caller, Grant, NEED_FACTOR, Person, ServiceKey};
use crate::Error;
use crate::rpc::Channel;

const KEEP: Duration = Duration::from_secs(1);
const KEEP_AT_MOST: usize = 4_096;

/// Where tokens other than services' are known.
pub type Authority = Arc<dyn Fn(&str) -> Option<Caller> + Send + Sync>;

#[derive(Default)]
struct Known {
    callers: BTreeMap<[u8; 32], (tokio::time::Instant, Caller)>,
    /// Grows when all is forgotten: an answer that was asked for before must not be kept after.
    generation: u64,
}

/// Resolves bearer tokens. Cheap to clone; clones share what they know.
#[derive(Clone)]
pub struct Authenticator {
    key: ServiceKey,
    identity: Arc<OnceLock<Channel>>,
    known: Arc<Mutex<Known>>,
    fixed: Option<Authority>,
    /// Whether who decides has to have a second factor.
    factor: bool,
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authenticator")
    }
}

impl Authenticator {
    /// Knows services by this key, and asks identity once it is [connected](Self::connect).
    #[must_use]
    pub fn new(key: ServiceKey) -> Self {
        Self {
            key,
            identity: Arc::default(),
            known: Arc::default(),
            fixed: None,
            factor: false,
        }
    }

    /// Has whoever decides be nobody until they set up a second factor.
    #[must_use]
    pub(crate) fn with_factor(self, demanded: bool) -> Self {
        Self {
            factor: demanded,
            ..self
        }
    }

    /// Asks a function instead of identity; for tests of one service.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn fixed(key: ServiceKey, authority: Authority) -> Self {
        Self {
            fixed: Some(authority),
            ..Self::new(key)
        }
    }

    /// Tells where identity is. Only the first call counts.
    pub fn connect(&self, identity: Channel) {
        let _first_wins = self.identity.set(identity);
    }

    /// Where identity is, once it is [told](Self::connect).
    #[must_use]
    pub fn identity(&self) -> Option<Channel> {
        self.identity.get().cloned()
    }

    /// Forgets all answers: somebody's roles or tokens changed.
    pub fn forget(&self) {
        if let Ok(mut known) = self.known.lock() {
            known.callers.clear();
            known.generation += 1;
        }
    }

    /// The caller behind a token; anonymous without one.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a token that is not known or no longer counts.
    pub async fn resolve(&self, token: Option<&str>, now: Instant) -> Result<Caller, Error> {
        let Some(token) = token else {
            return Ok(Caller::Anonymous);
        };
        if token.starts_with(PREFIX) {
            return self.key.open(token, now).ok_or_else(Error::unauthenticated);
        }
        if let Some(authority) = &self.fixed {
            return authority(token).ok_or_else(Error::unauthenticated);
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(caller) = self.remembered(&digest) {
            return Ok(caller);
        }
        let generation = self.generation();
        let caller = self.ask(token, now).await?;
        self.remember(digest, &caller, generation);
        Ok(caller)
    }

    async fn ask(&self, token: &str, now: Instant) -> Result<Caller, Error> {
        let identity = self
            .identity
            .get()
            .ok_or_else(|| Error::unavailable("identity is not connected"))?;
        let mut request = tonic::Request::new(pb::ResolveTokenRequest {
            token: token.to_owned(),
        });
        super::super::rpc::carry(&mut request, &self.key.sign("auth", None, now));
        let reply = IdentityServiceClient::new(identity.clone())
            .resolve_token(request)
            .await;
        let reply = reply.map_err(Error::peer)?.into_inner();
        let person = reply.person.ok_or_else(Error::unauthenticated)?;
        person_of(&person, self.factor).map(Caller::Person)
    }

    fn remembered(&self, digest: &[u8; 32]) -> Option<Caller> {
        let known = self.known.lock().ok()?;
        known
            .callers
            .get(digest)
            .filter(|(at, _)| at.elapsed() < KEEP)
            .map(|(_, caller)| caller.clone())
    }

    fn generation(&self) -> Option<u64> {
        self.known.lock().ok().map(|known| known.generation)
    }

    fn remember(&self, digest: [u8; 32], caller: &Caller, asked_in: Option<u64>) {
        if let Ok(mut known) = self.known.lock()
            && Some(known.generation) == asked_in
        {
            if known.callers.len() >= KEEP_AT_MOST {
                known.callers.clear();
            }
            known
                .callers
                .insert(digest, (tokio::time::Instant::now(), caller.clone()));
        }
    }
}

fn person_of(person: &pb::Person, factor: bool) -> Result<Person, Error> {
    let decides = person.grants.iter().any(|g| NEED_FACTOR.contains(&g.role()));
    let factor_due = factor && decides && !person.second_factor;
    let grant = |g: &pb::Grant| {
        Ok(Grant {
            role: g.role(),
            cycle: parse_optional("grants.cycle", &g.cycle)?,
            unit: (!g.unit.is_empty()).then(|| g.unit.clone()),
        })
    };
    let grants = person.grants.iter().map(grant).collect::<Result<_, Error>>();
    Ok(Person {
        id: parse("person_id", &person.person_id)?,
        name: person.name.clone(),
        grants: if factor_due { Vec::new() } else { grants? },
        factor_due,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;

    fn with(role: Role, second_factor: bool) -> pb::Person {
        pb::Person {
            person_id: "01900000-0000-7000-8000-000000000001".to_owned(),
            second_factor,
            grants: vec![pb::Grant {
                role: role.into(),
                cycle: "2026".to_owned(),
                unit: String::new(),
            }],
            ..pb::Person::default()
        }
    }

    #[test]
    fn whoever_decides_is_nobody_until_the_second_factor_is_set_up() {
        for role in NEED_FACTOR {
            let due = person_of(&with(role, false), true).unwrap();
            assert!(due.factor_due && due.grants.is_empty(), "{role:?}");
            for known in [
                person_of(&with(role, true), true),
                person_of(&with(role, false), false),
            ] {
                let known = known.unwrap();
                assert!(!known.factor_due && known.grants.len() == 1, "{role:?}");
            }
        }
        let officer = person_of(&with(Role::UnitOfficer, false), true).unwrap();
        assert!(!officer.factor_due && officer.grants.len() == 1);
    }
}
