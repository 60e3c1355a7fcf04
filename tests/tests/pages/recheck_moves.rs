//! Cases that are given to others, and cases whose time is over.

use axum::http::StatusCode;

use crate::recheck::{LOTS, QUEUE, act, drawn, entered, surveyed};

/// The ids that a field of a page offers.
fn offered(page: &str, field: &str) -> Vec<String> {
    let before = format!("name=\"{field}\" value=\"");
    let rest = page.split(&before).skip(1);
    rest.map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cases_of_somebody_who_cannot_go_on_are_given_to_others() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    let lot = drawn(&site, &mut organiser).await;
    let page = organiser.get(&lot).await;
    assert!(!page.text.contains("giao-lai"), "nobody has a case yet");
    let people = offered(&page.text, "nguoi");
    let (ill, other) = (people[0].as_str(), people[1].as_str());
    let to = format!("{lot}/giao-viec");
    act(&site, &mut organiser, (&lot, &to), &[("nguoi", ill)])
        .await
        .leads_to();
    let page = organiser.get(&format!("{lot}?da-giao=16")).await;
    assert!(
        page.text.contains("Đã giao 16 phiếu") && page.text.contains(": 16 phiếu"),
        "{}",
        page.text
    );
    let to = format!("{lot}/giao-lai");
    let same = [("cua-ai", ill), ("sang-ai", ill)];
    let same = act(&site, &mut organiser, (&lot, &to), &same).await;
    assert!(
        same.text.contains("Chọn người khác với người đang giữ"),
        "{}",
        same.text
    );
    let moved = [("cua-ai", ill), ("sang-ai", other)];
    let done = act(&site, &mut organiser, (&lot, &to), &moved).await;
    assert_eq!(done.leads_to(), format!("{lot}?da-giao=16"));
    let none = act(&site, &mut organiser, (&lot, &to), &moved).await;
    assert!(
        none.text.contains("không còn phiếu chưa xong") && none.text.contains("href=\"#f-cua-ai\""),
        "{}",
        none.text
    );
    assert_eq!(
        organiser.get(&to).await.status,
        StatusCode::OK,
        "an address that was left open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_recheck_it_is_said_since_when_and_who_gives_more_time() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    drawn(&site, &mut organiser).await;
    let mut verifier = entered(&site, "phuctra").await;
    let before = verifier.get(QUEUE).await;
    assert!(
        before.text.contains("Ghi kết quả phúc tra đến"),
        "{}",
        before.text
    );
    let taken = act(&site, &mut verifier, (QUEUE, &format!("{LOTS}/tiep")), &[]).await;
    let case = taken.leads_to().to_owned();
    site.turn("2022-12-31T08:00:00+07:00");
    let mut verifier = entered(&site, "phuctra").await;
    for page in [QUEUE, &case] {
        let page = verifier.get(page).await;
        assert!(
            page.text.contains("Đã khóa lúc") && page.text.contains("chỉ Sở Nội vụ gia hạn được"),
            "{}",
            page.text
        );
        assert!(
            !page.text.contains("Cuộc tiếp theo") && !page.text.contains("name=\"ket-qua\""),
            "nothing that would be refused is offered: {}",
            page.text
        );
    }
}
