//! A campaign that grows: what a slip costs when there are ten thousand, a hundred thousand, a million.

use std::ops::Range;
use std::time::{Duration, Instant};

use chiso_tests::{CYCLE, UNITS, ask};
use chiso_wire::ranking::GetProvisionalRequest;
use chiso_wire::survey as pb;
use sqlx::{Connection, Row};
use tokio::task::JoinSet;

use crate::ground::Ground;
use crate::measure::{median, per_second, thousandths};
use crate::report::{Line, Report, Wanted, say};
use crate::slips::Maker;
use crate::stage::{Client, Stage};

/// Slips there are when the cost of one is looked at, and the last size that was asked for.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Slips sent before anything is measured.
const WARM: usize = 2_000;
/// Sent at the same time.
const STREAMS: usize = 4;
/// Slips of a batch of a stream.
const BATCH: usize = 250;
/// Batches of a stream, after which another one begins.
const BATCHES: usize = 40;
/// Who follows the feed comes to rest.
const REST: Duration = Duration::from_secs(1);
/// A full recomputation is done so often, and the median counts.
const AGAIN: usize = 3;
/// A slip among a hundred times as many may cost so much of what one costs at the beginning, in thousandths.
const SLOPE: u128 = 1_500;

/// Every answer to a rated question of every valid slip, counted, against the running counts.
const RECOUNT: &str = "\
    WITH again AS ( \
        SELECT cycle, unit, grp, answer->>0 AS question, answer->>1 AS choice, COUNT(*) AS n \
        FROM survey_slip, jsonb_array_elements(CAST(answers AS JSONB)) AS answer \
        WHERE valid = 1 AND answer->>0 LIKE 'Q%' GROUP BY 1, 2, 3, 4, 5) \
    SELECT COUNT(*) AS differences FROM again FULL JOIN survey_count AS held \
    USING (cycle, unit, grp, question, choice) WHERE again.n IS DISTINCT FROM held.n";

/// What was found at one size.
struct Mark {
    slips: usize,
    /// Of one slip since the mark before.
    intake: Duration,
    /// Of all slips.
    recount: Duration,
    /// Of all units.
    ranking: Duration,
    /// In bytes, of all slips.
    disk: Disk,
}

#[derive(Clone, Copy)]
struct Disk {
    slips: u128,
    journal: u128,
}

pub(crate) async fn run(ground: &Ground, most: usize, report: &mut Report) {
    let sizes = SIZES.into_iter().filter(|size| *size < most).chain([most]);
    let stage = Stage::set(ground, (WARM + most).div_ceil(UNITS.len()), 1).await;
    let empty = disk(&stage).await;
    stream(&stage, ground, 0..WARM).await;
    let mut marks: Vec<Mark> = Vec::new();
    for size in sizes {
        let before = marks.last().map_or(WARM, |mark| mark.slips);
        let took = stream(&stage, ground, before..size).await;
        let now = disk(&stage).await;
        let mark = Mark {
            slips: size,
            intake: took / u32::try_from(size - before).unwrap(),
            recount: recount(&stage).await,
            ranking: ranked(&stage, ground).await,
            disk: Disk {
                slips: now.slips - empty.slips,
                journal: now.journal - empty.journal,
            },
        };
        say(&format!(
            "{size} slips: {} µs each, recounted in {} ms",
            mark.intake.as_micros(),
            mark.recount.as_millis()
        ));
        marks.push(mark);
    }
    slopes(&marks, report);
    last(marks.last().unwrap(), &stage, report);
    stage.clear().await;
}

/// Each size against the first.
fn slopes(marks: &[Mark], report: &mut Report) {
    let first = &marks[0];
    let each = |mark: &Mark| mark.recount / u32::try_from(mark.slips).unwrap();
    let micros = |time: Duration| format!("{}.{:02} µs", time.as_micros(), time.as_nanos() % 1_000 / 10);
    for mark in &marks[1..] {
        for (what, of) in [
            (
                "Intake of a slip",
                (&|mark: &Mark| mark.intake) as &dyn Fn(&Mark) -> Duration,
            ),
            ("Recount of a slip", &each),
        ] {
            report.add(Line {
                what: format!("{what} up to {}: slope", grouped(mark.slips)),
                ratio: Some(thousandths(of(mark), of(first))),
                wanted: Wanted::AtMost(SLOPE),
                measured: micros(of(mark)),
                against: format!("{} (up to {})", micros(of(first)), grouped(first.slips)),
            });
        }
    }
}

