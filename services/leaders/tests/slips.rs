//! Marking and sending: versions, windows, who sees what, over the real gRPC routes.

mod common;

use chiso_domain::cycle::policy::LeadersPolicy;
use chiso_domain::kernel::Points;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::leaders as pb;
use common::{Answer, CYCLE, World, ends, leader, opens, organiser, refused, secretary_of, why};
use tonic::Code;

#[tokio::test]
async fn each_mark_is_saved_at_once_and_the_slip_says_what_is_open() {
    let world = World::new().await;
    let chair = leader(1);
    let empty = world.slip(&chair, "").await.unwrap();
    assert_eq!(
        (empty.version, empty.open_units.join(",")),
        (0, "A,B,C".to_owned())
    );
    assert_eq!((empty.scale_max.as_str(), empty.step.as_str()), ("4.00", "0.25"));
    assert_eq!(world.save(&chair, world.saving("B", "3.5", 0)).await, Ok(1));
    let slip = world.slip(&chair, &chair.id().to_string()).await.unwrap();
    assert_eq!(slip.open_units, ["A", "C"]);
    assert_eq!(
        slip.marks[0].value,
        Some(pb::mark::Value::Mark("3.50".to_owned()))
    );
    assert!(slip.marks[0].saved_at.is_some() && slip.sent_at.is_none() && !slip.changed_since_sent);
}

#[tokio::test]
async fn two_tabs_the_second_is_told_and_nothing_is_lost() {
    let world = World::new().await;
    let chair = leader(1);
    assert_eq!(world.save(&chair, world.saving("A", "4", 0)).await, Ok(1));
    let old_tab = world.save(&chair, world.saving("A", "1", 0)).await;
    let conflict = old_tab.clone().unwrap_err();
    assert_eq!(
        (refused(old_tab), conflict.code),
        (why("LEADER_SLIP_CHANGED", "version"), Code::Aborted)
    );
    let slip = world.slip(&chair, "").await.unwrap();
    assert_eq!(
        slip.marks[0].value,
        Some(pb::mark::Value::Mark("4.00".to_owned()))
    );
    assert_eq!(
        refused(world.send(&chair, world.sending(0)).await),
        why("LEADER_SLIP_CHANGED", "version")
    );
}

#[tokio::test]
async fn a_repeated_save_gives_the_first_answer_and_other_bytes_are_a_conflict() {
    let world = World::new().await;
    let chair = leader(1);
    let saving = world.saving("A", "4", 0);
    assert_eq!(world.save(&chair, saving.clone()).await, Ok(1));
    assert_eq!(world.save(&chair, saving.clone()).await, Ok(1));
    world.kit.set_now(ends());
    assert_eq!(
        world.save(&chair, saving.clone()).await,
        Ok(1),
        "also after the deadline"
    );
    let other = pb::SaveMarkRequest {
        request_id: saving.request_id,
        ..world.saving("A", "3", 1)
    };
    assert_eq!(
        refused(world.save(&chair, other).await),
        why("REQUEST_ID_REUSED", "request_id")
    );
    assert_eq!(world.slip(&chair, "").await.unwrap().version, 1);
}

#[tokio::test]
async fn a_slip_is_sent_only_whole() {
    let world = World::new().await;
    let chair = leader(1);
    world.save(&chair, world.saving("A", "4", 0)).await.unwrap();
    world.save(&chair, world.saving("B", "-", 1)).await.unwrap();
    assert_eq!(
        refused(world.send(&chair, world.sending(2)).await),
        why("LEADER_SLIP_INCOMPLETE", "")
    );
    assert!(world.feed().await.is_empty(), "nothing was posted");
    world.save(&chair, world.saving("C", "0", 2)).await.unwrap();
    let sent = world.send(&chair, world.sending(3)).await.unwrap();
    assert!(sent.sent_at.is_some() && !sent.changed_since_sent);
}

#[tokio::test]
async fn a_double_send_counts_once() {
    let world = World::new().await;
    let chair = leader(1);
    let version = world.mark_all(&chair, ["4", "3", "2"]).await;
    let sending = world.sending(version);
    let first = world.send(&chair, sending.clone()).await.unwrap();
    assert_eq!(world.send(&chair, sending).await, Ok(first));
    world.kit.set_now(opens().plus(5));
    world.send(&chair, world.sending(version)).await.unwrap();
    assert_eq!(
        world.feed().await.len(),
        3,
        "the same state makes no new revision"
    );
    assert_eq!(
        world
            .journal()
            .await
            .iter()
            .filter(|row| row.act == "slip.send")
            .count(),
        2
    );
}

