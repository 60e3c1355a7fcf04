//! Workbooks of a year's set-up, looked at, imported and refused cell by cell; criteria that do not apply.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, at, book, external_scores, index_set, unit_types, units};

use crate::organise::{copied, organised, send};
use crate::site::{Answer, Browser, Site, settings};
use crate::unit::hidden;

/// Sends a workbook to an address, from the page of its form.
async fn send_book(
    browser: &mut Browser,
    page: &str,
    action: &str,
    typed: &[(&str, &str)],
    book: &[u8],
) -> Answer {
    let page = browser.get(page).await;
    let form = action.replace("/xem/tep", "/tep");
    let mut body = Vec::new();
    for (name, value) in hidden(&page, &form)
        .iter()
        .filter(|(name, _)| typed.iter().all(|(own, _)| own != name))
        .map(|(name, value)| (&**name, &**value))
        .chain(typed.iter().copied())
    {
        body.extend(
            format!("--RANH\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    let name = if book.is_empty() { "" } else { "tep.xlsx" };
    body.extend(
        format!("--RANH\r\ncontent-disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\r\n")
            .into_bytes(),
    );
    body.extend_from_slice(book);
    body.extend(b"\r\n--RANH--\r\n");
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=RANH"),
    ];
    browser.send("POST", action, &headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_looked_at_and_imported_and_its_faults_are_named() {
    let (_site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let page = "/quan-tri/2023/don-vi";
    let nothing = send_book(&mut organiser, page, "/quan-tri/2023/don-vi/tep", &[], b"").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Chưa chọn tệp"), "{}", nothing.text);
    let text = send_book(
        &mut organiser,
        page,
        "/quan-tri/2023/don-vi/tep",
        &[],
        b"khong phai bang tinh",
    )
    .await;
    assert!(
        text.text.contains("Tệp không phải bảng tính XLSX"),
        "{}",
        text.text
    );
    let (name, lines) = units();
    let wrong = lines.replace("STC | Sở Tài chính | department", "SNV | Sở Tài chính | commune");
    let wrong = book(&[unit_types(), (name, &wrong)]);
    for action in ["/quan-tri/2023/don-vi/tep", "/quan-tri/2023/don-vi/xem/tep"] {
        let faulty = send_book(&mut organiser, page, action, &[], &wrong).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in [
            "Lỗi trong tệp",
            "Mã đơn vị lặp lại",
            "Loại hình “commune” không có ở trang",
        ] {
            assert!(faulty.text.contains(text), "no {text} in {}", faulty.text);
        }
    }
    let right = book(&[
        unit_types(),
        (name, &lines.replace("Sở Nội vụ", "Sở Nội vụ và Tôn giáo")),
    ]);
    let looked = send_book(&mut organiser, page, "/quan-tri/2023/don-vi/xem/tep", &[], &right).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
    assert!(
        looked.text.contains("Sở Nội vụ → Sở Nội vụ và Tôn giáo"),
        "{}",
        looked.text
    );
    assert!(
        !organiser.get(page).await.text.contains("Tôn giáo"),
        "only looked at"
    );
    let taken = send_book(&mut organiser, page, "/quan-tri/2023/don-vi/tep", &[], &right).await;
    assert_eq!(taken.leads_to(), "/quan-tri/2023/don-vi?da-xong=1");
    assert!(organiser.get(page).await.text.contains("Sở Nội vụ và Tôn giáo"));
    let (page, action) = (
        "/quan-tri/2023/bo-chi-so/district",
        "/quan-tri/2023/bo-chi-so/district/tep",
    );
    let (name, lines) = index_set();
    let faulty = book(&[(name, &lines.replace("| 40 | ratio", "| 41 | ratio"))]);
    let faulty = send_book(&mut organiser, page, action, &[], &faulty).await;
    assert!(
        faulty.text.contains("Lỗi trong tệp") && faulty.text.contains(">D</td>"),
        "{}",
        faulty.text
    );
    let taken = send_book(&mut organiser, page, action, &[], &book(&[(name, lines)])).await;
    assert_eq!(taken.leads_to(), "/quan-tri/2023/bo-chi-so/district?da-xong=1");
    for sample in ["don-vi.xlsx", "bo-chi-so.xlsx"] {
        let given = organiser.get(&format!("/quan-tri/mau/{sample}")).await;
        assert!(given.bytes.starts_with(b"PK") && given.header("content-disposition").contains(sample));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn criteria_that_do_not_apply_are_marked_before_self_scoring() {
    let (site, mut organiser) = organised().await;
    let (page, to) = (
        "/quan-tri/2022/khong-danh-gia?don-vi=VT",
        "/quan-tri/2022/khong-danh-gia",
    );
    let none = send(
        &mut organiser,
        (page, to),
        &[("tieu-chi", "II.2"), ("ly-do", " ")],
    )
    .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("href=\"#f-ly-do\""), "{}", none.text);
    let marked = send(
        &mut organiser,
        (page, to),
        &[("tieu-chi", "II.2"), ("ly-do", "Không có thủ tục này")],
    )
    .await;
    assert_eq!(
        marked.leads_to(),
        "/quan-tri/2022/khong-danh-gia?don-vi=VT&da-xong=1"
    );
    assert!(organiser.get(page).await.text.contains("Không có thủ tục này"));
    site.sandbox.clock.set(at("2022-12-02T08:00:00+07:00"));
    site.wait(1);
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let late = organiser.get(page).await;
    assert!(late.text.contains("không bỏ đánh dấu được nữa"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_index_comes_in_one_workbook() {
    let year = Year::open(Shape::Embedded).await;
    let site = Site::of(year.sandbox, settings());
    let (page, to) = (
        "/quan-tri/2022/chi-so-khac",
        "/quan-tri/2022/chi-so-khac/II.3/tep",
    );
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let ahead = organiser.get(page).await;
    assert!(
        ahead.text.contains("Chưa đến thời gian nhập") && !ahead.text.contains("type=\"file\""),
        "{}",
        ahead.text
    );
    site.sandbox.clock.set(at("2022-12-21T08:00:00+07:00"));
    site.wait(1);
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let typed = [("van-ban-II.3", "456/QĐ-UBND ngày 20/12/2022")];
    let some = external_scores(&[("SNV", "80"), ("STC", "101")]);
    let faulty = send_book(&mut organiser, page, to, &typed, &some).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        faulty.text.contains("Thiếu đơn vị “VT”")
            && faulty.text.contains("value=\"456/QĐ-UBND ngày 20/12/2022\""),
        "{}",
        faulty.text
    );
    let all = external_scores(&[("SNV", "80"), ("STC", "90"), ("VT", "70,5"), ("DH", "60")]);
    let taken = send_book(&mut organiser, page, to, &typed, &all).await;
    assert_eq!(taken.leads_to(), "/quan-tri/2022/chi-so-khac?da-xong=1");
    // Another page that was opened before: what stands there is shown, and whoever sends again means it.
    let seen = "_da-xem-II.3";
    let before = [typed[0], (seen, "")];
    let clash = send_book(&mut organiser, page, to, &before, &all).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    assert!(
        clash.text.contains("vừa được nhập lại") && clash.text.contains("70,5"),
        "{}",
        clash.text
    );
    let shown = clash.field(seen);
    let meant = [typed[0], (seen, shown.as_str())];
    let taken = send_book(&mut organiser, page, to, &meant, &all).await;
    assert_eq!(taken.leads_to(), "/quan-tri/2022/chi-so-khac?da-xong=1");
    let sample = organiser.get("/quan-tri/2022/chi-so-khac/II.3/mau.xlsx").await;
    assert!(sample.bytes.starts_with(b"PK"));
    assert_eq!(
        organiser
            .get("/quan-tri/2022/chi-so-khac/II.2/mau.xlsx")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}
