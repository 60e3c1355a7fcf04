//! The pages of a unit's sheet, walked as officer and head walk them: scoring, evidence, a clash, the deadline, sending.

use axum::http::StatusCode;
use chiso_gateway::WebSettings;
use chiso_tests::{Shape, Year, call, entries};
use chiso_wire::ledger as pb;

use crate::site::{Answer, Browser, Site};

pub(crate) const LIST: &str = "/tu-cham/2022/SNV";

/// A system in the middle of self-scoring.
pub(crate) async fn scoring() -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    Site::of(year.sandbox, WebSettings::default())
}

pub(crate) async fn entered(site: &Site, login: &str) -> Browser {
    let mut browser = site.browser();
    browser.enter(login).await;
    browser
}

/// The hidden fields of the form that is sent to an address.
pub(crate) fn hidden(page: &Answer, action: &str) -> Vec<(String, String)> {
    let to = format!("action=\"{action}\"");
    // A filter is a form, too, and leads to the same page.
    let posts = |form: &&str| {
        let tag = form.split('>').next().unwrap();
        tag.contains(&to) && tag.contains("method=\"post\"")
    };
    let form = page.text.split("<form").skip(1).find(posts);
    let form = form.unwrap_or_else(|| panic!("no form to {action} in {}", page.text));
    let form = form.split("</form>").next().unwrap();
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
    let part = |field: &str| {
        let mut parts = field.split('"');
        (parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned())
    };
    fields.map(part).collect()
}

/// Sends a form of a page, with what was typed.
pub(crate) async fn send(
    browser: &mut Browser,
    page: &Answer,
    action: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let hidden = hidden(page, action);
    let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(action, &fields).await
}

/// A system between the rounds: of VT one criterion lacks evidence, and a penalty is proposed.
async fn between_the_rounds() -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.between_the_rounds().await;
    Site::of(year.sandbox, WebSettings::default())
}

