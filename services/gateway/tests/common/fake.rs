//! A ranking service with one published year, as the gateway meets it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chiso_domain::index_points::{Basis, IndexPoints, LeafInput, NewPoints, Source, Stage, Value};
use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::kernel::{Instant, Refusal, RefusalKind};
use chiso_platform::Error;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::{ListJournalRequest, ListJournalResponse};
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_server::RankingService;
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

/// The exported document of every version of the fake.
pub(crate) const DOCUMENT: &str = "{\"format\":1,\"units\":[\"Sở Nội vụ\"]}";
/// Its table.
pub(crate) const TABLE: &str = "unit,total\r\nSNV,93.98\r\n";

/// What the fake was asked: the RPC, its fields, the token and the request's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) rpc: &'static str,
    pub(crate) cycle: String,
    pub(crate) version: i32,
    pub(crate) unit: String,
    pub(crate) token: String,
    pub(crate) id: String,
}

/// How the fake behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Well,
    /// Refuses with this code and a cause that must not be shown.
    Broken(i32),
    /// Panics.
    Panics,
    /// Never answers.
    Hangs,
    /// Ends the file in the middle.
    Cuts,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Fake {
    pub(super) mood: Mood,
    /// Instead of [`DOCUMENT`].
    pub(super) other_document: Option<&'static str>,
    /// As many communes as a province has, instead of one department.
    pub(super) communes: usize,
    pub(super) asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Debug)]
struct NotPublished;

impl std::fmt::Display for NotPublished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nothing is published")
    }
}
impl std::error::Error for NotPublished {}
impl Refusal for NotPublished {
    fn kind(&self) -> RefusalKind {
        RefusalKind::NotFound
    }
    fn reason(&self) -> &'static str {
        "NOT_PUBLISHED"
    }
    fn field(&self) -> String {
        "cycle".to_owned()
    }
    fn vi(&self) -> String {
        "Đợt này chưa công bố kết quả.".to_owned()
    }
}

impl Fake {
    fn document(&self) -> &'static str {
        self.other_document.unwrap_or(DOCUMENT)
    }

    fn version(&self, number: i32) -> pb::Version {
        version(number, self.document())
    }

    async fn note<T>(&self, request: &Request<T>, asked: Asked) -> Result<(), Status> {
        let text = |name| {
            request
                .metadata()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        self.asked.lock().unwrap().push(Asked {
            token: text("authorization"),
            id: text("x-request-id"),
            ..asked.clone()
        });
        match self.mood {
            Mood::Broken(code) => return Err(Status::new(code.into(), "secret cause")),
            Mood::Panics => panic!("a fake that panics"),
            Mood::Hangs => std::future::pending().await,
            Mood::Well | Mood::Cuts => {}
        }
        if asked.cycle.is_empty() || asked.cycle == "2022" {
            Ok(())
        } else {
            Err(Error::from(NotPublished).into())
        }
    }
}

fn version(number: i32, document: &str) -> pb::Version {
    pb::Version {
        cycle: "2022".to_owned(),
        version: number,
        document: "3456/QĐ-UBND".to_owned(),
        correction_reason: if number > 1 {
            "Sửa điểm khảo sát".to_owned()
        } else {
            String::new()
        },
        published_at: Some(timestamp(Instant::parse("2022-12-31T08:00:00+07:00").unwrap())),
        sha256: sha256_hex(document.as_bytes()),
        rule_set_sha256: "ab".repeat(32),
        replaced: number < 2,
    }
}

fn result(rank: i32, class: pb::Class) -> pb::UnitResult {
    pb::UnitResult {
        unit: "SNV".to_owned(),
        name: "Sở Nội vụ".to_owned(),
        unit_type: "department".to_owned(),
        contents: vec![pb::Content {
            code: "I".to_owned(),
            points: "37.20".to_owned(),
        }],
        penalty: "0.00".to_owned(),
        total: "93.98".to_owned(),
        rank,
        tied: false,
        class: class.into(),
        reasons: vec!["Trong tỷ lệ xuất sắc".to_owned()],
        missing: Vec::new(),
        comparison: None,
    }
}

