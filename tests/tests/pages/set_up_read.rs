//! What an auditor reads of a year's set-up: everything, and there is nothing to send.

use axum::http::StatusCode;
use chiso_tests::{PASSWORD, at};

use crate::organise::{copied, organised, send};
use crate::site::Browser;

/// Opens a page and finds no form but the one of signing out.
async fn read(auditor: &mut Browser, address: &str) -> String {
    let page = auditor.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text);
    for form in page.text.split("<form").skip(1) {
        let tag = form.split('>').next().unwrap();
        let allowed = tag.contains("action=\"/dang-xuat\"") || tag.contains("method=\"get\"");
        assert!(allowed, "{address}: {tag}");
    }
    page.text
}

/// Each part of the set-up of a cycle, and each way from its page.
async fn reads_all(auditor: &mut Browser, cycle: &str) {
    let hub = read(auditor, &format!("/quan-tri/{cycle}")).await;
    for part in [
        "lich",
        "chinh-sach",
        "don-vi",
        "bo-chi-so",
        "bo-chi-so/department",
        "hoi-dong",
        "mo",
        "khong-danh-gia",
        "chi-so-khac",
    ] {
        let text = read(auditor, &format!("/quan-tri/{cycle}/{part}")).await;
        assert!(!text.contains("type=\"submit\" data-save"), "{part}: {text}");
    }
    // Each way from the cycle leads to a page.
    let links = hub.split("<main").nth(1).unwrap().split("href=\"/").skip(1);
    for link in links.map(|rest| rest.split(['"', '#']).next().unwrap()) {
        let page = auditor.get(&format!("/{link}")).await;
        assert_eq!(page.status, StatusCode::OK, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_the_set_up_and_changes_nothing() {
    let (site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let new = "/quan-tri/tai-khoan/moi";
    let typed = [
        ("ho-ten", "Thanh tra tỉnh"),
        ("dang-nhap", "thanhtra.tinh"),
        ("password", PASSWORD),
        ("vai-tro", "kiem-tra"),
        ("dot", ""),
    ];
    send(&mut organiser, (new, new), &typed).await.leads_to();
    let mut auditor = site.browser();
    auditor.enter("thanhtra.tinh").await;
    let list = read(&mut auditor, "/quan-tri").await;
    for cycle in ["2022", "2023"] {
        assert!(list.contains(&format!("href=\"/quan-tri/{cycle}\"")), "{list}");
        reads_all(&mut auditor, cycle).await;
    }
    let council = read(&mut auditor, "/quan-tri/2023/hoi-dong").await;
    assert!(council.contains("SNV – Sở Nội vụ"), "{council}");
    let calendar = read(&mut auditor, "/quan-tri/2023/lich").await;
    assert!(calendar.contains("Bạn chỉ xem phần này"), "{calendar}");
    let people = read(&mut auditor, "/quan-tri/tai-khoan?tim=quantri").await;
    let (_, id) = people.split_once("href=\"/quan-tri/tai-khoan/").unwrap();
    let account = format!("/quan-tri/tai-khoan/{}", id.split('"').next().unwrap());
    assert!(read(&mut auditor, &account).await.contains("Người tổ chức"));
    // A form that the organiser may send is none for the auditor, and its address neither.
    let page = auditor.get("/quan-tri/2023/lich").await;
    let csrf = page.field("_csrf");
    for address in [
        "/quan-tri/2023/lich",
        "/quan-tri/2023/chinh-sach",
        "/quan-tri/2023/hoi-dong",
        "/quan-tri/2023/mo",
        "/quan-tri/2022/khong-danh-gia",
        "/quan-tri/2022/khong-danh-gia/bo",
        "/quan-tri/2022/gia-han",
        "/quan-tri/tao",
        "/quan-tri/tai-khoan/moi",
    ] {
        let sent = auditor.post(address, &[("_csrf", &csrf)]).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{address}: {}", sent.text);
    }
    let still = organiser.get("/quan-tri/2023").await;
    assert!(still.text.contains("Đang chuẩn bị"));
    // Who audits one cycle reads neither another one nor the accounts, which belong to all.
    let mut of_one = site.browser();
    of_one.enter("thanhtra").await;
    for (address, status) in [
        ("/quan-tri/2022/lich", StatusCode::OK),
        ("/quan-tri/2023", StatusCode::NOT_FOUND),
        ("/quan-tri/2023/lich", StatusCode::NOT_FOUND),
        ("/quan-tri/tai-khoan", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(of_one.get(address).await.status, status, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_taken_off_until_self_scoring_begins() {
    let (site, mut organiser) = organised().await;
    let to = "/quan-tri/2022/khong-danh-gia";
    let page = "/quan-tri/2022/khong-danh-gia?don-vi=VT";
    let off = "/quan-tri/2022/khong-danh-gia/bo";
    assert!(
        !organiser
            .get(page)
            .await
            .text
            .contains(&format!("action=\"{off}\""))
    );
    for leaf in ["II.2", "II.3"] {
        let typed = [("tieu-chi", leaf), ("ly-do", "Không có thủ tục này")];
        let marked = send(&mut organiser, (page, to), &typed).await;
        assert_eq!(marked.leads_to(), format!("{page}&da-xong=1"));
    }
    let typed = [("bo-tieu-chi", "II.2"), ("bo-ly-do", "")];
    let refused = send(&mut organiser, (page, off), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("href=\"#f-bo-ly-do\"") && refused.text.contains("value=\"II.2\" selected"),
        "{}",
        refused.text
    );
    let typed = [("bo-tieu-chi", "II.2"), ("bo-ly-do", "Đánh dấu nhầm đơn vị")];
    let done = send(&mut organiser, (page, off), &typed).await;
    assert_eq!(done.leads_to(), format!("{page}&da-xong=bo"));
    let shown = organiser.get(&format!("{page}&da-xong=bo")).await;
    assert!(shown.text.contains("Đã bỏ đánh dấu"), "{}", shown.text);
    assert_eq!(
        shown.text.matches("Không có thủ tục này").count(),
        1,
        "{}",
        shown.text
    );
    let open = organiser.get(page).await;
    site.sandbox.clock.set(at("2022-12-02T08:00:00+07:00"));
    site.wait(1);
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let late = organiser.get(page).await;
    assert!(
        late.text.contains("không bỏ đánh dấu được nữa") && !late.text.contains(&format!("action=\"{off}\"")),
        "{}",
        late.text
    );
    // What was typed before and sent too late stays to be read.
    let mut fields = crate::unit::hidden(&open, off);
    for field in &mut fields {
        if field.0 == "_csrf" {
            field.1 = late.field("_csrf");
        }
    }
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let typed = [("bo-tieu-chi", "II.3"), ("bo-ly-do", "Vẫn có thủ tục")];
    let fields: Vec<_> = fields.chain(typed).collect();
    let refused = organiser.post(off, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Vẫn có thủ tục") && !refused.text.contains("chỗ cần sửa"),
        "{}",
        refused.text
    );
}
