//! What runs here and what elsewhere. Pure: from names and addresses to a plan, or to what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Uri;

/// The services, each after those it calls: the order in which they are built.
pub const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];
/// The edge for HTTP. It has no database and nobody calls it.
pub const GATEWAY: &str = "gateway";

/// Whom a service calls. Everyone asks identity who is calling.
fn calls(service: &str) -> &'static [&'static str] {
    match service {
        "registry" => &["identity"],
        "survey" | "leaders" | "ledger" => &["identity", "registry"],
        "recheck" => &["identity", "registry", "survey"],
        "ranking" => &["identity", "registry", "survey", "recheck", "leaders", "ledger"],
        // Each page is made of what its service answers.
        GATEWAY => &SERVICES,
        _ => &[],
    }
}

/// Without whom there is nothing to answer: the others make some of its pages, which say so while they are away.
const GATEWAY_NEEDS: &str = "ranking";

/// What runs in a process, and where it finds the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Services of this process, in the order in which they are built.
    pub here: Vec<&'static str>,
    /// Whether this process answers HTTP requests for the ranking.
    pub gateway: bool,
    /// Addresses of the services elsewhere that those here call.
    pub peers: BTreeMap<&'static str, Vec<Uri>>,
}

/// Why a process cannot run as it is told.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// There is no such service.
    #[error("run.only names {0:?}, which is no service; the services are {all} and gateway", all = SERVICES.join(", "))]
    Unknown(String),
    /// A service that does not run here has no address.
    #[error(
        "peers.{missing} is not set, but {caller}, which runs here, calls {missing}; set peers.{missing} to its \
         address, such as [\"http://10.0.0.5:50051\"], or add {missing} to run.only"
    )]
    Missing {
        /// Whose address is missing.
        missing: &'static str,
        /// Who needs it.
        caller: &'static str,
    },
    /// What stands there is no address.
    #[error("peers.{service}: {address:?} {why}; write http://host:port")]
    Address {
        /// Whose address.
        service: &'static str,
        /// As it stands there.
        address: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Several instances cannot have one truth.
    #[error(
        "peers.{0} names several instances, but database.url is empty: on SQLite each of them would have data of \
         its own. Set database.url to the PostgreSQL server they share, or name one address"
    )]
    Several(&'static str),
}

impl Plan {
    /// Everything in one process.
    #[must_use]
    pub fn whole() -> Self {
        Self {
            here: SERVICES.to_vec(),
            gateway: true,
            peers: BTreeMap::new(),
        }
    }

    /// From what is to run here (nothing named: everything), the addresses of the services, and whether there
    /// is a database that instances share.
    ///
    /// # Errors
    /// [`PlanFault`], which names the setting.
    pub fn new(
        only: &[String],
        addresses: &BTreeMap<&'static str, Vec<String>>,
        shared: bool,
    ) -> Result<Self, PlanFault> {
        let known = |name: &&String| SERVICES.contains(&name.as_str()) || *name == GATEWAY;
        if let Some(unknown) = only.iter().find(|name| !known(name)) {
            return Err(PlanFault::Unknown(unknown.clone()));
        }
        let runs = |name: &str| only.is_empty() || only.iter().any(|n| n == name);
        let here: Vec<&'static str> = SERVICES.into_iter().filter(|name| runs(name)).collect();
        let gateway = runs(GATEWAY);
        let mut peers = BTreeMap::new();
        let callers: BTreeSet<&'static str> =
            here.iter().copied().chain(gateway.then_some(GATEWAY)).collect();
        for caller in callers {
            for service in calls(caller).iter().filter(|service| !here.contains(service)) {
                let known = addresses.get(service).filter(|known| !known.is_empty());
                let known = known.ok_or(PlanFault::Missing {
                    missing: service,
                    caller,
                })?;
                if known.len() > 1 && !shared {
                    return Err(PlanFault::Several(service));
                }
                let read = known.iter().map(|address| read(service, address));
                peers.insert(*service, read.collect::<Result<Vec<_>, _>>()?);
            }
        }
        Ok(Self { here, gateway, peers })
    }

    /// Whether this process is of no use without a service elsewhere: one that services here call, and of those that
    /// only the gateway calls the one that gives what is published.
    #[must_use]
    pub fn needs(&self, service: &str) -> bool {
        let called = self.here.iter().any(|caller| calls(caller).contains(&service));
        called || (self.gateway && service == GATEWAY_NEEDS)
    }
}

