//! A round under way: the ground it stands on, the clock, the clients, and what did not come back.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper;
use tokio::sync::watch;
use tokio::task::{JoinSet, block_in_place};

use crate::args::Args;
use crate::chance::Chance;
use crate::check::{Places, Verdict, check, request_ids, unnoticed};
use crate::clock::TestClock;
use crate::ground::{Ground, Shape};
use crate::log::Log;
use crate::server::Launch;
use crate::workers::{self, Field, Stock};
use crate::world::{self, SetUp};
use crate::{say, world::World};

/// After a fault is over, a write must be acknowledged again within this time.
const RECOVERS: Duration = Duration::from_secs(30);

/// Services that clients write to all the time.
const WRITTEN: [&str; 4] = ["survey", "recheck", "leaders", "ledger"];

/// What was posted last is pulled within this time.
const PULLS: Duration = Duration::from_secs(3);

/// A running round.
pub(crate) struct Stage {
    pub(crate) ground: Ground,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) field: Field,
    pub(crate) chance: Chance,
    pub(crate) plant: Option<String>,
    pub(crate) pause: Duration,
    /// What did not come back in time.
    pub(crate) faults: Vec<String>,
    /// Requests by which the year was set up.
    set_up: BTreeSet<String>,
    /// Closing units that are closed.
    pub(crate) closed: usize,
    /// Whose turn it was to be disturbed.
    turn: usize,
    stop: watch::Sender<bool>,
    clients: JoinSet<()>,
    pub(crate) folder: tempfile::TempDir,
}

impl Stage {
    /// Sets the year up and starts the clients.
    pub(crate) async fn set(args: &Args, chance: &Chance, shape: Shape) -> Self {
        let folder = tempfile::tempdir().unwrap();
        keeper::folder(folder.path());
        // The evidence and the keys are shared by processes; the servers of databases run as other users.
        let clock = TestClock::start(
            &folder.path().join("clock"),
            world::at("2022-10-01T08:00:00+07:00"),
        );
        let clock = Arc::new(clock);
        let mut ground = Ground::lay(shape, folder.path(), &args.binary, clock.file()).await;
        let organiser = world::organiser(&ground.servers[0]);
        for number in 0..ground.servers.len() {
            let launch = Launch {
                plant: args.plant.clone(),
                ..Launch::default()
            };
            let address = block_in_place(|| ground.servers[number].start(&launch));
            let address = address.unwrap_or_else(|e| panic!("{}", e.0));
            ground
                .before(number)
                .for_each(|proxy| proxy.target(number, address));
        }
        let set_up = SetUp {
            ways: ground.ways(),
            clock: &clock,
            chance: chance.branch("year"),
        };
        let world: World = set_up.run(organiser).await;
        let set_up = request_ids(&mut ground.db().await).await;
        let (stop, stopped) = watch::channel(false);
        let field = Field {
            world: Arc::new(world),
            clock: Arc::clone(&clock),
            log: Log::create(&folder.path().join("clients.log")),
            ways: ground.ways(),
            stop: stopped,
            chance: chance.branch("clients"),
            stock: Arc::new(std::sync::Mutex::new(Stock::default())),
        };
        let clients = workers::start(&field);
        Self {
            ground,
            clock,
            field,
            chance: chance.branch("faults"),
            plant: args.plant.clone(),
            pause: args.pause,
            faults: Vec::new(),
            set_up,
            closed: 0,
            turn: chance.branch("turn").below(usize::from(u16::MAX)),
            stop,
            clients,
            folder,
        }
    }

    /// One of the processes: each comes once before one comes again.
    pub(crate) fn some_server(&mut self) -> usize {
        self.turn += 1;
        self.turn % self.ground.servers.len()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self, number: usize) {
        let fallen = self.ground.servers[number].fell();
        self.faults.extend(fallen);
        block_in_place(|| self.ground.servers[number].kill());
        self.ground.before(number).for_each(|proxy| proxy.forget(number));
    }

    /// Starts a server again after it is gone; false where it ended before it was ready, as an armed one may.
    pub(crate) fn launch(&mut self, number: usize, mut launch: Launch) -> bool {
        launch.plant.clone_from(&self.plant);
        match block_in_place(|| self.ground.servers[number].start(&launch)) {
            Ok(address) => {
                self.ground
                    .before(number)
                    .for_each(|proxy| proxy.target(number, address));
                true
            }
            Err(said) => {
                let armed = launch.point.is_some() || launch.strace.is_some();
                assert!(armed, "the server does not start again:\n{}", said.0);
                false
            }
        }
    }

    /// Ends a server and starts it without faults.
    pub(crate) fn relaunch(&mut self, number: usize) {
        self.kill(number);
        self.launch(number, Launch::default());
    }

