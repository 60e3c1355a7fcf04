//! `chiso doctor`: whether this machine, its database and its neighbours are as chiso needs them.
//!
//! Looks at everything, changes nothing, and says of each thing how it stands and what to do. Works beside a
//! running system and before the first start.

mod clock;
mod database;
mod disk;
mod finding;
mod peers;
mod running;

use std::collections::BTreeMap;

use chiso_platform::process::Places;

pub use finding::{Finding, Findings, State};
pub use running::running;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Where the system keeps what it knows.
    pub places: Places,
    /// Addresses of the services that run elsewhere.
    pub peers: BTreeMap<String, Vec<String>>,
    /// Address of Redis; empty where there is none.
    pub redis_url: String,
}

/// Looks at everything; with `deep`, also at every row of every journal.
pub async fn run(subject: &Subject, deep: bool) -> Findings {
    let mut findings = Findings::default();
    findings.push(Finding::ok(
        "settings",
        "can be read; `chiso config show` prints them",
    ));
    disk::look(&subject.places, &mut findings);
    let stores = database::look(&subject.places, deep, &mut findings).await;
    clock::look(stores.as_ref(), &mut findings).await;
    if let Some(stores) = stores {
        stores.close().await;
    }
    peers::look(&subject.peers, &mut findings).await;
    peers::redis(&subject.redis_url, &mut findings).await;
    findings
}

/// All there is to say where the settings cannot be read.
#[must_use]
pub fn unreadable(why: &str) -> Findings {
    let mut findings = Findings::default();
    findings.push(Finding::fail("settings", why, "put that right, then look again"));
    findings
}

/// Folder of each service in `migrations/`, and the versions in it.
const MIGRATIONS: &[(&str, &[i64])] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The migrations of a service that this program brings along, in order.
pub(crate) fn known_migrations(service: &str) -> Vec<i64> {
    let of = MIGRATIONS
        .iter()
        .filter(|(name, _)| [service, "shared"].contains(name));
    let mut versions: Vec<i64> = of.flat_map(|(_, versions)| versions.iter().copied()).collect();
    versions.sort_unstable();
    versions
}
