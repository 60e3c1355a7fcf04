//! What the clients write down for themselves: each intent before its call, each answer after it. One
//! append-only file, flushed to the disk before the call goes out, in groups.
//!
//! It is all that the checker knows about the clients. Nothing of it comes from the servers' databases.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

/// Lines that may wait.
const QUEUE: usize = 4_096;

/// The clients' log. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    lines: mpsc::Sender<(Vec<Value>, oneshot::Sender<()>)>,
    path: PathBuf,
    counts: Arc<Mutex<Counts>>,
}

/// (Service, RPC).
pub(crate) type Rpc = (&'static str, &'static str);

/// What the clients were told so far.
#[derive(Debug, Default)]
struct Counts {
    acknowledged: BTreeMap<Rpc, u64>,
    refused: BTreeMap<String, u64>,
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Log {
    pub(crate) fn create(path: &Path) -> Self {
        let file = File::options().append(true).create_new(true).open(path).unwrap();
        let (lines, queue) = mpsc::channel(QUEUE);
        std::thread::spawn(move || write(file, queue));
        Self {
            lines,
            path: path.to_owned(),
            counts: Arc::default(),
        }
    }

    /// Acknowledgements so far by RPC: whether each service goes on.
    pub(crate) fn acknowledged(&self) -> BTreeMap<Rpc, u64> {
        self.counts.lock().unwrap().acknowledged.clone()
    }

    /// Refusals so far for that reason.
    pub(crate) fn refusals(&self, reason: &str) -> u64 {
        let counts = self.counts.lock().unwrap();
        counts.refused.get(reason).copied().unwrap_or(0)
    }

    /// So many more.
    pub(crate) fn count(&self, rpc: Rpc, more: usize) {
        *self.counts.lock().unwrap().acknowledged.entry(rpc).or_default() += more as u64;
    }

    /// Returns once the lines are on the disk.
    pub(crate) async fn write(&self, lines: Vec<Value>) {
        let (done, written) = oneshot::channel();
        self.lines.send((lines, done)).await.unwrap();
        written.await.unwrap();
    }

    /// A mutation under a request id is about to be sent.
    pub(crate) async fn intend(&self, service: &str, method: &str, id: &str, body: &[u8], what: Value) {
        self.write(vec![json!({
            "t": "intent", "service": service, "method": method, "id": id, "sha": sha256(body), "what": what,
        })])
        .await;
    }

    /// The mutation with those bytes was answered.
    pub(crate) async fn acknowledge(&self, rpc: Rpc, id: &str, body: &[u8], reply: &[u8]) {
        self.write(vec![
            json!({ "t": "ack", "id": id, "sha": sha256(body), "reply": sha256(reply) }),
        ])
        .await;
        self.count(rpc, 1);
    }

    /// The mutation was refused for good.
    pub(crate) async fn refused(&self, id: &str, sha: &str, reason: &str) {
        self.write(vec![
            json!({ "t": "refused", "id": id, "sha": sha, "reason": reason }),
        ])
        .await;
        let mut counts = self.counts.lock().unwrap();
        *counts.refused.entry(reason.to_owned()).or_default() += 1;
    }

    /// All lines that were written.
    pub(crate) fn read(&self) -> Vec<Value> {
        let file = BufReader::new(File::open(&self.path).unwrap());
        file.lines()
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    }
}

fn write(mut file: File, mut queue: mpsc::Receiver<(Vec<Value>, oneshot::Sender<()>)>) {
    let mut waiting = Vec::new();
    while queue.blocking_recv_many(&mut waiting, QUEUE) > 0 {
        let mut text = String::new();
        let mut done = Vec::new();
        for (lines, written) in waiting.drain(..) {
            lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
            done.push(written);
        }
        file.write_all(text.as_bytes()).unwrap();
        file.sync_data().unwrap();
        for written in done {
            // Who was stopped meanwhile needs no word.
            let _gone = written.send(());
        }
    }
}
