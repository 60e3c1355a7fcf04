//! Adjustments: equal to a recomputation without the void slips, posted whenever something changes.

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use chiso_domain::kernel::{Decimals, Points};
use chiso_domain::recheck::adjust::NOTHING_LEFT;
use chiso_domain::survey::points;
use chiso_platform::db::sql;
use chiso_platform::testkit::logs::of_this_thread;
use chiso_wire::kernel as kpb;
use chiso_wire::kernel::index_points::Value;
use chiso_wire::recheck as pb;
use common::*;
use tonic::Code;

fn given(point: &kpb::IndexPoints) -> Points {
    match point.value.as_ref() {
        Some(Value::Points(text)) => text.parse().expect("points"),
        other => panic!("{other:?}"),
    }
}

/// What the survey gives to a leaf on all slips but some.
fn converted(world: &World, unit: &str, criterion: &str, without: &[String]) -> Option<Points> {
    let max = index_set().leaf(&parsed(criterion)).expect("a leaf").max;
    points(max, world.survey.tally(unit, criterion, without), Decimals::TWO)
}

fn void_slips(cases: &[pb::Case]) -> Vec<String> {
    let void = cases.iter().filter(|c| c.void);
    void.map(|c| c.slip_id.clone()).collect()
}

/// Every newest post says what a recomputation without the void slips says.
async fn check(world: &World, last: bool) {
    let void = void_slips(&world.cases().await);
    let newest = world.newest().await;
    assert_eq!(newest.len(), 3 * 4);
    for ((unit, criterion), point) in &newest {
        assert_eq!(point.r#final, last);
        assert_eq!(point.source(), kpb::Source::Recheck);
        let all = world.survey.tally(unit, criterion, &[]);
        let left = world.survey.tally(unit, criterion, &void);
        let Some(kpb::basis::Kind::Recheck(basis)) = point.basis.as_ref().and_then(|b| b.kind.as_ref())
        else {
            panic!("no basis")
        };
        assert_eq!((basis.rated, basis.sum), (all.rated, all.sum));
        assert_eq!(
            (basis.void_rated, basis.void_sum),
            (all.rated - left.rated, all.sum - left.sum)
        );
        let expected = match (
            converted(world, unit, criterion, &void),
            converted(world, unit, criterion, &[]),
        ) {
            (Some(after), Some(before)) => after - before,
            _ => Points::ZERO,
        };
        assert_eq!(given(point), expected, "{unit} {criterion}");
    }
}

#[tokio::test]
async fn adjustments_equal_a_recomputation_without_the_void_slips() {
    let world = World::new().await;
    world.survey.fill();
    assert!(world.feed().await.is_empty(), "nothing before a list is closed");
    let cases = world.drawn().await;
    check(&world, false).await;
    let mut moved = 0;
    for (case, n) in cases.iter().zip(0..) {
        match n % 3 {
            0 => world.confirm(case).await,
            1 => world.void(case).await,
            _ => {
                let request = world.answered(case, 2);
                world.record_finding(&verifier(1), request).await.unwrap()
            }
        };
        check(&world, false).await;
    }
    let newest = world.newest().await;
    moved += newest.values().filter(|p| given(p) != Points::ZERO).count();
    assert!(moved >= 6, "the void slips of this test do move points: {moved}");
    assert!(
        newest
            .iter()
            .filter(|((unit, _), _)| unit == "STP")
            .all(|(_, p)| given(p) == Points::ZERO)
    );
    // Rechecking whole interviewers goes on until nothing is open.
    loop {
        let open: Vec<_> = world.cases().await;
        let open: Vec<_> = open
            .iter()
            .filter(|c| c.outcome() == pb::Outcome::Unspecified)
            .collect();
        if open.is_empty() {
            break;
        }
        world.assign(&[verifier(1)]).await;
        for case in open {
            world.confirm(case).await;
        }
    }
    world.conclude().await.unwrap();
    check(&world, true).await;
    let feed = world.feed().await;
    assert!(
        feed.iter().zip(1..).all(|(p, seq)| p.seq == seq),
        "numbers have no gap"
    );
}

#[tokio::test]
async fn nothing_changes_without_a_change() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    let before = world.feed().await;
    assert_eq!(before.len(), 12);
    world.confirm(&cases[0]).await;
    world.survey.post("SNV");
    assert_eq!(world.feed().await, before);
}

