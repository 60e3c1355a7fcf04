//! `chiso doctor`: whether this machine, its database and its neighbours are as chiso needs them.
//!
//! Looks at everything that the services of `run.only` use, changes nothing, and says of each thing how it stands and what to do. Works beside a
//! running system and before the first start.

mod clock;
mod database;
mod disk;
mod finding;
mod mail;
mod peers;
mod running;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::Uri;
use chiso_platform::clock::Clock;
use chiso_platform::process::{Places, Process};

pub use finding::{Finding, Findings, State};
pub use running::running;

/// Services elsewhere, each with its instances.
pub type Addresses = BTreeMap<&'static str, Vec<Uri>>;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Where the system keeps what it knows.
    pub places: Places,
    /// The services that run here: only their databases are opened, since only their passwords are here.
    pub services: Vec<&'static str>,
    /// Addresses of the services elsewhere that those here call.
    pub peers: Addresses,
    /// Address of Redis; empty where there is none.
    pub redis_url: String,
    /// The mail server and how long it may take, where letters go to one.
    pub mail: Option<(String, Duration)>,
}

/// Looks at everything; with `deep`, also at every row of every journal.
pub async fn run(subject: &Subject, deep: bool) -> Findings {
    let mut findings = Findings::default();
    findings.push(Finding::ok(
        "settings",
        "can be read; `chiso config show` prints them",
    ));
    disk::look(&subject.places, &mut findings);
    let stores = database::look(&subject.places, &subject.services, deep, &mut findings).await;
    clock::look(stores.as_ref(), &mut findings).await;
    if let Some(stores) = stores {
        stores.close().await;
    }
    peers::look(&subject.peers, token(&subject.places).as_deref(), &mut findings).await;
    peers::redis(&subject.redis_url, &mut findings).await;
    mail::look(subject.mail.as_ref(), &mut findings).await;
    findings
}

/// What shows other processes that this one has their keys. Where folder or keys are missing or broken, which is
/// a finding of its own, there is none: opening would make them.
fn token(places: &Places) -> Option<String> {
    if !places.data_dir.exists() || !places.keys.exists() {
        return None;
    }
    let process = Process::open(places.clone(), Clock::of_process()).ok()?;
    Some(process.token("readiness"))
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
