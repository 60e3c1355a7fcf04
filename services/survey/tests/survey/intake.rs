//! One slip at a time: valid, refused, recorded as invalid, repeated, raced.

use chiso_domain::kernel::time::SECOND;
use chiso_platform::auth::Role;
use chiso_platform::error::violations_of;
use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use unicode_normalization::UnicodeNormalization;

use crate::support::{World, because, cycle, interviewer, organiser, supervisor, why, window};

/// The value of one answer, changed.
fn with_answer(slip: &pb::NewSlip, question: &str, value: &str) -> pb::NewSlip {
    let mut slip = slip.clone();
    slip.answers
        .iter_mut()
        .find(|a| a.question == question)
        .unwrap()
        .value = value.to_owned();
    slip
}

#[tokio::test]
async fn a_valid_slip_is_kept_as_it_came() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "5", "khong_y_kien");
    let outcome = world.submit(&slip).await.unwrap();
    assert!(outcome.valid && outcome.invalid_reasons.is_empty() && outcome.refused.is_none());

    let stored = world.slips().await.remove(0);
    assert_eq!(stored.slip.unwrap(), slip);
    assert_eq!(stored.interviewer, interviewer().id().to_string());
    assert_eq!(stored.sha256.len(), 64);
    assert_eq!(world.totals().await, (1, 1));
}

#[tokio::test]
async fn a_blank_answer_is_refused_with_its_field() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let full = world.slip("SNV", "DN_CN", &person, "5", "4");
    let blank = with_answer(&full, "Q2", " ");
    assert_eq!(
        why(world.submit(&blank).await),
        because("RESPONSE_INCOMPLETE", "answers[1].value")
    );
    let mut missing = full.clone();
    missing.answers.retain(|a| a.question != "tuoi");
    assert_eq!(
        why(world.submit(&missing).await),
        because("RESPONSE_INCOMPLETE", "answers")
    );
    assert_eq!(world.totals().await, (0, 0));
    // Nothing was stored under the id, so the corrected slip may use it.
    assert!(world.submit(&full).await.unwrap().valid);
}

#[tokio::test]
async fn no_dealings_wrong_group_and_not_personal_are_refused() {
    let world = World::new().await;
    let citizen = world.person("DN_CN", "0912345678", &["SYT"]).await;
    let slip = world.slip("SNV", "DN_CN", &citizen, "5", "4");
    assert_eq!(why(world.submit(&slip).await), because("NO_DEALINGS", "unit"));
    let as_deputy = world.slip("SYT", "HDND", &citizen, "5", "4");
    assert_eq!(
        why(world.submit(&as_deputy).await),
        because("WRONG_GROUP", "group")
    );
    let mut by_other = world.slip("SYT", "DN_CN", &citizen, "5", "4");
    by_other.answered_personally = false;
    assert_eq!(
        why(world.submit(&by_other).await),
        because("NOT_PERSONAL", "answered_personally")
    );
    // A deputy without named units may rate every unit.
    let deputy = world.person("HDND", "0912345679", &[]).await;
    for unit in ["SNV", "STC", "SYT"] {
        assert!(
            world
                .submit(&world.slip(unit, "HDND", &deputy, "3", "3"))
                .await
                .unwrap()
                .valid
        );
    }
    assert_eq!(world.totals().await, (3, 3));
}

#[tokio::test]
async fn every_failed_condition_is_named() {
    let world = World::new().await;
    let citizen = world.person("DN_CN", "0912345678", &["SYT"]).await;
    let mut slip = with_answer(&world.slip("SNV", "HDND", &citizen, "5", "4"), "Q1", "");
    slip.answered_personally = false;
    let status = world.submit(&slip).await.unwrap_err();
    let fields: Vec<String> = violations_of(&status)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["group", "NO_DEALINGS", "NOT_PERSONAL", "answers[Q1]"]);

    slip.record_invalid = true;
    let outcome = world.submit(&slip).await.unwrap();
    let codes: Vec<_> = outcome
        .invalid_reasons
        .iter()
        .map(|r| (r.code.as_str(), r.question.as_str()))
        .collect();
    let expected = [
        ("WRONG_GROUP", ""),
        ("NO_DEALINGS", ""),
        ("NOT_PERSONAL", ""),
        ("BLANK_ANSWER", "Q1"),
    ];
    assert_eq!(codes, expected);
    assert!(!outcome.valid);
    assert_eq!(world.totals().await, (1, 0));
    // Repeating it gives the same answer.
    assert_eq!(world.submit(&slip).await.unwrap(), outcome);
    assert_eq!(world.totals().await, (1, 0));
}

