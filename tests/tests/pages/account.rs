//! The account through its pages: second factor, sessions, password, address for letters.

use axum::http::StatusCode;
use chiso_domain::kernel::time::SECOND;
use chiso_gateway::WebSettings;
use chiso_tests::PASSWORD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::site::{Answer, Browser, Site, settings};

const NOW: &str = "2022-11-20T08:00:00+07:00";
const HOME: &str = "/viec-cua-toi";
const ACCOUNT: &str = "/tai-khoan";
const ENROL: &str = "/tai-khoan/xac-thuc";

async fn site(web: WebSettings) -> Site {
    let site = Site::open(NOW, web).await;
    site.sandbox
        .add_organiser("quantri", "Nguyễn Thị Hà", PASSWORD)
        .await;
    site
}

/// What an authenticator app shows for the key that the page shows.
fn app(site: &Site, key: &str) -> String {
    let mut bits = String::new();
    for letter in key.chars().filter(|c| *c != ' ') {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    let key: Vec<u8> = (0..bits.len() / 8)
        .map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap())
        .collect();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&(site.sandbox.clock.now().micros() / SECOND / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text
        .split_once(begin)
        .unwrap_or_else(|| panic!("no {begin} in {text}"));
    rest.split_once(end).unwrap().0
}

/// Sends the form of a page that goes to an address, with what is typed into it.
async fn fill(browser: &mut Browser, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
    let form = between(&page.text, &format!("action=\"{action}\""), "</form>").to_owned();
    let mut fields: Vec<(String, String)> = Vec::new();
    for hidden in form.split("type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = hidden.split_once("\" value=\"").unwrap();
        fields.push((name.to_owned(), rest.split_once('"').unwrap().0.to_owned()));
    }
    fields.extend(
        typed
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string())),
    );
    let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    browser.post(action, &fields).await
}

