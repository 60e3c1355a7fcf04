//! Officers and their cases: blind, their own only, once, in time; replacements and whole interviewers.

mod common;

use chiso_domain::cycle::{Extension, Policy, Window};
use chiso_platform::auth::Role;
use chiso_platform::error::violations_of;
use chiso_platform::testkit::As;
use chiso_wire::recheck as pb;
use chiso_wire::recheck::record_finding_request::Finding;
use common::*;
use prost::Message;
use tonic::Code;

async fn drawn() -> (World, Vec<pb::Case>) {
    let world = World::new().await;
    world.survey.fill();
    let cases = world.drawn().await;
    (world, cases)
}

fn get(case: &pb::Case) -> pb::GetCaseRequest {
    pb::GetCaseRequest {
        case_id: case.case_id.clone(),
    }
}

fn reveal(world: &World, case: &pb::Case) -> pb::RevealContactRequest {
    pb::RevealContactRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
    }
}

#[tokio::test]
async fn cases_are_spread_evenly_and_never_to_their_interviewer() {
    let world = World::new().await;
    // The interviewer of most slips is also among the verifiers.
    let own = verifier(9).person(uuid::Uuid::parse_str(&uuid(1)).unwrap());
    world.survey.fill();
    let close = world.close(&world.lot_id(), &[]);
    world.close_lot(&organiser(), close).await.unwrap();
    let request = |officers: &[&As], cases: &[String]| pb::AssignCasesRequest {
        request_id: world.kit.id(),
        lot_id: world.lot_id(),
        officers: officers.iter().map(|o| o.id().to_string()).collect(),
        case_ids: cases.to_vec(),
    };
    let early = request(&[&own], &[]);
    assert_eq!(
        refused(world.assign_cases(&organiser(), early).await),
        "LOT_NOT_DRAWN"
    );
    let seed = world.seed(&world.lot_id(), 1, SEED, 0);
    world.enter_seed(&organiser(), seed).await.unwrap();
    let nobody = request(&[], &[]);
    assert_eq!(
        refused(world.assign_cases(&organiser(), nobody).await),
        "NO_OFFICERS"
    );
    let only_own = request(&[&own], &[]);
    assert_eq!(
        refused(world.assign_cases(&organiser(), only_own).await),
        "OFFICER_INTERVIEWED"
    );
    let all = request(&[&own, &verifier(1), &verifier(2), &verifier(1)], &[]);
    let reply = world.assign_cases(&organiser(), all.clone()).await.unwrap();
    let cases = world.cases().await;
    assert_eq!(reply.assigned, i32::try_from(cases.len()).unwrap());
    assert_eq!(world.assign_cases(&organiser(), all).await.unwrap(), reply);
    let entries = world.entries().await;
    let count = |who: &As| cases.iter().filter(|c| c.officer == who.id().to_string()).count();
    assert!(count(&verifier(1)).abs_diff(count(&verifier(2))) <= 1);
    assert!(count(&own) > 0);
    for case in &cases {
        let entry = entries.iter().find(|e| e.slip_id == case.slip_id).unwrap();
        assert_ne!(entry.interviewer, case.officer);
    }
    let case = cases.iter().find(|c| c.officer == own.id().to_string()).unwrap();
    let moved = request(&[&verifier(2)], std::slice::from_ref(&case.case_id));
    assert_eq!(world.assign_cases(&organiser(), moved).await.unwrap().assigned, 1);
    assert_eq!(code(world.get_case(&own, get(case)).await), Code::NotFound);
    let foreign = request(&[&verifier(2)], &[case.case_id.clone(), uuid(5)]);
    let status = world.assign_cases(&organiser(), foreign).await.unwrap_err();
    assert_eq!(violations_of(&status)[0].0, "case_ids[1]");
}

