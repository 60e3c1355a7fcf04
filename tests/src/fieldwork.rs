//! The survey and its recheck.

use std::collections::BTreeMap;

use chiso_domain::kernel::time::SECOND;
use chiso_wire::convert::timestamp;
use chiso_wire::recheck as rpb;
use chiso_wire::survey as pb;
use rpb::record_finding_request::Finding;
use tonic::Status;

use crate::{CYCLE, UNITS, Year, books, call};

/// What the four deputies say of Q1, by unit.
pub const ANSWERS: [(&str, [&str; 4]); 4] = [
    ("SNV", ["5", "5", "5", "5"]),
    ("STC", ["4", "4", "4", "4"]),
    ("VT", ["5", "5", "3", "3"]),
    ("DH", ["1", "2", "1", "2"]),
];

/// Who is to be asked.
const PEOPLE: [&str; 5] = [
    "Nguyễn Thị Hồng Nhung",
    "Trần Văn Đức",
    "Lê Thị Thùy Dương",
    "Phạm Quốc Khánh",
    "Vũ Đình Ánh",
];

/// Answer of each slip, by unit and slip id.
pub type Slips = BTreeMap<String, (String, String)>;

impl Year {
    /// Campaign, questionnaire, targets, four deputies.
    pub async fn prepare_survey(&mut self) {
        let token = self.cast.organiser.token.clone();
        let cycle = CYCLE.to_owned();
        let name = "Khảo sát 2022".to_owned();
        let message = pb::CreateCampaignRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            name,
        };
        call!(self, survey.create_campaign, &token, message).unwrap();
        let message = pb::ImportQuestionnaireRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            group: "HDND".to_owned(),
            xlsx: books::questionnaire("Phiếu đại biểu").into(),
        };
        let imported = call!(self, survey.import_questionnaire, &token, message).unwrap();
        self.form = imported.questionnaire.unwrap().sha256;
        let target = pb::Target {
            unit: String::new(),
            group: "HDND".to_owned(),
            planned: 4,
            population: 0,
            seen_plan: None,
        };
        let message = pb::SetTargetsRequest {
            request_id: self.id(),
            cycle,
            targets: vec![target],
        };
        call!(self, survey.set_targets, &token, message).unwrap();
        for n in 1..=4 {
            let units = UNITS.map(ToOwned::to_owned).to_vec();
            let deputy = self.register(&format!("09120000{n:02}"), units).await.unwrap();
            self.deputies.push(deputy);
        }
    }

    /// The survey as interviewers find it: a longer form, and five people to be asked about two units each.
    pub async fn prepare_interviews(&mut self) {
        self.prepare_survey().await;
        let message = pb::ImportQuestionnaireRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            group: "HDND".to_owned(),
            xlsx: books::interview().into(),
        };
        let imported = call!(
            self,
            survey.import_questionnaire,
            &self.cast.organiser.token,
            message
        );
        self.form = imported.unwrap().questionnaire.unwrap().sha256;
        let units = ["SNV", "STC"].map(ToOwned::to_owned).to_vec();
        let people = (1..).zip(PEOPLE).map(|(n, name)| pb::NewRespondent {
            respondent_id: self.id(),
            group: "HDND".to_owned(),
            name: name.to_owned(),
            phone: format!("09130000{n:02}"),
            consent: "bản 1".to_owned(),
            units: units.clone(),
        });
        let respondents: Vec<pb::NewRespondent> = people.collect();
        let respondent_ids = respondents.iter().map(|one| one.respondent_id.clone()).collect();
        let message = pb::RegisterRespondentsRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            respondents,
        };
        let supervisor = self.cast.supervisor.token.clone();
        call!(self, survey.register_respondents, &supervisor, message).unwrap();
        let message = pb::AssignRespondentsRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            interviewer: self.cast.interviewer.id.clone(),
            respondent_ids,
            ..Default::default()
        };
        call!(self, survey.assign_respondents, &supervisor, message).unwrap();
        self.enter("2022-11-20T08:00:00+07:00");
    }

    /// The interviewer sends the slip of a deputy, and the supervisor gives it back.
    pub async fn return_one(&self) {
        let mut slip = self.slip("VT", &self.deputies[0], "4");
        let answer = |(question, value): (&str, &str)| pb::Answer {
            question: question.to_owned(),
            value: value.to_owned(),
        };
        slip.answers = [("so_lan", "3"), ("Q1", "4"), ("Q2", "5")].map(answer).into();
        let slip_id = slip.slip_id.clone();
        self.submit(slip).await.unwrap();
        let message = pb::ReturnSlipRequest {
            request_id: self.id(),
            slip_id,
            reason: "Câu Q2: người trả lời báo lại là chưa được hỏi câu này. Hỏi lại cho rõ.".to_owned(),
        };
        call!(self, survey.return_slip, &self.cast.supervisor.token, message).unwrap();
    }

    /// Enters somebody into the register.
    ///
    /// # Errors
    /// The survey's.
    pub async fn register(&self, phone: &str, units: Vec<String>) -> Result<String, Status> {
        let respondent_id = self.id();
        let respondent = pb::NewRespondent {
            respondent_id: respondent_id.clone(),
            group: "HDND".to_owned(),
            name: "Đại biểu".to_owned(),
            phone: phone.to_owned(),
            consent: "bản 1".to_owned(),
            units,
        };
        let message = pb::RegisterRespondentsRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            respondents: vec![respondent],
        };
        call!(
            self,
            survey.register_respondents,
            &self.cast.supervisor.token,
            message
        )?;
        Ok(respondent_id)
    }

    /// A slip that is as it should be.
    #[must_use]
    pub fn slip(&self, unit: &str, respondent: &str, value: &str) -> pb::NewSlip {
        let now = self.clock.now();
        pb::NewSlip {
            slip_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            group: "HDND".to_owned(),
            respondent_id: respondent.to_owned(),
            questionnaire_sha256: self.form.clone(),
            started_at: Some(timestamp(now.plus(-600 * SECOND))),
            ended_at: Some(timestamp(now)),
            answered_personally: true,
            answers: vec![pb::Answer {
                question: "Q1".to_owned(),
                value: value.to_owned(),
            }],
            record_invalid: false,
            replaces: String::new(),
        }
    }

    /// Sends one slip.
    ///
    /// # Errors
    /// The survey's.
    pub async fn submit(&self, slip: pb::NewSlip) -> Result<pb::SubmitSlipResponse, Status> {
        let message = pb::SubmitSlipRequest { slip: Some(slip) };
        call!(self, survey.submit_slip, &self.cast.interviewer.token, message)
    }

    /// The survey begins: three slips came in, two of them of people with one number.
    pub async fn begin_fieldwork(&mut self) {
        self.prepare_survey().await;
        let twin = self.register("0912000001", Vec::new()).await.unwrap();
        self.enter("2022-11-20T08:00:00+07:00");
        let first = self.deputies[0].clone();
        let second = self.deputies[1].clone();
        for (unit, who, value) in [("SNV", first, "5"), ("SNV", second, "4"), ("VT", twin, "5")] {
            self.submit(self.slip(unit, &who, value)).await.unwrap();
        }
    }

    /// Every deputy's slip on every unit, by unary call and by stream; then the campaign is closed.
    pub async fn fieldwork(&self) -> Slips {
        self.enter("2022-11-20T08:00:00+07:00");
        let mut slips = Slips::new();
        let mut streamed = Vec::new();
        for (unit, answers) in ANSWERS {
            for (n, value) in answers.into_iter().enumerate() {
                let slip = self.slip(unit, &self.deputies[n], value);
                slips.insert(slip.slip_id.clone(), (unit.to_owned(), value.to_owned()));
                if n == 0 {
                    self.submit(slip).await.unwrap();
                } else {
                    streamed.push(slip);
                }
            }
        }
        self.stream(streamed, 5).await;
        self.close_campaign().await;
        slips
    }

    /// The survey's window ends, and the campaign is closed.
    pub async fn close_campaign(&self) {
        self.enter("2022-12-01T00:00:00+07:00");
        let message = pb::CloseCampaignRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
        };
        call!(self, survey.close_campaign, &self.cast.organiser.token, message).unwrap();
    }

    /// Sends slips in batches over one stream; all have to be valid.
    pub async fn stream(&self, slips: Vec<pb::NewSlip>, batch: usize) {
        let batches: Vec<pb::SubmitSlipsRequest> = (1..)
            .zip(slips.chunks(batch))
            .map(|(batch, slips)| pb::SubmitSlipsRequest {
                batch,
                slips: slips.to_vec(),
            })
            .collect();
        let sent = batches.len();
        let stream = tokio_stream::iter(batches);
        let mut replies = call!(self, survey.submit_slips, &self.cast.interviewer.token, stream).unwrap();
        let mut answered = 0;
        while let Some(reply) = replies.message().await.unwrap() {
            assert!(
                reply.outcomes.iter().all(|o| o.valid && o.refused.is_none()),
                "{reply:?}"
            );
            answered += 1;
        }
        assert_eq!(answered, sent);
    }

    /// Lot, seed, calls: all drawn slips are confirmed but that of VT, which was never asked. Answers with
    /// the void slip.
    pub async fn recheck_all(&self, slips: &Slips) -> String {
        self.recheck_but(slips, "VT").await
    }

    /// The same with another unit whose slip was never asked, or none.
    pub async fn recheck_but(&self, slips: &Slips, never_asked: &str) -> String {
        let organiser = &self.cast.organiser.token;
        let lot_id = self.draw().await;
        let officers = vec![self.cast.verifier.id.clone()];
        let (request_id, case_ids) = (self.id(), Vec::new());
        let message = rpb::AssignCasesRequest {
            request_id,
            lot_id: lot_id.clone(),
            officers,
            case_ids,
        };
        call!(self, recheck.assign_cases, organiser, message).unwrap();
        let message = rpb::ListCasesRequest {
            lot_id: lot_id.clone(),
            open_only: true,
            ..Default::default()
        };
        let cases = call!(self, recheck.list_cases, &self.cast.verifier.token, message)
            .unwrap()
            .cases;
        assert_eq!(
            cases.len(),
            UNITS.len(),
            "a tenth of four slips is one of each unit"
        );
        let mut void = String::new();
        for case in cases {
            let (unit, answer) = &slips[&case.slip_id];
            let finding = if unit == never_asked {
                void.clone_from(&case.slip_id);
                Finding::NotInterviewed(true)
            } else {
                let again = rpb::AnswerAgain {
                    question: "Q1".to_owned(),
                    value: answer.clone(),
                };
                Finding::Answers(rpb::AnswersAgain { answers: vec![again] })
            };
            self.record(&case.case_id, finding).await;
        }
        let message = rpb::ConcludeLotRequest {
            request_id: self.id(),
            lot_id,
        };
        let lot = call!(self, recheck.conclude_lot, organiser, message)
            .unwrap()
            .lot
            .unwrap();
        let void_slips = i32::from(!void.is_empty());
        assert_eq!((lot.cases, lot.open_cases, lot.void_slips), (4, 0, void_slips));
        void
    }

    /// Freezes all slips as one lot and draws a tenth of them; nobody has the cases yet.
    pub async fn draw(&self) -> String {
        self.enter("2022-12-02T08:00:00+07:00");
        let lot_id = self.close_lot().await;
        let message = rpb::EnterSeedRequest {
            request_id: self.id(),
            lot_id: lot_id.clone(),
            stage: 1,
            seed: "31415926535897932384".to_owned(),
            ceremony: "Gieo xúc xắc tại Sở Nội vụ".to_owned(),
            rate_percent: 0,
        };
        call!(self, recheck.enter_seed, &self.cast.organiser.token, message).unwrap();
        lot_id
    }

    /// Freezes all slips as one lot.
    pub async fn close_lot(&self) -> String {
        let lot_id = self.id();
        let message = rpb::CloseLotRequest {
            request_id: self.id(),
            lot_id: lot_id.clone(),
            cycle: CYCLE.to_owned(),
            units: Vec::new(),
        };
        let lot = call!(self, recheck.close_lot, &self.cast.organiser.token, message)
            .unwrap()
            .lot
            .unwrap();
        assert_eq!((lot.entries, lot.list_sha256.len()), (16, 64));
        lot_id
    }

    async fn record(&self, case_id: &str, finding: Finding) {
        let token = &self.cast.verifier.token;
        let message = rpb::RevealContactRequest {
            request_id: self.id(),
            case_id: case_id.to_owned(),
        };
        let contact = call!(self, recheck.reveal_contact, token, message).unwrap();
        assert!(contact.phone.starts_with("09120000"), "{contact:?}");
        let message = rpb::RecordFindingRequest {
            request_id: self.id(),
            case_id: case_id.to_owned(),
            mode: rpb::Mode::Phone.into(),
            finding: Some(finding),
            note: String::new(),
        };
        call!(self, recheck.record_finding, token, message).unwrap();
    }
}