#[tokio::test]
async fn invalid_slips_are_never_counted() {
    let world = World::new().await;
    for n in 0..6 {
        let person = world.person("DN_CN", &format!("091234560{n}"), &["SNV"]).await;
        let mut slip = world.slip("SNV", "DN_CN", &person, "5", "5");
        slip.record_invalid = true;
        slip.answered_personally = n % 2 == 0;
        world.submit(&slip).await.unwrap();
    }
    assert_eq!(world.totals().await, (6, 3));
    let counts = world.counts("SNV", "DN_CN", &organiser()).await;
    assert_eq!(counts.valid_slips, 3);
    let all: Vec<_> = counts
        .counts
        .iter()
        .map(|c| (c.question.as_str(), c.option.as_str(), c.count))
        .collect();
    assert_eq!(all, [("Q1", "5", 3), ("Q2", "5", 3)]);
}

#[tokio::test]
async fn the_window_is_half_open_to_the_microsecond() {
    let world = World::new().await;
    let person = world.person("HDND", "0912345678", &[]).await;
    let slip = |unit: &str| world.slip(unit, "HDND", &person, "5", "5");
    world.kit.set_now(window().start.plus(-1));
    assert_eq!(why(world.submit(&slip("SNV")).await).0, "WINDOW_NOT_OPEN");
    world.kit.set_now(window().end.plus(-1));
    assert!(world.submit(&slip("SNV")).await.unwrap().valid);
    let late = slip("STC");
    world.kit.set_now(window().end);
    assert_eq!(why(world.submit(&late).await).0, "DEADLINE_PASSED");
    assert_eq!(world.totals().await, (1, 1));

    // An extension for one unit lets that unit in, and no other.
    let mut longer = cycle();
    longer.calendar.extensions.push(chiso_domain::cycle::Extension {
        window: chiso_domain::cycle::Window::Survey,
        unit: Some("STC".parse().unwrap()),
        ends_at: window().end.plus(1_000_000),
        reason: "mưa lũ".to_owned(),
        granted_at: window().end,
    });
    world.kit.ctx.cycles.replace(longer);
    assert!(world.submit(&late).await.unwrap().valid);
    assert_eq!(why(world.submit(&slip("SYT")).await).0, "DEADLINE_PASSED");
}

#[tokio::test]
async fn the_same_id_with_other_bytes_is_a_conflict() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    let first = world.submit(&slip).await.unwrap();
    assert_eq!(world.submit(&slip).await.unwrap(), first);
    let other = with_answer(&slip, "Q1", "1");
    assert_eq!(
        why(world.submit(&other).await),
        because("SLIP_ID_REUSED", "slip_id")
    );
    // Another interviewer may not take it over either.
    let who = interviewer().number(1);
    assert_eq!(
        why(world.submit_as(&slip, &who).await),
        because("SLIP_ID_REUSED", "slip_id")
    );
    assert_eq!(world.slips().await[0].slip.as_ref().unwrap(), &slip);
    assert_eq!(world.totals().await, (1, 1));
}

/// Why a changed slip is refused, although it may be recorded as invalid: nonsense never is.
async fn changed(world: &World, good: &pb::NewSlip, change: &dyn Fn(&mut pb::NewSlip)) -> (String, String) {
    let mut slip = good.clone();
    slip.record_invalid = true;
    change(&mut slip);
    let refused = why(world.submit(&slip).await);
    assert_eq!(world.totals().await, (0, 0));
    refused
}

#[tokio::test]
async fn a_repeat_after_the_window_gets_the_first_answer() {
    let world = World::new().await;
    let person = world.person("HDND", "0912345678", &[]).await;
    let taken = world.slip("SNV", "HDND", &person, "5", "4");
    let first = world.submit(&taken).await.unwrap();
    let late = world.slip("STC", "HDND", &person, "5", "4");
    world.kit.set_now(window().end);
    assert_eq!(world.submit(&taken).await.unwrap(), first);
    assert_eq!(why(world.submit(&late).await).0, "DEADLINE_PASSED");
    assert_eq!(
        why(world.submit(&with_answer(&taken, "Q1", "1")).await).0,
        "DEADLINE_PASSED"
    );
    let who = interviewer().number(1);
    assert_eq!(why(world.submit_as(&taken, &who).await).0, "DEADLINE_PASSED");
    assert_eq!(world.totals().await, (1, 1));
}

