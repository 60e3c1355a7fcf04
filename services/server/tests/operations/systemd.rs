//! The units: in order, hardened, letting write what the samples name; and what chiso tells systemd.

use std::collections::BTreeSet;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};

use crate::nightly::IN_THE_IMAGE;
use crate::process::{chiso, text};
use crate::{deploy, load};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chiso");
const UNITS: [&str; 5] = [
    "chiso.service",
    "chiso@.service",
    "chiso.target",
    "chiso-backup.service",
    "chiso-backup.timer",
];
/// In tenths; systemd calls what is below 20 "OK". It is 12 now.
const EXPOSURE: &str = "15";

/// A command of `systemd-analyze`; tests/run installs it.
pub(crate) fn analyze(arguments: &[&str], folder: &Path) -> std::process::Output {
    let mut command = Command::new("systemd-analyze");
    let output = command
        .args(arguments)
        .current_dir(folder)
        .env("SYSTEMD_COLORS", "0")
        .output();
    output.expect("systemd-analyze is needed (Debian: systemd)")
}

pub(crate) fn unit(name: &str) -> String {
    std::fs::read_to_string(deploy("systemd").join(name)).unwrap()
}

/// With the programs where they are here.
fn unit_here(name: &str) -> String {
    let script = std::fs::canonicalize(deploy("backup/nightly.sh")).unwrap();
    let unit = unit(name).replace(IN_THE_IMAGE, script.to_str().unwrap());
    unit.replace("/usr/bin/chiso", PROGRAM)
}

#[test]
fn units_are_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for name in UNITS {
        std::fs::write(folder.path().join(name), unit_here(name)).unwrap();
    }
    std::fs::write(
        folder.path().join("chiso@survey.service"),
        unit_here("chiso@.service"),
    )
    .unwrap();
    for name in UNITS
        .into_iter()
        .filter(|name| *name != "chiso@.service")
        .chain(["chiso@survey.service"])
    {
        let output = analyze(&["verify", "--man=no", &format!("./{name}")], folder.path());
        // Faults of the machine's own units are none of ours.
        let said = text(&output.stderr);
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("chiso")).collect();
        assert!(ours.is_empty(), "{ours:#?}");
    }
    let broken = unit_here("chiso.service").replace("WatchdogSec=30", "WatchdogSecond=30");
    std::fs::write(folder.path().join("chiso.service"), broken).unwrap();
    let output = analyze(&["verify", "--man=no", "./chiso.service"], folder.path());
    assert!(
        text(&output.stderr).contains("WatchdogSecond"),
        "a fault would be seen"
    );
}

#[test]
fn units_are_hardened() {
    for name in UNITS.into_iter().filter(|name| name.ends_with(".service")) {
        let threshold = format!("--threshold={EXPOSURE}");
        let output = analyze(
            &["security", "--offline=true", "--no-pager", &threshold, name],
            &deploy("systemd"),
        );
        assert!(output.status.success(), "{name}: {}", text(&output.stdout));
    }
}

/// What protects one unit protects them all.
#[test]
fn units_are_hardened_alike() {
    let hardening = |name: &str| -> Vec<String> {
        let unit = unit(name);
        let lines = unit.lines().skip_while(|line| !line.starts_with("ProtectSystem"));
        lines
            .take_while(|line| !line.starts_with('['))
            .map(ToOwned::to_owned)
            .filter(|l| !l.is_empty())
            .collect()
    };
    let first = hardening("chiso.service");
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(hardening("chiso@.service"), first);
    assert_eq!(hardening("chiso-backup.service"), first);
}

/// Folders that a unit may write to.
fn writable(name: &str) -> Vec<PathBuf> {
    let unit = unit(name);
    let mut found = Vec::new();
    for line in unit.lines() {
        if let Some(state) = line.strip_prefix("StateDirectory=") {
            found.push(Path::new("/var/lib").join(state));
        }
        let paths = line.strip_prefix("ReadWritePaths=");
        found.extend(paths.map(|path| PathBuf::from(path.trim_start_matches('-'))));
    }
    found
}

/// Under `ProtectSystem=strict` a service does not start whose folder is missing here.
#[test]
fn what_a_sample_names_for_writing_its_unit_lets_write() {
    for (sample, only, name) in [
        ("config/embedded.toml", &[][..], "chiso.service"),
        ("config/split.toml", &["ledger"], "chiso@.service"),
    ] {
        assert!(unit(name).contains("\nProtectSystem=strict\n"));
        let places = load(&deploy(sample), only).places();
        for path in [&places.data_dir, &places.evidence] {
            let writable = writable(name);
            assert!(
                writable.iter().any(|folder| path.starts_with(folder)),
                "{sample} names {}, but {name} may write to {writable:?} only",
                path.display()
            );
        }
    }
}

/// What a unit may write to is made by systemd or by the file of tmpfiles, for chiso alone.
#[test]
fn folders_that_the_units_write_to_are_made() {
    let made = std::fs::read_to_string(deploy("systemd/chiso.tmpfiles")).unwrap();
    let mut outside = BTreeSet::new();
    for name in UNITS.into_iter().filter(|name| name.ends_with(".service")) {
        outside.extend(
            writable(name)
                .into_iter()
                .filter(|path| !path.starts_with("/var/lib")),
        );
    }
    assert_eq!(outside.len(), 2, "evidence and backups: {outside:?}");
    for path in outside {
        let line = format!("d {} 0700 chiso chiso -", path.display());
        assert!(
            made.lines().any(|there| there == line),
            "nobody makes {}",
            path.display()
        );
    }
    let backup = unit("chiso-backup.service");
    assert!(backup.contains(&format!("ExecStart={IN_THE_IMAGE} /var/backups/chiso ")));
    assert!(backup.contains("\nTimeoutStartSec="), "a backup that hangs ends");
}

/// Plays systemd's side of the socket.
#[test]
fn systemd_is_told_ready_alive_and_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut child = chiso()
        .args([
            "serve",
            "--grpc",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "400000")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    keeper::born(child.id(), End::Kill);
    let told = |wanted: &str| {
        let mut buffer = [0; 1_024];
        loop {
            let length = systemd
                .recv(&mut buffer)
                .unwrap_or_else(|e| panic!("never told {wanted}: {e}"));
            let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if message.lines().any(|line| line == wanted) {
                return message;
            }
        }
    };
    let ready = told("READY=1");
    assert!(ready.contains("STATUS="), "{ready}");
    let begun = Instant::now();
    for _ in 0..4 {
        told("WATCHDOG=1");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "twice in each 0.4 s, if slowly on a busy machine"
    );
    assert!(
        Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    told("STOPPING=1");
    assert!(child.wait().unwrap().success());
    keeper::gone(child.id());
}
