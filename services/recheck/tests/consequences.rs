//! From an unreached respondent to the next ticket, from void slips to a whole interviewer, to the end.

mod common;

use std::collections::BTreeSet;

use chiso_domain::cycle::Policy;
use chiso_domain::kernel::time::DAY;
use chiso_wire::recheck as pb;
use chiso_wire::recheck::record_finding_request::Finding;
use common::*;
use tonic::Code;

async fn drawn() -> (World, Vec<pb::Case>) {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    (world, cases)
}

/// Gives a respondent up after the attempts that the policy wants.
async fn give_up(world: &World, case: &pb::Case) -> pb::RecordFindingResponse {
    for day in 0..3 {
        world.kit.set_now(world.kit.ctx.clock.now().plus(DAY));
        let told = world.attempt(case).await.expect("recorded").case.expect("a case");
        assert_eq!(
            (told.attempts.len(), told.attempts_left),
            (day + 1, 2 - day as i32)
        );
    }
    let request = world.finding(case, Finding::NotReached(true));
    world
        .record_finding(&verifier(1), request)
        .await
        .expect("recorded")
}

#[tokio::test]
async fn not_reached_needs_attempts_on_different_days() {
    let (world, cases) = drawn().await;
    let case = &cases[0];
    let give_up = || world.finding(case, Finding::NotReached(true));
    let refusal = async |days: i64, left: i32| {
        world.kit.set_now(start().plus(days * DAY));
        let told = world.attempt(case).await.unwrap().case.unwrap();
        assert_eq!(told.attempts_left, left);
        let status = world.record_finding(&verifier(1), give_up()).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        chiso_platform::error::reason_of(&status)
    };
    assert_eq!(refusal(1, 2).await, "ATTEMPTS_MISSING");
    assert_eq!(refusal(1, 2).await, "ATTEMPTS_MISSING");
    assert_eq!(refusal(2, 1).await, "ATTEMPTS_MISSING");
    // 23:59 and 00:00 of Viet Nam's clock are different days.
    world.kit.set_now(start().plus(3 * DAY - 1));
    assert_eq!(world.attempt(case).await.unwrap().case.unwrap().attempts_left, 1);
    world.kit.set_now(start().plus(3 * DAY));
    assert_eq!(world.attempt(case).await.unwrap().case.unwrap().attempts_left, 0);
    let reply = world.record_finding(&verifier(1), give_up()).await.unwrap();
    let told = reply.case.unwrap();
    assert_eq!(
        (told.outcome(), told.void, reply.added_cases),
        (pb::Outcome::NotReached, false, 1)
    );
    assert_eq!(told.attempts.len(), 5);
}

#[tokio::test]
async fn replacements_follow_the_order_of_the_stratum() {
    let (world, cases) = drawn().await;
    let first = cases.iter().find(|c| c.cause() == pb::CaseCause::Drawn).unwrap();
    let mut open = first.clone();
    let mut order: Vec<pb::LotEntry> = world.entries().await;
    order.retain(|e| e.unit == first.unit && e.group == first.group && e.drawn_stage == 0);
    order.sort_by(|a, b| a.ticket.cmp(&b.ticket));
    for next in &order[..3] {
        let reply = give_up(&world, &open).await;
        assert_eq!(reply.added_cases, 1);
        let added = world.cases().await.pop().unwrap();
        assert_eq!(added.slip_id, next.slip_id);
        assert_eq!(added.cause(), pb::CaseCause::Replacement);
        assert_eq!(added.officer, "");
        world.assign(&[verifier(1)]).await;
        open = added;
    }
}

#[tokio::test]
async fn a_policy_may_do_without_replacement() {
    let mut policy = Policy::default();
    policy.recheck.replace_not_reached = false;
    let world = World::with(policy).await;
    world.survey.fill();
    let cases = world.drawn().await;
    assert_eq!(give_up(&world, &cases[0]).await.added_cases, 0);
    assert_eq!(world.cases().await.len(), cases.len());
}

