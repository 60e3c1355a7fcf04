//! Faults of the disk: failing system calls, and no room.

use std::path::Path;
use std::time::Duration;

use crate::ground::{resize, used_kib};
use crate::server::Launch;
use crate::stage::Stage;

/// Calls by which SQLite and the evidence folder make things last.
const CALLS: &str = "fsync,fdatasync,pwrite64,ftruncate,rename";
/// What is done to them.
const FAULTS: [&str; 7] = [
    "fdatasync:error=EIO",
    "fdatasync:error=ENOSPC",
    "pwrite64:error=EIO",
    "pwrite64:error=ENOSPC",
    "pwrite64:signal=KILL",
    "fdatasync:signal=KILL",
    "fsync:error=EIO",
];
const MEETS: u32 = 800;
/// SIGKILL.
const KILLED: i32 = 9;
/// So long a disk stays full until a server has said so, at the most.
const NOTICED: u32 = 400;

/// A server of which some system call fails once, or from then on.
pub(super) async fn call(stage: &mut Stage) -> bool {
    let log = stage.folder.path().join("strace.log");
    let _none_yet = std::fs::remove_file(&log);
    let (fault, from) = (*stage.chance.pick(&FAULTS), stage.chance.between(1, 60));
    let on = if stage.chance.percent(25) { "+" } else { "" };
    let mut arguments: Vec<String> = ["-f", "-qq", "-e", "signal=none", "-e"]
        .map(ToOwned::to_owned)
        .to_vec();
    arguments.push(format!("trace={CALLS}"));
    arguments.extend([
        "-e".to_owned(),
        format!("inject={fault}:when={from}{on}"),
        "-o".to_owned(),
    ]);
    arguments.push(log.display().to_string());
    stage.kill(0);
    stage.launch(
        0,
        Launch {
            strace: Some(arguments),
            ..Launch::default()
        },
    );
    let mut met = injected(&log);
    for _ in 0..MEETS {
        if met || stage.ground.servers[0].has_ended() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        met = injected(&log);
    }
    // The writes around it get their answers, whatever these are.
    tokio::time::sleep(Duration::from_millis(150)).await;
    // A tracer that cannot start ends as well, and nothing was injected then.
    met |= injected(&log) || stage.ground.servers[0].ended_by() == Some(KILLED);
    stage.relaunch(0);
    met
}

fn injected(log: &Path) -> bool {
    std::fs::read_to_string(log).is_ok_and(|text| text.contains("INJECTED"))
}

/// No room for a while; then there is room again, and the same process must go on.
pub(super) async fn full(stage: &mut Stage) -> bool {
    let Some(disk) = stage.ground.disk.clone() else {
        return false;
    };
    let (room, before) = (stage.chance.between(0, 400), stage.ground.servers[0].said_full());
    if !resize(&disk, used_kib(&disk) + room) {
        return false;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    for _ in 0..NOTICED {
        if stage.ground.servers[0].said_full() > before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(resize(&disk, 2 << 20), "the disk can be made bigger again");
    stage.ground.servers[0].said_full() > before
}
