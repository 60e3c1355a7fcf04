//! A cycle of five departments, four feeds that post their points, and the calls of everyone who takes part.
#![allow(dead_code, reason = "each test file uses its own part of the fixture")]

pub(crate) mod feed;

use std::collections::BTreeMap;

use chiso_domain::cycle::{
    Calendar, Criterion, Cycle, IndexSet, PenaltyKind, Policy, Reassignment, Rule, RuleSet, Unit, UnitType,
};
use chiso_domain::index_points::{Basis, LeafInput, NewPoints, Quantity, Source, Stage, Value};
use chiso_domain::kernel::{Decimals, Instant, Points, Ratio, UnitTypeCode};
use chiso_platform::auth::Role;
use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use tonic::Status;

use feed::Feed;

pub(crate) const CYCLE: &str = "2022";
pub(crate) const UNITS: [&str; 5] = ["SNV", "SXD", "STC", "STP", "SYT"];
const SOURCES: [Source; 4] = [Source::Survey, Source::Recheck, Source::Leaders, Source::Ledger];

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn row(code: &str, max: &str, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: format!("Tiêu chí {code}"),
        name_en: format!("Criterion {code}"),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: Some("VPUB".parse().unwrap()),
        origin: String::new(),
    }
}

fn set() -> IndexSet {
    let ratio = || Rule::Ratio { floor_percent: 1 };
    let sum = || Rule::Sum { cap: None };
    let survey = Rule::Survey {
        group: "HDND".parse().unwrap(),
        question: "Q1".parse().unwrap(),
    };
    let add = Rule::Add {
        each: p("1"),
        what: "sáng kiến".to_owned(),
        cap: p("8"),
    };
    let penalty = Rule::Penalty {
        kinds: vec![PenaltyKind {
            label: String::new(),
            each: p("0.5"),
            what: "vụ".to_owned(),
        }],
        cap: None,
    };
    IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows: vec![
            row("I", "39", sum()),
            row("I.1", "39", ratio()),
            row("II", "27", sum()),
            row("II.1", "27", ratio()),
            row("III", "8", sum()),
            row("III.1", "8", Rule::Bool),
            row("IV", "8", Rule::Sum { cap: Some(p("8")) }),
            row("IV.1", "8", add),
            row("V", "14", sum()),
            row("V.1", "14", survey),
            row("VI", "4", sum()),
            row("VI.1", "4", Rule::Leaders),
            row("VII", "0", sum()),
            row("VII.1", "0", penalty),
        ],
    }
}

pub(crate) fn cycle() -> Cycle {
    let kind: UnitTypeCode = "department".parse().unwrap();
    let unit = |(order, code): (i32, &str)| Unit {
        code: code.parse().unwrap(),
        name: format!("Sở {code}"),
        unit_type: kind.clone(),
        order,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    };
    let rules = RuleSet {
        format: 1,
        index_sets: BTreeMap::from([(kind.clone(), set())]),
        policy: Policy::default(),
    };
    let unit_type = UnitType {
        code: kind.clone(),
        name: "Sở, ban, ngành".to_owned(),
        name_en: "Departments".to_owned(),
        order: 1,
    };
    Cycle {
        code: CYCLE.parse().unwrap(),
        province: "Tỉnh Phú Thọ".to_owned(),
        regulation: "Quyết định 2419/QĐ-UBND".to_owned(),
        calendar: Calendar::default(),
        unit_types: BTreeMap::from([(kind.clone(), unit_type)]),
        units: (1..).zip(UNITS).map(unit).map(|u| (u.code.clone(), u)).collect(),
        council: Vec::new(),
        reassignments: Vec::new(),
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

/// A refusal: reason, fields, code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    pub(crate) fields: Vec<String>,
    pub(crate) code: tonic::Code,
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        Self {
            reason: reason_of(&status),
            fields: violations_of(&status).into_iter().map(|v| v.0).collect(),
            code: status.code(),
        }
    }
}

pub(crate) type Answer<T> = Result<T, Refused>;

pub(crate) fn refused<T: std::fmt::Debug>(answer: Answer<T>) -> (String, Vec<String>) {
    let refused = answer.unwrap_err();
    (refused.reason, refused.fields)
}

pub(crate) fn organiser() -> As {
    As::role(Role::Organiser)
}

pub(crate) fn chair() -> As {
    As::role(Role::CouncilChair)
}

