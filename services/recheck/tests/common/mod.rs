//! A small province, a survey that can be set, and the acts of a recheck over real routes.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses its own part of this"
)]

pub mod survey;

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::cycle::{
    Calendar, Criterion, Cycle, IndexSet, Policy, Rule, RuleSet, Unit, UnitType, Window,
};
use chiso_domain::kernel::{Instant, Points, Span, time::DAY};
use chiso_platform::auth::Role;
use chiso_platform::error::reason_of;
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::kernel as kpb;
use chiso_wire::recheck as pb;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use tonic::{Code, Status};

use survey::FakeSurvey;

pub const SEED: &str = "04711862905533071428";
pub const OTHER_SEED: &str = "90210035517788264013";

pub fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a well-formed name")
}

pub fn uuid(n: u128) -> String {
    uuid::Uuid::from_u128(0x0185_0000_0000_7000_8000_0000_0000_0000 + n).to_string()
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

/// First instant of the recheck, which is the end of the survey.
pub fn start() -> Instant {
    at("2022-12-01T00:00:00+07:00")
}

/// End of the recheck.
pub fn end() -> Instant {
    at("2022-12-20T00:00:00+07:00")
}

fn row(code: &str, max: i64, rule: Rule) -> Criterion {
    Criterion {
        code: parsed(code),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

fn asked(group: &str, question: &str) -> Rule {
    Rule::Survey {
        group: parsed(group),
        question: parsed(question),
    }
}

/// Content V of 14 points: two questions of the deputies, two of the citizens.
pub fn index_set() -> IndexSet {
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            row("I", 86, Rule::Sum { cap: None }),
            row("I.1", 86, Rule::Bool),
            row("V", 14, Rule::Sum { cap: None }),
            row("V.1", 2, asked("HDND", "Q1")),
            row("V.2", 3, asked("HDND", "Q2")),
            row("V.3", 5, asked("DN_CN", "Q1")),
            row("V.4", 4, asked("DN_CN", "Q3")),
        ],
    }
}

fn unit(code: &str, order: i32) -> Unit {
    Unit {
        code: parsed(code),
        name: code.to_owned(),
        unit_type: parsed("department"),
        order,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    }
}

pub fn cycle(policy: Policy) -> Cycle {
    let day = |n: i64| start().plus(n * DAY);
    let span = |start, end| Span { start, end };
    let rules = RuleSet {
        format: 1,
        index_sets: BTreeMap::from([(parsed("department"), index_set())]),
        policy,
    };
    let department = UnitType {
        code: parsed("department"),
        name: "Sở".to_owned(),
        name_en: "Department".to_owned(),
        order: 1,
    };
    let units = ["SNV", "STC", "STP"]
        .into_iter()
        .zip(1..)
        .map(|(c, n)| unit(c, n));
    Cycle {
        code: parsed("2022"),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
        calendar: Calendar {
            windows: vec![
                (Window::Survey, span(day(-30), start())),
                (Window::Recheck, span(start(), end())),
            ],
            extensions: Vec::new(),
        },
        unit_types: BTreeMap::from([(department.code.clone(), department)]),
        units: units.map(|u| (u.code.clone(), u)).collect(),
        council: Vec::new(),
        reassignments: Vec::new(),
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

/// The service over its routes, and the survey it asks.
pub struct World {
    pub kit: Testkit,
    pub survey: Arc<FakeSurvey>,
    channel: Channel,
}

pub fn organiser() -> As {
    As::role(Role::Organiser)
}

/// The n-th verifier.
pub fn verifier(n: u128) -> As {
    As::role(Role::Verifier).number(n)
}

/// The reason of a refusal.
pub fn refused<T: std::fmt::Debug>(reply: Result<T, Status>) -> String {
    reason_of(&reply.expect_err("a refusal"))
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(reply: Result<T, Status>) -> Code {
    reply.expect_err("a refusal").code()
}

macro_rules! calls {
    ($($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        impl World {
            $(pub async fn $rpc(&self, who: &As, request: pb::$request) -> Result<pb::$response, Status> {
                let request = self.kit.request(request, who);
                Ok(self.client().$rpc(request).await?.into_inner())
            })*
        }
    };
}

calls! {
    close_lot(CloseLotRequest) -> CloseLotResponse,
    enter_seed(EnterSeedRequest) -> EnterSeedResponse,
    get_lot(GetLotRequest) -> GetLotResponse,
    list_lots(ListLotsRequest) -> ListLotsResponse,
    list_lot_entries(ListLotEntriesRequest) -> ListLotEntriesResponse,
    assign_cases(AssignCasesRequest) -> AssignCasesResponse,
    list_cases(ListCasesRequest) -> ListCasesResponse,
    get_case(GetCaseRequest) -> GetCaseResponse,
    get_queue(GetQueueRequest) -> GetQueueResponse,
    take_next_case(TakeNextCaseRequest) -> TakeNextCaseResponse,
    renew_lease(RenewLeaseRequest) -> RenewLeaseResponse,
    release_case(ReleaseCaseRequest) -> ReleaseCaseResponse,
    reveal_contact(RevealContactRequest) -> RevealContactResponse,
    record_attempt(RecordAttemptRequest) -> RecordAttemptResponse,
    record_finding(RecordFindingRequest) -> RecordFindingResponse,
    conclude_lot(ConcludeLotRequest) -> ConcludeLotResponse,
}

impl World {
    /// On the first day of the recheck, with the default policy.
    pub async fn new() -> Self {
        Self::with(Policy::default()).await
    }

    pub async fn with(policy: Policy) -> Self {
        let cycle = cycle(policy);
        let kit = Testkit::new(cycle.clone(), start()).await;
        let survey = Arc::new(FakeSurvey::new(cycle, kit.ctx.db.clone()));
        let surveyed = kit.serve(survey::part(&survey));
        let part = chiso_recheck::build(kit.ctx.clone(), surveyed)
            .await
            .expect("the service builds");
        let channel = kit.serve(part);
        Self { kit, survey, channel }
    }

    pub fn client(&self) -> RecheckServiceClient<Channel> {
        RecheckServiceClient::new(self.channel.clone())
    }

    pub fn lot_id(&self) -> String {
        uuid(0xA001)
    }

    pub fn close(&self, lot: &str, units: &[&str]) -> pb::CloseLotRequest {
        pb::CloseLotRequest {
            request_id: self.kit.id(),
            lot_id: lot.to_owned(),
            cycle: "2022".to_owned(),
            units: units.iter().map(ToString::to_string).collect(),
        }
    }

    pub fn seed(&self, lot: &str, stage: i32, seed: &str, rate_percent: i32) -> pb::EnterSeedRequest {
        pb::EnterSeedRequest {
            request_id: self.kit.id(),
            lot_id: lot.to_owned(),
            stage,
            seed: seed.to_owned(),
            ceremony: "Hội trường Sở Nội vụ, 8 giờ, mười người chứng kiến".to_owned(),
            rate_percent,
        }
    }

    /// Closes a lot of all units, draws it with [`SEED`], and gives every case to the first verifier.
    pub async fn drawn(&self) -> Vec<pb::Case> {
        let lot = self.lot_id();
        let all = ["SNV", "STC", "STP"];
        self.close_lot(&organiser(), self.close(&lot, &all))
            .await
            .expect("it closes");
        self.enter_seed(&organiser(), self.seed(&lot, 1, SEED, 0))
            .await
            .expect("it draws");
        self.assign(&[verifier(1)]).await;
        self.cases().await
    }

    /// Gives the unassigned cases to some verifiers.
    pub async fn assign(&self, officers: &[As]) {
        let request = pb::AssignCasesRequest {
            request_id: self.kit.id(),
            lot_id: self.lot_id(),
            officers: officers.iter().map(|o| o.id().to_string()).collect(),
            case_ids: Vec::new(),
        };
        self.assign_cases(&organiser(), request)
            .await
            .expect("they are given");
    }

    /// All cases of the lot.
    pub async fn cases(&self) -> Vec<pb::Case> {
        let mut request = pb::ListCasesRequest {
            lot_id: self.lot_id(),
            page_size: 7,
            ..Default::default()
        };
        let mut cases = Vec::new();
        loop {
            let reply = self
                .list_cases(&organiser(), request.clone())
                .await
                .expect("cases");
            cases.extend(reply.cases);
            if reply.next_page_token.is_empty() {
                return cases;
            }
            request.page_token = reply.next_page_token;
        }
    }

    /// The frozen list.
    pub async fn entries(&self) -> Vec<pb::LotEntry> {
        let request = pb::ListLotEntriesRequest {
            lot_id: self.lot_id(),
            page_size: 500,
            ..Default::default()
        };
        let reply = self.list_lot_entries(&organiser(), request).await;
        reply.expect("the list").entries
    }

    pub fn finding(
        &self,
        case: &pb::Case,
        finding: pb::record_finding_request::Finding,
    ) -> pb::RecordFindingRequest {
        pb::RecordFindingRequest {
            request_id: self.kit.id(),
            case_id: case.case_id.clone(),
            mode: pb::Mode::Phone.into(),
            finding: Some(finding),
            note: String::new(),
        }
    }

    /// The respondent says the same again, except for so many questions.
    pub fn answered(&self, case: &pb::Case, differing: usize) -> pb::RecordFindingRequest {
        let first = self.survey.answers(&case.slip_id);
        let rated = index_set();
        let rated = rated.leaves().filter_map(|leaf| match &leaf.rule {
            Rule::Survey { group, question } if group.as_str() == case.group => Some(question.to_string()),
            _ => None,
        });
        let again = rated.enumerate().map(|(n, question)| {
            let first = &first[&question];
            let other = if first == "1" { "2" } else { "1" };
            pb::AnswerAgain {
                value: if n < differing { other } else { first }.to_owned(),
                question,
            }
        });
        let answers = pb::AnswersAgain {
            answers: again.collect(),
        };
        self.finding(case, pb::record_finding_request::Finding::Answers(answers))
    }

    pub async fn confirm(&self, case: &pb::Case) -> pb::RecordFindingResponse {
        self.record_finding(&verifier(1), self.answered(case, 0))
            .await
            .expect("it is recorded")
    }

    pub async fn void(&self, case: &pb::Case) -> pb::RecordFindingResponse {
        let finding = pb::record_finding_request::Finding::NotInterviewed(true);
        self.record_finding(&verifier(1), self.finding(case, finding))
            .await
            .expect("it is recorded")
    }

    pub async fn attempt(&self, case: &pb::Case) -> Result<pb::RecordAttemptResponse, Status> {
        let request = pb::RecordAttemptRequest {
            request_id: self.kit.id(),
            case_id: case.case_id.clone(),
            mode: pb::Mode::Phone.into(),
            note: "không nghe máy".to_owned(),
            ..Default::default()
        };
        self.record_attempt(&verifier(1), request).await
    }

    pub async fn conclude(&self) -> Result<pb::ConcludeLotResponse, Status> {
        let request = pb::ConcludeLotRequest {
            request_id: self.kit.id(),
            lot_id: self.lot_id(),
        };
        self.conclude_lot(&organiser(), request).await
    }

    /// The whole feed, as ranking reads it.
    pub async fn feed(&self) -> Vec<kpb::IndexPoints> {
        self.pull().await.expect("points")
    }

    /// The same, where it may be refused.
    pub async fn pull(&self) -> Result<Vec<kpb::IndexPoints>, Status> {
        let request = kpb::PullPointsRequest {
            after_seq: 0,
            limit: 5_000,
        };
        let request = self.kit.request_of_service("ranking", request);
        Ok(self.client().pull_points(request).await?.into_inner().points)
    }

    /// The newest post of each leaf.
    pub async fn newest(&self) -> BTreeMap<(String, String), kpb::IndexPoints> {
        let feed = self.feed().await;
        feed.into_iter()
            .map(|p| ((p.unit.clone(), p.criterion.clone()), p))
            .collect()
    }

    /// Acts of the journal, in order.
    pub async fn acts(&self) -> Vec<(String, String)> {
        let request = kpb::ListJournalRequest {
            page_size: 500,
            ..Default::default()
        };
        let request = self.kit.request(request, &organiser());
        let reply = self.client().list_journal(request).await.expect("the journal");
        let entries = reply.into_inner().entries;
        entries.into_iter().map(|e| (e.act, e.object)).collect()
    }
}
