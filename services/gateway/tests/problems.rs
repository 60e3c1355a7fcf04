//! Refusals: form, language, fields, bounds, and what must not be shown.

mod common;

use std::time::Duration;

use chiso_gateway::{Check, Limits, Unready};
use chiso_platform::db::Db;
use chiso_platform::testkit::logs::of_this_thread;
use common::{Fake, Mood, World, hurried};
use serde_json::json;
use tonic::Code;

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_problems() {
    let world = World::new();
    for path in [
        "/v2",
        "/v1/cycles/2022",
        "/v1/cycles/2022/units",
        "/v1/Cycles",
        "/v1/cycles/",
        "/nothing-here",
    ] {
        assert_eq!(
            world.get(path).await.problem(),
            (404, "PATH_UNKNOWN".to_owned()),
            "{path}"
        );
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let answer = world.ask(method, "/v1/cycles", &[]).await;
        assert_eq!(
            answer.problem(),
            (405, "METHOD_NOT_ALLOWED".to_owned()),
            "{method}"
        );
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    }
    assert!(world.asked().is_empty());
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let world = World::new();
    let cases = [
        ("/v1/cycles/2022/ranking?version=0", "#/version"),
        ("/v1/cycles/2022/ranking?version=-1", "#/version"),
        ("/v1/cycles/2022/ranking?version=%2B1", "#/version"),
        ("/v1/cycles/2022/ranking?version=1.5", "#/version"),
        ("/v1/cycles/2022/ranking?version=", "#/version"),
        ("/v1/cycles/2022/ranking?version=abc", "#/version"),
        ("/v1/cycles/2022/ranking?version=99999999999", "#/version"),
        ("/v1/cycles/2022/ranking?version=1&version=2", "#/version"),
        ("/v1/cycles/2022/ranking.csv?version=x", "#/version"),
        ("/v1/cycles/2022/units/SNV?version=x", "#/version"),
        ("/v1/cycles/2022/ranking?type=department", "#/type"),
        ("/v1/cycles/2022/ranking?unit_type=S%E1%BB%9F", "#/unit_type"),
        ("/v1/cycles/N%C4%82M/ranking", "#/cycle"),
        ("/v1/cycles/2022/units/snv", "#/unit"),
        ("/v1/cycles?page_size=many", "#/page_size"),
        ("/v1/openapi.json?x=1", "#/x"),
        ("/v1/cycles/%FF/ranking", "#/path"),
    ];
    for (path, pointer) in cases {
        let answer = world.get(path).await;
        assert_eq!(answer.problem(), (400, "FIELD_INVALID".to_owned()), "{path}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{path}");
    }
    assert!(world.asked().is_empty(), "nothing was asked of a service");
}

#[tokio::test]
async fn a_services_refusal_keeps_reason_field_and_sentence() {
    let world = World::new();
    let answer = world
        .get_with("/v1/cycles/2099/ranking", &[("x-request-id", "r1")])
        .await;
    assert_eq!(
        answer.json(),
        json!({
            "type": "urn:chiso:problem:not-published",
            "title": "Không tìm thấy",
            "status": 404,
            "detail": "Đợt này chưa công bố kết quả.",
            "instance": "/v1/cycles/2099/ranking",
            "reason": "NOT_PUBLISHED",
            "request_id": "r1",
            "errors": [{ "pointer": "#/cycle", "detail": "Đợt này chưa công bố kết quả." }]
        })
    );
    assert_eq!(
        world.get("/v1/cycles/2099/ranking.csv").await.problem().0,
        404,
        "before a file begins"
    );
}

#[tokio::test]
async fn english_where_it_is_preferred() {
    let world = World::new();
    let path = "/v1/cycles/2099/ranking";
    let english = world
        .get_with(path, &[("accept-language", "en-GB,en;q=0.9,vi;q=0.5")])
        .await;
    assert_eq!(
        json!([english.json()["title"], english.json()["detail"]]),
        json!(["Not found", "nothing is published"])
    );
    assert_eq!(
        (english.header("content-language"), english.header("vary")),
        ("en", "accept-language")
    );
    let vietnamese = world.get_with(path, &[("accept-language", "vi,en;q=0.9")]).await;
    assert_eq!(
        (
            vietnamese.header("content-language"),
            &*vietnamese.json()["title"].to_string()
        ),
        ("vi", "\"Không tìm thấy\"")
    );
}

#[tokio::test]
async fn what_is_broken_inside_shows_an_id_and_no_cause() {
    let cases = [
        (Mood::Broken(Code::Internal as i32), 500, "INTERNAL"),
        (Mood::Broken(Code::Unknown as i32), 500, "INTERNAL"),
        (Mood::Broken(Code::Unavailable as i32), 503, "UNAVAILABLE"),
        (Mood::Broken(Code::DeadlineExceeded as i32), 504, "TIMED_OUT"),
        (Mood::Panics, 500, "INTERNAL"),
    ];
    for (mood, status, reason) in cases {
        let answer = World::with(mood, Limits::default(), Vec::new())
            .get("/v1/cycles")
            .await;
        assert_eq!(answer.problem(), (status, reason.to_owned()), "{mood:?}");
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("secret"),
            "{mood:?}"
        );
        assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
        assert_eq!(answer.header("retry-after"), if status == 503 { "1" } else { "" });
    }
}

