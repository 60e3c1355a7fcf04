//! Slips by streams: answered batch by batch, cut in the middle, sent again whole.

use chiso_wire::survey as pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{StreamExt, iter};

use crate::support::{World, interviewer, organiser, why};

/// Slips of new citizens for SNV, with answer 4.
async fn slips(world: &World, count: usize) -> Vec<pb::NewSlip> {
    let new = |n: usize| pb::NewRespondent {
        respondent_id: world.kit.id(),
        group: "DN_CN".to_owned(),
        name: "An".to_owned(),
        phone: format!("09{n:08}"),
        consent: "v1".to_owned(),
        units: vec!["SNV".to_owned()],
    };
    let people: Vec<_> = (0..count).map(new).collect();
    let slips = people
        .iter()
        .map(|p| world.slip("SNV", "DN_CN", &p.respondent_id, "4", "4"))
        .collect();
    world.register(people).await.unwrap();
    slips
}

fn batches(slips: &[pb::NewSlip], size: usize) -> Vec<pb::SubmitSlipsRequest> {
    let batch = |(batch, slips): (i64, &[pb::NewSlip])| pb::SubmitSlipsRequest {
        batch,
        slips: slips.to_vec(),
    };
    (1..).zip(slips.chunks(size)).map(batch).collect()
}

#[tokio::test]
async fn batches_are_answered_in_order_and_refusals_do_not_stop_them() {
    let world = World::new().await;
    let mut all = slips(&world, 20).await;
    all[3].answers[0].value = String::new();
    all[7].unit = "XYZ".to_owned();
    all[12].slip_id = all[11].slip_id.clone();
    let request = world.kit.request(iter(batches(&all, 5)), &interviewer());
    let replies = world.client().submit_slips(request).await.unwrap().into_inner();
    let replies: Vec<_> = replies.map(Result::unwrap).collect().await;
    assert_eq!(replies.iter().map(|r| r.batch).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let outcomes: Vec<_> = replies.into_iter().flat_map(|r| r.outcomes).collect();
    for (at, (slip, outcome)) in all.iter().zip(&outcomes).enumerate() {
        assert_eq!(outcome.slip_id, slip.slip_id);
        let reason = outcome
            .refused
            .as_ref()
            .map(|r| (r.reason.as_str(), r.field.as_str()));
        let expected = match at {
            3 => Some(("RESPONSE_INCOMPLETE", "answers[0].value")),
            7 => Some(("UNIT_UNKNOWN", "unit")),
            12 => Some(("SLIP_ID_REUSED", "slip_id")),
            _ => None,
        };
        assert_eq!(reason, expected, "slip {at}");
        assert_eq!(outcome.valid, expected.is_none());
    }
    assert_eq!(world.totals().await, (17, 17));
}

#[tokio::test]
async fn a_stream_cut_in_the_middle_keeps_what_was_acknowledged() {
    let world = World::new().await;
    let all = slips(&world, 60).await;
    let batches = batches(&all, 10);
    let (sender, receiver) = mpsc::channel(1);
    let request = world.kit.request(ReceiverStream::new(receiver), &interviewer());
    let mut client = world.client();
    let feeding = {
        let batches = batches.clone();
        tokio::spawn(async move {
            for batch in batches {
                if sender.send(batch).await.is_err() {
                    return;
                }
            }
        })
    };
    let mut replies = client.submit_slips(request).await.unwrap().into_inner();
    let mut acknowledged = 0;
    for _ in 0..2 {
        acknowledged += replies.next().await.unwrap().unwrap().outcomes.len();
    }
    // The line goes dead here.
    drop(replies);
    feeding.abort();
    assert_eq!(acknowledged, 20);
    let stored: Vec<String> = world
        .slips()
        .await
        .into_iter()
        .map(|s| s.slip.unwrap().slip_id)
        .collect();
    assert!(all[..20].iter().all(|slip| stored.contains(&slip.slip_id)));

    let request = world.kit.request(iter(batches), &interviewer());
    let again = world.client().submit_slips(request).await.unwrap().into_inner();
    let again: Vec<_> = again.map(Result::unwrap).collect().await;
    assert!(
        again
            .iter()
            .flat_map(|r| &r.outcomes)
            .all(|o| o.valid && o.refused.is_none())
    );
    assert_eq!(world.totals().await, (60, 60));
    assert_eq!(world.slips().await.len(), 60);
    let counts = world.counts("SNV", "DN_CN", &organiser()).await;
    assert!(
        counts.counts.iter().all(|c| c.option == "4" && c.count == 60),
        "{counts:?}"
    );
}

#[tokio::test]
async fn an_empty_or_huge_batch_is_refused() {
    let world = World::new().await;
    for count in [0, 501] {
        let slip = world.slip("SNV", "DN_CN", &world.kit.id(), "4", "4");
        let batch = pb::SubmitSlipsRequest {
            batch: 1,
            slips: vec![slip; count],
        };
        let request = world.kit.request(iter([batch]), &interviewer());
        let mut replies = world.client().submit_slips(request).await.unwrap().into_inner();
        assert_eq!(why(replies.next().await.unwrap()).0, "ITEM_COUNT");
    }
    assert_eq!(world.totals().await, (0, 0));
}
