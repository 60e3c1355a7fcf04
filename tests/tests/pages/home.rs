//! "Việc của tôi" of each kind of person, with what is theirs and nothing of others.

use axum::http::StatusCode;
use chiso_tests::{Year, call};
use chiso_wire::convert::timestamp;
use chiso_wire::{leaders, registry};

use crate::organise::{copied, organised};
use crate::site::{Site, settings};

/// What stands on somebody's first page.
async fn home(site: &Site, login: &str) -> String {
    let mut browser = site.browser();
    browser.enter(login).await;
    let page = browser.get("/viec-cua-toi").await;
    assert_eq!(page.status, StatusCode::OK, "{login}");
    page.text
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_is_theirs() {
    let year = Year::open(chiso_tests::Shape::Embedded).await;
    let (sandbox, unit) = (year.sandbox, chiso_tests::UNITS[0]);
    let site = Site::of(sandbox, settings());
    let other = chiso_tests::UNITS[1];
    let officer = home(&site, &format!("cb-{}", unit.to_lowercase())).await;
    assert!(officer.contains("Tự chấm điểm, đợt"), "{officer}");
    assert!(
        !officer.contains("Phiếu cho điểm") && !officer.contains(other),
        "{officer}"
    );
    let leader = home(&site, "chutich").await;
    assert!(
        leader.contains("Phiếu cho điểm, đợt") && !leader.contains("Tự chấm điểm"),
        "{leader}"
    );
    let interviewer = home(&site, "dieutra").await;
    assert!(
        interviewer.contains("nhập phiếu khảo sát") && !interviewer.contains("Phúc tra"),
        "{interviewer}"
    );
    let organiser = home(&site, "quantri").await;
    for told in ["các đơn vị tự chấm điểm", "xếp loại, công bố", "/nhat-ky"] {
        assert!(organiser.contains(told), "no {told} in {organiser}");
    }
    let auditor = home(&site, "thanhtra").await;
    assert!(auditor.contains("theo dõi tiến độ"), "{auditor}");
    assert!(!auditor.contains("xếp loại, công bố"), "{auditor}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_prepared_is_told_as_that() {
    let year = Year::open(chiso_tests::Shape::Embedded).await;
    year.enter("2022-10-20T08:00:00+07:00");
    let (organiser_token, chair) = (year.cast.organiser.token.clone(), year.cast.leaders[0].id.clone());
    let site = Site::of(year.sandbox, settings());
    let organiser = home(&site, "quantri").await;
    for told in ["chưa giao chỉ tiêu phiếu", "Chưa chuẩn bị"] {
        assert!(organiser.contains(told), "no {told} in {organiser}");
    }
    site.wait(67 * 86_400);
    for (login, told) in [
        ("quantri", ["chưa lập danh sách lãnh đạo", "Chưa chuẩn bị"]),
        (
            "chutich",
            ["chưa lập danh sách lãnh đạo", "Chờ Sở Nội vụ chuẩn bị"],
        ),
    ] {
        let page = home(&site, login).await;
        for told in told {
            assert!(page.contains(told), "{login}: no {told} in {page}");
        }
        assert!(!page.contains("Chưa tải được"), "{login}: {page}");
    }
    let leader = leaders::Leader {
        leader: chair,
        name: "Chủ tịch".to_owned(),
        role: leaders::LeaderRole::Chair.into(),
    };
    let message = leaders::SetPanelRequest {
        request_id: site.sandbox.id(),
        cycle: chiso_tests::CYCLE.to_owned(),
        leaders: vec![leader],
        shortlist: Vec::new(),
        seen_panel: None,
    };
    call!(site.sandbox, leaders.set_panel, &organiser_token, message).unwrap();
    let named = home(&site, "chutich").await;
    assert!(
        named.contains("0/4 đơn vị") && named.contains("href=\"/cho-diem/2022\""),
        "{named}"
    );
    let other = home(&site, "phochutich").await;
    assert!(other.contains("chưa có tên trong danh sách"), "{other}");
    assert!(
        !other.contains("href=\"/cho-diem/2022\""),
        "it leads nowhere: {other}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recheck_is_done_once_it_is_concluded() {
    let mut year = Year::open(chiso_tests::Shape::Embedded).await;
    year.prepare_survey().await;
    year.fieldwork().await;
    year.draw().await;
    let site = Site::of(year.sandbox, settings());
    let conclude = "Kết thúc phúc tra, đợt 2022";
    let open = home(&site, "quantri").await;
    assert!(!open.contains(conclude), "its time runs: {open}");
    site.wait(9 * 86_400);
    let over = home(&site, "quantri").await;
    for told in [conclude, "href=\"/phuc-tra/2022\""] {
        assert!(over.contains(told), "no {told} in {over}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_for_all_units_has_the_longest_time_of_them() {
    let year = Year::open(chiso_tests::Shape::Embedded).await;
    year.enter("2022-12-14T08:00:00+07:00");
    let message = registry::ExtendWindowRequest {
        request_id: year.id(),
        cycle: chiso_tests::CYCLE.to_owned(),
        window: registry::Window::SelfScoring.into(),
        unit: "VT".to_owned(),
        ends_at: Some(timestamp(chiso_tests::at("2022-12-17T00:00:00+07:00"))),
        reason: "Mưa lũ".to_owned(),
    };
    call!(year, registry.extend_window, &year.cast.organiser.token, message).unwrap();
    year.enter("2022-12-16T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let organiser = home(&site, "quantri").await;
    for told in ["các đơn vị tự chấm điểm", "16/12/2022 23:59:59"] {
        assert!(organiser.contains(told), "no {told} in {organiser}");
    }
    let head = home(&site, "tt-vt").await;
    assert!(head.contains("còn 16 giờ"), "{head}");
    let other = home(&site, "tt-dh").await;
    assert!(other.contains("hết hạn lúc 14/12/2022 23:59:59"), "{other}");
    site.wait(6 * 86_400);
    let organiser = home(&site, "quantri").await;
    let import = "href=\"/quan-tri/2022/chi-so-khac\"";
    assert!(
        organiser.contains("nạp kết quả chỉ số khác") && organiser.contains(import),
        "{organiser}"
    );
    // Round 1 is over and nobody closed it: everything after it waits.
    let (waits, window) = (organiser.find("Chốt thẩm định lần 1"), organiser.find(import));
    assert!(waits.is_some() && waits < window, "{organiser}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_that_is_prepared_waits_for_its_organiser() {
    let (site, mut organiser) = organised().await;
    copied(&mut organiser).await;
    let tasks = organiser.get("/viec-cua-toi").await;
    assert!(
        tasks.text.contains("Chuẩn bị và mở đợt 2023") && tasks.text.contains("href=\"/quan-tri/2023\""),
        "{}",
        tasks.text
    );
    assert!(!home(&site, "thanhtra").await.contains("đợt 2023"));
}
