//! Faults of the process: killed, aborted at a point, frozen, ended.

use std::time::Duration;

use crate::server::Launch;
use crate::stage::Stage;

/// Places in the code where the process can be made to abort, each with a service that passes it often.
const POINTS: [(&str, &str); 9] = [
    ("survey", "db.before_commit"),
    ("survey", "db.after_commit"),
    ("survey", "survey.intake.answer"),
    ("leaders", "db.before_commit"),
    ("recheck", "db.after_commit"),
    ("ledger", "db.before_commit"),
    ("ledger", "ledger.evidence.renamed"),
    ("ledger", "ledger.evidence.kept"),
    ("ranking", "ranking.consumer.received"),
];
/// An armed server that has not met its point by then never will soon.
const MEETS: Duration = Duration::from_millis(2_500);
/// SIGABRT: what a process ends by that aborts itself.
const ABORTED: i32 = 6;

async fn some_time(stage: &mut Stage, most_ms: u64) {
    tokio::time::sleep(Duration::from_millis(stage.chance.between(5, most_ms))).await;
}

/// SIGKILL at a random moment.
pub(super) async fn kill(stage: &mut Stage) -> bool {
    some_time(stage, 300).await;
    let number = stage.some_server();
    stage.relaunch(number);
    true
}

/// A server that aborts by itself at some pass of a named point.
pub(super) async fn at_a_point(stage: &mut Stage) -> bool {
    let (only, point) = *stage.chance.pick(&POINTS);
    let number = *stage.chance.pick(&stage.ground.of(only));
    let pass = match only {
        "ledger" | "ranking" => stage.chance.between(1, 4),
        _ => stage.chance.between(1, 20),
    };
    stage.kill(number);
    let armed = Launch {
        point: Some(format!("{point}:{pass}")),
        ..Launch::default()
    };
    let started = stage.launch(number, armed);
    if started && only == "ranking" {
        stage.pulls(number);
    }
    let ended = !started || tokio::task::block_in_place(|| stage.ground.servers[number].ends_within(MEETS));
    let met = ended && stage.ground.servers[number].ended_by() == Some(ABORTED);
    if ended && !met {
        let said = stage.ground.servers[number].said();
        stage
            .faults
            .push(format!("the server ended before its point {point}:\n{said}"));
    }
    stage.relaunch(number);
    met
}

/// Stops it where it is, for a time in which every deadline of a client passes or not, as the pause is set.
pub(super) async fn freeze(stage: &mut Stage) -> bool {
    some_time(stage, 100).await;
    let number = stage.some_server();
    stage.ground.servers[number].signal("STOP");
    tokio::time::sleep(stage.pause).await;
    stage.ground.servers[number].signal("CONT");
    true
}

/// A drain under load: it must end by itself.
pub(super) async fn restart(stage: &mut Stage) -> bool {
    some_time(stage, 100).await;
    let number = stage.some_server();
    if !tokio::task::block_in_place(|| stage.ground.servers[number].terminate(Duration::from_secs(20))) {
        stage
            .faults
            .push("the server did not drain within 20 s of SIGTERM".to_owned());
    }
    stage.relaunch(number);
    true
}
