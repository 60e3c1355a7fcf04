//! What stands beside results for those who read them, and that what is published is what was looked at.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use chiso_domain::kernel::Instant;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::ranking as pb;
use common::{CYCLE, UNITS, World, organiser, refused};

fn told(contents: &[pb::Content]) -> Vec<(&str, &str)> {
    contents
        .iter()
        .map(|content| (content.code.as_str(), content.points.as_str()))
        .collect()
}

fn of<'a>(units: &'a [pb::UnitResult], unit: &str) -> &'a pb::UnitResult {
    units.iter().find(|result| result.unit == unit).unwrap()
}

fn beside<'a>(units: &'a [pb::UnitResult], unit: &str) -> &'a pb::Comparison {
    of(units, unit).comparison.as_ref().unwrap()
}

#[tokio::test]
async fn medians_and_losses_stand_beside_results_for_whoever_asks() {
    let world = World::full().await;
    world.publish("").await.unwrap();
    let plain = world.published(0).await.unwrap();
    assert!(plain.units.iter().all(|unit| unit.comparison.is_none()));
    assert!(plain.types[0].medians.is_empty());
    let told_all = world.compared(0).await;
    // Of 39 × 118, 118, 110, 90 and 60 of 120: 38.35, 38.35, 35.75, 29.25 and 19.50.
    let medians = [
        ("I", "35.75"),
        ("II", "24.75"),
        ("III", "8.00"),
        ("IV", "3.00"),
        ("V", "9.68"),
        ("VI", "3.63"),
    ];
    assert_eq!(told(&told_all.types[0].medians), medians);
    assert_eq!(told_all.types[0].quota_share, "1.00");
    // 100 - 3.25 - 2.25 - 0 - 5 - 4.32 - 0.37, and the penalty of 0.50: 84.31.
    let losses = beside(&told_all.units, "STC");
    let lost = [
        ("I", "3.25"),
        ("II", "2.25"),
        ("III", "0.00"),
        ("IV", "5.00"),
        ("V", "4.32"),
        ("VI", "0.37"),
    ];
    assert_eq!((losses.full.as_str(), losses.scaled.as_str()), ("100.00", "0.00"));
    assert_eq!(told(&losses.lost), lost);
    assert_eq!(losses.earlier, None, "there is no cycle before");
    assert_eq!(told_all.earlier_cycle, "");
}

#[tokio::test]
async fn the_cycle_before_is_the_one_published_before() {
    let mut world = World::new().await;
    world.turn_to("2021");
    for (unit, done) in UNITS.into_iter().zip([60, 118, 110, 90, 118]) {
        world.post_all(unit, done);
    }
    world.publish("").await.unwrap();
    world
        .kit
        .set_now(Instant::parse("2022-12-30T08:00:00+07:00").unwrap());
    world.turn_to("2022");
    for (unit, done) in UNITS.into_iter().zip([118, 118, 110, 90, 60]) {
        world.post_all(unit, done);
    }
    let draft = world.provisional().await.unwrap();
    world.publish("").await.unwrap();
    let published = world.compared(0).await;
    assert_eq!(published.earlier_cycle, "2021");
    assert_eq!(draft.earlier_cycle, "2021");
    assert_eq!(
        draft.units, published.units,
        "the draft is compared as the version is"
    );
    // 88.71 now, 56.81 then; of the contents 38.35 - 19.50 and 26.55 - 13.50.
    let better = beside(&published.units, "SNV").earlier.as_ref().unwrap();
    assert_eq!(
        (better.total.as_str(), better.rank, better.tied),
        ("56.81", 5, false)
    );
    assert_eq!((better.gained.as_str(), better.places), ("31.90", 4));
    assert_eq!(better.penalty, "0.00");
    assert_eq!(told(&better.contents)[..2], [("I", "18.85"), ("II", "13.05")]);
    let worse = beside(&published.units, "SYT").earlier.as_ref().unwrap();
    assert_eq!((worse.rank, worse.tied, worse.places), (1, true, -4));
    assert_eq!(worse.gained, "-31.90");

    // A correction of the old cycle makes it no newer, and what is compared with is the corrected one.
    world
        .kit
        .set_now(Instant::parse("2022-12-31T08:00:00+07:00").unwrap());
    world.turn_to("2021");
    world.post_ratio("SNV", "I.1", 118, true);
    world.publish("Sai số liệu I.1 của SNV").await.unwrap();
    assert_eq!(world.compared(0).await.earlier_cycle, "");
    world.turn_to("2022");
    let corrected = world.compared(1).await;
    let better = beside(&corrected.units, "SNV").earlier.as_ref().unwrap();
    assert_eq!(
        told(&better.contents)[..2],
        [("I", "0.00"), ("II", "13.05")],
        "what changed in I is gone"
    );
    world.turn_to("2023");
    assert_eq!(world.provisional().await.unwrap().earlier_cycle, "2022");
}

