//! The pages of the recheck, walked as organiser and verifiers walk them: the draw, the queue, the call without the
//! first answers, and both answers once the outcome stands.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chiso_platform::testkit::smtp::Server;
use chiso_tests::{Shape, Year, hire};
use chiso_wire::identity::Role;

use crate::site::{Answer, Browser, Site, settings};

pub(crate) const LOTS: &str = "/phuc-tra/2022";
pub(crate) const QUEUE: &str = "/phuc-tra/2022/viec";

/// A system on the first day of the recheck: four slips of each of four units, and two verifiers.
pub(crate) async fn surveyed() -> Site {
    surveyed_in(Year::open(Shape::Embedded).await).await
}

async fn surveyed_in(mut year: Year) -> Site {
    hire(
        &year.sandbox,
        &year.cast.organiser,
        "phuctra-hai",
        Role::Verifier,
        "",
    )
    .await;
    year.prepare_survey().await;
    year.fieldwork().await;
    year.enter("2022-12-02T08:00:00+07:00");
    Site::of(year.sandbox, settings())
}

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
    let (csrf, id) = (page.field("_csrf"), site.sandbox.id());
    let mut fields = vec![("_csrf", csrf.as_str()), ("_request", id.as_str())];
    fields.extend(typed);
    browser.post(action, &fields).await
}

/// Closes a lot of all units and draws it, then all the rest of it; gives nothing to anybody.
pub(crate) async fn drawn(site: &Site, organiser: &mut Browser) -> String {
    let page = organiser.get(LOTS).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let lot = page.field("lo");
    let to = format!("{LOTS}/dong-lo");
    let closed = act(site, organiser, (LOTS, &to), &[("lo", &lot)]).await;
    let lot = format!("{LOTS}/lo/{lot}");
    assert_eq!(closed.leads_to(), lot);
    let to = format!("{lot}/nhap-so");
    let seed = "31415926535897932384";
    let typed = [("lan", "1"), ("day-so", seed), ("buoi-gieo", "")];
    let refused = act(site, organiser, (&lot, &to), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains(seed),
        "what was typed stays: {}",
        refused.text
    );
    let typed = [
        ("lan", "1"),
        ("day-so", "3141592653 5897932384"),
        ("buoi-gieo", "Tại Sở Nội vụ"),
    ];
    assert_eq!(act(site, organiser, (&lot, &to), &typed).await.leads_to(), lot);
    let typed = [
        ("lan", "2"),
        ("day-so", "27182818284590452353"),
        ("buoi-gieo", "Tại Sở Nội vụ"),
        ("ty-le", "100"),
    ];
    assert_eq!(act(site, organiser, (&lot, &to), &typed).await.leads_to(), lot);
    lot
}

/// What a page says, but for what differs between any two: ids, tokens, the ends of ids.
fn plain(page: &Answer, case: &str) -> String {
    let end = case[case.len() - 6..].to_uppercase();
    let text = page.text.replace(case, "CASE").replace(&end, "CASE");
    let pieces = text.split("value=\"");
    let cut = |piece: &str| match piece.split_once('"') {
        Some((value, rest)) if value.len() >= 32 => rest.to_owned(),
        _ => piece.to_owned(),
    };
    pieces.map(cut).collect()
}

/// Addresses of cases on a queue, in their order.
fn cases(page: &Answer) -> Vec<String> {
    let begin = "href=\"/phuc-tra/2022/phieu/";
    let ids = page.text.split(begin).skip(1);
    ids.map(|rest| format!("/phuc-tra/2022/phieu/{}", rest.split('"').next().unwrap()))
        .collect()
}