/// Sets the second factor up; the key, and the recovery codes.
async fn enrol(site: &Site, browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get(ENROL).await;
    let scan = fill(browser, &page, "/tai-khoan/xac-thuc/bat-dau", &[]).await;
    assert_eq!(scan.status, StatusCode::OK, "{}", scan.text);
    assert!(scan.text.contains("<svg class=\"qr\""), "{}", scan.text);
    let key = between(&scan.text, "<code class=\"secret\">", "</code>").to_owned();
    // A wrong code shows the same key again, and a right one the recovery codes.
    let action = "/tai-khoan/xac-thuc/xac-nhan";
    let again = fill(browser, &scan, action, &[("code", "000000")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(between(&again.text, "<code class=\"secret\">", "</code>"), key);
    let code = app(site, &key);
    let done = fill(browser, &again, action, &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let list = between(&done.text, "<ol class=\"codes\"", "</ol>");
    let codes = list.split("<code>").skip(1);
    let codes: Vec<String> = codes
        .map(|one| one.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 8, "{list}");
    site.wait(30);
    (key, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_sets_the_second_factor_up_before_anything_else() {
    let site = site(WebSettings::default()).await;
    let mut browser = site.browser();
    browser.enter("quantri").await;
    for page in [HOME, ACCOUNT] {
        assert_eq!(browser.get(page).await.leads_to(), ENROL, "{page}");
    }
    // Nor is a draft shown at the address of what is published.
    let open = browser.get("/").await;
    assert!(!open.text.contains("Nguyễn Thị Hà"), "{}", open.text);
    assert_eq!(browser.get("/dang-nhap").await.leads_to(), HOME, "no dead end");
    let forced = browser.get(ENROL).await;
    assert!(
        forced.text.contains("Vai trò của bạn cần mã xác thực"),
        "{}",
        forced.text
    );
    enrol(&site, &mut browser).await;
    // The session goes on, under its new token.
    assert_eq!(browser.get(HOME).await.status, StatusCode::OK);
    let free = browser.get(ENROL).await;
    assert!(free.text.contains("Bạn đã cài mã xác thực"), "{}", free.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_enrolled_signs_in_with_a_code_and_goes_on_where_it_was() {
    let site = site(settings()).await;
    let mut browser = site.browser();
    browser.enter("quantri").await;
    let (key, recovery) = enrol(&site, &mut browser).await;

    let mut other = site.browser();
    assert_eq!(other.get("/dang-nhap/ma").await.leads_to(), "/dang-nhap");
    let to = other.sign_in("quantri", PASSWORD).await.leads_to().to_owned();
    assert_eq!(to, "/dang-nhap/ma?tiep=%2Fviec-cua-toi");
    // The password alone opens nothing.
    assert_eq!(other.get(HOME).await.status, StatusCode::SEE_OTHER);
    let page = other.get(&to).await;
    let wrong = fill(&mut other, &page, "/dang-nhap/ma", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("Mã xác thực không đúng hoặc đã dùng"),
        "{}",
        wrong.text
    );
    let code = app(&site, &key);
    let entered = fill(&mut other, &wrong, "/dang-nhap/ma", &[("code", &code)]).await;
    assert_eq!(entered.leads_to(), HOME);
    assert_eq!(other.get(HOME).await.status, StatusCode::OK);

    // A recovery code does too, once; and half a sign-in is over with its five minutes.
    for (typed, enters) in [(&recovery[0], true), (&recovery[0], false)] {
        let mut third = site.browser();
        let to = third.sign_in("quantri", PASSWORD).await.leads_to().to_owned();
        let page = third.get(&to).await;
        let answer = fill(&mut third, &page, "/dang-nhap/ma", &[("code", typed)]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, enters, "{}", answer.text);
    }
    let mut late = site.browser();
    let to = late.sign_in("quantri", PASSWORD).await.leads_to().to_owned();
    let page = late.get(&to).await;
    site.wait(300);
    let code = app(&site, &key);
    let over = fill(&mut late, &page, "/dang-nhap/ma", &[("code", &code)]).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        over.text.contains("name=\"password\""),
        "it begins anew: {}",
        over.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_along_through_the_code_too() {
    let site = site(settings()).await;
    let mut browser = site.browser();
    browser.enter("quantri").await;
    let (key, _) = enrol(&site, &mut browser).await;
    let token = browser.get(HOME).await.field("_csrf");
    browser.forget_session();
    let typed = [("_csrf", token.as_str()), ("email", "ha@phutho.gov.vn")];
    let door = browser.post("/tai-khoan/thu-dien-tu", &typed).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED);
    let typed = [("login", "quantri"), ("password", PASSWORD)];
    let page = fill(&mut browser, &door, "/dang-nhap", &typed).await;
    let code = app(&site, &key);
    let asked = fill(&mut browser, &page, "/dang-nhap/ma", &[("code", &code)]).await;
    assert_eq!(asked.field("email"), "ha@phutho.gov.vn");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended_one_by_one_or_all() {
    let site = site(settings()).await;
    let (mut here, mut there) = (site.browser(), site.browser());
    here.enter("quantri").await;
    site.wait(1);
    there.enter("quantri").await;
    let page = here.get(ACCOUNT).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(page.text.matches("Phiên này").count(), 1);
    let action = format!(
        "/tai-khoan/phien/{}",
        between(&page.text, "action=\"/tai-khoan/phien/", "\"")
    );
    let ended = fill(&mut here, &page, &action, &[]).await;
    assert_eq!(ended.leads_to(), "/tai-khoan?da-xong=phien");
    assert!(
        here.get(ended.leads_to())
            .await
            .text
            .contains("Đã kết thúc phiên.")
    );
    assert_eq!(there.get(HOME).await.status, StatusCode::SEE_OTHER);

    there.enter("quantri").await;
    let page = here.get(ACCOUNT).await;
    let out = fill(&mut here, &page, "/tai-khoan/dang-xuat-het", &[]).await;
    assert_eq!(out.leads_to(), "/dang-nhap");
    for browser in [&mut here, &mut there] {
        assert_eq!(browser.get(HOME).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_this_session_only() {
    let site = site(settings()).await;
    let (mut here, mut there) = (site.browser(), site.browser());
    here.enter("quantri").await;
    there.enter("quantri").await;
    let page = here.get(HOME).await;
    fill(&mut here, &page, "/dang-xuat", &[]).await.leads_to();
    assert_eq!(here.get(HOME).await.status, StatusCode::SEE_OTHER);
    assert_eq!(there.get(HOME).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_a_page_for_half_an_hour_is_over() {
    let site = site(settings()).await;
    let (mut used, mut idle) = (site.browser(), site.browser());
    used.enter("quantri").await;
    idle.enter("quantri").await;
    site.wait(29 * 60);
    assert_eq!(used.get(HOME).await.status, StatusCode::OK);
    site.wait(60);
    assert_eq!(idle.get(HOME).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_sessions_and_a_bad_one_nothing() {
    let site = site(settings()).await;
    let mut browser = site.browser();
    browser.enter("quantri").await;
    let page = browser.get(ACCOUNT).await;
    let action = "/tai-khoan/mat-khau";
    let (right, other) = (PASSWORD, "một mật khẩu mới hẳn");
    for (old, new, field) in [
        ("sai mật khẩu", other, "old_password"),
        (right, "ngắn", "new_password"),
    ] {
        let typed = [("old_password", old), ("new_password", new)];
        let answer = fill(&mut browser, &page, action, &typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.text.contains(&format!("href=\"#f-{field}\"")),
            "{}",
            answer.text
        );
        assert!(!answer.text.contains(old) && !answer.text.contains(&format!("\"{new}\"")));
    }
    let page = browser.get(ACCOUNT).await;
    let typed = [("old_password", right), ("new_password", other)];
    let answer = fill(&mut browser, &page, action, &typed).await;
    assert!(answer.text.contains("Đã đổi mật khẩu"), "{}", answer.text);
    assert_eq!(browser.get(HOME).await.status, StatusCode::SEE_OTHER);
    let refused = site.browser().sign_in("quantri", right).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.browser().sign_in("quantri", other).await.leads_to(), HOME);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_letters_is_kept_or_corrected() {
    let site = site(settings()).await;
    let mut browser = site.browser();
    browser.enter("quantri").await;
    let action = "/tai-khoan/thu-dien-tu";
    let page = browser.get(ACCOUNT).await;
    let wrong = fill(&mut browser, &page, action, &[("email", "ha@phutho")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("value=\"ha@phutho\""),
        "what was typed stays: {}",
        wrong.text
    );
    let saved = fill(&mut browser, &wrong, action, &[("email", "ha@phutho.gov.vn")]).await;
    let page = browser.get(saved.leads_to()).await;
    assert!(page.text.contains("value=\"ha@phutho.gov.vn\""), "{}", page.text);
    assert!(page.text.contains("Đã lưu địa chỉ thư."), "{}", page.text);
}
