//! Making, listing and disabling people; passwords.

use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use tonic::Code;

use crate::stand::{PASSWORD, Stand, call, grant, refused};

/// What is wrong, the refusal, and how to spoil a good request.
type Case = (
    &'static str,
    Code,
    &'static str,
    &'static str,
    fn(&mut pb::CreatePersonRequest),
);

const ANOTHER: &str = "một mật khẩu khác";

fn message(stand: &Stand) -> pb::CreatePersonRequest {
    pb::CreatePersonRequest {
        request_id: stand.id(),
        person_id: stand.id(),
        login: "dieutra1".to_owned(),
        name: "Lê Thị Lan".to_owned(),
        password: PASSWORD.to_owned(),
        grants: vec![grant(Role::Interviewer, "")],
        ..Default::default()
    }
}

#[tokio::test]
async fn a_malformed_person_is_refused_by_field_and_nothing_changes() {
    let (mut stand, organiser) = Stand::organised().await;
    let before = stand.acts().await;
    let cases: [Case; 7] = [
        (
            "short login",
            Code::InvalidArgument,
            "LOGIN_MALFORMED",
            "login",
            |m| m.login = "ab".to_owned(),
        ),
        (
            "login with marks",
            Code::InvalidArgument,
            "LOGIN_MALFORMED",
            "login",
            |m| m.login = "điều-tra".to_owned(),
        ),
        (
            "login with capitals",
            Code::InvalidArgument,
            "LOGIN_MALFORMED",
            "login",
            |m| m.login = "Dieutra".to_owned(),
        ),
        (
            "short password",
            Code::InvalidArgument,
            "PASSWORD_TOO_SHORT",
            "password",
            |m| m.password = "123456789".to_owned(),
        ),
        ("taken login", Code::Aborted, "LOGIN_TAKEN", "login", |m| {
            m.login = "quantri".to_owned()
        }),
        (
            "no role",
            Code::InvalidArgument,
            "FIELD_INVALID",
            "grant.role",
            |m| m.grants = vec![grant(Role::Unspecified, "")],
        ),
        (
            "officer of nothing",
            Code::InvalidArgument,
            "ROLE_NEEDS_UNIT",
            "grant.unit",
            |m| m.grants = vec![grant(Role::UnitOfficer, "")],
        ),
    ];
    for (case, code, reason, field, spoil) in cases {
        let mut message = message(&stand);
        spoil(&mut message);
        println!("{case}");
        refused(
            call!(stand, create_person, &organiser.token, message),
            code,
            reason,
            field,
        );
    }
    let mut twin = message(&stand);
    twin.person_id.clone_from(&organiser.id);
    let answer = call!(stand, create_person, &organiser.token, twin);
    refused(answer, Code::Aborted, "PERSON_EXISTS", "person_id");
    assert_eq!(stand.acts().await, before);
    stand.sign_in("dieutra1", PASSWORD).await.unwrap_err();
}

#[tokio::test]
async fn making_a_person_twice_makes_one() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = message(&stand);
    let first = call!(stand, create_person, &organiser.token, message.clone()).unwrap();
    let acts = stand.acts().await;
    let again = call!(stand, create_person, &organiser.token, message.clone()).unwrap();
    assert_eq!(first, again);
    assert_eq!(stand.acts().await, acts);
    let other = pb::CreatePersonRequest {
        name: "Lê Thị Mai".to_owned(),
        ..message.clone()
    };
    let answer = call!(stand, create_person, &organiser.token, other);
    refused(answer, Code::Aborted, "REQUEST_ID_REUSED", "request_id");
    let other = pb::CreatePersonRequest {
        password: ANOTHER.to_owned(),
        ..message
    };
    let answer = call!(stand, create_person, &organiser.token, other);
    refused(answer, Code::Aborted, "REQUEST_ID_REUSED", "request_id");
    assert_eq!(stand.acts().await, acts);
}

