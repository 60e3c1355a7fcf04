//! Agreeing with several results at once, and an appraiser whose work is not there yet or no more.

use axum::http::StatusCode;
use chiso_platform::clock::Clock;
use chiso_tests::{Shape, Year, call};
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::kernel::{LeafInput, RatioInput};
use chiso_wire::ledger as pb;
use chiso_wire::registry as registry_pb;

use crate::appraisal::{extend, first_round, says, send, site};
use crate::site::{Browser, routes, settings};
use crate::unit::entered;

const LIST: &str = "lan=1&theo=tieu-chi&loai=district&tieu-chi=I.2";

fn action() -> String {
    format!("/tham-dinh/2022/dong-y?{}", LIST.replace('&', "&amp;"))
}

/// How many districts are appraised on I.2.
async fn done(year: &chiso_tests::Sandbox, token: &str) -> usize {
    let message = pb::ListEntriesRequest {
        cycle: "2022".to_owned(),
        criterion: "I.2".to_owned(),
        ..pb::ListEntriesRequest::default()
    };
    let entries = call!(year, ledger.list_entries, token, message).unwrap().entries;
    entries.iter().filter(|entry| entry.appraisal_1.is_some()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_results_are_agreed_to_each_by_itself() {
    let year = first_round().await;
    let organiser = year.cast.organiser.token.clone();
    let site = site(year);
    let mut appraiser = entered(&site, "td-snv").await;
    let list = appraiser.get(&format!("/tham-dinh/2022?{LIST}")).await;
    says(
        &list,
        &["Đồng ý với nhiều kết quả cùng lúc", "name=\"chon\" value=\"VT\""],
    );
    let page = format!("/tham-dinh/2022/dong-y?{LIST}&chon=VT&chon=DH&chon=SNV");
    let page = appraiser.get(&page).await;
    says(
        &page,
        &[
            "100 trên kế hoạch 100",
            "70 trên kế hoạch 100",
            "Đồng ý với 2 kết quả",
        ],
    );
    assert_eq!(done(&site.sandbox, &organiser).await, 0, "looking saves nothing");
    for _double_click in 0..2 {
        let agreed = send(&mut appraiser, &page, &action(), &[]).await;
        assert_eq!(agreed.status, StatusCode::OK, "{}", agreed.text);
        says(&agreed, &["Đã đồng ý với 2 kết quả", "40,00"]);
    }
    assert_eq!(done(&site.sandbox, &organiser).await, 2);
    let again = appraiser
        .get(&format!("/tham-dinh/2022/dong-y?{LIST}&chon=VT"))
        .await;
    says(
        &again,
        &[
            "Không còn đồng ý theo cách này được",
            "Chưa có kết quả nào được chọn",
        ],
    );
    for login in ["chutich-hd", "quantri"] {
        let mut other = entered(&site, login).await;
        let list = other.get(&format!("/tham-dinh/2022?{LIST}")).await;
        assert!(
            !list.text.contains("name=\"chon\""),
            "{login} decides for no agency"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_changed_meanwhile_is_named_and_the_others_are_saved() {
    let year = first_round().await;
    let organiser = year.cast.organiser.token.clone();
    let officer = year.cast.officers["DH"].token.clone();
    let site = site(year);
    let mut appraiser = entered(&site, "td-snv").await;
    let page = format!("/tham-dinh/2022/dong-y?{LIST}&chon=VT&chon=DH");
    let page = appraiser.get(&page).await;
    extend(&site.sandbox, &organiser).await;
    let message = pb::SaveEntryRequest {
        request_id: site.sandbox.id(),
        cycle: "2022".to_owned(),
        unit: "DH".to_owned(),
        criterion: "I.2".to_owned(),
        version: page.field("_ban-DH").parse().unwrap(),
        input: Some(LeafInput {
            kind: Some(Kind::Ratio(RatioInput {
                planned: "100".to_owned(),
                achieved: "95".to_owned(),
            })),
        }),
        explanation: "Số liệu bổ sung tháng 12".to_owned(),
    };
    call!(site.sandbox, ledger.save_entry, &officer, message).unwrap();
    site.wait(21 * 60);
    let told = send(&mut appraiser, &page, &action(), &[]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &told,
        &[
            "Có kết quả chưa lưu được",
            "Đã đồng ý với 1 kết quả",
            "href=\"/tham-dinh/2022/I.2/DH?lan=1&amp;theo=tieu-chi\"",
        ],
    );
    assert_eq!(done(&site.sandbox, &organiser).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_round_nothing_is_called_done() {
    let year = Year::open(Shape::Embedded).await;
    year.enter("2022-12-02T08:00:00+07:00");
    let site = site(year);
    let mut appraiser = entered(&site, "td-snv").await;
    let list = appraiser.get("/tham-dinh/2022?lan=1").await;
    says(&list, &["Chưa đến thời gian thẩm định lần 1"]);
    assert!(!list.text.contains("Đã thẩm định"), "{}", list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_a_criterion_while_typing_keeps_the_text() {
    let year = first_round().await;
    let organiser = year.cast.organiser.token.clone();
    let site = site(year);
    let message = registry_pb::ReassignAppraiserRequest {
        request_id: site.sandbox.id(),
        cycle: "2022".to_owned(),
        reassignment: Some(registry_pb::Reassignment {
            agency: "SNV".to_owned(),
            unit: "VT".to_owned(),
            criterion: "I.2".to_owned(),
            substitute: "STC".to_owned(),
            reason: "Bận".to_owned(),
        }),
    };
    call!(site.sandbox, registry.reassign_appraiser, &organiser, message).unwrap();
    // Pages that know of it: those before may keep their copy of the frame for a second.
    let pages = routes(
        &site.sandbox,
        &Clock::simulated(site.sandbox.clock.now()),
        settings(),
    );
    let mut appraiser = Browser::on(&pages);
    appraiser.enter("td-snv").await;
    let token = appraiser.get("/viec-cua-toi").await.field("_csrf");
    let typed = [
        ("_csrf", token.as_str()),
        ("decision", "disagree"),
        ("points", "30"),
        ("reason", "Chưa đủ căn cứ"),
    ];
    let lost = appraiser
        .post("/tham-dinh/2022/I.2/VT?lan=1&theo=tieu-chi", &typed)
        .await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    says(&lost, &["đã được giao cho cơ quan khác", "Chưa đủ căn cứ"]);
    assert!(!lost.text.contains("Số liệu đến ngày tự chấm"), "{}", lost.text);
}