#[tokio::test]
async fn unknown_things_are_refused_by_their_field() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let good = world.slip("SNV", "DN_CN", &person, "5", "4");
    let refused = async |change: &dyn Fn(&mut pb::NewSlip)| changed(&world, &good, change).await;
    let answer = |question: &str, value: &str| pb::Answer {
        question: question.to_owned(),
        value: value.to_owned(),
    };
    assert_eq!(
        refused(&|s| s.unit = "XYZ".into()).await,
        because("UNIT_UNKNOWN", "unit")
    );
    assert_eq!(
        refused(&|s| s.unit = "sở".into()).await,
        because("FIELD_INVALID", "unit")
    );
    assert_eq!(
        refused(&|s| s.group = "KHAC".into()).await,
        because("GROUP_UNKNOWN", "group")
    );
    assert_eq!(refused(&|s| s.cycle = "1999".into()).await.1, "cycle");
    assert_eq!(
        refused(&|s| s.slip_id = "7".into()).await,
        because("FIELD_INVALID", "slip_id")
    );
    assert_eq!(
        refused(&|s| s.answers.push(answer("Q9", "1"))).await,
        because("QUESTION_UNKNOWN", "answers[3].question")
    );
    assert_eq!(
        refused(&|s| s.answers[0].value = "6".into()).await,
        because("OPTION_UNKNOWN", "answers[0].value")
    );
    assert_eq!(
        refused(&|s| s.answers[2].value = "bốn".into()).await,
        because("ANSWER_NOT_INTEGER", "answers[2].value")
    );
    assert_eq!(
        refused(&|s| s.answers.push(answer("gop_y", "Tốt\0"))).await,
        because("ANSWER_HAS_NUL", "answers[3].value")
    );
    assert_eq!(
        refused(&|s| s.answers.push(answer("Q1", "1"))).await,
        because("ANSWERED_TWICE", "answers[3].question")
    );
}

#[tokio::test]
async fn a_foreign_form_a_stranger_and_wrong_times_are_refused() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let good = world.slip("SNV", "DN_CN", &person, "5", "4");
    let refused = async |change: &dyn Fn(&mut pb::NewSlip)| changed(&world, &good, change).await;
    let other_form = world.forms["HDND"].clone();
    let foreign = |s: &mut pb::NewSlip| s.questionnaire_sha256 = other_form.clone();
    assert_eq!(
        refused(&foreign).await,
        because("QUESTIONNAIRE_UNKNOWN", "questionnaire_sha256")
    );
    let stranger = world.kit.id();
    let unregistered = |s: &mut pb::NewSlip| s.respondent_id = stranger.clone();
    assert_eq!(
        refused(&unregistered).await,
        because("RESPONDENT_UNKNOWN", "respondent_id")
    );
    let reversed = |s: &mut pb::NewSlip| std::mem::swap(&mut s.started_at, &mut s.ended_at);
    assert_eq!(
        refused(&reversed).await,
        because("SLIP_TIMES_REVERSED", "ended_at")
    );
    assert_eq!(
        refused(&|s| s.started_at = None).await,
        because("FIELD_INVALID", "started_at")
    );
    let request = pb::SubmitSlipRequest { slip: None };
    let reply = world
        .client()
        .submit_slip(world.kit.request(request, &interviewer()))
        .await;
    assert_eq!(why(reply), because("FIELD_INVALID", "slip"));
    assert_eq!(world.totals().await, (0, 0));
}

#[tokio::test]
async fn a_slip_ends_five_minutes_ahead_at_the_most() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let mut slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    let most = world.kit.ctx.clock.now().plus(300 * SECOND);
    slip.ended_at = Some(timestamp(most.plus(1)));
    assert_eq!(
        changed(&world, &slip, &|_| ()).await,
        because("SLIP_ENDS_AHEAD", "ended_at")
    );
    slip.ended_at = Some(timestamp(most));
    assert!(world.submit(&slip).await.unwrap().valid);
}

#[tokio::test]
async fn free_text_is_stored_composed() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let mut slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    let value: String = "Cần sớm trả kết quả".nfd().collect();
    slip.answers.push(pb::Answer {
        question: "gop_y".to_owned(),
        value,
    });
    world.submit(&slip).await.unwrap();
    let stored = world.slips().await.remove(0).slip.unwrap();
    assert_eq!(stored.answers[3].value, "Cần sớm trả kết quả");
    // The bytes that were sent are what a repeat has to match.
    assert!(world.submit(&slip).await.unwrap().valid);
}

