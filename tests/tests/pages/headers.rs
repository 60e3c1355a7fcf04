//! The headers of pages, and how cookies are set.

use axum::http::StatusCode;
use chiso_gateway::{PublicUrl, WebSettings, Who, pages};
use chiso_tests::PASSWORD;

use crate::site::{Site, settings};

const NOW: &str = "2022-11-20T08:00:00+07:00";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_loads_nothing_from_elsewhere_and_is_not_kept() {
    let site = Site::open(NOW, settings()).await;
    let mut browser = site.browser();
    for path in [
        "/dang-nhap",
        "/viec-cua-toi",
        "/khong-co",
        "/_/components",
        "/ngon-ngu/en",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "plain http");
        assert!(
            !answer.text.contains(" style=") && !answer.text.contains(" onclick="),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_an_encrypted_way_cookies_are_bound_to_the_host() {
    let url = PublicUrl::try_from("https://xephang.example.vn".to_owned()).unwrap();
    let web = WebSettings {
        public_url: url,
        ..settings()
    };
    let site = Site::open(NOW, web).await;
    site.sandbox
        .add_organiser("quantri", "Nguyễn Thị Hà", PASSWORD)
        .await;
    let mut browser = site.browser();
    let door = browser.get("/dang-nhap").await;
    let visit = door.header("set-cookie");
    assert!(visit.starts_with("__Host-chiso-pre="), "{visit}");
    let entered = browser.sign_in("quantri", PASSWORD).await;
    let session = entered.header("set-cookie");
    assert!(session.starts_with("__Host-chiso=chiso_s_"), "{session}");
    for wanted in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(
            session.contains(wanted) && visit.contains(wanted),
            "{session} {visit}"
        );
    }
    assert!(
        entered
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
    assert_eq!(browser.get("/viec-cua-toi").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn styles_and_scripts_are_kept_for_ever_under_a_name_of_their_own() {
    let site = Site::open(NOW, settings()).await;
    let mut browser = site.browser();
    let page = browser.get("/dang-nhap").await.text;
    let named: Vec<&str> = page.split('"').filter(|part| part.starts_with("/_/")).collect();
    assert_eq!(named.len(), 2, "{named:?}");
    for path in named {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let other = browser.get(&path.replace('-', "-0")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    }
}

/// A page is found by a browser in words, and by a program as a document.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_there_is_told_in_the_form_that_was_asked_for() {
    let site = Site::open(NOW, settings()).await;
    let mut browser = site.browser();
    let page = browser.get("/khong-co").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::NOT_FOUND, "text/html; charset=utf-8")
    );
    let document = browser.send("GET", "/khong-co", &[], String::new()).await;
    assert_eq!(document.header("content-type"), "application/problem+json");
    let document = browser.get("/v1/khong-co").await;
    assert_eq!(document.header("content-type"), "application/problem+json");
    let wrong = browser
        .send(
            "PUT",
            "/dang-nhap",
            &[("accept", "text/html"), ("sec-fetch-site", "same-origin")],
            String::new(),
        )
        .await;
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn english_is_chosen_and_kept() {
    let site = Site::open(NOW, settings()).await;
    let mut browser = site.browser();
    assert!(
        browser
            .get("/dang-nhap")
            .await
            .text
            .contains("<html lang=\"vi\">")
    );
    assert!(
        browser
            .get("/dang-nhap?lang=en")
            .await
            .text
            .contains("<html lang=\"en\">")
    );
    let headers = [
        ("accept", "text/html"),
        ("referer", "http://127.0.0.1:8080/dang-nhap?tiep=%2F"),
    ];
    let chosen = browser.send("GET", "/ngon-ngu/en", &headers, String::new()).await;
    assert_eq!(chosen.leads_to(), "/dang-nhap?tiep=%2F");
    assert!(browser.get("/dang-nhap").await.text.contains("Sign in"));
    assert_eq!(browser.get("/ngon-ngu/fr").await.status, StatusCode::NOT_FOUND);
}

/// Whoever is not signed in is sent to sign in by every page that is not for everyone.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_opens_a_page_without_signing_in() {
    let site = Site::open(NOW, settings()).await;
    let mut closed = 0;
    for route in pages().into_iter().filter(|route| route.who != Who::Everyone) {
        let answer = site.browser().get(route.path).await;
        let posted_only = answer.status == StatusCode::METHOD_NOT_ALLOWED;
        assert!(
            posted_only || answer.leads_to().starts_with("/dang-nhap?tiep="),
            "{}",
            route.path
        );
        closed += usize::from(!posted_only);
    }
    assert!(closed > 0);
}
