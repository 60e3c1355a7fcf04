//! Closing lots, entering seeds, drawing, enlarging: in order, once, and repeatable by anyone.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::SlipId;
use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::recheck::{Cause, FrozenList, ListedSlip, SampleSize, Seed, draw_stage};
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::recheck as pb;
use common::*;
use tonic::Code;

async fn filled() -> World {
    let world = World::new().await;
    world.survey.fill();
    world
}

async fn lot(world: &World) -> pb::Lot {
    let request = pb::GetLotRequest {
        lot_id: world.lot_id(),
    };
    let reply = world.get_lot(&organiser(), request).await;
    reply.expect("the lot").lot.expect("a lot")
}

#[tokio::test]
async fn closing_freezes_the_list_and_publishes_its_hash() {
    let world = filled().await;
    let request = world.close(&world.lot_id(), &[]);
    let lot = world.close_lot(&organiser(), request).await.unwrap().lot.unwrap();
    assert_eq!(lot.state(), pb::LotState::Closed);
    assert_eq!((lot.entries, lot.cases), (120, 0));
    assert_eq!(lot.units, ["SNV", "STC", "STP"]);
    let entries = world.entries().await;
    let mut bytes = format!("chiso.recheck.list.v1 2022 {}\n", world.lot_id());
    for (entry, place) in entries.iter().zip(1..) {
        assert_eq!(
            (entry.place, entry.ticket.as_str(), entry.drawn_stage),
            (place, "", 0)
        );
        let fields = [
            &entry.unit,
            &entry.group,
            &entry.slip_id,
            &entry.interviewer,
            &entry.slip_sha256,
        ];
        bytes.push_str(&fields.map(String::as_str).join(" "));
        bytes.push('\n');
    }
    assert_eq!(entries.len(), 120);
    assert_eq!(sha256_hex(bytes.as_bytes()), lot.list_sha256);
    // What comes into the survey afterwards is not in the list.
    world.survey.add("SNV", "HDND", 1, 5);
    assert_eq!(world.entries().await, entries);
}

#[tokio::test]
async fn a_list_of_several_slices_is_whole() {
    let world = World::new().await;
    world.survey.add("SNV", "HDND", 1, 10_007);
    let id = world.lot_id();
    let request = world.close(&id, &["SNV"]);
    world.close_lot(&organiser(), request).await.unwrap();
    // The draw computes the list's hash again from what was stored.
    let drawn = world.enter_seed(&organiser(), world.seed(&id, 1, SEED, 0)).await;
    assert_eq!(drawn.unwrap().lot.unwrap().entries, 10_007);
    let stored = "SELECT (SELECT COUNT(DISTINCT place) FROM recheck_slip) AS places, \
                  (SELECT MAX(place) FROM recheck_slip) AS last, (SELECT COUNT(*) FROM recheck_ticket) AS tickets";
    let row = world
        .kit
        .ctx
        .db
        .one(chiso_platform::db::sql(stored))
        .await
        .unwrap();
    for column in ["places", "last", "tickets"] {
        assert_eq!(row.get::<i64>(column).unwrap(), 10_007, "{column}");
    }
}

#[tokio::test]
async fn closing_twice_is_refused_and_repeating_is_not() {
    let world = filled().await;
    let request = world.close(&world.lot_id(), &["SNV"]);
    let first = world.close_lot(&organiser(), request.clone()).await.unwrap();
    assert_eq!(
        world.close_lot(&organiser(), request.clone()).await.unwrap(),
        first
    );
    let other_bytes = pb::CloseLotRequest {
        units: vec!["STC".to_owned()],
        ..request
    };
    assert_eq!(
        refused(world.close_lot(&organiser(), other_bytes).await),
        "REQUEST_ID_REUSED"
    );
    let again = world.close(&world.lot_id(), &["STC"]);
    assert_eq!(refused(world.close_lot(&organiser(), again).await), "LOT_EXISTS");
    let other = world.close(&uuid(2), &["STC", "SNV"]);
    assert_eq!(
        refused(world.close_lot(&organiser(), other).await),
        "UNIT_IN_ANOTHER_LOT"
    );
    let all = world.close(&uuid(2), &[]);
    assert_eq!(
        refused(world.close_lot(&organiser(), all).await),
        "UNIT_IN_ANOTHER_LOT"
    );
    let rest = world.close(&uuid(2), &["STC", "STP"]);
    assert!(world.close_lot(&organiser(), rest).await.is_ok());
    let request = pb::ListLotsRequest {
        cycle: "2022".to_owned(),
        page_size: 1,
        ..Default::default()
    };
    let page = world.list_lots(&organiser(), request.clone()).await.unwrap();
    assert_eq!((page.lots.len(), page.lots[0].lot_id.clone()), (1, uuid(2)));
    let next = pb::ListLotsRequest {
        page_token: page.next_page_token,
        ..request
    };
    let page = world.list_lots(&organiser(), next).await.unwrap();
    assert_eq!(page.lots[0].lot_id, world.lot_id());
    assert!(page.next_page_token.is_empty());
}

