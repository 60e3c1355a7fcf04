//! What is said on a connection to PostgreSQL: as much of its protocol as the faults need.

use std::collections::{BTreeMap, VecDeque};

use super::postgres::{Form, Lose, Watch};

/// The type given to the first message of a connection, which has none.
const STARTUP: u8 = 0;

/// What matters of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Begin,
    Commit,
    Rollback,
    /// Reads, writes and commits by itself.
    Single,
    /// Asks in a transaction whether the lease is still one's own.
    Fence,
    /// Reads how far a feed was pulled.
    Cursor,
    Other,
}

impl Sort {
    fn of(text: &str) -> Self {
        if text.starts_with("BEGIN") {
            Self::Begin
        } else if text == "COMMIT" {
            Self::Commit
        } else if text == "ROLLBACK" {
            Self::Rollback
        } else if text.starts_with("WITH part0") && text.ends_with("_writer FOR UPDATE") {
            Self::Single
        } else if text.contains("_lease SET answered = asked WHERE name") {
            Self::Fence
        } else if text.starts_with("SELECT seq FROM ") && text.contains("_cursor ") {
            Self::Cursor
        } else {
            Self::Other
        }
    }
}

/// What was said on a connection.
#[derive(Debug)]
pub(super) struct Talk {
    asks: Messages,
    answers: Messages,
    login: String,
    /// Prepared statements by their names.
    prepared: BTreeMap<Vec<u8>, Sort>,
    /// What the next Sync runs.
    bound: Option<Sort>,
    running: Sort,
    /// A transaction is open.
    open: bool,
    /// The lease turned out in it to be another's,
    refused: bool,
    /// and it wrote all the same.
    wrote: bool,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            asks: Messages::of_client(),
            answers: Messages::of_server(),
            login: String::new(),
            prepared: BTreeMap::new(),
            bound: None,
            running: Sort::Other,
            open: false,
            refused: false,
            wrote: false,
        }
    }
}

impl Talk {
    /// Bytes of the client: the commit in them that is to lose its answer, and whether they are to be held.
    pub(super) fn asked(&mut self, bytes: &[u8], watch: &Watch) -> (Option<(Form, Lose)>, bool) {
        let (mut lose, mut held) = (None, false);
        for (kind, body) in self.asks.take(bytes) {
            let mut words = body.split(|byte| *byte == 0);
            let mut word = || words.next().unwrap_or_default();
            let sort = match kind {
                STARTUP => {
                    self.login = login(&body);
                    None
                }
                b'Q' => Some(Sort::of(&String::from_utf8_lossy(word()))),
                b'P' => {
                    let name = word().to_vec();
                    self.prepared
                        .insert(name, Sort::of(&String::from_utf8_lossy(word())));
                    None
                }
                b'B' => {
                    let _portal = word();
                    self.bound = self.prepared.get(word()).copied();
                    None
                }
                b'S' => self.bound.take(),
                _ => None,
            };
            let Some(sort) = sort else { continue };
            self.run(sort, watch);
            let form = match sort {
                Sort::Commit => Some(Form::Commit),
                Sort::Single => Some(Form::Single),
                _ => None,
            };
            let due = form.and_then(|form| Some((form, watch.due(&self.login, form)?)));
            lose = lose.or(due);
            held |= sort == Sort::Cursor && !self.open && watch.catches(&self.login);
        }
        (lose, held)
    }

    /// A statement begins to run.
    fn run(&mut self, sort: Sort, watch: &Watch) {
        self.running = sort;
        if sort == Sort::Commit && self.wrote {
            watch.overstep();
        }
        if matches!(sort, Sort::Begin | Sort::Commit | Sort::Rollback) {
            (self.open, self.refused, self.wrote) = (sort == Sort::Begin, false, false);
        }
    }

    /// Bytes of the server.
    pub(super) fn answered(&mut self, bytes: &[u8], watch: &Watch) {
        for (kind, body) in self.answers.take(bytes) {
            if kind != b'C' {
                continue;
            }
            let tag = body.strip_suffix(&[0]).unwrap_or(&body);
            if self.running == Sort::Fence && tag == b"UPDATE 0" {
                self.refused = true;
                watch.refuse();
            } else {
                let writes = [&b"INSERT"[..], b"UPDATE", b"DELETE"];
                let wrote = writes.iter().any(|word| tag.starts_with(word)) && !tag.ends_with(b" 0");
                self.wrote |= self.refused && wrote;
            }
        }
    }
}

/// Who connects, of the first message: its names and values follow the version.
fn login(body: &[u8]) -> String {
    let mut words = body.get(4..).unwrap_or_default().split(|byte| *byte == 0);
    while let Some(name) = words.next() {
        let value = words.next().unwrap_or_default();
        if name == b"user" {
            return String::from_utf8_lossy(value).into_owned();
        }
    }
    String::new()
}

/// Takes the bytes of one direction apart: a type, a length that counts itself, and as many bytes.
#[derive(Debug)]
pub(super) struct Messages {
    rest: VecDeque<u8>,
    /// The first message is still to come, and has no type.
    first: bool,
}

impl Messages {
    const fn of_client() -> Self {
        Self {
            rest: VecDeque::new(),
            first: true,
        }
    }

    pub(super) const fn of_server() -> Self {
        Self {
            rest: VecDeque::new(),
            first: false,
        }
    }

    /// What these bytes complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
        self.rest.extend(bytes);
        let mut whole = Vec::new();
        loop {
            let head = usize::from(!self.first);
            let length: Vec<u8> = self.rest.iter().skip(head).take(4).copied().collect();
            let Ok(length) = <[u8; 4]>::try_from(length) else {
                return whole;
            };
            let end = head + usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX / 2);
            if self.rest.len() < end {
                return whole;
            }
            let mut message: Vec<u8> = self.rest.drain(..end).collect();
            let kind = if self.first { STARTUP } else { message[0] };
            self.first = false;
            whole.push((kind, message.split_off(head + 4)));
        }
    }
}
