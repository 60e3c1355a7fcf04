//! The nightly backup: whole, of so many nights as asked for, and never at the cost of the last good one.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use chiso_platform::process::Places;

use crate::process::{chiso, text};
use crate::{deploy, started};

/// Where the image and the units have the script.
pub(crate) const IN_THE_IMAGE: &str = "/usr/lib/chiso/nightly-backup";

/// Folders of backups and of data, and the program under its name.
pub(crate) struct Night {
    place: tempfile::TempDir,
}

impl Night {
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        for folder in ["bin", "data", "backups"] {
            std::fs::create_dir(place.path().join(folder)).unwrap();
        }
        let program = env!("CARGO_BIN_EXE_chiso");
        std::os::unix::fs::symlink(program, place.path().join("bin/chiso")).unwrap();
        Self { place }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.place.path().join(path)
    }

    /// Puts a system into the data folder.
    async fn with_data(self) -> Self {
        started(&Places::embedded(&self.at("data"))).await.stop().await;
        self
    }

    pub(crate) fn make(&self, names: &[&str]) {
        for name in names {
            let folder = self.at("backups").join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("manifest.json"), "{}").unwrap();
        }
    }

    /// The folders of backups, whole or not.
    fn names(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.at("backups")).unwrap().map(Result::unwrap);
        let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
        folders
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }

    /// The script, as the units call it, in a shell; of the settings only the file's place differs.
    pub(crate) fn command(&self, mut shell: Command, keep: &str) -> Command {
        let script = std::fs::read_to_string(deploy("backup/nightly.sh")).unwrap();
        let settings = self.at("chiso.toml");
        let data = format!("[data]\ndir = {:?}\n", self.at("data"));
        std::fs::write(&settings, data).unwrap();
        let script = script.replace("/etc/chiso/chiso.toml", settings.to_str().unwrap());
        shell.args(["-c", &script, IN_THE_IMAGE]);
        shell.arg(self.at("backups")).arg(keep);
        for (name, _) in chiso().get_envs() {
            shell.env_remove(name);
        }
        shell.env("PATH", format!("{}:/usr/bin:/bin", self.at("bin").display()));
        shell
    }

    fn run(&self, keep: &str) -> Output {
        self.command(Command::new("sh"), keep).output().unwrap()
    }
}

#[tokio::test]
async fn so_many_of_the_newest_stay_and_others_are_not_touched() {
    let night = Night::new().with_data().await;
    let (old, young) = (["2020-01-01T013000Z", "2020-01-02T013000Z"], "2020-01-03T013000Z");
    let by_hand = ["2019-12-31", "before-the-upgrade"];
    night.make(&[&old[..], &[young], &by_hand].concat());
    // As one leaves them that was cut off while it was made, or while it was removed.
    night.make(&[
        ".2020-01-04T013000Z.unfinished-7",
        ".2019-01-01T013000Z.unfinished-removal",
    ]);
    let made = night.run("2");
    assert!(
        made.status.success(),
        "{}{}",
        text(&made.stdout),
        text(&made.stderr)
    );
    let names = night.names();
    assert_eq!(names.len(), 4, "{names:?}");
    for stays in [young].iter().chain(&by_hand) {
        assert!(names.contains(*stays), "{stays} is gone: {names:?}");
    }
    let new = names
        .iter()
        .find(|name| ![&[young], &by_hand[..]].concat().contains(&&name[..]));
    let whole = night.at("backups").join(new.unwrap());
    let back = night.at("back");
    let restored = chiso()
        .args(["restore", "--verify", "--data"])
        .args([&back, &whole])
        .output()
        .unwrap();
    assert!(
        restored.status.success(),
        "{}{}",
        text(&restored.stdout),
        text(&restored.stderr)
    );
}

#[test]
fn nights_that_fail_remove_no_more_than_room_for_one() {
    let night = Night::new();
    let names = ["2020-01-01T013000Z", "2020-01-02T013000Z", "2020-01-03T013000Z"];
    night.make(&names);
    for _ in 0..3 {
        let failed = night.run("3");
        assert_eq!(
            failed.status.code(),
            Some(1),
            "there is no database: {}",
            text(&failed.stderr)
        );
        assert_eq!(
            night.names(),
            names[1..].iter().map(|name| (*name).to_owned()).collect()
        );
    }
}

#[test]
fn a_number_that_would_keep_none_is_refused() {
    let night = Night::new();
    night.make(&["2020-01-01T013000Z"]);
    for keep in ["1", "0", "-3", "", "14d", "2 3"] {
        let refused = night.run(keep);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{keep:?}: {said}");
        assert!(said.contains("write how many backups stay"), "{keep:?}: {said}");
        assert_eq!(night.names().len(), 1);
    }
}

/// Two that overlapped would each remove what the other is making.
#[test]
fn while_one_is_under_way_another_is_refused_and_touches_nothing() {
    let night = Night::new();
    night.make(&[".2020-01-04T013000Z.unfinished-7"]);
    // In place of the program: says that it was called, and waits.
    let program = night.at("bin/chiso");
    std::fs::remove_file(&program).unwrap();
    std::fs::write(&program, "#!/bin/sh\necho made\nread -r _end\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut first = night.command(Command::new("sh"), "2");
    let mut first = first
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut words = BufReader::new(first.stdout.take().unwrap());
    words.read_line(&mut said).unwrap();
    assert_eq!(said, "made\n");
    let unfinished = ".2020-01-05T013000Z.unfinished-8";
    night.make(&[unfinished]);

    let second = night.run("2");
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("is under way"), "{said}");
    assert!(night.names().contains(unfinished), "it is the first one's");

    drop(first.stdin.take());
    first.wait().unwrap();
    night.run("2");
    assert!(
        !night.names().contains(unfinished),
        "nobody is making it any more"
    );
}
