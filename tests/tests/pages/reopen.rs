//! Who came too late asks for more time, and the organiser answers.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::site::{Browser, Site, settings};
use crate::unit::{LIST, entered, send};

const REQUESTS: &str = "/quan-tri/2022/mo-lai";

/// A system after self-scoring, in which SNV has sent nothing.
async fn too_late() -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-15T08:00:00+07:00");
    Site::of(year.sandbox, settings())
}

/// Asks, and gives the address of the request as the organiser finds it.
async fn asked(site: &Site, officer: &mut Browser) -> (Browser, String) {
    let ask = format!("{LIST}/mo-lai");
    let page = officer.get(&ask).await;
    let sent = send(
        officer,
        &page,
        &ask,
        &[("window", "tu-cham"), ("reason", "Mất điện")],
    )
    .await;
    assert_eq!(sent.leads_to(), ask);
    let mut organiser = entered(site, "quantri").await;
    let list = organiser.get(REQUESTS).await;
    let (_, rest) = list.text.split_once(&format!("href=\"{REQUESTS}/")).unwrap();
    let id = rest.split('"').next().unwrap();
    (organiser, format!("{REQUESTS}/{id}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_was_given_more_time_goes_on() {
    let site = too_late().await;
    let mut officer = entered(&site, "cb-snv").await;
    let ask = format!("{LIST}/mo-lai");
    let list = officer.get(LIST).await;
    assert!(list.text.contains(&format!("href=\"{ask}\"")), "{}", list.text);
    let page = officer.get(&ask).await;
    let empty = send(&mut officer, &page, &ask, &[("window", "tu-cham")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("href=\"#f-reason\""), "{}", empty.text);

    let (mut organiser, request) = asked(&site, &mut officer).await;
    let waiting = officer.get(&ask).await;
    assert!(waiting.text.contains("Chờ trả lời") && !waiting.text.contains("name=\"window\""));
    let tasks = organiser.get("/viec-cua-toi").await;
    assert!(
        tasks.text.contains(&format!("href=\"{REQUESTS}\"")),
        "{}",
        tasks.text
    );
    let page = organiser.get(&request).await;
    assert!(page.text.contains("Mất điện"), "{}", page.text);
    let typed = [("answer", "Công văn 12/SNV"), ("granted", "1")];
    let no_day = send(&mut organiser, &page, &request, &typed).await;
    assert_eq!(no_day.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_day.text.contains("href=\"#f-until\"") && no_day.text.contains("Công văn 12/SNV"));
    let early = [typed[0], typed[1], ("until", "14/12/2022")];
    let refused = send(&mut organiser, &page, &request, &early).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"14/12/2022\""), "{}", refused.text);
    let granted = [typed[0], typed[1], ("until", "16/12/2022")];
    assert!(!officer.get(LIST).await.text.contains("Rà soát và gửi"));
    for _double_click in 0..2 {
        let answered = send(&mut organiser, &refused, &request, &granted).await;
        assert_eq!(answered.leads_to(), REQUESTS);
    }

    let open = officer.get(LIST).await;
    assert!(
        open.text.contains("Rà soát và gửi"),
        "what was just granted is seen at once: {}",
        open.text
    );
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    let typed = [("reached", "1"), ("explanation", "Sau khi mở lại")];
    let saved = send(&mut officer, &page, &address, &typed).await;
    assert_eq!(saved.leads_to(), address, "points can be saved again");
    let told = officer.get(&ask).await;
    assert!(told.text.contains("Đồng ý") && told.text.contains("Công văn 12/SNV"));
    assert!(
        told.text.contains("16/12/2022 23:59:59")
            && told.text.contains(&format!("<a class=\"main\" href=\"{LIST}\"")),
        "until when, and where one goes on: {}",
        told.text
    );
    let mut other = entered(&site, "cb-stc").await;
    let other = other.get("/tu-cham/2022/STC/I.1").await;
    assert!(!other.text.contains("data-autosave"), "others got no more time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_the_requests_of_a_unit_are_its_own() {
    let site = too_late().await;
    let mut officer = entered(&site, "cb-snv").await;
    let (mut organiser, request) = asked(&site, &mut officer).await;
    let mut other = entered(&site, "cb-stc").await;
    for path in [REQUESTS, &request, &format!("{LIST}/mo-lai")] {
        assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(
        !other
            .get("/tu-cham/2022/STC/mo-lai")
            .await
            .text
            .contains("Mất điện")
    );
    let page = organiser.get(&request).await;
    let typed = [("granted", "0"), ("answer", "Đã chốt số liệu")];
    let answered = send(&mut organiser, &page, &request, &typed).await;
    assert_eq!(answered.leads_to(), REQUESTS);
    let told = officer.get(&format!("{LIST}/mo-lai")).await;
    assert!(told.text.contains("Không đồng ý") && told.text.contains("Đã chốt số liệu"));
    assert!(
        told.text.contains("name=\"window\""),
        "it can be asked for again: {}",
        told.text
    );
    let over = organiser.get(&request).await;
    assert!(!over.text.contains("name=\"granted\""), "an answer is given once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_ask_the_second_keeps_their_reason() {
    let site = too_late().await;
    let ask = format!("{LIST}/mo-lai");
    let (mut officer, mut head) = (entered(&site, "cb-snv").await, entered(&site, "tt-snv").await);
    let page = head.get(&ask).await;
    let _request = asked(&site, &mut officer).await;
    let typed = [("window", "tu-cham"), ("reason", "Máy chủ của Sở hỏng")];
    let second = send(&mut head, &page, &ask, &typed).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        second.text.contains("Máy chủ của Sở hỏng") && second.text.contains("đang chờ Sở Nội vụ trả lời"),
        "{}",
        second.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_extends_nothing() {
    let site = too_late().await;
    let mut officer = entered(&site, "cb-snv").await;
    let (mut organiser, request) = asked(&site, &mut officer).await;
    let stale = organiser.get(&request).await;
    let page = organiser.get(&request).await;
    let refusal = [("granted", "0"), ("answer", "Đã chốt số liệu")];
    send(&mut organiser, &page, &request, &refusal).await.leads_to();
    let grant = [
        ("granted", "1"),
        ("answer", "Công văn 12/SNV"),
        ("until", "16/12/2022"),
    ];
    let second = send(&mut organiser, &stale, &request, &grant).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        second.text.contains("đã được trả lời") && second.text.contains("Công văn 12/SNV"),
        "{}",
        second.text
    );
    let leaf = officer.get(&format!("{LIST}/I.1")).await;
    assert!(
        !leaf.text.contains("data-autosave"),
        "the unit was refused more time"
    );
}
