//! The second factor: enrolling, signing in with it, losing it. Codes are made here as an app makes them, from what
//! the answer shows.

use chiso_domain::kernel::{Instant, time::SECOND};
use chiso_platform::db::sql;
use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use tonic::{Code, Status};

use crate::stand::{PASSWORD, Someone, Stand, call, grant, refused};

const MINUTE: i64 = 60 * SECOND;

/// What an authenticator app shows at an instant for a secret in base32.
fn app(secret: &str, at: Instant) -> String {
    let mut bits = String::new();
    for letter in secret.chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    let key: Vec<u8> = (0..bits.len() / 8)
        .map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap())
        .collect();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&(at.micros() / SECOND / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// A person with a second factor, as the person knows it.
#[derive(Clone, Debug)]
struct Enrolled {
    login: String,
    secret: String,
    recovery: Vec<String>,
    /// The session that enrolled.
    token: String,
}

impl Enrolled {
    fn code(&self, stand: &Stand) -> String {
        app(&self.secret, stand.ctx.clock.now())
    }
}

async fn start(stand: &mut Stand, token: &str, code: &str) -> Result<pb::StartSecondFactorResponse, Status> {
    let message = pb::StartSecondFactorRequest {
        request_id: stand.id(),
        code: code.to_owned(),
    };
    call!(stand, start_second_factor, token, message)
}

async fn confirm(
    stand: &mut Stand,
    token: &str,
    code: &str,
) -> Result<pb::ConfirmSecondFactorResponse, Status> {
    let message = pb::ConfirmSecondFactorRequest {
        request_id: stand.id(),
        code: code.to_owned(),
    };
    call!(stand, confirm_second_factor, token, message)
}

async fn enrol(stand: &mut Stand, login: &str) -> Enrolled {
    let token = stand.sign_in(login, PASSWORD).await.unwrap().token;
    let secret = start(stand, &token, "").await.unwrap().secret;
    let code = app(&secret, stand.ctx.clock.now());
    let reply = confirm(stand, &token, &code).await.unwrap();
    // The next code is another one.
    stand.wait(30 * SECOND);
    Enrolled {
        login: login.to_owned(),
        secret,
        recovery: reply.recovery_codes,
        token: reply.token,
    }
}

async fn half(stand: &mut Stand, who: &Enrolled) -> String {
    let reply = stand.sign_in(&who.login, PASSWORD).await.unwrap();
    assert_eq!((reply.token.as_str(), reply.person), ("", None));
    reply.pending
}

async fn finish(stand: &mut Stand, pending: &str, code: &str) -> Result<pb::FinishSignInResponse, Status> {
    let message = pb::FinishSignInRequest {
        pending: pending.to_owned(),
        code: code.to_owned(),
    };
    call!(stand, finish_sign_in, "", message)
}

async fn session(stand: &mut Stand, token: &str) -> Result<pb::GetCallerResponse, Status> {
    stand.ctx.auth.forget();
    call!(stand, get_caller, token, pb::GetCallerRequest {})
}

async fn reset(
    stand: &mut Stand,
    by: &Someone,
    person: &str,
    reason: &str,
) -> Result<pb::ResetSecondFactorResponse, Status> {
    let message = pb::ResetSecondFactorRequest {
        request_id: stand.id(),
        person_id: person.to_owned(),
        reason: reason.to_owned(),
    };
    call!(stand, reset_second_factor, &by.token, message)
}

async fn rows(stand: &Stand, text: &'static str) -> usize {
    stand.ctx.db.all(sql(text)).await.unwrap().len()
}

#[tokio::test]
async fn who_enrolled_signs_in_with_password_and_code() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    assert_eq!(who.recovery.len(), 8);
    let pending = half(&mut stand, &who).await;
    assert!(pending.starts_with("chiso_h_"), "{pending}");
    // Half a sign-in opens nothing.
    let answer = session(&mut stand, &pending).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    let code = who.code(&stand);
    let (head, tail) = code.split_at(3);
    let reply = finish(&mut stand, &pending, &format!(" {head} {tail}"))
        .await
        .unwrap();
    let caller = session(&mut stand, &reply.token).await.unwrap();
    assert!(caller.session.unwrap().second_factor);
    assert!(caller.person.unwrap().second_factor);
    assert_eq!(reply.person.unwrap().login, "quantri");
    // It was finished once.
    stand.wait(30 * SECOND);
    let code = who.code(&stand);
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::PermissionDenied, "SIGN_IN_EXPIRED", "pending");
}