#[tokio::test]
async fn a_list_is_closed_only_between_the_survey_and_the_end_of_the_recheck() {
    let world = filled().await;
    let close = || world.close(&world.lot_id(), &["SNV"]);
    world.kit.set_now(start().plus(-1));
    assert_eq!(
        refused(world.close_lot(&organiser(), close()).await),
        "WINDOW_NOT_OPEN"
    );
    world.kit.set_now(end());
    assert_eq!(
        refused(world.close_lot(&organiser(), close()).await),
        "DEADLINE_PASSED"
    );
    world.kit.set_now(start());
    let mut longer = cycle(Default::default());
    longer.calendar.extensions.push(chiso_domain::cycle::Extension {
        window: chiso_domain::cycle::Window::Survey,
        unit: Some(parsed("SNV")),
        ends_at: start().plus(1),
        reason: "lũ quét".to_owned(),
        granted_at: start(),
    });
    world.kit.ctx.cycles.replace(longer);
    assert_eq!(
        refused(world.close_lot(&organiser(), close()).await),
        "WINDOW_STILL_OPEN"
    );
    let other = world.close(&uuid(2), &["STC"]);
    assert!(world.close_lot(&organiser(), other).await.is_ok());
    world.kit.set_now(start().plus(1));
    assert!(world.close_lot(&organiser(), close()).await.is_ok());
}

#[tokio::test]
async fn bad_lots_change_nothing() {
    let world = filled().await;
    let unknown = world.close(&world.lot_id(), &["SNV", "SXX"]);
    let status = world.close_lot(&organiser(), unknown).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(chiso_platform::error::violations_of(&status)[0].0, "units[1]");
    let none = world.close(&world.lot_id(), &["STP"]);
    assert_eq!(refused(world.close_lot(&organiser(), none).await), "LOT_EMPTY");
    let mut other_cycle = world.close(&world.lot_id(), &["SNV"]);
    other_cycle.cycle = "2023".to_owned();
    assert_eq!(
        code(world.close_lot(&organiser(), other_cycle).await),
        Code::NotFound
    );
    for role in [
        Role::Verifier,
        Role::Interviewer,
        Role::SurveySupervisor,
        Role::Auditor,
    ] {
        let request = world.close(&world.lot_id(), &["SNV"]);
        assert_eq!(
            code(world.close_lot(&As::role(role), request).await),
            Code::PermissionDenied
        );
    }
    let elsewhere = organiser().cycle("2023");
    let request = world.close(&world.lot_id(), &["SNV"]);
    assert_eq!(
        code(world.close_lot(&elsewhere, request).await),
        Code::PermissionDenied
    );
    assert!(world.acts().await.is_empty());
    assert!(world.feed().await.is_empty());
}

#[tokio::test]
async fn a_seed_before_the_list_is_closed_is_for_nothing() {
    let world = filled().await;
    let request = world.seed(&world.lot_id(), 1, SEED, 0);
    assert_eq!(
        code(world.enter_seed(&organiser(), request).await),
        Code::NotFound
    );
}

#[tokio::test]
async fn seeds_that_are_no_seeds_are_refused() {
    let world = filled().await;
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.unwrap();
    let enter = async |seed: &str, stage, rate| {
        let request = world.seed(&world.lot_id(), stage, seed, rate);
        refused(world.enter_seed(&organiser(), request).await)
    };
    assert_eq!(enter(&SEED[..19], 1, 0).await, "SEED_TOO_SHORT");
    assert_eq!(enter(&"1".repeat(101), 1, 0).await, "SEED_TOO_LONG");
    assert_eq!(enter("0471186290553307142o", 1, 0).await, "SEED_NOT_DIGITS");
    assert_eq!(enter(" 4711862905533071428", 1, 0).await, "SEED_NOT_DIGITS");
    assert_eq!(
        enter("０４７１１８６２９０５５３３０７１４２８", 1, 0).await,
        "SEED_NOT_DIGITS"
    );
    assert_eq!(enter(SEED, 2, 0).await, "STAGE_OUT_OF_ORDER");
    assert_eq!(enter(SEED, 0, 0).await, "STAGE_OUT_OF_ORDER");
    assert_eq!(enter(SEED, 1, 50).await, "RATE_OF_POLICY");
    let mut no_ceremony = world.seed(&world.lot_id(), 1, SEED, 0);
    no_ceremony.ceremony = " ".to_owned();
    assert_eq!(
        refused(world.enter_seed(&organiser(), no_ceremony).await),
        "FIELD_INVALID"
    );
    let request = world.seed(&world.lot_id(), 1, SEED, 0);
    assert_eq!(
        code(world.enter_seed(&verifier(1), request).await),
        Code::PermissionDenied
    );
    let lot = lot(&world).await;
    assert_eq!((lot.state(), lot.stages.len()), (pb::LotState::Closed, 0));
    assert_eq!(world.acts().await.len(), 1);
}

