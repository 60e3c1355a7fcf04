//! The demo year as a scenario: the same seed gives the same bytes, and the year obeys its own rules.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Cycle, Rule};
use chiso_domain::kernel::{CycleCode, Points};
use chiso_platform::clock::Clock;
use chiso_platform::journal::{Chain, verify as walk};
use chiso_platform::process::{Places, Process};
use chiso_server::demo::{Province, play_on};
use chiso_server::peers::Bounds;
use chiso_server::plan::Plan;
use chiso_server::system::System;
use chiso_server::verify::verify;
use chiso_tests::{Ground, Shape, at};
use chiso_wire::kernel as k;
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use chiso_wire::survey as spb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use pb::Class;

use crate::demo_promises;

/// A played year: what it lies on, the published bytes and their hash.
struct Played {
    ground: Ground,
    bytes: Vec<u8>,
    sha256: String,
}

async fn played(shape: Shape, seed: u64, province: Province) -> Played {
    let ground = Ground::new(shape).await;
    let year = play_on(places(&ground), seed, province).await.unwrap();
    let bytes = std::fs::read(year.file()).unwrap();
    Played {
        bytes,
        sha256: year.sha256().to_owned(),
        ground,
    }
}

/// The year's own folder is made by the year.
fn places(ground: &Ground) -> Places {
    Places {
        data_dir: ground.folder().join("data"),
        ..ground.places()
    }
}

/// The system on a finished year's ground, long after.
async fn reopened(ground: &Ground, now: &str) -> System {
    let process = Process::open(places(ground), Clock::simulated(at(now))).unwrap();
    System::run(&Plan::whole(), process, Bounds::default())
        .await
        .unwrap()
}

/// One seeded year on each database: the same bytes, by file and by export, and every rule and promise kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_bytes_on_both_databases() {
    let embedded = played(Shape::Embedded, 7, Province::PhuTho).await;
    let on_postgres = played(Shape::OnPostgres, 7, Province::PhuTho).await;
    assert_eq!(embedded.sha256, on_postgres.sha256);
    assert!(embedded.bytes == on_postgres.bytes, "equal hashes, other bytes");
    let other = played(Shape::Embedded, 8, Province::PhuTho).await;
    assert!(other.sha256 != embedded.sha256 && other.bytes != embedded.bytes);
    for year in [&embedded, &other] {
        let report = verify(&year.bytes);
        assert!(report.is_clean(), "{report}");
    }
    let mut exports = Vec::new();
    for year in [&embedded, &on_postgres] {
        let system = reopened(&year.ground, "2023-03-01T08:00:00+07:00").await;
        obeys_its_rules(&system, "2022", 45).await;
        demo_promises::kept(&system, &year.bytes).await;
        exports.push([
            exported(&system, pb::Format::Json).await,
            exported(&system, pb::Format::Csv).await,
        ]);
        system.stop().await;
    }
    assert!(exports[0] == exports[1], "the exports differ");
    assert!(exports[0][0] == embedded.bytes && exports[0][1].len() > 1_000);
}

async fn exported(system: &System, format: pb::Format) -> Vec<u8> {
    let message = pb::ExportRequest {
        cycle: "2022".to_owned(),
        version: 1,
        format: format.into(),
    };
    let mut ranking = RankingServiceClient::new(system.channels.ranking.clone());
    let mut chunks = ranking.export(message).await.unwrap().into_inner();
    let mut bytes = Vec::new();
    while let Some(part) = chunks.message().await.unwrap() {
        bytes.extend_from_slice(&part.chunk);
    }
    bytes
}

#[tokio::test]
async fn the_two_tier_province_is_only_other_data() {
    let year = played(Shape::Embedded, 7, Province::TwoTier).await;
    let report = verify(&year.bytes);
    assert!(report.is_clean(), "{report}");
    let system = reopened(&year.ground, "2026-06-01T08:00:00+07:00").await;
    obeys_its_rules(&system, "2025", 174).await;
    system.stop().await;
}

async fn obeys_its_rules(system: &System, cycle: &str, units: usize) {
    let code: CycleCode = cycle.parse().unwrap();
    let frame = system.cycles().fresh(&code).await.unwrap();
    let mut ranking =
        RankingServiceClient::new(system.channels.ranking.clone()).max_decoding_message_size(64 << 20);
    let message = pb::GetPublishedRequest {
        cycle: cycle.to_owned(),
        version: 1,
        unit_type: String::new(),
        compare: false,
    };
    let published = ranking
        .get_published(tonic::Request::new(message))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(published.units.len(), units);
    for summary in &published.types {
        let of_type: Vec<&pb::UnitResult> = published
            .units
            .iter()
            .filter(|u| u.unit_type == summary.unit_type)
            .collect();
        ranks(&of_type);
        quota(&frame, summary, &of_type);
    }
    for unit in &published.units {
        totals(unit);
        class(&frame, unit);
    }
    for (service, _) in system.local_channels() {
        let chain = walk(&system.context(service).unwrap().db, service).await.unwrap();
        assert!(
            matches!(chain, Chain::Whole(acts) if acts > 0),
            "{service}: {chain:?}"
        );
    }
    recount(system, &frame).await;
}

fn points(text: &str) -> Points {
    text.parse().unwrap()
}

