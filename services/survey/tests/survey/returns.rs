//! Slips that are given back, what comes in their place, and how interviewers' work looks.

use chiso_domain::kernel::time::SECOND;
use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::index_points::Value;
use chiso_wire::survey as pb;
use prost::Message;
use sha2::{Digest, Sha256};
use tonic::Status;

use crate::support::{
    CYCLE, World, at, because, form, interviewer, organiser, supervisor, why, window, xlsx,
};

async fn give_back(world: &World, slip_id: &str) -> Result<(), Status> {
    let request = pb::ReturnSlipRequest {
        request_id: world.kit.id(),
        slip_id: slip_id.to_owned(),
        reason: "Câu 7: số điện thoại sai".to_owned(),
    };
    let request = world.kit.request(request, &supervisor());
    world.client().return_slip(request).await?;
    Ok(())
}

async fn returns(world: &World, of: &str, who: &As) -> Result<Vec<pb::Slip>, Status> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListReturnsRequest {
            cycle: CYCLE.to_owned(),
            interviewer: of.to_owned(),
            page_size: 1,
            page_token,
        };
        let request = world.kit.request(request, who);
        let reply = world.client().list_returns(request).await?.into_inner();
        all.extend(reply.slips);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

async fn get(world: &World, slip_id: &str) -> pb::Slip {
    let request = pb::GetSlipRequest {
        slip_id: slip_id.to_owned(),
    };
    let request = world.kit.request(request, &interviewer());
    world
        .client()
        .get_slip(request)
        .await
        .unwrap()
        .into_inner()
        .slip
        .unwrap()
}

/// A world with a slip of SNV that counts.
async fn with_slip() -> (World, String, pb::NewSlip) {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    assert!(world.submit(&slip).await.unwrap().valid);
    (world, person, slip)
}

fn bytes(slip: &pb::NewSlip) -> String {
    Sha256::digest(slip.encode_to_vec())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[tokio::test]
async fn a_returned_slip_counts_no_more_and_says_why() {
    let (world, _, slip) = with_slip().await;
    let value = async || {
        let key = ("SNV".to_owned(), "V.2.1".to_owned());
        world.points().await[&key].value.clone().unwrap()
    };
    assert!(matches!(value().await, Value::Points(_)));
    give_back(&world, &slip.slip_id).await.unwrap();

    assert_eq!(world.totals().await, (1, 0));
    let counts = world.counts("SNV", "DN_CN", &organiser()).await;
    assert_eq!(counts.counts.iter().map(|c| c.count).sum::<i64>(), 0);
    assert!(matches!(value().await, Value::NotComputable(_)));

    let found = get(&world, &slip.slip_id).await;
    assert!(!found.valid);
    assert_eq!(found.invalid_reasons[0].code, "RETURNED");
    let returned = found.returned.unwrap();
    assert_eq!(returned.reason, "Câu 7: số điện thoại sai");
    assert_eq!(returned.by, supervisor().id().to_string());
    // What came is still what came.
    assert_eq!(bytes(found.slip.as_ref().unwrap()), found.sha256);
    // The same slip again is answered as what became of it.
    assert!(!world.submit(&slip).await.unwrap().valid);
}

#[tokio::test]
async fn a_slip_is_returned_once_and_by_whoever_may() {
    let (world, _, slip) = with_slip().await;
    let request = pb::ReturnSlipRequest {
        request_id: world.kit.id(),
        slip_id: slip.slip_id.clone(),
        reason: "Làm lại".to_owned(),
    };
    for _ in 0..2 {
        let request = world.kit.request(request.clone(), &supervisor());
        world.client().return_slip(request).await.unwrap();
    }
    assert_eq!(world.totals().await, (1, 0));
    assert_eq!(
        why(give_back(&world, &slip.slip_id).await),
        because("SLIP_NOT_VALID", "slip_id")
    );
    let stranger = supervisor().cycle("2023");
    let foreign = pb::ReturnSlipRequest {
        request_id: world.kit.id(),
        ..request.clone()
    };
    let foreign = world.kit.request(foreign, &stranger);
    assert_eq!(
        why(world.client().return_slip(foreign).await),
        because("NOT_FOUND", "slip_id")
    );
    let nowhere = world.kit.id();
    assert_eq!(
        why(give_back(&world, &nowhere).await),
        because("NOT_FOUND", "slip_id")
    );
    let wordless = pb::ReturnSlipRequest {
        request_id: world.kit.id(),
        reason: String::new(),
        ..request
    };
    let wordless = world.kit.request(wordless, &supervisor());
    assert_eq!(
        why(world.client().return_slip(wordless).await),
        because("FIELD_INVALID", "reason")
    );
}

#[tokio::test]
async fn nothing_is_returned_after_the_window() {
    let (world, _, slip) = with_slip().await;
    world.kit.set_now(window().end);
    let (reason, _) = why(give_back(&world, &slip.slip_id).await);
    assert_eq!(reason, "DEADLINE_PASSED");
    assert_eq!(world.totals().await, (1, 1));
}

#[tokio::test]
async fn another_slip_comes_in_its_place() {
    let (world, person, slip) = with_slip().await;
    give_back(&world, &slip.slip_id).await.unwrap();
    let mut again = world.slip("SNV", "DN_CN", &person, "3", "");
    again.replaces.clone_from(&slip.slip_id);
    // Refused for a blank: its place is kept, and may be taken by another id as long as it is not there.
    assert_eq!(why(world.submit(&again).await).0, "RESPONSE_INCOMPLETE");
    let mut better = world.slip("SNV", "DN_CN", &person, "3", "3");
    better.replaces.clone_from(&slip.slip_id);
    for _ in 0..2 {
        assert!(world.submit(&better).await.unwrap().valid);
    }
    assert_eq!(world.totals().await, (2, 1));
    let listed = returns(&world, "", &interviewer()).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].returned.as_ref().unwrap().replaced_by, better.slip_id);
    assert_eq!(listed[0].slip.as_ref().unwrap(), &slip);
    let found = get(&world, &better.slip_id).await;
    assert_eq!(found.slip.as_ref().unwrap(), &better);
    assert_eq!(bytes(&better), found.sha256);

    let other = world.person("DN_CN", "0912345679", &["SNV"]).await;
    let mut third = world.slip("SNV", "DN_CN", &other, "3", "3");
    third.replaces.clone_from(&slip.slip_id);
    assert_eq!(
        why(world.submit(&third).await),
        because("RETURN_REPLACED", "replaces")
    );
    let check = pb::CheckSlipRequest {
        slip: Some(third.clone()),
    };
    let check = world.kit.request(check, &interviewer());
    let faults = world
        .client()
        .check_slip(check)
        .await
        .unwrap()
        .into_inner()
        .faults;
    assert_eq!(faults[0].reason, "RETURN_REPLACED");
}