/// What there is in the end.
fn last(mark: &Mark, stage: &Stage, report: &mut Report) {
    let among = grouped(mark.slips);
    let second = Duration::from_secs(1).as_nanos() / mark.intake.as_nanos().max(1);
    report.state(
        &format!("Slips by {STREAMS} streams, up to {among}"),
        format!("{second} slips/s"),
    );
    let seconds = |time: Duration| format!("{}.{:03} s", time.as_secs(), time.subsec_millis());
    let rate = per_second(mark.slips, mark.recount);
    report.state(
        &format!("Answers of {among} slips counted again, equal to the running counts"),
        format!("{} ({rate} slips/s)", seconds(mark.recount)),
    );
    report.state(
        &format!("Points of all units converted anew and ranked, {among} slips"),
        seconds(mark.ranking),
    );
    let per_slip = |bytes: u128| bytes / u128::try_from(mark.slips).unwrap_or(1);
    report.state(
        &format!("On disk per slip among {among}"),
        format!(
            "{} B (slip and indexes {} B, its row of the journal {} B)",
            per_slip(mark.disk.slips + mark.disk.journal),
            per_slip(mark.disk.slips),
            per_slip(mark.disk.journal)
        ),
    );
    for (what, process) in [
        ("survey", &stage.surveys[0]),
        ("other services in one process", &stage.others),
    ] {
        report.state(
            &format!("Memory of the {what}, {among} slips taken, at its peak"),
            format!("{} MiB (VmHWM)", process.peak().div_ceil(1_024)),
        );
    }
}

/// With a comma before each three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Sends slips by several streams at once, until all are acknowledged.
async fn stream(stage: &Stage, ground: &Ground, slips: Range<usize>) -> Duration {
    let clients = stage.clients(1).await;
    let batches: Vec<Range<usize>> = slips
        .clone()
        .step_by(BATCH)
        .map(|first| first..(first + BATCH).min(slips.end))
        .collect();
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for number in 0..STREAMS {
        let client = clients[number % clients.len()].clone();
        let (maker, token) = (ground.slips(), stage.token());
        let own: Vec<Range<usize>> = batches.iter().skip(number).step_by(STREAMS).cloned().collect();
        tasks.spawn(async move {
            for some in own.chunks(BATCHES) {
                send(client.clone(), &token, &maker, some).await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    started.elapsed()
}

/// Sends batches by one stream; all slips have to be valid.
async fn send(mut client: Client, token: &str, maker: &Maker, batches: &[Range<usize>]) {
    let (maker, sent) = (maker.clone(), batches.len());
    let batches = (0..).zip(batches.to_vec()).map(move |(batch, slips)| {
        let slips = slips.map(|n| maker.slip(n)).collect();
        pb::SubmitSlipsRequest { batch, slips }
    });
    let stream = ask(token, tokio_stream::iter(batches));
    let mut replies = client.submit_slips(stream).await.unwrap().into_inner();
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

/// Counts all answers of all slips again; there must be no difference to what was counted as they came.
async fn recount(stage: &Stage) -> Duration {
    tokio::time::sleep(REST).await;
    let mut connection = stage.base.analyst().await;
    let mut times = Vec::new();
    for _ in 0..AGAIN {
        let started = Instant::now();
        let row = sqlx::query(RECOUNT).fetch_one(&mut connection).await.unwrap();
        times.push(started.elapsed());
        let differences: i64 = row.get("differences");
        assert_eq!(differences, 0, "the running counts are not what the slips say");
    }
    connection.close().await.unwrap();
    median(&times)
}

/// Has the points of all units converted anew, and ranks.
async fn ranked(stage: &Stage, ground: &Ground) -> Duration {
    let mut ranking = stage.ranking().await;
    let mut times = Vec::new();
    for _ in 0..AGAIN {
        stage
            .base
            .execute("UPDATE survey.survey_tally SET stale = 1")
            .await;
        let message = GetProvisionalRequest {
            cycle: CYCLE.to_owned(),
            unit_type: String::new(),
        };
        let started = Instant::now();
        let reply = ranking
            .get_provisional(ask(&ground.organiser.token, message))
            .await;
        times.push(started.elapsed());
        assert_eq!(reply.unwrap().into_inner().units.len(), UNITS.len());
    }
    median(&times)
}

/// What the slips and the journal take on the disk, indexes included.
async fn disk(stage: &Stage) -> Disk {
    let mut connection = stage.base.analyst().await;
    let text = "SELECT CAST(SUM(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'survey\\_slip%') AS BIGINT) \
                AS slips, CAST(SUM(pg_total_relation_size(oid)) FILTER (WHERE relname = 'survey_journal') AS BIGINT) \
                AS journal FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST('survey' AS regnamespace)";
    let row = sqlx::query(text).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let bytes = |column| u128::try_from(row.get::<i64, _>(column)).unwrap();
    Disk {
        slips: bytes("slips"),
        journal: bytes("journal"),
    }
}
