//! The head of a unit divides its work; it changes nothing of who may write what.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, call};
use chiso_wire::ledger as pb;

use crate::appraisal::{says, send, site};
use crate::unit::entered;

const LIST: &str = "/tu-cham/2022/SNV";
const PAGE: &str = "/tu-cham/2022/SNV/phan-cong";

#[tokio::test(flavor = "multi_thread")]
async fn the_head_divides_the_work_and_officers_find_their_part() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    let officers = year.cast.officers.clone();
    let (own, other) = (officers["SNV"].id.clone(), officers["VT"].id.clone());
    let appraiser = year.cast.appraisers["STC"].token.clone();
    let site = site(year);
    let mut head = entered(&site, "tt-snv").await;
    let list = head.get(LIST).await;
    says(&list, &["href=\"/tu-cham/2022/SNV/phan-cong\""]);
    assert!(!list.text.contains("loc=cua-toi"), "nothing is divided yet");
    let page = head.get(PAGE).await;
    says(&page, &["chưa giao", "value=\"I.1\""]);
    assert!(!page.text.contains(&other), "officers of other units");
    let nothing = send(&mut head, &page, PAGE, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&nothing, &["href=\"#f-nguoi\"", "href=\"#f-tieu-chi-I\""]);
    let foreign = [("nguoi", other.as_str()), ("tieu-chi-I", "I.1")];
    let foreign = send(&mut head, &nothing, PAGE, &foreign).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&foreign, &["không có quyền cán bộ đơn vị", "href=\"#f-nguoi\""]);
    let typed = [
        ("nguoi", own.as_str()),
        ("tieu-chi-I", "I.1"),
        ("tieu-chi-II", "II.1"),
    ];
    for _double_click in 0..2 {
        let saved = send(&mut head, &foreign, PAGE, &typed).await;
        assert_eq!(saved.leads_to(), format!("{PAGE}?nguoi={own}"));
    }
    says(
        &head.get(&format!("{PAGE}?nguoi={own}")).await,
        &["phụ trách 2 tiêu chí"],
    );
    let mut officer = entered(&site, "cb-snv").await;
    says(&officer.get(LIST).await, &["loc=cua-toi"]);
    let mine = officer.get(&format!("{LIST}?loc=cua-toi")).await;
    says(&mine, &["SNV/I.1\"", "SNV/II.1\""]);
    assert!(!mine.text.contains("SNV/I.2\""), "{}", mine.text);
    let theirs = pb::GetEntryRequest {
        cycle: "2022".to_owned(),
        unit: "SNV".to_owned(),
        criterion: "I.1".to_owned(),
    };
    let seen = call!(site.sandbox, ledger.get_entry, &appraiser, theirs).unwrap();
    assert_eq!(seen.entry.unwrap().assigned_to, "", "who appraises is not told");
    let back = [("nguoi", "khong"), ("tieu-chi-I", "I.1")];
    let page = head.get(PAGE).await;
    assert_eq!(
        send(&mut head, &page, PAGE, &back).await.leads_to(),
        format!("{PAGE}?nguoi=khong")
    );
    let mine = officer.get(&format!("{LIST}?loc=cua-toi")).await;
    assert!(!mine.text.contains("SNV/I.1\""), "{}", mine.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_to_one_is_still_written_by_others() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    let own = year.cast.officers["SNV"].id.clone();
    let site = site(year);
    let mut head = entered(&site, "tt-snv").await;
    let page = head.get(PAGE).await;
    let typed = [("nguoi", own.as_str()), ("tieu-chi-I", "I.1")];
    send(&mut head, &page, PAGE, &typed).await.leads_to();
    let address = format!("{LIST}/I.1");
    let page = head.get(&address).await;
    let typed = [("reached", "1"), ("explanation", "Thủ trưởng nhập")];
    assert_eq!(send(&mut head, &page, &address, &typed).await.leads_to(), address);
    for login in ["cb-snv", "tt-vt", "td-snv", "quantri"] {
        let mut other = entered(&site, login).await;
        assert_eq!(other.get(PAGE).await.status, StatusCode::NOT_FOUND, "{login}");
    }
}
