//! Drafts: kept as typed, for their interviewer alone, until their slips are there.

use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use tonic::Status;

use crate::support::{CYCLE, World, at, because, interviewer, why, window};

fn draft(world: &World) -> pb::Draft {
    pb::Draft {
        slip_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        group: "DN_CN".to_owned(),
        questionnaire_sha256: world.forms["DN_CN"].clone(),
        started_at: Some(timestamp(window().start)),
        agreed: true,
        answers: vec![pb::Answer {
            question: "tuoi".to_owned(),
            value: "bốn m".to_owned(),
        }],
        note: "Hẹn chiều".to_owned(),
        ..pb::Draft::default()
    }
}

async fn save_as(world: &World, draft: &pb::Draft, who: &As) -> Result<i64, Status> {
    let request = pb::SaveDraftRequest {
        request_id: world.kit.id(),
        draft: Some(draft.clone()),
    };
    let reply = world.client().save_draft(world.kit.request(request, who)).await?;
    Ok(reply.into_inner().version)
}

async fn save(world: &World, draft: &pb::Draft) -> Result<i64, Status> {
    save_as(world, draft, &interviewer()).await
}

async fn get_as(world: &World, slip_id: &str, who: &As) -> Result<pb::Draft, Status> {
    let request = pb::GetDraftRequest {
        slip_id: slip_id.to_owned(),
    };
    let reply = world.client().get_draft(world.kit.request(request, who)).await?;
    Ok(reply.into_inner().draft.unwrap())
}

/// Ids of the interviewer's drafts, two at a time.
async fn list(world: &World, who: &As) -> Vec<String> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListDraftsRequest {
            cycle: CYCLE.to_owned(),
            page_size: 2,
            page_token,
        };
        let reply = world
            .client()
            .list_drafts(world.kit.request(request, who))
            .await
            .unwrap()
            .into_inner();
        all.extend(reply.drafts.into_iter().map(|draft| draft.slip_id));
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn drop_as(world: &World, slip_id: &str, who: &As) -> Result<(), Status> {
    let request = pb::DropDraftRequest {
        request_id: world.kit.id(),
        slip_id: slip_id.to_owned(),
    };
    world.client().drop_draft(world.kit.request(request, who)).await?;
    Ok(())
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_typed() {
    let world = World::new().await;
    let mut typed = draft(&world);
    assert_eq!(save(&world, &typed).await.unwrap(), 1);
    typed.version = 1;
    typed.unit = "SNV".to_owned();
    typed.respondent_id = world.person("DN_CN", "0912345678", &[]).await;
    typed.answers[0].value = "42".to_owned();
    // Whether it may come in the place of another is asked when it is sent.
    typed.replaces = world.kit.id();
    assert_eq!(save(&world, &typed).await.unwrap(), 2);
    let found = get_as(&world, &typed.slip_id, &interviewer()).await.unwrap();
    typed.version = 2;
    typed.saved_at = Some(timestamp(window().start));
    assert_eq!(found, typed);
}

#[tokio::test]
async fn the_same_request_again_gives_the_same_version() {
    let world = World::new().await;
    let request = pb::SaveDraftRequest {
        request_id: world.kit.id(),
        draft: Some(draft(&world)),
    };
    for _ in 0..2 {
        let request = world.kit.request(request.clone(), &interviewer());
        assert_eq!(
            world
                .client()
                .save_draft(request)
                .await
                .unwrap()
                .into_inner()
                .version,
            1
        );
    }
}

#[tokio::test]
async fn a_draft_that_was_saved_elsewhere_is_not_written_over() {
    let world = World::new().await;
    let mut mine = draft(&world);
    save(&world, &mine).await.unwrap();
    let mut theirs = mine.clone();
    theirs.version = 1;
    save(&world, &theirs).await.unwrap();
    assert_eq!(
        why(save(&world, &mine).await),
        because("DRAFT_CHANGED", "version")
    );
    mine.version = 1;
    assert_eq!(
        why(save(&world, &mine).await),
        because("DRAFT_CHANGED", "version")
    );
    // One that is not there cannot be at a later version.
    mine.slip_id = world.kit.id();
    assert_eq!(
        why(save(&world, &mine).await),
        because("DRAFT_CHANGED", "version")
    );
    mine.version = -2;
    assert_eq!(
        why(save(&world, &mine).await),
        because("FIELD_INVALID", "version")
    );
}

#[tokio::test]
async fn a_draft_is_its_interviewers_alone() {
    let world = World::new().await;
    let typed = draft(&world);
    save(&world, &typed).await.unwrap();
    let other = interviewer().number(1);
    assert_eq!(
        why(get_as(&world, &typed.slip_id, &other).await),
        because("NOT_FOUND", "slip_id")
    );
    assert_eq!(
        why(drop_as(&world, &typed.slip_id, &other).await),
        because("NOT_FOUND", "slip_id")
    );
    assert_eq!(
        why(save_as(&world, &typed, &other).await),
        because("SLIP_ID_REUSED", "slip_id")
    );
    assert!(list(&world, &other).await.is_empty());
    assert_eq!(list(&world, &interviewer()).await, [typed.slip_id]);
}

#[tokio::test]
async fn drafts_are_listed_by_pages_and_dropped() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let typed = draft(&world);
        save(&world, &typed).await.unwrap();
        ids.push(typed.slip_id);
    }
    ids.sort();
    assert_eq!(list(&world, &interviewer()).await, ids);
    drop_as(&world, &ids[2], &interviewer()).await.unwrap();
    assert_eq!(
        why(drop_as(&world, &ids[2], &interviewer()).await),
        because("NOT_FOUND", "slip_id")
    );
    ids.remove(2);
    assert_eq!(list(&world, &interviewer()).await, ids);
}