fn read(service: &'static str, address: &str) -> Result<Uri, PlanFault> {
    let wrong = |why| PlanFault::Address {
        service,
        address: address.to_owned(),
        why,
    };
    let uri: Uri = address.parse().map_err(|_| wrong("is no address"))?;
    if uri.scheme_str() != Some("http") {
        return Err(wrong("does not begin with http://"));
    }
    if uri.host().is_none_or(str::is_empty) || uri.port_u16().is_none_or(|port| port == 0) {
        return Err(wrong("names no port"));
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(wrong("goes on after the port"));
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn at(addresses: &[(&'static str, &str)]) -> BTreeMap<&'static str, Vec<String>> {
        let list = |text: &str| text.split(',').map(ToOwned::to_owned).collect();
        addresses.iter().map(|(name, text)| (*name, list(text))).collect()
    }

    #[test]
    fn nothing_named_is_everything_here() {
        assert_eq!(Plan::new(&[], &BTreeMap::new(), false), Ok(Plan::whole()));
    }

    #[test]
    fn each_service_is_built_after_those_it_calls() {
        for (at, service) in SERVICES.iter().enumerate() {
            assert!(
                calls(service)
                    .iter()
                    .all(|called| SERVICES[..at].contains(called))
            );
        }
    }

    #[test]
    fn what_is_called_from_here_needs_an_address() {
        let known = at(&[
            ("identity", "http://a:1"),
            ("registry", "http://a:1"),
            ("ledger", "http://b:2"),
        ]);
        let plan = Plan::new(&only(&["survey", "recheck"]), &known, false).unwrap();
        assert_eq!((plan.here, plan.gateway), (vec!["survey", "recheck"], false));
        assert_eq!(
            plan.peers.keys().copied().collect::<Vec<_>>(),
            ["identity", "registry"]
        );
        let fault = Plan::new(&only(&["recheck"]), &known, false)
            .unwrap_err()
            .to_string();
        assert!(
            fault.contains("peers.survey") && fault.contains("run.only"),
            "{fault}"
        );
        let fault = Plan::new(&only(&["gateway"]), &known, false)
            .unwrap_err()
            .to_string();
        assert!(
            fault.contains("peers.survey") && fault.contains("gateway"),
            "{fault}"
        );
        assert_eq!(
            Plan::new(&only(&["surveys"]), &known, false),
            Err(PlanFault::Unknown("surveys".to_owned()))
        );
    }

    #[test]
    fn a_gateway_needs_what_is_published_and_does_without_the_rest() {
        let known: BTreeMap<_, _> = SERVICES
            .into_iter()
            .map(|service| (service, vec!["http://a:1".to_owned()]))
            .collect();
        let needed = |names: &[&str]| {
            let plan = Plan::new(&only(names), &known, false).unwrap();
            let mut peers: Vec<&str> = plan.peers.keys().copied().collect();
            peers.retain(|service| plan.needs(service));
            peers
        };
        assert_eq!(needed(&["gateway"]), ["ranking"]);
        assert_eq!(
            needed(&["gateway", "survey"]),
            ["identity", "ranking", "registry"]
        );
        assert_eq!(
            needed(&["gateway", "ranking"]),
            ["identity", "leaders", "ledger", "recheck", "registry", "survey"]
        );
    }

    #[test]
    fn a_wrong_address_is_named_with_what_is_wrong() {
        for (address, why) in [
            ("10.0.0.5:50051", "does not begin with http://"),
            ("https://a:1", "does not begin with http://"),
            ("http://a", "names no port"),
            ("http://a:0", "names no port"),
            ("http://a:1/identity", "goes on after the port"),
            ("http://a b:1", "is no address"),
        ] {
            let fault = Plan::new(&only(&["registry"]), &at(&[("identity", address)]), false).unwrap_err();
            let said = fault.to_string();
            assert!(
                said.contains(why) && said.contains("peers.identity"),
                "{address}: {said}"
            );
        }
    }

    #[test]
    fn several_instances_need_a_database_they_share() {
        let known = at(&[("identity", "http://a:1,http://b:1")]);
        let plan = |shared| Plan::new(&only(&["registry"]), &known, shared);
        assert_eq!(plan(true).unwrap().peers["identity"].len(), 2);
        assert_eq!(plan(false), Err(PlanFault::Several("identity")));
    }
}
