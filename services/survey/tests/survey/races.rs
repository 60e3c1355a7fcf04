//! Many at once, a write that fails, a second start.

use std::collections::BTreeSet;
use std::time::Duration;

use chiso_platform::db::{Db, Reads, sql};
use chiso_platform::journal::{self, Act, Chain};
use chiso_platform::testkit::logs::{Logs, of_this_thread};
use chiso_wire::survey as pb;
use tokio::task::JoinHandle;
use tokio_stream::{StreamExt, iter};
use tonic::Status;

use crate::support::{CYCLE, World, because, interviewer, organiser, why, window};

type Submitting = JoinHandle<Result<pb::SubmitSlipResponse, Status>>;

/// Begins to submit a slip, and goes on once it waits for the database, or in the queue behind one that does.
async fn submitting(world: &World, slip: &pb::NewSlip) -> Submitting {
    let slip = Some(slip.clone());
    let request = world.kit.request(pb::SubmitSlipRequest { slip }, &interviewer());
    let mut client = world.client();
    let submitting = tokio::spawn(async move { Ok(client.submit_slip(request).await?.into_inner()) });
    as_far_as_it_gets().await;
    submitting
}

/// Lets everything run until it waits for the writer's turn. Whoever comes first has to ask the database for the form,
/// which on a busy machine takes its time.
async fn as_far_as_it_gets() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test]
async fn a_slip_that_waits_while_the_recheck_lists_is_not_taken() {
    let world = World::new().await;
    let person = async |n: i32| world.person("HDND", &format!("091234567{n}"), &[]).await;
    let (first, second, third) = (person(1).await, person(2).await, person(3).await);
    let before = world.slip("SNV", "HDND", &first, "5", "5");
    world.submit(&before).await.unwrap();
    world.kit.set_now(window().end.plus(-1));
    let mut held = world.kit.ctx.db.begin().await.unwrap();
    held.all(sql("SELECT 1 AS one")).await.unwrap();
    let taken = world.slip("SNV", "HDND", &second, "5", "5");
    let late = world.slip("SNV", "HDND", &third, "5", "5");
    // The writer of slips waits for its turn with the first, so the second stays in the queue.
    let taking = submitting(&world, &taken).await;
    let waiting = submitting(&world, &late).await;
    world.kit.set_now(window().end);
    let listing = {
        let request = pb::ListLotSlipsRequest {
            cycle: CYCLE.to_owned(),
            units: vec!["SNV".to_owned()],
            ..pb::ListLotSlipsRequest::default()
        };
        let request = world.kit.request_of_service("recheck", request);
        let mut client = world.client();
        tokio::spawn(async move { client.list_lot_slips(request).await })
    };
    as_far_as_it_gets().await;
    drop(held);
    assert!(taking.await.unwrap().unwrap().outcome.unwrap().valid);
    let listed = listing.await.unwrap().unwrap().into_inner();
    assert_eq!(why(waiting.await.unwrap()), because("LOT_TAKEN", "unit"));
    let ids = |slips: Vec<String>| slips.into_iter().collect::<BTreeSet<String>>();
    let listed = ids(listed.slips.into_iter().map(|slip| slip.slip_id).collect());
    assert!(listed.contains(&taken.slip_id));
    let stored = world.slips().await.into_iter().filter(|slip| slip.valid);
    let stored = ids(stored.map(|slip| slip.slip.unwrap().slip_id).collect());
    assert_eq!(listed, stored, "each valid slip is in the list");
}

