//! Ties at the edge of the quota, and bars.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::kernel as k;
use chiso_wire::ranking as pb;
use common::{CYCLE, World, chair, classes, organiser, refused};
use pb::Class::{Completed, Excellent, Good, NotCompleted};

#[tokio::test]
async fn the_council_decides_a_tie_and_it_is_published() {
    let world = World::full().await;
    let [tie] = world.readiness().await.unwrap().open_ties.try_into().unwrap();
    assert_eq!(
        (tie.units, tie.places),
        (vec!["SNV".to_owned(), "SXD".to_owned()], 1)
    );
    world.decide(&["SXD"]).await.unwrap();
    assert_eq!(world.readiness().await.unwrap().open_ties, []);
    world.publish("").await.unwrap();
    let published = world.published(0).await.unwrap();
    let expected = [
        ("SNV", 1, Good),
        ("SXD", 1, Excellent),
        ("STC", 3, Good),
        ("STP", 4, Completed),
        ("SYT", 5, NotCompleted),
    ];
    assert_eq!(classes(&published.units), expected);
    let reason = published.units[1].reasons.last().unwrap();
    assert!(
        reason.ends_with("Hội đồng chọn đơn vị này (Biên bản số 7/BB-HĐ)."),
        "{reason}"
    );
    assert_eq!(published.types[0].excellent, 1);
}

#[tokio::test]
async fn a_choice_that_does_not_fit_is_refused() {
    let world = World::full().await;
    let field = |name: &str| vec![name.to_owned()];
    let too_many = refused(world.decide(&["SNV", "SXD"]).await);
    assert_eq!(too_many, ("TOO_MANY_CHOSEN".to_owned(), field("chosen")));
    let stranger = refused(world.decide(&["STC"]).await);
    assert_eq!(stranger, ("UNIT_NOT_TIED".to_owned(), field("chosen[0]")));
    let twice = refused(world.decide(&["SNV", "SNV"]).await);
    assert_eq!(twice, ("CHOSEN_TWICE".to_owned(), field("chosen[1]")));
    let malformed = refused(world.decide(&["SXD", "sở"]).await);
    assert_eq!(malformed, ("FIELD_INVALID".to_owned(), field("chosen[1]")));
    assert_eq!(
        world.readiness().await.unwrap().open_ties.len(),
        1,
        "nothing was decided"
    );
}

#[tokio::test]
async fn without_a_tie_there_is_nothing_to_decide() {
    let world = World::full().await;
    world.post_ratio("SNV", "I.1", 119, true);
    assert_eq!(
        refused(world.decide(&["SNV"]).await),
        ("NO_TIE".to_owned(), vec!["unit_type".to_owned()])
    );
}

#[tokio::test]
async fn a_tie_that_may_still_change_is_not_decided() {
    let world = World::full().await;
    world.post_ratio("SYT", "II.1", 60, false);
    let refusal = refused(world.decide(&["SNV"]).await);
    assert_eq!(
        refusal,
        ("NOT_READY".to_owned(), vec!["SYT.II.1[ledger]".to_owned()])
    );
}

#[tokio::test]
async fn a_decision_on_a_tie_that_is_gone_counts_for_nothing() {
    let world = World::full().await;
    world.decide(&["SXD"]).await.unwrap();
    world.post_ratio("STC", "I.1", 118, true);
    world.post_ratio("STC", "II.1", 118, true);
    let [tie] = world.readiness().await.unwrap().open_ties.try_into().unwrap();
    assert_eq!(
        tie.units,
        ["SNV", "STC", "SXD"],
        "three are tied now, so the council has to choose again"
    );
    world.decide(&["STC"]).await.unwrap();
    let units = world.provisional().await.unwrap().units;
    assert_eq!(
        classes(&units)[..3],
        [("SNV", 1, Good), ("SXD", 1, Good), ("STC", 1, Excellent)]
    );
}

#[tokio::test]
async fn deciding_again_replaces_and_the_journal_keeps_both() {
    let world = World::full().await;
    world.decide(&["SXD"]).await.unwrap();
    world.decide(&["SNV"]).await.unwrap();
    let units = world.provisional().await.unwrap().units;
    assert_eq!(classes(&units)[..2], [("SNV", 1, Excellent), ("SXD", 1, Good)]);
    let request = world.kit.request(k::ListJournalRequest::default(), &organiser());
    let entries = world
        .client()
        .list_journal(request)
        .await
        .unwrap()
        .into_inner()
        .entries;
    assert_eq!(entries.len(), 2);
    assert_eq!(
        (entries[1].act.as_str(), entries[1].object.as_str()),
        ("tie.decide", "2022/department")
    );
    assert!(
        entries[1].before.contains("\"chosen\":[\"SXD\"]"),
        "{}",
        entries[1].before
    );
    assert!(
        entries[1].after.contains("\"chosen\":[\"SNV\"]"),
        "{}",
        entries[1].after
    );
    assert_eq!(entries[1].actor, chair().id().to_string());
}

#[tokio::test]
async fn the_same_decision_twice_is_one() {
    let world = World::full().await;
    let request = world.tie_request(&["SXD"]);
    let send = |request: &pb::DecideTieRequest| {
        let request = world.kit.request(request.clone(), &chair());
        let mut client = world.client();
        async move { client.decide_tie(request).await.map(tonic::Response::into_inner) }
    };
    let first = send(&request).await.unwrap();
    assert_eq!(send(&request).await.unwrap(), first);
    let other = pb::DecideTieRequest {
        chosen: vec!["SNV".to_owned()],
        ..request
    };
    assert_eq!(send(&other).await.unwrap_err().code(), tonic::Code::Aborted);
}