#[tokio::test]
async fn a_new_survey_basis_changes_the_adjustment_even_after_the_end() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    let void = cases
        .iter()
        .filter(|c| c.unit == "STC")
        .take(1)
        .chain(cases.iter().take(2));
    for case in void {
        world.void(case).await;
    }
    world.survey.add("SNV", "HDND", 1, 7);
    world.survey.add("SNV", "DN_CN", 1, 7);
    check(&world, false).await;
    loop {
        let open = world.cases().await;
        let open: Vec<_> = open
            .iter()
            .filter(|c| c.outcome() == pb::Outcome::Unspecified)
            .collect();
        if open.is_empty() {
            break;
        }
        world.assign(&[verifier(1)]).await;
        for case in open {
            world.confirm(case).await;
        }
    }
    world.conclude().await.unwrap();
    check(&world, true).await;
    let before = world.feed().await.len();
    world.survey.add("SNV", "HDND", 1, 3);
    check(&world, true).await;
    assert!(world.feed().await.len() > before);
}

#[tokio::test]
async fn when_every_slip_is_void_no_number_is_given() {
    let world = World::new().await;
    world.survey.add("SNV", "HDND", 1, 3);
    world.survey.add("SNV", "DN_CN", 2, 10);
    let lot = world.lot_id();
    world
        .close_lot(&organiser(), world.close(&lot, &["SNV"]))
        .await
        .unwrap();
    world
        .enter_seed(&organiser(), world.seed(&lot, 1, SEED, 0))
        .await
        .unwrap();
    world.assign(&[verifier(1)]).await;
    let cases = world.cases().await;
    let deputy = cases.iter().find(|c| c.group == "HDND").unwrap();
    // One of one: the whole interviewer, who then turns out to have asked nobody.
    assert_eq!(world.void(deputy).await.added_cases, 2);
    world.assign(&[verifier(1)]).await;
    for case in world
        .cases()
        .await
        .iter()
        .filter(|c| c.group == "HDND" && !c.void)
    {
        world.void(case).await;
    }
    let newest = world.newest().await;
    for ((_, criterion), point) in &newest {
        match criterion.as_str() {
            "V.1" | "V.2" => {
                let why = Value::NotComputable(NOTHING_LEFT.to_owned());
                assert_eq!(point.value, Some(why), "{criterion}");
            }
            _ => assert_eq!(given(point), Points::ZERO),
        }
    }
    assert_eq!(newest.len(), 4);
}

#[tokio::test]
async fn the_survey_is_followed_by_its_bell_and_without() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    world.void(&cases[0]).await;
    let last = async || {
        let count = chiso_platform::db::sql("SELECT COUNT(*) AS n FROM recheck_point");
        let row = world.kit.ctx.db.one(count).await.unwrap();
        row.get::<i64>("n").unwrap()
    };
    for ring in [true, false] {
        let before = last().await;
        world.survey.add(&cases[0].unit, &cases[0].group, 1, 4);
        if ring {
            world
                .kit
                .ctx
                .bells
                .ring(chiso_domain::index_points::Source::Survey);
        }
        // The poll comes once a second.
        for _ in 0..60 {
            if last().await > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(last().await > before, "ring: {ring}");
    }
}

