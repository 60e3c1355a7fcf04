//! Questionnaires from XLSForm: versions, and faults by their place.

use chiso_platform::error::violations_of;
use chiso_wire::survey as pb;
use unicode_normalization::UnicodeNormalization;

use crate::support::{CYCLE, World, because, cycle, form, interviewer, organiser, why, window, xlsx};

async fn current(world: &World, group: &str) -> Result<pb::Questionnaire, tonic::Status> {
    let request = pb::GetQuestionnaireRequest {
        cycle: CYCLE.to_owned(),
        group: group.to_owned(),
        ..Default::default()
    };
    let reply = world
        .client()
        .get_questionnaire(world.kit.request(request, &interviewer()))
        .await?;
    Ok(reply.into_inner().questionnaire.unwrap())
}

#[tokio::test]
async fn a_form_is_read_whole() {
    let world = World::new().await;
    let form = current(&world, "DN_CN").await.unwrap();
    assert_eq!(form.title, "Phiếu khảo sát");
    assert_eq!(form.sha256, world.forms["DN_CN"]);
    let names: Vec<_> = form.questions.iter().map(|q| q.name.as_str()).collect();
    assert_eq!(names, ["Q1", "Q2", "tuoi", "gop_y"]);
    assert_eq!(form.questions[0].kind(), pb::QuestionKind::SelectOne);
    // Numbers in cells become the names 1 to 5.
    let options: Vec<_> = form.questions[0]
        .options
        .iter()
        .map(|o| o.name.as_str())
        .collect();
    assert_eq!(options, ["1", "2", "3", "4", "5", "khong_y_kien"]);
    assert!(form.questions[2].required && !form.questions[3].required);
}

#[tokio::test]
async fn decomposed_text_gives_the_same_version() {
    let world = World::new().await;
    let decomposed: Vec<(&str, Vec<Vec<String>>)> = form()
        .into_iter()
        .map(|(name, rows)| {
            (
                name,
                rows.into_iter()
                    .map(|r| r.into_iter().map(|c| c.nfd().collect()).collect())
                    .collect(),
            )
        })
        .collect();
    let borrowed: Vec<(&str, Vec<Vec<&str>>)> = decomposed
        .iter()
        .map(|(name, rows)| {
            (
                *name,
                rows.iter()
                    .map(|r| r.iter().map(String::as_str).collect())
                    .collect(),
            )
        })
        .collect();
    assert_eq!(
        world.import("DN_CN", &xlsx(&borrowed)).await.unwrap(),
        world.forms["DN_CN"]
    );
}

#[tokio::test]
async fn a_slip_on_an_earlier_version_is_taken() {
    let world = World::new().await;
    let mut longer = form();
    longer[0].1.push(vec!["text", "them", "Thêm", ""]);
    let second = world.import("DN_CN", &xlsx(&longer)).await.unwrap();
    assert_ne!(second, world.forms["DN_CN"]);
    assert_eq!(current(&world, "DN_CN").await.unwrap().sha256, second);
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    assert!(
        world
            .submit(&world.slip("SNV", "DN_CN", &person, "5", "4"))
            .await
            .unwrap()
            .valid
    );
}

#[tokio::test]
async fn an_earlier_version_does_not_come_back_silently() {
    let world = World::new().await;
    let mut longer = form();
    longer[0].1.push(vec!["text", "them", "Thêm", ""]);
    let second = world.import("DN_CN", &xlsx(&longer)).await.unwrap();
    assert_eq!(
        why(world.import("DN_CN", &xlsx(&form())).await),
        because("QUESTIONNAIRE_SUPERSEDED", "xlsx")
    );
    assert_eq!(current(&world, "DN_CN").await.unwrap().sha256, second);
    // The current one again is the same version; the other group's is its own.
    assert_eq!(world.import("DN_CN", &xlsx(&longer)).await.unwrap(), second);
    assert_eq!(
        world.import("HDND", &xlsx(&form())).await.unwrap(),
        world.forms["HDND"]
    );
    // Under another title it is a new version.
    let mut renamed = form();
    renamed[2].1[1][0] = "Phiếu khảo sát, bản 3";
    let third = world.import("DN_CN", &xlsx(&renamed)).await.unwrap();
    assert_eq!(current(&world, "DN_CN").await.unwrap().sha256, third);
}

#[tokio::test]
async fn no_form_is_imported_once_the_survey_is_over() {
    let world = World::bare(cycle()).await;
    world.kit.set_now(window().end.plus(-1));
    let sha256 = world.import("DN_CN", &xlsx(&form())).await.unwrap();
    world.kit.set_now(window().end);
    let mut longer = form();
    longer[0].1.push(vec!["text", "them", "Thêm", ""]);
    assert_eq!(
        why(world.import("DN_CN", &xlsx(&longer)).await).0,
        "DEADLINE_PASSED"
    );
    assert_eq!(current(&world, "DN_CN").await.unwrap().sha256, sha256);
}

/// Places of the faults of a form.
async fn faults(world: &World, sheets: &[(&str, Vec<Vec<&str>>)]) -> Vec<String> {
    let status = world.import("DN_CN", &xlsx(sheets)).await.unwrap_err();
    violations_of(&status)
        .into_iter()
        .map(|(field, _)| field)
        .collect()
}

#[tokio::test]
async fn faults_are_named_by_sheet_row_and_column_and_nothing_changes() {
    let world = World::bare(cycle()).await;
    let mut bad = form();
    bad[0].1[0].push("relevant");
    bad[0].1[2].push("${Q1} > 2");
    bad[0].1[3][0] = "decimal";
    bad[1].1[2][1] = "1";
    let found = faults(&world, &bad).await;
    assert!(found.contains(&"survey!E3".to_owned()), "{found:?}");
    assert!(found.contains(&"survey!A4".to_owned()), "{found:?}");
    assert!(found.contains(&"choices!B3".to_owned()), "{found:?}");
    assert_eq!(found.len(), 3);
    assert_eq!(
        why(current(&world, "DN_CN").await),
        because("QUESTIONNAIRE_NOT_FOUND", "group")
    );
}

#[tokio::test]
async fn a_form_has_to_ask_what_the_index_set_rates() {
    let world = World::bare(cycle()).await;
    let mut without = form();
    without[0].1.remove(2);
    assert_eq!(faults(&world, &without).await, ["survey!A1"]);
    let mut optional = form();
    optional[0].1[1][3] = "";
    assert_eq!(faults(&world, &optional).await, ["survey!A1"]);
    // Deputies are not rated on Q2, so their form may do without it.
    assert!(world.import("HDND", &xlsx(&without)).await.is_ok());
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let world = World::bare(cycle()).await;
    assert_eq!(
        why(world.import("DN_CN", b"%PDF-1.7").await),
        because("FILE_NOT_XLSX", "xlsx")
    );
    assert_eq!(
        why(world.import("KHAC", &xlsx(&form())).await),
        because("GROUP_UNKNOWN", "group")
    );
    assert_eq!(
        why(world.import("ALL", &xlsx(&form())).await),
        because("GROUP_UNKNOWN", "group")
    );
    let again = pb::CreateCampaignRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        name: "Lần nữa".to_owned(),
    };
    let reply = world
        .client()
        .create_campaign(world.kit.request(again, &organiser()))
        .await;
    assert_eq!(why(reply), because("CAMPAIGN_EXISTS", "cycle"));
}