#[tokio::test]
async fn what_counts_is_what_was_sent_last() {
    let world = World::new().await;
    for n in 1..=3 {
        world.mark_and_send(&leader(n), ["4", "4", "4"]).await;
    }
    assert_eq!(world.standing().await, ["A4.00", "B4.00", "C4.00"]);
    let version = world.save(&leader(1), world.saving("A", "1", 3)).await.unwrap();
    assert!(world.slip(&leader(1), "").await.unwrap().changed_since_sent);
    assert_eq!(world.standing().await, ["A4.00", "B4.00", "C4.00"]);
    world.send(&leader(1), world.sending(version)).await.unwrap();
    assert_eq!(world.standing().await, ["A3.00", "B4.00", "C4.00"]);
}

#[tokio::test]
async fn d_the_window_is_open_at_its_first_instant_and_closed_at_its_end() {
    let world = World::new().await;
    let chair = leader(1);
    world.kit.set_now(opens().plus(-1));
    assert_eq!(
        refused(world.save(&chair, world.saving("A", "4", 0)).await).0,
        "WINDOW_NOT_OPEN"
    );
    world.kit.set_now(opens());
    let version = world.mark_all(&chair, ["4", "4", "4"]).await;
    world.kit.set_now(ends().plus(-1));
    world.send(&chair, world.sending(version)).await.unwrap();
    let version = world.save(&chair, world.saving("A", "0", version)).await.unwrap();
    world.kit.set_now(ends());
    assert_eq!(
        refused(world.save(&chair, world.saving("A", "1", version)).await).0,
        "DEADLINE_PASSED"
    );
    assert_eq!(
        refused(world.send(&chair, world.sending(version)).await).0,
        "DEADLINE_PASSED"
    );
    world.kit.set_now(ends().plus(1));
    assert_eq!(
        refused(world.save(&chair, world.saving("A", "1", version)).await).0,
        "DEADLINE_PASSED"
    );
    assert_eq!(
        refused(world.send(&chair, world.sending(version)).await).0,
        "DEADLINE_PASSED"
    );
    assert_eq!(world.slip(&chair, "").await.unwrap().version, version);
}

#[tokio::test]
async fn an_extension_for_one_unit_opens_that_unit_only() {
    let mut world = World::new().await;
    let chair = leader(1);
    world.mark_and_send(&chair, ["4", "4", "4"]).await;
    world.mark_and_send(&leader(2), ["4", "4", "4"]).await;
    world.save(&chair, world.saving("A", "0", 3)).await.unwrap();
    world.kit.set_now(ends());
    world.extend(Some("B"), ends().plus(60_000_000));
    assert_eq!(
        refused(world.save(&chair, world.saving("C", "1", 4)).await).0,
        "DEADLINE_PASSED"
    );
    let version = world.save(&chair, world.saving("B", "2", 4)).await.unwrap();
    let sent = world.send(&chair, world.sending(version)).await.unwrap();
    assert!(sent.changed_since_sent, "the late draft of A was not sent");
    assert_eq!(world.standing().await, ["A4.00", "B3.00", "C4.00"]);
}

#[tokio::test]
async fn a_secretary_saves_and_only_the_leader_sends() {
    let world = World::new().await;
    let (chair, secretary) = (leader(1), secretary_of(1));
    let id = chair.id().to_string();
    for (version, unit) in (0..).zip(["A", "B", "C"]) {
        let saving = pb::SaveMarkRequest {
            leader: id.clone(),
            ..world.saving(unit, "3", version)
        };
        world.save(&secretary, saving).await.unwrap();
    }
    let slip = world.slip(&secretary, &id).await.unwrap();
    let by: Vec<&str> = slip.marks.iter().map(|mark| mark.saved_by.as_str()).collect();
    assert_eq!(by, vec![secretary.id().to_string(); 3]);
    let denied = world.send(&secretary, world.sending(3)).await.unwrap_err();
    assert_eq!(
        (denied.code, denied.reason.as_str()),
        (Code::PermissionDenied, "PERMISSION_DENIED")
    );
    assert!(world.send(&chair, world.sending(3)).await.is_ok());
    let rows = world.journal().await;
    let saver = rows.iter().find(|row| row.act == "slip.save").unwrap();
    assert_eq!(
        (saver.actor.clone(), saver.object.clone()),
        (secretary.id().to_string(), format!("{CYCLE}/{id}"))
    );
}

