//! A survey that holds slips in memory and answers the RPCs that the recheck calls.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chiso_domain::cycle::{Cycle, Rule};
use chiso_domain::kernel::{OptionName, text::sha256_hex};
use chiso_domain::survey::Tally;
use chiso_platform::auth::{Caller, Permission};
use chiso_platform::db::{Db, sql};
use chiso_platform::rpc::{Part, Policy};
use chiso_wire::kernel as kpb;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_server::{SurveyService, SurveyServiceServer};
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::uuid;

const ASK: Permission = Permission::services("fake.survey");

macro_rules! policy {
    ($($rpc:literal),* $(,)?) => { &[$(($rpc, ASK)),*] };
}

/// Services only: the recheck asks as itself.
const POLICY: Policy = policy![
    "CreateCampaign",
    "ImportQuestionnaire",
    "GetQuestionnaire",
    "SetTargets",
    "RegisterRespondents",
    "ListRespondents",
    "SubmitSlip",
    "SubmitSlips",
    "GetSlip",
    "ListSlips",
    "GetCampaign",
    "GetProgress",
    "GetAnswerCounts",
    "DecideShortage",
    "CloseCampaign",
    "ListLotSlips",
    "RevealContact",
    "PullPoints",
    "ListJournal",
    "ImportRespondents",
    "AssignRespondents",
    "ListVisits",
    "CheckSlip",
    "SaveDraft",
    "GetDraft",
    "ListDrafts",
    "DropDraft",
    "ReturnSlip",
    "ListReturns",
    "GetInterviewerProgress",
    "SendReminders",
];

pub fn part(survey: &Arc<FakeSurvey>) -> Part {
    Part {
        name: "survey",
        service: "chiso.survey.v1.SurveyService",
        routes: Routes::new(SurveyServiceServer::from_arc(Arc::clone(survey))),
        policy: POLICY,
    }
}

const OPTIONS: [&str; 6] = ["1", "2", "3", "4", "5", "khong_y_kien"];

/// A valid slip.
#[derive(Clone, Debug)]
pub struct FakeSlip {
    pub id: String,
    pub unit: String,
    pub group: String,
    pub interviewer: String,
    pub respondent: String,
    pub answers: BTreeMap<String, String>,
    pub sha256: String,
}

#[derive(Debug, Default)]
struct State {
    slips: BTreeMap<String, FakeSlip>,
    feed: Vec<kpb::IndexPoints>,
    /// Rows of the recheck's journal on openings, as they stood when a contact was asked for.
    openings: Vec<(pb::RevealContactRequest, i64)>,
    /// Who asked for them, as the survey's journal would have it.
    openers: Vec<String>,
    asked_for_points: usize,
    silent: bool,
    /// Number of a post that is not given.
    withheld: Option<i64>,
}

#[derive(Debug)]
pub struct FakeSurvey {
    cycle: Cycle,
    db: Db,
    state: Mutex<State>,
}

