//! A TCP proxy of our own between the clients and the servers, and between these and PostgreSQL: it cuts connections
//! in the middle of a message, delays bytes, and holds them back as a network does that has gone away without a word.
//! Before PostgreSQL it understands what is said, and loses answers.

mod postgres;
mod talk;

pub(crate) use postgres::{Due, Form, Lose, Lost, Watch};

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Bytes moved at once: small, so that a cut falls into messages, not between them.
const PIECE: usize = 4 * 1024;
/// No cut is due.
const WHOLE: i64 = i64::MAX;

/// Listens on an address that stays, whatever becomes of the server.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    faults: Arc<Faults>,
}

#[derive(Debug)]
struct Faults {
    /// Instances by their number; a new connection goes to the next one.
    targets: Mutex<BTreeMap<usize, SocketAddr>>,
    next: AtomicU64,
    /// Bytes that still pass before the next cut.
    until_cut: AtomicI64,
    delay_ms: AtomicU64,
    held: watch::Sender<bool>,
    /// Counts up: every connection older than that is cut.
    cut: watch::Sender<u64>,
    cuts: AtomicU64,
    /// Where PostgreSQL is behind it.
    watch: Option<Watch>,
}

impl Proxy {
    pub(crate) async fn start() -> Self {
        Self::listen(None).await
    }

    /// Before a PostgreSQL server.
    pub(crate) async fn before_postgres(server: SocketAddr) -> Self {
        let proxy = Self::listen(Some(Watch::default())).await;
        proxy.target(0, server);
        proxy
    }

    /// What it sees and does on the way to PostgreSQL.
    pub(crate) fn watch(&self) -> &Watch {
        self.faults.watch.as_ref().unwrap()
    }

    async fn listen(watch: Option<Watch>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let faults = Arc::new(Faults {
            targets: Mutex::default(),
            next: AtomicU64::new(0),
            until_cut: AtomicI64::new(WHOLE),
            delay_ms: AtomicU64::new(0),
            held: watch::Sender::new(false),
            cut: watch::Sender::new(0),
            cuts: AtomicU64::new(0),
            watch,
        });
        let proxy = Self { address, faults };
        let accepting = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let faults = Arc::clone(&accepting.faults);
                tokio::spawn(async move {
                    // A server that is down shows as a connection that ends at once.
                    let _down = pass(client, &faults).await;
                });
            }
        });
        proxy
    }

    /// Where an instance listens now.
    pub(crate) fn target(&self, number: usize, address: SocketAddr) {
        self.faults.targets.lock().unwrap().insert(number, address);
    }

    /// An instance is gone for a while.
    pub(crate) fn forget(&self, number: usize) {
        self.faults.targets.lock().unwrap().remove(&number);
    }

    /// The connection that moves the so-many-th byte from now is cut there.
    pub(crate) fn cut_after(&self, bytes: u64) {
        self.faults
            .until_cut
            .store(i64::try_from(bytes).unwrap_or(1), Ordering::SeqCst);
    }

    /// Cuts so far.
    pub(crate) fn cuts(&self) -> u64 {
        self.faults.cuts.load(Ordering::SeqCst)
    }

    /// Every connection, now.
    pub(crate) fn cut_all(&self) {
        self.faults.cut.send_modify(|n| *n += 1);
    }

    /// Every piece waits so long.
    pub(crate) fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(0);
        self.faults.delay_ms.store(millis, Ordering::SeqCst);
    }

    /// Nothing moves while it holds.
    pub(crate) fn hold(&self, hold: bool) {
        self.faults.held.send_replace(hold);
    }
}

async fn pass(client: TcpStream, faults: &Arc<Faults>) -> io::Result<()> {
    let server = TcpStream::connect(faults.turn()?).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut cut = faults.cut.subscribe();
    cut.mark_unchanged();
    if let Some(watch) = &faults.watch {
        return postgres::pass(client, server, (faults, watch), cut).await;
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = cut.changed() => Ok(()),
        ended = copy(from_client, to_server, faults) => ended,
        ended = copy(from_server, to_client, faults) => ended,
    }
}

/// Ends with the connection: dropping both halves closes it in both directions.
async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, faults: &Faults) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let n = from.read(&mut piece).await?;
        if n == 0 || !faults.carry(&piece[..n], &mut to).await? {
            return Ok(());
        }
    }
}

impl Faults {
    /// Whose turn it is.
    fn turn(&self) -> io::Result<SocketAddr> {
        let targets = self.targets.lock().unwrap();
        let turn = usize::try_from(self.next.fetch_add(1, Ordering::SeqCst)).unwrap_or(0);
        let target = targets.values().nth(turn % targets.len().max(1));
        target
            .copied()
            .ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }

    /// Passes a piece on, late where it has to be; false where it is cut in it.
    async fn carry(&self, piece: &[u8], to: &mut OwnedWriteHalf) -> io::Result<bool> {
        let delay = self.delay_ms.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        drop(self.held.subscribe().wait_for(|held| !*held).await);
        let pass = self.allowed(piece.len());
        to.write_all(&piece[..pass]).await?;
        let whole = pass == piece.len();
        self.cuts.fetch_add(u64::from(!whole), Ordering::SeqCst);
        Ok(whole)
    }

    /// How many of so many bytes may pass.
    fn allowed(&self, n: usize) -> usize {
        if self.until_cut.load(Ordering::SeqCst) == WHOLE {
            return n;
        }
        let wanted = i64::try_from(n).unwrap_or(i64::MAX);
        let left = self.until_cut.fetch_sub(wanted, Ordering::SeqCst);
        if left >= wanted {
            return n;
        }
        self.until_cut.store(WHOLE, Ordering::SeqCst);
        usize::try_from(left.max(0)).unwrap_or(0).min(n - 1)
    }
}