#[tokio::test]
async fn a_tie_and_a_decision_that_were_not_looked_at_are_not_decided_about() {
    let world = World::full().await;
    let decide = |chosen: &'static str, seen: pb::SeenTie| {
        let request = pb::DecideTieRequest {
            seen: Some(seen),
            ..world.tie_request(&[chosen])
        };
        let (mut client, request) = (world.client(), world.kit.request(request, &chair()));
        async move { Ok(client.decide_tie(request).await?.into_inner()) }
    };
    let looked = pb::SeenTie {
        units: vec!["SXD".to_owned(), "SNV".to_owned()],
        places: 1,
        decided_at: None,
    };
    let two_places = pb::SeenTie {
        places: 2,
        ..looked.clone()
    };
    let others = pb::SeenTie {
        units: vec!["SXD".to_owned(), "STC".to_owned()],
        ..looked.clone()
    };
    for changed in [two_places, others] {
        let why = refused(decide("SXD", changed).await);
        assert_eq!(why, ("TIE_CHANGED".to_owned(), vec!["seen.units".to_owned()]));
    }
    decide("SXD", looked.clone()).await.unwrap();
    let late = refused(decide("SNV", looked.clone()).await);
    assert_eq!(
        late,
        ("TIE_DECIDED".to_owned(), vec!["seen.decided_at".to_owned()])
    );
    let [stands] = world.decisions(&chair()).await.unwrap().ties.try_into().unwrap();
    assert_eq!(stands.chosen, ["SXD"]);
    let seen = pb::SeenTie {
        decided_at: stands.at,
        ..looked
    };
    decide("SNV", seen).await.unwrap();
    let [stands] = world.decisions(&chair()).await.unwrap().ties.try_into().unwrap();
    assert_eq!(stands.chosen, ["SNV"]);
}

#[tokio::test]
async fn a_bar_holds_a_unit_down_and_frees_its_place() {
    let world = World::full().await;
    world.bar("SNV", Good).await.unwrap();
    let provisional = world.provisional().await.unwrap();
    assert_eq!(provisional.open_ties, []);
    assert_eq!(
        classes(&provisional.units)[..2],
        [("SNV", 1, Good), ("SXD", 1, Excellent)]
    );
    let reason = provisional.units[0].reasons.last().unwrap();
    assert!(reason.ends_with("theo Kết luận số 5/KL-TTT."), "{reason}");
    world.bar("SNV", Excellent).await.unwrap();
    assert_eq!(
        world.provisional().await.unwrap().open_ties.len(),
        1,
        "the bar is lifted"
    );
}

#[tokio::test]
async fn a_bar_needs_a_unit_a_class_and_a_document() {
    let world = World::full().await;
    let unknown = refused(world.bar("NOBODY", Good).await);
    assert_eq!(unknown, ("NOT_FOUND".to_owned(), vec!["unit".to_owned()]));
    let unspecified = refused(world.bar("SNV", pb::Class::Unspecified).await);
    assert_eq!(
        unspecified,
        ("FIELD_INVALID".to_owned(), vec!["highest_class".to_owned()])
    );
    let message = pb::RecordBarRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SNV".to_owned(),
        highest_class: Good.into(),
        document: String::new(),
    };
    let request = world.kit.request(message.clone(), &organiser());
    let status = world.client().record_bar(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    let message = pb::RecordBarRequest {
        document: "Kết luận".to_owned(),
        ..message
    };
    let request = world.kit.request(message, &chair());
    assert_eq!(
        world.client().record_bar(request).await.unwrap_err().code(),
        tonic::Code::PermissionDenied
    );
    assert_eq!(
        world.provisional().await.unwrap().open_ties.len(),
        1,
        "nothing was recorded"
    );
}

#[tokio::test]
async fn a_bar_after_publication_counts_in_the_correction_only() {
    let world = World::full().await;
    world.decide(&["SXD"]).await.unwrap();
    world.publish("").await.unwrap();
    world.bar("SXD", Completed).await.unwrap();
    world.publish("Kết luận thanh tra").await.unwrap();
    let class = |published: &pb::GetPublishedResponse| {
        published.units.iter().find(|u| u.unit == "SXD").unwrap().class()
    };
    assert_eq!(class(&world.published(1).await.unwrap()), Excellent);
    assert_eq!(class(&world.published(2).await.unwrap()), Completed);
}

#[tokio::test]
async fn what_was_decided_is_read_back_with_its_document() {
    let world = World::full().await;
    let none = world.decisions(&organiser()).await.unwrap();
    assert_eq!((none.bars.len(), none.ties.len()), (0, 0));
    world.decide(&["SXD"]).await.unwrap();
    world.bar("STC", Good).await.unwrap();
    world.bar("STC", Completed).await.unwrap();
    let read = world.decisions(&As::role(Role::Auditor)).await.unwrap();
    let [bar] = read.bars.try_into().unwrap();
    assert_eq!((bar.unit.as_str(), bar.highest_class()), ("STC", Completed));
    assert_eq!(bar.document, "Kết luận số 5/KL-TTT");
    let [tie] = read.ties.try_into().unwrap();
    assert_eq!(tie.unit_type, "department");
    assert_eq!(
        (tie.units, tie.places),
        (vec!["SNV".to_owned(), "SXD".to_owned()], 1)
    );
    assert_eq!(
        (tie.chosen, tie.document.as_str()),
        (vec!["SXD".to_owned()], "Biên bản số 7/BB-HĐ")
    );
    assert!(
        bar.at.is_some() && tie.at == bar.at,
        "the test's clock stands still"
    );
    let (reason, _) = refused(world.decisions(&As::role(Role::Leader)).await);
    assert_eq!(reason, "PERMISSION_DENIED");
}