#[tokio::test]
async fn what_was_looked_at_is_what_is_published() {
    let world = World::full().await;
    let seen = world.provisional().await.unwrap().results_sha256;
    let ask = |seen: &str| pb::PublishRequest {
        results_sha256: seen.to_owned(),
        ..world.publish_request("")
    };
    world.post_ratio("SYT", "I.1", 119, true);
    let changed = refused(world.publish_as(ask(&seen), &organiser()).await);
    assert_eq!(
        changed,
        ("RESULTS_CHANGED".to_owned(), vec!["results_sha256".to_owned()])
    );
    assert_eq!(world.versions().await, [], "nothing is published");
    let seen = world.provisional().await.unwrap().results_sha256;
    let version = world.publish_as(ask(&seen), &organiser()).await.unwrap();
    assert_eq!(version.version, 1);
    let again = |seen_version| pb::PublishRequest {
        seen_version: Some(seen_version),
        ..world.publish_request("Sửa lỗi nhập")
    };
    let late = refused(world.publish_as(again(0), &organiser()).await);
    assert_eq!(
        late,
        ("PUBLISHED_SINCE".to_owned(), vec!["seen_version".to_owned()])
    );
    assert_eq!(world.versions().await.len(), 1, "nobody corrects twice unseen");
    assert_eq!(world.publish_as(again(1), &organiser()).await.unwrap().version, 2);
    let one_type = pb::GetProvisionalRequest {
        cycle: common::CYCLE.to_owned(),
        unit_type: "department".to_owned(),
    };
    let request = world.kit.request(one_type, &organiser());
    let part = world.client().get_provisional(request).await.unwrap();
    assert_eq!(
        part.into_inner().results_sha256,
        "",
        "a part is not what is published"
    );
}

#[tokio::test]
async fn what_lies_behind_a_draft_is_what_is_published_of_it() {
    let world = World::full().await;
    let ask = |unit: &str| pb::GetProvisionalBreakdownRequest {
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
    };
    let request = world.kit.request(ask("STC"), &organiser());
    let draft = world.client().get_provisional_breakdown(request).await;
    let draft = draft.unwrap().into_inner().leaves;
    assert!(draft.iter().any(|leaf| !leaf.sources.is_empty()));
    world.publish("").await.unwrap();
    let request = pb::GetBreakdownRequest {
        cycle: CYCLE.to_owned(),
        version: 0,
        unit: "STC".to_owned(),
    };
    let published = world.client().get_breakdown(request).await.unwrap();
    assert_eq!(published.into_inner().leaves, draft);
    let nobody = world.kit.request(ask("NOBODY"), &organiser());
    let refused = world
        .client()
        .get_provisional_breakdown(nobody)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), tonic::Code::NotFound);
    let head = world
        .kit
        .request(ask("STC"), &As::role(Role::UnitHead).unit("STC"));
    let refused = world.client().get_provisional_breakdown(head).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied);
}
