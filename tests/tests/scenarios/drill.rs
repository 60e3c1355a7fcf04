//! The drill: a year is backed up while it is used, and restored elsewhere with the same published hash.

use chiso_platform::clock::Clock;
use chiso_platform::process::{Places, Process};
use chiso_platform::testkit::postgres::fresh_database;
use chiso_server::backup;
use chiso_server::doctor::State;
use chiso_server::peers::Bounds;
use chiso_server::plan::{Plan, SERVICES};
use chiso_server::system::System;
use chiso_tests::{CYCLE, Shape, Year, scenario};
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;

scenario!(a_backup_gives_back_the_same_year);
async fn a_backup_gives_back_the_same_year(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.self_scoring().await;
    year.appraisals().await;
    let scores = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];
    year.import_external(&scores).await.unwrap();
    year.leaders_mark().await;
    let version = year.publish("").await.unwrap();

    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let (made, corrected) = tokio::join!(
        async { backup::run(&year.places(), &copy, true).await.unwrap() },
        // The year goes on meanwhile: a correction is in the backup as a whole, or not at all.
        year.publish("Sửa lỗi in ấn"),
    );
    assert!(made.is_fine(), "{made}");
    assert_eq!(corrected.unwrap().version, 2);

    let database = if year.places().postgres.is_some() {
        Some(fresh_database().await)
    } else {
        None
    };
    let other = Places {
        postgres: database.as_ref().map(|database| database.settings.clone()),
        ..Places::embedded(&place.path().join("other"))
    };
    let found = backup::restore(&copy, &other, true).await.unwrap();
    assert_eq!(found.state(), State::Ok, "{found}");
    let said = found.to_string();
    assert!(
        said.contains(&format!("published {CYCLE}/1")) && said.contains(&version.sha256),
        "{said}"
    );
    for service in SERVICES {
        assert!(said.contains(&format!("journal {service}")), "{said}");
    }

    // Somebody else's machine, and the same ranking.
    let process = Process::open(other, Clock::system()).unwrap();
    let system = System::run(&Plan::whole(), process, Bounds::default())
        .await
        .unwrap();
    let mut ranking = RankingServiceClient::new(system.channels.ranking.clone());
    let message = pb::ListVersionsRequest {
        cycle: CYCLE.to_owned(),
        ..Default::default()
    };
    let versions = ranking
        .list_versions(message)
        .await
        .unwrap()
        .into_inner()
        .versions;
    assert_eq!(versions[0].sha256, version.sha256);
    drop(ranking);
    system.stop().await;
}