#[tokio::test]
async fn a_slip_exists_only_for_its_leader_and_secretary() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "3", "2"]).await;
    let id = leader(1).id().to_string();
    let strangers = [
        leader(2),
        leader(9),
        secretary_of(2),
        As::role(Role::LeaderSecretary),
        As::role(Role::LeaderSecretary).unit("SNV"),
        organiser(),
        As::role(Role::Auditor),
        As::role(Role::CouncilChair),
        As::role(Role::UnitHead),
        leader(1).cycle("2021"),
    ];
    for stranger in strangers {
        let unseen = world.slip(&stranger, &id).await.unwrap_err();
        let not_there = world
            .slip(&stranger, &leader(77).id().to_string())
            .await
            .unwrap_err();
        assert_eq!(unseen.code, Code::NotFound, "{stranger:?}");
        assert_eq!(
            unseen, not_there,
            "a slip that is there looks like one that is not: {stranger:?}"
        );
    }
    let saving = pb::SaveMarkRequest {
        leader: id,
        ..world.saving("A", "0", 3)
    };
    assert_eq!(
        refused(world.save(&leader(2), saving.clone()).await),
        why("LEADER_SLIP_NOT_FOUND", "leader")
    );
    let saving = pb::SaveMarkRequest {
        request_id: world.kit.id(),
        ..saving
    };
    assert_eq!(
        world.save(&organiser(), saving).await.unwrap_err().code,
        Code::PermissionDenied
    );
    assert_eq!(
        refused(world.slip(&leader(9), "").await),
        why("LEADER_SLIP_NOT_FOUND", "leader")
    );
}

#[tokio::test]
async fn nobody_anonymous_gets_anything() {
    let world = World::new().await;
    let request = pb::GetSlipRequest {
        cycle: CYCLE.to_owned(),
        leader: leader(1).id().to_string(),
    };
    let status = world.client().get_slip(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let pull = chiso_wire::kernel::PullPointsRequest::default();
    let status = world
        .client()
        .pull_points(world.kit.request(pull, &organiser()))
        .await
        .unwrap_err();
    assert_eq!(
        status.code(),
        Code::PermissionDenied,
        "the feed is for services only"
    );
}

#[tokio::test]
async fn bad_input_names_the_field_and_changes_nothing() {
    let world = World::new().await;
    let chair = leader(1);
    let cases = [
        (world.saving("A", "4.25", 0), "SCORE_ABOVE_MAXIMUM", "mark.mark"),
        (world.saving("A", "3.3", 0), "SCORE_NOT_ON_SCALE", "mark.mark"),
        (world.saving("A", "-1", 0), "SCORE_NOT_ON_SCALE", "mark.mark"),
        (world.saving("A", "3,5", 0), "FIELD_INVALID", "mark.mark"),
        (world.saving("A", "3.50001", 0), "FIELD_INVALID", "mark.mark"),
        (world.saving("A", "", 0), "FIELD_INVALID", "mark.mark"),
        (world.saving("X", "4", 0), "UNIT_UNKNOWN", "mark.unit"),
        (world.saving("a b", "4", 0), "FIELD_INVALID", "mark.unit"),
        (world.saving("A", "4", -1), "LEADER_SLIP_CHANGED", "version"),
        (
            pb::SaveMarkRequest {
                mark: None,
                ..world.saving("A", "4", 0)
            },
            "FIELD_INVALID",
            "mark",
        ),
        (
            pb::SaveMarkRequest {
                cycle: "1999".to_owned(),
                ..world.saving("A", "4", 0)
            },
            "NOT_FOUND",
            "cycle",
        ),
        (
            pb::SaveMarkRequest {
                request_id: "7".to_owned(),
                ..world.saving("A", "4", 0)
            },
            "FIELD_INVALID",
            "request_id",
        ),
        (
            pb::SaveMarkRequest {
                leader: "chair".to_owned(),
                ..world.saving("A", "4", 0)
            },
            "FIELD_INVALID",
            "leader",
        ),
    ];
    for (request, reason, field) in cases {
        assert_eq!(
            refused(world.save(&chair, request.clone()).await),
            why(reason, field),
            "{request:?}"
        );
    }
    assert_eq!(world.slip(&chair, "").await.unwrap().version, 0);
    assert_eq!(world.journal().await.len(), 1, "only the panel");
}

#[tokio::test]
async fn a_mark_without_a_value_is_neither_a_zero_nor_an_abstention() {
    let world = World::new().await;
    let chair = leader(1);
    let half = |value| pb::SaveMarkRequest {
        mark: Some(pb::Mark {
            unit: "A".to_owned(),
            value,
            ..pb::Mark::default()
        }),
        ..world.saving("A", "4", 0)
    };
    assert_eq!(
        refused(world.save(&chair, half(None)).await),
        why("FIELD_INVALID", "mark.mark")
    );
    let no = half(Some(pb::mark::Value::Abstain(false)));
    assert_eq!(
        refused(world.save(&chair, no).await),
        why("FIELD_INVALID", "mark.abstain")
    );
    assert_eq!(world.slip(&chair, "").await.unwrap().version, 0);
}

#[tokio::test]
async fn an_abstention_is_left_out_and_a_zero_is_not() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "-", "0"]).await;
    world.mark_and_send(&leader(2), ["3", "2", "3"]).await;
    assert_eq!(world.standing().await, ["A3.50", "B2.00", "C1.50"]);
}

