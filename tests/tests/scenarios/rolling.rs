//! Every process is stopped and started again, one after the other, under load. A client that sends a request
//! again as documented gets an answer to each, and each act happened once.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use chiso_platform::rpc::Channel;
use chiso_tests::{CYCLE, Shape, UNITS, Year, ask, call};
use chiso_wire::kernel as k;
use chiso_wire::ledger as lpb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use futures_util::future::join_all;
use tonic::{Code, Response, Status};

/// A request is given up after so long, which no restart of one process takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Callers at once.
const CALLERS: usize = 4;

/// What the callers share.
#[derive(Clone, Default)]
struct Load {
    stop: Arc<AtomicBool>,
    /// Requests that were answered.
    answered: Arc<AtomicU32>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::SeqCst)
    }

    /// Waits for an answer that comes after so many, so that no process is away for nothing.
    async fn beyond(&self, before: u32) {
        let started = tokio::time::Instant::now();
        while self.answered.load(Ordering::SeqCst) == before {
            assert!(started.elapsed() < PATIENCE, "the load stands still");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends a request until it is answered: these codes say that the same may be sent again.
    async fn until_answered<T, F>(&self, mut send: impl FnMut() -> F) -> T
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let started = tokio::time::Instant::now();
        loop {
            let status = match send().await {
                Ok(answer) => {
                    self.answered.fetch_add(1, Ordering::SeqCst);
                    return answer.into_inner();
                }
                Err(status) => status,
            };
            let healed = [Code::Unavailable, Code::Internal, Code::DeadlineExceeded];
            assert!(healed.contains(&status.code()), "no retry heals {status:?}");
            assert!(started.elapsed() < PATIENCE, "not healed in time: {status:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Registers somebody and sends their slips, again and again; answers how many of each were acknowledged.
async fn interview(year: &Year, load: &Load, caller: usize) -> (usize, usize) {
    let channel: Channel = year.channels.survey.clone();
    let survey = || SurveyServiceClient::new(channel.clone());
    let (mut people, mut slips) = (0, 0);
    while load.goes_on() {
        let respondent = pb::NewRespondent {
            respondent_id: year.id(),
            group: "HDND".to_owned(),
            name: "Đại biểu".to_owned(),
            phone: format!("09{caller:02}{people:06}"),
            consent: "bản 1".to_owned(),
            units: Vec::new(),
        };
        let message = pb::RegisterRespondentsRequest {
            request_id: year.id(),
            cycle: CYCLE.to_owned(),
            respondents: vec![respondent.clone()],
        };
        let token = &year.cast.supervisor.token;
        load.until_answered(|| {
            let (mut to, request) = (survey(), ask(token, message.clone()));
            async move { to.register_respondents(request).await }
        })
        .await;
        people += 1;
        for unit in UNITS {
            let slip = Some(year.slip(unit, &respondent.respondent_id, "4"));
            let message = pb::SubmitSlipRequest { slip };
            let token = &year.cast.interviewer.token;
            load.until_answered(|| {
                let (mut to, request) = (survey(), ask(token, message.clone()));
                async move { to.submit_slip(request).await }
            })
            .await;
            slips += 1;
        }
    }
    (people, slips)
}

/// Saves a leaf of a unit, again and again; answers how often that was acknowledged.
async fn score(year: &Year, load: &Load, unit: &'static str) -> i64 {
    let channel: Channel = year.channels.ledger.clone();
    let mut version = 0;
    while load.goes_on() {
        let kind = k::leaf_input::Kind::Achieved(version % 2 == 0);
        let message = lpb::SaveEntryRequest {
            request_id: year.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: "I.1".to_owned(),
            version,
            input: Some(k::LeafInput { kind: Some(kind) }),
            explanation: format!("Lần {version}"),
        };
        let token = &year.cast.officers[unit].token;
        let saved = load.until_answered(|| {
            let (mut to, request) = (
                LedgerServiceClient::new(channel.clone()),
                ask(token, message.clone()),
            );
            async move { to.save_entry(request).await }
        });
        let entry = saved.await.entry.unwrap();
        version += 1;
        assert_eq!(entry.version, version, "{unit}: a save was lost or done twice");
    }
    version
}

/// Stops and starts one process after the other, then lets the callers end.
async fn roll(year: &Year, load: &Load) {
    for instance in year.instances().await.iter_mut() {
        let before = load.answered.load(Ordering::SeqCst);
        instance.stop().await;
        instance.start();
        instance.ready().await;
        load.beyond(before).await;
    }
    load.stop.store(true, Ordering::SeqCst);
}

async fn received(year: &Year) -> usize {
    let message = pb::GetProgressRequest {
        cycle: CYCLE.to_owned(),
        unit: String::new(),
    };
    let progress = call!(year, survey.get_progress, &year.cast.organiser.token, message);
    let progress = progress.unwrap().progress;
    assert!(progress.iter().all(|p| p.received == p.valid));
    progress
        .iter()
        .map(|p| usize::try_from(p.received).unwrap())
        .sum()
}

/// The survey's feed has no gap, and every journal is whole. Answers how many posts there are.
async fn nothing_is_missing(year: &Year) -> usize {
    let posts = year.posts("survey").await;
    assert!((1..).zip(&posts).all(|(seq, post)| post.seq == seq), "{posts:?}");
    let state = year.state().await;
    assert_eq!(state, year.state().await);
    posts.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slips_under_a_rolling_restart_arrive_once() {
    let mut year = Year::open(Shape::Split).await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    let load = Load::default();
    let callers = join_all((0..CALLERS).map(|caller| interview(&year, &load, caller)));
    let (said, ()) = tokio::join!(callers, roll(&year, &load));
    year.sandbox.reconnect().await;
    let people: usize = said.iter().map(|(people, _)| people).sum();
    let slips: usize = said.iter().map(|(_, slips)| slips).sum();
    assert!(slips >= 9 * UNITS.len(), "hardly any load: {slips} slips");
    assert_eq!(received(&year).await, slips);
    let acts = year.acts("survey", "slip.submit").await;
    assert_eq!(acts, slips, "one act for each slip");
    let registered = year.acts("survey", "respondent.register").await;
    // Four deputies were there before.
    assert_eq!(registered, people + 4, "one act for each registration");
    assert!(nothing_is_missing(&year).await >= UNITS.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saves_under_a_rolling_restart_happen_once() {
    let mut year = Year::open(Shape::Split).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let load = Load::default();
    let callers = join_all(UNITS.map(|unit| score(&year, &load, unit)));
    let (versions, ()) = tokio::join!(callers, roll(&year, &load));
    year.sandbox.reconnect().await;
    for (unit, version) in UNITS.into_iter().zip(&versions) {
        assert_eq!(year.entry(unit, "I.1").await.version, *version, "{unit}");
    }
    let saves: i64 = versions.iter().sum();
    assert_eq!(
        year.acts("ledger", "entry.save").await,
        usize::try_from(saves).unwrap()
    );
    nothing_is_missing(&year).await;
}
