//! The process ends at any point of the year and starts again on the same folder: nothing is lost.

use chiso_tests::{CYCLE, Shape, Year, call, refused, scenario};
use chiso_wire::ranking as pb;
use chiso_wire::survey as spb;
use tonic::Code;

scenario!(a_restart_keeps_everything, over_tcp Loopback);
async fn a_restart_keeps_everything(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    let mut year = restarted(year).await;
    let slips = year.fieldwork().await;
    year = restarted(year).await;
    year.recheck_all(&slips).await;
    year.self_scoring().await;
    year = restarted(year).await;
    year.appraisals().await;
    let scores = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];
    year.import_external(&scores).await.unwrap();
    year = restarted(year).await;
    year.leaders_mark().await;
    let version = year.publish("").await.unwrap();
    let published = year.published(1).await;
    let file = year.exported(1, pb::Format::Json).await;

    year = restarted(year).await;
    assert_eq!(year.published(1).await, published);
    assert_eq!(year.exported(1, pb::Format::Json).await, file);
    refused(
        year.publish("").await,
        Code::InvalidArgument,
        "CORRECTION_REASON_MISSING",
        "correction_reason",
    );
    // The year goes on: a correction is a new version, the first one stays as it was.
    let second = year.publish("Sửa lỗi in ấn").await.unwrap();
    assert_eq!((second.version, version.version), (2, 1));
    assert_eq!(year.exported(1, pb::Format::Json).await, file);
    let message = pb::ListVersionsRequest {
        cycle: CYCLE.to_owned(),
        ..Default::default()
    };
    let versions = call!(year, ranking.list_versions, "", message).unwrap().versions;
    let replaced: Vec<(i32, bool)> = versions.iter().map(|v| (v.version, v.replaced)).collect();
    assert!(
        replaced.contains(&(1, true)) && replaced.contains(&(2, false)),
        "{replaced:?}"
    );
}

/// What was there before is there after, to the row.
async fn restarted(year: Year) -> Year {
    let before = year.state().await;
    let year = Box::pin(year.restarted()).await;
    assert_eq!(year.state().await, before);
    year
}

scenario!(a_repeated_slip_is_the_same_after_a_restart);
/// An answer that got lost on the way: the same bytes after a restart are the same act.
async fn a_repeated_slip_is_the_same_after_a_restart(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    let slip = year.slip("SNV", &year.deputies[0], "4");
    let first = year.submit(slip.clone()).await.unwrap();
    let year = Box::pin(year.restarted()).await;
    let before = year.state().await;
    assert_eq!(year.submit(slip.clone()).await.unwrap(), first);
    assert_eq!(year.state().await, before);
    let other = spb::NewSlip {
        answered_personally: false,
        ..slip
    };
    refused(
        year.submit(other).await,
        Code::Aborted,
        "SLIP_ID_REUSED",
        "slip_id",
    );
    assert_eq!(year.state().await, before);
}
