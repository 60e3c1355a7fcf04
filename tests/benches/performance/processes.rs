//! The release binary as its users start it: memory, and time to be ready.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};

use crate::measure::median;
use crate::report::{Line, Report, Wanted, say};

const STARTS: usize = 5;

/// Builds the release binary, if need be, and says where it is.
pub(crate) fn binary() -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--bins"])
        .current_dir(root)
        .status();
    assert!(built.unwrap().success(), "the release binary must build");
    // The benchmark itself lies in the folder "deps" beside it.
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("chiso")
}

pub(crate) fn run(binary: &Path, report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let idle = Server::start(binary, &folder.path().join("fresh"));
    std::thread::sleep(Duration::from_secs(2));
    report.add(memory(
        "Memory of `chiso serve`, idle",
        "VmRSS",
        status(idle.child.id(), "VmRSS"),
        64,
    ));
    drop(idle);

    let year = folder.path().join("year");
    let (peak, took) = demo(binary, &year);
    say(&format!("the demo took {} s", took.as_secs()));
    report.add(memory("Memory of `chiso demo`, at its peak", "VmHWM", peak, 128));

    let mut ready = Vec::new();
    for start in 0..STARTS {
        let server = Server::start(binary, &year);
        ready.push(server.ready);
        if start + 1 == STARTS {
            let cycles = server.get("/v1/cycles");
            let cycle = cycles["cycles"][0]["cycle"]
                .as_str()
                .expect("a published cycle")
                .to_owned();
            for path in ["ranking", "ranking.json", "ranking.csv"] {
                server.get(&format!("/v1/cycles/{cycle}/{path}"));
            }
            let peak = status(server.child.id(), "VmHWM");
            report.add(memory(
                "Memory of `chiso serve` on a demo year, ranking read",
                "VmHWM",
                peak,
                128,
            ));
        }
    }
    let ready = median(&ready).as_millis();
    report.add(Line {
        what: "Ready after start, on a demo year".to_owned(),
        measured: format!("{ready} ms"),
        against: String::new(),
        ratio: None,
        wanted: Wanted::AtMost {
            limit: 1_000,
            found: ready,
            unit: "ms",
        },
    });
}

fn memory(what: &str, kind: &str, kib: u64, limit: u128) -> Line {
    Line {
        what: what.to_owned(),
        measured: format!("{}.{} MiB ({kind})", kib / 1_024, kib % 1_024 * 10 / 1_024),
        against: String::new(),
        ratio: None,
        wanted: Wanted::AtMost {
            limit,
            found: u128::from(kib.div_ceil(1_024)),
            unit: "MiB",
        },
    }
}

/// In KiB; 0 for a process that has ended.
fn status(process: u32, field: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

/// The peak of a whole demo, and how long it took.
fn demo(binary: &Path, data: &Path) -> (u64, Duration) {
    let started = Instant::now();
    let mut child = Command::new(binary)
        .args(["demo", "--json", "--data"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    keeper::born(child.id(), End::Kill);
    let mut peak = 0;
    loop {
        // The kernel keeps the peak, so looking now and then is enough.
        peak = peak.max(status(child.id(), "VmHWM"));
        if let Some(ended) = child.try_wait().unwrap() {
            keeper::gone(child.id());
            assert!(ended.success(), "the demo failed: {ended}");
            return (peak, started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A `chiso serve` of its own; ended by SIGKILL, which a server has to survive anyway.
struct Server {
    child: Child,
    ready: Duration,
    http: String,
}

impl Server {
    fn start(binary: &Path, data: &Path) -> Self {
        let started = Instant::now();
        let mut child = Command::new(binary)
            .args([
                "serve",
                "--grpc",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(data)
            .env("CHISO_LOG", "info")
            .env("CHISO_WEB__SECOND_FACTOR", "offered")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        keeper::born(child.id(), End::Kill);
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut lines = log.lines().map_while(Result::ok);
        let line = lines
            .find(|line| line.contains("chiso is ready"))
            .expect("serve gets ready");
        let ready = started.elapsed();
        // The rest of the log is read away, so that the server never waits for it.
        std::thread::spawn(move || lines.for_each(drop));
        let http = line
            .split("http=")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next());
        Self {
            child,
            ready,
            http: http.expect("the address of HTTP").to_owned(),
        }
    }

    /// The answer's JSON; null where it is none.
    fn get(&self, path: &str) -> serde_json::Value {
        let mut stream = TcpStream::connect(&self.http).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.http
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer:.200}");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        keeper::gone(self.child.id());
    }
}
