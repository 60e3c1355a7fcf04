//! A throw-away Redis server that may be emptied, killed, frozen and started again.
//!
//! One server per test process on a free loopback port, or the one that `CHISO_TEST_REDIS` names. The
//! [keeper](super::keeper) kills it and removes its files when the process ends.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use super::keeper::{self, End};
use super::port;

/// So long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ports that are tried: another process may have taken one meanwhile.
const DRAWS: usize = 5;

/// A server.
#[derive(Debug)]
pub struct Server {
    address: String,
    own: Option<Own>,
}

/// A server that this process started.
#[derive(Debug)]
struct Own {
    folder: PathBuf,
    process: Mutex<Option<Child>>,
}

/// The server of this process, or the one that was named.
///
/// # Panics
/// Where Redis is not installed or does not start.
pub fn redis() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("CHISO_TEST_REDIS") {
        Ok(url) => Server {
            address: url.trim_start_matches("redis://").to_owned(),
            own: None,
        },
        Err(_) => Server::start(),
    })
}

impl Server {
    /// Starts a server of one's own, to be disturbed.
    ///
    /// # Panics
    /// Where Redis is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir()
            .expect("a temporary folder can be made")
            .keep();
        keeper::folder(&folder);
        let mut server = Self {
            address: format!("127.0.0.1:{}", port::free()),
            own: Some(Own {
                folder,
                process: Mutex::new(None),
            }),
        };
        for _ in 1..DRAWS {
            match server.try_start() {
                Err(log) if log.contains("Address already in use") => {
                    server.address = format!("127.0.0.1:{}", port::free());
                }
                _started_or_asked_again_below => break,
            }
        }
        server.start_again();
        server
    }

    /// The address as the setting `redis.url` and `CHISO_TEST_REDIS` take it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// The server's process.
    ///
    /// # Panics
    /// Where the server was not started here, or was killed.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let process = self.own().process.lock().expect("no test panicked here");
        process.as_ref().expect("the server runs").id()
    }

    /// Ends the server at once; what it held is gone.
    ///
    /// # Panics
    /// Where the server was not started here.
    pub fn kill(&self) {
        self.own().kill();
    }

    /// Starts a killed server again on its port, empty, and waits until it answers.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_again(&self) {
        let started = self.try_start();
        assert!(started.is_ok(), "Redis did not start: {started:?}");
    }

    /// Waits until it answers, where it does not run already; the error is what it logged.
    fn try_start(&self) -> Result<(), String> {
        let own = self.own();
        let mut process = own.process.lock().expect("no test panicked here");
        if process.is_some() {
            return Ok(());
        }
        let (host, port) = self.address.split_once(':').expect("host and port");
        let log = std::fs::File::create(own.folder.join("log")).expect("the log can be written");
        let mut child = Command::new("redis-server")
            .args(["--bind", host, "--port", port, "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(&own.folder)
            .current_dir(&own.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("redis-server starts; is it installed?");
        keeper::born(child.id(), End::Kill);
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            // Whose port it is may answer as well.
            let ended = child.try_wait().is_ok_and(|ended| ended.is_some());
            if ended {
                keeper::gone(child.id());
            }
            if ended || std::time::Instant::now() > deadline {
                return Err(std::fs::read_to_string(own.folder.join("log")).unwrap_or_default());
            }
            if self.ask("PING").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        *process = Some(child);
        Ok(())
    }

    /// Stops the server in the midst of things: connections stay open, nothing answers.
    ///
    /// # Panics
    /// Where the server does not run here.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen server go on.
    ///
    /// # Panics
    /// Where the server does not run here.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Forgets every value.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub fn empty(&self) {
        assert_eq!(self.ask("FLUSHALL").as_deref(), Some("+OK"));
    }

    /// The first line of the server's answer to one command, in Redis' own notation; none where it does not
    /// answer.
    #[must_use]
    pub fn ask(&self, command: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(format!("{command}\r\n").as_bytes()).ok()?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).ok()?;
        let line = line.trim_end();
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// The elements of the server's answer to one command that answers with a list.
    ///
    /// # Panics
    /// Where it does not.
    #[must_use]
    pub fn lines(&self, command: &str) -> Vec<String> {
        let mut stream = TcpStream::connect(&self.address).expect("the server answers");
        let patience = stream.set_read_timeout(Some(Duration::from_secs(5)));
        patience.expect("a time limit can be set");
        let asked = stream.write_all(format!("{command}\r\n").as_bytes());
        asked.expect("the server listens");
        let mut lines = BufReader::new(stream).lines().map(|line| line.expect("a line"));
        let count = lines.next().expect("a list");
        let count: usize = count.trim_start_matches('*').parse().expect("a list");
        // Each element has a line with its length before it.
        lines.skip(1).step_by(2).take(count).collect()
    }

    fn signal(&self, signal: &str) {
        let done = Command::new("kill")
            .args([signal, &self.pid().to_string()])
            .status();
        assert!(done.is_ok_and(|status| status.success()), "kill {signal}");
    }

    fn own(&self) -> &Own {
        self.own
            .as_ref()
            .expect("only a server that was started here can be disturbed")
    }
}

impl Own {
    fn kill(&self) {
        let mut process = self.process.lock().expect("no test panicked here");
        let Some(mut child) = process.take() else { return };
        child.kill().expect("an own process can be killed");
        child.wait().expect("it ends");
        keeper::gone(child.id());
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.kill();
        let _kept_for_the_keeper = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_emptied_killed_frozen_and_started_again() {
        let server = Server::start();
        assert_eq!(server.ask("SET a 1").as_deref(), Some("+OK"));
        assert_eq!(server.ask("EXISTS a").as_deref(), Some(":1"));
        server.empty();
        assert_eq!(server.ask("EXISTS a").as_deref(), Some(":0"));
        server.freeze();
        server.thaw();
        assert_eq!(server.ask("PING").as_deref(), Some("+PONG"));
        server.kill();
        assert_eq!(server.ask("PING"), None);
        server.start_again();
        assert_eq!(server.ask("PING").as_deref(), Some("+PONG"));
    }
}
