//! The server under test: the real `chiso serve` as a child, started, killed, frozen and started again on
//! the same data.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};

use crate::client::Ways;

/// A debug build under load and system-call tracing takes its time.
const READY: Duration = Duration::from_secs(60);
/// Last lines of its log that are kept for a report.
const KEPT: usize = 40;

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Launch {
    /// The point and the pass at which it aborts itself: `db.before_commit:3`.
    pub(crate) point: Option<String>,
    /// Arguments of `strace`, where system calls are to fail.
    pub(crate) strace: Option<Vec<String>>,
    /// The planted bug that is switched on.
    pub(crate) plant: Option<String>,
}

/// A place where servers run, one after another.
#[derive(Debug)]
pub(crate) struct Server {
    binary: PathBuf,
    /// Its settings.
    config: PathBuf,
    clock: PathBuf,
    /// The services in it, with commas; empty: all.
    pub(crate) only: &'static str,
    /// Where it listens, if that is fixed beforehand.
    grpc: SocketAddr,
    /// Where the last one that was ready listens.
    listens: Option<SocketAddr>,
    child: Option<Child>,
    /// It was started so that it may end by itself.
    armed: bool,
    /// How the last one ended, where it did so by itself.
    ended: Option<ExitStatus>,
    said: Arc<Mutex<Said>>,
}

/// What a server logged.
#[derive(Debug, Default)]
struct Said {
    last: Vec<String>,
    /// Lines that say that the disk is full.
    full: u64,
}

/// A server that ended before it was ready.
#[derive(Debug)]
pub(crate) struct NotReady(pub(crate) String);

