//! The panel, progress, quorum, closing, the feed and the journal, over the real gRPC routes.

mod common;

use chiso_domain::cycle::policy::{LeadersMean, LeadersPolicy, LeadersScope};
use chiso_domain::index_points::Basis;
use chiso_platform::auth::Role;
use chiso_platform::journal::{self, Chain};
use chiso_platform::testkit::As;
use chiso_wire::kernel as k;
use chiso_wire::leaders as pb;
use common::{World, ends, leader, opens, organiser, refused, why};
use tonic::Code;

#[tokio::test]
async fn the_panel_may_be_named_again_until_a_slip_is_sent() {
    let world = World::new().await;
    world.mark_all(&leader(3), ["4", "4", "4"]).await;
    world.set_panel(&organiser(), world.panel(5, &[])).await.unwrap();
    assert_eq!(world.progress(&organiser()).await.unwrap().len(), 5);
    let seen = |seen: &str| pb::SetPanelRequest {
        seen_panel: Some(seen.to_owned()),
        ..world.panel(4, &[])
    };
    let asked = pb::GetProgressRequest {
        cycle: common::CYCLE.to_owned(),
    };
    let asked = world.kit.request(asked, &organiser());
    let stands = world.client().get_progress(asked).await.unwrap().into_inner();
    let unseen = world.set_panel(&organiser(), seen("")).await;
    assert_eq!(refused(unseen), why("PANEL_CHANGED", "seen_panel"));
    world
        .set_panel(&organiser(), seen(&stands.panel_sha256))
        .await
        .unwrap();
    let unseen = world.set_panel(&organiser(), seen(&stands.panel_sha256)).await;
    assert_eq!(refused(unseen), why("PANEL_CHANGED", "seen_panel"));
    world.set_panel(&organiser(), world.panel(5, &[])).await.unwrap();
    world.mark_and_send(&leader(1), ["4", "4", "4"]).await;
    let late = world.set_panel(&organiser(), world.panel(3, &[])).await;
    assert_eq!(refused(late), why("PANEL_FIXED", ""));
    assert_eq!(world.progress(&organiser()).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_bad_panel_names_the_field() {
    let world = World::bare(LeadersPolicy::default()).await;
    let with = |change: &dyn Fn(&mut pb::SetPanelRequest)| {
        let mut request = world.panel(3, &[]);
        change(&mut request);
        request
    };
    let chair = i32::from(pb::LeaderRole::Chair);
    let first = leader(1).id().to_string();
    let cases = [
        (with(&|r| r.leaders.clear()), "PANEL_EMPTY", "leaders"),
        (
            with(&|r| r.leaders[2].role = chair),
            "SECOND_CHAIR",
            "leaders[2].role",
        ),
        (
            with(&|r| r.leaders[1].role = 0),
            "FIELD_INVALID",
            "leaders[1].role",
        ),
        (
            with(&|r| r.leaders[1].leader.clone_from(&first)),
            "LEADER_NAMED_TWICE",
            "leaders[1].leader",
        ),
        (
            with(&|r| r.leaders[0].leader = "Chủ tịch".to_owned()),
            "FIELD_INVALID",
            "leaders[0].leader",
        ),
        (
            with(&|r| r.leaders[0].name.clear()),
            "FIELD_INVALID",
            "leaders[0].name",
        ),
        (
            with(&|r| r.shortlist.push("A".to_owned())),
            "SHORTLIST_NOT_ALLOWED",
            "shortlist",
        ),
        (with(&|r| r.cycle = "1999".to_owned()), "NOT_FOUND", "cycle"),
    ];
    for (request, reason, field) in cases {
        assert_eq!(
            refused(world.set_panel(&organiser(), request.clone()).await),
            why(reason, field),
            "{request:?}"
        );
    }
    assert_eq!(
        refused(world.progress(&organiser()).await),
        why("PANEL_NOT_SET", "")
    );
    let denied = world
        .set_panel(&leader(1), world.panel(3, &[]))
        .await
        .unwrap_err();
    assert_eq!(denied.code, Code::PermissionDenied);
    let other_year = world
        .set_panel(&organiser().cycle("2021"), world.panel(3, &[]))
        .await
        .unwrap_err();
    assert_eq!(other_year.code, Code::PermissionDenied);
}

#[tokio::test]
async fn without_a_panel_nobody_marks() {
    let world = World::bare(LeadersPolicy::default()).await;
    world.kit.set_now(opens());
    assert_eq!(
        refused(world.slip(&leader(1), "").await),
        why("PANEL_NOT_SET", "")
    );
    assert_eq!(
        refused(world.save(&leader(1), world.saving("A", "4", 0)).await),
        why("PANEL_NOT_SET", "")
    );
    world.kit.set_now(ends());
    assert_eq!(refused(world.close(&organiser()).await), why("PANEL_NOT_SET", ""));
}

#[tokio::test]
async fn progress_tells_who_has_sent_and_no_mark() {
    let world = World::new().await;
    world.save(&leader(1), world.saving("A", "4", 0)).await.unwrap();
    world.mark_and_send(&leader(2), ["1", "-", "3"]).await;
    let progress = world.progress(&organiser()).await.unwrap();
    let rows: Vec<_> = progress
        .iter()
        .map(|p| (p.units_done, p.units, p.sent_at.is_some()))
        .collect();
    assert_eq!(rows, [(1, 3, false), (3, 3, true), (0, 3, false)]);
    assert_eq!(
        world.progress(&leader(1)).await.unwrap_err().code,
        Code::PermissionDenied
    );
    assert!(world.progress(&As::role(Role::Auditor)).await.is_ok());
}

#[tokio::test]
async fn progress_tells_where_the_scoring_stands() {
    let world = World::new().await;
    let stand = async || {
        let told = world.stand(&organiser()).await.unwrap();
        let flags = (told.panel_fixed, told.quorum_reached, told.closed);
        (flags, told.quorum_document)
    };
    assert_eq!(stand().await, ((false, false, false), String::new()));
    world.mark_and_send(&leader(1), ["4", "3", "2"]).await;
    assert_eq!(stand().await, ((true, false, false), String::new()));
    world.kit.set_now(ends());
    world.decide(&organiser(), "12/QĐ-SNV").await.unwrap();
    world.close(&organiser()).await.unwrap();
    assert_eq!(stand().await, ((true, false, true), "12/QĐ-SNV".to_owned()));
}

#[tokio::test]
async fn points_are_provisional_until_the_scoring_is_closed() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "3.5", "4"]).await;
    assert_eq!(
        world.standing().await,
        ["A?", "B?", "C?"],
        "one of three is below the quorum"
    );
    world.mark_and_send(&leader(2), ["4", "3", "3.25"]).await;
    assert_eq!(world.standing().await, ["A4.00", "B3.25", "C3.63"]);
    assert_eq!(refused(world.close(&organiser()).await).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(ends().plus(-1));
    assert_eq!(refused(world.close(&organiser()).await).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(ends());
    world.close(&organiser()).await.unwrap();
    assert_eq!(world.standing().await, ["A4.00!", "B3.25!", "C3.63!"]);
    let seqs: Vec<i64> = world.feed().await.iter().map(|p| p.seq).collect();
    assert_eq!(
        seqs,
        (1..=9).collect::<Vec<i64>>(),
        "three sendings or closings of three units, without gaps"
    );
}

#[tokio::test]
async fn below_the_quorum_it_takes_a_decision() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "3", "-"]).await;
    let early = world.decide(&organiser(), "12/QĐ-SNV").await;
    assert_eq!(refused(early).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(ends());
    world.close(&organiser()).await.unwrap();
    assert_eq!(world.standing().await, ["A?!", "B?!", "C?!"]);
    let feed = world.feed().await;
    let Some(k::index_points::Value::NotComputable(why_not)) = &feed[0].value else {
        panic!("{:?}", feed[0])
    };
    assert!(why_not.contains("1/3") && why_not.contains("50%"), "{why_not}");
    assert_eq!(
        refused(world.decide(&organiser(), "").await),
        why("FIELD_INVALID", "document")
    );
    world
        .decide(&organiser(), "12/QĐ-SNV ngày 28/12/2022")
        .await
        .unwrap();
    assert_eq!(
        world.standing().await,
        ["A4.00!", "B3.00!", "C?!"],
        "nobody marked C"
    );
    let act = world
        .journal()
        .await
        .into_iter()
        .find(|row| row.act == "quorum.decide")
        .unwrap();
    assert_eq!(act.reason, "12/QĐ-SNV ngày 28/12/2022");
}

