//! The queue: who gets which case next, how long it is held, when it comes back, and what is told after recording.

mod common;

use chiso_domain::kernel::time::SECOND;
use chiso_platform::testkit::As;
use chiso_wire::convert::{instant, timestamp};
use chiso_wire::recheck as pb;
use chiso_wire::recheck::record_finding_request::Finding;
use common::*;
use prost::Message;
use tonic::{Code, Status};

const MINUTE: i64 = 60 * SECOND;

/// A drawn lot whose cases nobody has.
async fn open() -> World {
    let world = World::new().await;
    world.survey.fill();
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.expect("it closes");
    let seed = world.seed(&world.lot_id(), 1, SEED, 0);
    world.enter_seed(&organiser(), seed).await.expect("it draws");
    world
}

async fn take(world: &World, who: &As) -> pb::TakeNextCaseResponse {
    let request = pb::TakeNextCaseRequest {
        request_id: world.kit.id(),
        cycle: "2022".to_owned(),
    };
    world.take_next_case(who, request).await.expect("an answer")
}

async fn next(world: &World, who: &As) -> pb::Case {
    take(world, who).await.case.expect("a case")
}

async fn queue(world: &World, who: &As) -> pb::GetQueueResponse {
    let request = pb::GetQueueRequest {
        cycle: "2022".to_owned(),
    };
    world.get_queue(who, request).await.expect("counts")
}

async fn release(world: &World, who: &As, case: &pb::Case) -> Result<pb::ReleaseCaseResponse, Status> {
    let request = pb::ReleaseCaseRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
    };
    world.release_case(who, request).await
}

async fn renew(world: &World, who: &As, case: &pb::Case) -> Result<pb::RenewLeaseResponse, Status> {
    let request = pb::RenewLeaseRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
    };
    world.renew_lease(who, request).await
}

fn tried(world: &World, case: &pb::Case, outcome: pb::AttemptOutcome) -> pb::RecordAttemptRequest {
    pb::RecordAttemptRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
        mode: pb::Mode::Phone.into(),
        outcome: outcome.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn two_officers_never_hold_one_case() {
    let world = open().await;
    let mut held = Vec::new();
    for n in 1..=4 {
        let case = next(&world, &verifier(n)).await;
        assert_eq!(case.officer, verifier(n).id().to_string());
        let until = instant("lease_until", case.lease_until.as_ref()).unwrap();
        assert_eq!(until, world.kit.ctx.clock.now().plus(15 * MINUTE));
        held.push(case.case_id.clone());
        // Who holds one and asks for the next gets the same.
        assert_eq!(next(&world, &verifier(n)).await.case_id, case.case_id);
    }
    held.sort();
    held.dedup();
    assert_eq!(held.len(), 4);
    let (five, six) = (verifier(5), verifier(6));
    let (a, b) = tokio::join!(take(&world, &five), take(&world, &six));
    assert_ne!(a.case.unwrap().case_id, b.case.unwrap().case_id);
    let acts = world.acts().await;
    assert_eq!(acts.iter().filter(|(act, _)| act == "case.take").count(), 10);
}

#[tokio::test]
async fn nobody_is_given_a_slip_of_their_own() {
    let world = open().await;
    // The interviewer of most slips is also a verifier.
    let own = verifier(9).person(uuid::Uuid::parse_str(&uuid(1)).unwrap());
    let entries = world.entries().await;
    let mut seen = 0;
    while let Some(case) = take(&world, &own).await.case {
        let entry = entries.iter().find(|e| e.slip_id == case.slip_id).unwrap();
        assert_ne!(entry.interviewer, own.id().to_string());
        let finding = world.finding(&case, Finding::NotInterviewed(true));
        world.record_finding(&own, finding).await.unwrap();
        seen += 1;
        assert!(seen < 1_000);
    }
    assert!(seen > 0);
    let left = world.cases().await;
    let left = left.iter().filter(|c| c.outcome() == pb::Outcome::Unspecified);
    assert!(left.clone().count() > 0);
    assert_eq!(
        queue(&world, &own).await.open,
        0,
        "what cannot be taken is not counted"
    );
}

#[tokio::test]
async fn a_case_left_lying_goes_to_somebody_else() {
    let world = open().await;
    let (first, second) = (verifier(1), verifier(2));
    let case = next(&world, &first).await;
    // Held for longer, as long as it is asked for in time.
    world.kit.set_now(start().plus(10 * MINUTE));
    let longer = renew(&world, &first, &case).await.unwrap().case.unwrap();
    let until = instant("lease_until", longer.lease_until.as_ref()).unwrap();
    assert_eq!(until, start().plus(25 * MINUTE));
    assert_eq!(code(renew(&world, &second, &case).await), Code::NotFound);
    assert_eq!(code(release(&world, &second, &case).await), Code::NotFound);
    world.kit.set_now(until.plus(-1));
    assert_ne!(next(&world, &second).await.case_id, case.case_id);
    release(&world, &second, &next(&world, &second).await)
        .await
        .unwrap();
    world.kit.set_now(until);
    assert_eq!(next(&world, &second).await.case_id, case.case_id);
    // It is the second officer's now, and the first one's text reaches nothing.
    let late = tried(&world, &case, pb::AttemptOutcome::NoAnswer);
    assert_eq!(code(world.record_attempt(&first, late).await), Code::NotFound);
    assert_eq!(code(renew(&world, &first, &case).await), Code::NotFound);
    let done = world.record_finding(&second, world.answered(&case, 0)).await;
    assert_eq!(done.unwrap().case.unwrap().lease_until, None);
    assert_eq!(refused(renew(&world, &second, &case).await), "CASE_CLOSED");
}

#[tokio::test]
async fn what_is_given_back_is_anybodys_only_if_it_was_before() {
    let world = open().await;
    let case = next(&world, &verifier(1)).await;
    let request = pb::ReleaseCaseRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
    };
    world.release_case(&verifier(1), request.clone()).await.unwrap();
    // Repeated, it is answered although the case is no longer the caller's.
    world.release_case(&verifier(1), request).await.unwrap();
    assert_eq!(next(&world, &verifier(2)).await.case_id, case.case_id);
    world.assign(&[verifier(3)]).await;
    let own = next(&world, &verifier(3)).await;
    release(&world, &verifier(3), &own).await.unwrap();
    let cases = world.cases().await;
    let kept = cases.iter().find(|c| c.case_id == own.case_id).unwrap();
    assert_eq!(
        (kept.officer.as_str(), kept.lease_until, kept.given),
        (own.officer.as_str(), None, true)
    );
    assert!(!case.given, "it was taken");
    // Given to one officer by name, it is not taken by another even when nobody holds it.
    world.kit.set_now(start().plus(60 * MINUTE));
    release(&world, &verifier(2), &case).await.unwrap();
    assert_eq!(next(&world, &verifier(4)).await.case_id, case.case_id);
    assert!(take(&world, &verifier(5)).await.case.is_none());
}

