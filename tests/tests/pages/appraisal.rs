//! The pages of an appraiser: what is theirs, deciding in both rounds, what changed meanwhile.

use axum::http::StatusCode;
use chiso_tests::{Sandbox, Shape, Year, at, call};
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::kernel::{LeafInput, RatioInput};
use chiso_wire::ledger::appraise_entry_request::Value;
use chiso_wire::ledger::{Decision, Round};
use chiso_wire::registry as registry_pb;

use crate::site::{Answer, Browser, Site, settings};
use crate::unit::{entered, hidden};

const HOME: &str = "/tham-dinh/2022";
const LEAF: &str = "/tham-dinh/2022/I.2/VT?lan=1&amp;theo=tieu-chi";
pub(crate) const ROUNDS: &str = "/quan-tri/2022/vong";

pub(crate) fn site(year: Year) -> Site {
    Site::of(year.sandbox, settings())
}

/// Everybody has scored; round 1 is open.
pub(crate) async fn first_round() -> Year {
    let year = Year::open(Shape::Embedded).await;
    year.self_scoring().await;
    year.enter("2022-12-16T08:00:00+07:00");
    year
}

/// Round 1 is closed with a decision against VT and a penalty; round 2 is open.
pub(crate) async fn second_round() -> Year {
    let year = first_round().await;
    let denied = ("VT", "I.2", Decision::Disagree, Value::Points("36".to_owned()));
    year.round(Round::Round1, &[denied]).await;
    year.propose_penalty().await;
    year.enter("2022-12-19T00:00:00+07:00");
    year.close_round(Round::Round1).await;
    year.enter("2022-12-22T08:00:00+07:00");
    year
}

/// The address as a browser asks for it.
fn plain(address: &str) -> String {
    address.replace("&amp;", "&")
}

/// Sends the form of a page that goes to an address, as it is written there.
pub(crate) async fn send(
    browser: &mut Browser,
    page: &Answer,
    action: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let hidden = hidden(page, action);
    let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(&plain(action), &fields).await
}