#[tokio::test]
async fn the_survey_is_left_alone_until_there_is_a_lot() {
    let world = World::new().await;
    world.survey.fill();
    for _ in 0..20 {
        world
            .kit
            .ctx
            .bells
            .ring(chiso_domain::index_points::Source::Survey);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.survey.asked_for_points(), 0);
    world.drawn().await;
    let before = world.survey.asked_for_points();
    let since = std::time::Instant::now();
    let mut rings = 0;
    while since.elapsed() < Duration::from_millis(400) || world.survey.asked_for_points() == before {
        world
            .kit
            .ctx
            .bells
            .ring(chiso_domain::index_points::Source::Survey);
        rings += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Many rings, but a pull every 200 ms at the most.
    let pulls = world.survey.asked_for_points() - before;
    let most = usize::try_from(since.elapsed().as_millis() / 200).unwrap() + 2;
    assert!(pulls <= most && most < rings, "{pulls} of {most}, {rings} rings");
}

#[tokio::test]
async fn a_silent_survey_stops_the_feed_and_no_finding() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    let before = world.feed().await;
    world.survey.be_silent(true);
    // Whoever pulls to the end must not take an older basis for the newest.
    assert_eq!(code(world.pull().await), Code::Unavailable);
    // A finding is kept with the basis that is there.
    world.void(&cases[0]).await;
    let end = world.conclude().await.unwrap_err();
    assert_eq!(end.code(), Code::Unavailable);
    world.survey.be_silent(false);
    assert!(world.feed().await.len() > before.len());
    check(&world, false).await;
}

#[tokio::test]
async fn a_gap_in_the_surveys_feed_stops_the_adjustments() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    world.void(&cases[0]).await;
    let before = world.feed().await;
    let last = world.survey.last_seq();
    world.survey.withhold(Some(last + 2));
    world.survey.add(&cases[0].unit, &cases[0].group, 1, 5);
    assert_eq!(refused(world.pull().await), "FEED_GAP");
    assert_eq!(refused(world.conclude().await), "FEED_GAP");
    world.survey.withhold(None);
    check(&world, false).await;
    assert!(world.feed().await.len() > before.len(), "it heals by itself");
    // Put back, it would give other posts under the numbers that were taken in.
    world.survey.put_back(last);
    assert_eq!(refused(world.pull().await), "FEED_GAP");
}

#[tokio::test]
async fn posts_wait_for_many_callers_at_once() {
    let world = World::new().await;
    world.survey.fill();
    world.drawn().await;
    world.survey.add("SNV", "HDND", 1, 7);
    world.survey.add("STC", "DN_CN", 1, 7);
    let (one, two, three) = tokio::join!(world.feed(), world.feed(), world.feed());
    let by_seq: BTreeMap<i64, kpb::IndexPoints> = [one, two, three]
        .into_iter()
        .flatten()
        .map(|p| (p.seq, p))
        .collect();
    assert!(by_seq.keys().zip(1..).all(|(seq, n)| *seq == n));
    check(&world, false).await;
}

#[tokio::test]
async fn only_services_pull_points() {
    let world = World::new().await;
    for who in [organiser(), verifier(1)] {
        let request = world.kit.request(kpb::PullPointsRequest::default(), &who);
        assert_eq!(
            code(world.client().pull_points(request).await),
            Code::PermissionDenied
        );
    }
    let request = world
        .kit
        .request(kpb::ListJournalRequest::default(), &verifier(1));
    assert_eq!(
        code(world.client().list_journal(request).await),
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn each_fault_of_the_database_is_logged_with_its_cause() {
    let (logs, _logging) = of_this_thread();
    let world = World::new().await;
    world.survey.fill();
    world.drawn().await;
    let change = async |statements: &[&'static str]| {
        let mut tx = world.kit.ctx.db.begin().await.expect("a turn");
        for statement in statements {
            tx.run(sql(statement)).await.expect("a table is there");
        }
        tx.commit().await.expect("room");
    };
    let logged = async |table: &str| {
        let says = |line: &str| line.contains("points cannot be pulled") && line.contains(table);
        while !logs.text().lines().any(says) {
            world
                .kit
                .ctx
                .bells
                .ring(chiso_domain::index_points::Source::Survey);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let both = async {
        change(&["ALTER TABLE recheck_cursor RENAME TO away"]).await;
        logged("recheck_cursor").await;
        // One fault takes the other's place, and both are INTERNAL.
        let back = "ALTER TABLE away RENAME TO recheck_cursor";
        change(&[back, "ALTER TABLE recheck_lot RENAME TO away"]).await;
        logged("recheck_lot").await;
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), both).await;
    assert!(in_time.is_ok(), "{}", logs.text());
}