/// The service, its feeds and its callers.
pub(crate) struct World {
    pub(crate) kit: Testkit,
    feeds: BTreeMap<Source, Feed>,
    channel: Channel,
    /// The cycle of posts and calls.
    code: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let kit = Testkit::new(cycle(), Instant::parse("2022-12-29T08:00:00+07:00").unwrap()).await;
        let feeds: BTreeMap<Source, Feed> = SOURCES.map(|source| (source, Feed::new())).into();
        let channel = serve(&kit, &feeds).await;
        Self {
            kit,
            feeds,
            channel,
            code: CYCLE.to_owned(),
        }
    }

    /// All posts of every unit are there: SNV and SXD are tied for the one place of five.
    pub(crate) async fn full() -> Self {
        let world = Self::new().await;
        for (unit, done) in UNITS.into_iter().zip([118, 118, 110, 90, 60]) {
            world.post_all(unit, done);
        }
        world
    }

    pub(crate) fn feed(&self, source: Source) -> &Feed {
        &self.feeds[&source]
    }

    /// The service starts anew on the same data.
    pub(crate) async fn restart(&mut self) {
        self.channel = serve(&self.kit, &self.feeds).await;
    }

    /// Somebody stands in for an agency.
    pub(crate) fn reassign(&self, substitute: Reassignment) {
        self.kit.ctx.cycles.replace(Cycle {
            reassignments: vec![substitute],
            ..cycle()
        });
    }

    /// Everything from now on is of another cycle of the same units.
    pub(crate) fn turn_to(&mut self, code: &str) {
        self.kit.ctx.cycles.replace(Cycle {
            code: code.parse().unwrap(),
            ..cycle()
        });
        self.code = code.to_owned();
    }

    pub(crate) fn post(&self, unit: &str, criterion: &str, source: Source, value: Value, basis: Basis) {
        self.post_as((unit, criterion), source, value, basis, true);
    }

    fn post_as(&self, at: (&str, &str), source: Source, value: Value, basis: Basis, last: bool) {
        let post = NewPoints {
            cycle: self.code.parse().unwrap(),
            unit: at.0.parse().unwrap(),
            criterion: at.1.parse().unwrap(),
            value,
            last,
            basis,
        };
        self.feeds[&source].post(source, post);
    }

    /// A ratio leaf of the ledger, decided or not.
    pub(crate) fn post_ratio(&self, unit: &str, criterion: &str, done: i64, last: bool) {
        let max = if criterion == "I.1" { 39 } else { 27 };
        let exact = Ratio::new(i128::from(max * 10_000 * done), 120).unwrap();
        let input = LeafInput::Ratio {
            planned: Quantity::from_thousandths(120_000).unwrap(),
            achieved: Quantity::from_thousandths(done * 1_000).unwrap(),
        };
        let value = Value::Points(exact.half_up(Decimals::TWO));
        self.post_as(
            (unit, criterion),
            Source::Ledger,
            value,
            ledger(Some(input)),
            last,
        );
    }

    /// Every leaf of a unit, each from its basis.
    pub(crate) fn post_all(&self, unit: &str, done: i64) {
        self.post_ratio(unit, "I.1", done, true);
        self.post_ratio(unit, "II.1", done, true);
        let leaves = [
            ("III.1", "8", LeafInput::Achieved(true)),
            ("IV.1", "3", LeafInput::Count(3)),
            ("VII.1", "0.5", LeafInput::Penalty(vec![(0, 1)])),
        ];
        for (criterion, points, input) in leaves {
            let value = Value::Points(p(points));
            self.post(unit, criterion, Source::Ledger, value, ledger(Some(input)));
        }
        let (rated, sum) = (19, 137_500);
        self.post(
            unit,
            "V.1",
            Source::Survey,
            Value::Points(p("10.13")),
            Basis::Survey { rated, sum },
        );
        let void = Basis::Recheck {
            rated,
            sum,
            void_rated: 2,
            void_sum: 20_000,
        };
        self.post(unit, "V.1", Source::Recheck, Value::Points(p("-0.45")), void);
        let marks = Basis::Leaders {
            counted: 4,
            sum: p("14.5"),
        };
        self.post(unit, "VI.1", Source::Leaders, Value::Points(p("3.63")), marks);
    }

    pub(crate) fn client(&self) -> RankingServiceClient<Channel> {
        RankingServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn provisional(&self) -> Answer<pb::GetProvisionalResponse> {
        let message = pb::GetProvisionalRequest {
            cycle: self.code.clone(),
            unit_type: String::new(),
        };
        let request = self.kit.request(message, &organiser());
        Ok(self.client().get_provisional(request).await?.into_inner())
    }

    pub(crate) async fn readiness(&self) -> Answer<pb::GetReadinessResponse> {
        let message = pb::GetReadinessRequest {
            cycle: self.code.clone(),
        };
        let request = self.kit.request(message, &organiser());
        Ok(self.client().get_readiness(request).await?.into_inner())
    }

    pub(crate) async fn decisions(&self, who: &As) -> Answer<pb::GetDecisionsResponse> {
        let message = pb::GetDecisionsRequest {
            cycle: self.code.clone(),
        };
        let request = self.kit.request(message, who);
        Ok(self.client().get_decisions(request).await?.into_inner())
    }

    pub(crate) fn publish_request(&self, correction_reason: &str) -> pb::PublishRequest {
        pb::PublishRequest {
            request_id: self.kit.id(),
            cycle: self.code.clone(),
            document: "QĐ 100/QĐ-UBND".to_owned(),
            correction_reason: correction_reason.to_owned(),
            results_sha256: String::new(),
            seen_version: None,
        }
    }

    pub(crate) async fn publish_as(&self, request: pb::PublishRequest, who: &As) -> Answer<pb::Version> {
        let reply = self.client().publish(self.kit.request(request, who)).await?;
        Ok(reply.into_inner().version.unwrap())
    }

    pub(crate) async fn publish(&self, correction_reason: &str) -> Answer<pb::Version> {
        self.publish_as(self.publish_request(correction_reason), &organiser())
            .await
    }

    pub(crate) fn tie_request(&self, chosen: &[&str]) -> pb::DecideTieRequest {
        pb::DecideTieRequest {
            request_id: self.kit.id(),
            cycle: self.code.clone(),
            unit_type: "department".to_owned(),
            chosen: chosen.iter().map(|unit| (*unit).to_owned()).collect(),
            document: "Biên bản số 7/BB-HĐ".to_owned(),
            seen: None,
        }
    }

    pub(crate) async fn decide(&self, chosen: &[&str]) -> Answer<pb::DecideTieResponse> {
        let request = self.kit.request(self.tie_request(chosen), &chair());
        Ok(self.client().decide_tie(request).await?.into_inner())
    }

    pub(crate) async fn bar(&self, unit: &str, class: pb::Class) -> Answer<pb::RecordBarResponse> {
        let message = pb::RecordBarRequest {
            request_id: self.kit.id(),
            cycle: self.code.clone(),
            unit: unit.to_owned(),
            highest_class: class.into(),
            document: "Kết luận số 5/KL-TTT".to_owned(),
        };
        let request = self.kit.request(message, &organiser());
        Ok(self.client().record_bar(request).await?.into_inner())
    }

    /// As anyone reads it, without a token.
    pub(crate) async fn published(&self, version: i32) -> Answer<pb::GetPublishedResponse> {
        self.read(version, false).await
    }

    /// The same with what stands beside the results.
    pub(crate) async fn compared(&self, version: i32) -> pb::GetPublishedResponse {
        self.read(version, true).await.unwrap()
    }

    async fn read(&self, version: i32, compare: bool) -> Answer<pb::GetPublishedResponse> {
        let message = pb::GetPublishedRequest {
            cycle: self.code.clone(),
            version,
            unit_type: String::new(),
            compare,
        };
        Ok(self.client().get_published(message).await?.into_inner())
    }

    pub(crate) async fn versions(&self) -> Vec<pb::Version> {
        let message = pb::ListVersionsRequest {
            cycle: self.code.clone(),
            ..pb::ListVersionsRequest::default()
        };
        self.client()
            .list_versions(message)
            .await
            .unwrap()
            .into_inner()
            .versions
    }

    /// The bytes of an export, without a token.
    pub(crate) async fn export(&self, version: i32, format: pb::Format) -> Answer<Vec<u8>> {
        let message = pb::ExportRequest {
            cycle: self.code.clone(),
            version,
            format: format.into(),
        };
        let mut stream = self.client().export(message).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(part) = stream.message().await? {
            bytes.extend_from_slice(&part.chunk);
        }
        Ok(bytes)
    }
}

fn ledger(input: Option<LeafInput>) -> Basis {
    Basis::Ledger {
        stage: Stage::Appraisal2,
        input,
        version: 1,
    }
}

async fn serve(kit: &Testkit, feeds: &BTreeMap<Source, Feed>) -> Channel {
    let [survey, recheck, leaders, ledger] = SOURCES.map(|source| feeds[&source].channel(source));
    let part = chiso_ranking::build(kit.ctx.clone(), survey, recheck, leaders, ledger)
        .await
        .unwrap();
    kit.serve(part)
}

/// (unit, rank, class) in the order of the results.
pub(crate) fn classes(units: &[pb::UnitResult]) -> Vec<(&str, i32, pb::Class)> {
    units
        .iter()
        .map(|u| (u.unit.as_str(), u.rank, u.class()))
        .collect()
}