fn id(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_is_closed_drawn_and_published_with_every_ticket() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    let empty = organiser.get(LOTS).await;
    assert!(
        empty.text.contains("Chưa có danh sách phúc tra nào"),
        "{}",
        empty.text
    );
    let lot = drawn(&site, &mut organiser).await;
    let mut auditor = entered(&site, "thanhtra").await;
    let page = auditor.get(&lot).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for told in [
        "31415926535897932384",
        "27182818284590452353",
        "Tại Sở Nội vụ",
        "1–16 / 16",
    ] {
        assert!(page.text.contains(told), "no {told} in {}", page.text);
    }
    assert!(
        !page.text.contains("nhap-so") && !page.text.contains("giao-viec"),
        "an auditor reads"
    );
    let file = auditor.get(&format!("{lot}.csv")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(
        lines[0],
        "place,unit,group,slip_id,interviewer,slip_sha256,ticket,drawn_stage"
    );
    assert_eq!(lines.len(), 17);
    let whole = |line: &&str| line.split(',').nth(6).unwrap().len() == 64;
    assert!(lines[1..].iter().all(whole), "every slip has its ticket");
    let mut verifier = entered(&site, "phuctra").await;
    for closed in [LOTS, lot.as_str(), &format!("{lot}.csv")] {
        assert_eq!(
            verifier.get(closed).await.status,
            StatusCode::NOT_FOUND,
            "{closed}"
        );
    }
    let early = act(&site, &mut organiser, (&lot, &format!("{lot}/ket-thuc")), &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "cases are open");
}

/// Shows all cases. Slips of one unit differ in nothing but their answers, and half of these units' slips do: so whatever
/// of an answer were on a page would make it another page.
async fn alike(site: &Site, officer: &mut Browser, all: &[String]) {
    let mut pages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in all {
        let page = officer.get(case).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("Chất lượng tham mưu") && page.text.contains("Rất tốt"));
        assert!(page.text.contains("Để lại, làm sau"), "it was given by name");
        assert!(
            !page.text.contains("0912"),
            "the number is shown by its button only"
        );
        let unit = page
            .text
            .split("</h1><p>")
            .nth(1)
            .unwrap()
            .split(" · ")
            .next()
            .unwrap();
        let revealed = act(site, officer, (case, &format!("{case}/hien-so")), &[]).await;
        assert!(revealed.text.contains("09120000"), "{}", revealed.text);
        assert_eq!(revealed.header("cache-control"), "no-store");
        let again = officer.get(case).await;
        assert!(!again.text.contains("0912"), "and is in no other answer");
        let own = pages.entry(unit.to_owned()).or_default();
        own.push(plain(&page, id(case)));
    }
    assert_eq!(pages.len(), 4);
    for (unit, pages) in pages {
        assert_eq!(pages.len(), 4, "{unit}");
        assert!(pages.iter().all(|page| *page == pages[0]), "{unit}: {pages:?}");
    }
}

