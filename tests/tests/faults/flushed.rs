//! Whether each acknowledgement comes after a flush: what no killed process can show, since the system keeps
//! what a process wrote. The server runs under `strace`, and the clients do not learn where: only the writes of this
//! check reach it, one after another, each once the flushes that follow from the one before are over. Between the
//! intent and the acknowledgement of each a flush of the database's files must have ended.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chiso_platform::clock::Clock;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use tokio::task::block_in_place;

use crate::client::Ways;
use crate::inject::attempt;
use crate::server::Launch;
use crate::stage::Stage;
use crate::workers::{Field, fill, new_slip};

/// Writes of each of the two ways to a commit: an act's own transaction, and the group of the intake.
const WRITES: usize = 6;
/// Nothing follows from a write any more once no flush came for so long; it is waited for so often at the most.
const QUIET: Duration = Duration::from_millis(250);
const SETTLES: usize = 12;
/// A server that nothing happens to has answered by then.
const ANSWERED: Duration = Duration::from_secs(30);

/// Looks at some writes; what was acknowledged before it was flushed is a fault of the stage.
pub(crate) async fn check(stage: &mut Stage) {
    let log = stage.folder.path().join("flushes.log");
    let pairs = pairs(&stage.field).await;
    stage.kill(0);
    let launch = Launch {
        strace: Some(tracing(&log)),
        plant: stage.plant.clone(),
        ..Launch::default()
    };
    match block_in_place(|| stage.ground.servers[0].start(&launch)) {
        Ok(address) => {
            let faults = look(&stage.field, address, &log, pairs).await;
            stage.faults.extend(faults);
        }
        Err(said) => stage
            .faults
            .push(format!("the server does not start under strace: {}", said.0)),
    }
    stage.relaunch(0);
    // What comes next ends the round in the midst of the load.
    stage.recovers("the look at flushes").await;
}

/// Arguments of `strace`.
fn tracing(log: &Path) -> Vec<String> {
    let mut arguments = ["-f", "-qq", "-y", "-ttt", "-T", "-e", "signal=none"]
        .map(ToOwned::to_owned)
        .to_vec();
    arguments.extend(["-e", "trace=fsync,fdatasync", "-o"].map(ToOwned::to_owned));
    arguments.push(log.display().to_string());
    arguments
}

/// (Respondent, unit) of slips that nobody else will send; taken while somebody still enters people.
async fn pairs(field: &Field) -> Vec<(String, &'static str)> {
    loop {
        {
            let mut stock = field.stock.lock().unwrap();
            if stock.pairs.len() >= WRITES {
                return stock.pairs.drain(..WRITES).collect();
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn look(
    field: &Field,
    address: SocketAddr,
    log: &Path,
    pairs: Vec<(String, &'static str)>,
) -> Vec<String> {
    let mut field = field.of("flushed");
    let straight = field.ways.0.keys().map(|service| (*service, address)).collect();
    field.ways = Ways(Arc::new(straight));
    let (mut attempts, mut slips) = (Vec::new(), Vec::new());
    for _ in 0..WRITES {
        attempts.extend(span(log, attempt(&mut field, &["Máy bận"])).await);
    }
    for pair in &pairs {
        slips.extend(span(log, slip(&mut field, pair)).await);
    }
    settle(log).await;
    let ends = ends(log);
    let mut faults = Vec::new();
    for (what, spans) in [("attempts", attempts), ("slips", slips)] {
        let answered = spans.len();
        let flushed = |(sent, told): &(i64, i64)| ends.iter().any(|end| (sent..=told).contains(&end));
        let bare = spans.iter().filter(|span| !flushed(span)).count();
        if bare > 0 {
            faults.push(format!(
                "{bare} of {answered} {what} were acknowledged before a flush of the database"
            ));
        }
        if answered < WRITES {
            faults.push(format!(
                "{answered} of {WRITES} {what} were acknowledged under strace"
            ));
        }
    }
    faults
}

/// When a write was sent and acknowledged, in microseconds; None where it was not.
async fn span(log: &Path, write: impl Future<Output = bool>) -> Option<(i64, i64)> {
    settle(log).await;
    let machine = Clock::system();
    let sent = machine.now().micros();
    let done = tokio::time::timeout(ANSWERED, write).await;
    (done == Ok(true)).then(|| (sent, machine.now().micros()))
}

/// Waits until the tracer has nothing new to say.
async fn settle(log: &Path) {
    let length = || std::fs::metadata(log).map_or(0, |file| file.len());
    for _ in 0..SETTLES {
        let before = length();
        tokio::time::sleep(QUIET).await;
        if length() == before {
            return;
        }
    }
}

async fn slip(field: &mut Field, (respondent, unit): &(String, &str)) -> bool {
    let slip = new_slip(field.id(), &field.world.form, respondent, unit, field.clock.now());
    let slip = fill(slip, &mut field.chance);
    field.log.intend_slips(std::slice::from_ref(&slip)).await;
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    field.submit(&client, &field.world.interviewers[0], &slip).await
}

/// When flushes of the database's files ended, in microseconds.
fn ends(log: &Path) -> Vec<i64> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let (mut ends, mut open) = (Vec::new(), BTreeMap::new());
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (Some(thread), Some(at)) = (words.next(), words.next().and_then(micros)) else {
            continue;
        };
        let of_database = line.contains("chiso.db");
        if line.contains("unfinished") {
            open.insert(thread, of_database);
        } else if line.contains("resumed") {
            ends.extend(
                open.remove(thread)
                    .filter(|db| *db && line.contains("= 0"))
                    .map(|_| at),
            );
        } else if of_database && line.contains("= 0") {
            let lasted = line
                .rsplit_once('<')
                .and_then(|(_, rest)| micros(rest.trim_end_matches('>')));
            ends.push(at + lasted.unwrap_or(0));
        }
    }
    ends
}

/// Of decimal seconds.
fn micros(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.')?;
    Some(seconds.parse::<i64>().ok()? * 1_000_000 + fraction.get(..6)?.parse::<i64>().ok()?)
}
