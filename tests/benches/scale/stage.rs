//! Where a part plays: a database, one or more instances of the survey, and the other services in one process.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chiso_platform::rpc::{Channel, remote};
use chiso_platform::testkit::postgres::SERVICES;
use chiso_platform::testkit::redis::redis;
use chiso_tests::ask;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use tokio::task::JoinSet;
use tonic::transport::Endpoint;

use crate::ground::{Base, Ground, password};
use crate::process::{Process, free_address};

/// To each instance.
const CONNECTIONS: usize = 4;
const OTHERS: &str = "identity,registry,recheck,leaders,ledger,ranking";

pub(crate) type Client = SurveyServiceClient<Channel>;

/// The processes and their database.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) base: Base,
    pub(crate) surveys: Vec<Process>,
    pub(crate) others: Process,
    token: Arc<str>,
}

impl Stage {
    /// Starts so many instances of the survey.
    pub(crate) async fn set(ground: &Ground, respondents: usize, instances: usize) -> Self {
        let base = ground.copy(respondents).await;
        let others = free_address();
        let addresses: Vec<SocketAddr> = (0..instances).map(|_| free_address()).collect();
        let file = ground.folder().join("chiso.toml");
        std::fs::write(&file, settings(&base, &ground.folder(), others, &addresses)).unwrap();
        let others = Process::start(OTHERS, others, &file);
        let surveys = addresses
            .into_iter()
            .map(|address| Process::start("survey", address, &file));
        Self {
            base,
            surveys: surveys.collect(),
            others,
            token: ground.interviewer.token.as_str().into(),
        }
    }

    /// Connections to the first so many instances, in turn.
    pub(crate) async fn clients(&self, instances: usize) -> Vec<Client> {
        let mut clients = Vec::new();
        for n in 0..instances * CONNECTIONS {
            clients.push(SurveyServiceClient::new(
                connect(self.surveys[n % instances].grpc).await,
            ));
        }
        clients
    }

    pub(crate) async fn ranking(&self) -> RankingServiceClient<Channel> {
        RankingServiceClient::new(connect(self.others.grpc).await).max_decoding_message_size(64 << 20)
    }

    pub(crate) fn token(&self) -> Arc<str> {
        Arc::clone(&self.token)
    }

    /// Every slip by a call of its own; so many callers, each with its next slip as soon as the last one is
    /// acknowledged.
    pub(crate) async fn submit(
        &self,
        clients: &[Client],
        slips: Vec<pb::NewSlip>,
        callers: usize,
    ) -> Duration {
        let queue = Arc::new(Mutex::new(slips.into_iter()));
        let mut tasks = JoinSet::new();
        let started = Instant::now();
        for caller in 0..callers {
            let client = clients[caller % clients.len()].clone();
            let (queue, token) = (Arc::clone(&queue), self.token());
            tasks.spawn(async move {
                loop {
                    let slip = queue.lock().unwrap().next();
                    let Some(slip) = slip else { return };
                    send(client.clone(), &token, slip).await;
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        started.elapsed()
    }

    /// Ends the processes and frees the disk.
    pub(crate) async fn clear(self) {
        drop((self.surveys, self.others));
        self.base.drop().await;
    }
}

/// Sends one slip, which has to be acknowledged as valid.
pub(crate) async fn send(mut client: Client, token: &str, slip: pb::NewSlip) {
    let message = pb::SubmitSlipRequest { slip: Some(slip) };
    let answer = client.submit_slip(ask(token, message)).await.unwrap();
    assert!(answer.into_inner().outcome.unwrap().valid);
}

async fn connect(address: SocketAddr) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    remote(endpoint.connect().await.unwrap())
}

/// The same for every process of the stage.
fn settings(base: &Base, folder: &Path, others: SocketAddr, surveys: &[SocketAddr]) -> String {
    let peers = SERVICES.map(|service| match service {
        "survey" => {
            let all: Vec<String> = surveys
                .iter()
                .map(|address| format!("http://{address}"))
                .collect();
            format!("survey = {all:?}\n")
        }
        other => format!("{other} = [\"http://{others}\"]\n"),
    });
    let passwords = SERVICES.map(|service| format!("{service} = {:?}\n", password()));
    format!(
        "[data]\ndir = {data:?}\n[keys]\nfile = {keys:?}\n[database]\nurl = {url:?}\n[database.passwords]\n{passwords}\
         [redis]\nurl = {redis:?}\n[peers]\n{peers}",
        data = folder.join("data"),
        keys = folder.join("keys"),
        url = base.url(),
        passwords = passwords.concat(),
        redis = redis().url(),
        peers = peers.concat(),
    )
}
