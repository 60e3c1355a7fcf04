//! Roles: taken away with the next call, never given to oneself, some never together.

use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use tonic::{Code, Status};

use crate::stand::{Someone, Stand, call, grant, refused};

async fn give(stand: &mut Stand, by: &Someone, to: &str, grant: pb::Grant) -> Result<pb::Person, Status> {
    let message = pb::GrantRoleRequest {
        request_id: stand.id(),
        person_id: to.to_owned(),
        grant: Some(grant),
    };
    call!(stand, grant_role, &by.token, message).map(|reply| reply.person.unwrap())
}

async fn take(stand: &mut Stand, by: &Someone, from: &str, grant: pb::Grant) -> Result<pb::Person, Status> {
    let message = pb::RevokeRoleRequest {
        request_id: stand.id(),
        person_id: from.to_owned(),
        grant: Some(grant),
        reason: "Thôi nhiệm vụ".to_owned(),
    };
    call!(stand, revoke_role, &by.token, message).map(|reply| reply.person.unwrap())
}

async fn people(stand: &mut Stand, token: &str) -> Result<usize, Status> {
    call!(stand, list_people, token, pb::ListPeopleRequest::default()).map(|reply| reply.people.len())
}

#[tokio::test]
async fn a_revoked_role_ends_with_the_next_call() {
    let (mut stand, organiser) = Stand::organised().await;
    let second = stand
        .hire(&organiser, "phoquantri", &[grant(Role::Organiser, "")])
        .await;
    assert_eq!(people(&mut stand, &second.token).await.unwrap(), 2);
    take(&mut stand, &organiser, &second.id, grant(Role::Organiser, ""))
        .await
        .unwrap();
    let answer = people(&mut stand, &second.token).await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    // Still somebody, only without the role; and given back, it counts with the next call.
    assert!(stand.whoami(&second.token).await.unwrap().grants.is_empty());
    give(&mut stand, &organiser, &second.id, grant(Role::Organiser, ""))
        .await
        .unwrap();
    assert_eq!(people(&mut stand, &second.token).await.unwrap(), 2);
}

#[tokio::test]
async fn nobody_grants_themselves_a_role() {
    let (mut stand, organiser) = Stand::organised().await;
    let acts = stand.acts().await;
    for role in [Role::Auditor, Role::Verifier, Role::Organiser] {
        let answer = give(&mut stand, &organiser, &organiser.id, grant(role, "")).await;
        refused(answer, Code::PermissionDenied, "SELF_GRANT", "grant.role");
    }
    assert_eq!(stand.acts().await, acts);
}

#[tokio::test]
async fn who_organises_does_not_score_and_an_auditor_does_nothing_else() {
    let (mut stand, organiser) = Stand::organised().await;
    let scoring = [
        grant(Role::SurveySupervisor, ""),
        grant(Role::Interviewer, ""),
        grant(Role::UnitOfficer, "SNV"),
        grant(Role::UnitHead, "SNV"),
        grant(Role::Appraiser, "STC"),
        grant(Role::CouncilChair, ""),
        grant(Role::Leader, ""),
        grant(Role::LeaderSecretary, &organiser.id),
    ];
    for (n, scores) in scoring.iter().enumerate() {
        let grants = [grant(Role::Organiser, ""), scores.clone()];
        let answer = stand.create(&organiser, &format!("nguoi{n}"), &grants).await;
        refused(answer, Code::FailedPrecondition, "ROLE_CONFLICT", "grant.role");
    }
    let auditor = stand
        .hire(&organiser, "thanhtra", &[grant(Role::Auditor, "")])
        .await;
    let answer = give(&mut stand, &organiser, &auditor.id, grant(Role::Verifier, "")).await;
    refused(answer, Code::FailedPrecondition, "ROLE_CONFLICT", "grant.role");
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let answer = give(&mut stand, &organiser, &officer.id, grant(Role::Organiser, "")).await;
    refused(answer, Code::FailedPrecondition, "ROLE_CONFLICT", "grant.role");
    // Two roles that do not exclude each other may be held together, each granted once.
    let head = grant(Role::UnitHead, "SNV");
    give(&mut stand, &organiser, &officer.id, head.clone())
        .await
        .unwrap();
    let person = give(&mut stand, &organiser, &officer.id, head).await.unwrap();
    assert_eq!(person.grants.len(), 2);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_taken_or_given() {
    let (mut stand, organiser) = Stand::organised().await;
    let nobody = stand.id();
    let answer = give(&mut stand, &organiser, &nobody, grant(Role::Verifier, "")).await;
    refused(answer, Code::NotFound, "NOT_FOUND", "person_id");
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let answer = take(
        &mut stand,
        &organiser,
        &officer.id,
        grant(Role::UnitOfficer, "STC"),
    )
    .await;
    refused(answer, Code::NotFound, "NOT_FOUND", "grant");
    let answer = give(&mut stand, &organiser, "không phải mã", grant(Role::Verifier, "")).await;
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "person_id");
}

#[tokio::test]
async fn only_an_organiser_manages_people() {
    let (mut stand, organiser) = Stand::organised().await;
    let auditor = stand
        .hire(&organiser, "thanhtra", &[grant(Role::Auditor, "")])
        .await;
    let acts = stand.acts().await;
    let answer = stand.create(&auditor, "banbe", &[]).await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let answer = give(&mut stand, &auditor, &organiser.id, grant(Role::Auditor, "")).await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let nobody = Someone {
        id: String::new(),
        token: String::new(),
    };
    let answer = stand.create(&nobody, "banbe", &[]).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    assert_eq!(stand.acts().await, acts);
}
