//! API tokens: shown once, ended at once, nobody else's business.

use chiso_domain::kernel::time::DAY;
use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use tonic::Code;

use crate::stand::{Stand, call, grant, refused};

fn message(stand: &Stand, person: &str, days: i32) -> pb::CreateTokenRequest {
    pb::CreateTokenRequest {
        request_id: stand.id(),
        token_id: stand.id(),
        person_id: person.to_owned(),
        label: "cổng thông tin".to_owned(),
        days,
    }
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = message(&stand, "", 10);
    let first = call!(stand, create_token, &organiser.token, message.clone()).unwrap();
    assert!(first.secret.starts_with("chiso_t_") && first.secret.len() == 72);
    assert_eq!(stand.whoami(&first.secret).await.unwrap().person_id, organiser.id);
    let again = call!(stand, create_token, &organiser.token, message).unwrap();
    assert_eq!(
        (again.token_id, again.secret, again.expires_at),
        (first.token_id, String::new(), first.expires_at)
    );
    let listed = call!(
        stand,
        list_tokens,
        &organiser.token,
        pb::ListTokensRequest::default()
    )
    .unwrap();
    assert_eq!(listed.tokens.len(), 1, "the session is no API token: {listed:?}");
    assert!(!format!("{listed:?}").contains(&first.secret));
    // Nor does the database hold it, in any file.
    stand.ctx.stop().await;
    for file in std::fs::read_dir(&stand.ctx.data_dir).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(64).any(|w| w == &first.secret.as_bytes()[8..]);
        assert!(!found, "{} holds the secret", path.display());
    }
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_and_when_its_days_are_over() {
    let (mut stand, organiser) = Stand::organised().await;
    let auditor = stand
        .hire(&organiser, "thanhtra", &[grant(Role::Auditor, "")])
        .await;
    let long = message(&stand, &auditor.id, 40);
    let made = call!(stand, create_token, &auditor.token, long).unwrap();
    let revoke = pb::RevokeTokenRequest {
        request_id: stand.id(),
        token_id: made.token_id,
    };
    call!(stand, revoke_token, &auditor.token, revoke).unwrap();
    let answer = stand.whoami(&made.secret).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");

    stand.wait(30 * DAY - 1);
    assert_eq!(stand.whoami(&auditor.token).await.unwrap().person_id, auditor.id);
    stand.wait(1);
    stand.ctx.auth.forget();
    let answer = stand.whoami(&auditor.token).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
}

#[tokio::test]
async fn tokens_of_others_do_not_exist() {
    let (mut stand, organiser) = Stand::organised().await;
    let one = stand
        .hire(&organiser, "canbo1", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let two = stand
        .hire(&organiser, "canbo2", &[grant(Role::UnitOfficer, "STC")])
        .await;
    let own = message(&stand, "", 5);
    let made = call!(stand, create_token, &one.token, own).unwrap();

    let answer = call!(stand, create_token, &two.token, message(&stand, &one.id, 5));
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let list = pb::ListTokensRequest {
        person_id: one.id.clone(),
        ..Default::default()
    };
    let answer = call!(stand, list_tokens, &two.token, list);
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let revoke = |stand: &Stand, token_id: &str| pb::RevokeTokenRequest {
        request_id: stand.id(),
        token_id: token_id.to_owned(),
    };
    let (theirs, none) = (revoke(&stand, &made.token_id), revoke(&stand, &stand.id()));
    let theirs = call!(stand, revoke_token, &two.token, theirs).unwrap_err();
    let none = call!(stand, revoke_token, &two.token, none).unwrap_err();
    assert_eq!((theirs.code(), theirs.message()), (none.code(), none.message()));
    assert_eq!(theirs.code(), Code::NotFound);
    assert_eq!(stand.whoami(&made.secret).await.unwrap().person_id, one.id);
}

#[tokio::test]
async fn a_token_lives_1_to_400_days() {
    let (mut stand, organiser) = Stand::organised().await;
    let acts = stand.acts().await;
    for days in [i32::MIN, -1, 0, 401, i32::MAX] {
        let message = message(&stand, "", days);
        let answer = call!(stand, create_token, &organiser.token, message);
        refused(answer, Code::InvalidArgument, "TOKEN_LIFE_OUT_OF_RANGE", "days");
    }
    assert_eq!(stand.acts().await, acts);
    for days in [1, 400] {
        let message = message(&stand, "", days);
        call!(stand, create_token, &organiser.token, message).unwrap();
    }
}

#[tokio::test]
async fn only_services_resolve_tokens() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = pb::ResolveTokenRequest {
        token: organiser.token.clone(),
    };
    let answer = call!(stand, resolve_token, &organiser.token, message.clone());
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let request = stand.ctx.request("survey", message);
    let reply = stand.client.resolve_token(request).await.unwrap().into_inner();
    assert_eq!(reply.person.unwrap().person_id, organiser.id);
}

#[tokio::test]
async fn an_organiser_makes_tokens_for_consumers_only() {
    let (mut stand, organiser) = Stand::organised().await;
    let leader = stand
        .create(&organiser, "lanhdao", &[grant(Role::Leader, "")])
        .await
        .unwrap();
    let answer = stand.token_for(&organiser, &leader.person_id).await;
    refused(answer, Code::PermissionDenied, "TOKEN_OF_ANOTHER", "person_id");
    let system = stand
        .create(&organiser, "congthongtin", &[grant(Role::Consumer, "")])
        .await
        .unwrap();
    let made = stand.token_for(&organiser, &system.person_id).await.unwrap();
    assert_eq!(
        stand.whoami(&made.secret).await.unwrap().person_id,
        system.person_id
    );
}
