//! Sessions: the list of them, their idle and absolute ends, and what ends them early.

use chiso_domain::kernel::time::SECOND;
use chiso_wire::convert::timestamp;
use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use tonic::{Code, Status};

use crate::stand::{PASSWORD, Someone, Stand, call, grant, refused};

const MINUTE: i64 = 60 * SECOND;

/// As a browser signs in: for half an hour without a call.
async fn opened(stand: &mut Stand, login: &str, agent: &str) -> String {
    let message = pb::SignInRequest {
        login: login.to_owned(),
        password: PASSWORD.to_owned(),
        agent: agent.to_owned(),
        idle_minutes: 30,
        ..Default::default()
    };
    call!(stand, sign_in, "", message).unwrap().token
}

async fn session(stand: &mut Stand, token: &str) -> Result<pb::Session, Status> {
    stand.ctx.auth.forget();
    call!(stand, get_caller, token, pb::GetCallerRequest {}).map(|reply| reply.session.unwrap())
}

async fn listed(stand: &mut Stand, token: &str, person: &str) -> Result<Vec<pb::Session>, Status> {
    let message = pb::ListSessionsRequest {
        person_id: person.to_owned(),
        ..Default::default()
    };
    call!(stand, list_sessions, token, message).map(|reply| reply.sessions)
}

async fn end(stand: &mut Stand, token: &str, session: &str) -> Result<pb::EndSessionResponse, Status> {
    let message = pb::EndSessionRequest {
        request_id: stand.id(),
        session_id: session.to_owned(),
    };
    call!(stand, end_session, token, message)
}