#[tokio::test]
async fn a_form_on_a_scale_of_ten_is_brought_to_the_leafs_maximum() {
    let ten = LeadersPolicy {
        scale_max: "10".parse().unwrap(),
        step: "1".parse().unwrap(),
        ..LeadersPolicy::default()
    };
    let world = World::with(ten).await;
    world.mark_and_send(&leader(1), ["9", "10", "0"]).await;
    world.mark_and_send(&leader(2), ["8", "7", "1"]).await;
    assert_eq!(world.standing().await, ["A3.40", "B3.40", "C0.20"]);
}

#[tokio::test]
async fn a_restart_keeps_draft_and_sent_state() {
    let mut world = World::new().await;
    let chair = leader(1);
    world.mark_and_send(&chair, ["4", "3", "-"]).await;
    world.mark_and_send(&leader(2), ["4", "3", "2"]).await;
    world.save(&chair, world.saving("C", "1", 3)).await.unwrap();
    let (slip, standing) = (world.slip(&chair, "").await, world.standing().await);
    world.restart().await;
    assert_eq!(world.slip(&chair, "").await, slip);
    assert!(slip.unwrap().changed_since_sent);
    assert_eq!(world.standing().await, standing);
    world.send(&chair, world.sending(4)).await.unwrap();
    assert_eq!(world.standing().await, ["A4.00", "B3.00", "C1.50"]);
}

#[tokio::test]
async fn of_many_saves_from_one_version_exactly_one_wins() {
    let world = World::new().await;
    let chair = leader(1);
    let marks = ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5"];
    let saves = marks.map(|mark| world.save(&chair, world.saving("A", mark, 0)));
    let [a, b, c, d, e, f, g, h] = saves;
    let (a, b, c, d, e, f, g, h) = tokio::join!(a, b, c, d, e, f, g, h);
    let answers = [a, b, c, d, e, f, g, h];
    assert_eq!(
        answers.iter().filter(|answer| **answer == Ok(1)).count(),
        1,
        "{answers:?}"
    );
    let told = |answer: &&Answer<i64>| answer.as_ref().is_err_and(|e| e.reason == "LEADER_SLIP_CHANGED");
    assert_eq!(answers.iter().filter(told).count(), 7, "{answers:?}");
    let winner = answers.iter().position(Result::is_ok).unwrap();
    let slip = world.slip(&chair, "").await.unwrap();
    let won: Points = marks[winner].parse().unwrap();
    assert_eq!(slip.marks[0].value, Some(pb::mark::Value::Mark(won.to_string())));
}

#[tokio::test]
async fn one_request_that_arrives_twice_at_once_is_one_act() {
    let world = World::new().await;
    let chair = leader(1);
    let saving = world.saving("A", "4", 0);
    let (first, second) = tokio::join!(world.save(&chair, saving.clone()), world.save(&chair, saving));
    assert_eq!((first, second), (Ok(1), Ok(1)));
    for (version, unit) in [(1, "B"), (2, "C")] {
        world
            .save(&chair, world.saving(unit, "4", version))
            .await
            .unwrap();
    }
    let sending = world.sending(3);
    let (first, second) = tokio::join!(world.send(&chair, sending.clone()), world.send(&chair, sending));
    assert!(first.is_ok());
    assert_eq!(first, second);
    let acts: Vec<String> = world.journal().await.into_iter().map(|row| row.act).collect();
    assert_eq!(
        acts,
        ["panel.set", "slip.save", "slip.save", "slip.save", "slip.send"]
    );
}

#[tokio::test]
async fn leaders_who_send_at_once_all_count() {
    let world = World::new().await;
    let versions = [
        world.mark_all(&leader(1), ["4"; 3]).await,
        world.mark_all(&leader(2), ["3"; 3]).await,
    ];
    let third = world.mark_all(&leader(3), ["2"; 3]).await;
    let (one, two, three) = (leader(1), leader(2), leader(3));
    let (a, b, c) = tokio::join!(
        world.send(&one, world.sending(versions[0])),
        world.send(&two, world.sending(versions[1])),
        world.send(&three, world.sending(third)),
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(world.standing().await, ["A3.00", "B3.00", "C3.00"]);
    let seqs: Vec<i64> = world.feed().await.iter().map(|p| p.seq).collect();
    assert!(
        seqs.iter().copied().eq(1..=i64::try_from(seqs.len()).unwrap()),
        "{seqs:?}"
    );
}
