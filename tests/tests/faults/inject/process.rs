//! Faults of the process: killed, aborted at a point, frozen, ended.

use std::time::Duration;

use crate::server::Launch;
use crate::stage::Stage;

/// Places in the code where the process can be made to abort.
const POINTS: [&str; 6] = [
    "db.before_commit",
    "db.after_commit",
    "ledger.evidence.kept",
    "ledger.evidence.renamed",
    "survey.intake.answer",
    "ranking.consumer.received",
];
/// An armed server that has not met its point by then never will soon.
const MEETS: Duration = Duration::from_secs(4);

async fn some_time(stage: &mut Stage, most_ms: u64) {
    tokio::time::sleep(Duration::from_millis(stage.chance.between(5, most_ms))).await;
}

/// SIGKILL at a random moment.
pub(super) async fn kill(stage: &mut Stage) -> bool {
    some_time(stage, 300).await;
    tokio::task::block_in_place(|| stage.server.kill());
    stage.relaunch();
    true
}

/// A server that aborts by itself at some pass of a named point.
pub(super) async fn at_a_point(stage: &mut Stage) -> bool {
    let point = *stage.chance.pick(&POINTS);
    let pass = if point.starts_with("ledger") {
        stage.chance.between(1, 4)
    } else {
        stage.chance.between(1, 60)
    };
    tokio::task::block_in_place(|| stage.server.kill());
    let armed = Launch {
        point: Some(format!("{point}:{pass}")),
        ..Launch::default()
    };
    let met = !stage.launch(armed) || tokio::task::block_in_place(|| stage.server.ends_within(MEETS));
    tokio::task::block_in_place(|| stage.server.kill());
    stage.relaunch();
    met
}

/// Stops it where it is, for a time in which every deadline of a client passes or not, as the pause is set.
pub(super) async fn freeze(stage: &mut Stage) -> bool {
    some_time(stage, 100).await;
    stage.server.signal("STOP");
    tokio::time::sleep(stage.pause).await;
    stage.server.signal("CONT");
    true
}

/// A drain under load: it must end by itself.
pub(super) async fn restart(stage: &mut Stage) -> bool {
    some_time(stage, 100).await;
    if !tokio::task::block_in_place(|| stage.server.terminate(Duration::from_secs(20))) {
        stage
            .faults
            .push("the server did not drain within 20 s of SIGTERM".to_owned());
    }
    stage.relaunch();
    true
}
