//! Durable slips over gRPC: the whole way of a slip by TCP, with tokens, against the bare limit of the same
//! writes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chiso_platform::rpc::Channel;
use chiso_tests::{CYCLE, Shape, UNITS, Year, ask, call};
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use tokio::task::JoinSet;

use crate::limit::Limit;
use crate::measure::{Turns, median, per_second};
use crate::report::{Line, Report, Wanted};

/// At the same time, over so many connections.
const CALLERS: usize = 64;
const CONNECTIONS: usize = 4;
/// The first turn of each is not counted.
const TURNS: usize = 8;
/// Slips of a turn: enough that the first fraction of a second, in which the system finds each thread its core,
/// does not count.
const MANY: usize = 4_096;
const ALONE: usize = 1_024;
/// Readers of points, and the database, come to rest between turns.
const REST: Duration = Duration::from_millis(500);

/// A year in its survey window, slips to send, and the limit beside it.
struct Stage {
    year: Year,
    clients: Vec<SurveyServiceClient<Channel>>,
    slips: std::vec::IntoIter<pb::NewSlip>,
    limit: Limit,
    database: PathBuf,
}

pub(crate) async fn run(report: &mut Report) {
    let mut stage = Stage::set().await;
    let many = stage.turns(MANY, CALLERS).await;
    let alone = stage.turns(ALONE, 1).await;
    let differences = stage.limit.differences(&stage.database).await;
    assert_eq!(differences, 0, "the limit must write what the survey writes");
    report.add(line(
        "Slips over gRPC, 64 callers",
        &many,
        MANY,
        "groups of 64, driver alone",
        500,
    ));
    report.add(line(
        "Slips over gRPC, one caller",
        &alone,
        ALONE,
        "single commits, driver alone",
        700,
    ));
}

fn line(what: &str, turns: &Turns, slips: usize, against: &str, wanted: u128) -> Line {
    let rate = |times| format!("{} slips/s", per_second(slips, median(times)));
    Line {
        what: what.to_owned(),
        measured: rate(&turns.ours),
        against: format!("{} ({against})", rate(&turns.bare)),
        ratio: Some(turns.speed()),
        wanted: Wanted::RatioAtLeast(wanted),
    }
}

impl Stage {
    async fn set() -> Self {
        let mut year = Year::open(Shape::Loopback).await;
        year.prepare_survey().await;
        year.enter("2022-11-20T08:00:00+07:00");
        real_form(&mut year).await;
        let respondents = register(&year, (MANY + ALONE) * TURNS / UNITS.len()).await;
        let mut slips = Vec::new();
        for (n, respondent) in respondents.iter().enumerate() {
            for (m, unit) in UNITS.iter().enumerate() {
                slips.push(slip(&year, unit, respondent, n * UNITS.len() + m));
            }
        }
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            clients.push(SurveyServiceClient::new(year.connect().await));
        }
        let database = year.folder().join("chiso.db");
        let limit = Limit::copy(&database, &year.folder().join("limit.db")).await;
        Self {
            year,
            clients,
            slips: slips.into_iter(),
            limit,
            database,
        }
    }

    /// The limit and the survey in turns, each with the same slips.
    async fn turns(&mut self, slips: usize, callers: usize) -> Turns {
        let mut turns = Turns::default();
        for turn in 0..TURNS {
            let batch: Vec<pb::NewSlip> = self.slips.by_ref().take(slips).collect();
            assert_eq!(batch.len(), slips, "enough slips were made");
            let groups = self
                .limit
                .prepare(&batch, callers, &self.year.cast.interviewer.id);
            tokio::time::sleep(REST).await;
            let bare = self.limit.write(groups).await;
            tokio::time::sleep(REST).await;
            let ours = self.submit(batch, callers).await;
            if turn > 0 {
                turns.bare.push(bare);
                turns.ours.push(ours);
            }
        }
        turns
    }

    /// Every slip by a call of its own; so many callers, each with its next slip as soon as the last one is
    /// acknowledged.
    async fn submit(&self, slips: Vec<pb::NewSlip>, callers: usize) -> Duration {
        let queue = Arc::new(Mutex::new(slips.into_iter()));
        let token = Arc::new(self.year.cast.interviewer.token.clone());
        let mut tasks = JoinSet::new();
        let started = Instant::now();
        for caller in 0..callers {
            let mut client = self.clients[caller % CONNECTIONS].clone();
            let (queue, token) = (Arc::clone(&queue), Arc::clone(&token));
            tasks.spawn(async move {
                loop {
                    let slip = queue.lock().unwrap().next();
                    if slip.is_none() {
                        return;
                    }
                    let answer = client
                        .submit_slip(ask(&token, pb::SubmitSlipRequest { slip }))
                        .await;
                    assert!(answer.unwrap().into_inner().outcome.unwrap().valid);
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        started.elapsed()
    }
}

/// The form that firms and citizens of Phú Thọ fill in: five rated questions and two more.
async fn real_form(year: &mut Year) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/phu-tho/phieu-dn-cn.xlsx"
    );
    let message = pb::ImportQuestionnaireRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        group: "HDND".to_owned(),
        xlsx: std::fs::read(file).unwrap().into(),
    };
    let token = &year.cast.organiser.token;
    let imported = call!(year, survey.import_questionnaire, token, message).unwrap();
    year.form = imported.questionnaire.unwrap().sha256;
}

async fn register(year: &Year, count: usize) -> Vec<String> {
    let respondents: Vec<pb::NewRespondent> = (0..count)
        .map(|n| pb::NewRespondent {
            respondent_id: year.id(),
            group: "HDND".to_owned(),
            name: format!("Đại biểu số {n}"),
            phone: format!("09{:08}", 30_000_000 + n),
            consent: "bản 1".to_owned(),
            units: Vec::new(),
        })
        .collect();
    for some in respondents.chunks(500) {
        let message = pb::RegisterRespondentsRequest {
            request_id: year.id(),
            cycle: CYCLE.to_owned(),
            respondents: some.to_vec(),
        };
        call!(
            year,
            survey.register_respondents,
            &year.cast.supervisor.token,
            message
        )
        .unwrap();
    }
    respondents.into_iter().map(|r| r.respondent_id).collect()
}

/// A whole slip; the answers differ from slip to slip.
fn slip(year: &Year, unit: &str, respondent: &str, n: usize) -> pb::NewSlip {
    let answer = |question: &str, value: String| pb::Answer {
        question: question.to_owned(),
        value,
    };
    let rated = (1..=5).map(|q| answer(&format!("Q{q}"), (1 + (n * q + n / 7) % 5).to_string()));
    let more = [
        answer("so_lan_giao_dich", (1 + n % 4).to_string()),
        answer("gop_y", "Hồ sơ được giải quyết đúng hẹn".to_owned()),
    ];
    pb::NewSlip {
        answers: rated.chain(more).collect(),
        ..year.slip(unit, respondent, "5")
    }
}
