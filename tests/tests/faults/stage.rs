//! Where a round is played: the server, the proxy before it, the clock, the clients, the disk.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::args::Args;
use crate::chance::Chance;
use crate::check::{Db, Places, Verdict, check};
use crate::client::connect;
use crate::clock::TestClock;
use crate::log::Log;
use crate::proxy::Proxy;
use crate::server::{Launch, Server};
use crate::workers::{self, Field, Stock};
use crate::world::{self, SetUp};

/// After a fault is over, a write must be acknowledged again within this time.
const RECOVERS: Duration = Duration::from_secs(30);
/// A first size for the small disk, far more than a round needs.
const DISK: &str = "2g";

/// A running round.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) field: Field,
    pub(crate) chance: Chance,
    pub(crate) plant: Option<String>,
    pub(crate) pause: Duration,
    /// Where the data lie on a disk of their own whose size can be changed.
    pub(crate) disk: Option<PathBuf>,
    /// What did not come back in time.
    pub(crate) faults: Vec<String>,
    /// Closing units that are closed.
    pub(crate) closed: usize,
    stop: watch::Sender<bool>,
    clients: JoinSet<()>,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Sets the year up and starts the clients.
    pub(crate) async fn set(args: &Args, chance: &Chance, on_small_disk: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let disk = (on_small_disk && mount(&data)).then(|| data.clone());
        let clock = Arc::new(TestClock::start(
            &folder.path().join("clock"),
            world::at("2022-10-01T08:00:00+07:00"),
        ));
        let mut server = Server::new(&args.binary, &data, clock.file());
        let organiser = world::organiser(&server);
        let proxy = Proxy::start().await;
        let address = tokio::task::block_in_place(|| server.start(&Launch::default()))
            .unwrap_or_else(|e| panic!("{}", e.0));
        proxy.target(address);
        let set_up = SetUp {
            channel: connect(proxy.address),
            clock: &clock,
            chance: chance.branch("year"),
        };
        let world = set_up.run(organiser).await;
        let (stop, stopped) = watch::channel(false);
        let field = Field {
            world: Arc::new(world),
            clock: Arc::clone(&clock),
            log: Log::create(&folder.path().join("clients.log")),
            address: proxy.address,
            stop: stopped,
            chance: chance.branch("clients"),
            stock: Arc::new(std::sync::Mutex::new(Stock::default())),
        };
        let clients = workers::start(&field);
        Self {
            server,
            proxy,
            clock,
            field,
            chance: chance.branch("faults"),
            plant: args.plant.clone(),
            pause: args.pause,
            disk,
            faults: Vec::new(),
            closed: 0,
            stop,
            clients,
            folder,
        }
    }

    /// Starts the server again after it is gone; false where it ended before it was ready, as an armed one may.
    pub(crate) fn launch(&mut self, mut launch: Launch) -> bool {
        launch.plant.clone_from(&self.plant);
        match tokio::task::block_in_place(|| self.server.start(&launch)) {
            Ok(address) => {
                self.proxy.target(address);
                true
            }
            Err(said) => {
                let armed = launch.point.is_some() || launch.strace.is_some();
                assert!(armed, "the server does not start again:\n{}", said.0);
                false
            }
        }
    }

    /// Starts it without faults.
    pub(crate) fn relaunch(&mut self) {
        self.launch(Launch::default());
    }

    /// Waits until something is acknowledged that was not yet.
    pub(crate) async fn recovers(&mut self, after: &str) {
        let (before, since) = (self.field.log.acknowledged(), Instant::now());
        while self.field.log.acknowledged() == before {
            if since.elapsed() > RECOVERS {
                let said = self.server.said();
                self.faults.push(format!(
                    "nothing was acknowledged for {RECOVERS:?} after {after}; the server said:\n{said}"
                ));
                self.server.kill();
                self.relaunch();
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends the clients, starts the server a last time, and checks everything.
    pub(crate) async fn verdict(mut self) -> Verdict {
        // What is under way gets its answers, so that few outcomes stay unknown.
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.stop.send_replace(true);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
        self.server.kill();
        self.relaunch();
        let mut places = Places {
            db: Db::sqlite(&self.server.data.join("chiso.db")).await,
            evidence: &self.server.data.join("evidence"),
            channel: connect(self.proxy.address),
            token: &self.field.world.organiser.token,
        };
        let mut verdict = check(&self.field.log.read(), &mut places).await;
        verdict.half.append(&mut self.faults);
        if !verdict.is_clean()
            && let Some(kept) = keep(&self.folder)
        {
            verdict
                .half
                .push(format!("the data and the clients' log are kept in {kept}"));
        }
        verdict
    }
}

/// A copy of what a failed round left, for whoever looks into it.
fn keep(folder: &tempfile::TempDir) -> Option<String> {
    let kept = std::env::temp_dir().join(format!("chiso-faults-{}", std::process::id()));
    std::fs::create_dir_all(&kept).ok()?;
    let copied = Command::new("cp")
        .arg("-r")
        .arg(folder.path())
        .arg(&kept)
        .status()
        .ok()?;
    copied.success().then(|| kept.display().to_string())
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.kill();
        if let Some(disk) = &self.disk {
            let _busy_is_cleared_by_the_system = Command::new("umount").arg("-l").arg(disk).status();
        }
    }
}

/// A disk of its own in memory; false where this user may not make one.
fn mount(place: &Path) -> bool {
    let size = format!("size={DISK}");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
        .arg(place)
        .status();
    mounted.is_ok_and(|status| status.success())
}

/// Changes how much fits on such a disk.
pub(crate) fn resize(disk: &Path, kib: u64) -> bool {
    let size = format!("remount,size={kib}k");
    Command::new("mount")
        .args(["-o", &size])
        .arg(disk)
        .status()
        .is_ok_and(|status| status.success())
}

/// What lies on such a disk.
pub(crate) fn used_kib(disk: &Path) -> u64 {
    let output = Command::new("df")
        .args(["--output=used", "-k"])
        .arg(disk)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .nth(1)
        .and_then(|line| line.trim().parse().ok())
        .unwrap_or(0)
}
