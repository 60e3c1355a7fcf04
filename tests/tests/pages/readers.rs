//! A published unit's points, down to what lies behind them, for whoever may see it.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year};

use crate::appraisal::says;
use crate::site::{Browser, Site, settings};

const UNIT: &str = "/xep-hang/2022/district/VT";

/// The groups of the survey are joined into one leaf.
const POOLED: &str = r#"{"survey": {"groups": "pool"}, "recheck": {"interviewer_void_percent": 100}}"#;

/// The whole year, in which one unit loses points by a penalty, but for its publication.
async fn rated(mut year: Year) -> Year {
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    year
}

async fn published(year: Year) -> Site {
    let year = rated(year).await;
    year.publish("").await.unwrap();
    Site::of(year.sandbox, settings())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_point_leads_to_what_lies_behind_it() {
    let site = published(Year::open(Shape::Embedded).await).await;
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let unit = organiser.get(UNIT).await;
    assert_eq!(unit.status, StatusCode::OK, "{}", unit.text);
    let begin = format!("href=\"{UNIT}/");
    let leaves: Vec<&str> = unit
        .text
        .split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(
        leaves.contains(&"VII.1") && leaves.contains(&"II.3"),
        "{leaves:?}"
    );
    for leaf in leaves {
        let page = organiser.get(&format!("{UNIT}/{leaf}")).await;
        assert_eq!(page.status, StatusCode::OK, "{leaf}");
        assert!(!page.text.contains("Chưa tải được"), "{leaf}: {}", page.text);
    }
    let penalty = organiser.get(&format!("{UNIT}/VII.1")).await;
    says(
        &penalty,
        &[
            "Bản án số 7/2022/HS-ST",
            "Đã quyết định trừ",
            "Đủ căn cứ",
            "<strong>−",
        ],
    );
    let external = organiser.get(&format!("{UNIT}/II.3")).await;
    says(
        &external,
        &[
            "Kết quả của chỉ số khác: 50.",
            "Quyết định số 519/QĐ-UBND",
            "Người nhập",
        ],
    );
    let surveyed = organiser.get(&format!("{UNIT}/V.1")).await;
    for way in ["/khao-sat/2022/phieu-da-nhan?don-vi=VT", "/phuc-tra/2022"] {
        says(&surveyed, &[&format!("href=\"{way}\"")]);
        assert_eq!(organiser.get(way).await.status, StatusCode::OK, "{way}");
    }
    let mut anybody = site.browser();
    for hidden in ["II.3", "V.1"] {
        let page = anybody.get(&format!("{UNIT}/{hidden}")).await;
        for hidden in ["519/QĐ-UBND", "phieu-da-nhan", "/phuc-tra/", "Hồ sơ gốc"] {
            assert!(!page.text.contains(hidden), "{hidden}: {}", page.text);
        }
    }
    // SNV appraises this criterion of all units but its own.
    for (unit, agency) in [
        (UNIT, "Sở Nội vụ"),
        ("/xep-hang/2022/department/SNV", "Sở Tài chính"),
    ] {
        let page = anybody.get(&format!("{unit}/I.2")).await;
        let (_, judged) = page.text.split_once("Cơ quan thẩm định").unwrap();
        let judged = judged.split("</dd>").next().unwrap();
        assert!(judged.contains(agency), "{unit}: {judged}");
    }
    // Penalties of another unit are not shown to an officer, which is not told as if there were none.
    let mut officer = officer(&site).await;
    let of_another = officer.get(&format!("{UNIT}/VII.1")).await;
    assert_eq!(of_another.status, StatusCode::OK);
    for hidden in ["Đủ căn cứ", "Chưa có đề xuất điểm trừ"] {
        assert!(!of_another.text.contains(hidden), "{}", of_another.text);
    }
    let seen = anybody.get(&format!("{UNIT}/VII.1")).await;
    assert!(!seen.text.contains("Đủ căn cứ"), "{}", seen.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_criterion_of_joined_groups_shows_the_answers_of_each() {
    let site = published(Year::open_under(Shape::Embedded, POOLED).await).await;
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let page = organiser.get(&format!("{UNIT}/V.1")).await;
    says(&page, &["Hồ sơ gốc", "</h3>", "Câu trả lời trong", "Rất tốt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_leads_to_what_lies_behind_it_for_whoever_sees_it() {
    let year = rated(Year::open(Shape::Embedded).await).await;
    let site = Site::of(year.sandbox, settings());
    let leaf = format!("{UNIT}/I.2");
    for login in ["quantri", "chutich-hd", "thanhtra"] {
        let mut inner = site.browser();
        inner.enter(login).await;
        let unit = inner.get(UNIT).await;
        says(&unit, &["Bản dự thảo", &format!("href=\"{leaf}\"")]);
        let page = inner.get(&leaf).await;
        says(&page, &["Bản dự thảo", "Cơ quan thẩm định"]);
    }
    for mut other in [site.browser(), officer(&site).await] {
        for page in [UNIT, &leaf] {
            assert_eq!(other.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
    }
}

async fn officer(site: &Site) -> Browser {
    let mut officer = site.browser();
    officer.enter("cb-snv").await;
    officer
}