/// One of many, with points in every content.
fn commune(number: usize) -> pb::UnitResult {
    let contents = ["I", "II", "III", "IV", "V", "VI", "VII"];
    let content = |(place, code): (usize, &str)| pb::Content {
        code: code.to_owned(),
        points: format!("{}.{:02}", 9 + (number + place) % 30, (7 * number + place) % 100),
    };
    pb::UnitResult {
        unit: format!("XA{number}"),
        name: format!("Ủy ban nhân dân xã Hùng Xuyên Thượng {number}"),
        contents: contents.into_iter().enumerate().map(content).collect(),
        total: format!("{}.{:02}", 98 - number / 3, number % 100),
        ..result(number.try_into().unwrap(), pb::Class::Good)
    }
}

type Record = (Source, Value, Basis);

/// A record of every source, and of every sort of value.
fn sources() -> [Record; 4] {
    let survey = Basis::Survey {
        rated: 40,
        sum: 1_800_000,
    };
    let recheck = Basis::Recheck {
        rated: 40,
        sum: 1_800_000,
        void_rated: 1,
        void_sum: 50_000,
    };
    let leaders = Basis::Leaders {
        counted: 4,
        sum: "14.5".parse().unwrap(),
    };
    let ledger = Basis::Ledger {
        stage: Stage::Decided,
        input: None,
        version: 3,
    };
    [
        (Source::Survey, Value::Points("4.5".parse().unwrap()), survey),
        (Source::Recheck, Value::Points("-0.02".parse().unwrap()), recheck),
        (
            Source::Leaders,
            Value::NotComputable("Chưa đủ phiếu".to_owned()),
            leaders,
        ),
        (
            Source::Ledger,
            Value::NotApplicable("Không có bộ phận một cửa".to_owned()),
            ledger,
        ),
    ]
}

/// A record of every sort of input.
fn inputs() -> [Record; 6] {
    let inputs = [
        LeafInput::Achieved(true),
        LeafInput::Ratio {
            planned: "12".parse().unwrap(),
            achieved: "11.5".parse().unwrap(),
        },
        LeafInput::Tier("1.5".parse().unwrap()),
        LeafInput::Count(2),
        LeafInput::Penalty(vec![(0, 2), (1, 1)]),
        LeafInput::External("87.5".parse().unwrap()),
    ];
    inputs.map(|input| {
        let basis = Basis::Ledger {
            stage: Stage::Appraisal2,
            input: Some(input),
            version: 3,
        };
        (Source::Ledger, Value::Points("1".parse().unwrap()), basis)
    })
}

fn leaf() -> pb::LeafResult {
    let record = |(seq, (source, value, basis)): (i64, Record)| {
        let post = NewPoints {
            cycle: "2022".parse().unwrap(),
            unit: "SNV".parse().unwrap(),
            criterion: "V.1".parse().unwrap(),
            value,
            last: true,
            basis,
        };
        let at = Instant::parse("2022-12-30T08:00:00.000001+07:00").unwrap();
        (&IndexPoints {
            post,
            source,
            revision: 2,
            seq,
            at,
        })
            .into()
    };
    pb::LeafResult {
        criterion: "V.1".to_owned(),
        name: "Chất lượng tham mưu".to_owned(),
        max_points: "5.00".to_owned(),
        points: "4.48".to_owned(),
        name_en: String::new(),
        sources: (1..)
            .zip(sources().into_iter().chain(inputs()))
            .map(record)
            .collect(),
    }
}

#[tonic::async_trait]
impl RankingService for Fake {
    async fn list_versions(
        &self,
        request: Request<pb::ListVersionsRequest>,
    ) -> Result<Response<pb::ListVersionsResponse>, Status> {
        let asked = Asked {
            rpc: "ListVersions",
            cycle: request.get_ref().cycle.clone(),
            ..Asked::default()
        };
        self.note(&request, asked).await?;
        // All that is there is less than what pages ask for at once.
        let token = match request.get_ref().page_size {
            500.. => String::new(),
            size => format!("after-{size}-{}", request.get_ref().page_token),
        };
        let versions = vec![self.version(2), self.version(1)];
        Ok(Response::new(pb::ListVersionsResponse {
            versions,
            next_page_token: token,
        }))
    }

