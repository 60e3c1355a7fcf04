//! What is there for whoever runs chiso: backup and restore, the doctor, and everything in `deploy/`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod backup;
mod backup_postgres;
mod calls;
mod charts;
mod compose;
mod doctor;
mod mail;
mod nightly;
#[path = "../binary/process.rs"]
#[allow(dead_code, reason = "shared with another target, which uses more of it")]
mod process;
mod restore;
mod roles;
mod systemd;
mod tools;

use std::path::{Path, PathBuf};

use chiso_platform::clock::Clock;
use chiso_platform::process::{Places, Process};
use chiso_server::doctor::{Finding, Findings, State};
use chiso_server::peers::Bounds;
use chiso_server::plan::{GATEWAY, Plan, SERVICES};
use chiso_server::settings::{Flags, Settings, load as load_settings};
use chiso_server::system::System;

/// A file or folder of `deploy/`.
fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(path)
}

/// What was found of one thing.
fn of<'a>(findings: &'a Findings, check: &str) -> Vec<&'a Finding> {
    findings
        .findings
        .iter()
        .filter(|finding| finding.check == check)
        .collect()
}

/// The one finding of a thing, in a state, that names something; its remedy is there where it is not fine.
fn found(findings: &Findings, check: &str, state: State, named: &str) {
    let of = of(findings, check);
    let fits = |finding: &&&Finding| finding.state == state && finding.found.contains(named);
    let fitting = of.iter().find(fits);
    let finding = fitting.unwrap_or_else(|| panic!("no {check} {state:?} {named:?} in\n{findings}"));
    assert_eq!(finding.remedy.is_empty(), state == State::Ok, "{finding:?}");
}

/// Every service on these places.
async fn started(places: &Places) -> System {
    let process = Process::open(places.clone(), Clock::system()).unwrap();
    System::run(&Plan::whole(), process, Bounds::default())
        .await
        .unwrap()
}

/// Settings from a file, for a process that runs these services.
fn load(file: &Path, only: &[&str]) -> Settings {
    let flags = Flags {
        config: Some(file.to_owned()),
        set: vec![("run.only", "--only", only.join(","))],
    };
    let loaded = load_settings(&flags, []).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    loaded.settings
}

#[test]
fn the_samples_of_settings_are_good() {
    let embedded = load(&deploy("config/embedded.toml"), &[]);
    assert_eq!(embedded.plan().unwrap(), Plan::whole());
    assert!(embedded.places().postgres.is_none());
    for service in SERVICES.into_iter().chain([GATEWAY]) {
        let split = load(&deploy("config/split.toml"), &[service]);
        let plan = split.plan().unwrap();
        assert_eq!(
            (plan.here.len(), plan.gateway),
            (usize::from(service != GATEWAY), service == GATEWAY)
        );
        assert!(split.places().postgres.is_some());
    }
}

/// Who is woken by an alarm finds it in the runbook.
#[test]
fn every_alarm_is_in_the_runbook() {
    let alerts = std::fs::read_to_string(deploy("observability/alerts.yml")).unwrap();
    let runbook = std::fs::read_to_string(deploy("../docs/runbook.md")).unwrap();
    let names: Vec<&str> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(names.len() > 5, "{names:?}");
    let severity = |name: &str| {
        let rest = alerts.split_once(&format!("alert: {name}\n")).unwrap().1;
        rest.split_once("severity: ")
            .unwrap()
            .1
            .split_whitespace()
            .next()
            .unwrap()
    };
    for name in names {
        let row = format!("| `{name}` | {} |", severity(name));
        assert!(runbook.contains(&row), "docs/runbook.md has no row {row}");
    }
}
