//! What comes too late is kept and said not to count; what the rounds no longer let happen is not offered; from each list
//! one goes to a criterion and back.

use axum::http::StatusCode;
use chiso_gateway::WebSettings;
use chiso_tests::{LEAVES, Shape, Year};
use chiso_wire::ledger::Round;

use crate::site::{Answer, Site, settings};
use crate::unit::{LIST, entered, scoring, send};

const LATE: &str = "Đã hết thời gian: không nhận thêm được";
const UNSAVED: &str = "Nội dung bạn vừa nhập chưa được lưu";
/// Ten minutes before the end, and a little more.
const MINUTES: i64 = 11 * 60;

/// A system at an instant within the year, before which nobody has done anything.
async fn idle(now: &str) -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.enter(now);
    Site::of(year.sandbox, WebSettings::default())
}

fn is_late(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert!(
        answer.text.contains(LATE) && !answer.text.contains("chỗ cần sửa"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains(UNSAVED), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_too_late_stays_and_is_said_not_to_count() {
    let site = idle("2022-12-14T23:50:00+07:00").await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    let typed = [("reached", "1"), ("explanation", "Trước hạn")];
    send(&mut officer, &page, &address, &typed).await.leads_to();
    let page = officer.get(&address).await;
    site.wait(MINUTES);
    let typed = [("reached", "0"), ("explanation", "Gõ đúng lúc hết hạn")];
    let late = send(&mut officer, &page, &address, &typed).await;
    is_late(&late);
    assert!(late.text.contains("Gõ đúng lúc hết hạn") && late.text.contains("readonly"));
    let asks = format!("href=\"{LIST}/mo-lai\"");
    assert!(late.text.contains(&asks), "who opens it again: {}", late.text);
    // Of a form that is not there any more its text is.
    let typed = [
        ("link_document", "12/BC-SNV"),
        ("link_url", "https://snv.example.vn/12"),
    ];
    let late = send(&mut officer, &page, &format!("{address}/lien-ket"), &typed).await;
    is_late(&late);
    assert!(
        late.text.contains("12/BC-SNV") && late.text.contains("https://snv.example.vn/12"),
        "{}",
        late.text
    );
    let stored = officer.get(&address).await;
    assert!(
        stored.text.contains("Trước hạn") && !stored.text.contains(UNSAVED),
        "{}",
        stored.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_between_the_rounds_that_come_too_late_stay_and_can_be_asked_for() {
    let year = Year::open(Shape::Embedded).await;
    year.between_the_rounds().await;
    year.enter("2022-12-21T23:50:00+07:00");
    let site = Site::of(year.sandbox, WebSettings::default());
    let mut officer = entered(&site, "cb-vt").await;
    let list = officer.get("/giai-trinh/2022/VT").await;
    let leaf = officer.get("/tu-cham/2022/VT/I.1").await;
    site.wait(MINUTES);
    let answer = format!("answer-{}", list.field("_penalty"));
    let typed = [(answer.as_str(), "Không thuộc thẩm quyền")];
    let late = send(&mut officer, &list, "/giai-trinh/2022/VT/diem-tru", &typed).await;
    is_late(&late);
    assert!(late.text.contains("Không thuộc thẩm quyền"), "{}", late.text);
    let to = "/tu-cham/2022/VT/I.1/giai-trinh";
    let late = send(&mut officer, &leaf, to, &[("answer", "Đã bổ sung")]).await;
    is_late(&late);
    assert!(late.text.contains("Đã bổ sung"), "{}", late.text);

    // The way from the list to what was decided, and to asking for more time, stays.
    let list = officer.get("/tu-cham/2022/VT").await;
    assert!(
        list.text.contains("href=\"/giai-trinh/2022/VT\""),
        "{}",
        list.text
    );
    assert!(
        list.text.contains("Đề nghị mở lại thời gian giải trình"),
        "{}",
        list.text
    );
    assert!(list.text.contains("Đã chốt thẩm định lần 1"), "{}", list.text);
    let ask = "/tu-cham/2022/VT/mo-lai";
    let page = officer.get(ask).await;
    assert!(
        page.text.contains("value=\"giai-trinh\"") && !page.text.contains("value=\"tu-cham\""),
        "{}",
        page.text
    );
    let typed = [("window", "giai-trinh"), ("reason", "Mất điện")];
    assert_eq!(send(&mut officer, &page, ask, &typed).await.leads_to(), ask);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_offered_that_the_rounds_do_not_let_happen() {
    // The window has begun, and the round before it is not closed.
    let site = idle("2022-12-20T08:00:00+07:00").await;
    let mut officer = entered(&site, "cb-snv").await;
    let early = officer.get("/giai-trinh/2022/SNV").await;
    assert!(
        early.text.contains("chưa chốt nên chưa nhận giải trình"),
        "{}",
        early.text
    );
    let leaf = officer.get(&format!("{LIST}/I.1")).await;
    assert!(!leaf.text.contains("/lien-ket"), "{}", leaf.text);

    // A unit that has done nothing: of it no decision says that the round is closed.
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-19T08:00:00+07:00");
    year.close_round(Round::Round1).await;
    let site = Site::of(year.sandbox, WebSettings::default());
    let mut officer = entered(&site, "cb-snv").await;
    let list = officer.get(LIST).await;
    assert!(!list.text.contains("/mo-lai"), "{}", list.text);
    let page = officer.get(&format!("{LIST}/mo-lai")).await;
    assert!(!page.text.contains("name=\"window\""), "{}", page.text);
    let list = officer.get("/giai-trinh/2022/SNV").await;
    assert!(!list.text.contains("Chưa chốt thẩm định lần 1"), "{}", list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_review_one_goes_to_what_is_missing_and_back() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let review = format!("{LIST}/gui");
    let page = officer.get(&review).await;
    let notice = page.text.split("data-kind=\"refused\"").nth(1).unwrap();
    let notice = notice.split("</div></div>").next().unwrap();
    let address = format!("{LIST}/I.2?tu=ra-soat");
    let at = |text: &str| {
        notice
            .find(text)
            .unwrap_or_else(|| panic!("no {text} in {notice}"))
    };
    assert!(
        at("<p>I. ") < at(&address) && at(&address) < at("<p>II. "),
        "{notice}"
    );

    let leaf = officer.get(&address).await;
    assert!(
        leaf.text
            .contains(&format!("<a href=\"{review}\">Rà soát trước khi gửi"))
    );
    let typed = [("planned", "100"), ("achieved", "x"), ("explanation", "b")];
    let refused = send(&mut officer, &leaf, &address, &typed).await;
    assert!(
        refused
            .text
            .contains(&format!("<a href=\"{review}\">Rà soát trước khi gửi"))
    );
    let typed = [("planned", "100"), ("achieved", "80"), ("explanation", "b")];
    let saved = send(&mut officer, &refused, &address, &typed).await;
    assert_eq!(saved.leads_to(), address);
    let leaf = officer.get(&address).await;
    let to = format!("{LIST}/I.2/lien-ket?tu=ra-soat");
    let link = [
        ("link_document", "12/BC"),
        ("link_url", "https://snv.example.vn/12"),
    ];
    let added = send(&mut officer, &leaf, &to, &link).await;
    assert_eq!(added.leads_to(), format!("{address}#tai-lieu"));
    let leaf = officer.get(&address).await;
    let back = [typed[0], typed[1], typed[2], ("_then", "ve")];
    assert_eq!(
        send(&mut officer, &leaf, &address, &back).await.leads_to(),
        review
    );
    let mended = officer.get(&review).await;
    let notice = mended.text.split("data-kind=\"refused\"").nth(1).unwrap();
    assert!(
        !notice.split("</div></div>").next().unwrap().contains("/I.2?"),
        "{notice}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn from_what_is_to_be_answered_one_comes_back_to_it() {
    let year = Year::open(Shape::Embedded).await;
    year.between_the_rounds().await;
    let site = Site::of(year.sandbox, WebSettings::default());
    let mut officer = entered(&site, "cb-vt").await;
    let list = officer.get("/giai-trinh/2022/VT").await;
    let address = "/tu-cham/2022/VT/I.1?tu=giai-trinh";
    assert!(
        list.text.contains(&format!("{address}#giai-trinh")),
        "{}",
        list.text
    );
    let leaf = officer.get(address).await;
    let to = "/tu-cham/2022/VT/I.1/giai-trinh?tu=giai-trinh";
    let typed = [("answer", "Đã bổ sung văn bản"), ("_then", "ve")];
    let saved = send(&mut officer, &leaf, to, &typed).await;
    assert_eq!(saved.leads_to(), "/giai-trinh/2022/VT");
    let leaf = officer.get(address).await;
    assert!(
        leaf.text.matches("lưu lần cuối lúc").count() == 2,
        "who answered, and when: {}",
        leaf.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_criterion_stand_those_that_one_sees() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut some_see_a_part = false;
    for login in ["td-snv", "td-stc", "cb-vt"] {
        let mut reader = entered(&site, login).await;
        let list = reader.get("/tu-cham/2022/VT").await;
        let sees = |code: &&str| list.text.contains(&format!("/tu-cham/2022/VT/{code}\""));
        let seen: Vec<&str> = LEAVES.into_iter().filter(|code| sees(code)).collect();
        some_see_a_part |= !seen.is_empty() && seen.len() < LEAVES.len();
        for code in &seen {
            let leaf = reader.get(&format!("/tu-cham/2022/VT/{code}")).await;
            let (_, beside) = leaf.text.split_once("class=\"beside\"").unwrap();
            let beside = beside.split("</nav>").next().unwrap();
            for link in beside.split("href=\"").skip(1) {
                let path = link.split('"').next().unwrap();
                assert_eq!(reader.get(path).await.status, StatusCode::OK, "{login}: {path}");
            }
        }
    }
    assert!(some_see_a_part, "nobody sees a part of the sheet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_sent_once_and_changed_is_not_lost() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    let first = [("reached", "1"), ("explanation", "Lần đầu")];
    send(&mut officer, &page, &address, &first).await.leads_to();
    // The back button brings the same form.
    let second = [("reached", "1"), ("explanation", "Lần sau")];
    let told = send(&mut officer, &page, &address, &second).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(
        told.text.contains("đã được gửi một lần với nội dung khác") && told.text.contains("Lần sau"),
        "{}",
        told.text
    );
    let kept = send(&mut officer, &told, &address, &second).await;
    assert_eq!(kept.leads_to(), address);
    assert!(officer.get(&address).await.text.contains("Lần sau"));
}