#[tokio::test]
async fn a_slip_that_was_read_before_another_process_listed_its_unit_is_not_taken() {
    let world = World::new().await;
    // Only a server has other processes that write.
    let Some(database) = world.kit.database() else {
        return;
    };
    let other = Db::postgres(&database.settings, "survey").await.unwrap();
    let person = world.person("HDND", "0912345678", &[]).await;
    let mut listing = other.begin().await.unwrap();
    let late = world.slip("SNV", "HDND", &person, "5", "5");
    let waiting = submitting(&world, &late).await;
    // Long enough to read what is known, and to come to wait for the lock.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    let taken = "INSERT INTO survey_lot_unit (cycle, unit, taken_at) VALUES ($1, 'SNV', 0)";
    listing.run_one(sql(taken).bind(CYCLE)).await.unwrap();
    let act = Act {
        actor: "recheck".to_owned(),
        act: "lot.take",
        object: CYCLE.to_owned(),
        before: None,
        after: None,
        reason: String::new(),
    };
    journal::append(&mut listing, "survey", window().start, vec![act])
        .await
        .unwrap();
    listing.commit().await.unwrap();
    assert_eq!(why(waiting.await.unwrap()), because("LOT_TAKEN", "unit"));
    assert_eq!(world.totals().await, (0, 0));
    let whole = journal::verify(&world.kit.ctx.db, "survey").await.unwrap();
    assert!(matches!(whole, Chain::Whole(_)), "{whole:?}");
}

