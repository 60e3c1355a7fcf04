//! The pages of those who run the survey: the list of people brought in and given out, how far it is by three views, a
//! slip given back.

use axum::http::StatusCode;
use chiso_platform::xlsx::Workbook;
use chiso_tests::{Shape, Year, book, call, hire};
use chiso_wire::identity::Role;
use chiso_wire::survey as pb;

use crate::site::{Answer, Browser, Site, settings};

pub(crate) const HERE: &str = "/khao-sat/2022";
pub(crate) const SETUP: &str = "/quan-tri/2022/khao-sat";
const HEADER: &str = "Nhóm | Họ và tên | Điện thoại | Bản đồng ý | Đơn vị | Điều tra viên";

pub(crate) async fn entered(site: &Site, login: &str) -> Browser {
    let mut browser = site.browser();
    browser.enter(login).await;
    browser
}

/// Sends a form of a page, with what was typed.
pub(crate) async fn act(
    site: &Site,
    browser: &mut Browser,
    (page, action): (&str, &str),
    typed: &[(&str, &str)],
) -> Answer {
    let page = browser.get(page).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (csrf, id) = (page.field("_csrf"), site.sandbox.id());
    let mut fields = vec![("_csrf", csrf.as_str()), ("_request", id.as_str())];
    fields.extend(typed);
    browser.post(action, &fields).await
}

