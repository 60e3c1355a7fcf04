//! The interviewer's pages, walked as interviewers walk them: beginning, answering, a clash, what stands in a slip's way,
//! and sending.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, hire};
use chiso_wire::identity::Role;

use crate::site::{Answer, Browser, Site, settings};
use crate::unit::{entered, hidden};

pub(crate) const LIST: &str = "/khao-sat/2022";
/// Seconds from the first instant of these tests to the end of the survey.
const TO_THE_END: i64 = (10 * 24 + 16) * 3_600;
/// Answers to all that is asked of somebody who is content.
pub(crate) const ANSWERS: [(&str, &str); 3] = [("cau-so_lan", "1"), ("cau-Q1", "4"), ("cau-Q2", "5")];

/// A system in the midst of the survey with ten visits of one interviewer and none of another; and the supervisor's
/// token.
pub(crate) async fn asking() -> (Site, String) {
    let mut year = Year::open(Shape::Embedded).await;
    let organiser = &year.cast.organiser;
    hire(&year.sandbox, organiser, "dieutra-hai", Role::Interviewer, "").await;
    year.prepare_interviews().await;
    let supervisor = year.cast.supervisor.token.clone();
    (Site::of(year.sandbox, settings()), supervisor)
}

/// Sends a form of a page, with what was typed.
pub(crate) async fn send(
    browser: &mut Browser,
    page: &Answer,
    action: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let hidden = hidden(page, action);
    let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(action, &fields).await
}

/// A form of one's own session that says nothing.
fn bare(csrf: &str) -> [(&str, &str); 2] {
    [
        ("_csrf", csrf),
        ("_request", "0184928c-9e80-7cb8-a721-4dd15eeed8c9"),
    ]
}

/// Addresses on a page that begin so.
pub(crate) fn links(page: &Answer, begin: &str) -> Vec<String> {
    let begin = format!("href=\"{begin}");
    let found = page.text.split(&begin).skip(1);
    let whole = |rest: &str| format!("{}{}", &begin[6..], rest.split('"').next().unwrap());
    found.map(whole).collect()
}

/// Begins the slip of one of the visits, by its number on the list; answers with the slip's address.
pub(crate) async fn begun(browser: &mut Browser, number: usize) -> String {
    let list = browser.get(LIST).await;
    let visit = links(&list, "/khao-sat/2022/hoi/").remove(number);
    let page = browser.get(&visit).await;
    assert!(page.text.contains("có quyền từ chối"), "{}", page.text);
    let slip = send(browser, &page, &visit, &[("dong-y", "co")]).await;
    slip.leads_to().to_owned()
}