impl FakeSurvey {
    pub fn new(cycle: Cycle, db: Db) -> Self {
        Self {
            cycle,
            db,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no test panicked")
    }

    /// Adds valid slips of one unit, group and interviewer; answers vary with the slip.
    pub fn add(&self, unit: &str, group: &str, interviewer: u128, count: u128) {
        let mut state = self.state();
        for _ in 0..count {
            let n = state.slips.len() as u128;
            // Ids in an order of their own, so that nothing leans on the order of entry.
            let id = uuid(0x1_0000 + (n * 7_919) % 65_521);
            let answer = |salt: u128| {
                OPTIONS[usize::try_from((n * 31 + salt * 17 + n / 5) % 6).expect("small")].to_owned()
            };
            let answers = [("Q1", answer(1)), ("Q2", answer(2)), ("Q3", answer(3))];
            let answers: BTreeMap<_, _> = answers.map(|(q, a)| (q.to_owned(), a)).into();
            let slip = FakeSlip {
                sha256: sha256_hex(format!("{id} {answers:?}").as_bytes()),
                unit: unit.to_owned(),
                group: group.to_owned(),
                interviewer: uuid(interviewer),
                respondent: uuid(0x9_0000 + n),
                answers,
                id: id.clone(),
            };
            assert!(state.slips.insert(id, slip).is_none(), "slip ids differ");
        }
        drop(state);
        self.post(unit);
    }

    /// The province of most tests: 20 and 40 slips per unit; interviewer 3 has two of them.
    pub fn fill(&self) {
        for unit in ["SNV", "STC"] {
            self.add(unit, "HDND", 1, 20);
            self.add(unit, "DN_CN", 1, 19);
            self.add(unit, "DN_CN", 2, 20);
            self.add(unit, "DN_CN", 3, 1);
        }
    }

    pub fn answers(&self, slip: &str) -> BTreeMap<String, String> {
        self.state().slips[slip].answers.clone()
    }

    pub fn slips(&self) -> Vec<FakeSlip> {
        self.state().slips.values().cloned().collect()
    }

    /// Somebody changes a slip behind everyone's back.
    pub fn tamper(&self, slip: &str) {
        let mut state = self.state();
        let slip = state.slips.get_mut(slip).expect("a slip");
        slip.sha256 = sha256_hex(b"tampered");
    }

    /// Answers no more, or again.
    pub fn be_silent(&self, silent: bool) {
        self.state().silent = silent;
    }

    /// Gives the post of a number no more, or gives all again.
    pub fn withhold(&self, seq: Option<i64>) {
        self.state().withheld = seq;
    }

    /// Number of the newest post.
    pub fn last_seq(&self) -> i64 {
        self.state().feed.len() as i64
    }

    /// Puts the feed back to an older state.
    pub fn put_back(&self, seq: i64) {
        let left = usize::try_from(seq).expect("a number of a post");
        self.state().feed.truncate(left);
    }

    /// Who asked for contacts.
    pub fn openers(&self) -> Vec<String> {
        self.state().openers.clone()
    }

    pub fn openings(&self) -> Vec<(pb::RevealContactRequest, i64)> {
        self.state().openings.clone()
    }

    pub fn asked_for_points(&self) -> usize {
        self.state().asked_for_points
    }

    /// What the slips without the given ones give to a leaf.
    pub fn tally(&self, unit: &str, criterion: &str, without: &[String]) -> Tally {
        let code = criterion.parse().expect("a code");
        let leaf = self
            .cycle
            .leaf(&unit.parse().expect("a unit"), &code)
            .expect("a leaf");
        let Rule::Survey { group, question } = &leaf.rule else {
            panic!("{criterion} is no survey leaf")
        };
        let values = &self.cycle.rules.policy.survey.option_values;
        let state = self.state();
        let counted = state
            .slips
            .values()
            .filter(|s| s.unit == unit && s.group == group.as_str() && !without.contains(&s.id));
        counted.fold(Tally::default(), |tally, slip| {
            let option: OptionName = slip.answers[question.as_str()].parse().expect("an option");
            tally.with(values.get(&option).copied(), 1)
        })
    }

    /// Posts the state of a unit's leaves.
    pub fn post(&self, unit: &str) {
        for criterion in ["V.1", "V.2", "V.3", "V.4"] {
            let tally = self.tally(unit, criterion, &[]);
            let mut state = self.state();
            let seq = state.feed.len() as i64 + 1;
            let basis = kpb::SurveyBasis {
                rated: tally.rated,
                sum: tally.sum,
            };
            let point = kpb::IndexPoints {
                cycle: "2022".to_owned(),
                unit: unit.to_owned(),
                criterion: criterion.to_owned(),
                source: kpb::Source::Survey.into(),
                value: Some(kpb::index_points::Value::NotComputable(
                    "NOT_OF_THIS_TEST".to_owned(),
                )),
                r#final: false,
                basis: Some(kpb::Basis {
                    kind: Some(kpb::basis::Kind::Survey(basis)),
                }),
                revision: seq,
                seq,
                at: Some(Default::default()),
            };
            state.feed.push(point);
        }
    }
}

fn other<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("the recheck does not call this"))
}

