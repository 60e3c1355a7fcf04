//! "Việc của tôi" of each kind of person, with what is theirs and nothing of others.

use axum::http::StatusCode;
use chiso_tests::Year;

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
