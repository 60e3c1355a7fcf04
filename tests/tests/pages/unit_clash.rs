//! Two people on one criterion, of whom one changes what proves it: the other one is told who it was.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::appraisal::{says, send, site};
use crate::site::{Answer, Browser};
use crate::unit::entered;

const LEAF: &str = "/tu-cham/2022/VT/II.2";

async fn add_link(browser: &mut Browser, leaf: &str) {
    let (page, to) = (browser.get(leaf).await, format!("{leaf}/lien-ket"));
    let typed = [
        ("link_document", "Báo cáo số 12/BC"),
        ("link_locator", "Mục 2"),
        ("link_url", "https://example.vn/12"),
    ];
    let added = send(browser, &page, &to, &typed).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
}

async fn save(browser: &mut Browser, page: &Answer, count: &str) -> Answer {
    let typed = [("count", count), ("explanation", "Theo báo cáo năm")];
    send(browser, page, LEAF, &typed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_added_or_removed_a_piece_is_named_not_who_saved_before() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    let site = site(year);
    let (mut officer, mut head) = (entered(&site, "cb-vt").await, entered(&site, "tt-vt").await);
    let page = officer.get(LEAF).await;
    assert_eq!(save(&mut officer, &page, "1").await.leads_to(), LEAF);
    let page = officer.get(LEAF).await;
    add_link(&mut head, LEAF).await;
    let clash = save(&mut officer, &page, "2").await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    says(&clash, &["Người tt-vt đã sửa mục này"]);
    let page = head.get(LEAF).await;
    assert_eq!(save(&mut head, &page, "2").await.leads_to(), LEAF);
    let page = head.get(LEAF).await;
    let theirs = officer.get(LEAF).await;
    let removed = send(&mut officer, &theirs, &format!("{LEAF}/bo"), &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    let clash = save(&mut head, &page, "3").await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    says(&clash, &["Người cb-vt đã sửa mục này"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_beside_a_new_piece_names_who_added_it() {
    let year = Year::open(Shape::Embedded).await;
    year.between_the_rounds().await;
    let site = site(year);
    let (mut officer, mut head) = (entered(&site, "cb-vt").await, entered(&site, "tt-vt").await);
    let leaf = "/tu-cham/2022/VT/I.1";
    let page = officer.get(leaf).await;
    add_link(&mut head, leaf).await;
    let to = format!("{leaf}/giai-trinh");
    let clash = send(&mut officer, &page, &to, &[("answer", "Đã bổ sung")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    says(&clash, &["Người tt-vt đã sửa mục này", "Đã bổ sung"]);
}