/// What the recheck asks of the survey, and the names of what it does not.
macro_rules! fake {
    ({ $($own:tt)* } $($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl SurveyService for FakeSurvey {
            $($own)*

            $(async fn $rpc(&self, _: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                Err(Status::unimplemented("the recheck does not call this"))
            })*
        }
    };
}

fake! { {
    async fn send_reminders(
        &self,
        _: Request<chiso_wire::kernel::SendRemindersRequest>,
    ) -> Result<Response<chiso_wire::kernel::SendRemindersResponse>, Status> {
        other()
    }

    async fn list_lot_slips(
        &self,
        request: Request<pb::ListLotSlipsRequest>,
    ) -> Result<Response<pb::ListLotSlipsResponse>, Status> {
        let request = request.into_inner();
        let state = self.state();
        let wanted = |s: &&FakeSlip| {
            (request.units.is_empty() || request.units.contains(&s.unit)) && s.id > request.page_token
        };
        // Small pages, so that the caller has to turn them.
        let page: Vec<&FakeSlip> = state.slips.values().filter(wanted).take(17).collect();
        let token = if page.len() == 17 {
            page[16].id.clone()
        } else {
            String::new()
        };
        let slip = |s: &&FakeSlip| pb::LotSlip {
            slip_id: s.id.clone(),
            unit: s.unit.clone(),
            group: s.group.clone(),
            interviewer: s.interviewer.clone(),
            respondent_id: s.respondent.clone(),
            sha256: s.sha256.clone(),
        };
        Ok(Response::new(pb::ListLotSlipsResponse {
            slips: page.iter().map(slip).collect(),
            next_page_token: token,
        }))
    }

    async fn get_slip(
        &self,
        request: Request<pb::GetSlipRequest>,
    ) -> Result<Response<pb::GetSlipResponse>, Status> {
        let state = self.state();
        let slip = state.slips.get(&request.get_ref().slip_id);
        let slip = slip.ok_or_else(|| Status::not_found("slip"))?;
        let answer = |(q, a): (&String, &String)| pb::Answer {
            question: q.clone(),
            value: a.clone(),
        };
        let new = pb::NewSlip {
            slip_id: slip.id.clone(),
            unit: slip.unit.clone(),
            group: slip.group.clone(),
            answers: slip.answers.iter().map(answer).collect(),
            ..Default::default()
        };
        let slip = pb::Slip {
            slip: Some(new),
            valid: true,
            sha256: slip.sha256.clone(),
            ..Default::default()
        };
        Ok(Response::new(pb::GetSlipResponse { slip: Some(slip) }))
    }

    async fn get_questionnaire(
        &self,
        request: Request<pb::GetQuestionnaireRequest>,
    ) -> Result<Response<pb::GetQuestionnaireResponse>, Status> {
        let option = |name: &str| pb::Option {
            name: name.to_owned(),
            ..Default::default()
        };
        let question = |name: &str| pb::Question {
            name: name.to_owned(),
            kind: pb::QuestionKind::SelectOne.into(),
            options: OPTIONS.map(option).to_vec(),
            ..Default::default()
        };
        let form = pb::Questionnaire {
            group: request.into_inner().group,
            questions: ["Q1", "Q2", "Q3"].map(question).to_vec(),
            ..Default::default()
        };
        Ok(Response::new(pb::GetQuestionnaireResponse {
            questionnaire: Some(form),
        }))
    }

    async fn reveal_contact(
        &self,
        request: Request<pb::RevealContactRequest>,
    ) -> Result<Response<pb::RevealContactResponse>, Status> {
        let count = "SELECT COUNT(*) AS n FROM recheck_journal WHERE act = 'contact.reveal'";
        let row = self.db.one(sql(count)).await.expect("the recheck's journal");
        let journalled = row.get("n").expect("a number");
        let mut state = self.state();
        state.openers.push(Caller::of(&request).actor());
        state.openings.push((request.into_inner(), journalled));
        Ok(Response::new(pb::RevealContactResponse {
            name: "Nguyễn Văn Ánh".to_owned(),
            phone: "0912345678".to_owned(),
        }))
    }

    async fn pull_points(
        &self,
        request: Request<kpb::PullPointsRequest>,
    ) -> Result<Response<kpb::PullPointsResponse>, Status> {
        let mut state = self.state();
        state.asked_for_points += 1;
        if state.silent {
            return Err(Status::unavailable("silent"));
        }
        let after = request.get_ref().after_seq;
        let points = state
            .feed
            .iter()
            .filter(|p| p.seq > after && Some(p.seq) != state.withheld)
            .take(3)
            .cloned()
            .collect();
        Ok(Response::new(kpb::PullPointsResponse {
            points,
            last_seq: state.feed.len() as i64,
        }))
    }

    type SubmitSlipsStream =
        Pin<Box<dyn tokio_stream::Stream<Item = Result<pb::SubmitSlipsResponse, Status>> + Send>>;

    async fn submit_slips(
        &self,
        _: Request<Streaming<pb::SubmitSlipsRequest>>,
    ) -> Result<Response<Self::SubmitSlipsStream>, Status> {
        other()
    }

    async fn list_journal(
        &self,
        _: Request<kpb::ListJournalRequest>,
    ) -> Result<Response<kpb::ListJournalResponse>, Status> {
        other()
    }
}
    create_campaign(CreateCampaignRequest) -> CreateCampaignResponse,
    import_questionnaire(ImportQuestionnaireRequest) -> ImportQuestionnaireResponse,
    set_targets(SetTargetsRequest) -> SetTargetsResponse,
    register_respondents(RegisterRespondentsRequest) -> RegisterRespondentsResponse,
    list_respondents(ListRespondentsRequest) -> ListRespondentsResponse,
    submit_slip(SubmitSlipRequest) -> SubmitSlipResponse,
    list_slips(ListSlipsRequest) -> ListSlipsResponse,
    get_campaign(GetCampaignRequest) -> GetCampaignResponse,
    get_progress(GetProgressRequest) -> GetProgressResponse,
    get_answer_counts(GetAnswerCountsRequest) -> GetAnswerCountsResponse,
    decide_shortage(DecideShortageRequest) -> DecideShortageResponse,
    close_campaign(CloseCampaignRequest) -> CloseCampaignResponse,
    import_respondents(ImportRespondentsRequest) -> ImportRespondentsResponse,
    assign_respondents(AssignRespondentsRequest) -> AssignRespondentsResponse,
    list_visits(ListVisitsRequest) -> ListVisitsResponse,
    check_slip(CheckSlipRequest) -> CheckSlipResponse,
    save_draft(SaveDraftRequest) -> SaveDraftResponse,
    get_draft(GetDraftRequest) -> GetDraftResponse,
    list_drafts(ListDraftsRequest) -> ListDraftsResponse,
    drop_draft(DropDraftRequest) -> DropDraftResponse,
    return_slip(ReturnSlipRequest) -> ReturnSlipResponse,
    list_returns(ListReturnsRequest) -> ListReturnsResponse,
    get_interviewer_progress(GetInterviewerProgressRequest) -> GetInterviewerProgressResponse,
}
