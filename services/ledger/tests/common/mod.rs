//! A small cycle, the people in it, and short ways to call the ledger over its real routes.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    clippy::unwrap_used,
    reason = "each test binary uses its own part, and a test may panic"
)]

mod frame;

use std::collections::BTreeMap;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{Instant, Points};
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

pub use frame::*;

pub const CYCLE: &str = "2022";

pub fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}+07:00")).unwrap()
}

pub fn p(text: &str) -> Points {
    text.parse().unwrap()
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
            seen_ruling: None,
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
            ..Default::default()
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

pub const ROUND_1: &str = "2022-12-16T08:00:00";
pub const EXPLAINING: &str = "2022-12-20T08:00:00";
pub const ROUND_2: &str = "2022-12-23T08:00:00";

/// SYT claims all of I.2 (SNV's leaf), explained and proven.
pub async fn claimed() -> Ledger {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.2", ratio("120", "120")).await.unwrap();
    ledger.upload("SYT", "I.2", &pdf("báo cáo")).await.unwrap();
    ledger.now(ROUND_1);
    ledger
}

pub async fn decide(
    ledger: &mut Ledger,
    what: (pb::Round, pb::Decision, &str),
    reason: &str,
) -> Result<pb::Entry, tonic::Status> {
    let ruling = ledger.ruling("SYT", "I.2", what, reason).await;
    ledger.appraise(&appraiser("SNV"), ruling).await
}

/// Sends a file of SYT onto I.1, with a header that was changed.
pub async fn send_changed(
    ledger: &mut Ledger,
    name: &str,
    bytes: &[u8],
    change: impl Fn(&mut pb::UploadHeader),
) -> Result<pb::Entry, tonic::Status> {
    let mut header = ledger.header("SYT", "I.1", name, bytes);
    change(&mut header);
    ledger.send_file(&officer("SYT"), header, bytes).await
}

/// Closes round 2; the final points of what [`claimed`] claims.
pub async fn final_points(ledger: &mut Ledger) -> String {
    ledger.close(pb::Round::Round2).await.unwrap();
    let post = &ledger.points().await[&("SYT".to_owned(), "I.2".to_owned())];
    assert!(post.r#final && stage(post) == kernel_pb::Stage::Appraisal2);
    value(post)
}