/// The database has no room for a long text any more.
async fn fill_up(world: &World) {
    let mut tx = world.kit.ctx.db.begin().await.unwrap();
    if world.kit.ctx.db.is_shared() {
        let full = "CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS \
                    $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$";
        tx.run(sql(full)).await.unwrap();
        let when = "CREATE TRIGGER full_up BEFORE INSERT ON survey_slip FOR EACH ROW \
                    WHEN (length(NEW.answers) > 1000) EXECUTE FUNCTION full_up()";
        tx.run(sql(when)).await.unwrap();
    } else {
        // Pages that the migrations left free would do for it, too.
        let filler = "CREATE TABLE filler AS SELECT zeroblob(1000000) AS pages";
        tx.run(sql(filler)).await.unwrap();
        tx.all(sql("PRAGMA max_page_count = 1")).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A line says so, in the words of the database that [has no room](fill_up).
fn logged(logs: &Logs, message: &str) -> bool {
    let words = ["disk is full", "no room"];
    let says = |line: &str| line.contains(message) && words.iter().any(|words| line.contains(words));
    logs.text().lines().any(says)
}

#[tokio::test]
async fn where_the_database_gives_up_no_slip_is_tried_alone() {
    let (logs, _logging) = of_this_thread();
    let world = World::new().await;
    let mut slips = Vec::new();
    for n in 0..4 {
        let person = world.person("HDND", &format!("091234567{n}"), &[]).await;
        slips.push(world.slip("SNV", "HDND", &person, "5", "5"));
    }
    let long = pb::Answer {
        question: "gop_y".to_owned(),
        value: "ý".repeat(2_000),
    };
    slips[2].answers.push(long);
    fill_up(&world).await;
    let mut held = world.kit.ctx.db.begin().await.unwrap();
    held.all(sql("SELECT 1 AS one")).await.unwrap();
    let alone = submitting(&world, &slips[0]).await;
    let group = [
        submitting(&world, &slips[1]).await,
        submitting(&world, &slips[2]).await,
    ];
    // Three are waiting after a group of one, so the next one has two.
    let behind = submitting(&world, &slips[3]).await;
    drop(held);
    assert!(alone.await.unwrap().is_ok(), "there is room for a short one");
    for slip in group {
        let refused = slip.await.unwrap().unwrap_err();
        assert_eq!(refused.code(), tonic::Code::Unavailable, "{refused}");
    }
    assert!(behind.await.unwrap().is_ok());
    assert_eq!(world.totals().await, (2, 2));
    assert!(world.submit(&slips[1]).await.unwrap().valid, "sent again");
    assert!(
        logged(&logs, "a group of slips could not be stored"),
        "{}",
        logs.text()
    );
}

#[tokio::test]
async fn what_breaks_under_a_stream_is_logged_with_its_cause() {
    let (logs, _logging) = of_this_thread();
    let world = World::new().await;
    let person = world.person("HDND", "0912345678", &[]).await;
    let mut slip = world.slip("SNV", "HDND", &person, "5", "5");
    slip.answers.push(pb::Answer {
        question: "gop_y".to_owned(),
        value: "ý".repeat(2_000),
    });
    fill_up(&world).await;
    let slips = vec![slip];
    let batches = iter([pb::SubmitSlipsRequest { batch: 1, slips }]);
    let request = world.kit.request(batches, &interviewer());
    let mut replies = world.client().submit_slips(request).await.unwrap().into_inner();
    let outcome = replies.next().await.unwrap().unwrap().outcomes.remove(0);
    assert_eq!(outcome.refused.unwrap().reason, "UNAVAILABLE");
    assert!(
        logged(&logs, "slips of a stream failed inside"),
        "{}",
        logs.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_double_submits_make_one_row() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    let calls = (0..64).map(|_| {
        let request = world.kit.request(
            pb::SubmitSlipRequest {
                slip: Some(slip.clone()),
            },
            &interviewer(),
        );
        let mut client = world.client();
        tokio::spawn(async move { client.submit_slip(request).await })
    });
    let calls: Vec<_> = calls.collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap().unwrap().into_inner());
    }
    assert!(answers.iter().all(|a| *a == answers[0]) && answers[0].outcome.as_ref().unwrap().valid);
    assert_eq!(world.slips().await.len(), 1);
    assert_eq!(world.totals().await, (1, 1));
    assert_eq!(
        world.counts("SNV", "DN_CN", &organiser()).await.counts[0].count,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_slips_of_one_person_make_one_valid() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
            let request = world
                .kit
                .request(pb::SubmitSlipRequest { slip: Some(slip) }, &interviewer());
            let mut client = world.client();
            tokio::spawn(async move { client.submit_slip(request).await })
        })
        .collect();
    let mut refused = 0;
    for call in calls {
        if let Err(status) = call.await.unwrap() {
            assert_eq!(chiso_platform::error::reason_of(&status), "DUPLICATE_RESPONDENT");
            refused += 1;
        }
    }
    assert_eq!((refused, world.totals().await), (63, (1, 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_failing_write_takes_no_other_along() {
    let world = World::new().await;
    let mut tx = world.kit.ctx.db.begin().await.unwrap();
    let trigger = if world.kit.ctx.db.is_shared() {
        "CREATE TRIGGER fail BEFORE INSERT ON survey_slip FOR EACH ROW WHEN (NEW.answers LIKE '%poison%') \
         EXECUTE FUNCTION keep('a broken disk')"
    } else {
        "CREATE TRIGGER fail BEFORE INSERT ON survey_slip WHEN NEW.answers LIKE '%poison%' \
         BEGIN SELECT RAISE(ABORT, 'a broken disk'); END"
    };
    tx.run(sql(trigger)).await.unwrap();
    tx.commit().await.unwrap();
    let mut calls = Vec::new();
    for n in 0..40 {
        let person = world.person("DN_CN", &format!("09000000{n:02}"), &[]).await;
        let mut slip = world.slip("SNV", "DN_CN", &person, "5", "4");
        if n % 10 == 3 {
            let value = "poison".to_owned();
            slip.answers.push(pb::Answer {
                question: "gop_y".to_owned(),
                value,
            });
        }
        calls.push(
            world
                .kit
                .request(pb::SubmitSlipRequest { slip: Some(slip) }, &interviewer()),
        );
    }
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| {
            let mut client = world.client();
            tokio::spawn(async move { client.submit_slip(call).await })
        })
        .collect();
    let mut failed = Vec::new();
    for (n, call) in calls.into_iter().enumerate() {
        if let Err(status) = call.await.unwrap() {
            assert_eq!(status.code(), tonic::Code::Internal);
            failed.push(n);
        }
    }
    assert_eq!(failed, [3, 13, 23, 33]);
    assert_eq!(world.totals().await, (36, 36));
    assert_eq!(
        world.counts("SNV", "DN_CN", &organiser()).await.counts[0].count,
        36
    );
    let chain = journal::verify(&world.kit.ctx.db, "survey").await.unwrap();
    // Campaign, two forms, 40 people, 36 slips.
    assert_eq!(chain, journal::Chain::Whole(1 + 2 + 40 + 36));
}

#[tokio::test]
async fn a_second_start_finds_everything() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    let first = world.submit(&slip).await.unwrap();
    let channel = world
        .kit
        .serve(chiso_survey::build(world.kit.ctx.clone()).await.unwrap());
    let world = World { channel, ..world };
    assert_eq!(world.submit(&slip).await.unwrap(), first);
    assert_eq!(world.totals().await, (1, 1));
}
