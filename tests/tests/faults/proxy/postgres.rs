//! The way to PostgreSQL: loses the answer to a commit, holds a follower of a feed where it begins to pull, and counts
//! what a follower writes that is no longer the one.
//!
//! A client here asks and waits for the answer, so nothing else is on the way when a commit is.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch::{Receiver, Sender};
use tokio::time::timeout;

use super::talk::{Messages, Talk};
use super::{Faults, PIECE};

/// So long a commit may wait for a lock before its answer comes.
const COMMITS: Duration = Duration::from_secs(20);

/// A way to commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A transaction, ended by COMMIT.
    Commit,
    /// A single statement that is a transaction by itself.
    Single,
}

/// The commit whose answer is to be lost: of a login, and in a form.
pub(crate) type Due = (String, Form, Lose);

/// When the line is cut by which the answer to a commit would come. The server carries the commit out in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lose {
    /// As soon as the server has been asked, so that the same may come again while it is still busy with it.
    AtOnce,
    /// When the server has answered; not a byte of the answer goes back.
    AfterAnswer,
}

/// Commits that were carried out and whose answers were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) commits: u64,
    pub(crate) singles: u64,
}

impl Lost {
    pub(crate) const fn add(&mut self, more: Self) {
        self.commits += more.commits;
        self.singles += more.singles;
    }
}

/// What a proxy before PostgreSQL sees and does.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    next: Mutex<Next>,
    lost: Mutex<Lost>,
    catch: Sender<Catch>,
    /// Fences that told a follower that its lease is another's by now.
    refused: AtomicU64,
    /// Transactions that wrote all the same after that, and were committed.
    overstepped: AtomicU64,
}

/// Whose answer is to be lost next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Nobodys,
    Of(Due),
    /// It was asked, and is waited for.
    Asked(Due),
}

/// A follower that is to be held where it reads its cursor, to pull next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Catch {
    #[default]
    Nobody,
    /// The next one with this login.
    Next(String),
    Caught,
}

impl Watch {
    /// The next such commit, or none, loses its answer.
    pub(crate) fn lose(&self, next: Option<Due>) {
        *self.next.lock().unwrap() = next.map_or(Next::Nobodys, Next::Of);
    }

    /// So far.
    pub(crate) fn lost(&self) -> Lost {
        *self.lost.lock().unwrap()
    }

    /// Holds the next one of a login that reads the cursor of its feed; false where none comes in time.
    pub(crate) async fn catch(&self, login: &str, limit: Duration) -> bool {
        self.catch.send_replace(Catch::Next(login.to_owned()));
        let mut catch = self.catch.subscribe();
        let caught = timeout(limit, catch.wait_for(|catch| *catch == Catch::Caught));
        let caught = caught.await.is_ok();
        if !caught {
            self.release();
        }
        caught
    }

    /// Lets it go on.
    pub(crate) fn release(&self) {
        self.catch.send_replace(Catch::Nobody);
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }

    pub(crate) fn overstepped(&self) -> u64 {
        self.overstepped.load(Ordering::SeqCst)
    }

    /// Whether the one with that login who reads its cursor is to be held.
    pub(super) fn catches(&self, login: &str) -> bool {
        self.catch.send_if_modified(|catch| {
            let caught = matches!(catch, Catch::Next(next) if next == login);
            if caught {
                *catch = Catch::Caught;
            }
            caught
        })
    }

    pub(super) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn overstep(&self) {
        self.overstepped.fetch_add(1, Ordering::SeqCst);
    }

    /// What is to be done with a commit that is passed on.
    pub(super) fn due(&self, login: &str, form: Form) -> Option<Lose> {
        let mut next = self.next.lock().unwrap();
        match &*next {
            Next::Of(due) if (due.0.as_str(), due.1) == (login, form) => {
                let (due, lose) = (due.clone(), due.2);
                *next = Next::Asked(due);
                Some(lose)
            }
            _ => None,
        }
    }

