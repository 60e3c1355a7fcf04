//! A mail server on loopback, in this process, with moods: what a sender has to live with.
//!
//! Speaks as much of SMTP (RFC 5321) as a sender needs. What it took is kept byte for byte, dots undone.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::port;

/// Longer than any test; ends with its runtime.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// How the server behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes every letter.
    #[default]
    Takes,
    /// Takes the connection and never says a word.
    Slow,
    /// Takes no letter for now.
    Refuses4xx,
    /// Takes no letter for these people, ever.
    Refuses5xx,
    /// Knows nobody who signs in.
    RefusesUs,
    /// Takes the letter and cuts the connection instead of saying so.
    TakesAndCuts,
    /// Takes the letter and never says so.
    TakesAndWaits,
}

/// A letter that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Of the envelope.
    pub from: String,
    /// Of the envelope.
    pub to: Vec<String>,
    /// Head and body.
    pub bytes: Vec<u8>,
}

impl Taken {
    /// The first line of the head that begins so, with the lines it goes on with; what follows the colon.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes).replace("\r\n ", " ");
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    }
}

#[derive(Debug, Default)]
struct Shared {
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Taken>>,
    calls: Mutex<usize>,
}

/// A mail server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Listens on a free port.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let mut server = Self {
            address: (Ipv4Addr::LOCALHOST, port::free()).into(),
            shared: Arc::default(),
            listening: None,
        };
        server.come_back().await;
        server
    }

    /// Its address, as settings have it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Behaves so from the next conversation on.
    pub fn set(&self, mood: Mood) {
        *held(&self.shared.mood) = mood;
    }

    /// What it took so far.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        held(&self.shared.taken).clone()
    }

    /// How often somebody called.
    #[must_use]
    pub fn calls(&self) -> usize {
        *held(&self.shared.calls)
    }

    /// Listens no more; the port refuses.
    pub async fn go(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            let _aborted = listening.await;
        }
    }

    /// Listens again, on the same port.
    ///
    /// # Panics
    /// Where somebody else took it meanwhile.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is free");
        let shared = Arc::clone(&self.shared);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                *held(&shared.calls) += 1;
                tokio::spawn(async move {
                    // Who calls may leave in the midst of a sentence.
                    let _left = talk(stream, &shared).await;
                });
            }
        }));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
    }
}

async fn talk(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mood = *held(&shared.mood);
    if mood == Mood::Slow {
        tokio::time::sleep(FOR_EVER).await;
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test ready\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let said = line.trim_end();
        let verb = said.get(..4).unwrap_or(said).to_ascii_uppercase();
        let answer: &[u8] = match (verb.as_str(), mood) {
            ("EHLO", _) => b"250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
            ("AUTH", Mood::RefusesUs) | ("MAIL", Mood::RefusesUs) => b"535 5.7.8 no such login\r\n",
            ("MAIL", _) => {
                from = address(said);
                to.clear();
                b"250 ok\r\n"
            }
            ("RCPT", Mood::Refuses4xx) => b"450 4.2.0 come again\r\n",
            ("RCPT", Mood::Refuses5xx) => b"550 5.1.1 no such person\r\n",
            ("RCPT", _) => {
                to.push(address(said));
                b"250 ok\r\n"
            }
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await?;
                let bytes = letter(&mut stream).await?;
                held(&shared.taken).push(Taken {
                    from: from.clone(),
                    to: to.clone(),
                    bytes,
                });
                match mood {
                    Mood::TakesAndCuts => return Ok(()),
                    Mood::TakesAndWaits => tokio::time::sleep(FOR_EVER).await,
                    _ => {}
                }
                b"250 taken\r\n"
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            ("NOOP" | "RSET" | "AUTH", _) => b"250 ok\r\n",
            _ => b"502 not known\r\n",
        };
        stream.write_all(answer).await?;
    }
}

fn address(said: &str) -> String {
    let inner = said.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// Up to the dot that stands alone; a dot that was doubled is single again.
async fn letter(stream: &mut (impl AsyncBufReadExt + AsyncReadExt + Unpin)) -> io::Result<Vec<u8>> {
    let (mut bytes, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
