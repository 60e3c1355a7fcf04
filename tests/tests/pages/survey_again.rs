//! Interviewers' slips that came back or met something else: done again, replaced by somebody else's, changed in another
//! window, dropped too late; more time for one unit; nobody there to be asked with.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, at, call};
use chiso_wire::convert::timestamp;
use chiso_wire::registry as registry_pb;
use chiso_wire::survey as pb;

use crate::site::{Browser, Site, settings};
use crate::survey::{ANSWERS, LIST, asking, begun, links, send, sent};
use crate::unit::entered;

/// The supervisor gives a slip back.
async fn give_back(site: &Site, supervisor: &str, slip: &str) {
    let message = pb::ReturnSlipRequest {
        request_id: site.sandbox.id(),
        slip_id: slip.rsplit('/').next().unwrap().to_owned(),
        reason: "Câu Q2: hỏi lại cho rõ".to_owned(),
    };
    call!(site.sandbox, survey.return_slip, supervisor, message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_slip_is_done_again_once() {
    let (site, supervisor) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let old = sent(&mut browser, 0).await;
    give_back(&site, &supervisor, &old).await;
    let home = browser.get("/viec-cua-toi").await;
    assert!(home.text.contains("Có phiếu bị trả lại"), "{}", home.text);
    let list = browser.get(LIST).await;
    assert!(list.text.contains("Bị trả lại (1)") && list.text.contains("Câu Q2: hỏi lại cho rõ"));
    assert!(
        list.text.contains("Chưa hỏi (9)"),
        "it is one thing to do, not two: {}",
        list.text
    );
    let page = browser.get(&old).await;
    assert!(page.text.contains("Giám sát viên trả lại lúc"), "{}", page.text);
    let new = done_again(&mut browser, &old).await;
    assert_ne!(new, old);
    let page = browser.get(&new).await;
    assert!(
        page.text.contains("value=\"5\" checked"),
        "with the answers from before: {}",
        page.text
    );
    let mut typed = ANSWERS;
    typed[2].1 = "3";
    send(&mut browser, &page, &new, &typed).await;
    let check = format!("{new}/hoan-thanh");
    let page = browser.get(&check).await;
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    assert_eq!(send(&mut browser, &page, &check, &typed).await.leads_to(), new);
    let old_page = browser.get(&old).await;
    assert!(
        old_page.text.contains("Đã làm lại bằng phiếu") && old_page.text.contains(&new),
        "{}",
        old_page.text
    );
    let list = browser.get(LIST).await;
    assert!(
        !list.text.contains("Bị trả lại (") && list.text.contains("1/10"),
        "{}",
        list.text
    );
}

/// Begins a returned slip again: whoever is asked again hears again what it is for, and may say no.
async fn done_again(browser: &mut Browser, old: &str) -> String {
    let again = format!("{old}/lam-lai");
    let page = browser.get(old).await;
    let silent = send(browser, &page, &again, &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text.contains("href=\"#f-dong-y\""), "{}", silent.text);
    let no = send(browser, &page, &again, &[("dong-y", "khong")]).await;
    let list = browser.get(no.leads_to()).await;
    assert!(
        list.text.contains("không đồng ý trả lời lại") && list.text.contains("Bị trả lại (1)"),
        "{}",
        list.text
    );
    assert!(!list.text.contains("Không đồng ý tham gia (1)"), "it stands once");
    let page = browser.get(old).await;
    assert!(
        page.text.contains("đã không đồng ý tham gia lúc"),
        "{}",
        page.text
    );
    let agreed = [("dong-y", "co")];
    let new = send(browser, &page, &again, &agreed).await.leads_to().to_owned();
    let twice = send(browser, &page, &again, &agreed).await;
    assert_eq!(twice.leads_to(), new, "begun once");
    new
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_slip_of_who_was_asked_before_comes_in_the_place_of_the_returned_one() {
    let (site, supervisor) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let visit = links(&browser.get(LIST).await, "/khao-sat/2022/hoi/").remove(0);
    let old = sent(&mut browser, 0).await;
    give_back(&site, &supervisor, &old).await;
    let page = browser.get(&visit).await;
    assert!(page.text.contains("Câu Q2: hỏi lại cho rõ"), "{}", page.text);
    let begun = send(&mut browser, &page, &visit, &[("dong-y", "co")]).await;
    let new = begun.leads_to().to_owned();
    let page = browser.get(&new).await;
    send(&mut browser, &page, &new, &ANSWERS).await;
    let check = format!("{new}/hoan-thanh");
    let page = browser.get(&check).await;
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    assert_eq!(send(&mut browser, &page, &check, &typed).await.leads_to(), new);
    let list = browser.get(LIST).await;
    assert!(
        !list.text.contains("Bị trả lại ("),
        "nothing is left to do again: {}",
        list.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_comes_in_the_place_of_a_returned_slip_about_its_unit() {
    let (site, supervisor) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let visits = links(&browser.get(LIST).await, "/khao-sat/2022/hoi/");
    let old = sent(&mut browser, 0).await;
    let about = visits[0].split('/').nth(4).unwrap();
    let id = old.rsplit('/').next().unwrap();
    let new = format!("{LIST}/nguoi-moi");
    let instead = format!("{new}?thay={id}");
    assert_eq!(
        browser.get(&instead).await.status,
        StatusCode::NOT_FOUND,
        "it was not returned"
    );
    give_back(&site, &supervisor, &old).await;
    let page = browser.get(&instead).await;
    let units: Vec<&str> = page.text.split("<option value=\"").skip(1).collect();
    assert!(units.len() == 1 && units[0].starts_with(about), "{}", page.text);
    let mut typed = vec![
        ("dong-y", "co"),
        ("ho-ten", "Đỗ Thị Lan"),
        ("dien-thoai", "0987654321"),
        ("nhom", "HDND"),
        ("don-vi", "VT"),
    ];
    let elsewhere = send(&mut browser, &page, &new, &typed).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(elsewhere.text.contains("href=\"#f-don-vi\"") && elsewhere.text.contains("Đỗ Thị Lan"));
    typed[4].1 = about;
    let slip = send(&mut browser, &elsewhere, &new, &typed)
        .await
        .leads_to()
        .to_owned();
    let page = browser.get(&slip).await;
    send(&mut browser, &page, &slip, &ANSWERS).await;
    let check = format!("{slip}/hoan-thanh");
    let page = browser.get(&check).await;
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    assert_eq!(send(&mut browser, &page, &check, &typed).await.leads_to(), slip);
    assert_eq!(browser.get(&instead).await.leads_to(), old, "one is enough");
    let mut other = entered(&site, "dieutra-hai").await;
    assert_eq!(other.get(&instead).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_looked_over_is_not_sent() {
    let (site, _) = asking().await;
    let mut browser = entered(&site, "dieutra").await;
    let slip = begun(&mut browser, 0).await;
    let page = browser.get(&slip).await;
    send(&mut browser, &page, &slip, &ANSWERS).await;
    let check = format!("{slip}/hoan-thanh");
    let looked = browser.get(&check).await;
    let other = browser.get(&slip).await;
    let mut changed = ANSWERS;
    changed[1].1 = "1";
    send(&mut browser, &other, &slip, &changed).await;
    let typed = [("truc-tiep", "co"), ("cach", "hop-le")];
    let refused = send(&mut browser, &looked, &check, &typed).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains("đã được sửa ở cửa sổ khác"),
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("Vì sao Ông/Bà đánh giá thấp?"),
        "as it is now: {}",
        refused.text
    );
    // What was sent meanwhile is shown, and not said to be dropped.
    let open = browser.get(&slip).await;
    send(&mut browser, &open, &slip, &ANSWERS).await;
    let again = browser.get(&check).await;
    assert_eq!(send(&mut browser, &again, &check, &typed).await.leads_to(), slip);
    let drop = format!("{slip}/bo");
    assert_eq!(send(&mut browser, &open, &drop, &[]).await.leads_to(), slip);
    assert!(browser.get(&slip).await.text.contains("Đã gửi lúc"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unit_with_more_time_is_still_asked_about() {
    let mut year = Year::open(Shape::Embedded).await;
    year.prepare_interviews().await;
    let message = registry_pb::ExtendWindowRequest {
        request_id: year.id(),
        cycle: "2022".to_owned(),
        window: registry_pb::Window::Survey.into(),
        unit: "STC".to_owned(),
        ends_at: Some(timestamp(at("2022-12-03T00:00:00+07:00"))),
        reason: "Mưa bão".to_owned(),
    };
    call!(year, registry.extend_window, &year.cast.organiser.token, message).unwrap();
    let site = Site::of(year.sandbox, settings());
    let mut browser = entered(&site, "dieutra").await;
    let visits = links(&browser.get(LIST).await, "/khao-sat/2022/hoi/");
    let of = |unit: &str| visits.iter().find(|visit| visit.contains(unit)).unwrap();
    site.turn("2022-12-01T08:00:00+07:00");
    let mut browser = entered(&site, "dieutra").await;
    let list = browser.get(LIST).await;
    assert!(
        list.text.contains("02/12/2022 23:59:59"),
        "until when: {}",
        list.text
    );
    let new = browser.get(&format!("{LIST}/nguoi-moi")).await;
    assert!(
        new.text.contains("value=\"STC\"") && !new.text.contains("value=\"SNV\""),
        "{}",
        new.text
    );
    assert!(browser.get(of("/STC/")).await.text.contains("name=\"dong-y\""));
    assert!(browser.get(of("/SNV/")).await.text.contains("Đã khóa lúc"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_questionnaire_nobody_is_asked() {
    let year = Year::open(Shape::Embedded).await;
    let message = pb::CreateCampaignRequest {
        request_id: year.id(),
        cycle: "2022".to_owned(),
        name: "Khảo sát 2022".to_owned(),
    };
    call!(year, survey.create_campaign, &year.cast.organiser.token, message).unwrap();
    let deputy = year.register("0912000001", vec!["SNV".to_owned()]).await.unwrap();
    let message = pb::AssignRespondentsRequest {
        request_id: year.id(),
        cycle: "2022".to_owned(),
        interviewer: year.cast.interviewer.id.clone(),
        respondent_ids: vec![deputy],
        ..Default::default()
    };
    call!(
        year,
        survey.assign_respondents,
        &year.cast.supervisor.token,
        message
    )
    .unwrap();
    year.enter("2022-11-20T08:00:00+07:00");
    let site = Site::of(year.sandbox, settings());
    let mut browser = entered(&site, "dieutra").await;
    let list = browser.get(LIST).await;
    let visit = links(&list, "/khao-sat/2022/hoi/").remove(0);
    for page in [visit, format!("{LIST}/nguoi-moi")] {
        let page = browser.get(&page).await;
        assert!(
            page.text.contains("Chưa có mẫu phiếu khảo sát cho đối tượng này"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("name=\"dong-y\""), "nothing can be begun");
    }
}