    /// Whether it was carried out. If not, the next one is.
    fn count(&self, form: Form, committed: bool) {
        let mut next = self.next.lock().unwrap();
        let mut lost = self.lost.lock().unwrap();
        match (form, committed, &*next) {
            (Form::Commit, true, _) => lost.commits += 1,
            (Form::Single, true, _) => lost.singles += 1,
            (_, false, Next::Asked(due)) => *next = Next::Of(due.clone()),
            _ => {}
        }
    }
}

/// How the client's side of a connection ended.
enum Asked {
    Gone,
    /// A commit was passed on whose answer is to be lost.
    Commit(Form, Lose),
}

/// Passes both ways on, until either ends or an answer is lost.
pub(super) async fn pass(
    client: TcpStream,
    server: TcpStream,
    (faults, watch): (&Faults, &Watch),
    mut cut: Receiver<u64>,
) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let talk = Mutex::new(Talk::default());
    loop {
        let asked = tokio::select! {
            _ = cut.changed() => return Ok(()),
            asked = ask(&mut from_client, &mut to_server, (faults, watch), &talk) => asked?,
            ended = answer(&mut from_server, &mut to_client, (faults, watch), &talk) => return ended,
        };
        match asked {
            Asked::Gone => return Ok(()),
            Asked::Commit(form, Lose::AtOnce) => {
                drop((from_client, to_client));
                let ended = committed(&mut from_server).await;
                watch.count(form, ended.is_ok_and(|(_, committed)| committed));
                return Ok(());
            }
            Asked::Commit(form, Lose::AfterAnswer) => {
                let ended = committed(&mut from_server).await;
                let (refusal, committed) = ended.unwrap_or_default();
                watch.count(form, committed);
                if committed || refusal.is_empty() {
                    return Ok(());
                }
                // Nothing was stored, so there is nothing to be unsure of.
                to_client.write_all(&refusal).await?;
            }
        }
    }
}

async fn ask(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    (faults, watch): (&Faults, &Watch),
    talk: &Mutex<Talk>,
) -> io::Result<Asked> {
    let mut piece = vec![0; PIECE];
    loop {
        let n = from.read(&mut piece).await?;
        let (lose, held) = talk.lock().unwrap().asked(&piece[..n], watch);
        if held {
            let mut catch = watch.catch.subscribe();
            drop(catch.wait_for(|catch| *catch == Catch::Nobody).await);
        }
        if n == 0 || !faults.carry(&piece[..n], to).await? {
            return Ok(Asked::Gone);
        }
        if let Some((form, lose)) = lose {
            return Ok(Asked::Commit(form, lose));
        }
    }
}

async fn answer(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    (faults, watch): (&Faults, &Watch),
    talk: &Mutex<Talk>,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let n = from.read(&mut piece).await?;
        talk.lock().unwrap().answered(&piece[..n], watch);
        if n == 0 || !faults.carry(&piece[..n], to).await? {
            return Ok(());
        }
    }
}

/// The server's whole answer, and whether it says that all of it was done.
async fn committed(from: &mut OwnedReadHalf) -> io::Result<(Vec<u8>, bool)> {
    let (mut bytes, mut messages) = (Vec::new(), Messages::of_server());
    let (mut done, mut piece) = (false, vec![0; PIECE]);
    loop {
        let n = timeout(COMMITS, from.read(&mut piece)).await??;
        bytes.extend_from_slice(&piece[..n]);
        for (kind, body) in messages.take(&piece[..n]) {
            match kind {
                // The COMMIT of a transaction that failed is answered by ROLLBACK.
                b'C' => done = !body.starts_with(b"ROLLBACK"),
                b'E' => return Ok((bytes, false)),
                b'Z' => return Ok((bytes, done)),
                _ => {}
            }
        }
        if n == 0 {
            return Ok((bytes, false));
        }
    }
}
