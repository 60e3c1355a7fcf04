//! The units: in order, hardened, allowing what chiso calls; and what chiso tells systemd.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::deploy;
use crate::process::{chiso, text};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chiso");
const UNITS: [&str; 5] = [
    "chiso.service",
    "chiso@.service",
    "chiso.target",
    "chiso-backup.service",
    "chiso-backup.timer",
];
/// In tenths; systemd calls what is below 20 "OK". It is 12 now.
const EXPOSURE: &str = "15";

/// A command of `systemd-analyze`; tests/run installs it.
fn analyze(arguments: &[&str], folder: &Path) -> std::process::Output {
    let mut command = Command::new("systemd-analyze");
    let output = command
        .args(arguments)
        .current_dir(folder)
        .env("SYSTEMD_COLORS", "0")
        .output();
    output.expect("systemd-analyze is needed (Debian: systemd)")
}

fn unit(name: &str) -> String {
    std::fs::read_to_string(deploy("systemd").join(name)).unwrap()
}

#[test]
fn units_are_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for name in UNITS {
        let there = unit(name).replace("/usr/bin/chiso", PROGRAM);
        std::fs::write(folder.path().join(name), there).unwrap();
    }
    std::fs::write(
        folder.path().join("chiso@survey.service"),
        unit("chiso@.service").replace("/usr/bin/chiso", PROGRAM),
    )
    .unwrap();
    for name in UNITS
        .into_iter()
        .filter(|name| *name != "chiso@.service")
        .chain(["chiso@survey.service"])
    {
        let output = analyze(&["verify", "--man=no", &format!("./{name}")], folder.path());
        // Faults of the machine's own units are none of ours.
        let said = text(&output.stderr);
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("chiso")).collect();
        assert!(ours.is_empty(), "{ours:#?}");
    }
    let broken = unit("chiso.service")
        .replace("WatchdogSec=30", "WatchdogSecond=30")
        .replace("/usr/bin/chiso", PROGRAM);
    std::fs::write(folder.path().join("chiso.service"), broken).unwrap();
    let output = analyze(&["verify", "--man=no", "./chiso.service"], folder.path());
    assert!(
        text(&output.stderr).contains("WatchdogSecond"),
        "a fault would be seen"
    );
}

#[test]
fn units_are_hardened() {
    for name in UNITS.into_iter().filter(|name| name.ends_with(".service")) {
        let threshold = format!("--threshold={EXPOSURE}");
        let output = analyze(
            &["security", "--offline=true", "--no-pager", &threshold, name],
            &deploy("systemd"),
        );
        assert!(output.status.success(), "{name}: {}", text(&output.stdout));
    }
}

/// What protects one unit protects them all.
#[test]
fn units_are_hardened_alike() {
    let hardening = |name: &str| -> Vec<String> {
        let unit = unit(name);
        let lines = unit.lines().skip_while(|line| !line.starts_with("ProtectSystem"));
        lines
            .take_while(|line| !line.starts_with('['))
            .map(ToOwned::to_owned)
            .filter(|l| !l.is_empty())
            .collect()
    };
    let first = hardening("chiso.service");
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(hardening("chiso@.service"), first);
    assert_eq!(hardening("chiso-backup.service"), first);
}

/// System calls that `SystemCallFilter=` of the unit lets through.
fn allowed() -> BTreeSet<String> {
    let unit = unit("chiso.service");
    let mut allowed = BTreeSet::new();
    for line in unit
        .lines()
        .filter_map(|line| line.strip_prefix("SystemCallFilter="))
    {
        let (forbids, names) = line
            .strip_prefix('~')
            .map_or((false, line), |names| (true, names));
        for name in names.split_whitespace() {
            let calls = calls_of(name);
            if forbids {
                allowed = allowed.difference(&calls).cloned().collect();
            } else {
                allowed.extend(calls);
            }
        }
    }
    allowed
}

/// The calls of a set, with those of the sets within it.
fn calls_of(name: &str) -> BTreeSet<String> {
    if !name.starts_with('@') {
        return BTreeSet::from([name.to_owned()]);
    }
    let output = analyze(&["syscall-filter", "--no-pager", name], Path::new("/"));
    assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    let listed = text(&output.stdout);
    let names = listed
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.flat_map(calls_of).collect()
}

/// What chiso called while it served, answered and drained, as strace tells it.
fn traced() -> String {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["--follow-forks", "--quiet=all", "--signal=none", "-o"])
        .arg(&trace)
        .arg(PROGRAM);
    strace.args([
        "serve",
        "--grpc",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0",
        "--data",
    ]);
    strace
        .arg(folder.path().join("data"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    for name in ["CHISO_CONFIG", "CHISO_LOG", "NOTIFY_SOCKET"] {
        strace.env_remove(name);
    }
    let mut child = strace.spawn().expect("strace is needed (Debian: strace)");
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = stderr.lines().map_while(Result::ok);
    let ready = lines.find(|line| line.contains("chiso is ready")).unwrap();
    let http = ready
        .split("http=")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap();
    get(http, "/readyz");
    get(http, "/metrics");
    // Strace's only child is the program.
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let program = std::fs::read_to_string(children).unwrap();
    assert!(
        Command::new("kill")
            .args(["-TERM", program.trim()])
            .status()
            .unwrap()
            .success()
    );
    assert!(lines.any(|line| line.contains("chiso has stopped")));
    assert!(child.wait().unwrap().success());
    std::fs::read_to_string(&trace).unwrap()
}

#[test]
fn what_chiso_calls_is_allowed_by_its_unit() {
    let allowed = allowed();
    assert!(
        allowed.contains("fsync") && !allowed.contains("mount"),
        "the filter was read"
    );
    let traced = traced();
    let mut called: BTreeSet<&str> = traced.lines().filter_map(call).collect();
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        // SQLite gives its files to the owner of the database where it runs as root, which the unit does not.
        called.remove("fchown");
    }
    assert!(
        called.contains("fsync") || called.contains("fdatasync"),
        "the trace was read: {called:?}"
    );
    let forbidden: Vec<&&str> = called.iter().filter(|call| !allowed.contains(**call)).collect();
    assert!(
        forbidden.is_empty(),
        "chiso calls what its unit forbids: {forbidden:?}"
    );
}

fn get(address: &str, path: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{path}: {answer}");
}

/// The name in "1234 openat(AT_FDCWD, …".
fn call(line: &str) -> Option<&str> {
    let (_, rest) = line.trim_start().split_once(' ')?;
    let (name, _) = rest.trim_start().split_once('(')?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// Plays systemd's side of the socket.
#[test]
fn systemd_is_told_ready_alive_and_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut child = chiso()
        .args([
            "serve",
            "--grpc",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "400000")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = |wanted: &str| {
        let mut buffer = [0; 1_024];
        loop {
            let length = systemd
                .recv(&mut buffer)
                .unwrap_or_else(|e| panic!("never told {wanted}: {e}"));
            let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if message.lines().any(|line| line == wanted) {
                return message;
            }
        }
    };
    let ready = told("READY=1");
    assert!(ready.contains("STATUS="), "{ready}");
    let begun = Instant::now();
    for _ in 0..4 {
        told("WATCHDOG=1");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "twice in each 0.4 s, if slowly on a busy machine"
    );
    assert!(
        Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    told("STOPPING=1");
    assert!(child.wait().unwrap().success());
}
