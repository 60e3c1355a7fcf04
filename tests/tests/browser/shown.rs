//! The system that `chiso demo --serve` shows: a finished year, and cycles that stand open today, one in each phase.
//! It is played once and shared by all flows that change nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};
use chiso_platform::testkit::port;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Longer than any demonstration; a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(600);
/// The last line of what it prints.
const OPEN: &str = "Ctrl-C";

static SHOWN: OnceCell<Shown> = OnceCell::const_new();

/// The demonstration, and what it printed.
#[derive(Debug)]
pub(crate) struct Shown {
    folder: TempDir,
    address: SocketAddr,
    printed: String,
    child: std::sync::Mutex<Child>,
}

/// The one of this run, started by whoever needs it first.
pub(crate) async fn shown() -> &'static Shown {
    SHOWN.get_or_init(Shown::start).await
}

/// Ends it, where it was started.
pub(crate) fn end() {
    if let Some(shown) = SHOWN.get() {
        let mut child = shown.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        keeper::gone(child.id());
        std::fs::remove_dir_all(shown.folder.path()).unwrap();
    }
}

impl Shown {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = |()| SocketAddr::from((Ipv4Addr::LOCALHOST, port::free()));
        let (http, grpc) = (address(()), address(()));
        let log = File::create(folder.path().join("log")).unwrap();
        let child = Command::new(program())
            .args(["demo", "--serve", "--data"])
            .arg(folder.path().join("data"))
            .args(["--http", &http.to_string(), "--grpc", &grpc.to_string()])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        keeper::born(child.id(), End::Kill);
        let mut shown = Self {
            folder,
            address: http,
            printed: String::new(),
            child: child.into(),
        };
        shown.printed = shown.until_open().await;
        shown
    }

    /// What it prints until its pages can be opened.
    async fn until_open(&self) -> String {
        let started = Instant::now();
        loop {
            let said = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
            let ended = self.child.lock().unwrap().try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < PATIENCE,
                "the demonstration does not open its pages ({ended:?}): {said}"
            );
            if said.contains(OPEN) && std::net::TcpStream::connect(self.address).is_ok() {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// A folder for a flow.
    pub(crate) fn folder_of(&self, flow: &str) -> PathBuf {
        let folder = self.folder.path().join(flow);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// What a flow has to know. Its clock is the machine's: the file only tells when codes are made.
    pub(crate) fn given(&self, folder: &Path) -> Value {
        let clock = folder.join("clock");
        let now = chiso_platform::clock::Clock::system().now().micros();
        std::fs::write(&clock, now.to_string()).unwrap();
        json!({
            "base": format!("http://{}", self.address),
            "clock": clock,
            "cycle": chiso_tests::CYCLE,
            "password": self.password(),
            "people": self.people(),
        })
    }

    fn password(&self) -> &str {
        let line = self.printed.lines().find(|line| line.starts_with("Mở http"));
        line.and_then(|line| line.rsplit(' ').next()).unwrap()
    }

    /// The sign-ins as they are printed, a line each: what somebody is, the login, what waits for them.
    fn people(&self) -> BTreeMap<String, Value> {
        let lines = self
            .printed
            .lines()
            .skip_while(|line| !line.starts_with("Mở http"));
        let lines = lines.skip(1).take_while(|line| !line.contains(OPEN));
        let person = |line: &str| {
            let mut columns = line
                .split("  ")
                .map(str::trim)
                .filter(|column| !column.is_empty());
            let [kind, login, waits] = std::array::from_fn(|_| columns.next().unwrap_or_default().to_owned());
            assert!(!waits.is_empty(), "a sign-in that cannot be read: {line}");
            (kind, json!({ "login": login, "waits": waits }))
        };
        lines.map(person).collect()
    }
}

/// The binary, as Cargo builds it beside every test of this crate.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("chiso-under-test")
}