#[tokio::test]
async fn a_visit_counts_with_who_makes_it() {
    let world = open().await;
    let (first, second) = (verifier(1), verifier(2));
    let before = queue(&world, &second).await;
    let case = next(&world, &first).await;
    let asked = tried(&world, &case, pb::AttemptOutcome::AsksVisit);
    world.record_attempt(&first, asked).await.unwrap();
    world.kit.set_now(start().plus(60 * MINUTE));
    let (own, others) = (queue(&world, &first).await, queue(&world, &second).await);
    assert_eq!((own.visits, own.open), (1, before.open));
    assert_eq!((others.visits, others.open), (0, before.open - 1));
    assert_eq!(queue(&world, &organiser()).await.visits, 1);
}

#[tokio::test]
async fn no_call_is_promised_for_after_the_recheck() {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    let noon = start().plus(12 * 60 * MINUTE);
    world.kit.set_now(noon);
    let mut call_back = tried(&world, &cases[0], pb::AttemptOutcome::CallBack);
    call_back.callback_at = Some(timestamp(noon.plus(400 * 24 * 60 * MINUTE)));
    let late = world.record_attempt(&verifier(1), call_back).await;
    assert_eq!(refused(late), "CALLBACK_TOO_LATE");
}

#[tokio::test]
async fn each_outcome_comes_back_in_its_time() {
    use pb::AttemptOutcome as Tried;
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    let me = verifier(1);
    let noon = start().plus(12 * 60 * MINUTE);
    world.kit.set_now(noon);
    for (at, outcome, wait) in [
        (0, Tried::Busy, Some(15)),
        (1, Tried::NoAnswer, Some(120)),
        (2, Tried::Unreachable, Some(120)),
        (3, Tried::Refused, Some(120)),
        (4, Tried::Unspecified, Some(120)),
        (5, Tried::AsksVisit, None),
    ] {
        let reply = world
            .record_attempt(&me, tried(&world, &cases[at], outcome))
            .await;
        let case = reply.unwrap().case.unwrap();
        let next_at = case
            .next_at
            .as_ref()
            .map(|t| instant("next_at", Some(t)).unwrap());
        assert_eq!(next_at, wait.map(|m| noon.plus(m * MINUTE)), "{outcome:?}");
        let kept = match outcome {
            Tried::Unspecified => Tried::NoAnswer,
            other => other,
        };
        assert_eq!(case.attempts[0].outcome(), kept);
    }
    let promised = noon.plus(90 * MINUTE);
    let mut call_back = tried(&world, &cases[6], Tried::CallBack);
    assert_eq!(
        refused(world.record_attempt(&me, call_back.clone()).await),
        "CALLBACK_NOT_AHEAD"
    );
    call_back.callback_at = Some(timestamp(noon));
    assert_eq!(
        refused(world.record_attempt(&me, call_back.clone()).await),
        "CALLBACK_NOT_AHEAD"
    );
    call_back.callback_at = Some(timestamp(promised));
    let case = world
        .record_attempt(&me, call_back.clone())
        .await
        .unwrap()
        .case
        .unwrap();
    assert_eq!(case.attempts[0].callback_at, call_back.callback_at);
    call_back.request_id = world.kit.id();
    call_back.outcome = Tried::Busy.into();
    assert_eq!(
        refused(world.record_attempt(&me, call_back).await),
        "FIELD_INVALID"
    );

    let told = queue(&world, &me).await;
    assert_eq!((told.due, told.callbacks, told.again, told.visits), (0, 1, 5, 1));
    assert_eq!(told.fresh, told.open - 7);
    assert_eq!(told.next_at, Some(timestamp(noon.plus(15 * MINUTE))));
    assert_eq!(told.mine.len(), cases.len().min(100));
    world.kit.set_now(promised);
    let told = queue(&world, &me).await;
    assert_eq!((told.due, told.callbacks), (1, 0));
    // What was promised comes before everything else.
    assert_eq!(next(&world, &me).await.case_id, cases[6].case_id);
    assert_eq!(queue(&world, &organiser()).await.open, told.open);
    assert!(queue(&world, &organiser()).await.mine.is_empty());
}

