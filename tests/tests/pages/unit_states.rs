//! What the list of a sheet calls left to do, and what it says of each criterion.

use chiso_tests::{Shape, Year};

use crate::appraisal::{says, send, site};
use crate::unit::entered;

const LIST: &str = "/tu-cham/2022/VT";

#[tokio::test(flavor = "multi_thread")]
async fn between_the_rounds_only_what_is_to_be_answered_is_left_to_do() {
    let year = Year::open(Shape::Embedded).await;
    year.self_scoring().await;
    year.first_round().await;
    year.enter("2022-12-20T08:00:00+07:00");
    year.link("VT", "I.2").await.unwrap();
    let site = site(year);
    let mut officer = entered(&site, "cb-vt").await;
    let all = officer.get(LIST).await;
    says(&all, &["Cần bổ sung", "Đã giải trình"]);
    let left = officer.get(&format!("{LIST}?loc=can-lam")).await;
    says(&left, &[&format!("{LIST}/I.1\"")]);
    for done in ["I.2", "II.1"] {
        let href = format!("{LIST}/{done}\"");
        assert!(!left.text.contains(&href), "{done}: {}", left.text);
    }
    // Once nobody can answer any more, nothing is left to do.
    site.wait(2 * 86_400);
    let left = officer.get(&format!("{LIST}?loc=can-lam")).await;
    says(&left, &["Không có tiêu chí nào như vậy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_answered_is_wanted_no_more_after_round_2() {
    let year = Year::open(Shape::Embedded).await;
    year.self_scoring().await;
    let penalty = year.first_round().await;
    year.second_round(penalty).await;
    let site = site(year);
    let list = entered(&site, "cb-vt").await.get(LIST).await;
    says(&list, &["Không giải trình"]);
    assert!(!list.text.contains("Cần bổ sung"), "{}", list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_missing_is_what_is_missing() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    year.link("VT", "I.1").await.unwrap();
    let site = site(year);
    let mut officer = entered(&site, "cb-vt").await;
    for (criterion, told) in [
        ("I.1", "giải trình"),
        ("I.2", "giải trình và tài liệu kiểm chứng"),
    ] {
        let address = format!("{LIST}/{criterion}");
        let page = officer.get(&address).await;
        let typed = [
            ("reached", "1"),
            ("planned", "100"),
            ("achieved", "100"),
            ("explanation", ""),
        ];
        let saved = send(&mut officer, &page, &address, &typed).await;
        assert_eq!(saved.leads_to(), address, "{}", saved.text);
        says(&officer.get(&address).await, &[&format!("Còn thiếu {told}:")]);
        says(&officer.get(LIST).await, &[&format!("Thiếu {told}</span>")]);
    }
}
