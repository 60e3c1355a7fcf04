//! The whole system outside the test's own process: one process, or each service in one, survey and ledger in two.

use std::collections::BTreeMap;

use chiso_platform::Context;
use chiso_platform::db::PostgresSettings;
use chiso_platform::process::Process;
use chiso_platform::rpc::{Channel, remote};
use chiso_server::system::Channels;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tonic::transport::Endpoint;

use super::instance::Instance;
use super::{Ground, SENDER, SERVICES, TestClock};

/// What runs in each process of the split system.
pub const INSTANCES: [&str; 9] = [
    "identity",
    "registry",
    "survey",
    "survey",
    "recheck",
    "leaders",
    "ledger",
    "ledger",
    "ranking,gateway",
];

/// One process of everything.
pub(super) const WHOLE: &str = "";

/// So many sandboxes of nine processes at once.
static ROOM: Semaphore = Semaphore::const_new(2);

/// A system of processes, and a way of the test's own to their databases.
#[derive(Debug)]
pub(super) struct Apart {
    pub(super) instances: Mutex<Vec<Instance>>,
    /// Addresses of each service.
    ways: BTreeMap<&'static str, Vec<String>>,
    contexts: BTreeMap<&'static str, Context>,
    process: Process,
    _room: SemaphorePermit<'static>,
}

impl Apart {
    /// Starts all of them at once and waits until each is ready.
    pub(super) async fn start(ground: &Ground, clock: &TestClock, instances: &[&'static str]) -> Self {
        let room = ROOM.acquire().await.unwrap();
        let places = ground.places();
        let own = |(number, only): (usize, &&'static str)| {
            let folder = places.data_dir.join("instances").join(format!("{number}-{only}"));
            Instance::new(only, folder, clock.file().unwrap())
        };
        let mut instances: Vec<Instance> = instances.iter().enumerate().map(own).collect();
        let peers = peers(&instances);
        for instance in &instances {
            let text = settings(ground, instance) + &peers;
            std::fs::write(instance.settings(), text).unwrap();
        }
        // The keys are made before anyone needs them.
        let process = Process::open(places, clock.here()).unwrap();
        let mut contexts = BTreeMap::new();
        for service in SERVICES {
            contexts.insert(service, process.context(service).await.unwrap());
        }
        for instance in &mut instances {
            instance.start();
        }
        for instance in &mut instances {
            instance.ready().await;
        }
        Self {
            ways: ways(&instances),
            instances: Mutex::new(instances),
            contexts,
            process,
            _room: room,
        }
    }

    /// Asks all of them to stop, and waits until they have.
    pub(super) async fn stop(self) {
        let mut instances = self.instances.into_inner();
        for instance in &instances {
            instance.ask_to_stop();
        }
        for instance in &mut instances {
            instance.ended().await;
        }
        self.process.stop().await;
    }

    /// To each service, balanced where it runs twice.
    pub(super) fn channels(&self) -> Channels {
        let to = |service: &str| connect(&self.ways[service]);
        Channels {
            identity: to("identity"),
            registry: to("registry"),
            survey: to("survey"),
            recheck: to("recheck"),
            leaders: to("leaders"),
            ledger: to("ledger"),
            ranking: to("ranking"),
        }
    }

    pub(super) fn context(&self, service: &str) -> &Context {
        &self.contexts[service]
    }
}

/// To one or several; a connection that is lost is made again with the next call.
fn connect(addresses: &[String]) -> Channel {
    let mut ways = addresses
        .iter()
        .map(|address| Endpoint::from_shared(address.clone()).unwrap());
    remote(match addresses {
        [_] => ways.next().unwrap().connect_lazy(),
        _ => tonic::transport::Channel::balance_list(ways),
    })
}

/// Where each service is.
fn ways(instances: &[Instance]) -> BTreeMap<&'static str, Vec<String>> {
    let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for instance in instances {
        for service in SERVICES.into_iter().filter(|name| instance.has(name)) {
            let address = format!("http://{}", instance.grpc);
            all.entry(service).or_default().push(address);
        }
    }
    all
}

/// The same, as every process of the system reads it.
fn peers(instances: &[Instance]) -> String {
    let line = |(service, addresses): (&str, Vec<String>)| format!("{service} = {addresses:?}\n");
    let lines: String = ways(instances).into_iter().map(line).collect();
    format!("[peers]\n{lines}")
}

fn settings(ground: &Ground, instance: &Instance) -> String {
    let (places, redis) = (ground.places(), ground.redis_url());
    // On SQLite the file is in the folder of the data; otherwise each process has a folder of its own.
    let (data, database) = match &places.postgres {
        None => (places.data_dir.clone(), String::new()),
        Some(postgres) => (instance.data(), on_postgres(postgres)),
    };
    let pages = format!(
        "[web]\npublic_url = \"http://{}\"\ncomponents = true\nsecond_factor = \"offered\"\n",
        instance.http
    );
    let mail = match ground.mail.as_str() {
        "" => String::new(),
        url => format!("[mail]\ntransport = \"smtp\"\nfrom = {SENDER:?}\nsmtp_url = {url:?}\n"),
    };
    format!(
        "[data]\ndir = {data:?}\n[keys]\nfile = {keys:?}\n[evidence]\ndir = {evidence:?}\n{database}\
         [redis]\nurl = {redis:?}\n{pages}{mail}",
        keys = places.keys,
        evidence = places.evidence,
    )
}

fn on_postgres(settings: &PostgresSettings) -> String {
    let PostgresSettings {
        url,
        passwords,
        max_connections,
        ..
    } = settings;
    let line = |(service, password): (&String, &String)| format!("{service} = {password:?}\n");
    let passwords: String = passwords.iter().map(line).collect();
    format!(
        "[database]\nurl = {url:?}\nmax_connections = {max_connections}\n[database.passwords]\n{passwords}"
    )
}
