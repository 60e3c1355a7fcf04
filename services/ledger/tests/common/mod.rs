//! A small cycle, the people in it, and short ways to call the ledger over its real routes.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;

use chiso_domain::cycle::{
    Calendar, Criterion, Cycle, Extension, IndexSet, PenaltyKind, Policy, Reassignment, Rule, RuleSet, Tier,
    Unit, UnitType, Window,
};
use chiso_domain::kernel::{Instant, Points, Span};
use chiso_platform::auth::Role;
use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::kernel as kernel_pb;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use sha2::{Digest, Sha256};
use tonic::Status;

pub const CYCLE: &str = "2022";

pub fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}+07:00")).unwrap()
}

pub fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn row(code: &str, max: &str, rule: Rule, appraiser: &str) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: format!("Tiêu chí {code}"),
        name_en: String::new(),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: appraiser.parse().ok(),
        origin: String::new(),
    }
}

fn sum(code: &str, max: &str) -> Criterion {
    row(code, max, Rule::Sum { cap: None }, "")
}

fn index_set() -> IndexSet {
    let tier = |points: &str| Tier {
        label: points.to_owned(),
        points: p(points),
    };
    let kind = |label: &str, each: &str| PenaltyKind {
        label: label.to_owned(),
        each: p(each),
        what: "người".to_owned(),
    };
    let survey = Rule::Survey {
        group: "HDND".parse().unwrap(),
        question: "Q1".parse().unwrap(),
    };
    let deduct = Rule::Deduct {
        each: p("0.5"),
        what: "báo cáo chậm".to_owned(),
    };
    let add = Rule::Add {
        each: p("1"),
        what: "sáng kiến".to_owned(),
        cap: p("3"),
    };
    let penalty = Rule::Penalty {
        kinds: vec![kind("khiển trách", "0.5"), kind("cảnh cáo", "1")],
        cap: Some(p("2")),
    };
    let steps = Rule::Tier {
        tiers: vec![tier("2"), tier("1"), tier("0")],
    };
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            sum("I", "9"),
            row("I.1", "2", Rule::Bool, "STC"),
            row("I.2", "2", Rule::Ratio { floor_percent: 80 }, "SNV"),
            row("I.3", "2", steps, "SNV"),
            row("I.4", "3", deduct, "STC"),
            sum("II", "2"),
            row("II.1", "2", Rule::External { scale: 100 }, "STC"),
            row("IV", "8", Rule::Sum { cap: Some(p("8")) }, ""),
            row("IV.1", "3", add, "SNV"),
            sum("V", "14"),
            row("V.1", "14", survey, ""),
            sum("VI", "4"),
            row("VI.1", "4", Rule::Leaders, ""),
            sum("VII", "0"),
            row("VII.1", "0", penalty, "SNV"),
        ],
    }
}

