//! What the organiser sets up of the survey: the campaign, questionnaires, plans, decisions, the end.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, book, questionnaire};

use crate::appraisal::send;
use crate::fieldwork::{HERE, SETUP, act, entered, has, send_book};
use crate::site::{Browser, Site, settings};

#[tokio::test(flavor = "multi_thread")]
async fn the_organiser_sets_the_survey_up() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-10-01T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let before = organiser.get(&format!("{HERE}/tien-do")).await;
    has(&before, &["chưa có cuộc khảo sát", SETUP]);
    let create = format!("{SETUP}/tao");
    let blank = act(&site, &mut organiser, (SETUP, &create), &[("ten", "")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = act(
        &site,
        &mut organiser,
        (SETUP, &create),
        &[("ten", "Khảo sát 2022")],
    )
    .await;
    let shown = organiser.get(made.leads_to()).await;
    has(
        &shown,
        &[
            "Đã tạo cuộc khảo sát",
            "Khảo sát 2022",
            "Chưa có mẫu phiếu",
            "Kết thúc được sau",
        ],
    );
    let again = act(&site, &mut organiser, (SETUP, &create), &[("ten", "Khác")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let form = format!("{SETUP}/mau-phieu/tep");
    let typed = [("nhom-phieu", "HDND")];
    let bad = book(&[
        ("survey", "type | name\nselect_one muc | Q9"),
        ("choices", "list_name | name"),
    ]);
    let id = site.sandbox.id();
    let refused = send_book(&mut organiser, (SETUP, &form), &typed, (&id, &bad)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&refused, &["Các ô cần sửa trong tệp", "value=\"HDND\" selected"]);
    let good = questionnaire("Phiếu đại biểu");
    let taken = send_book(&mut organiser, (SETUP, &form), &typed, (&id, &good)).await;
    has(
        &organiser.get(taken.leads_to()).await,
        &["Đã nhập mẫu phiếu", "Phiếu đại biểu"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organiser_sets_targets_decides_shortages_and_ends_the_survey() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-10-01T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let create = format!("{SETUP}/tao");
    act(
        &site,
        &mut organiser,
        (SETUP, &create),
        &[("ten", "Khảo sát 2022")],
    )
    .await;
    let form = format!("{SETUP}/mau-phieu/tep");
    let good = questionnaire("Phiếu đại biểu");
    let typed = [("nhom-phieu", "HDND")];
    send_book(
        &mut organiser,
        (SETUP, &form),
        &typed,
        (&site.sandbox.id(), &good),
    )
    .await;
    let targets = format!("{SETUP}/chi-tieu");
    let blank = act(
        &site,
        &mut organiser,
        (SETUP, &targets),
        &[("don-vi", "*"), ("so-phieu-HDND", "")],
    )
    .await;
    has(
        &blank,
        &[
            "Điền số phiếu cần thu, hoặc số người",
            "href=\"#f-so-phieu-HDND\"",
        ],
    );
    let both = [("don-vi", "*"), ("so-phieu-HDND", "4"), ("so-nguoi-HDND", "100")];
    let refused = act(&site, &mut organiser, (SETUP, &targets), &both).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(
        &refused,
        &["Điền một trong hai", "value=\"100\"", "value=\"*\" selected"],
    );
    let set = act(&site, &mut organiser, (SETUP, &targets), &both[..2]).await;
    has(
        &organiser.get(set.leads_to()).await,
        &[
            "Đã đặt chỉ tiêu",
            "Chưa đủ 80 % chỉ tiêu",
            "Hiện nay: 4 phiếu cho mỗi đơn vị.",
        ],
    );
    decide_shortage(&site, &mut organiser).await;
    let end = format!("{SETUP}/ket-thuc");
    let early = act(&site, &mut organiser, (SETUP, &end), &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.turn("2022-12-01T08:00:00+07:00");
    let mut organiser = entered(&site, "quantri").await;
    let ended = act(&site, &mut organiser, (SETUP, &end), &[]).await;
    has(
        &organiser.get(ended.leads_to()).await,
        &["Đã kết thúc cuộc khảo sát", "Chỉ xem được"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_plan_the_second_looks_at_the_plan_of_the_first() {
    let site = created().await;
    let (mut one, mut other) = (entered(&site, "quantri").await, entered(&site, "quantri").await);
    let to = format!("{SETUP}/chi-tieu");
    let (mine, theirs) = (one.get(SETUP).await, other.get(SETUP).await);
    let typed = |n| [("don-vi", "*"), ("so-phieu-HDND", n)];
    let set = send(&mut one, &mine, &to, &typed("4")).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    let clash = send(&mut other, &theirs, &to, &typed("9")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    has(
        &clash,
        &[
            "Người khác vừa đổi chỉ tiêu",
            "Hiện nay: 4 phiếu cho mỗi đơn vị.",
            "value=\"9\"",
        ],
    );
    let meant = send(&mut other, &clash, &to, &typed("9")).await;
    let shown = other.get(meant.leads_to()).await;
    has(&shown, &["Hiện nay: 9 phiếu cho mỗi đơn vị."]);
}

/// Of a unit without a slip nothing can be counted; it is left out.
async fn decide_shortage(site: &Site, organiser: &mut Browser) {
    let shortage = format!("{SETUP}/thieu-phieu");
    let typed = [
        ("cho-thieu", "SNV/HDND"),
        ("quyet-dinh", "tinh"),
        ("van-ban", "CV 15/SNV"),
    ];
    let refused = act(site, organiser, (SETUP, &shortage), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&refused, &["chưa có phiếu hợp lệ nào", "CV 15/SNV"]);
    let typed = [
        ("cho-thieu", "SNV/HDND"),
        ("quyet-dinh", "khong-ap-dung"),
        ("van-ban", "CV 15/SNV"),
    ];
    let decided = act(site, organiser, (SETUP, &shortage), &typed).await;
    has(
        &organiser.get(decided.leads_to()).await,
        &["Đã ghi quyết định", "không áp dụng"],
    );
}

/// The set-up of a campaign that has nothing yet.
async fn created() -> Site {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-10-01T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut organiser = entered(&site, "quantri").await;
    let create = format!("{SETUP}/tao");
    let typed = [("ten", "Khảo sát 2022")];
    act(&site, &mut organiser, (SETUP, &create), &typed).await;
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_title_is_a_form() {
    let site = created().await;
    let mut organiser = entered(&site, "quantri").await;
    let form = book(&[
        (
            "survey",
            "type | name | label | required\nselect_one muc | Q1 | Chất lượng tham mưu | yes",
        ),
        (
            "choices",
            "list_name | name | label\nmuc | 1 | Kém\nmuc | 5 | Tốt",
        ),
    ]);
    let (to, typed) = (format!("{SETUP}/mau-phieu/tep"), [("nhom-phieu", "HDND")]);
    let id = site.sandbox.id();
    let taken = send_book(&mut organiser, (SETUP, &to), &typed, (&id, &form)).await;
    let shown = organiser.get(taken.leads_to()).await;
    has(&shown, &["Đã nhập mẫu phiếu", "Mẫu phiếu không ghi tên"]);
    assert!(!shown.text.contains("Chưa có mẫu phiếu"), "{}", shown.text);
    site.turn("2022-11-20T08:00:00+07:00");
    let mut interviewer = entered(&site, "dieutra").await;
    let new = interviewer.get("/khao-sat/2022/nguoi-moi").await;
    has(&new, &["value=\"HDND\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_nothing_is_said_at_its_field() {
    let site = created().await;
    let mut organiser = entered(&site, "quantri").await;
    let (to, typed) = (format!("{SETUP}/mau-phieu/tep"), [("nhom-phieu", "HĐND")]);
    let (id, form) = (site.sandbox.id(), questionnaire("Phiếu đại biểu"));
    let refused = send_book(&mut organiser, (SETUP, &to), &typed, (&id, &form)).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    has(&refused, &["href=\"#f-nhom-phieu\""]);
    let typed = [("nhom-phieu", "KHAC")];
    let refused = send_book(&mut organiser, (SETUP, &to), &typed, (&id, &form)).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    has(
        &refused,
        &["Không có nhóm đối tượng “KHAC”", "href=\"#f-nhom-phieu\""],
    );
    let targets = format!("{SETUP}/chi-tieu");
    let typed = [("don-vi", "SNV"), ("so-phieu-HDND", "1.000.001")];
    let refused = act(&site, &mut organiser, (SETUP, &targets), &typed).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    has(
        &refused,
        &[
            "từ 0 đến 1.000.000",
            "href=\"#f-so-phieu-HDND\"",
            "value=\"1.000.001\"",
        ],
    );
    // The address of a form that was refused can be opened: whoever chooses a language comes back to it.
    for act in ["tao", "mau-phieu/tep", "chi-tieu", "thieu-phieu", "ket-thuc"] {
        let again = organiser.get(&format!("{SETUP}/{act}")).await;
        assert_eq!(again.status, StatusCode::OK, "{act}");
    }
}
