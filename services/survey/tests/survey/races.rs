//! Many at once, a write that fails, a second start.

use chiso_platform::db::sql;
use chiso_platform::journal;
use chiso_wire::survey as pb;

use crate::support::{World, interviewer, organiser};

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