#[tokio::test]
async fn a_seed_is_entered_once() {
    let world = filled().await;
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.unwrap();
    let request = world.seed(&world.lot_id(), 1, SEED, 0);
    let first = world.enter_seed(&organiser(), request.clone()).await.unwrap();
    assert_eq!(world.enter_seed(&organiser(), request).await.unwrap(), first);
    for seed in [SEED, OTHER_SEED] {
        let again = world.seed(&world.lot_id(), 1, seed, 0);
        assert_eq!(
            refused(world.enter_seed(&organiser(), again).await),
            "SEED_ALREADY_ENTERED"
        );
    }
    let lot = lot(&world).await;
    assert_eq!((lot.state(), lot.stages.len()), (pb::LotState::Drawn, 1));
    assert_eq!(lot.stages[0].seed, SEED);
    assert_eq!(Some(lot), first.lot);
}

#[tokio::test]
async fn two_seeds_at_the_same_time_give_one_draw() {
    let world = filled().await;
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.unwrap();
    let who = organiser();
    let one = world.enter_seed(&who, world.seed(&world.lot_id(), 1, SEED, 0));
    let two = world.enter_seed(&who, world.seed(&world.lot_id(), 1, OTHER_SEED, 0));
    let (one, two) = tokio::join!(one, two);
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    let lost = if one.is_ok() { two } else { one };
    assert_eq!(refused(lost), "SEED_ALREADY_ENTERED");
    assert_eq!(lot(&world).await.stages.len(), 1);
}

/// What anybody can compute from the published list.
fn redrawn(
    world: &World,
    entries: &[pb::LotEntry],
    taken: &BTreeMap<SlipId, Cause>,
    (seed, rate_percent): (&str, u32),
) -> (Vec<(String, Cause)>, BTreeMap<String, String>) {
    let listed = |e: &pb::LotEntry| ListedSlip {
        unit: parsed(&e.unit),
        group: parsed(&e.group),
        slip: parsed(&e.slip_id),
        interviewer: parsed(&e.interviewer),
        sha256: e.slip_sha256.clone(),
    };
    let slips = entries.iter().map(listed).collect();
    let list = FrozenList::new(parsed("2022"), parsed(&world.lot_id()), slips).expect("a list");
    let size = SampleSize {
        rate_percent,
        minimum: 1,
    };
    let draw = draw_stage(&list, taken, &Seed::parse(seed).expect("a seed"), size);
    let drawn = draw.taken.iter().map(|(slip, cause)| (slip.to_string(), *cause));
    let tickets = draw
        .tickets
        .iter()
        .map(|(slip, t)| (slip.to_string(), t.to_string()));
    (drawn.collect(), tickets.collect())
}

fn drawn(cases: &[pb::Case]) -> Vec<(String, Cause)> {
    let cause = |c: &pb::Case| match c.cause() {
        pb::CaseCause::Drawn => Cause::Drawn,
        pb::CaseCause::InterviewerCover => Cause::InterviewerCover,
        other => panic!("{other:?}"),
    };
    cases.iter().map(|c| (c.slip_id.clone(), cause(c))).collect()
}

