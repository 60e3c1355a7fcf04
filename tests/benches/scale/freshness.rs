//! How long after its acknowledgement a slip shows in the provisional ranking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chiso_platform::rpc::Channel;
use chiso_tests::{CYCLE, UNITS, ask};
use chiso_wire::ranking::GetProvisionalRequest;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use tokio::task::JoinSet;

use crate::ground::Ground;
use crate::measure::{median, per_second, thousandths};
use crate::report::{Line, Report, Wanted};
use crate::slips::Maker;
use crate::stage::{Client, Stage, send};

/// Slips that are looked for. The units' points are rounded, so many more would no longer show.
const PROBES: usize = 240;
/// Sent before: a unit gets points once it has enough of what was planned.
const EARLIER: usize = 16;
/// Units that these are about; the load is about the others.
const PROBED: usize = 2;
/// Send slips all the time, each so long after its last answer.
const CALLERS: usize = 16;
const PAUSE: Duration = Duration::from_millis(20);
/// Slips of the load, at the most.
const LOAD: usize = 40_000;
/// A slip that shows no sooner shows never.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(ground: &Ground, report: &mut Report) {
    for loaded in [false, true] {
        let respondents = if loaded { LOAD } else { EARLIER + PROBES };
        let stage = Stage::set(ground, respondents, 1).await;
        let clients = stage.clients(1).await;
        let load = loaded.then(|| Load::start(&clients, &stage, &ground.slips()));
        let looker = Looker {
            ranking: stage.ranking().await,
            token: ground.organiser.token.clone(),
        };
        let times = probe(&looker, &clients[0], &stage, &ground.slips()).await;
        let beside = match load {
            Some(load) => format!(", {} slips/s beside them", load.stop().await),
            None => String::new(),
        };
        let (middle, late) = (median(&times), times[times.len() * 99 / 100]);
        let millis = |time: Duration| format!("{}.{} ms", time.as_millis(), time.as_micros() % 1_000 / 100);
        report.add(Line {
            what: format!(
                "Slip acknowledged to rank shown{}: 99th percentile",
                if loaded { ", under load" } else { "" }
            ),
            ratio: Some(thousandths(late, middle)),
            wanted: Wanted::Stated,
            measured: millis(late),
            against: format!("{} (median of {} slips{beside})", millis(middle), times.len()),
        });
        stage.clear().await;
    }
}

/// Submits slips one by one and looks for each; answers the times in their order.
async fn probe(looker: &Looker, client: &Client, stage: &Stage, maker: &Maker) -> Vec<Duration> {
    let mut times = Vec::with_capacity(PROBES);
    for n in 0..EARLIER + PROBES {
        let unit = UNITS[n % PROBED];
        // From one end of the scale to the other, so that each slip moves the mean.
        let rating = if (n / PROBED).is_multiple_of(2) { "5" } else { "1" };
        let ratings = [rating; 5].map(ToOwned::to_owned);
        let slip = maker.about(unit, n / PROBED, &ratings, n);
        let before = looker.look(unit).await;
        send(client.clone(), &stage.token(), slip).await;
        if n < EARLIER {
            continue;
        }
        let acknowledged = Instant::now();
        while looker.look(unit).await == before {
            assert!(acknowledged.elapsed() < PATIENCE, "slip {n} does not show");
        }
        times.push(acknowledged.elapsed());
    }
    times.sort_unstable();
    times
}

/// Reads the provisional ranking.
struct Looker {
    ranking: RankingServiceClient<Channel>,
    token: String,
}

impl Looker {
    /// A unit's total and rank.
    async fn look(&self, unit: &str) -> (String, i32) {
        let message = GetProvisionalRequest {
            cycle: CYCLE.to_owned(),
            unit_type: String::new(),
        };
        let reply = self
            .ranking
            .clone()
            .get_provisional(ask(&self.token, message))
            .await;
        let units = reply.unwrap().into_inner().units;
        let found = units.into_iter().find(|result| result.unit == unit).unwrap();
        (found.total, found.rank)
    }
}

/// Callers who send slips about the other units.
struct Load {
    tasks: JoinSet<()>,
    ended: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    started: Instant,
}

impl Load {
    fn start(clients: &[Client], stage: &Stage, maker: &Maker) -> Self {
        let load = Self {
            tasks: JoinSet::new(),
            ended: Arc::default(),
            sent: Arc::default(),
            started: Instant::now(),
        };
        let mut tasks = JoinSet::new();
        for caller in 0..CALLERS {
            let (client, token, maker) = (
                clients[caller % clients.len()].clone(),
                stage.token(),
                maker.clone(),
            );
            let (ended, sent) = (Arc::clone(&load.ended), Arc::clone(&load.sent));
            tasks.spawn(async move {
                for respondent in (caller..LOAD).step_by(CALLERS) {
                    if ended.load(Ordering::SeqCst) {
                        return;
                    }
                    let unit = UNITS[PROBED + respondent % (UNITS.len() - PROBED)];
                    let ratings = [1, 2, 3, 4, 5].map(|n| (1 + respondent / n % 5).to_string());
                    let slip = maker.about(unit, respondent, &ratings, respondent);
                    send(client.clone(), &token, slip).await;
                    sent.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        Self { tasks, ..load }
    }

    /// Ends it; answers how many slips it sent per second.
    async fn stop(mut self) -> u128 {
        self.ended.store(true, Ordering::SeqCst);
        let (sent, took) = (self.sent.load(Ordering::SeqCst), self.started.elapsed());
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        per_second(sent, took)
    }
}