#[tokio::test]
async fn only_ones_own_returned_slip_of_the_unit_is_replaced() {
    let (world, person, slip) = with_slip().await;
    let mut again = world.slip("SNV", "DN_CN", &person, "3", "3");
    again.replaces.clone_from(&slip.slip_id);
    let unknown = || because("RETURN_UNKNOWN", "replaces");
    // It was not returned.
    assert_eq!(why(world.submit(&again).await), unknown());
    give_back(&world, &slip.slip_id).await.unwrap();
    let other = interviewer().number(1);
    assert_eq!(why(world.submit_as(&again, &other).await), unknown());
    again.replaces = "phiếu".to_owned();
    assert_eq!(
        why(world.submit(&again).await),
        because("FIELD_INVALID", "replaces")
    );
    let rater = world.person("DN_CN", "0912345679", &[]).await;
    let mut elsewhere = world.slip("STC", "DN_CN", &rater, "3", "3");
    elsewhere.replaces.clone_from(&slip.slip_id);
    assert_eq!(why(world.submit(&elsewhere).await), unknown());
    assert_eq!(world.totals().await, (1, 0));
    assert!(returns(&world, "", &other).await.unwrap().is_empty());
    let of_another = returns(&world, &interviewer().id().to_string(), &other).await;
    assert_eq!(of_another.unwrap_err().code(), tonic::Code::PermissionDenied);
    let all = returns(&world, "", &supervisor()).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].returned.as_ref().unwrap().replaced_by, "");
}

#[tokio::test]
async fn a_slip_that_is_there_already_comes_in_nobodys_place() {
    let (world, person, slip) = with_slip().await;
    let rater = world.person("DN_CN", "0912345679", &["SNV"]).await;
    let other = world.slip("SNV", "DN_CN", &rater, "4", "4");
    world.submit(&other).await.unwrap();
    give_back(&world, &slip.slip_id).await.unwrap();
    let mut again = world.slip("SNV", "DN_CN", &person, "3", "3");
    again.replaces.clone_from(&slip.slip_id);
    again.slip_id.clone_from(&other.slip_id);
    let answer = world.submit(&again).await;
    assert_eq!(answer.unwrap_err().code(), tonic::Code::Aborted);
    let all = returns(&world, "", &supervisor()).await.unwrap();
    assert_eq!(
        all[0].returned.as_ref().unwrap().replaced_by,
        "",
        "it still waits"
    );
    // Under an id of its own it comes, and again it is answered as before.
    again.slip_id = world.kit.id();
    for _ in 0..2 {
        assert!(world.submit(&again).await.unwrap().valid);
    }
}