#[tokio::test]
async fn one_person_has_one_valid_slip_per_unit() {
    let world = World::new().await;
    let first = world.person("DN_CN", "0912345678", &["SNV", "STC"]).await;
    // The same phone, written otherwise, under another id and in another group.
    let again = world.person("HDND", "+84 912 345 678", &[]).await;
    assert!(
        world
            .submit(&world.slip("SNV", "DN_CN", &first, "5", "4"))
            .await
            .unwrap()
            .valid
    );
    let second = world.slip("SNV", "HDND", &again, "1", "1");
    assert_eq!(
        why(world.submit(&second).await),
        because("DUPLICATE_RESPONDENT", "respondent_id")
    );
    let recorded = pb::NewSlip {
        record_invalid: true,
        ..second
    };
    let outcome = world.submit(&recorded).await.unwrap();
    assert_eq!(outcome.invalid_reasons[0].code, "DUPLICATE_RESPONDENT");
    // For another unit the person counts.
    assert!(
        world
            .submit(&world.slip("STC", "HDND", &again, "1", "1"))
            .await
            .unwrap()
            .valid
    );
    assert_eq!(world.totals().await, (3, 2));
}

#[tokio::test]
async fn an_invalid_slip_does_not_use_up_the_person() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let mut invalid = world.slip("SNV", "DN_CN", &person, "5", "4");
    (invalid.answered_personally, invalid.record_invalid) = (false, true);
    assert!(!world.submit(&invalid).await.unwrap().valid);
    assert!(
        world
            .submit(&world.slip("SNV", "DN_CN", &person, "5", "4"))
            .await
            .unwrap()
            .valid
    );
    assert_eq!(world.totals().await, (2, 1));
}

/// A group in which one write fails is done again one by one: the others are stored, and that one's caller
/// learns that it was not.
#[tokio::test]
async fn everyone_sees_what_they_may() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
    world.submit(&slip).await.unwrap();
    let get = async |who: &As| {
        let request = pb::GetSlipRequest {
            slip_id: slip.slip_id.clone(),
        };
        world
            .client()
            .get_slip(world.kit.request(request, who))
            .await
            .map(|_| ())
    };
    let list = async |who: &As, asked: String| {
        let request = pb::ListSlipsRequest {
            cycle: "2022".to_owned(),
            interviewer: asked,
            ..pb::ListSlipsRequest::default()
        };
        let reply = world.client().list_slips(world.kit.request(request, who)).await;
        reply.map(|r| r.into_inner().slips.len())
    };
    let stranger = interviewer().number(1);
    assert!(get(&interviewer()).await.is_ok() && get(&supervisor()).await.is_ok());
    assert_eq!(why(get(&stranger).await).0, "NOT_FOUND");
    assert_eq!(why(get(&supervisor().cycle("2023")).await).0, "NOT_FOUND");
    assert_eq!(
        why(get(&As::role(Role::UnitHead).unit("SNV")).await).0,
        "PERMISSION_DENIED"
    );
    assert_eq!(list(&interviewer(), String::new()).await.unwrap(), 1);
    assert_eq!(list(&stranger, String::new()).await.unwrap(), 0);
    assert_eq!(
        why(list(&stranger, interviewer().id().to_string()).await).0,
        "PERMISSION_DENIED"
    );
    assert_eq!(
        why(list(&supervisor().cycle("2023"), String::new()).await).0,
        "PERMISSION_DENIED"
    );
    assert_eq!(list(&supervisor(), stranger.id().to_string()).await.unwrap(), 0);
    let in_other_cycle = interviewer().cycle("2023");
    assert_eq!(
        why(world.submit_as(&slip, &in_other_cycle).await).0,
        "PERMISSION_DENIED"
    );
}

#[tokio::test]
async fn the_policy_says_what_a_valid_slip_needs() {
    let mut lenient = cycle();
    let rule = &mut lenient.rules.policy.survey.valid_slip;
    (rule.dealings, rule.personally, rule.complete) = (false, false, false);
    let world = World::of(lenient).await;
    let person = world.person("DN_CN", "0912345678", &["STC"]).await;
    let mut slip = world.slip("SNV", "DN_CN", &person, "5", "");
    slip.answered_personally = false;
    assert!(world.submit(&slip).await.unwrap().valid);
    // The group and one slip per person are no matter of policy.
    let again = world.slip("SNV", "DN_CN", &person, "5", "5");
    assert_eq!(why(world.submit(&again).await).0, "DUPLICATE_RESPONDENT");
    let other = world.slip("SYT", "HDND", &person, "5", "5");
    assert_eq!(why(world.submit(&other).await).0, "WRONG_GROUP");
}
