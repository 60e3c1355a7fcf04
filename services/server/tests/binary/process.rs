//! Running `chiso`, and a `chiso serve` that is ended with its test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};

/// Longer than any start; a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn chiso() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chiso"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHISO_")) {
        command.env_remove(name);
    }
    command
}

/// Runs to the end with some standard input.
pub(crate) fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = chiso()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended before.
    let _nobody_reads = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running `chiso serve` on free ports.
pub(crate) struct Serving {
    child: Child,
    lines: Receiver<String>,
    pub(crate) grpc: String,
    pub(crate) http: String,
}

impl Serving {
    /// Everything, on free ports.
    pub(crate) fn on(data: &Path) -> Self {
        Self::with(data, &["--grpc", "127.0.0.1:0"])
    }

    /// With these flags, HTTP on a free port.
    pub(crate) fn with(data: &Path, flags: &[&str]) -> Self {
        let mut child = chiso()
            .args(["serve", "--http", "127.0.0.1:0"])
            .args(flags)
            .arg("--data")
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        keeper::born(child.id(), End::Kill);
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            stderr
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        let mut serving = Self {
            child,
            lines,
            grpc: String::new(),
            http: String::new(),
        };
        let ready = serving.line("chiso is ready");
        let field = |name: &str| {
            let value = ready
                .split(&format!("{name}="))
                .nth(1)
                .unwrap_or_else(|| panic!("no {name} in {ready}"));
            value.split_whitespace().next().unwrap().to_owned()
        };
        (serving.grpc, serving.http) = (field("grpc"), field("http"));
        serving
    }

    /// Waits for a line of the log.
    pub(crate) fn line(&self, wanted: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("the log never said {wanted:?}"));
            if line.contains(wanted) {
                return line;
            }
        }
    }

    /// Status and body of a GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.http).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    /// SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// SIGKILL: nothing is said, nothing is given back.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the exit code after it has drained.
    pub(crate) fn terminate(self) -> Option<i32> {
        self.ask_to_stop();
        self.stopped()
    }

    /// Waits until it has drained.
    pub(crate) fn stopped(mut self) -> Option<i32> {
        self.line("chiso has stopped");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only where a test failed before it ended the process itself.
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
        keeper::gone(self.child.id());
    }
}
