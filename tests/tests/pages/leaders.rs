//! The pages of a leader's slip: one tap, and the same mark for all that are left.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::appraisal::{says, send, site};
use crate::site::Site;
use crate::unit::entered;

const DEPARTMENTS: &str = "/cho-diem/2022/department";
const REST: &str = "/cho-diem/2022/department/con-lai";

/// The leaders' window is open, and nobody has marked.
async fn marking() -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.name_leaders().await;
    year.enter("2022-12-26T08:00:00+07:00");
    site(year)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_units_that_are_left_get_one_mark_after_they_were_named() {
    let site = marking().await;
    let mut chair = entered(&site, "chutich").await;
    says(
        &chair.get(DEPARTMENTS).await,
        &["href=\"/cho-diem/2022/department/con-lai\"", "0/2"],
    );
    let page = chair.get(REST).await;
    says(&page, &["Sở Nội vụ", "Sở Tài chính", "Cho điểm 2 đơn vị"]);
    assert!(!page.text.contains("Việt Trì"), "units of another type");
    assert!(!page.text.contains("checked"), "nothing is chosen beforehand");
    let none = send(&mut chair, &page, REST, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&none, &["href=\"#f-mark\"", "Chọn một mức điểm"]);
    let given = [("mark", "3.25")];
    for _double_click in 0..2 {
        let saved = send(&mut chair, &page, REST, &given).await;
        assert_eq!(saved.leads_to(), DEPARTMENTS);
    }
    let marked = chair.get(DEPARTMENTS).await;
    says(&marked, &["2/2"]);
    assert_eq!(
        marked.text.matches("aria-pressed=\"true\"").count(),
        2,
        "{}",
        marked.text
    );
    assert!(!marked.text.contains("con-lai"), "nothing is left");
    says(
        &chair.get(REST).await,
        &["Mọi đơn vị của loại hình này đã có điểm"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_marked_meanwhile_keeps_its_mark_and_the_rest_is_shown_again() {
    let site = marking().await;
    let mut chair = entered(&site, "chutich").await;
    let (page, row) = (chair.get(REST).await, chair.get(DEPARTMENTS).await);
    let tap = [
        ("_csrf", row.field("_csrf")),
        ("_request", row.field("_request")),
        ("_version", row.field("_version")),
        ("unit", "SNV".to_owned()),
        ("seen", String::new()),
        ("mark-SNV", "4.00".to_owned()),
    ];
    let tap: Vec<(&str, &str)> = tap.iter().map(|(name, value)| (*name, value.as_str())).collect();
    chair.post(DEPARTMENTS, &tap).await;
    let late = send(&mut chair, &page, REST, &[("mark", "1.00")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late, &["Cho điểm 1 đơn vị", "value=\"1.00\" checked"]);
    assert!(!late.text.contains("value=\"SNV\""), "{}", late.text);
    says(&chair.get(DEPARTMENTS).await, &["1/2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_without_a_mark_is_told_and_a_stranger_finds_no_page() {
    let site = marking().await;
    let mut chair = entered(&site, "chutich").await;
    let page = chair.get(DEPARTMENTS).await;
    let (csrf, request) = (page.field("_csrf"), page.field("_request"));
    let tap = [
        ("_csrf", csrf.as_str()),
        ("_request", request.as_str()),
        ("unit", "SNV"),
        ("mark-SNV", ""),
    ];
    let told = chair.post(DEPARTMENTS, &tap).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&told, &["href=\"#f-mark-SNV\"", "Chọn một mức điểm"]);
    let mut officer = entered(&site, "cb-snv").await;
    assert_eq!(officer.get(REST).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        chair.get("/cho-diem/2022/nothing/con-lai").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_window_a_slip_that_was_not_sent_is_said_not_to_count() {
    let site = marking().await;
    site.turn("2022-12-29T08:00:00+07:00");
    let mut chair = entered(&site, "chutich").await;
    for page in [DEPARTMENTS, "/cho-diem/2022/gui"] {
        let late = chair.get(page).await;
        says(&late, &["Đã khóa lúc", "chưa gửi trước hạn nên không được tính"]);
        assert!(!late.text.contains("được tính như lúc gửi"), "{}", late.text);
    }
}