/// "5" to the third question.
fn third() -> pb::Answer {
    pb::Answer {
        question: "Q3".to_owned(),
        value: "5".to_owned(),
    }
}

/// Two interviewers with slips that differ in what their numbers tell of them.
async fn two_at_work() -> (World, As, As) {
    let mut world = World::new().await;
    let mut longer = form();
    longer[0].1.push(vec!["select_one muc", "Q3", "Thái độ", "yes"]);
    let sha256 = world.import("DN_CN", &xlsx(&longer)).await.unwrap();
    world.forms.insert("DN_CN", sha256);
    world.kit.set_now(at("2022-11-20T08:00:00+07:00"));
    let now = world.kit.ctx.clock.now();
    let (one, two) = (interviewer(), interviewer().number(1));
    let mut last = String::new();
    // Five, eight and twelve and a half minutes by the first.
    for (n, minutes, q) in [(1, 300, "5"), (2, 480, "4"), (3, 750, "3")] {
        let person = world.person("DN_CN", &format!("091234567{n}"), &[]).await;
        let mut slip = world.slip("SNV", "DN_CN", &person, "5", q);
        slip.answers.push(third());
        slip.started_at = Some(timestamp(now.plus(-minutes * SECOND)));
        world.submit_as(&slip, &one).await.unwrap();
        last = slip.slip_id;
    }
    // Two by the second, of people with one number between them.
    for (unit, minutes) in [("SNV", 180), ("STC", 270)] {
        let person = world.person("DN_CN", "0912345679", &[]).await;
        let mut slip = world.slip(unit, "DN_CN", &person, "5", "4");
        slip.answers.push(third());
        slip.started_at = Some(timestamp(now.plus(-minutes * SECOND)));
        world.submit_as(&slip, &two).await.unwrap();
    }
    give_back(&world, &last).await.unwrap();
    (world, one, two)
}

#[tokio::test]
async fn the_work_of_each_interviewer_is_told_in_numbers() {
    let (world, one, two) = two_at_work().await;
    let request = pb::GetInterviewerProgressRequest {
        cycle: CYCLE.to_owned(),
    };
    let request = world.kit.request(request, &supervisor());
    let reply = world
        .client()
        .get_interviewer_progress(request)
        .await
        .unwrap()
        .into_inner();
    let work = |who: &As,
                [
        slips,
        valid,
        median_minutes,
        same_answers,
        duplicate_phones,
        returned,
    ]: [i32; 6]| pb::InterviewerProgress {
        interviewer: who.id().to_string(),
        visits: 0,
        slips,
        valid,
        median_minutes,
        same_answers,
        duplicate_phones,
        returned,
    };
    // Three minutes and four and a half: 3.75 in the middle.
    assert_eq!(
        reply.interviewers,
        [work(&one, [3, 2, 8, 1, 0, 1]), work(&two, [2, 2, 4, 0, 2, 0])]
    );
}

#[tokio::test]
async fn the_slips_behind_a_number_are_listed_for_who_may_read_it() {
    let (world, one, two) = two_at_work().await;
    let behind = async |hint: pb::SlipHint, by: &As, unit: &str, who: &As| {
        let request = pb::ListSlipsRequest {
            unit: unit.to_owned(),
            cycle: CYCLE.to_owned(),
            interviewer: by.id().to_string(),
            hint: hint.into(),
            ..Default::default()
        };
        let reply = world.client().list_slips(world.kit.request(request, who)).await;
        reply.map(|reply| reply.into_inner().slips.len())
    };
    for (hint, of_one, of_two) in [
        (pb::SlipHint::SameAnswers, 1, 0),
        (pb::SlipHint::DuplicatePhone, 0, 2),
    ] {
        assert_eq!(
            behind(hint, &one, "", &supervisor()).await.unwrap(),
            of_one,
            "{hint:?}"
        );
        assert_eq!(
            behind(hint, &two, "", &supervisor()).await.unwrap(),
            of_two,
            "{hint:?}"
        );
        let refused = behind(hint, &one, "", &one).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::PermissionDenied);
    }
    let of_one_unit = behind(pb::SlipHint::DuplicatePhone, &two, "STC", &supervisor()).await;
    assert_eq!(of_one_unit.unwrap(), 1);
}