#[tokio::test]
async fn the_draw_follows_from_list_and_seed() {
    let world = filled().await;
    let cases = world.drawn().await;
    let entries = world.entries().await;
    let (expected, tickets) = redrawn(&world, &entries, &BTreeMap::new(), (SEED, 10));
    assert_eq!(drawn(&cases), expected);
    // Two of 20 and four of 40 in each of two units, and interviewer 3 by a cover unless drawn.
    let of_sample = cases.iter().filter(|c| c.cause() == pb::CaseCause::Drawn).count();
    assert_eq!(of_sample, 12);
    let interviewers: BTreeSet<&str> = entries
        .iter()
        .filter(|e| e.drawn_stage == 1)
        .map(|e| e.interviewer.as_str())
        .collect();
    assert_eq!(interviewers.len(), 3);
    for entry in &entries {
        assert_eq!(entry.ticket, tickets[&entry.slip_id]);
        assert_eq!(
            entry.drawn_stage == 1,
            cases.iter().any(|c| c.slip_id == entry.slip_id)
        );
    }
    let stages = lot(&world).await.stages;
    assert_eq!(stages[0].drawn, i32::try_from(cases.len()).unwrap());
}

#[tokio::test]
async fn a_second_stage_keeps_what_was_drawn_and_adds() {
    let world = filled().await;
    let first = world.drawn().await;
    let entries = world.entries().await;
    let enter = async |seed: &str, stage, rate| {
        let request = world.seed(&world.lot_id(), stage, seed, rate);
        world.enter_seed(&organiser(), request).await
    };
    assert_eq!(refused(enter(SEED, 2, 20).await), "SEED_REUSED");
    assert_eq!(refused(enter(OTHER_SEED, 2, 10).await), "RATE_INVALID");
    assert_eq!(refused(enter(OTHER_SEED, 2, 101).await), "RATE_INVALID");
    assert_eq!(refused(enter(OTHER_SEED, 3, 20).await), "STAGE_OUT_OF_ORDER");
    let lot = enter(OTHER_SEED, 2, 20).await.unwrap().lot.unwrap();
    let cases = world.cases().await;
    assert_eq!(cases[..first.len()], first[..]);
    let taken: BTreeMap<SlipId, Cause> = drawn(&first)
        .into_iter()
        .map(|(slip, cause)| (parsed(&slip), cause))
        .collect();
    let (expected, tickets) = redrawn(&world, &entries, &taken, (OTHER_SEED, 20));
    assert_eq!(drawn(&cases[first.len()..]), expected);
    // Four of 20 and eight of 40 in each unit now.
    assert_eq!(
        cases.iter().filter(|c| c.cause() == pb::CaseCause::Drawn).count(),
        24
    );
    assert_eq!(
        (lot.cases, lot.stages[1].drawn),
        (i32::try_from(cases.len()).unwrap(), 12)
    );
    for entry in world.entries().await {
        match tickets.get(&entry.slip_id) {
            Some(ticket) => assert_eq!(entry.ticket, *ticket),
            None => assert_eq!(entry.drawn_stage, 1),
        }
    }
}

#[tokio::test]
async fn the_database_itself_keeps_list_seed_and_outcome() {
    let world = filled().await;
    world.drawn().await;
    let case = world.cases().await.remove(0);
    world.confirm(&case).await;
    for text in [
        "UPDATE recheck_slip SET unit = 'STP'",
        "DELETE FROM recheck_slip",
        "UPDATE recheck_stage SET seed = '11111111111111111111'",
        "DELETE FROM recheck_stage",
        "UPDATE recheck_ticket SET ticket = ticket",
        "DELETE FROM recheck_ticket",
        "UPDATE recheck_lot SET list_sha256 = list_sha256",
        "UPDATE recheck_case SET outcome = 'NOT_REACHED' WHERE outcome IS NOT NULL",
        "DELETE FROM recheck_case",
    ] {
        let mut tx = world.kit.ctx.db.begin().await.unwrap();
        assert!(tx.run(chiso_platform::db::sql(text)).await.is_err(), "{text}");
    }
}

#[tokio::test]
async fn who_may_not_see_the_list_does_not() {
    let world = filled().await;
    world.drawn().await;
    let request = pb::ListLotEntriesRequest {
        lot_id: world.lot_id(),
        ..Default::default()
    };
    for role in [Role::Interviewer, Role::SurveySupervisor, Role::Verifier] {
        let reply = world.list_lot_entries(&As::role(role), request.clone()).await;
        assert_eq!(code(reply), Code::PermissionDenied);
    }
    assert!(
        world
            .list_lot_entries(&As::role(Role::Auditor), request.clone())
            .await
            .is_ok()
    );
    let elsewhere = As::role(Role::Auditor).cycle("2021");
    assert_eq!(
        code(world.list_lot_entries(&elsewhere, request).await),
        Code::NotFound
    );
    let request = pb::GetLotRequest {
        lot_id: world.lot_id(),
    };
    assert_eq!(
        code(world.get_lot(&As::role(Role::Interviewer), request).await),
        Code::PermissionDenied
    );
}