/// Another tab of a case that has ended comes too late, and keeps what was typed in it.
async fn too_late(site: &Site, officer: &mut Browser, (open, to): (&str, &str)) {
    let other = [("ket-qua", "may-ban"), ("ghi-chu", "Gọi từ thẻ thứ hai")];
    let late = act(site, officer, (open, to), &other).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    for told in ["Chưa ghi gì", "Gọi từ thẻ thứ hai", "Phiếu gốc"] {
        assert!(late.text.contains(told), "no {told} in {}", late.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_first_answers_reaches_the_browser_before_the_outcome() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    let lot = drawn(&site, &mut organiser).await;
    let page = organiser.get(&lot).await;
    let verifier = page.text.split("name=\"nguoi\" value=\"").nth(1).unwrap();
    let verifier = verifier.split('"').next().unwrap().to_owned();
    let to = format!("{lot}/giao-viec");
    let given = act(&site, &mut organiser, (&lot, &to), &[("nguoi", &verifier)]).await;
    assert_eq!(given.leads_to(), format!("{lot}?da-giao=16"));
    // Which of the two it is stands in the queue.
    let mut officer = entered(&site, "phuctra").await;
    if cases(&officer.get(QUEUE).await).is_empty() {
        officer = entered(&site, "phuctra-hai").await;
    }
    let queue = officer.get(QUEUE).await;
    let all = cases(&queue);
    assert_eq!(all.len(), 16, "{}", queue.text);
    alike(&site, &mut officer, &all).await;
    let case = &all[0];
    let to = format!("{case}/ket-qua");
    let blank = act(
        &site,
        &mut officer,
        (case, &to),
        &[("ket-qua", "tra-loi"), ("ghi-chu", "Máy kém")],
    )
    .await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        blank.text.contains("Hỏi lại câu này") && blank.text.contains("Máy kém"),
        "{}",
        blank.text
    );
    assert!(!blank.text.contains("Phiếu gốc"), "{}", blank.text);
    let typed = [
        ("ket-qua", "tra-loi"),
        ("cau-Q1", "khong_y_kien"),
        ("cach", "dien-thoai"),
    ];
    assert_eq!(
        act(&site, &mut officer, (case, &to), &typed).await.leads_to(),
        case
    );
    let both = officer.get(case).await;
    for told in [
        "Phiếu gốc",
        "Không có ý kiến",
        "Khác",
        "1/1 câu khác nhau",
        "Không hợp lệ: trả lời khác",
    ] {
        assert!(both.text.contains(told), "no {told} in {}", both.text);
    }
    too_late(&site, &mut officer, (&all[1], &to)).await;
    // The auditor sees the same outcome, and of an open case no more than the verifier.
    let mut auditor = entered(&site, "thanhtra").await;
    assert!(
        auditor
            .get(case)
            .await
            .text
            .contains("Không hợp lệ: trả lời khác")
    );
    let open = auditor.get(&all[1]).await;
    assert!(
        !open.text.contains("Phiếu gốc") && !open.text.contains("hien-so"),
        "{}",
        open.text
    );
}

/// Takes the next case, of whom nobody answers, until it is this one.
async fn calls_until(site: &Site, verifier: &mut Browser, wanted: &str) {
    let mut now = String::new();
    while now != wanted {
        let taken = act(site, verifier, (QUEUE, &format!("{LOTS}/tiep")), &[]).await;
        now = taken.leads_to().to_owned();
        assert_ne!(now, QUEUE, "the first verifier's case comes to the second");
        let page = verifier.get(&now).await;
        assert!(page.text.contains("Trả phiếu về hàng đợi"), "{}", page.text);
        if now != wanted {
            let to = format!("{now}/ket-qua");
            act(site, verifier, (&now, &to), &[("ket-qua", "khong-nghe")]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_held_called_back_and_lost_without_its_text() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    drawn(&site, &mut organiser).await;
    let (mut first, mut second) = (
        entered(&site, "phuctra").await,
        entered(&site, "phuctra-hai").await,
    );
    let next = format!("{LOTS}/tiep");
    let one = act(&site, &mut first, (QUEUE, &next), &[])
        .await
        .leads_to()
        .to_owned();
    let two = act(&site, &mut second, (QUEUE, &next), &[])
        .await
        .leads_to()
        .to_owned();
    assert_ne!(one, two);
    let page = first.get(&one).await;
    assert!(
        page.text.contains("bạn đang giữ phiếu này đến 02/12/2022 08:15"),
        "{}",
        page.text
    );
    assert_eq!(first.get(&two).await.status, StatusCode::NOT_FOUND);
    // Held for longer, with what was typed.
    site.wait(600);
    let typed = [("ghi-chu", "Đang hỏi câu đầu"), ("ket-qua", "tra-loi")];
    let held = act(&site, &mut first, (&one, &format!("{one}/gia-han")), &typed).await;
    assert!(
        held.text.contains("08:25") && held.text.contains("Đang hỏi câu đầu"),
        "{}",
        held.text
    );
    // Given up by its time, the other verifier has it once theirs is called back.
    let to = format!("{two}/ket-qua");
    let wrong = [("ket-qua", "hen-lai"), ("ngay", "2/12/2022"), ("gio", "25h")];
    let refused = act(&site, &mut second, (&two, &to), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("như 14:30"), "{}", refused.text);
    let past = [("ket-qua", "hen-lai"), ("ngay", "2/12/2022"), ("gio", "7h")];
    let refused = act(&site, &mut second, (&two, &to), &past).await;
    assert!(refused.text.contains("sau lúc này"), "{}", refused.text);
    let promised = [("ket-qua", "hen-lai"), ("ngay", "2/12/2022"), ("gio", "14h30")];
    let recorded = act(&site, &mut second, (&two, &to), &promised).await;
    assert_eq!(recorded.leads_to(), format!("{QUEUE}?da-ghi=1"));
    let queue = second.get(QUEUE).await;
    assert!(
        queue.text.contains("02/12/2022 14:30") && queue.text.contains("Hẹn gọi lại"),
        "{}",
        queue.text
    );
    // An hour later both have to sign in again.
    site.wait(3_600);
    let (mut first, mut second) = (
        entered(&site, "phuctra").await,
        entered(&site, "phuctra-hai").await,
    );
    calls_until(&site, &mut second, &one).await;
    let typed = [("ket-qua", "tra-loi"), ("cau-Q1", "4"), ("ghi-chu", "Nói rất rõ")];
    let lost = act(&site, &mut first, (QUEUE, &format!("{one}/ket-qua")), &typed).await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert!(
        lost.text.contains("không còn ở bạn") && lost.text.contains("Nói rất rõ"),
        "{}",
        lost.text
    );
    assert!(lost.text.contains("Q1: 4"), "{}", lost.text);
    // After the window nothing is recorded, and it is said when it ended.
    site.turn("2022-12-31T08:00:00+07:00");
    let mut second = entered(&site, "phuctra-hai").await;
    let late = act(&site, &mut second, (&one, &format!("{one}/ket-qua")), &typed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text);
    assert!(late.text.contains("Nói rất rõ"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_called_stays_on_the_page_and_so_does_what_was_typed() {
    let site = surveyed().await;
    let mut organiser = entered(&site, "quantri").await;
    let mut verifier = entered(&site, "phuctra").await;
    let early = verifier.get(QUEUE).await;
    assert!(
        early.text.contains("Chưa có phiếu nào để phúc tra"),
        "{}",
        early.text
    );
    drawn(&site, &mut organiser).await;
    let taken = act(&site, &mut verifier, (QUEUE, &format!("{LOTS}/tiep")), &[]).await;
    let case = taken.leads_to().to_owned();
    let mut typed = vec![
        ("ket-qua", "hen-lai"),
        ("ngay", "2/12/2022"),
        ("gio", "25h"),
        ("ghi-chu", "Nghe không rõ"),
    ];
    let kept = |page: &Answer| {
        let all = ["value=\"hen-lai\" checked", "25h", "Nghe không rõ"];
        all.into_iter().all(|told| page.text.contains(told))
    };
    let shown = act(&site, &mut verifier, (&case, &format!("{case}/hien-so")), &typed).await;
    assert!(
        kept(&shown) && shown.text.contains("09120000"),
        "typed before the number was opened: {}",
        shown.text
    );
    let to = format!("{case}/ket-qua");
    let never = act(&site, &mut verifier, (&case, &to), &typed).await;
    assert_eq!(never.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        kept(&never) && !never.text.contains("09120000"),
        "nobody asked for the number: {}",
        never.text
    );
    let showing = shown.field("dang-hien");
    typed.push(("dang-hien", &showing));
    for act_of in ["ket-qua", "gia-han"] {
        let again = act(&site, &mut verifier, (&case, &format!("{case}/{act_of}")), &typed).await;
        assert!(
            kept(&again) && again.text.contains("09120000"),
            "{act_of}: {}",
            again.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_were_chosen_stay_chosen_and_verifiers_are_reminded() {
    let server = Server::start().await;
    let site = surveyed_in(Year::open_mailing(Shape::Embedded, &server.url()).await).await;
    let mut organiser = entered(&site, "quantri").await;
    let to = format!("{LOTS}/dong-lo");
    let mut lot = String::new();
    for units in [&[("don-vi", "SNV")][..], &[("don-vi", "SNV"), ("don-vi", "STC")]] {
        let id = organiser.get(LOTS).await.field("lo");
        let typed: Vec<_> = units.iter().copied().chain([("lo", id.as_str())]).collect();
        let closed = act(&site, &mut organiser, (LOTS, &to), &typed).await;
        if units.len() == 1 {
            lot = closed.leads_to().to_owned();
        } else {
            assert_eq!(closed.status, StatusCode::CONFLICT, "SNV is in a lot");
            assert!(closed.text.contains("value=\"STC\" checked"), "{}", closed.text);
        }
    }
    assert!(
        !organiser.get(LOTS).await.text.contains("Nhắc qua thư"),
        "nothing is drawn"
    );
    let seed = [
        ("lan", "1"),
        ("day-so", "31415926535897932384"),
        ("buoi-gieo", "Tại Sở Nội vụ"),
    ];
    act(&site, &mut organiser, (&lot, &format!("{lot}/nhap-so")), &seed).await;
    let page = organiser.get(LOTS).await;
    assert!(page.text.contains("Nhắc qua thư"), "{}", page.text);
    let told = act(&site, &mut organiser, (LOTS, &format!("{LOTS}/nhac-thu")), &[]).await;
    assert!(
        told.leads_to().starts_with(&format!("{LOTS}?thu=")),
        "{}",
        told.text
    );
    let page = organiser.get(told.leads_to()).await;
    assert!(page.text.contains("role=\"status\""), "{}", page.text);
    let mut auditor = entered(&site, "thanhtra").await;
    assert!(!auditor.get(LOTS).await.text.contains("Nhắc qua thư"));
}