#[tokio::test]
async fn whoever_must_sign_in_is_told_how() {
    let world = World::with(
        Mood::Broken(Code::Unauthenticated as i32),
        Limits::default(),
        Vec::new(),
    );
    let answer = world.get("/v1/cycles").await;
    assert_eq!(
        (answer.problem().0, answer.header("www-authenticate")),
        (401, "Bearer")
    );
}

#[tokio::test]
async fn no_answer_in_time_is_told() {
    let answer = World::with(Mood::Hangs, hurried(), Vec::new())
        .get("/v1/cycles")
        .await;
    assert_eq!(answer.problem(), (504, "TIMED_OUT".to_owned()));
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_again_and_livez_still_answers() {
    let limits = Limits {
        at_once: 1,
        time: Duration::from_millis(300),
        ..Limits::default()
    };
    let world = World::with(Mood::Hangs, limits, Vec::new());
    let waits = async {
        // The first one is let in before the others ask.
        tokio::task::yield_now().await;
        (world.get("/v1/cycles").await, world.get("/livez").await)
    };
    let (first, (second, live)) = tokio::join!(world.get("/v1/cycles"), waits);
    assert_eq!(first.problem(), (504, "TIMED_OUT".to_owned()));
    assert_eq!(
        (second.problem(), second.header("retry-after")),
        ((503, "BUSY".to_owned()), "1")
    );
    assert_eq!(live.status.as_u16(), 200);
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_name() {
    let world = World::new();
    let long = format!("/v1/cycles?page_token={}", "x".repeat(3_000));
    assert_eq!(
        world.get(&long).await.problem(),
        (414, "ADDRESS_TOO_LONG".to_owned())
    );
    let large = "x".repeat(17_000);
    let answer = world.get_with("/v1/cycles", &[("x-large", &large)]).await;
    assert_eq!(answer.problem(), (431, "HEADERS_TOO_LARGE".to_owned()));
    let answer = world
        .ask("POST", "/v1/cycles", &[("content-length", "5368709120")])
        .await;
    assert_eq!(answer.problem(), (413, "BODY_TOO_LARGE".to_owned()));
    assert!(world.asked().is_empty());
}

#[tokio::test]
async fn every_answer_carries_the_safe_headers() {
    let world = World::new();
    for path in [
        "/livez",
        "/readyz",
        "/v1/cycles",
        "/v1/cycles/2022/ranking.csv",
        "/v1/cycles/2099/ranking",
        "/nothing",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'"),
            "{path}"
        );
        assert!(
            !answer.header("cache-control").is_empty() && !answer.header("x-request-id").is_empty(),
            "{path}"
        );
        let open = if path.starts_with("/v1/") { "*" } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), open, "{path}");
    }
}

#[tokio::test]
async fn another_sites_page_may_read_what_is_published() {
    let headers = [
        ("origin", "https://example.vn"),
        ("access-control-request-method", "GET"),
    ];
    let answer = World::new()
        .ask("OPTIONS", "/v1/cycles/2022/ranking", &headers)
        .await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.header("access-control-allow-origin")
        ),
        (204, "*")
    );
    assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD");
}

#[tokio::test]
async fn readyz_says_which_check_fails_and_keeps_the_cause_to_the_log() {
    let well = || Check::new("database", || async { Ok(()) });
    let broken = Check::new("ledger", || async {
        Err(Unready {
            reason: "does not answer".to_owned(),
            cause: "10.0.0.5:50051: connection refused".to_owned(),
        })
    });
    let service = Check::service("ranking", World::channel(&Fake::default()));
    let ready = World::with(Mood::Well, Limits::default(), vec![well(), service])
        .get("/readyz")
        .await;
    assert_eq!(ready.status.as_u16(), 200, "{:?}", ready.json());
    assert_eq!(
        ready.json()["checks"][1],
        json!({ "name": "ranking", "ready": true })
    );
    let not = World::with(Mood::Well, Limits::default(), vec![well(), broken])
        .get("/readyz")
        .await;
    assert_eq!(
        (not.status.as_u16(), not.header("cache-control")),
        (503, "no-store")
    );
    assert_eq!(
        not.json(),
        json!({ "status": "not_ready", "checks": [
            { "name": "database", "ready": true },
            { "name": "ledger", "ready": false, "reason": "does not answer" }
        ] })
    );
}

#[tokio::test]
async fn why_the_database_does_not_answer_is_logged() {
    let (logs, _logging) = of_this_thread();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("chiso.db")).await.unwrap();
    db.close().await;
    let checks = vec![Check::database(db)];
    let answer = World::with(Mood::Well, Limits::default(), checks)
        .get("/readyz")
        .await;
    assert_eq!(answer.json()["checks"][0]["reason"], "does not answer");
    assert!(logs.text().contains("closed pool"), "{}", logs.text());
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_is_a_check_that_fails() {
    let hangs = Check::new("identity", std::future::pending);
    let answer = World::with(Mood::Well, Limits::default(), vec![hangs])
        .get("/readyz")
        .await;
    assert_eq!(answer.status.as_u16(), 503);
    assert_eq!(answer.json()["checks"][0]["reason"], "no answer within 2 s");
}
