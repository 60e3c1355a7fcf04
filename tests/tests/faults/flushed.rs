//! Whether each acknowledgement comes after a flush: what no killed process can show, since the system keeps
//! what a process wrote. The server runs under `strace`, writes go out one after another, and between the
//! intent and the acknowledgement of each a flush of the database's files must have ended.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chiso_platform::clock::Clock;

use crate::inject::attempt;
use crate::server::Launch;
use crate::stage::Stage;

const WRITES: usize = 12;

/// Looks at some writes; what was acknowledged before it was flushed is a fault of the stage.
pub(crate) async fn check(stage: &mut Stage) {
    let log = stage.folder.path().join("flushes.log");
    let mut arguments = [
        "-f",
        "-qq",
        "-y",
        "-ttt",
        "-T",
        "-e",
        "signal=none",
        "-e",
        "trace=fsync,fdatasync",
        "-o",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    arguments.push(log.display().to_string());
    stage.kill(0);
    if !stage.launch(
        0,
        Launch {
            strace: Some(arguments),
            ..Launch::default()
        },
    ) {
        stage.faults.push(format!(
            "the server does not start under strace: {}",
            stage.ground.servers[0].said()
        ));
        stage.relaunch(0);
        return;
    }
    let machine = Clock::system();
    let mut field = stage.field.of("flushed");
    let mut spans = Vec::new();
    for _ in 0..WRITES {
        let sent = machine.now().micros();
        if attempt(&mut field, &["Máy bận"]).await {
            spans.push((sent, machine.now().micros()));
        }
    }
    // The last lines of the tracer.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let ends = ends(&log);
    let bare = spans
        .iter()
        .filter(|(sent, told)| !ends.iter().any(|end| (sent..=told).contains(&end)))
        .count();
    if bare > 0 || spans.is_empty() {
        let of = spans.len();
        stage.faults.push(format!(
            "{bare} of {of} writes were acknowledged before a flush of the database"
        ));
    }
    stage.relaunch(0);
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