pub(crate) fn says(page: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(page.text.contains(text), "no “{text}” in {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appraiser_finds_what_is_theirs_and_never_the_own_unit() {
    let site = site(first_round().await);
    let mut appraiser = entered(&site, "td-snv").await;
    says(
        &appraiser.get("/viec-cua-toi").await,
        &["href=\"/tham-dinh/2022?lan=1\""],
    );
    let list = appraiser.get(HOME).await;
    says(
        &list,
        &[
            "Bạn thẩm định thay mặt",
            "I.2 Mức độ hoàn thành",
            "chưa thẩm định",
        ],
    );
    // I.1 is of the other agency, where it is not that agency itself.
    let of_others = appraiser
        .get("/tham-dinh/2022?theo=tieu-chi&loai=district&tieu-chi=I.1")
        .await;
    assert_eq!(of_others.status, StatusCode::NOT_FOUND);
    let one = appraiser
        .get("/tham-dinh/2022?theo=tieu-chi&loai=department&tieu-chi=I.2")
        .await;
    says(&one, &["/tham-dinh/2022/I.2/STC?", "Chưa thẩm định"]);
    assert!(!one.text.contains("/I.2/SNV"), "never the own unit: {}", one.text);
    let units = appraiser.get("/tham-dinh/2022?theo=don-vi&don-vi=VT").await;
    says(&units, &["/tham-dinh/2022/II.1/VT?", "1 tài liệu"]);
    assert!(
        !units.text.contains("/tham-dinh/2022/I.1/VT"),
        "only their own criteria"
    );
    for closed in [
        "/tham-dinh/2022/I.2/SNV",
        "/tham-dinh/2022/I.1/VT",
        "/tham-dinh/2022/V.1/VT",
        "/tham-dinh/2022/X.1/VT",
        "/tham-dinh/1999",
        "/tham-dinh/2022?don-vi=SNV",
        "/tham-dinh/2022/dong-diem",
        ROUNDS,
    ] {
        assert_eq!(
            appraiser.get(closed).await.status,
            StatusCode::NOT_FOUND,
            "{closed}"
        );
    }
    for login in ["cb-vt", "chutich", "phuctra"] {
        let mut other = entered(&site, login).await;
        assert_eq!(other.get(HOME).await.status, StatusCode::NOT_FOUND, "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_decisions_are_taken_in_their_exact_words() {
    let site = site(first_round().await);
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get(&plain(LEAF)).await;
    says(
        &page,
        &[
            "Đồng ý với kết quả tự chấm điểm",
            "Không đồng ý với kết quả tự chấm điểm",
            "Đề nghị bổ sung tài liệu kiểm chứng",
            "Số liệu đến ngày tự chấm",
            "Báo cáo số 12/BC",
        ],
    );
    let nothing = send(&mut appraiser, &page, LEAF, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&nothing, &["href=\"#f-decision\""]);
    let without = [("decision", "disagree"), ("points", "36,5"), ("reason", " ")];
    let without = send(&mut appraiser, &page, LEAF, &without).await;
    says(&without, &["href=\"#f-reason\"", "value=\"36,5\""]);
    let odd = [
        ("decision", "disagree"),
        ("points", "1.000,5"),
        ("reason", "Chưa khớp số liệu"),
    ];
    let odd = send(&mut appraiser, &page, LEAF, &odd).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &odd,
        &["href=\"#f-points\"", "Chưa khớp số liệu", "value=\"1.000,5\""],
    );
    let above = [("decision", "disagree"), ("points", "50"), ("reason", "x")];
    let above = send(&mut appraiser, &page, LEAF, &above).await;
    says(&above, &["href=\"#f-points\"", "value=\"50\""]);
    let same = [
        ("decision", "disagree"),
        ("planned", "100"),
        ("achieved", "100"),
        ("reason", "x"),
    ];
    let same = send(&mut appraiser, &page, LEAF, &same).await;
    says(&same, &["Điểm vẫn bằng điểm tự chấm 40,00"]);
    let request = [
        ("decision", "request"),
        ("points", "0"),
        ("reason", "Thiếu báo cáo quý IV"),
    ];
    for _double_click in 0..2 {
        let saved = send(&mut appraiser, &page, LEAF, &request).await;
        assert_eq!(saved.leads_to(), plain(LEAF));
    }
    let again = appraiser.get(&plain(LEAF)).await;
    says(&again, &["Đã lưu lúc 16/12/2022 08:00", "Thiếu báo cáo quý IV"]);
    // The ratio read again: 96 of 120 are 80 %.
    let typed = [
        ("decision", "disagree"),
        ("planned", "120"),
        ("achieved", "96"),
        ("points", ""),
        ("reason", "Kế hoạch là 120"),
    ];
    let saved = send(&mut appraiser, &again, LEAF, &typed).await;
    assert_eq!(saved.leads_to(), plain(LEAF));
    says(&appraiser.get(&plain(LEAF)).await, &["32,00", "value=\"96\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_agree_takes_the_units_own_result_and_goes_on_to_the_next() {
    let site = site(first_round().await);
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get(&plain(LEAF)).await;
    // What stands in the other fields does not count.
    let typed = [
        ("decision", "agree"),
        ("planned", "1"),
        ("achieved", "0"),
        ("points", "3"),
        ("then", "next"),
    ];
    let saved = send(&mut appraiser, &page, LEAF, &typed).await;
    let to = saved.leads_to();
    assert_eq!(to, "/tham-dinh/2022/I.2/DH?lan=1&theo=tieu-chi&vua-luu=VT");
    let next = appraiser.get(to).await;
    let told = "Đã lưu lúc 16/12/2022 08:00: ";
    says(&next, &[told, "Đồng ý với kết quả tự chấm điểm, 40,00 điểm."]);
    let mut chair = entered(&site, "chutich-hd").await;
    let of_others = chair.get(to).await;
    assert!(!of_others.text.contains(told), "what others decided");
    says(
        &next,
        &["rel=\"prev\"", "40,00", "Các đơn vị khác ở tiêu chí này"],
    );
    let to = "/tham-dinh/2022/I.2/DH?lan=1&amp;theo=tieu-chi";
    let last = send(
        &mut appraiser,
        &next,
        to,
        &[("decision", "agree"), ("then", "next")],
    )
    .await;
    let list = last.leads_to().to_owned();
    assert_eq!(
        list,
        "/tham-dinh/2022?lan=1&theo=tieu-chi&loai=district&tieu-chi=I.2&vua-luu=DH"
    );
    let list = appraiser.get(&list).await;
    says(&list, &[told]);
    assert_eq!(list.text.matches("Đã thẩm định").count(), 2);
}

/// DH may score itself until twenty past eight of the sixteenth.
pub(crate) async fn extend(sandbox: &Sandbox, organiser: &str) {
    let message = registry_pb::ExtendWindowRequest {
        request_id: sandbox.id(),
        cycle: "2022".to_owned(),
        window: registry_pb::Window::SelfScoring.into(),
        unit: "DH".to_owned(),
        ends_at: Some(timestamp(at("2022-12-16T08:20:00+07:00"))),
        reason: "Mất điện".to_owned(),
    };
    call!(sandbox, registry.extend_window, organiser, message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_has_more_time_is_judged_after_it() {
    let year = first_round().await;
    extend(&year.sandbox, &year.cast.organiser.token).await;
    let site = site(year);
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get("/tham-dinh/2022/I.2/DH?lan=1").await;
    says(
        &page,
        &["Đơn vị còn được sửa, giải trình đến 16/12/2022 08:19:59"],
    );
    assert!(!page.text.contains("data-appraisal"), "{}", page.text);
    assert!(
        appraiser.get(&plain(LEAF)).await.text.contains("data-appraisal"),
        "the others go on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_unit_changed_meanwhile_is_shown_beside_what_was_read() {
    let year = first_round().await;
    let (organiser, officer) = (
        year.cast.organiser.token.clone(),
        year.cast.officers["DH"].token.clone(),
    );
    let site = site(year);
    let to = "/tham-dinh/2022/I.2/DH?lan=1&amp;theo=don-vi";
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get(&plain(to)).await;
    // DH gets more time after it was looked at, and changes its entry.
    let year = &site.sandbox;
    extend(year, &organiser).await;
    let message = chiso_wire::ledger::SaveEntryRequest {
        request_id: year.id(),
        cycle: "2022".to_owned(),
        unit: "DH".to_owned(),
        criterion: "I.2".to_owned(),
        version: page.field("_version").parse().unwrap(),
        input: Some(LeafInput {
            kind: Some(Kind::Ratio(RatioInput {
                planned: "100".to_owned(),
                achieved: "95".to_owned(),
            })),
        }),
        explanation: "Số liệu bổ sung tháng 12".to_owned(),
    };
    call!(year, ledger.save_entry, &officer, message).unwrap();
    site.wait(21 * 60);
    let typed = [
        ("decision", "disagree"),
        ("points", "0"),
        ("reason", "Chưa đủ căn cứ"),
    ];
    let clash = send(&mut appraiser, &page, to, &typed).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    says(
        &clash,
        &[
            "70 trên kế hoạch 100",
            "95 trên kế hoạch 100",
            "Số liệu bổ sung tháng 12",
            "Chưa đủ căn cứ",
        ],
    );
    let kept = send(&mut appraiser, &clash, to, &typed).await;
    assert_eq!(kept.leads_to(), plain(to));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_meanwhile_is_shown_and_replaced_only_then() {
    let site = site(first_round().await);
    let to = "/tham-dinh/2022/I.2/VT?lan=1&amp;theo=don-vi";
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get(&plain(to)).await;
    let other = [
        ("decision", "disagree"),
        ("points", "32"),
        ("reason", "Văn bản hết hiệu lực"),
    ];
    let mut elsewhere = entered(&site, "td-snv").await;
    let same = elsewhere.get(&plain(to)).await;
    let saved = send(&mut elsewhere, &same, to, &other).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let typed = [
        ("decision", "disagree"),
        ("points", "0"),
        ("reason", "Chưa đủ căn cứ"),
    ];
    let clash = send(&mut appraiser, &page, to, &typed).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.text);
    says(
        &clash,
        &["vừa có ý kiến thẩm định khác", "32,00 điểm", "Chưa đủ căn cứ"],
    );
    assert!(
        !clash.text.contains("Lúc bạn mở (bản"),
        "the unit changed nothing"
    );
    let kept = send(&mut appraiser, &clash, to, &typed).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    says(&appraiser.get(&plain(to)).await, &["0,00 điểm"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn round_2_shows_both_rounds_and_asks_for_no_more_evidence() {
    let site = site(second_round().await);
    let mut appraiser = entered(&site, "td-snv").await;
    let to = "/tham-dinh/2022/I.2/VT?lan=2&amp;theo=tieu-chi";
    says(
        &appraiser.get("/viec-cua-toi").await,
        &["href=\"/tham-dinh/2022?lan=2\""],
    );
    let page = appraiser.get(&plain(to)).await;
    says(
        &page,
        &[
            "Thiếu văn bản phê duyệt",
            "36,00",
            "Đề xuất cho lần 2: 36,00 điểm",
        ],
    );
    assert!(!page.text.contains("value=\"request\""), "{}", page.text);
    let forged = [("decision", "request"), ("points", "0"), ("reason", "x")];
    let forged = send(&mut appraiser, &page, to, &forged).await;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = [
        ("decision", "disagree"),
        ("points", "37"),
        ("reason", "Đã xem lại"),
    ];
    let saved = send(&mut appraiser, &page, to, &typed).await;
    assert_eq!(saved.leads_to(), plain(to));
    let first = appraiser.get(&plain(LEAF)).await;
    says(
        &first,
        &["Thẩm định lần 1 đã chốt lúc 19/12/2022 00:00", "Nguyễn Thị Hà"],
    );
    assert!(!first.text.contains("data-appraisal"), "{}", first.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_round_keeps_what_was_typed() {
    let year = first_round().await;
    year.enter("2022-12-18T23:50:00+07:00");
    let site = site(year);
    let mut appraiser = entered(&site, "td-snv").await;
    let page = appraiser.get(&plain(LEAF)).await;
    site.wait(10 * 60);
    let typed = [
        ("decision", "disagree"),
        ("points", "30"),
        ("reason", "Gõ đúng lúc hết hạn"),
    ];
    let late = send(&mut appraiser, &page, LEAF, &typed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &late,
        &["Gõ đúng lúc hết hạn", "chưa được lưu", "Cần thẩm định tiếp"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_chair_overrules_reads_what_was_decided_in_place_of_the_form() {
    let site = site(first_round().await);
    let mut chair = entered(&site, "chutich-hd").await;
    let page = chair.get(&plain(LEAF)).await;
    let typed = [
        ("decision", "disagree"),
        ("points", "38"),
        ("reason", "Nhầm năm báo cáo"),
    ];
    let saved = send(&mut chair, &page, LEAF, &typed).await;
    assert_eq!(saved.leads_to(), plain(LEAF), "{}", saved.text);
    let mut appraiser = entered(&site, "td-snv").await;
    let told = appraiser.get(&plain(LEAF)).await;
    says(
        &told,
        &[
            "Chủ tịch Hội đồng đã quyết định kết quả này",
            "38,00",
            "Nhầm năm báo cáo",
        ],
    );
    assert!(!told.text.contains("data-appraisal"), "{}", told.text);
    let own = chair.get(&plain(LEAF)).await;
    says(&own, &["data-appraisal", "Sửa được đến khi chốt"]);
    assert!(!own.text.contains("đã quyết định kết quả này"), "{}", own.text);
}