#[tokio::test]
async fn a_draft_is_gone_once_its_slip_is_there() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    let slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    let mut typed = draft(&world);
    typed.slip_id.clone_from(&slip.slip_id);
    save(&world, &typed).await.unwrap();
    world.submit(&slip).await.unwrap();
    assert!(list(&world, &interviewer()).await.is_empty());
    let found = get_as(&world, &slip.slip_id, &interviewer()).await;
    assert_eq!(why(found), because("NOT_FOUND", "slip_id"));
    typed.version = 1;
    assert_eq!(
        why(save(&world, &typed).await),
        because("SLIP_SUBMITTED", "slip_id")
    );
    // The next new draft sweeps it away.
    save(&world, &draft(&world)).await.unwrap();
    assert_eq!(
        why(drop_as(&world, &slip.slip_id, &interviewer()).await),
        because("NOT_FOUND", "slip_id")
    );
}

#[tokio::test]
async fn what_no_slip_could_become_of_is_refused_by_its_field() {
    let world = World::new().await;
    let good = draft(&world);
    type Spoil = fn(&mut pb::Draft);
    let cases: [(Spoil, &str, &str); 9] = [
        (|d| d.slip_id = "1".to_owned(), "FIELD_INVALID", "slip_id"),
        (|d| d.group = String::new(), "FIELD_INVALID", "group"),
        (|d| d.unit = "SXX".to_owned(), "UNIT_UNKNOWN", "unit"),
        (
            |d| d.questionnaire_sha256 = "0".repeat(64),
            "QUESTIONNAIRE_UNKNOWN",
            "questionnaire_sha256",
        ),
        (
            |d| d.respondent_id = d.slip_id.clone(),
            "RESPONDENT_UNKNOWN",
            "respondent_id",
        ),
        (|d| d.started_at = None, "FIELD_INVALID", "started_at"),
        (
            |d| d.answers[0].question = "Q9".to_owned(),
            "QUESTION_UNKNOWN",
            "answers[0].question",
        ),
        (
            |d| d.answers.push(d.answers[0].clone()),
            "ANSWERED_TWICE",
            "answers[1].question",
        ),
        (
            |d| d.answers[0].value = "x".repeat(2_001),
            "FIELD_INVALID",
            "answers[0].value",
        ),
    ];
    for (spoil, reason, field) in cases {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert_eq!(why(save(&world, &bad).await), because(reason, field));
    }
    world.kit.set_now(at("2022-12-01T00:00:00+07:00"));
    let (reason, _) = why(save(&world, &good).await);
    assert_eq!(reason, "DEADLINE_PASSED");
}