impl Server {
    pub(crate) fn new(
        binary: &Path,
        config: &Path,
        clock: &Path,
        (only, grpc): (&'static str, SocketAddr),
    ) -> Self {
        Self {
            binary: binary.to_owned(),
            config: config.to_owned(),
            clock: clock.to_owned(),
            only,
            grpc,
            listens: None,
            child: None,
            armed: false,
            ended: None,
            said: Arc::default(),
        }
    }

    /// Starts it and waits until it is ready; answers with the address of gRPC.
    pub(crate) fn start(&mut self, launch: &Launch) -> Result<SocketAddr, NotReady> {
        assert!(self.child.is_none(), "one server at a time on one folder");
        (self.armed, self.ended) = (launch.point.is_some() || launch.strace.is_some(), None);
        let mut command = match &launch.strace {
            None => Command::new(&self.binary),
            Some(arguments) => {
                let mut command = Command::new("strace");
                command.args(arguments).arg("--").arg(&self.binary);
                command
            }
        };
        command.args(["serve", "--grpc", &self.grpc.to_string(), "--http", "127.0.0.1:0"]);
        if !self.only.is_empty() {
            command.args(["--only", self.only]);
        }
        command
            .env("CHISO_CONFIG", &self.config)
            .env("CHISO_LOG", "info")
            .env("CHISO_WEB__SECOND_FACTOR", "offered")
            .env("CHISO_TEST_CLOCK", &self.clock);
        for (name, value) in [
            ("CHISO_FAULT_POINT", &launch.point),
            ("CHISO_PLANTED_BUG", &launch.plant),
        ] {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        keeper::born(child.id(), End::Kill);
        let log = BufReader::new(child.stderr.take().unwrap());
        // Beside its settings, so that it is kept with what a failed round left.
        let mut options = File::options();
        let mut whole = options
            .create(true)
            .append(true)
            .open(self.config.with_extension("log"))
            .unwrap();
        let (ready, got_ready) = mpsc::channel();
        let said = Arc::clone(&self.said);
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if let Some(address) = address(&line) {
                    let _nobody_waits_any_more = ready.send(address);
                }
                writeln!(whole, "{line}").unwrap();
                said.lock().unwrap().take(line);
            }
        });
        self.child = Some(child);
        match got_ready.recv_timeout(READY) {
            Ok(address) => {
                self.listens = Some(address);
                Ok(address)
            }
            Err(_ended_or_late) => {
                // Its log ends a moment before it does.
                self.ends_within(Duration::from_secs(1));
                self.kill();
                Err(NotReady(self.said()))
            }
        }
    }

    /// Whether a service is in it.
    pub(crate) fn holds(&self, service: &str) -> bool {
        self.only.is_empty() || self.only.split(',').any(|name| name == service)
    }

    /// The way to a service in it that no proxy is on.
    pub(crate) fn way(&self, service: &'static str) -> Option<Ways> {
        let address = self.listens?;
        Some(Ways(Arc::new([(service, address)].into())))
    }

    /// The last lines it logged.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().last.join("\n")
    }

    /// The process that serves: where it is traced, the child of the tracer.
    pub(crate) fn pid(&self) -> Option<u32> {
        let own = self.child.as_ref()?.id();
        let children =
            std::fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
        let traced = children
            .split_whitespace()
            .next()
            .and_then(|pid| pid.parse().ok());
        Some(traced.unwrap_or(own))
    }

    /// Lines it logged about a full disk so far.
    pub(crate) fn said_full(&self) -> u64 {
        self.said.lock().unwrap().full
    }

    /// Whether it has ended by itself, or was never started.
    pub(crate) fn has_ended(&mut self) -> bool {
        if let Some(child) = &mut self.child {
            self.ended = child.try_wait().unwrap();
        }
        self.child.is_none() || self.ended.is_some()
    }

    /// The signal that ended the last one by itself.
    pub(crate) fn ended_by(&self) -> Option<i32> {
        self.ended.and_then(|status| status.signal())
    }

    /// What to say of a server that ended by itself though nothing in it was to fail.
    pub(crate) fn fell(&mut self) -> Option<String> {
        if self.armed || self.child.is_none() || !self.has_ended() {
            return None;
        }
        let (only, status) = (self.only, self.ended?);
        Some(format!(
            "the server of [{only}] ended by itself ({status}); it said:\n{}",
            self.said()
        ))
    }

    /// Waits for it to end by itself; false where it goes on.
    pub(crate) fn ends_within(&mut self, limit: Duration) -> bool {
        let since = Instant::now();
        while since.elapsed() < limit {
            if self.has_ended() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// SIGKILL, and waits until it is gone: only its own process, by its id.
    pub(crate) fn kill(&mut self) {
        let (ended, serving) = (self.has_ended(), self.pid());
        let Some(mut child) = self.child.take() else {
            return;
        };
        if !ended {
            match serving.filter(|pid| *pid != child.id()) {
                // The tracer ends with what it traces.
                Some(traced) => signal(traced, "KILL"),
                None => child.kill().unwrap(),
            }
            child.wait().unwrap();
        }
        keeper::gone(child.id());
    }

    /// SIGTERM, and waits: it drains. False where it had to be killed.
    pub(crate) fn terminate(&mut self, limit: Duration) -> bool {
        if let Some(pid) = self.pid() {
            signal(pid, "TERM");
        }
        let drained = self.ends_within(limit);
        self.kill();
        drained
    }

    /// SIGSTOP or SIGCONT.
    pub(crate) fn signal(&self, name: &str) {
        if let Some(pid) = self.pid() {
            signal(pid, name);
        }
    }

    /// Makes the first organiser by the command line; answers with the person's id.
    pub(crate) fn add_organiser(&self, login: &str, password: &str) -> String {
        let mut child = Command::new(&self.binary)
            .args(["people", "add", "--login", login, "--name", "Nguyễn Thị Hà"])
            .env("CHISO_CONFIG", &self.config)
            .env("CHISO_TEST_CLOCK", &self.clock)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "people add: {}", output.status);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Said {
    fn take(&mut self, line: String) {
        let line_of_full = line.contains("disk is full") || line.contains("No space left");
        self.full += u64::from(line_of_full);
        if self.last.len() >= KEPT {
            self.last.remove(0);
        }
        self.last.push(line);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a signal to one process that this harness started.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .stderr(Stdio::null())
        .status();
    // It may have ended by itself a moment ago.
    let _gone = sent.unwrap();
}

/// Whether system calls can be traced here; says so once where they cannot.
pub(crate) fn can_trace() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let asked = Command::new("strace")
            .args(["-qq", "-o", "/dev/null", "true"])
            .status();
        let can = asked.is_ok_and(|status| status.success());
        if !can {
            crate::say("faults: strace is missing or may not trace here, so no system call fails");
        }
        can
    })
}

/// The address in the line that says that the server is ready.
fn address(line: &str) -> Option<SocketAddr> {
    if !line.contains("chiso is ready") {
        return None;
    }
    let (_, rest) = line.split_once("grpc")?;
    let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':')
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}