#[tokio::test]
async fn nothing_is_given_out_before_it_is_due_or_after_the_window() {
    let world = open().await;
    let me = verifier(1);
    let mut last = None;
    while let Some(case) = take(&world, &me).await.case {
        let asks = tried(&world, &case, pb::AttemptOutcome::NoAnswer);
        last = world.record_attempt(&me, asks).await.unwrap().case;
    }
    let due = last.unwrap().next_at;
    assert_eq!(take(&world, &me).await.next_at, due);
    // They are anybody's that nobody was given by name: another officer waits as long.
    assert_eq!(
        take(&world, &verifier(2)).await,
        pb::TakeNextCaseResponse {
            case: None,
            next_at: due
        }
    );
    world.kit.set_now(instant("next_at", due.as_ref()).unwrap());
    let again = next(&world, &me).await;
    assert_eq!(again.attempts.len(), 1);
    world.kit.set_now(end());
    let request = pb::TakeNextCaseRequest {
        request_id: world.kit.id(),
        cycle: "2022".to_owned(),
    };
    assert_eq!(
        refused(world.take_next_case(&me, request).await),
        "DEADLINE_PASSED"
    );
    assert_eq!(refused(renew(&world, &me, &again).await), "DEADLINE_PASSED");
}

#[tokio::test]
async fn both_answers_are_told_after_the_outcome_only() {
    let world = open().await;
    let me = verifier(1);
    let request = pb::TakeNextCaseRequest {
        request_id: world.kit.id(),
        cycle: "2022".to_owned(),
    };
    let taken = world.take_next_case(&me, request.clone()).await.unwrap();
    assert_eq!(world.take_next_case(&me, request).await.unwrap(), taken);
    let case = taken.case.unwrap();
    let first = world.survey.answers(&case.slip_id);
    let unrated = first.values().find(|a| *a == "khong_y_kien");
    let kept = renew(&world, &me, &case).await.unwrap();
    for bytes in [
        queue(&world, &me).await.encode_to_vec(),
        kept.encode_to_vec(),
        case.encode_to_vec(),
    ] {
        assert!(unrated.is_none() || !String::from_utf8_lossy(&bytes).contains("khong_y_kien"));
    }
    assert!(case.compared.is_empty() && kept.case.unwrap().compared.is_empty());
    let told = world.record_finding(&me, world.answered(&case, 1)).await;
    let told = told.unwrap().case.unwrap();
    assert_eq!(told.compared.len(), 2);
    let different: Vec<_> = told.compared.iter().filter(|c| !c.same).collect();
    assert_eq!(different.len(), 1);
    assert_ne!(different[0].first, different[0].second);
    for compared in &told.compared {
        assert_eq!(compared.first, first[&compared.question]);
        assert_eq!(compared.same, compared.first == compared.second);
    }
    let done = queue(&world, &me).await;
    assert_eq!((done.done, done.confirmed, done.void), (1, 1, 0));
}
