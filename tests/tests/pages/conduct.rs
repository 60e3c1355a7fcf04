//! The conduct of a cycle on its pages: progress, the leaders' panel and its end, classification, publication.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::site::{Answer, Browser, Site, settings};

const PROGRESS: &str = "/quan-tri/2022/tien-do";
const PANEL: &str = "/quan-tri/2022/lanh-dao";
const RANKING: &str = "/quan-tri/2022/xep-loai";
const MISSING: &str = "/quan-tri/2022/xep-loai/con-thieu";
const PUBLISH: &str = "/quan-tri/2022/xep-loai/cong-bo";
const DAY: i64 = 86_400;

pub(crate) async fn entered(site: &Site, login: &str) -> Browser {
    let mut browser = site.browser();
    browser.enter(login).await;
    browser
}

/// Sends a form of a page, with what was typed, under an id of its own or the one that is given.
pub(crate) async fn act(
    browser: &mut Browser,
    (page, action): (&str, &str),
    typed: &[(&str, &str)],
    id: &str,
) -> Answer {
    let csrf = browser.get(page).await.field("_csrf");
    let mut fields = vec![("_csrf", csrf.as_str()), ("_request", id)];
    fields.extend(typed);
    browser.post(action, &fields).await
}

pub(crate) async fn read(browser: &mut Browser, page: &str, told: &[&str]) -> String {
    let answer = browser.get(page).await;
    assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text);
    for told in told {
        assert!(answer.text.contains(told), "{page}: no {told} in {}", answer.text);
    }
    answer.text
}

pub(crate) fn refused(answer: &Answer, told: &[&str]) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    for told in told {
        assert!(answer.text.contains(told), "no {told} in {}", answer.text);
    }
}

