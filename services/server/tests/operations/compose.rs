//! The compose file: by Compose's own rules, whole, and with secrets that open the database.

use std::collections::BTreeSet;
use std::process::Command;

use chiso_platform::db::{Db, PostgresSettings};
use chiso_platform::testkit::postgres;
use chiso_server::plan::{GATEWAY, SERVICES};
use serde_json::Value;

use crate::nightly::IN_THE_IMAGE;
use crate::process::text;
use crate::tools::{ask, tools, yaml};
use crate::{deploy, load};

fn compose() -> Option<Value> {
    let folder = tools()?;
    let file = deploy("compose/compose.yaml");
    let checked = ask(folder, "compose", &file);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    yaml(folder, &file).pop()
}

#[test]
fn the_compose_file_follows_the_rules_of_compose() {
    let Some(folder) = tools() else { return };
    assert!(compose().is_some());
    let broken = std::fs::read_to_string(deploy("compose/compose.yaml")).unwrap();
    let broken = broken.replacen("healthcheck:", "healthchek:", 1);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), broken).unwrap();
    let checked = ask(folder, "compose", file.path());
    assert!(
        !checked.status.success() && text(&checked.stderr).contains("healthchek"),
        "a fault would be seen"
    );
}

#[test]
fn every_service_is_in_the_compose_file_healthy_and_unprivileged() {
    let Some(compose) = compose() else { return };
    let ours: Vec<&str> = SERVICES.into_iter().chain([GATEWAY]).collect();
    for service in &ours {
        let of = &compose["services"][service];
        assert_eq!(of["environment"]["CHISO_RUN__ONLY"], *service);
        assert_eq!(of["read_only"], true);
        assert_eq!(of["cap_drop"], serde_json::json!(["ALL"]));
        assert_eq!(of["depends_on"]["postgres"]["condition"], "service_healthy");
        let secrets: BTreeSet<&str> = of["secrets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|secret| secret.as_str().unwrap())
            .collect();
        let own = format!("chiso_{service}");
        let mut wanted = BTreeSet::from(["keys"]);
        if *service != GATEWAY {
            wanted.insert(&own);
        }
        assert_eq!(
            secrets, wanted,
            "a service is given its own password and no other"
        );
    }
    let services = compose["services"].as_object().unwrap();
    for (name, of) in services.iter().filter(|(name, _)| *name != "backup") {
        assert!(of["healthcheck"]["test"].is_array(), "{name} has no healthcheck");
        for port in of["ports"].as_array().into_iter().flatten() {
            assert!(
                port.as_str().unwrap().starts_with("127.0.0.1:"),
                "{name} is open to the network"
            );
        }
    }
    assert_eq!(
        services.len(),
        ours.len() + 3,
        "and PostgreSQL, Redis, the backup"
    );
}

/// It is no part of the system that is started, reads every login's database, and has no keys.
#[test]
fn the_backup_of_the_compose_file_is_made_on_demand() {
    let Some(compose) = compose() else { return };
    let of = &compose["services"]["backup"];
    assert_eq!(of["profiles"], serde_json::json!(["backup"]));
    assert_eq!(of["restart"], "no");
    assert_eq!(of["entrypoint"][0], IN_THE_IMAGE);
    assert_eq!(
        of["volumes"][1].as_str().unwrap().rsplit(':').next(),
        of["entrypoint"][1].as_str()
    );
    let logins: Vec<String> = SERVICES
        .iter()
        .map(|service| format!("chiso_{service}"))
        .collect();
    assert_eq!(of["secrets"], serde_json::json!(logins));
}

#[test]
fn the_settings_of_the_containers_are_good_for_each_of_them() {
    let settings = deploy("compose/chiso.toml");
    for service in SERVICES.into_iter().chain([GATEWAY]) {
        let settings = load(&settings, &[service]);
        assert_eq!(settings.listen.http.port(), 8080);
        assert_eq!(settings.plan().unwrap().gateway, service == GATEWAY);
    }
}

/// What `secrets.sh` makes is what the compose file names, and what `passwords.sh` gives the logins lets them in.
#[tokio::test]
async fn the_secrets_open_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let make = || {
        let script = deploy("compose/secrets.sh");
        let output = Command::new("bash")
            .arg(script)
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    make();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let (keys, password) = (read("keys"), read("chiso_survey"));
    assert_eq!(keys.lines().filter(|line| line.len() == 64).count(), 3);
    make();
    assert_eq!(
        (read("keys"), read("chiso_survey")),
        (keys, password),
        "made once and kept"
    );
    if let Some(compose) = compose() {
        let named: BTreeSet<String> = compose["secrets"].as_object().unwrap().keys().cloned().collect();
        let made: BTreeSet<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(named, made);
    }

    // A server of its own: the logins and their passwords are the server's, not the database's.
    let server = postgres::Server::start();
    let database = server.fresh_database().await;
    let (rest, name) = database.superuser.rsplit_once('/').unwrap();
    let (user, host) = rest.split_once("://").unwrap().1.split_once('@').unwrap();
    let (user, secret) = user.split_once(':').unwrap();
    let (host, port) = host.split_once(':').unwrap();
    let output = Command::new("bash")
        .arg(deploy("compose/passwords.sh"))
        .envs([
            ("POSTGRES_USER", user),
            ("POSTGRES_DB", name),
            ("PGHOST", host),
            ("PGPORT", port),
        ])
        .env("PGPASSWORD", secret)
        .env("SECRETS", folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let settings = PostgresSettings {
        passwords: std::collections::BTreeMap::new(),
        password_dir: Some(folder.path().to_owned()),
        ..database.settings.clone()
    };
    for service in SERVICES {
        Db::postgres(&settings, service).await.unwrap().close().await;
    }
    let before = Db::postgres(&database.settings, "survey").await;
    assert!(before.is_err(), "the password of before is no longer good");
}
