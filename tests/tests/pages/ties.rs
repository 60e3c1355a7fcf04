//! A tie at the edge of the quota, from the pages that tell of it to the published class.

use axum::http::StatusCode;
use chiso_tests::{ALL_TIED, Shape, Year};

use crate::conduct::{act, entered, read, refused};
use crate::site::{Browser, Site, settings};

const RANKING: &str = "/quan-tri/2022/xep-loai";
const PUBLISH: &str = "/quan-tri/2022/xep-loai/cong-bo";
const TIES: &str = "/tham-dinh/2022/dong-diem";

#[tokio::test(flavor = "multi_thread")]
async fn a_tie_is_decided_by_the_council_and_published_so() {
    let mut year = Year::open_under(Shape::Embedded, ALL_TIED).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    let site = Site::of(year.sandbox, settings());
    let id = || site.sandbox.id();
    let mut organiser = entered(&site, "quantri").await;
    let told = ["Sở Nội vụ, Sở Tài chính bằng điểm nhau, còn 1 chỗ xuất sắc", TIES];
    read(&mut organiser, RANKING, &told).await;
    read(
        &mut organiser,
        PUBLISH,
        &["2 nhóm bằng điểm chưa được quyết định"],
    )
    .await;
    let mut chair = entered(&site, "chutich-hd").await;
    let home = chair.get("/viec-cua-toi").await;
    for told in [TIES, RANKING] {
        assert!(
            home.text.contains(&format!("href=\"{told}\"")),
            "no way to {told}: {}",
            home.text
        );
    }
    let decision = |units: &[&'static str], document: &'static str| {
        let units = units.iter().map(|unit| ("chosen-department", *unit));
        let rest = [("loai", "department"), ("document-department", document)];
        units.chain(rest).collect::<Vec<_>>()
    };
    let document = "05/BB-HĐTĐ ngày 28/12/2022";
    let nobody = act(&mut chair, (TIES, TIES), &decision(&[], document), &id()).await;
    refused(&nobody, &[document, "#f-chosen-department"]);
    let both = decision(&["SNV", "STC"], document);
    let both = act(&mut chair, (TIES, TIES), &both, &id()).await;
    refused(&both, &["Chọn 2 đơn vị cho 1 chỗ", document]);
    let other = act(&mut chair, (TIES, TIES), &decision(&["VT"], document), &id()).await;
    refused(&other, &["không thuộc nhóm bằng điểm"]);
    let blank = act(&mut chair, (TIES, TIES), &decision(&["STC"], " "), &id()).await;
    refused(&blank, &["#f-document-department", "value=\"STC\" checked"]);
    let twice = id();
    for _ in 0..2 {
        let decided = act(&mut chair, (TIES, TIES), &decision(&["STC"], document), &twice).await;
        assert_eq!(decided.leads_to(), format!("{TIES}#da-quyet-dinh"));
    }
    read(
        &mut chair,
        TIES,
        &[
            document,
            "UBND thành phố Việt Trì",
            "Sửa quyết định này",
            "value=\"STC\" checked",
        ],
    )
    .await;
    outrun(&mut chair, document, &id()).await;
    decided(&site, document).await;
}

/// A form that was opened before somebody decided: that decision is shown, and what was typed stays.
async fn outrun(chair: &mut Browser, document: &str, id: &str) {
    let early = [
        ("loai", "department"),
        ("chosen-department", "SNV"),
        ("document-department", "06/BB-HĐTĐ"),
        ("_units", "SNV"),
        ("_units", "STC"),
        ("_places", "1"),
        ("_decided-at", ""),
    ];
    let clash = act(chair, (TIES, TIES), &early, id).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    for told in [
        "đã thay đổi trong lúc bạn làm",
        document,
        "value=\"06/BB-HĐTĐ\"",
        "value=\"SNV\" checked",
    ] {
        assert!(clash.text.contains(told), "no {told} in {}", clash.text);
    }
}

/// What follows from the decision: one excellent department, and the districts' tie stays open and good.
async fn decided(site: &Site, document: &str) {
    let mut organiser = entered(site, "quantri").await;
    let page = read(
        &mut organiser,
        RANKING,
        &[document, "Các quyết định của Hội đồng"],
    )
    .await;
    assert!(
        !page.contains("Nhóm bằng điểm đã thay đổi"),
        "the decision counts: {page}"
    );
    let typed = [("van-ban", "3500/QĐ-UBND ngày 30/12/2022")];
    let published = act(&mut organiser, (PUBLISH, PUBLISH), &typed, &site.sandbox.id()).await;
    assert_eq!(published.leads_to(), format!("{RANKING}?da-ghi=cong-bo"));
    let mut reader = site.browser();
    let table = reader.get("/xep-hang/2022/department.csv").await.text;
    let row = |unit: &str| table.lines().find(|row| row.contains(unit)).unwrap().to_owned();
    assert!(row(",STC,").contains(",EXCELLENT,"), "{table}");
    assert!(row(",SNV,").contains(",GOOD,"), "{table}");
    let unit = reader.get("/xep-hang/2022/department/SNV").await.text;
    for told in ["Trung vị", "Mất điểm ở đâu", "Đồng hạng với", document] {
        assert!(unit.contains(told), "no {told} in {unit}");
    }
    every_act_has_a_name(&mut organiser).await;
}

/// Whatever was done in a whole year can be looked for by its name.
async fn every_act_has_a_name(organiser: &mut Browser) {
    let file = organiser.get("/nhat-ky.csv").await.text;
    let choices = organiser.get("/nhat-ky").await.text;
    let acts = file.lines().skip(1).filter_map(|row| row.split(',').nth(5));
    let mut seen = 0;
    for act in acts.filter(|act| act.contains('.') && !act.contains(' ')) {
        assert!(
            choices.contains(&format!("<option value=\"{act}\"")),
            "{act} has no name"
        );
        seen += 1;
    }
    assert!(seen > 100, "{seen} acts");
}