#[tokio::test]
async fn a_code_counts_once_also_for_another_instance_and_after_a_restart() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    let code = who.code(&stand);
    let (first, second) = (half(&mut stand, &who).await, half(&mut stand, &who).await);
    finish(&mut stand, &first, &code).await.unwrap();
    let mut twin = stand.twin().await;
    let answer = finish(&mut twin, &second, &code).await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    drop(twin);
    let mut stand = stand.restarted().await;
    let answer = finish(&mut stand, &second, &code).await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    // Nor does an earlier code count after a later one.
    stand.wait(60 * SECOND);
    let earlier = app(&who.secret, stand.ctx.clock.now().plus(-30 * SECOND));
    let code = who.code(&stand);
    finish(&mut stand, &second, &code).await.unwrap();
    let third = half(&mut stand, &who).await;
    let answer = finish(&mut stand, &third, &earlier).await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
}

#[tokio::test]
async fn the_code_that_enrolled_opens_no_session_again() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    stand.wait(-30 * SECOND);
    let pending = half(&mut stand, &who).await;
    let code = who.code(&stand);
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
}

#[tokio::test]
async fn a_clock_may_be_half_a_minute_off_and_no_more() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    for (seconds, counts) in [(-60, false), (-30, true), (30, true), (60, false)] {
        stand.wait(10 * MINUTE);
        let pending = half(&mut stand, &who).await;
        let code = app(&who.secret, stand.ctx.clock.now().plus(seconds * SECOND));
        let answer = finish(&mut stand, &pending, &code).await;
        assert_eq!(answer.is_ok(), counts, "{seconds} seconds: {answer:?}");
    }
}

#[tokio::test]
async fn five_wrong_codes_make_the_person_wait_whatever_is_begun_anew() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    for _ in 0..5 {
        let pending = half(&mut stand, &who).await;
        let answer = finish(&mut stand, &pending, "000000").await;
        refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    }
    let pending = half(&mut stand, &who).await;
    for code in [who.code(&stand), who.recovery[0].clone()] {
        let answer = finish(&mut stand, &pending, &code).await;
        refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    }
    let code = who.code(&stand);
    let mut twin = stand.twin().await;
    let answer = finish(&mut twin, &pending, &code).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    drop(twin);
    let mut stand = stand.restarted().await;
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
    stand.wait(15 * MINUTE);
    let pending = half(&mut stand, &who).await;
    let code = who.code(&stand);
    finish(&mut stand, &pending, &code).await.unwrap();
}

#[tokio::test]
async fn codes_guessed_at_once_are_counted_one_by_one() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    let pending = half(&mut stand, &who).await;
    let guesses = (0..20).map(|n| {
        let mut client = stand.client.clone();
        let message = pb::FinishSignInRequest {
            pending: pending.clone(),
            code: format!("00000{}", n % 10),
        };
        async move { chiso_platform::error::reason_of(&client.finish_sign_in(message).await.unwrap_err()) }
    });
    let reasons = futures_util::future::join_all(guesses).await;
    let looked_at = reasons.iter().filter(|reason| *reason == "WRONG_CODE").count();
    assert_eq!(looked_at, 5, "{reasons:?}");
}

#[tokio::test]
async fn half_a_sign_in_is_over_after_five_minutes_and_with_a_new_password() {
    let (mut stand, organiser) = Stand::organised().await;
    let person = stand
        .create(&organiser, "chutich", &[grant(Role::CouncilChair, "")])
        .await;
    let person = person.unwrap().person_id;
    let who = enrol(&mut stand, "chutich").await;
    let pending = half(&mut stand, &who).await;
    stand.wait(5 * MINUTE);
    let code = who.code(&stand);
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::PermissionDenied, "SIGN_IN_EXPIRED", "pending");
    let pending = half(&mut stand, &who).await;
    let message = pb::SetPasswordRequest {
        request_id: stand.id(),
        person_id: person,
        old_password: String::new(),
        new_password: "một mật khẩu mới hẳn".to_owned(),
    };
    call!(stand, set_password, &organiser.token, message).unwrap();
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::PermissionDenied, "SIGN_IN_EXPIRED", "pending");
    for forged in ["", "chiso_h_", &who.token] {
        let answer = finish(&mut stand, forged, &code).await;
        refused(answer, Code::PermissionDenied, "SIGN_IN_EXPIRED", "pending");
    }
}

