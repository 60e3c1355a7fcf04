//! Limits on guessing: of one address over all logins, of old passwords; over a restart and another instance.

use chiso_domain::kernel::time::SECOND;
use chiso_wire::identity as pb;
use tonic::{Code, Status};

use crate::stand::{PASSWORD, Someone, Stand, call, refused};

const MINUTE: i64 = 60 * SECOND;
const WRONG: &str = "không phải mật khẩu";

async fn from(
    stand: &mut Stand,
    client: &str,
    login: &str,
    password: &str,
) -> Result<pb::SignInResponse, Status> {
    let message = message(client, login, password);
    let request = stand.ctx.request("gateway", message);
    let reply = stand.client.sign_in(request).await;
    reply.map(tonic::Response::into_inner)
}

fn message(client: &str, login: &str, password: &str) -> pb::SignInRequest {
    pb::SignInRequest {
        login: login.to_owned(),
        password: password.to_owned(),
        client: client.to_owned(),
        ..Default::default()
    }
}

/// A hundred failures from one address, each with a login of its own.
async fn sprayed(stand: &mut Stand) {
    for n in 0..100 {
        let answer = from(stand, "phong-may-1", &format!("can.bo.{n}"), WRONG).await;
        refused(answer, Code::PermissionDenied, "WRONG_PASSWORD", "");
    }
}

#[tokio::test]
async fn an_address_that_tries_many_logins_waits_and_others_do_not() {
    let (mut stand, _) = Stand::organised().await;
    sprayed(&mut stand).await;
    let answer = from(&mut stand, "phong-may-1", "quantri", PASSWORD).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    from(&mut stand, "phong-may-2", "quantri", PASSWORD)
        .await
        .unwrap();
    from(&mut stand, "", "quantri", PASSWORD).await.unwrap();

    let mut twin = stand.twin().await;
    let answer = from(&mut twin, "phong-may-1", "quantri", PASSWORD).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    drop(twin);
    let mut stand = stand.restarted().await;
    let answer = from(&mut stand, "phong-may-1", "quantri", PASSWORD).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    stand.wait(15 * MINUTE - 1);
    let answer = from(&mut stand, "phong-may-1", "quantri", PASSWORD).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    stand.wait(1);
    from(&mut stand, "phong-may-1", "quantri", PASSWORD)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_signs_in_rightly_takes_nothing_from_the_address() {
    let (mut stand, _) = Stand::organised().await;
    for _ in 0..105 {
        stand.wait(1);
        from(&mut stand, "ca-co-quan", "quantri", PASSWORD).await.unwrap();
    }
    // Nor does it forgive the failures of the others behind that address.
    sprayed(&mut stand).await;
    stand.wait(1);
    let mut others = 0;
    for n in 0..101 {
        let answer = from(&mut stand, "phong-may-3", &format!("nguoi.khac.{n}"), WRONG).await;
        others += usize::from(answer.unwrap_err().code() == Code::PermissionDenied);
        if n == 50 {
            stand.wait(1);
            from(&mut stand, "phong-may-3", "quantri", PASSWORD)
                .await
                .unwrap();
            stand.wait(1);
        }
    }
    assert_eq!(others, 100, "the success in between forgave some");
}

#[tokio::test]
async fn nobody_has_others_wait_by_naming_their_address() {
    let (mut stand, organiser) = Stand::organised().await;
    for n in 0..120 {
        let login = format!("can.bo.{n}");
        let answer = call!(stand, sign_in, "", message("phong-may-1", &login, WRONG));
        refused(answer, Code::PermissionDenied, "WRONG_PASSWORD", "");
        let answer = call!(
            stand,
            sign_in,
            &organiser.token,
            message("phong-may-1", "x", WRONG)
        );
        refused(answer, Code::PermissionDenied, "WRONG_PASSWORD", "");
    }
    from(&mut stand, "phong-may-1", "quantri", PASSWORD)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_could_be_no_login_or_password_counts_for_the_address_too() {
    let (mut stand, _) = Stand::organised().await;
    let long = "x".repeat(5_000);
    for n in 0..100 {
        let (login, password) = if n % 2 == 0 {
            ("?", WRONG)
        } else {
            ("quantri", long.as_str())
        };
        let answer = from(&mut stand, "phong-may-1", login, password).await;
        refused(answer, Code::PermissionDenied, "WRONG_PASSWORD", "");
    }
    let answer = from(&mut stand, "phong-may-1", "?", WRONG).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    // Nor does a password that cannot be one have its login wait.
    stand.sign_in("quantri", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn the_address_is_kept_nowhere() {
    let (mut stand, _) = Stand::organised().await;
    from(&mut stand, "203.0.113.77", "quantri", WRONG)
        .await
        .unwrap_err();
    let text = "SELECT login FROM identity_failure ORDER BY login";
    let rows = stand.ctx.db.all(chiso_platform::db::sql(text)).await.unwrap();
    let keys: Vec<String> = rows.iter().map(|row| row.get("login").unwrap()).collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(
        keys[0].starts_with("from/") && !keys[0].contains("203.0.113"),
        "{keys:?}"
    );
}

async fn change(stand: &mut Stand, who: &Someone, old: &str) -> Result<pb::SetPasswordResponse, Status> {
    let message = pb::SetPasswordRequest {
        request_id: stand.id(),
        person_id: who.id.clone(),
        old_password: old.to_owned(),
        new_password: "một mật khẩu mới hẳn".to_owned(),
    };
    call!(stand, set_password, &who.token, message)
}

#[tokio::test]
async fn a_stolen_session_does_not_guess_the_old_password() {
    let (mut stand, organiser) = Stand::organised().await;
    for _ in 0..5 {
        let answer = change(&mut stand, &organiser, WRONG).await;
        refused(
            answer,
            Code::PermissionDenied,
            "WRONG_OLD_PASSWORD",
            "old_password",
        );
    }
    let answer = change(&mut stand, &organiser, PASSWORD).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    // Signing in has a count of its own.
    stand.sign_in("quantri", PASSWORD).await.unwrap();
    stand.wait(15 * MINUTE);
    change(&mut stand, &organiser, PASSWORD).await.unwrap();
}
