//! Durable slips over gRPC against the bare limits of the same writes; then through two and four instances.

use std::time::Duration;

use chiso_tests::UNITS;
use chiso_wire::survey::NewSlip;

use crate::ground::{Ground, Player};
use crate::limit::{Limit, stored};
use crate::measure::{Turns, median, per_second, thousandths};
use crate::process::Process;
use crate::report::{Line, Report, Wanted};
use crate::stage::{Client, Stage};

/// At the same time.
const CALLERS: usize = 64;
/// Of a pool of one service, where the settings say nothing else.
const POOL: usize = 8;
/// The first turn of each is not counted.
const TURNS: usize = 5;
/// Slips of a turn: enough that the first fraction of a second, in which the system finds each thread its core,
/// does not count.
const MANY: usize = 8_192;
/// Over all instances.
const CROWD: usize = 128;
const INSTANCES: [usize; 3] = [1, 2, 4];
/// Readers of points, and the database, come to rest between turns.
const REST: Duration = Duration::from_millis(300);

pub(crate) async fn run(ground: &Ground, report: &mut Report) {
    let most = INSTANCES.into_iter().max().unwrap_or(1);
    let slips = MANY * TURNS * (1 + INSTANCES.len());
    let stage = Stage::set(ground, slips.div_ceil(UNITS.len()), most).await;
    let maker = ground.slips();
    let mut slips = (0..slips).map(|n| maker.slip(n));
    let mut next = || -> Vec<NewSlip> { slips.by_ref().take(MANY).collect() };
    against_limits(ground, &stage, &mut next, report).await;
    by_instances(&stage, &mut next, report).await;
    stage.clear().await;
}

async fn against_limits(
    ground: &Ground,
    stage: &Stage,
    next: &mut impl FnMut() -> Vec<NewSlip>,
    report: &mut Report,
) {
    let respondents = (MANY * TURNS).div_ceil(UNITS.len());
    let mut grouped = Limit::open(ground.copy(respondents).await, 1).await;
    let mut single = Limit::open(ground.copy(respondents).await, POOL).await;
    let clients = stage.clients(1).await;
    let (mut by_group, mut by_slip) = (Turns::default(), Turns::default());
    for turn in 0..TURNS {
        let slips = next();
        let groups = written(&mut grouped, &slips, CALLERS, &ground.interviewer).await;
        let singles = written(&mut single, &slips, 1, &ground.interviewer).await;
        let ours = submitted(stage, &clients, slips, CALLERS).await;
        if turn > 0 {
            by_group.bare.push(groups);
            by_slip.bare.push(singles);
            by_group.ours.push(ours);
            by_slip.ours.push(ours);
        }
    }
    let ours = stored(&stage.base).await;
    for limit in [&grouped, &single] {
        assert_eq!(
            stored(&limit.base).await,
            ours,
            "the limit must write what the survey writes"
        );
    }
    let what = format!("Slips over gRPC, {CALLERS} callers");
    let limit = format!("groups of {CALLERS}, driver alone");
    report.add(line(&what, &limit, &by_group, 500));
    let limit = format!("single inserts, driver alone, {POOL} connections");
    report.add(line(&what, &limit, &by_slip, 1_000));
    grouped.base.drop().await;
    single.base.drop().await;
}

fn line(what: &str, against: &str, turns: &Turns, wanted: u128) -> Line {
    Line {
        what: what.to_owned(),
        ratio: Some(turns.speed()),
        wanted: Wanted::AtLeast(wanted),
        measured: rate(&turns.ours),
        against: format!("{} ({against})", rate(&turns.bare)),
    }
}

fn rate(times: &[Duration]) -> String {
    format!("{} slips/s", per_second(MANY, median(times)))
}

async fn written(limit: &mut Limit, slips: &[NewSlip], group: usize, interviewer: &Player) -> Duration {
    let groups = limit.prepare(slips, group, interviewer);
    tokio::time::sleep(REST).await;
    limit.write(groups).await
}

async fn submitted(stage: &Stage, clients: &[Client], slips: Vec<NewSlip>, callers: usize) -> Duration {
    tokio::time::sleep(REST).await;
    stage.submit(clients, slips, callers).await
}

/// The same crowd of callers, spread over more and more instances.
async fn by_instances(stage: &Stage, next: &mut impl FnMut() -> Vec<NewSlip>, report: &mut Report) {
    let mut ways = Vec::new();
    for instances in INSTANCES {
        ways.push((instances, stage.clients(instances).await, Vec::new()));
    }
    for turn in 0..TURNS {
        for (_, clients, times) in &mut ways {
            let time = submitted(stage, clients, next(), CROWD).await;
            if turn > 0 {
                times.push(time);
            }
        }
    }
    let one = ways[0].2.clone();
    for (instances, _, times) in &ways[1..] {
        report.add(Line {
            what: format!("Slips over gRPC, {CROWD} callers, {instances} instances"),
            ratio: Some(thousandths(median(&one), median(times))),
            wanted: Wanted::Stated,
            measured: rate(times),
            against: format!("{} (one instance)", rate(&one)),
        });
    }
    let peaks = stage.surveys.iter().map(Process::peak);
    report.state(
        "Memory of an instance of the survey, at its peak",
        format!("{} MiB (VmHWM)", peaks.max().unwrap_or(0).div_ceil(1_024)),
    );
}
