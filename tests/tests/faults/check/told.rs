//! What the clients' log says: intents, acknowledgements, refusals.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A slip as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentSlip {
    pub(crate) unit: String,
    pub(crate) respondent: String,
    pub(crate) answer: String,
    pub(crate) sha: String,
}

/// A mutation as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) service: String,
    pub(crate) method: String,
    pub(crate) sha: String,
    pub(crate) what: Value,
    /// Which intent it was, of all in their order.
    pub(crate) order: usize,
}

/// An answer: to which bytes it was given, and which it has.
#[derive(Clone, Debug)]
pub(crate) struct Ack {
    pub(crate) sha: String,
    pub(crate) reply: String,
}

/// A refusal for good.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) id: String,
    pub(crate) sha: String,
    pub(crate) reason: String,
}

/// Everything the clients wrote down.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By slip id; several where other bytes were tried under the same id.
    pub(crate) slips: BTreeMap<String, Vec<SentSlip>>,
    /// (Slip id, SHA-256) that was acknowledged.
    pub(crate) slip_acks: BTreeSet<(String, String)>,
    pub(crate) requests: BTreeMap<String, Vec<Request>>,
    /// Every answer, by request id.
    pub(crate) acks: BTreeMap<String, Vec<Ack>>,
    pub(crate) refusals: Vec<Refused>,
    /// (Id, SHA-256) of each of them.
    pub(crate) refused: BTreeSet<(String, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Told {
    pub(crate) fn read(lines: &[Value]) -> Self {
        let mut told = Self::default();
        for (order, line) in lines.iter().enumerate() {
            told.take(order, line);
        }
        told
    }

    /// The request under an id with those bytes, if it was ever sent.
    pub(crate) fn sent(&self, id: &str, sha: &str) -> Option<&Request> {
        self.requests.get(id)?.iter().find(|request| request.sha == sha)
    }

    /// Whether the request under an id was answered as one with those bytes.
    pub(crate) fn is_acked(&self, id: &str, sha: &str) -> bool {
        let acks = self.acks.get(id);
        acks.is_some_and(|acks| acks.iter().any(|ack| ack.sha == sha))
    }

    /// Writes that were acknowledged: slips and other mutations.
    pub(crate) fn acknowledged(&self) -> u64 {
        (self.slip_acks.len() + self.acks.len()) as u64
    }

    fn take(&mut self, order: usize, line: &Value) {
        match line["t"].as_str().unwrap() {
            "slips" => {
                for slip in line["slips"].as_array().unwrap() {
                    let sent = SentSlip {
                        unit: text(&slip[1]),
                        respondent: text(&slip[2]),
                        answer: text(&slip[3]),
                        sha: text(&slip[4]),
                    };
                    self.slips.entry(text(&slip[0])).or_default().push(sent);
                }
            }
            "slips_ack" => {
                let acks = line["slips"].as_array().unwrap().iter();
                self.slip_acks
                    .extend(acks.map(|ack| (text(&ack[0]), text(&ack[1]))));
            }
            "intent" => {
                let request = Request {
                    service: text(&line["service"]),
                    method: text(&line["method"]),
                    sha: text(&line["sha"]),
                    what: line["what"].clone(),
                    order,
                };
                self.requests.entry(text(&line["id"])).or_default().push(request);
            }
            "ack" => {
                let ack = Ack {
                    sha: text(&line["sha"]),
                    reply: text(&line["reply"]),
                };
                self.acks.entry(text(&line["id"])).or_default().push(ack);
            }
            "refused" => {
                let refusal = Refused {
                    id: text(&line["id"]),
                    sha: text(&line["sha"]),
                    reason: text(&line["reason"]),
                };
                self.refused.insert((refusal.id.clone(), refusal.sha.clone()));
                self.refusals.push(refusal);
            }
            other => panic!("a line of kind {other}"),
        }
    }
}