    async fn get_published(
        &self,
        request: Request<pb::GetPublishedRequest>,
    ) -> Result<Response<pb::GetPublishedResponse>, Status> {
        let m = request.get_ref();
        let asked = Asked {
            rpc: "GetPublished",
            cycle: m.cycle.clone(),
            version: m.version,
            unit: m.unit_type.clone(),
            ..Asked::default()
        };
        let number = if m.version == 0 { 2 } else { m.version };
        self.note(&request, asked).await?;
        Ok(Response::new(pb::GetPublishedResponse {
            version: Some(self.version(number)),
            province: "Phú Thọ".to_owned(),
            units: match self.communes {
                0 => vec![result(1, pb::Class::Excellent), result(0, pb::Class::Unspecified)],
                many => (1..=many).map(commune).collect(),
            },
            types: vec![pb::TypeSummary {
                unit_type: "department".to_owned(),
                name: "Sở".to_owned(),
                quota_base: 19,
                quota: 3,
                excellent: 3,
                ..pb::TypeSummary::default()
            }],
            earlier_cycle: String::new(),
        }))
    }

    async fn get_breakdown(
        &self,
        request: Request<pb::GetBreakdownRequest>,
    ) -> Result<Response<pb::GetBreakdownResponse>, Status> {
        let m = request.get_ref();
        let asked = Asked {
            rpc: "GetBreakdown",
            cycle: m.cycle.clone(),
            version: m.version,
            unit: m.unit.clone(),
            ..Asked::default()
        };
        self.note(&request, asked).await?;
        Ok(Response::new(pb::GetBreakdownResponse {
            version: Some(self.version(2)),
            result: Some(result(1, pb::Class::Excellent)),
            leaves: vec![leaf()],
        }))
    }

    type ExportStream = Pin<Box<dyn Stream<Item = Result<pb::ExportResponse, Status>> + Send>>;

    async fn export(
        &self,
        request: Request<pb::ExportRequest>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        let m = request.get_ref();
        let text = if m.format() == pb::Format::Csv {
            TABLE
        } else {
            self.document()
        };
        let asked = Asked {
            rpc: "Export",
            cycle: m.cycle.clone(),
            version: m.version,
            ..Asked::default()
        };
        self.note(&request, asked).await?;
        let chunk = |bytes: &'static [u8]| Ok(pb::ExportResponse { chunk: bytes.into() });
        let (head, tail) = text.as_bytes().split_at(9);
        let rest = if self.mood == Mood::Cuts {
            Err(Status::internal("cut"))
        } else {
            chunk(tail)
        };
        Ok(Response::new(Box::pin(tokio_stream::iter([chunk(head), rest]))))
    }

    async fn get_provisional(
        &self,
        _: Request<pb::GetProvisionalRequest>,
    ) -> Result<Response<pb::GetProvisionalResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn get_provisional_breakdown(
        &self,
        _: Request<pb::GetProvisionalBreakdownRequest>,
    ) -> Result<Response<pb::GetProvisionalBreakdownResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn get_readiness(
        &self,
        _: Request<pb::GetReadinessRequest>,
    ) -> Result<Response<pb::GetReadinessResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn record_bar(
        &self,
        _: Request<pb::RecordBarRequest>,
    ) -> Result<Response<pb::RecordBarResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn decide_tie(
        &self,
        _: Request<pb::DecideTieRequest>,
    ) -> Result<Response<pb::DecideTieResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn get_decisions(
        &self,
        _: Request<pb::GetDecisionsRequest>,
    ) -> Result<Response<pb::GetDecisionsResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn publish(&self, _: Request<pb::PublishRequest>) -> Result<Response<pb::PublishResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
    async fn list_journal(
        &self,
        _: Request<ListJournalRequest>,
    ) -> Result<Response<ListJournalResponse>, Status> {
        Err(Status::unimplemented("not of the gateway"))
    }
}
