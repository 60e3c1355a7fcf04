//! Setting a year up and running it, as an organiser does on pages: a copy, workbooks, calendar, policy, council, opening,
//! extensions, criteria that do not apply, external indices.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::site::{Answer, Browser, Site, settings};
use crate::unit::hidden;

/// A system with the open cycle 2022, and its organiser.
pub(crate) async fn organised() -> (Site, Browser) {
    let year = Year::open(Shape::Embedded).await;
    let site = Site::of(year.sandbox, settings());
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    (site, organiser)
}

/// Opens a page and sends one of its forms.
pub(crate) async fn send(
    browser: &mut Browser,
    (page, action): (&str, &str),
    typed: &[(&str, &str)],
) -> Answer {
    let page = browser.get(page).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    resend(browser, &page, action, typed).await
}

/// Sends a form of a page that is open.
async fn resend(browser: &mut Browser, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
    let hidden = hidden(page, action);
    let own = hidden
        .iter()
        .filter(|(name, _)| !typed.iter().any(|(typed, _)| typed == name));
    let fields = own.map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(action, &fields).await
}

/// Everything that a form of a page would send if nobody typed anything.
pub(crate) fn as_it_stands(page: &Answer, action: &str) -> Vec<(String, String)> {
    let mut fields = hidden(page, action);
    let (_, form) = page.text.split_once(&format!("action=\"{action}\"")).unwrap();
    let form = form.split("</form>").next().unwrap();
    let plain = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let found = tag.split_once(&format!(" {name}=\""));
        found.map(|(_, rest)| plain(rest.split('"').next().unwrap()))
    };
    for tag in form.split('<').map(|tag| tag.split('>').next().unwrap()) {
        let name = attribute(tag, "name").unwrap_or_default();
        let sent = tag.contains("type=\"text\"") || tag.contains(" checked");
        if tag.starts_with("input ") && sent {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for part in form.split("<textarea ").skip(1) {
        let name = attribute(&format!("x {part}"), "name").unwrap();
        let text = part
            .split_once('>')
            .unwrap()
            .1
            .split("</textarea>")
            .next()
            .unwrap();
        fields.push((name, plain(text.trim_start_matches('\n'))));
    }
    for part in form.split("<select ").skip(1) {
        let name = attribute(&format!("x {part}"), "name").unwrap();
        let list = part.split("</select>").next().unwrap();
        let chosen = list.split("<option ").find(|option| option.contains(" selected"));
        let value = chosen.and_then(|option| attribute(&format!("x {option}"), "value"));
        fields.push((name, value.unwrap_or_default()));
    }
    fields
}

/// Sends a form as it stands, with some fields typed anew.
async fn change(browser: &mut Browser, address: &str, typed: &[(&str, &str)]) -> Answer {
    let page = browser.get(address).await;
    let mut fields = as_it_stands(&page, address);
    for (name, value) in typed {
        let found = fields.iter_mut().find(|(own, _)| own == name);
        found.unwrap_or_else(|| panic!("no {name}")).1 = (*value).to_owned();
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    browser.post(address, &fields).await
}

/// Makes 2023 from 2022.
pub(crate) async fn copied(organiser: &mut Browser) {
    let typed = [
        ("tu-dot", "2022"),
        ("ma-moi", "2023"),
        ("so-nam", "1"),
        ("can-cu-moi", ""),
    ];
    let made = send(organiser, ("/quan-tri", "/quan-tri/sao-chep"), &typed).await;
    assert_eq!(made.leads_to(), "/quan-tri/2023?da-xong=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_is_made_from_the_one_before() {
    let (_site, mut organiser) = organised().await;
    let page = organiser.get("/quan-tri").await;
    assert!(
        page.text.contains("href=\"/quan-tri/2022\"") && page.text.contains("Đang mở"),
        "{}",
        page.text
    );
    let typed = [
        ("tu-dot", "2022"),
        ("ma-moi", "Năm 2023"),
        ("so-nam", "một"),
        ("can-cu-moi", "QĐ mới"),
    ];
    let refused = resend(&mut organiser, &page, "/quan-tri/sao-chep", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-so-nam\"") && refused.text.contains("value=\"QĐ mới\""));
    let typed = [
        ("tu-dot", "2022"),
        ("ma-moi", "Năm 2023"),
        ("so-nam", "1"),
        ("can-cu-moi", "QĐ mới"),
    ];
    let refused = resend(&mut organiser, &refused, "/quan-tri/sao-chep", &typed).await;
    assert!(
        refused.text.contains("href=\"#f-ma-moi\"") && refused.text.contains("value=\"Năm 2023\""),
        "{}",
        refused.text
    );
    let none = [("tu-dot", "2022"), ("ma-moi", "2023"), ("so-nam", " ")];
    let refused = resend(&mut organiser, &refused, "/quan-tri/sao-chep", &none).await;
    assert!(refused.text.contains("Có 1 chỗ cần sửa"), "{}", refused.text);
    let typed = [
        ("tu-dot", "2022"),
        ("ma-moi", "2023"),
        ("so-nam", "1"),
        ("can-cu-moi", "QĐ mới"),
    ];
    for _double_click in 0..2 {
        let made = resend(&mut organiser, &page, "/quan-tri/sao-chep", &typed).await;
        assert_eq!(made.leads_to(), "/quan-tri/2023?da-xong=1");
    }
    let taken = send(&mut organiser, ("/quan-tri", "/quan-tri/sao-chep"), &typed).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(taken.text.contains("Đã có đợt đánh giá “2023”"), "{}", taken.text);
    let hub = organiser.get("/quan-tri/2023?da-xong=1").await;
    for text in [
        "Đã tạo đợt từ bản sao",
        "QĐ mới",
        "Đang chuẩn bị",
        "2 loại hình, 4 đơn vị",
        "Mở được",
    ] {
        assert!(hub.text.contains(text), "no {text} in {}", hub.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_opens_when_every_part_is_there() {
    let (_site, mut organiser) = organised().await;
    let typed = [("ma", "2024"), ("tinh", "Phú Thọ"), ("can-cu", "")];
    let made = send(&mut organiser, ("/quan-tri", "/quan-tri/tao"), &typed).await;
    assert_eq!(made.leads_to(), "/quan-tri/2024?da-xong=tao");
    let before = organiser.get("/quan-tri/2024/mo").await;
    assert!(
        before.text.contains("Chưa có Hội đồng thẩm định")
            && before.text.contains("/quan-tri/2024/hoi-dong\"")
    );
    assert!(
        !before
            .text
            .contains("<form method=\"post\" action=\"/quan-tri/2024/mo\""),
        "nothing to press yet"
    );
    copied(&mut organiser).await;
    let opened = send(&mut organiser, ("/quan-tri/2023/mo", "/quan-tri/2023/mo"), &[]).await;
    assert_eq!(opened.leads_to(), "/quan-tri/2023?da-xong=mo");
    let hub = organiser.get("/quan-tri/2023?da-xong=mo").await;
    assert!(
        hub.text.contains("Đợt đã mở") && hub.text.contains("Gia hạn"),
        "{}",
        hub.text
    );
    for part in ["lich", "chinh-sach", "don-vi", "bo-chi-so/department", "mo"] {
        let page = organiser.get(&format!("/quan-tri/2023/{part}")).await;
        assert!(page.text.contains("chỉ xem được"), "{part}: {}", page.text);
        assert!(
            !page.text.contains("data-save") && !page.text.contains("type=\"file\""),
            "{part}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_are_set_and_their_order_is_looked_after() {
    let (_site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let address = "/quan-tri/2023/lich";
    let page = organiser.get(address).await;
    assert!(page.text.contains("value=\"14/12/2023 24:00\""), "{}", page.text);
    let odd = change(
        &mut organiser,
        address,
        &[("den-SELF_SCORING", "31/11/2023"), ("tu-SURVEY", "")],
    )
    .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("href=\"#f-den-SELF_SCORING\"") && odd.text.contains("value=\"31/11/2023\""));
    assert!(odd.text.contains("href=\"#f-tu-SURVEY\""), "{}", odd.text);
    let over = change(&mut organiser, address, &[("den-SELF_SCORING", "16/12/2023")]).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        over.text.contains("href=\"#f-tu-APPRAISAL_1\"") && over.text.contains("value=\"16/12/2023\""),
        "{}",
        over.text
    );
    let saved = change(
        &mut organiser,
        address,
        &[
            ("den-SELF_SCORING", "13/12/2023"),
            ("tu-SELF_SCORING", "01/12/2023 07:30"),
        ],
    )
    .await;
    assert_eq!(saved.leads_to(), "/quan-tri/2023/lich?da-xong=1");
    let page = organiser.get(address).await;
    assert!(
        page.text.contains("value=\"13/12/2023 24:00\"") && page.text.contains("value=\"01/12/2023 07:30\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_is_typed_field_by_field() {
    let (_site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let address = "/quan-tri/2023/chinh-sach";
    let typed = [
        ("classes.quota_percent", "120"),
        ("leaders.step", "0,3"),
        ("survey.option_values", "1 = 0\n5 = 1"),
    ];
    let refused = change(&mut organiser, address, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("href=\"#f-classes.quota_percent\"")
            && refused.text.contains("href=\"#f-leaders.step\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("value=\"120\"") && refused.text.contains("value=\"0,3\""));
    let odd = [
        ("survey.option_values", "1 bằng 0"),
        ("recheck.attempts", "-1"),
        ("recheck.questions", "câu một"),
    ];
    let refused = change(&mut organiser, address, &odd).await;
    for field in ["survey.option_values", "recheck.attempts", "recheck.questions"] {
        assert!(
            refused.text.contains(&format!("href=\"#f-{field}\"")),
            "{field}: {}",
            refused.text
        );
    }
    for values in ["3 = 0,33333", "3 = 0,3\n3 = 0,4"] {
        let refused = change(&mut organiser, address, &[("survey.option_values", values)]).await;
        assert!(
            refused.text.contains("href=\"#f-survey.option_values\"") && refused.text.contains(values),
            "{values}: {}",
            refused.text
        );
    }
    let same = change(&mut organiser, address, &[]).await;
    assert_eq!(same.leads_to(), "/quan-tri/2023/chinh-sach?da-xong=1");
    let other = organiser.get("/quan-tri/2022/chinh-sach").await;
    let own = organiser.get(address).await;
    let json = |page: &Answer| {
        page.text
            .split_once("<pre>")
            .unwrap()
            .1
            .split("</pre>")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(json(&own), json(&other), "saved as it stood, nothing is another");
    let saved = change(
        &mut organiser,
        address,
        &[
            ("classes.good_min", "82,5"),
            ("evidence_max_bytes", "30"),
            ("classes.excellent_min", "90"),
        ],
    )
    .await;
    assert_eq!(saved.leads_to(), "/quan-tri/2023/chinh-sach?da-xong=1");
    let page = organiser.get(address).await;
    assert!(
        json(&page).contains("31457280") && page.text.contains("value=\"82,5\""),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_on_the_council_appraises_themselves() {
    let (_site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let address = "/quan-tri/2023/hoi-dong";
    let alone = [("co-quan", "SNV"), ("co-quan", "STC")];
    let saved = send(&mut organiser, (address, address), &alone).await;
    assert_eq!(saved.leads_to(), "/quan-tri/2023/hoi-dong?da-xong=1");
    let page = organiser.get(address).await;
    assert!(
        page.text.contains("Cần cơ quan thay thế")
            && page.text.contains("value=\"SNV không thẩm định chính mình\""),
        "{}",
        page.text
    );
    let itself = [
        ("co-quan", "SNV"),
        ("co-quan", "STC"),
        ("thay-cua-1", "STC"),
        ("don-vi-1", "STC"),
        ("nguoi-thay-1", "STC"),
        ("ly-do-1", "Không thẩm định chính mình"),
    ];
    let refused = resend(&mut organiser, &page, address, &itself).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("href=\"#f-nguoi-thay-1\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("Không thẩm định chính mình"));
    let both = [
        ("co-quan", "SNV"),
        ("co-quan", "STC"),
        ("thay-cua-0", "SNV"),
        ("don-vi-0", "SNV"),
        ("nguoi-thay-0", "STC"),
        ("ly-do-0", "SNV không thẩm định chính mình"),
        ("thay-cua-1", "STC"),
        ("don-vi-1", "STC"),
        ("nguoi-thay-1", "SNV"),
        ("ly-do-1", "STC không thẩm định chính mình"),
    ];
    let saved = resend(&mut organiser, &page, address, &both).await;
    assert_eq!(saved.leads_to(), "/quan-tri/2023/hoi-dong?da-xong=1");
    assert!(!organiser.get(address).await.text.contains("Cần cơ quan thay thế"));
    let (open, to) = ("/quan-tri/2022/hoi-dong", "/quan-tri/2022/hoi-dong/phan-cong");
    let typed = [
        ("thay-cua-0", "SNV"),
        ("don-vi-0", "VT"),
        ("tieu-chi-0", "I.9"),
        ("nguoi-thay-0", "STC"),
        ("ly-do-0", "Có quan hệ"),
    ];
    let refused = send(&mut organiser, (open, to), &typed).await;
    assert!(
        refused.text.contains("href=\"#f-tieu-chi-0\"") && refused.text.contains("value=\"I.9\""),
        "{}",
        refused.text
    );
    let typed = [
        ("thay-cua-0", "SNV"),
        ("don-vi-0", "VT"),
        ("tieu-chi-0", ""),
        ("nguoi-thay-0", "STC"),
        ("ly-do-0", "Có quan hệ"),
    ];
    let done = send(&mut organiser, (open, to), &typed).await;
    assert_eq!(done.leads_to(), "/quan-tri/2022/hoi-dong?da-xong=1");
    assert!(organiser.get(open).await.text.contains("Có quan hệ"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_is_extended_with_its_document() {
    let (_site, mut organiser) = organised().await;
    let (page, to) = ("/quan-tri/2022", "/quan-tri/2022/gia-han");
    let typed = [
        ("cua-so", "SELF_SCORING"),
        ("don-vi", "VT"),
        ("han", "17/12/2022"),
        ("ly-do", "Mất điện diện rộng"),
        ("van-ban", ""),
    ];
    let refused = send(&mut organiser, (page, to), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("href=\"#f-van-ban\"") && refused.text.contains("value=\"Mất điện diện rộng\"")
    );
    let earlier = [
        ("cua-so", "SELF_SCORING"),
        ("don-vi", "VT"),
        ("han", "13/12/2022"),
        ("ly-do", "Mất điện"),
        ("van-ban", "125/UBND-NC"),
    ];
    let refused = resend(&mut organiser, &refused, to, &earlier).await;
    assert!(
        refused.text.contains("href=\"#f-han\"") && refused.text.contains("Chỉ gia hạn muộn hơn"),
        "{}",
        refused.text
    );
    let typed = [
        ("cua-so", "SELF_SCORING"),
        ("don-vi", "VT"),
        ("han", "17/12/2022"),
        ("ly-do", "Mất điện diện rộng"),
        ("van-ban", "125/UBND-NC ngày 12/12/2022"),
    ];
    let open = organiser.get(page).await;
    for _double_click in 0..2 {
        let done = resend(&mut organiser, &open, to, &typed).await;
        assert_eq!(done.leads_to(), "/quan-tri/2022?da-xong=gia-han#cua-so");
    }
    let hub = organiser.get(page).await;
    let told =
        "UBND thành phố Việt Trì: đến 17/12/2022 24:00. Mất điện diện rộng (125/UBND-NC ngày 12/12/2022)";
    assert_eq!(hub.text.matches(told).count(), 1, "{}", hub.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found_and_nobody_else_is_let_in() {
    let (site, mut organiser) = organised().await;
    for nothing in [
        "/quan-tri/1999",
        "/quan-tri/1999/lich",
        "/quan-tri/2022/bo-chi-so/x",
        "/quan-tri/mau/x.xlsx",
    ] {
        assert_eq!(
            organiser.get(nothing).await.status,
            StatusCode::NOT_FOUND,
            "{nothing}"
        );
    }
    let mut officer = site.browser();
    officer.enter("cb-snv").await;
    for closed in [
        "/quan-tri",
        "/quan-tri/2022",
        "/quan-tri/2022/lich",
        "/quan-tri/tai-khoan",
        "/quan-tri/mau/don-vi.xlsx",
    ] {
        assert_eq!(
            officer.get(closed).await.status,
            StatusCode::NOT_FOUND,
            "{closed}"
        );
    }
    let home = officer.get("/viec-cua-toi").await;
    assert!(!home.text.contains("href=\"/quan-tri\""), "{}", home.text);
    assert!(
        organiser
            .get("/viec-cua-toi")
            .await
            .text
            .contains("href=\"/quan-tri\"")
    );
}
