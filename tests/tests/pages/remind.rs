//! "Nhắc qua thư": who has the button and when, what came of it, and what is said where no letter can be sent.

use axum::http::StatusCode;
use chiso_platform::testkit::smtp::Server;
use chiso_tests::{Player, Shape, Year, call};
use chiso_wire::identity as pb;

use crate::conduct::{act, entered};
use crate::site::{Site, settings};

const PROGRESS: &str = "/quan-tri/2022/tien-do";
const PANEL: &str = "/quan-tri/2022/lanh-dao";
const SURVEY: &str = "/khao-sat/2022/tien-do";
const BUTTON: &str = "Nhắc qua thư: ";

async fn reachable(year: &Year, person: &Player, email: &str) {
    let message = pb::SetContactRequest {
        request_id: year.id(),
        person_id: person.id.clone(),
        email: email.to_owned(),
    };
    call!(year, identity.set_contact, &year.cast.organiser.token, message).unwrap();
}

/// What the buttons of a page are for.
fn buttons(page: &str) -> Vec<&str> {
    let found = page.split(BUTTON).skip(1);
    found.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_is_reminded_from_the_page_of_the_progress() {
    let server = Server::start().await;
    let mut year = Year::open_mailing(Shape::Embedded, &server.url()).await;
    reachable(&year, &year.cast.heads["VT"], "tt-vt@example.vn").await;
    reachable(&year, &year.cast.leaders[0], "chutich@example.vn").await;
    year.prepare_survey().await;
    year.name_leaders().await;
    year.enter("2022-12-02T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let page = organiser.get(PROGRESS).await.text;
    assert_eq!(buttons(&page), ["Các đơn vị tự chấm điểm"], "{page}");
    let to = format!("{PROGRESS}/nhac-thu");
    let units = [("viec", "tu-cham")];
    let id = site.sandbox.id();
    let sent = act(&mut organiser, (PROGRESS, &to), &units, &id).await;
    let told = organiser.get(sent.leads_to()).await.text;
    for text in ["Đã gửi thư nhắc đến 1 người.", "người chưa có địa chỉ thư"] {
        assert!(told.contains(text), "no {text} in {told}");
    }
    // Who they are is a click away, and nobody with an address is among them.
    let without = "/quan-tri/tai-khoan?thu=khong";
    assert!(told.contains(&format!("href=\"{without}\"")), "{told}");
    let list = organiser.get(without).await.text;
    assert!(
        list.contains("tt-dh") && !list.contains("tt-vt@example.vn"),
        "{list}"
    );
    // By the same form again: the same answer, and no second letter.
    let again = act(&mut organiser, (PROGRESS, &to), &units, &id).await;
    assert_eq!(again.leads_to(), sent.leads_to());
    let more = act(&mut organiser, (PROGRESS, &to), &units, &site.sandbox.id()).await;
    let told = organiser.get(more.leads_to()).await.text;
    let text = "1 người đã được nhắc trong hôm nay nên không gửi thêm.";
    assert!(told.contains(text) && !told.contains("Đã gửi thư nhắc"), "{told}");
    let unknown = act(
        &mut organiser,
        (PROGRESS, &to),
        &[("viec", "x")],
        &site.sandbox.id(),
    )
    .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let mut auditor = entered(&site, "thanhtra").await;
    let page = auditor.get(PROGRESS).await.text;
    assert_eq!(buttons(&page), [""; 0], "an auditor reads: {page}");
    let denied = act(&mut auditor, (PROGRESS, &to), &units, &site.sandbox.id()).await;
    assert_eq!(denied.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaders_are_reminded_while_they_may_still_send() {
    let server = Server::start().await;
    let year = Year::open_mailing(Shape::Embedded, &server.url()).await;
    reachable(&year, &year.cast.leaders[0], "chutich@example.vn").await;
    year.name_leaders().await;
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let to = format!("{PANEL}/nhac-thu");
    let page = organiser.get(PANEL).await.text;
    assert_eq!(buttons(&page), [""; 0], "not begun: {page}");
    let early = act(&mut organiser, (PANEL, &to), &[], &site.sandbox.id()).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.text);
    assert!(early.text.contains("Chưa đến thời gian lãnh đạo cho điểm"));
    site.wait(86 * 86_400);
    let mut organiser = entered(&site, "quantri").await;
    let page = organiser.get(PANEL).await.text;
    assert_eq!(buttons(&page), ["Lãnh đạo cho điểm"], "{page}");
    let sent = act(&mut organiser, (PANEL, &to), &[], &site.sandbox.id()).await;
    let told = organiser.get(sent.leads_to()).await.text;
    // The clock may have been first.
    let texts = [
        "Đã gửi thư nhắc đến 1 người.",
        "1 người đã được nhắc trong hôm nay",
    ];
    assert!(texts.iter().any(|text| told.contains(text)), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_letters_the_page_says_so() {
    let mut year = Year::open(Shape::Embedded).await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let page = supervisor.get(SURVEY).await.text;
    assert_eq!(buttons(&page), ["Điều tra viên"], "{page}");
    let to = format!("{SURVEY}/nhac-thu");
    let off = act(&mut supervisor, (SURVEY, &to), &[], &site.sandbox.id()).await;
    assert_eq!(off.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", off.text);
    for text in ["Hệ thống chưa bật gửi thư", "Điều tra viên"] {
        assert!(off.text.contains(text), "no {text} in {}", off.text);
    }
    let mut organiser = entered(&site, "quantri").await;
    let page = organiser.get(PROGRESS).await.text;
    assert_eq!(buttons(&page), ["Khảo sát"], "{page}");
    let to = format!("{PROGRESS}/nhac-thu");
    for (work, why) in [
        ("khao-sat", "Hệ thống chưa bật gửi thư"),
        ("tu-cham", "Chưa đến thời gian tự chấm điểm"),
        ("tham-dinh-1", "Chưa đến thời gian thẩm định lần 1"),
        ("giai-trinh", "Chưa đến thời gian giải trình"),
        ("lanh-dao", "Chưa đến thời gian lãnh đạo cho điểm"),
    ] {
        let id = site.sandbox.id();
        let refused = act(&mut organiser, (PROGRESS, &to), &[("viec", work)], &id).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{work}: {}",
            refused.text
        );
        assert!(refused.text.contains(why), "{work}: {}", refused.text);
    }
}
