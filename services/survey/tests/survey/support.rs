//! A small cycle, a service on a throw-away folder, and the people who use it.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Calendar, Criterion, Cycle, IndexSet, Rule, RuleSet, Unit, UnitType, Window};
use chiso_domain::kernel::{Instant, Points, Span};
use chiso_platform::auth::Role;
use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::convert::timestamp;
use chiso_wire::kernel as kernel_pb;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use rust_xlsxwriter::Workbook;
use tonic::Status;

pub(crate) const CYCLE: &str = "2022";
pub(crate) const UNITS: [&str; 3] = ["SNV", "STC", "SYT"];

/// Fifteenth of November to the first of December, Viet Nam time.
pub(crate) fn window() -> Span {
    Span {
        start: at("2022-11-15T00:00:00+07:00"),
        end: at("2022-12-01T00:00:00+07:00"),
    }
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn row(code: &str, max: i64, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

fn survey(group: &str, question: &str) -> Rule {
    Rule::Survey {
        group: group.parse().unwrap(),
        question: question.parse().unwrap(),
    }
}

/// Three departments; deputies rate Q1 (2 points), businesses and citizens Q1 (2) and Q2 (1).
pub(crate) fn cycle() -> Cycle {
    let department = "department".parse().unwrap();
    let set = IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            row("V", 5, Rule::Sum { cap: None }),
            row("V.1", 2, Rule::Sum { cap: None }),
            row("V.1.1", 2, survey("HDND", "Q1")),
            row("V.2", 3, Rule::Sum { cap: None }),
            row("V.2.1", 2, survey("DN_CN", "Q1")),
            row("V.2.2", 1, survey("DN_CN", "Q2")),
        ],
    };
    let unit = |(order, code): (i32, &str)| Unit {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        unit_type: "department".parse().unwrap(),
        order,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    };
    let rules = RuleSet {
        format: 1,
        index_sets: [(department, set)].into(),
        ..RuleSet::default()
    };
    Cycle {
        code: CYCLE.parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
        calendar: Calendar {
            windows: vec![(Window::Survey, window())],
            extensions: Vec::new(),
        },
        unit_types: [(
            "department".parse().unwrap(),
            UnitType {
                code: "department".parse().unwrap(),
                name: "Sở".to_owned(),
                name_en: String::new(),
                order: 1,
            },
        )]
        .into(),
        units: (1..).zip(UNITS).map(unit).map(|u| (u.code.clone(), u)).collect(),
        council: Vec::new(),
        reassignments: Vec::new(),
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

/// Writes sheets of text cells as XLSX.
pub(crate) fn xlsx(sheets: &[(&str, Vec<Vec<&str>>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (r, cells) in rows.iter().enumerate() {
            for (c, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let (r, c) = (u32::try_from(r).unwrap(), u16::try_from(c).unwrap());
                match text.parse::<i32>() {
                    Ok(number) => sheet.write_number(r, c, number).unwrap(),
                    Err(_) => sheet.write_string(r, c, *text).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Q1, Q2 on five levels and "no opinion", an age, and a free text that may stay empty.
pub(crate) fn form() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let question = |name, label| vec!["select_one muc", name, label, "yes"];
    let mut choices = vec![vec!["list_name", "name", "label"]];
    for (name, label) in [
        ("1", "Rất kém"),
        ("2", "Kém"),
        ("3", "Trung bình"),
        ("4", "Tốt"),
        ("5", "Rất tốt"),
    ] {
        choices.push(vec!["muc", name, label]);
    }
    choices.push(vec!["muc", "khong_y_kien", "Không có ý kiến"]);
    vec![
        (
            "survey",
            vec![
                vec!["type", "name", "label::Tiếng Việt (vi)", "required"],
                question("Q1", "Chất lượng tham mưu"),
                question("Q2", "Thủ tục"),
                vec!["integer", "tuoi", "Tuổi", "yes"],
                vec!["text", "gop_y", "Góp ý", ""],
            ],
        ),
        ("choices", choices),
        ("settings", vec![vec!["form_title"], vec!["Phiếu khảo sát"]]),
    ]
}

/// The service with a campaign, both questionnaires, and clients for everyone.
pub(crate) struct World {
    pub(crate) kit: Testkit,
    pub(crate) channel: Channel,
    /// Hash of each group's questionnaire.
    pub(crate) forms: BTreeMap<&'static str, String>,
}

pub(crate) fn organiser() -> As {
    As::role(Role::Organiser)
}

pub(crate) fn supervisor() -> As {
    As::role(Role::SurveySupervisor)
}

pub(crate) fn interviewer() -> As {
    As::role(Role::Interviewer)
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(cycle()).await
    }

    pub(crate) async fn of(cycle: Cycle) -> Self {
        let mut world = Self::bare(cycle).await;
        for group in ["HDND", "DN_CN"] {
            let sha256 = world.import(group, &xlsx(&form())).await.unwrap();
            world.forms.insert(group, sha256);
        }
        world
    }

    /// A campaign without questionnaires.
    pub(crate) async fn bare(cycle: Cycle) -> Self {
        let kit = Testkit::new(cycle, window().start).await;
        let channel = kit.serve(chiso_survey::build(kit.ctx.clone()).await.unwrap());
        let world = Self {
            kit,
            channel,
            forms: BTreeMap::new(),
        };
        let request = pb::CreateCampaignRequest {
            request_id: world.kit.id(),
            cycle: CYCLE.to_owned(),
            name: "Khảo sát 2022".to_owned(),
        };
        world
            .client()
            .create_campaign(world.kit.request(request, &organiser()))
            .await
            .unwrap();
        world
    }

    pub(crate) fn client(&self) -> SurveyServiceClient<Channel> {
        SurveyServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn import(&self, group: &str, xlsx: &[u8]) -> Result<String, Status> {
        let request = pb::ImportQuestionnaireRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            group: group.to_owned(),
            xlsx: xlsx.to_vec().into(),
        };
        let reply = self
            .client()
            .import_questionnaire(self.kit.request(request, &organiser()))
            .await?;
        Ok(reply.into_inner().questionnaire.unwrap().sha256)
    }

    /// Registers one person and answers the id.
    pub(crate) async fn person(&self, group: &str, phone: &str, units: &[&str]) -> String {
        self.try_person(group, phone, units).await.unwrap()
    }

    pub(crate) async fn try_person(
        &self,
        group: &str,
        phone: &str,
        units: &[&str],
    ) -> Result<String, Status> {
        let new = pb::NewRespondent {
            respondent_id: self.kit.id(),
            group: group.to_owned(),
            name: "Nguyễn Văn Ánh".to_owned(),
            phone: phone.to_owned(),
            consent: "v1".to_owned(),
            units: units.iter().map(|u| (*u).to_owned()).collect(),
        };
        let id = new.respondent_id.clone();
        self.register(vec![new]).await?;
        Ok(id)
    }

    pub(crate) async fn register(&self, respondents: Vec<pb::NewRespondent>) -> Result<i32, Status> {
        let request = pb::RegisterRespondentsRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            respondents,
        };
        let reply = self
            .client()
            .register_respondents(self.kit.request(request, &supervisor()))
            .await?;
        Ok(reply.into_inner().registered)
    }

    /// A full slip of a person for a unit.
    pub(crate) fn slip(&self, unit: &str, group: &str, person: &str, q1: &str, q2: &str) -> pb::NewSlip {
        let answers = [("Q1", q1), ("Q2", q2), ("tuoi", "42")];
        let answer = |(q, v): (&str, &str)| pb::Answer {
            question: q.to_owned(),
            value: v.to_owned(),
        };
        let now = self.kit.ctx.clock.now();
        pb::NewSlip {
            slip_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            group: group.to_owned(),
            respondent_id: person.to_owned(),
            questionnaire_sha256: self.forms.get(group).cloned().unwrap_or_default(),
            started_at: Some(timestamp(now.plus(-600_000_000))),
            ended_at: Some(timestamp(now)),
            answered_personally: true,
            answers: answers.into_iter().map(answer).collect(),
            record_invalid: false,
            replaces: String::new(),
        }
    }

    pub(crate) async fn submit(&self, slip: &pb::NewSlip) -> Result<pb::SlipOutcome, Status> {
        self.submit_as(slip, &interviewer()).await
    }

    pub(crate) async fn submit_as(&self, slip: &pb::NewSlip, who: &As) -> Result<pb::SlipOutcome, Status> {
        let request = pb::SubmitSlipRequest {
            slip: Some(slip.clone()),
        };
        let reply = self.client().submit_slip(self.kit.request(request, who)).await?;
        Ok(reply.into_inner().outcome.unwrap())
    }

    pub(crate) async fn targets(&self, group: &str, planned: i32) {
        let target = pb::Target {
            unit: String::new(),
            group: group.to_owned(),
            planned,
            population: 0,
            seen_plan: None,
        };
        let request = pb::SetTargetsRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            targets: vec![target],
        };
        self.client()
            .set_targets(self.kit.request(request, &organiser()))
            .await
            .unwrap();
    }

    /// Every slip of the cycle.
    pub(crate) async fn slips(&self) -> Vec<pb::Slip> {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListSlipsRequest {
                cycle: CYCLE.to_owned(),
                page_size: 7,
                page_token,
                ..pb::ListSlipsRequest::default()
            };
            let reply = self
                .client()
                .list_slips(self.kit.request(request, &organiser()))
                .await
                .unwrap();
            let reply = reply.into_inner();
            all.extend(reply.slips);
            page_token = reply.next_page_token;
            if page_token.is_empty() {
                return all;
            }
        }
    }

    /// Received and valid slips over all units and groups.
    pub(crate) async fn totals(&self) -> (i32, i32) {
        let request = pb::GetProgressRequest {
            cycle: CYCLE.to_owned(),
            unit: String::new(),
        };
        let reply = self
            .client()
            .get_progress(self.kit.request(request, &organiser()))
            .await
            .unwrap();
        let progress = reply.into_inner().progress;
        (
            progress.iter().map(|p| p.received).sum(),
            progress.iter().map(|p| p.valid).sum(),
        )
    }

    /// The newest state of each (unit, criterion).
    pub(crate) async fn points(&self) -> BTreeMap<(String, String), kernel_pb::IndexPoints> {
        let request = kernel_pb::PullPointsRequest {
            after_seq: 0,
            limit: 5_000,
        };
        let reply = self
            .client()
            .pull_points(self.kit.request_of_service("ranking", request))
            .await
            .unwrap();
        let posts = reply.into_inner().points;
        let seqs: Vec<i64> = posts.iter().map(|p| p.seq).collect();
        let without_gaps: Vec<i64> = (1..).take(seqs.len()).collect();
        assert_eq!(seqs, without_gaps);
        posts
            .into_iter()
            .map(|p| ((p.unit.clone(), p.criterion.clone()), p))
            .collect()
    }

    pub(crate) async fn counts(&self, unit: &str, group: &str, who: &As) -> pb::GetAnswerCountsResponse {
        let request = pb::GetAnswerCountsRequest {
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            group: group.to_owned(),
        };
        self.client()
            .get_answer_counts(self.kit.request(request, who))
            .await
            .unwrap()
            .into_inner()
    }
}

/// Reason and first field of a refusal.
pub(crate) fn why<T: std::fmt::Debug>(result: Result<T, Status>) -> (String, String) {
    let status = result.expect_err("must be refused");
    let field = violations_of(&status)
        .into_iter()
        .next()
        .map(|(field, _)| field)
        .unwrap_or_default();
    (reason_of(&status), field)
}

/// A reason and a field to compare with [`why`].
pub(crate) fn because(reason: &str, field: &str) -> (String, String) {
    (reason.to_owned(), field.to_owned())
}
