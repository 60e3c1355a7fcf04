//! The four feeds: every post counts exactly once, whatever notices, answers and restarts do.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use chiso_domain::index_points::Source;
use chiso_platform::db::sql;
use chiso_platform::testkit::logs::of_this_thread;
use chiso_wire::kernel::IndexPoints;
use chiso_wire::ranking as pb;
use common::feed::Manner;
use common::{CYCLE, World, refused};

const ALL: [Source; 4] = [Source::Survey, Source::Recheck, Source::Leaders, Source::Ledger];

fn total(units: &[pb::UnitResult], unit: &str) -> String {
    units.iter().find(|u| u.unit == unit).unwrap().total.clone()
}

/// Every post that counts for a unit in the newest version.
async fn counted(world: &World, unit: &str) -> Vec<IndexPoints> {
    let request = pb::GetBreakdownRequest {
        cycle: CYCLE.to_owned(),
        version: 0,
        unit: unit.to_owned(),
    };
    let breakdown = world.client().get_breakdown(request).await.unwrap().into_inner();
    breakdown
        .leaves
        .into_iter()
        .flat_map(|leaf| leaf.sources)
        .collect()
}

#[tokio::test]
async fn everything_posted_is_there_when_asked() {
    let world = World::full().await;
    let first = world.provisional().await.unwrap();
    assert_eq!(first.units.len(), 5);
    assert!(first.units.iter().all(|u| u.missing.is_empty()));
    world.post_ratio("SYT", "I.1", 119, true);
    let second = world.provisional().await.unwrap();
    let totals = (total(&first.units, "SYT"), total(&second.units, "SYT"));
    assert_eq!(totals, ("56.81".to_owned(), "75.99".to_owned()));
}

#[tokio::test]
async fn doubled_and_reordered_notices_and_answers_change_nothing() {
    let world = World::full().await;
    world.post_ratio("SYT", "I.1", 119, true);
    let before = world.provisional().await.unwrap();
    for source in ALL {
        world.feed(source).manner(Manner::DoubledAndReordered);
        world.feed(source).asked();
    }
    for _ in 0..3 {
        for source in ALL.into_iter().rev() {
            world.kit.ctx.bells.ring(source);
            world.kit.ctx.bells.ring(source);
            tokio::task::yield_now().await;
        }
        assert_eq!(world.provisional().await.unwrap(), before);
    }
    for source in ALL {
        let feed = world.feed(source);
        assert!(
            feed.asked().iter().all(|after| *after == feed.last_seq()),
            "{source:?} went back"
        );
    }
    world.publish("").await.unwrap();
    let posts = counted(&world, "SYT").await;
    assert_eq!(posts.len(), 8);
    let revised = posts.iter().find(|p| p.criterion == "I.1").unwrap();
    assert_eq!(
        (revised.revision, revised.seq),
        (2, world.feed(Source::Ledger).last_seq())
    );
}

#[tokio::test]
async fn a_feed_that_only_ever_answers_badly_still_comes_through() {
    let world = World::full().await;
    let other = World::new().await;
    for source in ALL {
        other.feed(source).manner(Manner::DoubledAndReordered);
    }
    for (unit, done) in common::UNITS.into_iter().zip([118, 118, 110, 90, 60]) {
        other.post_all(unit, done);
    }
    assert_eq!(
        other.provisional().await.unwrap(),
        world.provisional().await.unwrap()
    );
}

#[tokio::test]
async fn a_restarted_consumer_goes_on_where_it_was() {
    let mut world = World::full().await;
    let before = world.provisional().await.unwrap();
    for source in ALL {
        world.feed(source).asked();
    }
    world.restart().await;
    assert_eq!(world.provisional().await.unwrap(), before);
    for source in ALL {
        let feed = world.feed(source);
        let asked = feed.asked();
        assert!(
            !asked.is_empty() && asked.iter().all(|after| *after == feed.last_seq()),
            "{source:?} {asked:?}"
        );
    }
}

#[tokio::test]
async fn points_are_pulled_without_anybody_asking() {
    let world = World::full().await;
    world.kit.ctx.bells.ring(Source::Ledger);
    // A pull that begins at the end shows that everything before it is stored.
    let all_there = async {
        for source in ALL {
            let feed = world.feed(source);
            while !feed.asked().contains(&feed.last_seq()) {
                world.kit.ctx.bells.ring(source);
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(60), all_there).await;
    assert!(in_time.is_ok(), "the feeds were not pulled to their ends");
}

#[tokio::test]
async fn a_gap_stops_everything_that_would_count_without_it() {
    let world = World::full().await;
    world.feed(Source::Ledger).manner(Manner::Without(3));
    let gap = ("FEED_GAP".to_owned(), Vec::<String>::new());
    assert_eq!(refused(world.provisional().await), gap);
    assert_eq!(refused(world.readiness().await), gap);
    assert_eq!(refused(world.publish("").await), gap);
    assert_eq!(world.versions().await, []);
    world.feed(Source::Ledger).manner(Manner::Well);
    assert!(world.readiness().await.unwrap().ready, "it heals by itself");
}

#[tokio::test]
async fn a_feed_that_is_down_is_said_so() {
    let world = World::full().await;
    world.feed(Source::Leaders).manner(Manner::Down);
    assert_eq!(
        world.publish("").await.unwrap_err().code,
        tonic::Code::Unavailable
    );
    assert_eq!(world.versions().await, []);
}

#[tokio::test]
async fn a_frozen_feed_stops_no_other_one() {
    let world = World::full().await;
    let frozen = world.feed(Source::Ledger);
    frozen.asked();
    frozen.manner(Manner::Frozen);
    let others = async {
        while frozen.asked().is_empty() {
            world.kit.ctx.bells.ring(Source::Ledger);
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        // The ledger does not answer now; the others are pulled to their ends.
        for source in [Source::Survey, Source::Recheck, Source::Leaders] {
            let feed = world.feed(source);
            feed.asked();
            while !feed.asked().contains(&feed.last_seq()) {
                world.kit.ctx.bells.ring(source);
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        }
    };
    // Sooner than the call to the ledger is given up.
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), others).await;
    assert!(in_time.is_ok(), "the other feeds were not pulled");
}

#[tokio::test]
async fn each_fault_of_the_database_is_logged_with_its_cause() {
    let (logs, _logging) = of_this_thread();
    let world = World::full().await;
    let change = async |statements: &[&'static str]| {
        let mut tx = world.kit.ctx.db.begin().await.unwrap();
        for statement in statements {
            tx.run(sql(statement)).await.unwrap();
        }
        tx.commit().await.unwrap();
    };
    let logged = async |table: &str| {
        let says = |line: &str| line.contains("points cannot be pulled") && line.contains(table);
        while !logs.text().lines().any(says) {
            world.kit.ctx.bells.ring(Source::Ledger);
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    let both = async {
        change(&["ALTER TABLE ranking_cursor RENAME TO away"]).await;
        logged("ranking_cursor").await;
        world.post_ratio("SYT", "I.1", 119, true);
        // One fault takes the other's place, and both are INTERNAL.
        let back = "ALTER TABLE away RENAME TO ranking_cursor";
        change(&[back, "ALTER TABLE ranking_received RENAME TO away"]).await;
        logged("ranking_received").await;
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), both).await;
    assert!(in_time.is_ok(), "{}", logs.text());
}
