//! `chiso serve` as a process of its own, in the release build.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, that is of the benchmark in whatever way, then kills the process.
const KEEPER: &str = "trap '' INT TERM HUP; cat >/dev/null; kill -KILL \"$1\"";

/// A running process; killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    keeper: Child,
    pub(crate) grpc: SocketAddr,
}

impl Process {
    /// Starts some services and waits until they are ready.
    pub(crate) fn start(only: &str, grpc: SocketAddr, settings: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chiso-under-test"));
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("CHISO_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--only", only, "--http", "127.0.0.1:0", "--grpc"]);
        command.arg(grpc.to_string()).arg("--config").arg(settings);
        command.env("CHISO_WEB__SECOND_FACTOR", "offered");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", &child.id().to_string()])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut said = String::new();
        let ready = log.any(|line| {
            said = format!("{said}\n{line}");
            line.contains("chiso is ready")
        });
        assert!(ready, "{only} did not get ready: {said}");
        // The rest of the log is read away, so that the process never waits for it.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, keeper, grpc }
    }

    /// The most memory it ever had, in KiB.
    pub(crate) fn peak(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The keeper first, so that it never kills a number that has become somebody else's.
        self.keeper.kill().unwrap();
        self.keeper.wait().unwrap();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A loopback address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}
