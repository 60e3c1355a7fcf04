//! Extensions only move an end later.

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::time::SECOND;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;
use tonic::Status;

use crate::stand::{CYCLE, Stand, at, call, refused};

async fn extend(
    stand: &mut Stand,
    unit: &str,
    ends_at: &str,
    reason: &str,
) -> Result<pb::ExtendWindowResponse, Status> {
    call!(
        stand,
        extend_window,
        ExtendWindowRequest {
            window: pb::Window::SelfScoring.into(),
            unit: unit.to_owned(),
            ends_at: Some(timestamp(at(ends_at))),
            reason: reason.to_owned(),
        }
    )
}

const LATER: &str = "2022-12-17T00:00:00+07:00";

#[tokio::test]
async fn d2_after_the_deadline_only_the_extended_unit_may_write() {
    let mut stand = Stand::open().await;
    stand.kit.set_now(at("2022-12-15T08:00:00+07:00"));
    let reply = extend(&mut stand, "VT", LATER, "Mất điện diện rộng")
        .await
        .unwrap();
    let cycle = Cycle::try_from(&reply.cycle.unwrap()).unwrap();
    let check = |unit: &str, now: &str| {
        let unit = unit.parse().unwrap();
        cycle
            .calendar
            .check(Window::SelfScoring, Some(&unit), at(now))
            .is_ok()
    };
    assert!(check("VT", "2022-12-15T00:00:00+07:00"));
    assert!(check("VT", "2022-12-16T23:59:59.999999+07:00"));
    assert!(!check("VT", LATER));
    assert!(!check("DH", "2022-12-15T00:00:00+07:00"));
    assert_eq!(
        cycle.calendar.extensions[0].granted_at,
        at("2022-12-15T08:00:00+07:00")
    );
    assert_eq!(cycle.calendar.extensions[0].reason, "Mất điện diện rộng");
}

#[tokio::test]
async fn an_extension_that_ends_earlier_is_refused() {
    let mut stand = Stand::open().await;
    let ends = vec!["ends_at".to_owned()];
    for same_or_earlier in ["2022-12-15T00:00:00+07:00", "2022-12-14T23:59:59.999999+07:00"] {
        let refusal = refused(extend(&mut stand, "", same_or_earlier, "Thử").await);
        assert_eq!(refusal, ("EXTENSION_NOT_LATER".to_owned(), ends.clone()));
    }
    extend(&mut stand, "VT", LATER, "Lý do").await.unwrap();
    let between = "2022-12-16T00:00:00+07:00";
    assert_eq!(
        refused(extend(&mut stand, "VT", between, "Thử").await).0,
        "EXTENSION_NOT_LATER"
    );
    extend(&mut stand, "", between, "Cho mọi đơn vị").await.unwrap();
    stand.kit.set_now(at("2022-12-20T00:00:00+07:00"));
    assert_eq!(
        refused(extend(&mut stand, "DH", LATER, "Thử").await).0,
        "EXTENSION_PAST"
    );
}

#[tokio::test]
async fn an_extension_has_a_reason_a_known_unit_and_an_open_cycle() {
    let mut stand = Stand::open().await;
    assert_eq!(refused(extend(&mut stand, "VT", LATER, "  ").await).1, ["reason"]);
    let refusal = refused(extend(&mut stand, "XX", LATER, "Thử").await);
    assert_eq!(refusal, ("UNIT_UNKNOWN".to_owned(), vec!["unit".to_owned()]));
    let mut closed = Stand::ready().await;
    assert_eq!(
        refused(extend(&mut closed, "VT", LATER, "Thử").await).0,
        "CYCLE_NOT_OPEN"
    );
    let mut nothing = Stand::empty().await;
    assert_eq!(
        refused(extend(&mut nothing, "VT", LATER, "Thử").await).0,
        "CYCLE_UNKNOWN"
    );
}

#[tokio::test]
async fn the_journal_tells_what_was_extended_and_why() {
    let mut stand = Stand::open().await;
    extend(&mut stand, "VT", LATER, "Mất điện diện rộng")
        .await
        .unwrap();
    let request = chiso_wire::kernel::ListJournalRequest {
        object_prefix: format!("{CYCLE}/"),
        ..Default::default()
    };
    let auditor = As::role(Role::Auditor);
    let entries = stand
        .client
        .list_journal(stand.kit.request(request.clone(), &auditor))
        .await;
    let entries = entries.unwrap().into_inner().entries;
    let last = entries.last().unwrap();
    assert_eq!(
        (last.act.as_str(), last.object.as_str()),
        ("window.extend", "2022/SELF_SCORING")
    );
    assert_eq!(last.reason, "Mất điện diện rộng");
    assert!(
        last.before.contains("2022-12-15T00:00:00+07:00"),
        "{}",
        last.before
    );
    assert!(last.after.contains(LATER), "{}", last.after);

    let interviewer = As::role(Role::Interviewer);
    let refusal = stand
        .client
        .list_journal(stand.kit.request(request, &interviewer))
        .await;
    assert_eq!(refused(refusal).0, "PERMISSION_DENIED");
}

/// Many extensions at once: each is granted on what stands then, and the latest end counts.
#[tokio::test(flavor = "multi_thread")]
async fn extensions_at_the_same_time_do_not_undo_each_other() {
    let mut stand = Stand::open().await;
    let before = stand.get_cycle().await.version;
    let mut calls = tokio::task::JoinSet::new();
    for hour in 1..=16 {
        let request = pb::ExtendWindowRequest {
            request_id: stand.kit.id(),
            cycle: CYCLE.to_owned(),
            window: pb::Window::SelfScoring.into(),
            unit: String::new(),
            ends_at: Some(timestamp(
                at("2022-12-15T00:00:00+07:00").plus(hour * 3_600 * SECOND),
            )),
            reason: format!("Thêm {hour} giờ"),
        };
        let request = stand.kit.request(request, &As::role(Role::Organiser));
        let mut client = stand.client.clone();
        calls.spawn(async move { client.extend_window(request).await });
    }
    let mut granted = 0;
    while let Some(answer) = calls.join_next().await {
        match answer.unwrap() {
            Ok(_) => granted += 1,
            refusal => assert_eq!(refused(refusal).0, "EXTENSION_NOT_LATER"),
        }
    }
    let cycle = Cycle::try_from(&stand.get_cycle().await).unwrap();
    assert_eq!(cycle.version, before + granted);
    assert_eq!(i64::try_from(cycle.calendar.extensions.len()), Ok(granted));
    let end = cycle.calendar.span(Window::SelfScoring, None).unwrap().end;
    assert_eq!(end, at("2022-12-15T16:00:00+07:00"));
}
