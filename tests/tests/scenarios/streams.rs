//! A stream that is cut in the middle: what was acknowledged stays, the rest can be resent whole.

use chiso_tests::{CYCLE, Shape, UNITS, Year, ask, call, scenario};
use chiso_wire::survey as pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

async fn received(year: &Year) -> (i32, i32) {
    let message = pb::GetProgressRequest {
        cycle: CYCLE.to_owned(),
        unit: String::new(),
    };
    let progress = call!(year, survey.get_progress, &year.cast.organiser.token, message)
        .unwrap()
        .progress;
    (
        progress.iter().map(|p| p.received).sum(),
        progress.iter().map(|p| p.valid).sum(),
    )
}

scenario!(a_cut_stream_keeps_what_was_acknowledged, over_tcp Loopback);
async fn a_cut_stream_keeps_what_was_acknowledged(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    let deputies = &year.deputies;
    let slips: Vec<pb::NewSlip> = UNITS
        .iter()
        .flat_map(|unit| deputies.iter().map(|deputy| year.slip(unit, deputy, "4")))
        .collect();
    let batch = |batch: i64, slips: &[pb::NewSlip]| pb::SubmitSlipsRequest {
        batch,
        slips: slips.to_vec(),
    };

    let (sender, receiver) = mpsc::channel(4);
    let request = ask(&year.cast.interviewer.token, ReceiverStream::new(receiver));
    sender.send(batch(1, &slips[..6])).await.unwrap();
    let mut replies = year.survey().submit_slips(request).await.unwrap().into_inner();
    let acknowledged = replies.message().await.unwrap().unwrap();
    assert_eq!((acknowledged.batch, acknowledged.outcomes.len()), (1, 6));
    assert!(
        acknowledged
            .outcomes
            .iter()
            .all(|o| o.valid && o.refused.is_none())
    );
    // The second batch is on its way when the line breaks.
    sender.send(batch(2, &slips[6..9])).await.unwrap();
    drop(replies);
    drop(sender);
    assert!((6..=9).contains(&received(&year).await.0));

    let year = year.restarted().await;
    assert!(received(&year).await.0 >= 6, "what was acknowledged stays");
    year.stream(slips.clone(), 5).await;
    assert_eq!(received(&year).await, (16, 16));
    let before = year.state().await;
    year.stream(slips, 16).await;
    assert_eq!(year.state().await, before, "all again is nothing new");
}
