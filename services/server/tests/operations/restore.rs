//! What a restore takes from a backup that anyone may have made, and what it leaves to others.

use std::os::unix::fs::MetadataExt;

use chiso_platform::process::Places;
use chiso_server::backup;
use chiso_server::doctor::State;
use serde_json::{Value, json};

use crate::backup::{refused, restored, year};
use crate::{found, of};

/// Whoever made the backup may be anyone: what it names says where a restore writes.
#[tokio::test]
async fn a_backup_that_names_what_belongs_to_none_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    backup::run(&Places::embedded(&year().0), &copy, true)
        .await
        .unwrap();
    let file = copy.join("manifest.json");
    let whole = std::fs::read_to_string(&file).unwrap();
    let entry = |path: &str, sha256: &str| json!({ "path": path, "size": 4, "sha256": sha256 });
    let hash = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";
    let absolute = place.path().join("absolute");
    // The bytes are there and have that hash: only the name is wrong.
    std::fs::write(place.path().join("abcd"), "abcd").unwrap();
    std::fs::write(&absolute, "abcd").unwrap();
    for (path, named) in [
        ("evidence/../../abcd", "belongs to no backup"),
        ("evidence/88/../../../abcd", "belongs to no backup"),
        ("evidence//etc/abcd", "belongs to no backup"),
        ("evidence/88/d4", "belongs to no backup"),
        (absolute.to_str().unwrap(), "belongs to no backup"),
        ("database/survey.dump", "belongs to no backup"),
        ("keys/../keys", "belongs to no backup"),
        ("keys", "twice"),
    ] {
        let mut manifest: Value = serde_json::from_str(&whole).unwrap();
        manifest["files"].as_array_mut().unwrap().push(entry(path, hash));
        std::fs::write(&file, manifest.to_string()).unwrap();
        refused(&copy, named).await;
    }
    let mut manifest: Value = serde_json::from_str(&whole).unwrap();
    manifest["files"]
        .as_array_mut()
        .unwrap()
        .retain(|entry| entry["path"] != "chiso.db");
    std::fs::write(&file, manifest.to_string()).unwrap();
    refused(&copy, "does not name chiso.db").await;
    std::fs::write(&file, &whole).unwrap();

    // A link to the right bytes is still a link.
    for name in ["keys", "manifest.json"] {
        let (own, elsewhere) = (copy.join(name), place.path().join("elsewhere"));
        std::fs::rename(&own, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &own).unwrap();
        refused(&copy, "is no plain file").await;
        std::fs::rename(&elsewhere, &own).unwrap();
    }
    assert!(restored(&copy).await.1.unwrap().is_fine());
}

/// What was restored by root, say, is nobody else's to read before it is given away.
#[tokio::test]
async fn what_is_restored_is_for_its_owner_only_and_says_its_manifest() {
    let place = tempfile::tempdir().unwrap();
    let (copy, back) = (place.path().join("copy"), place.path().join("back"));
    let made = backup::run(&Places::embedded(&year().0), &copy, true)
        .await
        .unwrap();
    let findings = backup::restore(&copy, &Places::embedded(&back), false)
        .await
        .unwrap();
    let said = &of(&made, "manifest")[0].found;
    let hash = said.split_once("sha256 ").unwrap().1;
    found(&findings, "manifest", State::Ok, hash);
    let mut open = vec![back];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        let kind = path.metadata().unwrap();
        assert_eq!(kind.mode() & 0o077, 0, "{}", path.display());
        seen += 1;
        if kind.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
    }
    assert!(seen > 5, "folders, database, keys, evidence");
}