/// Opens a criterion and saves it.
async fn save(browser: &mut Browser, criterion: &str, typed: &[(&str, &str)]) {
    let address = format!("{LIST}/{criterion}");
    let page = browser.get(&address).await;
    let saved = send(browser, &page, &address, typed).await;
    assert_eq!(saved.leads_to(), address);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_criterion_is_saved_once_and_shows_the_points_of_the_ledger() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let home = officer.get("/viec-cua-toi").await;
    assert!(home.text.contains(&format!("href=\"{LIST}\"")), "{}", home.text);
    let list = officer.get(LIST).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    assert!(list.text.contains("Chưa bắt đầu") && list.text.contains(&format!("{LIST}/I.1")));
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    let typed = [("reached", "1"), ("explanation", "Đã ban hành đủ kế hoạch")];
    for _double_click in 0..2 {
        let saved = send(&mut officer, &page, &address, &typed).await;
        assert_eq!(saved.leads_to(), address);
    }
    let page = officer.get(&address).await;
    assert_eq!(page.field("_version"), "1", "sent twice, saved once");
    assert!(
        page.text.contains("Đã ban hành đủ kế hoạch") && page.text.contains("Còn thiếu tài liệu kiểm chứng:")
    );
    let list = officer.get(&format!("{LIST}?loc=thieu")).await;
    assert!(list.text.contains(&address) && !list.text.contains(&format!("{LIST}/I.2\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_stays_in_the_form() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.2");
    let page = officer.get(&address).await;
    let typed = [
        ("planned", "1.000,5"),
        ("achieved", "80"),
        ("explanation", "Số liệu quý IV"),
    ];
    let refused = send(&mut officer, &page, &address, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"1.000,5\"") && refused.text.contains("Số liệu quý IV"));
    assert!(refused.text.contains("href=\"#f-planned\""), "{}", refused.text);
    // A thousand and two hundred, or one and a fifth: nobody but the officer knows.
    let typed = [("planned", "1.200"), ("achieved", "980"), ("explanation", "b")];
    let either = send(&mut officer, &refused, &address, &typed).await;
    assert_eq!(either.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(either.text.contains("có thể hiểu nhiều cách") && either.text.contains("value=\"1.200\""));
    let typed = [
        ("planned", "100,1250"),
        ("achieved", "80,5"),
        ("explanation", "Số liệu quý IV"),
    ];
    let saved = send(&mut officer, &either, &address, &typed).await;
    assert_eq!(saved.leads_to(), address);
    let page = officer.get(&address).await;
    assert!(page.text.contains("value=\"80,5\"") && page.text.contains("value=\"100,1250\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_the_points_and_the_next_version() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/II.2");
    let page = officer.get(&address).await;
    let hidden = hidden(&page, &address);
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.extend([("count", "1"), ("explanation", "Một báo cáo chậm")]);
    let script = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let told = officer.post_with(&address, &fields, &script).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    let told: serde_json::Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!((&told["state"], &told["version"]), (&"saved".into(), &1.into()));
    assert!(
        told["parts"]["diem"].as_str().unwrap().contains("Điểm tự chấm"),
        "{told}"
    );
    assert_ne!(told["next"], page.field("_request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_save_one_sees_both_values() {
    let site = scoring().await;
    let (mut officer, mut head) = (entered(&site, "cb-snv").await, entered(&site, "tt-snv").await);
    let address = format!("{LIST}/II.2");
    let (first, second) = (officer.get(&address).await, head.get(&address).await);
    let saved = send(
        &mut officer,
        &first,
        &address,
        &[("count", "3"), ("explanation", "Của cán bộ")],
    )
    .await;
    assert_eq!(saved.leads_to(), address);
    let clash = send(
        &mut head,
        &second,
        &address,
        &[("count", "2"), ("explanation", "Của thủ trưởng")],
    )
    .await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    assert!(
        clash.text.contains("Của cán bộ") && clash.text.contains("Của thủ trưởng"),
        "{}",
        clash.text
    );
    assert!(
        clash.text.contains("Người cb-snv đã sửa mục này"),
        "{}",
        clash.text
    );
    let kept = send(
        &mut head,
        &clash,
        &address,
        &[("count", "2"), ("explanation", "Của thủ trưởng")],
    )
    .await;
    assert_eq!(kept.leads_to(), address);
    assert!(officer.get(&address).await.text.contains("Của thủ trưởng"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_unit_there_is_nothing() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let own = officer.get(&format!("{LIST}/I.1")).await;
    for page in ["", "/gui", "/I.1", "/I.1/lien-ket"] {
        let of_other = officer.get(&format!("/tu-cham/2022/STC{page}")).await;
        assert_eq!(of_other.status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(
        officer.get("/giai-trinh/2022/STC").await.status,
        StatusCode::NOT_FOUND
    );
    for page in ["/gui", "/thu-hoi", "/I.1", "/I.1/giai-trinh"] {
        let fields = [
            ("_csrf", own.field("_csrf")),
            ("_request", own.field("_request")),
            ("reached", "1".to_owned()),
            ("answer", "x".to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let posted = officer.post(&format!("/tu-cham/2022/STC{page}"), &fields).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{page}");
    }
    for nothing in [
        "/tu-cham/2022/KHONG-CO",
        "/tu-cham/1999/SNV",
        "/tu-cham/2022/SNV/X.9",
        "/tai-lieu/x",
    ] {
        assert_eq!(
            officer.get(nothing).await.status,
            StatusCode::NOT_FOUND,
            "{nothing}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_keeps_what_was_typed() {
    let site = scoring().await;
    site.turn("2022-12-14T23:50:00+07:00");
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    site.turn("2022-12-15T00:00:00+07:00");
    let typed = [("reached", "1"), ("explanation", "Gõ đúng lúc hết hạn")];
    let late = send(&mut officer, &page, &address, &typed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        late.text.contains("Đã hết thời gian tự chấm điểm"),
        "{}",
        late.text
    );
    assert!(late.text.contains("Gõ đúng lúc hết hạn"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_added_and_taken_off() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let to = format!("{address}/lien-ket");
    let page = officer.get(&address).await;
    let bad = [
        ("link_document", "12/BC-SNV"),
        ("link_url", "javascript:alert(1)"),
    ];
    let refused = send(&mut officer, &page, &to, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-link_url\"") && refused.text.contains("12/BC-SNV"));
    let good = [
        ("link_document", "12/BC-SNV"),
        ("link_url", "https://snv.example.vn/12"),
    ];
    for _double_click in 0..2 {
        let added = send(&mut officer, &refused, &to, &good).await;
        assert_eq!(added.leads_to(), format!("{address}#tai-lieu"));
    }
    let page = officer.get(&address).await;
    assert_eq!(page.text.matches("href=\"https://snv.example.vn/12\"").count(), 1);
    let record = [
        ("met_on", "01/12/2022"),
        ("met_at", "Sở Tư pháp"),
        ("met_members", "Bà A\nÔng B"),
    ];
    let met = send(&mut officer, &page, &format!("{address}/truc-tiep"), &record).await;
    assert_eq!(met.leads_to(), format!("{address}#tai-lieu"));
    let page = officer.get(&address).await;
    assert!(
        page.text
            .contains("ngày 01/12/2022, tại Sở Tư pháp; người dự: Bà A; Ông B"),
        "{}",
        page.text
    );
    let gone = send(&mut officer, &page, &format!("{address}/bo"), &[]).await;
    assert_eq!(gone.leads_to(), format!("{address}#tai-lieu"));
    let page = officer.get(&address).await;
    assert!(
        !page.text.contains("snv.example.vn"),
        "the first piece is taken off"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_sends_a_full_sheet_and_takes_it_back() {
    let site = scoring().await;
    let (mut officer, mut head) = (entered(&site, "cb-snv").await, entered(&site, "tt-snv").await);
    let review = format!("{LIST}/gui");
    assert!(
        !officer
            .get(&review)
            .await
            .text
            .contains("action=\"/tu-cham/2022/SNV/gui\"")
    );
    let page = head.get(&review).await;
    let early = send(&mut head, &page, &review, &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text.contains("4 tiêu chí chưa nhập"), "{}", early.text);
    save(&mut officer, "I.1", &[("reached", "1"), ("explanation", "a")]).await;
    save(
        &mut officer,
        "I.2",
        &[("planned", "100"), ("achieved", "80"), ("explanation", "b")],
    )
    .await;
    save(&mut officer, "II.1", &[("tier", "0"), ("explanation", "c")]).await;
    save(&mut officer, "II.2", &[("count", "0"), ("explanation", "d")]).await;
    let page = head.get(&review).await;
    let sent = send(&mut head, &page, &review, &[]).await;
    assert_eq!(sent.leads_to(), review);
    let sent = head.get(&review).await;
    assert!(sent.text.contains("Đã gửi lúc 02/12/2022 08:00"), "{}", sent.text);
    let closed = officer.get(&format!("{LIST}/I.1")).await;
    assert!(!closed.text.contains("data-save"), "read only while it is sent");
    let withdraw = format!("{LIST}/thu-hoi");
    let back = send(&mut head, &sent, &withdraw, &[("reason", "Bổ sung số liệu")]).await;
    assert_eq!(back.leads_to(), LIST);
    let open = officer.get(&format!("{LIST}/I.1")).await;
    assert!(open.text.contains("data-autosave"), "{}", open.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn between_the_rounds_a_unit_answers_what_was_not_agreed_to() {
    let site = between_the_rounds().await;
    let mut officer = entered(&site, "cb-vt").await;
    let home = officer.get("/viec-cua-toi").await;
    assert!(
        home.text.contains("href=\"/giai-trinh/2022/VT\""),
        "{}",
        home.text
    );
    let list = officer.get("/giai-trinh/2022/VT").await;
    assert!(
        list.text.contains("2 nội dung cần giải trình, đã xong 0"),
        "{}",
        list.text
    );
    assert!(
        list.text.contains("Đề nghị bổ sung tài liệu kiểm chứng"),
        "{}",
        list.text
    );
    assert!(
        !list.text.contains("/tu-cham/2022/VT/I.2"),
        "what was agreed to needs no answer"
    );
    let address = "/tu-cham/2022/VT/I.1";
    let page = officer.get(address).await;
    assert!(
        page.text.contains("Thiếu văn bản phê duyệt") && page.text.contains("disabled"),
        "{}",
        page.text
    );
    let to = format!("{address}/giai-trinh");
    let empty = send(&mut officer, &page, &to, &[("answer", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        empty
            .text
            .contains("href=\"#f-answer\">Nội dung giải trình: Chưa điền"),
        "{}",
        empty.text
    );
    let saved = send(&mut officer, &empty, &to, &[("answer", "Đã bổ sung văn bản")]).await;
    assert_eq!(saved.leads_to(), address);
    let list = officer.get("/giai-trinh/2022/VT").await;
    assert!(
        list.text.contains("2 nội dung cần giải trình, đã xong 1"),
        "{}",
        list.text
    );
    let to = "/giai-trinh/2022/VT/diem-tru";
    let id = list.field("_penalty");
    let answer = format!("answer-{id}");
    let said = send(
        &mut officer,
        &list,
        to,
        &[(&answer, "Vụ việc không thuộc thẩm quyền")],
    )
    .await;
    assert!(said.leads_to().starts_with("/giai-trinh/2022/VT?da-xong="));
    assert!(
        officer
            .get("/giai-trinh/2022/VT")
            .await
            .text
            .contains("Vụ việc không thuộc thẩm quyền")
    );
    let agreed = entered(&site, "cb-snv").await.get("/giai-trinh/2022/SNV").await;
    assert!(agreed.text.contains("Không cần giải trình"), "{}", agreed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_holds_what_was_sent_and_nothing_brought_later() {
    let year = Year::open(Shape::Embedded).await;
    year.between_the_rounds().await;
    let token = year.cast.officers["VT"].token.clone();
    let site = Site::of(year.sandbox, WebSettings::default());
    let mut officer = entered(&site, "cb-vt").await;
    let report = "/tu-cham/2022/VT/bao-cao";
    let sent = officer.get(report).await;
    assert!(sent.text.contains("Báo cáo số 12/BC"), "{}", sent.text);
    let evidence = pb::Evidence {
        evidence_id: site.sandbox.id(),
        kind: pb::EvidenceKind::Link.into(),
        document: "Công văn bổ sung số 99".to_owned(),
        url: "https://example.vn/99".to_owned(),
        ..pb::Evidence::default()
    };
    let message = pb::AddEvidenceRequest {
        request_id: site.sandbox.id(),
        cycle: "2022".to_owned(),
        unit: "VT".to_owned(),
        criterion: "I.1".to_owned(),
        evidence: Some(evidence),
    };
    call!(site.sandbox, ledger.add_evidence, &token, message).unwrap();
    let page = officer.get("/tu-cham/2022/VT/I.1").await;
    assert!(page.text.contains("Công văn bổ sung số 99"), "{}", page.text);
    let later = officer.get(report).await;
    assert!(!later.text.contains("Công văn bổ sung số 99"), "{}", later.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_a_draft_until_the_sheet_is_sent() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    year.save("SNV", "II.2", entries("SNV").leaves()[3].1.clone(), 0)
        .await
        .unwrap();
    year.link("SNV", "II.2").await.unwrap();
    let site = Site::of(year.sandbox, WebSettings::default());
    let mut officer = entered(&site, "cb-snv").await;
    let report = officer.get(&format!("{LIST}/bao-cao")).await;
    for text in [
        "BẢN NHÁP",
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Sở Nội vụ",
        "Báo cáo số 12/BC",
        "Số liệu đến ngày tự chấm",
    ] {
        assert!(report.text.contains(text), "no {text} in {}", report.text);
    }
    assert!(
        !report.text.contains("<script") && !report.text.contains("/dang-xuat"),
        "nothing of the site"
    );
    let site = between_the_rounds().await;
    let report = entered(&site, "cb-snv")
        .await
        .get(&format!("{LIST}/bao-cao"))
        .await;
    assert!(
        report.text.contains("Trên hệ thống: Đã gửi lúc 10/12/2022") && !report.text.contains("BẢN NHÁP")
    );
}