#[tokio::test]
async fn k6_a_whole_interviewer() {
    // 56 slips of one interviewer in one stratum, 10% of them drawn: 6. Another interviewer has others.
    let world = World::new().await;
    world.survey.add("SNV", "DN_CN", 1, 56);
    world.survey.add("STC", "DN_CN", 2, 30);
    let cases = world.drawn().await;
    let (own, other): (Vec<_>, Vec<_>) = cases.iter().partition(|c| c.unit == "SNV");
    assert_eq!((own.len(), other.len()), (6, 3));
    // One void of six is 16.67%: whatever comes first, the rest is waited for.
    assert_eq!(world.void(own[0]).await.added_cases, 0);
    for case in &own[1..5] {
        assert_eq!(world.confirm(case).await.added_cases, 0);
    }
    // Two of six is 33.33%.
    assert_eq!(world.void(own[5]).await.added_cases, 50);
    let cases = world.cases().await;
    let (own, other): (Vec<_>, Vec<_>) = cases.iter().partition(|c| c.unit == "SNV");
    assert_eq!((own.len(), other.len()), (56, 3));
    let whole = own
        .iter()
        .filter(|c| c.cause() == pb::CaseCause::WholeInterviewer);
    assert_eq!(whole.count(), 50);
    let slips: BTreeSet<&str> = own.iter().map(|c| c.slip_id.as_str()).collect();
    assert_eq!(slips.len(), 56);
    assert_eq!(56 - own.iter().filter(|c| c.void).count(), 54);
    // The unit stays open until all of them are done.
    assert_eq!(refused(world.conclude().await), "CASES_OPEN");
    world.assign(&[verifier(1)]).await;
    for case in own.iter().filter(|c| c.outcome() == pb::Outcome::Unspecified) {
        assert_eq!(world.confirm(case).await.added_cases, 0);
    }
    for case in other {
        world.confirm(case).await;
    }
    let lot = world.conclude().await.unwrap().lot.unwrap();
    assert_eq!(
        (lot.state(), lot.cases, lot.open_cases, lot.void_slips),
        (pb::LotState::Concluded, 59, 0, 2)
    );
}

#[tokio::test]
async fn a_lot_is_concluded_once_and_after_its_cases() {
    let (world, cases) = drawn().await;
    let status = world.conclude().await.unwrap_err();
    assert_eq!(chiso_platform::error::reason_of(&status), "CASES_OPEN");
    let count = format!("{} phiếu", cases.len());
    assert!(chiso_platform::error::vi_of(&status).contains(&count));
    for case in &cases {
        world.confirm(case).await;
    }
    // What was recorded in time may be concluded after the window.
    world.kit.set_now(end().plus(DAY));
    let request = pb::ConcludeLotRequest {
        request_id: world.kit.id(),
        lot_id: world.lot_id(),
    };
    let first = world.conclude_lot(&organiser(), request.clone()).await.unwrap();
    assert_eq!(world.conclude_lot(&organiser(), request).await.unwrap(), first);
    assert_eq!(refused(world.conclude().await), "LOT_CONCLUDED");
    world.kit.set_now(start());
    let seed = world.seed(&world.lot_id(), 2, OTHER_SEED, 20);
    assert_eq!(
        refused(world.enter_seed(&organiser(), seed).await),
        "LOT_CONCLUDED"
    );
    let seed = world.seed(&world.lot_id(), 1, OTHER_SEED, 0);
    assert_eq!(
        refused(world.enter_seed(&organiser(), seed).await),
        "SEED_ALREADY_ENTERED"
    );
}

#[tokio::test]
async fn nothing_is_concluded_before_the_draw() {
    let world = World::new().await;
    world.survey.fill();
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.unwrap();
    assert_eq!(refused(world.conclude().await), "LOT_NOT_DRAWN");
}
