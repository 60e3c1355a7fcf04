//! One `chiso serve` of a sandbox: started, asked whether it is ready, stopped, killed; always by its id.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chiso_platform::testkit::keeper::{self, End};
use chiso_platform::testkit::port;

/// Longer than any start; a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process of a sandbox.
#[derive(Debug)]
pub struct Instance {
    /// Short names of the services in it, with commas; empty: all of them.
    pub only: &'static str,
    /// Where it listens.
    pub grpc: SocketAddr,
    /// Where it listens for browsers and probes.
    pub http: SocketAddr,
    folder: PathBuf,
    clock: PathBuf,
    child: Option<Child>,
}

impl Instance {
    /// Not started yet; its addresses are its own from now on.
    pub(super) fn new(only: &'static str, folder: PathBuf, clock: &Path) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            only,
            grpc: free_address(),
            http: free_address(),
            folder,
            clock: clock.to_owned(),
            child: None,
        }
    }

    /// Whether this service runs in it.
    #[must_use]
    pub fn has(&self, service: &str) -> bool {
        self.only.is_empty() || self.only.split(',').any(|name| name == service)
    }

    /// Where its settings are read from.
    pub(super) fn settings(&self) -> PathBuf {
        self.folder.join("chiso.toml")
    }

    /// Its own data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts it, without waiting until it is ready.
    pub fn start(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .unwrap();
        let mut command = Command::new(program());
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("CHISO_")) {
            command.env_remove(name);
        }
        let child = command
            .arg("serve")
            .arg("--config")
            .arg(self.settings())
            .args(
                (!self.only.is_empty())
                    .then_some(["--only", self.only])
                    .iter()
                    .flatten(),
            )
            .args(["--grpc", &self.grpc.to_string(), "--http", &self.http.to_string()])
            .env("CHISO_TEST_CLOCK", &self.clock)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        keeper::born(child.id(), End::Kill);
        self.child = Some(child);
    }

    /// Waits until it says that it and all that it needs is there.
    ///
    /// # Panics
    /// Where it ended, or is not ready in time; with its log.
    pub async fn ready(&mut self) {
        let started = tokio::time::Instant::now();
        loop {
            let answer = get(self.http, "/readyz");
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            if ended.is_none() && answer.as_ref().is_ok_and(|text| text.starts_with("HTTP/1.1 200")) {
                return;
            }
            let late = started.elapsed() > PATIENCE;
            assert!(
                ended.is_none() && !late,
                "{} is not ready ({ended:?}, {answer:?}): {}",
                self.only,
                std::fs::read_to_string(self.log()).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its process.
    ///
    /// # Panics
    /// Where it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    ///
    /// # Panics
    /// Where it does not run, does not end in time, or ends otherwise than well.
    pub async fn stop(&mut self) {
        self.ask_to_stop();
        self.ended().await;
    }

    /// Stops it and starts it again with another line in its settings.
    ///
    /// # Panics
    /// Where there is no such line; as [`stop`](Self::stop) and [`ready`](Self::ready) do.
    pub async fn restart_with(&mut self, line: &str, other: &str) {
        self.stop().await;
        let settings = std::fs::read_to_string(self.settings()).unwrap();
        assert!(settings.contains(line), "{settings}");
        std::fs::write(self.settings(), settings.replace(line, other)).unwrap();
        self.start();
        self.ready().await;
    }

    pub(super) fn ask_to_stop(&self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status();
        assert!(told.unwrap().success(), "{} had ended", self.only);
    }

    pub(super) async fn ended(&mut self) {
        let mut child = self.child.take().unwrap();
        let started = tokio::time::Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if started.elapsed() > PATIENCE => {
                    self.child = Some(child);
                    panic!("{} does not end", self.only);
                }
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        keeper::gone(child.id());
        let log = || std::fs::read_to_string(self.log()).unwrap_or_default();
        assert!(status.success(), "{}: {status}: {}", self.only, log());
    }

    /// Ends it at once, in the midst of things.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let pid = child.id();
            // It may have ended by itself.
            let _killed = child.kill();
            child.wait().unwrap();
            keeper::gone(pid);
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The binary, as Cargo builds it beside every test of this crate.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("chiso-under-test")
}

fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port::free()).into()
}

/// An answer by HTTP, head and body.
fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: chiso\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