#[tokio::test]
async fn a_disabled_person_is_out_with_the_next_call() {
    let (mut stand, organiser) = Stand::organised().await;
    let verifier = stand
        .hire(&organiser, "phuctra1", &[grant(Role::Verifier, "")])
        .await;
    let session = stand.sign_in("phuctra1", PASSWORD).await.unwrap().token;
    assert_eq!(
        stand.whoami(&verifier.token).await.unwrap().person_id,
        verifier.id
    );
    let message = pb::DisablePersonRequest {
        request_id: stand.id(),
        person_id: verifier.id.clone(),
        reason: "Chuyển công tác".to_owned(),
    };
    call!(stand, disable_person, &organiser.token, message).unwrap();
    for token in [&verifier.token, &session] {
        let answer = stand.whoami(token).await;
        refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    }
    let answer = stand.sign_in("phuctra1", PASSWORD).await;
    refused(answer, Code::PermissionDenied, "WRONG_PASSWORD", "");
    // The history stays, with the reason.
    let listed = call!(
        stand,
        list_people,
        &organiser.token,
        pb::ListPeopleRequest::default()
    )
    .unwrap();
    assert!(
        listed
            .people
            .iter()
            .any(|p| p.person_id == verifier.id && p.disabled)
    );
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_tokens_of_its_person_only() {
    let (mut stand, organiser) = Stand::organised().await;
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let session = stand.sign_in("canbo", PASSWORD).await.unwrap().token;
    let message = |stand: &Stand, old: &str| pb::SetPasswordRequest {
        request_id: stand.id(),
        person_id: officer.id.clone(),
        old_password: old.to_owned(),
        new_password: ANOTHER.to_owned(),
    };
    let wrong = message(&stand, "không phải mật khẩu");
    let answer = call!(stand, set_password, &session, wrong);
    refused(
        answer,
        Code::PermissionDenied,
        "WRONG_OLD_PASSWORD",
        "old_password",
    );
    let right = message(&stand, PASSWORD);
    call!(stand, set_password, &session, right.clone()).unwrap();
    // The same id with another password is another act, though the password itself is stored nowhere.
    let other = pb::SetPasswordRequest {
        new_password: PASSWORD.to_owned(),
        ..right
    };
    let answer = stand.whoami(&officer.token).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    let again = stand.sign_in("canbo", ANOTHER).await.unwrap().token;
    let answer = call!(stand, set_password, &again, other);
    refused(answer, Code::Aborted, "REQUEST_ID_REUSED", "request_id");
    let answer = stand.whoami(&session).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    stand.sign_in("canbo", PASSWORD).await.unwrap_err();
    stand.sign_in("canbo", ANOTHER).await.unwrap();
    assert_eq!(
        stand.whoami(&organiser.token).await.unwrap().person_id,
        organiser.id
    );
}

#[tokio::test]
async fn nobody_but_an_organiser_sets_the_password_of_another() {
    let (mut stand, organiser) = Stand::organised().await;
    let chair = stand
        .hire(&organiser, "chutich", &[grant(Role::CouncilChair, "")])
        .await;
    let message = pb::SetPasswordRequest {
        request_id: stand.id(),
        person_id: organiser.id.clone(),
        old_password: String::new(),
        new_password: ANOTHER.to_owned(),
    };
    let answer = call!(stand, set_password, &chair.token, message.clone());
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    // Whoever tried what they remember waits no longer once there is a password that they know.
    for reason in ["WRONG_PASSWORD"; 5].into_iter().chain(["TOO_MANY_FAILURES"]) {
        let answer = stand.sign_in("chutich", "mật khẩu nào đó").await;
        assert_eq!(chiso_platform::error::reason_of(&answer.unwrap_err()), reason);
    }
    let lost = pb::SetPasswordRequest {
        person_id: chair.id,
        ..message
    };
    call!(stand, set_password, &organiser.token, lost).unwrap();
    stand.sign_in("chutich", ANOTHER).await.unwrap();
}

#[tokio::test]
async fn people_are_listed_by_login_in_pages() {
    let (mut stand, organiser) = Stand::organised().await;
    for login in ["cuong", "anh", "binh"] {
        stand
            .create(&organiser, login, &[grant(Role::Interviewer, "")])
            .await
            .unwrap();
    }
    let auditor = stand
        .hire(&organiser, "thanhtra", &[grant(Role::Auditor, "")])
        .await;
    let mut logins = Vec::new();
    let mut page_token = String::new();
    loop {
        let message = pb::ListPeopleRequest {
            role: 0,
            page_size: 2,
            page_token,
            person_id: String::new(),
        };
        let page = call!(stand, list_people, &auditor.token, message).unwrap();
        assert!(page.people.len() <= 2);
        logins.extend(page.people.into_iter().map(|p| p.login));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(logins, ["anh", "binh", "cuong", "quantri", "thanhtra"]);
    let message = pb::ListPeopleRequest {
        role: Role::Organiser.into(),
        ..Default::default()
    };
    let organisers = call!(stand, list_people, &auditor.token, message).unwrap().people;
    assert_eq!(organisers.len(), 1);
    let one = |person_id: &str| pb::ListPeopleRequest {
        person_id: person_id.to_owned(),
        ..Default::default()
    };
    let found = call!(stand, list_people, &auditor.token, one(&organisers[0].person_id)).unwrap();
    assert_eq!(found.people, organisers);
    let nobody = one("00000000-0000-7000-8000-000000000000");
    assert_eq!(
        call!(stand, list_people, &auditor.token, nobody).unwrap().people,
        []
    );
    let answer = call!(stand, list_people, &auditor.token, one("x"));
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "person_id");
    let message = pb::ListPeopleRequest {
        page_size: -1,
        ..Default::default()
    };
    let answer = call!(stand, list_people, &auditor.token, message);
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "page_size");
}

#[tokio::test]
async fn a_name_in_decomposed_text_is_stored_composed() {
    let (mut stand, organiser) = Stand::organised().await;
    let mut message = message(&stand);
    // "Hà" with a combining grave accent.
    message.name = "Nguyễn Thị Ha\u{300}".to_owned();
    let made = call!(stand, create_person, &organiser.token, message).unwrap();
    assert_eq!(made.person.unwrap().name, "Nguyễn Thị Hà");
}