/// Begins a slip, answers it and sends it.
pub(crate) async fn sent(browser: &mut Browser, number: usize) -> String {
    let slip = begun(browser, number).await;
    let page = browser.get(&slip).await;
    let saved = send(browser, &page, &slip, &ANSWERS).await;
    assert_eq!(saved.leads_to(), slip);
    let check = format!("{slip}/hoan-thanh");
    let page = browser.get(&check).await;
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    assert_eq!(send(browser, &page, &check, &typed).await.leads_to(), slip);
    slip
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_becomes_one_slip_however_often_it_is_sent() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let home = browser.get("/viec-cua-toi").await;
    assert!(home.text.contains("0/10 phiếu được giao"), "{}", home.text);
    assert!(home.text.contains(&format!("href=\"{LIST}\"")), "{}", home.text);
    let list = browser.get(LIST).await;
    assert_eq!(links(&list, "/khao-sat/2022/hoi/").len(), 10, "{}", list.text);
    assert!(list.text.contains("Nguyễn Thị Hồng Nhung") && list.text.contains("0/10"));
    let one_unit = browser.get(&format!("{LIST}?don-vi=STC")).await;
    assert_eq!(links(&one_unit, "/khao-sat/2022/hoi/").len(), 5);
    let visit = links(&list, "/khao-sat/2022/hoi/").remove(0);
    let page = browser.get(&visit).await;
    let unsaid = send(&mut browser, &page, &visit, &[("ghi-chu", "Hẹn chiều")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.text.contains("Hẹn chiều") && unsaid.text.contains("href=\"#f-dong-y\""));
    let first = send(&mut browser, &page, &visit, &[("dong-y", "co")]).await;
    let again = send(&mut browser, &page, &visit, &[("dong-y", "co")]).await;
    assert_eq!(first.leads_to(), again.leads_to(), "begun once");
    let slip = first.leads_to().to_owned();
    let open = browser.get(&slip).await;
    assert_eq!(send(&mut browser, &open, &slip, &ANSWERS).await.leads_to(), slip);
    let check = format!("{slip}/hoan-thanh");
    let page = browser.get(&check).await;
    assert!(page.text.contains("Phiếu đã đủ và đúng"), "{}", page.text);
    let unsaid = send(&mut browser, &page, &check, &[("cach", "hop-le")]).await;
    assert!(unsaid.text.contains("href=\"#f-truc-tiep\""), "{}", unsaid.text);
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    for _double_click in 0..2 {
        assert_eq!(send(&mut browser, &page, &check, &typed).await.leads_to(), slip);
    }
    let receipt = browser.get(&slip).await;
    assert!(
        receipt.text.contains("Đã gửi lúc 20/11/2022 08:00"),
        "{}",
        receipt.text
    );
    assert!(receipt.text.contains("Hợp lệ") && !receipt.text.contains("data-autosave"));
    assert_eq!(
        browser.get(&check).await.leads_to(),
        slip,
        "the way back leads to the receipt"
    );
    assert_eq!(send(&mut browser, &open, &slip, &[]).await.leads_to(), slip);
    let next = links(&receipt, "/khao-sat/2022?da-ghi=da-gui")
        .remove(0)
        .replace("&amp;", "&");
    let list = browser.get(&next).await;
    assert!(list.text.contains("1/10"), "{}", list.text);
    assert!(list.text.contains("lúc 20/11/2022 08:00.") && list.text.contains("Đã gửi phiếu"));
    let all = browser.get(&format!("{LIST}/da-gui")).await;
    assert_eq!(links(&all, "/khao-sat/2022/phieu/"), [slip]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_an_answer_is_asked_once_that_is_given() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let slip = begun(&mut browser, 0).await;
    let page = browser.get(&slip).await;
    let of = |page: &Answer, name: &str| {
        let begin = format!("data-question=\"{name}\"");
        let tag = page
            .text
            .split_once(&begin)
            .unwrap()
            .1
            .split('>')
            .next()
            .unwrap()
            .to_owned();
        tag.contains(" hidden")
    };
    assert!(of(&page, "vi_sao") && of(&page, "gop_y") && !of(&page, "Q1"));
    assert!(page.text.contains("<h2>Thông tin chung</h2>") && page.text.contains("<h2>Đánh giá</h2>"));
    let typed = [
        ("cau-so_lan", "400"),
        ("cau-Q1", "2"),
        ("cau-vi_sao", "tệ"),
        ("_then", "1"),
    ];
    let check = send(&mut browser, &page, &slip, &typed).await;
    assert_eq!(check.leads_to(), format!("{slip}/hoan-thanh"));
    let page = browser.get(&slip).await;
    assert!(!of(&page, "vi_sao") && !of(&page, "gop_y"), "both are asked now");
    assert!(page.text.contains("Số lần từ 1 đến 365.") && page.text.contains("value=\"400\""));
    let check = format!("{slip}/hoan-thanh");
    let wrong = browser.get(&check).await;
    for told in [
        "Số lần từ 1 đến 365.",
        "ít nhất 5 ký tự",
        "Q2. Thái độ phục vụ",
        "Chưa trả lời 1 · Cần xem lại 2",
    ] {
        assert!(wrong.text.contains(told), "no {told} in {}", wrong.text);
    }
    assert!(wrong.text.contains(&format!("href=\"{slip}#f-cau-Q2\"")));
    assert!(!wrong.text.contains("name=\"cach\""), "what is wrong is not sent");
    // What is not asked any more is neither sent nor in the way.
    let typed = [
        ("cau-so_lan", "1"),
        ("cau-Q1", "5"),
        ("cau-vi_sao", "tệ"),
        ("cau-Q2", "3"),
    ];
    assert_eq!(send(&mut browser, &page, &slip, &typed).await.leads_to(), slip);
    let well = browser.get(&check).await;
    assert!(well.text.contains("Phiếu đã đủ và đúng"), "{}", well.text);
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    assert_eq!(send(&mut browser, &well, &check, &typed).await.leads_to(), slip);
    let receipt = browser.get(&slip).await;
    assert!(!receipt.text.contains("tệ"), "{}", receipt.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_is_sent_only_as_such() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let slip = begun(&mut browser, 0).await;
    let page = browser.get(&slip).await;
    send(&mut browser, &page, &slip, &ANSWERS).await;
    let check = format!("{slip}/hoan-thanh");
    let page = browser.get(&check).await;
    let typed = [("truc-tiep", "khong"), ("cach", "hop-le")];
    let refused = send(&mut browser, &page, &check, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("không trực tiếp trả lời") && refused.text.contains("href=\"#f-truc-tiep\"")
    );
    assert!(
        refused.text.contains("value=\"khong-hop-le\""),
        "{}",
        refused.text
    );
    let typed = [("truc-tiep", "khong"), ("cach", "khong-hop-le")];
    assert_eq!(
        send(&mut browser, &refused, &check, &typed).await.leads_to(),
        slip
    );
    let receipt = browser.get(&slip).await;
    assert!(
        receipt.text.contains("Phiếu không được tính vì"),
        "{}",
        receipt.text
    );
    // A slip that is not complete may be kept in the same way.
    let slip = begun(&mut browser, 1).await;
    let check = format!("{slip}/hoan-thanh");
    let page = browser.get(&check).await;
    assert!(
        page.text.contains("Chưa trả lời 3") && !page.text.contains("value=\"hop-le\""),
        "{}",
        page.text
    );
    let typed = [("truc-tiep", "co"), ("cach", "khong-hop-le")];
    assert_eq!(send(&mut browser, &page, &check, &typed).await.leads_to(), slip);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_is_asked_nothing() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let list = browser.get(LIST).await;
    let visit = links(&list, "/khao-sat/2022/hoi/").remove(0);
    let page = browser.get(&visit).await;
    let typed = [("dong-y", "khong"), ("ghi-chu", "Bận họp")];
    let id = page.field("_slip");
    let refused = send(&mut browser, &page, &visit, &typed).await;
    assert_eq!(refused.leads_to(), format!("{LIST}?da-ghi=tu-choi"));
    for act in ["", "/hoan-thanh"] {
        let slip = format!("{LIST}/phieu/{id}{act}");
        assert_eq!(browser.get(&slip).await.leads_to(), visit, "nothing is asked");
        let posted = browser.post(&slip, &bare(&page.field("_csrf"))).await;
        assert_eq!(posted.leads_to(), visit, "nothing is sent");
    }
    let list = browser.get(refused.leads_to()).await;
    assert!(
        list.text.contains("Không đồng ý tham gia (1)") && list.text.contains("Bận họp"),
        "{}",
        list.text
    );
    assert!(list.text.contains("Chưa hỏi (9)"), "{}", list.text);
    // Who changes their mind is asked after all.
    let page = browser.get(&visit).await;
    assert!(
        page.text
            .contains("đã không đồng ý tham gia lúc 20/11/2022 08:00"),
        "{}",
        page.text
    );
    let agreed = send(&mut browser, &page, &visit, &[("dong-y", "co")]).await;
    assert!(
        browser
            .get(agreed.leads_to())
            .await
            .text
            .contains("data-autosave")
    );
    // Of somebody new who does not agree nothing is kept.
    let new = format!("{LIST}/nguoi-moi");
    let page = browser.get(&new).await;
    let typed = [
        ("dong-y", "khong"),
        ("ho-ten", "Đỗ Thị Lan"),
        ("dien-thoai", "0987654321"),
    ];
    let gone = send(&mut browser, &page, &new, &typed).await;
    assert_eq!(gone.leads_to(), format!("{LIST}?da-ghi=khong-nhap"));
    assert!(!browser.get(LIST).await.text.contains("Đỗ Thị Lan"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_is_entered_and_asked() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra-hai").await;
    let list = browser.get(LIST).await;
    assert!(
        list.text.contains("Chưa có ai được giao cho bạn hỏi"),
        "{}",
        list.text
    );
    let new = format!("{LIST}/nguoi-moi");
    let page = browser.get(&new).await;
    let typed = [
        ("dong-y", "co"),
        ("ho-ten", "Đỗ Thị Lan"),
        ("dien-thoai", "12345"),
        ("nhom", "HDND"),
        ("don-vi", "VT"),
    ];
    let refused = send(&mut browser, &page, &new, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-dien-thoai\"") && refused.text.contains("value=\"12345\""));
    assert!(refused.text.contains("Đỗ Thị Lan"), "{}", refused.text);
    let mut typed = typed;
    typed[2].1 = "0987 654 321";
    let begun = send(&mut browser, &refused, &new, &typed).await;
    let slip = begun.leads_to().to_owned();
    assert_eq!(
        send(&mut browser, &refused, &new, &typed).await.leads_to(),
        slip,
        "entered once"
    );
    let page = browser.get(&slip).await;
    assert!(
        page.text.contains("Đỗ Thị Lan") && page.text.contains("321"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("0987"), "only the end of the number is shown");
    // With the number of somebody whose slip is there the interviewer is told before asking.
    let mut first = entered(&site, "dieutra").await;
    sent(&mut first, 0).await;
    let mut told = String::new();
    for last in 1..=5 {
        let page = browser.get(&new).await;
        let phone = format!("091300000{last}");
        let mut typed = typed;
        (typed[2].1, typed[4].1) = (&phone, "SNV");
        let begun = send(&mut browser, &page, &new, &typed).await;
        told.push_str(&browser.get(begun.leads_to()).await.text);
    }
    let once = told.matches("Người này đã có một phiếu hợp lệ cho đơn vị");
    assert_eq!(once.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_windows_none_overwrites_the_other() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let slip = begun(&mut browser, 0).await;
    let (one, two) = (browser.get(&slip).await, browser.get(&slip).await);
    let saved = send(&mut browser, &one, &slip, &[("cau-Q1", "4"), ("cau-so_lan", "7")]).await;
    assert_eq!(saved.leads_to(), slip);
    let clash = send(&mut browser, &two, &slip, &[("cau-Q1", "2"), ("cau-so_lan", "9")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    for told in ["Bản đã lưu: Tốt", "Bản đã lưu: 7", "value=\"9\"", "mở bản đã lưu"] {
        assert!(clash.text.contains(told), "no {told} in {}", clash.text);
    }
    let kept = send(
        &mut browser,
        &clash,
        &slip,
        &[("cau-Q1", "2"), ("cau-so_lan", "9")],
    )
    .await;
    assert_eq!(kept.leads_to(), slip);
    assert!(browser.get(&slip).await.text.contains("value=\"9\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_saves_once_and_is_told_when_it_is_too_late() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let slip = begun(&mut browser, 0).await;
    let page = browser.get(&slip).await;
    let hidden = hidden(&page, &slip);
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.push(("cau-gop_y", "Sở trả lời chậm"));
    let script = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let mut versions = Vec::new();
    for _sent_again in 0..2 {
        let told = browser.post_with(&slip, &fields, &script).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        let told: serde_json::Value = serde_json::from_str(&told.text).unwrap();
        assert_eq!((&told["state"], &told["at"]), (&"saved".into(), &"08:00".into()));
        versions.push(told["version"].as_i64().unwrap());
    }
    assert_eq!(versions, [2, 2], "sent again after a cut, it counts once");
    site.wait(TO_THE_END);
    let mut browser = entered(&site, "dieutra").await;
    let page = browser.get(&slip).await;
    assert!(
        page.text.contains("Đã khóa lúc") && page.text.contains("Sở trả lời chậm"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("data-save>"), "read only after the window");
    let (csrf, request) = (page.field("_csrf"), site.sandbox.id());
    let late = [
        ("_csrf", csrf.as_str()),
        ("_request", &request),
        ("_version", "2"),
        ("cau-gop_y", "Gõ đúng lúc hết giờ"),
    ];
    let late = browser.post_with(&slip, &late, &script).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text);
    let told: serde_json::Value = serde_json::from_str(&late.text).unwrap();
    assert_eq!(told["state"], "locked");
    let list = browser.get(LIST).await;
    assert!(list.text.contains("Đã khóa lúc"), "{}", list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_other_interviewers_there_is_nothing() {
    let (site, _) = asking().await;
    let (mut browser, mut other) = (
        entered(&site, "dieutra").await,
        entered(&site, "dieutra-hai").await,
    );
    let (open, done) = (begun(&mut browser, 1).await, sent(&mut browser, 1).await);
    let list = browser.get(LIST).await;
    let visit = links(&list, "/khao-sat/2022/hoi/").remove(0);
    let page = other.get(&format!("{LIST}/nguoi-moi")).await.field("_csrf");
    for slip in [&open, &done] {
        for act in ["", "/hoan-thanh", "/bo", "/lam-lai"] {
            let address = format!("{slip}{act}");
            let found = other.get(&address).await;
            assert_eq!(found.status, StatusCode::NOT_FOUND, "{address}");
        }
        for act in ["", "/hoan-thanh", "/lam-lai"] {
            let address = format!("{slip}{act}");
            let posted = other.post(&address, &bare(&page)).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
    assert_eq!(other.get(&visit).await.status, StatusCode::NOT_FOUND);
    for nothing in [
        "/khao-sat/1999",
        "/khao-sat/2022/phieu/x",
        "/khao-sat/2022/hoi/SNV/x",
    ] {
        assert_eq!(
            browser.get(nothing).await.status,
            StatusCode::NOT_FOUND,
            "{nothing}"
        );
    }
    for login in ["cb-snv", "phuctra", "quantri"] {
        let mut somebody = entered(&site, login).await;
        assert_eq!(somebody.get(LIST).await.status, StatusCode::NOT_FOUND, "{login}");
    }
    // Dropped, a draft is gone, and only for whose it was.
    let dropped = other.post(&format!("{open}/bo"), &bare(&page)).await;
    assert_eq!(dropped.status, StatusCode::NOT_FOUND);
    let page = browser.get(&open).await;
    assert!(page.text.contains("data-autosave"), "{}", page.text);
    for _double_click in 0..2 {
        let gone = send(&mut browser, &page, &format!("{open}/bo"), &[]).await;
        assert_eq!(gone.leads_to(), format!("{LIST}?da-ghi=da-bo"));
    }
    assert_eq!(browser.get(&open).await.status, StatusCode::NOT_FOUND);
}