#[tokio::test]
async fn a_recovery_code_counts_once() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    let typed = who.recovery[3].to_uppercase().replace('-', " ");
    let pending = half(&mut stand, &who).await;
    finish(&mut stand, &pending, &typed).await.unwrap();
    let pending = half(&mut stand, &who).await;
    let answer = finish(&mut stand, &pending, &who.recovery[3]).await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    finish(&mut stand, &pending, &who.recovery[4]).await.unwrap();
}

#[tokio::test]
async fn a_factor_counts_only_once_it_is_confirmed() {
    let (mut stand, organiser) = Stand::organised().await;
    let answer = confirm(&mut stand, &organiser.token, "000000").await;
    refused(
        answer,
        Code::FailedPrecondition,
        "SECOND_FACTOR_NOT_STARTED",
        "code",
    );
    let message = pb::StartSecondFactorRequest {
        request_id: stand.id(),
        code: String::new(),
    };
    let first = call!(stand, start_second_factor, &organiser.token, message.clone()).unwrap();
    assert!(first.uri.starts_with("otpauth://totp/chiso:quantri?secret="));
    assert!(
        first.uri.contains(&first.secret) && first.secret.len() == 32,
        "{first:?}"
    );
    // Whoever asked sees it again; whoever did not begins anew, and the first one is worth nothing.
    assert_eq!(
        call!(stand, start_second_factor, &organiser.token, message.clone()).unwrap(),
        first
    );
    let second = start(&mut stand, &organiser.token, "").await.unwrap();
    assert_ne!(first.secret, second.secret);
    let again = call!(stand, start_second_factor, &organiser.token, message).unwrap();
    assert_eq!(again, pb::StartSecondFactorResponse::default());
    let code = app(&first.secret, stand.ctx.clock.now());
    let answer = confirm(&mut stand, &organiser.token, &code).await;
    refused(answer, Code::PermissionDenied, "FIRST_CODE_WRONG", "code");
    assert!(!stand.sign_in("quantri", PASSWORD).await.unwrap().token.is_empty());
    let code = app(&second.secret, stand.ctx.clock.now());
    confirm(&mut stand, &organiser.token, &code).await.unwrap();
    assert!(stand.sign_in("quantri", PASSWORD).await.unwrap().token.is_empty());
}

#[tokio::test]
async fn enrolling_ends_the_sessions_that_began_without_it() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = pb::SignInRequest {
        login: "quantri".to_owned(),
        password: PASSWORD.to_owned(),
        agent: "Firefox".to_owned(),
        idle_minutes: 30,
        ..Default::default()
    };
    let here = call!(stand, sign_in, "", message).unwrap().token;
    let api = stand.token_for(&organiser, "").await.unwrap().secret;
    let before = session(&mut stand, &here).await.unwrap().session.unwrap();
    stand.wait(5 * MINUTE);
    let secret = start(&mut stand, &here, "").await.unwrap().secret;
    let message = pb::ConfirmSecondFactorRequest {
        request_id: stand.id(),
        code: app(&secret, stand.ctx.clock.now()),
    };
    let reply = call!(stand, confirm_second_factor, &here, message.clone()).unwrap();
    for token in [&here, &organiser.token] {
        let answer = session(&mut stand, token).await;
        refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    }
    // The session goes on as it was, under a new token.
    let after = session(&mut stand, &reply.token).await.unwrap().session.unwrap();
    assert_ne!(after.session_id, before.session_id);
    assert_eq!(
        (&after.agent, after.expires_at),
        (&before.agent, before.expires_at)
    );
    assert!(after.second_factor && !before.second_factor);
    assert!(after.idle_ends_at.is_some());
    session(&mut stand, &api).await.unwrap();
    // What is shown once is not shown twice.
    let again = call!(stand, confirm_second_factor, &reply.token, message).unwrap();
    assert_eq!(again, pb::ConfirmSecondFactorResponse::default());
}