    /// Waits until every service with clients has acknowledged something that it had not yet.
    pub(crate) async fn recovers(&mut self, after: &str) {
        let (before, since) = (self.acknowledged(), Instant::now());
        loop {
            self.fallen(after);
            let now = self.acknowledged();
            let silent: Vec<&str> = WRITTEN
                .into_iter()
                .filter(|service| now.get(service) == before.get(service))
                .collect();
            if silent.is_empty() {
                return;
            }
            if since.elapsed() > RECOVERS {
                let silent = silent.join(", ");
                let said: Vec<String> = self
                    .ground
                    .servers
                    .iter()
                    .map(crate::server::Server::said)
                    .collect();
                let fault = format!(
                    "nothing was acknowledged by {silent} for {RECOVERS:?} after {after}; the servers said:\n"
                );
                self.faults.push(fault + &said.join("\n"));
                (0..self.ground.servers.len()).for_each(|number| self.relaunch(number));
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Acknowledgements so far by service.
    fn acknowledged(&self) -> BTreeMap<&'static str, u64> {
        let mut by_service = BTreeMap::new();
        for ((service, _), count) in self.field.log.acknowledged() {
            *by_service.entry(service).or_default() += count;
        }
        by_service
    }

    /// A server that ended by itself is a fault, and is started again.
    fn fallen(&mut self, after: &str) {
        for number in 0..self.ground.servers.len() {
            if let Some(fault) = self.ground.servers[number].fell() {
                self.faults.push(format!("after {after} {fault}"));
                self.relaunch(number);
            }
        }
    }

    /// Has a server with the ranking pull all feeds, again and again: after a kill, nobody follows them for some
    /// seconds.
    pub(crate) fn pulls(&self, number: usize) {
        let way = self.ground.servers[number].way("ranking");
        let token = self.field.world.organiser.token.clone();
        tokio::spawn(async move {
            let since = Instant::now();
            while let Some(way) = way.as_ref().filter(|_| since.elapsed() < PULLS) {
                let _it_ends_meanwhile = world::provisional(way.to("ranking"), &token).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
    }

    /// Ends the clients, starts the servers a last time, and checks everything.
    /// Where told, it also asks whether the checker finds what is wrong on purpose.
    pub(crate) async fn verdict(mut self, doctor: bool) -> Verdict {
        // In the midst of the load, so that posts are left that nobody has pulled.
        let last = self.ground.servers.len() - 1;
        (0..=last).for_each(|number| self.kill(number));
        self.stop.send_replace(true);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
        // Nothing comes after these posts: what is lost of them stays lost.
        let ranking = self.ground.of("ranking");
        let others = (0..=last).filter(|number| !ranking.contains(number));
        others.for_each(|number| self.relaunch(number));
        let armed = Launch {
            point: Some("ranking.consumer.received:1".to_owned()),
            ..Launch::default()
        };
        if self.launch(last, armed) {
            self.pulls(last);
            block_in_place(|| self.ground.servers[last].ends_within(PULLS));
        }
        ranking.iter().for_each(|number| self.relaunch(*number));
        let mut places = Places {
            db: self.ground.db().await,
            evidence: &self.ground.evidence,
            ways: self.ground.ways(),
            token: &self.field.world.organiser.token,
            set_up: &self.set_up,
        };
        let lines = self.field.log.read();
        let overstepped: u64 = self
            .ground
            .lines
            .iter()
            .map(|line| line.watch().overstepped())
            .sum();
        if overstepped > 0 {
            let fault = format!("{overstepped} times a follower wrote whose lease was another's by then");
            self.faults.push(fault);
        }
        let mut verdict = check(&lines, &mut places).await;
        verdict.half.append(&mut self.faults);
        if doctor && verdict.is_clean() && self.ground.database.is_none() {
            verdict.half = unnoticed(&lines, &places, &self.ground.file).await;
        }
        drop(places);
        if !verdict.is_clean() && self.plant.is_none() {
            self.keep();
        }
        verdict
    }

    /// A copy of what a failed round left, for whoever looks into it.
    fn keep(&self) {
        let kept = std::env::temp_dir().join(format!("chiso-faults-{}", std::process::id()));
        let made = std::fs::create_dir_all(&kept);
        let copied = Command::new("cp")
            .arg("-r")
            .arg(self.folder.path())
            .arg(&kept)
            .status();
        if let Some(database) = &self.ground.database {
            let _a_dump_helps_only = std::fs::write(kept.join(&database.name), database.dump());
        }
        if made.is_ok() && copied.is_ok_and(|status| status.success()) {
            say(&format!(
                "faults: the data and the clients' log are kept in {}",
                kept.display()
            ));
        }
    }
}