#[tokio::test]
async fn a_quorum_that_is_reached_needs_no_decision() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "3", "2"]).await;
    world.mark_and_send(&leader(2), ["4", "3", "2"]).await;
    world.kit.set_now(ends());
    assert_eq!(
        refused(world.decide(&organiser(), "12/QĐ-SNV").await),
        why("QUORUM_REACHED", "")
    );
    assert_eq!(
        world.decide(&leader(1), "12/QĐ-SNV").await.unwrap_err().code,
        Code::PermissionDenied
    );
    assert_eq!(
        world.close(&leader(1)).await.unwrap_err().code,
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn an_extension_after_closing_opens_the_points_again() {
    let mut world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "4", "4"]).await;
    world.mark_and_send(&leader(2), ["4", "4", "4"]).await;
    world.kit.set_now(ends());
    world.close(&organiser()).await.unwrap();
    world.extend(None, ends().plus(1_000));
    world.mark_and_send(&leader(3), ["1", "4", "4"]).await;
    assert_eq!(world.standing().await, ["A3.00", "B4.00", "C4.00"]);
    assert_eq!(refused(world.close(&organiser()).await).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(ends().plus(1_000));
    world.close(&organiser()).await.unwrap();
    assert_eq!(world.standing().await, ["A3.00!", "B4.00!", "C4.00!"]);
}

