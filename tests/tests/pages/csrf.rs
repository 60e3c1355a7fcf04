//! Nothing is done but for a form of our own; and nothing that was typed is lost with a session.

use axum::http::StatusCode;
use chiso_gateway::WebSettings;
use chiso_tests::PASSWORD;

use crate::site::{Browser, Site, settings};

const NOW: &str = "2022-11-20T08:00:00+07:00";
const GALLERY: &str = "/_/components";

async fn site() -> Site {
    let web = WebSettings {
        components: true,
        ..settings()
    };
    let site = Site::open(NOW, web).await;
    site.sandbox
        .add_organiser("quantri", "Nguyễn Thị Hà", PASSWORD)
        .await;
    site
}

async fn signed_in(site: &Site) -> Browser {
    let mut browser = site.browser();
    browser.enter("quantri").await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_form_of_our_own_page_signs_out() {
    let site = site().await;
    let mut browser = signed_in(&site).await;
    let home = browser.get("/viec-cua-toi").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.text.contains("Nguyễn Thị Hà"), "{}", home.text);
    let token = home.field("_csrf");
    for foreign in [
        &[("accept", "text/html"), ("origin", "https://evil.vn")][..],
        &[("accept", "text/html"), ("sec-fetch-site", "cross-site")],
        &[("accept", "text/html")],
    ] {
        let answer = browser
            .post_with("/dang-xuat", &[("_csrf", &token)], foreign)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
    }
    for wrong in ["", "0", &token[1..]] {
        let answer = browser.post("/dang-xuat", &[("_csrf", wrong)]).await;
        assert!(answer.text.contains("Lưu nội dung vừa nhập?"), "{}", answer.text);
    }
    assert_eq!(browser.get("/viec-cua-toi").await.status, StatusCode::OK);
    assert_eq!(
        browser.post("/dang-xuat", &[("_csrf", &token)]).await.leads_to(),
        "/dang-nhap"
    );
    let again = browser.get("/viec-cua-toi").await;
    assert_eq!(again.leads_to(), "/dang-nhap?tiep=%2Fviec-cua-toi");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_signed_out_counts_no_more() {
    let site = site().await;
    let mut browser = signed_in(&site).await;
    let (mut thief, token) = (browser.clone(), browser.get("/viec-cua-toi").await.field("_csrf"));
    browser.post("/dang-xuat", &[("_csrf", &token)]).await;
    assert_eq!(thief.get("/viec-cua-toi").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_known_is_told_the_same_as_with_a_wrong_password() {
    let site = site().await;
    let told = async |login: &str| {
        let answer = site.browser().sign_in(login, "sai mật khẩu <b>").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("<title>Lỗi: Đăng nhập"), "{}", answer.text);
        assert_eq!(answer.field("login"), login, "what was typed stays");
        assert!(!answer.text.contains("sai mật khẩu"), "but not the password");
        let (_, rest) = answer.text.split_once("role=\"alert\"").unwrap();
        rest.split("</div>").next().unwrap().to_owned()
    };
    assert_eq!(told("quantri").await, told("khong-co").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_along_through_signing_in() {
    let site = site().await;
    let mut browser = signed_in(&site).await;
    let token = browser.get("/viec-cua-toi").await.field("_csrf");
    browser.forget_session();
    let typed = [
        ("_csrf", token.as_str()),
        ("ghi-chu", "Điểm <b>\"1,50\"</b> & hơn\nthế"),
        ("password", "bí mật"),
    ];
    // Any page that needs a session will do; this one does not look at the fields.
    let door = browser.post("/dang-xuat", &typed).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED);
    let kept = door.field("_again");
    assert!(!kept.contains("password") && !kept.contains(&token), "{kept}");
    let (csrf, to) = (door.field("_csrf"), door.field("tiep"));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("tiep", &to),
        ("_again", &kept),
        ("login", "quantri"),
        ("password", PASSWORD),
    ];
    let asked = browser.post("/dang-nhap", &fields).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert!(asked.text.contains("action=\"/dang-xuat\""), "{}", asked.text);
    assert_eq!(asked.field("ghi-chu"), typed[1].1);
    assert!(!asked.text.contains("<b>"), "typed text is escaped");
    // Sent again by hand, with the token of the new session, it is done.
    let csrf = asked.field("_csrf");
    assert_eq!(
        browser.post("/dang-xuat", &[("_csrf", &csrf)]).await.leads_to(),
        "/dang-nhap"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_another_site_by_signing_in() {
    let site = site().await;
    for foreign in ["//evil.vn", "https://evil.vn/", "/\\evil.vn"] {
        let mut browser = site.browser();
        let door = browser.get("/dang-nhap").await;
        let csrf = door.field("_csrf");
        let fields = [
            ("_csrf", csrf.as_str()),
            ("tiep", foreign),
            ("login", "quantri"),
            ("password", PASSWORD),
        ];
        assert_eq!(
            browser.post("/dang-nhap", &fields).await.leads_to(),
            "/viec-cua-toi"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_answers_with_scripts_and_without() {
    let site = site().await;
    let mut browser = site.browser();
    let page = browser.get(GALLERY).await;
    assert_eq!(page.status, StatusCode::OK);
    let csrf = page.field("_csrf");
    let fields = |points: &'static str, mood: &'static str| {
        vec![
            ("_csrf".to_owned(), csrf.clone()),
            ("_version".to_owned(), "7".to_owned()),
            ("note".to_owned(), "ghi <chú>".to_owned()),
            ("points".to_owned(), points.to_owned()),
            ("mood".to_owned(), mood.to_owned()),
        ]
    };
    let mut send = async |points, mood, accept: &str| {
        let fields = fields(points, mood);
        let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let headers = [("accept", accept), ("origin", "http://127.0.0.1:8080")];
        browser.post_with(GALLERY, &fields, &headers).await
    };
    const JSON: &str = "application/json";
    let told =
        |answer: &crate::site::Answer| -> serde_json::Value { serde_json::from_str(&answer.text).unwrap() };

    assert_eq!(send("12,5", "well", "text/html").await.leads_to(), GALLERY);
    let saved = told(&send("12.5", "well", JSON).await);
    assert_eq!((&saved["state"], &saved["version"]), (&"saved".into(), &8.into()));
    assert_eq!(saved["parts"]["echo"], "ghi &lt;chú&gt;");

    let wrong = send("1.234,5", "well", "text/html").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.field("points"), "1.234,5", "what was typed stays");
    assert!(
        wrong.text.contains("href=\"#f-points\""),
        "the summary leads to the field"
    );
    let wrong = send("1.234,5", "well", JSON).await;
    assert_eq!(
        (wrong.status.as_u16(), told(&wrong)["errors"][0]["field"].as_str()),
        (422, Some("points"))
    );

    for (mood, status, state) in [("clash", 409, "clash"), ("locked", 422, "locked")] {
        let answer = send("1", mood, JSON).await;
        assert_eq!(
            (answer.status.as_u16(), told(&answer)["state"].as_str()),
            (status, Some(state))
        );
        assert_eq!(send("1", mood, "text/html").await.status.as_u16(), status);
    }
    let broken = send("1", "broken", "text/html").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(broken.text.contains("Mã yêu cầu"), "{}", broken.text);
}