#[tokio::test]
async fn another_device_takes_a_code_of_the_first() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    let answer = start(&mut stand, &who.token, "").await;
    refused(answer, Code::InvalidArgument, "CODE_MISSING", "code");
    let answer = start(&mut stand, &who.token, "000000").await;
    refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    let code = who.code(&stand);
    let next = start(&mut stand, &who.token, &code).await.unwrap();
    // Until the new one is confirmed, the first one counts.
    stand.wait(30 * SECOND);
    let pending = half(&mut stand, &who).await;
    let code = who.code(&stand);
    finish(&mut stand, &pending, &code).await.unwrap();
    let code = app(&next.secret, stand.ctx.clock.now());
    let reply = confirm(&mut stand, &who.token, &code).await.unwrap();
    assert!(
        reply
            .recovery_codes
            .iter()
            .all(|code| !who.recovery.contains(code))
    );
    stand.wait(30 * SECOND);
    let pending = half(&mut stand, &who).await;
    for code in [who.code(&stand), who.recovery[0].clone()] {
        let answer = finish(&mut stand, &pending, &code).await;
        refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    }
    let code = app(&next.secret, stand.ctx.clock.now());
    finish(&mut stand, &pending, &code).await.unwrap();
}

#[tokio::test]
async fn a_stolen_session_does_not_guess_the_code_of_the_first_device() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    for _ in 0..5 {
        let answer = start(&mut stand, &who.token, "000000").await;
        refused(answer, Code::PermissionDenied, "WRONG_CODE", "code");
    }
    let code = who.code(&stand);
    let answer = start(&mut stand, &who.token, &code).await;
    refused(answer, Code::ResourceExhausted, "TOO_MANY_FAILURES", "");
}

#[tokio::test]
async fn an_organiser_takes_a_lost_factor_away_but_not_the_own_one() {
    let (mut stand, organiser) = Stand::organised().await;
    let chair = stand
        .create(&organiser, "chutich", &[grant(Role::CouncilChair, "")])
        .await;
    let chair = chair.unwrap().person_id;
    let answer = reset(&mut stand, &organiser, &chair, "Mất điện thoại").await;
    refused(
        answer,
        Code::FailedPrecondition,
        "SECOND_FACTOR_ABSENT",
        "person_id",
    );
    let who = enrol(&mut stand, "chutich").await;
    let pending = half(&mut stand, &who).await;
    let own = Someone {
        id: chair.clone(),
        token: who.token.clone(),
    };
    let answer = reset(&mut stand, &own, &organiser.id, "Mất điện thoại").await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let answer = reset(&mut stand, &organiser, &organiser.id, "Mất điện thoại").await;
    refused(answer, Code::PermissionDenied, "OWN_SECOND_FACTOR", "person_id");
    let answer = reset(&mut stand, &organiser, &chair, "").await;
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "reason");
    let acts = stand.acts().await;
    let message = pb::ResetSecondFactorRequest {
        request_id: stand.id(),
        person_id: chair.clone(),
        reason: "Mất điện thoại".to_owned(),
    };
    let first = call!(stand, reset_second_factor, &organiser.token, message.clone()).unwrap();
    assert_eq!(
        call!(stand, reset_second_factor, &organiser.token, message).unwrap(),
        first
    );
    assert_eq!(stand.acts().await, acts + 1);
    let answer = session(&mut stand, &who.token).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    let code = who.code(&stand);
    let answer = finish(&mut stand, &pending, &code).await;
    refused(answer, Code::PermissionDenied, "SIGN_IN_EXPIRED", "pending");
    let reply = stand.sign_in("chutich", PASSWORD).await.unwrap();
    assert!(!reply.person.unwrap().second_factor && !reply.token.is_empty());
    assert_eq!(rows(&stand, "SELECT * FROM identity_recovery").await, 0);
}

#[tokio::test]
async fn neither_secret_nor_codes_lie_open_in_the_database() {
    let (mut stand, _) = Stand::organised().await;
    let who = enrol(&mut stand, "quantri").await;
    let mut planted = vec![who.secret.clone()];
    planted.extend(
        who.recovery
            .iter()
            .flat_map(|code| [code.clone(), code.replace('-', "")]),
    );
    stand.ctx.stop().await;
    let stored = stand.stored();
    let holds = |text: &str| stored.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("factor.confirm"), "this is not what is stored");
    for text in &planted {
        assert!(!holds(text), "{text} lies open");
    }
}