async fn gone(stand: &mut Stand, token: &str) {
    let answer = session(stand, token).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_and_one_that_is_used_goes_on() {
    let (mut stand, _) = Stand::organised().await;
    let used = opened(&mut stand, "quantri", "").await;
    let idle = opened(&mut stand, "quantri", "").await;
    let begun = stand.ctx.clock.now();
    for _ in 0..3 {
        stand.wait(29 * MINUTE);
        let found = session(&mut stand, &used).await.unwrap();
        let now = stand.ctx.clock.now();
        assert_eq!(found.last_used_at, Some(timestamp(now)));
        assert_eq!(found.idle_ends_at, Some(timestamp(now.plus(30 * MINUTE))));
        assert_eq!(found.opened_at, Some(timestamp(begun)));
    }
    gone(&mut stand, &idle).await;
    // A look within the same minute writes nothing, so the end is the minute's.
    stand.wait(MINUTE - 1);
    session(&mut stand, &used).await.unwrap();
    stand.wait(29 * MINUTE);
    session(&mut stand, &used).await.unwrap();
    stand.wait(30 * MINUTE);
    gone(&mut stand, &used).await;
}

#[tokio::test]
async fn no_use_keeps_a_session_longer_than_twelve_hours() {
    let (mut stand, _) = Stand::organised().await;
    let token = opened(&mut stand, "quantri", "").await;
    for _ in 0..35 {
        stand.wait(20 * MINUTE);
        session(&mut stand, &token).await.unwrap();
    }
    stand.wait(20 * MINUTE - 1);
    session(&mut stand, &token).await.unwrap();
    stand.wait(1);
    gone(&mut stand, &token).await;
}

#[tokio::test]
async fn a_clock_that_steps_back_ends_no_session_and_makes_none_longer() {
    let (mut stand, _) = Stand::organised().await;
    let token = opened(&mut stand, "quantri", "").await;
    let begun = stand.ctx.clock.now();
    stand.wait(20 * MINUTE);
    session(&mut stand, &token).await.unwrap();
    stand.wait(-15 * MINUTE);
    let found = session(&mut stand, &token).await.unwrap();
    assert_eq!(found.last_used_at, Some(timestamp(begun.plus(20 * MINUTE))));
    stand.wait(45 * MINUTE - 1);
    assert_eq!(stand.ctx.clock.now(), begun.plus(50 * MINUTE - 1));
    session(&mut stand, &token).await.unwrap();
    stand.wait(30 * MINUTE);
    gone(&mut stand, &token).await;
}

#[tokio::test]
async fn an_idle_end_holds_over_a_restart_and_for_every_instance() {
    let (mut stand, _) = Stand::organised().await;
    let token = opened(&mut stand, "quantri", "").await;
    let mut twin = stand.twin().await;
    stand.wait(29 * MINUTE);
    session(&mut twin, &token).await.unwrap();
    drop(twin);
    stand.wait(29 * MINUTE);
    session(&mut stand, &token).await.unwrap();
    let mut stand = stand.restarted().await;
    stand.wait(30 * MINUTE);
    gone(&mut stand, &token).await;
}

#[tokio::test]
async fn sessions_are_listed_until_they_end() {
    let (mut stand, organiser) = Stand::organised().await;
    stand.wait(MINUTE);
    let here = opened(&mut stand, "quantri", "Firefox\u{7} trên Windows").await;
    stand.wait(MINUTE);
    let there = opened(&mut stand, "quantri", &"ệ".repeat(500)).await;
    stand.token_for(&organiser, "").await.unwrap();
    let sessions = listed(&mut stand, &here, "").await.unwrap();
    let (idle, agents): (Vec<_>, Vec<_>) = sessions
        .iter()
        .map(|one| (one.idle_ends_at.is_some(), one.agent.as_str()))
        .unzip();
    assert_eq!(idle, [true, true, false]);
    assert_eq!(agents[0], "ệ".repeat(200));
    assert_eq!(agents[1..], ["Firefox trên Windows", ""]);
    let current: Vec<_> = sessions.iter().map(|one| one.current).collect();
    assert_eq!(current, [false, true, false]);
    let message = pb::ListSessionsRequest {
        page_size: 2,
        ..Default::default()
    };
    let page = call!(stand, list_sessions, &here, message.clone()).unwrap();
    assert_eq!(page.sessions, sessions[..2]);
    let next = pb::ListSessionsRequest {
        page_token: page.next_page_token,
        ..message
    };
    let page = call!(stand, list_sessions, &here, next).unwrap();
    assert_eq!(
        (page.sessions.as_slice(), page.next_page_token.as_str()),
        (&sessions[2..], "")
    );

    // One is ended, one idles out, the program's goes on.
    end(&mut stand, &here, &sessions[0].session_id).await.unwrap();
    gone(&mut stand, &there).await;
    stand.wait(30 * MINUTE);
    let left = listed(&mut stand, &organiser.token, &organiser.id).await.unwrap();
    let left: Vec<_> = left.iter().map(|one| &one.session_id).collect();
    assert_eq!(left, [&sessions[2].session_id]);
}

#[tokio::test]
async fn others_sessions_are_the_organisers_business_only() {
    let (mut stand, organiser) = Stand::organised().await;
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let open = opened(&mut stand, "canbo", "").await;
    let own = listed(&mut stand, &open, "").await.unwrap();
    let organisers = listed(&mut stand, &organiser.token, "").await.unwrap();
    let answer = listed(&mut stand, &officer.token, &organiser.id).await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let acts = stand.acts().await;
    // What somebody else has, what there is not, and what is no session, are all the same to them.
    let nothing = stand.id();
    let api = call!(
        stand,
        list_tokens,
        &officer.token,
        pb::ListTokensRequest::default()
    )
    .unwrap();
    for id in [&organisers[0].session_id, &nothing, &api.tokens[0].token_id] {
        let answer = end(&mut stand, &officer.token, id).await;
        refused(answer, Code::NotFound, "NOT_FOUND", "session_id");
    }
    let answer = end(&mut stand, &officer.token, "không phải mã").await;
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "session_id");
    assert_eq!(stand.acts().await, acts);
    let theirs = listed(&mut stand, &organiser.token, &officer.id).await.unwrap();
    assert_eq!(theirs.len(), own.len());
    let message = pb::EndSessionRequest {
        request_id: stand.id(),
        session_id: own
            .iter()
            .find(|session| session.current)
            .unwrap()
            .session_id
            .clone(),
    };
    let first = call!(stand, end_session, &organiser.token, message.clone()).unwrap();
    assert_eq!(stand.acts().await, acts + 1);
    assert_eq!(
        call!(stand, end_session, &organiser.token, message).unwrap(),
        first
    );
    assert_eq!(stand.acts().await, acts + 1);
    gone(&mut stand, &open).await;
}

