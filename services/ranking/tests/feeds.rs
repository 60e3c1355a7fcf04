//! The four feeds: every post counts exactly once, whatever notices, answers and restarts do.

mod common;

use chiso_domain::index_points::Source;
use chiso_platform::db::sql;
use common::feed::Manner;
use common::{World, refused};

const ALL: [Source; 4] = [Source::Survey, Source::Recheck, Source::Leaders, Source::Ledger];

async fn received(world: &World) -> Vec<(String, i64)> {
    let text = "SELECT unit || ' ' || criterion || ' ' || source AS leaf, revision FROM ranking_received ORDER BY leaf";
    let rows = world.kit.ctx.db.all(sql(text)).await.unwrap();
    rows.iter()
        .map(|row| (row.get("leaf").unwrap(), row.get("revision").unwrap()))
        .collect()
}

#[tokio::test]
async fn everything_posted_is_there_when_asked() {
    let world = World::full().await;
    let first = world.provisional().await.unwrap();
    assert_eq!(first.units.len(), 5);
    assert!(first.units.iter().all(|u| u.missing.is_empty()));
    assert_eq!(received(&world).await.len(), 5 * 8);
    world.post_ratio("SYT", "I.1", 119, true);
    let second = world.provisional().await.unwrap();
    let total = |units: &[chiso_wire::ranking::UnitResult]| {
        units.iter().find(|u| u.unit == "SYT").unwrap().total.clone()
    };
    assert_eq!(
        (total(&first.units), total(&second.units)),
        ("56.81".to_owned(), "75.99".to_owned())
    );
}

#[tokio::test]
async fn doubled_and_reordered_notices_and_answers_change_nothing() {
    let world = World::full().await;
    world.post_ratio("SYT", "I.1", 119, true);
    let before = world.provisional().await.unwrap();
    let rows = received(&world).await;
    assert!(rows.contains(&("SYT I.1 ledger".to_owned(), 2)), "{rows:?}");
    for source in ALL {
        world.feed(source).manner(Manner::DoubledAndReordered);
    }
    for _ in 0..3 {
        for source in ALL.into_iter().rev() {
            world.kit.ctx.bells.ring(source);
            world.kit.ctx.bells.ring(source);
            tokio::task::yield_now().await;
        }
        assert_eq!(world.provisional().await.unwrap(), before);
    }
    assert_eq!(received(&world).await, rows);
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
    let rows = received(&world).await;
    for source in ALL {
        world.feed(source).asked();
    }
    world.restart().await;
    assert_eq!(world.provisional().await.unwrap(), before);
    assert_eq!(received(&world).await, rows);
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
    let all_there = async {
        while received(&world).await.len() < 40 {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(60), all_there).await;
    assert!(in_time.is_ok(), "{:?}", received(&world).await);
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
