//! Nothing is done but for a form of our own; and nothing that was typed is lost with a session.

use axum::http::StatusCode;
use chiso_gateway::WebSettings;
use chiso_tests::PASSWORD;

use crate::site::{Answer, Browser, Site, settings};

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
    let door = browser.post(ALL_OUT, &typed).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED);
    let kept = door.field("_again");
    assert!(!kept.contains("password") && !kept.contains(&token), "{kept}");
    let asked = enter_with(&mut browser, &door).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert!(
        asked.text.contains(&format!("action=\"{ALL_OUT}\"")),
        "{}",
        asked.text
    );
    assert!(
        asked.text.contains("ghi với tên Nguyễn Thị Hà"),
        "somebody else may have typed it: {}",
        asked.text
    );
    assert_eq!(asked.field("ghi-chu"), typed[1].1);
    assert!(!asked.text.contains("<b>"), "typed text is escaped");
    // Sent again by hand, with the token of the new session, it is done.
    let csrf = asked.field("_csrf");
    assert_eq!(
        browser.post(ALL_OUT, &[("_csrf", &csrf)]).await.leads_to(),
        "/dang-nhap"
    );
}

const ALL_OUT: &str = "/tai-khoan/dang-xuat-het";

/// Sends the sign-in form as it came.
async fn enter_with(browser: &mut Browser, door: &Answer) -> Answer {
    let hidden = |name: &str| {
        let there = door.text.contains(&format!("name=\"{name}\""));
        if there { door.field(name) } else { String::new() }
    };
    let (csrf, to, kept) = (hidden("_csrf"), hidden("tiep"), hidden("_again"));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("tiep", &to),
        ("_again", &kept),
        ("login", "quantri"),
        ("password", PASSWORD),
    ];
    browser.post("/dang-nhap", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_an_address_that_only_takes_forms() {
    let site = site().await;
    let mut browser = signed_in(&site).await;
    let token = browser.get("/viec-cua-toi").await.field("_csrf");
    browser.forget_session();
    // Whoever wanted to go out is out.
    let out = browser.post("/dang-xuat", &[("_csrf", &token)]).await;
    assert_eq!(out.leads_to(), "/dang-nhap");
    let own = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("referer", "http://127.0.0.1:8080/tai-khoan?da-xong=thu"),
    ];
    // Nothing was typed; too much to be kept; a file.
    let much = "ế".repeat(20_000);
    for fields in [&[("_csrf", token.as_str())][..], &[("ghi-chu", much.as_str())]] {
        let door = browser.post_with(ALL_OUT, fields, &own).await;
        assert_eq!(door.status, StatusCode::UNAUTHORIZED);
        let told = door.text.contains("quá dài nên không giữ lại được");
        assert_eq!(told, fields[0].0 == "ghi-chu", "{}", door.text);
        let mut browser = browser.clone();
        let entered = enter_with(&mut browser, &door).await;
        assert_eq!(entered.leads_to(), "/tai-khoan?da-xong=thu");
    }
    let file = [("content-type", "multipart/form-data; boundary=b")];
    let file: Vec<_> = own.into_iter().chain(file).collect();
    let sent = browser.send("POST", ALL_OUT, &file, "--b--".to_owned()).await;
    assert_eq!(sent.leads_to(), "/dang-nhap?tiep=%2Ftai-khoan%3Fda-xong%3Dthu");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visit_was_tied_to_ends_with_signing_in() {
    let site = site().await;
    let mut browser = site.browser();
    let visit = browser.get("/dang-nhap").await.field("_csrf");
    browser.enter("quantri").await;
    // Another window still has the old form: the person is in, so there is nothing to ask.
    let stale = [
        ("_csrf", visit.as_str()),
        ("login", "quantri"),
        ("password", PASSWORD),
    ];
    assert_eq!(
        browser.post("/dang-nhap", &stale).await.leads_to(),
        "/viec-cua-toi"
    );
    let out = browser.post("/dang-xuat", &[("_csrf", &visit)]).await;
    assert!(out.text.contains("Lưu nội dung vừa nhập?"), "{}", out.text);
    assert_eq!(browser.get("/viec-cua-toi").await.status, StatusCode::OK);
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
