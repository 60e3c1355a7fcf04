//! Conditions of a form, and what is said of a slip before it is sent.

use chiso_platform::error::vi_of;
use chiso_wire::survey as pb;

use crate::support::{CYCLE, World, at, because, cycle, form, interviewer, organiser, why, xlsx};

/// The usual form; "ly_do" is asked of those who gave 1 or 2 in Q2, and ages lie between 18 and 120.
fn conditional() -> Vec<u8> {
    let mut sheets = form();
    let survey = &mut sheets[0].1;
    survey[0].extend(["relevant", "constraint", "constraint_message::Tiếng Việt (vi)"]);
    survey[3].extend(["", ". >= 18 and . <= 120", "Tuổi phải từ 18 đến 120."]);
    survey.push(vec!["text", "ly_do", "Vì sao", "yes", "${Q2} <= 2"]);
    xlsx(&sheets)
}

async fn world() -> World {
    let mut world = World::bare(cycle()).await;
    let sha256 = world.import("DN_CN", &conditional()).await.unwrap();
    world.forms.insert("DN_CN", sha256);
    world
}

fn answer(slip: &mut pb::NewSlip, question: &str, value: &str) {
    slip.answers.retain(|a| a.question != question);
    slip.answers.push(pb::Answer {
        question: question.to_owned(),
        value: value.to_owned(),
    });
}

async fn check(world: &World, slip: &pb::NewSlip) -> pb::CheckSlipResponse {
    let request = pb::CheckSlipRequest {
        slip: Some(slip.clone()),
    };
    let request = world.kit.request(request, &interviewer());
    world.client().check_slip(request).await.unwrap().into_inner()
}

/// (Reason, field) of each fault, then the codes of the conditions that fail.
async fn checked(world: &World, slip: &pb::NewSlip) -> (Vec<(String, String)>, Vec<String>) {
    let reply = check(world, slip).await;
    let faults = reply.faults.into_iter().map(|f| (f.reason, f.field)).collect();
    (
        faults,
        reply.invalid_reasons.into_iter().map(|r| r.code).collect(),
    )
}