/// Units SNV, STC (both council agencies), SYT and SXD; SNV's criteria of SNV go to STC.
pub fn cycle() -> Cycle {
    let department = "department".parse().unwrap();
    let unit = |(order, code): (usize, &&str)| {
        let unit = Unit {
            code: code.parse().unwrap(),
            name: format!("Sở {code}"),
            unit_type: "department".parse().unwrap(),
            order: i32::try_from(order).unwrap(),
            valid_from: String::new(),
            valid_to: String::new(),
            predecessors: vec![],
            ranked: true,
        };
        (unit.code.clone(), unit)
    };
    let window = |window, from: &str, to: &str| {
        let span = Span {
            start: at(from),
            end: at(to),
        };
        (window, span)
    };
    let unit_type = UnitType {
        code: "department".parse().unwrap(),
        name: "Sở, ban, ngành".to_owned(),
        name_en: "Departments".to_owned(),
        order: 1,
    };
    let rules = RuleSet {
        format: 1,
        index_sets: BTreeMap::from([(department, index_set())]),
        policy: Policy::default(),
    };
    Cycle {
        code: CYCLE.parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: "QĐ 2419/QĐ-UBND".to_owned(),
        calendar: Calendar {
            windows: vec![
                window(Window::SelfScoring, "2022-11-01T00:00:00", "2022-12-15T00:00:00"),
                window(Window::Appraisal1, "2022-12-15T00:00:00", "2022-12-19T00:00:00"),
                window(Window::Explanation, "2022-12-19T00:00:00", "2022-12-22T00:00:00"),
                window(Window::Appraisal2, "2022-12-22T00:00:00", "2022-12-26T00:00:00"),
                window(
                    Window::ExternalIndex,
                    "2022-12-20T00:00:00",
                    "2022-12-28T00:00:00",
                ),
            ],
            extensions: vec![],
        },
        unit_types: BTreeMap::from([(unit_type.code.clone(), unit_type)]),
        units: ["SNV", "STC", "SYT", "SXD"]
            .iter()
            .enumerate()
            .map(unit)
            .collect(),
        council: vec!["SNV".parse().unwrap(), "STC".parse().unwrap()],
        reassignments: vec![Reassignment {
            agency: "SNV".parse().unwrap(),
            unit: "SNV".parse().ok(),
            criterion: None,
            substitute: "STC".parse().unwrap(),
            reason: "Không tự thẩm định".to_owned(),
        }],
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

pub fn extended(mut cycle: Cycle, window: Window, unit: Option<&str>, to: &str) -> Cycle {
    cycle.calendar.extensions.push(Extension {
        window,
        unit: unit.map(|unit| unit.parse().unwrap()),
        ends_at: at(to),
        reason: "Mất điện".to_owned(),
        granted_at: at("2022-12-14T00:00:00"),
    });
    cycle
}

pub fn officer(unit: &str) -> As {
    As::role(Role::UnitOfficer).unit(unit)
}
pub fn head(unit: &str) -> As {
    As::role(Role::UnitHead).unit(unit)
}
pub fn appraiser(agency: &str) -> As {
    As::role(Role::Appraiser).unit(agency)
}
pub fn organiser() -> As {
    As::role(Role::Organiser)
}
pub fn chair() -> As {
    As::role(Role::CouncilChair)
}

pub fn input(kind: Kind) -> Option<kernel_pb::LeafInput> {
    Some(kernel_pb::LeafInput { kind: Some(kind) })
}
pub fn ratio(planned: &str, achieved: &str) -> Option<kernel_pb::LeafInput> {
    input(Kind::Ratio(kernel_pb::RatioInput {
        planned: planned.to_owned(),
        achieved: achieved.to_owned(),
    }))
}
pub fn tier(points: &str) -> Option<kernel_pb::LeafInput> {
    input(Kind::Tier(points.to_owned()))
}

/// A file as a unit might send it.
pub fn pdf(text: &str) -> Vec<u8> {
    let body = format!("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n% {text}\n");
    let xref = body.len();
    let tail = "xref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Root 1 0 R >>\nstartxref\n";
    format!("{body}{tail}{xref}\n%%EOF\n").into_bytes()
}

pub fn sha(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Reason of a refusal.
pub fn reason<T: std::fmt::Debug>(outcome: Result<T, Status>) -> String {
    reason_of(&outcome.unwrap_err())
}
pub fn vi<T: std::fmt::Debug>(outcome: Result<T, Status>) -> String {
    vi_of(&outcome.unwrap_err())
}
pub fn fields(status: &Status) -> Vec<String> {
    violations_of(status)
        .into_iter()
        .map(|(field, _)| field)
        .collect()
}

/// The ledger over its real routes.
pub struct Ledger {
    pub kit: Testkit,
    pub client: LedgerServiceClient<Channel>,
}

type Answer<T> = Result<T, Status>;

impl Ledger {
    /// In the middle of self-scoring.
    pub async fn open() -> Self {
        Self::with(cycle()).await
    }

    pub async fn with(cycle: Cycle) -> Self {
        let kit = Testkit::new(cycle, at("2022-12-01T08:00:00")).await;
        let part = chiso_ledger::build(kit.ctx.clone()).await.unwrap();
        let client = LedgerServiceClient::new(kit.serve(part));
        Self { kit, client }
    }

    pub fn now(&self, text: &str) {
        self.kit.set_now(at(text));
    }

    pub async fn version(&mut self, unit: &str, leaf: &str) -> i64 {
        self.entry(&organiser(), unit, leaf).await.unwrap().version
    }

    pub async fn entry(&mut self, who: &As, unit: &str, leaf: &str) -> Answer<pb::Entry> {
        let message = pb::GetEntryRequest {
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
        };
        let reply = self.client.get_entry(self.kit.request(message, who)).await?;
        Ok(reply.into_inner().entry.unwrap())
    }

    pub async fn sheet(&mut self, who: &As, unit: &str) -> Answer<pb::GetSheetResponse> {
        let message = pb::GetSheetRequest {
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
        };
        Ok(self
            .client
            .get_sheet(self.kit.request(message, who))
            .await?
            .into_inner())
    }

    pub fn saving(&self, unit: &str, leaf: &str, version: i64) -> pb::SaveEntryRequest {
        pb::SaveEntryRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            version,
            input: None,
            explanation: "Theo báo cáo năm".to_owned(),
        }
    }

    pub async fn send(&mut self, who: &As, message: pb::SaveEntryRequest) -> Answer<pb::Entry> {
        let reply = self.client.save_entry(self.kit.request(message, who)).await?;
        Ok(reply.into_inner().entry.unwrap())
    }

    /// Saves on the newest version, as the unit's officer.
    pub async fn save(
        &mut self,
        unit: &str,
        leaf: &str,
        input: Option<kernel_pb::LeafInput>,
    ) -> Answer<pb::Entry> {
        let version = self.version(unit, leaf).await;
        let message = pb::SaveEntryRequest {
            input,
            ..self.saving(unit, leaf, version)
        };
        self.send(&officer(unit), message).await
    }

    pub fn header(&self, unit: &str, leaf: &str, name: &str, bytes: &[u8]) -> pb::UploadHeader {
        pb::UploadHeader {
            request_id: self.kit.id(),
            evidence_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            document: "12/QĐ-SYT".to_owned(),
            locator: "Mục 2, trang 3".to_owned(),
            file_name: name.to_owned(),
            size_bytes: i64::try_from(bytes.len()).unwrap(),
            sha256: sha(bytes),
            secret: false,
        }
    }

    pub async fn send_file(&mut self, who: &As, header: pb::UploadHeader, bytes: &[u8]) -> Answer<pb::Entry> {
        use pb::upload_evidence_request::Part;
        let part = |part| pb::UploadEvidenceRequest { part: Some(part) };
        let mut parts = vec![part(Part::Header(header))];
        parts.extend(
            bytes
                .chunks(64 * 1024)
                .map(|chunk| part(Part::Chunk(chunk.to_vec().into()))),
        );
        let request = self.kit.request(tokio_stream::iter(parts), who);
        let reply = self.client.upload_evidence(request).await?;
        Ok(reply.into_inner().entry.unwrap())
    }

    pub async fn upload(&mut self, unit: &str, leaf: &str, bytes: &[u8]) -> Answer<pb::Entry> {
        let header = self.header(unit, leaf, "báo cáo.pdf", bytes);
        self.send_file(&officer(unit), header, bytes).await
    }

    pub async fn download(&mut self, who: &As, id: &str) -> Answer<(pb::Evidence, Vec<u8>)> {
        use pb::download_evidence_response::Part;
        let message = pb::DownloadEvidenceRequest {
            evidence_id: id.to_owned(),
        };
        let mut stream = self
            .client
            .download_evidence(self.kit.request(message, who))
            .await?
            .into_inner();
        let (mut header, mut bytes) = (None, Vec::new());
        while let Some(message) = stream.message().await? {
            match message.part.unwrap() {
                Part::Header(evidence) => header = Some(evidence),
                Part::Chunk(chunk) => bytes.extend_from_slice(&chunk),
            }
        }
        Ok((header.unwrap(), bytes))
    }

    pub async fn submit(&mut self, who: &As, unit: &str) -> Answer<pb::Sheet> {
        let message = pb::SubmitSheetRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
        };
        let reply = self.client.submit_sheet(self.kit.request(message, who)).await?;
        Ok(reply.into_inner().sheet.unwrap())
    }

    pub async fn withdraw(&mut self, unit: &str) -> Answer<pb::Sheet> {
        let message = pb::WithdrawSheetRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            reason: "Sửa số liệu".to_owned(),
        };
        let reply = self
            .client
            .withdraw_sheet(self.kit.request(message, &head(unit)))
            .await?;
        Ok(reply.into_inner().sheet.unwrap())
    }

    /// A decision on the newest version, with points.
    pub async fn ruling(
        &mut self,
        unit: &str,
        leaf: &str,
        (round, decision, points): (pb::Round, pb::Decision, &str),
        reason: &str,
    ) -> pb::AppraiseEntryRequest {
        pb::AppraiseEntryRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            round: round.into(),
            decision: decision.into(),
            value: Some(pb::appraise_entry_request::Value::Points(points.to_owned())),
            reason: reason.to_owned(),
            version: self.version(unit, leaf).await,
        }
    }

    pub async fn appraise(&mut self, who: &As, message: pb::AppraiseEntryRequest) -> Answer<pb::Entry> {
        let reply = self.client.appraise_entry(self.kit.request(message, who)).await?;
        Ok(reply.into_inner().entry.unwrap())
    }

    pub async fn explain(&mut self, unit: &str, leaf: &str, text: &str) -> Answer<pb::Entry> {
        let message = pb::ExplainEntryRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            version: self.version(unit, leaf).await,
            text: text.to_owned(),
        };
        let reply = self
            .client
            .explain_entry(self.kit.request(message, &officer(unit)))
            .await?;
        Ok(reply.into_inner().entry.unwrap())
    }

    pub async fn close(&mut self, round: pb::Round) -> Answer<pb::CloseRoundResponse> {
        let message = pb::CloseRoundRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            round: round.into(),
        };
        Ok(self
            .client
            .close_round(self.kit.request(message, &organiser()))
            .await?
            .into_inner())
    }

    /// The newest post of each leaf.
    pub async fn points(&mut self) -> BTreeMap<(String, String), kernel_pb::IndexPoints> {
        let message = kernel_pb::PullPointsRequest {
            after_seq: 0,
            limit: 5_000,
        };
        let request = self.kit.request_of_service("ranking", message);
        let reply = self.client.pull_points(request).await.unwrap().into_inner();
        let key = |post: kernel_pb::IndexPoints| ((post.unit.clone(), post.criterion.clone()), post);
        reply.points.into_iter().map(key).collect()
    }

    pub async fn journal(&mut self, prefix: &str) -> Vec<kernel_pb::JournalEntry> {
        let message = kernel_pb::ListJournalRequest {
            object_prefix: prefix.to_owned(),
            page_size: 500,
            page_token: String::new(),
        };
        let request = self.kit.request(message, &As::role(Role::Auditor));
        self.client
            .list_journal(request)
            .await
            .unwrap()
            .into_inner()
            .entries
    }
}

/// The value of a post: the points, or why there are none.
pub fn value(post: &kernel_pb::IndexPoints) -> String {
    use kernel_pb::index_points::Value;
    match post.value.as_ref().unwrap() {
        Value::Points(points) => points.clone(),
        Value::NotComputable(_) => "not computable".to_owned(),
        Value::NotApplicable(_) => "not applicable".to_owned(),
    }
}

pub fn stage(post: &kernel_pb::IndexPoints) -> kernel_pb::Stage {
    match post.basis.as_ref().unwrap().kind.as_ref().unwrap() {
        kernel_pb::basis::Kind::Ledger(basis) => basis.stage(),
        other => panic!("not of the ledger: {other:?}"),
    }
}
