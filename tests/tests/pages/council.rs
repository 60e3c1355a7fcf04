//! The pages of the council as a whole: penalties, closing the rounds, ties.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};
use chiso_wire::ledger::Round;

use crate::appraisal::{ROUNDS, first_round, says, second_round, send, site};
use crate::unit::entered;

const PENALTIES: &str = "/tham-dinh/2022/diem-tru";

#[tokio::test(flavor = "multi_thread")]
async fn a_penalty_is_proposed_once_and_decided_by_the_chair_alone() {
    let site = site(first_round().await);
    let mut appraiser = entered(&site, "td-stc").await;
    let page = appraiser.get(&format!("{PENALTIES}?don-vi=VT")).await;
    says(&page, &["VII.1 Tham nhũng: trừ 3,00 điểm mỗi vụ"]);
    let bad = [
        ("kind", "VII.1/0"),
        ("count", "0"),
        ("document", "Bản án số 7"),
        ("reason", ""),
    ];
    let refused = send(&mut appraiser, &page, PENALTIES, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &refused,
        &["href=\"#f-count\"", "href=\"#f-reason\"", "Bản án số 7"],
    );
    let typed = [
        ("kind", "VII.1/0"),
        ("count", "2"),
        ("document", "Bản án số 7"),
        ("reason", "Hai vụ"),
    ];
    for _double_click in 0..2 {
        let proposed = send(&mut appraiser, &refused, PENALTIES, &typed).await;
        assert!(
            proposed.leads_to().starts_with(&format!("{PENALTIES}?da-xong=")),
            "{}",
            proposed.leads_to()
        );
    }
    let list = appraiser.get(PENALTIES).await;
    assert_eq!(list.text.matches("Bản án số 7").count(), 1, "{}", list.text);
    says(&list, &["6,00", "2 vụ", "Đề xuất"]);
    // Another agency's row: nothing to propose on, nothing to see.
    let mut other = entered(&site, "td-snv").await;
    let theirs = other.get(&format!("{PENALTIES}?don-vi=VT")).await;
    assert!(!theirs.text.contains("Bản án số 7") && !theirs.text.contains("VII.1/0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_that_comes_too_late_stays_to_be_copied() {
    let year = first_round().await;
    year.enter("2022-12-21T23:50:00+07:00");
    let site = site(year);
    let mut appraiser = entered(&site, "td-stc").await;
    let page = appraiser.get(&format!("{PENALTIES}?don-vi=VT")).await;
    site.wait(10 * 60);
    let typed = [
        ("kind", "VII.1/0"),
        ("count", "2"),
        ("document", "Bản án số 7"),
        ("reason", "Hai vụ tham nhũng"),
    ];
    let late = send(&mut appraiser, &page, PENALTIES, &typed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&late, &["chưa được lưu", "Bản án số 7", "Hai vụ tham nhũng"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chair_decides_a_penalty_with_a_reason() {
    let site = site(second_round().await);
    let mut chair = entered(&site, "chutich-hd").await;
    let waits = ["Quyết định các đề xuất điểm trừ", "1 đề xuất", PENALTIES];
    says(&chair.get("/viec-cua-toi").await, &waits);
    let page = chair.get(PENALTIES).await;
    says(&page, &["Một vụ tham nhũng", "Giải trình của đơn vị"]);
    let (_, rest) = page.text.split_once("name=\"accept-").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let (to, accept, reason) = (
        format!("{PENALTIES}/{id}"),
        format!("accept-{id}"),
        format!("reason-{id}"),
    );
    let silent = send(&mut chair, &page, &to, &[(&accept, "0"), (&reason, "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&silent, &["Không trừ điểm phải nêu lý do"]);
    let mut appraiser = entered(&site, "td-stc").await;
    let own = appraiser.get(PENALTIES).await;
    assert!(!own.text.contains("name=\"accept-"), "only the chair decides");
    let decided = send(
        &mut chair,
        &silent,
        &to,
        &[(&accept, "1"), (&reason, "Đủ căn cứ")],
    )
    .await;
    assert!(
        decided.leads_to().starts_with(&format!("{PENALTIES}?da-xong=")),
        "{}",
        decided.leads_to()
    );
    says(&chair.get(PENALTIES).await, &["Đã quyết định trừ", "Đủ căn cứ"]);
    let home = chair.get("/viec-cua-toi").await;
    assert!(!home.text.contains(waits[0]), "nothing waits: {}", home.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_is_closed_when_nothing_stands_in_its_way() {
    let year = first_round().await;
    let site_year = site(year);
    let mut organiser = entered(&site_year, "quantri").await;
    let page = organiser.get(ROUNDS).await;
    says(
        &page,
        &[
            "Còn 20 kết quả chưa thẩm định",
            "Theo cơ quan thẩm định",
            "Sở Tài chính",
        ],
    );
    assert!(
        !page.text.contains("Chốt thẩm định lần 1</button>"),
        "{}",
        page.text
    );
    let to = format!("{ROUNDS}/giao-lai");
    let bad = [
        ("agency", "STC"),
        ("unit", "VT"),
        ("criterion", "I.1"),
        ("substitute", ""),
        ("reason", "Bận"),
    ];
    let refused = send(&mut organiser, &page, &to, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused, &["href=\"#f-substitute\"", "Bận"]);
    let good = [
        ("agency", "STC"),
        ("unit", "VT"),
        ("criterion", "I.1"),
        ("substitute", "SNV"),
        ("reason", "Bận"),
    ];
    let done = send(&mut organiser, &refused, &to, &good).await;
    assert_eq!(done.leads_to(), format!("{ROUNDS}#giao-lai"));
    says(&organiser.get(ROUNDS).await, &["Bận"]);
    let mut auditor = entered(&site_year, "thanhtra").await;
    let read = auditor.get(ROUNDS).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(
        !read.text.contains("name=\"substitute\""),
        "an auditor only reads"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organiser_closes_round_1_once() {
    let year = first_round().await;
    year.round(Round::Round1, &[]).await;
    let site = site(year);
    let mut organiser = entered(&site, "quantri").await;
    let page = organiser.get(ROUNDS).await;
    says(&page, &["Không còn gì vướng", "Chốt thẩm định lần 1"]);
    let to = format!("{ROUNDS}/chot");
    for _double_click in 0..2 {
        let closed = send(&mut organiser, &page, &to, &[]).await;
        assert_eq!(closed.leads_to(), ROUNDS);
    }
    says(
        &organiser.get(ROUNDS).await,
        &["Thẩm định lần 1 đã chốt lúc 16/12/2022 08:00"],
    );
    let mut auditor = entered(&site, "thanhtra").await;
    let fields = [
        ("_csrf", auditor.get(ROUNDS).await.field("_csrf")),
        ("lan", "2".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
    assert_eq!(auditor.post(&to, &fields).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tie_the_chair_reads_that_nothing_waits() {
    let site = site(Year::open(Shape::Embedded).await);
    let to = "/tham-dinh/2022/dong-diem";
    let mut chair = entered(&site, "chutich-hd").await;
    let page = chair.get(to).await;
    let told = [
        "Không có nhóm đồng điểm nào",
        "/xep-hang/2022",
        "thứ hạng còn có thể đổi",
    ];
    says(&page, &told);
    let token = ("_csrf", page.field("_csrf"));
    let typed = [
        ("loai", "department"),
        ("chosen-department", "SNV"),
        ("document-department", "05/BB-HĐTĐ"),
    ];
    let fields: Vec<(&str, &str)> = [(token.0, &*token.1)].into_iter().chain(typed).collect();
    let refused = chair.post(to, &fields).await;
    assert_ne!(
        refused.status,
        StatusCode::SEE_OTHER,
        "there is no tie: {}",
        refused.text
    );
    let mut auditor = entered(&site, "thanhtra").await;
    assert_eq!(auditor.get(to).await.status, StatusCode::OK);
    for login in ["td-snv", "cb-snv", "chutich"] {
        let mut other = entered(&site, login).await;
        assert_eq!(other.get(to).await.status, StatusCode::NOT_FOUND, "{login}");
    }
}