#[tokio::test]
async fn one_signs_out_here_or_everywhere() {
    let (mut stand, organiser) = Stand::organised().await;
    let here = opened(&mut stand, "quantri", "").await;
    let there = opened(&mut stand, "quantri", "").await;
    let api = stand.token_for(&organiser, "").await.unwrap().secret;
    let only_this = pb::SignOutRequest { only_this: true };
    call!(stand, sign_out, &here, only_this).unwrap();
    gone(&mut stand, &here).await;
    session(&mut stand, &there).await.unwrap();
    // An API token is no session: to sign it out ends nothing.
    call!(stand, sign_out, &api, only_this).unwrap();
    session(&mut stand, &there).await.unwrap();
    call!(stand, sign_out, &there, pb::SignOutRequest::default()).unwrap();
    gone(&mut stand, &there).await;
    gone(&mut stand, &organiser.token).await;
    let caller = call!(stand, get_caller, &api, pb::GetCallerRequest {}).unwrap();
    assert_eq!(caller.session, None);
}

/// A change of what somebody may do, or how they come in, and whether API tokens end with it too.
async fn changed(stand: &mut Stand, organiser: &Someone, person: &str, what: &str) {
    let (request_id, person_id) = (stand.id(), person.to_owned());
    let (reason, given) = ("Đổi việc".to_owned(), Some(grant(Role::UnitHead, "SNV")));
    match what {
        "grant" => {
            let grant = given;
            let message = pb::GrantRoleRequest {
                request_id,
                person_id,
                grant,
            };
            call!(stand, grant_role, &organiser.token, message).map(|_| ())
        }
        "revoke" => {
            let grant = given;
            let message = pb::RevokeRoleRequest {
                request_id,
                person_id,
                grant,
                reason,
            };
            call!(stand, revoke_role, &organiser.token, message).map(|_| ())
        }
        "password" => {
            let message = pb::SetPasswordRequest {
                request_id,
                person_id,
                old_password: String::new(),
                new_password: PASSWORD.to_owned(),
            };
            call!(stand, set_password, &organiser.token, message).map(|_| ())
        }
        _ => {
            let message = pb::DisablePersonRequest {
                request_id,
                person_id,
                reason,
            };
            call!(stand, disable_person, &organiser.token, message).map(|_| ())
        }
    }
    .unwrap();
}

#[tokio::test]
async fn a_change_of_role_or_password_ends_every_session() {
    let (mut stand, organiser) = Stand::organised().await;
    let person = stand
        .create(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await
        .unwrap()
        .person_id;
    for (what, tokens_go_on) in [
        ("grant", true),
        ("revoke", true),
        ("password", false),
        ("disable", false),
    ] {
        let tokens = [
            opened(&mut stand, "canbo", "").await,
            opened(&mut stand, "canbo", "").await,
        ];
        let own = Someone {
            id: person.clone(),
            token: tokens[0].clone(),
        };
        let api = stand.token_for(&own, "").await.unwrap().secret;
        changed(&mut stand, &organiser, &person, what).await;
        for token in &tokens {
            gone(&mut stand, token).await;
        }
        assert_eq!(stand.whoami(&api).await.is_ok(), tokens_go_on, "{what}");
        assert_eq!(
            listed(&mut stand, &organiser.token, &person).await.unwrap(),
            [],
            "{what}"
        );
    }
    session(&mut stand, &organiser.token).await.unwrap();
}

#[tokio::test]
async fn a_role_granted_twice_ends_nothing_the_second_time() {
    let (mut stand, organiser) = Stand::organised().await;
    let given = [grant(Role::UnitHead, "SNV")];
    let person = stand.create(&organiser, "thutruong", &given).await.unwrap();
    let token = opened(&mut stand, "thutruong", "").await;
    changed(&mut stand, &organiser, &person.person_id, "grant").await;
    session(&mut stand, &token).await.unwrap();
}

#[tokio::test]
async fn a_session_does_not_idle_less_than_nothing() {
    let (mut stand, _) = Stand::organised().await;
    let message = pb::SignInRequest {
        login: "quantri".to_owned(),
        password: PASSWORD.to_owned(),
        idle_minutes: -1,
        ..Default::default()
    };
    let answer = call!(stand, sign_in, "", message);
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "idle_minutes");
}