#[tokio::test]
async fn a_verifier_knows_of_no_case_but_the_own_ones() {
    let (world, cases) = drawn().await;
    let case = &cases[0];
    let other = verifier(2);
    assert_eq!(code(world.get_case(&other, get(case)).await), Code::NotFound);
    let contact = reveal(&world, case);
    assert_eq!(code(world.reveal_contact(&other, contact).await), Code::NotFound);
    let finding = world.answered(case, 0);
    assert_eq!(code(world.record_finding(&other, finding).await), Code::NotFound);
    let attempt = pb::RecordAttemptRequest {
        request_id: world.kit.id(),
        case_id: case.case_id.clone(),
        mode: pb::Mode::Phone.into(),
        ..Default::default()
    };
    assert_eq!(
        code(world.record_attempt(&other, attempt.clone()).await),
        Code::NotFound
    );
    // The same words as for a case that does not exist.
    let real = world.get_case(&other, get(case)).await.unwrap_err();
    let none = world
        .get_case(&other, pb::GetCaseRequest { case_id: uuid(5) })
        .await;
    let none = none.unwrap_err();
    assert_eq!(
        (real.code(), real.message(), real.details()),
        (none.code(), none.message(), none.details())
    );
    let list = pb::ListCasesRequest {
        lot_id: world.lot_id(),
        ..Default::default()
    };
    assert!(
        world
            .list_cases(&other, list.clone())
            .await
            .unwrap()
            .cases
            .is_empty()
    );
    let own = world.list_cases(&verifier(1), list.clone()).await.unwrap().cases;
    assert_eq!(own, cases);
    for role in [Role::Interviewer, Role::SurveySupervisor, Role::UnitOfficer] {
        assert_eq!(
            code(world.list_cases(&As::role(role), list.clone()).await),
            Code::PermissionDenied
        );
        assert_eq!(
            code(world.get_case(&As::role(role), get(case)).await),
            Code::PermissionDenied
        );
    }
    assert!(world.get_case(&As::role(Role::Auditor), get(case)).await.is_ok());
    // The organiser sees, but does not verify.
    assert_eq!(
        code(world.record_attempt(&organiser(), attempt).await),
        Code::PermissionDenied
    );
    let elsewhere = verifier(1).cycle("2021");
    assert_eq!(code(world.get_case(&elsewhere, get(case)).await), Code::NotFound);
}

#[tokio::test]
async fn an_officer_is_blind_until_the_finding_is_recorded() {
    let (world, cases) = drawn().await;
    for case in &cases {
        let reply = world.get_case(&verifier(1), get(case)).await.unwrap();
        let questions = match case.group.as_str() {
            "HDND" => ["Q1", "Q2"],
            _ => ["Q1", "Q3"],
        };
        assert_eq!(reply.questions, questions);
        let told = reply.case.unwrap();
        assert!(told.differences.is_empty());
        assert_eq!((told.outcome(), told.void), (pb::Outcome::Unspecified, false));
    }
    // The one answer that stands out in bytes is nowhere, though many of these slips have it.
    let unrated = |c: &&pb::Case| {
        world
            .survey
            .answers(&c.slip_id)
            .values()
            .any(|a| a == "khong_y_kien")
    };
    assert!(cases.iter().filter(unrated).count() > 2);
    for case in &cases {
        let bytes = world
            .get_case(&verifier(1), get(case))
            .await
            .unwrap()
            .encode_to_vec();
        assert!(!String::from_utf8_lossy(&bytes).contains("khong_y_kien"));
    }
    let case = &cases[0];
    let reply = world.record_finding(&verifier(1), world.answered(case, 1)).await;
    let told = reply.unwrap().case.unwrap();
    let first = world.survey.answers(&case.slip_id);
    assert_eq!(told.outcome(), pb::Outcome::Confirmed);
    assert_eq!(told.differences.len(), 1);
    assert_eq!(told.differences[0].first, first["Q1"]);
    assert_ne!(told.differences[0].second, first["Q1"]);
    let seen = world.get_case(&verifier(1), get(case)).await.unwrap().case;
    assert_eq!(seen, Some(told));
}

#[tokio::test]
async fn outcomes_follow_from_what_the_respondent_says() {
    let (world, cases) = drawn().await;
    let record = async |case: &pb::Case, finding| {
        let request = world.finding(case, finding);
        let reply = world.record_finding(&verifier(1), request).await.unwrap();
        let case = reply.case.unwrap();
        assert_eq!(case.void, case.outcome() != pb::Outcome::Confirmed);
        case.outcome()
    };
    assert_eq!(
        record(&cases[0], Finding::WrongPerson(true)).await,
        pb::Outcome::WrongPerson
    );
    let not_interviewed = Finding::NotInterviewed(true);
    assert_eq!(
        record(&cases[1], not_interviewed).await,
        pb::Outcome::NotInterviewed
    );
    for (case, differing, outcome) in [
        (&cases[2], 0, pb::Outcome::Confirmed),
        (&cases[3], 1, pb::Outcome::Confirmed),
        (&cases[4], 2, pb::Outcome::AnswerDiffers),
    ] {
        let answers = world.answered(case, differing).finding.unwrap();
        assert_eq!(record(case, answers).await, outcome);
    }
    let lot = pb::GetLotRequest {
        lot_id: world.lot_id(),
    };
    let lot = world.get_lot(&verifier(1), lot).await.unwrap().lot.unwrap();
    assert_eq!(lot.void_slips, 3);
    let open = pb::ListCasesRequest {
        lot_id: world.lot_id(),
        open_only: true,
        ..Default::default()
    };
    let open = world.list_cases(&verifier(1), open).await.unwrap().cases;
    assert_eq!(open.len(), cases.len() - 5);
}

