//! The server under test: the real `chiso serve` as a child, started, killed, frozen and started again on
//! the same data.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

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
    child: Option<Child>,
    said: Arc<Mutex<Vec<String>>>,
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
            child: None,
            said: Arc::default(),
        }
    }

    /// Starts it and waits until it is ready; answers with the address of gRPC.
    pub(crate) fn start(&mut self, launch: &Launch) -> Result<SocketAddr, NotReady> {
        assert!(self.child.is_none(), "one server at a time on one folder");
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
        let log = BufReader::new(child.stderr.take().unwrap());
        let (ready, got_ready) = mpsc::channel();
        let said = Arc::clone(&self.said);
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if let Some(address) = address(&line) {
                    let _nobody_waits_any_more = ready.send(address);
                }
                let mut said = said.lock().unwrap();
                if said.len() >= KEPT {
                    said.remove(0);
                }
                said.push(line);
            }
        });
        self.child = Some(child);
        match got_ready.recv_timeout(READY) {
            Ok(address) => Ok(address),
            Err(_ended_or_late) => {
                self.kill();
                Err(NotReady(self.said()))
            }
        }
    }

    /// The last lines it logged.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
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

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child
            .as_mut()
            .is_none_or(|child| child.try_wait().unwrap().is_some())
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
        let serving = self.pid();
        if let Some(mut child) = self.child.take() {
            let traced = serving.filter(|pid| *pid != child.id());
            match traced {
                // The tracer ends with what it traces.
                Some(pid) => signal(pid, "KILL"),
                None => child.kill().unwrap(),
            }
            child.wait().unwrap();
        }
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
            crate::say("faults: SKIPPED: strace is missing or may not trace here, so no system call fails");
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