#[tokio::test]
async fn a_shortlist_leaves_the_others_not_applicable() {
    let policy = LeadersPolicy {
        scope: LeadersScope::Shortlist,
        ..LeadersPolicy::default()
    };
    let world = World::bare(policy).await;
    assert_eq!(
        refused(world.set_panel(&organiser(), world.panel(1, &[])).await),
        why("SHORTLIST_MISSING", "shortlist")
    );
    assert_eq!(
        refused(world.set_panel(&organiser(), world.panel(1, &["B", "X"])).await),
        why("UNIT_UNKNOWN", "shortlist[1]")
    );
    world
        .set_panel(&organiser(), world.panel(1, &["B"]))
        .await
        .unwrap();
    world.kit.set_now(opens());
    let chair = leader(1);
    assert_eq!(world.slip(&chair, "").await.unwrap().open_units, ["B"]);
    assert_eq!(
        refused(world.save(&chair, world.saving("A", "4", 0)).await),
        why("UNIT_UNKNOWN", "mark.unit")
    );
    world.save(&chair, world.saving("B", "4", 0)).await.unwrap();
    world.send(&chair, world.sending(1)).await.unwrap();
    world.kit.set_now(ends());
    world.close(&organiser()).await.unwrap();
    assert_eq!(world.standing().await, ["An/a!", "B4.00!", "Cn/a!"]);
}