/// The ids in the names of a page's fields: "chuc-vu-<id>".
fn ids(page: &str, field: &str) -> Vec<String> {
    let begin = format!("name=\"{field}-");
    let found = page.split(&begin).skip(1);
    found
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_for_organiser_and_auditor_and_leads_to_what_is_late() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-16T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let page = read(
        &mut organiser,
        PROGRESS,
        &[
            "Tiến độ đợt 2022",
            "Quá hạn, còn thiếu",
            "UBND thành phố Việt Trì",
            "href=\"/quan-tri/2022/vong\"",
            "href=\"/tu-cham/2022/SNV\"",
            "href=\"/quan-tri/2022/xep-loai/con-thieu?don-vi=SNV\"",
        ],
    )
    .await;
    let (late, ahead) = (page.find("Quá hạn, còn thiếu"), page.find("Chưa đến hạn"));
    assert!(late < ahead, "what is late comes first: {page}");
    let mut auditor = entered(&site, "thanhtra").await;
    let told = ["Tiến độ đợt 2022", "href=\"/quan-tri/2022\""];
    let page = read(&mut auditor, PROGRESS, &told).await;
    assert!(!page.contains("/nhat-ky"), "the journal is of all cycles: {page}");
    let page = read(&mut auditor, PANEL, &["Chưa lập danh sách lãnh đạo"]).await;
    assert!(
        !page.contains("<form method=\"post\" action=\"/quan-tri"),
        "an auditor reads: {page}"
    );
    for login in ["cb-snv", "chutich", "dieutra", "chutich-hd"] {
        let mut other = entered(&site, login).await;
        for page in [PROGRESS, PANEL] {
            assert_eq!(
                other.get(page).await.status,
                StatusCode::NOT_FOUND,
                "{login}: {page}"
            );
        }
    }
    for page in [
        "/quan-tri/2021/tien-do",
        "/quan-tri/2021/xep-loai",
        "/quan-tri/../tien-do",
    ] {
        assert_eq!(organiser.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_is_named_and_below_the_quorum_it_takes_a_document() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-26T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let page = read(
        &mut organiser,
        PANEL,
        &["Chưa lập danh sách lãnh đạo", "Người chutich"],
    )
    .await;
    let ids = ids(&page, "chuc-vu");
    assert_eq!(ids.len(), 2, "{page}");
    let to = format!("{PANEL}/danh-sach");
    let field = |name: &str, at: usize| format!("{name}-{}", ids[at]);
    let names = ["chuc-vu", "ten", "thu-tu"].map(|name| [field(name, 0), field(name, 1)]);
    let panel = |offices: [&'static str; 2], name: &'static str, place: &'static str| {
        vec![
            (names[0][0].as_str(), offices[0]),
            (names[0][1].as_str(), offices[1]),
            (names[1][0].as_str(), name),
            (names[1][1].as_str(), "Trần Thị B"),
            (names[2][0].as_str(), place),
            (names[2][1].as_str(), "1"),
        ]
    };
    let id = || site.sandbox.id();
    let none = act(
        &mut organiser,
        (PANEL, &to),
        &panel(["", ""], "Lê Văn A", "2"),
        &id(),
    )
    .await;
    refused(&none, &["Danh sách chưa có ai", "Lê Văn A"]);
    let blank = act(
        &mut organiser,
        (PANEL, &to),
        &panel(["chu-tich", ""], " ", "2"),
        &id(),
    )
    .await;
    refused(&blank, &[&format!("#f-{}", field("ten", 0))]);
    let place = act(
        &mut organiser,
        (PANEL, &to),
        &panel(["chu-tich", ""], "Lê Văn A", "đầu"),
        &id(),
    )
    .await;
    refused(&place, &["Thứ tự là số nguyên", "đầu"]);
    let both = panel(["chu-tich", "chu-tich"], "Lê Văn A", "2");
    let both = act(&mut organiser, (PANEL, &to), &both, &id()).await;
    refused(&both, &["Lê Văn A", "href=\"#f-lanh-dao\""]);
    let twice = id();
    let good = panel(["pho-chu-tich", "chu-tich"], "Lê Văn A", "2");
    for _ in 0..2 {
        let named = act(&mut organiser, (PANEL, &to), &good, &twice).await;
        assert_eq!(named.leads_to(), format!("{PANEL}?da-ghi=1"));
    }
    below_the_quorum(&site, organiser).await;
}

/// A panel that is named, to the end of the window and beyond, with nothing sent.
async fn below_the_quorum(site: &Site, mut organiser: Browser) {
    let id = || site.sandbox.id();
    let page = read(
        &mut organiser,
        PANEL,
        &["Lê Văn A", "Trần Thị B", "0/4", "Chưa gửi"],
    )
    .await;
    assert!(
        page.find("Trần Thị B") < page.find("Lê Văn A"),
        "in the order of the form"
    );
    let close = format!("{PANEL}/chot");
    let early = act(&mut organiser, (PANEL, &close), &[], &id()).await;
    refused(&early, &["27/12/2022"]);
    // As after an extension: the window is open again, and the form is gone in which this was typed.
    let (decide, document) = (
        format!("{PANEL}/quyet-dinh"),
        [("van-ban", "125/QĐ-SNV & phụ lục")],
    );
    let early = act(&mut organiser, (PANEL, &decide), &document, &id()).await;
    refused(&early, &["chưa được lưu", "125/QĐ-SNV &amp; phụ lục"]);
    assert!(!early.text.contains("name=\"van-ban\""));
    site.wait(2 * DAY);
    let mut organiser = entered(site, "quantri").await;
    read(
        &mut organiser,
        PANEL,
        &["Quá hạn, chưa gửi", "Ghi quyết định ở trên trước"],
    )
    .await;
    let blank = act(&mut organiser, (PANEL, &decide), &[("van-ban", "")], &id()).await;
    refused(&blank, &["#f-van-ban"]);
    let document = [("van-ban", "125/QĐ-SNV ngày 28/12/2022")];
    let decided = act(&mut organiser, (PANEL, &decide), &document, &id()).await;
    assert_eq!(decided.leads_to(), format!("{PANEL}?da-ghi=1"));
    read(
        &mut organiser,
        PANEL,
        &["125/QĐ-SNV ngày 28/12/2022", "Chốt điểm"],
    )
    .await;
    let closed = act(&mut organiser, (PANEL, &close), &[], &id()).await;
    assert_eq!(closed.leads_to(), format!("{PANEL}?da-ghi=1"));
    read(&mut organiser, PANEL, &["Đã chốt. Điểm của lãnh đạo"]).await;
    let mut leader = entered(site, "chutich").await;
    let panel = format!("{PANEL}/danh-sach");
    let to = [decide.as_str(), close.as_str(), panel.as_str()];
    for to in to {
        let page = leader.get("/viec-cua-toi").await;
        let answer = leader.post(to, &[("_csrf", &page.field("_csrf"))]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_listed_by_unit_and_source() {
    let site = Site::of(Year::open(Shape::Embedded).await.sandbox, settings());
    let mut chair = entered(&site, "chutich-hd").await;
    let page = read(
        &mut chair,
        RANKING,
        &["mục điểm chưa có hoặc chưa chốt", "Chưa công bố bản nào"],
    )
    .await;
    for hidden in [
        "tien-do\"",
        "/quan-tri/2022/lanh-dao\"",
        "muc-cao-nhat\" novalidate",
        "xep-loai/cong-bo\"",
    ] {
        assert!(!page.contains(hidden), "{hidden} is not the chair's: {page}");
    }
    let mut organiser = entered(&site, "quantri").await;
    let all = read(&mut organiser, MISSING, &["Sở Tài chính", "Lãnh đạo cho điểm"]).await;
    assert!(all.contains("II.3 Chính quyền điện tử"), "{all}");
    let some = format!("{MISSING}?don-vi=SNV&nguon=khao-sat");
    let some = read(&mut organiser, &some, &["V.1 Chất lượng tham mưu"]).await;
    assert!(
        !some.contains("<td>II.3") && !some.contains("scope=\"row\">Sở Tài chính"),
        "{some}"
    );
    let file = organiser
        .get(&format!("{MISSING}?don-vi=SNV&nguon=khao-sat&tep=csv"))
        .await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.text.starts_with("unit,unit_name,criterion"), "{}", file.text);
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    for wrong in ["don-vi=XYZ", "nguon=troi", "don-vi=a%26b"] {
        let page = organiser.get(&format!("{MISSING}?{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let page = read(&mut organiser, PUBLISH, &["Chưa công bố được"]).await;
    assert!(!page.contains("name=\"van-ban\""), "nothing can be published yet");
    let typed = [("van-ban", "3500/QĐ-UBND"), ("ly-do", "")];
    let early = act(&mut organiser, (PUBLISH, PUBLISH), &typed, &site.sandbox.id()).await;
    refused(&early, &["mục điểm"]);
}

/// A year of which only the publication is left.
async fn scored() -> Site {
    let mut year = Year::open(Shape::Embedded).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    Site::of(year.sandbox, settings())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_published_once_and_corrected_with_a_reason() {
    let site = scored().await;
    let mut organiser = entered(&site, "quantri").await;
    let id = || site.sandbox.id();
    read(
        &mut organiser,
        RANKING,
        &[
            "Mọi mục điểm đã chốt",
            "Chưa công bố bản nào",
            "Chỉ tiêu xuất sắc",
        ],
    )
    .await;
    read(
        &mut organiser,
        PUBLISH,
        &["Công bố bản 1", "Những gì sẽ công khai"],
    )
    .await;
    let blank = act(&mut organiser, (PUBLISH, PUBLISH), &[("van-ban", " ")], &id()).await;
    refused(&blank, &["#f-van-ban"]);
    let twice = id();
    let typed = [("van-ban", "3500/QĐ-UBND ngày 30/12/2022")];
    for _ in 0..2 {
        let published = act(&mut organiser, (PUBLISH, PUBLISH), &typed, &twice).await;
        assert_eq!(published.leads_to(), format!("{RANKING}?da-ghi=cong-bo"));
    }
    let page = read(
        &mut organiser,
        RANKING,
        &["Bản 1", "3500/QĐ-UBND ngày 30/12/2022"],
    )
    .await;
    assert!(!page.contains("Bản 2"), "one press, one version: {page}");
    let public = site.browser().get("/xep-hang/2022/department").await;
    assert!(
        public.text.contains("3500/QĐ-UBND ngày 30/12/2022"),
        "{}",
        public.text
    );
    corrected(&site, &mut organiser).await;
}

/// Publishes what was previewed; what changed meanwhile is looked at first.
async fn as_previewed(site: &Site, organiser: &mut Browser, typed: &[(&str, &str)]) -> Answer {
    let id = || site.sandbox.id();
    let seen = organiser.get(PUBLISH).await.field("ket-qua");
    let lifted = [
        ("don-vi", "STC"),
        ("muc", "khong-hoan-thanh"),
        ("van-ban", "13/TB-TU"),
    ];
    let to = format!("{RANKING}/muc-cao-nhat");
    act(organiser, (RANKING, &to), &lifted, &id()).await;
    let with = |seen| [&[("ket-qua", seen)], typed].concat();
    let changed = act(organiser, (PUBLISH, PUBLISH), &with(&seen), &id()).await;
    assert_eq!(changed.status, StatusCode::CONFLICT, "{}", changed.text);
    for told in [
        "Kết quả đã thay đổi",
        "12/QĐ-UBND",
        "Có kết luận kiểm tra",
        "Sở Tài chính",
    ] {
        assert!(changed.text.contains(told), "no {told} in {}", changed.text);
    }
    // Lifted again, it is held to nothing and nothing says that it is.
    let lifted = [("don-vi", "STC"), ("muc", "xuat-sac"), ("van-ban", "14/TB-TU")];
    act(organiser, (RANKING, &to), &lifted, &id()).await;
    let page = read(organiser, RANKING, &["Đã bỏ giới hạn", "14/TB-TU"]).await;
    assert!(!page.contains("theo 14/TB-TU"), "{page}");
    let fresh = organiser.get(PUBLISH).await.field("ket-qua");
    assert_eq!(fresh, seen, "the results are as they were");
    act(organiser, (PUBLISH, PUBLISH), &with(&fresh), &id()).await
}

/// Holds a unit to a class and publishes that.
async fn corrected(site: &Site, organiser: &mut Browser) {
    let id = || site.sandbox.id();
    let to = format!("{RANKING}/muc-cao-nhat");
    let blank = [("don-vi", "SNV"), ("muc", ""), ("van-ban", "12/TB-TU")];
    let blank = act(organiser, (RANKING, &to), &blank, &id()).await;
    refused(&blank, &["12/TB-TU", "#f-muc", "value=\"SNV\" selected"]);
    let other = [("don-vi", "XYZ"), ("muc", "tot"), ("van-ban", "12/TB-TU")];
    let other = act(organiser, (RANKING, &to), &other, &id()).await;
    refused(&other, &["12/TB-TU", "#f-don-vi"]);
    let held = [
        ("don-vi", "SNV"),
        ("muc", "hoan-thanh"),
        ("van-ban", "12/TB-TU ngày 02/01/2023"),
    ];
    let held = act(organiser, (RANKING, &to), &held, &id()).await;
    assert_eq!(held.leads_to(), format!("{RANKING}?da-ghi=muc"));
    read(
        organiser,
        RANKING,
        &["12/TB-TU ngày 02/01/2023", "Không xếp trên mức"],
    )
    .await;
    let page = read(organiser, PUBLISH, &["Công bố bản 2", "Sở Nội vụ", "→"]).await;
    assert!(page.contains("name=\"ly-do\""), "{page}");
    let typed = [("van-ban", "12/QĐ-UBND"), ("ly-do", "")];
    let without = act(organiser, (PUBLISH, PUBLISH), &typed, &id()).await;
    refused(&without, &["12/QĐ-UBND", "#f-ly-do"]);
    let typed = [("van-ban", "12/QĐ-UBND"), ("ly-do", "Có kết luận kiểm tra")];
    let corrected = as_previewed(site, organiser, &typed).await;
    assert_eq!(corrected.leads_to(), format!("{RANKING}?da-ghi=cong-bo"));
    read(
        organiser,
        RANKING,
        &["Bản 2", "Có kết luận kiểm tra", &format!("{RANKING}/ban/2")],
    )
    .await;
    let told = [
        "Sở Nội vụ",
        "1 đơn vị khác với bản trước",
        "Có kết luận kiểm tra",
        "SHA-256",
    ];
    read(organiser, &format!("{RANKING}/ban/2"), &told).await;
    read(organiser, &format!("{RANKING}/ban/1"), &["bản đầu tiên"]).await;
    for none in ["ban/3", "ban/0", "ban/x"] {
        let page = organiser.get(&format!("{RANKING}/{none}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{none}");
    }
}