#[tokio::test]
async fn a_page_gets_the_conditions_as_text_and_as_trees() {
    let world = world().await;
    let mut request = pb::GetQuestionnaireRequest {
        cycle: CYCLE.to_owned(),
        group: "DN_CN".to_owned(),
        ..Default::default()
    };
    let get = |request: &pb::GetQuestionnaireRequest| {
        let request = world.kit.request(request.clone(), &interviewer());
        let mut client = world.client();
        async move { client.get_questionnaire(request).await }
    };
    let form = get(&request).await.unwrap().into_inner().questionnaire.unwrap();
    let age = &form.questions[2];
    assert_eq!(age.constraint, ". >= 18 and . <= 120");
    assert_eq!(age.constraint_message, "Tuổi phải từ 18 đến 120.");
    assert_eq!(
        age.constraint_json,
        r#"["and",[">=",["own"],["number",18]],["<=",["own"],["number",120]]]"#
    );
    assert_eq!((age.relevant.as_str(), age.relevant_json.as_str()), ("", ""));
    let why_so = &form.questions[4];
    assert_eq!(why_so.relevant_json, r#"["<=",["answer","Q2"],["number",2]]"#);

    // An earlier version is still to be had, by its hash.
    world
        .import("DN_CN", &xlsx(&crate::support::form()))
        .await
        .unwrap();
    request.sha256.clone_from(&world.forms["DN_CN"]);
    assert_eq!(
        get(&request).await.unwrap().into_inner().questionnaire.unwrap(),
        form
    );
    request.sha256 = "0".repeat(64);
    let refused = because("QUESTIONNAIRE_UNKNOWN", "questionnaire_sha256");
    assert_eq!(why(get(&request).await), refused);
}

#[tokio::test]
async fn a_rated_question_is_asked_of_everybody() {
    let world = World::bare(cycle()).await;
    let mut sheets = form();
    sheets[0].1[0].push("relevant");
    sheets[0].1[2].push("${Q1} = '1'");
    let refused = world.import("DN_CN", &xlsx(&sheets)).await;
    assert_eq!(why(refused), because("IMPORT_FAULTY", "survey!E3"));
}

#[tokio::test]
async fn slips_are_held_to_the_conditions_of_their_form() {
    let world = world().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let mut slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    answer(&mut slip, "ly_do", "Chậm");
    let refused = world.submit(&slip).await;
    assert_eq!(why(refused), because("ANSWER_NOT_RELEVANT", "answers[3].value"));

    let mut slip = world.slip("SNV", "DN_CN", &person, "4", "2");
    assert_eq!(
        why(world.submit(&slip).await),
        because("RESPONSE_INCOMPLETE", "answers")
    );
    answer(&mut slip, "ly_do", "Chậm");
    answer(&mut slip, "tuoi", "17");
    // Also where it was to be recorded as invalid: it is no answer.
    slip.record_invalid = true;
    let status = world.submit(&slip).await.unwrap_err();
    assert!(vi_of(&status).contains("Tuổi phải từ 18 đến 120."), "{status:?}");
    assert_eq!(
        why::<()>(Err(status)),
        because("ANSWER_CONSTRAINT", "answers[3].value")
    );
    answer(&mut slip, "tuoi", "18");
    assert!(world.submit(&slip).await.unwrap().valid);
    let other = world.person("DN_CN", "0912345679", &["SNV"]).await;
    assert!(
        world
            .submit(&world.slip("SNV", "DN_CN", &other, "4", "5"))
            .await
            .unwrap()
            .valid
    );
}

#[tokio::test]
async fn a_check_names_everything_at_once_and_stores_nothing() {
    let world = world().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let mut slip = world.slip("STC", "DN_CN", &person, "7", "");
    slip.answered_personally = false;
    answer(&mut slip, "tuoi", "17");
    answer(&mut slip, "Q8", "1");
    let (faults, reasons) = checked(&world, &slip).await;
    assert_eq!(
        faults,
        [
            because("OPTION_UNKNOWN", "answers[0].value"),
            because("QUESTION_UNKNOWN", "answers[3].question"),
            because("ANSWER_CONSTRAINT", "answers[2].value"),
        ]
    );
    assert_eq!(
        reasons,
        ["NO_DEALINGS", "NOT_PERSONAL", "BLANK_ANSWER", "BLANK_ANSWER"]
    );

    slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    slip.ended_at = None;
    slip.respondent_id = world.kit.id();
    let (faults, _) = checked(&world, &slip).await;
    assert_eq!(
        faults,
        [
            because("FIELD_INVALID", "ended_at"),
            because("RESPONDENT_UNKNOWN", "respondent_id")
        ]
    );
    assert_eq!(world.totals().await, (0, 0));
}

#[tokio::test]
async fn a_check_says_what_sending_would_say() {
    let world = world().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let twin = world.person("DN_CN", "0912.345.678", &["SNV"]).await;
    let first = world.slip("SNV", "DN_CN", &person, "4", "5");
    assert_eq!(check(&world, &first).await, pb::CheckSlipResponse::default());
    assert!(world.submit(&first).await.unwrap().valid);
    // The same again is no fault; another slip under its id is.
    assert_eq!(check(&world, &first).await, pb::CheckSlipResponse::default());
    let mut reused = first.clone();
    answer(&mut reused, "Q1", "1");
    let (faults, reasons) = checked(&world, &reused).await;
    assert_eq!(
        (faults, reasons),
        (
            vec![because("SLIP_ID_REUSED", "slip_id")],
            vec!["DUPLICATE_RESPONDENT".to_owned()]
        )
    );
    let second = world.slip("SNV", "DN_CN", &twin, "4", "5");
    let (faults, reasons) = checked(&world, &second).await;
    assert_eq!(
        (faults, reasons),
        (vec![], vec!["DUPLICATE_RESPONDENT".to_owned()])
    );

    world.kit.set_now(at("2022-12-01T00:00:00+07:00"));
    let request = pb::CloseCampaignRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
    };
    let request = world.kit.request(request, &organiser());
    world.client().close_campaign(request).await.unwrap();
    let (faults, _) = checked(&world, &second).await;
    let reasons: Vec<_> = faults.iter().map(|(reason, _)| reason.as_str()).collect();
    assert_eq!(reasons, ["DEADLINE_PASSED", "CAMPAIGN_CLOSED"]);
}
