//! The clock: kept by somebody, and the same as the database server's.

use std::path::Path;
use std::process::Command;

use chiso_platform::clock::Clock;
use chiso_platform::db::{DbResult, sql};

use super::{Finding, Findings};
use crate::backup::Stores;

const SECOND: i64 = 1_000_000;
/// Windows open and close to the second.
const TOLERABLE: i64 = SECOND;
const WRONG: i64 = 30 * SECOND;
const REMEDY: &str = "windows open and close by this clock: run systemd-timesyncd or chrony on this machine \
                      (in a container, on its host)";

pub(super) async fn look(stores: Option<&Stores>, findings: &mut Findings) {
    findings.push(kept());
    let Some(stores) = stores else { return };
    match apart(stores).await {
        Ok(None) => {}
        Ok(Some(micros)) => {
            let found = format!("{} ms apart from the database server's", micros / 1_000);
            findings.push(compared(micros, found));
        }
        Err(error) => {
            let found = format!("the database server's clock cannot be read: {error}");
            findings.push(Finding::warn("clock", found, REMEDY));
        }
    }
}

fn compared(micros: i64, found: String) -> Finding {
    match micros.abs() {
        0..=TOLERABLE => Finding::ok("clock", found),
        ..WRONG => Finding::warn("clock", found, REMEDY),
        _ => Finding::fail("clock", found, REMEDY),
    }
}

/// How far this clock is ahead of the server's, by half of the way there and back; nothing on SQLite, which
/// has no clock of its own.
async fn apart(stores: &Stores) -> DbResult<Option<i64>> {
    let db = stores.any()?;
    if !db.is_shared() {
        return Ok(None);
    }
    let text = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";
    let clock = Clock::of_process();
    let before = clock.now().micros();
    let server: i64 = db.one(sql(text)).await?.get("now")?;
    let after = clock.now().micros();
    Ok(Some(before + (after - before) / 2 - server))
}

/// What the machine says about its own clock.
fn kept() -> Finding {
    if Path::new("/run/systemd/timesync/synchronized").exists() {
        return Finding::ok("time service", "synchronised by systemd-timesyncd");
    }
    let asked = Command::new("timedatectl")
        .args(["show", "--property=NTPSynchronized", "--value"])
        .output();
    match asked {
        Ok(answer) if answer.status.success() => match String::from_utf8_lossy(&answer.stdout).trim() {
            "yes" => Finding::ok("time service", "the clock is synchronised"),
            _ => Finding::warn("time service", "the clock is not synchronised", REMEDY),
        },
        _ => Finding::warn(
            "time service",
            "nothing here tells whether the clock is synchronised",
            REMEDY,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off_either_way() {
        let state = |micros| compared(micros, String::new()).state;
        assert_eq!([state(0), state(SECOND), state(-SECOND)], [State::Ok; 3]);
        assert_eq!([state(SECOND + 1), state(-2 * SECOND)], [State::Warn; 2]);
        assert_eq!([state(WRONG), state(-WRONG)], [State::Fail; 2]);
    }
}