#[tokio::test]
async fn a_finding_is_recorded_once() {
    let (world, cases) = drawn().await;
    let request = world.answered(&cases[0], 0);
    let first = world.record_finding(&verifier(1), request.clone()).await.unwrap();
    let repeated = world.record_finding(&verifier(1), request.clone()).await;
    assert_eq!(repeated.unwrap(), first);
    let other_bytes = pb::RecordFindingRequest {
        note: "khác".to_owned(),
        ..request.clone()
    };
    assert_eq!(
        refused(world.record_finding(&verifier(1), other_bytes).await),
        "REQUEST_ID_REUSED"
    );
    let again = world.finding(&cases[0], Finding::WrongPerson(true));
    assert_eq!(
        refused(world.record_finding(&verifier(1), again).await),
        "CASE_CLOSED"
    );
    assert_eq!(refused(world.attempt(&cases[0]).await), "CASE_CLOSED");
    let contact = reveal(&world, &cases[0]);
    assert_eq!(
        refused(world.reveal_contact(&verifier(1), contact).await),
        "CASE_CLOSED"
    );
    let moved = pb::AssignCasesRequest {
        request_id: world.kit.id(),
        lot_id: world.lot_id(),
        officers: vec![verifier(2).id().to_string()],
        case_ids: vec![cases[0].case_id.clone()],
    };
    assert_eq!(
        refused(world.assign_cases(&organiser(), moved).await),
        "CASE_CLOSED"
    );
    // A repeat is answered even when the window is over and the survey is silent.
    world.kit.set_now(end());
    world.survey.be_silent(true);
    let repeated = world.record_finding(&verifier(1), request).await;
    assert_eq!(repeated.unwrap(), first);
    let acts = world.acts().await;
    assert_eq!(acts.iter().filter(|(act, _)| act == "case.finding").count(), 1);
}

