//! Two organisers at one part of the set-up: nobody replaces unseen what the other one saved.

use axum::http::StatusCode;
use chiso_tests::{all_units, book, unit_types};

use crate::fieldwork::send_book;
use crate::organise::{as_it_stands, copied, organised};
use crate::site::{Answer, Browser};

const CALENDAR: &str = "/quan-tri/2023/lich";
const COUNCIL: &str = "/quan-tri/2023/hoi-dong";
const OPENING: &str = "/quan-tri/2023/mo";
const UNITS: &str = "/quan-tri/2023/don-vi";
const POLICY: &str = "/quan-tri/2023/chinh-sach";

/// Sends the form of a page that was opened before, with one field typed anew.
async fn save(browser: &mut Browser, page: &Answer, to: &str, (field, value): (&str, &str)) -> Answer {
    let mut fields = as_it_stands(page, to);
    for (_, old) in fields.iter_mut().filter(|(name, _)| name == field) {
        value.clone_into(old);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    browser.post(to, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_one_saved_is_not_replaced_unseen() {
    let (_site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    let from = "tu-SURVEY";
    let (mine, theirs) = (first.get(CALENDAR).await, second.get(CALENDAR).await);
    let saved = save(&mut first, &mine, CALENDAR, (from, "16/10/2023 00:00")).await;
    assert_eq!(saved.leads_to(), "/quan-tri/2023/lich?da-xong=1");
    let again = save(&mut first, &mine, CALENDAR, (from, "16/10/2023 00:00")).await;
    assert_eq!(
        again.leads_to(),
        "/quan-tri/2023/lich?da-xong=1",
        "sent twice by a double click"
    );

    let until = "den-SURVEY";
    let wrong = save(&mut second, &theirs, CALENDAR, (until, "mai")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let clash = save(&mut second, &wrong, CALENDAR, (until, "29/11/2023 24:00")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    assert!(
        clash.text.contains("Người khác vừa sửa thiết lập của đợt 2023"),
        "{}",
        clash.text
    );
    assert!(
        clash.text.contains("29/11/2023 24:00"),
        "what was typed stays: {}",
        clash.text
    );
    assert!(
        clash.text.contains("Đang lưu: 16/10/2023 00:00"),
        "what the other one saved is told: {}",
        clash.text
    );
    assert!(
        first.get(CALENDAR).await.text.contains("16/10/2023 00:00"),
        "what was saved stays"
    );

    let meant = save(&mut second, &clash, CALENDAR, (from, "16/10/2023 00:00")).await;
    assert_eq!(
        meant.leads_to(),
        "/quan-tri/2023/lich?da-xong=1",
        "{}",
        meant.text
    );
    let now = first.get(CALENDAR).await;
    assert!(now.text.contains("16/10/2023 00:00") && now.text.contains("29/11/2023 24:00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_and_the_council_clash_alike() {
    let (_site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    for part in [POLICY, COUNCIL] {
        let (mine, theirs) = (first.get(part).await, second.get(part).await);
        let saved = save(&mut first, &mine, part, ("", "")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{part}: {}", saved.text);
        let clash = save(&mut second, &theirs, part, ("", "")).await;
        assert_eq!(clash.status, StatusCode::CONFLICT, "{part}: {}", clash.text);
        let meant = save(&mut second, &clash, part, ("", "")).await;
        assert_eq!(meant.status, StatusCode::SEE_OTHER, "{part}: {}", meant.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_another_one_saved_is_told_by_its_label() {
    let (_site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    let (mine, theirs) = (first.get(POLICY).await, second.get(POLICY).await);
    let saved = save(&mut first, &mine, POLICY, ("cap_at_self_score", "khong")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let clash = save(&mut second, &theirs, POLICY, ("", "")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    assert_eq!(
        clash.text.matches("Đang lưu: ").count(),
        1,
        "one field differs: {}",
        clash.text
    );
    assert!(clash.text.contains("Đang lưu: Không."), "{}", clash.text);
}

/// What stands in a row of the council's form.
fn row(page: &Answer, at: usize) -> Vec<String> {
    let fields = as_it_stands(page, COUNCIL);
    let value = |name: &str| {
        let mut found = fields.iter().filter(|(own, _)| *own == format!("{name}-{at}"));
        found.next().map(|(_, value)| value.clone()).unwrap_or_default()
    };
    ["thay-cua", "don-vi", "nguoi-thay", "ly-do", "da-luu"]
        .map(value)
        .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stay_as_they_were_typed_when_others_were_taken_out() {
    let (_site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    let (mine, theirs) = (first.get(COUNCIL).await, second.get(COUNCIL).await);
    let before = row(&theirs, 1);
    assert_eq!(before[4], "1", "two rows are stored: {before:?}");
    let mut dropped = as_it_stands(&mine, COUNCIL);
    dropped.push(("bo-0".to_owned(), "1".to_owned()));
    let dropped: Vec<(&str, &str)> = dropped.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = first.post(COUNCIL, &dropped).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);

    let clash = save(&mut second, &theirs, COUNCIL, ("ly-do-1", "Theo Quyết định 9")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    let mut typed = before;
    "Theo Quyết định 9".clone_into(&mut typed[3]);
    assert_eq!(row(&clash, 1), typed, "the second row is still that one");
    assert_eq!(row(&clash, 0), row(&theirs, 0));
    assert!(clash.text.contains("Đang lưu hiện nay"), "{}", clash.text);
    let rows = |page: &Answer| page.text.matches(" name=\"thay-cua-").count();
    assert_eq!(rows(&clash), rows(&theirs), "no row more, and none less");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_and_the_opening_clash_alike() {
    let (site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    let (units, opening) = (second.get(UNITS).await, second.get(OPENING).await);
    let page = first.get(POLICY).await;
    let saved = save(&mut first, &page, POLICY, ("", "")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);

    let workbook = book(&[unit_types(), all_units()]);
    let way = (UNITS, "/quan-tri/2023/don-vi/tep");
    let (seen, id) = (units.field("da-xem"), site.sandbox.id());
    let clash = send_book(&mut second, way, &[("da-xem", &seen)], (&id, &workbook)).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    assert!(clash.text.contains("Người khác vừa sửa thiết lập của đợt 2023"));
    let (seen, id) = (clash.field("da-xem"), site.sandbox.id());
    let meant = send_book(&mut second, way, &[("da-xem", &seen)], (&id, &workbook)).await;
    assert_eq!(
        meant.leads_to(),
        "/quan-tri/2023/don-vi?da-xong=1",
        "{}",
        meant.text
    );

    let clash = save(&mut second, &opening, OPENING, ("", "")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    let opened = save(&mut second, &clash, OPENING, ("", "")).await;
    assert_eq!(opened.leads_to(), "/quan-tri/2023?da-xong=mo", "{}", opened.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_council_gets_more_rows_and_keeps_those_that_were_typed() {
    let (_site, mut first) = organised().await;
    copied(&mut first).await;
    let mut second = first.clone();
    let page = first.get(COUNCIL).await;
    let rows = |page: &Answer| page.text.matches("name=\"ly-do-").count();
    let (stored, last) = (rows(&page), format!("ly-do-{}", rows(&page) - 1));
    let mut fields = as_it_stands(&page, COUNCIL);
    for (_, value) in fields.iter_mut().filter(|(name, _)| *name == last) {
        "Có quan hệ công việc".clone_into(value);
    }
    fields.push(("them-dong".to_owned(), "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let more = first.post(COUNCIL, &fields).await;
    assert_eq!(more.status, StatusCode::OK, "{}", more.text);
    assert!(
        rows(&more) > stored && more.text.contains("value=\"Có quan hệ công việc\""),
        "{}",
        more.text
    );

    // Another one takes rows away meanwhile; what was typed below them is still there.
    let theirs = second.get(COUNCIL).await;
    assert_eq!(
        save(&mut second, &theirs, COUNCIL, ("thay-cua-0", ""))
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let dropped = second
        .post(
            COUNCIL,
            &[
                ("_csrf", &theirs.field("_csrf")),
                ("_request", &theirs.field("_request")),
                ("co-quan", "SNV"),
                ("co-quan", "STC"),
            ],
        )
        .await;
    assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.text);
    let refused = save(&mut first, &more, COUNCIL, ("", "")).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert!(
        rows(&refused) >= rows(&more) && refused.text.contains("value=\"Có quan hệ công việc\""),
        "{}",
        refused.text
    );
}
