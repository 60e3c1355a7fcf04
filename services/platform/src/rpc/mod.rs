//! Calls between services, and the stack that every call passes.
//!
//! A service is a [`Part`]: routes, and a permission for each RPC. [`mount`] checks the permissions against
//! the contract, lays the stack on the routes, and gives the same routes to the listener and to a local
//! [`Channel`], so that a call inside the process and a call over the network are the same call.

mod balance;
mod channel;
mod stack;

use std::collections::BTreeMap;

use chiso_wire::DESCRIPTORS;
use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::metadata::MetadataValue;
use tonic::service::Routes;

pub use balance::balanced;
pub use channel::{Channel, RpcError, knock, local, nowhere, remote};

use crate::Context;
use crate::auth::Permission;
use crate::telemetry::trace::Call;

/// A permission for each RPC, by its short name.
pub type Policy = &'static [(&'static str, Permission)];

/// A service before it is mounted.
pub struct Part {
    /// Short name: "survey".
    pub name: &'static str,
    /// Full name in the contract: "chiso.survey.v1.SurveyService".
    pub service: &'static str,
    /// Its generated server.
    pub routes: Routes,
    /// A permission for each of its RPCs.
    pub policy: Policy,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part({})", self.service)
    }
}

/// A service with the stack on its routes.
#[derive(Clone, Debug)]
pub struct Mounted {
    /// Short name.
    pub name: &'static str,
    /// Full name.
    pub service: &'static str,
    /// For a listener.
    pub routes: Routes,
    /// For callers in this process.
    pub channel: Channel,
}

/// A part that must not start.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFault {
    /// The contract has no such service.
    #[error("{0} is not in the contract")]
    UnknownService(&'static str),
    /// RPCs without permission.
    #[error("{service} has RPCs without a permission: {missing:?}; add each to its policy")]
    Missing {
        /// Of which service.
        service: &'static str,
        /// Which RPCs.
        missing: Vec<String>,
    },
    /// Permissions without RPC.
    #[error("{service} has permissions for RPCs that do not exist: {unknown:?}; remove each from its policy")]
    Unknown {
        /// Of which service.
        service: &'static str,
        /// Which names.
        unknown: Vec<String>,
    },
}

/// The RPCs of each service of the contract: full service name to method names.
#[must_use]
pub fn contract() -> BTreeMap<String, Vec<String>> {
    let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default().file;
    let mut services = BTreeMap::new();
    for file in files {
        for service in &file.service {
            let methods = service.method.iter().map(|m| m.name().to_owned()).collect();
            services.insert(format!("{}.{}", file.package(), service.name()), methods);
        }
    }
    services
}

/// Checks that every RPC of a service has exactly one permission.
///
/// # Errors
/// [`PolicyFault`]; the process must not start then.
pub fn check_policy(service: &'static str, policy: Policy) -> Result<(), PolicyFault> {
    let contract = contract();
    let methods = contract
        .get(service)
        .ok_or(PolicyFault::UnknownService(service))?;
    let has = |name: &str| policy.iter().filter(|(rpc, _)| *rpc == name).count() == 1;
    let missing: Vec<String> = methods.iter().filter(|m| !has(m)).cloned().collect();
    if !missing.is_empty() {
        return Err(PolicyFault::Missing { service, missing });
    }
    let known = |rpc: &str| methods.iter().any(|m| m == rpc);
    let unknown: Vec<String> = policy
        .iter()
        .filter(|(rpc, _)| !known(rpc))
        .map(|(rpc, _)| (*rpc).to_owned())
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(PolicyFault::Unknown { service, unknown })
    }
}

/// Checks a part's policy and lays the stack on its routes.
///
/// # Errors
/// [`PolicyFault`]; the process must not start then.
pub fn mount(part: Part, ctx: &Context) -> Result<Mounted, PolicyFault> {
    check_policy(part.service, part.policy)?;
    let routes = stack::lay(part.routes, part.service, part.policy, ctx);
    Ok(Mounted {
        name: part.name,
        service: part.service,
        channel: local(routes.clone()),
        routes,
    })
}

/// Puts a bearer token on a request, and the trace and the id of the call under way.
///
/// # Panics
/// Never for tokens of this system: they are printable ASCII.
pub fn carry<T>(request: &mut tonic::Request<T>, token: &str) {
    let value = MetadataValue::try_from(format!("Bearer {token}")).expect("tokens are printable ASCII");
    request.metadata_mut().insert("authorization", value);
    if let Some(call) = Call::under_way() {
        for (name, value) in call.headers() {
            if let Ok(value) = MetadataValue::try_from(value) {
                request.metadata_mut().insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_with_a_gap_does_not_start() {
        const GAP: Policy = &[("SignIn", Permission::PUBLIC)];
        let fault = check_policy("chiso.identity.v1.IdentityService", GAP).unwrap_err();
        assert!(fault.to_string().contains("CreatePerson"), "{fault}");
        assert!(matches!(
            check_policy("chiso.nothing.v1.Nothing", &[]),
            Err(PolicyFault::UnknownService(_))
        ));
    }
}