fn basis(points: &k::IndexPoints) -> k::LeadersBasis {
    match points.basis.as_ref().and_then(|basis| basis.kind.clone()) {
        Some(k::basis::Kind::Leaders(basis)) => basis,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_feed_carries_how_many_marks_are_counted_and_their_sum() {
    for (mean, counted, sum, points) in [
        (LeadersMean::Returned, 3, "9.00", "3.00"),
        (LeadersMean::Trimmed, 1, "3.00", "3.00"),
        (LeadersMean::ChairTwice, 4, "11.00", "2.75"),
    ] {
        let world = World::with(LeadersPolicy {
            mean,
            ..LeadersPolicy::default()
        })
        .await;
        world.mark_and_send(&leader(2), ["4", "4", "4"]).await;
        world.mark_and_send(&leader(1), ["2", "2", "2"]).await;
        world.mark_and_send(&leader(3), ["3", "3", "3"]).await;
        let last = world.feed().await.pop().unwrap();
        assert_eq!(
            last.value,
            Some(k::index_points::Value::Points(points.to_owned()))
        );
        let sum = sum.to_owned();
        assert_eq!(basis(&last), k::LeadersBasis { counted, sum });
    }
}

#[tokio::test]
async fn below_the_quorum_nothing_of_a_slip_leaves_the_service() {
    let world = World::new().await;
    world.mark_and_send(&leader(1), ["4", "3", "2"]).await;
    for points in world.feed().await {
        let nothing = k::LeadersBasis {
            counted: 0,
            sum: "0.00".to_owned(),
        };
        assert_eq!(basis(&points), nothing);
    }
}

/// No sum and no mean over these is a mark of the same unit.
const SLIPS: [[&str; 3]; 3] = [
    ["4.00", "3.75", "3.50"],
    ["3.25", "2.25", "2.75"],
    ["1.50", "0.50", "0.75"],
];

#[tokio::test]
async fn no_post_export_or_journal_row_holds_the_mark_of_a_leader() {
    for mean in [
        LeadersMean::Returned,
        LeadersMean::AbsentAsZero,
        LeadersMean::ChairTwice,
    ] {
        let policy = LeadersPolicy {
            mean,
            ..LeadersPolicy::default()
        };
        let world = World::with(policy).await;
        for (n, marks) in (1..).zip(SLIPS) {
            world.mark_and_send(&leader(n), marks).await;
        }
        world.kit.set_now(ends());
        world.close(&organiser()).await.unwrap();
        let feed = world.feed().await;
        assert_eq!(feed.len(), 12, "{mean:?}: three sendings and the closing");
        for post in &feed {
            // The export writes the basis as the domain does.
            let exported = Basis::try_from(post.basis.as_ref().unwrap()).unwrap();
            let text = format!("{post:?} {}", serde_json::to_string(&exported).unwrap());
            let unit = ["A", "B", "C"]
                .iter()
                .position(|unit| *unit == post.unit)
                .unwrap();
            for mark in SLIPS.map(|slip| slip[unit]) {
                assert!(!text.contains(&format!("\"{mark}\"")), "{mark} in {text}");
            }
        }
        for row in world.journal().await {
            for mark in SLIPS.as_flattened() {
                assert!(!format!("{row:?}").contains(mark), "{mark} in {row:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_journal_is_whole_and_carries_a_commitment_instead_of_marks() {
    let world = World::new().await;
    let sent = world.mark_and_send(&leader(1), ["3.75", "-", "1.25"]).await;
    world.send(&leader(1), world.sending(sent.version)).await.unwrap();
    let rows = world.journal().await;
    for row in &rows {
        let all = format!("{}{}{}{}", row.object, row.before, row.after, row.reason);
        assert!(
            !all.contains("3.75") && !all.contains("1.25") && !all.contains("37500"),
            "{row:?}"
        );
    }
    let sends = rows.iter().filter(|row| row.act == "slip.send");
    let after = |row: &k::JournalEntry| serde_json::from_str::<serde_json::Value>(&row.after).unwrap();
    let commitments: Vec<String> = sends
        .map(|row| after(row)["commitment"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        commitments
            .iter()
            .all(|c| c.len() == 64 && c.bytes().all(|b| b.is_ascii_hexdigit()))
    );
    assert_ne!(
        commitments[0], commitments[1],
        "a new salt each time, so equal marks do not show"
    );
    let acts = i64::try_from(rows.len()).unwrap();
    assert_eq!(
        journal::verify(&world.kit.ctx.db, "leaders").await.unwrap(),
        Chain::Whole(acts)
    );
}

#[tokio::test]
async fn a_repeated_act_of_the_organiser_is_one_act() {
    let world = World::new().await;
    world.kit.set_now(ends());
    let request = pb::CloseScoringRequest {
        request_id: world.kit.id(),
        cycle: "2022".to_owned(),
    };
    let mut client = world.client();
    let first = client
        .close_scoring(world.kit.request(request.clone(), &organiser()))
        .await
        .unwrap()
        .into_inner();
    world.kit.set_now(ends().plus(9));
    let again = client
        .close_scoring(world.kit.request(request.clone(), &organiser()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    assert_eq!(
        world
            .journal()
            .await
            .iter()
            .filter(|row| row.act == "scoring.close")
            .count(),
        1
    );
}

#[tokio::test]
async fn what_was_sent_is_shown_beside_the_draft_with_the_number_of_its_receipt() {
    let world = World::new().await;
    let chair = leader(1);
    let never = world.mark_all(&chair, ["4", "-", "2"]).await;
    let slip = world.slip(&chair, "").await.unwrap();
    assert_eq!(
        (slip.sendings, slip.receipt.as_str(), slip.sent_marks.len()),
        (0, "", 0)
    );
    let sent = world.send(&chair, world.sending(never)).await.unwrap();
    world.save(&chair, world.saving("A", "1", never)).await.unwrap();
    let slip = world.slip(&chair, "").await.unwrap();
    assert_eq!(slip.sendings, 1);
    assert_eq!(
        (&slip.receipt, &slip.sent_marks),
        (&sent.receipt, &sent.sent_marks)
    );
    let values: Vec<_> = slip
        .sent_marks
        .iter()
        .map(|mark| mark.value.clone().unwrap())
        .collect();
    let mark = |text: &str| pb::mark::Value::Mark(text.to_owned());
    assert_eq!(
        values,
        [mark("4.00"), pb::mark::Value::Abstain(true), mark("2.00")]
    );
    let journal = world.journal().await;
    let row = journal.iter().find(|row| row.act == "slip.send").unwrap();
    let shown = format!("\"commitment\":\"{}", slip.receipt);
    assert!(slip.receipt.len() == 12 && row.after.contains(&shown), "{row:?}");
}