#[tokio::test]
async fn findings_that_say_nothing_are_refused() {
    let (world, cases) = drawn().await;
    let case = cases.iter().find(|c| c.group == "HDND").unwrap();
    let fault = async |request| {
        let status = world.record_finding(&verifier(1), request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        let reason = chiso_platform::error::reason_of(&status);
        (reason, violations_of(&status)[0].0.clone())
    };
    let pair = |reason: &str, field: &str| (reason.to_owned(), field.to_owned());
    let mut none = world.answered(case, 0);
    none.finding = None;
    assert_eq!(fault(none).await, pair("FIELD_INVALID", "finding"));
    let no = world.finding(case, Finding::WrongPerson(false));
    assert_eq!(fault(no).await, pair("FIELD_INVALID", "wrong_person"));
    let mut no_mode = world.answered(case, 0);
    no_mode.mode = 0;
    assert_eq!(fault(no_mode).await, pair("FIELD_INVALID", "mode"));
    let with = |answers: &[(&str, &str)]| {
        let answer = |(question, value): &(&str, &str)| pb::AnswerAgain {
            question: (*question).to_owned(),
            value: (*value).to_owned(),
        };
        let answers = answers.iter().map(answer).collect();
        world.finding(case, Finding::Answers(pb::AnswersAgain { answers }))
    };
    let blank = with(&[("Q1", "5"), ("Q2", " ")]);
    assert_eq!(fault(blank).await, pair("ANSWER_MISSING", "answers.answers"));
    let twice = with(&[("Q1", "5"), ("Q1", "5")]);
    assert_eq!(
        fault(twice).await,
        pair("ANSWER_TWICE", "answers.answers[1].question")
    );
    let foreign = with(&[("Q1", "5"), ("Q2", "5"), ("Q3", "5")]);
    assert_eq!(
        fault(foreign).await,
        pair("ANSWER_NOT_ASKED", "answers.answers[2].question")
    );
    let no_option = with(&[("Q1", "5"), ("Q2", "6")]);
    assert_eq!(
        fault(no_option).await,
        pair("ANSWER_NOT_OPTION", "answers.answers[1].value")
    );
    let bad = with(&[("câu một", "5")]);
    assert_eq!(
        fault(bad).await,
        pair("FIELD_INVALID", "answers.answers[0].question")
    );
    assert_eq!(world.cases().await, cases);
}

#[tokio::test]
async fn a_slip_that_is_not_what_was_frozen_stops_the_finding() {
    let (world, cases) = drawn().await;
    world.survey.tamper(&cases[0].slip_id);
    let request = world.answered(&cases[0], 0);
    assert_eq!(
        refused(world.record_finding(&verifier(1), request).await),
        "SLIP_CHANGED"
    );
    assert_eq!(world.cases().await, cases);
}

#[tokio::test]
async fn findings_are_recorded_inside_the_window_only() {
    let (world, cases) = drawn().await;
    world.kit.set_now(end().plus(-1));
    world.confirm(&cases[0]).await;
    world.kit.set_now(end());
    let late = world.answered(&cases[1], 0);
    assert_eq!(
        refused(world.record_finding(&verifier(1), late).await),
        "DEADLINE_PASSED"
    );
    assert_eq!(refused(world.attempt(&cases[1]).await), "DEADLINE_PASSED");
    let contact = reveal(&world, &cases[1]);
    assert_eq!(
        refused(world.reveal_contact(&verifier(1), contact).await),
        "DEADLINE_PASSED"
    );
    assert!(world.survey.openings().is_empty());
    let mut longer = cycle(Policy::default());
    longer.calendar.extensions.push(Extension {
        window: Window::Recheck,
        unit: Some(parsed(&cases[1].unit)),
        ends_at: end().plus(1),
        reason: "lũ quét".to_owned(),
        granted_at: end(),
    });
    world.kit.ctx.cycles.replace(longer);
    world.confirm(&cases[1]).await;
    let other = cases.iter().find(|c| c.unit != cases[1].unit).unwrap();
    let late = world.answered(other, 0);
    assert_eq!(
        refused(world.record_finding(&verifier(1), late).await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn a_contact_is_journalled_before_it_is_answered() {
    let (world, cases) = drawn().await;
    let request = reveal(&world, &cases[0]);
    let contact = world.reveal_contact(&verifier(1), request.clone()).await.unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.phone.as_str()),
        ("Nguyễn Văn Ánh", "0912345678")
    );
    // Seen again, journalled again; under other bytes refused.
    assert!(world.reveal_contact(&verifier(1), request.clone()).await.is_ok());
    let other = pb::RevealContactRequest {
        case_id: cases[1].case_id.clone(),
        ..request.clone()
    };
    assert_eq!(
        refused(world.reveal_contact(&verifier(1), other).await),
        "REQUEST_ID_REUSED"
    );
    let openings = world.survey.openings();
    let journalled: Vec<i64> = openings.iter().map(|(_, rows)| *rows).collect();
    assert_eq!(journalled, [1, 2]);
    let opener = format!("service:recheck:{}", verifier(1).id());
    assert_eq!(
        world.survey.openers(),
        [opener.clone(), opener],
        "the survey knows for whom"
    );
    let slips = world.survey.slips();
    let slip = slips.iter().find(|s| s.id == cases[0].slip_id).unwrap();
    let asked = &openings[0].0;
    assert_eq!(asked.respondent_id, slip.respondent);
    assert_eq!(asked.officer, verifier(1).id().to_string());
    assert_eq!(asked.purpose, format!("recheck case {}", cases[0].case_id));
    let object = format!("2022/{}/case/{}", cases[0].unit, cases[0].case_id);
    let acts = world.acts().await;
    let opened: Vec<_> = acts.iter().filter(|(act, _)| act == "contact.reveal").collect();
    assert_eq!(opened.len(), 2);
    assert!(opened.iter().all(|(_, on)| *on == object));
    // Nothing of the contact is kept here.
    let kept = chiso_platform::db::sql("SELECT reply FROM recheck_request");
    for row in world.kit.ctx.db.all(kept).await.unwrap() {
        let reply: Vec<u8> = row.get("reply").unwrap();
        assert!(!String::from_utf8_lossy(&reply).contains("0912345678"));
    }
}
