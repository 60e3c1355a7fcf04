//! Many at the same moment: one act, one slip, one version.

use chiso_platform::error::reason_of;
use chiso_tests::{CYCLE, Shape, Year, call, scenario};
use chiso_wire::identity as ipb;
use chiso_wire::kernel as k;
use chiso_wire::ledger as lpb;
use futures_util::future::join_all;

const CALLERS: usize = 16;

async fn year(shape: Shape) -> Year {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    year
}

scenario!(one_request_sent_by_many_is_one_act);
async fn one_request_sent_by_many_is_one_act(shape: Shape) {
    let year = year(shape).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let message = lpb::SaveEntryRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: "SNV".to_owned(),
        criterion: "I.1".to_owned(),
        version: 0,
        input: Some(k::LeafInput {
            kind: Some(k::leaf_input::Kind::Achieved(true)),
        }),
        explanation: "Đã phê duyệt".to_owned(),
    };
    let token = &year.cast.officers["SNV"].token;
    let save = async || call!(year, ledger.save_entry, token, message.clone()).unwrap();
    let answers = join_all((0..CALLERS).map(|_| save())).await;
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].entry.as_ref().unwrap().version, 1);
    let before = year.state().await;
    save().await;
    assert_eq!(year.state().await, before);

    let message = ipb::CreatePersonRequest {
        request_id: year.id(),
        person_id: year.id(),
        login: "mot-lan".to_owned(),
        name: "Một Lần".to_owned(),
        password: "mật khẩu đủ dài".to_owned(),
        grants: Vec::new(),
        ..Default::default()
    };
    let token = &year.cast.organiser.token;
    let create = async || call!(year, identity.create_person, token, message.clone()).unwrap();
    let answers = join_all((0..CALLERS).map(|_| create())).await;
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

scenario!(one_deputy_asked_by_many_counts_once);
async fn one_deputy_asked_by_many_counts_once(shape: Shape) {
    let year = year(shape).await;
    year.enter("2022-11-20T08:00:00+07:00");
    let slips: Vec<_> = (0..CALLERS)
        .map(|_| year.slip("SNV", &year.deputies[0], "5"))
        .collect();
    let answers = join_all(slips.into_iter().map(|slip| year.submit(slip))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(taken.len(), 1);
    assert!(
        refused
            .iter()
            .all(|r| reason_of(r.as_ref().unwrap_err()) == "DUPLICATE_RESPONDENT"),
        "{refused:?}"
    );
}

scenario!(two_who_publish_at_once_publish_one_version);
async fn two_who_publish_at_once_publish_one_version(shape: Shape) {
    let year = year(shape).await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    let answers = join_all((0..4).map(|_| year.publish(""))).await;
    let (published, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(published.len(), 1);
    let reasons: Vec<String> = refused
        .iter()
        .map(|r| reason_of(r.as_ref().unwrap_err()))
        .collect();
    assert_eq!(reasons, ["CORRECTION_REASON_MISSING"; 3]);
}