/// Ranks are 1 to n, those of equals shared; a higher total never ranks lower.
fn ranks(units: &[&pb::UnitResult]) {
    let mut places: Vec<&pb::UnitResult> = units.to_vec();
    places.sort_by_key(|u| (u.rank, u.unit.clone()));
    let mut next = 1;
    for group in places.chunk_by(|a, b| a.rank == b.rank) {
        assert_eq!(group[0].rank, next, "{:?}", group[0]);
        assert!(
            group
                .iter()
                .all(|u| u.tied == (group.len() > 1) && u.total == group[0].total)
        );
        next += i32::try_from(group.len()).unwrap();
    }
    assert!(
        places
            .windows(2)
            .all(|pair| points(&pair[0].total) >= points(&pair[1].total))
    );
}

fn quota(frame: &Cycle, summary: &pb::TypeSummary, units: &[&pb::UnitResult]) {
    let excellent = units.iter().filter(|u| u.class() == Class::Excellent).count();
    assert_eq!(usize::try_from(summary.excellent).unwrap(), excellent);
    assert!(summary.excellent <= summary.quota, "{summary:?}");
    let percent = i64::from(frame.rules.policy.classes.quota_percent);
    let hundredfold = i64::from(summary.quota_base) * percent;
    // Whichever way it is rounded, the quota is the share's whole neighbour.
    let quota = i64::from(summary.quota) * 100;
    assert!((quota - hundredfold).abs() < 100, "{summary:?}");
    let best_outside = units
        .iter()
        .filter(|u| u.class() != Class::Excellent)
        .map(|u| u.rank)
        .min();
    let worst_inside = units
        .iter()
        .filter(|u| u.class() == Class::Excellent)
        .map(|u| u.rank)
        .max();
    if let (Some(outside), Some(inside)) = (best_outside, worst_inside) {
        assert!(inside <= outside, "excellence goes by rank: {summary:?}");
    }
}

/// The total is exactly the contents less the penalties, never below the floor of zero.
fn totals(unit: &pb::UnitResult) {
    let contents = unit.contents.iter().filter(|c| c.code != "VII");
    let sum = contents.fold(Points::ZERO, |sum, c| sum + points(&c.points));
    let total = (sum - points(&unit.penalty)).max(Points::ZERO);
    assert_eq!(points(&unit.total), total, "{unit:?}");
    assert!(unit.missing.is_empty() && !unit.reasons.is_empty());
}

/// The class follows from the printed number; only excellence asks for more.
fn class(frame: &Cycle, unit: &pb::UnitResult) {
    let limits = &frame.rules.policy.classes;
    let total = points(&unit.total);
    let by_number = if total >= limits.good_min {
        Class::Good
    } else if total >= limits.completed_min {
        Class::Completed
    } else {
        Class::NotCompleted
    };
    let found = match unit.class() {
        Class::Excellent => Class::Good,
        other => other,
    };
    assert_eq!(found, by_number, "{unit:?}");
}

type Tally = BTreeMap<(String, String, String), (i64, i64)>;

/// Counts every valid slip again, and compares with what the survey posted as the basis of each leaf.
async fn recount(system: &System, frame: &Cycle) {
    let mut tally = Tally::new();
    let mut slips = 0_usize;
    let mut survey =
        SurveyServiceClient::new(system.channels.survey.clone()).max_decoding_message_size(64 << 20);
    let mut page_token = String::new();
    loop {
        let message = spb::ListSlipsRequest {
            cycle: frame.code.to_string(),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = survey
            .list_slips(system.context("survey").unwrap().request("recount", message))
            .await
            .unwrap()
            .into_inner();
        slips += page.slips.len();
        for slip in page.slips.into_iter().filter(|s| s.valid) {
            add(frame, &mut tally, slip.slip.unwrap());
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let ranked = frame.units.values().filter(|u| u.ranked).count();
    assert!(slips >= ranked * 60, "{slips} slips of {ranked} units");
    let posts = pull(system).await;
    let mut compared = 0;
    for unit in frame.units.values().filter(|u| u.ranked) {
        for leaf in frame.index_set(&unit.code).unwrap().leaves() {
            let Rule::Survey { group, question } = &leaf.rule else {
                continue;
            };
            let key = (unit.code.to_string(), group.to_string(), question.to_string());
            let post = &posts[&(unit.code.to_string(), leaf.code.to_string())];
            let Some(k::basis::Kind::Survey(basis)) = post.basis.clone().unwrap().kind else {
                panic!("{post:?}")
            };
            assert_eq!((basis.rated, basis.sum), tally[&key], "{key:?}");
            compared += 1;
        }
    }
    assert!(compared >= ranked, "only {compared} leaves were compared");
}

fn add(frame: &Cycle, tally: &mut Tally, slip: spb::NewSlip) {
    for answer in slip.answers {
        let option = answer.value.parse();
        let value = option
            .ok()
            .and_then(|o| frame.rules.policy.survey.option_values.get(&o).copied());
        let Some(value) = value else { continue };
        let key = (slip.unit.clone(), slip.group.clone(), answer.question);
        let (rated, sum) = tally.entry(key).or_default();
        *rated += 1;
        *sum += value.parts();
    }
}

/// The newest post of each leaf; checks on the way that no number is missing.
async fn pull(system: &System) -> BTreeMap<(String, String), k::IndexPoints> {
    let mut survey =
        SurveyServiceClient::new(system.channels.survey.clone()).max_decoding_message_size(64 << 20);
    let (mut newest, mut after_seq) = (BTreeMap::new(), 0);
    loop {
        let message = k::PullPointsRequest { after_seq, limit: 0 };
        let reply = survey
            .pull_points(system.context("ranking").unwrap().request("recount", message))
            .await
            .unwrap()
            .into_inner();
        for post in reply.points {
            after_seq += 1;
            assert_eq!(post.seq, after_seq);
            newest.insert((post.unit.clone(), post.criterion.clone()), post);
        }
        if after_seq == reply.last_seq {
            return newest;
        }
    }
}
