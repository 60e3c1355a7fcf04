//! Two people of one unit answer a penalty: nobody replaces unseen what the other one wrote.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::appraisal::{says, send, site};
use crate::unit::entered;

const PAGE: &str = "/giai-trinh/2022/VT";
const TO: &str = "/giai-trinh/2022/VT/diem-tru";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_replaced_unseen() {
    let year = Year::open(Shape::Embedded).await;
    year.self_scoring().await;
    let penalty = year.first_round().await;
    year.enter("2022-12-20T08:00:00+07:00");
    let site = site(year);
    let (mut officer, mut head) = (entered(&site, "cb-vt").await, entered(&site, "tt-vt").await);
    let (mine, theirs) = (officer.get(PAGE).await, head.get(PAGE).await);
    let field = mine
        .text
        .split("name=\"")
        .filter_map(|rest| rest.split('"').next());
    let field = field
        .into_iter()
        .find(|name| name.ends_with(&penalty))
        .unwrap()
        .to_owned();
    let saved = send(&mut officer, &mine, TO, &[(&field, "Đã khắc phục")]).await;
    assert_eq!(saved.leads_to(), format!("{PAGE}?da-xong={penalty}"));
    says(&officer.get(saved.leads_to()).await, &["Đã lưu câu trả lời."]);
    let long = send(&mut officer, &mine, TO, &[(&field, &"a".repeat(10_001))]).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&long, &[&format!("href=\"#f-{field}\"")]);
    let clash = send(&mut head, &theirs, TO, &[(&field, "Đang khiếu nại")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    says(
        &clash,
        &["Nội dung giải trình đang lưu:", "Đã khắc phục", "Đang khiếu nại"],
    );
    says(&officer.get(PAGE).await, &["Đã khắc phục"]);
    let meant = send(&mut head, &clash, TO, &[(&field, "Đang khiếu nại")]).await;
    assert_eq!(
        meant.leads_to(),
        format!("{PAGE}?da-xong={penalty}"),
        "{}",
        meant.text
    );
    says(&officer.get(PAGE).await, &["Đang khiếu nại"]);
}