/// Sends a form with a file under an id of the request, as browsers do.
pub(crate) async fn send_book(
    browser: &mut Browser,
    (page, action): (&str, &str),
    typed: &[(&str, &str)],
    (id, book): (&str, &[u8]),
) -> Answer {
    let csrf = browser.get(page).await.field("_csrf");
    let mut body = Vec::new();
    let fields = [("_csrf", csrf.as_str()), ("_request", id)];
    for (field, value) in fields.iter().chain(typed) {
        let part = format!("--RANH\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let name = if book.is_empty() { "" } else { "bang-ke.xlsx" };
    let head = "--RANH\r\ncontent-disposition: form-data; name=\"tep\"; filename=\"";
    body.extend(format!("{head}{name}\"\r\ncontent-type: application/x\r\n\r\n").into_bytes());
    body.extend_from_slice(book);
    body.extend(b"\r\n--RANH--\r\n");
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=RANH"),
    ];
    browser.send("POST", action, &headers, body).await
}

pub(crate) fn list(rows: &[&str]) -> Vec<u8> {
    book(&[("Bảng kê", &format!("{HEADER}\n{}", rows.join("\n")))])
}

pub(crate) fn has(page: &Answer, all: &[&str]) {
    for told in all {
        assert!(page.text.contains(told), "no {told} in {}", page.text);
    }
}

/// A campaign of four deputies, in the first days of the survey; one interviewer more than the year has.
pub(crate) async fn begun() -> (Year, String) {
    let mut year = Year::open(Shape::Embedded).await;
    let organiser = &year.cast.organiser;
    let lan = hire(&year.sandbox, organiser, "lan.pt", Role::Interviewer, "").await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    (year, lan.id)
}

/// A list without faults: two people who are given out and one who is not.
pub(crate) fn three_people(dieutra: &str) -> Vec<u8> {
    list(&[
        "HDND | Trần Thị Bích | 0912345678 | bản 1 | SNV; VT | lan.pt",
        &format!("HDND | Lê Văn Cường | 0912345679 | bản 1 |  | {dieutra}"),
        "HDND | Vũ Thị Dung | 0912345670 | bản 1 | STC | ",
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_corrected_cell_by_cell() {
    let (year, _) = begun().await;
    let dieutra = year.cast.interviewer.id.clone();
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let (page, to) = (format!("{HERE}/bang-ke"), format!("{HERE}/bang-ke/tep"));
    let home = supervisor.get("/viec-cua-toi").await;
    has(&home, &["Theo dõi khảo sát", &format!("{HERE}/tien-do")]);
    let id = site.sandbox.id();
    let empty = send_book(&mut supervisor, (&page, &to), &[], (&id, b"")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&empty, &["Chưa chọn tệp"]);
    let bad = list(&[
        "HDND | Trần Thị Bích | 09123 | bản 1 | SNV | khong.co",
        "XX | Lê Văn Cường | 0912345679 | bản 1 | SXX | ",
    ]);
    let refused = send_book(&mut supervisor, (&page, &to), &[], (&id, &bad)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(
        &refused,
        &[
            "Các ô cần sửa trong tệp",
            "khong.co",
            "Không có nhóm “XX”",
            "SXX",
            "10 chữ số",
        ],
    );
    let good = three_people(&dieutra);
    let id = site.sandbox.id();
    for _sent_again_after_a_cut in 0..2 {
        let done = send_book(&mut supervisor, (&page, &to), &[], (&id, &good)).await;
        let next = done.leads_to().to_owned();
        has(
            &supervisor.get(&next).await,
            &[
                "Đã nhập 3 người",
                "giao 6 lượt hỏi",
                "Vũ Thị Dung",
                "Chưa giao",
                "\u{a0}670",
            ],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_given_out_one_by_one_and_by_group() {
    let (year, lan) = begun().await;
    let good = three_people(&year.cast.interviewer.id);
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let (page, to) = (format!("{HERE}/bang-ke"), format!("{HERE}/bang-ke/tep"));
    send_book(&mut supervisor, (&page, &to), &[], (&site.sandbox.id(), &good)).await;
    // Nobody is chosen, then one is.
    let give = format!("{HERE}/bang-ke/giao-tung-nguoi?nhom=&sau=");
    let empty = format!("{HERE}/bang-ke/giao");
    let empty = act(&site, &mut supervisor, (&page, &empty), &[]).await;
    let said = |field: &str| empty.text.find(&format!("<a href=\"#f-{field}\"")).unwrap();
    assert!(
        said("don-vi") < said("nhom") && said("nhom") < said("cho"),
        "in the order of the fields: {}",
        empty.text
    );
    let nobody = act(&site, &mut supervisor, (&page, &give), &[("cho-nguoi", &lan)]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(
        &nobody,
        &["Đánh dấu ít nhất một người", &format!("value=\"{lan}\" selected")],
    );
    let shown = supervisor.get(&page).await;
    let dung = shown.text.split("Vũ Thị Dung").next().unwrap();
    let dung = dung.rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    let typed = [("nguoi", dung), ("cho-nguoi", ""), ("ve-don-vi", "")];
    let unsaid = act(&site, &mut supervisor, (&page, &give), &typed).await;
    has(
        &unsaid,
        &["Chọn điều tra viên", &format!("value=\"{dung}\" checked")],
    );
    let elsewhere = [("nguoi", dung), ("cho-nguoi", lan.as_str()), ("ve-don-vi", "VT")];
    let refused = act(&site, &mut supervisor, (&page, &give), &elsewhere).await;
    has(&refused, &["không có giao dịch với đơn vị đã chọn"]);
    let typed = [("nguoi", dung), ("cho-nguoi", lan.as_str()), ("ve-don-vi", "")];
    // Whom nobody is to ask yet can be seen alone, and the list stays so while it is given out.
    let left = supervisor.get(&format!("{page}?da-giao-cho=chua-ai")).await;
    has(
        &left,
        &["Vũ Thị Dung", "giao-tung-nguoi?nhom=&amp;da-giao-cho=chua-ai"],
    );
    let give_left = format!("{give}&da-giao-cho=chua-ai");
    let given = act(&site, &mut supervisor, (&page, &give_left), &typed).await;
    let left = supervisor.get(given.leads_to()).await;
    has(&left, &["Đã giao 1 lượt hỏi", "value=\"chua-ai\" selected"]);
    assert!(!left.text.contains("Vũ Thị Dung"), "{}", left.text);
    let group = format!("{HERE}/bang-ke/giao");
    let typed = [("don-vi", "DH"), ("nhom", "HDND"), ("cho", lan.as_str())];
    let given = act(&site, &mut supervisor, (&page, &group), &typed).await;
    // Four deputies of the year, and the one who may be asked about every unit.
    has(&supervisor.get(given.leads_to()).await, &["Đã giao 5 lượt hỏi"]);
    let sample = supervisor.get(&format!("{HERE}/bang-ke/mau.xlsx")).await;
    let sample = Workbook::open(&sample.bytes).unwrap();
    assert_eq!(sample.sheet_names(), ["Bảng kê"]);
    let mut auditor = entered(&site, "thanhtra").await;
    let read = auditor.get(&page).await;
    has(&read, &["Vũ Thị Dung"]);
    assert!(!read.text.contains("giao-tung-nguoi"), "an auditor reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_page_are_given_out_at_once() {
    let (year, lan) = begun().await;
    let good = three_people(&year.cast.interviewer.id);
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let (page, to) = (format!("{HERE}/bang-ke"), format!("{HERE}/bang-ke/tep"));
    send_book(&mut supervisor, (&page, &to), &[], (&site.sandbox.id(), &good)).await;
    let shown = supervisor.get(&page).await;
    has(&shown, &["Tất cả 7 người ở trang này"]);
    let ids = shown.text.split("name=\"moi-nguoi\" value=\"").skip(1);
    let ids: Vec<&str> = ids.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.len(), 7);
    let all: Vec<(&str, &str)> = ids.iter().map(|id| ("moi-nguoi", *id)).collect();
    let give = format!("{HERE}/bang-ke/giao-tung-nguoi?nhom=&sau=");
    let to_lan = |unit| [("tat-ca", "1"), ("cho-nguoi", lan.as_str()), ("ve-don-vi", unit)];
    // Four deputies, and the one who may be asked about every unit; not those of SNV, VT and of STC.
    let typed = [&all[..], &to_lan("DH")].concat();
    let given = act(&site, &mut supervisor, (&page, &give), &typed).await;
    has(&supervisor.get(given.leads_to()).await, &["Đã giao 5 lượt hỏi"]);
    // Without a unit each about theirs: five times four units, two, and one.
    let typed = [&all[..], &to_lan("")].concat();
    let given = act(&site, &mut supervisor, (&page, &give), &typed).await;
    has(&supervisor.get(given.leads_to()).await, &["Đã giao 23 lượt hỏi"]);
    // Of some who are ticked, whoever stands in the way is named.
    let ticked: Vec<(&str, &str)> = ids.iter().map(|id| ("nguoi", *id)).collect();
    let typed = [&ticked[..], &[("cho-nguoi", lan.as_str()), ("ve-don-vi", "STC")]].concat();
    let refused = act(&site, &mut supervisor, (&page, &give), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(
        &refused,
        &["Trần Thị Bích: Người này không có giao dịch với đơn vị đã chọn"],
    );
    let nobody = supervisor.get(&format!("{page}?nhom=DN_CN")).await;
    has(&nobody, &["Chưa có ai của nhóm này"]);
    for act in ["tep", "giao", "giao-tung-nguoi"] {
        let again = supervisor.get(&format!("{page}/{act}")).await;
        assert_eq!(again.status, StatusCode::OK, "{act}");
    }
}

/// One slip of each unit, all said alike by both phones; answers with their ids.
async fn with_slips(year: &Year) -> Vec<String> {
    let mut ids = Vec::new();
    for (unit, deputy) in [("SNV", 0), ("SNV", 1), ("VT", 0)] {
        let slip = year.slip(unit, &year.deputies[deputy], "5");
        ids.push(slip.slip_id.clone());
        year.submit(slip).await.unwrap();
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_by_three_views() {
    let (year, _) = begun().await;
    with_slips(&year).await;
    let (interviewer, site) = (
        year.cast.interviewer.id.clone(),
        Site::of(year.sandbox, settings()),
    );
    let mut supervisor = entered(&site, "giamsat").await;
    let path = format!("{HERE}/tien-do");
    let units = supervisor.get(&path).await;
    has(
        &units,
        &[
            "Sở Nội vụ",
            "Chưa đủ 80 % chỉ tiêu",
            "phieu-da-nhan?don-vi=SNV&amp;nhom=HDND",
        ],
    );
    has(
        &supervisor.get(&format!("{path}?theo=nhom")).await,
        &["HDND – Phiếu đại biểu"],
    );
    let people = supervisor.get(&format!("{path}?theo=dieu-tra-vien")).await;
    has(
        &people,
        &["Người dieutra", &format!("dieu-tra-vien={interviewer}")],
    );
    assert_eq!(
        supervisor.get(&format!("{path}?theo=khac")).await.status,
        StatusCode::NOT_FOUND
    );
    for by in ["don-vi", "nhom", "dieu-tra-vien"] {
        let file = supervisor.get(&format!("{path}.xlsx?theo={by}")).await;
        assert_eq!(file.status, StatusCode::OK, "{by}");
        assert!(file.header("content-disposition").contains(by));
        Workbook::open(&file.bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_are_listed_and_shown_to_who_runs_the_survey() {
    let (year, _) = begun().await;
    let ids = with_slips(&year).await;
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let slips = format!("{HERE}/phieu-da-nhan");
    let all = supervisor.get(&slips).await;
    assert!(
        ids.iter().all(|id| all.text.contains(&format!("{slips}/{id}"))),
        "{}",
        all.text
    );
    let own = supervisor.get(&format!("{slips}?don-vi=VT")).await;
    let shown = ids
        .iter()
        .filter(|id| own.text.contains(&format!("{slips}/{id}")))
        .count();
    assert_eq!(shown, 1);
    let none = supervisor.get(&format!("{slips}?dau=trung-so")).await;
    has(&none, &["Không có phiếu nào như vậy"]);
    assert_eq!(
        supervisor.get(&format!("{slips}?don-vi=XX")).await.status,
        StatusCode::NOT_FOUND
    );
    let one = supervisor.get(&format!("{slips}/{}", ids[0])).await;
    has(&one, &["Q1. Chất lượng tham mưu", "Rất tốt", "Trả lại phiếu"]);
    assert!(
        !one.text.contains("gop_y."),
        "a name that is no number is none's to read"
    );
    let nowhere = site.sandbox.id();
    for closed in [
        format!("{slips}/{nowhere}"),
        format!("{slips}/x"),
        "/khao-sat/2021/tien-do".to_owned(),
    ] {
        let status = supervisor.get(&closed).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}");
    }
    let mut interviewer = entered(&site, "dieutra").await;
    for closed in [
        &format!("{HERE}/tien-do"),
        &slips,
        &format!("{slips}/{}", ids[0]),
        &format!("{HERE}/bang-ke"),
        SETUP,
    ] {
        let status = interviewer.get(closed).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_given_back_once_and_only_in_time() {
    let (year, _) = begun().await;
    let ids = with_slips(&year).await;
    let site = Site::of(year.sandbox, settings());
    let mut supervisor = entered(&site, "giamsat").await;
    let slip = format!("{HERE}/phieu-da-nhan/{}", ids[0]);
    let to = format!("{slip}/tra-lai");
    let blank = act(&site, &mut supervisor, (&slip, &to), &[("ly-do", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&blank, &["Ghi lý do trả lại"]);
    let page = supervisor.get(&slip).await;
    let fields = [
        ("_csrf", page.field("_csrf")),
        ("_request", page.field("_request")),
        ("ly-do", "Hỏi lại câu Q1 <b>".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    for _sent_twice in 0..2 {
        assert_eq!(supervisor.post(&to, &fields).await.leads_to(), slip);
    }
    let shown = supervisor.get(&slip).await;
    has(
        &shown,
        &[
            "Đã trả lại lúc",
            "Người giamsat",
            "Hỏi lại câu Q1 &lt;b&gt;",
            "Chưa có phiếu làm lại",
        ],
    );
    assert!(!shown.text.contains("name=\"ly-do\""), "it is given back already");
    let returns = supervisor.get(&format!("{HERE}/phieu-da-nhan/bi-tra-lai")).await;
    has(
        &returns,
        &["Hỏi lại câu Q1", "Người dieutra", "1 phiếu bị trả lại"],
    );
    let units = supervisor
        .get(&format!("{HERE}/tien-do?theo=dieu-tra-vien"))
        .await;
    has(&units, &["bi-tra-lai?dieu-tra-vien="]);
    // After the time for it the reason that was typed stays, with what stands in the way.
    let other = format!("{HERE}/phieu-da-nhan/{}", ids[1]);
    site.turn("2022-11-30T23:50:00+07:00");
    let mut supervisor = entered(&site, "giamsat").await;
    let page = supervisor.get(&other).await;
    site.turn("2022-12-01T00:00:00+07:00");
    let fields = [
        ("_csrf", page.field("_csrf")),
        ("_request", page.field("_request")),
        ("ly-do", "Quá muộn".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let late = supervisor.post(&format!("{other}/tra-lai"), &fields).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&late, &["Quá muộn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_cycle_a_supervisor_sees_nothing() {
    let (year, _) = begun().await;
    let ids = with_slips(&year).await;
    let message = pb::GetSlipRequest {
        slip_id: ids[0].clone(),
    };
    call!(year, survey.get_slip, &year.cast.supervisor.token, message).unwrap();
    let grant = chiso_wire::identity::Grant {
        role: Role::SurveySupervisor.into(),
        cycle: "2021".to_owned(),
        unit: String::new(),
    };
    chiso_tests::hire_with(&year.sandbox, &year.cast.organiser, "giamsat-cu", grant).await;
    let site = Site::of(year.sandbox, settings());
    let mut other = entered(&site, "giamsat-cu").await;
    let slip = format!("{HERE}/phieu-da-nhan/{}", ids[0]);
    for closed in [
        &slip,
        &format!("{HERE}/tien-do"),
        &format!("{HERE}/bang-ke"),
        &format!("{HERE}/phieu-da-nhan"),
    ] {
        let status = other.get(closed).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}");
    }
}
