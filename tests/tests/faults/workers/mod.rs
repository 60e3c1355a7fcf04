//! The load: clients of every kind of write, each writing down what it does.

mod council;
mod fieldwork;
mod prepare;
mod scores;
mod slips;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use prost::Message;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::Status;

pub(crate) use prepare::prepare;
pub(crate) use slips::{Filled, fill, new_slip};

use crate::chance::Chance;
use crate::client::{Ways, until_answered};
use crate::clock::TestClock;
use crate::log::{Log, sha256};
use crate::world::World;

/// What every client shares.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) world: Arc<World>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) log: Log,
    pub(crate) ways: Ways,
    pub(crate) stop: watch::Receiver<bool>,
    pub(crate) chance: Chance,
    pub(crate) stock: Arc<Mutex<Stock>>,
}

/// Respondents who may still be asked.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    /// Everybody whose registration was acknowledged.
    pub(crate) known: Vec<String>,
    /// (Respondent, unit) of which there is no slip yet.
    pub(crate) pairs: VecDeque<(String, &'static str)>,
}

/// A client's mutation: which service and RPC, under which id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) service: &'static str,
    pub(crate) method: &'static str,
    pub(crate) id: &'a str,
}

impl Field {
    /// The same with dice of its own.
    pub(crate) fn of(&self, part: &str) -> Self {
        Self {
            chance: self.chance.branch(part),
            ..self.clone()
        }
    }

    pub(crate) fn id(&mut self) -> String {
        self.chance.id(self.clock.now())
    }

    pub(crate) fn stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Carries a mutation out with intent, retries and acknowledgement. None: stopped in between.
    pub(crate) async fn act<M: Message + Clone, R: Message, F: Future<Output = Result<R, Status>>>(
        &self,
        named: Named<'_>,
        message: &M,
        what: Value,
        mut call: impl FnMut(M) -> F,
    ) -> Option<Result<R, String>> {
        let body = message.encode_to_vec();
        self.log
            .intend(named.service, named.method, named.id, &body, what)
            .await;
        let answer = until_answered(&self.stop, || call(message.clone())).await?;
        match &answer {
            Ok(reply) => {
                let rpc = (named.service, named.method);
                let reply = reply.encode_to_vec();
                self.log.acknowledge(rpc, named.id, &body, &reply).await;
            }
            Err(reason) => self.log.refused(named.id, &sha256(&body), reason).await,
        }
        Some(answer)
    }
}

/// Starts every kind of client.
pub(crate) fn start(field: &Field) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for n in 0..2 {
        clients.spawn(slips::stream(field.of(&format!("stream {n}")), n));
        clients.spawn(slips::one_by_one(field.of(&format!("slip {n}")), n + 2));
        clients.spawn(scores::save(field.of(&format!("save {n}")), n));
        clients.spawn(council::mark(field.of(&format!("leader {n}")), n));
    }
    clients.spawn(fieldwork::register(field.of("register")));
    clients.spawn(fieldwork::recheck(field.of("recheck")));
    clients.spawn(scores::upload(field.of("upload")));
    clients.spawn(scores::send_sheets(field.of("sheets")));
    clients.spawn(council::appraise(field.of("appraise")));
    clients
}
