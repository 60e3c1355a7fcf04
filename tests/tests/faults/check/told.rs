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
    pub(crate) sha: String,
    pub(crate) what: Value,
}

/// Everything the clients wrote down.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By slip id; several where other bytes were tried under the same id.
    pub(crate) slips: BTreeMap<String, Vec<SentSlip>>,
    /// (Slip id, SHA-256) that was acknowledged.
    pub(crate) slip_acks: BTreeSet<(String, String)>,
    pub(crate) requests: BTreeMap<String, Vec<Request>>,
    /// SHA-256 of each answer, by request id.
    pub(crate) acks: BTreeMap<String, Vec<String>>,
    /// (Id, SHA-256) that was refused for good.
    pub(crate) refused: BTreeSet<(String, String)>,
    /// How often each reason was given.
    pub(crate) reasons: BTreeMap<String, u64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Told {
    pub(crate) fn read(lines: &[Value]) -> Self {
        let mut told = Self::default();
        for line in lines {
            told.take(line);
        }
        told
    }

    /// Writes that were acknowledged: slips and other mutations.
    pub(crate) fn acknowledged(&self) -> u64 {
        (self.slip_acks.len() + self.acks.len()) as u64
    }

    fn take(&mut self, line: &Value) {
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
                    sha: text(&line["sha"]),
                    what: line["what"].clone(),
                };
                self.requests.entry(text(&line["id"])).or_default().push(request);
            }
            "ack" => self
                .acks
                .entry(text(&line["id"]))
                .or_default()
                .push(text(&line["reply"])),
            "refused" => {
                self.refused.insert((text(&line["id"]), text(&line["sha"])));
                *self.reasons.entry(text(&line["reason"])).or_default() += 1;
            }
            other => panic!("a line of kind {other}"),
        }
    }
}
